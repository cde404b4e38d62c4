/** Sets in ONNX: there are none. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { setsDefs } from "./sets.defs.ts";

const noSets = unsupported("the size of a set is not known before the step");

/** The rules of this family. */
export const setsOnnx = onnxRules<typeof setsDefs>()({
  DenseToDenseSetOperation: noSets,
  DenseToSparseSetOperation: noSets,
  SparseToSparseSetOperation: noSets,
  SetSize: noSets,
});
