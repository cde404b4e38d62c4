/** Gradient rules of the family `random-gamma`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { randomGammaDefs } from "./random-gamma.defs.ts";

export const randomGammaGradients = gradientRules<typeof randomGammaDefs>()({
  RandomGamma: pending,
  RandomPoissonV2: noRule,
});
