/**
 * Gradients of convolutions and pools in the blocked layout. The filter's gradient is a convolution whose images are the channels, whose
 * channels are the images of the batch, and whose filter is the gradient.
 */
import type { DeferredAttrs } from "../deferred.ts";
import type { OnnxValue } from "../rule.ts";
import { type AxisWindow, maxGradient } from "../windows-back.ts";
import type { BlockedNodes, ImageDims } from "./blocked-layout.ts";

/** Images, blocked or `[n, c, h, w]`. */
export interface MaybeBlocked {
  readonly value: OnnxValue;
  readonly dims: ImageDims;
  readonly isBlocked: boolean;
}

/** Whether `filterGradient` knows how. */
export function canBlockFilterGradient(images: ImageDims, gradient: ImageDims, block: number): boolean {
  return images[0] % block === 0 && gradient[1] % block === 0;
}

/** As images with the batch as channels, blocked: memory `[c, n / b, h, w, b]`. */
function batchInside(onnx: BlockedNodes, { value, dims, isBlocked }: MaybeBlocked): OnnxValue {
  const [n, c, h, w] = dims;
  const b = onnx.block;
  const lines = onnx.blocked("ReorderInput", [onnx.view(value, [1, n, 1, c * h * w])], {}, [1, n, 1, c * h * w]);
  const apart = isBlocked
    ? onnx.moved(onnx.view(lines, [n / b, c / b, h * w, b, b]), [1, 3, 0, 2, 4])
    : onnx.moved(onnx.view(lines, [n / b, c, h * w, b]), [1, 0, 2, 3]);
  return onnx.view(apart, [c, n, h, w]);
}

/** The gradient of a filter `[h, w, in, out]`; `gradient` is blocked. */
export function filterGradient(
  onnx: BlockedNodes,
  images: MaybeBlocked,
  gradient: OnnxValue,
  made: ImageDims,
  attrs: DeferredAttrs,
): OnnxValue {
  const b = onnx.block;
  const [n, c, h, w] = images.dims;
  const [, o, rows, columns] = made;
  const { kernel_shape: size = [], strides = [], dilations = [], before = [] } = attrs;
  const after = size.map((count, i) => {
    const reach = ((made[i + 2] as number) - 1) * (strides[i] as number) + 1;
    const needed = (count - 1) * (dilations[i] as number) + reach;
    return Math.max(needed - (images.dims[i + 2] as number) - (before[i] as number), 0);
  });
  const [top = 0, left = 0] = before;
  const [bottom = 0, right = 0] = after;
  // Columns of padding cost: what is seen of them is computed apart.
  const data = onnx.widened(batchInside(onnx, images), [c, n, h, w], left, right);
  const parts = onnx.view(gradient, [n / b, b, o / b, rows * columns, b]);
  const filter = onnx.view(onnx.moved(parts, [2, 0, 3, 1, 4]), [o, n, rows, columns]);
  const wide = w + left + right;
  const [kh, kw] = [
    Math.floor((h + top + bottom - ((rows - 1) * (strides[0] as number) + 1)) / (dilations[0] as number)) + 1,
    Math.floor((wide - ((columns - 1) * (strides[1] as number) + 1)) / (dilations[1] as number)) + 1,
  ];
  const sums = onnx.blocked(
    "Conv",
    [data, filter],
    {
      kernel_shape: [rows, columns],
      strides: dilations,
      dilations: strides,
      pads: [top, 0, bottom, 0],
      group: 1,
    },
    [c, o, kh, kw],
  );
  let memory = onnx.memory(sums, [c, o, kh, kw]);
  const [height, width] = size as readonly [number, number];
  // What the last step leaves over of the images would make the filter larger.
  if (kh !== height || kw !== width) {
    const lists = [
      [0, 0],
      [height, width],
      [2, 3],
    ].map((list) => onnx.integers(list));
    memory = onnx.node("Slice", [memory, ...lists], {}, [c, o / b, height, width, b]);
  }
  return onnx.view(onnx.moved(memory, [2, 3, 0, 1, 4]), [height, width, c, o]);
}

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
  let back = onnx.memory(gradient, made);
  let largest = onnx.memory(result, made);
  for (const { value, dims, window } of steps.toReversed()) {
    const from = onnx.memory(value, dims);
    back = maxGradient(onnx, from, largest, back, window);
    largest = from;
  }
  return onnx.view(back, steps[0]?.dims ?? made);
}
