/** Random uses of the ops that move blocks of an image to its depth and back, and that roll axes. */
import type { OpType } from "../../src/ops/index.ts";
import { anything, axisOf, type Draw } from "./draws.ts";

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
