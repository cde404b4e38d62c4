/** Gradient rules of the family `candidate-sampling`: what is drawn depends on nothing. */
import { gradientRules, noRule } from "../gradients/rule.ts";
import type { candidateSamplingDefs } from "./candidate-sampling.defs.ts";

export const candidateSamplingGradients = gradientRules<typeof candidateSamplingDefs>()({
  UniformCandidateSampler: noRule,
  LogUniformCandidateSampler: noRule,
  ComputeAccidentalHits: noRule,
});
