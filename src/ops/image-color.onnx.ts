/** How the colors of images are changed in ONNX. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import { knownDims } from "../onnx/static-knowledge.ts";
import { float32 } from "../tensor/dtype.ts";
import type { imageColorDefs } from "./image-color.defs.ts";

const onHost = unsupported("colors are told apart by cases");

/** The rules of this family. */
export const imageColorOnnx = onnxRules<typeof imageColorDefs>()({
  RGBToHSV: onHost,
  HSVToRGB: onHost,
  AdjustContrastv2: (onnx, [images, factor]) => {
    const dims = knownDims(images);
    if (dims === null || dims.length < 3 || dims.includes(0) || factor.shape.rank !== 0)
      return unsupported("the sizes are not known before the step");
    if (images.dtype !== float32) return unsupported("ONNX Runtime computes other means of float16");
    const axes = onnx.integers([dims.length - 3, dims.length - 2]);
    const mean = onnx.node("ReduceMean", [images, axes], { keepdims: 1 });
    const away = onnx.node("Sub", [images, mean]);
    return onnx.node("Add", [onnx.node("Mul", [away, factor]), mean]);
  },
  AdjustHue: onHost,
  AdjustSaturation: onHost,
});
