import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/math-golden.ts";
import { createOnnxRuntimeEngine } from "../engines/onnxruntime/node.ts";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import { Graph } from "../graph/graph.ts";
import type { Engine } from "../session/engine.ts";
import { Session } from "../session/session.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { placeholder } from "./array.ts";
import * as cast from "./cast.ts";
import * as division from "./division.ts";
import { linspace } from "./linspace.ts";
import { mathDefs } from "./math.defs.ts";
import { mathKernels } from "./math.kernels.ts";
import * as math from "./math.ts";
import { range } from "./range.ts";

testFamily({
  name: "math",
  defs: mathDefs,
  builders: { ...math, ...division, ...cast, range, linspace },
  kernels: mathKernels,
});

function run(engine: () => Engine, limit: bigint): NDArray {
  return new Graph().asDefault(() => {
    const end = placeholder("int64", []);
    const numbers = range(ndarray(0n, "int64"), end, ndarray(1n, "int64"));
    using session = new Session({ engine });
    return session.runSync(numbers, [[end, ndarray(limit, "int64")]]);
  });
}

const engines = { reference: createReferenceEngine, "ONNX Runtime": createOnnxRuntimeEngine };
describe.each(Object.entries(engines))("a range on the engine %s", (_, engine) => {
  it("counts to a limit that is known in the step only", () => {
    expect(run(engine, 3n).toArray()).toEqual([0n, 1n, 2n]);
    expect(run(engine, 0n).toArray()).toEqual([]);
  });

  it("fails with TensorFlow's text below its start", () => {
    expect(() => run(engine, -1n)).toThrow("Requires start <= limit when delta > 0: 0/-1");
  });
});

it("a range that no memory would hold fails", () => {
  expect(() => run(createReferenceEngine, 2n ** 62n)).toThrow(
    "OOM when allocating tensor with shape[4611686018427387904] and type int64",
  );
});
