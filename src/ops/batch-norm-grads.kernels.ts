/** Kernels of the gradients of batch normalization. Mirrors core/kernels/fused_batch_norm_op.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { type AxisView, axisView } from "../kernels/reduction.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { float32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { channelAxis } from "./batch-norm.defs.ts";
import type { batchNormGradDefs } from "./batch-norm-grads.defs.ts";

interface BatchNormAttrs {
  readonly epsilon: number;
  readonly data_format: string;
  readonly is_training: boolean;
}

/** The gradient, x, scale, mean and variance. */
type Inputs = readonly [NDArray, NDArray, NDArray, NDArray, NDArray, ...NDArray[]];

function checkInputs([dy, x, scale, mean, variance]: Inputs, attrs: BatchNormAttrs): number {
  for (const value of [dy, x])
    require(value.rank === 4 || value.rank === 5, () => `input must be 4 or 5-dimensional${shapeText(value.shape)}`, {
      value: value.shape,
    });
  for (const [name, value] of Object.entries({ scale, "saved mean": mean, "saved variance": variance }))
    require(value.rank === 1, () => `${name} must be 1-dimensional${shapeText(value.shape)}`, { [name]: value.shape });
  const [a, b] = [shapeText(x.shape), shapeText(dy.shape)];
  require(a === b, () => `x and y_backprop must have same shape, but x has shape ${a} and y_backprop has shape ${b}`, {
    x: x.shape,
    dy: dy.shape,
  });
  const channels = x.shape[channelAxis(attrs.data_format, x.rank)] as number;
  for (const [name, value] of Object.entries({ scale, reserve_space_1: mean, reserve_space_2: variance }))
    require(value.size === channels, () =>
      `${name} must have the same number of elements as the channels of x, got ${value.size} and ${channels}`, {
      [name]: value.shape,
    });
  return channels;
}

/** Σ dy and Σ dy · (x − mean) of each channel. */
function sumsOf(
  dy: Numbers,
  x: Numbers,
  mean: Numbers,
  { outer, length, inner }: AxisView,
): [Float64Array, Float64Array] {
  const [plain, centered] = [new Float64Array(length), new Float64Array(length)];
  for (let i = 0, at = 0; i < outer; i += 1) {
    for (let c = 0; c < length; c += 1) {
      for (let j = 0; j < inner; j += 1, at += 1) {
        const gradient = dy[at] as number;
        plain[c] = (plain[c] as number) + gradient;
        centered[c] = (centered[c] as number) + gradient * ((x[at] as number) - (mean[c] as number));
      }
    }
  }
  return [plain, centered];
}

function gradients(inputs: Inputs, attrs: BatchNormAttrs): readonly NDArray[] {
  const channels = checkInputs(inputs, attrs);
  const [given, input, ...vectors] = inputs;
  const [dy, x] = [widened(given) as Numbers, widened(input) as Numbers];
  const [scale, mean, variance] = vectors.map((value) => widened(value) as Numbers) as [Numbers, Numbers, Numbers];
  const view = axisView(input.shape, channelAxis(attrs.data_format, input.rank));
  const [plain, centered] = sumsOf(dy, x, mean, view);
  const roots = Float64Array.from({ length: channels }, (_, c) => Math.sqrt((variance[c] as number) + attrs.epsilon));
  const out = wideStorage(input.dtype, input.size) as Numbers;
  const count = view.outer * view.inner;
  for (let i = 0, at = 0; i < view.outer; i += 1) {
    for (let c = 0; c < channels; c += 1) {
      const factor = (scale[c] as number) / (roots[c] as number);
      // In training, mean and variance depend on x, too.
      const [constant, slope] = attrs.is_training
        ? [(plain[c] as number) / count, (centered[c] as number) / count / (roots[c] as number) ** 2]
        : [0, 0];
      for (let j = 0; j < view.inner; j += 1, at += 1)
        out[at] = factor * ((dy[at] as number) - constant - ((x[at] as number) - (mean[c] as number)) * slope);
    }
  }
  const vector = (values: Float64Array): NDArray => new NDArray(float32, [channels], Float32Array.from(values));
  const nothing = new NDArray(float32, [0], new Float32Array(0));
  const byScale = vector(centered.map((sum, c) => sum / (roots[c] as number)));
  return [narrowed(input.dtype, input.shape, out), byScale, vector(plain), nothing, nothing];
}

/** The kernels of this family. */
export const batchNormGradKernels = kernelsFor<typeof batchNormGradDefs>()({
  FusedBatchNormGrad: (inputs, attrs) => gradients(inputs, attrs),
  FusedBatchNormGradV2: (inputs, attrs) => gradients(inputs, attrs),
  FusedBatchNormGradV3: (inputs, attrs) => gradients(inputs, attrs),
});
