import {
  cast,
  constant,
  type DTypeName,
  type Fetch,
  getCollection,
  type Literal,
  localVariables,
  localVariablesInitializer,
  metrics,
  ones,
  placeholder,
  placeholderWithDefault,
  Session,
  type ShapeLike,
  SparseTensor,
  type Tensor,
  trainableVariables,
  variableScope,
  zeros,
} from "namesake";
import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import { testSteps } from "../../test/step-golden.ts";

const values = [0.25, -1.5, 2, 0.75];
const probabilities = [0.125, 0.75, 0.5, 0.875];
const answers = [0, 1, 0, 1];
const classes = [0, 2, 1, 2];
const guesses = [0, 1, 1, 2];
const shares = [0.5, 1, 0, 2];

function unknown(value: Literal, shape: ShapeLike | null = null, dtype: DTypeName = "float32"): Tensor {
  return placeholderWithDefault(constant(value, { dtype }), shape);
}

const RANKED = [
  [0.1, 0.9, 0.3, 0.2],
  [0.4, 0.3, 0.2, 0.8],
  [0.7, 0.6, 0.5, 0.1],
];
const LABELS = [
  [1, 2],
  [0, 2],
  [3, 3],
];
/** Of known shape; what is a constant may be computed while the graph is built. */
const fed = (value: Literal, dtype: DTypeName = "float32"): Tensor => {
  const given = constant(value, { dtype });
  return placeholderWithDefault(given, given.shape);
};
const long = (value: Literal): Tensor => constant(value, { dtype: "int64" });
const sparseLabels = (): SparseTensor => {
  const places = [[0, 0], [0, 1], [1, 0], [2, 0]]; // biome-ignore format: rows
  return new SparseTensor(places, long([1, 2, 0, 3]), [3, 2]);
};
const int = (value: Literal): Tensor => constant(value, { dtype: "int32" });
/** What each gives after the first batch. */
const updates = (...list: metrics.Metric[]): Tensor[] => list.map(([, update]) => update);

/** The update of a handle stands for its op. */
const countOf = ([value, update]: metrics.Metric): unknown => [value, update.op];

/** Programs whose nodes and whose values are compared. */
const both: Readonly<Record<string, () => readonly Fetch[] | Fetch>> = {
  means: () => {
    const [x, y, weights] = [constant(values), constant(probabilities), constant(shares)];
    return updates(
      metrics.mean(x),
      metrics.mean(x, { weights }),
      metrics.meanTensor(x),
      metrics.meanTensor(x, { weights, name: "t" }),
      metrics.accuracy(int(classes), int(guesses), { weights }),
      metrics.meanAbsoluteError(x, y),
      metrics.meanSquaredError(x, y, { weights }),
      metrics.rootMeanSquaredError(x, y),
      metrics.meanRelativeError(x, y, constant([1, 0, 2, 4])),
      metrics.meanCosineDistance(constant([[1, 0]]), constant([[0.5, 1]]), 1),
      metrics.percentageBelow(x, 0.5),
    );
  },
  "means-of-unknown-shape": () => {
    const [x, weights] = [unknown(values), unknown(shares)];
    return updates(
      metrics.mean(x, { weights }),
      metrics.mean(unknown(values, [null]), { weights: unknown(shares, [null]) }),
      metrics.meanSquaredError(x, unknown(probabilities, [null])),
      metrics.accuracy(unknown([[1], [2]], [null, 1]), unknown([1, 3], [null])),
    );
  },
  "means-before": () => {
    const x = constant(values);
    return [
      metrics.mean(x)[0],
      metrics.precision(int(answers), int(guesses))[0],
      metrics.rootMeanSquaredError(x, x)[0],
    ];
  },
  counts: () => {
    const a = constant(answers, { dtype: "int64" });
    const g = constant([true, true, false, false]);
    const weights = constant(shares);
    return updates(
      metrics.truePositives(a, g),
      metrics.trueNegatives(a, g, { weights }),
      metrics.falsePositives(a, g, { weights: 2 }),
      metrics.falseNegatives(a, g),
      metrics.precision(a, g),
      metrics.precision(a, g, { weights, name: "p" }),
      metrics.recall(a, g),
      metrics.recall(zeros([2]), zeros([2])),
    );
  },
  "counts-of-unknown-shape": () => {
    const [a, g] = [unknown(answers, null, "int64"), unknown([1, 1, 0, 0])];
    return updates(metrics.truePositives(a, g, { weights: unknown(shares) }), metrics.precision(a, g));
  },
  areas: () => {
    const [a, p, weights] = [int(answers), constant(probabilities), constant(shares)];
    const careful = { weights, numThresholds: 5, curve: "PR", summationMethod: "careful_interpolation" } as const;
    return updates(
      metrics.auc(a, p, { numThresholds: 5 }),
      metrics.auc(a, p, careful),
      metrics.auc(a, p, { numThresholds: 5, summationMethod: "minoring" }),
      metrics.auc(a, p, { thresholds: [0.6, 0.3], summationMethod: "majoring", name: "own" }),
      metrics.auc(a, p, { numThresholds: 5, curve: "PR", summationMethod: "minoring" }),
    );
  },
  thresholds: () => {
    const [a, p, weights] = [int(answers), constant(probabilities), constant(shares)];
    const at = [0.25, 0.5, 0.75];
    return updates(
      metrics.precisionAtThresholds(a, p, at),
      metrics.recallAtThresholds(a, p, at, { weights }),
      metrics.truePositivesAtThresholds(a, p, at),
      metrics.trueNegativesAtThresholds(a, p, at),
      metrics.falsePositivesAtThresholds(a, p, at),
      metrics.falseNegativesAtThresholds(a, p, at, { weights }),
      metrics.sensitivityAtSpecificity(a, p, 0.5, { numThresholds: 5 }),
      metrics.specificityAtSensitivity(a, p, 0.75, { numThresholds: 5 }),
    );
  },
  "thresholds-of-unknown-shape": () => {
    const [a, p] = [unknown(answers), unknown(probabilities)];
    const area = metrics.auc(a, p, { numThresholds: 3 });
    const [labels, predictions, weights] = [answers, probabilities, shares].map((list) => unknown(list, [null]));
    return updates(area, metrics.precisionAtThresholds(labels as Tensor, predictions as Tensor, [0.5], { weights }));
  },
  "over-classes": () => {
    const [c, g, weights] = [int(classes), int(guesses), constant(shares)];
    return [
      ...updates(
        metrics.meanPerClassAccuracy(c, g, 3),
        metrics.meanPerClassAccuracy(c, g, 4, { weights }),
        metrics.meanIou(c, g, 3),
        metrics.meanIou(int([classes]), int([guesses]), 3, { weights: constant([shares]) }),
      ),
      metrics.meanIou(c, g, 3)[0],
    ];
  },
  "at-k": () => {
    const [labels, single, p] = [fed(LABELS, "int64"), fed([1, 3, 2], "int64"), fed(RANKED)];
    return updates(
      metrics.recallAtK(labels, p, 2),
      metrics.precisionAtK(labels, p, 2),
      metrics.recallAtK(single, p, 1),
      metrics.precisionAtK(single, p, 3, { weights: [1, 0, 2] }),
      metrics.recallAtK(labels, p, 2, { classId: 2 }),
      metrics.precisionAtK(labels, p, 2, { classId: 0, weights: 2, name: "p0" }),
    );
  },
  "at-top-k": () => {
    const labels = fed(LABELS, "int64");
    const best = fed([[1, 2], [3, 0], [0, 1]], "int32"); // biome-ignore format: a matrix
    return updates(
      metrics.recallAtTopK(labels, cast(best, "int64")),
      metrics.precisionAtTopK(labels, best, { k: 2 }),
      metrics.precisionAtTopK(labels, best, { classId: 1, weights: constant([1, 2, 0.5]) }),
      metrics.recallAtTopK(long([2, 3, 0]), best, { k: 2, name: "r" }),
    );
  },
  "at-k-of-sparse-labels": () => {
    const p = fed(RANKED);
    const flat = new SparseTensor([[0], [2]], long([1, 2]), [3]);
    return updates(
      metrics.recallAtK(sparseLabels(), p, 2),
      metrics.precisionAtK(sparseLabels(), p, 2, { classId: 2 }),
      metrics.averagePrecisionAtK(sparseLabels(), p, 2),
      metrics.recallAtK(flat, p, 2),
      metrics.sparsePrecisionAtK(sparseLabels(), p, 1),
      metrics.averagePrecisionAtK(sparseLabels(), p, 1),
    );
  },
  "at-k-of-unknown-shape": () => {
    const p = unknown(RANKED, [null, 4]);
    const anyLabels = unknown(LABELS, null, "int64");
    return updates(
      metrics.recallAtK(anyLabels, p, 2),
      metrics.precisionAtK(unknown([1, 3, 2], [null], "int64"), p, 1, { weights: unknown([1, 2, 3]) }),
      metrics.averagePrecisionAtK(anyLabels, p, 2),
    );
  },
  "average-precisions": () => {
    const labels = fed([[1, 2], [0, 9], [3, -1]], "int64"); // biome-ignore format: a matrix
    const p = fed(RANKED);
    return [
      ...updates(
        metrics.averagePrecisionAtK(labels, p, 3),
        metrics.averagePrecisionAtK(labels, p, 3, { weights: [1, 0.5, 0], name: "w" }),
        metrics.averagePrecisionAtK(long([1, 3, 2]), p, 1),
        metrics.sparseAveragePrecisionAtK(labels, p, 2, { weights: constant(2) }),
      ),
      metrics.averagePrecisionAtK(labels, p, 2)[0],
    ];
  },
  "average-precisions-of-higher-rank": () => {
    const labels = fed([[[1, 2], [0, 3]], [[3, 1], [2, 2]]], "int64"); // biome-ignore format: matrices
    const [a, b, c] = RANKED as unknown as [Literal, Literal, Literal];
    const p = fed([[a, b], [c, a]] as Literal); // biome-ignore format: matrices
    return updates(
      metrics.averagePrecisionAtK(labels, p, 2),
      metrics.recallAtK(labels, p, 2, { weights: [[1, 0], [2, 1]] }), // biome-ignore format: a matrix
      metrics.precisionAtK(labels, p, 1, { classId: 3 }),
    );
  },
};

testFamily("metrics", {
  ...both,
  "at-k-collections": () => {
    const [labels, p] = [long([[1], [0], [3]]), constant(RANKED)];
    metrics.recallAtK(labels, p, 1, { metricsCollections: ["m"], updatesCollections: ["u"] });
    metrics.averagePrecisionAtK(labels, p, 1, { metricsCollections: ["m"], updatesCollections: "u" });
    return [getCollection("m"), getCollection("u"), localVariables().map((variable) => variable.value())];
  },
  "labels-of-other-rank": () => metrics.recallAtK(long(1), constant(RANKED), 1),
  "average-precision-at-0": () => metrics.averagePrecisionAtK(long([[1]]), constant([[0.5]]), 0),
  "weights-that-do-not-fit": () =>
    metrics.recallAtK(fed([[1], [0], [3]], "int64"), fed(RANKED), 1, { weights: [1, 2] }),
  collections: () => {
    variableScope("eval", () => {
      const x = constant(values);
      metrics.mean(x, { metricsCollections: ["m"], updatesCollections: ["u"] });
      metrics.mean(x);
      metrics.precision(int(answers), int(answers), { metricsCollections: ["m"], updatesCollections: "u" });
      metrics.truePositives(int(answers), int(answers), { metricsCollections: ["m", "n"] });
    });
    return [getCollection("m"), getCollection("n"), getCollection("u"), trainableVariables()];
  },
  resources: () =>
    variableScope("r", { useResource: true }, () => [
      metrics.mean(constant(values)),
      metrics.auc(int(answers), constant(probabilities), { numThresholds: 3 }),
      countOf(metrics.truePositives(int(answers), int(answers))),
    ]),
  "weights-of-other-size": () => metrics.mean(constant(values), { weights: constant([1, 2]) }),
  "shapes-that-differ": () => metrics.meanSquaredError(constant(values), constant([1, 2])),
  "other-curve": () => metrics.auc(int(answers), constant(probabilities), { curve: "FR" as "PR" }),
  "other-method": () =>
    metrics.auc(int(answers), constant(probabilities), {
      numThresholds: 3,
      summationMethod: "middle" as "minoring",
    }),
  "specificity-too-high": () => metrics.sensitivityAtSpecificity(int(answers), constant(probabilities), 1.5),
  "rank-of-weights": () => metrics.truePositives(zeros([2, 2, 2]), zeros([2, 2, 2]), { weights: ones([2]) }),
});

testSteps("metrics", {
  ...both,
  "probability-too-high": () => metrics.auc(int([1, 0]), unknown([0.5, 1.5], [2]), { numThresholds: 3 })[1],
});

describe("a metric", () => {
  it("sums up over batches in local variables, until they are set to 0", () => {
    const x = placeholder("float32", [null]);
    const [value, update] = metrics.mean(x);
    const session = new Session();
    const start = localVariablesInitializer();
    session.runSync(start);
    session.runSync(update, [[x, [1, 2]]]);
    session.runSync(update, [[x, [9]]]);
    expect(session.runSync(value).item()).toBe(4);
    session.runSync(start);
    expect(session.runSync(value).item()).toBe(0);
    expect(localVariables().map(({ name }) => name)).toEqual(["mean/total:0", "mean/count:0"]);
  });
});
