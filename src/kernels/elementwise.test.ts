import { describe, expect, it } from "vitest";
import { InvalidArgumentError, UnimplementedError } from "../base/errors.ts";
import { float16, float32, int8, string } from "../tensor/dtype.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import { binary, broadcastShape, type Loop, loopOf, narrowed, planBroadcast, runPlan, widened } from "./elementwise.ts";
import type { KernelContext } from "./rule.ts";

const context: KernelContext = {
  node: { name: "op", type: "Op" },
  random: null,
  printCount: 0,
  print: () => undefined,
};
const subtract: Loop = loopOf((a: number, b: number) => a - b);

/** Where the element at a position of the result comes from, by the definition of broadcasting. */
function sourceOf(position: number, shape: readonly number[], own: readonly number[]): number {
  let rest = position;
  let source = 0;
  let step = 1;
  for (let axis = 1; axis <= own.length; axis += 1) {
    const length = shape.at(-axis) as number;
    const ownLength = own.at(-axis) as number;
    source += (ownLength === 1 ? 0 : rest % length) * step;
    step *= ownLength;
    rest = Math.floor(rest / length);
  }
  return source;
}

describe("broadcasting", () => {
  it.each([
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[2, 3], []],
    [[], [4]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [
      [2, 1, 3, 1, 2],
      [4, 1, 5, 1],
    ],
    [
      [1, 2, 1, 2],
      [3, 1, 3, 1],
    ],
    [
      [3, 1],
      [1, 3],
    ],
    [[0, 3], [1]],
    [
      [2, 0],
      [2, 1],
    ],
    [[1, 1], [1]],
  ])("pairs the elements of %j and %j", (a, b) => {
    const shape = broadcastShape(a, b) as number[];
    const count = shape.reduce((n, d) => n * d, 1);
    const sizeOf = (own: readonly number[]): number => own.reduce((n, d) => n * d, 1);
    const left = Float64Array.from({ length: sizeOf(a) }, (_, i) => 100 * (i + 1));
    const right = Float64Array.from({ length: sizeOf(b) }, (_, i) => i + 1);
    const out = new Float64Array(count);
    runPlan(planBroadcast(a, b), subtract, out, left, right);
    const expected = Array.from(
      { length: count },
      (_, i) => 100 * (sourceOf(i, shape, a) + 1) - (sourceOf(i, shape, b) + 1),
    );
    expect(Array.from(out)).toEqual(expected);
  });

  it("refuses shapes that do not fit, with both of them", () => {
    expect(() => planBroadcast([2, 3], [2])).toThrow(new InvalidArgumentError("Incompatible shapes: [2,3] vs. [2]"));
  });
});

describe("kernels of two operands", () => {
  const difference = binary({ float: subtract, int: subtract });

  it("compute half precisions in float32 and round them once", () => {
    const result = difference([ndarray([2048, 1], "float16"), ndarray([1, 2 ** -11], "float16")], {}, context);
    expect(result.dtype).toBe(float16);
    expect(result.toArray()).toEqual([2047, 0.99951171875]);
  });

  it("let integers wrap", () => {
    expect(difference([ndarray([-128], "int8"), ndarray([1], "int8")], {}, context).toArray()).toEqual([127]);
    expect(difference([ndarray([0], "uint32"), ndarray([1], "uint32")], {}, context).toArray()).toEqual([4294967295]);
  });

  it("say which dtype they lack", () => {
    const words = new NDArray(string, [1], [new Uint8Array([97])]);
    expect(() => difference([words, words], {}, context)).toThrow(
      new UnimplementedError("Op is not implemented for string"),
    );
  });
});

describe("wide storage", () => {
  it("gives back the same half precisions", () => {
    const array = ndarray([0.5, -2, 65504], "bfloat16");
    expect(narrowed(array.dtype, array.shape, widened(array)).data).toEqual(array.data);
  });

  it("is the array itself for other dtypes", () => {
    const array = ndarray([1], int8);
    expect(widened(array)).toBe(array.data);
    expect(narrowed(float32, [1], new Float32Array([1])).dtype).toBe(float32);
  });
});
