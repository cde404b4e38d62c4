/** Promises where none can be used: graphs are built synchronously. */
import { AsyncScopeError } from "./errors.ts";

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/**
 * The result of a function of the user that builds something.
 * @throws {AsyncScopeError} when it is a promise. What becomes of the promise is no longer of interest.
 */
export function notPromised<T>(what: string, result: T): T {
  if (!isPromise(result)) return result;
  result.then(undefined, () => undefined);
  throw new AsyncScopeError(
    `${what} returned a promise; graph building is synchronous.\n  what it makes after an await would be made somewhere else\n  instead  await first, then build`,
    { function: what },
  );
}
