/** A conditional that is decided while the graph is built, where that can be. Mirrors `smart_cond` of tf_keras. @internal */
import type { TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import { Tensor } from "../graph/tensor.ts";
import { cond } from "../ops/cond.ts";
import type { TensorStructure, TensorsOf } from "../ops/structure.ts";

/** What is known of a condition before any step; `null` for nothing. */
export function knownCondition(pred: TensorLike): boolean | null {
  if (typeof pred === "boolean" || typeof pred === "number") return Boolean(pred);
  if (!(pred instanceof Tensor)) return null;
  const value = constantValue(pred);
  return value === null ? null : Boolean(value.at(0));
}

/** The result of one of the functions, or of both under a `cond`. */
export function smartCond<R extends TensorStructure>(pred: TensorLike, whenTrue: () => R, whenFalse: () => R): R {
  const known = knownCondition(pred);
  if (known !== null) return known ? whenTrue() : whenFalse();
  return cond(pred as TensorLike, whenTrue, whenFalse) as unknown as TensorsOf<R> as unknown as R;
}
