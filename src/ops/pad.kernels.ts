/** Kernels of the ops that add elements around a tensor. Mirrors core/kernels/pad_op.cc and mirror_pad_op.cc. */
import { addBlockOf } from "../kernels/accumulate.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import {
  asNumbers,
  copyBlock,
  copyRegion,
  emptyArray,
  fillWith,
  rowMajorStrides,
  wordsOf,
} from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { padDefs } from "./pad.defs.ts";

/** How much is added before and after each axis. */
type Paddings = readonly (readonly [number, number])[];

function paddingsOf(input: NDArray, paddings: NDArray, comma: string): Paddings {
  require(paddings.rank === 2 && paddings.shape[1] === 2, () =>
    `paddings must be a matrix with 2 columns: ${shapeText(paddings.shape)}`, { paddings });
  require(paddings.shape[0] === input.rank, () =>
    `The first dimension of paddings must be the rank of inputs${shapeText(paddings.shape)}${comma} ${shapeText(input.shape)}`, {
    paddings,
    shape: input.shape,
  });
  const flat = asNumbers(paddings);
  return input.shape.map((_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number]);
}

function pad(input: NDArray, paddings: NDArray, value: NDArray | null): NDArray {
  require(value === null || value.rank === 0, () =>
    `constant_values must be a scalar. Found: ${shapeText(value?.shape ?? [])}`, { value });
  const sizes = paddingsOf(input, paddings, "");
  for (const [before, after] of sizes)
    require(before >= 0 && after >= 0, () => `Paddings must be non-negative: ${before} ${after}`, { paddings });
  const shape = input.shape.map((d, i) => d + (sizes[i]?.[0] ?? 0) + (sizes[i]?.[1] ?? 0));
  const out = emptyArray(input.dtype, shape);
  if (value !== null) fillWith(out, value);
  const strides = rowMajorStrides(shape);
  const offset = strides.reduce((sum, step, i) => sum + step * (sizes[i]?.[0] ?? 0), 0);
  copyRegion(input, { offset: 0, strides: rowMajorStrides(input.shape) }, out, { offset, strides }, input.shape);
  return out;
}

/** For each index along an axis of the padded tensor, the index that it mirrors. `skip` is 1 where the border is not repeated. */
function mirrored(size: number, [before, after]: readonly [number, number], skip: number): number[] {
  return Array.from({ length: before + size + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return skip - 1 - at;
    return at < size ? at : 2 * size - 1 - skip - at;
  });
}

/** Calls `visit` for each element of the padded tensor, in order, with the index of the element that it mirrors. */
function visitMirrored(
  shape: readonly number[],
  maps: readonly (readonly number[])[],
  visit: (from: number) => void,
): void {
  const strides = rowMajorStrides(shape);
  const walk = (axis: number, base: number): void => {
    const map = maps[axis];
    if (map === undefined) {
      visit(base);
      return;
    }
    for (const index of map) walk(axis + 1, base + index * (strides[axis] as number));
  };
  walk(0, 0);
}

function mirrorPad(input: NDArray, paddings: NDArray, mode: string): NDArray {
  const skip = mode === "REFLECT" ? 1 : 0;
  const sizes = paddingsOf(input, paddings, ",");
  for (const [i, [before, after]] of sizes.entries()) {
    const d = input.shape[i] as number;
    require(before >= 0 && after >= 0, () => `paddings must be non-negative: ${before} ${after}`, { paddings });
    const most = d - skip;
    require(before <= most && after <= most, () =>
      `paddings must be ${skip === 1 ? "less" : "no greater"} than the dimension size: ${before}, ${after} ${skip === 1 ? "not less" : "greater"} than ${d}`, {
      paddings,
      shape: input.shape,
    });
  }
  const maps = input.shape.map((d, i) => mirrored(d, sizes[i] as readonly [number, number], skip));
  const out = emptyArray(
    input.dtype,
    maps.map((map) => map.length),
  );
  const [from, to] = [wordsOf(input), wordsOf(out)];
  let q = 0;
  visitMirrored(input.shape, maps, (p) => {
    copyBlock(from.words, p * from.width, to.words, q, from.width);
    q += from.width;
  });
  return out;
}

function mirrorPadGrad(input: NDArray, paddings: NDArray, mode: string): NDArray {
  const skip = mode === "REFLECT" ? 1 : 0;
  const sizes = paddingsOf(input, paddings, ",");
  const shape = input.shape.map((d, i) => {
    const [before, after] = sizes[i] as readonly [number, number];
    require(before >= 0 && after >= 0, () => `Paddings must be non-negative: ${before}, ${after}`, { paddings });
    const size = d - before - after;
    require(size > 0, () =>
      `Total paddings must be less than the input dimension size: ${before + after} was not less than ${d}`, {
      paddings,
      shape: input.shape,
    });
    const most = size - skip;
    require(before <= most && after <= most, () =>
      `paddings must be ${skip === 1 ? "less" : "no greater"} than the output dimension size: ${before}, ${after} ${skip === 1 ? "not less" : "greater"} than ${size}`, {
      paddings,
      shape: input.shape,
    });
    return size;
  });
  const maps = shape.map((d, i) => mirrored(d, sizes[i] as readonly [number, number], skip));
  const out = emptyArray(input.dtype, shape);
  const add = addBlockOf(input.dtype);
  let p = 0;
  visitMirrored(shape, maps, (q) => {
    add(out.data, q, input.data, p, 1);
    p += 1;
  });
  return out;
}

/** The kernels of this family. */
export const padKernels = kernelsFor<typeof padDefs>()({
  Pad: ([input, paddings]) => pad(input, paddings, null),
  PadV2: ([input, paddings, value]) => pad(input, paddings, value),
  MirrorPad: ([input, paddings], { mode }) => mirrorPad(input, paddings, mode),
  MirrorPadGrad: ([input, paddings], { mode }) => mirrorPadGrad(input, paddings, mode),
});
