/** Builders of the ops that join tensors and take them apart, and the packing of lists that have tensors in them. Mirrors python/ops/array_ops.py and array_ops_stack.py. */
import { ArgumentError, ArgumentTypeError, NamesakeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike, tensorDType } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor, type TensorConvertible } from "../graph/tensor.ts";
import { asDType, type DType, type DTypeLike, int32 } from "../tensor/dtype.ts";
import type { Literal } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { constant, identity } from "./array.ts";
import { concatDefs } from "./concat.defs.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** An option of builders that work along one axis; negative axes count from the end. */
export interface AxisOption extends NameOption {
  readonly axis?: number | undefined;
}

/**
 * Joins tensors along an axis.
 *
 * Shapes: `[a, b]`, `[c, b]`, … → `[a + c + …, b]` for axis 0.
 * Dtypes: all; all alike.
 * @throws {ShapeError} when other dimensions differ.
 * @see TensorFlow `concat`, python/ops/array_ops.py; `ConcatV2`, core/ops/array_ops.cc
 * @example
 * session.runSync(concat([constant([1]), constant([2, 3])], 0)).toArray(); // [1, 2, 3]
 */
export function concat(values: TensorLike | readonly TensorLike[], axis: TensorLike, options: NameOption = {}): Tensor {
  const list = (Array.isArray(values) ? values : [values]) as readonly TensorLike[];
  const name = options.name ?? "concat";
  if (list.length !== 1) return applyOp1(concatDefs.ConcatV2, [list, axis], {}, name);
  return inOpScope(name, name, [], () => {
    const given = convertToTensor(axis, { name: "concat_dim", dtype: int32 });
    if (given.shape.rank !== null && given.shape.rank !== 0)
      throw new ArgumentError(`Shape ${given.shape} must have rank 0`, { axis });
    return identity(list[0] as TensorLike, { name });
  });
}

/**
 * Joins tensors of one shape along a new axis.
 *
 * Shapes: n times `[a, b]` → `[n, a, b]` for axis 0.
 * Dtypes: all; all alike.
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when `axis` is out of range.
 * @see TensorFlow `stack`, python/ops/array_ops_stack.py; `Pack`, core/ops/array_ops.cc
 * @example
 * session.runSync(stack([constant([1, 2]), constant([3, 4])], { axis: 1 })).toArray(); // [[1, 3], [2, 4]]
 */
export function stack(values: readonly TensorLike[], options: AxisOption = {}): Tensor {
  const { axis = 0 } = options;
  const name = options.name ?? "stack";
  return publicCall(() => {
    if (axis === 0) {
      const packed = tryToConvert(values, name);
      if (packed !== null) return packed;
    }
    const { rank } = convertToTensor(values[0], { name }).shape;
    if (rank !== null && (axis < -rank - 1 || axis >= rank + 1))
      throw new ArgumentError(`Argument \`axis\` = ${axis} not in range [${-rank - 1}, ${rank + 1})`, { axis, rank });
    return applyOp1(concatDefs.Pack, [values], { axis }, name);
  });
}

function tryToConvert(values: readonly TensorLike[], name: string): Tensor | null {
  try {
    return convertToTensor(values, { name });
  } catch (error) {
    if (error instanceof NamesakeError) return null;
    throw error;
  }
}

/** That many tensors: a tuple where the count is a literal of at most 32, else a list. */
export type TensorsOfCount<N extends number> = number extends N ? Tensor[] : N extends number ? Repeated<N> : never;

type Repeated<N extends number, Made extends Tensor[] = []> = Made["length"] extends N
  ? Made
  : Made["length"] extends 32
    ? Tensor[]
    : Repeated<N, [...Made, Tensor]>;

/** Options of `unstack`. */
export interface UnstackOptions extends AxisOption {
  /** The size of the axis, where the static shape does not tell it. */
  readonly num?: number | null | undefined;
}

/**
 * Takes a tensor apart along an axis.
 *
 * Shapes: `[n, a, b]` → n times `[a, b]` for axis 0.
 * @throws {ArgumentError} when the size of the axis is not known, or `axis` is out of range.
 * @see TensorFlow `unstack`, python/ops/array_ops_stack.py; `Unpack`, core/ops/array_ops.cc
 * @example
 * const [a, b] = unstack(constant([[1, 2], [3, 4]]));
 * session.runSync(b).toArray(); // [3, 4]
 */
export function unstack<const N extends number>(
  value: TensorLike,
  options: UnstackOptions & { readonly num: N },
): TensorsOfCount<N>;
export function unstack(value: TensorLike, options?: UnstackOptions): Tensor[];
export function unstack(value: TensorLike, options: UnstackOptions = {}): Tensor[] {
  const { axis = 0 } = options;
  return publicCall(() => {
    const tensor = options.num === undefined || options.num === null ? convertToTensor(value) : value;
    const num = options.num ?? sizeOfAxis((tensor as Tensor).shape, axis);
    return [...applyOp(concatDefs.Unpack, [tensor], { num, axis }, options.name ?? "unstack").outputs];
  });
}

function sizeOfAxis(shape: TensorShape, axis: number): number {
  const { rank } = shape;
  if (rank !== null && (axis < -rank || axis >= rank))
    throw new ArgumentError(`Argument \`axis\` = ${axis} not in range [${-rank}, ${rank})`, { axis, rank });
  const size = shape.dim(axis);
  if (size !== null) return size;
  throw new ArgumentError(
    `Cannot infer argument \`num\` from shape ${shape}\n  how many tensors come out must be known now: unstack(x, { num })`,
    { shape, axis },
  );
}

/** Options of `split`. */
export interface SplitOptions extends NameOption {
  readonly axis?: TensorLike | undefined;
  /** How many sizes there are, where a tensor gives them and its shape is not known. */
  readonly num?: number | null | undefined;
}

/**
 * Cuts a tensor into pieces along an axis: into so many of one size, or into pieces of the given sizes (one may be -1: what is left over).
 *
 * Shapes: `[a, b]` → n times `[a / n, b]`, or `[s, b]` for each size s, for axis 0.
 * @throws {ShapeError} when the sizes do not fit the dimension.
 * @see TensorFlow `split`, python/ops/array_ops.py; `Split` and `SplitV`, core/ops/array_ops.cc
 * @example
 * const [a, b] = split(constant([1, 2, 3]), [1, 2]);
 * session.runSync(b).toArray(); // [2, 3]
 */
export function split<const N extends number>(
  value: TensorLike,
  numOrSizeSplits: N,
  options?: SplitOptions,
): TensorsOfCount<N>;
export function split<const S extends readonly number[]>(
  value: TensorLike,
  numOrSizeSplits: S,
  options?: SplitOptions,
): { -readonly [K in keyof S]: Tensor };
export function split(value: TensorLike, numOrSizeSplits: TensorLike, options?: SplitOptions): Tensor[];
export function split(value: TensorLike, numOrSizeSplits: TensorLike, options: SplitOptions = {}): Tensor[] {
  const axis = options.axis ?? 0;
  const name = options.name ?? "split";
  return publicCall(() => {
    if (typeof numOrSizeSplits === "number")
      return [...applyOp(concatDefs.Split, [axis, value], { num_split: numOrSizeSplits }, name).outputs];
    const sizes = convertToTensor(numOrSizeSplits, { preferredDtype: int32 });
    if (sizes.shape.rank === 0) {
      throw new ArgumentError(
        `Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument provided: ${pythonText(numOrSizeSplits)}`,
        { numOrSizeSplits },
      );
    }
    const count = options.num ?? sizes.shape.dim(0);
    if (count === null)
      throw new ArgumentError(`Cannot infer argument \`num\` from shape ${pythonText(numOrSizeSplits)}`, {
        numOrSizeSplits,
      });
    return [...applyOp(concatDefs.SplitV, [value, sizes, axis], { num_split: count }, name).outputs];
  });
}

type Packable = Tensor | TensorConvertible;

function isPackable(value: unknown): value is Packable {
  return value instanceof Tensor || isTensorConvertible(value);
}

function dtypeOf(value: Packable): DType | null {
  const { dtype } = value as { readonly dtype?: DTypeLike };
  return dtype === undefined ? null : asDType(dtype).baseDtype;
}

/** Nested lists with the tensors in them cast to a dtype. */
function castTensors(values: readonly unknown[], dtype: DType): unknown[] {
  return values.map((value) => {
    if (Array.isArray(value)) return castTensors(value, dtype);
    return isPackable(value) && dtypeOf(value) !== dtype ? applyOp1(mathDefs.Cast, [value], { DstT: dtype }) : value;
  });
}

/**
 * Makes one tensor of nested lists that have tensors in them, as TensorFlow does wherever a tensor is wanted:
 * one `Pack` per list that holds a tensor, and constants for what stands beside tensors.
 */
export function packList(values: readonly unknown[], dtype: DType | undefined, name = "packed"): Tensor {
  return publicCall(() => {
    const natural = tensorDType(values);
    const wanted = dtype?.baseDtype ?? natural;
    const list =
      wanted !== undefined && natural !== undefined && wanted !== natural ? castTensors(values, wanted) : values;
    return packNested(list, wanted, name) as Tensor;
  });
}

/** A tensor, or the list itself when there is no tensor in it. */
function packNested(values: readonly unknown[], dtype: DType | undefined, name: string): Packable | readonly unknown[] {
  return inOpScope(name, name, [], (scope) => {
    const items = values.map((value, i) => {
      if (Array.isArray(value)) return packNested(value, dtype, String(i));
      if (isPackable(value)) checkPackable(value, dtype);
      return value;
    });
    if (!items.some(isPackable)) return items;
    const tensors = items.map((item, i) =>
      isPackable(item) ? item : constant(item as Literal, { dtype, name: String(i) }),
    );
    return applyOp1(concatDefs.Pack, [tensors], {}, scope);
  });
}

function checkPackable(value: Packable, dtype: DType | undefined): void {
  const own = dtypeOf(value);
  if (dtype === undefined || own === null || own === dtype) return;
  throw new ArgumentTypeError(
    `Cannot convert a list containing a tensor of dtype ${String((value as { readonly dtype?: DTypeLike }).dtype)} to ${dtype} (Tensor is: ${tensorRepr(value)})`,
    { value, dtype },
  );
}

/** As Python's `repr` of a tensor. */
export function tensorRepr(value: unknown): string {
  return value instanceof Tensor
    ? `<tf.Tensor '${value.name}' shape=${value.shape} dtype=${value.dtype.name}>`
    : String(value);
}
