/** How ops that hand values on are differentiated. Mirrors python/ops/array_grad.py. */
import { gradientRules, noRule, notDifferentiable, pending } from "../gradients/rule.ts";
import type { arrayDefs } from "./array.defs.ts";

export const arrayGradients = gradientRules<typeof arrayDefs>()({
  Const: notDifferentiable,
  Placeholder: noRule,
  PlaceholderV2: noRule,
  PlaceholderWithDefault: (_, grad) => grad,
  Identity: (_, grad) => grad,
  IdentityN: ({ grads }) => grads,
  StopGradient: notDifferentiable,
  PreventGradient: pending,
  CheckNumerics: pending,
  EnsureShape: pending,
  ZerosLike: notDifferentiable,
  OnesLike: notDifferentiable,
  Fill: pending,
  Bitcast: noRule,
  Where: noRule,
});
