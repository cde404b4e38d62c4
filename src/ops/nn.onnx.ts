/** How activations, losses and rankings are written in ONNX. */
import { checkedLongIndices } from "../onnx/indices.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { isKnownNonEmpty } from "../onnx/static-knowledge.ts";
import { float32, int64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { expm1, softplus } from "./elementary.onnx.ts";
import type { nnDefs } from "./nn.defs.ts";

function relu(onnx: OnnxBuilder, [x]: readonly [OnnxValue]): OnnxValue {
  return x.dtype.isFloating ? onnx.node("Relu", [x]) : onnx.node("Max", [x, onnx.scalar(0, x.dtype)]);
}

/** One function below zero, another from there on. */
function byZero(onnx: OnnxBuilder, x: OnnxValue, below: OnnxValue, above: OnnxValue): OnnxValue {
  return onnx.node("Where", [onnx.node("Less", [x, onnx.scalar(0, x.dtype)]), below, above]);
}

/** Scale and scaled alpha of Klambauer et al. 2017, "Self-normalizing neural networks". */
const SELU_SCALE = 1.0507009873554805;
const SELU_SCALED_ALPHA = 1.7580993408473768;

/** Along the last axis; a scalar has none, and ONNX Runtime fails for it. */
function alongRows(type: OnnxOperator) {
  return (onnx: OnnxBuilder, [logits]: readonly [OnnxValue]): OnnxValue =>
    onnx.node(type, [logits], { axis: -1 }, logits.shape);
}

/** Σ labels · (log Σ exp − logits), and the gradient softmax − labels. */
function crossEntropy(onnx: OnnxBuilder, [features, labels]: readonly [OnnxValue, OnnxValue]): Lowered {
  if (
    features.shape.rank !== 2 ||
    labels.shape.rank !== 2 ||
    features.shape.dim(1) === null ||
    features.shape.dim(1) !== labels.shape.dim(1)
  ) {
    return unsupported("it is not known that logits and labels have the same classes");
  }
  const logs = onnx.node("LogSoftmax", [features], { axis: -1 });
  const products = onnx.node("Mul", [labels, logs]);
  const loss = onnx.node("Neg", [onnx.node("ReduceSum", [products, onnx.integers([1])], { keepdims: 0 })]);
  return [loss, onnx.node("Sub", [onnx.node("Softmax", [features], { axis: -1 }), labels])];
}

/** The loss is max z − log max p − z[label], of one Softmax p for it and for the gradient, which is p with p[label] − 1 in its place. */
function sparseCrossEntropy(onnx: OnnxBuilder, [features, labels]: readonly [OnnxValue, OnnxValue]): Lowered {
  if (features.shape.rank !== 2 || labels.shape.rank !== 1)
    return unsupported("it is not known that logits are a matrix and labels a list");
  if ((features.shape.dim(1) ?? 0) === 0) return unsupported("it is not known that there is a class");
  const rows = onnx.node("Shape", [features], { start: 0, end: 1 });
  // The reshape fails unless there is one label per row.
  const column = onnx.node("Concat", [rows, onnx.integers([1])], { axis: 0 });
  const places = onnx.node("Reshape", [checkedLongIndices(onnx, labels), column], { allowzero: 1 });
  const chances = onnx.node("Softmax", [features], { axis: -1 });
  const last = onnx.integers([1]);
  const greatest = (value: OnnxValue): OnnxValue => onnx.node("ReduceMax", [value, last], { keepdims: 1 });
  const greatestChance = greatest(chances);
  const logSum = onnx.node("Sub", [greatest(features), onnx.node("Log", [greatestChance])]);
  const loss = onnx.node("Sub", [logSum, onnx.node("GatherElements", [features, places], { axis: 1 })]);
  // One, but after everything else that reads the chances: they may then be changed where they are.
  const one = onnx.node("Div", [greatestChance, greatestChance]);
  const mended = onnx.node("Sub", [onnx.node("GatherElements", [chances, places], { axis: 1 }), one]);
  return [onnx.node("Squeeze", [loss, last]), onnx.node("ScatterElements", [chances, places, mended], { axis: 1 })];
}

/** The bias must have as many elements as there are channels: ONNX would broadcast. */
function addBias(onnx: OnnxBuilder, value: OnnxValue, bias: OnnxValue, isChannelsFirst: boolean): Lowered {
  const { rank } = value.shape;
  const size = bias.shape.dim(0);
  if (
    rank === null ||
    rank < 2 ||
    bias.shape.rank !== 1 ||
    size === null ||
    value.shape.dim(isChannelsFirst ? 1 : -1) !== size
  ) {
    return unsupported("it is not known that there is one bias per channel");
  }
  const trailing = isChannelsFirst ? rank - 2 : 0;
  const aligned =
    trailing === 0
      ? bias
      : onnx.node("Reshape", [bias, onnx.integers([size, ...new Array<number>(trailing).fill(1)])], { allowzero: 1 });
  return onnx.node("Add", [value, aligned], {}, value.shape);
}

interface ResponseAttrs {
  readonly depth_radius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** The matrix by which a product sums, times `factor`, the channels at most `radius` away. */
export function bandedMatrix(onnx: OnnxBuilder, depth: number, radius: number, factor: number): OnnxValue {
  const band = Float32Array.from({ length: depth * depth }, (_, i) =>
    Math.abs(Math.floor(i / depth) - (i % depth)) <= radius ? factor : 0,
  );
  return onnx.constant(new NDArray(float32, [depth, depth], band));
}

/** x · (bias + α · Σ x² of the channels around)^−β. The sums are a product with a banded matrix: ONNX Runtime's own LRN is slow. */
function normalizeResponse(
  onnx: OnnxBuilder,
  x: OnnxValue,
  { depth_radius: radius, bias, alpha, beta }: ResponseAttrs,
): Lowered {
  const depth = x.shape.dim(3);
  if (x.dtype !== float32 || depth === null || depth === 0) return unsupported("the number of channels is not known");
  if (!(bias > 0 && alpha >= 0)) return unsupported("the base of the power may be negative");
  const sums = onnx.node("MatMul", [onnx.node("Mul", [x, x]), bandedMatrix(onnx, depth, radius, alpha)], {}, x.shape);
  const base = onnx.node("Add", [sums, onnx.scalar(bias, float32)]);
  return onnx.node("Div", [x, powered(onnx, base, beta)]);
}

/** A power of positive numbers, by square roots where that is possible: they cost a tenth of ONNX Runtime's Pow. */
export function powered(onnx: OnnxBuilder, base: OnnxValue, exponent: number): OnnxValue {
  const root = (): OnnxValue => onnx.node("Sqrt", [base]);
  if (exponent === 1) return base;
  if (exponent === 0.5) return root();
  if (exponent === 0.75) {
    const half = root();
    return onnx.node("Mul", [half, onnx.node("Sqrt", [half])]);
  }
  return onnx.node("Pow", [base, onnx.scalar(exponent, base.dtype)]);
}

const ranked = unsupported("it compares with values that are not numbers, which ONNX has no way to do");

/** The rules of this family. */
export const nnOnnx = onnxRules<typeof nnDefs>()({
  Relu: relu,
  Relu6: (onnx, [x]) => onnx.node("Clip", [x, onnx.scalar(0, x.dtype), onnx.scalar(6, x.dtype)]),
  // A slope of 0 gives negative zeros, the sign of which ONNX Runtime's Where keeps in its last operand only.
  LeakyRelu: (onnx, [x], { alpha }) => {
    const isAbove = onnx.node("Greater", [x, onnx.scalar(0, x.dtype)]);
    return onnx.node("Where", [isAbove, x, onnx.node("Mul", [x, onnx.scalar(Math.fround(alpha), x.dtype)])]);
  },
  Elu: (onnx, [x]) => byZero(onnx, x, expm1(onnx, x), x),
  Selu: (onnx, [x]) => {
    const below = onnx.node("Mul", [expm1(onnx, x), onnx.scalar(SELU_SCALED_ALPHA, x.dtype)]);
    return byZero(onnx, x, below, onnx.node("Mul", [x, onnx.scalar(SELU_SCALE, x.dtype)]));
  },
  Softplus: (onnx, [x]) => softplus(onnx, x),
  Softsign: (onnx, [x]) => onnx.node("Div", [x, onnx.node("Add", [onnx.node("Abs", [x]), onnx.scalar(1, x.dtype)])]),
  Softmax: alongRows("Softmax"),
  LogSoftmax: alongRows("LogSoftmax"),
  SoftmaxCrossEntropyWithLogits: crossEntropy,
  SparseSoftmaxCrossEntropyWithLogits: sparseCrossEntropy,
  L2Loss: (onnx, [t]) =>
    onnx.node("Mul", [onnx.node("ReduceSumSquare", [t], { keepdims: 0 }), onnx.scalar(0.5, t.dtype)]),
  BiasAdd: (onnx, [value, bias], { data_format }) => addBias(onnx, value, bias, data_format === "NCHW"),
  BiasAddV1: (onnx, [value, bias]) => addBias(onnx, value, bias, false),
  LRN: (onnx, [input], attrs) => normalizeResponse(onnx, input, attrs),
  InTopK: ranked,
  InTopKV2: ranked,
  TopKV2: (onnx, [input, k], { index_type }) => {
    if (k.shape.rank !== 0) return unsupported("it is not known that k is a scalar");
    if (input.dtype.isFloating) return unsupported("ONNX does not say where not-a-number ranks");
    if (!isKnownNonEmpty(input)) return unsupported("ONNX Runtime's TopK of no elements ends the process");
    const count = onnx.node("Reshape", [onnx.cast(k, int64), onnx.integers([1])]);
    const [values, indices] = onnx.nodes("TopK", [input, count], { axis: -1, largest: 1, sorted: 1 }, 2, [
      input.dtype,
      int64,
    ]) as readonly [OnnxValue, OnnxValue];
    return [values, onnx.cast(indices, index_type)];
  },
});
