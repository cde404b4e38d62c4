import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { kernelOf } from "../kernels/kernels.ts";
import type { Kernel } from "../kernels/rule.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { type Literal, type NDArray, ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import {
  adjoint,
  cholesky,
  choleskySolve,
  logdet,
  matrixDeterminant,
  matrixInverse,
  matrixSolve,
  matrixTriangularSolve,
  selfAdjointEig,
  selfAdjointEigvals,
  slogdet,
  svd,
} from "./linalg.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("linalg", {
  "single-ops": () => {
    const x = p([2, null, 3, 3]);
    return [
      matrixDeterminant(x),
      Object.values(slogdet(x)),
      matrixInverse(x),
      matrixInverse(x, { adjoint: true, name: "i" }),
      cholesky(x),
      matrixSolve(p([3, 3]), p([3, 1])),
      matrixSolve(p(), p(), { adjoint: true, name: "s" }),
      Object.values(slogdet(x, { name: "l" })),
    ];
  },
  scoped: () => {
    const [a, b] = [p([3, 3]), p([3, 2])];
    return [
      matrixTriangularSolve(a, b),
      matrixTriangularSolve(a, b, { lower: false, adjoint: true, name: "t" }),
      choleskySolve(a, b),
      logdet(a),
      logdet(p([3, 3], "complex64")),
      adjoint(b),
      adjoint(p([2, 3], "complex64"), { name: "a" }),
    ];
  },
  factors: () => {
    const [a, c] = [p([3, 3]), p([2, 3], "complex64")];
    return [
      Object.values(selfAdjointEig(a)),
      selfAdjointEigvals(a, { name: "e" }),
      Object.values(svd(a)),
      Object.values(svd(c, { fullMatrices: true, name: "s" })),
      svd(c, { computeUv: false }),
      Object.values(selfAdjointEig(a)),
    ];
  },
  "of-literals": () => [
    matrixInverse([
      [1.5, 0],
      [0, 2.5],
    ]),
    matrixSolve([[1.5]], [[2.5]]),
  ],
  "inverse-of-oblong": () => matrixInverse(p([2, 3])),
  "inverse-of-integers": () => matrixInverse(p([2, 2], "int32")),
});

/** What a kernel gives for one matrix. */
function run(type: string, matrix: Literal, attrs: object = {}): readonly NDArray[] {
  const context = { node: { name: type, type }, random: null, printCount: 0, print: () => undefined };
  const made = (kernelOf(type) as Kernel)([ndarray(matrix, "float64")] as never, attrs as never, context);
  return Array.isArray(made) ? (made as readonly NDArray[]) : [made as NDArray];
}

describe("where TensorFlow leaves memory unset", () => {
  it("a Cholesky factor that does not exist is not-a-number below zeros", () => {
    const [lower] = run("Cholesky", [
      [1, 2],
      [2, 1],
    ]);
    expect(lower?.toArray()).toEqual([
      [NaN, 0],
      [NaN, NaN],
    ]);
  });

  it("vectors that are not wanted are empty", () => {
    const matrix = [
      [2, 0],
      [0, 1],
    ];
    const [e, v] = run("SelfAdjointEigV2", matrix, { compute_v: false });
    expect([e?.toArray(), v?.shape]).toEqual([[1, 2], [0]]);
    const [s, u, w] = run("Svd", matrix, { compute_uv: false, full_matrices: false });
    expect([s?.toArray(), u?.shape, w?.shape]).toEqual([[2, 1], [0], [0]]);
  });
});

describe("singular vectors of a matrix without full rank", () => {
  it.each([
    [
      [1, 2, 3],
      [2, 4, 6],
      [3, 6, 9],
      [0, 0, 0],
    ],
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    [[0, 0, 5]],
  ])("are orthonormal, and the product is the matrix: %j", (...rows) => {
    const matrix = rows as number[][];
    const [s, u, v] = run("Svd", matrix, { compute_uv: true, full_matrices: true }).map((one) => one.toArray());
    const [left, right] = [u as number[][], v as number[][]];
    for (const columns of [left, right])
      for (const [i] of columns.entries())
        for (const [j] of columns.entries())
          expect(columns.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)).toBeCloseTo(
            i === j ? 1 : 0,
            12,
          );
    for (const [i, row] of matrix.entries())
      for (const [j, x] of row.entries())
        expect(
          (s as number[]).reduce(
            (sum, value, k) => sum + (left[i]?.[k] as number) * value * (right[j]?.[k] as number),
            0,
          ),
        ).toBeCloseTo(x, 12);
  });
});
