/** The ops of optimizers have no rules of gradients: TensorFlow registers none. */
import { type GradientTable, gradientRules, noRule } from "../gradients/rule.ts";
import { trainingDefs } from "./training.defs.ts";

export const trainingGradients = gradientRules<typeof trainingDefs>()(
  Object.fromEntries(Object.keys(trainingDefs).map((type) => [type, noRule])) as unknown as GradientTable<
    typeof trainingDefs
  >,
);
