/** Gradient rules of the family `pad`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { padDefs } from "./pad.defs.ts";

export const padGradients = gradientRules<typeof padDefs>()({
  Pad: pending,
  PadV2: pending,
  MirrorPad: pending,
  MirrorPadGrad: pending,
});
