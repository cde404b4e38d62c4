/** Definitions of the ops that move blocks of space to the batch and back. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import {
  addDimensions,
  divideDimension,
  mergeShapes,
  multiplyDimensions,
  numbersInput,
  subshape,
  subtractDimensions,
  withRank,
  withRankAtLeast,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

/** What the two directions do to the batch and to one axis of space. */
interface Direction {
  /** What the pairs of numbers are called. */
  readonly pairs: string;
  batch(size: number, block: number): Dimension;
  axis(size: Dimension, block: number, pair: readonly [number, number]): Dimension;
}

const toBatch: Direction = {
  pairs: "paddings",
  batch: (size, block) => size * block,
  axis: (size, block, [before, after]) => divideDimension(addDimensions(addDimensions(size, before), after), block),
};

const toSpace: Direction = {
  pairs: "crops",
  batch: (size, block) => divideDimension(size, block),
  axis: (size, block, [before, after]) =>
    subtractDimensions(subtractDimensions(multiplyDimensions(size, block), before), after),
};

/** The result's shape. `block` is `null` where it is not known; the pairs are the op's input `index`. */
function moved(
  c: InferContext,
  given: TensorShape,
  blockShape: TensorShape,
  block: () => readonly number[] | null,
  index: number,
  direction: Direction,
): readonly TensorShape[] {
  if (blockShape.rank !== 1) throw new ShapeError("block_shape must have rank 1.", { blockShape });
  const count = blockShape.dim(0);
  if (count === null) throw new ShapeError("block_shape must have known size.", { blockShape });
  const input = withRankAtLeast(given, count + 1);
  mergeShapes(c.input(index), new TensorShape([count, 2]));
  const sizes = block();
  const wrong = sizes?.some((size) => size < 1);
  if (wrong) throw new ShapeError("block_shape must be positive", { block: sizes });
  let batch = input.dim(0);
  if (sizes === null && count > 0) batch = null;
  for (const size of sizes ?? []) batch = batch === null ? null : direction.batch(batch, size);
  const pairs = numbersInput(c, index);
  const space = Array.from({ length: count }, (_, i): Dimension => {
    if (pairs === null) return null;
    const pair = [pairs[2 * i] as number, pairs[2 * i + 1] as number] as const;
    if (pair[0] < 0 || pair[1] < 0) throw new ShapeError(`${direction.pairs} cannot be negative`, { pairs });
    return sizes === null ? null : direction.axis(input.dim(i + 1), sizes[i] as number, pair);
  });
  return [new TensorShape([batch, ...space]).concatenate(subshape(input, 1 + count))];
}

const SpaceToBatchND = defineOp({
  type: "SpaceToBatchND",
  inputs: ["input: T", "block_shape: Tblock_shape", "paddings: Tpaddings"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tblock_shape: attr.type(indexTypes, "int32"), Tpaddings: attr.type(indexTypes, "int32") },
  infer: (c) => moved(c, c.input(0), c.input(1), () => numbersInput(c, 1), 2, toBatch),
});

const BatchToSpaceND = defineOp({
  type: "BatchToSpaceND",
  inputs: ["input: T", "block_shape: Tblock_shape", "crops: Tcrops"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tblock_shape: attr.type(indexTypes, "int32"), Tcrops: attr.type(indexTypes, "int32") },
  infer: (c) => moved(c, c.input(0), c.input(1), () => numbersInput(c, 1), 2, toSpace),
});

/** The older ops have blocks that are squares of an image. */
function movedImage(c: InferContext, size: number, direction: Direction): readonly TensorShape[] {
  return moved(c, withRank(c.input(0), 4), new TensorShape([2]), () => [size, size], 1, direction);
}

const SpaceToBatch = defineOp({
  type: "SpaceToBatch",
  inputs: ["input: T", "paddings: Tpaddings"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tpaddings: attr.type(indexTypes, "int32"), block_size: attr.int(undefined, 2) },
  infer: (c, { block_size: size }) => movedImage(c, size, toBatch),
});

const BatchToSpace = defineOp({
  type: "BatchToSpace",
  inputs: ["input: T", "crops: Tidx"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), block_size: attr.int(undefined, 2), Tidx: attr.type(indexTypes, "int32") },
  infer: (c, { block_size: size }) => movedImage(c, size, toSpace),
});

/** The definitions of this family. */
export const spaceBatchDefs = { SpaceToBatchND, BatchToSpaceND, SpaceToBatch, BatchToSpace };
