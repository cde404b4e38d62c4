/**
 * Convolutions along one axis with fewer products: sums of the data and sums of the filter are multiplied, and the results are sums of
 * those products. `m` results of a filter with `r` elements take m + r − 1 products instead of m · r. After Winograd, "Arithmetic
 * Complexity of Computations" (1980), by the way of Toom and Cook: a product of polynomials is known from its values at enough points.
 * Not where that pays: passes decide it.
 */
import { float32 } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";

/** The points of the polynomials; the last one of each form is infinity. Larger numbers, or more of them, would cost digits. */
const points: readonly number[] = [0, 1, -1, 2, -2, 0.5, -0.5];

/** The most products that a form has. */
export const MOST_PRODUCTS = points.length + 1;

/** How `results` numbers are made with a filter of `taps` elements, of `products` elements of data. */
export interface Winograd {
  readonly results: number;
  readonly taps: number;
  readonly products: number;
  /** What a filter is multiplied with: `[products, taps]`. */
  readonly filter: readonly (readonly number[])[];
  /** What data are multiplied with: `[products, products]`. */
  readonly data: readonly (readonly number[])[];
  /** What the products are multiplied with: `[results, products]`. */
  readonly made: readonly (readonly number[])[];
}

/** The coefficients of Π (x − root), from that of x⁰ on. */
function polynomial(roots: readonly number[]): number[] {
  return roots.reduce<number[]>((sum, root) => [0, ...sum].map((higher, i) => higher - root * (sum[i] ?? 0)), [1]);
}

/** The form for these sizes, which have at most `MOST_PRODUCTS` products. */
export function winograd(results: number, taps: number): Winograd {
  const products = results + taps - 1;
  const used = points.slice(0, products - 1);
  const others = used.map((point) => used.filter((other) => other !== point));
  const powers = (point: number, count: number): number[] => Array.from({ length: count }, (_, k) => point ** k);
  const atInfinity = (count: number): number[] => Array.from({ length: count }, (_, k) => (k === count - 1 ? 1 : 0));
  return {
    results,
    taps,
    products,
    filter: [
      ...used.map((point, i) => {
        const scale = (others[i] as readonly number[]).reduce((product, other) => product * (point - other), 1);
        return powers(point, taps).map((power) => power / scale);
      }),
      atInfinity(taps),
    ],
    data: [...others.map((roots) => [...polynomial(roots), 0]), polynomial(used)],
    made: Array.from({ length: results }, (_, k) => [...used.map((point) => point ** k), k === results - 1 ? 1 : 0]),
  };
}

/** A constant matrix. */
function matrix(rows: number, columns: number, at: (row: number, column: number) => number): NDArray {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) values[row * columns + column] = at(row, column);
  return new NDArray(float32, [rows, columns], values);
}

/**
 * By what an axis of `length` elements is multiplied to have its tiles as data: `[tiles · products, length]`. Each tile begins `step`
 * elements after the one before, and the first is `before` elements of zeros early.
 */
export function tilesOfData(form: Winograd, tiles: number, step: number, length: number, before: number): NDArray {
  const { products, data } = form;
  return matrix(tiles * products, length, (row, column) => {
    const place = column + before - Math.floor(row / products) * step;
    return data[row % products]?.[place] ?? 0;
  });
}

/** By what an axis of `length` elements is multiplied to have its tiles, one after the other, as filters: `[tiles · products, length]`. */
export function tilesOfFilter(form: Winograd, tiles: number, length: number): NDArray {
  const { products, taps, filter } = form;
  return matrix(tiles * products, length, (row, column) => {
    const place = column - Math.floor(row / products) * taps;
    return filter[row % products]?.[place] ?? 0;
  });
}

/** By what the products of tiles are multiplied to have their results, one tile's after the other's: `[length, tiles · products]`. */
export function resultsOfTiles(form: Winograd, tiles: number, length: number): NDArray {
  const { products, results, made } = form;
  return matrix(length, tiles * products, (row, column) =>
    Math.floor(row / results) === Math.floor(column / products)
      ? (made[row % results]?.[column % products] as number)
      : 0,
  );
}

/** By what the products of tiles are multiplied to have the sum of their results: `[results, tiles · products]`. */
export function sumOfTiles(form: Winograd, tiles: number): NDArray {
  const { products, results, made } = form;
  return matrix(results, tiles * products, (row, column) => made[row]?.[column % products] as number);
}
