/** Gradient rules of the family `stateless-random`. */
import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import type { statelessRandomDefs } from "./stateless-random.defs.ts";

export const statelessRandomGradients = gradientRules<typeof statelessRandomDefs>()({
  StatelessRandomUniform: notDifferentiable,
  StatelessRandomNormal: notDifferentiable,
  StatelessTruncatedNormal: notDifferentiable,
  StatelessRandomUniformInt: notDifferentiable,
  StatelessRandomUniformFullInt: notDifferentiable,
  StatelessMultinomial: notDifferentiable,
  StatelessRandomUniformV2: notDifferentiable,
  StatelessRandomNormalV2: notDifferentiable,
  StatelessTruncatedNormalV2: notDifferentiable,
  StatelessRandomUniformIntV2: notDifferentiable,
  StatelessRandomUniformFullIntV2: notDifferentiable,
  StatelessRandomGetKeyCounter: noRule,
  StatelessRandomGetAlg: noRule,
});
