/** Namesake's element types in ONNX's numbers. Which of them a runtime computes with is in `operators.ts`. */
import { OnnxDataType } from "../../formats/onnx.ts";
import type { DType, DTypeName } from "../../tensor/dtype.ts";

const numbers: Readonly<Partial<Record<DTypeName, OnnxDataType>>> = {
  float16: OnnxDataType.FLOAT16,
  float32: OnnxDataType.FLOAT,
  float64: OnnxDataType.DOUBLE,
  int8: OnnxDataType.INT8,
  int16: OnnxDataType.INT16,
  int32: OnnxDataType.INT32,
  int64: OnnxDataType.INT64,
  uint8: OnnxDataType.UINT8,
  uint16: OnnxDataType.UINT16,
  uint32: OnnxDataType.UINT32,
  uint64: OnnxDataType.UINT64,
  bool: OnnxDataType.BOOL,
};

/** ONNX's number of a type; `null` for types that no model holds here: strings, complex numbers, bfloat16 and handles. */
export function onnxDataType(dtype: DType): OnnxDataType | null {
  return numbers[dtype.baseName] ?? null;
}
