/** Sums, products and extremes. */
import { type Tensor } from "namesake";
import { applyOp } from "../../src/graph/apply-op.ts";
import { definition } from "../op-golden.ts";
import { type GradientCheck, i, l, list, made, op } from "./case.ts";

export const sums: readonly GradientCheck[] = [
  ...["Sum", "Mean", "Prod", "EuclideanNorm", "Max", "Min"].map((type) =>
    op(type, [
      [
        [1.2, 0.5],
        [0.7, 2],
      ],
      i([1]),
    ]),
  ),
  op("Cumsum", [[1, 2, 3], i(0)]),
  op("Cumprod", [[1.2, 0.7, 2], i(0)]),
  op("CumulativeLogsumexp", [[1.2, 0.7, 2], i(0)]),
  ...["Sum", "Mean", "Prod", "Max", "Min"].map((way) => op(`Segment${way}`, [[1.2, 0.7, 2], i([0, 0, 1])])),
  ...["Sum", "Prod", "Max", "Min"].map((way) => op(`UnsortedSegment${way}`, [[1.2, 0.7, 2], i([1, 1, 0]), i(2)])),
  ...["Sum", "Mean", "SqrtN"].flatMap((way) => [
    op(`SparseSegment${way}`, [[1.2, 0.7, 2], i([0, 2, 2]), i([0, 0, 1])], {}, 1),
    op(`SparseSegment${way}WithNumSegments`, [[1.2, 0.7, 2], i([0, 2, 2]), i([0, 0, 1]), i(3)], {}, 1),
  ]),
  op(
    "MatMul",
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [0.5, 1],
        [2, -1],
      ],
    ],
    { transpose_a: true },
  ),
  op("BatchMatMul", [[[[1, 2]]], [[[0.5], [2]]]]),
  op("BatchMatMulV2", [
    [[[1, 2]], [[3, 4]]],
    [[0.5], [2]],
  ]),
  made(
    "BatchMatMulV3",
    [
      [[[1, 2]], [[3, 4]]],
      [[0.5], [2]],
    ],
    (x, y) => applyOp(definition("BatchMatMulV3"), [x, y], { Tout: (x as Tensor).dtype }).output(0),
  ),
  op(
    "Einsum",
    [
      list(
        [
          [1, 2],
          [3, 4],
        ],
        [[0.5], [2]],
      ),
    ],
    { equation: "ij,jk->ik" },
  ),
  op("Cross", [
    [1, 2, 3],
    [0.5, -1, 2],
  ]),
  op("SparseToDense", [l([[0], [2]]), l([3]), [1, 2], 0.5]),
  op("SparseReorder", [l([[2], [0]]), [1, 2], l([3])]),
  op("SparseSlice", [l([[0, 1], [1, 0], [2, 1]]), [1, 2, 0.5], l([3, 2]), l([1, 0]), l([2, 2])], {}, 1), // biome-ignore format: rows
  op("SparseFillEmptyRows", [l([[0, 1]]), [1], l([2, 2]), 0.5], {}, 1),
  op("SparseTensorDenseMatMul", [
    l([
      [0, 1],
      [1, 0],
    ]),
    [1, 2],
    l([2, 2]),
    [
      [0.5, 1],
      [2, -1],
    ],
  ]),
  op("SparseReduceSum", [
    l([
      [0, 1],
      [1, 0],
    ]),
    [1, 2],
    l([2, 2]),
    i([1]),
  ]),
];
