/** Kernels of the ops that move blocks of space to the batch and back. Mirrors core/kernels/{spacetobatch,batchtospace}_op.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, copyRegion, countOf, emptyArray, type Region, rowMajorStrides } from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { spaceBatchDefs } from "./space-batch.defs.ts";

/** TensorFlow moves blocks of so many axes at most; axes of blocks of one that are not padded do not count at either end. */
const MOST_AXES = 4;

/** A size for each axis of a block, and what is added to, or cut from, both ends of the axis. */
interface Blocks {
  readonly block: readonly number[];
  readonly pairs: readonly (readonly [number, number])[];
}

function blocksOf(input: NDArray, block: ArrayLike<number>, pairs: NDArray, name: string): Blocks {
  const count = block.length;
  require(input.rank >= 1 + count, () => `input rank should be >= ${1 + count} instead of ${input.rank}`, {
    shape: input.shape,
  });
  require(pairs.rank === 2 && pairs.shape[0] === count && pairs.shape[1] === 2, () =>
    `${name} should have shape [${count}, 2] instead of ${shapeText(pairs.shape)}`, { [name]: pairs });
  const flat = asNumbers(pairs);
  return {
    block: Array.from(block),
    pairs: Array.from({ length: count }, (_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number]),
  };
}

/** How many axes are left between those that nothing is done to. */
function checkAxes({ block, pairs }: Blocks): void {
  const isPlain = (i: number): boolean => block[i] === 1 && pairs[i]?.[0] === 0 && pairs[i]?.[1] === 0;
  const changed = block.map((_, i) => i).filter((i) => !isPlain(i));
  const count = changed.length === 0 ? 0 : (changed.at(-1) as number) - (changed[0] as number) + 1;
  require(count <= MOST_AXES, () =>
    `Maximum number of non-combined block dimensions is ${count} but must not exceed ${MOST_AXES}`, { block });
}

/**
 * Calls `copy` for each place in a block: with the part of the space that these places make together, the part of the batch that
 * holds them, and the size of both. `before` is how much of the first blocks lies outside of the space.
 */
function eachPlace(
  space: readonly number[],
  batch: readonly number[],
  { block, pairs }: Blocks,
  copy: (space: Region, batch: Region, shape: readonly number[]) => void,
): void {
  const [inSpace, inBatch] = [rowMajorStrides(space), rowMajorStrides(batch)];
  const images = space[0] as number;
  const rest = space.slice(block.length + 1);
  const strides = inSpace.map((step, axis) => step * (block[axis - 1] ?? 1));
  const steps = rowMajorStrides(block);
  for (let place = 0; place < countOf(block); place += 1) {
    let [from, to] = [0, place * images * (inBatch[0] as number)];
    const counts = block.map((size, i) => {
      const inBlock = Math.floor(place / (steps[i] as number)) % size;
      // The first and the last block whose element at this place is inside.
      const outside = (pairs[i]?.[0] as number) - inBlock;
      const first = Math.max(Math.ceil(outside / size), 0);
      const end = Math.min(Math.ceil(((space[i + 1] as number) + outside) / size), batch[i + 1] as number);
      from += (first * size - outside) * (inSpace[i + 1] as number);
      to += first * (inBatch[i + 1] as number);
      return Math.max(end - first, 0);
    });
    copy({ offset: from, strides }, { offset: to, strides: inBatch }, [images, ...counts, ...rest]);
  }
}

function toBatch(input: NDArray, block: ArrayLike<number>, paddings: NDArray): NDArray {
  const blocks = blocksOf(input, block, paddings, "paddings");
  const wrong = blocks.block.findIndex((size) => size < 1);
  require(wrong < 0, () =>
    `All values in block_shape must be positive, got value, ${blocks.block[wrong]} at index ${wrong}.`, { block });
  checkAxes(blocks);
  const shape = [...input.shape];
  shape[0] = (input.shape[0] as number) * countOf(blocks.block);
  for (const [i, size] of blocks.block.entries()) {
    const [before, after] = blocks.pairs[i] as readonly [number, number];
    require(before >= 0 && after >= 0, () => "Paddings must be non-negative", { paddings });
    const padded = (input.shape[i + 1] as number) + before + after;
    require(padded % size === 0, () => `padded_shape[${i}]=${padded} is not divisible by block_shape[${i}]=${size}`, {
      shape: input.shape,
      paddings,
    });
    shape[i + 1] = padded / size;
  }
  const out = emptyArray(input.dtype, shape);
  eachPlace(input.shape, shape, blocks, (from, to, dims) => copyRegion(input, from, out, to, dims));
  return out;
}

function toSpace(input: NDArray, block: ArrayLike<number>, crops: NDArray): NDArray {
  const blocks = blocksOf(input, block, crops, "crops");
  const product = countOf(blocks.block);
  require(product > 0, () => `Product of block sizes must be positive, got ${product}`, { block });
  const images = input.shape[0] as number;
  require(images % product === 0, () =>
    `Input batch dimension (${images}) is not divisible by product of block sizes (${product})`, {
    shape: input.shape,
    block,
  });
  checkAxes(blocks);
  const shape = [...input.shape];
  shape[0] = images / product;
  for (const [i, size] of blocks.block.entries()) {
    const [before, after] = blocks.pairs[i] as readonly [number, number];
    require(before >= 0 && after >= 0, () => "Crops must be non-negative", { crops });
    const cropped = (input.shape[i + 1] as number) * size - before - after;
    require(cropped >= 0, () => `cropped_shape[${i}]=${cropped} must be non-negative`, { shape: input.shape, crops });
    shape[i + 1] = cropped;
  }
  const out = emptyArray(input.dtype, shape);
  eachPlace(shape, input.shape, blocks, (to, from, dims) => copyRegion(input, from, out, to, dims));
  return out;
}

/** The sizes of a block that an input holds. */
function sizesOf(block: NDArray): ArrayLike<number> {
  require(block.rank === 1, () => `block_shape rank should be 1 instead of ${block.rank}`, { block });
  return asNumbers(block);
}

/** The older ops take images alone. The text lacks a space in TensorFlow, too. */
function checkedImage(input: NDArray): NDArray {
  require(input.rank === 4, () => `Input rank should be: 4instead of: ${input.rank}`, { shape: input.shape });
  return input;
}

/** The kernels of this family. */
export const spaceBatchKernels = kernelsFor<typeof spaceBatchDefs>()({
  SpaceToBatchND: ([input, block, paddings]) => toBatch(input, sizesOf(block), paddings),
  BatchToSpaceND: ([input, block, crops]) => toSpace(input, sizesOf(block), crops),
  SpaceToBatch: ([input, paddings], { block_size: size }) => toBatch(checkedImage(input), [size, size], paddings),
  BatchToSpace: ([input, crops], { block_size: size }) => toSpace(checkedImage(input), [size, size], crops),
});
