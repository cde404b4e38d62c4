/**
 * Tensor arrays are resources of the host: every engine leaves them to the session, and only their elements pass to the engine. Where a
 * loop reads or writes an array in order, the session makes one stacked value of it (docs/decisions/0009).
 */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { tensorArrayDefs } from "./tensor-array.defs.ts";

const onHost = unsupported(
  "the host holds arrays, except those that a loop reads or writes in order: those are one stacked value",
);

/** The rules of this family. */
export const tensorArrayOnnx = onnxRules<typeof tensorArrayDefs>()({
  TensorArrayV3: onHost,
  TensorArrayWriteV3: onHost,
  TensorArrayReadV3: onHost,
  TensorArrayGatherV3: onHost,
  TensorArrayScatterV3: onHost,
  TensorArrayConcatV3: onHost,
  TensorArraySplitV3: onHost,
  TensorArraySizeV3: onHost,
  TensorArrayCloseV3: onHost,
  TensorArrayGradV3: onHost,
  TensorArrayGradWithShape: onHost,
});
