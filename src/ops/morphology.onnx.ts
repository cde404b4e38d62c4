/** How the dilation of images, and pooling by sizes that are inputs, are written in ONNX. */
import { type OnnxRule, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import type { morphologyDefs } from "./morphology.defs.ts";
import type { poolDefs } from "./pool.defs.ts";
import { poolOnnx } from "./pool.onnx.ts";

const maxPool = poolOnnx.MaxPool as OnnxRule<typeof poolDefs.MaxPool>;

/** The rules of this family. */
export const morphologyOnnx = onnxRules<typeof morphologyDefs>()({
  Dilation2D: unsupported("ONNX has no windows of sums, and its maximum keeps what is not a number"),
  MaxPoolV2: (onnx, [input, ksize, strides], attrs) => {
    const [sizes, steps] = [constantNumbers(ksize), constantNumbers(strides)];
    if (sizes?.length !== 4 || steps?.length !== 4) return unsupported("the window is not known before the step");
    return maxPool(onnx, [input], { ...attrs, ksize: sizes, strides: steps, explicit_paddings: [] });
  },
});
