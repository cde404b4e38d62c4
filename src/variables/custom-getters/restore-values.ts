/** A custom getter that starts variables from given values: the weights of a trained model. */
import { ArgumentError } from "../../base/errors.ts";
import type { DType } from "../../tensor/dtype.ts";
import { type Literal, ndarray } from "../../tensor/ndarray.ts";
import { nearestNames } from "../store-errors.ts";
import type { CustomGetter } from "../variable-functions.ts";

/** What happens to a variable without a value: an error, or its own initializer. */
export interface RestoreOptions {
  /** True (default): every variable must have a value. */
  readonly strict?: boolean;
}

/**
 * Variables start from `values[full name]` instead of their initializers.
 * @throws {ArgumentError} for a variable without a value when `strict`, and for a value of another shape.
 * @example
 * const v = variableScope("s", { customGetter: restoreValues({ "s/v": [1, 2] }) }, () => getVariable("v", [2]));
 * session.runSync(v.initializer);
 * session.runSync(v).toArray(); // [1, 2]
 */
export function restoreValues(values: Readonly<Record<string, Literal>>, options: RestoreOptions = {}): CustomGetter {
  return (getter, name, given) => {
    const value = values[name];
    if (value !== undefined)
      return getter(name, {
        ...given,
        initializer: (shape: readonly number[], dtype: DType) => ndarray(value, dtype, shape),
      });
    if (options.strict ?? true) {
      const nearest = nearestNames(name, Object.keys(values));
      throw new ArgumentError(
        `No value was given for variable ${name}.\n  ${nearest.length > 0 ? `nearest names: ${nearest.join(", ")}` : "no value has a similar name"}\n  to keep its own initializer  restoreValues(values, { strict: false })`,
        { variableName: name, nearest },
      );
    }
    return getter(name, given);
  };
}
