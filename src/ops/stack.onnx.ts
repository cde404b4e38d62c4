/** Stacks are resources of the host: every engine leaves them to the session. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { stackDefs } from "./stack.defs.ts";

const onHost = unsupported("the host holds stacks");

/** The rules of this family. */
export const stackOnnx = onnxRules<typeof stackDefs>()({
  StackV2: onHost,
  StackPushV2: onHost,
  StackPopV2: onHost,
  StackCloseV2: onHost,
});
