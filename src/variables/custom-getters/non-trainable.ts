/** A custom getter for variables that optimizers leave alone. */
import type { CustomGetter } from "../variable-functions.ts";

/**
 * Variables are made with `trainable: false`.
 * @example
 * variableScope("s", { customGetter: nonTrainable() }, () => getVariable("v", [2]).trainable); // false
 */
export function nonTrainable(): CustomGetter {
  return (getter, name, options) => getter(name, { ...options, trainable: false });
}
