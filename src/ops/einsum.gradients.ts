/** Gradient rules of the family `einsum`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { einsumDefs } from "./einsum.defs.ts";

export const einsumGradients = gradientRules<typeof einsumDefs>()({
  Einsum: pending,
});
