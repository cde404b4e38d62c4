/** The name and type of a value as ONNX declares them. */
import type { TypeProto, ValueInfoProto } from "../../formats/onnx.ts";
import type { DType } from "../../tensor/dtype.ts";
import { onnxDataType } from "./element-types.ts";

/** `dims` is `null` where nothing is said of the shape. */
export function valueInfo(name: string, dtype: DType, dims: readonly (number | null)[] | null): ValueInfoProto {
  const elemType = onnxDataType(dtype) ?? 0;
  const shape = dims && { dim: dims.map((dim) => (dim === null ? {} : { dimValue: dim })) };
  const type: TypeProto = { tensorType: shape === null ? { elemType } : { elemType, shape } };
  return { name, type };
}
