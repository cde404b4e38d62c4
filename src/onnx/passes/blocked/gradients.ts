/** Gradients of biases and pools in the blocked layout. */
import { float32 } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";
import { countsOf, toAllPlaces } from "../../deferred.ts";
import type { OnnxValue } from "../../rule.ts";
import { type AxisWindow, hasPhases, maxGradient, maxGradientPhases } from "../../windows-back.ts";
import type { BlockedNodes, ImageDims } from "./layout.ts";

/** The sum of each channel of blocked images: means, times what they are means of, summed over the batch. */
export function channelSum(onnx: BlockedNodes, images: OnnxValue, [n, c, h, w]: ImageDims): OnnxValue {
  const means = onnx.blocked("GlobalAveragePool", [images], {}, [n, c, 1, 1]);
  const rows = onnx.view(means, [n, c]);
  const sums = onnx.node("MatMul", [onnx.ones(n), rows], {}, [1, c]);
  const whole = onnx.node("Mul", [sums, onnx.scalar(h * w, images.dtype)], {}, [1, c]);
  return onnx.view(whole, [c]);
}

/** One step of a pool: of what, along which window, to what. */
export interface PoolStep {
  readonly value: OnnxValue;
  readonly dims: ImageDims;
  readonly window: AxisWindow;
}

/** The gradient of blocked images from that of what a pool made of them in these steps, first step first. */
export function maxPoolGradient(
  onnx: BlockedNodes,
  steps: readonly PoolStep[],
  result: OnnxValue,
  made: ImageDims,
  gradient: OnnxValue,
): OnnxValue {
  const { largest, back } = throughSteps(onnx, steps.slice(1), result, made, gradient);
  const { value, dims, window } = steps[0] as PoolStep;
  return onnx.view(maxGradient(onnx, onnx.memory(value, dims), largest, back, window), dims);
}

/** As `maxPoolGradient`, every second column (or as many as there are to a step) in a value of its own; `null` where those are not equally many. */
export function maxPoolGradientParts(
  onnx: BlockedNodes,
  steps: readonly PoolStep[],
  result: OnnxValue,
  made: ImageDims,
  gradient: OnnxValue,
): readonly OnnxValue[] | null {
  const { value, dims, window } = steps[0] as PoolStep;
  if (!hasPhases(window)) return null;
  const { largest, back } = throughSteps(onnx, steps.slice(1), result, made, gradient);
  const [n, c, h, w] = dims;
  return maxGradientPhases(onnx, onnx.memory(value, dims), largest, back, window).map((part) =>
    onnx.view(part, [n, c, h, w / window.stride]),
  );
}

/** The gradient of blocked images from that of the means of windows. */
export function averagePoolGradient(
  onnx: BlockedNodes,
  gradient: OnnxValue,
  made: ImageDims,
  [n, c]: ImageDims,
  windows: readonly AxisWindow[],
): OnnxValue {
  const [, , rows, columns] = made;
  const counts = countsOf(windows);
  const areEqual = counts.every((count) => count === counts[0]);
  const each = Float32Array.from(
    { length: rows * columns * onnx.block },
    (_, i) => counts[Math.floor(i / onnx.block)] as number,
  );
  const divisor = areEqual
    ? onnx.scalar(counts[0] as number, gradient.dtype)
    : onnx.constant(new NDArray(float32, [rows, columns, onnx.block], each));
  const memory = onnx.memory(gradient, made);
  const share = onnx.node("Div", [memory, divisor], {}, memory.shape);
  const sizes = windows.map(({ input }) => input);
  return onnx.view(toAllPlaces(onnx, share, windows), [n, c, ...sizes]);
}

/** The way back, as memory, through all but the first step, and what that step led to. */
function throughSteps(
  onnx: BlockedNodes,
  steps: readonly PoolStep[],
  result: OnnxValue,
  made: ImageDims,
  gradient: OnnxValue,
): { readonly largest: OnnxValue; readonly back: OnnxValue } {
  let back = onnx.memory(gradient, made);
  let largest = onnx.memory(result, made);
  for (const { value, dims, window } of steps.toReversed()) {
    const from = onnx.memory(value, dims);
    back = maxGradient(onnx, from, largest, back, window);
    largest = from;
  }
  return { largest, back };
}
