/** How the gradients of batch normalization are written in ONNX: as arithmetic along the channels, wherever they stand. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { channelAxis } from "./batch-norm.defs.ts";
import { along, countOf, type Layout, statisticsLayout, sumsOf, withLayout } from "./batch-norm.onnx.ts";
import type { batchNormGradDefs } from "./batch-norm-grads.defs.ts";

interface BatchNormAttrs {
  readonly epsilon: number;
  readonly data_format: string;
  readonly is_training: boolean;
}

/** The gradient, x, scale, mean and variance. */
type Inputs = readonly [OnnxValue, OnnxValue, OnnxValue, OnnxValue, OnnxValue, ...OnnxValue[]];

function gradients(onnx: OnnxBuilder, inputs: Inputs, attrs: BatchNormAttrs): Lowered {
  const [dy, x, ...vectors] = inputs;
  const rank = x.shape.rank ?? 0;
  const axis = channelAxis(attrs.data_format, rank);
  const channels = x.shape.dim(axis);
  if (!channels || !dy.shape.equals(x.shape) || !x.shape.isFullyDefined())
    return unsupported("the shapes are not known before the step");
  if (vectors.slice(0, 3).some(({ shape }) => shape.rank !== 1 || shape.dim(0) !== channels))
    return unsupported("the sizes of scale, mean or variance are not known before the step");
  if (x.shape.elementCount() === 0) return unsupported("there are no images");
  return written(onnx, inputs, { rank, axis, channels }, attrs);
}

function written(onnx: OnnxBuilder, inputs: Inputs, own: Layout, attrs: BatchNormAttrs): Lowered {
  const [given, input, scale, mean, variance] = inputs;
  const layout = statisticsLayout(own);
  const [dy, x] = [given, input].map((value) => withLayout(onnx, onnx.cast(value, float32), own, layout)) as [
    OnnxValue,
    OnnxValue,
  ];
  const times = (images: OnnxValue, vector: OnnxValue): OnnxValue =>
    onnx.node("Mul", [images, along(onnx, vector, layout)], {}, images.shape);
  const centered = onnx.node("Sub", [x, along(onnx, mean, layout)], {}, x.shape);
  const byOffset = sumsOf(onnx, dy, layout);
  const pulled = sumsOf(onnx, onnx.node("Mul", [dy, centered], {}, x.shape), layout);
  const spread = onnx.node("Add", [variance, onnx.scalar(attrs.epsilon, float32)]);
  const root = onnx.node("Sqrt", [spread]);
  const factor = onnx.node("Div", [scale, root]);
  let byX = times(dy, factor);
  if (attrs.is_training) {
    // (dy − mean of dy − slope · centered) · factor, in as few passes over images as it can be.
    const share = onnx.node("Div", [onnx.node("Neg", [factor]), countOf(onnx, input, layout)]);
    const slope = onnx.node("Mul", [onnx.node("Div", [pulled, spread]), share]);
    const level = onnx.node("Mul", [byOffset, share]);
    const rest = onnx.node("Add", [times(centered, slope), along(onnx, level, layout)], {}, x.shape);
    byX = onnx.node("Add", [rest, byX], {}, x.shape);
  }
  const inOrder = onnx.cast(withLayout(onnx, byX, layout, own), input.dtype);
  const nothing = onnx.constant(ndarray(new Float32Array(0), float32));
  return [inOrder, onnx.node("Div", [pulled, root]), byOffset, nothing, nothing];
}

/** The rules of this family. */
export const batchNormGradOnnx = onnxRules<typeof batchNormGradDefs>()({
  FusedBatchNormGrad: (onnx, inputs, attrs) => gradients(onnx, inputs, attrs),
  FusedBatchNormGradV2: (onnx, inputs, attrs) => gradients(onnx, inputs, attrs),
  FusedBatchNormGradV3: (onnx, inputs, attrs) => gradients(onnx, inputs, attrs),
});
