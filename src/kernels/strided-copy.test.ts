import { describe, expect, it } from "vitest";
import { allocate, asDType, type DTypeName } from "../tensor/dtype.ts";
import { type Element, NDArray, ndarray, writeElement } from "../tensor/ndarray.ts";
import {
  asNumbers,
  copyBlock,
  copyRegion,
  countOf,
  emptyArray,
  fillWith,
  rowMajorStrides,
  wordsOf,
} from "./strided-copy.ts";

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

function elementOf(dtype: DTypeName, i: number): Element {
  if (dtype === "string") return `s${i}`;
  if (dtype === "bool") return i % 2 === 1;
  if (dtype.startsWith("complex")) return [i, -i];
  return dtype.endsWith("int64") ? BigInt(i) : i;
}

function counted(dtype: DTypeName, shape: readonly number[]): NDArray {
  const type = asDType(dtype);
  const data = allocate(type, countOf(shape));
  for (let i = 0; i < countOf(shape); i += 1) writeElement(type, data, i, elementOf(dtype, i % 100));
  return new NDArray(type, shape, data);
}

const dtypes: DTypeName[] = [
  "float32",
  "float64",
  "float16",
  "int8",
  "int64",
  "complex64",
  "complex128",
  "bool",
  "string",
];

describe("copyRegion", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "moves the elements that a plain loop moves (seed %i)",
    (seed) => {
      const random = randomOf(seed);
      const below = (n: number): number => Math.floor(random() * n);
      const dtype = dtypes[below(dtypes.length)] as DTypeName;
      const rank = below(4);
      const source = Array.from({ length: rank }, () => 1 + below(seed % 5 === 0 ? 60 : 6));
      const order = source.map((_, i) => i).sort(() => random() - 0.5);
      const steps = source.map(() => 1 + below(2));
      const backward = source.map(() => random() < 0.3);
      const own = rowMajorStrides(source);
      // Each axis of the copy takes every so-many-th element of an axis of the source, forward or backward.
      const shape = order.map((axis) => Math.ceil((source[axis] as number) / (steps[axis] as number)));
      const strides = order.map((axis) => (own[axis] as number) * (steps[axis] as number) * (backward[axis] ? -1 : 1));
      const offset = order.reduce(
        (sum, axis, i) => sum + (backward[axis] ? -(strides[i] as number) * ((shape[i] as number) - 1) : 0),
        0,
      );
      const from = counted(dtype, source);
      const to = emptyArray(from.dtype, shape);
      copyRegion(from, { offset, strides }, to, { offset: 0, strides: rowMajorStrides(shape) }, shape);
      for (let flat = 0; flat < countOf(shape); flat += 1) {
        let at = offset;
        for (let i = rank - 1, rest = flat; i >= 0; i -= 1) {
          at += (rest % (shape[i] as number)) * (strides[i] as number);
          rest = Math.floor(rest / (shape[i] as number));
        }
        expect(to.at(flat)).toEqual(from.at(at));
      }
    },
  );

  it("repeats an element over axes with a step of 0", () => {
    const to = emptyArray(asDType("int32"), [3, 2]);
    copyRegion(ndarray([1, 2], "int32"), { offset: 0, strides: [0, 1] }, to, { offset: 0, strides: [2, 1] }, [3, 2]);
    expect(to.toArray()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it("writes nothing for an empty region", () => {
    const to = ndarray([5], "int32").copy();
    copyRegion(ndarray([1], "int32"), { offset: 0, strides: [1, 1] }, to, { offset: 0, strides: [1, 1] }, [0, 1]);
    expect(to.toArray()).toEqual([5]);
  });

  it("keeps every bit of a not-a-number", () => {
    const bits = new Uint32Array([0x7fa00001, 0xffc12345]);
    const from = new NDArray(asDType("float32"), [2], new Float32Array(bits.buffer));
    const to = emptyArray(from.dtype, [2]);
    copyRegion(from, { offset: 1, strides: [-1] }, to, { offset: 0, strides: [1] }, [2]);
    expect([...new Uint32Array((to.data as Float32Array).buffer)]).toEqual([0xffc12345, 0x7fa00001]);
  });
});

describe("words", () => {
  it("show the storage itself, also where it is part of a larger buffer", () => {
    const buffer = new Float32Array([0, 1, 2, 3]);
    const value = new NDArray(asDType("float32"), [2], buffer.subarray(2));
    copyBlock(wordsOf(ndarray([9], "float32")).words, 0, wordsOf(value).words, 0, 1);
    expect([...buffer]).toEqual([0, 1, 9, 3]);
  });

  it.each(dtypes)("fill a value of %s with one element", (dtype) => {
    const one = new NDArray(
      asDType(dtype),
      [],
      counted(dtype, [4]).data.slice(...(dtype.startsWith("complex") ? [6, 8] : [3, 4])) as NDArray["data"],
    );
    const target = emptyArray(asDType(dtype), [2, 2]);
    fillWith(target, one);
    expect(target.toArray()).toEqual([
      [one.at(0), one.at(0)],
      [one.at(0), one.at(0)],
    ]);
  });

  it("give whole numbers of any width as numbers", () => {
    expect(Array.from(asNumbers(ndarray([1, -2], "int64")))).toEqual([1, -2]);
    expect(Array.from(asNumbers(ndarray([1, -2], "int8")))).toEqual([1, -2]);
  });
});
