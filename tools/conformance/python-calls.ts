/** Calls functions of the library as Python calls TensorFlow's: by TensorFlow's name, with arguments by name. */
import { readFileSync } from "node:fs";
import * as tf from "namesake";
import { contribSignatures } from "./contrib-signatures.ts";
import { camelCase, HostError, invoke } from "./host-language.ts";

/** A function that TensorFlow has and the library has not, or not under a name that follows from TensorFlow's. */
export class NotThere extends Error {}

/** Names that do not follow from TensorFlow's: words of TypeScript that its functions may not have, and aliases. */
const otherNames: Readonly<Record<string, string>> = {
  "linalg.band_part": "matrixBandPart",
  "linalg.diag": "matrixDiag",
  "linalg.diag_part": "matrixDiagPart",
  "nn.rnn_cell.LSTMStateTuple": "nn.rnnCell.lstmStateTuple",
  reduce_logsumexp: "reduceLogSumExp",
};

/** Older words of TensorFlow's for parameters that the library has under the newer one alone. */
const newerWords: Readonly<Record<string, string>> = { keep_dims: "keepdims" };

/** Overloaded functions, whose text does not tell how many parameters are positional. */
const positionalCounts: Readonly<Record<string, number>> = { where: 3, where_v2: 3, range: 3 };

/** Parameters that become attributes or shapes while the graph is built: numbers of the host, not tensors. */
const plainNumbers: ReadonlySet<string> = new Set(
  (
    "strides ksize stride dilations rate padding axes axis perm shape num num_split num_or_size_splits k depth_radius alpha beta bias epsilon " +
    "begin_mask end_mask ellipsis_mask new_axis_mask shrink_axis_mask seed num_samples block_size batch_dims seq_axis batch_axis " +
    "keep_prob clip_norm num_partitions variance_epsilon pos_weight grad_ys max_norm"
  ).split(" "),
);

/** Namespaces whose functions take their numbers as settings. */
const settingsOf =
  /^(?:train|layers|losses|metrics|nn\.rnn_cell|contrib)\.|^nn\.(?:\w*rnn|sampled_softmax_loss|nce_loss)$/;

/** Whether a number given for this parameter of this function stays a number of the host. */
export function isPlainNumber(dotted: string, parameter: string): boolean {
  return plainNumbers.has(parameter) || settingsOf.test(dotted);
}

interface Signature {
  readonly parameters: readonly string[];
  /** The parameter that takes all the rest, or null. */
  readonly rest: string | null;
}

let signatureTexts: Readonly<Record<string, string>> | undefined;

/** The parameters of a function of TensorFlow, or of a method, whose name begins with a dot. */
function signatureOf(name: string): Signature {
  signatureTexts ??= (
    JSON.parse(readFileSync(new URL("./signatures.json", import.meta.url), "utf8")) as {
      readonly signatures: Readonly<Record<string, string>>;
    }
  ).signatures;
  const text = signatureTexts[name] ?? contribSignatures[name];
  if (text === undefined) throw new NotThere(`signatures.json does not know the parameters of ${name}`);
  const words = text.split(" ").map((word) => word.replace("=", ""));
  const rest = words.find((word) => word.startsWith("*"))?.slice(1) ?? null;
  return { parameters: words.map((word) => word.replace("*", "")), rest };
}

/**
 * What stands below `tf` under a name of TensorFlow's.
 * @throws {NotThere} when nothing does.
 */
export function findSymbol(dotted: string): unknown {
  let found: unknown = tf;
  // Contributed namespaces stand beside the others.
  for (const part of (otherNames[dotted] ?? dotted).replace(/^contrib\./, "").split(".")) {
    found = (found as Readonly<Record<string, unknown>> | undefined)?.[camelCase(part)];
  }
  if (found === undefined) throw new NotThere(`tf.${dotted} is not there yet`);
  return found;
}

export interface PythonArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

type Callable = (...values: readonly unknown[]) => unknown;

/** Calls or, a class, constructs what TensorFlow calls so. */
export function callFunction(dotted: string, given: PythonArguments): unknown {
  const callee = findSymbol(dotted);
  if (typeof callee !== "function") throw new NotThere(`tf.${dotted} is no function`);
  const values = argumentsFor(dotted, positionalCounts[dotted] ?? positionalCount(callee as Callable), given);
  return isClass(callee as Callable) ? (Reflect.construct(callee, values) as unknown) : invoke(callee, ...values);
}

/** Calls a method of an object by TensorFlow's name. */
export function callMethodByName(object: unknown, name: string, given: PythonArguments): unknown {
  const method = (object as Readonly<Record<string, unknown>> | null)?.[camelCase(name)];
  if (typeof method !== "function") throw new NotThere(`${String(object)} has no method ${camelCase(name)} yet`);
  const values = argumentsFor(`.${name}`, positionalCount(method as Callable), given);
  return Reflect.apply(method, object, values) as unknown;
}

function textOf(callee: Callable): string {
  return Function.prototype.toString.call(callee);
}

function isClass(callee: Callable): boolean {
  return textOf(callee).startsWith("class");
}

/** How many parameters stand before the one with the options: by convention it is the last one, and all before it are required. */
function positionalCount(callee: Callable): number {
  let owner: unknown = callee;
  while (
    typeof owner === "function" &&
    isClass(owner as Callable) &&
    !/\bconstructor\s*\(/.test(textOf(owner as Callable))
  )
    owner = Object.getPrototypeOf(owner) as unknown;
  const text = textOf(owner as Callable);
  const head = isClass(owner as Callable) ? text.slice(text.search(/\bconstructor\s*\(/)) : text;
  const names = (/\(([^()]*)/.exec(head)?.[1] ?? "").split(",").map((word) => word.trim());
  const options = names.findIndex((name) => /^(?:options\d*\b|\{|\.\.\.)/.test(name));
  return options === -1 ? names.filter((name) => name !== "").length : options;
}

/** TensorFlow's first `count` parameters by position, the others in an object. */
function argumentsFor(name: string, count: number, given: PythonArguments): unknown[] {
  const { parameters, rest } = signatureOf(name);
  const named = byParameter(parameters, rest, given);
  const values: unknown[] = parameters.slice(0, count).map((parameter) => named.get(parameter));
  const options = Object.fromEntries(
    [...named]
      .filter(([key]) => !parameters.slice(0, count).includes(key))
      .map(([key, value]) => [camelCase(newerWords[key] ?? key), value]),
  );
  const unknownName = [...named.keys()].find((key) => !parameters.includes(key));
  if (unknownName !== undefined)
    throw new HostError("TypeError", `got an unexpected keyword argument '${unknownName}'`);
  return Object.keys(options).length === 0 ? values : [...values, options];
}

function byParameter(parameters: readonly string[], rest: string | null, given: PythonArguments): Map<string, unknown> {
  const before = parameters.filter((parameter) => parameter !== rest);
  const named = new Map(given.positional.slice(0, before.length).map((value, i) => [before[i] as string, value]));
  if (rest !== null) named.set(rest, given.positional.slice(before.length));
  for (const [key, value] of Object.entries(given.named)) named.set(key, value);
  return named;
}
