/** The functions that programs may pass, by kind: regularizers, partitioners, constraints, devices. Getters and creators are in `getters.ts`. */
import * as tf from "namesake";
import { camelCase, invoke, operate } from "./host-language.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Canned, Json, Value } from "./program.ts";
import { BadProgram, ProgramError } from "./program-errors.ts";
import { valueOf } from "./values.ts";

type Fields = Readonly<Record<string, Json>>;

/** Makes a function of each kind; `undefined` in place of a function is a mistake of the program. */
type Kinds = Readonly<Record<string, (fields: Fields, run: Interpreter) => unknown>>;

/** The function of a kind, labelled; a value that names no kind stays a value. */
function fromKinds(run: Interpreter, canned: Canned, key: string, kinds: Kinds, label = ""): unknown {
  if (canned === null || typeof canned === "string") return canned;
  const { [key]: given, ...fields } = canned;
  if (given === undefined) return valueOf(run, canned as Value);
  const kind = given as string;
  const make = kinds[kind];
  if (make === undefined) throw new BadProgram(`no ${key} is called '${kind}'`);
  return run.labels.set(make(fields, run), `${label}${kind}`);
}

function asFloat(value: Json | undefined): tf.NDArray {
  return tf.pythonLiteral(value as number, "float");
}

const regularizers: Kinds = {
  no_regularizer: () => tf.noRegularizer,
  sum: () => (weights: unknown) => invoke(tf.reduceSum, weights),
  mean_plus: (fields) => (weights: unknown) => operate("add", invoke(tf.reduceMean, weights), asFloat(fields["value"])),
  l2: (fields) => (weights: unknown) =>
    invoke(tf.multiply, asFloat(fields["scale"]), invoke(tf.nn.l2Loss, weights), { name: "l2" }),
  null: () => () => null,
  raise: () => () => {
    throw new ProgramError("regularizer");
  },
};

export function makeRegularizer(run: Interpreter, canned: Canned): unknown {
  return fromKinds(run, canned, "regularizer", regularizers);
}

function camelFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [camelCase(key), value]));
}

const partitioners: Kinds = {
  fixed: ({ num_shards: count, ...options }) => invoke(tf.fixedSizePartitioner, count, camelFields(options)),
  variable_axis: ({ max_shard_bytes: bytes, ...options }) =>
    invoke(tf.variableAxisSizePartitioner, bytes, camelFields(options)),
  min_max: (options) => invoke(tf.minMaxVariablePartitioner, camelFields(options)),
  list: (fields) => () => [...(fields["value"] as readonly number[])],
  first_axis: (fields) => (shape: tf.TensorShape) => [
    fields["n"],
    ...Array.from({ length: (shape.rank as number) - 1 }, () => 1),
  ],
  not_a_list: () => () => 2,
};

export function makePartitioner(run: Interpreter, canned: Canned): unknown {
  return fromKinds(run, canned, "partitioner", partitioners);
}

const constraints: Kinds = {
  zero: () => (value: unknown) => operate("mul", tf.pythonLiteral(0, "int"), value),
  non_negative: () => (value: unknown) => invoke(tf.maximum, value, asFloat(0)),
};

export function makeConstraint(run: Interpreter, canned: Canned): unknown {
  return fromKinds(run, canned, "constraint", constraints);
}

const variableTypes: ReadonlySet<string> = new Set(["Variable", "VariableV2", "VarHandleOp"]);

const deviceFunctions: Kinds = {
  variables_to_ps: () => (op: tf.Operation) => (variableTypes.has(op.type) ? "/job:ps" : op.device),
  constants_to_cpu: () => (op: tf.Operation) => (op.type === "Const" ? "/cpu:0" : op.device),
  gpu: () => () => "/device:GPU:1",
  keep: () => (op: tf.Operation) => op.device,
  null: () => () => null,
  log_variables: (_, run) => (op: tf.Operation) => {
    if (variableTypes.has(op.type)) run.emit({ device_fn: { name: op.name, type: op.type } });
    return op.device;
  },
};

/** A device: a string, null, or a function of the op. */
export function makeDevice(run: Interpreter, canned: Canned): unknown {
  return fromKinds(run, canned, "device_fn", deviceFunctions, "device_fn:");
}
