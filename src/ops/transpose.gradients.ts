/** Gradient rules of the family `transpose`. */
import { gradientRules, notDifferentiable, pending } from "../gradients/rule.ts";
import type { transposeDefs } from "./transpose.defs.ts";

export const transposeGradients = gradientRules<typeof transposeDefs>()({
  Transpose: pending,
  ConjugateTranspose: pending,
  InvertPermutation: notDifferentiable,
  Reverse: pending,
  ReverseV2: pending,
  ReverseSequence: pending,
  Tile: pending,
});
