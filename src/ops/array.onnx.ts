/** How the ops that make values or pass them on are written in ONNX. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { allocate, type DType, int64 } from "../tensor/dtype.ts";
import { NDArray, writeElement } from "../tensor/ndarray.ts";
import type { arrayDefs } from "./array.defs.ts";

/** The value itself: no node is needed. */
function passOn(_: OnnxBuilder, [value]: readonly [OnnxValue]): OnnxValue {
  return value;
}

/** As many equal elements as another value has. */
function filledLike(element: number) {
  return (onnx: OnnxBuilder, [like]: readonly [OnnxValue]): OnnxValue =>
    onnx.node("ConstantOfShape", [onnx.node("Shape", [like])], { value: single(element, like.dtype) });
}

function single(element: number, dtype: DType): NDArray {
  const data = allocate(dtype, 1);
  writeElement(dtype, data, 0, element);
  return new NDArray(dtype, [1], data);
}

function ensureShape(value: OnnxValue, wanted: readonly (number | null)[] | null): Lowered {
  const { dims } = value.shape;
  const isSure =
    wanted === null || (dims?.length === wanted.length && wanted.every((d, i) => d === null || d === dims[i]));
  return isSure ? value : unsupported("the shape is only known in the step");
}

const fedByTheSession = unsupported("the session feeds it");

/** The rules of this family. */
export const arrayOnnx = onnxRules<typeof arrayDefs>()({
  Const: (onnx, _, { value }) => onnx.constant(value),
  Placeholder: fedByTheSession,
  PlaceholderV2: fedByTheSession,
  PlaceholderWithDefault: passOn,
  Identity: passOn,
  IdentityN: (_, [inputs]) => inputs,
  StopGradient: passOn,
  PreventGradient: passOn,
  CheckNumerics: unsupported("it fails for some values, which ONNX has no way to do"),
  EnsureShape: (_, [input], { shape }) => ensureShape(input, shape.dims),
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
  Fill: (onnx, [dims, value]) => {
    if (value.shape.rank !== 0) return unsupported("it is not known that the value is a scalar");
    const sizes = constantNumbers(dims);
    return onnx.node("Expand", [value, sizes === null ? onnx.cast(dims, int64) : onnx.integers(sizes)]);
  },
  Bitcast: unsupported("ONNX has no operator that keeps the bits"),
  Where: (onnx, [input]) => {
    if (input.shape.rank === null || input.shape.rank === 0)
      return unsupported("it is not known that the input is no scalar");
    return onnx.node("Transpose", [onnx.node("NonZero", [input])], { perm: [1, 0] });
  },
});
