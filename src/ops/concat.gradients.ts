/** Gradient rules of the family `concat`. */
import { gradientRules, notDifferentiable, pending } from "../gradients/rule.ts";
import type { concatDefs } from "./concat.defs.ts";

export const concatGradients = gradientRules<typeof concatDefs>()({
  ConcatV2: pending,
  Concat: pending,
  ConcatOffset: notDifferentiable,
  Pack: pending,
  Unpack: pending,
  Split: pending,
  SplitV: pending,
});
