/** Nodes as TensorFlow prints them in messages: `{{node add}} = AddV2[T=DT_FLOAT](x, y)`. */
import { DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { generalText } from "../tensor/summary-text.ts";
import type { AttrValue } from "./op-def.ts";
import type { Operation } from "./operation.ts";

const protoNames: Readonly<Record<string, string>> = {
  float32: "FLOAT",
  float64: "DOUBLE",
  float16: "HALF",
  bfloat16: "BFLOAT16",
  int8: "INT8",
  int16: "INT16",
  int32: "INT32",
  int64: "INT64",
  uint8: "UINT8",
  uint16: "UINT16",
  uint32: "UINT32",
  uint64: "UINT64",
  bool: "BOOL",
  string: "STRING",
  complex64: "COMPLEX64",
  complex128: "COMPLEX128",
  resource: "RESOURCE",
  variant: "VARIANT",
};

/** `DT_FLOAT`, `DT_FLOAT_REF`. */
export function protoTypeName(dtype: DType): string {
  const name = protoNames[dtype.baseName] ?? dtype.baseName.toUpperCase();
  return `DT_${name}${dtype.isRef ? "_REF" : ""}`;
}

/** The type as TensorFlow's C++ prints it: `float`, `int32`, `half_ref`. */
export function cTypeName(dtype: DType): string {
  return protoTypeName(dtype).slice("DT_".length).toLowerCase();
}

/** `[T=DT_FLOAT, transpose_a=false]`; `[]` when the op has no attrs. */
export function attrText(op: Operation): string {
  const names = Object.keys(op.attrs).sort();
  return `[${names.map((name) => `${name}=${valueText(op.attrs[name] as AttrValue, op.def.attrs[name]?.kind.includes("float") ?? false)}`).join(", ")}]`;
}

function valueText(value: AttrValue, isFloat: boolean): string {
  if (typeof value === "number") return isFloat ? floatText(value) : String(value);
  if (value instanceof DType) return protoTypeName(value);
  if (value instanceof TensorShape) return value.toBrackets();
  if (value instanceof NDArray) return "<tensor>";
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: AttrValue) => valueText(item, isFloat)).join(", ")}]`;
  return String(value);
}

/** Six digits, as C prints a float. */
function floatText(x: number): string {
  return Number.isFinite(x) ? generalText(x, 6) : String(x).replace("Infinity", "inf").replace("NaN", "nan");
}
