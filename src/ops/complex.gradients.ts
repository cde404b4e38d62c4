/** Gradient rules of the family `complex`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { complexDefs } from "./complex.defs.ts";

export const complexGradients = gradientRules<typeof complexDefs>()({
  Complex: pending,
  Real: pending,
  Imag: pending,
  Conj: pending,
  ComplexAbs: pending,
  Angle: pending,
});
