/** Random uses of the ops that work element by element. */
import type { OpType } from "../../src/ops/index.ts";
import { anything, binary, type Draw, floats, likePair, numbers, unary } from "./draws.ts";

/** Integers divided by constants, as rules want them. */
const division: Draw = (dice) => {
  const dtype = dice.pick(["float32", "float64", "int32", "int32", "int64", "int8", "uint8"] as const);
  const shape = dice.shape();
  const divisor = dice.chance(0.5) ? [] : dice.broadcastable(shape);
  return {
    inputs: [
      dice.array(dtype, shape),
      dice.array(dtype, divisor, () => dice.pick(dtype.startsWith("u") ? [0, 1, 2, 7] : [-3, -1, 0, 1, 2, 3, 7, 7, 7])),
    ],
    constants: [1],
  };
};

/** A way to draw a use of each. */
export const elementwiseDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  Cross: (dice) => {
    const [dtype, shape] = [dice.pick(floats), [...dice.shape(0, 2), dice.chance(0.9) ? 3 : 2]];
    return { inputs: [dice.array(dtype, shape), dice.array(dtype, shape)], tolerance: { ulps: 2, absolute: 1e-6 } };
  },
  ...Object.fromEntries(
    (
      [
        "Neg",
        "Abs",
        "Sign",
        "Square",
        "Round",
        "Identity",
        "StopGradient",
        "PreventGradient",
        "ZerosLike",
        "OnesLike",
        "Shape",
        "Size",
        "Rank",
        "Squeeze",
      ] as const
    ).map((type) => [type, unary(anything)]),
  ),
  ...Object.fromEntries(
    (
      [
        "Sqrt",
        "Rsqrt",
        "Exp",
        "Expm1",
        "Log",
        "Log1p",
        "Tan",
        "Asin",
        "Acos",
        "Atan",
        "Sinh",
        "Cosh",
        "Tanh",
        "Asinh",
        "Acosh",
        "Atanh",
        "Sigmoid",
        "Erf",
        "Floor",
        "Ceil",
        "Rint",
        "Reciprocal",
        "Inv",
        "IsNan",
        "IsInf",
        "IsFinite",
      ] as const
    ).map((type) => [type, unary(floats, { ulps: 16 })]),
  ),
  Sin: unary(floats, { ulps: 8, absolute: 1e-6 }),
  Cos: unary(floats, { ulps: 8, absolute: 1e-6 }),
  ...Object.fromEntries(
    (["SigmoidGrad", "TanhGrad", "SqrtGrad", "RsqrtGrad", "ReciprocalGrad", "InvGrad"] as const).map((type) => [
      type,
      likePair(floats, { ulps: 16 }),
    ]),
  ),
  ...Object.fromEntries(
    (["Add", "AddV2", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference"] as const).map((type) => [
      type,
      binary(numbers),
    ]),
  ),
  ...Object.fromEntries(
    (["DivNoNan", "MulNoNan", "Xdivy", "Xlogy", "Xlog1py", "Pow"] as const).map((type) => [
      type,
      binary(floats, { ulps: 32 }),
    ]),
  ),
  ...Object.fromEntries(
    (["Div", "RealDiv", "FloorDiv", "TruncateDiv", "FloorMod", "TruncateMod", "Mod"] as const).map((type) => [
      type,
      division,
    ]),
  ),
  ...Object.fromEntries(
    (["Less", "LessEqual", "Greater", "GreaterEqual"] as const).map((type) => [type, binary(numbers)]),
  ),
  Equal: (dice) => ({ ...binary(anything)(dice), attrs: { incompatible_shape_error: dice.chance(0.7) } }),
  NotEqual: (dice) => ({ ...binary(anything)(dice), attrs: { incompatible_shape_error: dice.chance(0.7) } }),
  ApproximateEqual: likePair(floats),
  LogicalAnd: binary(["bool"]),
  LogicalOr: binary(["bool"]),
  LogicalNot: unary(["bool"]),
  ...Object.fromEntries(
    (["BitwiseAnd", "BitwiseOr", "BitwiseXor"] as const).map((type) => [
      type,
      binary(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]),
    ]),
  ),
  Invert: unary(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]),
  AddN: (dice) => {
    const [dtype, shape] = [dice.pick(numbers), dice.shape()];
    return {
      inputs: [
        Array.from({ length: dice.between(1, 4) }, () => dice.array(dtype, dice.chance(0.03) ? dice.shape() : shape)),
      ],
    };
  },
  Cast: (dice) => ({ inputs: [dice.array(dice.pick(anything), dice.shape())], attrs: { DstT: dice.pick(anything) } }),
  ClipByValue: (dice) => {
    const [dtype, shape] = [dice.pick(["float32", "float64", "int32", "int64"] as const), dice.shape()];
    const bounds = dice.chance(0.6) ? [] : shape;
    return {
      inputs: [
        dice.array(dtype, shape),
        dice.array(dtype, bounds),
        dice.array(dtype, dice.chance(0.1) ? dice.shape() : bounds),
      ],
    };
  },
  Select: (dice) => {
    const [dtype, shape] = [dice.pick(anything), dice.shape()];
    const condition = dice.pick([[], shape, shape.slice(0, 1), dice.shape(0, 2)]);
    return {
      inputs: [
        dice.array("bool", condition),
        dice.array(dtype, shape),
        dice.array(dtype, dice.chance(0.1) ? dice.shape() : shape),
      ],
    };
  },
  SelectV2: (dice) => {
    const [dtype, shape] = [dice.pick(anything), dice.shape()];
    return {
      inputs: [
        dice.array("bool", dice.broadcastable(shape)),
        dice.array(dtype, dice.broadcastable(shape)),
        dice.array(dtype, dice.broadcastable(shape)),
      ],
    };
  },
  Where: unary(anything),
};
