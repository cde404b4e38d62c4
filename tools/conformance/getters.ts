/** The custom getters and variable creators that programs may pass, by kind. */
import * as tf from "namesake";
import { invoke, operate } from "./host-language.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Canned, Json, Value } from "./program.ts";
import { BadProgram, ProgramError } from "./program-errors.ts";
import { reuseOf, shapeOf, withoutNulls } from "./records.ts";
import { valueOf } from "./values.ts";

type Fields = Readonly<Record<string, Json>>;
type Options = Readonly<Record<string, unknown>>;
type NextGetter = (name: string, options: Options) => unknown;
type Getter = (getter: NextGetter, name: string, options: Options) => unknown;

const getters: Readonly<Record<string, (fields: Fields, run: Interpreter) => Getter>> = {
  identity: () => (getter, name, options) => getter(name, options),
  track: (_, run) => (getter, name, options) => {
    run.emit({ getter: getterRecord(run, name, options) });
    return getter(name, options);
  },
  suffix: (fields) => (getter, name, options) => getter(name + (fields["suffix"] as string), options),
  absolute: (fields) => (getter, _, options) => getter(fields["name"] as string, options),
  scale: () => (getter, name, options) =>
    invoke(tf.multiply, getter(name, options), tf.pythonLiteral(2, "float"), { name: "scaled" }),
  identity_op: () => (getter, name, options) => invoke(tf.identity, getter(name, options), { name: "got" }),
  reuse_op: () => (getter, name, options) =>
    invoke(tf.identity, getter(name, options), { name: options["reuse"] ? "reused" : "not_reused" }),
  combine: (fields) => (getter, name, options) => {
    const [first, second] = fields["parts"] as readonly string[];
    const a = getter(`${name}${first}`, options);
    const b = getter(`${name}${second}`, options);
    return tf.nameScope(fields["scope"] as string, () => operate(fields["op"] === "add" ? "add" : "mul", a, b));
  },
  nontrainable: () => (getter, name, options) => getter(name, { ...options, trainable: false }),
  local: () => (getter, name, options) => getter(name, { ...options, collections: [tf.GraphKeys.LOCAL_VARIABLES] }),
  drop_reuse: () => (getter, name, options) => getter(name, withoutReuse(options)),
  drop_regularizer: () => (getter, name, options) => getter(name, { ...options, regularizer: null }),
  float32_storage: () => (getter, name, options) => {
    const variable = getter(name, { ...options, dtype: tf.float32 });
    const wanted = options["dtype"];
    return wanted === tf.float32 ? variable : invoke(tf.cast, variable, wanted, { name: "cast" });
  },
  null: () => () => null,
  raise: () => () => {
    throw new ProgramError("getter");
  },
  raise_after: () => (getter, name, options) => {
    getter(name, options);
    throw new ProgramError("getter");
  },
};

function withoutReuse(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== "reuse"));
}

function getterRecord(run: Interpreter, name: string, options: Options): Record<string, unknown> {
  const { shape, dtype, collections } = options;
  return withoutNulls({
    name,
    shape: isGiven(shape) ? shapeOf(invoke(tf.asShape, shape) as tf.TensorShape) : null,
    dtype: isGiven(dtype) ? tf.asDType(dtype as tf.DTypeLike).name : null,
    reuse: reuseOf(options["reuse"]),
    trainable: options["trainable"],
    collections: isGiven(collections) ? [...(collections as readonly string[])] : null,
    caching_device: run.labels.ofDevice(options["cachingDevice"]),
    initializer: run.labels.of(options["initializer"]),
    regularizer: run.labels.of(options["regularizer"]),
    partitioner: run.labels.of(options["partitioner"]),
    constraint: run.labels.of(options["constraint"]),
    validate_shape: options["validateShape"],
    use_resource: options["useResource"],
    synchronization: options["synchronization"],
    aggregation: options["aggregation"],
  });
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** A custom getter, or a value that is not callable. */
export function makeGetter(run: Interpreter, canned: Canned): unknown {
  if (canned === null || typeof canned === "string") return canned;
  const { getter, ...fields } = canned;
  if (getter === undefined) return valueOf(run, canned as Value);
  const kind = getter as string;
  const make = getters[kind];
  if (make === undefined) throw new BadProgram(`no getter is called '${kind}'`);
  return run.labels.set(make(fields, run), kind);
}

type NextCreator = (options: Options) => unknown;

const creators: Readonly<
  Record<string, (value: string | undefined, run: Interpreter) => (options: Options) => Options>
> = {
  track: (_, run) => (options) => {
    run.emit({ creator: creatorRecord(options) });
    return options;
  },
  name: (name) => (options) => ({ ...options, name }),
  nontrainable: () => (options) => ({ ...options, trainable: false }),
  resource: () => (options) => ({ ...options, useResource: true }),
};

function creatorRecord(options: Options): Record<string, unknown> {
  const { dtype, collections } = options;
  return withoutNulls({
    name: options["name"],
    trainable: options["trainable"],
    dtype: isGiven(dtype) ? tf.asDType(dtype as tf.DTypeLike).name : null,
    use_resource: options["useResource"],
    collections: isGiven(collections) ? [...(collections as readonly string[])] : null,
    synchronization: options["synchronization"] ?? "AUTO",
    aggregation: options["aggregation"] ?? "NONE",
  });
}

/** A variable creator. */
export function makeCreator(run: Interpreter, creator: { readonly creator: string; readonly value?: string }): unknown {
  const make = creators[creator.creator];
  if (make === undefined) throw new BadProgram(`no creator is called '${creator.creator}'`);
  const change = make(creator.value, run);
  return (next: NextCreator, options: Options) => next(change(options));
}
