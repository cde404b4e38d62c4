/** Builders of convolutions and pooling along any number of axes, dilated ones among them. Mirrors `convolution`, `atrous_conv2d` and `pool`, python/ops/nn_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import { convDefs } from "./conv.defs.ts";
import { conv2d } from "./conv.ts";
import { conv1d } from "./conv-composed.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { avgPool, maxPool, type PoolOptions } from "./pool.ts";
import { expandDims, squeeze } from "./shape.ts";
import { avgPool3d, conv3d, maxPool3d } from "./volume.ts";
import { fiveNumbers, fourNumbers, threeNumbers, type WindowNumbers } from "./window-options.ts";
import { dilated, withSpaceToBatch } from "./with-space-to-batch.ts";

/** Options of `convolution`. */
export interface ConvolutionOptions extends NameOption {
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** How far the filter moves: one number, one for each axis of space, or one for each dimension. Default 1. */
  readonly strides?: WindowNumbers | null | undefined;
  /** How far apart the elements are that the filter sees, as `strides`. Default 1. */
  readonly dilationRate?: WindowNumbers | null | undefined;
  /** `NWC`, `NHWC`, `NDHWC` (default), or with the channels before space. */
  readonly dataFormat?: string | null | undefined;
}

/** Numbers for every dimension, by how many are of space. */
const allNumbers = { 1: threeNumbers, 2: fourNumbers, 3: fiveNumbers } as const;

type SpatialCount = keyof typeof allNumbers;

const CHANNELS_LAST = ["NWC", "NHC", "NHWC", "NWHC", "NDHWC", "NDWHC"];

/** What is converted once and for all; a variable is read by the op alone. */
function asOperand(value: TensorLike, name: string, values: readonly TensorLike[]): TensorLike {
  if (value instanceof Tensor || isTensorConvertible(value)) return value;
  return inOpScope(null, "convolution_internal", values, () => convertToTensor(value, { name }));
}

function shapeOf(value: TensorLike): TensorShape {
  const { shape } = value as { readonly shape?: unknown };
  return shape instanceof TensorShape ? shape : new TensorShape(null);
}

function spatialCountOf(filters: TensorShape, input: TensorShape): SpatialCount {
  const rank = filters.rank ?? input.rank;
  if (rank === null || rank === 0) {
    throw new ArgumentError(
      `When \`num_spatial_dims\` is not set, one of \`input.shape.rank\` or \`filters.shape.rank\` must be known. Received: input.shape=${input} of rank ${input.rank ?? "None"} and filters.shape=${filters} of rank ${filters.rank ?? "None"}`,
      { input, filters },
    );
  }
  const count = rank - 2;
  if (count < 1 || count > 3) {
    throw new ArgumentError(`\`num_spatial_dims\` must be 1, 2, or 3. Received: num_spatial_dims=${count}.`, {
      filters,
    });
  }
  return count as SpatialCount;
}

/**
 * Moves filters along one, two or three axes and sums the products. It makes what `conv1d`, `conv2d` or `conv3d` make; for dilated
 * filters the input is moved, as by `nn.withSpaceToBatch`.
 *
 * Shapes: input `[n, s…, c]`, filter `[f…, c, o]` → `[n, s'…, o]`; with channels first, `[n, c, s…]` → `[n, o, s'…]`. With SAME,
 * s' = ⌈s / stride⌉; with VALID, s' = ⌈(s - (f - 1) dilation) / stride⌉.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {ArgumentError} when neither rank is known, for strides beside dilation, for numbers of another count. @throws {ShapeError} when the shapes do not fit.
 * @remarks Differs from TensorFlow: input has one dimension of batches.
 * @see TensorFlow `convolution`, python/ops/nn_ops.py
 * @example
 * const x = constant([[[1], [2], [3], [4], [5]]]);
 * const options = { padding: "VALID", dilationRate: [2] };
 * session.runSync(nn.convolution(x, ones([2, 1, 1]), options)).toArray(); // [[[4], [6], [8]]]
 */
export function convolution(input: TensorLike, filter: TensorLike, options: ConvolutionOptions): Tensor {
  return publicCall(() => {
    const filters = asOperand(filter, "filters", [filter, input]);
    const given = asOperand(input, "input", [filters, input]);
    const count = spatialCountOf(shapeOf(filters), shapeOf(given));
    const format = options.dataFormat ?? null;
    // How numbers are laid out depends on the place of the channels alone.
    const layout = format === null || CHANNELS_LAST.includes(format) ? "N" : "NC";
    const dilations = allNumbers[count](options.dilationRate, layout, "dilations");
    const strides = allNumbers[count](options.strides, layout, "strides");
    return inOpScope(options.name, "convolution", [given, filters], (scope) => {
      const window = { strides, dilations, padding: options.padding, dataFormat: format };
      if (dilations.every((d) => d === 1)) return plainConvolution(count, given, filters, window, scope);
      const inSpace = (list: readonly number[]): readonly number[] =>
        layout === "NC" ? list.slice(2) : list.slice(1, -1);
      const inside = { ...window, strides: inSpace(strides), dilations: inSpace(dilations) };
      return dilatedConvolution(count, convertToTensor(given), convertToTensor(filters), inside, scope);
    });
  });
}

interface ConvolutionWindow {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: string;
  readonly dataFormat: string | null;
}

function plainConvolution(
  count: SpatialCount,
  input: TensorLike,
  filters: TensorLike,
  { strides, dilations, padding, dataFormat }: ConvolutionWindow,
  name: string,
): Tensor {
  if (count === 1) return conv1d(input, filters, { stride: strides, dilations, padding, dataFormat, name });
  if (count === 3)
    return conv3d(input, filters, { strides, dilations, padding, dataFormat: dataFormat ?? undefined, name });
  const attrs = { strides, dilations, padding, data_format: dataFormat ?? undefined };
  return applyOp1(convDefs.Conv2D, [input, filters], attrs, name);
}

/** The names of the formats of each count of spatial axes, channels last and first. */
const formats = { 1: ["NWC", "NCW", "NHWC", "NCHW"], 2: ["NHWC", "NCHW"], 3: ["NDHWC", "NCDHW"] } as const;

function dilatedConvolution(
  count: SpatialCount,
  input: Tensor,
  filters: Tensor,
  window: ConvolutionWindow,
  name: string,
): Tensor {
  const isFirst = window.dataFormat?.startsWith("NC") ?? false;
  checkChannels(input.shape, filters.shape, isFirst ? 1 : count + 1, count);
  checkSteps(window.strides, window.dilations);
  const outputChannels: Dimension = filters.shape.dim(-1);
  const windows = {
    rate: window.dilations,
    padding: window.padding,
    dataFormat: window.dataFormat,
    filterShape: filters.shape,
    outputChannels,
  };
  return dilated(input, windows, (_, used) => {
    checkFormat(count, window.dataFormat);
    const dataFormat = window.dataFormat ?? formats[count][0];
    const steps = isFirst ? [1, 1, ...window.strides] : [1, ...window.strides, 1];
    const padding = used as string;
    if (count === 1)
      return (x) => conv1d(x, filters, { stride: window.strides[0] as number, padding, dataFormat, name });
    if (count === 2) return (x) => conv2d(x, filters, { strides: steps, padding, dataFormat, name });
    return (x) => conv3d(x, filters, { strides: steps, padding, dataFormat, name });
  });
}

function checkFormat(count: SpatialCount, format: string | null): void {
  const known: readonly string[] = formats[count];
  if (format === null || known.includes(format)) return;
  throw new ArgumentError(`\`data_format\` must be '${known[0]}' or '${known[1]}'. Received: data_format=${format}`, {
    dataFormat: format,
  });
}

function checkChannels(input: TensorShape, filters: TensorShape, axis: number, count: number): void {
  if (input.rank !== null && input.rank < count + 2) {
    throw new ArgumentError(
      `\`input.shape.rank\` must be >= than \`num_spatial_dims + 2\`. Received: input.shape=${input} of rank ${input.rank} and num_spatial_dims=${count}`,
      { input, filters },
    );
  }
  const [channels, seen] = [input.dim(axis), filters.dim(count)];
  if (channels === null || seen === null || channels % seen === 0) return;
  throw new ArgumentError(
    `The number of input channels is not divisible by the corresponding number of output filters. Received: input.shape=${input} with ${channels} channels and filters.shape=${filters} with ${seen} output filters.`,
    { input, filters },
  );
}

/** Numbers as numpy prints them. */
function numpyText(values: readonly number[]): string {
  return `[${values.join(" ")}]`;
}

/** Checks numbers along the axes of space. @throws {ArgumentError} for what TensorFlow does not do. */
function checkSteps(strides: readonly number[], rates: readonly number[]): void {
  for (const [name, values] of [
    ["dilation_rate", rates],
    ["strides", strides],
  ] as const) {
    if (values.some((x) => x < 1)) {
      throw new ArgumentError(`all values of \`${name}\` must be positive. Received: ${name}=${numpyText(values)}`, {
        [name]: values,
      });
    }
  }
  if (strides.some((x) => x > 1) && rates.some((x) => x > 1)) {
    throw new ArgumentError(
      `\`strides > 1\` not supported in conjunction with \`dilation_rate > 1\`. Received: strides=${numpyText(strides)} and dilation_rate=${numpyText(rates)}`,
      { strides, rates },
    );
  }
}

/**
 * `convolution` of images by a filter whose elements see pixels a rate apart.
 *
 * Shapes: value `[n, h, w, c]`, filters `[fh, fw, c, o]` → `[n, h', w', o]`.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @param rate one number, or one for rows and columns each.
 * @throws {ArgumentError} for a rate below 1. @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `atrous_conv2d`, python/ops/nn_ops.py
 * @example
 * nn.atrousConv2d(ones([1, 5, 5, 1]), ones([2, 2, 1, 1]), 2, { padding: "VALID" }).shape; // (1, 3, 3, 1)
 */
export function atrousConv2d(
  value: TensorLike,
  filters: TensorLike,
  rate: WindowNumbers,
  options: NameOption & { readonly padding: string },
): Tensor {
  const pair = typeof rate === "number" ? [rate, rate] : rate.length === 1 ? [...rate, ...rate] : rate;
  return convolution(value, filters, { ...options, dilationRate: pair });
}

/** Options of `pool`. */
export interface AnyPoolOptions extends NameOption {
  /** `SAME` or `VALID`; with dilation `VALID` only. */
  readonly padding: string;
  /** How far apart the elements are that the window sees, one number for each axis of space. Default 1. */
  readonly dilationRate?: readonly number[] | null | undefined;
  /** How far the window moves, likewise; not further than its size. Default 1. */
  readonly strides?: readonly number[] | null | undefined;
  /** `NWC`, `NHWC`, `NDHWC` (default), or with the channels before space. */
  readonly dataFormat?: string | null | undefined;
}

type PoolBuilder = (input: Tensor, options: PoolOptions & { readonly padding: string }) => Tensor;

const poolBuilders: Readonly<Record<string, PoolBuilder>> = {
  MAX1: maxPool,
  MAX2: maxPool,
  MAX3: maxPool3d,
  AVG1: avgPool,
  AVG2: avgPool,
  AVG3: avgPool3d,
};

/**
 * The largest element or the mean of each window along one, two or three axes.
 *
 * Shapes: `[n, s…, c]` → `[n, s'…, c]`; with SAME, s' = ⌈s / stride⌉; with VALID, s' = ⌈(s - (size - 1) rate) / stride⌉.
 * Dtypes: those of `maxPool` and `avgPool`.
 *
 * @param windowShape the size of the window, one number for each axis of space.
 * @param poolingType `MAX` or `AVG`.
 * @throws {ArgumentError} for numbers of another count, SAME or strides beside dilation, strides larger than the window.
 * @see TensorFlow `pool`, python/ops/nn_ops.py
 * @example
 * const x = constant([[[1], [4], [3]]]);
 * session.runSync(nn.pool(x, [2], "MAX", { padding: "VALID" })).toArray(); // [[[4], [4]]]
 */
export function pool(
  input: TensorLike,
  windowShape: readonly number[],
  poolingType: string,
  options: AnyPoolOptions,
): Tensor {
  return inOpScope(options.name, `${poolingType.toLowerCase()}_pool`, [input], (scope) => {
    const given = convertToTensor(input, { name: "input" });
    const count = windowShape.length;
    if (count < 1 || count > 3) {
      throw new ArgumentError(
        `\`len(window_shape)\` must be 1, 2, or 3. Received: window_shape=${pythonText(windowShape)} of length ${count}`,
        { windowShape },
      );
    }
    if (given.shape.rank !== null && given.shape.rank !== count + 2)
      throw new ArgumentError(`Shape ${given.shape} must have rank ${count + 2}`, { input: given });
    const { padding, dataFormat = null } = options;
    const rates = spaceNumbers(options.dilationRate, count, "dilation_rate");
    const strides = spaceNumbers(options.strides, count, "strides");
    checkSteps(strides, rates);
    checkWindow(windowShape, strides, rates, padding);
    const builder = poolBuilders[`${poolingType}${count}`];
    if (builder === undefined)
      throw new ArgumentError(`${count}-D ${poolingType} pooling is not supported.`, { poolingType });
    const isFirst = dataFormat?.startsWith("NC") ?? false;
    const inAll = (list: readonly number[]): number[] => (isFirst ? [1, 1, ...list] : [1, ...list, 1]);
    const axis = isFirst ? 2 : 1;
    const attrs = {
      ksize: count === 1 ? [1, ...inAll(windowShape)] : inAll(windowShape),
      strides: count === 1 ? [1, ...inAll(strides)] : inAll(strides),
      dataFormat: count === 1 ? imageFormat(dataFormat) : dataFormat,
      name: scope,
    };
    const op = (x: Tensor, used: string): Tensor => {
      if (count > 1) return builder(x, { ...attrs, padding: used });
      return squeeze(builder(expandDims(x, axis), { ...attrs, padding: used }), { axis: [axis] });
    };
    const spatialDims = windowShape.map((_, i) => axis + i);
    return withSpaceToBatch(given, rates, padding, (x, _, used) => op(x, used as string), {
      spatialDims,
      filterShape: windowShape as number[],
    });
  });
}

function spaceNumbers(given: readonly number[] | null | undefined, count: number, name: string): readonly number[] {
  if (given === null || given === undefined) return new Array<number>(count).fill(1);
  if (given.length === count) return given;
  throw new ArgumentError(
    `\`len(${name})\` should be ${count}. Received: ${name}=${pythonText(given)} of length ${given.length}`,
    { [name]: given },
  );
}

function checkWindow(
  size: readonly number[],
  strides: readonly number[],
  rates: readonly number[],
  padding: string,
): void {
  if (padding === "SAME" && rates.some((rate) => rate > 1)) {
    throw new ArgumentError(
      `pooling with 'SAME' padding is not implemented for \`dilation_rate\` > 1. Received: padding=${padding} and dilation_rate=${numpyText(rates)}`,
      { padding, rates },
    );
  }
  if (strides.some((stride, i) => stride > (size[i] as number))) {
    throw new ArgumentError(
      `\`strides\` > \`window_shape\` not supported due to inconsistency between CPU and GPU implementations. Received: strides=${numpyText(strides)} and window_shape=${pythonText(size)}`,
      { strides, size },
    );
  }
}

/** The format of the images that sequences are made. */
function imageFormat(given: string | null): string {
  if (given === null || given === "NWC") return "NHWC";
  if (given === "NCW") return "NCHW";
  throw new ArgumentError(`data_format must be either 'NWC' or 'NCW'. Received: data_format=${given}`, {
    dataFormat: given,
  });
}
