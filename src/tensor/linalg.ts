/**
 * Matrix factorisations on plain numbers. Not the ops: kernels look after batches and element types.
 *
 * Mirrors the signs of Eigen's `HouseholderQR`, which TensorFlow's `Qr` runs (core/kernels/linalg/qr_op_impl.h).
 */

/** A = q r; both in row-major order. */
export interface QrFactors {
  /** Orthonormal columns: `[m, k]`, k = min(m, n); `[m, m]` with full matrices. */
  readonly q: Float64Array;
  /** Upper triangular: `[k, n]`; `[m, n]` with full matrices. */
  readonly r: Float64Array;
}

/** The least normal double: a column whose rest has no larger square sum is left as it is. */
const LEAST_NORMAL = 2 ** -1022;

/**
 * Factors a matrix into orthonormal columns and an upper triangle, by Householder reflections.
 *
 * Shapes: data `[m, n]`, row-major → q `[m, k]`, r `[k, n]`, k = min(m, n); with `fullMatrices` q `[m, m]`, r `[m, n]`.
 * The diagonal of r has the sign opposite to that of the entry it comes from, as with Eigen and LAPACK.
 */
export function qr(data: Float64Array, m: number, n: number, fullMatrices: boolean): QrFactors {
  const work = data.slice();
  const k = Math.min(m, n);
  const scales = new Float64Array(k);
  const sums = new Float64Array(Math.max(m, n));
  for (let j = 0; j < k; j += 1) {
    scales[j] = makeReflector(work, m, n, j);
    if (scales[j] !== 0) reflect(work, n, j + 1, work, m, n, j, scales[j] as number, sums);
  }
  const qColumns = fullMatrices ? m : k;
  const q = new Float64Array(m * qColumns);
  for (let i = 0; i < Math.min(m, qColumns); i += 1) q[i * qColumns + i] = 1;
  for (let j = k - 1; j >= 0; j -= 1) {
    if (scales[j] !== 0) reflect(q, qColumns, j, work, m, n, j, scales[j] as number, sums);
  }
  const r = work.slice(0, (fullMatrices ? m : k) * n);
  for (let i = 1; i * n < r.length; i += 1) r.fill(0, i * n, i * n + Math.min(i, n));
  return { q, r };
}

/**
 * Replaces column `j` from the diagonal down by the reflected entry and, below it, the reflector v (whose first entry, 1, is
 * not stored). Gives the scale τ of H = I - τ v vᵀ; 0 where there is nothing to reflect.
 */
function makeReflector(work: Float64Array, m: number, n: number, j: number): number {
  const head = work[j * n + j] as number;
  let rest = 0;
  for (let i = j + 1; i < m; i += 1) rest += (work[i * n + j] as number) ** 2;
  if (rest <= LEAST_NORMAL) {
    for (let i = j + 1; i < m; i += 1) work[i * n + j] = 0;
    return 0;
  }
  const norm = Math.sqrt(head * head + rest);
  const reflected = head >= 0 ? -norm : norm;
  for (let i = j + 1; i < m; i += 1) work[i * n + j] = (work[i * n + j] as number) / (head - reflected);
  work[j * n + j] = reflected;
  return (reflected - head) / reflected;
}

/** Applies reflector `j` of `work` (m × n) to the columns of `target` from `firstColumn` on. */
function reflect(
  target: Float64Array,
  columns: number,
  firstColumn: number,
  work: Float64Array,
  m: number,
  n: number,
  j: number,
  scale: number,
  sums: Float64Array,
): void {
  for (let c = firstColumn; c < columns; c += 1) sums[c] = target[j * columns + c] as number;
  for (let i = j + 1; i < m; i += 1) {
    const v = work[i * n + j] as number;
    const row = i * columns;
    for (let c = firstColumn; c < columns; c += 1) sums[c] = (sums[c] as number) + v * (target[row + c] as number);
  }
  for (let i = j; i < m; i += 1) {
    const v = i === j ? scale : scale * (work[i * n + j] as number);
    const row = i * columns;
    for (let c = firstColumn; c < columns; c += 1)
      target[row + c] = (target[row + c] as number) - v * (sums[c] as number);
  }
}
