/** Random uses of the ops of neural networks. */
import type { GivenAttrs } from "../../src/graph/apply-op.ts";
import type { OpType } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import { type Draw, floats, gaussian, indexArray, numbers, unary } from "./draws.ts";
import type { Dice } from "./random-numbers.ts";

const inFormat = (
  dice: Dice,
  [n, h, w, c]: readonly [number, number, number, number],
): {
  shape: number[];
  data_format: string;
  perAxis: (h: number, w: number) => number[];
  explicit: (pads: readonly number[]) => number[];
} => {
  const isFirst = dice.chance(0.3);
  return {
    shape: isFirst ? [n, c, h, w] : [n, h, w, c],
    data_format: isFirst ? "NCHW" : "NHWC",
    perAxis: (a, b) => (isFirst ? [1, 1, a, b] : [1, a, b, 1]),
    explicit: (pads) => (isFirst ? [0, 0, 0, 0, ...pads] : [0, 0, ...pads, 0, 0]),
  };
};
const paddingOf = (
  dice: Dice,
  explicit: (pads: readonly number[]) => number[],
  choices: readonly string[],
): GivenAttrs => {
  const padding = dice.pick(choices);
  return padding === "EXPLICIT"
    ? { padding, explicit_paddings: explicit(Array.from({ length: 4 }, () => dice.between(0, 2))) }
    : { padding };
};
const convolution =
  (isDepthwise: boolean): Draw =>
  (dice) => {
    const groups = isDepthwise || dice.chance(0.8) ? 1 : 2;
    const seen = dice.between(1, 3);
    const each = dice.between(1, 3);
    const { shape, data_format, perAxis, explicit } = inFormat(dice, [
      dice.between(0, 2),
      dice.between(1, 9),
      dice.between(1, 9),
      seen * groups,
    ]);
    const filter = dice.array("float32", [dice.between(1, 4), dice.between(1, 4), seen, each * groups], gaussian(dice));
    const isSquare = isDepthwise || dice.chance(0.5);
    const [a, b] = [dice.between(1, 3), dice.between(1, 3)];
    const dilations =
      dice.chance(0.7) || (isDepthwise && a > 1) ? perAxis(1, 1) : perAxis(dice.between(1, 2), dice.between(1, 2));
    return {
      inputs: [dice.array("float32", shape, gaussian(dice)), filter],
      attrs: {
        strides: perAxis(a, isSquare ? a : b),
        dilations,
        data_format,
        ...paddingOf(dice, explicit, ["SAME", "SAME", "VALID", "EXPLICIT"]),
      } as GivenAttrs,
      tolerance: { ulps: 16, absolute: 2e-6 },
    };
  };
const pooled =
  (types: readonly DTypeName[], choices: readonly string[]): Draw =>
  (dice) => {
    const dtype = dice.pick(types);
    const { shape, data_format, perAxis, explicit } = inFormat(dice, [
      dice.between(0, 2),
      dice.between(1, 9),
      dice.between(1, 9),
      dice.between(1, 3),
    ]);
    const attrs = {
      ksize: perAxis(dice.between(1, 4), dice.between(1, 4)),
      strides: perAxis(dice.between(1, 3), dice.between(1, 3)),
      data_format,
      ...paddingOf(dice, explicit, choices),
    };
    return {
      inputs: [dice.array(dtype, shape, gaussian(dice))],
      attrs: attrs as GivenAttrs,
      tolerance: { ulps: 8, absolute: 1e-6 },
    };
  };

/** As `pooled`, with the window as inputs. */
const pooledBySizes =
  (types: readonly DTypeName[]): Draw =>
  (dice) => {
    const { inputs, attrs, tolerance } = pooled(types, ["SAME", "VALID"])(dice);
    const { ksize, strides, data_format, padding } = attrs as unknown as Record<
      "ksize" | "strides" | "data_format" | "padding",
      never
    >;
    return {
      inputs: [...inputs, dice.list(ksize), dice.list(strides)],
      attrs: { data_format, padding },
      constants: [1, 2],
      ...(tolerance && { tolerance }),
    };
  };

/** A way to draw a use of each. */
export const networkDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  Relu: unary(["float32", "float64", "int32", "int64", "int8", "uint8"]),
  Relu6: unary(["float32", "float64", "int32", "int64", "int8", "uint8"]),
  LeakyRelu: (dice) => ({ ...unary(floats)(dice), attrs: { alpha: dice.pick([0.2, 0.5, 0, 1.5]) } }),
  ...Object.fromEntries(
    (["Elu", "Selu", "Softplus", "Softsign"] as const).map((type) => [type, unary(floats, { ulps: 16 })]),
  ),
  Softmax: (dice) => ({
    inputs: [dice.array(dice.pick(floats), dice.shape(0, 3))],
    tolerance: { ulps: 16, absolute: 1e-7 },
  }),
  LogSoftmax: (dice) => ({
    inputs: [dice.array(dice.pick(floats), dice.shape(0, 3), gaussian(dice))],
    tolerance: { ulps: 16, absolute: 1e-6 },
  }),
  SoftmaxCrossEntropyWithLogits: (dice) => {
    const [dtype, rows, classes] = [dice.pick(floats), dice.dim(), dice.between(1, 5)];
    const small = gaussian(dice);
    return {
      inputs: [
        dice.array(dtype, [rows, classes], small),
        dice.array(dtype, [dice.chance(0.2) ? 1 : rows, classes], () => dice.fraction()),
      ],
      tolerance: { ulps: 16, absolute: 2e-6 },
    };
  },
  SparseSoftmaxCrossEntropyWithLogits: (dice) => {
    const [dtype, rows, classes] = [dice.pick(floats), dice.dim(), dice.between(1, 5)];
    return {
      inputs: [
        dice.array(dtype, [rows, classes], gaussian(dice)),
        indexArray(dice, [dice.chance(0.05) ? rows + 1 : rows], classes),
      ],
      tolerance: { ulps: 16, absolute: 2e-6 },
    };
  },
  Einsum: (dice) => {
    const equation = dice.pick([
      "ij,jk->ik",
      "bij,bjk->kbi",
      "bhqd,bhkd->bhqk",
      "i,j->ji",
      "ab,ab->",
      "abc,cb->a",
      "ii->i",
    ]);
    const sizes = new Map("abcdhijkq".split("").map((label) => [label, dice.between(1, 4)] as const));
    const operands = (equation.split("->")[0] as string).split(",");
    const shapes = operands.map((labels) => labels.split("").map((label) => sizes.get(label) as number));
    const dtype = dice.pick(floats);
    return {
      inputs: [shapes.map((shape) => dice.array(dtype, shape, gaussian(dice)))],
      attrs: { equation } as GivenAttrs,
      tolerance: { ulps: 16, absolute: 2e-6 },
    };
  },
  L2Loss: unary(floats, { ulps: 16 }),
  BiasAdd: (dice) => {
    const [dtype, shape] = [dice.pick(numbers), dice.shape(2, 4)];
    const isFirst = dice.chance(0.4) && shape.length > 2;
    return {
      inputs: [
        dice.array(dtype, shape),
        dice.array(dtype, [dice.chance(0.1) ? 1 : (shape.at(isFirst ? 1 : -1) as number)]),
      ],
      attrs: { data_format: isFirst ? "NCHW" : "NHWC" },
    };
  },
  BiasAddV1: (dice) => {
    const [dtype, shape] = [dice.pick(numbers), dice.shape(2, 3)];
    return { inputs: [dice.array(dtype, shape), dice.array(dtype, [shape.at(-1) as number])] };
  },
  LRN: (dice) => ({
    inputs: [
      dice.array(
        "float32",
        [dice.between(0, 2), dice.between(1, 3), dice.between(1, 3), dice.between(1, 9)],
        gaussian(dice),
      ),
    ],
    attrs: {
      depth_radius: dice.between(0, 5),
      bias: dice.pick([1, 2, 0.5]),
      alpha: dice.pick([1, 0.1, 1e-4]),
      beta: dice.pick([0.5, 0.75, 1, 0.3]),
    },
    tolerance: { ulps: 32 },
  }),
  TopKV2: (dice) => {
    const shape = dice.shape(1, 3);
    return {
      inputs: [
        dice.array(dice.pick(["int32", "int64", "int8", "uint8", "float32"] as const), shape),
        dice.scalar(dice.between(dice.chance(0.05) ? -1 : 0, (shape.at(-1) as number) + (dice.chance(0.05) ? 1 : 0))),
      ],
      constants: dice.chance(0.5) ? [1] : [],
    };
  },
  Conv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  MaxPool: pooled(["float32", "float32", "float64"], ["SAME", "SAME", "VALID", "EXPLICIT"]),
  MaxPoolV2: pooledBySizes(["float32", "float32", "float64"]),
  AvgPool: pooled(["float32"], ["SAME", "VALID"]),
};
