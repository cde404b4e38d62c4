/** How adding elements around a tensor is written in ONNX. */
import { withLeastSizes } from "../onnx/checks.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import type { padDefs } from "./pad.defs.ts";

/** ONNX lists what goes before every axis first, TensorFlow goes axis by axis. */
function pad(
  onnx: OnnxBuilder,
  input: OnnxValue,
  paddings: OnnxValue,
  filling: OnnxValue | null,
  mode: string,
): Lowered {
  const sizes = constantNumbers(paddings);
  if (sizes === null || paddings.shape.dim(1) !== 2) return unsupported("the paddings are not known before the step");
  if (sizes.length === 0) return unsupported("ONNX Runtime pads no scalars");
  if (filling !== null && filling.shape.rank !== 0) return unsupported("it is not known that the filling is a scalar");
  const before = sizes.filter((_, i) => i % 2 === 0);
  const after = sizes.filter((_, i) => i % 2 === 1);
  const pads = onnx.integers([...before, ...after]);
  return onnx.node("Pad", filling === null ? [input, pads] : [input, pads, filling], { mode });
}

/** The rules of this family. */
export const padOnnx = onnxRules<typeof padDefs>()({
  Pad: (onnx, [input, paddings]) => pad(onnx, input, paddings, null, "constant"),
  PadV2: (onnx, [input, paddings, filling]) => pad(onnx, input, paddings, filling, "constant"),
  MirrorPad: (onnx, [input, paddings], { mode }) => {
    if (mode !== "REFLECT") return unsupported("ONNX mirrors without the border only");
    // ONNX Runtime lets an empty image be mirrored.
    const sizes = constantNumbers(paddings) ?? [];
    const largest = (axis: number): number => Math.max(sizes[2 * axis] ?? 0, sizes[2 * axis + 1] ?? 0);
    const axes = Array.from({ length: input.shape.rank ?? 0 }, (_, axis) => axis);
    if (axes.some((axis) => largest(axis) >= (input.shape.dim(axis) ?? Infinity)))
      return unsupported("TensorFlow refuses paddings as large as the input");
    if (input.shape.rank === null) return unsupported("the rank is not known");
    const checked = withLeastSizes(
      onnx,
      input,
      axes,
      axes.map((axis) => largest(axis) + 1),
    );
    return pad(onnx, checked, paddings, null, "reflect");
  },
  MirrorPadGrad: unsupported("no program of this version makes gradients"),
});
