import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import { Session } from "../session/session.ts";
import type { Literal } from "../tensor/ndarray.ts";
import { constant, placeholder } from "./array.ts";
import { computeAccidentalHits, logUniformCandidateSampler, uniformCandidateSampler } from "./candidate-sampling.ts";
import { nceLoss, sampledSoftmaxLoss } from "./sampled-losses.ts";

const long = (values: Literal): Tensor => constant(values, { dtype: "int64" });
const labels = () => long([[2], [5]]);
const model = (): [Tensor, Tensor, Tensor] => [
  constant([
    [0.5, 1],
    [0, -1],
    [0.25, 2],
    [1, 1],
    [-1, 0.5],
    [2, 0],
  ]),
  constant([0, 1, 2, 3, 4, 5]),
  constant([
    [1, 2],
    [3, -4],
  ]),
];
const pairs = [
  [2, 1],
  [5, 0],
];

testFamily("candidate_sampling", {
  samplers: () => [
    ...Object.values(logUniformCandidateSampler(labels(), 1, 3, true, 10, { seed: 4 })),
    ...Object.values(uniformCandidateSampler(placeholder("int64", [null, 2]), 2, 3, false, 10, { name: "u" })),
    ...Object.values(computeAccidentalHits(labels(), long([5, 7]), 1, { seed: 2, name: "hits" })),
  ],
  softmax: () => {
    const [weights, biases, inputs] = model();
    return [sampledSoftmaxLoss(weights, biases, labels(), inputs, 3, 6, { seed: 1 })];
  },
  "noise-contrastive": () => {
    const [weights, biases, inputs] = model();
    const sampledValues = uniformCandidateSampler(long(pairs), 2, 3, true, 6, { seed: 1 });
    const tables = [weights.at(":3"), weights.at("3:")];
    const trueClasses = constant(pairs, { dtype: "int32" });
    const options = { numTrue: 2, sampledValues, removeAccidentalHits: true, partitionStrategy: "div", name: "n" };
    return [nceLoss(tables, biases, trueClasses, inputs, 3, 6, options)];
  },
  "bad-strategy": () => {
    const [weights, biases, inputs] = model();
    return nceLoss([weights, weights], biases, labels(), inputs, 3, 12, { partitionStrategy: "other" });
  },
});

describe("losses over candidates", () => {
  it("are the full ones when every class is a candidate", () => {
    const run = (removeAccidentalHits: boolean) =>
      new Graph().asDefault(() => {
        const [weights, biases, inputs] = model();
        const sampledValues = [long([0, 1, 2, 3, 4, 5]), constant([[1], [1]]), constant([1, 1, 1, 1, 1, 1])] as const;
        const options = { sampledValues, removeAccidentalHits };
        const loss = sampledSoftmaxLoss(weights, biases, labels(), inputs, 6, 6, options);
        return new Session({ engine: createReferenceEngine() }).runSync(loss).toArray() as number[];
      });
    const scores = [
      [2.5, -1, 6.25, 6, 4, 7],
      [-2.5, 5, -5.25, 2, -1, 11],
    ];
    const full = scores.map((row, i) => {
      const total = Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0));
      return total - (row[i === 0 ? 2 : 5] as number);
    });
    expect(run(true).map((loss, i) => Math.abs(loss - (full[i] as number)) < 1e-5)).toEqual([true, true]);
    // With the true class twice among the scores, both losses are greater.
    expect(run(false).map((loss, i) => loss > (full[i] as number))).toEqual([true, true]);
  });
});
