/** The kernel that solves equations which have no solution, or many, by singular values in doubles. Mirrors core/kernels/linalg/matrix_solve_ls_op_impl.h. */
import { InvalidArgumentError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { areFinite, asPairs, equation, fromPairs, type Stack, stacked } from "../kernels/matrix-stack.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { adjointPairs, singularValues } from "../tensor/spectral.ts";
import type { leastSquaresDefs } from "./least-squares.defs.ts";

/** How far apart numbers of a type are at 1. */
function epsilonOf({ baseName }: DType): number {
  return baseName === "float32" || baseName === "complex64" ? 2 ** -23 : 2 ** -52;
}

/** By what each singular value is divided: with U S Vᴴ = A, the solution is V D Uᴴ B. */
function factors(s: Float64Array, dtype: DType, regularizer: number, isFast: boolean): Float64Array {
  const largest = s[0] ?? 0;
  if (!isFast) {
    const least = epsilonOf(dtype) * s.length * largest;
    return s.map((x) => (x > least ? 1 / x : 0));
  }
  // Normal equations are as good as they are where no singular value is lost in them.
  const least = (s.length * Number.EPSILON * largest) ** 2;
  if (s.some((x) => x * x + regularizer <= least))
    throw new InvalidArgumentError(
      "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or provide a larger l2_regularizer > 0.",
      { s },
    );
  return s.map((x) => x / (x * x + regularizer));
}

/** The product of pairs `[m, n]` and `[n, k]`. */
function product(a: Float64Array, b: Float64Array, m: number, n: number, k: number): Float64Array {
  const out = new Float64Array(2 * m * k);
  for (let i = 0; i < m; i += 1) {
    for (let t = 0; t < n; t += 1) {
      const [re, im] = [a[2 * (i * n + t)] as number, a[2 * (i * n + t) + 1] as number];
      for (let j = 0; j < k; j += 1) {
        const [x, y] = [b[2 * (t * k + j)] as number, b[2 * (t * k + j) + 1] as number];
        const at = 2 * (i * k + j);
        out[at] = (out[at] as number) + re * x - im * y;
        out[at + 1] = (out[at + 1] as number) + re * y + im * x;
      }
    }
  }
  return out;
}

interface Problem {
  readonly regularizer: number;
  readonly isFast: boolean;
}

function solution(left: Stack, right: Stack, index: number, { regularizer, isFast }: Problem): Float64Array {
  const { dtype, rows: m, columns: n } = left;
  const k = right.columns;
  const matrix = asPairs(left.matrix(index), dtype.isComplex);
  const rhs = asPairs(right.matrix(index), dtype.isComplex);
  if (!areFinite(matrix) || !areFinite(rhs)) return fromPairs(new Float64Array(2 * n * k).fill(NaN), dtype.isComplex);
  const { s, u, v } = singularValues(matrix, m, n, false);
  const inner = product(adjointPairs(u, m, s.length), rhs, s.length, m, k);
  for (const [i, factor] of factors(s, dtype, regularizer, isFast).entries())
    for (let at = 2 * i * k; at < 2 * (i + 1) * k; at += 1) inner[at] = (inner[at] as number) * factor;
  return fromPairs(product(v, inner, n, s.length, k), dtype.isComplex);
}

function solve([matrix, rhs, l2]: readonly [NDArray, NDArray, NDArray], isFast: boolean): NDArray {
  const [left, right] = equation(matrix, rhs, false);
  require(l2.rank === 0, () => `l2_regularizer must be scalar, got shape ${shapeText(l2.shape)}`, { l2 });
  const regularizer = Number(l2.item());
  require(regularizer >= 0, () => "l2_regularizer must be >= 0.", { regularizer });
  const isEmpty = left.rows * left.columns * right.columns === 0;
  const parts = Array.from({ length: isEmpty ? 0 : left.count }, (_, i) =>
    solution(left, right, i, { regularizer, isFast }),
  );
  return stacked(left.dtype, left.batch, [left.columns, right.columns], parts);
}

/** The kernels of this family. */
export const leastSquaresKernels = kernelsFor<typeof leastSquaresDefs>()({
  MatrixSolveLs: (inputs, { fast }) => solve(inputs, fast),
});
