/** A step that is run again and again, each time with other feeds. Not how one step runs: that is `step-runner.ts`. */
import { ArgumentTypeError, InternalError, NamesakeError } from "../base/errors.ts";
import { isPlainObject, pythonTypeName } from "../base/text.ts";
import type { RunOptions } from "../graph/session-like.ts";
import type { Feeds } from "./feeds.ts";

/** What each step is fed, one after the other; or how many steps there are that are fed nothing. */
export type FeedsOfSteps = Iterable<Feeds | null> | number;

/** As `FeedsOfSteps`, where feeds may also come later. */
export type AsyncFeedsOfSteps = FeedsOfSteps | AsyncIterable<Feeds | null>;

/** Options of `runMany`; limits are for all of its steps together, measured times are those of the last one. */
export interface RunManyOptions<R = unknown> extends RunOptions {
  /** Called after each step with what it gave and its number, from 0. What it throws ends the run; the step has happened. */
  readonly onStep?: (result: R, step: number) => void;
}

/**
 * The feeds of each step.
 * @throws {ArgumentTypeError} for what is neither a number of steps nor a sequence: one step's feeds, most of all.
 */
export function feedsOfSteps(given: unknown): Iterable<unknown> {
  if (typeof given === "number" && Number.isInteger(given) && given >= 0) return emptyFeeds(given);
  if (isSequence(given, Symbol.iterator)) return given as Iterable<unknown>;
  throw new ArgumentTypeError(
    `runMany takes the feeds of each step: a list of feeds, or a number of steps without any; got ${pythonTypeName(given)}\n  one step is  session.run(fetches, feeds)`,
    { feeds: given },
  );
}

/** As `feedsOfSteps`, where feeds may also come later. */
export function asyncFeedsOfSteps(given: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  return isSequence(given, Symbol.asyncIterator) ? (given as AsyncIterable<unknown>) : feedsOfSteps(given);
}

function isSequence(given: unknown, method: symbol): boolean {
  // A map is one step's feeds, though it can be iterated.
  if (typeof given !== "object" || given === null || given instanceof Map) return false;
  return (!isPlainObject(given) || method in given) && typeof (given as Record<symbol, unknown>)[method] === "function";
}

function* emptyFeeds(count: number): Generator<null> {
  for (let i = 0; i < count; i += 1) yield null;
}

/** The error of a step, with its number as the last line. */
export function inStep(error: unknown, step: number): unknown {
  if (!(error instanceof NamesakeError) || error instanceof InternalError) return error;
  const made = new (error.constructor as new (message: string, fields: object) => NamesakeError)(
    `${error.message}\n  in step ${step} of runMany; ${step === 0 ? "no step was" : `the ${step} before it were`} committed`,
    { ...error.fields, step },
  );
  if (error.stack !== undefined) made.stack = error.stack.replace(error.message, made.message);
  return made;
}
