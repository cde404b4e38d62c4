/** The gradients of the dilation of images are left to the host, as the dilation is. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { morphologyGradDefs } from "./morphology-grads.defs.ts";

const byHost = unsupported("the dilation of images is left to the host, too");

/** The rules of this family. */
export const morphologyGradOnnx = onnxRules<typeof morphologyGradDefs>()({
  Dilation2DBackpropInput: byHost,
  Dilation2DBackpropFilter: byHost,
});
