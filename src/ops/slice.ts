/** Builders of the ops that take a block out of a tensor, and Python's indexing. Mirrors python/ops/array_ops.py and tensor_getitem_override.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { type DType, int16, int32, int64 } from "../tensor/dtype.ts";
import { type Literal, NDArray, ndarray } from "../tensor/ndarray.ts";
import { constant, onesLike } from "./array.ts";
import { stack, tensorRepr } from "./concat.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { sliceDefs } from "./slice.defs.ts";

/**
 * Takes a block out of a tensor.
 *
 * Shapes: rank r, `begin` and `size` `[r]` → `size`, in which -1 means all that is left.
 * @throws {ShapeError} when ranks do not fit. @throws {InvalidArgumentError} at the run, for a block outside of the tensor.
 * @see TensorFlow `slice`, python/ops/array_ops.py; `Slice`, core/ops/array_ops.cc
 * @example
 * session.runSync(slice(constant([1, 2, 3, 4]), [1], [2])).toArray(); // [2, 3]
 */
export function slice(input: TensorLike, begin: TensorLike, size: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(sliceDefs.Slice, [input, begin, size], {}, options.name);
}

/** Options of `stridedSlice`. Bit i of a mask belongs to entry i. */
export interface StridedSliceOptions extends NameOption {
  /** Default: all 1. */
  readonly strides?: TensorLike | null | undefined;
  /** Entries whose `begin` is ignored: from the first element on. */
  readonly beginMask?: number;
  /** Entries whose `end` is ignored: up to the last element. */
  readonly endMask?: number;
  /** The entry that stands for as many whole axes as are missing. */
  readonly ellipsisMask?: number;
  /** Entries that add an axis of size 1. */
  readonly newAxisMask?: number;
  /** Entries that take one element and remove the axis. */
  readonly shrinkAxisMask?: number;
}

/**
 * Takes every so-many-th element out of a block, as Python's `x[begin:end:stride, …]`.
 *
 * Shapes: rank r, `begin`, `end` and `strides` `[n]` with n ≤ r plus new axes.
 * @throws {ShapeError} for strides of 0, too many entries, or an index out of bounds.
 * @see TensorFlow `strided_slice`, python/ops/array_ops.py; `StridedSlice`, core/ops/array_ops.cc
 * @example
 * session.runSync(stridedSlice(constant([1, 2, 3, 4]), [0], [4], { strides: [2] })).toArray(); // [1, 3]
 */
export function stridedSlice(
  input: TensorLike,
  begin: TensorLike,
  end: TensorLike,
  options: StridedSliceOptions = {},
): Tensor {
  return publicCall(() => {
    const attrs = {
      begin_mask: options.beginMask,
      end_mask: options.endMask,
      ellipsis_mask: options.ellipsisMask,
      new_axis_mask: options.newAxisMask,
      shrink_axis_mask: options.shrinkAxisMask,
    };
    const strides = options.strides ?? onesLike(wholeNumbers(begin));
    return applyOp1(sliceDefs.StridedSlice, [input, begin, end, strides], attrs, options.name);
  });
}

/** Literals that index are whole numbers. */
function wholeNumbers(index: TensorLike): TensorLike {
  if (index instanceof NDArray || ArrayBuffer.isView(index) || !isLiteral(index)) return index;
  return ndarray(index as Literal, int32);
}

function isLiteral(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isLiteral) : typeof value === "number" || typeof value === "bigint";
}

/** One entry of an index: an element, a range, the ellipsis or a new axis. */
type IndexEntry =
  | { readonly kind: "element"; readonly at: number | Tensor }
  | { readonly kind: "range"; readonly bounds: readonly (number | Tensor | null)[] }
  | { readonly kind: "ellipsis" }
  | { readonly kind: "newaxis" };

/**
 * Python's `x[…]`, as text or as a list of entries: a number or scalar tensor takes one element and removes the axis,
 * `[begin, end, stride]` (each may be null) or `"begin:end:stride"` takes a range, `"..."` stands for the missing axes, `"newaxis"` adds an axis.
 *
 * Makes an op named `strided_slice`, with its bounds as `strided_slice/stack`, `stack_1` and `stack_2`.
 * @throws {ArgumentTypeError} for entries that are none of these. @throws {ShapeError} for an index out of bounds.
 */
export function indexTensor(x: TensorLike, spec: string | readonly unknown[]): Tensor {
  return publicCall(() => {
    const tensor = convertToTensor(x);
    const entries = typeof spec === "string" ? parseIndex(spec) : spec.map(entryOf);
    const bounds = new IndexBounds(entries);
    return inOpScope(null, "strided_slice", [tensor, ...bounds.begin, ...bounds.end, ...bounds.strides], (scope) => {
      const [begin, end, strides] = bounds.pack();
      return stridedSlice(tensor, begin, end, { ...bounds.masks(), strides, name: scope });
    });
  });
}

function parseIndex(text: string): IndexEntry[] {
  return text.trim() === ""
    ? []
    : text
        .replace(/,\s*$/, "")
        .split(",")
        .map((part) => parseEntry(part.trim()));
}

function parseEntry(text: string): IndexEntry {
  if (text === "...") return { kind: "ellipsis" };
  if (text === "newaxis" || text === "None") return { kind: "newaxis" };
  const parts = text.split(":").map((part) => part.trim());
  if (parts.length > 3 || !parts.every((part) => /^([-+]?\d+)?$/.test(part)) || (parts.length === 1 && parts[0] === ""))
    throw invalidEntry(text);
  const bounds = parts.map((part) => (part === "" ? null : Number(part)));
  return parts.length === 1 ? { kind: "element", at: bounds[0] as number } : { kind: "range", bounds };
}

function entryOf(item: unknown): IndexEntry {
  if (item === null) return { kind: "newaxis" };
  if (typeof item === "string") return parseEntry(item.trim());
  if (Array.isArray(item))
    return {
      kind: "range",
      bounds: item.map((bound: unknown) => (bound === null || bound === undefined ? null : boundOf(bound))),
    };
  return { kind: "element", at: boundOf(item) };
}

function boundOf(value: unknown): number | Tensor {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && Number.isInteger(value)) return value;
  const tensor = isTensorConvertible(value) && hasIndexDType(value) ? value.asTensor() : value;
  if (tensor instanceof Tensor && hasIndexDType(tensor) && tensor.shape.rank !== 1) return tensor;
  throw invalidEntry(value);
}

function hasIndexDType(value: object): boolean {
  const { dtype } = value as { readonly dtype?: DType };
  return dtype !== undefined && [int16, int32, int64].includes(dtype.baseDtype);
}

function invalidEntry(value: unknown): ArgumentTypeError {
  const shown = value instanceof Tensor ? tensorRepr(value) : pythonText(value, true);
  return new ArgumentTypeError(
    `Only integers, slices (\`:\`), ellipsis (\`...\`), tf.newaxis (\`None\`) and scalar tf.int32/tf.int64 tensors are valid indices, got ${shown}\n  as text  x.at("0, :, 2:"), x.at("..., newaxis, ::-1")\n  as a list  x.at([0, [null, null], [2, null], tensor])\n  by a mask  booleanMask(x, mask)`,
    { entry: value },
  );
}

/** Gathers the bounds and masks of an index, entry by entry. */
class IndexBounds {
  readonly begin: (number | Tensor)[] = [];
  readonly end: (number | Tensor)[] = [];
  readonly strides: (number | Tensor)[] = [];
  #beginMask = 0;
  #endMask = 0;
  #ellipsisMask = 0;
  #newAxisMask = 0;
  #shrinkAxisMask = 0;

  constructor(entries: readonly IndexEntry[]) {
    for (const [i, entry] of entries.entries()) this.#add(entry, 1 << i);
  }

  #add(entry: IndexEntry, bit: number): void {
    if (entry.kind === "range") {
      this.#addRange(entry.bounds, bit);
    } else if (entry.kind === "element") {
      const { at } = entry;
      const isTensor = at instanceof Tensor;
      // As in Python, the op of `at + 1` is made before the scope of the slice is opened.
      this.#push(
        at,
        isTensor ? at.add(1) : at + 1,
        isTensor && at.dtype.baseDtype !== int32 ? constant(1, { dtype: at.dtype }) : 1,
      );
      this.#shrinkAxisMask |= bit;
    } else {
      this.#push(0, 0, 1);
      if (entry.kind === "ellipsis") this.#ellipsisMask |= bit;
      else this.#newAxisMask |= bit;
    }
  }

  #addRange(bounds: readonly (number | Tensor | null)[], bit: number): void {
    const dtype = rangeDType(bounds);
    const absent = (value: number): number | Tensor => (dtype === null ? value : constant(value, { dtype }));
    const [begin = null, end = null, stride = null] = bounds;
    if (begin === null) this.#beginMask |= bit;
    if (end === null) this.#endMask |= bit;
    this.#push(begin ?? absent(0), end ?? absent(0), stride ?? absent(1));
  }

  #push(begin: number | Tensor, end: number | Tensor, stride: number | Tensor): void {
    this.begin.push(begin);
    this.end.push(end);
    this.strides.push(stride);
  }

  masks(): StridedSliceOptions {
    return {
      beginMask: this.#beginMask,
      endMask: this.#endMask,
      ellipsisMask: this.#ellipsisMask,
      newAxisMask: this.#newAxisMask,
      shrinkAxisMask: this.#shrinkAxisMask,
    };
  }

  /** The bounds as tensors of one dtype. */
  pack(): readonly [Tensor, Tensor, Tensor] {
    if (this.begin.length === 0) {
      const empty = constant([], { dtype: int32 });
      return [empty, empty, empty];
    }
    const packed = [this.begin, this.end, this.strides].map(packBounds);
    const isBig = packed.some((tensor) => tensor.dtype === int64);
    return packed.map((tensor) =>
      isBig && tensor.dtype !== int64 ? applyOp1(mathDefs.Cast, [tensor], { DstT: int64 }) : tensor,
    ) as unknown as readonly [Tensor, Tensor, Tensor];
  }
}

function packBounds(list: readonly (number | Tensor)[]): Tensor {
  return list.some((item) => item instanceof Tensor)
    ? stack(list)
    : convertToTensor(list, { dtype: int32, name: "stack" });
}

/** The dtype of the tensors that bound a range: what is absent beside them is a constant of it. */
function rangeDType(bounds: readonly (number | Tensor | null)[]): DType | null {
  const dtypes = bounds.flatMap((bound) => (bound instanceof Tensor ? [bound.dtype.baseDtype] : []));
  return [int64, int32, int16].find((dtype) => dtypes.includes(dtype)) ?? null;
}
