/** Builders of the ops of sparse tensors. Mirrors python/ops/sparse_ops.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonTypeName } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DTypeLike } from "../tensor/dtype.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { asShape, type ShapeLike, type TensorShape } from "../tensor/shape.ts";
import { identity, placeholder, placeholderWithDefault, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { where } from "./compare.ts";
import { gather } from "./gather.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { reshape, size } from "./shape.ts";
import { sparseDefs as defs } from "./sparse.defs.ts";
import { SparseTensor } from "./sparse-tensor.ts";

/** Options of `sparseToDense` and `sparse.toDense`. */
export interface ToDenseOptions extends NameOption {
  /** What the other elements are; default 0. */
  readonly defaultValue?: TensorLike | null | undefined;
  /** Whether indices are checked to be in order and unique. Default true. */
  readonly validateIndices?: boolean | undefined;
}

/** @throws {ArgumentTypeError} for what is no sparse tensor. */
export function checkSparse(value: unknown, text?: string): asserts value is SparseTensor {
  if (value instanceof SparseTensor) return;
  throw new ArgumentTypeError(text ?? "Input must be a SparseTensor.", { value, type: pythonTypeName(value) });
}

/**
 * A dense tensor of single elements.
 *
 * Shapes: sparseIndices `[]`, `[n]` or `[n, rank]`, outputShape `[rank]`, sparseValues `[]` or `[n]` → outputShape.
 * Dtypes: indices and shape int32 or int64; values any.
 *
 * @throws {InvalidArgumentError} at the run, for indices out of bounds, out of order or twice.
 * @see TensorFlow `sparse_to_dense`, python/ops/sparse_ops.py; `SparseToDense`
 * @example
 * session.runSync(sparseToDense([[0], [2]], [3], [5, 6])).toArray(); // [5, 0, 6]
 */
export function sparseToDense(
  sparseIndices: TensorLike,
  outputShape: TensorLike,
  sparseValues: TensorLike,
  options: ToDenseOptions = {},
): Tensor {
  const inputs = [sparseIndices, outputShape, sparseValues, options.defaultValue ?? 0];
  return applyOp1(defs.SparseToDense, inputs, { validate_indices: options.validateIndices ?? true }, options.name);
}

/**
 * A sparse tensor as a dense one.
 *
 * @throws {InvalidArgumentError} at the run, for indices out of bounds, out of order or twice.
 * @see TensorFlow `tf.sparse.to_dense`, python/ops/sparse_ops.py
 * @example
 * session.runSync(sparse.toDense(new SparseTensor([[1]], [5], [3]))).toArray(); // [0, 5, 0]
 */
export function sparseTensorToDense(spInput: SparseTensor, options: ToDenseOptions = {}): Tensor {
  checkSparse(spInput);
  return publicCall(() => {
    const defaultValue = options.defaultValue ?? zeros([], { dtype: spInput.dtype });
    return sparseToDense(spInput.indices, spInput.denseShape, spInput.values, { ...options, defaultValue });
  });
}

/**
 * The same sparse tensor with its elements in the order of their indices.
 *
 * @see TensorFlow `tf.sparse.reorder`, python/ops/sparse_ops.py; `SparseReorder`
 * @example
 * const x = sparse.reorder(new SparseTensor([[2], [0]], [7, 8], [3]));
 * session.runSync(x).values.toArray(); // [8, 7]
 */
export function sparseReorder(spInput: SparseTensor, options: NameOption = {}): SparseTensor {
  checkSparse(spInput);
  return publicCall(() => {
    const { indices, values, denseShape, shape } = spInput;
    const { outputs } = applyOp(defs.SparseReorder, [indices, values, denseShape], {}, options.name);
    const whole = shape.isFullyDefined() ? ndarray(shape.asNumbers(), "int64") : identity(denseShape);
    const result = new SparseTensor(outputs[0] as Tensor, outputs[1] as Tensor, whole);
    result.setShape(shape);
    return result;
  });
}

/**
 * The same elements under another dense shape; one dimension may be -1.
 *
 * @throws {InvalidArgumentError} at the run, when the shapes have different numbers of elements.
 * @see TensorFlow `tf.sparse.reshape`, python/ops/sparse_ops.py; `SparseReshape`
 * @example
 * const x = sparse.reshape(new SparseTensor([[1, 1]], [5], [2, 2]), [4]);
 * session.runSync(x).indices.toArray(); // [[3n]]
 */
export function sparseReshape(spInput: SparseTensor, shape: TensorLike, options: NameOption = {}): SparseTensor {
  checkSparse(spInput);
  return publicCall(() => {
    const wanted = cast(isNumbers(shape) ? ndarray(shape, "int32") : shape, "int64");
    return inOpScope(options.name, "SparseReshape", [spInput.indices], (scope) => {
      const { outputs } = applyOp(defs.SparseReshape, [spInput.indices, spInput.denseShape, wanted], {}, scope);
      const known = knownShape(spInput.shape, wanted);
      const whole = known === null ? (outputs[1] as Tensor) : convertToTensor(ndarray(known, "int64"));
      return new SparseTensor(outputs[0] as Tensor, identity(spInput.values), whole);
    });
  });
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((d) => typeof d === "number");
}

/**
 * The new shape where both are known while the graph is built, with its -1 filled in.
 * @throws {ArgumentError} when the shapes have different numbers of elements.
 */
function knownShape(own: TensorShape, wanted: Tensor): number[] | null {
  const written = writtenSizes(wanted);
  const size = own.elementCount();
  if (written === null || size === null) return null;
  const asked = written.map((d) => d ?? -1);
  const implied = asked.indexOf(-1);
  if (implied !== asked.lastIndexOf(-1)) {
    if (written.includes(null)) return null;
    throw new ArgumentError(`At most one dimension can be inferred (-1). Found: [${asked.join(" ")}]`, {
      shape: asked,
    });
  }
  if (implied >= 0 && asked.includes(0)) return null;
  const rest = asked.reduce((product, d) => (d === -1 ? product : product * d), 1);
  const full = implied < 0 ? asked : asked.with(implied, Math.floor(size / rest));
  const count = full.reduce((a, b) => a * b, 1);
  if (count !== size) {
    throw new ArgumentError(
      `Cannot reshape a tensor with ${size} elements to shape [${asked.map((d) => (d === -1 ? "None" : d)).join(", ")}] (${count} elements).`,
      { shape: asked },
    );
  }
  return full;
}

/** Sizes as far as TensorFlow's Python sees them: constants, and others of which it knows how many they are. */
function writtenSizes({ op, shape }: Tensor): (number | null)[] | null {
  if (op.type === "Const") return Array.from((op.attrs["value"] as NDArray).data as ArrayLike<bigint>, Number);
  if (op.type === "Cast") return writtenSizes(op.inputs[0] as Tensor);
  if (op.type === "ConcatV2") {
    const parts = op.inputs.slice(0, -1).map(writtenSizes);
    return parts.includes(null) ? null : (parts as (number | null)[][]).flat();
  }
  const count = shape.rank === 1 ? shape.dim(0) : null;
  return count === null ? null : Array<null>(count).fill(null);
}

/**
 * Gives every row without elements one, at its start. Gives the sparse tensor, and for each row whether it was empty.
 *
 * @throws {InvalidArgumentError} at the run, for an index out of bounds.
 * @see TensorFlow `tf.sparse.fill_empty_rows`, python/ops/sparse_ops.py; `SparseFillEmptyRows`
 * @example
 * const [, isEmpty] = sparse.fillEmptyRows(new SparseTensor([[1, 0]], [5], [2, 2]), 0);
 * session.runSync(isEmpty).toArray(); // [true, false]
 */
export function sparseFillEmptyRows(
  spInput: SparseTensor,
  defaultValue: TensorLike,
  options: NameOption = {},
): [SparseTensor, Tensor] {
  checkSparse(spInput);
  return inOpScope(options.name, "SparseFillEmptyRows", [spInput.indices], () => {
    const fallback = convertToTensor(defaultValue, { dtype: spInput.dtype });
    const { indices, values, denseShape } = spInput;
    const { outputs } = applyOp(defs.SparseFillEmptyRows, [indices, values, denseShape, fallback]);
    const [filled, own, isEmpty] = outputs as readonly [Tensor, Tensor, Tensor];
    return [new SparseTensor(filled, own, denseShape), isEmpty];
  });
}

/**
 * Keeps some elements of a sparse tensor.
 *
 * Shapes: toRetain `[n]`, for the n elements.
 * @see TensorFlow `tf.sparse.retain`, python/ops/sparse_ops.py
 * @example
 * const x = sparse.retain(new SparseTensor([[0], [2]], [7, 8], [3]), [false, true]);
 * session.runSync(x).values.toArray(); // [8]
 */
export function sparseRetain(spInput: SparseTensor, toRetain: TensorLike): SparseTensor {
  checkSparse(spInput);
  return publicCall(() => {
    const kept = reshape(where(convertToTensor(toRetain)), [-1]);
    const indices = gather(spInput.indices, kept);
    return new SparseTensor(indices, gather(spInput.values, kept), identity(spInput.denseShape));
  });
}

/** Options of `sparse.sparseDenseMatmul`. */
export interface SparseMatmulOptions extends NameOption {
  /** Takes the conjugate transpose of the sparse matrix. */
  readonly adjointA?: boolean | undefined;
  /** Takes the conjugate transpose of the dense matrix. */
  readonly adjointB?: boolean | undefined;
}

/**
 * A sparse matrix times a dense one.
 *
 * Shapes: spA `[m, k]`, b `[k, n]` → `[m, n]`.
 * @throws {ShapeError} when the inner dimensions are known and differ. @throws {InvalidArgumentError} at the run, else.
 * @see TensorFlow `tf.sparse.sparse_dense_matmul`, python/ops/sparse_ops.py; `SparseTensorDenseMatMul`
 * @example
 * const a = new SparseTensor([[0, 1]], [2], [1, 2]);
 * session.runSync(sparse.sparseDenseMatmul(a, [[3], [4]])).toArray(); // [[8]]
 */
export function sparseTensorDenseMatmul(spA: SparseTensor, b: TensorLike, options: SparseMatmulOptions = {}): Tensor {
  checkSparse(spA);
  return inOpScope(options.name, "SparseTensorDenseMatMul", [spA.indices, spA.values, b], () => {
    const dense = convertToTensor(b, { name: "b" });
    const attrs = { adjoint_a: options.adjointA ?? false, adjoint_b: options.adjointB ?? false };
    return applyOp1(defs.SparseTensorDenseMatMul, [spA.indices, spA.values, spA.denseShape, dense], attrs);
  });
}

/** Options of `sparse.reduceSum`. */
export interface SparseReduceOptions extends NameOption {
  /** The axes that are summed over; default: all. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Keeps those axes with length 1. */
  readonly keepdims?: boolean | null | undefined;
}

/**
 * The sums of a sparse tensor over some axes, as a dense tensor.
 *
 * @throws {InvalidArgumentError} at the run, for an axis out of range.
 * @see TensorFlow `tf.sparse.reduce_sum`, python/ops/sparse_ops.py; `SparseReduceSum`
 * @example
 * session.runSync(sparse.reduceSum(new SparseTensor([[0, 0], [0, 1]], [1, 2], [2, 2]), { axis: 1 })).toArray(); // [3, 0]
 */
export function sparseReduceSum(spInput: SparseTensor, options: SparseReduceOptions = {}): Tensor {
  checkSparse(spInput);
  return publicCall(() => {
    const { indices, values, denseShape, shape } = spInput;
    const axis = options.axis ?? null;
    const axes = axis === null ? allAxes(denseShape, shape.rank) : ndarray(axis, "int32");
    const attrs = { keep_dims: options.keepdims ?? false };
    return applyOp1(defs.SparseReduceSum, [indices, values, denseShape, axes], attrs, options.name);
  });
}

function allAxes(denseShape: Tensor, rank: number | null): Tensor {
  if (rank === null) return range(0, size(denseShape));
  const axes = Array.from({ length: rank }, (_, i) => i);
  return convertToTensor(ndarray(axes, "int32"));
}

/** Options of `sparsePlaceholder`. */
export interface SparsePlaceholderOptions extends NameOption {
  /** What is known of the shape of the whole. */
  readonly shape?: ShapeLike | null | undefined;
}

/**
 * A sparse tensor that is fed.
 *
 * @see TensorFlow `tf.sparse_placeholder`, python/ops/array_ops.py
 * @example
 * const x = sparsePlaceholder("float32", { shape: [3] });
 * session.runSync(sparse.toDense(x), [[x, new SparseTensorValue([[1]], [5], [3])]]).toArray(); // [0, 5, 0]
 */
export function sparsePlaceholder(dtype: DTypeLike, options: SparsePlaceholderOptions = {}): SparseTensor {
  const { name = null } = options;
  const named = (part: string): NameOption => (name === null ? {} : { name: `${name}/${part}` });
  return publicCall(() => {
    const shape = (options.shape ?? null) === null ? null : asShape(options.shape as ShapeLike);
    const dims = shape?.dims ?? null;
    const whole =
      dims === null
        ? placeholder("int64", [dims], named("shape"))
        : placeholderWithDefault(wholeDefault(dims, name), [dims.length], named("shape"));
    const values = placeholder(asDType(dtype), [null], named("values"));
    const indices = placeholder("int64", [null, dims === null ? null : dims.length], named("indices"));
    const result = new SparseTensor(indices, values, whole);
    if (shape !== null) result.setShape(shape);
    return result;
  });
}

/** Unknown dimensions are -1 until they are fed. */
function wholeDefault(dims: readonly (number | null)[], name: string | null): Tensor {
  const value = ndarray(
    dims.map((d) => d ?? -1),
    "int64",
  );
  return convertToTensor(value, name === null ? {} : { name: `${name}/shape_default` });
}
