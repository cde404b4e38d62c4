/** Builders of the ops that ask for shapes and that give elements another shape without moving them. Mirrors python/ops/array_ops.py. */
import { ArgumentError, NamesakeError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { constantNode, convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DType, type DTypeLike, int32, int64 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { asShape, type ShapeLike, TensorShape } from "../tensor/shape.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { shapeDefs } from "./shape.defs.ts";

/** Options of `shape`, `shapeN` and `size`. */
export interface ShapeOptions extends NameOption {
  /** int32 (default) or int64. */
  readonly outType?: DTypeLike | null | undefined;
  /** Whether a shape that is known now becomes a constant. Default: true. */
  readonly optimize?: boolean;
}

/**
 * The shape of a tensor, as a vector.
 *
 * Shapes: rank r → `[r]`. A shape that is known now is a constant.
 * @see TensorFlow `shape`, python/ops/array_ops.py; `Shape`, core/ops/array_ops.cc
 * @example
 * session.runSync(shape(constant([[1, 2, 3]]))).toArray(); // [1, 3]
 */
export function shape(input: TensorLike, options: ShapeOptions = {}): Tensor {
  return inOpScope(options.name, "Shape", [input], (scope) => {
    const tensor = convertToTensor(input);
    const dtype = asDType(options.outType ?? int32);
    if ((options.optimize ?? true) && tensor.shape.isFullyDefined()) return shapeConstant(tensor.shape, dtype, scope);
    return applyOp1(shapeDefs.Shape, [tensor], { out_type: dtype }, scope);
  });
}

/** As `shape` without an output type, which other builders use: the constant gets a name of its own. */
export function unnamedShape(input: TensorLike, optimize = true): Tensor {
  return inOpScope(null, "Shape", [input], (scope) => {
    const tensor = convertToTensor(input);
    if (optimize && tensor.shape.isFullyDefined()) return shapeAsTensor(tensor.shape);
    return applyOp1(shapeDefs.Shape, [tensor], {}, scope);
  });
}

/** What a builder was given as a shape: a constant where it is one, else whatever tensor it makes. */
export function shapeAsTensor(given: ShapeLike | TensorLike): Tensor {
  const known = knownShape(given);
  if (known === null) return convertToTensor(given, { dtype: int32 });
  const isLarge = known.asNumbers().some((d) => d > INT32_MAX);
  return shapeConstant(known, isLarge ? int64 : int32, "shape_as_tensor");
}

const INT32_MAX = 2 ** 31 - 1;

function shapeConstant(known: TensorShape, dtype: DType, name: string): Tensor {
  return constantNode(getDefaultGraph(), ndarray(known.asNumbers(), dtype), name);
}

function knownShape(given: unknown): TensorShape | null {
  if (!(given instanceof TensorShape || typeof given === "number" || Array.isArray(given))) return null;
  try {
    const known = asShape(given as ShapeLike);
    return known.isFullyDefined() ? known : null;
  } catch (error) {
    if (error instanceof NamesakeError) return null;
    throw error;
  }
}

/**
 * The shapes of several tensors, as vectors, from one op.
 *
 * @see TensorFlow `shape_n`; `ShapeN`, core/ops/array_ops.cc
 * @example
 * const [a, b] = shapeN([constant([1, 2]), constant([[1]])]);
 * session.runSync(b).toArray(); // [1, 1]
 */
export function shapeN(input: readonly TensorLike[], options: Omit<ShapeOptions, "optimize"> = {}): Tensor[] {
  return [...applyOp(shapeDefs.ShapeN, [input], { out_type: asDType(options.outType ?? int32) }, options.name).outputs];
}

/**
 * The number of elements of a tensor, as a scalar.
 *
 * @see TensorFlow `size`, python/ops/array_ops.py; `Size`, core/ops/array_ops.cc
 * @example
 * session.runSync(size(constant([[1, 2, 3]]))).item(); // 3
 */
export function size(input: TensorLike, options: ShapeOptions = {}): Tensor {
  return inOpScope(options.name, "Size", [input], (scope) => {
    const tensor = convertToTensor(input);
    const dtype = asDType(options.outType ?? int32);
    const count = tensor.shape.dims?.includes(0) === true ? 0 : tensor.shape.elementCount();
    if ((options.optimize ?? true) && count !== null)
      return constantNode(getDefaultGraph(), ndarray(count, dtype), scope);
    return applyOp1(shapeDefs.Size, [tensor], { out_type: dtype }, scope);
  });
}

/**
 * The number of dimensions of a tensor, as an int32 scalar.
 *
 * @see TensorFlow `rank`, python/ops/array_ops.py; `Rank`, core/ops/array_ops.cc
 * @example
 * session.runSync(rank(constant([[1, 2, 3]]))).item(); // 2
 */
export function rank(input: TensorLike, options: NameOption & { readonly optimize?: boolean } = {}): Tensor {
  return inOpScope(options.name, "Rank", [input], (scope) => {
    const tensor = convertToTensor(input);
    if ((options.optimize ?? true) && tensor.shape.rank !== null)
      return constantNode(getDefaultGraph(), ndarray(tensor.shape.rank, int32), scope);
    return applyOp1(shapeDefs.Rank, [tensor], {}, scope);
  });
}

/**
 * Gives the elements of a tensor another shape; their order stays.
 *
 * Shapes: any → `shape`, in which one -1 stands for what is left over.
 * @throws {ShapeError} when the numbers of elements are known and differ.
 * @see TensorFlow `reshape`, python/ops/array_ops.py; `Reshape`, core/ops/array_ops.cc
 * @example
 * session.runSync(reshape(constant([1, 2, 3, 4]), [2, -1])).toArray(); // [[1, 2], [3, 4]]
 */
export function reshape(tensor: TensorLike, shape: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(shapeDefs.Reshape, [tensor, shape], {}, options.name);
}

/**
 * Adds a dimension of size 1 before `axis`; negative axes count from the end of the result.
 *
 * Shapes: `[a, b]` → `[1, a, b]`, `[a, 1, b]` or `[a, b, 1]`.
 * @throws {ShapeError} when `axis` is out of range.
 * @see TensorFlow `expand_dims`, python/ops/array_ops.py; `ExpandDims`, core/ops/array_ops.cc
 * @example
 * session.runSync(expandDims(constant([1, 2]), -1)).toArray(); // [[1], [2]]
 */
export function expandDims(input: TensorLike, axis: TensorLike, options: NameOption = {}): Tensor {
  if (axis === null || axis === undefined)
    throw new ArgumentError("Must specify an axis argument to tf.expand_dims()", { axis });
  return applyOp1(shapeDefs.ExpandDims, [input, axis], {}, options.name);
}

/** Options of `squeeze`. */
export interface SqueezeOptions extends NameOption {
  /** Which dimensions; default: all of size 1. */
  readonly axis?: number | readonly number[] | null | undefined;
}

/**
 * Removes dimensions of size 1.
 *
 * Shapes: `[1, a, 1]` → `[a]`, or without those that `axis` names. Without `axis` an unknown dimension makes the rank unknown.
 * @throws {ShapeError} when a named dimension is known and not 1.
 * @see TensorFlow `squeeze`, python/ops/array_ops.py; `Squeeze`, core/ops/array_ops.cc
 * @example
 * session.runSync(squeeze(constant([[1], [2]]), { axis: 1 })).toArray(); // [1, 2]
 */
export function squeeze(input: TensorLike, options: SqueezeOptions = {}): Tensor {
  const { axis } = options;
  const axes = axis === undefined || axis === null ? undefined : typeof axis === "number" ? [axis] : [...axis];
  return applyOp1(shapeDefs.Squeeze, [input], { squeeze_dims: axes }, options.name);
}

/**
 * Repeats a tensor along dimensions of size 1 and along new leading ones.
 *
 * Shapes: `[1, b]` → `[…, a, b]`.
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `broadcast_to`; `BroadcastTo`, core/ops/array_ops.cc
 * @example
 * session.runSync(broadcastTo(constant([1, 2]), [2, 2])).toArray(); // [[1, 2], [1, 2]]
 */
export function broadcastTo(input: TensorLike, shape: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(shapeDefs.BroadcastTo, [input, shape], {}, options.name);
}

/**
 * The shape of two tensors broadcast against each other, computed when it runs.
 *
 * Shapes: `[m]`, `[n]` → `[max(m, n)]`.
 * @throws {InvalidArgumentError} at the run, when they cannot be broadcast.
 * @see TensorFlow `broadcast_dynamic_shape`; `BroadcastArgs`, core/ops/array_ops.cc
 * @example
 * session.runSync(broadcastDynamicShape([2, 1], [3])).toArray(); // [2, 3]
 */
export function broadcastDynamicShape(shapeX: TensorLike, shapeY: TensorLike): Tensor {
  return applyOp1(shapeDefs.BroadcastArgs, [shapeX, shapeY]);
}
