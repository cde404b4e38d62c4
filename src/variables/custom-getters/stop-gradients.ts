/** A custom getter through which no gradient flows. */
import type { TensorLike } from "../../graph/constant.ts";
import { stopGradient } from "../../ops/array.ts";
import type { CustomGetter } from "../variable-functions.ts";

/**
 * What is got is the variable's value behind a `StopGradient`; the variable itself stays as it is.
 * @example
 * const v: unknown = variableScope("s", { customGetter: stopGradients() }, () => getVariable("v", [2]));
 * v instanceof Tensor; // true
 */
export function stopGradients(): CustomGetter {
  return (getter, name, options) => stopGradient(getter(name, options) as TensorLike);
}
