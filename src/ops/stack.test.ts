/** What stacks refuse; that they keep the order of control inputs is in test/graph-steps.test.ts. The numbers in TensorFlow's names of stacks count up. */
import {
  constant,
  controlDependencies,
  createReferenceEngine,
  InvalidArgumentError,
  Session,
  type Tensor,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { Graph } from "../graph/graph.ts";
import { stackDefs } from "./stack.defs.ts";

const engines = [createReferenceEngine(), createOnnxRuntimeEngine({ threadCount: 1 })];
afterAll(() => {
  for (const engine of engines) engine.close?.();
});

function stackOf(most: number | number[]): Tensor {
  return applyOp1(stackDefs.StackV2, [constant(most, { dtype: "int32" })], { elem_type: "float32" }, "s");
}

const push = (stack: Tensor, value: Tensor): Tensor => applyOp1(stackDefs.StackPushV2, [stack, value]);
const pop = (stack: Tensor): Tensor => applyOp1(stackDefs.StackPopV2, [stack], { elem_type: "float32" });

const refused: readonly (readonly [title: string, message: RegExp, build: () => Tensor])[] = [
  ["a pop of nothing", /^Stack\[s_\d+\] is empty when calling Pop\(\)\./, () => pop(stackOf(-1))],
  [
    "more than the most",
    /^Stack\[s_\d+\] overflowed its max_size \(1\)/,
    () => {
      const stack = stackOf(1);
      return controlDependencies([push(stack, constant(1))], () => push(stack, constant(2)));
    },
  ],
  ["a value of another type", /^Must have type 1 but got 3/, () => push(stackOf(-1), constant(1, { dtype: "int32" }))],
  [
    "a closed stack",
    /^Stack\[s_\d+\] has already been closed\./,
    () => {
      const stack = stackOf(-1);
      return controlDependencies([applyOp(stackDefs.StackCloseV2, [stack])], () => pop(stack));
    },
  ],
  ["a size that is no scalar", /^Stack size must be a scalar, but had shape: \[2\]/, () => pop(stackOf([1, 2]))],
];

describe.each(engines)("a stack on $name", (engine) => {
  it.each(refused)("refuses %s", (_, message, build) => {
    const graph = new Graph();
    const fetch = graph.asDefault(build);
    const session = new Session({ graph, engine });
    expect(() => session.runSync(fetch)).toThrow(InvalidArgumentError);
    expect(() => session.runSync(fetch)).toThrow(message);
  });
});
