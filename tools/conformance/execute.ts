/** Executes a whole program in a fresh graph, as in a fresh thread, and gives its record. */
import * as tf from "namesake";
import { type ExecuteOptions, Interpreter, type MakeSession } from "./interpreter.ts";
import { graphRecord } from "./nodes.ts";
import type { Result, Statement } from "./program.ts";
import { reuseOf } from "./records.ts";
import { statementKinds } from "./statements/index.ts";

export function executeProgram(
  program: readonly Statement[],
  makeSession: MakeSession,
  options: ExecuteOptions = {},
): Result {
  // The programs contain every mistake on purpose.
  const restoreWarnings = tf.onWarning("off");
  const run = new Interpreter(statementKinds, makeSession, options);
  try {
    return tf.newThread(() => {
      const graph = new tf.Graph();
      run.graphs.push(graph);
      const end = graph.asDefault(() => {
        tf.getVariableScope();
        run.block(program);
        const { name, reuse } = tf.getVariableScope();
        return { scope: name, reuse: reuseOf(reuse), name_scope: graph.getNameScope() };
      });
      return { log: run.log, end, graphs: run.graphs.map(graphRecord) };
    });
  } finally {
    restoreWarnings();
    for (const session of run.sessions.values()) session.close();
  }
}
