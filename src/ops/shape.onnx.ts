/** How the ops that ask for shapes and change them are written in ONNX. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { type DType, int32, int64 } from "../tensor/dtype.ts";
import type { shapeDefs } from "./shape.defs.ts";

function shapeOf(onnx: OnnxBuilder, value: OnnxValue, dtype: DType): OnnxValue {
  return onnx.cast(onnx.node("Shape", [value]), dtype);
}

const noSingleAxis = unsupported("the axis is not known before the step");

/** Zero means zero, as in TensorFlow. */
function reshape(onnx: OnnxBuilder, value: OnnxValue, shape: OnnxValue): Lowered {
  const sizes = constantNumbers(shape);
  if (shape.shape.rank !== 1) return unsupported("it is not known that the shape is a list");
  if (sizes === null) return onnx.node("Reshape", [value, onnx.cast(shape, int64)], { allowzero: 1 });
  if (sizes.includes(0) && sizes.includes(-1))
    return unsupported("ONNX Runtime loads no model with both 0 and -1 in a shape");
  // Where it joins two of them, ONNX Runtime lets pass what it would refuse.
  if (sizes.filter((d) => d < 0).length > 1 || sizes.some((d) => d < -1)) return unsupported("no shape is like that");
  return onnx.node(
    "Reshape",
    [value, onnx.integers(sizes)],
    { allowzero: 1 },
    sizes.map((d) => (d < 0 ? null : d)),
  );
}

function squeeze(onnx: OnnxBuilder, input: OnnxValue, axes: readonly number[]): Lowered {
  if (axes.length === 0) return onnx.node("Squeeze", [input]);
  const { rank } = input.shape;
  if (rank === null) return unsupported("the rank is not known, so axes may name the same one twice");
  const counted = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  return onnx.node("Squeeze", [input, onnx.integers([...counted])]);
}

/** ONNX's Expand broadcasts both ways: the reshape to what was asked for fails when the input was larger. */
function broadcastTo(onnx: OnnxBuilder, input: OnnxValue, shape: OnnxValue): Lowered {
  const count = shape.shape.dim(0);
  if (input.shape.rank === null || count === null || input.shape.rank > count) {
    return unsupported("it is not known that the input has no more axes than the shape");
  }
  const sizes = constantNumbers(shape);
  const wanted = sizes === null ? onnx.cast(shape, int64) : onnx.integers(sizes);
  const { dims } = input.shape;
  const isSure =
    sizes !== null && dims?.every((d, i) => d === 1 || d === sizes[sizes.length - dims.length + i]) === true;
  const expanded = onnx.node("Expand", [input, wanted]);
  if (isSure) return expanded;
  // An empty result would hide that the input was larger.
  if (sizes?.includes(0) !== false) return unsupported("it is not known that the input fits the shape");
  return onnx.node("Reshape", [expanded, wanted]);
}

const forGradients = unsupported("it computes with a few numbers, which costs less on the host");

/** The rules of this family. */
export const shapeOnnx = onnxRules<typeof shapeDefs>()({
  Shape: (onnx, [input], { out_type }) => shapeOf(onnx, input, out_type),
  ShapeN: (onnx, [inputs], { out_type }) => inputs.map((input) => shapeOf(onnx, input, out_type)),
  Size: (onnx, [input], { out_type }) => onnx.cast(onnx.node("Size", [input]), out_type),
  Rank: (onnx, [input]) => onnx.cast(onnx.node("Size", [onnx.node("Shape", [input])]), int32),
  Reshape: (onnx, [tensor, shape]) => reshape(onnx, tensor, shape),
  ExpandDims: (onnx, [input, dim]) => {
    const [axis, ...more] = constantNumbers(dim) ?? [];
    if (axis === undefined || more.length > 0) return noSingleAxis;
    return onnx.node("Unsqueeze", [input, onnx.integers([axis])]);
  },
  Squeeze: (onnx, [input], { squeeze_dims }) => squeeze(onnx, input, squeeze_dims),
  BroadcastTo: (onnx, [input, shape]) => broadcastTo(onnx, input, shape),
  BroadcastArgs: forGradients,
  BroadcastGradientArgs: forGradients,
});
