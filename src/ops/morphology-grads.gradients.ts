/** The gradients of the dilation of images have none, as in TensorFlow. */
import { gradientRules, noRule } from "../gradients/rule.ts";
import type { morphologyGradDefs } from "./morphology-grads.defs.ts";

export const morphologyGradGradients = gradientRules<typeof morphologyGradDefs>()({
  Dilation2DBackpropInput: noRule,
  Dilation2DBackpropFilter: noRule,
});
