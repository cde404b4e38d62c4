/** The forms against convolutions as they are defined, tile by tile. That models with them give the kernels' gradients: images.test.ts. */
import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../tensor/ndarray.ts";
import { MOST_PRODUCTS, resultsOfTiles, sumOfTiles, tilesOfData, tilesOfFilter, winograd } from "./winograd-forms.ts";

const sizes = [2, 3, 4, 5].flatMap((taps) =>
  [1, 2, 3, 4, 5, 6].flatMap((results) => (results + taps - 1 <= MOST_PRODUCTS ? [[results, taps] as const] : [])),
);

const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => ((i * 37 + seed * 11) % 23) / 23 - 0.4);

function product(matrix: NDArray, vector: readonly number[]): number[] {
  const [rows = 0, columns = 0] = matrix.shape;
  return Array.from({ length: rows }, (_, row) =>
    vector.reduce((sum, x, column) => sum + x * (matrix.data[row * columns + column] as number), 0),
  );
}

/** Result `i` is Σ filter[k] · data[i + k − before]; what is not there is 0. */
function convolved(data: readonly number[], filter: readonly number[], count: number, before: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    filter.reduce((sum, weight, k) => sum + weight * (data[i + k - before] ?? 0), 0),
  );
}

function expectNear(got: readonly number[], wanted: readonly number[]): void {
  expect(got).toHaveLength(wanted.length);
  // The matrices are float32, with entries of up to 2^5.
  for (const [i, value] of got.entries()) expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(2e-5);
}

const times = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((x, i) => x * (b[i % b.length] as number));

describe.each(sizes)("%i results of %i elements of a filter", (results, taps) => {
  const form = winograd(results, taps);

  it("take one product less than both have elements", () => {
    expect(form.products).toBe(results + taps - 1);
    expect(form.data.map((row) => row.length)).toEqual(new Array(form.products).fill(form.products));
  });

  it.each([
    [11, 2],
    [12, 0],
    [3, 1],
  ])("are those of the convolution of %i elements with padding %i", (length, before) => {
    const [data, filter] = [numbers(length, 1), numbers(taps, 2)];
    const count = length + 2 * before - taps + 1;
    if (count < 1) return;
    const tiles = Math.ceil(count / results);
    const seen = product(tilesOfData(form, tiles, results, length, before), data);
    const weights = product(tilesOfFilter(form, 1, taps), filter);
    const got = product(resultsOfTiles(form, tiles, count), times(seen, weights));
    expectNear(got, convolved(data, filter, count, before));
  });

  it("are the sums over tiles of a longer filter", () => {
    const [length, before] = [13, 1];
    const long = numbers(length + 2 * before - results + 1, 3);
    const data = numbers(length, 4);
    const tiles = Math.ceil(long.length / taps);
    const seen = product(tilesOfData(form, tiles, taps, length, before), data);
    const weights = product(tilesOfFilter(form, tiles, long.length), long);
    expectNear(product(sumOfTiles(form, tiles), times(seen, weights)), convolved(data, long, results, before));
  });
});
