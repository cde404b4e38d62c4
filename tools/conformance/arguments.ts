/** Turns the fields of statements into options for the library: names in camel case, values made from their JSON. */

import * as tf from "namesake";
import { makeConstraint, makeDevice, makePartitioner, makeRegularizer } from "./canned-functions.ts";
import { makeGetter } from "./getters.ts";
import { camelCase } from "./host-language.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Canned, Statement, Text, Value, ValueObject } from "./program.ts";
import { dtypeOf, makeInitializer, textOf, valueOf } from "./values.ts";

export type Options = Record<string, unknown>;

/** How the field of a statement becomes an argument; a field that is not listed is passed as it stands. */
const conversions: { readonly [K in keyof Statement]?: (run: Interpreter, value: never) => unknown } = {
  name: textOf satisfies (run: Interpreter, value: Text) => unknown,
  default_name: textOf,
  values: (run, value: Value) => valueOf(run, value),
  initializer: makeInitializer satisfies (run: Interpreter, value: Canned) => unknown,
  regularizer: makeRegularizer,
  caching_device: makeDevice,
  partitioner: makePartitioner,
  custom_getter: makeGetter,
  constraint: makeConstraint,
  reuse: (_, value: unknown) => (value === "auto" ? tf.AUTO_REUSE : value),
  dtype: dtypeOf satisfies (run: Interpreter, value: string | null | ValueObject) => unknown,
  collections: (_, value: readonly string[] | null) => (value === null ? null : [...value]),
  maximum_iterations: (run, value: number | null | ValueObject) =>
    typeof value === "number" ? value : valueOf(run, value),
};

/** The argument that a present field stands for. */
export function argumentOf(run: Interpreter, statement: Statement, field: keyof Statement): unknown {
  const convert = conversions[field];
  const value = statement[field] as never;
  return convert === undefined ? value : convert(run, value);
}

/** The options of those fields that the statement has. A field that is absent is not passed; `null` is. */
export function optionsOf(run: Interpreter, statement: Statement, fields: readonly (keyof Statement)[]): Options {
  const options: Options = {};
  for (const field of fields) {
    if (statement[field] !== undefined) options[camelCase(field)] = argumentOf(run, statement, field);
  }
  return options;
}
