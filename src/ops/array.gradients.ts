/** How ops that hand values on are differentiated. Mirrors python/ops/array_grad.py. */

import { LookupError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import type { arrayDefs } from "./array.defs.ts";
import { checkNumerics } from "./array.ts";
import { reduceSum } from "./reduce.ts";

/** As Python shows bytes, which attrs of text are there. */
function bytesText(text: string): string {
  return `b${pythonText(text, true)}`;
}

export const arrayGradients = gradientRules<typeof arrayDefs>()({
  Const: notDifferentiable,
  Placeholder: noRule,
  PlaceholderV2: noRule,
  PlaceholderWithDefault: (_, grad) => grad,
  Identity: (_, grad) => grad,
  IdentityN: ({ grads }) => grads,
  StopGradient: notDifferentiable,
  PreventGradient: ({ op, attrs: { message } }) => {
    throw new LookupError(`Gradient explicitly disabled. Reason: ${bytesText(message)}`, { op, reason: message });
  },
  CheckNumerics: ({ attrs: { message } }, grad) =>
    checkNumerics(grad, `Not a number (NaN) or infinity (Inf) values detected in gradient. ${bytesText(message)}`),
  EnsureShape: (_, grad) => grad,
  ZerosLike: notDifferentiable,
  OnesLike: notDifferentiable,
  Fill: (_, grad) => [null, reduceSum(grad)],
  Bitcast: noRule,
  Where: noRule,
});
