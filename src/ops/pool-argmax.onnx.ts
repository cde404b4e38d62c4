/** Pooling with places is left to the host: ONNX Runtime counts places in another order, and has none for windows of not-a-number or minus infinity. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { poolArgmaxDefs } from "./pool-argmax.defs.ts";

/** The rules of this family. */
export const poolArgmaxOnnx = onnxRules<typeof poolArgmaxDefs>()({
  MaxPoolWithArgmax: unsupported(
    "ONNX Runtime gives no place where a window holds nothing greater than minus infinity",
  ),
});
