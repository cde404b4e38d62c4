/** Cases of one function each: its values, its gradients and its second derivatives, by given gradients of its outputs. */
import * as tf from "namesake";
import { findDifferences } from "./compare.ts";
import { invoke } from "./host-language.ts";
import type { MakeSession } from "./interpreter.ts";
import { errorRecord } from "./program-errors.ts";
import { callFunction, isPlainNumber, NotThere, type PythonArguments } from "./python-calls.ts";
import { type FetchedRecord, valueRecord } from "./value-record.ts";
import { withoutWantedFailures } from "./wanted-differences.ts";

/** `{ input }`, a literal, or a list of such. */
type Argument =
  | null
  | readonly Argument[]
  | {
      readonly input?: string;
      readonly float?: number | readonly number[];
      readonly int?: number | readonly number[];
      readonly str?: string;
      readonly bool?: boolean;
      readonly dtype?: string;
    };

/** A gradient: dense, rows, or none. */
type GradientRecord = null | FetchedRecord | { readonly slices: Readonly<Record<string, FetchedRecord>> };

interface ErrorWanted {
  readonly class: string;
  readonly message?: string;
}

export interface GradientCase {
  readonly name: string;
  /** The function below `tf`. */
  readonly fn: string;
  /** Its arguments by name; `*` holds positional ones. */
  readonly args: Readonly<Record<string, Argument>>;
  readonly inputs: Readonly<Record<string, FetchedRecord>>;
  /** The inputs that are differentiated by. */
  readonly wrt: readonly string[];
  /** The given gradient of each floating output. */
  readonly grad_ys: readonly FetchedRecord[];
  readonly outputs: readonly FetchedRecord[];
  readonly gradients?: readonly GradientRecord[];
  readonly error?: ErrorWanted;
  readonly second?: {
    readonly seeds: readonly (FetchedRecord | null)[];
    readonly gradients?: readonly GradientRecord[];
    readonly gradients_of_grad_ys?: readonly GradientRecord[];
    readonly error?: ErrorWanted;
  };
}

export function isGradientCase(value: object): value is GradientCase {
  return "fn" in value && "wrt" in value && "inputs" in value;
}

const firstOrder = { float64: 1e-9, float32: 1e-5 };
const secondOrder = { float64: 1e-9, float32: 1e-4 };

/** The graph of one case, with what was built of it. */
interface Built {
  readonly session: tf.Session;
  readonly outputs: readonly tf.Tensor[];
  readonly xs: readonly tf.Tensor[];
  readonly gradYs: readonly tf.Tensor[];
}

/** Why a case failed; empty when it passed. */
export function checkGradientCase(one: GradientCase, makeSession: MakeSession): string[] {
  const graph = new tf.Graph();
  const session = makeSession(graph);
  try {
    return graph.asDefault(() => {
      const built = buildForward(one, session);
      return withoutWantedFailures(one.name, [...checkOutputs(one, built), ...checkGradients(one, built)]);
    });
  } catch (error) {
    const text =
      error instanceof tf.NamesakeError || error instanceof NotThere ? error.message : (error as Error).stack;
    return [`${one.fn} could not be called\n    ${text}`];
  } finally {
    session.close();
  }
}

function buildForward(one: GradientCase, session: tf.Session): Built {
  const inputs = Object.fromEntries(Object.entries(one.inputs).map(([name, value]) => [name, constantOf(value, name)]));
  const { "*": positional = [], ...named } = one.args;
  const given: PythonArguments = {
    positional: (positional as readonly Argument[]).map((value) => argumentValue(one.fn, value, "*", inputs)),
    named: Object.fromEntries(
      Object.entries(named).map(([key, value]) => [key, argumentValue(one.fn, value, key, inputs)]),
    ),
  };
  const outputs = flatten(callFunction(one.fn, given));
  const gradYs = one.grad_ys.map((value) => constantOf(value));
  return { session, outputs, gradYs, xs: one.wrt.map((name) => inputs[name] as tf.Tensor) };
}

function constantOf({ dtype, shape, data }: FetchedRecord, name?: string): tf.Tensor {
  const value = invoke(tf.ndarray, data.map(elementOf), dtype, shape) as tf.NDArray;
  return tf.constant(value, name === undefined ? {} : { name });
}

function elementOf(element: unknown): unknown {
  const words: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };
  return words[element as string] ?? element;
}

function argumentValue(
  fn: string,
  value: Argument,
  parameter: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
): unknown {
  if (value === null) return null;
  if (isList(value)) return value.map((item) => argumentValue(fn, item, parameter, inputs));
  if (value.input !== undefined) return inputs[value.input];
  if (value.dtype !== undefined) return invoke(tf.asDType, value.dtype);
  if (value.float !== undefined)
    return isPlainNumber(fn, parameter) ? value.float : tf.pythonLiteral(value.float, "float");
  if (value.int !== undefined) return isPlainNumber(fn, parameter) ? value.int : tf.pythonLiteral(value.int, "int");
  return value.str ?? value.bool;
}

function isList(value: Argument): value is readonly Argument[] {
  return Array.isArray(value);
}

/** The tensors of a function's result, whatever holds them: a list, or an object with one field for each. */
function flatten(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(flatten);
  return Object.values(value as object).flatMap(flatten);
}

function checkOutputs(one: GradientCase, { session, outputs }: Built): string[] {
  return compare("outputs", one.outputs, session.runSync(outputs).map(valueRecord), firstOrder);
}

function checkGradients(one: GradientCase, built: Built): string[] {
  const floating = built.outputs.filter(({ dtype }) => dtype.isFloating);
  if (floating.length === 0) return [];
  const attempt = tryTo(() => {
    const gradients = tf.gradients(floating, built.xs, { gradYs: built.gradYs });
    return { gradients, values: fetchGradients(built.session, gradients) };
  });
  if ("error" in attempt) return explainError("gradients", one.gradients, one.error, attempt.error);
  if (one.error !== undefined) return [`an error was wanted: ${JSON.stringify(one.error)}`];
  const { gradients, values } = attempt.result;
  return [...compare("gradients", one.gradients, values, firstOrder), ...checkSecond(one, built, gradients)];
}

function checkSecond(one: GradientCase, built: Built, gradients: readonly (tf.Gradient | null)[]): string[] {
  const { second } = one;
  if (second === undefined) return [];
  const attempt = tryTo(() => {
    const terms = second.seeds.flatMap((seed, i) =>
      seed === null ? [] : [tf.reduceSum(tf.multiply(gradients[i] as tf.Tensor, constantOf(seed)))],
    );
    const targets = [...built.xs, ...built.gradYs];
    return fetchGradients(built.session, tf.gradients(tf.addN(terms), targets));
  });
  if ("error" in attempt) return explainError("second", second.gradients, second.error, attempt.error);
  if (second.error !== undefined) return [`an error was wanted in the second order: ${JSON.stringify(second.error)}`];
  const count = one.wrt.length;
  return [
    ...compare("second.gradients", second.gradients, attempt.result.slice(0, count), secondOrder),
    ...compare("second.gradients_of_grad_ys", second.gradients_of_grad_ys, attempt.result.slice(count), secondOrder),
  ];
}

function tryTo<T>(build: () => T): { readonly result: T } | { readonly error: unknown } {
  try {
    return { result: build() };
  } catch (error) {
    return { error };
  }
}

function explainError(what: string, values: unknown, wanted: ErrorWanted | undefined, error: unknown): string[] {
  const got = errorRecord(error);
  if (wanted !== undefined && findDifferences(wanted, got).length === 0) return [];
  const isOurs = error instanceof tf.NamesakeError || error instanceof NotThere;
  const text = isOurs ? `${got.class}: ${error.message.split("\n")[0]}` : (error as Error).stack;
  return [`${what}: TensorFlow ${JSON.stringify(wanted ?? values).slice(0, 200)}\n    Namesake    ${text}`];
}

function fetchGradients(session: tf.Session, gradients: readonly (tf.Gradient | null)[]): GradientRecord[] {
  return gradients.map((gradient) => {
    if (gradient === null) return null;
    if (!(gradient instanceof tf.IndexedSlices)) return valueRecord(session.runSync(gradient)) as FetchedRecord;
    const { values, indices, denseShape } = gradient;
    const parts = Object.entries({ values, indices, dense_shape: denseShape }).filter(([, part]) => part !== null);
    const fetched = session.runSync(parts.map(([, part]) => part as tf.Tensor));
    return { slices: Object.fromEntries(parts.map(([key], i) => [key, valueRecord(fetched[i]) as FetchedRecord])) };
  });
}

function compare(what: string, wanted: unknown, got: unknown, tolerances: Readonly<Record<string, number>>): string[] {
  return findDifferences(wanted, got, tolerances).map(
    ({ path, wanted: theirs, got: ours }) =>
      `${[what, ...path].join(".")}\n    TensorFlow  ${shorten(theirs)}\n    Namesake    ${shorten(ours)}`,
  );
}

function shorten(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
