/** What a kind of case is: how its good files are compared, and how its damaged ones are read. */
import type { CorpusCase } from "./corpus-case.ts";

/** What came of reading a damaged file. */
export interface BadOutcome {
  /** What was thrown; undefined when nothing was. */
  readonly error: unknown;
  /** What else is not as wanted, such as tensors that should still be readable. */
  readonly problems: readonly string[];
}

/** A kind of case. */
export interface Kind {
  /** What differs from `expected.json`; nothing when the case passes. */
  readonly good: (one: CorpusCase) => readonly string[] | Promise<readonly string[]>;
  /** Reads what is damaged. The caller checks the error, the time and the memory. */
  readonly bad: (one: CorpusCase) => BadOutcome | Promise<BadOutcome>;
}

/** The half that the corpus has no cases of. */
export function noSuchCases(): never {
  throw new Error("the corpus has no such cases");
}

/** The outcome of reading a file that is damaged as a whole. */
export async function outcomeOf(read: () => unknown, problems: readonly string[] = []): Promise<BadOutcome> {
  try {
    await read();
    return { error: undefined, problems };
  } catch (error) {
    return { error, problems };
  }
}
