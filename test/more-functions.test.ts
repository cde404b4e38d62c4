/** Functions that are made of other functions' ops: the nodes that TensorFlow makes, and the values on both engines. */
import {
  constant,
  type DTypeName,
  histogramFixedWidthBins,
  isNonDecreasing,
  isStrictlyIncreasing,
  ndarray,
  nn,
  norm,
  placeholder,
  placeholderWithDefault,
  repeat,
  type ShapeLike,
  type Tensor,
  zeros,
} from "namesake";
import { describe } from "vitest";
import { type Programs, testFamily } from "./op-golden.ts";
import { type StepPrograms, testSteps } from "./step-golden.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

/** The numbers of the generator's `c`. */
function c(shape: readonly number[], seed = 1, dtype: DTypeName = "float32"): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, i) => ((i * 7 + seed) % 13) - 6);
  return constant(ndarray(data, dtype, shape));
}

/** Twins of programs whose static parts are looked at. */
const programs: Programs = {
  repeats: () => {
    const x = p([2, 3]);
    return [
      repeat(x, 2),
      repeat(x, [1, 2, 3], { axis: 1, name: "r" }),
      repeat(p([3]), [3, 0, 2], { axis: 0 }),
      repeat(x, p([], "int32"), { axis: -1 }),
      repeat(p([]), 4),
      repeat(p([2, null]), p([null], "int32"), { axis: 1 }),
      repeat(p(), 3, { axis: 1 }),
      repeat(x, p(null, "int64"), { axis: 0 }),
      repeat(p([2, 3, 4]), [2], { axis: 2 }),
    ];
  },
  "repeat-of-floats": () => repeat(p([2]), [1.5, 2], { axis: 0 }),
  "repeat-of-other-count": () => repeat(p([2, 3]), [1, 2], { axis: 1 }),
  "repeat-of-other-axis": () => repeat(p([2, 3]), 2, { axis: 2 }),
  "repeat-of-unknown-axis": () => repeat(p(), 2, { axis: -1 }),
  "repeat-of-unknown-rank": () => repeat(p(), [1, 2], { axis: 0 }),
  "repeat-of-rank-2": () => repeat(p([2]), [[1], [2]], { axis: 0 }),
  monotonic: () => [
    isNonDecreasing(p([4])),
    isStrictlyIncreasing(p(), { name: "s" }),
    isNonDecreasing(p([2, 2], "int64")),
  ],
  "monotonic-of-text": () => isNonDecreasing(p([2], "string")),
  bins: () => [
    histogramFixedWidthBins(p([2, 3]), ndarray([0, 5], "float32")),
    histogramFixedWidthBins(p(), p([2]), { nbins: p([], "int32"), name: "h" }),
    histogramFixedWidthBins(p([4], "float64"), constant([0, 5], { dtype: "float64" }), { nbins: 5 }),
  ],
  "largest-singular-values": () => [
    norm(p([2, 3]), { ord: 2, axis: [0, 1] }),
    norm(p([2, 3, 4]), { ord: 2, axis: [-1, 0], keepdims: true, name: "n" }),
  ],
  "transposed-convolutions": () => {
    const x = (): Tensor => p([1, 4, 5, 2]);
    return [
      nn.convTranspose(p([1, 4, 2]), p([2, 3, 2]), [1, 8, 3], { strides: 2 }),
      nn.convTranspose(x(), p([2, 2, 3, 2]), [1, 8, 10, 3], { strides: [2, 2], name: "t" }),
      nn.convTranspose(p([1, 2, 2, 2, 1]), p([2, 2, 2, 3, 1]), [1, 4, 4, 4, 3], { strides: 2, padding: "VALID" }),
      nn.convTranspose(x(), p([2, 2, 3, 2]), p([4], "int32"), { strides: 1 }),
      nn.atrousConv2dTranspose(x(), p([2, 3, 3, 2]), [1, 4, 5, 3], 2, { padding: "SAME" }),
      nn.atrousConv2dTranspose(x(), p([2, 2, 3, 2]), [1, 6, 7, 3], 2, { padding: "VALID", name: "a" }),
      nn.atrousConv2dTranspose(x(), p([2, 2, 3, 2]), [1, 5, 6, 3], 1, { padding: "VALID" }),
      nn.atrousConv2dTranspose(p([null, 4, 5, 2]), p([2, 2, 3, 2]), p([4], "int32"), 3, { padding: "SAME" }),
      nn.atrousConv2dTranspose(x(), p([null, 2, 3, 2]), [1, 4, 5, 3], 2, { padding: "SAME" }),
    ];
  },
  "transposed-convolution-of-other-length": () => nn.convTranspose(p([1, 2]), p([2, 2]), [1, 2], { strides: 1 }),
  "transposed-convolution-of-a-number": () => nn.convTranspose(p([1, 2]), p([2, 2]), 3, { strides: 1 }),
  "dilated-of-other-channels": () =>
    nn.atrousConv2dTranspose(p([1, 4, 5, 2]), p([2, 2, 3, 4]), [1, 4, 5, 3], 2, { padding: "SAME" }),
  "dilated-of-other-output-channels": () =>
    nn.atrousConv2dTranspose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5, 4], 2, { padding: "SAME" }),
  "dilated-of-other-rank": () =>
    nn.atrousConv2dTranspose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5], 2, { padding: "SAME" }),
  "dilated-of-rate-0": () =>
    nn.atrousConv2dTranspose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5, 3], 0, { padding: "SAME" }),
  "dilated-of-other-padding": () =>
    nn.atrousConv2dTranspose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5, 3], 2, { padding: "FULL" }),
};

const steps: StepPrograms = {
  repeated: () => {
    const x = c([2, 3]);
    const unknown = placeholderWithDefault(x, null);
    const counts = placeholderWithDefault(ndarray([1, 0, 2], "int32"), null);
    return [
      repeat(x, 2),
      repeat(x, [1, 0, 3], { axis: 1 }),
      repeat(x, [2, 1], { axis: 0 }),
      repeat(unknown, 2, { axis: 1 }),
      repeat(x, counts, { axis: 1 }),
      repeat(constant(["a", "b"]), [0, 2], { axis: 0 }),
      repeat(x, 0, { axis: 0 }),
      repeat(zeros([0, 2]), 3, { axis: 0 }),
      repeat(zeros([0, 2]), zeros([0], { dtype: "int32" }), { axis: 0 }),
    ];
  },
  "repeated by other counts": () =>
    repeat(c([2, 3]), placeholderWithDefault(ndarray([1, 2], "int32"), null), { axis: 1 }),
  asked: () =>
    [[1, 1, 3], [1, 2, 3], [3, 1], [5], []].flatMap((list) =>
      [isNonDecreasing, isStrictlyIncreasing].map((ask) => ask(constant(list, { dtype: "float32" }))),
    ),
  binned: () => {
    const x = constant([-1, 0, 1.5, 2, 5, 15]);
    return [
      histogramFixedWidthBins(x, constant([0, 5], { dtype: "float32" }), { nbins: 5 }),
      histogramFixedWidthBins([x], constant([-1, 15], { dtype: "float32" })),
      histogramFixedWidthBins(constant([], { dtype: "float32" }), constant([0, 1], { dtype: "float32" })),
    ];
  },
  "binned in no bins": () =>
    histogramFixedWidthBins(constant(1, { dtype: "float32", shape: [1] }), ndarray([0, 5], "float32"), { nbins: 0 }),
  norms: () => {
    const x = c([2, 3, 4]);
    return [
      norm(x, { ord: 2, axis: [0, 1] }),
      norm(x, { ord: 2, axis: [-1, 0], keepdims: true }),
      norm(x, { ord: 2, axis: [-2, -1] }),
    ];
  },
  transposed: () => {
    const sizes = placeholderWithDefault(ndarray([1, 4, 5, 3], "int32"), [4]);
    return [
      nn.convTranspose(c([1, 4, 2]), c([2, 3, 2], 2), [1, 8, 3], { strides: 2 }),
      nn.convTranspose(c([1, 2, 2, 2, 1]), c([2, 2, 2, 3, 1], 2), [1, 4, 4, 4, 3], { strides: 2, padding: "VALID" }),
      nn.atrousConv2dTranspose(c([1, 4, 5, 2]), c([2, 3, 3, 2], 2), [1, 4, 5, 3], 2, { padding: "SAME" }),
      nn.atrousConv2dTranspose(c([1, 4, 5, 2]), c([2, 2, 3, 2], 3), [1, 6, 7, 3], 2, { padding: "VALID" }),
      nn.atrousConv2dTranspose(c([1, 4, 5, 2]), c([2, 2, 3, 2], 4), sizes, 3, { padding: "SAME" }),
    ];
  },
};

testFamily("more_functions", programs);
describe("in a step", () => testSteps("more_functions", steps));
