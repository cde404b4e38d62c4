/** Checks of the library's own invariants. Not for mistakes of users: those have classes and texts of their own. */
import { InternalError } from "./errors.ts";

/** Closes a `switch` over a union: adding a member without a case does not compile. */
export function assertNever(value: never): never {
  throw new InternalError(`no case for ${String(value)}`);
}

/** Throws an `InternalError` unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}
