/** The engine contract: ops that move values, and those of networks. */
import type { Tensor } from "../graph/tensor.ts";
import { fill, identity } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { concat, split, stack, unstack } from "../ops/concat.ts";
import { conv2d } from "../ops/conv.ts";
import { gather, oneHot } from "../ops/gather.ts";
import { add, subtract } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { biasAdd, l2Loss, relu } from "../ops/nn.ts";
import { pad } from "../ops/pad.ts";
import { avgPool, maxPool } from "../ops/pool.ts";
import { range } from "../ops/range.ts";
import { broadcastTo, expandDims, rank, reshape, shape, size, squeeze } from "../ops/shape.ts";
import { slice, stridedSlice } from "../ops/slice.ts";
import { reverse, tile, transpose } from "../ops/transpose.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { ContractCase } from "./contract-case.ts";
import { allNumbers, casesOf, floats, int32, noRows, type Row, signed, table } from "./contract-op-row.ts";

const picture = [
  [
    [[1], [2], [3]],
    [[4], [5], [6]],
    [[7], [8], [9]],
  ],
];
const shapes: readonly Row[] = [
  {
    name: "reshapes",
    types: [...allNumbers, "bool"],
    inputs: [[1, 0, 1, 0]],
    op: (x) => cast(reshape(x, [2, -1]), "int32"),
    result: [
      [1, 0],
      [1, 0],
    ],
  },
  {
    name: "transposes",
    types: signed,
    inputs: [table],
    op: (x) => transpose(x),
    result: [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  },
  {
    name: "adds and drops dimensions",
    types: signed,
    inputs: [[[1], [2]]],
    op: (x) => expandDims(squeeze(x, { axis: [1] }), 0),
    result: [[1, 2]],
  },
  { name: "joins", types: allNumbers, inputs: [[1, 2], [3]], op: (x, y) => concat([x, y], 0), result: [1, 2, 3] },
  {
    name: "splits",
    types: signed,
    inputs: [[1, 2, 3, 4]],
    op: (x) => subtract(...(split(x, 2) as [Tensor, Tensor])),
    result: [-2, -2],
  },
  {
    name: "stacks and unstacks",
    types: signed,
    inputs: [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    op: (x) => stack(unstack(x, { num: 2, axis: 1 })),
    result: [
      [1, 3],
      [2, 4],
    ],
  },
  {
    name: "cuts out",
    types: signed,
    inputs: [table],
    op: (x) => slice(x, [0, 1], [2, -1]),
    result: [
      [2, 3],
      [5, 6],
    ],
  },
  {
    name: "takes steps",
    types: signed,
    inputs: [[1, 2, 3, 4, 5]],
    op: (x) => stridedSlice(x, [-1], [0], { strides: [-2] }),
    result: [5, 3],
  },
  {
    name: "gathers rows",
    types: allNumbers,
    inputs: [
      [
        [1, 2],
        [3, 4],
      ],
      int32([1, 1, 0]),
    ],
    op: (x, i) => gather(x, i),
    result: [
      [3, 4],
      [3, 4],
      [1, 2],
    ],
  },
  { name: "repeats", types: signed, inputs: [[1, 2]], op: (x) => tile(x, [2]), result: [1, 2, 1, 2] },
  { name: "pads", types: signed, inputs: [[1, 2]], op: (x) => pad(x, [[1, 2]]), result: [0, 1, 2, 0, 0] },
  { name: "reverses", types: signed, inputs: [[1, 2, 3]], op: (x) => reverse(x, [0]), result: [3, 2, 1] },
  {
    name: "spreads out",
    types: signed,
    inputs: [[1, 2]],
    op: (x) => broadcastTo(x, [2, 2]),
    result: [
      [1, 2],
      [1, 2],
    ],
  },
  { name: "fills", types: signed, inputs: [7], op: (x) => fill([2], x), result: [7, 7] },
  { name: "counts", types: signed, inputs: [1, 6, 2], op: (x, y, z) => range(x, y, z), result: [1, 3, 5] },
  {
    name: "marks one place",
    types: ["int32", "int64"],
    inputs: [[2, 0]],
    op: (x) => oneHot(x, 3),
    result: [
      [0, 0, 1],
      [1, 0, 0],
    ],
  },
  {
    name: "tells shapes",
    types: allNumbers,
    inputs: [table],
    op: (x) => add(shape(x), add(rank(x), size(x))),
    result: [10, 11],
  },
  {
    name: "passes on",
    types: [...allNumbers, "bool"],
    inputs: [[1, 0]],
    op: (x) => cast(identity(x), "int32"),
    result: [1, 0],
  },
  {
    name: "joins with nothing",
    types: ["float32"],
    inputs: [noRows, [[1, 2, 3]]],
    op: (x, y) => concat([x, y], 0),
    result: [[1, 2, 3]],
  },
  { name: "adds to nothing", types: ["float32"], inputs: [noRows, [1, 2, 3]], op: (x, y) => add(x, y), result: [] },
];

const networks: readonly Row[] = [
  {
    name: "multiplies matrices",
    types: signed,
    inputs: [
      table,
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
    ],
    op: (x, y) => matmul(x, y),
    result: [
      [4, 5],
      [10, 11],
    ],
  },
  {
    name: "multiplies transposed matrices",
    types: floats,
    inputs: [table, table],
    op: (x, y) => matmul(x, y, { transposeB: true }),
    result: [
      [14, 32],
      [32, 77],
    ],
  },
  {
    name: "multiplies stacks of matrices",
    types: floats,
    inputs: [
      [[[1, 2]], [[3, 4]]],
      [
        [[1], [1]],
        [[2], [2]],
      ],
    ],
    op: (x, y) => matmul(x, y),
    result: [[[3]], [[14]]],
  },
  {
    name: "multiplies over nothing to zero",
    types: ["float32"],
    inputs: [ndarray([], "float32", [2, 0]), ndarray([], "float32", [0, 1])],
    op: (x, y) => matmul(x, y),
    result: [[0], [0]],
  },
  { name: "cuts at zero", types: floats, inputs: [[-1, 2]], op: (x) => relu(x), result: [0, 2] },
  {
    name: "adds a bias",
    types: floats,
    inputs: [table, [1, 0, -1]],
    op: (x, y) => biasAdd(x, y),
    result: [
      [2, 2, 2],
      [5, 5, 5],
    ],
  },
  { name: "halves the sum of squares", types: floats, inputs: [[3, 4]], op: (x) => l2Loss(x), result: 12.5 },
  {
    name: "convolves, keeping the size",
    types: ["float32"],
    inputs: [
      picture,
      [
        [[[1]], [[0]]],
        [[[0]], [[1]]],
      ],
    ],
    op: (x, f) => conv2d(x, f, { strides: [1, 1, 1, 1], padding: "SAME" }),
    result: [
      [
        [[6], [8], [3]],
        [[12], [14], [6]],
        [[7], [8], [9]],
      ],
    ],
  },
  {
    name: "convolves inside, by steps",
    types: ["float32"],
    inputs: [picture, [[[[1]]]]],
    op: (x, f) => conv2d(x, f, { strides: [1, 2, 2, 1], padding: "VALID" }),
    result: [
      [
        [[1], [3]],
        [[7], [9]],
      ],
    ],
  },
  {
    name: "pools maxima",
    types: ["float32"],
    inputs: [picture],
    op: (x) => maxPool(x, { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "SAME" }),
    result: [
      [
        [[5], [6]],
        [[8], [9]],
      ],
    ],
  },
  {
    name: "pools means of what is there",
    types: ["float32"],
    inputs: [picture],
    op: (x) => avgPool(x, { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "SAME" }),
    result: [
      [
        [[3], [4.5]],
        [[7.5], [9]],
      ],
    ],
  },
];

/** What ops on shapes, matrices and pictures give. */
export const shapeCases: readonly ContractCase[] = casesOf([...shapes, ...networks]);
