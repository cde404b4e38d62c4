/** Gamma and Poisson numbers are never written in ONNX, which has no such generators. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { randomGammaDefs } from "./random-gamma.defs.ts";

const drawnByTheSession = unsupported("the session draws random numbers, from TensorFlow's streams");

/** The rules of this family. */
export const randomGammaOnnx = onnxRules<typeof randomGammaDefs>()({
  RandomGamma: drawnByTheSession,
  RandomGammaGrad: unsupported("ONNX has no operator for special functions"),
  RandomPoissonV2: drawnByTheSession,
});
