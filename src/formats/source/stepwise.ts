/**
 * Work that may have to wait for a file, written once for both ways of calling it. Not the waiting itself: that is the files'.
 *
 * The work is a generator. It yields a promise when there is something to wait for, and nothing when the file answers at once; so work on
 * files that always answer at once runs to its end without a pause, and costs no promise.
 */
import { UnsupportedFeatureError } from "../../base/errors.ts";

/** Work that gives a `T` in the end. */
export type Stepwise<T> = Generator<PromiseLike<unknown>, T, void>;

/** Waits for what a file answered, where that is a promise; for use with `yield*`. */
export function* settled(answer: void | PromiseLike<void>): Stepwise<void> {
  if (answer !== undefined) yield answer;
}

/** Work that is done: there is nothing to wait for. */
export function* ready<T>(value: T): Stepwise<T> {
  yield* [];
  return value;
}

/** Does the work to its end, waiting where it must. */
export async function finish<T>(work: Stepwise<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    try {
      await step.value;
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next();
  }
  return step.value;
}

/**
 * Does the work at once.
 * @throws {UnsupportedFeatureError} when it would have to wait.
 */
export function finishSync<T>(work: Stepwise<T>): T {
  const step = work.next();
  if (step.done === true) return step.value;
  // Nobody waits for the promise that is left behind, so nobody may miss its failure.
  Promise.resolve(step.value).catch(() => undefined);
  work.return(undefined as never);
  throw new UnsupportedFeatureError(
    "These files answer later, so they cannot be read or written at once.\n  to fix  call the method of the same name without Sync, and await it",
  );
}
