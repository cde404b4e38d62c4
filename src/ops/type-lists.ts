/** Lists of element types that several families' attrs allow, in TensorFlow's order. */
import type { TypeList } from "../graph/op-def.ts";

/** TensorFlow's `numbertype`, in the order of the op registry. Quantized types show in messages only. */
export const numberTypes = [
  "float32",
  "float64",
  "int32",
  "uint8",
  "int16",
  "int8",
  "complex64",
  "int64",
  "qint8",
  "quint8",
  "qint32",
  "bfloat16",
  "qint16",
  "quint16",
  "uint16",
  "complex128",
  "float16",
  "uint32",
  "uint64",
] as const satisfies TypeList;

/** TensorFlow's `realnumbertype`. */
export const realNumberTypes = [
  "float32",
  "float64",
  "int32",
  "uint8",
  "int16",
  "int8",
  "int64",
  "bfloat16",
  "uint16",
  "float16",
  "uint32",
  "uint64",
] as const satisfies TypeList;

export const floatTypes = ["bfloat16", "float16", "float32", "float64"] as const satisfies TypeList;

export const indexTypes = ["int32", "int64"] as const satisfies TypeList;

export const quantizedTypes = ["qint8", "quint8", "qint32", "qint16", "quint16"] as const satisfies TypeList;

export const complexTypes = ["complex64", "complex128"] as const satisfies TypeList;

/** The integers that bitwise ops take. */
export const integerTypes = [
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
] as const satisfies TypeList;
