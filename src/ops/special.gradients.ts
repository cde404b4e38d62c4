/** Gradient rules of the family `special`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { specialDefs } from "./special.defs.ts";

export const specialGradients = gradientRules<typeof specialDefs>()({
  Lgamma: pending,
  Digamma: pending,
  Igamma: pending,
  Igammac: pending,
  Zeta: pending,
  Polygamma: pending,
  Betainc: pending,
  Erfinv: pending,
  Ndtri: pending,
  BesselI0e: pending,
  BesselI1e: pending,
  NextAfter: pending,
});
