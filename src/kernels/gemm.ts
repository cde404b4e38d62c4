/**
 * Products of matrices of numbers, for kernels: sums in doubles, blocks that stay in the cache. Which dtype and which batches
 * is the kernels' matter.
 */
import type { Numbers } from "./elementwise.ts";

/** A matrix inside of an array: where it starts, and how far its rows and columns are apart. Transposed = both steps exchanged. */
export interface MatrixView {
  readonly data: ArrayLike<number>;
  readonly offset: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Rows and columns that the innermost loop computes at once; as many sums as fit into registers. */
const TILE = 4;
/** Terms of a sum that are taken at once, so that packed panels stay in the first cache. */
const DEPTH_BLOCK = 256;
/** Columns whose packed panels stay in the second cache. */
const COLUMN_BLOCK = 256;

/**
 * c = a b. Shapes: a `[m, k]`, b `[k, n]`, c `[m, n]` in row-major order from `offset` on. Every sum is kept in a double until
 * it is complete, so results of float32 are rounded once.
 */
export function gemm(m: number, n: number, k: number, a: MatrixView, b: MatrixView, c: Numbers, offset = 0): void {
  if (m < TILE) {
    for (let row = 0; row < m; row += 1) multiplyRow(n, k, a, row, b, c, offset + row * n);
    return;
  }
  const sums = new Float64Array(m * Math.min(n, COLUMN_BLOCK));
  const depth = Math.min(k, DEPTH_BLOCK);
  const left = new Float64Array(ceilTile(m) * depth);
  const right = new Float64Array(ceilTile(Math.min(n, COLUMN_BLOCK)) * depth);
  for (let column = 0; column < n; column += COLUMN_BLOCK) {
    const columns = Math.min(COLUMN_BLOCK, n - column);
    sums.fill(0);
    for (let from = 0; from < k; from += DEPTH_BLOCK) {
      const terms = Math.min(DEPTH_BLOCK, k - from);
      pack(left, a.data, a.offset + from * a.columnStep, a.rowStep, a.columnStep, m, terms);
      pack(right, b.data, b.offset + from * b.rowStep + column * b.columnStep, b.columnStep, b.rowStep, columns, terms);
      multiplyPanels(left, right, sums, m, columns, terms);
    }
    for (let i = 0; i < m; i += 1) {
      const to = offset + i * n + column;
      for (let j = 0; j < columns; j += 1) c[to + j] = sums[i * columns + j] as number;
    }
  }
}

/** One row of the product. Packing would cost more than it saves: each number of b is used once. */
function multiplyRow(
  n: number,
  k: number,
  a: MatrixView,
  row: number,
  b: MatrixView,
  c: Numbers,
  offset: number,
): void {
  const sums = new Float64Array(n);
  const { data, rowStep, columnStep } = b;
  const from = a.offset + row * a.rowStep;
  if (rowStep < columnStep) {
    for (let j = 0; j < n; j += 1) {
      let sum = 0;
      for (let term = 0, p = from, q = b.offset + j * columnStep; term < k; term += 1, p += a.columnStep, q += rowStep)
        sum += (a.data[p] as number) * (data[q] as number);
      sums[j] = sum;
    }
  } else {
    for (let term = 0, p = from; term < k; term += 1, p += a.columnStep) {
      const factor = a.data[p] as number;
      for (let j = 0, q = b.offset + term * rowStep; j < n; j += 1, q += columnStep)
        sums[j] = (sums[j] as number) + factor * (data[q] as number);
    }
  }
  c.set(sums, offset);
}

function ceilTile(count: number): number {
  return Math.ceil(count / TILE) * TILE;
}

/** Lays rows out in panels of four, term by term, so that the innermost loop reads on; rows that lack are zeros. */
function pack(
  panels: Float64Array,
  data: ArrayLike<number>,
  offset: number,
  rowStep: number,
  termStep: number,
  rows: number,
  terms: number,
): void {
  let at = 0;
  for (let row = 0; row < rows; row += TILE) {
    const count = Math.min(TILE, rows - row);
    if (count < TILE) panels.fill(0, at, at + TILE * terms);
    for (let r = 0; r < count; r += 1) {
      let from = offset + (row + r) * rowStep;
      for (let term = 0, to = at + r; term < terms; term += 1, to += TILE, from += termStep)
        panels[to] = data[from] as number;
    }
    at += TILE * terms;
  }
}

/** Adds the products of packed panels to `sums` `[rows, columns]`. */
function multiplyPanels(
  left: Float64Array,
  right: Float64Array,
  sums: Float64Array,
  rows: number,
  columns: number,
  terms: number,
): void {
  const tile = new Float64Array(TILE * TILE);
  for (let column = 0, q = 0; column < columns; column += TILE, q += TILE * terms) {
    for (let row = 0, p = 0; row < rows; row += TILE, p += TILE * terms) {
      multiplyTile(left, p, right, q, terms, tile);
      const rowCount = Math.min(TILE, rows - row);
      const columnCount = Math.min(TILE, columns - column);
      for (let i = 0; i < rowCount; i += 1) {
        const to = (row + i) * columns + column;
        for (let j = 0; j < columnCount; j += 1)
          sums[to + j] = (sums[to + j] as number) + (tile[TILE * i + j] as number);
      }
    }
  }
}

/** Sixteen sums at once: each number that is read is used four times. */
function multiplyTile(
  left: Float64Array,
  p: number,
  right: Float64Array,
  q: number,
  terms: number,
  tile: Float64Array,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = p, j = q, end = p + TILE * terms; i < end; i += TILE, j += TILE) {
    const [b0, b1, b2, b3] = [
      right[j] as number,
      right[j + 1] as number,
      right[j + 2] as number,
      right[j + 3] as number,
    ];
    const a0 = left[i] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[i + 1] as number;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[i + 2] as number;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[i + 3] as number;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  tile.set([s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33]);
}
