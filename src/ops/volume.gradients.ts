/** Gradient rules of the family `volume`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { volumeDefs } from "./volume.defs.ts";

export const volumeGradients = gradientRules<typeof volumeDefs>()({
  Conv3D: pending,
  Conv3DBackpropInputV2: pending,
  MaxPool3D: pending,
  AvgPool3D: pending,
});
