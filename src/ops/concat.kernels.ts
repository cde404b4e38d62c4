/** Kernels of the ops that join tensors and take them apart. Mirrors core/kernels/{concat,pack,unpack,split,split_v}_op.cc. */
import { axisOf, require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, copyRegion, emptyArray, rowMajorStrides } from "../kernels/strided-copy.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { concatDefs } from "./concat.defs.ts";

/** Copies `part` into `whole`, from index `at` of an axis on; or, `outward`, that part of `whole` into `part`. */
function copyPart(part: NDArray, whole: NDArray, axis: number, at: number, outward: boolean): void {
  const strides = rowMajorStrides(whole.shape);
  const inside = { offset: at * (strides[axis] as number), strides };
  const alone = { offset: 0, strides: rowMajorStrides(part.shape) };
  if (outward) copyRegion(whole, inside, part, alone, part.shape);
  else copyRegion(part, alone, whole, inside, part.shape);
}

function joined(values: readonly NDArray[], axis: number, shape: readonly number[]): NDArray {
  const out = emptyArray((values[0] as NDArray).dtype, shape);
  let at = 0;
  for (const value of values) {
    copyPart(value, out, axis, at, false);
    at += value.shape[axis] as number;
  }
  return out;
}

function concat(values: readonly NDArray[], dimension: NDArray, what: string): NDArray {
  require(dimension.size === 1 && dimension.rank <= 1, () =>
    `${what} tensor should be a scalar integer, but got shape ${shapeText(dimension.shape)}`, { dimension });
  const given = Number(dimension.at(0));
  const first = values[0] as NDArray;
  const { rank } = first;
  const axis = axisOf(given, rank);
  require(rank > 0, () => "ConcatOp : Can't concatenate scalars (use tf.stack instead)", { values });
  require(axis !== null, () =>
    `ConcatOp : Expected concatenating dimensions in the range [${-rank}, ${rank}), but got ${given}`, {
    axis: given,
    rank,
  });
  for (const [i, value] of values.entries()) checkConcat(first, value, i, axis as number);
  const total = values.reduce((sum, value) => sum + (value.shape[axis as number] as number), 0);
  return joined(values, axis as number, first.shape.with(axis as number, total));
}

function checkConcat(first: NDArray, value: NDArray, index: number, axis: number): void {
  const shapes = (): string => `shape[0] = ${shapeText(first.shape)} vs. shape[${index}] = ${shapeText(value.shape)}`;
  require(value.rank === first.rank, () => `ConcatOp : Ranks of all input tensors should match: ${shapes()}`, {
    first: first.shape,
    shape: value.shape,
  });
  for (const [i, d] of first.shape.entries()) {
    require(i === axis || value.shape[i] === d, () =>
      `ConcatOp : Dimension ${i} in both shapes must be equal: ${shapes()}`, {
      first: first.shape,
      shape: value.shape,
    });
  }
}

function pack(values: readonly NDArray[], given: number): NDArray {
  const first = values[0] as NDArray;
  const axis = axisOf(given, first.rank + 1);
  require(axis !== null, () => `axis = ${given} not in [${-first.rank - 1}, ${first.rank + 1})`, { axis: given });
  for (const [i, value] of values.entries()) {
    const fits = value.rank === first.rank && value.shape.every((d, k) => d === first.shape[k]);
    require(fits, () =>
      `Shapes of all inputs must match: values[0].shape = ${shapeText(first.shape)} != values[${i}].shape = ${shapeText(value.shape)}`, {
      first: first.shape,
      shape: value.shape,
    });
  }
  const at = axis as number;
  const thin = first.shape.toSpliced(at, 0, 1);
  return joined(
    values.map((value) => value.reshape(thin)),
    at,
    first.shape.toSpliced(at, 0, values.length),
  );
}

/** Pieces along an axis, of the given sizes. */
function pieces(value: NDArray, axis: number, sizes: readonly number[]): NDArray[] {
  let at = 0;
  return sizes.map((size) => {
    const piece = emptyArray(value.dtype, value.shape.with(axis, size));
    copyPart(piece, value, axis, at, true);
    at += size;
    return piece;
  });
}

function equalSizes(count: number, size: number): number[] {
  return Array.from({ length: count }, () => size);
}

function unpack(value: NDArray, count: number, given: number): NDArray[] {
  const { rank, shape } = value;
  const axis = axisOf(given, rank);
  require(axis !== null, () => `axis = ${given} not in [${rank === 0 ? 0 : -rank}, ${rank})`, { axis: given, rank });
  const at = axis as number;
  require(shape[at] === count, () => `Input shape axis ${at} must equal ${count}, got shape ${shapeText(shape)}`, {
    shape,
    count,
  });
  const rest = shape.toSpliced(at, 1);
  return pieces(value, at, equalSizes(count, 1)).map((piece) => piece.reshape(rest));
}

/** The axis of a split, with its texts. */
function splitAxis(dimension: NDArray, rank: number): number {
  const given = Number(dimension.at(0));
  const axis = axisOf(given, rank);
  require(axis !== null, () => `-input rank(-${rank}) <= split_dim < input rank (${rank}), but got ${given}`, {
    axis: given,
    rank,
  });
  return axis as number;
}

function split(dimension: NDArray, value: NDArray, count: number): NDArray[] {
  require(dimension.rank === 0, () => `split_dim must be a scalar but has rank ${dimension.rank}`, { dimension });
  const axis = splitAxis(dimension, value.rank);
  const size = value.shape[axis] as number;
  require(size % count === 0, () =>
    `Number of ways to split should evenly divide the split dimension, but got split_dim ${axis} (size = ${size}) and num_split ${count}`, {
    axis,
    size,
    count,
  });
  return count === 1 ? [value] : pieces(value, axis, equalSizes(count, size / count));
}

function splitV(value: NDArray, given: NDArray, dimension: NDArray, count: number): NDArray[] {
  require(given.rank === 1 && given.size === count, () =>
    `size of the split_tensor must be 1-D and have the same elements as outputs got ${given.rank} -D and ${given.size} elements`, {
    given,
  });
  if (count === 1) return [value];
  const axis = splitAxis(dimension, value.rank);
  const sizes = Array.from(asNumbers(given));
  const whole = value.shape[axis] as number;
  let rest = -1;
  let total = 0;
  for (const [i, size] of sizes.entries()) {
    if (size === -1) {
      require(rest === -1, () => "There can only be one -1 in the input.", { sizes });
      rest = i;
    } else {
      total += size;
    }
  }
  require(rest === -1 ? total === whole : total <= whole, () =>
    `Determined shape must either match input shape along split_dim exactly if fully specified, or be less than the size of the input along split_dim if not fully specified.  Got: ${total}`, {
    sizes,
    whole,
  });
  if (rest >= 0) sizes[rest] = whole - total;
  for (const [i, size] of sizes.entries())
    require(size >= 0, () => `Split size at index ${i} must be >= 0. Got: ${size}`, { sizes });
  return pieces(value, axis, sizes);
}

function concatOffsets(dimension: NDArray, shapes: readonly NDArray[]): NDArray[] {
  require(dimension.rank === 0, () =>
    `Concat dim tensor should be a scalar integer, but got shape ${shapeText(dimension.shape)}`, { dimension });
  const first = shapes[0] as NDArray;
  const given = Number(dimension.at(0));
  const axis = axisOf(given, first.size);
  require(axis !== null, () => `Concat dim is out of range: ${given} vs. ${first.size}`, { axis: given });
  let at = 0;
  return shapes.map((shape, i) => {
    checkOffsetShape(first, shape, i, axis as number);
    const offsets = Array.from({ length: first.size }, (_, k) => (k === axis ? at : 0));
    at += Number(shape.at(axis as number));
    return new NDArray(
      shape.dtype,
      shape.shape,
      shape.dtype.isBig ? BigInt64Array.from(offsets, BigInt) : Int32Array.from(offsets),
    );
  });
}

function checkOffsetShape(first: NDArray, shape: NDArray, index: number, axis: number): void {
  require(shape.rank === 1, () => `input ${index} should be a vector, but got shape ${shapeText(shape.shape)}`, {
    shape,
  });
  require(shape.size === first.size, () =>
    `input ${index} should contain ${first.size} elements, but got ${shape.size}`, { shape });
  const [a, b] = [Array.from(asNumbers(first)), Array.from(asNumbers(shape))];
  const fits = a.every((d, i) => i === axis || d === b[i]);
  require(fits, () =>
    `All dimensions except ${axis} must match. Input ${index} has shape [${b.join(" ")}] and doesn't match input 0 with shape [${a.join(" ")}].`, {
    shapes: [a, b],
  });
}

/** The kernels of this family. */
export const concatKernels = kernelsFor<typeof concatDefs>()({
  ConcatV2: ([values, axis]) => concat(values, axis, "axis"),
  Concat: ([axis, values]) => concat(values, axis, "concat_dim"),
  ConcatOffset: ([dimension, shapes]) => concatOffsets(dimension, shapes),
  Pack: ([values], { axis }) => pack(values, axis),
  Unpack: ([value], { num, axis }) => unpack(value, num, axis),
  Split: ([dimension, value], { num_split }) => split(dimension, value, num_split),
  SplitV: ([value, sizes, dimension], { num_split }) => splitV(value, sizes, dimension, num_split),
});
