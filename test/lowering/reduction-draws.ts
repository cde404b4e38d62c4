/** Random uses of reductions and products. */
import type { OpType } from "../../src/ops/index.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { axisOf, type Draw, floats, gaussian, numbers } from "./draws.ts";
import type { Tolerance } from "./nearness.ts";

const reduction =
  (types: readonly DTypeName[], tolerance?: Tolerance): Draw =>
  (dice) => {
    const shape = dice.shape();
    const axes = dice.chance(0.2)
      ? Array.from({ length: dice.between(0, 3) }, () => axisOf(dice, shape.length))
      : dice.permutation(shape.length).slice(0, dice.between(0, shape.length));
    const indices =
      axes.length === 1 && dice.chance(0.5)
        ? dice.scalar(axes[0] as number)
        : dice.list(axes, dice.pick(["int32", "int64"]));
    return {
      inputs: [dice.array(dice.pick(types), shape), indices],
      attrs: { keep_dims: dice.chance(0.5) },
      constants: dice.chance(0.75) ? [1] : [],
      ...(tolerance && { tolerance }),
    };
  };
const argument: Draw = (dice) => {
  const shape = dice.shape(1);
  return {
    inputs: [dice.array(dice.pick(numbers), shape), dice.scalar(axisOf(dice, shape.length))],
    attrs: { output_type: dice.pick(["int32", "int64"] as const) },
    constants: [1],
  };
};

const matrices =
  (types: readonly DTypeName[]): Draw =>
  (dice) => {
    const dtype = dice.pick(types);
    const [m, k, n] = [dice.dim(), dice.dim(), dice.dim()];
    const [transpose_a, transpose_b] = [dice.chance(0.5), dice.chance(0.5)];
    const inner = dice.chance(0.05) ? k + 1 : k;
    const small = (): number => (dtype.startsWith("float") ? Math.fround(dice.fraction() - 0.5) : dice.element(dtype));
    return {
      inputs: [
        dice.array(dtype, transpose_a ? [k, m] : [m, k], small),
        dice.array(dtype, transpose_b ? [n, inner] : [inner, n], small),
      ],
      attrs: { transpose_a, transpose_b },
      tolerance: { ulps: 8, absolute: 1e-6 },
    };
  };
const batches =
  (broadcasts: boolean): Draw =>
  (dice) => {
    const dtype = dice.pick(["float32", "float64", "int32", "int64"] as const);
    const [m, k, n] = [dice.dim(), dice.dim(), dice.dim()];
    const [adj_x, adj_y] = [dice.chance(0.5), dice.chance(0.5)];
    const batch = dice.shape(0, 2);
    const other = broadcasts ? dice.broadcastable(batch) : batch;
    const small = (): number => (dtype.startsWith("float") ? Math.fround(dice.fraction() - 0.5) : dice.between(-9, 9));
    return {
      inputs: [
        dice.array(dtype, [...batch, ...(adj_x ? [k, m] : [m, k])], small),
        dice.array(dtype, [...other, ...(adj_y ? [n, k] : [k, n])], small),
      ],
      attrs: { adj_x, adj_y },
      tolerance: { ulps: 8, absolute: 1e-6 },
    };
  };

/** A way to draw a use of each. */
export const reductionDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  ...Object.fromEntries(
    (["Sum", "Mean"] as const).map((type) => [
      type,
      reduction([...floats, "int32", "int64"], { ulps: 16, absolute: 1e-5 }),
    ]),
  ),
  EuclideanNorm: (dice) => {
    const { inputs, ...rest } = reduction([...floats, "int32"], { ulps: 16 })(dice);
    const [input, axes] = inputs as readonly [NDArray, NDArray];
    return {
      ...rest,
      inputs: [dice.array(input.dtype.name as DTypeName, input.shape, () => dice.between(-9, 9)), axes],
    };
  },
  Prod: reduction([...floats, "int32", "int64"], { ulps: 32 }),
  Max: reduction(numbers),
  Min: reduction(numbers),
  All: reduction(["bool"]),
  Any: reduction(["bool"]),
  ArgMax: argument,
  ArgMin: argument,
  Cumsum: (dice) => {
    const shape = dice.shape(1);
    return {
      inputs: [
        dice.array(dice.pick(["float32", "float64", "int32", "int64"] as const), shape),
        dice.scalar(axisOf(dice, shape.length)),
      ],
      attrs: { exclusive: dice.chance(0.5), reverse: dice.chance(0.5) },
      tolerance: { ulps: 16, absolute: 1e-6 },
    };
  },
  MatrixDeterminant: (dice) => {
    const n = dice.between(1, 4);
    const dtype = dice.pick(["float32", "float32", "float64"] as const);
    return {
      inputs: [dice.array(dtype, [...dice.shape(0, 2), n, dice.chance(0.1) ? n + 1 : n], gaussian(dice))],
      tolerance: { ulps: 16, absolute: 1e-5 },
    };
  },
  MatMul: matrices(["float32", "float32", "float64", "int32", "int64", "uint32"]),
  BatchMatMul: batches(false),
  BatchMatMulV2: batches(true),
  BatchMatMulV3: (dice) => {
    const draft = batches(true)(dice);
    const dtype = (draft.inputs[0] as NDArray).dtype.name as DTypeName;
    return { ...draft, attrs: { ...draft.attrs, Tout: dtype } };
  },
};
