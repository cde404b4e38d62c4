/** Builders of the ops that make values or pass them on: constants, placeholders, fills, identities. What changes a shape stands in `shape.ts`. Mirrors python/ops/array_ops.py and python/framework/constant_op.py. */
import { ArgumentError, ArgumentTypeError, NamesakeError } from "../base/errors.ts";
import { pythonText, pythonTuple, pythonTypeName } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { constantNode, convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor, type TensorConvertible } from "../graph/tensor.ts";
import { allocate, asDType, type DataArray, type DType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import { type Literal, NDArray, ndarray } from "../tensor/ndarray.ts";
import { asShape, type Dimension, type ShapeLike, TensorShape } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reshape, shapeAsTensor, unnamedShape } from "./shape.ts";

/** Options of `constant`. */
export interface ConstantOptions extends NameOption {
  readonly dtype?: DTypeLike | null | undefined;
  /** The shape; the last element is repeated when there are too few. */
  readonly shape?: TensorShape | readonly Dimension[] | null | undefined;
  /** Whether the value must have `shape` already. */
  readonly verifyShape?: boolean;
}

/**
 * Makes a constant.
 *
 * Shapes: that of the value, or `shape`, filled up with the last element.
 * Dtypes: all; a number is float32, a bigint int64, unless `dtype` says otherwise.
 *
 * @throws {ArgumentTypeError} for tensors, and for elements that `dtype` cannot hold.
 * @throws {ArgumentError} when there are more elements than `shape` takes.
 * @remarks Differs from TensorFlow: whole numbers are float32, too, because JavaScript cannot tell `3` from `3.0`.
 * @see TensorFlow `constant`, python/framework/constant_op.py
 * @example
 * const x = constant([[1, 2], [3, 4]], { name: "x" });
 * session.runSync(x).toArray(); // [[1, 2], [3, 4]]
 */
export function constant(value: Literal, options: ConstantOptions = {}): Tensor {
  return publicCall(() => constantNode(getDefaultGraph(), constantValue(value, options), options.name ?? "Const"));
}

function constantValue(value: Literal, options: ConstantOptions): NDArray {
  if (isAbsent(value)) throw new ArgumentError("None values not supported.", { value });
  const dtype = isAbsent(options.dtype) ? undefined : asDType(options.dtype).baseDtype;
  const dims = isAbsent(options.shape) ? null : wholeShape(options.shape);
  // TensorFlow does not look at what is to fill nothing.
  if (dims?.includes(0) === true && !isArray(value)) return ndarray([], dtype).reshape(dims);
  refuseTensors(value, dtype);
  const literal = ndarray(value, dtype);
  // The node owns its value: what the caller keeps may change later.
  const own = value instanceof NDArray && literal.data === value.data ? literal.copy() : literal;
  return dims === null ? own : withShape(own, dims, options.verifyShape ?? false);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Whether the elements come with their own dtype. */
function isArray(value: unknown): boolean {
  return value instanceof NDArray || ArrayBuffer.isView(value);
}

/** The dimensions that `constant` was asked for; all must be known. */
function wholeShape(shape: TensorShape | readonly Dimension[]): readonly number[] {
  return asShape(shape)
    .asList()
    .map((d) => {
      if (d === null)
        throw new ArgumentTypeError(
          "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
          { shape },
        );
      return d;
    });
}

function refuseTensors(value: unknown, dtype: DType | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) refuseTensors(item, dtype);
  } else if (value instanceof Tensor || isTensorConvertible(value)) {
    const first =
      dtype === undefined
        ? "Expected any non-tensor type, but got a tensor instead."
        : `Expected ${dtype.name}, but got ${pythonText(value)} of type '${pythonTypeName(value)}'.`;
    throw new ArgumentTypeError(
      `${first}\n  a constant holds a value that is known now\n  for the tensor itself  identity(x); for a list of tensors  stack([x, y])`,
      { value },
    );
  }
}

function withShape(value: NDArray, shape: readonly number[], verify: boolean): NDArray {
  const count = shape.reduce((a, b) => a * b, 1);
  if (verify && !asShape(value.shape).equals(shape)) {
    throw new ArgumentTypeError(
      `Expected Tensor's shape: ${pythonTuple(shape.map(String))}, but got ${pythonTuple(value.shape.map(String))}.`,
      { expected: shape, shape: value.shape },
    );
  }
  if (value.size > count)
    throw new ArgumentError(`Too many elements provided. Takes at most ${count}, but got ${value.size}.`, {
      shape,
      size: value.size,
    });
  return value.size === count ? value.reshape(shape) : new NDArray(value.dtype, shape, padded(value, count));
}

/** The elements, followed by repetitions of the last one (zeros when there is none). */
function padded(value: NDArray, count: number): DataArray {
  const data = allocate(value.dtype, count);
  if (value.size === 0) return data;
  const width = value.dtype.isComplex ? 2 : 1;
  const [from, to] = [value.data as Float64Array, data as Float64Array];
  for (let i = 0; i < from.length; i += 1) to[i] = from[i] as number;
  if (width === 1) return to.fill(from[from.length - 1] as number, from.length);
  for (let i = from.length; i < to.length; i += 1) to[i] = to[i - width] as number;
  return data;
}

/**
 * Makes a tensor whose value each run is given as a feed.
 *
 * @param dtype - the element type
 * @param shape - what of the shape is known; feeds must fit it
 * @see TensorFlow `placeholder`, python/ops/array_ops.py
 * @example
 * const x = placeholder("float32", [null, 2]);
 * session.runSync(x, [[x, [[1, 2]]]]).toArray(); // [[1, 2]]
 */
export function placeholder(dtype: DTypeLike, shape?: ShapeLike, options: NameOption = {}): Tensor {
  return applyOp1(
    arrayDefs.Placeholder,
    [],
    { dtype, shape: shape === undefined ? undefined : asShape(shape) },
    options.name,
  );
}

/**
 * Makes a tensor that has a value of its own and that a run may be given another value for.
 *
 * @throws {ShapeError} when the default's shape does not fit `shape`.
 * @see TensorFlow `placeholder_with_default`, python/ops/array_ops.py
 * @example
 * const rate = placeholderWithDefault(0.5, []);
 * session.runSync(rate).item(); // 0.5
 */
export function placeholderWithDefault(input: TensorLike, shape: ShapeLike, options: NameOption = {}): Tensor {
  return applyOp1(arrayDefs.PlaceholderWithDefault, [input], { shape: asShape(shape) }, options.name);
}

/**
 * Passes a tensor on unchanged.
 *
 * @remarks Of a variable, it is the value at the time when it runs.
 * @see TensorFlow `identity`, python/ops/array_ops.py; `Identity`, core/ops/array_ops.cc
 * @example
 * session.runSync(identity(constant(3))).item(); // 3
 */
export function identity(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(arrayDefs.Identity, [input], {}, options.name);
}

/**
 * Passes several tensors on unchanged, as one op.
 *
 * @throws {ArgumentError} when the list is empty.
 * @see TensorFlow `identity_n`; `IdentityN`, core/ops/array_ops.cc
 * @example
 * const [a, b] = identityN([constant(1), constant(true)]);
 * session.runSync(b).item(); // true
 */
export function identityN(input: readonly TensorLike[], options: NameOption = {}): Tensor[] {
  return [...applyOp(arrayDefs.IdentityN, [input], {}, options.name).outputs];
}

/**
 * Passes a tensor on; gradients end here.
 *
 * @see TensorFlow `stop_gradient`; `StopGradient`, core/ops/array_ops.cc
 * @example
 * session.runSync(stopGradient(constant(3))).item(); // 3
 */
export function stopGradient(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(arrayDefs.StopGradient, [input], {}, options.name);
}

/**
 * Passes a tensor on; asking for a gradient through it is an error.
 *
 * @see TensorFlow `PreventGradient`, core/ops/array_ops.cc
 * @example
 * session.runSync(preventGradient(constant(3), { message: "not differentiable here" })).item(); // 3
 */
export function preventGradient(input: TensorLike, options: NameOption & { readonly message?: string } = {}): Tensor {
  return applyOp1(arrayDefs.PreventGradient, [input], { message: options.message }, options.name);
}

/**
 * Passes a tensor on; a run fails with `message` when it holds a not-a-number or an infinity.
 *
 * Dtypes: bfloat16, float16, float32, float64.
 * @throws {InvalidArgumentError} at the run.
 * @see TensorFlow `check_numerics`; `CheckNumerics`, core/ops/array_ops.cc
 * @example
 * session.runSync(checkNumerics(constant(3), "loss")).item(); // 3
 */
export function checkNumerics(tensor: TensorLike, message: string, options: NameOption = {}): Tensor {
  return applyOp1(arrayDefs.CheckNumerics, [tensor], { message }, options.name);
}

/**
 * Passes a tensor on with the shape that it is known to have; a run fails when it has another.
 *
 * @throws {ShapeError} when the static shape does not fit; {InvalidArgumentError} at the run.
 * @see TensorFlow `ensure_shape`, python/ops/check_ops.py; `EnsureShape`, core/ops/array_ops.cc
 * @example
 * const x = placeholder("float32");
 * ensureShape(x, [null, 3]).shape.toString(); // "(?, 3)"
 */
export function ensureShape(x: TensorLike, shape: ShapeLike, options: NameOption = {}): Tensor {
  return publicCall(() => {
    const tensor = convertToTensor(x);
    return applyOp1(arrayDefs.EnsureShape, [tensor], { shape: asShape(shape) }, options.name ?? "EnsureShape");
  });
}

/**
 * Makes a tensor in which every element is `value`.
 *
 * Shapes: dims `[r]`, value scalar → the shape that `dims` holds.
 * Dtypes: dims int32 or int64; value any.
 *
 * @throws {ShapeError} for negative dimensions and for a value that is no scalar.
 * @see TensorFlow `fill`, python/ops/array_ops.py; `Fill`, core/ops/array_ops.cc
 * @example
 * session.runSync(fill([2, 2], 7)).toArray(); // [[7, 7], [7, 7]]
 */
export function fill(dims: TensorLike, value: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(arrayDefs.Fill, [dims, value], {}, options.name);
}

/** Options of `zeros` and `ones`. */
export interface FilledOptions extends NameOption {
  /** Default: float32. */
  readonly dtype?: DTypeLike | undefined;
}

/**
 * Makes a tensor of zeros, `false` or empty strings.
 *
 * Shapes below 1000 elements become one `Const`, others a `Fill`.
 * @see TensorFlow `zeros`, python/ops/array_ops.py
 * @example
 * session.runSync(zeros([2, 2], { dtype: "int32" })).toArray(); // [[0, 0], [0, 0]]
 */
export function zeros(shape: ShapeLike | TensorLike, options: FilledOptions = {}): Tensor {
  return tagged(filled("zeros", shape, asDType(options.dtype ?? float32).baseDtype, options.name));
}

/** What `zeros` and `zerosLike` made. */
const zeroTensors = new WeakSet<Tensor>();

function tagged(tensor: Tensor): Tensor {
  zeroTensors.add(tensor);
  return tensor;
}

/** @internal Whether `zeros` or `zerosLike` made the tensor: as a gradient, it says that nothing used an output. */
export function isMadeOfZeros(tensor: Tensor): boolean {
  return zeroTensors.has(tensor);
}

/**
 * Makes a tensor of ones or `true`.
 *
 * Shapes below 1000 elements become one `Const`, others a `Fill`.
 * @throws {ArgumentTypeError} for strings.
 * @see TensorFlow `ones`, python/ops/array_ops.py
 * @example
 * session.runSync(ones([2])).toArray(); // [1, 1]
 */
export function ones(shape: ShapeLike | TensorLike, options: FilledOptions = {}): Tensor {
  return filled("ones", shape, asDType(options.dtype ?? float32).baseDtype, options.name);
}

type Filling = "zeros" | "ones";

/** From this many elements on, zeros and ones are computed and not stored. */
const CONSTANT_LIMIT = 1000;

function filled(
  filling: Filling,
  shape: ShapeLike | TensorLike,
  dtype: DType,
  name: string | null | undefined,
): Tensor {
  return inOpScope(name, filling, [shape], (scope) => {
    const element = elementOf(filling, dtype);
    let dims = shape instanceof Tensor ? shape : undefined;
    if (dims === undefined) {
      const small = smallConstant(element, shape, dtype, scope);
      if (small !== null) return small;
      dims = shapeAsTensor(shape);
    }
    if (dims.shape.rank === null || dims.shape.rank === 0) dims = reshape(dims, [-1]);
    return fill(dims, constant(element, { dtype }), { name: scope });
  });
}

function elementOf(filling: Filling, dtype: DType): Literal {
  if (dtype.isBool) return filling === "ones";
  return dtype.isString && filling === "zeros" ? "" : filling === "ones" ? 1 : 0;
}

function smallConstant(element: Literal, shape: unknown, dtype: DType, scope: string): Tensor | null {
  const dims = shape instanceof TensorShape ? shape.dims : shape;
  if (!Array.isArray(dims) || !dims.every((d) => typeof d === "number")) return null;
  if (dims.reduce((a, b) => a * b, 1) >= CONSTANT_LIMIT) return null;
  try {
    return constant(element, { dtype, shape: dims, name: scope });
  } catch (error) {
    // TensorFlow tries again with Fill, which then fails with the same text.
    if (error instanceof NamesakeError && error.tensorflowClass === "TypeError") return null;
    throw error;
  }
}

/** Options of `zerosLike` and `onesLike`. */
export interface LikeOptions extends NameOption {
  /** Default: that of the tensor. */
  readonly dtype?: DTypeLike | null | undefined;
  /** Whether a shape that is known now becomes part of the graph. Default: true. */
  readonly optimize?: boolean;
}

/**
 * Makes zeros in the shape of another tensor.
 *
 * @see TensorFlow `zeros_like`, python/ops/array_ops.py; `ZerosLike`, core/ops/array_ops.cc
 * @example
 * session.runSync(zerosLike(constant([1, 2]))).toArray(); // [0, 0]
 */
export function zerosLike(tensor: TensorLike, options: LikeOptions = {}): Tensor {
  return inOpScope(options.name, "zeros_like", [tensor], (scope) => {
    const like = hasStaticShape(tensor) ? tensor : convertToTensor(tensor, { name: "tensor" });
    const optimize = options.optimize ?? true;
    const dtype = options.dtype === undefined || options.dtype === null ? null : asDType(options.dtype);
    if (optimize && like.shape.isFullyDefined()) return zeros(like.shape, { dtype: dtype ?? like.dtype, name: scope });
    if (dtype !== null && dtype !== like.dtype) return zeros(unnamedShape(like, optimize), { dtype, name: scope });
    return tagged(applyOp1(arrayDefs.ZerosLike, [like], {}, scope));
  });
}

/** Tensors and variables tell their shape without being read. */
function hasStaticShape(
  value: TensorLike,
): value is (Tensor | TensorConvertible) & { readonly shape: TensorShape; readonly dtype: DType } {
  return (
    value instanceof Tensor ||
    (isTensorConvertible(value) && (value as { readonly shape?: unknown }).shape instanceof TensorShape)
  );
}

/**
 * Makes ones in the shape of another tensor.
 *
 * @see TensorFlow `ones_like`, python/ops/array_ops.py
 * @example
 * session.runSync(onesLike(constant([1, 2]))).toArray(); // [1, 1]
 */
export function onesLike(tensor: TensorLike, options: LikeOptions = {}): Tensor {
  return inOpScope(options.name, "ones_like", [tensor], (scope) => {
    const like = convertToTensor(tensor, { name: "tensor" });
    const made = ones(unnamedShape(like, options.optimize ?? true), {
      dtype: options.dtype ?? like.dtype,
      name: scope,
    });
    made.setShape(like.shape);
    return made;
  });
}

/**
 * Reads the bytes of a tensor as another type.
 *
 * Shapes: `[…]` → `[…]` for types of one size; `[…]` → `[…, n]` for a type n times smaller; `[…, n]` → `[…]` for one n times larger.
 * Dtypes: all numbers.
 * @throws {ShapeError} when the last dimension is not n.
 * @see TensorFlow `bitcast`; `Bitcast`, core/ops/array_ops.cc
 * @example
 * session.runSync(bitcast(constant(1), "int32")).item(); // 1065353216
 */
export function bitcast(input: TensorLike, type: DTypeLike, options: NameOption = {}): Tensor {
  return applyOp1(arrayDefs.Bitcast, [input], { type: asDType(type) }, options.name);
}
