/** Kernels of determinants, inverses, solutions and factors of matrices. Everything is computed in doubles. Mirrors core/kernels/linalg. */
import { InvalidArgumentError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { broadcastShape, broadcastSteps } from "../kernels/elementwise.ts";
import {
  areFinite,
  asPairs,
  checkRank,
  equation,
  fromPairs,
  type Stack,
  stacked,
  stackOf,
} from "../kernels/matrix-stack.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import {
  choleskyFactor,
  complexPivots,
  embedded,
  luFactors,
  pairsOfEmbedded,
  pairsOfRows,
  partRows,
  pivotsOf,
  solveFactored,
  solveTriangle,
} from "../tensor/linear-systems.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { adjointPairs, hermitianEigen, identityPairs, singularValues } from "../tensor/spectral.ts";
import type { linalgDefs } from "./linalg.defs.ts";

function squaresOf(input: NDArray): Stack {
  checkRank(input);
  const stack = stackOf(input);
  require(stack.rows === stack.columns, () => "Input matrix must be square.", { shape: input.shape });
  return stack;
}

/** What `rule` makes of each matrix. */
function each(stack: Stack, rule: (data: Float64Array) => Float64Array): Float64Array[] {
  return Array.from({ length: stack.count }, (_, i) => rule(stack.matrix(i)));
}

interface Pivots {
  /** As pairs when complex. */
  readonly pivots: Float64Array;
  readonly sign: number;
}

function pivotsIn({ dtype, rows }: Stack, data: Float64Array): Pivots {
  if (dtype.isComplex) return complexPivots(data, rows);
  const factors = luFactors(data, rows);
  return { pivots: pivotsOf(factors, rows), sign: factors.sign };
}

/** The product of numbers, or of pairs. */
function productOf(values: Float64Array, isComplex: boolean, sign: number): Float64Array {
  if (!isComplex) return Float64Array.of(values.reduce((product, x) => product * x, sign));
  let [re, im] = [sign, 0];
  for (let i = 0; i < values.length; i += 2) {
    const [x, y] = [values[i] as number, values[i + 1] as number];
    [re, im] = [re * x - im * y, re * y + im * x];
  }
  return Float64Array.of(re, im);
}

function determinant([input]: readonly [NDArray]): NDArray {
  const stack = squaresOf(input);
  const parts = each(stack, (data) => {
    const { pivots, sign } = pivotsIn(stack, data);
    return productOf(pivots, stack.dtype.isComplex, sign);
  });
  return stacked(stack.dtype, stack.batch, [], parts);
}

/** The sign, or phase, and the logarithm of the magnitude. */
function logDeterminant([input]: readonly [NDArray]): readonly NDArray[] {
  const stack = squaresOf(input);
  const { isComplex } = stack.dtype;
  const signs: Float64Array[] = [];
  const logs: Float64Array[] = [];
  for (let i = 0; i < stack.count; i += 1) {
    const { pivots, sign } = pivotsIn(stack, stack.matrix(i));
    let log = 0;
    const width = isComplex ? 2 : 1;
    for (let k = 0; k < pivots.length; k += width) {
      const size = isComplex ? Math.hypot(pivots[k] as number, pivots[k + 1] as number) : Math.abs(pivots[k] as number);
      log += Math.log(size);
      for (let part = k; part < k + width; part += 1)
        pivots[part] =
          size === 0 ? 0 : size === Infinity ? Math.sign(pivots[part] as number) : (pivots[part] as number) / size;
    }
    signs.push(productOf(pivots, isComplex, sign));
    logs.push(isComplex ? Float64Array.of(log, 0) : Float64Array.of(log));
  }
  return [stacked(stack.dtype, stack.batch, [], signs), stacked(stack.dtype, stack.batch, [], logs)];
}

function transposed(data: Float64Array, n: number): Float64Array {
  return data.map((_, at) => data[(at % n) * n + Math.floor(at / n)] as number);
}

/** Solves A x = rhs, or Aᴴ x = rhs; `null` when A has no inverse. */
function solved(
  { dtype, rows }: Stack,
  data: Float64Array,
  rhs: Float64Array,
  columns: number,
  isAdjoint: boolean,
): Float64Array | null {
  const { isComplex } = dtype;
  // The adjoint of a complex matrix is the transposed one of what it is embedded in.
  const size = isComplex ? 2 * rows : rows;
  const real = isComplex ? embedded(data, rows) : data;
  const factors = luFactors(isAdjoint ? transposed(real, size) : real, size);
  if (!pivotsOf(factors, size).every((pivot) => Math.abs(pivot) > 0)) return null;
  const x = solveFactored(factors, size, isComplex ? partRows(rhs, rows, columns) : rhs, columns);
  return isComplex ? pairsOfRows(x, rows, columns) : x;
}

function inverse([input]: readonly [NDArray], { adjoint }: { readonly adjoint: boolean }): NDArray {
  const stack = squaresOf(input);
  const n = stack.rows;
  const pairs = identityPairs(n);
  const identity = stack.dtype.isComplex ? pairs : pairs.filter((_, i) => i % 2 === 0);
  const parts = each(stack, (data) => {
    const made = solved(stack, data, identity, n, adjoint);
    if (made === null) throw new InvalidArgumentError("Input is not invertible.", { shape: input.shape });
    return made;
  });
  return stacked(stack.dtype, stack.batch, [n, n], parts);
}

function cholesky([input]: readonly [NDArray]): NDArray {
  const stack = squaresOf(input);
  const n = stack.rows;
  const parts = each(stack, (data) =>
    // Embedded, the factor of a complex matrix is that of a real one, as it is unique.
    stack.dtype.isComplex ? pairsOfEmbedded(choleskyFactor(embedded(data, n), 2 * n), n) : choleskyFactor(data, n),
  );
  return stacked(stack.dtype, stack.batch, [n, n], parts);
}

function solve([matrix, rhs]: readonly [NDArray, NDArray], { adjoint }: { readonly adjoint: boolean }): NDArray {
  const [left, right] = equation(matrix, rhs, true);
  const parts = Array.from({ length: left.rows * right.columns === 0 ? 0 : left.count }, (_, i) => {
    const made = solved(left, left.matrix(i), right.matrix(i), right.columns, adjoint);
    if (made === null) throw new InvalidArgumentError("Input matrix is not invertible.", { shape: matrix.shape });
    return made;
  });
  return stacked(left.dtype, left.batch, [left.rows, right.columns], parts);
}

interface TriangleAttrs {
  readonly lower: boolean;
  readonly adjoint: boolean;
}

function triangularSolve([matrix, rhs]: readonly [NDArray, NDArray], { lower, adjoint }: TriangleAttrs): NDArray {
  for (const [i, one] of [matrix, rhs].entries())
    require(one.rank >= 2, () => `In[${i}] ndims must be >= 2: ${one.rank}`, { shape: one.shape });
  const [left, right] = [stackOf(matrix), stackOf(rhs)];
  const shapes = (): string => `${shapeText(matrix.shape)} ${shapeText(rhs.shape)}`;
  const batch = broadcastShape(left.batch, right.batch);
  if (batch === null)
    throw new InvalidArgumentError(
      `In[0] and In[1] must have compatible batch dimensions: ${shapes().replace(" ", " vs. ")}`,
    );
  const n = left.rows;
  require(n === left.columns, () => `In[0] matrices in the last dimensions must be square (${left.columns} =/= ${n})`);
  require(n === right.rows, () =>
    `In[0] mismatch In[1] shape: ${n} vs. ${right.rows}: ${shapes()} ${Number(lower)} ${Number(adjoint)}`);
  const [lefts, rights] = [placesIn(left.batch, batch), placesIn(right.batch, batch)];
  const parts = lefts.map((place, i) =>
    solvedTriangle(left, left.matrix(place), right.matrix(rights[i] as number), right.columns, { lower, adjoint }),
  );
  return stacked(left.dtype, batch, [n, right.columns], parts);
}

/** Which matrix of a stack stands for each of a broadcast batch. */
function placesIn(own: readonly number[], batch: readonly number[]): number[] {
  const steps = broadcastSteps(own, batch);
  let places = [0];
  for (const [axis, length] of batch.entries())
    places = places.flatMap((place) => Array.from({ length }, (_, i) => place + i * (steps[axis] as number)));
  return places;
}

function solvedTriangle(
  { dtype, rows }: Stack,
  data: Float64Array,
  rhs: Float64Array,
  columns: number,
  { lower, adjoint }: TriangleAttrs,
): Float64Array {
  // The adjoint of a lower triangle is an upper one.
  const isLower = lower !== adjoint;
  if (!dtype.isComplex) return solveTriangle(adjoint ? transposed(data, rows) : data, rows, rhs, columns, isLower);
  const matrix = adjoint ? adjointPairs(data, rows, rows) : data;
  for (let i = 0; i < rows; i += 1) {
    const [from, to] = isLower ? [i + 1, rows] : [0, i];
    matrix.fill(0, 2 * (i * rows + from), 2 * (i * rows + to));
  }
  // Embedded, the diagonal is made of blocks of two: only an elimination divides by them.
  const factors = luFactors(embedded(matrix, rows), 2 * rows);
  return pairsOfRows(solveFactored(factors, 2 * rows, partRows(rhs, rows, columns), columns), rows, columns);
}

const nothing = (dtype: DType): NDArray => stacked(dtype, [], [0], []);

function eigen([input]: readonly [NDArray], { compute_v }: { readonly compute_v: boolean }): readonly NDArray[] {
  const stack = squaresOf(input);
  const { dtype, batch, rows: n } = stack;
  const { isComplex } = dtype;
  const values: Float64Array[] = [];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < stack.count; i += 1) {
    const pairs = asPairs(stack.matrix(i), isComplex);
    require(areFinite(pairs), () =>
      "Self-adjoint eigen decomposition was not successful. The input might not be valid.");
    const made = hermitianEigen(pairs, n);
    values.push(fromPairs(asPairs(made.values, false), isComplex));
    vectors.push(fromPairs(made.vectors, isComplex));
  }
  return [stacked(dtype, batch, [n], values), compute_v ? stacked(dtype, batch, [n, n], vectors) : nothing(dtype)];
}

interface SvdAttrs {
  readonly compute_uv: boolean;
  readonly full_matrices: boolean;
}

function svd([input]: readonly [NDArray], { compute_uv, full_matrices }: SvdAttrs): readonly NDArray[] {
  checkRank(input);
  const stack = stackOf(input);
  const { dtype, batch, rows: m, columns: n } = stack;
  const least = Math.min(m, n);
  const made = Array.from({ length: stack.count }, (_, i) => {
    const pairs = asPairs(stack.matrix(i), dtype.isComplex);
    const one = singularValues(areFinite(pairs) ? pairs : pairs.map(() => 0), m, n, full_matrices);
    if (!areFinite(pairs)) for (const part of [one.s, one.u, one.v]) part.fill(NaN);
    return one;
  });
  const { isComplex } = dtype;
  const s = stacked(
    dtype,
    batch,
    [least],
    made.map((one) => fromPairs(asPairs(one.s, false), isComplex)),
  );
  if (!compute_uv) return [s, nothing(dtype), nothing(dtype)];
  const [k, l] = full_matrices ? [m, n] : [least, least];
  return [
    s,
    stacked(
      dtype,
      batch,
      [m, k],
      made.map((one) => fromPairs(one.u, isComplex)),
    ),
    stacked(
      dtype,
      batch,
      [n, l],
      made.map((one) => fromPairs(one.v, isComplex)),
    ),
  ];
}

/** The kernels of this family. */
export const linalgKernels = kernelsFor<typeof linalgDefs>()({
  MatrixDeterminant: determinant,
  LogMatrixDeterminant: logDeterminant,
  MatrixInverse: inverse,
  Cholesky: cholesky,
  MatrixSolve: solve,
  MatrixTriangularSolve: triangularSolve,
  SelfAdjointEigV2: eigen,
  Svd: svd,
});
