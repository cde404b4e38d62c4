/** A custom getter that replaces arguments of `getVariable`. */
import type { CustomGetter, GetterOptions } from "../variable-functions.ts";

/**
 * Variables are made with these arguments, whatever the call says.
 * @example
 * variableScope("s", { customGetter: overrideArgs({ useResource: true }) }, () => getVariable("v", [2]).isResource); // true
 */
export function overrideArgs(overrides: Partial<GetterOptions>): CustomGetter {
  return (getter, name, options) => getter(name, { ...options, ...overrides });
}
