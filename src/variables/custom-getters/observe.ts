/** A custom getter that changes nothing and tells of every request. */
import type { CustomGetter, GetterOptions } from "../variable-functions.ts";

/** What is told of one request. */
export interface ObservedRequest {
  readonly name: string;
  readonly options: GetterOptions;
  readonly result: unknown;
}

/**
 * Calls `observer` after each variable was got.
 * @example
 * const names: string[] = [];
 * variableScope("s", { customGetter: observe(({ name }) => names.push(name)) }, () => getVariable("v", [2]));
 * names; // ["s/v"]
 */
export function observe(observer: (request: ObservedRequest) => void): CustomGetter {
  return (getter, name, options) => {
    const result = getter(name, options);
    observer({ name, options, result });
    return result;
  };
}
