/** Reads the command line of the conformance runner. */

export const engineNames = ["reference", "onnxruntime"] as const;
export type EngineName = (typeof engineNames)[number];

export const usage = `usage: npm run conformance -- [--engine ${engineNames.join("|")}] [--filter NAME] [--verbose] FILE.jsonl…`;

/** The command line asks for something that does not exist. */
export class UsageError extends Error {}

export interface CommandLine {
  readonly engine: EngineName;
  /** Only cases whose name contains it. */
  readonly filter: string;
  /** Every case is named as it passes. */
  readonly isVerbose: boolean;
  readonly files: readonly string[];
}

/** @throws {UsageError} for unknown options, options without their value, and no files. */
export function readCommandLine(words: readonly string[]): CommandLine {
  let engine: EngineName = "reference";
  let filter = "";
  let isVerbose = false;
  const files: string[] = [];
  const rest = [...words];
  const valueOf = (option: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new UsageError(`${option} needs a value`);
    return value;
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--engine") engine = engineOf(valueOf(word));
    else if (word === "--filter") filter = valueOf(word);
    else if (word === "--verbose") isVerbose = true;
    else if (word.startsWith("-")) throw new UsageError(`unknown option ${word}`);
    else files.push(word);
  }
  if (files.length === 0) throw new UsageError("no files given");
  return { engine, filter, isVerbose, files };
}

function engineOf(name: string): EngineName {
  const engine = engineNames.find((one) => one === name);
  if (engine === undefined) throw new UsageError(`no engine is called '${name}'`);
  return engine;
}
