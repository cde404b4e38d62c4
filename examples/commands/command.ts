/** What an example's command is: its options, how they are read, and what it says when they are wrong. */
import { parseArgs } from "node:util";
import { createReferenceEngine, type Engine } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";

/** A mistake on the command line; the message is one sentence for people. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Where a command writes. */
export interface Terminal {
  /** Writes text as it is, at once. */
  write(text: string): void;
  /** Writes a line on the error stream. */
  error(line: string): void;
  /** The width of the screen in characters; undefined where a file or another program reads. */
  readonly columns?: number | undefined;
}

/** An option: `--name VALUE`, or `--name` alone where the default is false. The type of its default is the type of its value. */
export interface Option {
  readonly about: string;
  readonly default: number | string | false;
  /** What usage calls its value; default: `N` for numbers, `TEXT` for others. */
  readonly value?: string;
  /** The least number; default: 1. */
  readonly least?: number;
  /** The largest number. */
  readonly most?: number;
  /** Whether the number need not be whole. */
  readonly isFraction?: boolean;
}

type Value = number | string | boolean;
type ValueOf<D> = D extends number ? number : D extends boolean ? boolean : string;
type Values<O> = { readonly [K in keyof O]: O[K] extends { readonly default: infer D } ? ValueOf<D> : never };

/** An example that can be run by name. */
export interface Command {
  /** One line for the list. */
  readonly about: string;
  readonly options: Readonly<Record<string, Option>>;
  /** What may follow the options, as usage shows it; nothing may where it is left out. */
  readonly operands?: string;
  run(words: readonly string[], terminal: Terminal): Promise<void>;
}

/** What an example does once its options are read. */
export type Body<O> = (values: Values<O>, terminal: Terminal, operands: readonly string[]) => Promise<void>;

/** A command of its options and of what it does with them. */
export function command<const O extends Readonly<Record<string, Option>>>(
  about: string,
  options: O,
  body: Body<O>,
  operands?: string,
): Command {
  return {
    about,
    options,
    ...(operands !== undefined && { operands }),
    run: async (words, terminal) => {
      const [values, rest] = readWords(words, options, operands !== undefined);
      await body(values as Values<O>, terminal, rest);
    },
  };
}

function readWords(
  words: readonly string[],
  options: Readonly<Record<string, Option>>,
  allowPositionals: boolean,
): readonly [Readonly<Record<string, Value>>, readonly string[]] {
  const given = parsed(words, options, allowPositionals);
  const values = Object.entries(options).map(([name, option]) => {
    const value = given.values[name];
    return [name, typeof value === "string" ? readValue(name, value, option) : (value ?? option.default)] as const;
  });
  return [Object.fromEntries(values), given.positionals];
}

function parsed(words: readonly string[], options: Readonly<Record<string, Option>>, allowPositionals: boolean) {
  const types = Object.entries(options).map(([name, option]) => {
    const type = option.default === false ? ("boolean" as const) : ("string" as const);
    return [name, { type }] as const;
  });
  try {
    return parseArgs({ args: [...words], options: Object.fromEntries(types), allowPositionals });
  } catch (error) {
    // Node's advice on how to write it otherwise comes after the first sentence.
    throw new UsageError(`${(error as Error).message.split(/\.? To |\.?\n/)[0]?.replace(/\.$/, "")}.`);
  }
}

function readValue(name: string, text: string, option: Option): number | string {
  if (typeof option.default === "string") return text;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const { least = 1, most = Number.MAX_SAFE_INTEGER, isFraction = false } = option;
  if (value >= least && value <= most && (isFraction || Number.isInteger(value))) return value;
  const range = option.most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} must be a ${isFraction ? "" : "whole "}number ${range}, not '${text}'.`);
}

/** Options that every example has. */
export const commonOptions = {
  seed: { about: "the graph's seed: the same one draws the same weights", default: 1, least: 0 },
  engine: { about: "onnxruntime or reference", default: "onnxruntime" },
} as const satisfies Readonly<Record<string, Option>>;

const engines: Readonly<Record<string, () => Engine>> = {
  onnxruntime: createOnnxRuntimeEngine,
  reference: createReferenceEngine,
};

/** The engine of that name. @throws {UsageError} when there is none. */
export function engineOf(name: string): () => Engine {
  const create = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (create === undefined)
    throw new UsageError(`--engine must be one of ${Object.keys(engines).join(", ")}, not '${name}'.`);
  return create;
}

/** How a command is called by `npm run example`. */
export function usageOf(name: string, { about, options, operands }: Command): string {
  const rows = Object.entries(options).map(([key, option]) => {
    if (option.default === false) return `${`  --${key}`.padEnd(20)} ${option.about}`;
    const head = `  --${key} ${option.value ?? (typeof option.default === "number" ? "N" : "TEXT")}`;
    return `${head.padEnd(20)} ${option.about} (${option.default === "" ? "none" : option.default})`;
  });
  return `npm run example ${name} -- [options]${operands === undefined ? "" : ` [${operands}]`}\n\n${about}\n\n${rows.join("\n")}\n`;
}
