/** Statements that open, enter, read and change variable scopes. */
import * as tf from "namesake";
import { argumentOf, optionsOf } from "../arguments.ts";
import { makeCreator } from "../getters.ts";
import { callMethod, invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Statement, Value, ValueObject } from "../program.ts";
import { templateRecord } from "../records.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { nothing } from "../statement-kind.ts";
import { valueOf } from "../values.ts";
import { bodyOf, recordedAround } from "./scopes.ts";

const scopeFields = [
  "default_name",
  "values",
  "reuse",
  "initializer",
  "regularizer",
  "caching_device",
  "partitioner",
  "custom_getter",
  "constraint",
  "dtype",
  "use_resource",
  "auxiliary_name_scope",
] as const;

/** The arguments of a variable scope. */
function scopeArguments(run: Interpreter, statement: Statement): readonly [name: unknown, options: unknown] {
  return [argumentOf(run, statement, "name") ?? null, optionsOf(run, statement, scopeFields)];
}

/** The scope that a statement is about: the one named, or the current one. */
export function targetScope(run: Interpreter, statement: Statement): unknown {
  return statement.scope === undefined ? tf.getVariableScope() : valueOf(run, statement.scope as ValueObject);
}

/** A scope that was made to be entered later. */
function madeScope(run: Interpreter, statement: Statement): tf.AmbientScope<unknown> {
  return valueOf(run, statement.scope as ValueObject) as tf.AmbientScope<unknown>;
}

export const variableScopeStatements: StatementKinds = {
  variable_scope: (run, statement) =>
    recordedAround(run, statement, tf.variableScope, ...scopeArguments(run, statement)),
  make_scope: (run, statement) => {
    run.handles.set(statement.as as string, invoke(tf.makeVariableScope, ...scopeArguments(run, statement)));
    return nothing;
  },
  make_creator_scope: (run, statement) => {
    const creator = makeCreator(run, statement.creator as NonNullable<Statement["creator"]>);
    run.handles.set(statement.as as string, invoke(tf.makeVariableCreatorScope, creator));
    return nothing;
  },
  with: (run, statement) => {
    const scope = madeScope(run, statement);
    const yielded = scope.enter();
    try {
      run.bindAndRecord(statement, yielded);
      run.block(bodyOf(statement));
    } finally {
      scope.exit();
    }
    return nothing;
  },
  enter: (run, statement) => madeScope(run, statement).enter(),
  exit: (run, statement) => {
    madeScope(run, statement).exit();
    return nothing;
  },
  get_variable_scope: () => tf.getVariableScope(),
  reuse_variables: (run, statement) => {
    callMethod(targetScope(run, statement), "reuse_variables");
    return nothing;
  },
  set: (run, statement) => {
    const scope = targetScope(run, statement);
    const property = statement.property as keyof Statement;
    const value = argumentOf(run, { do: "set", [property]: statement.value }, property);
    callMethod(scope, `set_${property}`, value);
    return nothing;
  },
  show: (run, statement) => {
    const value = valueOf(run, statement.value as Value);
    if (!(value instanceof tf.Template)) return value;
    run.emit({ template: templateRecord(value) });
    return nothing;
  },
};
