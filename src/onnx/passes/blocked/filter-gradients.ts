/**
 * Gradients of filters in the blocked layout: convolutions whose images are the channels, whose channels are the images of the batch, and
 * whose filter is the gradient. There are several ways, as what is read again and again should stay in a core's own memory.
 */
import type { DeferredAttrs } from "../../deferred.ts";
import type { OnnxValue } from "../../rule.ts";
import type { BlockedNodes, ImageDims } from "./layout.ts";
import { winogradFilterGradient } from "./winograd.ts";

/** Images, blocked or `[n, c, h, w]`. */
export interface MaybeBlocked {
  readonly value: OnnxValue;
  readonly dims: ImageDims;
  readonly isBlocked: boolean;
}

/**
 * The gradient of what a convolution made, blocked: whole, or every `parts.length`-th column, from the first on, from the second on, …
 * `dims` are those of the whole.
 */
export interface GradientParts {
  readonly parts: readonly OnnxValue[];
  readonly dims: ImageDims;
}

/** Whether `filterGradient` knows how. Batches are filled up to whole blocks, of which at least half must be there. */
export function canBlockFilterGradient(images: ImageDims, gradient: ImageDims, block: number): boolean {
  return 2 * images[0] >= block && gradient[1] % block === 0;
}

/** How the window of the convolution stands, by rows and by columns. */
interface Geometry {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

function geometryOf(images: ImageDims, made: ImageDims, attrs: DeferredAttrs): Geometry {
  const pair = (name: string): [number, number] => [...(attrs[name] ?? [])] as [number, number];
  const [size, strides, dilations, before] = [
    pair("kernel_shape"),
    pair("strides"),
    pair("dilations"),
    pair("before"),
  ] as const;
  const after = size.map((count, i) => {
    const reach = ((made[i + 2] as number) - 1) * (strides[i] as number) + 1;
    const needed = (count - 1) * (dilations[i] as number) + reach;
    return Math.max(needed - (images[i + 2] as number) - (before[i] as number), 0);
  }) as [number, number];
  return { size, strides, dilations, before, after };
}

/** The gradient of a filter `[h, w, in, out]`. */
export function filterGradient(
  onnx: BlockedNodes,
  images: MaybeBlocked,
  gradient: GradientParts,
  attrs: DeferredAttrs,
): OnnxValue {
  const missing = -images.dims[0] & (onnx.block - 1);
  return missing === 0
    ? ofWholeBlocks(onnx, images, gradient, attrs)
    : ofWholeBlocks(onnx, filledUp(onnx, images, missing), filledParts(onnx, gradient, missing), attrs);
}

/** More images, of zeros. */
function filledUp(onnx: BlockedNodes, { value, dims, isBlocked }: MaybeBlocked, missing: number): MaybeBlocked {
  const [n, ...rest] = dims;
  const filled: ImageDims = [n + missing, ...rest];
  const elements = rest.reduce((product, d) => product * d, 1);
  const pads = onnx.integers([0, 0, missing, 0]);
  const lines = onnx.node("Pad", [onnx.view(value, [n, elements]), pads], {}, [n + missing, elements]);
  return { value: onnx.view(lines, filled), dims: filled, isBlocked };
}

function filledParts(onnx: BlockedNodes, { parts, dims: [n, ...rest] }: GradientParts, missing: number): GradientParts {
  const filled = parts.map((value) => {
    const dims = value.shape.dims as ImageDims;
    return filledUp(onnx, { value, dims, isBlocked: true }, missing).value;
  });
  return { parts: filled, dims: [n + missing, ...rest] };
}

function ofWholeBlocks(
  onnx: BlockedNodes,
  images: MaybeBlocked,
  gradient: GradientParts,
  attrs: DeferredAttrs,
): OnnxValue {
  const made = gradient.dims;
  const geometry = geometryOf(images.dims, made, attrs);
  if (!images.isBlocked) return byRows(onnx, images, gradient, geometry);
  const whole = gradient.parts[0] as OnnxValue;
  const { size, strides, dilations, before, after } = geometry;
  if (size.every((count) => count === 1) && [...before, ...after].every((pad) => pad === 0))
    return asProduct(onnx, images, whole, made, strides);
  const isPlain = [...strides, ...dilations].every((step) => step === 1);
  const given = { images: images.value, dims: images.dims, gradient: whole, made, size, before, right: after[1] };
  return (isPlain ? winogradFilterGradient(onnx, given) : null) ?? byChannels(onnx, images, whole, made, geometry);
}

/** For filters of one pixel: a product of what the convolution saw with the gradient, pixel by pixel. */
function asProduct(
  onnx: BlockedNodes,
  images: MaybeBlocked,
  gradient: OnnxValue,
  [, o, rows, columns]: ImageDims,
  strides: readonly [number, number],
): OnnxValue {
  const [n, c, h, w] = images.dims;
  const channelsLast = (value: OnnxValue, [count, channels, high, wide]: ImageDims): OnnxValue =>
    onnx.blocked("ReorderOutput", [value], { channels, channels_last: 1 }, [count, high, wide, channels]);
  let seen = channelsLast(images.value, images.dims);
  if (h !== rows || w !== columns) {
    const lists = [[0, 0], [h, w], [1, 2], [...strides]].map((list) => onnx.integers(list));
    seen = onnx.node("Slice", [seen, ...lists], {}, [n, rows, columns, c]);
  }
  const pixels = n * rows * columns;
  const [left, right] = [
    onnx.view(seen, [pixels, c]),
    onnx.view(channelsLast(gradient, [n, o, rows, columns]), [pixels, o]),
  ];
  return onnx.view(onnx.node("Gemm", [left, right], { transA: 1 }, [c, o]), [1, 1, c, o]);
}

/** As images with the batch as channels, blocked: memory `[c, n / b, h, w, b]`. */
function batchInside(onnx: BlockedNodes, { value, dims: [n, c, h, w] }: MaybeBlocked): OnnxValue {
  const b = onnx.block;
  const lines = onnx.blocked("ReorderInput", [onnx.view(value, [1, n, 1, c * h * w])], {}, [1, n, 1, c * h * w]);
  const apart = onnx.moved(onnx.view(lines, [n / b, c / b, h * w, b, b]), [1, 3, 0, 2, 4]);
  return onnx.view(apart, [c, n, h, w]);
}

/** Each channel of the images is an image. */
function byChannels(
  onnx: BlockedNodes,
  images: MaybeBlocked,
  gradient: OnnxValue,
  made: ImageDims,
  { size, strides, dilations, before, after }: Geometry,
): OnnxValue {
  const b = onnx.block;
  const [n, c, h, w] = images.dims;
  const [, o, rows, columns] = made;
  // Columns of padding cost: what is seen of them is computed apart.
  const data = onnx.widened(batchInside(onnx, images), [c, n, h, w], before[1], after[1]);
  const parts = onnx.view(gradient, [n / b, b, o / b, rows * columns, b]);
  const filter = onnx.view(onnx.moved(parts, [2, 0, 3, 1, 4]), [o, n, rows, columns]);
  const room = [h + before[0] + after[0], w + before[1] + after[1]] as const;
  const [kh, kw] = [0, 1].map(
    (i) =>
      Math.floor(
        ((room[i] as number) - (((made[i + 2] as number) - 1) * (strides[i] as number) + 1)) / (dilations[i] as number),
      ) + 1,
  ) as [number, number];
  const sums = onnx.blocked(
    "Conv",
    [data, filter],
    {
      kernel_shape: [rows, columns],
      strides: dilations,
      dilations: strides,
      pads: [before[0], 0, after[0], 0],
      group: 1,
    },
    [c, o, kh, kw],
  );
  let memory = onnx.memory(sums, [c, o, kh, kw]);
  // What the last step leaves over of the images would make the filter larger.
  if (kh !== size[0] || kw !== size[1]) {
    const lists = [[0, 0], size, [2, 3]].map((list) => onnx.integers(list));
    memory = onnx.node("Slice", [memory, ...lists], {}, [c, o / b, ...size, b]);
  }
  return onnx.view(onnx.moved(memory, [2, 3, 0, 1, 4]), [...size, c, o]);
}

/**
 * For images of few channels, of which a filter as large as an image would be read once for each number of the result: each row of the
 * gradient, of so many images as a block has, is a filter of its own, for what any row of the result sees of those images.
 */
function byRows(onnx: BlockedNodes, images: MaybeBlocked, gradient: GradientParts, geometry: Geometry): OnnxValue {
  const b = onnx.block;
  const [n, c, h, w] = images.dims;
  const [, o, rows] = gradient.dims;
  const { size, strides, dilations, before } = geometry;
  const [height, width] = size;
  const inside = onnx.blocked("ReorderInput", [onnx.view(images.value, [1, n, 1, c * h * w])], {}, [
    1,
    n,
    1,
    c * h * w,
  ]);
  const lines = onnx.view(inside, [n / b, c, h, w, b]);
  const groups = (n / b) * rows;
  const places = placesOfRows(n / b, c, rows, geometry, h);
  let sums: OnnxValue | null = null;
  for (const [phase, part] of gradient.parts.entries()) {
    const step = (strides[1] as number) * gradient.parts.length;
    const columns = part.shape.dims?.[3] as number;
    const wide = (columns - 1) * step + (width - 1) * dilations[1] + 1;
    const left = before[1] - phase * strides[1];
    const pads = [0, 0, before[0], left, 0, 0, 0, geometry.after[0], wide - w - left, 0];
    const high = before[0] + h + geometry.after[0];
    const isWhole = pads.every((pad) => pad === 0);
    const padded = isWhole ? lines : onnx.node("Pad", [lines, onnx.integers(pads)], {}, [n / b, c, high, wide, b]);
    const data = onnx.node(
      "Gather",
      [onnx.view(padded, [(n / b) * c * high, wide * b]), onnx.integers(places)],
      { axis: 0 },
      [places.length, wide * b],
    );
    const apart = onnx.moved(onnx.view(part, [n / b, b, o / b, rows, columns, b]), [0, 3, 2, 4, 1, 5]);
    const made = onnx.blocked(
      "Conv",
      [onnx.view(data, [1, groups * b, c * height, wide]), onnx.view(apart, [groups * o, b, 1, columns])],
      {
        kernel_shape: [1, columns],
        strides: [1, dilations[1]],
        dilations: [1, step],
        pads: [0, 0, 0, 0],
        group: groups,
      },
      [1, groups * o, c * height, width],
    );
    sums = sums === null ? made : onnx.node("Add", [sums, made], {}, made.shape);
  }
  const all = onnx.view(sums as OnnxValue, [groups, o * c * height * width]);
  const sum = onnx.node("MatMul", [onnx.ones(groups), all], {}, [1, o * c * height * width]);
  const ordered = onnx.moved(onnx.view(sum, [o / b, c, height, width, b]), [2, 3, 1, 0, 4]);
  return onnx.view(ordered, [height, width, c, o]);
}

/** Which rows of images, padding included, the rows of the result see: by blocks of images and rows of the gradient, and by channels. */
function placesOfRows(blocks: number, channels: number, rows: number, geometry: Geometry, h: number): number[] {
  const { size, strides, dilations, before, after } = geometry;
  const high = before[0] + h + after[0];
  const places: number[] = [];
  for (let block = 0; block < blocks; block += 1)
    for (let row = 0; row < rows; row += 1)
      for (let channel = 0; channel < channels; channel += 1)
        for (let tap = 0; tap < size[0]; tap += 1)
          places.push((block * channels + channel) * high + row * strides[0] + tap * dilations[0]);
  return places;
}
