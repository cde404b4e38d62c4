/** Random ops are never written in ONNX: its generators give other numbers than TensorFlow's. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { randomDefs } from "./random.defs.ts";

const drawnByTheSession = unsupported("the session draws random numbers, from TensorFlow's streams");

/** The rules of this family. */
export const randomOnnx = onnxRules<typeof randomDefs>()({
  RandomUniform: drawnByTheSession,
  RandomUniformInt: drawnByTheSession,
  RandomStandardNormal: drawnByTheSession,
  TruncatedNormal: drawnByTheSession,
  RandomShuffle: drawnByTheSession,
  Multinomial: drawnByTheSession,
});
