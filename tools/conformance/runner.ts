/** Runs cases and counts: each program is executed, compared with what is expected of it, and explained when it differs. */
import { executeProgram } from "./execute.ts";
import type { MakeSession } from "./interpreter.ts";
import type { Case, LogEntry } from "./program.ts";
import { explainFailure } from "./report.ts";

/** Errors of a step carry TensorFlow's code; all others are found before the step begins. */
const beforeTheStep = new Set(["ValueError", "TypeError", "RuntimeError"]);

/**
 * What a case must give. A promise tells how a step executes, so it does not hold where TensorFlow, in every outcome, refuses the
 * call before there is a step: then TensorFlow's entries count.
 */
function expectedOf(one: Case): Case {
  const outcomes = one.tensorflow ?? [];
  const refused = (outcome: readonly LogEntry[]): boolean =>
    outcome.some(({ error }) => beforeTheStep.has((error as { readonly class: string } | undefined)?.class ?? ""));
  const [outcome] = outcomes;
  if (outcome === undefined || !outcomes.every(refused)) return one;
  const log = one.expect.log.map((entry) => outcome.find(({ at }) => at === entry.at) ?? entry);
  return { ...one, expect: { ...one.expect, log } };
}

/** Why a case failed; empty when it passed. An error that is no result of the program is a failure, too. */
export function checkCase(one: Case, makeSession: MakeSession): string[] {
  try {
    return explainFailure(expectedOf(one), executeProgram(one.program, makeSession, one.promise === undefined));
  } catch (error) {
    return [`the program could not be executed\n    ${error instanceof Error ? error.stack : String(error)}`];
  }
}
