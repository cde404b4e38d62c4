/** Random uses of the ops on images that came after network-draws.ts: normalization of channels, transposed convolution. */
import type { GivenAttrs } from "../../src/graph/apply-op.ts";
import type { OpType } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import { ndarray } from "../../src/tensor/ndarray.ts";
import { type Draw, gaussian } from "./draws.ts";
import type { Dice } from "./random-numbers.ts";

const batchNorm =
  (withVolumes: boolean): Draw =>
  (dice) => {
    const isFirst = dice.chance(0.4);
    const sides = Array.from({ length: withVolumes && dice.chance(0.2) ? 3 : 2 }, () => dice.between(1, 4));
    const [batch, channels] = [dice.between(0, 3), dice.between(1, 4)];
    const isTraining = dice.chance(0.5);
    const factor = dice.chance(0.5) ? 1 : 0.25;
    const size = dice.chance(0.05) ? channels + 1 : channels;
    const spaces = sides.length === 3 ? "DHW" : "HW";
    const vector = (length: number) => dice.array("float32", [length], gaussian(dice));
    const positive = dice.array("float32", [size], () => 0.1 + dice.fraction());
    const isUnused = isTraining && factor === 1 && dice.chance(0.5);
    return {
      inputs: [
        dice.array("float32", isFirst ? [batch, channels, ...sides] : [batch, ...sides, channels], gaussian(dice)),
        vector(dice.chance(0.05) ? 1 : channels),
        vector(channels),
        isUnused ? vector(0) : vector(size),
        isUnused ? vector(0) : positive,
      ],
      attrs: {
        epsilon: dice.pick([1e-4, 1e-3, 0.5]),
        exponential_avg_factor: factor,
        is_training: isTraining,
        data_format: isFirst ? `NC${spaces}` : `N${spaces}C`,
      } as GivenAttrs,
      tolerance: { ulps: 64, absolute: 2e-5 },
    };
  };

/** The transpose of a convolution of an image of this size, now and then with sizes that do not fit. */
const transposed: Draw = (dice) => {
  const isFirst = dice.chance(0.3);
  const order = <T>(n: T, h: T, w: T, c: T): T[] => (isFirst ? [n, c, h, w] : [n, h, w, c]);
  const [batch, depth, outputs] = [dice.between(0, 2), dice.between(1, 3), dice.between(1, 3)];
  const image = [dice.between(1, 9), dice.between(1, 9)] as const;
  const filter = [dice.between(1, 4), dice.between(1, 4)] as const;
  const strides = [dice.between(1, 3), dice.between(1, 3)] as const;
  const dilations = dice.chance(0.7) ? ([1, 1] as const) : ([dice.between(1, 2), dice.between(1, 2)] as const);
  const padding = dice.pick(["SAME", "SAME", "VALID", "EXPLICIT"]);
  const pads = Array.from({ length: 4 }, () => (padding === "EXPLICIT" ? dice.between(0, 2) : 0));
  const pixels = [0, 1].map((i) => {
    const [size, reach] = [image[i] as number, ((filter[i] as number) - 1) * (dilations[i] as number) + 1];
    const rest = padding === "SAME" ? size - 1 : size + (pads[2 * i] as number) + (pads[2 * i + 1] as number) - reach;
    return Math.max(Math.floor(rest / (strides[i] as number)) + 1, 0);
  }) as [number, number];
  const wrong = dice.chance(0.05) ? 1 : 0;
  const whole = order(batch + (dice.chance(0.05) ? 1 : 0), image[0] + wrong, image[1], depth);
  const sizes = dice.chance(0.2) ? [image[0] + wrong, image[1]] : whole;
  const explicit = isFirst ? [0, 0, 0, 0, ...pads] : [0, 0, ...pads, 0, 0];
  return {
    inputs: [
      ndarray(sizes, "int32"),
      dice.array("float32", [...filter, depth, outputs], gaussian(dice)),
      dice.array("float32", order(batch, ...pixels, outputs), gaussian(dice)),
    ],
    attrs: {
      strides: order(1, ...strides, 1),
      dilations: order(1, ...dilations, 1),
      padding,
      ...(padding === "EXPLICIT" && { explicit_paddings: explicit }),
      data_format: isFirst ? "NCHW" : "NHWC",
    } as GivenAttrs,
    constants: [0],
    tolerance: { ulps: 16, absolute: 2e-6 },
  };
};

/** Volumes and a window that mostly fits. */
interface VolumeDraft {
  readonly isFirst: boolean;
  readonly space: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  /** A list for the five dimensions in their order. */
  readonly five: (batch: number, space: readonly number[], channels: number) => number[];
}

function volumes(dice: Dice): VolumeDraft {
  const isFirst = dice.chance(0.3);
  const three = (low: number, high: number): number[] => Array.from({ length: 3 }, () => dice.between(low, high));
  return {
    isFirst,
    space: three(1, 5),
    size: three(1, 3),
    strides: three(1, 3),
    padding: dice.pick(["SAME", "VALID"]),
    five: (n, s, c) => (isFirst ? [n, c, ...s] : [n, ...s, c]),
  };
}

const conv3d: Draw = (dice) => {
  const { isFirst, space, size, strides, padding, five } = volumes(dice);
  const [batch, depth, outputs] = [dice.between(0, 2), dice.between(1, 3), dice.between(1, 3)];
  const dilations = dice.chance(0.8) ? [1, 1, 1] : size.map(() => dice.between(1, 2));
  return {
    inputs: [
      dice.array("float32", five(batch, space, depth), gaussian(dice)),
      dice.array("float32", [...size, depth + (dice.chance(0.05) ? 1 : 0), outputs], gaussian(dice)),
    ],
    attrs: {
      strides: five(1, strides, dice.chance(0.05) ? 2 : 1),
      dilations: five(1, dilations, 1),
      padding,
      data_format: isFirst ? "NCDHW" : "NDHWC",
    } as GivenAttrs,
    tolerance: { ulps: 16, absolute: 2e-6 },
  };
};

const transposed3d: Draw = (dice) => {
  const { isFirst, space, size, strides, padding, five } = volumes(dice);
  const [batch, depth, outputs] = [dice.between(0, 2), dice.between(1, 3), dice.between(1, 3)];
  const given = space.map((d, i) => {
    const rest = padding === "SAME" ? d - 1 : d - (size[i] as number);
    return Math.max(Math.floor(rest / (strides[i] as number)) + 1, 0);
  });
  const wrong = dice.chance(0.05) ? 1 : 0;
  return {
    inputs: [
      ndarray(five(batch + wrong, space, depth), "int32"),
      dice.array("float32", [...size, depth, outputs], gaussian(dice)),
      dice.array("float32", five(batch, given, outputs), gaussian(dice)),
    ],
    attrs: { strides: five(1, strides, 1), padding, data_format: isFirst ? "NCDHW" : "NDHWC" } as GivenAttrs,
    constants: [0],
    tolerance: { ulps: 16, absolute: 2e-6 },
  };
};

const pool3d: Draw = (dice) => {
  const { isFirst, space, size, strides, padding, five } = volumes(dice);
  return {
    inputs: [dice.array("float32", five(dice.between(0, 2), space, dice.between(1, 3)), gaussian(dice))],
    attrs: {
      ksize: five(1, size, dice.chance(0.05) ? 2 : 1),
      strides: five(1, strides, 1),
      padding,
      data_format: isFirst ? "NCDHW" : "NDHWC",
    } as GivenAttrs,
    tolerance: { ulps: 8, absolute: 1e-6 },
  };
};

/** Images and a new size, now and then one that there is not. */
const resized =
  (types: readonly DTypeName[], hasCenters = true, tolerance?: ReturnType<Draw>["tolerance"]): Draw =>
  (dice) => {
    const way = dice.pick([{}, { align_corners: true }, ...(hasCenters ? [{ half_pixel_centers: true }] : [])]);
    const shape = [dice.between(0, 2), dice.between(1, 6), dice.between(1, 6), dice.between(1, 3)];
    return {
      inputs: [
        dice.array(dice.pick(types), shape),
        dice.list([dice.between(dice.chance(0.05) ? 0 : 1, 9), dice.between(1, 9)]),
      ],
      attrs: way as GivenAttrs,
      constants: [1],
      ...(tolerance && { tolerance }),
    };
  };

/** The model rounds after each addition, the kernel once; what is added may cancel. */
const sumsOfPixels = { ulps: 64, absolute: 1e-4 };

/** A way to draw a use of each. */
export const imageDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  AdjustContrastv2: (dice) => ({
    inputs: [
      dice.array(
        "float32",
        [...dice.shape(0, 1), dice.between(0, 4), dice.between(1, 4), dice.between(1, 3)],
        gaussian(dice),
      ),
      dice.scalar(dice.pick([0, 0.5, 1, 2]), "float32"),
    ],
    tolerance: { ulps: 16, absolute: 2e-6 },
  }),
  ResizeBilinear: resized(["float32", "float64", "uint8", "int32"]),
  ResizeNearestNeighbor: resized(["float32", "float64", "uint8", "int32", "int64"]),
  ResizeBicubic: resized(["float32", "uint8"], true, sumsOfPixels),
  ResizeArea: resized(["float32", "uint8"], false, sumsOfPixels),
  AvgPool3D: pool3d,
  MaxPool3D: pool3d,
  Conv3D: conv3d,
  Conv3DBackpropInputV2: transposed3d,
  Conv2DBackpropInput: transposed,
  FusedBatchNorm: batchNorm(false),
  FusedBatchNormV2: batchNorm(false),
  FusedBatchNormV3: batchNorm(true),
};
