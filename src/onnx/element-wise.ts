/** Operators that work on single elements: what comes out has the shape of what goes in. */
import { TensorShape, unknownShape } from "../tensor/shape.ts";
import type { OnnxValue } from "./rule.ts";

/** Of one value; further inputs are numbers. */
export const unaryOperators: ReadonlySet<string> = new Set(
  "Abs Cast Ceil Clip Cos Erf Exp Floor Log Neg Reciprocal Relu Round Sigmoid Sign Sin Softplus Sqrt Tanh".split(" "),
);

/** Of two values that are broadcast. */
export const binaryOperators: ReadonlySet<string> = new Set(
  "Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mul Or Pow Sub".split(" "),
);

/** The shape of what such an operator gives, where it can be told; others' are unknown. */
export function elementWiseShape(type: string, inputs: readonly (OnnxValue | null)[]): TensorShape {
  const [first, second] = inputs;
  if (unaryOperators.has(type)) return first?.shape ?? unknownShape;
  const [x, y] = [first?.shape.dims, second?.shape.dims];
  if (!binaryOperators.has(type) || inputs.length !== 2 || !x || !y) return unknownShape;
  if (y.length === 0 || second?.shape.equals(first?.shape as TensorShape)) return first?.shape as TensorShape;
  const rank = Math.max(x.length, y.length);
  const dims = Array.from({ length: rank }, (_, axis) => {
    const [a = 1, b = 1] = [x[axis - rank + x.length], y[axis - rank + y.length]];
    if (a === 1) return b;
    return b === 1 || a === b ? a : null;
  });
  return new TensorShape(dims);
}
