/** How taking a block out of a tensor is written in ONNX. */
import { allTrue, failUnless } from "../onnx/checks.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, knownDims } from "../onnx/static-knowledge.ts";
import { int64 } from "../tensor/dtype.ts";
import type { sliceDefs } from "./slice.defs.ts";
import { type DenseSlice, denseSlice, type SliceMasks } from "./strided-slice.ts";

/** Beyond the end of every axis; ONNX takes it for the end itself. */
const END = Number.MAX_SAFE_INTEGER;

/**
 * A block that must lie within the tensor: ONNX would cut off what lies outside. Where that is not known, a reshape to the sizes asked
 * for fails when something was cut off.
 */
function slice(onnx: OnnxBuilder, input: OnnxValue, begin: OnnxValue, size: OnnxValue): Lowered {
  const sizes = constantNumbers(size);
  if (sizes === null) return sliceOfAny(onnx, input, begin, size);
  if (sizes.length === 0)
    return input.shape.rank === 0 ? input : unsupported("it is not known that the input is a scalar");
  const axes = onnx.integers(sizes.map((_, axis) => axis));
  const from = constantNumbers(begin);
  const { dims } = input.shape;
  if (from !== null) {
    const ends = sizes.map((length, i) => (length === -1 ? END : (from[i] as number) + length));
    const taken = (): OnnxValue => onnx.node("Slice", [input, onnx.integers(from), onnx.integers(ends), axes]);
    const isWithin = (start: number, i: number): boolean => {
      const dim = dims?.[i] ?? null;
      if (start === 0 && sizes[i] === -1) return true;
      return dim !== null && start >= 0 && (sizes[i] === -1 ? start <= dim : (ends[i] as number) <= dim);
    };
    if (from.every(isWithin)) return taken();
    if (from.some((start) => start < 0) || !sizes.every((length) => length > 0))
      return unsupported("it is not known that the block lies within the tensor");
    return onnx.node("Reshape", [taken(), onnx.integers(sizes)]);
  }
  if (!sizes.every((length) => length > 0)) return unsupported("it is not known that the block lies within the tensor");
  const start = onnx.cast(begin, int64);
  // What begins before the tensor is moved behind it: ONNX would count it from the end.
  const checked = onnx.node("Where", [
    onnx.node("Less", [start, onnx.scalar(0, int64)]),
    onnx.scalar(END, int64),
    start,
  ]);
  const block = onnx.node("Slice", [input, checked, onnx.node("Add", [checked, onnx.integers(sizes)]), axes]);
  return onnx.node("Reshape", [block, onnx.integers(sizes)]);
}

/** A block whose sizes only the step knows. */
function sliceOfAny(onnx: OnnxBuilder, input: OnnxValue, begin: OnnxValue, size: OnnxValue): Lowered {
  const rank = size.shape.rank === 1 ? size.shape.dim(0) : null;
  if (rank === null || rank === 0 || input.shape.rank !== rank || begin.shape.dim(0) !== rank)
    return unsupported("it is not known how many axes there are");
  const [start, asked] = [onnx.cast(begin, int64), onnx.cast(size, int64)];
  const zero = onnx.scalar(0, int64);
  const dims = onnx.node("Shape", [input]);
  const isOpen = onnx.node("Equal", [asked, onnx.scalar(-1, int64)]);
  const length = onnx.node("Where", [isOpen, onnx.node("Sub", [dims, start]), asked]);
  const end = onnx.node("Add", [start, length]);
  const isCounted = onnx.node("GreaterOrEqual", [onnx.node("Min", [start, length]), zero]);
  const isWithin = onnx.node("And", [isCounted, onnx.node("LessOrEqual", [end, dims])], {}, [rank]);
  const axes = onnx.integers(Array.from({ length: rank }, (_, axis) => axis));
  return onnx.node("Slice", [input, failUnless(onnx, allTrue(onnx, isWithin), start), end, axes]);
}

/** What is done along one axis of the input. */
interface AxisStep {
  readonly axis: number;
  /** The entry of `begin`, `end` and `strides`. */
  readonly entry: number;
}

/** The entries of a slice, sorted by what they do. */
interface Entries {
  /** Axes of which a range is taken. */
  readonly ranges: readonly AxisStep[];
  /** Axes of which one element is taken. */
  readonly picks: readonly AxisStep[];
  /** Where the result has new axes. */
  readonly newAxes: readonly number[];
}

/** Sorts the entries; `null` when they name more axes than there are. */
function sortEntries(rank: number, count: number, masks: SliceMasks): Entries | null {
  const has = (mask: number, i: number): boolean => ((mask >> i) & 1) === 1;
  const ranges: AxisStep[] = [];
  const picks: AxisStep[] = [];
  const newAxes: number[] = [];
  let axis = 0;
  let at = 0;
  let named = 0;
  for (let i = 0; i < count; i += 1) if (!has(masks.ellipsis_mask, i) && !has(masks.new_axis_mask, i)) named += 1;
  if (named > rank) return null;
  for (let entry = 0; entry < count; entry += 1) {
    if (has(masks.ellipsis_mask, entry)) {
      axis += rank - named;
      at += rank - named;
    } else if (has(masks.new_axis_mask, entry)) {
      newAxes.push(at);
      at += 1;
    } else if (has(masks.shrink_axis_mask, entry)) {
      picks.push({ axis, entry });
      axis += 1;
    } else {
      ranges.push({ axis, entry });
      axis += 1;
      at += 1;
    }
  }
  return { ranges, picks, newAxes };
}

interface Bounds {
  readonly begin: OnnxValue;
  readonly end: OnnxValue;
  readonly strides: readonly number[];
}

function stridedSlice(onnx: OnnxBuilder, input: OnnxValue, bounds: Bounds, masks: SliceMasks): Lowered {
  const { rank } = input.shape;
  const { strides } = bounds;
  if (rank === null) return unsupported("the rank is not known");
  const entries = sortEntries(rank, strides.length, masks);
  const isOdd = strides.includes(0) || (masks.ellipsis_mask & (masks.ellipsis_mask - 1)) !== 0;
  if (entries === null || isOdd || entries.picks.some(({ entry }) => (strides[entry] as number) < 0))
    return unsupported("TensorFlow refuses this slice");
  let value = takeRanges(onnx, input, bounds, entries.ranges, masks);
  if (value === null)
    return unsupported("the step is negative, and it is not known that the slice begins within the tensor");
  // Later axes first, so that the numbers of the earlier ones hold.
  for (const { axis, entry } of entries.picks.toReversed())
    value = onnx.node("Gather", [value, elementOf(onnx, bounds.begin, entry)], { axis });
  return entries.newAxes.length === 0 ? value : onnx.node("Unsqueeze", [value, onnx.integers(entries.newAxes)]);
}

/** One element of a list, as a scalar. */
function elementOf(onnx: OnnxBuilder, list: OnnxValue, index: number): OnnxValue {
  const known = constantNumbers(list);
  if (known !== null) return onnx.scalar(known[index] as number, int64);
  return onnx.cast(onnx.node("Gather", [list, onnx.scalar(index, int64)], { axis: 0 }), int64);
}

/** The ranges of every axis at once; both libraries clamp bounds alike, as Python does. */
function takeRanges(
  onnx: OnnxBuilder,
  input: OnnxValue,
  { begin, end, strides }: Bounds,
  ranges: readonly AxisStep[],
  masks: SliceMasks,
): OnnxValue | null {
  const isOpen = (mask: number, entry: number): boolean => ((mask >> entry) & 1) === 1;
  const isWhole = ({ entry }: AxisStep): boolean =>
    isOpen(masks.begin_mask, entry) && isOpen(masks.end_mask, entry) && strides[entry] === 1;
  const taken = ranges.filter((range) => !isWhole(range));
  if (taken.length === 0) return input;
  const starts = constantNumbers(begin);
  // Going backwards, what begins before the first element is nothing; ONNX would begin with the first.
  const isSure = ({ axis, entry }: AxisStep): boolean => {
    const start = isOpen(masks.begin_mask, entry) ? 0 : (starts?.[entry] ?? null);
    const dim = input.shape.dim(axis);
    return (strides[entry] as number) > 0 || (start !== null && (start >= 0 || (dim !== null && start >= -dim)));
  };
  if (!taken.every(isSure)) return null;
  const bound = (list: OnnxValue, mask: number, open: (stride: number) => number): OnnxValue => {
    const known = constantNumbers(list);
    const numbers = taken.map(({ entry }) =>
      isOpen(mask, entry) ? open(strides[entry] as number) : (known?.[entry] ?? null),
    );
    if (!numbers.includes(null)) return onnx.integers(numbers as number[]);
    const parts = taken.map(({ entry }, i) =>
      numbers[i] === null
        ? onnx.node("Unsqueeze", [elementOf(onnx, list, entry), onnx.integers([0])])
        : onnx.integers([numbers[i] as number]),
    );
    return parts.length === 1 ? (parts as [OnnxValue])[0] : onnx.node("Concat", parts, { axis: 0 });
  };
  return onnx.node("Slice", [
    input,
    bound(begin, masks.begin_mask, (stride) => (stride > 0 ? 0 : END)),
    bound(end, masks.end_mask, (stride) => (stride > 0 ? END : -END)),
    onnx.integers(taken.map(({ axis }) => axis)),
    onnx.integers(taken.map(({ entry }) => strides[entry] as number)),
  ]);
}

/** What a slice takes of a shape; `null` where TensorFlow refuses it. */
function takenOf(
  size: readonly number[],
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
  masks: SliceMasks,
): DenseSlice | null {
  if (size.some((d) => d < 0) || begin.length !== strides.length || end.length !== strides.length) return null;
  try {
    return denseSlice(size, begin, end, strides, masks, (message) => new RangeError(message));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Puts the gradient where the slice took its elements, between zeros. */
function stridedSliceGrad(
  onnx: OnnxBuilder,
  [size, begin, end, strides, dy]: readonly [OnnxValue, OnnxValue, OnnxValue, OnnxValue, OnnxValue],
  masks: SliceMasks,
): Lowered {
  const lists = [size, begin, end, strides].map(constantNumbers);
  if (lists[0] === null && !lists.slice(1).includes(null))
    return openSliceGrad(onnx, size, lists.slice(1) as [number[], number[], number[]], dy, masks);
  if (lists.includes(null) || lists[0]?.length === 0) return unsupported("the slice is not known before the step");
  const [dims, from, to, steps] = lists as readonly (readonly number[])[] as [number[], number[], number[], number[]];
  const taken = takenOf(dims, from, to, steps, masks);
  if (taken === null) return unsupported("TensorFlow refuses this slice");
  const [counts, given] = [taken.counts as readonly number[], knownDims(dy)];
  const fits = given?.length === taken.shape.length && given.every((d, i) => d === taken.shape[i]);
  if (!fits) return unsupported("it is not known that the gradient has the shape of the slice");
  if (counts.includes(0)) return unsupported("nothing was taken");
  let value = onnx.node("Reshape", [dy, onnx.integers(counts)], {}, counts);
  const backwards = counts.flatMap((_, axis) => ((taken.strides[axis] as number) < 0 ? [axis] : []));
  if (backwards.length > 0) {
    const bounds = [-1, -END, null, -1].map((bound) => onnx.integers(backwards.map((axis) => bound ?? axis)));
    value = onnx.node("Slice", [value, ...bounds], {}, counts);
  }
  const spread = spreadOut(onnx, value, counts, taken.strides.map(Math.abs));
  const first = counts.map((count, axis) => {
    const [start, step] = [taken.begin[axis] as number, taken.strides[axis] as number];
    return step < 0 ? start + (count - 1) * step : start;
  });
  // Less than nothing where the last step leads beyond the end.
  const after = first.map((start, axis) => (dims[axis] as number) - start - (spread.sizes[axis] as number));
  return onnx.node("Pad", [spread.value, onnx.integers([...first, ...after])], { mode: "constant" }, dims);
}

/** Sizes that the axis of unknown size is given in turn, to see what the slice takes of it. */
const PROBES = [1009, 2003] as const;

/**
 * As `stridedSliceGrad`, where the size of one axis is not known, and all of that axis was taken, as of a batch: what was taken of the others is
 * put where it belongs, between zeros.
 */
function openSliceGrad(
  onnx: OnnxBuilder,
  size: OnnxValue,
  bounds: readonly [number[], number[], number[]],
  dy: OnnxValue,
  masks: SliceMasks,
): Lowered {
  const dims = onnx.outputs[0]?.shape.dims ?? [];
  const open = dims.indexOf(null);
  const others = dims.filter((d) => d !== null && d > 0);
  if (open < 0 || others.length !== dims.length - 1) return unsupported("the slice is not known before the step");
  const [taken, again] = PROBES.map((probe) => takenOf(dims.map((d) => d ?? probe) as number[], ...bounds, masks));
  if (!taken || !again) return unsupported("TensorFlow refuses this slice");
  const whole = (slice: DenseSlice, probe: number): boolean => slice.begin[open] === 0 && slice.counts[open] === probe;
  const isWhole = whole(taken, PROBES[0]) && whole(again, PROBES[1]);
  if (!isWhole || taken.strides.some((step) => step !== 1) || taken.counts.includes(0))
    return unsupported("the slice is not known before the step");
  const at = taken.shape.findIndex((d, i) => d !== again.shape[i]);
  const given = dy.shape.dims;
  if (given?.length !== taken.shape.length || !given.every((d, i) => i === at || d === taken.shape[i]))
    return unsupported("it is not known that the gradient has the shape of the slice");
  const counts = taken.counts.map((count, axis) => (axis === open ? -1 : (count as number)));
  const block = onnx.node("Reshape", [dy, onnx.integers(counts)]);
  const before = counts.map((_, axis) => (axis === open ? 0 : (taken.begin[axis] as number)));
  const after = counts.map((count, axis) =>
    axis === open ? 0 : (dims[axis] as number) - (before[axis] as number) - count,
  );
  const spread = onnx.node("Pad", [block, onnx.integers([...before, ...after])], { mode: "constant" });
  // Fails where the gradient has another size along that axis.
  return onnx.node("Reshape", [spread, onnx.cast(size, int64)], { allowzero: 1 }, dims);
}

/** Each element followed by zeros, so that the next one stands so many places further. */
function spreadOut(
  onnx: OnnxBuilder,
  value: OnnxValue,
  counts: readonly number[],
  steps: readonly number[],
): { readonly value: OnnxValue; readonly sizes: readonly number[] } {
  const sizes = counts.map((count, axis) => count * (steps[axis] as number));
  if (steps.every((step) => step === 1)) return { value, sizes };
  const apart = onnx.node("Reshape", [value, onnx.integers(counts.flatMap((count) => [count, 1]))]);
  const none = counts.flatMap(() => [0, 0]);
  const zeros = onnx.integers([...none, ...steps.flatMap((step) => [0, step - 1])]);
  const between = onnx.node("Pad", [apart, zeros], { mode: "constant" });
  return { value: onnx.node("Reshape", [between, onnx.integers(sizes)], {}, sizes), sizes };
}

/** The rules of this family. */
export const sliceOnnx = onnxRules<typeof sliceDefs>()({
  Slice: (onnx, [input, begin, size]) => slice(onnx, input, begin, size),
  StridedSlice: (onnx, [input, begin, end, strides], attrs) => {
    const steps = constantNumbers(strides);
    if (steps === null) return unsupported("the steps are not known before the step");
    return stridedSlice(onnx, input, { begin, end, strides: steps }, attrs);
  },
  StridedSliceGrad: stridedSliceGrad,
});
