/** How comparisons, logic and the choice between two values are written in ONNX. */

import { withOneShape } from "../onnx/checks.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { haveSameShape, surelyBroadcast } from "../onnx/static-knowledge.ts";
import type { compareDefs } from "./compare.defs.ts";

type Pair = readonly [OnnxValue, OnnxValue];

/** An operator that does the same, broadcasting as TensorFlow does. */
function same(type: OnnxOperator) {
  return (onnx: OnnxBuilder, inputs: readonly OnnxValue[]): OnnxValue => onnx.node(type, inputs);
}

/** Operands that do not broadcast are unequal as a whole when `incompatible_shape_error` is off; ONNX would fail. */
function equal(
  onnx: OnnxBuilder,
  [x, y]: Pair,
  attrs: { readonly incompatible_shape_error: boolean },
): OnnxValue | null {
  if (!attrs.incompatible_shape_error && !surelyBroadcast(x, y)) return null;
  return onnx.node("Equal", [x, y]);
}
const mayNotBroadcast = unsupported("it is not known that the operands broadcast");

/** `Where` has no kernel for truth values. */
function choose(onnx: OnnxBuilder, condition: OnnxValue, t: OnnxValue, e: OnnxValue): OnnxValue {
  if (!t.dtype.isBool) return onnx.node("Where", [condition, t, e]);
  const otherwise = onnx.node("And", [onnx.node("Not", [condition]), e]);
  return onnx.node("Or", [onnx.node("And", [condition, t]), otherwise]);
}

/** The condition chooses elements, rows or everything; nothing else broadcasts. */
function select(onnx: OnnxBuilder, [condition, t, e]: readonly [OnnxValue, OnnxValue, OnnxValue]): Lowered {
  const rank = t.shape.rank ?? 0;
  const isWhole = rank > 0 && condition.shape.rank === rank;
  const checked = withOneShape(onnx, isWhole ? [t, e, condition] : [t, e]);
  if (checked === null) return unsupported("it is not known that both values have as many axes");
  const [first, second, third = condition] = checked as readonly [OnnxValue, OnnxValue, OnnxValue?];
  if (isWhole || condition.shape.rank === 0) return choose(onnx, third, first, second);
  if (!haveSameShape(t, e)) return unsupported("it is not known that both values have the same shape");
  if (condition.shape.rank !== 1 || condition.shape.dim(0) === null || condition.shape.dim(0) !== t.shape.dim(0)) {
    return unsupported("it is not known that the condition has one element per row");
  }
  const rows = onnx.node("Reshape", [condition, onnx.integers([-1, ...new Array<number>(rank - 1).fill(1)])]);
  return t.shape.elementCount() === 0 ? unsupported("the values are empty") : choose(onnx, rows, t, e);
}

/** The rule of `Where`, which the array family defines. */
export function truePositions(onnx: OnnxBuilder, [input]: readonly [OnnxValue]): Lowered {
  if (input.shape.rank === null || input.shape.rank === 0)
    return unsupported("it is not known that the input is no scalar");
  return onnx.node("Transpose", [onnx.node("NonZero", [input])], { perm: [1, 0] });
}

/** The rules of this family. */
export const compareOnnx = onnxRules<typeof compareDefs>()({
  Equal: (onnx, inputs, attrs) => equal(onnx, inputs, attrs) ?? mayNotBroadcast,
  NotEqual: (onnx, inputs, attrs) => {
    const equality = equal(onnx, inputs, attrs);
    return equality === null ? mayNotBroadcast : onnx.node("Not", [equality]);
  },
  Less: same("Less"),
  LessEqual: same("LessOrEqual"),
  Greater: same("Greater"),
  GreaterEqual: same("GreaterOrEqual"),
  ApproximateEqual: (onnx, [x, y], { tolerance }) => {
    if (!haveSameShape(x, y)) return unsupported("it is not known that both operands have the same shape");
    if (!x.dtype.isFloating) return unsupported("the difference of integers is compared with a fraction");
    return onnx.node("Less", [onnx.node("Abs", [onnx.node("Sub", [x, y])]), onnx.scalar(tolerance, x.dtype)]);
  },
  LogicalAnd: same("And"),
  LogicalOr: same("Or"),
  LogicalNot: same("Not"),
  Select: select,
  SelectV2: (onnx, [condition, t, e]) => choose(onnx, condition, t, e),
});
