/** Special functions are not written in ONNX. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { specialDefs } from "./special.defs.ts";

const noOperator = unsupported("ONNX has no operator for special functions");

/** The rules of this family. */
export const specialOnnx = onnxRules<typeof specialDefs>()({
  Lgamma: noOperator,
  Digamma: noOperator,
  Igamma: noOperator,
  Igammac: noOperator,
  IgammaGradA: noOperator,
  Zeta: noOperator,
  Polygamma: noOperator,
  Betainc: noOperator,
  Erfinv: noOperator,
  Ndtri: noOperator,
  BesselI0e: noOperator,
  BesselI1e: noOperator,
  NextAfter: unsupported("ONNX has no operator for the number beside another"),
});
