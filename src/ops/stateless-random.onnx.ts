/** Random ops are never written in ONNX: its generators give other numbers than TensorFlow's. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { statelessRandomDefs } from "./stateless-random.defs.ts";

const otherNumbers = unsupported("the generators of ONNX give other numbers");

/** The rules of this family. */
export const statelessRandomOnnx = onnxRules<typeof statelessRandomDefs>()({
  StatelessRandomUniform: otherNumbers,
  StatelessRandomNormal: otherNumbers,
  StatelessTruncatedNormal: otherNumbers,
  StatelessRandomUniformInt: otherNumbers,
  StatelessRandomUniformFullInt: otherNumbers,
  StatelessMultinomial: otherNumbers,
  StatelessRandomUniformV2: otherNumbers,
  StatelessRandomNormalV2: otherNumbers,
  StatelessTruncatedNormalV2: otherNumbers,
  StatelessRandomUniformIntV2: otherNumbers,
  StatelessRandomUniformFullIntV2: otherNumbers,
  StatelessRandomGetKeyCounter: otherNumbers,
  StatelessRandomGetAlg: otherNumbers,
});
