/** Random uses of the gradients of the ops of neural networks: as a gradient rule makes them, and now and then with sizes that do not fit. */
import type { GivenAttrs } from "../../src/graph/apply-op.ts";
import type { OpType } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import { ndarray } from "../../src/tensor/ndarray.ts";
import { type Draft, type Draw, floats, gaussian, likePair, numbers } from "./draws.ts";
import type { Dice } from "./random-numbers.ts";

/** A window on images of a random size, and how many places it has. */
interface WindowDraft {
  readonly batch: number;
  readonly image: readonly [number, number];
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly places: readonly [number, number];
  /** Something for all four dimensions, in the format's order. */
  readonly order: (batch: number, sides: readonly [number, number], channels: number) => number[];
  readonly attrs: GivenAttrs;
}

interface WindowChoice {
  readonly paddings: readonly string[];
  readonly isSquare?: boolean;
  readonly isDilated?: boolean;
}

function windowDraft(dice: Dice, { paddings, isSquare = false, isDilated = false }: WindowChoice): WindowDraft {
  const isFirst = dice.chance(0.3);
  const pair = (low: number, high: number): [number, number] => [dice.between(low, high), dice.between(low, high)];
  const [image, size, steps] = [pair(1, 9), pair(1, 4), pair(1, 3)];
  const strides: [number, number] = isSquare ? [steps[0], steps[0]] : steps;
  const dilations: [number, number] = isDilated && dice.chance(0.3) ? pair(1, 2) : [1, 1];
  const padding = dice.pick(paddings);
  const most = Math.min(size[0], size[1]) - 1;
  const pads = Array.from({ length: 4 }, () => (padding === "EXPLICIT" ? dice.between(0, most) : 0));
  const places = [0, 1].map((i) => {
    const reach = ((size[i] as number) - 1) * (dilations[i] as number) + 1;
    const length = image[i] as number;
    const rest =
      padding === "SAME" ? length - 1 : length + (pads[2 * i] as number) + (pads[2 * i + 1] as number) - reach;
    return Math.max(Math.floor(rest / (strides[i] as number)) + 1, 0);
  }) as [number, number];
  const order: WindowDraft["order"] = (n, sides, c) => (isFirst ? [n, c, ...sides] : [n, ...sides, c]);
  const explicit = isFirst ? [0, 0, 0, 0, ...pads] : [0, 0, ...pads, 0, 0];
  return {
    batch: dice.between(0, 2),
    image,
    size,
    strides,
    dilations,
    places: dice.chance(0.05) ? [places[0] + 1, places[1]] : places,
    order,
    attrs: {
      strides: order(1, strides, 1),
      padding,
      ...(padding === "EXPLICIT" && { explicit_paddings: explicit }),
      data_format: isFirst ? "NCHW" : "NHWC",
    },
  };
}

/** Numbers of which many are equal. */
const steps = (dice: Dice) => (): number => dice.between(-2, 2);

const sums = { ulps: 16, absolute: 4e-6 };

const maxPoolGrad =
  (isAgain: boolean, isBySizes: boolean): Draw =>
  (dice) => {
    const drawn = windowDraft(dice, {
      paddings: isAgain || isBySizes ? ["SAME", "VALID"] : ["SAME", "VALID", "EXPLICIT"],
    });
    const { batch, image, size, strides, places, order, attrs } = drawn;
    const dtype = dice.pick(floats);
    const channels = dice.between(1, 3);
    const [whole, pooled] = [order(batch, image, channels), order(batch, places, channels)];
    const x = dice.array(dtype, whole, dice.chance(0.5) ? steps(dice) : gaussian(dice));
    // Numbers as those of the images, so that some windows hold what the pool is said to have given.
    const y = dice.array(dtype, pooled, steps(dice));
    const { strides: moves, ...rest } = attrs;
    const ksize = order(1, size, 1);
    return {
      inputs: [
        x,
        y,
        dice.array(dtype, isAgain ? whole : pooled, gaussian(dice)),
        ...(isBySizes ? [dice.list(ksize), dice.list(order(1, strides, 1))] : []),
      ],
      attrs: isBySizes ? rest : { ...rest, strides: moves, ksize },
      constants: isBySizes ? [3, 4] : [],
      tolerance: sums,
    };
  };

const averagePoolGrad: Draw = (dice) => {
  const { batch, image, size, places, order, attrs } = windowDraft(dice, { paddings: ["SAME", "VALID"] });
  const channels = dice.between(1, 3);
  return {
    inputs: [
      ndarray(order(batch, image, channels), "int32"),
      dice.array("float32", order(batch, places, channels), gaussian(dice)),
    ],
    attrs: { ...attrs, ksize: order(1, size, 1) },
    constants: [0],
    tolerance: sums,
  };
};

/** The gradient of a convolution's filter. */
const filterGrad =
  (isDepthwise: boolean): Draw =>
  (dice) => {
    const drawn = windowDraft(dice, {
      paddings: ["SAME", "VALID", "EXPLICIT"],
      isSquare: isDepthwise,
      isDilated: !isDepthwise,
    });
    const { batch, image, size, dilations, places, order, attrs } = drawn;
    const [channels, each] = [dice.between(1, 3), dice.between(1, 3)];
    return {
      inputs: [
        dice.array("float32", order(batch, image, channels), gaussian(dice)),
        ndarray([...size, channels, each], "int32"),
        dice.array("float32", order(batch, places, isDepthwise ? channels * each : each), gaussian(dice)),
      ],
      attrs: { ...attrs, dilations: order(1, dilations, 1) },
      constants: [1],
      tolerance: { ulps: 64, absolute: 1e-5 },
    };
  };

const depthwiseInput: Draw = (dice) => {
  const drawn = windowDraft(dice, { paddings: ["SAME", "VALID", "EXPLICIT"], isSquare: true });
  const { batch, image, size, places, order, attrs } = drawn;
  const [channels, each] = [dice.between(1, 3), dice.between(1, 3)];
  return {
    inputs: [
      ndarray(order(batch, image, channels), "int32"),
      dice.array("float32", [...size, channels, each], gaussian(dice)),
      dice.array("float32", order(batch, places, channels * each), gaussian(dice)),
    ],
    attrs,
    constants: [0],
    tolerance: sums,
  };
};

const lrnGrad: Draw = (dice) => {
  const shape = [dice.between(0, 2), dice.between(1, 3), dice.between(1, 3), dice.between(1, 9)];
  const one = (): ReturnType<Dice["array"]> => dice.array("float32", shape, gaussian(dice));
  return {
    inputs: [one(), one(), dice.chance(0.05) ? dice.array("float32", dice.shape(4, 4)) : one()],
    attrs: {
      depth_radius: dice.between(0, 5),
      bias: dice.pick([1, 2, 0.5]),
      alpha: dice.pick([1, 0.1, 1e-4]),
      beta: dice.pick([0.5, 0.75, 1, 0.3]),
    },
    tolerance: { ulps: 64, absolute: 4e-6 },
  };
};

const biasGrad: Draw = (dice): Draft => {
  const dtype = dice.pick(numbers);
  const rank = dice.between(2, 4);
  const shape = dice.shape(rank, rank);
  return {
    inputs: [dice.array(dtype, shape, dtype.startsWith("float") ? gaussian(dice) : undefined)],
    attrs: { data_format: dice.chance(0.4) && rank > 2 ? "NCHW" : "NHWC" },
    tolerance: sums,
  };
};

const real: readonly DTypeName[] = ["float32", "float64", "int32", "int64", "int8", "uint8"];

/** A window on volumes: its sizes, and how many places it has. */
function volumeDraft(dice: Dice) {
  const isFirst = dice.chance(0.3);
  const three = (low: number, high: number): number[] => Array.from({ length: 3 }, () => dice.between(low, high));
  const [space, size, steps] = [three(1, 5), three(1, 3), three(1, 3)];
  const padding = dice.pick(["SAME", "VALID"]);
  const places = space.map((d, i) => {
    const rest = padding === "SAME" ? d - 1 : d - (size[i] as number);
    return Math.max(Math.floor(rest / (steps[i] as number)) + 1, 0);
  });
  const five = (n: number, s: readonly number[], c: number): number[] => (isFirst ? [n, c, ...s] : [n, ...s, c]);
  const [batch, channels] = [dice.between(0, 2), dice.between(1, 3)];
  const attrs = { strides: five(1, steps, 1), padding, data_format: isFirst ? "NCDHW" : "NDHWC" };
  return { size, ksize: five(1, size, 1), whole: five(batch, space, channels), attrs, channels, places, batch, five };
}

const maxPool3dGrad =
  (isAgain: boolean): Draw =>
  (dice) => {
    const { ksize, whole, attrs, channels, places, batch, five } = volumeDraft(dice);
    const pooled = five(batch, places, channels);
    return {
      inputs: [
        dice.array("float32", whole, steps(dice)),
        dice.array("float32", pooled, steps(dice)),
        dice.array("float32", isAgain ? whole : pooled, gaussian(dice)),
      ],
      attrs: { ...attrs, ksize },
      tolerance: sums,
    };
  };

const averagePool3dGrad: Draw = (dice) => {
  const { ksize, whole, attrs, channels, places, batch, five } = volumeDraft(dice);
  return {
    inputs: [ndarray(whole, "int32"), dice.array("float32", five(batch, places, channels), gaussian(dice))],
    attrs: { ...attrs, ksize },
    constants: [0],
    tolerance: sums,
  };
};

const filterGrad3d: Draw = (dice) => {
  const { size, whole, attrs, channels, places, batch, five } = volumeDraft(dice);
  const outputs = dice.between(1, 3);
  return {
    inputs: [
      dice.array("float32", whole, gaussian(dice)),
      ndarray([...size, channels, outputs], "int32"),
      dice.array("float32", five(batch, places, outputs), gaussian(dice)),
    ],
    attrs,
    constants: [1],
    tolerance: { ulps: 64, absolute: 1e-5 },
  };
};

const batchNormGrad =
  (isThird: boolean): Draw =>
  (dice) => {
    const isFirst = dice.chance(0.4);
    const sides = Array.from({ length: isThird && dice.chance(0.2) ? 3 : 2 }, () => dice.between(1, 4));
    const [batch, channels] = [dice.between(0, 3), dice.between(1, 4)];
    const shape = isFirst ? [batch, channels, ...sides] : [batch, ...sides, channels];
    const vector = (): ReturnType<Dice["array"]> => dice.array("float32", [channels], gaussian(dice));
    const spaces = sides.length === 3 ? "DHW" : "HW";
    return {
      inputs: [
        dice.array("float32", shape, gaussian(dice)),
        dice.array("float32", shape, gaussian(dice)),
        vector(),
        dice.chance(0.05) ? dice.array("float32", [channels + 1], gaussian(dice)) : vector(),
        dice.array("float32", [channels], () => 0.1 + dice.fraction()),
        ...(isThird ? [dice.scalar(0, "float32")] : []),
      ],
      attrs: {
        epsilon: dice.pick([1e-4, 1e-3, 0.5]),
        is_training: dice.chance(0.5),
        data_format: isFirst ? `NC${spaces}` : `N${spaces}C`,
      },
      tolerance: { ulps: 64, absolute: 2e-5 },
    };
  };

/** A way to draw a use of each. */
export const gradientDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  ReluGrad: likePair(real),
  Relu6Grad: likePair(real),
  LeakyReluGrad: (dice) => ({ ...likePair(floats)(dice), attrs: { alpha: dice.pick([0.2, 0.5, 0, 1.5]) } }),
  EluGrad: likePair(floats),
  // Near the least output, digits cancel.
  SeluGrad: likePair(floats, { ulps: 16, absolute: 1e-6 }),
  SoftplusGrad: likePair(floats, { ulps: 16 }),
  SoftsignGrad: likePair(floats, { ulps: 16 }),
  BiasAddGrad: biasGrad,
  LRNGrad: lrnGrad,
  Conv2DBackpropFilter: filterGrad(false),
  DepthwiseConv2dNativeBackpropFilter: filterGrad(true),
  DepthwiseConv2dNativeBackpropInput: depthwiseInput,
  MaxPoolGrad: maxPoolGrad(false, false),
  MaxPoolGradGrad: maxPoolGrad(true, false),
  MaxPoolGradV2: maxPoolGrad(false, true),
  MaxPoolGradGradV2: maxPoolGrad(true, true),
  AvgPoolGrad: averagePoolGrad,
  Conv3DBackpropFilterV2: filterGrad3d,
  FusedBatchNormGrad: batchNormGrad(false),
  FusedBatchNormGradV2: batchNormGrad(false),
  FusedBatchNormGradV3: batchNormGrad(true),
  MaxPool3DGrad: maxPool3dGrad(false),
  MaxPool3DGradGrad: maxPool3dGrad(true),
  AvgPool3DGrad: averagePool3dGrad,
};
