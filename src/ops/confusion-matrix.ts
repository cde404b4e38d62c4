/** Builder of confusion matrices. Mirrors python/ops/confusion_matrix.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DTypeLike, int32, int64 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { onesLike } from "./array.ts";
import { cast } from "./cast.ts";
import { assertLess, assertNonNegative } from "./checks.ts";
import { equal } from "./compare.ts";
import { stack } from "./concat.ts";
import { cond } from "./cond.ts";
import { withDependencies } from "./control-flow.ts";
import { scatterNd } from "./gather.ts";
import { maximum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceMax } from "./reduce.ts";
import { rank, squeeze } from "./shape.ts";

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions extends NameOption {
  /** How many classes there are; default: one more than the greatest. */
  readonly numClasses?: TensorLike | null | undefined;
  /** The dtype of the result; default int32. */
  readonly dtype?: DTypeLike | undefined;
  /** What each prediction counts; default 1. */
  readonly weights?: TensorLike | null | undefined;
}

/**
 * Removes a last dimension of 1, of whichever has one dimension too many: now where ranks are known, otherwise in the step.
 * @internal
 */
export function removeSqueezableDimensions(
  labels: TensorLike,
  predictions: TensorLike,
  /** By how many dimensions predictions are to have more than labels. */
  expectedDifference = 0,
): readonly [labels: Tensor, predictions: Tensor] {
  return inOpScope(null, "remove_squeezable_dimensions", [labels, predictions], () => {
    const last = (x: Tensor): Tensor => squeeze(x, { axis: [-1] });
    const mayEndInOne = (x: Tensor): boolean => x.shape.rank === null || (x.shape.dim(-1) ?? 1) === 1;
    const right = convertToTensor(predictions);
    const left = convertToTensor(labels);
    if (left.shape.rank !== null && right.shape.rank !== null) {
      const difference = right.shape.rank - left.shape.rank;
      if (difference === expectedDifference + 1 && mayEndInOne(right)) return [left, last(right)];
      if (difference === expectedDifference - 1 && mayEndInOne(left)) return [last(left), right];
      return [left, right];
    }
    const difference = rank(right).sub(rank(left));
    const whenBy = (count: number, x: Tensor): Tensor =>
      mayEndInOne(x)
        ? cond(
            equal(pythonLiteral(count, "int"), difference),
            () => last(x),
            () => x,
          )
        : x;
    const shorter = whenBy(expectedDifference + 1, right);
    return [whenBy(expectedDifference - 1, left), shorter];
  });
}

/**
 * How often each class was taken for each other one: rows are labels, columns predictions.
 *
 * Shapes: labels and predictions `[n]` or `[n, 1]`, weights `[n]` → `[classes, classes]`. Dtypes: labels and predictions real numbers.
 *
 * @throws {ArgumentError} when the shape of the weights differs. @throws {InvalidArgumentError} in a step, for a class that is negative or out of range.
 * @see TensorFlow `confusion_matrix`, python/ops/confusion_matrix.py
 * @example
 * session.runSync(confusionMatrix([1, 0, 1], [1, 1, 1])).toArray(); // [[0, 1], [0, 2]]
 */
export function confusionMatrix(
  labels: TensorLike,
  predictions: TensorLike,
  options: ConfusionMatrixOptions = {},
): Tensor {
  const { numClasses = null, dtype = int32, weights = null } = options;
  return inOpScope(options.name, "confusion_matrix", [predictions, labels, numClasses, weights], () => {
    const given = [
      convertToTensor(labels, { preferredDtype: int32, name: "labels" }),
      convertToTensor(predictions, { preferredDtype: int32, name: "predictions" }),
    ] as const;
    const [left, right] = removeSqueezableDimensions(...given);
    const columns = cast(right, int64);
    const rows = cast(left, int64);
    const [sound, soundColumns] = [
      checked(rows, assertNonNegative(rows, { message: "`labels` contains negative values" })),
      checked(columns, assertNonNegative(columns, { message: "`predictions` contains negative values" })),
    ];
    const [known, knownColumns, count] = counted(sound, soundColumns, numClasses);
    const values = weights === null ? null : weightsOf(weights, knownColumns, dtype);
    const shape =
      typeof count === "number"
        ? convertToTensor(pythonLiteral([count, count], "int"), { name: "stack" })
        : stack([count, count]);
    const indices = stack([known, knownColumns], { axis: 1 });
    const updates = values ?? onesLike(knownColumns, { dtype });
    return scatterNd(indices, updates, cast(shape, int64));
  });
}

function checked(value: Tensor, check: Parameters<typeof withDependencies>[0][number]): Tensor {
  return withDependencies([check], value);
}

/** Rows and columns that are known to be below the number of classes, and this number. */
function counted(rows: Tensor, columns: Tensor, numClasses: TensorLike | null): readonly [Tensor, Tensor, TensorLike] {
  if (numClasses === null) return [rows, columns, maximum(reduceMax(columns), reduceMax(rows)).add(1)];
  const limit = cast(typeof numClasses === "number" ? pythonLiteral(numClasses, "int") : numClasses, int64);
  return [
    checked(rows, assertLess(rows, limit, { message: "`labels` out of bound" })),
    checked(columns, assertLess(columns, limit, { message: "`predictions` out of bound" })),
    numClasses,
  ];
}

function weightsOf(weights: TensorLike, columns: Tensor, dtype: DTypeLike): Tensor {
  const given = convertToTensor(weights, { name: "weights" });
  if (!columns.shape.isCompatibleWith(given.shape))
    throw new ArgumentError(`Shapes ${columns.shape} and ${given.shape} are incompatible`, { weights: given });
  return cast(given, dtype);
}
