/**
 * Determinants, inverses and solutions of systems of linear equations on plain numbers. Not the ops: kernels look after batches and
 * element types. Matrices are square, in row-major order; complex ones are pairs, or `embedded` in real ones of twice their size.
 *
 * Mirrors what Eigen's `PartialPivLU`, `LLT` and `triangularView` give to core/kernels/linalg.
 */

/** Rows in another order, factored into a lower triangle with ones on the diagonal and an upper one, both in `lu`. */
export interface LuFactors {
  readonly lu: Float64Array;
  /** Which row of the matrix stands in each row. */
  readonly order: readonly number[];
  /** -1 when an odd number of rows changed places. */
  readonly sign: number;
}

/** Factors a matrix `[n, n]` by elimination with the largest pivot of each column. */
export function luFactors(data: Float64Array, n: number): LuFactors {
  const lu = data.slice();
  const order = Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let i = k + 1; i < n; i += 1)
      if (Math.abs(lu[i * n + k] as number) > Math.abs(lu[pivot * n + k] as number)) pivot = i;
    if (pivot !== k) {
      swapRows(lu, n, k, pivot);
      [order[k], order[pivot]] = [order[pivot] as number, order[k] as number];
      sign = -sign;
    }
    const head = lu[k * n + k] as number;
    if (head === 0) continue;
    for (let i = k + 1; i < n; i += 1) {
      const factor = (lu[i * n + k] as number) / head;
      lu[i * n + k] = factor;
      for (let j = k + 1; j < n; j += 1) lu[i * n + j] = (lu[i * n + j] as number) - factor * (lu[k * n + j] as number);
    }
  }
  return { lu, order, sign };
}

function swapRows(data: Float64Array, width: number, a: number, b: number): void {
  const row = data.slice(a * width, (a + 1) * width);
  data.copyWithin(a * width, b * width, (b + 1) * width);
  data.set(row, b * width);
}

/** The pivots of a matrix: their product, with the sign, is the determinant. */
export function pivotsOf({ lu }: LuFactors, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => lu[i * n + i] as number);
}

/** As `luFactors` for pairs: the pivots of a complex matrix as pairs, and the sign. */
export function complexPivots(data: Float64Array, n: number): { readonly pivots: Float64Array; readonly sign: number } {
  const work = data.slice();
  const size = (i: number, k: number): number =>
    Math.hypot(work[2 * (i * n + k)] as number, work[2 * (i * n + k) + 1] as number);
  const pivots = new Float64Array(2 * n);
  let sign = 1;
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let i = k + 1; i < n; i += 1) if (size(i, k) > size(pivot, k)) pivot = i;
    if (pivot !== k) {
      swapRows(work, 2 * n, k, pivot);
      sign = -sign;
    }
    pivots.set(work.subarray(2 * (k * n + k), 2 * (k * n + k) + 2), 2 * k);
    if (size(k, k) !== 0) for (let i = k + 1; i < n; i += 1) eliminate(work, n, i, k);
  }
  return { pivots, sign };
}

/** Takes a multiple of row `k` from row `i`, so that its element in column `k` would be 0. */
function eliminate(work: Float64Array, n: number, i: number, k: number): void {
  const [a, b] = [work[2 * (i * n + k)] as number, work[2 * (i * n + k) + 1] as number];
  const [c, d] = [work[2 * (k * n + k)] as number, work[2 * (k * n + k) + 1] as number];
  const norm = c * c + d * d;
  const [re, im] = [(a * c + b * d) / norm, (b * c - a * d) / norm];
  for (let j = k + 1; j < n; j += 1) {
    const [x, y] = [work[2 * (k * n + j)] as number, work[2 * (k * n + j) + 1] as number];
    const at = 2 * (i * n + j);
    work[at] = (work[at] as number) - (re * x - im * y);
    work[at + 1] = (work[at + 1] as number) - (re * y + im * x);
  }
}

/** Solves A x = rhs for a factored A; rhs and result `[n, k]`. */
export function solveFactored({ lu, order }: LuFactors, n: number, rhs: Float64Array, k: number): Float64Array {
  const x = new Float64Array(n * k);
  for (const [i, row] of order.entries()) x.set(rhs.subarray(row * k, (row + 1) * k), i * k);
  for (let i = 0; i < n; i += 1) for (let j = 0; j < i; j += 1) subtractRow(x, k, i, j, lu[i * n + j] as number);
  solveUpper(lu, n, x, k);
  return x;
}

/** Takes `factor` times row `j` from row `i`. */
function subtractRow(x: Float64Array, k: number, i: number, j: number, factor: number): void {
  for (let c = 0; c < k; c += 1) x[i * k + c] = (x[i * k + c] as number) - factor * (x[j * k + c] as number);
}

function divideRow(x: Float64Array, k: number, i: number, divisor: number): void {
  for (let c = 0; c < k; c += 1) x[i * k + c] = (x[i * k + c] as number) / divisor;
}

function solveUpper(data: Float64Array, n: number, x: Float64Array, k: number): void {
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < n; j += 1) subtractRow(x, k, i, j, data[i * n + j] as number);
    divideRow(x, k, i, data[i * n + i] as number);
  }
}

/** Solves T x = rhs for the lower or the upper triangle T of a matrix, whatever stands in the other. A zero on the diagonal divides. */
export function solveTriangle(
  data: Float64Array,
  n: number,
  rhs: Float64Array,
  k: number,
  isLower: boolean,
): Float64Array {
  const x = rhs.slice();
  if (!isLower) {
    solveUpper(data, n, x, k);
    return x;
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) subtractRow(x, k, i, j, data[i * n + j] as number);
    divideRow(x, k, i, data[i * n + i] as number);
  }
  return x;
}

/**
 * The lower triangle L of A = L Lᵀ, read from the lower triangle of A. Where A is not positive definite, the triangle is
 * filled with not-a-number, as TensorFlow does it.
 */
export function choleskyFactor(data: Float64Array, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let j = 0; j < n; j += 1) {
    let rest = data[j * n + j] as number;
    for (let t = 0; t < j; t += 1) rest -= (lower[j * n + t] as number) ** 2;
    if (rest <= 0) return lowerNaNs(n);
    const head = Math.sqrt(rest);
    lower[j * n + j] = head;
    for (let i = j + 1; i < n; i += 1) {
      let sum = data[i * n + j] as number;
      for (let t = 0; t < j; t += 1) sum -= (lower[i * n + t] as number) * (lower[j * n + t] as number);
      lower[i * n + j] = sum / head;
    }
  }
  return lower;
}

function lowerNaNs(n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) lower.fill(NaN, i * n, i * n + i + 1);
  return lower;
}

/** A complex matrix `[n, n]` of pairs as a real one `[2n, 2n]`: x + iy becomes [[x, -y], [y, x]]. Products stay products. */
export function embedded(pairs: Float64Array, n: number): Float64Array {
  const real = new Float64Array(4 * n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      const [x, y] = [pairs[2 * (i * n + j)] as number, pairs[2 * (i * n + j) + 1] as number];
      const [top, bottom] = [4 * i * n + 2 * j, (2 * i + 1) * 2 * n + 2 * j];
      real.set([x, -y], top);
      real.set([y, x], bottom);
    }
  }
  return real;
}

/** Columns of pairs `[n, k]` with their parts in rows of their own, `[2n, k]`: what an embedded matrix is multiplied with. */
export function partRows(pairs: Float64Array, n: number, k: number): Float64Array {
  const rows = new Float64Array(2 * n * k);
  for (let i = 0; i < n * k; i += 1) {
    const at = Math.floor(i / k) * 2 * k + (i % k);
    rows[at] = pairs[2 * i] as number;
    rows[at + k] = pairs[2 * i + 1] as number;
  }
  return rows;
}

/** The opposite of `partRows`. */
export function pairsOfRows(rows: Float64Array, n: number, k: number): Float64Array {
  const pairs = new Float64Array(2 * n * k);
  for (let i = 0; i < n * k; i += 1) {
    const at = Math.floor(i / k) * 2 * k + (i % k);
    pairs[2 * i] = rows[at] as number;
    pairs[2 * i + 1] = rows[at + k] as number;
  }
  return pairs;
}

/** The pairs of an embedded matrix `[2n, 2n]`: the opposite of `embedded`. */
export function pairsOfEmbedded(real: Float64Array, n: number): Float64Array {
  const pairs = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      pairs[2 * (i * n + j)] = real[4 * i * n + 2 * j] as number;
      pairs[2 * (i * n + j) + 1] = real[(2 * i + 1) * 2 * n + 2 * j] as number;
    }
  }
  return pairs;
}
