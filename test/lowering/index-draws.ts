/** Random uses of the ops that go by indices, and of those that change variables. */
import type { OpType } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { anything, axisOf, type Draw, indexArray } from "./draws.ts";

const scattered =
  (types: readonly DTypeName[]): Draw =>
  (dice) => {
    const dtype = dice.pick(types);
    const shape = [dice.between(1, 5), ...dice.shape(0, 2)];
    const indexShape = dice.pick([[], [3], [3], [1], [2, 2], [0]]);
    const updates = dice.chance(0.15) ? [] : [...indexShape, ...shape.slice(1)];
    return {
      inputs: [dice.array(dtype, shape), indexArray(dice, indexShape, shape[0] as number), dice.array(dtype, updates)],
      tolerance: { ulps: 8 },
    };
  };
const assigned: Draw = (dice) => {
  const dtype = dice.pick(["float32", "float64", "int32", "int64"] as const);
  const shape = dice.shape();
  return {
    inputs: [dice.array(dtype, shape), dice.array(dtype, dice.chance(0.1) ? dice.broadcastable(shape) : shape)],
  };
};
const tensorScattered: Draw = (dice) => {
  const dtype = dice.pick(["float32", "float64", "int32", "int64"] as const);
  const shape = [dice.between(1, 5), ...dice.shape(0, 2)];
  const count = dice.between(0, 4);
  return {
    inputs: [
      dice.array(dtype, shape),
      indexArray(dice, [count, 1], shape[0] as number),
      dice.array(dtype, [count, ...shape.slice(1)]),
    ],
    tolerance: { ulps: 8 },
  };
};

const repeated: Draw = (dice) => ({
  inputs: [
    dice.array(
      dice.pick(["int32", "int64", "int16", "uint8", "float32"]),
      dice.pick([[6], [6], [1], [0], [2, 2]]),
      () => dice.between(0, 4),
    ),
  ],
  attrs: { out_idx: dice.pick(["int32", "int64"] as const) },
});

/** The shape of indices into a value; none into one without elements, which takes any index in TensorFlow: the kernels gather from it. */
const ofSome = (value: readonly number[], indices: readonly number[]): readonly number[] =>
  value.includes(0) ? [0] : indices;

/** A way to draw a use of each. */
export const indexDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  Gather: (dice) => {
    const shape = dice.shape(1);
    return {
      inputs: [
        dice.array(dice.pick(anything), shape),
        indexArray(dice, ofSome(shape, dice.shape(0, 2)), shape[0] as number),
      ],
      constants: dice.chance(0.3) ? [1] : [],
    };
  },
  GatherV2: (dice) => {
    const shape = dice.shape(1);
    const axis = axisOf(dice, shape.length);
    return {
      inputs: [
        dice.array(dice.pick(anything), shape),
        indexArray(dice, ofSome(shape, dice.shape(0, 2)), shape.at(axis) ?? 1, ["int32", "int64", "int16"]),
        dice.scalar(axis),
      ],
      constants: dice.chance(0.3) ? [1, 2] : [2],
    };
  },
  Unique: repeated,
  UniqueWithCounts: repeated,
  GatherNd: (dice) => {
    const shape = dice.shape(1);
    const depth = dice.between(1, shape.length);
    return {
      inputs: [
        dice.array(dice.pick(anything), shape),
        indexArray(dice, [...dice.shape(0, 2), depth], Math.min(...shape.slice(0, depth))),
      ],
    };
  },
  ScatterNd: (dice) => {
    const { inputs } = tensorScattered(dice);
    const [tensor, indices, updates] = inputs as readonly [NDArray, NDArray, NDArray];
    return {
      inputs: [indices, updates, dice.list(tensor.shape, indices.dtype.name as DTypeName)],
      constants: [2],
      tolerance: { ulps: 8 },
    };
  },
  TensorScatterUpdate: tensorScattered,
  TensorScatterAdd: tensorScattered,
  TensorScatterSub: tensorScattered,
  TensorScatterMax: tensorScattered,
  TensorScatterMin: tensorScattered,
  OneHot: (dice) => {
    const dtype = dice.pick(["float32", "float32", "int64", "float64"] as const);
    const depth = dice.between(0, 4);
    const shape = dice.shape(0, 3);
    return {
      inputs: [
        dice.array(dice.pick(["int32", "int64", "uint8"]), shape, () => dice.pick([0, 1, 2, 3, 4, 9, -1])),
        dice.scalar(depth),
        dice.array(dtype, []),
        dice.array(dtype, []),
      ],
      attrs: { axis: dice.between(-1, shape.length) },
      constants: [1],
    };
  },
  AssignAdd: assigned,
  AssignSub: assigned,
  AssignAddVariableOp: assigned,
  AssignSubVariableOp: assigned,
  ...Object.fromEntries(
    (["ScatterUpdate", "ResourceScatterUpdate"] as const).map((type) => [type, scattered(anything)]),
  ),
  ...Object.fromEntries(
    (
      [
        "ScatterAdd",
        "ScatterSub",
        "ScatterMul",
        "ResourceScatterAdd",
        "ResourceScatterSub",
        "ResourceScatterMul",
      ] as const
    ).map((type) => [type, scattered(["float32", "float64", "int32", "int64"])]),
  ),
  VariableShape: (dice) => ({
    inputs: [dice.array(dice.pick(["float32", "int32"] as const), dice.shape(0))],
    attrs: { out_type: dice.pick(["int32", "int64"] as const) },
  }),
  ResourceGather: (dice) => {
    const shape = dice.shape(1);
    const dtype = dice.pick(["float32", "int32"] as const);
    return {
      inputs: [dice.array(dtype, shape), indexArray(dice, dice.shape(0, 2), shape[0] as number)],
      attrs: { dtype },
    };
  },
};
