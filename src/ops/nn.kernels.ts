/** Kernels of activations, losses and rankings. Mirrors core/kernels/{relu_op,softmax_op,xent_op,sparse_xent_op,bias_op,lrn_op,in_topk_op,topk_op}. */
import { InvalidArgumentError } from "../base/errors.ts";
import { shapeText } from "../kernels/checks.ts";
import {
  type Bigs,
  bigs,
  broadcastShape,
  broadcastSteps,
  floating,
  type Numbers,
  narrowed,
  type Pass,
  unary,
  widened,
  wideStorage,
} from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { allocate, bool, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { summarizeValue } from "../tensor/summary-text.ts";
import type { nnDefs } from "./nn.defs.ts";

const { exp, expm1, log, log1p, fround } = Math;

/** Without branches, which random signs would mispredict. Not-a-number stays what it is. */
const relu: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = Math.max(x[i] as number, 0);
};
const relu6: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = Math.min(Math.max(x[i] as number, 0), 6);
};

/** Scale and scaled alpha of Klambauer et al. 2017, "Self-normalizing neural networks". */
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALED_ALPHA = 1.7580993408473768;

function leakyRelu(x: NDArray, slope: number): NDArray {
  const out = wideStorage(x.dtype, x.size) as Numbers;
  const values = widened(x) as Numbers;
  for (let i = 0; i < out.length; i += 1) {
    const value = values[i] as number;
    out[i] = value > 0 ? value : value * slope;
  }
  return narrowed(x.dtype, x.shape, out);
}

/** Softmax of each row of `width` elements, or its logarithm. */
function softmaxRows(x: NDArray, isLog: boolean): NDArray {
  if (x.rank === 0) throw new InvalidArgumentError("logits must have >= 1 dimension, got []", { x });
  const width = x.shape.at(-1) as number;
  const out = wideStorage(x.dtype, x.size) as Numbers;
  const values = widened(x) as Numbers;
  for (let row = 0; row < x.size; row += width) {
    const largest = largestOf(values, row, width);
    let sum = 0;
    for (let i = row; i < row + width; i += 1) sum += exp((values[i] as number) - largest);
    const logSum = log(sum);
    for (let i = row; i < row + width; i += 1) {
      const shifted = (values[i] as number) - largest;
      out[i] = isLog ? shifted - logSum : exp(shifted) / sum;
    }
  }
  return narrowed(x.dtype, x.shape, out);
}

function largestOf(values: Numbers, start: number, count: number): number {
  let largest = -Infinity;
  for (let i = start; i < start + count; i += 1) {
    const value = values[i] as number;
    if (!(value <= largest)) largest = value;
  }
  return largest;
}

function crossEntropy(features: NDArray, labels: NDArray): NDArray[] {
  const shape = broadcastShape(features.shape, labels.shape);
  if (shape === null) throw notBroadcastable(features, labels);
  if (shape.length !== 2)
    throw new InvalidArgumentError(
      "logits and labels must be either 2-dimensional, or broadcasted to be 2-dimensional",
      { features, labels },
    );
  const [rows = 0, width = 0] = shape;
  const [fRow = 0, fStep = 0] = broadcastSteps(features.shape, shape);
  const [lRow = 0, lStep = 0] = broadcastSteps(labels.shape, shape);
  const x = widened(features) as Numbers;
  const y = widened(labels) as Numbers;
  const loss = wideStorage(features.dtype, rows) as Numbers;
  const backprop = wideStorage(features.dtype, rows * width) as Numbers;
  const shifted = new Float64Array(width);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < width; j += 1) shifted[j] = x[row * fRow + j * fStep] as number;
    const sum = shiftRow(shifted);
    const logSum = log(sum);
    let total = 0;
    for (let j = 0; j < width; j += 1) {
      const label = y[row * lRow + j * lStep] as number;
      total += label * (logSum - (shifted[j] as number));
      backprop[row * width + j] = exp(shifted[j] as number) / sum - label;
    }
    loss[row] = total;
  }
  return [narrowed(features.dtype, [rows], loss), narrowed(features.dtype, shape, backprop)];
}

function notBroadcastable(features: NDArray, labels: NDArray): InvalidArgumentError {
  const text = `logits and labels must be broadcastable: logits_size=${shapeText(features.shape)} labels_size=${shapeText(labels.shape)}`;
  return new InvalidArgumentError(text, { features, labels });
}

/** Subtracts the largest element from all; gives the sum of their exponentials. */
function shiftRow(row: Float64Array): number {
  const largest = largestOf(row, 0, row.length);
  let sum = 0;
  for (let j = 0; j < row.length; j += 1) {
    const value = (row[j] as number) - largest;
    row[j] = value;
    sum += exp(value);
  }
  return sum;
}

function sparseCrossEntropy(features: NDArray, labels: NDArray): NDArray[] {
  checkSparse(features, labels);
  const [rows = 0, width = 0] = features.shape;
  const classes = Array.from({ length: rows }, (_, i) => Number(labels.at(i)));
  const least = classes.reduce((a, b) => Math.min(a, b), 0);
  const greatest = classes.reduce((a, b) => Math.max(a, b), 0);
  if (least < 0 || greatest >= width) {
    const text = `Received a label value of ${least < 0 ? least : greatest} which is outside the valid range of [0, ${width}).  Label values: ${summarizeValue(labels, -1)}`;
    throw new InvalidArgumentError(text, { labels });
  }
  const x = widened(features) as Numbers;
  const loss = wideStorage(features.dtype, rows) as Numbers;
  const backprop = wideStorage(features.dtype, rows * width) as Numbers;
  const shifted = new Float64Array(width);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < width; j += 1) shifted[j] = x[row * width + j] as number;
    const sum = shiftRow(shifted);
    const label = classes[row] as number;
    loss[row] = log(sum) - (shifted[label] as number);
    for (let j = 0; j < width; j += 1)
      backprop[row * width + j] = exp(shifted[j] as number) / sum - (j === label ? 1 : 0);
  }
  return [narrowed(features.dtype, [rows], loss), narrowed(features.dtype, features.shape, backprop)];
}

function checkSparse(features: NDArray, labels: NDArray): void {
  const [f, l] = [shapeText(features.shape), shapeText(labels.shape)];
  if (features.rank !== 2) throw new InvalidArgumentError(`logits must be 2-D, but got shape ${f}`, { features });
  if (labels.rank !== 1) throw new InvalidArgumentError(`labels must be 1-D, but got shape ${l}`, { labels });
  if (features.shape[0] !== labels.shape[0]) {
    throw new InvalidArgumentError(
      `logits and labels must have the same first dimension, got logits shape ${f} and labels shape ${l}`,
      { features, labels },
    );
  }
  if ((features.shape[1] as number) <= 0)
    throw new InvalidArgumentError(`Must have at least one class, but got logits shape ${f}`, { features });
}

function l2Loss(x: NDArray): NDArray {
  const values = widened(x) as Numbers;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += (values[i] as number) ** 2;
  const out = wideStorage(x.dtype, 1) as Numbers;
  out[0] = sum / 2;
  return narrowed(x.dtype, [], out);
}

/** Adds `bias` along one axis. Typed arrays wrap integers as C does. */
function addBias(value: NDArray, bias: NDArray, isChannelsFirst: boolean): NDArray {
  const [v, b] = [shapeText(value.shape), shapeText(bias.shape)];
  if (value.rank < 2) throw new InvalidArgumentError(`Input tensor must be at least 2D: ${v}`, { value });
  if (bias.rank !== 1) throw new InvalidArgumentError(`Biases must be 1D: ${b}`, { bias });
  const axis = isChannelsFirst ? 1 : value.rank - 1;
  if (bias.size !== value.shape[axis]) {
    throw new InvalidArgumentError(
      `Must provide as many biases as the last dimension of the input tensor: ${b} vs. ${v}`,
      { value, bias },
    );
  }
  const plane = value.shape.slice(axis + 1).reduce((a, d) => a * d, 1);
  const out = wideStorage(value.dtype, value.size);
  // Bigints are added by the same loops: `+` and typed arrays know them.
  const arrays = [out, widened(value), widened(bias)] as unknown as readonly [Numbers, Numbers, Numbers];
  if (plane === 1) addRepeated(...arrays);
  else addPlanes(...arrays, plane, value.dtype.isComplex ? 2 : 1);
  return narrowed(value.dtype, value.shape, out);
}

/** Adds the biases to each run of as many elements. */
function addRepeated(out: Numbers, value: Numbers, bias: Numbers): void {
  for (let at = 0; at < out.length; at += bias.length) {
    for (let j = 0; j < bias.length; j += 1) out[at + j] = (value[at + j] as number) + (bias[j] as number);
  }
}

/** Adds each bias to a plane of elements, of `parts` numbers each. */
function addPlanes(out: Numbers, value: Numbers, bias: Numbers, plane: number, parts: number): void {
  const size = plane * parts;
  for (let start = 0, channel = 0; start < out.length; start += size, channel = (channel + parts) % bias.length) {
    for (let at = start; at < start + size; at += parts) {
      for (let part = 0; part < parts; part += 1)
        out[at + part] = (value[at + part] as number) + (bias[channel + part] as number);
    }
  }
}

/**
 * Divides each element by a power of the square sum of the channels around it. The sum is a product with a matrix of ones near the diagonal:
 * a square that is not finite makes the sums of channels that are further away no numbers.
 */
function normalizeResponse(x: NDArray, radius: number, bias: number, alpha: number, beta: number): NDArray {
  if (x.rank !== 4) throw new InvalidArgumentError("in must be 4-dimensional", { x });
  const depth = x.shape[3] as number;
  const values = widened(x) as Numbers;
  const out = wideStorage(x.dtype, x.size) as Numbers;
  const squares = new Float64Array(depth);
  const round = rounderOf(x.dtype);
  for (let row = 0; row < x.size; row += depth) {
    for (let i = 0; i < depth; i += 1) squares[i] = round((values[row + i] as number) ** 2);
    const unbounded = squares.findIndex((square) => !Number.isFinite(square));
    const lastUnbounded = squares.findLastIndex((square) => !Number.isFinite(square));
    for (let i = 0; i < depth; i += 1) {
      const end = Math.min(depth, i + radius + 1);
      const isReached = unbounded >= 0 && (unbounded < i - radius || lastUnbounded >= end);
      let sum = isReached ? Number.NaN : 0;
      for (let j = Math.max(0, i - radius); j < end; j += 1) sum += squares[j] as number;
      out[row + i] = (values[row + i] as number) * (bias + alpha * sum) ** -beta;
    }
  }
  return narrowed(x.dtype, x.shape, out);
}

function inTopK(predictions: NDArray, targets: NDArray, k: number): NDArray {
  if (predictions.rank !== 2) throw new InvalidArgumentError("predictions must be 2-dimensional", { predictions });
  if (targets.rank !== 1) throw new InvalidArgumentError("targets must be 1-dimensional", { targets });
  const [rows = 0, width = 0] = predictions.shape;
  if (targets.size !== rows)
    throw new InvalidArgumentError(
      `First dimension of predictions ${rows} must match length of targets ${targets.size}`,
      { predictions, targets },
    );
  const values = predictions.data as Float32Array;
  const out = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const target = Number(targets.at(row));
    const rank = target >= 0 && target < width ? rankOf(values, row * width, width, target) : Infinity;
    out[row] = rank < k ? 1 : 0;
  }
  return new NDArray(bool, [rows], out);
}

/** How many entries of a row are greater than the target's; infinite when any is not finite. */
function rankOf(values: Float32Array, start: number, width: number, target: number): number {
  const wanted = values[start + target] as number;
  let above = 0;
  for (let i = start; i < start + width; i += 1) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) return Infinity;
    if (value > wanted) above += 1;
  }
  return above;
}

/** Up to this many, the best entries are kept in order while a row is read; more of them are sorted. */
const FEW = 64;

function topK(input: NDArray, k: NDArray, indexType: DType): NDArray[] {
  if (k.rank !== 0) throw new InvalidArgumentError(`k must be scalar, got shape ${shapeText(k.shape)}`, { k });
  const count = Number(k.at(0));
  if (count < 0) throw new InvalidArgumentError(`Need k >= 0, got ${count}`, { k });
  if (input.rank < 1) throw new InvalidArgumentError("input must be >= 1-D, got shape []", { input });
  const width = input.shape.at(-1) as number;
  if (width < count)
    throw new InvalidArgumentError(`input must have at least k columns. Had ${width}, needed ${count}`, { input, k });
  const shape = [...input.shape.slice(0, -1), count];
  const rows = width === 0 ? 0 : input.size / width;
  const comparable = widened(input) as Numbers;
  const data = input.data as Numbers;
  const values = allocate(input.dtype, rows * count) as Numbers;
  const indices = allocate(indexType, rows * count);
  for (let row = 0; row < rows; row += 1) {
    const best =
      count <= FEW ? fewBest(comparable, row * width, width, count) : manyBest(comparable, row * width, width);
    for (let i = 0; i < count; i += 1) {
      const place = best[i] as number;
      values[row * count + i] = data[row * width + place] as number;
      if (indexType.isBig) (indices as Bigs)[row * count + i] = BigInt(place);
      else (indices as Numbers)[row * count + i] = place;
    }
  }
  return [new NDArray(input.dtype, shape, values), new NDArray(indexType, shape, indices)];
}

/** The places of the largest entries, largest first; of equal ones the first place first. */
function fewBest(values: Numbers, start: number, width: number, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < width && count > 0; i += 1) {
    const value = values[start + i] as number;
    if (best.length === count && !(value > (values[start + (best[count - 1] as number)] as number))) continue;
    if (best.length === count) best.pop();
    let at = best.length;
    while (at > 0 && value > (values[start + (best[at - 1] as number)] as number)) at -= 1;
    best.splice(at, 0, i);
  }
  return best;
}

function manyBest(values: Numbers, start: number, width: number): Uint32Array {
  const places = Uint32Array.from({ length: width }, (_, i) => i);
  return places.sort((a, b) => {
    const [x, y] = [values[start + a] as number, values[start + b] as number];
    return x > y ? -1 : x < y ? 1 : a - b;
  });
}

/** The kernels of this family. */
export const nnKernels = kernelsFor<typeof nnDefs>()({
  Relu: unary({ float: relu, int: relu, big: bigs((x) => (x > 0n ? x : 0n)) }),
  Relu6: unary({ float: relu6, int: relu6, big: bigs((x) => (x <= 0n ? 0n : x > 6n ? 6n : x)) }),
  LeakyRelu: ([x], { alpha }) => leakyRelu(x, fround(alpha)),
  Elu: floating((x) => (x < 0 ? expm1(x) : x)),
  Selu: floating((x) => (x < 0 ? SELU_SCALED_ALPHA * expm1(x) : SELU_SCALE * x)),
  Softplus: floating((x) => (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)))),
  Softsign: floating((x) => x / (Math.abs(x) + 1)),
  Softmax: ([logits]) => softmaxRows(logits, false),
  LogSoftmax: ([logits]) => softmaxRows(logits, true),
  SoftmaxCrossEntropyWithLogits: ([features, labels]) => crossEntropy(features, labels),
  SparseSoftmaxCrossEntropyWithLogits: ([features, labels]) => sparseCrossEntropy(features, labels),
  L2Loss: ([t]) => l2Loss(t),
  BiasAdd: ([value, bias], { data_format }) => addBias(value, bias, data_format === "NCHW"),
  BiasAddV1: ([value, bias]) => addBias(value, bias, false),
  LRN: ([input], { depth_radius, bias, alpha, beta }) =>
    normalizeResponse(input, depth_radius, fround(bias), fround(alpha), fround(beta)),
  InTopK: ([predictions, targets], { k }) => inTopK(predictions, targets, k),
  InTopKV2: ([predictions, targets, k]) => {
    if (k.rank !== 0) throw new InvalidArgumentError(`k must be 0-D, got shape ${shapeText(k.shape)}`, { k });
    return inTopK(predictions, targets, Number(k.at(0)));
  },
  TopKV2: ([input, k], { index_type }) => topK(input, k, index_type),
});
