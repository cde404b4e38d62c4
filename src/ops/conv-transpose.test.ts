import { expect, it } from "vitest";
import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { Session } from "../session/session.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { constant, placeholder } from "./array.ts";
import { conv2d } from "./conv.ts";
import { conv1d, separableConv2d } from "./conv-composed.ts";
import { conv2dBackpropInput, conv2dTranspose } from "./conv-transpose.ts";
import { multiply } from "./math.ts";
import { reduceSum } from "./reduce.ts";

const p = (shape: readonly (number | null)[] | null = null, dtype: DTypeName = "float32"): Tensor =>
  placeholder(dtype, shape);
const ones = [1, 1, 1, 1];

const programs: Programs = {
  transposed: () => {
    const [x, w] = [p([1, 4, 4, 3]), p([3, 3, 2, 3])];
    return [
      conv2dTranspose(x, w, [1, 8, 8, 2], { strides: 2 }),
      conv2dTranspose(x, w, [1, 6, 6, 2], { strides: ones, padding: "VALID", name: "t" }),
    ];
  },
  "transposed-channels-first": () =>
    conv2dTranspose(p([1, 3, 4, 4]), p([3, 3, 2, 3]), [1, 2, 8, 4], {
      strides: [2, 1],
      dataFormat: "NCHW",
      dilations: 1,
    }),
  "transposed-explicit": () =>
    conv2dTranspose(p([1, 4, 4, 3]), p([3, 3, 2, 3]), p([4], "int32"), {
      strides: 2,
      padding: [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 0],
      ],
    }),
  "transposed-of-literals": () => conv2dTranspose([[[[1], [2]]]], [[[[1]]]], [1, 1, 4, 1], { strides: 2 }),
  "transposed-of-three-strides": () => conv2dTranspose(p(), p(), p(), { strides: [1, 2, 3] }),
  "transposed-of-odd-padding": () => conv2dTranspose(p(), p(), p(), { strides: 1, padding: [[0, 0]] }),
  "backprop-input": () => {
    const [w, x] = [p([3, 3, 2, 3]), p([1, 4, 4, 3])];
    const first = conv2dBackpropInput([1, 8, 8, 2], w, x, { strides: [1, 2, 2, 1], padding: "SAME" });
    const padding = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ];
    const options = { strides: ones, padding, useCudnnOnGpu: false, name: "b" };
    return [first, conv2dBackpropInput(p([2], "int32"), w, x, options)];
  },
  separable: () => {
    const [x, w, mix] = [p([1, 4, 4, 3]), p([3, 3, 3, 2]), p([1, 1, 6, 4])];
    return [
      separableConv2d(x, w, mix, { strides: ones, padding: "SAME" }),
      separableConv2d(x, w, mix, { strides: [1, 2, 2, 1], padding: "VALID", name: "s" }),
    ];
  },
  "separable-unknown": () => separableConv2d(p(), p(), p(), { strides: ones, padding: "SAME" }),
  "separable-with-wide-pixels": () =>
    separableConv2d(p([1, 4, 4, 3]), p([3, 3, 3, 2]), p([1, 2, 6, 4]), { strides: ones, padding: "SAME" }),
  "separable-with-flat-pixels": () =>
    separableConv2d(p([1, 4, 4, 3]), p([3, 3, 3, 2]), p([6, 4]), { strides: ones, padding: "SAME" }),
  sequences: () => {
    const [x, w] = [p([1, 6, 3]), p([3, 3, 2])];
    return [
      conv1d(x, w, { stride: 1, padding: "SAME" }),
      conv1d(x, w, { stride: [1, 2, 1], padding: "VALID", name: "c" }),
      conv1d(p(), p(), { stride: 2, padding: "SAME", useCudnnOnGpu: false }),
    ];
  },
  "sequences-channels-first": () =>
    conv1d(p([1, 3, 8]), p([3, 3, 2]), { stride: 1, padding: "VALID", dataFormat: "NCW", dilations: 2 }),
  "sequences-with-two-strides": () => conv1d(p(), p(), { stride: [1, 2], padding: "SAME" }),
  "sequences-of-another-format": () => conv1d(p(), p(), { stride: 1, padding: "SAME", dataFormat: "CNW" }),
};

testFamily("conv_transpose", programs);

/** Numbers that look random and are the same in every run. */
const numbers = (shape: readonly number[], step: number): Tensor => {
  const count = shape.reduce((a, d) => a * d, 1);
  return constant(
    Array.from({ length: count }, (_, i) => ((i * step) % 17) - 8),
    { shape },
  );
};

it.each([
  { strides: [1, 1], dilations: [2, 3], padding: "VALID" },
  { strides: [1, 1], dilations: [2, 2], padding: "SAME" },
  { strides: [2, 1], dilations: [1, 2], padding: "SAME" },
] as const)("is the transpose of a dilated convolution: %o", (options) => {
  const [image, w] = [numbers([2, 9, 8, 2], 7), numbers([3, 2, 2, 3], 5)];
  const seen = conv2d(image, w, options);
  const pixels = numbers(seen.shape.dims as number[], 11);
  const back = conv2dTranspose(pixels, w, [2, 9, 8, 2], options);
  // ⟨conv(image), pixels⟩ = ⟨image, transpose(pixels)⟩; all numbers are whole.
  const products = [reduceSum(multiply(seen, pixels)), reduceSum(multiply(image, back))];
  const [left, right] = new Session().runSync(products).map((value) => value.item());
  expect(left).toBe(right);
  expect(left).not.toBe(0);
});
