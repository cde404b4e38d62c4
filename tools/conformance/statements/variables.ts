/** Statements that make or get variables. */
import * as tf from "namesake";
import { argumentOf, optionsOf } from "../arguments.ts";
import { invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Canned, Statement } from "../program.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { makeInitializer, valueOf } from "../values.ts";

const variableFields = [
  "shape",
  "trainable",
  "validate_shape",
  "use_resource",
  "collections",
  "dtype",
  "caching_device",
  "constraint",
  "synchronization",
  "aggregation",
] as const;

const getVariableFields = [...variableFields, "initializer", "regularizer", "partitioner", "custom_getter"] as const;

function getWith(get: unknown, run: Interpreter, statement: Statement): unknown {
  return invoke(get, argumentOf(run, statement, "name"), optionsOf(run, statement, getVariableFields));
}

export const variableStatements: StatementKinds = {
  get_variable: (run, statement) => getWith(tf.getVariable, run, statement),
  get_local_variable: (run, statement) => getWith(tf.getLocalVariable, run, statement),
  variable: (run, statement) => {
    const options = optionsOf(run, statement, [...variableFields, "name"]);
    return new tf.Variable(valueOf(run, statement.initial_value), options);
  },
  create_partitioned_variables: (run, statement) => {
    const initializer = makeInitializer(run, statement.initializer as Canned);
    const options = optionsOf(run, statement, ["dtype", "trainable", "collections", "name", "reuse"]);
    return invoke(tf.createPartitionedVariables, statement.shape, statement.slicing, initializer, options);
  },
};
