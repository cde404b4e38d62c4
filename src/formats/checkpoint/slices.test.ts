import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceKey } from "./slice-key.ts";
import {
  type Box,
  boxOf,
  type Extent,
  elementCount,
  findOverlap,
  intersection,
  runsOf,
  sliceText,
  wholeBox,
} from "./slices.ts";

/** A box within a shape. */
const boxIn = (shape: readonly number[]): fc.Arbitrary<Box> =>
  fc.tuple(...shape.map((size) => fc.tuple(fc.nat(size - 1), fc.nat(size - 1)))).map((ends) => ({
    start: ends.map(([a, b]) => Math.min(a, b)),
    shape: ends.map(([a, b]) => Math.abs(a - b) + 1),
  }));

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 });

/** The elements of a box of a tensor whose elements are numbered. */
function numbersOf(box: Box, shape: readonly number[]): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < elementCount(shape); at++) {
    let rest = at;
    const position: number[] = [];
    for (const size of [...shape].reverse()) {
      position.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    const isInside = position.every((index, axis) => {
      const from = box.start[axis] as number;
      return index >= from && index < from + (box.shape[axis] as number);
    });
    if (isInside) numbers.push(at);
  }
  return numbers;
}

describe("runs", () => {
  it("bring each element of a part from its place to its place, in order", () => {
    const cases = shapes.chain((shape) => fc.tuple(fc.constant(shape), boxIn(shape), boxIn(shape)));
    fc.assert(
      fc.property(cases, ([shape, source, target]) => {
        const part = intersection(source, target);
        if (part === undefined) return;
        const from = numbersOf(source, shape);
        const wanted = numbersOf(target, shape);
        const got = wanted.map(() => -1);
        let [lastFrom, lastTo] = [-1, -1];
        for (const run of runsOf(part, source, target)) {
          expect(run.from).toBeGreaterThan(lastFrom);
          expect(run.to).toBeGreaterThan(lastTo);
          for (let i = 0; i < run.length; i++) got[run.to + i] = from[run.from + i] as number;
          [lastFrom, lastTo] = [run.from + run.length - 1, run.to + run.length - 1];
        }
        const inside = new Set(numbersOf(part, shape));
        expect(got).toEqual(wanted.map((number) => (inside.has(number) ? number : -1)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("of all of a tensor are one, and of nothing none", () => {
    const all = wholeBox([3, 4, 5]);
    expect([...runsOf(all, all, all)]).toEqual([{ from: 0, to: 0, length: 60 }]);
    expect([...runsOf(wholeBox([]), wholeBox([]), wholeBox([]))]).toEqual([{ from: 0, to: 0, length: 1 }]);
    const none = { start: [1, 0, 0], shape: [0, 4, 5] };
    expect([...runsOf(none, all, none)]).toEqual([]);
  });
});

describe("boxes that overlap", () => {
  it("are found as by comparing all of them", () => {
    const many = shapes.chain((shape) => fc.array(boxIn(shape), { maxLength: 8 }));
    fc.assert(
      fc.property(many, (boxes) => {
        const overlaps = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => intersection(a, b) !== undefined));
        const found = findOverlap(boxes);
        expect(found !== undefined).toBe(overlaps.length > 0);
        if (found) expect(intersection(boxes[found[0]] as Box, boxes[found[1]] as Box)).toBeDefined();
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("are looked for in bounded time", () => {
    // All of them reach over the same rows, and no two have the same column.
    const boxes = Array.from({ length: 30_000 }, (_, i) => ({ start: [0, i], shape: [10, 1] }));
    expect(findOverlap(boxes)).toBeUndefined();
    // Neither axis tells these apart.
    const crossed = Array.from({ length: 30_000 }, (_, i) => ({ start: [i % 2, i % 3, i], shape: [1, 1, 30_000] }));
    expect(findOverlap(crossed)).not.toBe(undefined);
  });
});

describe("slices", () => {
  it.each<[readonly Extent[], readonly number[], Box | undefined]>([
    [[null, [1, 2]], [4, 3], { start: [0, 1], shape: [4, 2] }],
    [[[4, 0]], [4], { start: [4], shape: [0] }],
    [[[3, 2]], [4], undefined],
    [[[-1, 2]], [4], undefined],
    [[null], [4, 3], undefined],
    [[], [], { start: [], shape: [] }],
  ])("%j of a tensor of shape %j", (extents, shape, box) => {
    expect(boxOf(extents, shape)).toEqual(box);
  });

  it("are written as TensorFlow writes them", () => {
    expect(sliceText([null, [0, 2]])).toBe("-:0,2");
  });
});

describe("keys of slices", () => {
  const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");
  it.each<[string, readonly Extent[], string]>([
    ["p/w", [[4, 3], null], "00702f77000101028483807f"],
    ["", [], "00000100"],
    ["a\0", [[64, 8192]], "006100ff00010101c040e02000"],
    ["é", [[2 ** 40, 1]], "00c3a900010101fd000000000081"],
    ["q", [[2 ** 52, 2 ** 53 - 1]], "007100010101ff10000000000000ff1fffffffffffff"],
  ])("%j %j", (name, extents, wanted) => {
    expect(hex(sliceKey(name, extents))).toBe(wanted);
  });

  it("are ordered as names and numbers are", () => {
    const starts = [-70, -1, 0, 1, 63, 64, 8191, 8192, 2 ** 21, 2 ** 40, 2 ** 52];
    const keys = starts.map((start) => sliceKey("w", [[start, 1]]));
    expect([...keys].sort()).toEqual(keys);
    expect(sliceKey("a", [null]) < sliceKey("a\0", [null])).toBe(true);
    expect(sliceKey("a", [null]) < sliceKey("aa", [null])).toBe(true);
  });
});
