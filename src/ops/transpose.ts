/** Builders of the ops that move elements to other places or repeat them. Mirrors python/ops/array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { concat } from "./concat.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { shapeDefs } from "./shape.defs.ts";
import { rank } from "./shape.ts";
import { transposeDefs } from "./transpose.defs.ts";

/** Options of `transpose`. */
export interface TransposeOptions extends NameOption {
  /** Which axis of the input each axis of the result is; default: all in reverse. */
  readonly perm?: TensorLike | null | undefined;
  /** Whether complex elements are conjugated. */
  readonly conjugate?: boolean;
}

/**
 * Exchanges the axes of a tensor.
 *
 * Shapes: `[a, b, c]` → `[c, b, a]`, or as `perm` says.
 * @throws {ShapeError} when `perm` does not fit the rank.
 * @see TensorFlow `transpose`, python/ops/array_ops.py; `Transpose`, core/ops/array_ops.cc
 * @example
 * session.runSync(transpose(constant([[1, 2, 3]]))).toArray(); // [[1], [2], [3]]
 */
export function transpose(a: TensorLike, options: TransposeOptions = {}): Tensor {
  return inOpScope(options.name, "transpose", [a], (scope) => {
    // Rows are made dense only as the op's own input.
    const tensor = a instanceof IndexedSlices ? a : convertToTensor(a, { name: "a" });
    const def =
      (options.conjugate ?? false) && tensor.dtype.isComplex
        ? transposeDefs.ConjugateTranspose
        : transposeDefs.Transpose;
    return applyOp1(def, [tensor, options.perm ?? reversedAxes(tensor)], {}, scope);
  });
}

function reversedAxes(tensor: Tensor | IndexedSlices): TensorLike {
  const count = tensor.shape.rank;
  if (count !== null)
    return ndarray(
      Array.from({ length: count }, (_, i) => count - 1 - i),
      int32,
    );
  return applyOp1(mathDefs.Range, [applyOp1(shapeDefs.Rank, [tensor]).sub(1), -1, -1]);
}

/**
 * Exchanges the last two axes of a tensor.
 *
 * Shapes: `[…, m, n]` → `[…, n, m]`.
 * @throws {ArgumentError} when the rank is below 2.
 * @see TensorFlow `matrix_transpose`, python/ops/array_ops.py
 * @example
 * session.runSync(matrixTranspose(constant([[1, 2]]))).toArray(); // [[1], [2]]
 */
export function matrixTranspose(a: TensorLike, options: Omit<TransposeOptions, "perm"> = {}): Tensor {
  return inOpScope(options.name, "matrix_transpose", [a], () => {
    const tensor = convertToTensor(a, { name: "a" });
    return transpose(tensor, {
      perm: swappedAxes(tensor),
      ...(options.conjugate !== undefined && { conjugate: options.conjugate }),
    });
  });
}

function swappedAxes(tensor: Tensor): TensorLike {
  const count = tensor.shape.rank;
  if (count === null) {
    const known = rank(tensor);
    return concat([applyOp1(mathDefs.Range, [0, known.sub(2), 1]), [known.sub(1), known.sub(2)]], 0);
  }
  if (count < 2)
    throw new ArgumentError(
      `Argument \`a\` should be a (batch) matrix with rank >= 2.  Received \`a\` = ${tensor} with shape: ${tensor.shape}`,
      { tensor },
    );
  return ndarray([...Array.from({ length: count - 2 }, (_, i) => i), count - 1, count - 2], int32);
}

/**
 * The permutation that undoes another.
 *
 * Shapes: `[n]` → `[n]`.
 * Dtypes: int32, int64.
 * @throws {InvalidArgumentError} at the run, when the input is no permutation.
 * @see TensorFlow `invert_permutation`; `InvertPermutation`, core/ops/array_ops.cc
 * @example
 * session.runSync(invertPermutation([2, 0, 1])).toArray(); // [1, 2, 0]
 */
export function invertPermutation(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(transposeDefs.InvertPermutation, [x], {}, options.name);
}

/**
 * Reverses the order along some axes; negative axes count from the end.
 *
 * Dtypes: numbers, bool, string; ranks up to 8.
 * @throws {ShapeError} for an axis out of range or named twice.
 * @see TensorFlow `reverse`, `reverse_v2`; `ReverseV2`, core/ops/array_ops.cc
 * @example
 * session.runSync(reverse(constant([[1, 2], [3, 4]]), [0])).toArray(); // [[3, 4], [1, 2]]
 */
export function reverse(tensor: TensorLike, axis: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(transposeDefs.ReverseV2, [tensor, axis], {}, options.name);
}

/** Options of `reverseSequence`. */
export interface ReverseSequenceOptions extends NameOption {
  readonly seqAxis: number;
  /** Default: 0. */
  readonly batchAxis?: number | undefined;
}

/**
 * Reverses the beginning of each sequence of a batch, as far as its length says.
 *
 * Shapes: `[…]` with b entries along the batch axis, lengths `[b]` → `[…]`.
 * @throws {ShapeError} for axes out of range.
 * @see TensorFlow `reverse_sequence`, python/ops/array_ops.py; `ReverseSequence`, core/ops/array_ops.cc
 * @example
 * session.runSync(reverseSequence(constant([[1, 2, 3]]), [2], { seqAxis: 1 })).toArray(); // [[2, 1, 3]]
 */
export function reverseSequence(input: TensorLike, seqLengths: TensorLike, options: ReverseSequenceOptions): Tensor {
  return applyOp1(
    transposeDefs.ReverseSequence,
    [input, seqLengths],
    { seq_dim: options.seqAxis, batch_dim: options.batchAxis },
    options.name,
  );
}

/**
 * Repeats a tensor along each of its axes.
 *
 * Shapes: `[a, b]`, multiples `[m, n]` → `[a·m, b·n]`.
 * @throws {ShapeError} when there is not one multiple per axis.
 * @see TensorFlow `tile`; `Tile`, core/ops/array_ops.cc
 * @example
 * session.runSync(tile(constant([1, 2]), [2])).toArray(); // [1, 2, 1, 2]
 */
export function tile(input: TensorLike, multiples: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(transposeDefs.Tile, [input, multiples], {}, options.name);
}
