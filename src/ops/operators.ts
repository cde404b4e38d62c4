/**
 * Python's operators between tensors, variables and literals: each makes exactly the ops, with the names, that Python's makes.
 * The functions of the same meaning, such as `add`, have other names for their ops. Mirrors python/framework/override_binary_operator.py.
 */
import { NamesakeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { Operable } from "../graph/operable.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeNameScope, runInScope } from "../graph/scopes.ts";
import type { BinaryOperator, OperatorTable, UnaryOperator } from "../graph/tables.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { bool, int32 } from "../tensor/dtype.ts";
import { bitwiseAnd, bitwiseOr, bitwiseXor, invert } from "./bitwise.ts";
import { greater, greaterEqual, less, lessEqual, logicalAnd, logicalNot, logicalOr, logicalXor } from "./compare.ts";
import { packList } from "./concat.ts";
import { div, floordiv, truediv } from "./division.ts";
import { abs, negative } from "./elementary.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { mathDefs } from "./math.defs.ts";
import { multiply, pow, subtract } from "./math.ts";
import { matmul } from "./matmul.ts";
import { indexTensor } from "./slice.ts";

type Comparison = "less" | "lessEqual" | "greater" | "greaterEqual";
type Arithmetic = Exclude<BinaryOperator, Comparison>;

const comparisons: Readonly<Record<Comparison, (x: TensorLike, y: TensorLike) => Tensor>> = {
  less,
  lessEqual,
  greater,
  greaterEqual,
};

/** `1 < x` is `x > 1`. */
const swapped: Readonly<Record<Comparison, Comparison>> = {
  less: "greater",
  lessEqual: "greaterEqual",
  greater: "less",
  greaterEqual: "lessEqual",
};

/** The op behind each operator. x is a tensor; y may still be a literal; `name` is the scope that is open around them. */
const arithmetic: Readonly<Record<Arithmetic, (x: Tensor, y: TensorLike, name: string) => Tensor>> = {
  add: (x, y, name) => {
    const right = convertToTensor(y, { preferredDtype: x.dtype.baseDtype, name: "y" });
    return applyOp1(x.dtype.isString ? mathDefs.Add : mathDefs.AddV2, [x, right], {}, name);
  },
  sub: (x, y, name) => subtract(x, y, { name }),
  mul: (x, y, name) => (isBool(x) || isBool(y) ? multiplyBools(x, y, name) : multiply(x, y, { name })),
  truediv: (x, y, name) => truediv(x, y, { name }),
  div: (x, y, name) => div(x, y, { name }),
  floordiv: (x, y, name) => floordiv(x, y, { name }),
  mod: (x, y, name) =>
    runInScope(makeNameScope(name, { values: [x, y] }), () => applyOp1(mathDefs.FloorMod, [x, y], {}, name)),
  pow: (x, y, name) => pow(x, y, { name }),
  matmul: (x, y, name) => matmul(x, y, { name }),
  and: (x, y, name) => (isBool(x) ? logicalAnd(x, y, { name }) : bitwiseAnd(x, y)),
  or: (x, y, name) => (isBool(x) ? logicalOr(x, y, { name }) : bitwiseOr(x, y)),
  xor: (x, y, name) => (isBool(x) ? logicalXor(x, y, { name }) : bitwiseXor(x, y)),
};

function isBool(value: unknown): boolean {
  return value instanceof Tensor && value.dtype === bool;
}

/** Bools are multiplied as int32. */
function multiplyBools(x: TensorLike, y: TensorLike, name: string): Tensor {
  const castTo = (value: TensorLike, to: typeof bool): Tensor => applyOp1(mathDefs.Cast, [value], { DstT: to });
  return castTo(multiply(castTo(x, int32), castTo(y, int32), { name }), bool);
}

/** The tensor that stands for a side of an operator, when it is symbolic: the value of a variable, read outside of the operator's scope. */
function symbolic(value: unknown): Tensor | null {
  if (value instanceof Operable) return value.operand();
  // Rows have no operators of their own: they become a tensor as what they are to the other side.
  if (value instanceof IndexedSlices) return null;
  return isTensorConvertible(value) ? value.asTensor() : null;
}

function binary(name: BinaryOperator, x: unknown, y: unknown): Tensor {
  return publicCall(() => {
    const left = symbolic(x);
    if (name in comparisons) {
      const comparison = name as Comparison;
      return left === null
        ? comparisons[swapped[comparison]](symbolic(y) as TensorLike, x as TensorLike)
        : comparisons[comparison](left, y as TensorLike);
    }
    return left === null
      ? reflected(name as Arithmetic, symbolic(y) as Tensor, x)
      : forward(name as Arithmetic, left, y);
  });
}

function forward(name: Arithmetic, x: Tensor, y: unknown): Tensor {
  return runInScope(makeNameScope(null, { defaultName: name, values: [x, y] }), (scope) => {
    try {
      return arithmetic[name](x, y as TensorLike, scope);
    } catch (error) {
      if (isRetried(error)) retryReflected(name, x, y);
      throw error;
    }
  });
}

/** Python asks the right side when the left one fails; that fails, too, but what it made stays in the graph. */
function retryReflected(name: Arithmetic, x: Tensor, y: unknown): void {
  const right = y instanceof Operable ? y.operand() : null;
  if (right === null) return;
  try {
    reflected(name, right, x);
  } catch (error) {
    if (!isRetried(error)) throw error;
  }
}

function isRetried(error: unknown): boolean {
  return (
    error instanceof NamesakeError && (error.tensorflowClass === "TypeError" || error.tensorflowClass === "ValueError")
  );
}

/** `literal op y`. */
function reflected(name: Arithmetic, y: Tensor, x: unknown): Tensor {
  return runInScope(makeNameScope(null, { defaultName: name, values: [x, y] }), (scope) => {
    const left = convertToTensor(x, { dtype: y.dtype.baseDtype, name: "x" });
    return arithmetic[name](left, y, scope);
  });
}

const unaryOperators: Readonly<Record<UnaryOperator, (x: Tensor) => Tensor>> = {
  neg: (x) => negative(x),
  abs: (x) => abs(x),
  invert: (x) => (isBool(x) ? logicalNot(x) : invert(x)),
};

/** The operators that a graph's tensors use. */
export const operators: OperatorTable = {
  binary,
  unary: (name, x) => unaryOperators[name](x),
  pack: packList,
  index: indexTensor,
};
