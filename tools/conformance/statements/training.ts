/** Statements of programs that train: any function of TensorFlow's by name, methods, rules of gradients, many steps. */
import * as tf from "namesake";
import { unregisterGradient } from "../../../src/gradients/registry.ts";
import { makeConstraint, makePartitioner, makeRegularizer } from "../canned-functions.ts";
import { makeGetter } from "../getters.ts";
import { invoke } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Canned, Json, Statement, Value } from "../program.ts";
import { callFunction, callMethodByName, isPlainNumber, type PythonArguments } from "../python-calls.ts";
import { nothing, type StatementKinds } from "../statement-kind.ts";
import { valueOf } from "../values.ts";
import { around } from "./scopes.ts";
import { feedsOf, fetchRecords, flatFetches } from "./steps.ts";

const cannedKinds: Readonly<Record<string, (run: Interpreter, canned: Canned) => unknown>> = {
  regularizer: makeRegularizer,
  partitioner: makePartitioner,
  getter: makeGetter,
  constraint: makeConstraint,
};

/** The value of one argument of a function. */
function argumentOf(run: Interpreter, fn: string, parameter: string, value: Value): unknown {
  if (Array.isArray(value)) return value.map((item: Value) => argumentOf(run, fn, parameter, item));
  if (value === null) return null;
  const canned = Object.entries(cannedKinds).find(([key]) => key in value)?.[1];
  if (canned !== undefined) return canned(run, value as { readonly [key: string]: Json });
  const { map } = value as { readonly map?: Readonly<Record<string, Value>> };
  if (map !== undefined && isPlainNumber(fn, parameter))
    return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, argumentOf(run, fn, key, item)]));
  const literal = value as { readonly float?: unknown; readonly int?: unknown };
  if (isPlainNumber(fn, parameter)) return literal.float ?? literal.int ?? valueOf(run, value);
  return valueOf(run, value);
}

function pythonArguments(run: Interpreter, fn: string, statement: Statement): PythonArguments {
  const args = (statement.args ?? {}) as Readonly<Record<string, Value>>;
  return {
    positional: (statement.positional ?? []).map((value) => argumentOf(run, fn, "", value)),
    named: Object.fromEntries(Object.entries(args).map(([key, value]) => [key, argumentOf(run, fn, key, value)])),
  };
}

function register(run: Interpreter, statement: Statement): symbol {
  // Another execution of the program may have registered it.
  unregisterGradient(statement.name as string);
  const rule = valueOf(run, statement.function);
  invoke(tf.registerGradient, statement.name, (op: unknown, ...grads: readonly unknown[]) =>
    invoke(rule, op, ...grads),
  );
  return nothing;
}

function train(run: Interpreter, statement: Statement): symbol {
  const session = run.sessionOf(tf.getDefaultGraph());
  const fetches = flatFetches(valueOf(run, statement.fetches));
  const watch = flatFetches(valueOf(run, statement.watch));
  const feeds = feedsOf(run, statement);
  const steps = statement.steps ?? 0;
  const watched: unknown[] = [];
  for (let n = 0; n <= steps; n += 1) {
    if (statement.record?.includes(n) === true) watched.push({ after: n, values: fetchRecords(session, watch, feeds) });
    if (n < steps) invoke(session.runSync.bind(session), fetches, feeds);
  }
  run.emit({ watched });
  return nothing;
}

export const trainingStatements: StatementKinds = {
  tf: (run, statement) => {
    const fn = statement.fn as string;
    return callFunction(fn, pythonArguments(run, fn, statement));
  },
  method: (run, statement) => {
    const object = valueOf(run, statement.of);
    const fn = statement.fn as string;
    // The numbers that methods take are settings.
    return callMethodByName(object, fn, pythonArguments(run, `train.${fn}`, statement));
  },
  call_object: (run, statement) => {
    const { positional, named } = pythonArguments(run, "", statement);
    const object = valueOf(run, statement.of);
    const options = Object.keys(named).length === 0 ? [] : [named];
    if (object instanceof tf.layers.Layer) return invoke(object.apply.bind(object), ...positional, ...options);
    return typeof object === "function"
      ? invoke(object, ...positional, ...options)
      : callMethodByName(object, "call", { positional, named });
  },
  gradient_override_map: (run, statement) =>
    around(
      run,
      statement,
      (map: unknown, body: unknown) =>
        tf.getDefaultGraph().gradientOverrideMap(map as Readonly<Record<string, string>>, body as () => unknown),
      statement.map,
    ),
  register_gradient: register,
  names: (run, statement) => {
    const list = valueOf(run, statement.value as Value) as readonly { readonly name?: string }[];
    run.emit({ names: list.map((item) => item.name ?? null) });
    return nothing;
  },
  train,
};
