/** Complex numbers are not written in ONNX. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { complexDefs } from "./complex.defs.ts";

const noComplex = unsupported("ONNX Runtime computes nothing with complex numbers");

/** The rules of this family. */
export const complexOnnx = onnxRules<typeof complexDefs>()({
  Complex: noComplex,
  Real: noComplex,
  Imag: noComplex,
  Conj: noComplex,
  ComplexAbs: noComplex,
  Angle: noComplex,
});
