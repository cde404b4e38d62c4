/** Gradient rules of the family `logging`. */
import { gradientRules, noRule, notDifferentiable, pending } from "../gradients/rule.ts";
import type { loggingDefs } from "./logging.defs.ts";

export const loggingGradients = gradientRules<typeof loggingDefs>()({
  Assert: notDifferentiable,
  Print: pending,
  PrintV2: noRule,
  StringFormat: noRule,
});
