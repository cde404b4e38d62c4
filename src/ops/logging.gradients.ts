/** How ops that check and print are differentiated: what passes through them keeps its gradient. Mirrors python/ops/logging_ops.py. */
import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import type { loggingDefs } from "./logging.defs.ts";

export const loggingGradients = gradientRules<typeof loggingDefs>()({
  Assert: notDifferentiable,
  Print: ({ inputs: [, data] }, grad) => [grad, data.map(() => null)],
  PrintV2: noRule,
  StringFormat: noRule,
});
