/** How the gradients of activations, biases and response normalization are written in ONNX. */
import { withEqualSizes } from "../onnx/checks.ts";
import { channelsFirst } from "../onnx/layout.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { float32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { bandedMatrix, powered } from "./nn.onnx.ts";
import type { nnGradDefs } from "./nn-grads.defs.ts";

type Pair = readonly [OnnxValue, OnnxValue];
type PairRule = (onnx: OnnxBuilder, gradients: OnnxValue, features: OnnxValue) => OnnxValue;

/** Both inputs have one shape, which the model checks where it is not known: ONNX would broadcast. */
function pairwise(rule: PairRule): (onnx: OnnxBuilder, inputs: Pair) => Lowered {
  return (onnx, [gradients, features]) => {
    const { rank } = gradients.shape;
    if (rank === null || rank !== features.shape.rank)
      return unsupported("it is not known that both operands have the same rank");
    const axes = Array.from({ length: rank }, (_, i) => i);
    const [g, x] = withEqualSizes(onnx, [gradients, features], axes) as Pair;
    return rule(onnx, g, x);
  };
}

/** The gradient where a condition holds, otherwise 0: as in TensorFlow, a product with the truth. */
function masked(onnx: OnnxBuilder, gradients: OnnxValue, condition: OnnxValue): OnnxValue {
  return onnx.node("Mul", [gradients, onnx.cast(condition, gradients.dtype)]);
}

const zero = (onnx: OnnxBuilder, x: OnnxValue): OnnxValue => onnx.scalar(0, x.dtype);

/** Scale and scaled alpha of Klambauer et al. 2017, "Self-normalizing neural networks". */
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALED_ALPHA = 1.7580993408473768;

/** Sums over all but the channels. */
function biasGradient(onnx: OnnxBuilder, value: OnnxValue, isChannelsFirst: boolean): Lowered {
  const { rank } = value.shape;
  if (rank === null || rank < 2) return unsupported("the rank is not known");
  const channel = isChannelsFirst ? 1 : rank - 1;
  const channels = value.shape.dim(channel);
  if (rank === 4 && channels !== null && value.dtype === float32)
    return onnx.deferred("ChannelSum", [isChannelsFirst ? value : channelsFirst(onnx, value)], {}, [channels]);
  const rows = value.shape.dim(0);
  if (rank === 2 && rows !== null && rows > 1 && channels !== null && value.dtype === float32) {
    // ONNX Runtime sums columns of tall matrices slowly, and multiplies fast.
    const ones = onnx.constant(new NDArray(float32, [1, rows], new Float32Array(rows).fill(1)));
    return onnx.node("Reshape", [onnx.node("MatMul", [ones, value]), onnx.integers([channels])], { allowzero: 1 });
  }
  const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== channel);
  return onnx.node("ReduceSum", [value, onnx.integers(axes)], { keepdims: 0 });
}

interface ResponseAttrs {
  readonly depth_radius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** With s = bias + α Σ x² and y = x s^−β: dx = dy s^−β − 2αβ x Σ dy y / s. The sums are products with a banded matrix. */
function responseGradient(
  onnx: OnnxBuilder,
  inputs: readonly [OnnxValue, OnnxValue, OnnxValue],
  { depth_radius: radius, bias, alpha, beta }: ResponseAttrs,
): Lowered {
  const depth = onnx.outputs[0]?.shape.dim(3) ?? null;
  if (inputs[0].dtype !== float32 || depth === null || depth === 0)
    return unsupported("the number of channels is not known");
  if (!(bias > 0 && alpha >= 0)) return unsupported("the base of the power may be negative");
  if (inputs.some(({ shape }) => shape.rank !== 4)) return unsupported("the rank is not known");
  const [dy, x, y] = withEqualSizes(onnx, inputs, [0, 1, 2, 3]) as typeof inputs;
  const sums = onnx.node("MatMul", [onnx.node("Mul", [x, x]), bandedMatrix(onnx, depth, radius, alpha)], {}, x.shape);
  const base = onnx.node("Add", [sums, onnx.scalar(bias, float32)]);
  const own = onnx.node("Div", [dy, powered(onnx, base, beta)]);
  const shares = onnx.node("Div", [onnx.node("Mul", [dy, y]), base]);
  const pulled = onnx.node("MatMul", [shares, bandedMatrix(onnx, depth, radius, -2 * alpha * beta)], {}, x.shape);
  return onnx.node("Add", [own, onnx.node("Mul", [x, pulled])]);
}

/** The rules of this family. */
export const nnGradOnnx = onnxRules<typeof nnGradDefs>()({
  ReluGrad: pairwise((onnx, g, x) => masked(onnx, g, onnx.node("Greater", [x, zero(onnx, x)]))),
  Relu6Grad: pairwise((onnx, g, x) => {
    const isInside = [onnx.node("Greater", [x, zero(onnx, x)]), onnx.node("Less", [x, onnx.scalar(6, x.dtype)])];
    return masked(onnx, g, onnx.node("And", isInside));
  }),
  LeakyReluGrad: (onnx, inputs, { alpha }) =>
    pairwise((_, g, x) => {
      const slow = onnx.node("Mul", [g, onnx.scalar(Math.fround(alpha), g.dtype)]);
      return onnx.node("Where", [onnx.node("Greater", [x, zero(onnx, x)]), g, slow]);
    })(onnx, inputs),
  EluGrad: pairwise((onnx, g, y) => {
    const below = onnx.node("Mul", [onnx.node("Add", [y, onnx.scalar(1, y.dtype)]), g]);
    return onnx.node("Where", [onnx.node("Less", [y, zero(onnx, y)]), below, g]);
  }),
  SeluGrad: pairwise((onnx, g, y) => {
    const below = onnx.node("Mul", [g, onnx.node("Add", [y, onnx.scalar(SELU_SCALED_ALPHA, y.dtype)])]);
    const above = onnx.node("Mul", [g, onnx.scalar(SELU_SCALE, y.dtype)]);
    return onnx.node("Where", [onnx.node("Less", [y, zero(onnx, y)]), below, above]);
  }),
  SoftplusGrad: pairwise((onnx, g, x) => {
    const power = onnx.node("Exp", [onnx.node("Neg", [x])]);
    return onnx.node("Div", [g, onnx.node("Add", [power, onnx.scalar(1, x.dtype)])]);
  }),
  SoftsignGrad: pairwise((onnx, g, x) => {
    const base = onnx.node("Add", [onnx.node("Abs", [x]), onnx.scalar(1, x.dtype)]);
    return onnx.node("Div", [g, onnx.node("Mul", [base, base])]);
  }),
  BiasAddGrad: (onnx, [value], { data_format }) => biasGradient(onnx, value, data_format === "NCHW"),
  LRNGrad: responseGradient,
});
