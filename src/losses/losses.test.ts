import {
  constant,
  type DTypeName,
  type Fetch,
  getVariable,
  type Literal,
  losses,
  nn,
  placeholderWithDefault,
  type ShapeLike,
  sigmoid,
  type Tensor,
  zeros,
} from "namesake";
import { testFamily } from "../../test/op-golden.ts";
import { testSteps } from "../../test/step-golden.ts";

const { Reduction } = losses;
const rows = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const predicted = [
  [0.5, 0.25],
  [-1, 2],
  [0.75, 0.125],
];

function unknown(value: Literal, shape: ShapeLike | null = null, dtype: DTypeName = "float32"): Tensor {
  return placeholderWithDefault(constant(value, { dtype }), shape);
}

const column = (...values: number[]): number[][] => values.map((value) => [value]);
const int = (value: Literal): Tensor => constant(value, { dtype: "int32" });
const pair = (): [Tensor, Tensor] => [constant(rows), constant(predicted)];

/** Programs whose nodes and whose values are compared. */
const both: Readonly<Record<string, () => readonly Fetch[] | Fetch>> = {
  defaults: () => {
    const [x, y] = pair();
    return [
      losses.absoluteDifference(x, y),
      losses.meanSquaredError(x, y),
      losses.huberLoss(x, y, { delta: 0.5 }),
      losses.logLoss(x, sigmoid(y)),
      losses.hingeLoss(x, y),
      losses.cosineDistance(x, y, { axis: 1 }),
      losses.sigmoidCrossEntropy(x, y),
      losses.softmaxCrossEntropy(x, y),
      losses.sparseSoftmaxCrossEntropy(int([0, 1, 1]), y),
      losses.meanPairwiseSquaredError(x, y),
      losses.getTotalLoss(),
    ];
  },
  reductions: () => {
    const [x, y] = pair();
    const weights = constant(column(1, 0, 2));
    const { NONE, SUM, SUM_OVER_BATCH_SIZE, MEAN, SUM_BY_NONZERO_WEIGHTS } = Reduction;
    return [NONE, SUM, SUM_OVER_BATCH_SIZE, MEAN, SUM_BY_NONZERO_WEIGHTS].map((reduction) =>
      losses.meanSquaredError(x, y, { weights, reduction }),
    );
  },
  "no-weight-at-all": () => {
    const [x, y] = pair();
    return [
      losses.meanSquaredError(x, y, { weights: 0 }),
      losses.meanSquaredError(x, y, { weights: 0, reduction: Reduction.MEAN }),
      losses.meanPairwiseSquaredError(x, y, { weights: 0 }),
    ];
  },
  "unknown-batch": () => {
    const [x, y] = [unknown(rows, [null, 2]), unknown(predicted, [null, 2])];
    const weights = unknown(column(1, 0, 2), [null, 1]);
    return [
      losses.meanSquaredError(x, y, { weights }),
      losses.meanPairwiseSquaredError(x, y, { weights, scope: "pairs" }),
    ];
  },
  "unknown-ranks": () => {
    const [x, y, weights] = [unknown(rows), unknown(predicted), unknown(column(1, 0, 2))];
    return [
      losses.absoluteDifference(x, y, { weights }),
      losses.absoluteDifference(x, y, { weights: unknown(2), reduction: Reduction.SUM, scope: "scalar" }),
    ];
  },
  smoothed: () => {
    const [x, y] = [int(rows), constant(predicted)];
    return [
      losses.sigmoidCrossEntropy(x, y, { labelSmoothing: 0.2 }),
      losses.softmaxCrossEntropy(x, y, { labelSmoothing: 0.1, weights: constant([1, 0, 2]) }),
    ];
  },
  "sparse-squeezed": () => {
    const y = constant(predicted);
    return [
      losses.sparseSoftmaxCrossEntropy(int(column(0, 1, 0)), y, { weights: constant(column(1, 0, 2)) }),
      losses.sparseSoftmaxCrossEntropy(unknown(column(0, 1, 0), [null, 1], "int32"), unknown(predicted, [null, 2])),
    ];
  },
  "sparse-of-unknown-rank": () =>
    losses.sparseSoftmaxCrossEntropy(unknown(column(0, 1, 0), null, "int32"), unknown(predicted, [null, 2]), {
      weights: unknown(column(1, 0, 2)),
    }),
  "other-dtypes": () => {
    const [x, y] = [constant(rows, { dtype: "float64" }), constant(predicted, { dtype: "float64" })];
    return [
      losses.meanSquaredError(x, y),
      losses.sigmoidCrossEntropy(x, y),
      losses.computeWeightedLoss(int([1, 2]), { weights: int([3, 4]) }),
    ];
  },
  empty: () => {
    const x = zeros([0, 2]);
    return [losses.meanSquaredError(x, x), losses.softmaxCrossEntropy(x, x), losses.meanPairwiseSquaredError(x, x)];
  },
};

testFamily("losses", {
  ...both,
  "none-of-them": () => losses.getTotalLoss(),
  regularizers: () => {
    getVariable("w", { initializer: constant([3]), regularizer: (weights) => nn.l2Loss(weights) });
    losses.meanSquaredError([1], [2]);
    return [
      losses.getRegularizationLoss(),
      losses.getTotalLoss(),
      losses.getTotalLoss({ addRegularizationLosses: false, name: "t" }),
    ];
  },
  "weights-of-other-rank": () => losses.meanSquaredError(...pair(), { weights: constant([1, 2, 3]) }),
  "weights-of-other-size": () => losses.meanSquaredError(...pair(), { weights: constant(column(1, 2)) }),
  "shapes-that-differ": () => losses.meanSquaredError([1], [1, 2]),
  "no-labels": () => losses.hingeLoss(null as unknown as Tensor, [1]),
  "no-axis": () => losses.cosineDistance([1], [1]),
  "unknown-reduction": () => losses.computeWeightedLoss([1], { reduction: "average" as "none" }),
});

testSteps("losses", {
  ...both,
  "unknown-weights-of-other-rank": () =>
    losses.absoluteDifference(unknown(rows), unknown(predicted), { weights: unknown([1, 0, 2]) }),
  "unknown-weights-of-other-size": () =>
    losses.absoluteDifference(unknown(rows), unknown(predicted), { weights: unknown(column(1, 0)) }),
});
