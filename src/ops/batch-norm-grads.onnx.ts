/** How the gradients of batch normalization are written in ONNX: as arithmetic along the channels, wherever they stand. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { channelAxis } from "./batch-norm.defs.ts";
import { along, countOf, type Layout } from "./batch-norm.onnx.ts";
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

function written(onnx: OnnxBuilder, inputs: Inputs, layout: Layout, attrs: BatchNormAttrs): Lowered {
  const [given, input, scale, mean, variance] = inputs;
  const [dy, x] = [onnx.cast(given, float32), onnx.cast(input, float32)];
  const axes = onnx.integers(Array.from({ length: layout.rank }, (_, i) => i).filter((i) => i !== layout.axis));
  const sumOf = (value: OnnxValue): OnnxValue => onnx.node("ReduceSum", [value, axes], { keepdims: 0 });
  const centered = onnx.node("Sub", [x, along(onnx, mean, layout)]);
  const byOffset = sumOf(dy);
  const pulled = sumOf(onnx.node("Mul", [dy, centered]));
  const spread = onnx.node("Add", [variance, onnx.scalar(attrs.epsilon, float32)]);
  const root = onnx.node("Sqrt", [spread]);
  const factor = along(onnx, onnx.node("Div", [scale, root]), layout);
  let inner = dy;
  if (attrs.is_training) {
    const count = countOf(onnx, input, layout);
    const slope = onnx.node("Div", [onnx.node("Div", [pulled, count]), spread]);
    const even = onnx.node("Sub", [dy, along(onnx, onnx.node("Div", [byOffset, count]), layout)]);
    inner = onnx.node("Sub", [even, onnx.node("Mul", [centered, along(onnx, slope, layout)])]);
  }
  const byX = onnx.cast(onnx.node("Mul", [inner, factor]), input.dtype);
  const nothing = onnx.constant(ndarray(new Float32Array(0), float32));
  return [byX, onnx.node("Div", [pulled, root]), byOffset, nothing, nothing];
}

/** The rules of this family. */
export const batchNormGradOnnx = onnxRules<typeof batchNormGradDefs>()({
  FusedBatchNormGrad: (onnx, inputs, attrs) => gradients(onnx, inputs, attrs),
  FusedBatchNormGradV2: (onnx, inputs, attrs) => gradients(onnx, inputs, attrs),
  FusedBatchNormGradV3: (onnx, inputs, attrs) => gradients(onnx, inputs, attrs),
});
