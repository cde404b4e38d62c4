/** Indices as TensorFlow takes them: a negative one is a mistake, where ONNX would count it from the end. */
import { int8, int16, int32, int64, uint8 } from "../tensor/dtype.ts";
import type { OnnxBuilder, OnnxValue } from "./rule.ts";
import { constantNumbers } from "./static-knowledge.ts";

/** An index that no axis has. */
const NO_INDEX = 2 ** 31 - 1;

/** The indices with every negative one moved behind the end, so that the model fails for it; as int32 or int64. */
export function checkedIndices(onnx: OnnxBuilder, indices: OnnxValue): OnnxValue {
  const known = constantNumbers(indices);
  const isSmall = [int8, int16, uint8].includes(indices.dtype);
  const wide = isSmall ? onnx.cast(indices, int32) : indices;
  if (known?.every((index) => index >= 0) === true) return wide;
  const isNegative = onnx.node("Less", [wide, onnx.scalar(0, wide.dtype)]);
  return onnx.node("Where", [isNegative, onnx.scalar(NO_INDEX, wide.dtype), wide], {}, indices.shape);
}

/** As `checkedIndices`, as int64. */
export function checkedLongIndices(onnx: OnnxBuilder, indices: OnnxValue): OnnxValue {
  const checked = checkedIndices(onnx, indices);
  return onnx.cast(checked, int64);
}
