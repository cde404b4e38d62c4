/** Statements about collections, and direct calls of initializers and partitioners. */
import * as tf from "namesake";
import { optionsOf } from "../arguments.ts";
import { makePartitioner } from "../canned-functions.ts";
import { attribute, callMethod, invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Canned, Statement, Value } from "../program.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { nothing } from "../statement-kind.ts";
import { makeInitializer, valueOf } from "../values.ts";
import { targetScope } from "./variable-scopes.ts";

function emitNames(run: Interpreter, objects: unknown): symbol {
  run.emit({ names: (objects as readonly unknown[]).map((object) => attribute(object, "name")) });
  return nothing;
}

function collectionItems(run: Interpreter, statement: Statement): unknown {
  const { key, scope } = statement;
  if (typeof scope === "object" && scope !== null) return callMethod(valueOf(run, scope), "get_collection", key);
  return invoke(tf.getCollection, key, scope);
}

export const collectionStatements: StatementKinds = {
  add_to_collection: (run, statement) => {
    invoke(tf.addToCollection, statement.key, valueOf(run, statement.value as Value));
    return nothing;
  },
  get_collection: (run, statement) => emitNames(run, collectionItems(run, statement)),
  scope_variables: (run, statement) =>
    emitNames(run, callMethod(targetScope(run, statement), `${statement.kind}_variables`)),
  call_initializer: (run, statement) => {
    const { dtype } = optionsOf(run, statement, ["dtype"]);
    const initializer = makeInitializer(run, statement.initializer as Canned);
    return dtype === undefined ? invoke(initializer, statement.shape) : invoke(initializer, statement.shape, dtype);
  },
  call_partitioner: (run, statement) => {
    const partitioner = makePartitioner(run, statement.partitioner as Canned);
    const dtype = invoke(tf.asDType, statement.dtype ?? "float32");
    const partitions = invoke(partitioner, invoke(tf.asShape, statement.shape), dtype) as readonly number[];
    run.emit({ partitions: [...partitions] });
    return nothing;
  },
};
