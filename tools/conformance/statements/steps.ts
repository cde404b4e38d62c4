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

/** What a fetch stands for: the slices of a variable, the parts of rows, what lists and results with several fields hold. */
export function flatFetches(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(flatFetches);
  if (value instanceof tf.PartitionedVariable) return items(value);
  if (value instanceof tf.IndexedSlices) return [value.values, value.indices, value.denseShape];
  const isFields = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isFields ? Object.values(value).flatMap(flatFetches) : [value];
}

/** What is fed, by tensor. */
export function feedsOf(run: Interpreter, statement: Statement): ReadonlyMap<unknown, unknown> {
  return new Map((statement.feed ?? []).map(([key, value]) => [valueOf(run, key), valueOf(run, value)]));
}

/** The records of what was fetched. A part that rows have not stays null. */
export function fetchRecords(session: tf.Session, fetches: readonly unknown[], feeds: unknown): unknown[] {
  const present = fetches.filter((fetch) => fetch !== null);
  const values = present.length === 0 ? [] : (invoke(session.runSync.bind(session), present, feeds) as unknown[]);
  const rest = values.values();
  return fetches.map((fetch) => (fetch === null ? null : valueRecord(rest.next().value)));
}

function step(run: Interpreter, statement: Statement): symbol {
  const graph = tf.getDefaultGraph();
  if (statement.init !== undefined && statement.init !== null) {
    const ops = initializers(run, statement.init);
    const session = run.sessionOf(graph);
    if (ops.length > 0) initialize(run, session, ops as readonly tf.Operation[]);
  }
  const fetches = flatFetches((statement.fetches ?? []).map((fetch) => valueOf(run, fetch)));
  const feeds = feedsOf(run, statement);
  run.emit({ values: fetchRecords(run.sessionOf(graph), fetches, feeds) });
  return nothing;
}

export const stepStatements: StatementKinds = { run: step };
