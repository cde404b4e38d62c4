/** How reductions over axes and running sums are written in ONNX. */
import { failUnless } from "../onnx/checks.ts";
import { integerArray } from "../onnx/model/constants.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, isKnownNonEmpty, normalAxes } from "../onnx/static-knowledge.ts";
import { type DType, float32, int32, int64 } from "../tensor/dtype.ts";
import { shapeOfRank } from "../tensor/shape.ts";
import type { reduceDefs } from "./reduce.defs.ts";

interface ReduceAttrs {
  readonly keep_dims: boolean;
}

/** A reduction whose axes are known. */
type Reduction = (
  onnx: OnnxBuilder,
  input: OnnxValue,
  axes: readonly number[],
  keep: { readonly keepdims: number },
) => Lowered;

const unknownAxes = unsupported("the axes are not known before the step, or name one axis twice");

/** A reduction over no axis is the input itself: ONNX would take it for one over all of them. */
function overAxes(
  reduce: Reduction,
  overNone: Reduction = (onnx, input) => onnx.node("Identity", [input]),
  overAny: typeof sumOverAny | null = null,
) {
  return (onnx: OnnxBuilder, [input, indices]: readonly [OnnxValue, OnnxValue], attrs: ReduceAttrs): Lowered => {
    const given = constantNumbers(indices);
    if (given === null && overAny !== null) return overAny(onnx, input, indices, attrs);
    const axes = given && normalAxes(given, input.shape.rank);
    if (given === null || axes === null || axes.length !== given.length) return unknownAxes;
    return (axes.length === 0 ? overNone : reduce)(onnx, input, axes, { keepdims: attrs.keep_dims ? 1 : 0 });
  };
}

/**
 * A sum over axes that only the step knows, as gradients of broadcast operations ask for: the axes of what was repeated. ONNX adds once along
 * an axis that is named twice, where TensorFlow fails.
 */
function sumOverAny(onnx: OnnxBuilder, input: OnnxValue, indices: OnnxValue, { keep_dims }: ReduceAttrs): Lowered {
  const { rank } = input.shape;
  if (rank === null || rank === 0 || indices.shape.rank !== 1) return unknownAxes;
  const given = onnx.cast(indices, int64);
  const axes = indices.isDistinct === true ? given : distinct(onnx, given, rank);
  const keepdims = keep_dims ? 1 : 0;
  const keep = { keepdims, noop_with_empty_axes: 1 };
  const shape = keep_dims ? shapeOfRank(rank) : null;
  if (input.dtype === int64) return unsupported("ONNX Runtime adds 64-bit integers in floating point");
  const summed = onnx.node(
    "ReduceSum",
    [onnx.cast(input, input.dtype === int32 ? int64 : input.dtype), axes],
    keep,
    shape,
  );
  return onnx.cast(summed, input.dtype);
}

/** The axes, in a model that fails unless each of them is one of so many, and named once. */
function distinct(onnx: OnnxBuilder, axes: OnnxValue, rank: number): OnnxValue {
  // One is marked for each axis, and no list of more axes than there are has only different ones.
  const marks = onnx.node("ConstantOfShape", [onnx.node("Shape", [axes])], { value: integerArray([1]) });
  const marked = onnx.node("ScatterElements", [onnx.integers(Array.from({ length: rank }, () => 0)), axes, marks]);
  const count = onnx.node("ReduceSum", [marked], { keepdims: 0 });
  return failUnless(onnx, onnx.node("Equal", [count, onnx.node("Size", [axes])]), axes);
}

function reduced(
  onnx: OnnxBuilder,
  type: OnnxOperator,
  input: OnnxValue,
  axes: readonly number[],
  keep: { readonly keepdims: number },
): OnnxValue {
  return onnx.node(type, [input, onnx.integers(axes)], keep);
}

/** 32-bit sums are made in 64 bits and wrap in the cast back: on its own, ONNX Runtime saturates. */
const sum: Reduction = (onnx, input, axes, keep) => {
  if (input.dtype === int64) return unsupported("ONNX Runtime adds 64-bit integers in floating point");
  if (input.dtype !== int32) return reduced(onnx, "ReduceSum", input, axes, keep);
  return onnx.cast(reduced(onnx, "ReduceSum", onnx.cast(input, int64), axes, keep), int32);
};

/** The mean of nothing is not a number; ONNX Runtime gives 0. */
const mean: Reduction = (onnx, input, axes, keep) => {
  if (!input.dtype.isFloating) return unsupported("ONNX Runtime's mean of integers rounds otherwise");
  if (isKnownNonEmpty(input)) return reduced(onnx, "ReduceMean", input, axes, keep);
  const lengths = onnx.node("Gather", [onnx.node("Shape", [input]), onnx.integers(axes)]);
  const count = onnx.cast(onnx.node("ReduceProd", [lengths], { keepdims: 0 }), input.dtype);
  return onnx.node("Div", [reduced(onnx, "ReduceSum", input, axes, keep), count]);
};

/** So many whole numbers of a list are multiplied one by one. */
const FEW = 8;

/** A list of few whole numbers, such as a shape, is multiplied element by element: ONNX Runtime's own product is one of fractions. */
const product: Reduction = (onnx, input, axes, keep) => {
  if (input.dtype.isFloating) return reduced(onnx, "ReduceProd", input, axes, keep);
  const count = input.shape.rank === 1 ? input.shape.dim(0) : null;
  if (count === null || count === 0 || count > FEW)
    return unsupported("ONNX Runtime multiplies integers in floating point");
  const elements = Array.from({ length: count }, (_, i) =>
    onnx.node("Gather", [input, keep.keepdims === 1 ? onnx.integers([i]) : onnx.scalar(i, int64)], { axis: 0 }),
  );
  return elements.reduce((made, element) => onnx.node("Mul", [made, element]));
};

/** A truth about all elements or about one. ONNX Runtime refuses to answer for no elements in truth values, but does in numbers. */
function truth(type: "ReduceMin" | "ReduceMax") {
  return (
    onnx: OnnxBuilder,
    input: OnnxValue,
    axes: readonly number[],
    keep: { readonly keepdims: number },
  ): OnnxValue => {
    if (isKnownNonEmpty(input)) return reduced(onnx, type, input, axes, keep);
    return onnx.node("Greater", [reduced(onnx, type, onnx.cast(input, int32), axes, keep), onnx.scalar(0, int32)]);
  };
}

const all = truth("ReduceMin");
const any = truth("ReduceMax");

/** The extreme, or not-a-number when there is one among the elements: ONNX Runtime heeds it in some places only. */
function extreme(type: "ReduceMax" | "ReduceMin"): Reduction {
  return (onnx, input, axes, keep) => {
    const found = reduced(onnx, type, input, axes, keep);
    if (!input.dtype.isFloating) return found;
    const hasNaN = any(onnx, onnx.node("IsNaN", [input], {}, input.shape), axes, keep);
    return onnx.node("Where", [hasNaN, onnx.scalar(Number.NaN, input.dtype), found]);
  };
}

const norm: Reduction = (onnx, input, axes, keep) => reduced(onnx, "ReduceL2", input, axes, keep);

/** The first extreme; not-a-number never is one, which ONNX Runtime does not promise. */
function argument(type: "ArgMax" | "ArgMin") {
  return (
    onnx: OnnxBuilder,
    [input, dimension]: readonly [OnnxValue, OnnxValue],
    { output_type }: { readonly output_type: DType },
  ): Lowered => {
    const given = constantNumbers(dimension);
    const [axis] = (given && normalAxes(given, input.shape.rank)) ?? [];
    if (axis === undefined || dimension.shape.rank !== 0) return unknownAxes;
    let searched = input;
    if (input.dtype.isFloating) {
      // The number that is never found: the least finite one, as everything above is searched from there.
      const least = (type === "ArgMax" ? -1 : 1) * (input.dtype === float32 ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE);
      searched = onnx.node("Where", [onnx.node("IsNaN", [input]), onnx.scalar(least, input.dtype), input]);
    }
    return onnx.cast(onnx.node(type, [searched], { axis, keepdims: 0 }), output_type);
  };
}

/** The rules of this family. */
export const reduceOnnx = onnxRules<typeof reduceDefs>()({
  Sum: overAxes(sum, undefined, sumOverAny),
  Mean: overAxes(mean),
  Prod: overAxes(product),
  EuclideanNorm: overAxes(norm, (onnx, input) => onnx.node("Abs", [input])),
  Max: overAxes(extreme("ReduceMax")),
  Min: overAxes(extreme("ReduceMin")),
  All: overAxes(all),
  Any: overAxes(any),
  ArgMax: argument("ArgMax"),
  ArgMin: argument("ArgMin"),
  Cumsum: (onnx, [x, axis], { exclusive, reverse }) => {
    // ONNX Runtime does not look at the axis of a value without elements.
    const [known] = normalAxes(constantNumbers(axis) ?? [], x.shape.rank) ?? [];
    if (known === undefined || axis.shape.rank !== 0) return unknownAxes;
    return onnx.node("CumSum", [x, onnx.scalar(known, int32)], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    });
  },
  Cumprod: unsupported("ONNX has no running product"),
});
