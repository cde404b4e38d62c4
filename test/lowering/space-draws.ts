/** Random uses of the ops that move blocks of an image to its depth or to the batch and back, and that roll axes. */
import type { GivenAttrs } from "../../src/graph/apply-op.ts";
import type { OpType } from "../../src/ops/index.ts";
import { ndarray } from "../../src/tensor/ndarray.ts";
import { anything, axisOf, type Draw } from "./draws.ts";

/** Blocks of a few axes, now and then ones that do not fit. */
const blocks =
  (isToBatch: boolean, isImage: boolean): Draw =>
  (dice) => {
    const count = isImage ? 2 : dice.between(1, 3);
    const size = dice.between(2, 3);
    const block = Array.from({ length: count }, () => (isImage ? size : dice.between(1, 3)));
    const wrong = dice.chance(0.1) ? 1 : 0;
    const pairs = block.flatMap(() => (dice.chance(0.5) ? [0, 0] : [dice.between(0, 2), dice.between(0, 2)]));
    const product = block.reduce((a, b) => a * b, 1);
    const rest = isImage ? [dice.dim(3)] : dice.chance(0.5) ? [] : [dice.dim(3)];
    const space = block.map((b, i) => {
      const padding = (pairs[2 * i] as number) + (pairs[2 * i + 1] as number);
      if (!isToBatch) return dice.dim(3);
      return Math.max(Math.ceil((padding + dice.between(0, 3)) / b) * b - padding, 0) + wrong;
    });
    const batch = isToBatch ? dice.dim(2) : dice.dim(2) * product + wrong;
    const x = dice.array(dice.pick(anything), [batch, ...space, ...rest]);
    const around = ndarray(
      block.map((_, i) => [pairs[2 * i] as number, pairs[2 * i + 1] as number]),
      dice.pick(["int32", "int64"]),
    );
    if (isImage) return { inputs: [x, around], attrs: { block_size: size } as GivenAttrs, constants: [1] };
    return { inputs: [x, dice.list(block), around], constants: [1, 2] };
  };

/** A way to draw a use of each. */
export const spaceDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  SpaceToDepth: (dice) => {
    const size = dice.between(2, 3);
    const data_format = dice.pick(["NHWC", "NCHW"]);
    const space = [dice.dim(2) * size, dice.dim(2) * size];
    const shape = data_format === "NHWC" ? [dice.dim(), ...space, dice.dim()] : [dice.dim(), dice.dim(), ...space];
    return { inputs: [dice.array(dice.pick(anything), shape)], attrs: { block_size: size, data_format } };
  },
  DepthToSpace: (dice) => {
    const size = dice.between(2, 3);
    const data_format = dice.pick(["NHWC", "NCHW"]);
    const depth = dice.dim(2) * size * size;
    const shape = data_format === "NHWC" ? [dice.dim(), dice.dim(), dice.dim(), depth] : [dice.dim(), depth, 2, 3];
    return { inputs: [dice.array(dice.pick(anything), shape)], attrs: { block_size: size, data_format } };
  },
  SpaceToBatchND: blocks(true, false),
  BatchToSpaceND: blocks(false, false),
  SpaceToBatch: blocks(true, true),
  BatchToSpace: blocks(false, true),
  Roll: (dice) => {
    const shape = dice.shape(1);
    const count = dice.between(0, 2);
    const axes = Array.from({ length: count }, () => axisOf(dice, shape.length));
    const shifts = axes.map(() => dice.between(-6, 6));
    return {
      inputs: [dice.array(dice.pick(anything), shape), dice.list(shifts), dice.list(axes)],
      constants: [1, 2],
    };
  },
};
