/**
 * The way back through windows, axis by axis: what each window takes of an axis, and what each place gets from the windows that see it.
 * For gradients of pooling, in any layout of which the axis is known. Not the windows' arithmetic: that is ops/windows.ts.
 */
import { asShape } from "../tensor/shape.ts";
import type { NodeMaker, OnnxValue } from "./rule.ts";

/** A window along one axis of a value. */
export interface AxisWindow {
  readonly axis: number;
  /** How long the axis is. */
  readonly input: number;
  readonly size: number;
  readonly stride: number;
  /** Elements of padding before the first. */
  readonly before: number;
  /** How many places the window takes. */
  readonly output: number;
}

/** The dimensions of a value for a Reshape: the first, which may be unknown, is copied. */
function dimsOf(value: OnnxValue): number[] {
  return (value.shape.dims ?? []).map((d, i) => (i === 0 ? 0 : (d as number)));
}

function reshaped(onnx: NodeMaker, value: OnnxValue, dims: readonly number[]): OnnxValue {
  const first = value.shape.dim(0);
  return onnx.node("Reshape", [value, onnx.integers(dims)], {}, [first, ...dims.slice(1)]);
}

function withDim(value: OnnxValue, axis: number, length: number): (number | null)[] {
  return (value.shape.dims ?? []).map((d, i) => (i === axis ? length : d));
}

function padded(
  onnx: NodeMaker,
  value: OnnxValue,
  axis: number,
  before: number,
  after: number,
  fill?: number,
): OnnxValue {
  if (before === 0 && after === 0) return value;
  const rank = value.shape.rank as number;
  const pads = new Array<number>(2 * rank).fill(0);
  pads[axis] = before;
  pads[rank + axis] = after;
  const inputs = [value, onnx.integers(pads), ...(fill === undefined ? [] : [onnx.scalar(fill, value.dtype)])];
  return onnx.node("Pad", inputs, {}, withDim(value, axis, (value.shape.dim(axis) as number) + before + after));
}

function sliced(onnx: NodeMaker, value: OnnxValue, axis: number, start: number, count: number): OnnxValue {
  if (start === 0 && count === value.shape.dim(axis)) return value;
  const lists = [[start], [start + count], [axis]].map((list) => onnx.integers(list));
  return onnx.node("Slice", [value, ...lists], {}, withDim(value, axis, count));
}

/** For the first `count` elements of the window: what stands there, at each of the window's places. Padding is not a number. */
function elementsOf(onnx: NodeMaker, value: OnnxValue, window: AxisWindow, count = window.size): readonly OnnxValue[] {
  const { axis, input, stride, before, output } = window;
  // Runtimes take elements by their places on all cores, and split on one.
  if (stride > 1 && before === 0 && (output - 1) * stride + count <= input) {
    const shape = withDim(value, axis, output);
    return Array.from({ length: count }, (_, k) => {
      const places = onnx.integers(Array.from({ length: output }, (__, place) => place * stride + k));
      return onnx.node("Gather", [value, places], { axis }, shape);
    });
  }
  // Padding all of it is avoided where what would be padded is not asked for.
  const reach = Math.ceil(((output - 1) * stride + count) / stride) * stride;
  const seen = sliced(onnx, value, axis, 0, Math.min(input, reach - before));
  const length = seen.shape.dim(axis) as number;
  const whole = padded(onnx, seen, axis, before, reach - length - before, Number.NaN);
  const phases = phasesOf(onnx, whole, axis, stride);
  return Array.from({ length: count }, (_, k) =>
    sliced(onnx, phases[k % stride] as OnnxValue, axis, Math.floor(k / stride), output),
  );
}

/** Every `stride`-th element, from the first, from the second, … on. */
function phasesOf(onnx: NodeMaker, value: OnnxValue, axis: number, stride: number): readonly OnnxValue[] {
  if (stride === 1) return [value];
  const dims = dimsOf(value);
  const each = (value.shape.dim(axis) as number) / stride;
  const apart = reshaped(onnx, value, [...dims.slice(0, axis), each, stride, ...dims.slice(axis + 1)]);
  const parts = onnx.nodes("Split", [apart], { axis: axis + 1, num_outputs: stride }, stride);
  const shape = withDim(apart, axis + 1, 1);
  return parts.map((part) =>
    reshaped(onnx, { ...part, shape: asShape(shape) }, [...dims.slice(0, axis), each, ...dims.slice(axis + 1)]),
  );
}

/** The reverse: each place gets the sum of what the elements of windows that stand there have. What stands in the padding is left out. */
export function placesOf(onnx: NodeMaker, elements: readonly OnnxValue[], window: AxisWindow): OnnxValue {
  const { axis, input, stride, before } = window;
  return sliced(onnx, interleaved(onnx, phasesBack(onnx, elements, window), axis, stride), axis, before, input);
}

/** As `placesOf`: every `stride`-th place, padding included, from the first, from the second, … on. Those that no window sees are left out. */
function phasesBack(onnx: NodeMaker, elements: readonly OnnxValue[], window: AxisWindow): readonly OnnxValue[] {
  const { axis, input, stride, before } = window;
  const each = Math.ceil((input + before) / stride);
  const phases: OnnxValue[] = [];
  for (let phase = 0; phase < Math.min(stride, elements.length); phase += 1) {
    let sum: OnnxValue | null = null;
    for (let k = phase, shift = 0; k < elements.length; k += stride, shift += 1) {
      const moved = shifted(onnx, elements[k] as OnnxValue, axis, shift, each);
      if (moved !== null) sum = sum === null ? moved : onnx.node("Add", [sum, moved], {}, moved.shape);
    }
    phases.push(sum as OnnxValue);
  }
  return phases;
}

/** The value moved on along an axis, which becomes so long; `null` if nothing of it is left. */
function shifted(onnx: NodeMaker, value: OnnxValue, axis: number, shift: number, length: number): OnnxValue | null {
  const own = value.shape.dim(axis) as number;
  // A Pad by less than nothing cuts off.
  return shift >= length ? null : padded(onnx, value, axis, shift, length - own - shift);
}

function interleaved(onnx: NodeMaker, phases: readonly OnnxValue[], axis: number, stride: number): OnnxValue {
  const first = phases[0] as OnnxValue;
  if (stride === 1) return first;
  const dims = dimsOf(first);
  const each = dims[axis] as number;
  const apart = phases.map((phase) => reshaped(onnx, phase, [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)]));
  const one = apart[0] as OnnxValue;
  const all = onnx.node("Concat", apart, { axis: axis + 1 }, withDim(one, axis + 1, phases.length));
  // A window that is smaller than its steps leaves places out.
  const whole = padded(onnx, all, axis + 1, 0, stride - phases.length);
  return reshaped(onnx, whole, [...dims.slice(0, axis), each * stride, ...dims.slice(axis + 1)]);
}

/** For each element of the window, the gradients of the windows whose largest element it is the first to be. */
function wonBy(
  onnx: NodeMaker,
  value: OnnxValue,
  largest: OnnxValue,
  gradient: OnnxValue,
  window: AxisWindow,
): OnnxValue[] {
  const { shape } = gradient;
  const won: OnnxValue[] = [];
  let rest = gradient;
  // One of them is the largest: it is the last if no other was.
  for (const element of window.size > 1 ? elementsOf(onnx, value, window, window.size - 1) : []) {
    const is = onnx.cast(onnx.node("Equal", [element, largest], {}, shape), gradient.dtype);
    const own = onnx.node("Mul", [is, rest], {}, shape);
    won.push(own);
    rest = onnx.node("Sub", [rest, own], {}, shape);
  }
  return [...won, rest];
}

/** The gradient along one axis: `gradient` of `largest`, which is the largest of each window of `value`. */
export function maxGradient(
  onnx: NodeMaker,
  value: OnnxValue,
  largest: OnnxValue,
  gradient: OnnxValue,
  window: AxisWindow,
): OnnxValue {
  return placesOf(onnx, wonBy(onnx, value, largest, gradient, window), window);
}

/** Whether the axis falls into equal parts: all first places of steps, all second ones, …, of which each is in a window. */
export function hasPhases({ input, size, stride, before }: AxisWindow): boolean {
  return before === 0 && input % stride === 0 && size >= stride;
}

/** As `maxGradient`, in those parts. */
export function maxGradientPhases(
  onnx: NodeMaker,
  value: OnnxValue,
  largest: OnnxValue,
  gradient: OnnxValue,
  window: AxisWindow,
): readonly OnnxValue[] {
  return phasesBack(onnx, wonBy(onnx, value, largest, gradient, window), window);
}

/** For each element of windows along several axes, row by row: what stands there. */
function cellsOf(onnx: NodeMaker, value: OnnxValue, windows: readonly AxisWindow[]): readonly OnnxValue[] {
  const [first, ...others] = windows;
  if (first === undefined) return [value];
  return elementsOf(onnx, value, first).flatMap((element) => cellsOf(onnx, element, others));
}

/** Of each window, what `given` has where `value` first is `wanted`, whatever is the largest; 0 where it never is. */
export function takenWhere(
  onnx: NodeMaker,
  value: OnnxValue,
  wanted: OnnxValue,
  given: OnnxValue,
  windows: readonly AxisWindow[],
): OnnxValue {
  const [cells, offers] = [cellsOf(onnx, value, windows), cellsOf(onnx, given, windows)];
  let taken: OnnxValue = onnx.scalar(0, given.dtype);
  for (let k = cells.length - 1; k >= 0; k -= 1) {
    const is = onnx.node("Equal", [cells[k] as OnnxValue, wanted], {}, wanted.shape);
    taken = onnx.node("Where", [is, offers[k] as OnnxValue, taken], {}, wanted.shape);
  }
  return taken;
}

/** Each window's gradient to all of its places that hold what is wanted. */
export function givenWhere(
  onnx: NodeMaker,
  value: OnnxValue,
  wanted: OnnxValue,
  gradient: OnnxValue,
  windows: readonly AxisWindow[],
): OnnxValue {
  const won = cellsOf(onnx, value, windows).map((cell) => {
    const is = onnx.cast(onnx.node("Equal", [cell, wanted], {}, wanted.shape), gradient.dtype);
    return onnx.node("Mul", [is, gradient], {}, wanted.shape);
  });
  return gathered(onnx, won, windows);
}

/** The reverse of `cellsOf`: each place gets the sum of what the elements of windows that stand there have. */
function gathered(onnx: NodeMaker, cells: readonly OnnxValue[], windows: readonly AxisWindow[]): OnnxValue {
  const [first, ...others] = windows;
  if (first === undefined) return cells[0] as OnnxValue;
  const each = cells.length / first.size;
  const elements = Array.from({ length: first.size }, (_, k) =>
    gathered(onnx, cells.slice(k * each, (k + 1) * each), others),
  );
  return placesOf(onnx, elements, first);
}
