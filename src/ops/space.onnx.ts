/** How blocks of an image are moved to its depth and back, and axes rolled, in ONNX. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, knownDims } from "../onnx/static-knowledge.ts";
import type { spaceDefs } from "./space.defs.ts";

interface ImageAttrs {
  readonly block_size: number;
  readonly data_format: string;
}

/** The value seen in another shape, its axes put in another order. ONNX's own DepthToSpace has few types and one layout. */
function rearranged(
  onnx: OnnxBuilder,
  value: OnnxValue,
  seen: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): OnnxValue {
  const apart = onnx.node("Reshape", [value, onnx.integers(seen)], { allowzero: 1 }, seen);
  const moved = onnx.node("Transpose", [apart], { perm });
  return onnx.node("Reshape", [moved, onnx.integers(shape)], { allowzero: 1 }, shape);
}

const ofUnknownSize = unsupported("the image's size is not known before the step");

function spaceToDepth(onnx: OnnxBuilder, input: OnnxValue, { block_size: size, data_format }: ImageAttrs): Lowered {
  const dims = knownDims(input);
  if (dims?.length !== 4) return ofUnknownSize;
  const [n, a, b, c] = dims as readonly [number, number, number, number];
  return data_format === "NHWC"
    ? rearranged(
        onnx,
        input,
        [n, a / size, size, b / size, size, c],
        [0, 1, 3, 2, 4, 5],
        [n, a / size, b / size, c * size * size],
      )
    : rearranged(
        onnx,
        input,
        [n, a, b / size, size, c / size, size],
        [0, 3, 5, 1, 2, 4],
        [n, a * size * size, b / size, c / size],
      );
}

function depthToSpace(onnx: OnnxBuilder, input: OnnxValue, { block_size: size, data_format }: ImageAttrs): Lowered {
  const dims = knownDims(input);
  if (dims?.length !== 4) return ofUnknownSize;
  const [n, a, b, c] = dims as readonly [number, number, number, number];
  const depth = (data_format === "NHWC" ? c : a) / (size * size);
  return data_format === "NHWC"
    ? rearranged(onnx, input, [n, a, b, size, size, depth], [0, 1, 3, 2, 4, 5], [n, a * size, b * size, depth])
    : rearranged(onnx, input, [n, size, size, depth, b, c], [0, 3, 4, 1, 5, 2], [n, depth, b * size, c * size]);
}

function roll(onnx: OnnxBuilder, input: OnnxValue, shift: OnnxValue, axis: OnnxValue): Lowered {
  const [shifts, axes, { rank }] = [constantNumbers(shift), constantNumbers(axis), input.shape];
  if (shifts === null || axes === null || rank === null) return unsupported("how far to roll is not known");
  if (shift.shape.rank !== axis.shape.rank || shifts.length !== axes.length)
    return unsupported("shift and axis differ in length");
  let value = onnx.node("Identity", [input], {}, input.shape);
  for (const [i, given] of axes.entries()) {
    const at = given < 0 ? given + rank : given;
    const length = input.shape.dim(at);
    if (at < 0 || at >= rank || length === null || length === 0)
      return unsupported("it is not known how long the axis is");
    const first = length - ((((shifts[i] as number) % length) + length) % length);
    const part = (from: number, to: number): OnnxValue =>
      onnx.node("Slice", [value, onnx.integers([from]), onnx.integers([to]), onnx.integers([at])]);
    value = onnx.node("Concat", [part(first, length), part(0, first)], { axis: at }, input.shape);
  }
  return value;
}

/** The rules of this family. */
export const spaceOnnx = onnxRules<typeof spaceDefs>()({
  SpaceToDepth: (onnx, [input], attrs) => spaceToDepth(onnx, input, attrs),
  DepthToSpace: (onnx, [input], attrs) => depthToSpace(onnx, input, attrs),
  Roll: (onnx, [input, shift, axis]) => roll(onnx, input, shift, axis),
});
