/** Reads one damaged file, in the process that is there for it, and says what of the outcome is not as wanted. */
import { readFileSync, writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { NamesakeError } from "namesake";
import type { CorpusCase } from "./corpus-case.ts";
import { kinds } from "./kinds.ts";

/** The longest that reading a damaged file may take, in milliseconds. */
const MOST_MILLISECONDS = 2000;
/** The most memory that reading it may add, in bytes. */
const MOST_BYTES = 64 * 2 ** 20;

interface WantedError {
  readonly codes: readonly string[];
  readonly names: readonly string[];
}

/** What is not as wanted of a damaged case; nothing when it passes. */
export async function badCaseProblems(one: CorpusCase): Promise<readonly string[]> {
  const kind = kinds[one.kind];
  if (kind === undefined) return [`kind '${one.kind}' is not supported`];
  forgetPeak();
  const before = peakBytes();
  const start = performance.now();
  const { error, problems } = await kind.bad(one);
  const milliseconds = performance.now() - start;
  const extra = peakBytes() - before;
  const all = [...errorProblems(error, one.text["error"] as WantedError), ...problems];
  if (milliseconds > MOST_MILLISECONDS)
    all.push(`it took ${Math.round(milliseconds)} ms, more than ${MOST_MILLISECONDS}`);
  if (extra > MOST_BYTES)
    all.push(`it took ${Math.round(extra / 2 ** 20)} MiB of memory, more than ${MOST_BYTES / 2 ** 20}`);
  return all;
}

/** TensorFlow's name of an error's code, such as `DATA_LOSS`, of the class that TensorFlow raises. */
function codeOf(error: NamesakeError): string {
  const words = error.tensorflowClass.replace(/Error$/, "").match(/[A-Z][a-z]*/g) ?? [];
  return words.join("_").toUpperCase();
}

function errorProblems(error: unknown, { codes, names }: WantedError): string[] {
  if (error === undefined) return [`it was read without an error; wanted ${codes.join(" or ")}`];
  if (!(error instanceof NamesakeError)) return [`it threw what is no error of ours: ${inspect(error)}`];
  const code = codeOf(error);
  const missing = names.filter((name) => !error.message.includes(name));
  return [
    ...(codes.includes(code)
      ? []
      : [`the error is ${code} (${error.name}), wanted ${codes.join(" or ")}: ${error.message}`]),
    ...missing.map((name) => `the error does not name '${name}': ${error.message}`),
  ];
}

/** Lets go of what earlier cases left, and of the peak that they reached, where the platform can. */
function forgetPeak(): void {
  globalThis.gc?.();
  try {
    // Linux: "5" makes the peak what is used now.
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Elsewhere the peak is that of all cases so far.
  }
}

/** The most memory that this process has used, in bytes. Memory that was asked for and never written to counts, too. */
function peakBytes(): number {
  return residentPeak() + process.memoryUsage().arrayBuffers;
}

function residentPeak(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
