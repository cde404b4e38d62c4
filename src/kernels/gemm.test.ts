import { describe, expect, it } from "vitest";
import { gemm, type MatrixView } from "./gemm.ts";

/** A small generator, so that a failure can be repeated from its seed. */
function randomIntegers(seed: number): (least: number, most: number) => number {
  let state = seed;
  return (least, most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return least + (state % (most - least + 1));
  };
}

/** Sums as they are defined. */
function plainProduct(m: number, n: number, k: number, a: MatrixView, b: MatrixView): number[] {
  const at = (view: MatrixView, i: number, j: number): number =>
    view.data[view.offset + i * view.rowStep + j * view.columnStep] as number;
  return Array.from({ length: m * n }, (_, place) => {
    const [i, j] = [Math.floor(place / n), place % n];
    let sum = 0;
    for (let term = 0; term < k; term += 1) sum += at(a, i, term) * at(b, term, j);
    return sum;
  });
}

function randomView(integer: (least: number, most: number) => number, rows: number, columns: number): MatrixView {
  const offset = integer(0, 3);
  const data = Float32Array.from({ length: offset + rows * columns }, () => integer(-8, 8));
  const isTransposed = integer(0, 1) === 1;
  return { data, offset, rowStep: isTransposed ? 1 : columns, columnStep: isTransposed ? rows : 1 };
}

describe("gemm", () => {
  it.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    "multiplies matrices of any size and layout (seed %i)",
    (seed) => {
      const integer = randomIntegers(seed);
      const [m, n, k] = [integer(0, 11), integer(0, 11), integer(0, 20)];
      const [a, b] = [randomView(integer, m, k), randomView(integer, k, n)];
      const out = new Float64Array(m * n);
      gemm(m, n, k, a, b, out);
      expect(Array.from(out)).toEqual(plainProduct(m, n, k, a, b));
    },
  );

  it.each([
    [5, 300, 3],
    [4, 3, 700],
    [1, 513, 5],
    [9, 260, 260],
  ])("multiplies [%i, k] and [k, %i] across the borders of blocks, k = %i", (m, n, k) => {
    const integer = randomIntegers(m * 7919 + n * 31 + k);
    const [a, b] = [randomView(integer, m, k), randomView(integer, k, n)];
    const out = new Float64Array(m * n);
    gemm(m, n, k, a, b, out);
    expect(Array.from(out)).toEqual(plainProduct(m, n, k, a, b));
  });

  it("writes only from the offset on", () => {
    const one: MatrixView = { data: [2, 3], offset: 0, rowStep: 1, columnStep: 1 };
    const out = new Float64Array([7, 7, 7, 7]);
    gemm(1, 2, 1, one, { data: [5, 11], offset: 0, rowStep: 2, columnStep: 1 }, out, 1);
    expect(Array.from(out)).toEqual([7, 10, 22, 7]);
  });

  it("rounds a sum of float32 once", () => {
    const terms = [2 ** 24, 1, 1, -(2 ** 24)];
    const out = new Float32Array(1);
    const view = (rowStep: number): MatrixView => ({
      data: Float32Array.from(terms),
      offset: 0,
      rowStep,
      columnStep: 1,
    });
    gemm(
      1,
      1,
      4,
      view(4),
      { data: [1, 1, 1, 1], offset: 0, rowStep: 1, columnStep: 1 },
      out as unknown as Float64Array,
    );
    expect(out[0]).toBe(2);
  });
});
