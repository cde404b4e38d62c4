/**
 * Eigenvalues and singular values on plain numbers, by Jacobi's rotations. Not the ops: kernels look after batches and element types.
 * Matrices are pairs in row-major order; real ones have imaginary parts of 0. Vectors are columns, each free in its sign or phase.
 */

/** Eigenvalues in rising order, and the eigenvectors as columns of pairs, `[n, n]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** A = u s vᴴ: singular values in falling order; u and v hold pairs. */
export interface SingularValues {
  readonly s: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/** More sweeps than any matrix was seen to need. */
const MAX_SWEEPS = 60;
const EPSILON = 2 ** -52;

/** A rotation of columns p and q after q was multiplied by a phase: p' = c p - s q, q' = s p + c q. */
interface Rotation {
  readonly c: number;
  readonly s: number;
  readonly phaseRe: number;
  readonly phaseIm: number;
}

/** The rotation that makes the product of two columns, `re + i im`, zero; `difference` is what the second's square is larger by. */
function rotationFor(re: number, im: number, difference: number): Rotation {
  const size = Math.hypot(re, im);
  const tau = difference / (2 * size);
  const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  return { c, s: t * c, phaseRe: re / size, phaseIm: -im / size };
}

function rotateColumns(data: Float64Array, rows: number, columns: number, p: number, q: number, turn: Rotation): void {
  const { c, s, phaseRe, phaseIm } = turn;
  for (let i = 0; i < rows; i += 1) {
    const [a, b] = [2 * (i * columns + p), 2 * (i * columns + q)];
    const [x, y] = [data[a] as number, data[a + 1] as number];
    const [z, w] = [data[b] as number, data[b + 1] as number];
    const [re, im] = [z * phaseRe - w * phaseIm, z * phaseIm + w * phaseRe];
    data[a] = c * x - s * re;
    data[a + 1] = c * y - s * im;
    data[b] = s * x + c * re;
    data[b + 1] = s * y + c * im;
  }
}

/** As `rotateColumns` with the conjugate rotation, for rows of a square matrix. */
function rotateRows(data: Float64Array, n: number, p: number, q: number, turn: Rotation): void {
  const { c, s, phaseRe, phaseIm } = turn;
  for (let j = 0; j < n; j += 1) {
    const [a, b] = [2 * (p * n + j), 2 * (q * n + j)];
    const [x, y] = [data[a] as number, data[a + 1] as number];
    const [z, w] = [data[b] as number, data[b + 1] as number];
    const [re, im] = [z * phaseRe + w * phaseIm, w * phaseRe - z * phaseIm];
    data[a] = c * x - s * re;
    data[a + 1] = c * y - s * im;
    data[b] = s * x + c * re;
    data[b + 1] = s * y + c * im;
  }
}

/** The identity as pairs. */
export function identityPairs(n: number): Float64Array {
  const data = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i += 1) data[2 * (i * n + i)] = 1;
  return data;
}

function largest(data: Float64Array): number {
  let most = 0;
  for (const x of data) most = Math.max(most, Math.abs(x));
  return most;
}

/** The eigenvalues and eigenvectors of a Hermitian matrix, which is read from its lower triangle. */
export function hermitianEigen(data: Float64Array, n: number): Eigen {
  const scale = largest(data) || 1;
  const a = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const [re, im] = [(data[2 * (i * n + j)] as number) / scale, (data[2 * (i * n + j) + 1] as number) / scale];
      a.set([re, i === j ? 0 : im], 2 * (i * n + j));
      a.set([re, i === j ? 0 : -im], 2 * (j * n + i));
    }
  }
  const vectors = identityPairs(n);
  for (let sweep = 0, isTurning = true; isTurning && sweep < MAX_SWEEPS; sweep += 1) {
    isTurning = false;
    for (let p = 0; p < n; p += 1)
      for (let q = p + 1; q < n; q += 1) if (clearPair(a, vectors, n, p, q)) isTurning = true;
  }
  const order = Array.from({ length: n }, (_, i) => i);
  const value = (i: number): number => (a[2 * (i * n + i)] as number) * scale;
  order.sort((i, j) => value(i) - value(j));
  return { values: Float64Array.from(order, value), vectors: chosenColumns(vectors, n, n, order) };
}

/** Turns columns and rows p and q of a Hermitian matrix so that its elements there vanish. Whether there was anything to do. */
function clearPair(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): boolean {
  const [re, im] = [a[2 * (p * n + q)] as number, a[2 * (p * n + q) + 1] as number];
  const [head, tail] = [a[2 * (p * n + p)] as number, a[2 * (q * n + q)] as number];
  if (Math.hypot(re, im) <= EPSILON * EPSILON + EPSILON * 0.01 * Math.sqrt(Math.abs(head * tail))) return false;
  const turn = rotationFor(re, im, tail - head);
  rotateColumns(a, n, n, p, q, turn);
  rotateRows(a, n, p, q, turn);
  a.fill(0, 2 * (p * n + q), 2 * (p * n + q) + 2);
  a.fill(0, 2 * (q * n + p), 2 * (q * n + p) + 2);
  rotateColumns(vectors, n, n, p, q, turn);
  return true;
}

function chosenColumns(data: Float64Array, rows: number, columns: number, order: readonly number[]): Float64Array {
  const chosen = new Float64Array(2 * rows * order.length);
  for (let i = 0; i < rows; i += 1)
    for (const [j, from] of order.entries()) {
      chosen[2 * (i * order.length + j)] = data[2 * (i * columns + from)] as number;
      chosen[2 * (i * order.length + j) + 1] = data[2 * (i * columns + from) + 1] as number;
    }
  return chosen;
}

/** The singular values and vectors of a matrix `[m, n]`: u `[m, k]`, v `[n, k]`, k = min(m, n); square with `fullMatrices`. */
export function singularValues(data: Float64Array, m: number, n: number, fullMatrices: boolean): SingularValues {
  if (m < n) {
    const { s, u, v } = singularValues(adjointPairs(data, m, n), n, m, fullMatrices);
    return { s, u: v, v: u };
  }
  const scale = largest(data) || 1;
  const a = data.map((x) => x / scale);
  const v = identityPairs(n);
  for (let sweep = 0, isTurning = true; isTurning && sweep < MAX_SWEEPS; sweep += 1) {
    isTurning = false;
    for (let p = 0; p < n; p += 1)
      for (let q = p + 1; q < n; q += 1) if (makeOrthogonal(a, v, m, n, p, q)) isTurning = true;
  }
  const lengths = Float64Array.from({ length: n }, (_, j) => Math.sqrt(product(a, n, a, n, m, j, j)[0]));
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (lengths[j] as number) - (lengths[i] as number));
  const s = Float64Array.from(order, (j) => (lengths[j] as number) * scale);
  const u = leftVectors(
    chosenColumns(a, m, n, order),
    m,
    n,
    fullMatrices ? m : n,
    s.map((x) => x / scale),
  );
  return { s, u, v: chosenColumns(v, n, n, order) };
}

/** The transposed matrix with conjugate elements. */
export function adjointPairs(data: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < m; i += 1)
    for (let j = 0; j < n; j += 1) {
      out[2 * (j * m + i)] = data[2 * (i * n + j)] as number;
      out[2 * (j * m + i) + 1] = -(data[2 * (i * n + j) + 1] as number);
    }
  return out;
}

/** The product xᴴ y of column `p` of one matrix and column `q` of another, as a pair. */
function product(
  x: Float64Array,
  xColumns: number,
  y: Float64Array,
  yColumns: number,
  rows: number,
  p: number,
  q: number,
): readonly [number, number] {
  let [re, im] = [0, 0];
  for (let i = 0; i < rows; i += 1) {
    const [a, b] = [2 * (i * xColumns + p), 2 * (i * yColumns + q)];
    const [c, d] = [x[a] as number, x[a + 1] as number];
    const [e, f] = [y[b] as number, y[b + 1] as number];
    re += c * e + d * f;
    im += c * f - d * e;
  }
  return [re, im];
}

function makeOrthogonal(a: Float64Array, v: Float64Array, m: number, n: number, p: number, q: number): boolean {
  const [re, im] = product(a, n, a, n, m, p, q);
  const [head] = product(a, n, a, n, m, p, p);
  const [tail] = product(a, n, a, n, m, q, q);
  if (Math.hypot(re, im) <= EPSILON * Math.sqrt(head * tail)) return false;
  const turn = rotationFor(re, im, tail - head);
  rotateColumns(a, m, n, p, q, turn);
  rotateColumns(v, n, n, p, q, turn);
  return true;
}

/** The columns made as long as 1, and as many more as are wanted; columns next to nothing have no direction and are replaced. */
function leftVectors(a: Float64Array, m: number, n: number, count: number, lengths: Float64Array): Float64Array {
  const u = new Float64Array(2 * m * count);
  const least = (lengths[0] ?? 0) * EPSILON * Math.max(m, n);
  for (let j = 0; j < count; j += 1) {
    const length = lengths[j] ?? 0;
    if (length > least)
      for (let i = 0; i < 2 * m; i += 1) u[placeOf(i, count, j)] = (a[placeOf(i, n, j)] as number) / length;
    else addOrthogonal(u, m, count, j);
  }
  return u;
}

/** Where part `i` of a column of pairs stands. */
function placeOf(i: number, columns: number, j: number): number {
  return 2 * (Math.floor(i / 2) * columns + j) + (i % 2);
}

/** Fills column `j` with a direction orthogonal to all columns before it: what is left of the unit vector they cover least. */
function addOrthogonal(u: Float64Array, m: number, count: number, j: number): void {
  let best = new Float64Array(2 * m);
  let most = -1;
  for (let unit = 0; unit < m; unit += 1) {
    const candidate = new Float64Array(2 * m);
    candidate[2 * unit] = 1;
    // Once more, as the first time leaves what rounding leaves.
    for (let pass = 0; pass < 2; pass += 1)
      for (let k = 0; k < j; k += 1) subtractProjection(candidate, u, m, count, k);
    const length = Math.sqrt(product(candidate, 1, candidate, 1, m, 0, 0)[0]);
    if (length > most + EPSILON) [best, most] = [candidate.map((x) => x / length), length];
  }
  for (let i = 0; i < 2 * m; i += 1) u[placeOf(i, count, j)] = best[i] as number;
}

function subtractProjection(x: Float64Array, u: Float64Array, m: number, count: number, k: number): void {
  const [re, im] = product(u, count, x, 1, m, k, 0);
  for (let i = 0; i < m; i += 1) {
    const [a, b] = [u[placeOf(2 * i, count, k)] as number, u[placeOf(2 * i + 1, count, k)] as number];
    x[2 * i] = (x[2 * i] as number) - (re * a - im * b);
    x[2 * i + 1] = (x[2 * i + 1] as number) - (re * b + im * a);
  }
}
