/** Kernels of the gradients of activations, biases and response normalization. Mirrors core/kernels/{relu_op,softplus_op,softsign_op}_functor.h, bias_op.cc and lrn_op.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { type Bigs, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { type AxisView, axisView } from "../kernels/reduction.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { nnGradDefs } from "./nn-grads.defs.ts";

type Pair = readonly [NDArray, NDArray];

/** Fills `out` from gradients and what tells how steep the function is. */
type Loop<A> = (out: A, gradients: A, features: A) => void;

const loopOf =
  (rule: (gradient: number, x: number) => number): Loop<Numbers> =>
  (out, gradients, features) => {
    for (let i = 0; i < out.length; i += 1) out[i] = rule(gradients[i] as number, features[i] as number);
  };

/** As TensorFlow's, a product with a truth: what is not finite stays not-a-number where the function is flat. */
const reluLoop: Loop<Numbers> = (out, gradients, features) => {
  for (let i = 0; i < out.length; i += 1) out[i] = (gradients[i] as number) * ((features[i] as number) > 0 ? 1 : 0);
};
const relu6Loop: Loop<Numbers> = (out, gradients, features) => {
  for (let i = 0; i < out.length; i += 1) {
    const x = features[i] as number;
    out[i] = (gradients[i] as number) * (x > 0 && x < 6 ? 1 : 0);
  }
};

type PairKernel = (inputs: Pair, attrs: unknown, context: KernelContext) => NDArray;

function checkPair([gradients, features]: Pair, { node }: KernelContext): void {
  const [a, b] = [shapeText(gradients.shape), shapeText(features.shape)];
  require(a === b, () =>
    `Inputs to operation ${node.name} of type ${node.type} must have the same size and shape.  Input 0: ${a} != input 1: ${b}`, {
    gradients: gradients.shape,
    features: features.shape,
  });
}

function pairwise(loop: Loop<Numbers>, big?: Loop<Bigs>): PairKernel {
  return (inputs, _, context) => {
    checkPair(inputs, context);
    const [gradients, features] = inputs;
    const out = wideStorage(gradients.dtype, gradients.size);
    if (gradients.dtype.isBig)
      big?.(out as unknown as Bigs, gradients.data as unknown as Bigs, features.data as unknown as Bigs);
    else loop(out as Numbers, widened(gradients) as Numbers, widened(features) as Numbers);
    return narrowed(gradients.dtype, gradients.shape, out);
  };
}

const bigLoop =
  (isSteep: (x: bigint) => boolean): Loop<Bigs> =>
  (out, gradients, features) => {
    for (let i = 0; i < out.length; i += 1) out[i] = isSteep(features[i] as bigint) ? (gradients[i] as bigint) : 0n;
  };

/** Scale and scaled alpha of Klambauer et al. 2017, "Self-normalizing neural networks". */
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALED_ALPHA = 1.7580993408473768;

/** The sums over all but the channels. Typed arrays wrap integers as C does. */
function biasGradient(value: NDArray, isChannelsFirst: boolean): NDArray {
  require(value.rank >= 2, () => `Input tensor must be at least 2D: ${shapeText(value.shape)}`, { value: value.shape });
  const view = axisView(value.shape, isChannelsFirst ? 1 : value.rank - 1);
  const channels = view.length;
  const { dtype } = value;
  const out = wideStorage(dtype, channels);
  if (dtype.isBig) addChannels(value.data as unknown as Numbers, out as Numbers, view, 1);
  else if (dtype.isInteger || dtype.isComplex)
    addChannels(widened(value) as Numbers, out as Numbers, view, dtype.isComplex ? 2 : 1);
  else {
    const sums = new Float64Array(channels);
    addChannels(widened(value) as Numbers, sums, view, 1);
    (out as Numbers).set(sums);
  }
  return narrowed(dtype, [channels], out);
}

/** Bigints are added by the same loops: `+` and typed arrays know them. */
function addChannels(values: Numbers, sums: Numbers, { outer, length, inner }: AxisView, parts: number): void {
  for (let i = 0, at = 0; i < outer; i += 1) {
    for (let channel = 0; channel < length; channel += 1) {
      for (let j = 0; j < inner; j += 1) {
        for (let part = 0; part < parts; part += 1, at += 1) {
          const to = channel * parts + part;
          sums[to] = (sums[to] as number) + (values[at] as number);
        }
      }
    }
  }
}

interface ResponseAttrs {
  readonly radius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

function checkResponse(grads: NDArray, image: NDArray, output: NDArray): void {
  const shapes = { grads: grads.shape, image: image.shape, output: output.shape };
  require(grads.rank === 4 && image.rank === 4, () => "inputs must be 4-dimensional", shapes);
  require(image.shape.every((d, i) => d === grads.shape[i] && d === output.shape[i]) && output.rank === 4, () =>
    "input_grads, input_image, and out_image should have the same shape", shapes);
}

/** With s = bias + α Σ x² and y = x s^−β: dx = dy s^−β − 2αβ x Σ dy y / s, over the same channels. */
function responseGradient(
  [grads, image, output]: readonly [NDArray, NDArray, NDArray],
  { radius, bias, alpha, beta }: ResponseAttrs,
): NDArray {
  checkResponse(grads, image, output);
  const depth = image.shape[3] as number;
  const [dy, x, y] = [widened(grads), widened(image), widened(output)] as [Numbers, Numbers, Numbers];
  const out = wideStorage(image.dtype, image.size) as Numbers;
  const sums = new Float64Array(depth);
  for (let row = 0; row < image.size; row += depth) {
    for (let i = 0; i < depth; i += 1)
      sums[i] = bias + alpha * around(i, depth, radius, (k) => (x[row + k] as number) ** 2);
    for (let i = 0; i < depth; i += 1) {
      const pulled = around(
        i,
        depth,
        radius,
        (k) => ((dy[row + k] as number) * (y[row + k] as number)) / (sums[k] as number),
      );
      const own = (dy[row + i] as number) * (sums[i] as number) ** -beta;
      out[row + i] = own - 2 * alpha * beta * (x[row + i] as number) * pulled;
    }
  }
  return narrowed(image.dtype, image.shape, out);
}

/** The sum of a term over the channels near `i`. */
function around(i: number, depth: number, radius: number, term: (channel: number) => number): number {
  const end = Math.min(depth, i + radius + 1);
  let sum = 0;
  for (let k = Math.max(0, i - radius); k < end; k += 1) sum += term(k);
  return sum;
}

const { fround } = Math;

/** The kernels of this family. */
export const nnGradKernels = kernelsFor<typeof nnGradDefs>()({
  ReluGrad: pairwise(
    reluLoop,
    bigLoop((x) => x > 0n),
  ),
  Relu6Grad: pairwise(
    relu6Loop,
    bigLoop((x) => x > 0n && x < 6n),
  ),
  LeakyReluGrad: (inputs, { alpha }, context) => {
    const slope = fround(alpha);
    return pairwise(loopOf((gradient, x) => (x > 0 ? gradient : gradient * slope)))(inputs, null, context);
  },
  EluGrad: pairwise(loopOf((gradient, y) => (y < 0 ? (y + 1) * gradient : gradient))),
  SeluGrad: pairwise(loopOf((gradient, y) => gradient * (y < 0 ? y + SELU_SCALED_ALPHA : SELU_SCALE))),
  SoftplusGrad: pairwise(loopOf((gradient, x) => gradient / (Math.exp(-x) + 1))),
  SoftsignGrad: pairwise(loopOf((gradient, x) => gradient / (Math.abs(x) + 1) ** 2)),
  BiasAddGrad: ([value], { data_format }) => biasGradient(value, data_format === "NCHW"),
  LRNGrad: (inputs, { depth_radius, bias, alpha, beta }) =>
    responseGradient(inputs, { radius: depth_radius, bias: fround(bias), alpha: fround(alpha), beta: fround(beta) }),
});
