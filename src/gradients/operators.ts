/** Python's operators as rules of gradients use them: on tensors, on literals, and on gradients that are rows. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { compareDefs } from "../ops/compare.defs.ts";
import { negative } from "../ops/elementary.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { mathDefs } from "../ops/math.defs.ts";
import { scalarMul } from "../ops/math.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { segmentDefs } from "../ops/segment.defs.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Gradient } from "./rule.ts";

/** A side of an operator. */
export type Operand = Gradient | TensorLike;

/** `x + y` */
export function plus(x: Operand, y: Operand): Tensor {
  return operators.binary("add", x, y);
}

/** `x - y` */
export function minus(x: Operand, y: Operand): Tensor {
  return operators.binary("sub", x, y);
}

/** `x * y` */
export function times(x: Operand, y: Operand): Tensor {
  return operators.binary("mul", x, y);
}

/** `x / y` */
export function over(x: Operand, y: Operand): Tensor {
  return operators.binary("truediv", x, y);
}

/** `-x`: rows stay rows. */
export function negated<G extends Gradient>(x: G): G;
export function negated(x: Gradient): Gradient {
  return x instanceof IndexedSlices ? withValues(x, negative(x.values)) : negative(x);
}

/** A multiple: rows stay rows. */
export function scaled(factor: number, x: Gradient): Gradient {
  if (x instanceof IndexedSlices) return withValues(x, scalarMul(factor, x.values));
  return scalarMul(factor, x);
}

/** The same in another dtype: rows stay rows. */
export function castGradient(x: Gradient, dtype: DType): Gradient {
  if (!(x instanceof IndexedSlices)) return cast(x, dtype);
  return inOpScope(null, "Cast", [x], (scope) => withValues(x, cast(x.values, dtype, { name: scope })));
}

function withValues({ indices, denseShape }: IndexedSlices, values: Tensor): IndexedSlices {
  return new IndexedSlices(values, indices, denseShape);
}

/** The whole tensor of a gradient, without a warning of its size. */
export function dense(x: Gradient): Tensor {
  if (x instanceof Tensor) return x;
  if (x.denseShape === null) return x.asTensor();
  return applyOp1(segmentDefs.UnsortedSegmentSum, [x.values, x.indices, x.denseShape.at([0])]);
}

/** Builds what is needed only when the gradient is there: it shall not be computed early and kept. */
export function after<T>(grads: Gradient | readonly (Gradient | null)[], build: () => T): T {
  const given = (Array.isArray(grads) ? grads : [grads]) as readonly (Gradient | null)[];
  const ops = given.flatMap((grad) => (grad === null ? [] : [grad.op]));
  return runInScope(makeControlDependencies(ops), build);
}

/** Chooses element by element; all three broadcast. */
export function choose(condition: TensorLike, x: Operand, y: Operand): Tensor {
  return applyOp1(compareDefs.SelectV2, [condition, x, y]);
}

/** The multiplication that only the ops of gradients use: named by its type. */
export function product(x: Operand, y: Operand): Tensor {
  return applyOp1(mathDefs.Mul, [x, y]);
}
