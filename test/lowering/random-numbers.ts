/** Small random values and shapes from a seed, so that a failing trial can be repeated. */
import { allocate, asDType, type DTypeName } from "../../src/tensor/dtype.ts";
import { NDArray, writeElement } from "../../src/tensor/ndarray.ts";

/** Where zero-length dimensions and values at the edge come from as well. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1: mulberry32. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }
  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T;
  }

  shape(least = 0, most = 4, largest = 4): number[] {
    return Array.from({ length: this.between(least, most) }, () => this.dim(largest));
  }
  /** Sometimes 0, often 1. */
  dim(largest = 4): number {
    return this.chance(0.07) ? 0 : this.chance(0.2) ? 1 : this.between(1, largest);
  }
  /** A shape that broadcasts with another. */
  broadcastable(shape: readonly number[]): number[] {
    return shape.slice(this.chance(0.3) ? this.between(0, shape.length) : 0).map((d) => (this.chance(0.25) ? 1 : d));
  }
  permutation(length: number): number[] {
    const order = Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i -= 1) {
      const j = this.between(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order;
  }

  array(dtype: DTypeName, shape: readonly number[], element = (): number => this.element(dtype)): NDArray {
    const type = asDType(dtype);
    const size = shape.reduce((n, d) => n * d, 1);
    const data = allocate(type, size);
    for (let i = 0; i < size; i += 1) writeElement(type, data, i, element());
    return new NDArray(type, [...shape], data);
  }
  /** Integers of a list. */
  list(values: readonly number[], dtype: DTypeName = "int32"): NDArray {
    return this.given(dtype, [values.length], values);
  }
  scalar(value: number, dtype: DTypeName = "int32"): NDArray {
    return this.given(dtype, [], [value]);
  }
  given(dtype: DTypeName, shape: readonly number[], values: readonly number[]): NDArray {
    let i = 0;
    return this.array(dtype, shape, () => values[i++] as number);
  }

  element(dtype: DTypeName): number {
    if (dtype === "bool") return this.between(0, 1);
    const isUnsigned = dtype.startsWith("uint");
    if (dtype.startsWith("float")) {
      if (this.chance(0.03)) return this.pick([Number.NaN, Infinity, -Infinity, 0, -0, 1e-30, 1e30]);
      return Math.fround((this.fraction() - 0.5) * 8);
    }
    if (this.chance(0.03)) return isUnsigned ? this.pick([0, 255]) : this.pick([127, -128, 0]);
    return this.between(isUnsigned ? 0 : -9, 9);
  }
}
