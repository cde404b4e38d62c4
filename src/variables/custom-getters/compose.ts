/** A custom getter made of several: the first runs first and continues with the next. */
import type { CustomGetter, NextGetter } from "../variable-functions.ts";

/**
 * Chains custom getters, as nested scopes do: the first is the innermost.
 * @example
 * const v = variableScope("s", { customGetter: composeGetters(nonTrainable(), stopGradients()) }, () => getVariable("v", [2]));
 */
export function composeGetters(...getters: readonly CustomGetter[]): CustomGetter {
  return (getter, name, options) => {
    const from =
      (index: number): NextGetter =>
      (nextName, nextOptions) => {
        const current = getters[index];
        return current === undefined ? getter(nextName, nextOptions) : current(from(index + 1), nextName, nextOptions);
      };
    return from(0)(name, options);
  };
}
