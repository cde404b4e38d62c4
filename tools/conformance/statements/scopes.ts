/** Statements around bodies: blocks, name scopes, devices, graphs, threads and their like. Variable scopes have a file of their own. */
import * as tf from "namesake";
import { argumentOf, optionsOf } from "../arguments.ts";
import { makeDevice } from "../canned-functions.ts";
import { makeCreator } from "../getters.ts";
import { invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Canned, Statement, ValueObject } from "../program.ts";
import { ProgramError } from "../program-errors.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { nothing } from "../statement-kind.ts";
import { valueOf } from "../values.ts";

/** The statements inside of a statement. */
export function bodyOf(statement: Statement): readonly Statement[] {
  return (statement.body as readonly Statement[] | undefined) ?? [];
}

/** Runs the body inside of one of the library's scopes; nothing is logged on entering. */
export function around(run: Interpreter, statement: Statement, scope: unknown, ...values: readonly unknown[]): symbol {
  invoke(scope, ...values, () => run.block(bodyOf(statement)));
  return nothing;
}

/** The same, and what the scope yields is bound and recorded before the body runs. */
export function recordedAround(
  run: Interpreter,
  statement: Statement,
  scope: unknown,
  ...values: readonly unknown[]
): symbol {
  invoke(scope, ...values, (yielded: unknown) => {
    run.bindAndRecord(statement, yielded);
    run.block(bodyOf(statement));
  });
  return nothing;
}

function inGraph(run: Interpreter, statement: Statement): symbol {
  let graph = statement.graph === undefined ? undefined : (valueOf(run, statement.graph) as tf.Graph);
  if (graph === undefined) {
    graph = new tf.Graph();
    run.graphs.push(graph);
  }
  if (statement.as !== undefined) run.handles.set(statement.as, graph);
  graph.asDefault(() => run.block(bodyOf(statement)));
  return nothing;
}

function inThread(run: Interpreter, statement: Statement): symbol {
  const graph = tf.getDefaultGraph();
  tf.newThread(() => graph.asDefault(() => run.block(bodyOf(statement))));
  return nothing;
}

export const scopeStatements: StatementKinds = {
  block: (run, statement) => {
    run.block(bodyOf(statement));
    return nothing;
  },
  name_scope: (run, statement) => {
    const name = argumentOf(run, statement, "name") ?? null;
    return recordedAround(run, statement, tf.nameScope, name, optionsOf(run, statement, ["default_name", "values"]));
  },
  device: (run, statement) => around(run, statement, tf.device, makeDevice(run, statement.device as Canned)),
  control_dependencies: (run, statement) =>
    around(run, statement, tf.controlDependencies, valueOf(run, statement.inputs)),
  colocate_with: (run, statement) => {
    const op = valueOf(run, statement.op as ValueObject | null);
    return around(run, statement, tf.colocateWith, op, optionsOf(run, statement, ["ignore_existing"]));
  },
  container: (run, statement) => around(run, statement, tf.container, statement.name),
  init_scope: (run, statement) => around(run, statement, tf.initScope),
  variable_creator_scope: (run, statement) => {
    const creator = makeCreator(run, statement.creator as NonNullable<Statement["creator"]>);
    return around(run, statement, tf.variableCreatorScope, creator);
  },
  graph: inGraph,
  thread: inThread,
  finalize: () => {
    tf.getDefaultGraph().finalize();
    return nothing;
  },
  set_random_seed: (_, statement) => {
    invoke(tf.setRandomSeed, statement.seed);
    return nothing;
  },
  raise: (_, statement) => {
    throw new ProgramError(statement.message ?? "raised");
  },
  name_of: () => tf.getDefaultGraph().getNameScope(),
  unique_name: (_, statement) =>
    tf.getDefaultGraph().uniqueName(statement.name as string, { markAsUsed: statement.mark_as_used ?? true }),
};
