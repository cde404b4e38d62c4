/** Sets in ONNX: there are none. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { setsDefs } from "./sets.defs.ts";

/** The rules of this family. */
export const setsOnnx = onnxRules<typeof setsDefs>()({
  DenseToDenseSetOperation: unsupported("the size of a set is not known before the step"),
});
