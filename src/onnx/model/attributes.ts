/** Attributes of ONNX nodes. Not which nodes have which: ONNX says that. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { type AttributeProto, OnnxAttributeType } from "../../formats/onnx.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { OnnxAttr, OnnxAttrs } from "../rule.ts";
import { tensorProto } from "./constants.ts";

/** An attribute of an ONNX node. */
export function attributeProto(name: string, value: OnnxAttr): AttributeProto {
  if (typeof value === "number") return { name, type: OnnxAttributeType.INT, i: BigInt(value) };
  if (typeof value === "string") return { name, type: OnnxAttributeType.STRING, s: encodeUtf8(value) };
  if (value instanceof NDArray) return { name, type: OnnxAttributeType.TENSOR, t: tensorProto("", value) };
  if ("float" in value) return { name, type: OnnxAttributeType.FLOAT, f: value.float };
  return { name, type: OnnxAttributeType.INTS, ints: value.map(BigInt) };
}

/** All attributes of an ONNX node. */
export function attributeProtos(attrs: OnnxAttrs): AttributeProto[] {
  return Object.entries(attrs).map(([key, value]) => attributeProto(key, value));
}
