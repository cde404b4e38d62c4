/** Checks and prints are never written in ONNX: a model has no way to do either. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { loggingDefs } from "./logging.defs.ts";

const doneByTheSession = unsupported("the session checks and prints");

/** The rules of this family. */
export const loggingOnnx = onnxRules<typeof loggingDefs>()({
  Assert: doneByTheSession,
  Print: doneByTheSession,
  PrintV2: doneByTheSession,
  StringFormat: doneByTheSession,
});
