/**
 * Dilated windows by moving: what lies a rate apart is brought side by side, by making blocks of space images of their own.
 * Mirrors `with_space_to_batch`, python/ops/nn_ops.py, and `required_space_to_batch_paddings`, python/ops/array_ops.py.
 */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { Dimension } from "../tensor/shape.ts";
import { concat, stack } from "./concat.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { shape } from "./shape.ts";
import { batchToSpaceNd, spaceToBatchNd } from "./space-batch.ts";
import { type PaddingLike, paddingAttrs } from "./window-options.ts";

/** Numbers as numpy prints them. */
function numpyText(values: readonly number[]): string {
  return `[${values.join(" ")}]`;
}

/** A pair for each axis: what goes before and after. */
export type Pairs = readonly (readonly [number, number])[];

/** What `requiredSpaceToBatchPaddings` gives: both `[n, 2]`, int32. */
export interface SpaceToBatchPaddings {
  readonly paddings: Tensor;
  readonly crops: Tensor;
}

/**
 * How much must be added so that blocks divide a space, for `spaceToBatchNd`, and cut off afterwards, for `batchToSpaceNd`.
 *
 * Shapes: inputShape `[n]`, blockShape `[n]`, basePaddings `[n, 2]` → paddings and crops `[n, 2]`.
 * Dtypes: int32.
 * @throws {ArgumentError} when the shape of `blockShape` is not known, or has not one dimension; when the others do not fit.
 * @see TensorFlow `required_space_to_batch_paddings`, python/ops/array_ops.py
 * @example
 * const { paddings } = requiredSpaceToBatchPaddings([5, 4], [3, 2]);
 * session.runSync(paddings).toArray(); // [[0, 1], [0, 0]]
 */
export function requiredSpaceToBatchPaddings(
  inputShape: TensorLike,
  blockShape: TensorLike,
  options: NameOption & { readonly basePaddings?: TensorLike | null | undefined } = {},
): SpaceToBatchPaddings {
  return inOpScope(options.name, "required_space_to_batch_paddings", [inputShape, blockShape], () => {
    const input = convertToTensor(inputShape, { dtype: int32, name: "input_shape" });
    const block = convertToTensor(blockShape, { dtype: int32, name: "block_shape" });
    const count = vectorLength(block);
    if (count === 0) return { paddings: noPairs(), crops: noPairs() };
    assertCompatible(input, [count]);
    const given = options.basePaddings ?? null;
    const base = given === null ? zeroPairs(count) : convertToTensor(given, { dtype: int32, name: "base_paddings" });
    assertCompatible(base, [count, 2]);
    const [knownBlock, knownInput, knownBase] = [block, input, base].map((tensor) => constantValue(tensor));
    if (knownBlock && knownInput && knownBase) {
      const numbers = (i: number): readonly [number, number] => [
        Number(knownBase.at(2 * i)),
        Number(knownBase.at(2 * i + 1)),
      ];
      return knownPaddings(count, (i) => [Number(knownInput.at(i)), Number(knownBlock.at(i)), ...numbers(i)]);
    }
    return computedPaddings(count, input, block, base);
  });
}

function vectorLength(block: Tensor): number {
  if (!block.shape.isFullyDefined())
    throw new ArgumentError(`Shape ${block.shape} is not fully defined`, { blockShape: block });
  if (block.shape.rank !== 1) throw new ArgumentError(`Shape ${block.shape} must have rank 1`, { blockShape: block });
  return block.shape.dim(0) as number;
}

function assertCompatible(tensor: Tensor, dims: readonly number[]): void {
  if (tensor.shape.isCompatibleWith(dims)) return;
  throw new ArgumentError(`Shapes ${tensor.shape} and ${pythonText(dims)} are incompatible`, { tensor, dims });
}

function noPairs(): Tensor {
  return convertToTensor(ndarray([], int32, [0, 2]), { name: "zeros" });
}

function zeroPairs(count: number): Tensor {
  return convertToTensor(ndarray(new Array<number>(2 * count).fill(0), int32, [count, 2]), { name: "zeros" });
}

/** The numbers of each axis: its size, its block, and the padding before and after that there is anyway. */
type AxisNumbers = readonly [size: number, block: number, before: number, after: number];

function knownPaddings(count: number, axis: (i: number) => AxisNumbers): SpaceToBatchPaddings {
  const paddings: number[][] = [];
  const crops: number[][] = [];
  for (let i = 0; i < count; i += 1) {
    const [size, block, before, after] = axis(i);
    const more = (block - ((size + before + after) % block)) % block;
    paddings.push([before, after + more]);
    crops.push([0, more]);
  }
  return {
    paddings: convertToTensor(paddings, { dtype: int32, name: "paddings" }),
    crops: convertToTensor(crops, { dtype: int32, name: "crops" }),
  };
}

function computedPaddings(count: number, input: Tensor, block: Tensor, base: Tensor): SpaceToBatchPaddings {
  const before = base.at(":, 0");
  const after = base.at(":, 1");
  const full = input.add(before).add(after);
  const more = block.sub(full.mod(block)).mod(block);
  const end = after.add(more);
  const axes = Array.from({ length: count }, (_, i) => i);
  const paddings = stack(
    axes.map((i) => [before.at([i]), end.at([i])]),
    { name: "paddings" },
  );
  const crops = stack(
    axes.map((i) => [0, more.at([i])]),
    { name: "crops" },
  );
  return { paddings, crops };
}

/** Where windows are dilated, and how. */
export interface DilatedWindows {
  readonly rate: readonly number[];
  readonly padding: PaddingLike;
  /** Needed for SAME. The first sizes are those of the window. */
  readonly filterShape?: TensorLike | null | undefined;
  readonly spatialDims?: readonly number[] | null | undefined;
  readonly dataFormat?: string | null | undefined;
  /** How many axes stand before space and channels. */
  readonly batchDims?: number;
  /** With channels first: how many the result has, when the ops in between do not tell. */
  readonly outputChannels?: Dimension;
}

/** The op to run on windows without dilation. Its own checks are made when it is asked for, before anything is moved. */
export type BuildOp = (spatialCount: number, padding: PaddingLike) => (input: Tensor) => Tensor;

/** Runs an op with undilated windows on images that were moved so that the windows are dilated. */
export function dilated(input: Tensor, windows: DilatedWindows, build: BuildOp): Tensor {
  const { rate, padding } = windows;
  const rates = convertToTensor(ndarray([...rate], int32), { name: "dilation_rate" });
  const dims = spatialDimsOf(input, windows);
  if (rate.some((r) => r < 1))
    throw new ArgumentError(`\`dilation_rate\` must be positive. Received: dilation_rate=${numpyText(rate)}`, { rate });
  if (rate.every((r) => r === 1)) return build(rate.length, padding)(input);
  const base = basePaddings(windows);
  return movedThere(input, rates, dims, base, windows, build(rate.length, "VALID"));
}

function isChannelsFirst({ dataFormat }: DilatedWindows): boolean {
  return dataFormat?.startsWith("NC") ?? false;
}

/** The axes of space. @throws {ArgumentError} for a list that does not ascend, or an input that lacks them. */
function spatialDimsOf(input: Tensor, windows: DilatedWindows): readonly number[] {
  const isFirst = isChannelsFirst(windows);
  const start = (windows.batchDims ?? 1) + (isFirst ? 1 : 0);
  const dims = windows.spatialDims ?? windows.rate.map((_, i) => start + i);
  if (dims.some((d, i) => d < 1 || (i > 0 && d <= (dims[i - 1] as number)))) {
    throw new ArgumentError(
      `\`spatial_dims\` must be a monotonically increasing sequence of positive integers. Received: spatial_dims=${pythonText(dims)}`,
      { spatialDims: dims },
    );
  }
  const least = (dims.at(-1) as number) + (isFirst ? 0 : 1);
  const { rank } = input.shape;
  if (rank !== null && rank < least) {
    throw new ArgumentError(
      `\`input.shape.rank\` must be at least ${least}. Received: input.shape=${input.shape} with rank ${rank}`,
      { shape: input.shape },
    );
  }
  return dims;
}

/** The padding that there would be without blocks. */
function basePaddings(windows: DilatedWindows): TensorLike {
  const { rate } = windows;
  const { padding, explicit_paddings: explicit } = paddingAttrs(windows.padding);
  if (padding === "SAME") return samePaddings(windows);
  if (padding === "VALID") return ndarray(new Array<number>(2 * rate.length).fill(0), int32, [rate.length, 2]);
  if (padding !== "EXPLICIT")
    throw new ArgumentError(`\`padding\` must be one of 'SAME' or 'VALID'. Received: padding=${padding}`, { padding });
  const start = isChannelsFirst(windows) ? 2 : 1;
  return ndarray(explicit.slice(2 * start, 2 * (start + rate.length)), int32, [rate.length, 2]);
}

function samePaddings({ rate, filterShape, padding }: DilatedWindows): Tensor {
  if (filterShape === null || filterShape === undefined) {
    throw new ArgumentError(
      `\`filter_shape\` must be specified for \`padding='SAME'\`. Received: filter_shape=None and padding=${String(padding)}`,
      { filterShape },
    );
  }
  const known = constantValue(convertToTensor(filterShape, { preferredDtype: int32, name: "filter_shape" }));
  if (known === null) {
    // TensorFlow asks for the shape of a filter that is not there.
    throw new ArgumentError(
      "None values not supported.\n  the size of the filter must be known, as windows are dilated and padding is SAME",
      { filterShape },
    );
  }
  const pairs = rate.map((r, i) => {
    const extra = (Number(known.at(i)) - 1) * r;
    const before = Math.floor(extra / 2);
    return [before, extra - before];
  });
  return convertToTensor(pairs, { dtype: int32, name: "stack" });
}

function movedThere(
  input: Tensor,
  rates: Tensor,
  dims: readonly number[],
  base: TensorLike,
  windows: DilatedWindows,
  op: (input: Tensor) => Tensor,
): Tensor {
  const known = dims.map((d) => input.shape.dim(d));
  const required = requiredSpaceToBatchPaddings(
    known.includes(null) ? computedSizes(input, dims) : (known as readonly number[]),
    rates,
    { basePaddings: base },
  );
  const block = adjusted(rates, 1, dims);
  const paddings = adjusted(required.paddings, 0, dims);
  const crops = adjusted(required.crops, 0, dims);
  const result = batchToSpaceNd(op(spaceToBatchNd(input, block, paddings)), block, crops);
  const { outputChannels } = windows;
  if (isChannelsFirst(windows) && outputChannels !== undefined && (result.shape.dim(1) ?? 0) === 0) {
    const { dims: own } = result.shape;
    if (own !== null) result.setShape(own.map((d, i) => (i === 1 ? outputChannels : d)));
  }
  return result;
}

function computedSizes(input: Tensor, dims: readonly number[]): Tensor {
  const sizes = shape(input);
  return stack(dims.map((d) => sizes.at([d])));
}

/** The rows of a tensor, in the places of the axes that they stand for; the others are filled. Axis 0 has no row. */
function adjusted(rows: Tensor, filling: number, dims: readonly number[]): TensorLike {
  const rest = (rows.shape.dims ?? []).slice(1) as readonly number[];
  const width = rest.reduce((a, b) => a * b, 1);
  const filled = (count: number) => ndarray(new Array<number>(count * width).fill(filling), int32, [count, ...rest]);
  const known = constantValue(rows);
  if (known !== null) {
    const flat = new Array<number>((dims.at(-1) as number) * width).fill(filling);
    for (const [i, d] of dims.entries())
      for (let k = 0; k < width; k += 1) flat[(d - 1) * width + k] = Number(known.at(i * width + k));
    return ndarray(flat, int32, [dims.at(-1) as number, ...rest]);
  }
  const parts: TensorLike[] = [];
  let previous = 0;
  for (let i = 0; i < dims.length; i += 1) {
    const start = i;
    const first = dims[start] as number;
    if (first > 1) parts.push(filled(first - 1 - previous));
    while (i + 1 < dims.length && dims[i + 1] === (dims[i] as number) + 1) i += 1;
    parts.push(rows.at([[start, i + 1]]));
    previous = dims[i] as number;
  }
  return concat(parts, 0);
}

/** Options of `withSpaceToBatch`. */
export interface WithSpaceToBatchOptions {
  /** The sizes of the window; needed for SAME. */
  readonly filterShape?: TensorLike | null | undefined;
  /** The axes of space, ascending. Default: those behind the batch, or behind the channels when they stand first. */
  readonly spatialDims?: readonly number[] | null | undefined;
  /** Begins with `NC` when the channels stand first. */
  readonly dataFormat?: string | null | undefined;
}

/**
 * Runs an op so that its windows are dilated: what lies a rate apart is brought side by side first, and moved back afterwards.
 *
 * Shapes: input `[n, s…, c]` → what the op makes of it. With rates of 1 the op sees the input itself, and the padding; otherwise
 * the moved input, and `VALID`.
 * Dtypes: any.
 * @param op gets the input, the number of spatial axes, and the padding.
 * @throws {ArgumentError} for rates below 1, for SAME without `filterShape`, for axes that do not ascend.
 * @remarks Differs from TensorFlow: the rates are numbers, not a tensor.
 * @see TensorFlow `with_space_to_batch`, python/ops/nn_ops.py
 * @example
 * const x = constant([[[1], [2], [3], [4], [5]]]);
 * const sums = (input, count, padding) => nn.conv1d(input, ones([2, 1, 1]), { stride: 1, padding });
 * session.runSync(nn.withSpaceToBatch(x, [2], "VALID", sums)).toArray(); // [[[4], [6], [8]]]
 */
export function withSpaceToBatch(
  input: TensorLike,
  dilationRate: readonly number[],
  padding: PaddingLike,
  op: (input: Tensor, spatialCount: number, padding: PaddingLike) => Tensor,
  options: WithSpaceToBatchOptions = {},
): Tensor {
  const given = convertToTensor(input, { name: "input" });
  return dilated(given, { rate: dilationRate, padding, ...options }, (count, used) => (x) => op(x, count, used));
}
