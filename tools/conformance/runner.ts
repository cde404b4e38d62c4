/** Runs cases and counts: each program is executed, compared with what is expected of it, and explained when it differs. */
import type { Tolerances } from "./compare.ts";
import { executeProgram } from "./execute.ts";
import type { MakeSession } from "./interpreter.ts";
import type { Case, LogEntry, Result } from "./program.ts";
import { explainFailure } from "./report.ts";
import { wantedDifferenceOf, withoutWanted } from "./wanted-differences.ts";

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

/** Programs that train record no state at their end. */
function isTraining(one: Case): boolean {
  return one.expect.end === undefined;
}

/** Whole networks and their derivatives add up more rounding than single ops. */
const trainingTolerances: Tolerances = { float64: 1e-9, float32: 1e-5, float16: 2e-3, bfloat16: 2e-2 };

/** Messages of input checks that belong to the version of Keras. */
const versionMessage = /^(?:Input 0 of layer|The `.*` argument|The .* argument|in user code:)/;

/** Without what does not count in programs that train. */
function countedOf(one: Case, got: Result): readonly [Case, Result] {
  const log = one.expect.log.map((entry) => {
    const error = entry["error"] as { readonly class: string; readonly message?: string } | undefined;
    if (error?.message === undefined || !versionMessage.test(error.message)) return entry;
    return { ...entry, error: { class: error.class } };
  });
  const graphs = got.graphs.map(({ nodes, collections }, i) => {
    const hasNodes = nodes !== undefined && one.expect.graphs[i]?.nodes !== undefined;
    return hasNodes ? { nodes, collections } : { collections };
  });
  return [
    { ...one, expect: { log, graphs: one.expect.graphs } },
    { log: got.log, graphs },
  ];
}

/** Why a case failed; empty when it passed. An error that is no result of the program is a failure, too. */
export function checkCase(one: Case, makeSession: MakeSession, file = ""): string[] {
  try {
    if (isTraining(one)) return checkTraining(one, makeSession, file);
    const keepsFailedWrites = one.promise === undefined;
    return explainFailure(expectedOf(one), executeProgram(one.program, makeSession, { keepsFailedWrites }));
  } catch (error) {
    return [`the program could not be executed\n    ${error instanceof Error ? error.stack : String(error)}`];
  }
}

function checkTraining(one: Case, makeSession: MakeSession, file: string): string[] {
  const result = executeProgram(one.program, makeSession, { keepsFailedWrites: true, stopsAtObjects: true });
  const [wanted, got] = countedOf(one, result);
  const difference = wantedDifferenceOf(file, one.name);
  if (difference === null) return explainFailure(wanted, got, trainingTolerances);
  return explainFailure(...withoutWanted(wanted, got, difference), trainingTolerances);
}
