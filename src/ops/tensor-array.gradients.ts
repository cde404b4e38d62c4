/** Gradient rules of the family `tensor-array`. */
import { gradientRules, notDifferentiable, pending } from "../gradients/rule.ts";
import type { tensorArrayDefs } from "./tensor-array.defs.ts";

export const tensorArrayGradients = gradientRules<typeof tensorArrayDefs>()({
  TensorArrayV3: notDifferentiable,
  TensorArrayWriteV3: pending,
  TensorArrayReadV3: pending,
  TensorArrayGatherV3: pending,
  TensorArrayScatterV3: pending,
  TensorArrayConcatV3: pending,
  TensorArraySplitV3: pending,
  TensorArraySizeV3: notDifferentiable,
  TensorArrayCloseV3: notDifferentiable,
});
