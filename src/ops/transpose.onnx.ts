/** How moving elements to other places, and repeating them, is written in ONNX. */
import { allTrue, failUnless } from "../onnx/checks.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, normalAxes } from "../onnx/static-knowledge.ts";
import { int64 } from "../tensor/dtype.ts";
import type { transposeDefs } from "./transpose.defs.ts";

function transpose(onnx: OnnxBuilder, [x, order]: readonly [OnnxValue, OnnxValue]): Lowered {
  const given = constantNumbers(order);
  const { rank } = x.shape;
  if (given === null || rank === null || given.length !== rank)
    return unsupported("the rank or the order of axes is not known before the step");
  const axes = normalAxes(given, rank);
  if (axes === null || axes.length !== rank) return unsupported("the order names one axis twice");
  return onnx.node("Transpose", [x], { perm: given.map((axis) => (axis < 0 ? axis + rank : axis)) });
}

/** A slice with the step −1. */
function reverse(onnx: OnnxBuilder, x: OnnxValue, axes: readonly number[]): OnnxValue {
  if (axes.length === 0) return x;
  const each = (value: number): OnnxValue => onnx.integers(axes.map(() => value));
  return onnx.node("Slice", [x, each(-1), each(-Number.MAX_SAFE_INTEGER), onnx.integers(axes), each(-1)]);
}

const unknownAxes = unsupported("the axes are not known before the step");

/** The rules of this family. */
export const transposeOnnx = onnxRules<typeof transposeDefs>()({
  Transpose: transpose,
  // Complex numbers, the only ones with a conjugate, are in no model.
  ConjugateTranspose: transpose,
  InvertPermutation: unsupported("it fails for what is no permutation, which ONNX has no way to do"),
  Reverse: (onnx, [tensor, dims]) => {
    const { constant } = dims;
    if (constant === null || constant.size !== tensor.shape.rank) return unknownAxes;
    return reverse(
      onnx,
      tensor,
      Array.from({ length: constant.size }, (_, i) => i).filter((i) => constant.at(i) === true),
    );
  },
  ReverseV2: (onnx, [tensor, axis]) => {
    const given = constantNumbers(axis);
    const axes = given && normalAxes(given, tensor.shape.rank);
    return given === null || axes?.length !== given.length ? unknownAxes : reverse(onnx, tensor, axes);
  },
  ReverseSequence: unsupported("the lengths are checked against the rows, which ONNX has no way to do"),
  Tile: (onnx, [input, multiples]) => {
    const known = constantNumbers(multiples);
    if (known?.some((times) => times < 0)) return unsupported("TensorFlow refuses to repeat less than no times");
    if (known !== null) return onnx.node("Tile", [input, onnx.integers(known)]);
    const times = onnx.cast(multiples, int64);
    // ONNX Runtime does not look at how often it repeats nothing.
    const mayBeEmpty = input.shape.dims?.every((dim) => dim !== null && dim > 0) !== true;
    if (!mayBeEmpty) return onnx.node("Tile", [input, times]);
    const none = onnx.integers([0]);
    const areTimes = onnx.node("GreaterOrEqual", [onnx.node("Concat", [times, none], { axis: 0 }), none]);
    return onnx.node("Tile", [input, failUnless(onnx, allTrue(onnx, areTimes), times)]);
  },
});
