import { describe, expect, it } from "vitest";
import { inGraph, PassLab, seed } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { randomNetwork } from "../../../test/lowering/random-programs.ts";
import type { NodeProto } from "../../formats/onnx.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { placeholder } from "../../ops/array.ts";
import { exp } from "../../ops/elementary.ts";
import { multiply } from "../../ops/math.ts";
import { tanh } from "../../ops/trigonometry.ts";
import { ConstantPool } from "../model/constants.ts";
import type { OnnxValue } from "../rule.ts";
import { withoutDeadNodes } from "./dead-nodes.ts";
import type { PassGraph } from "./pass-graph.ts";

describe("dead nodes", () => {
  const node = (
    opType: string,
    input: string[],
    output: string[],
    attribute: NodeProto["attribute"] = [],
  ): NodeProto => ({ opType, name: output[0] as string, input, output, attribute });
  const left = (nodes: readonly NodeProto[], kept: readonly string[]) => {
    const graph: PassGraph = {
      nodes,
      kept: new Set(kept),
      values: new Map<string, OnnxValue>(),
      constants: new ConstantPool(),
    };
    return withoutDeadNodes(graph).nodes.map(({ name }) => name);
  };

  it("go with what only they use; outputs and what inner graphs take stay", () => {
    const inner = node("Neg", ["captured"], ["negated"]);
    const branch = {
      name: "then_branch",
      g: { name: "inner", node: [inner], initializer: [], input: [], output: [] },
    } as unknown as NodeProto["attribute"][number];
    const nodes = [
      node("Abs", ["x"], ["captured"]),
      node("Exp", ["x"], ["unused"]),
      node("Log", ["unused"], ["unused too"]),
      node("Split", ["x"], ["taken", "not taken"]),
      node("If", ["taken"], ["result"], [branch]),
    ];
    expect(left(nodes, ["result"])).toEqual(["captured", "taken", "result"]);
    expect(left(nodes, ["unused"])).toEqual(["unused"]);
  });

  const lab = new PassLab(withoutDeadNodes);

  it("are those that a slice does not give", async () => {
    const program = inGraph(() => {
      const x = placeholder("float32", [3]);
      const shared = tanh(x);
      return { feeds: [x], wanted: [multiply(shared, shared)], unused: [exp(exp(shared))] };
    });
    expect(lab.operators(program)).toEqual({ before: ["Tanh", "Mul", "Exp", "Exp"], after: ["Tanh", "Mul"] });
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it(`change nothing when they go, in random networks, from seed ${seed} on`, () =>
    lab.compareMany((dice) => {
      const { feeds, wanted } = randomNetwork(dice);
      const isTaken = wanted.map((_, i) => i === 0 || dice.chance(0.5));
      const some = (which: boolean): readonly Tensor[] => wanted.filter((_, i) => isTaken[i] === which);
      return { feeds, wanted: some(true), unused: some(false) };
    }));
});
