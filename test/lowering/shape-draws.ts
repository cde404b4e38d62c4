/** Random uses of the ops that make, join, cut and move values. */
import type { OpType } from "../../src/ops/index.ts";
import { denseSlice, type SliceMasks } from "../../src/ops/strided-slice.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { anything, axisOf, type Draw, floats } from "./draws.ts";
import type { Dice } from "./random-numbers.ts";

const concatenated = (dice: Dice): { values: NDArray[]; axis: number } => {
  const dtype = dice.pick(anything);
  const shape = dice.shape(1);
  const axis = axisOf(dice, shape.length);
  const at = axis < 0 ? axis + shape.length : axis;
  const values = Array.from({ length: dice.between(2, 4) }, () =>
    dice.array(
      dtype,
      shape.map((d, i) => (i === at || dice.chance(0.02) ? dice.dim() : d)),
    ),
  );
  return { values, axis };
};

const sliced: Draw = (dice) => {
  const shape = dice.shape(1);
  const begin = shape.map((d) => (dice.chance(0.04) ? dice.pick([-1, d + 1]) : dice.between(0, d)));
  const size = shape.map((d, i) =>
    dice.chance(0.3) ? -1 : dice.chance(0.04) ? d + 1 : dice.between(0, Math.max(d - (begin[i] as number), 0)),
  );
  const index = dice.pick(["int32", "int64"] as const);
  return {
    inputs: [dice.array(dice.pick(anything), shape), dice.list(begin, index), dice.list(size, index)],
    constants: dice.pick([[1, 2], [1, 2], [2], []]),
  };
};
const strided: Draw = (dice) => {
  const shape = dice.shape(1);
  const count = dice.between(1, shape.length + 1);
  const index = dice.pick(["int32", "int64"] as const);
  const bound = (): number => dice.between(-5, 5);
  const mask = (probability: number): number =>
    Array.from({ length: count }, (_, i) => (dice.chance(probability) ? 1 << i : 0)).reduce((a, b) => a | b, 0);
  const ellipsis_mask = dice.chance(0.3) ? 1 << dice.between(0, count - 1) : 0;
  return {
    inputs: [
      dice.array(dice.pick(anything), shape),
      dice.list(Array.from({ length: count }, bound), index),
      dice.list(Array.from({ length: count }, bound), index),
      dice.list(
        Array.from({ length: count }, () => dice.pick([1, 1, 1, 2, -1, -2])),
        index,
      ),
    ],
    attrs: {
      begin_mask: mask(0.3),
      end_mask: mask(0.3),
      ellipsis_mask,
      new_axis_mask: mask(0.12),
      shrink_axis_mask: mask(0.2),
    },
    constants: dice.chance(0.6) ? [1, 2, 3] : [3],
  };
};

/** The shape of a slice; that of the whole where there is no such slice. */
function takenShape(
  shape: readonly number[],
  [begin, end, steps]: readonly number[][],
  masks: SliceMasks,
): readonly number[] {
  try {
    const fail = (message: string): Error => new RangeError(message);
    return denseSlice(shape, begin ?? [], end ?? [], steps ?? [], masks, fail).shape as readonly number[];
  } catch {
    return shape;
  }
}

const padded: Draw = (dice) => {
  const shape = dice.shape();
  return {
    inputs: [
      dice.array(dice.pick(anything), shape),
      dice.given(
        "int32",
        [shape.length, 2],
        Array.from({ length: 2 * shape.length }, () => dice.between(0, 3)),
      ),
    ],
    constants: [1],
  };
};

/** Two shapes that broadcast, mostly. */
const shapePair: Draw = (dice) => {
  const shape = dice.shape(0, 4);
  const other = dice.chance(0.15) ? dice.shape(0, 4) : dice.chance(0.2) ? shape : dice.broadcastable(shape);
  const dtype = dice.pick(["int32", "int64"] as const);
  const pair = [dice.list(shape, dtype), dice.list(other, dtype)];
  return { inputs: dice.chance(0.5) ? pair : pair.toReversed(), constants: dice.chance(0.2) ? [0] : [] };
};

/** A way to draw a use of each. */
export const shapeDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  IdentityN: (dice) => ({
    inputs: [[dice.array(dice.pick(anything), dice.shape()), dice.array(dice.pick(anything), dice.shape())]],
    attrs: {},
  }),
  EnsureShape: (dice) => {
    const shape = dice.shape();
    return {
      inputs: [dice.array(dice.pick(anything), shape)],
      attrs: { shape: dice.chance(0.1) ? dice.shape() : shape.map((d) => (dice.chance(0.5) ? null : d)) },
    };
  },
  BroadcastArgs: shapePair,
  ConcatOffset: (dice) => {
    const shape = dice.shape(1);
    const axis = axisOf(dice, shape.length);
    const at = axis < 0 ? axis + shape.length : axis;
    const dtype = dice.pick(["int32", "int32", "int64"] as const);
    const shapes = Array.from({ length: dice.between(2, 4) }, () =>
      dice.list(
        shape.map((d, i) => (i === at || dice.chance(0.02) ? dice.dim() : d)),
        dtype,
      ),
    );
    return { inputs: [dice.scalar(axis), shapes], constants: [0] };
  },
  BroadcastGradientArgs: shapePair,
  Range: (dice) => {
    const dtype = dice.pick(["int32", "int32", "int64", "float32"] as const);
    const step = dice.pick([1, 1, 2, 3, -1, -2, 0]);
    // Not below zero: the page of ops tries the same numbers in unsigned types, where those are enormous.
    const bounds = [dice.between(0, 18), dice.between(0, 18)];
    const inOrder = dice.chance(0.8) ? bounds.sort((a, b) => (step < 0 ? b - a : a - b)) : bounds;
    return { inputs: [...inOrder, step].map((value) => dice.scalar(value, dtype)), constants: [2] };
  },
  Fill: (dice) => ({
    inputs: [
      dice.list(
        dice.shape().map((d) => (dice.chance(0.03) ? -1 : d)),
        dice.pick(["int32", "int64"]),
      ),
      dice.array(dice.pick(anything), []),
    ],
    constants: dice.chance(0.5) ? [0] : [],
  }),
  ShapeN: (dice) => {
    const dtype = dice.pick(anything);
    return {
      inputs: [[dice.array(dtype, dice.shape()), dice.array(dtype, dice.shape())]],
      attrs: { out_type: dice.pick(["int32", "int64"] as const) },
    };
  },
  Reshape: (dice) => {
    const shape = dice.shape();
    const size = shape.reduce((a, b) => a * b, 1);
    const target = dice.pick([
      [-1],
      [size],
      [1, -1],
      [size, 1],
      [],
      [0, -1],
      [2, -1],
      dice.permutation(shape.length).map((i) => shape[i] as number),
      [...shape, -1],
      [-1, -1],
      [-2],
      [0],
    ]);
    return {
      inputs: [dice.array(dice.pick(anything), shape), dice.list(target, dice.pick(["int32", "int64"]))],
      constants: dice.chance(0.5) ? [1] : [],
    };
  },
  ExpandDims: (dice) => {
    const shape = dice.shape();
    return {
      inputs: [dice.array(dice.pick(anything), shape), dice.scalar(axisOf(dice, shape.length + 1))],
      constants: [1],
    };
  },
  BroadcastTo: (dice) => {
    const shape = dice.shape();
    const input = dice.chance(0.1) ? dice.shape() : dice.broadcastable(shape);
    return {
      inputs: [dice.array(dice.pick(anything), input), dice.list(dice.chance(0.1) ? dice.shape() : shape)],
      constants: dice.chance(0.5) ? [1] : [],
    };
  },
  ConcatV2: (dice) => {
    const { values, axis } = concatenated(dice);
    return { inputs: [values, dice.scalar(axis)], constants: [values.length] };
  },
  Concat: (dice) => {
    const { values, axis } = concatenated(dice);
    return { inputs: [dice.scalar(axis), values], constants: [0] };
  },
  Pack: (dice) => {
    const [dtype, shape] = [dice.pick(anything), dice.shape(0, 3)];
    return {
      inputs: [
        Array.from({ length: dice.between(1, 4) }, () =>
          dice.array(dtype, dice.chance(0.03) ? dice.shape(0, 3) : shape),
        ),
      ],
      attrs: { axis: axisOf(dice, shape.length + 1) },
    };
  },
  Unpack: (dice) => {
    const shape = dice.shape(1);
    const axis = axisOf(dice, shape.length);
    return {
      inputs: [dice.array(dice.pick(anything), shape)],
      attrs: { axis, num: dice.chance(0.1) ? dice.between(1, 4) : (shape.at(axis) ?? 1) },
    };
  },
  Split: (dice) => {
    const shape = dice.shape(1).map((d) => 2 * d);
    return {
      inputs: [dice.scalar(axisOf(dice, shape.length)), dice.array(dice.pick(anything), shape)],
      attrs: { num_split: dice.pick([1, 2, 2, 2, 3]) },
      constants: [0],
    };
  },
  SplitV: (dice) => {
    const shape = dice.shape(1);
    const axis = axisOf(dice, shape.length);
    const dim = shape.at(axis) ?? 0;
    const first = dice.between(0, dim);
    const sizes = dice.pick([
      [first, dim - first],
      [first, -1],
      [-1, first],
      [first, dim],
      [dim, 0],
      [-1, -1],
    ]);
    return {
      inputs: [
        dice.array(dice.pick(anything), shape),
        dice.list(sizes, dice.pick(["int32", "int64"])),
        dice.scalar(axis),
      ],
      attrs: { num_split: 2 },
      constants: dice.chance(0.6) ? [1, 2] : [2],
    };
  },
  Slice: sliced,
  StridedSlice: strided,
  StridedSliceGrad: (dice) => {
    const { inputs, attrs } = strided(dice);
    const [x, begin, end, steps] = inputs as readonly [NDArray, NDArray, NDArray, NDArray];
    const numbers = [begin, end, steps].map((list) => Array.from({ length: list.size }, (_, i) => Number(list.at(i))));
    const dtype = x.dtype.name as DTypeName;
    return {
      inputs: [
        dice.list(x.shape, begin.dtype.name as DTypeName),
        begin,
        end,
        steps,
        dice.array(
          dtype,
          dice.chance(0.05) ? dice.shape() : takenShape(x.shape, numbers, attrs as unknown as SliceMasks),
        ),
      ],
      attrs: attrs ?? {},
      constants: [0, 1, 2, 3],
    };
  },
  Pad: padded,
  PadV2: (dice) => {
    const { inputs } = padded(dice);
    return { inputs: [...inputs, dice.array((inputs[0] as NDArray).dtype.name as DTypeName, [])], constants: [1] };
  },
  MirrorPad: (dice) => ({ ...padded(dice), attrs: { mode: "REFLECT" } }),
  Transpose: (dice) => {
    const shape = dice.shape();
    const perm = dice.permutation(shape.length).map((axis) => (dice.chance(0.05) ? 0 : axis));
    return { inputs: [dice.array(dice.pick(anything), shape), dice.list(perm)], constants: [1] };
  },
  ConjugateTranspose: (dice) => {
    const shape = dice.shape();
    return {
      inputs: [dice.array(dice.pick(floats), shape), dice.list(dice.permutation(shape.length))],
      constants: [1],
    };
  },
  Reverse: (dice) => {
    const shape = dice.shape();
    return { inputs: [dice.array(dice.pick(anything), shape), dice.array("bool", [shape.length])], constants: [1] };
  },
  ReverseV2: (dice) => {
    const shape = dice.shape();
    return {
      inputs: [
        dice.array(dice.pick(anything), shape),
        dice.list(dice.permutation(shape.length).slice(0, dice.between(0, shape.length))),
      ],
      constants: [1],
    };
  },
  Tile: (dice) => {
    const shape = dice.shape();
    return {
      inputs: [
        dice.array(dice.pick(anything), shape),
        dice.list(shape.map(() => (dice.chance(0.03) ? -1 : dice.between(0, 3)))),
      ],
      constants: dice.chance(0.5) ? [1] : [],
    };
  },
};
