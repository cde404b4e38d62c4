/** Values of programs, which refer to each other: literals, handles, functions that give values, initializers. The other functions that programs pass have files of their own. */
import * as tf from "namesake";
import { attribute, camelCase, HostError, invoke, items } from "./host-language.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Canned, FunctionBody, Json, Statement, Text, Value, ValueObject } from "./program.ts";
import { BadProgram } from "./program-errors.ts";
import { findSymbol } from "./python-calls.ts";

/** A literal, what a handle is bound to, or a list of such. */
export function valueOf(run: Interpreter, value: Value | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (isList(value)) return value.map((item) => valueOf(run, item));
  if (value.ref !== undefined) return referenced(run, value.ref, value.item ?? [], value.get);
  if (value.lambda !== undefined) return makeLambda(run, value.lambda, value.body ?? [], value.return);
  if (value.tuple !== undefined) return value.tuple.map((item) => valueOf(run, item));
  if (value.map !== undefined) return mapOf(run, value.map);
  if (value.tf !== undefined) return findSymbol(value.tf);
  return literal(run, value);
}

function isList(value: ValueObject | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

function literal(run: Interpreter, value: ValueObject): unknown {
  if (value.array !== undefined) return typedArray(value.array, value.dtype as string);
  if (value.float !== undefined) return tf.pythonLiteral(value.float, "float");
  if (value.int !== undefined) return tf.pythonLiteral(value.int, "int");
  if (value.str !== undefined) return value.str;
  if (value.bool !== undefined) return value.bool;
  if (value.fn !== undefined) return makeFunction(run, value.fn, value.params ?? "none");
  if (value.dict !== undefined) return {};
  if ("init" in value) return makeInitializer(run, value as unknown as Canned);
  if (value.dtype !== undefined) return dtypeOf(run, value.dtype);
  throw new BadProgram(`no value is written ${JSON.stringify(value)}`);
}

/** As NumPy makes an array of a type: any number is true except 0. */
function typedArray(elements: Json, dtype: string): unknown {
  const truth = (item: Json): Json => (Array.isArray(item) ? item.map(truth) : Boolean(item));
  return invoke(tf.ndarray, dtype === "bool" ? truth(elements) : elements, dtype);
}

function mapOf(run: Interpreter, entries: NonNullable<ValueObject["map"]>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).map(([key, item]) => [key, valueOf(run, item)]));
}

/** A function whose body is a list of statements, wherever it is called from. */
function makeLambda(run: Interpreter, names: readonly string[], body: readonly Statement[], result?: Value): unknown {
  const path = run.path();
  const call = (...given: readonly unknown[]): unknown => {
    run.runAt(path, () => {
      for (const [i, name] of names.entries()) if (i < given.length) run.handles.set(name, given[i]);
      run.block(body);
    });
    return valueOf(run, result);
  };
  return run.labels.set(Object.defineProperty(call, "length", { value: names.length }), "lambda");
}

/** An item of a list, or of an object with one field for each. */
function itemOf(list: unknown, index: number): unknown {
  const isFields = typeof list === "object" && list !== null && !(Symbol.iterator in list);
  const item = (isFields ? Object.values(list) : items(list))[index];
  if (item === undefined) throw new HostError("IndexError", "list index out of range");
  return item;
}

function referenced(
  run: Interpreter,
  handle: string,
  indices: readonly number[],
  property: string | undefined,
): unknown {
  const object = indices.reduce<unknown>(itemOf, run.handle(handle));
  if (property === undefined) return object;
  if (property === "op_name") return attribute(attribute(object, "op"), "name");
  if (!property.startsWith("slice_")) return attribute(object, property);
  return itemOf(object, Number(property.slice("slice_".length)));
}

/** A name: text, null, or what a handle is bound to. */
export function textOf(run: Interpreter, text: Text | undefined): unknown {
  return typeof text === "object" && text !== null ? valueOf(run, text) : text;
}

/** An element type: a name, null, or the type of what a handle is bound to. */
export function dtypeOf(run: Interpreter, dtype: string | null | ValueObject): unknown {
  if (dtype === null) return null;
  return typeof dtype === "object" ? valueOf(run, dtype) : invoke(tf.asDType, dtype);
}

type Parameters = NonNullable<ValueObject["params"]>;

/** A function as Python would have it: called with other arguments than it takes, it raises a TypeError. */
function makeFunction(run: Interpreter, body: FunctionBody, params: Parameters): unknown {
  if (params === "shape") return run.labels.set(shapeFunction(body), "fn");
  const [least, most] = { none: [0, 0], optional: [0, 1], required: [1, 1] }[params] as [number, number];
  const call = (...given: readonly unknown[]): unknown => {
    if (given.length < least || given.length > most) {
      throw new HostError("TypeError", "<lambda>() got an unexpected keyword argument");
    }
    return functionResult(run, body);
  };
  return run.labels.set(Object.defineProperty(call, "length", { value: least }), "fn");
}

function functionResult(run: Interpreter, body: FunctionBody): unknown {
  if (body.init === undefined) return valueOf(run, body as ValueObject);
  const { shape, ...initializer } = body;
  return invoke(makeInitializer(run, initializer as { readonly [key: string]: Json }), shape);
}

/** The numbers 0, 1, 2 … in the given shape; with `offset`, from where the slice begins. */
function shapeFunction(body: FunctionBody): unknown {
  return (shape: readonly number[], dtype: tf.DType | null = null, info: tf.PartitionInfo | null = null) => {
    const offset = body.offset === true && info !== null ? info.singleOffset(shape) : 0;
    const size = shape.reduce((product, d) => product * d, 1);
    const numbers = Array.from({ length: size }, (_, i) => i + offset);
    const value = tf.ndarray(numbers, "int64", shape);
    return tf.constant(value, { ...(dtype !== null && { dtype }), name: "iota" });
  };
}

interface InitializerKind {
  /** Makes the initializer with options. */
  readonly make: unknown;
  /** The class, for programs that pass the class itself; most kinds are never passed so. */
  readonly initializerClass?: unknown;
}

const initializerKinds: Readonly<Record<string, InitializerKind>> = {
  zeros: { make: tf.zerosInitializer, initializerClass: tf.Zeros },
  ones: { make: tf.onesInitializer, initializerClass: tf.Ones },
  constant: { make: makeConstant, initializerClass: tf.Constant },
  random_uniform: { make: tf.randomUniformInitializer, initializerClass: tf.RandomUniform },
  random_normal: { make: tf.randomNormalInitializer, initializerClass: tf.RandomNormal },
  truncated_normal: { make: tf.truncatedNormalInitializer, initializerClass: tf.TruncatedNormal },
  uniform_unit_scaling: { make: tf.uniformUnitScalingInitializer },
  variance_scaling: { make: tf.varianceScalingInitializer, initializerClass: tf.VarianceScaling },
  glorot_uniform: { make: tf.glorotUniformInitializer },
  glorot_normal: { make: tf.glorotNormalInitializer },
  lecun_normal: { make: tf.initializers.lecunNormal },
  lecun_uniform: { make: tf.initializers.lecunUniform },
  he_normal: { make: tf.initializers.heNormal },
  he_uniform: { make: tf.initializers.heUniform },
  orthogonal: { make: tf.orthogonalInitializer },
  identity: { make: tf.initializers.identity },
};

/** TensorFlow's `constant_initializer` takes its value as the first argument. */
function makeConstant({ value, ...options }: Readonly<Record<string, unknown>>): unknown {
  return invoke(tf.constantInitializer, value, options);
}

/** An initializer, or a value in place of one. */
export function makeInitializer(run: Interpreter, initializer: Canned): unknown {
  if (initializer === null || typeof initializer === "string") return initializer;
  const { init, class: isClass, ...rest } = initializer;
  if (init === undefined) return valueOf(run, initializer as Value);
  const name = init as string;
  const kind = initializerKinds[name];
  if (kind === undefined) throw new BadProgram(`no initializer is called '${name}'`);
  if (isClass === true) {
    if (kind.initializerClass === undefined) throw new BadProgram(`the class of '${name}' is not known`);
    return run.labels.set(kind.initializerClass, `${name} class`);
  }
  return run.labels.set(invoke(kind.make, initializerOptions(run, rest)), name);
}

function initializerOptions(run: Interpreter, given: Readonly<Record<string, Json>>): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    options[camelCase(key)] = key === "value" ? valueOf(run, value as Value) : boundOf(key, value, given["dtype"]);
  }
  return options;
}

/** Bounds of ranges become constants of the graph, so Python's type of them counts: `int` for initializers of integers, else `float`. */
function boundOf(key: string, value: Json, dtype: Json | undefined): unknown {
  if ((key !== "minval" && key !== "maxval") || typeof value !== "number") return value;
  return tf.pythonLiteral(value, typeof dtype === "string" && /^u?int/.test(dtype) ? "int" : "float");
}
