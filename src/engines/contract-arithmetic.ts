/** The engine contract: arithmetic, comparisons and reductions. */

import { cast } from "../ops/cast.ts";
import { equal, greater, less, logicalAnd, logicalNot, notEqual, where } from "../ops/compare.ts";
import { stack } from "../ops/concat.ts";
import { divide, floordiv, floormod } from "../ops/division.ts";
import { abs, exp, log, log1p, negative, reciprocal, sigmoid, sqrt, square } from "../ops/elementary.ts";
import { add, addN, maximum, minimum, multiply, pow, subtract } from "../ops/math.ts";
import { leakyRelu } from "../ops/nn.ts";
import {
  argmax,
  cumsum,
  reduceAll,
  reduceAny,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
} from "../ops/reduce.ts";
import { tanh } from "../ops/trigonometry.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { ContractCase } from "./contract-case.ts";
import { allNumbers, casesOf, floats, noRows, type Row, signed, table } from "./contract-op-row.ts";

const arithmetic: readonly Row[] = [
  {
    name: "adds",
    types: allNumbers,
    inputs: [
      [1, 2],
      [3, 4],
    ],
    op: (x, y) => add(x, y),
    result: [4, 6],
  },
  {
    name: "subtracts",
    types: signed,
    inputs: [
      [1, 2],
      [3, 1],
    ],
    op: (x, y) => subtract(x, y),
    result: [-2, 1],
  },
  {
    name: "multiplies",
    types: allNumbers,
    inputs: [
      [1, 2],
      [3, 4],
    ],
    op: (x, y) => multiply(x, y),
    result: [3, 8],
  },
  {
    name: "divides",
    types: floats,
    inputs: [
      [1, 6],
      [4, 4],
    ],
    op: (x, y) => divide(x, y),
    result: [0.25, 1.5],
  },
  {
    name: "divides towards minus infinity",
    types: signed,
    inputs: [
      [-7, 7],
      [2, 2],
    ],
    op: (x, y) => floordiv(x, y),
    result: [-4, 3],
  },
  {
    name: "gives remainders with the divisor's sign",
    types: signed,
    inputs: [
      [-7, 7],
      [3, -3],
    ],
    op: (x, y) => floormod(x, y),
    result: [2, -2],
  },
  {
    name: "keeps the sign of zero in logarithms, slopes and remainders",
    types: floats,
    inputs: [[-0, 0, -3]],
    op: (x) => reciprocal(stack([log1p(maximum(x, -0)), leakyRelu(x, { alpha: 0 }), floormod(x, 3)])),
    result: [
      [-Infinity, Infinity, -Infinity],
      [-Infinity, Infinity, -Infinity],
      [-Infinity, Infinity, -Infinity],
    ],
  },
  {
    name: "raises to a power",
    types: signed,
    inputs: [
      [2, 3],
      [3, 2],
    ],
    op: (x, y) => pow(x, y),
    result: [8, 9],
  },
  {
    name: "takes maxima",
    types: signed,
    inputs: [
      [1, -2],
      [0, 4],
    ],
    op: (x, y) => maximum(x, y),
    result: [1, 4],
  },
  {
    name: "takes minima",
    types: signed,
    inputs: [
      [1, -2],
      [0, 4],
    ],
    op: (x, y) => minimum(x, y),
    result: [0, -2],
  },
  {
    name: "adds several",
    types: signed,
    inputs: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    op: (...x) => addN(x),
    result: [9, 12],
  },
  {
    name: "negates, squares and takes magnitudes",
    types: signed,
    inputs: [[1, -3]],
    op: (x) => add(abs(x), negative(square(x))),
    result: [0, -6],
  },
  {
    name: "broadcasts a row",
    types: allNumbers,
    inputs: [table, [1, 0, 1]],
    op: (x, y) => add(x, y),
    result: [
      [2, 2, 4],
      [5, 5, 7],
    ],
  },
  {
    name: "broadcasts a column and a row",
    types: signed,
    inputs: [
      [[1], [2]],
      [3, 4],
    ],
    op: (x, y) => multiply(x, y),
    result: [
      [3, 4],
      [6, 8],
    ],
  },
  {
    name: "broadcasts a scalar",
    types: signed,
    inputs: [2, table],
    op: (x, y) => multiply(x, y),
    result: [
      [2, 4, 6],
      [8, 10, 12],
    ],
  },
  {
    name: "computes elementary functions",
    types: floats,
    inputs: [[0, 1]],
    op: (x) => add(exp(x), add(tanh(x), sigmoid(x))),
    result: [1.5, 4.210934562951],
  },
  {
    name: "takes logarithms and roots",
    types: floats,
    inputs: [[1, 4]],
    op: (x) => add(log(x), sqrt(x)),
    result: [1, 3.3862943611199],
  },
  {
    name: "wraps 8-bit integers around",
    types: ["uint8"],
    inputs: [[250], [10]],
    op: (x, y) => add(x, y),
    result: [4],
  },
];

const comparisons: readonly Row[] = [
  {
    name: "compares",
    types: signed,
    inputs: [
      [1, 2, 3],
      [2, 2, 2],
    ],
    op: (x, y) => stack([less(x, y), equal(x, y), greater(x, y), notEqual(x, y)]),
    result: [
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [true, false, true],
    ],
  },
  {
    name: "combines truth values",
    types: ["bool"],
    inputs: [
      [true, true, false],
      [true, false, false],
    ],
    op: (x, y) => logicalAnd(x, logicalNot(y)),
    result: [false, true, false],
  },
  {
    name: "chooses element by element",
    types: signed,
    inputs: [ndarray([true, false]), [1, 2], [3, 4]],
    op: (c, x, y) => where(c, x, y),
    result: [1, 4],
  },
  {
    name: "converts to integers by cutting",
    types: floats,
    inputs: [[1.9, -1.9]],
    op: (x) => cast(x, "int32"),
    result: [1, -1],
  },
  {
    name: "converts to truth values",
    types: signed,
    inputs: [[0, 2]],
    op: (x) => cast(x, "bool"),
    result: [false, true],
  },
  {
    name: "converts from truth values",
    types: ["bool"],
    inputs: [[true, false]],
    op: (x) => cast(x, "float32"),
    result: [1, 0],
  },
];

const reductions: readonly Row[] = [
  { name: "sums everything", types: allNumbers, inputs: [table], op: (x) => reduceSum(x), result: 21 },
  {
    name: "sums along an axis",
    types: signed,
    inputs: [table],
    op: (x) => reduceSum(x, { axis: 0 }),
    result: [5, 7, 9],
  },
  {
    name: "sums along the last axis and keeps it",
    types: signed,
    inputs: [table],
    op: (x) => reduceSum(x, { axis: -1, keepdims: true }),
    result: [[6], [15]],
  },
  { name: "takes means", types: floats, inputs: [table], op: (x) => reduceMean(x, { axis: 1 }), result: [2, 5] },
  { name: "cuts means of integers", types: ["int32", "int64"], inputs: [[1, 2]], op: (x) => reduceMean(x), result: 1 },
  {
    name: "finds extremes",
    types: signed,
    inputs: [table],
    op: (x) => stack([reduceMax(x, { axis: 0 }), reduceMin(x, { axis: 0 })]),
    result: [
      [4, 5, 6],
      [1, 2, 3],
    ],
  },
  { name: "multiplies up", types: signed, inputs: [table], op: (x) => reduceProd(x, { axis: 1 }), result: [6, 120] },
  {
    name: "asks all and any",
    types: ["bool"],
    inputs: [
      [
        [true, false],
        [true, true],
      ],
    ],
    op: (x) => stack([reduceAll(x, { axis: 1 }), reduceAny(x, { axis: 1 })]),
    result: [
      [false, true],
      [true, true],
    ],
  },
  {
    name: "finds the first of several maxima",
    types: signed,
    inputs: [
      [
        [1, 3, 3],
        [2, 1, 0],
      ],
    ],
    op: (x) => argmax(x, { axis: 1 }),
    result: [1, 0],
  },
  { name: "sums up to each element", types: signed, inputs: [[1, 2, 3]], op: (x) => cumsum(x), result: [1, 3, 6] },
  {
    name: "sums nothing to zero",
    types: ["float32"],
    inputs: [noRows],
    op: (x) => reduceSum(x, { axis: 0 }),
    result: [0, 0, 0],
  },
];

/** What arithmetic gives. */
export const arithmeticCases: readonly ContractCase[] = casesOf([...arithmetic, ...comparisons, ...reductions]);
