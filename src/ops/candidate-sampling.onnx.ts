/** Candidates are never drawn in ONNX: its generators give other numbers than TensorFlow's. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { candidateSamplingDefs } from "./candidate-sampling.defs.ts";

const drawnByTheSession = unsupported("the session draws random numbers, from TensorFlow's streams");

/** The rules of this family. */
export const candidateSamplingOnnx = onnxRules<typeof candidateSamplingDefs>()({
  UniformCandidateSampler: drawnByTheSession,
  LogUniformCandidateSampler: drawnByTheSession,
  ComputeAccidentalHits: unsupported("how many hits there are is seen in the step"),
});
