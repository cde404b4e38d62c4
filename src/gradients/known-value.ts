/** Which values rules know while they build. Mirrors `constant_value`, python/framework/tensor_util.py, which sees through fewer ops than shape inference does. */
import { constantValue } from "../graph/infer.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { NDArray } from "../tensor/ndarray.ts";

/** Ops whose value static shapes tell. */
const ofShapes: ReadonlySet<string> = new Set(["Const", "Shape", "Size", "Rank"]);

/** Ops whose value is known when those of their inputs are. */
const seenThrough: ReadonlySet<string> = new Set([
  "Range",
  "Cast",
  "Concat",
  "ConcatV2",
  "Pack",
  "Unpack",
  "Split",
  "Fill",
  "Equal",
  "NotEqual",
  "StopGradient",
  "Identity",
]);

/** The value of a tensor, if TensorFlow's rules know it: they build other ops where they do. */
export function knownValue(tensor: Tensor): NDArray | null {
  return isSeen(tensor) ? constantValue(tensor) : null;
}

function isSeen({ op }: Tensor): boolean {
  if (ofShapes.has(op.type)) return true;
  return seenThrough.has(op.type) && op.inputs.every(isSeen);
}
