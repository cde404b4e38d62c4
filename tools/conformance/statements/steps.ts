/** The `run` statement: initializers, then fetches, in the one session of the current graph. */
import * as tf from "namesake";
import { attribute, invoke, items } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Statement } from "../program.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { nothing } from "../statement-kind.ts";
import { valueRecord } from "../value-record.ts";
import { valueOf } from "../values.ts";

function isSeveral(value: unknown): boolean {
  return Array.isArray(value) || value instanceof tf.PartitionedVariable;
}

function initializers(run: Interpreter, init: NonNullable<Statement["init"]>): unknown[] {
  const variables =
    init === "all"
      ? [...tf.globalVariables(), ...tf.localVariables()]
      : (valueOf(run, init) as readonly unknown[]).flatMap((one) => (isSeveral(one) ? items(one) : [one]));
  return variables.map((variable) => attribute(variable, "initializer"));
}

/** Runs all initializers in one step; see `Interpreter.keepsFailedWrites` for what happens when it fails. */
function initialize(run: Interpreter, session: tf.Session, ops: readonly tf.Operation[]): void {
  try {
    session.runSync(ops);
  } catch (error) {
    if (run.keepsFailedWrites && error instanceof tf.OpError) for (const op of ops) runAlone(session, op);
    throw error;
  }
}

function runAlone(session: tf.Session, op: tf.Operation): void {
  try {
    session.runSync(op);
  } catch (error) {
    if (!(error instanceof tf.OpError)) throw error;
  }
}

function step(run: Interpreter, statement: Statement): symbol {
  const graph = tf.getDefaultGraph();
  if (statement.init !== undefined && statement.init !== null) {
    const ops = initializers(run, statement.init);
    const session = run.sessionOf(graph);
    if (ops.length > 0) initialize(run, session, ops as readonly tf.Operation[]);
  }
  const fetches = (statement.fetches ?? []).map((fetch) => {
    const value = valueOf(run, fetch);
    return value instanceof tf.PartitionedVariable ? items(value) : value;
  });
  const feeds = new Map((statement.feed ?? []).map(([key, value]) => [valueOf(run, key), valueOf(run, value)]));
  const session = run.sessionOf(graph);
  const values = fetches.length === 0 ? [] : (invoke(session.runSync.bind(session), fetches, feeds) as unknown[]);
  run.emit({ values: values.flat().map(valueRecord) });
  return nothing;
}

export const stepStatements: StatementKinds = { run: step };
