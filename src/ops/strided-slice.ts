/** The geometry of a strided slice: which elements along each axis, and the result's shape. For inference and for kernels. Mirrors core/util/strided_slice_op.cc. */
import type { Dimension } from "../tensor/shape.ts";

/** The bits of StridedSlice's attrs: bit i belongs to entry i of `begin`, `end` and `strides`. */
export interface SliceMasks {
  readonly begin_mask: number;
  readonly end_mask: number;
  readonly ellipsis_mask: number;
  readonly new_axis_mask: number;
  readonly shrink_axis_mask: number;
}

/** What is taken along one axis of the input. */
interface AxisSlice {
  begin: number;
  end: number;
  stride: number;
  readonly beginIsOpen: boolean;
  readonly endIsOpen: boolean;
  readonly shrinks: boolean;
}

/** A slice with one entry per axis of the input: ellipses are expanded, open ends filled in, indices within bounds. */
export interface DenseSlice {
  /** Per axis of the input: the first index and the stride. */
  readonly begin: readonly number[];
  readonly strides: readonly number[];
  /** How many elements are taken along each axis of the input. */
  readonly counts: readonly Dimension[];
  /** The shape of the result: counts without shrunken axes, with new ones. */
  readonly shape: readonly Dimension[];
}

/** An entry of the result's shape that is not an axis of the input. */
const NEW_AXIS = -2;
const SHRUNKEN = -1;

/**
 * Expands a slice against an input shape. `begin` and `end` are `null` while their values are not known.
 * `fail` makes the error of a slice that cannot be taken, from TensorFlow's text.
 */
export function denseSlice(
  input: readonly Dimension[],
  begin: readonly number[] | null,
  end: readonly number[] | null,
  strides: readonly number[],
  masks: SliceMasks,
  fail: (message: string) => Error,
): DenseSlice {
  if ((masks.ellipsis_mask & (masks.ellipsis_mask - 1)) !== 0)
    throw fail("Multiple ellipses in slice spec not allowed");
  const axes: AxisSlice[] = [];
  const order = expand(input.length, { begin, end, strides, masks }, axes, fail);
  const known = begin !== null && end !== null;
  const counts = axes.map((axis, i) => countAlong(axis, i, input[i] as Dimension, known, fail));
  const shape: Dimension[] = [];
  for (const at of order) {
    if (at >= 0) shape.push(counts[at] as Dimension);
    else if (at === NEW_AXIS) shape.push(1);
  }
  return { begin: axes.map((axis) => axis.begin), strides: axes.map((axis) => axis.stride), counts, shape };
}

/** A slice as it was given, before it meets a shape. */
interface SparseSlice {
  readonly begin: readonly number[] | null;
  readonly end: readonly number[] | null;
  readonly strides: readonly number[];
  readonly masks: SliceMasks;
}

function hasBit(mask: number, i: number): boolean {
  return ((mask >> i) & 1) === 1;
}

/** Fills `axes`, one per axis of the input; gives back where each dimension of the result comes from. */
function expand(rank: number, given: SparseSlice, axes: AxisSlice[], fail: (message: string) => Error): number[] {
  const { strides, masks } = given;
  const order: number[] = [];
  // Without an ellipsis, one stands at the end.
  const ellipsisAt = masks.ellipsis_mask === 0 ? strides.length : 31 - Math.clz32(masks.ellipsis_mask);
  const entries = Math.max(strides.length, ellipsisAt + 1);
  let newAxesAfterEllipsis = 0;
  for (let i = ellipsisAt + 1; i < strides.length; i += 1)
    if (hasBit(masks.new_axis_mask, i)) newAxesAfterEllipsis += 1;
  for (let i = 0; i < entries; i += 1) {
    if (i === ellipsisAt) {
      const next = Math.min(rank - (entries - i) + 1 + newAxesAfterEllipsis, rank);
      while (axes.length < next) {
        order.push(axes.length);
        axes.push({ begin: 0, end: 0, stride: 1, beginIsOpen: true, endIsOpen: true, shrinks: false });
      }
    } else if (hasBit(masks.new_axis_mask, i)) {
      order.push(NEW_AXIS);
    } else {
      if (axes.length === rank) throw fail(`Index out of range using input dim ${rank}; input has only ${rank} dims`);
      const axis = axisSlice(given, i);
      order.push(axis.shrinks ? SHRUNKEN : axes.length);
      axes.push(axis);
    }
  }
  return order;
}

function axisSlice({ begin, end, strides, masks }: SparseSlice, i: number): AxisSlice {
  return {
    begin: begin?.[i] ?? 0,
    end: end?.[i] ?? 0,
    stride: strides[i] as number,
    beginIsOpen: hasBit(masks.begin_mask, i),
    endIsOpen: hasBit(masks.end_mask, i),
    shrinks: hasBit(masks.shrink_axis_mask, i),
  };
}

/** How many elements one axis gives; sets its bounds within the dimension. */
function countAlong(
  axis: AxisSlice,
  index: number,
  dim: Dimension,
  known: boolean,
  fail: (message: string) => Error,
): Dimension {
  const { stride, shrinks } = axis;
  if (stride === 0) throw fail(`strides[${index}] must be non-zero`);
  if (dim === null) return shrinks ? 1 : null;
  if (shrinks && stride <= 0) throw fail("only stride 1 allowed on non-range indexing.");
  if (known) return shrinks ? shrink(axis, index, dim, fail) : knownCount(axis, dim);
  if (shrinks) return 1;
  return axis.beginIsOpen && axis.endIsOpen && dim > 0 ? Math.ceil(dim / Math.abs(stride)) : null;
}

function shrink(axis: AxisSlice, index: number, dim: number, fail: (message: string) => Error): number {
  const at = axis.begin < 0 ? dim + axis.begin : axis.begin;
  if (at < 0 || at >= dim) throw fail(`slice index ${at} of dimension ${index} out of bounds.`);
  axis.begin = at;
  axis.end = at + 1;
  return 1;
}

function knownCount(axis: AxisSlice, dim: number): number {
  const forward = axis.stride > 0;
  const [low, high] = forward ? [0, dim] : [-1, dim - 1];
  const clamp = (x: number): number => Math.min(Math.max(x < 0 ? dim + x : x, low), high);
  axis.begin = axis.beginIsOpen ? (forward ? low : high) : clamp(axis.begin);
  axis.end = axis.endIsOpen ? (forward ? high : low) : clamp(axis.end);
  return Math.max(0, Math.ceil((axis.end - axis.begin) / axis.stride));
}
