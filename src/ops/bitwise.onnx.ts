/** How the operations on bits are written in ONNX. */
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import type { bitwiseDefs } from "./bitwise.defs.ts";

function same(type: OnnxOperator) {
  return (onnx: OnnxBuilder, inputs: readonly OnnxValue[]) => onnx.node(type, inputs);
}

const noShift = unsupported("ONNX shifts unsigned integers only, and says nothing of shifts by more than their bits");

/** The rules of this family. */
export const bitwiseOnnx = onnxRules<typeof bitwiseDefs>()({
  BitwiseAnd: same("BitwiseAnd"),
  BitwiseOr: same("BitwiseOr"),
  BitwiseXor: same("BitwiseXor"),
  LeftShift: noShift,
  RightShift: noShift,
  Invert: same("BitwiseNot"),
});
