/**
 * The corpus runner: reads the files of a corpus folder and compares with what the folder says of them.
 *
 * Good cases hold what TensorFlow wrote; bad ones are damaged and must give the named error, in bounded time and memory.
 */
import { BadRunner } from "./bad-runner.ts";
import { type CorpusCase, CorpusError, readCorpus } from "./corpus-case.ts";
import { kinds } from "./kinds.ts";

const usage = "usage: npm run formats-corpus -- [--filter NAME] [--verbose] DIR…";

/** The command line asks for something that does not exist. */
class UsageError extends Error {}

interface CommandLine {
  /** Only cases whose name contains it. */
  readonly filter: string;
  /** Every case is named as it passes. */
  readonly isVerbose: boolean;
  readonly folders: readonly string[];
}

function readCommandLine(words: readonly string[]): CommandLine {
  let filter = "";
  let isVerbose = false;
  const folders: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--filter") {
      const value = rest.shift();
      if (value === undefined) throw new UsageError("--filter needs a value");
      filter = value;
    } else if (word === "--verbose") isVerbose = true;
    else if (word.startsWith("-")) throw new UsageError(`unknown option ${word}`);
    else folders.push(word);
  }
  if (folders.length === 0) throw new UsageError("no folder given");
  return { filter, isVerbose, folders };
}

/** What differs; nothing when the case passes. */
async function problemsOf(one: CorpusCase, badRunner: BadRunner): Promise<readonly string[]> {
  const kind = kinds[one.kind];
  if (kind === undefined) return [`not supported: there is no kind '${one.kind}'`];
  if (one.isBad) return badRunner.problemsOf(one);
  try {
    return await kind.good(one);
  } catch (error) {
    return [`it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
  }
}

async function runAll({ filter, isVerbose, folders }: CommandLine): Promise<boolean> {
  const badRunner = new BadRunner();
  let [passed, failed] = [0, 0];
  try {
    for (const one of folders.flatMap(readCorpus)) {
      if (!one.name.includes(filter)) continue;
      const problems = await problemsOf(one, badRunner);
      if (problems.length === 0) passed += 1;
      else failed += 1;
      if (problems.length === 0 && !isVerbose) continue;
      console.log(`${problems.length === 0 ? "pass" : "FAIL"} ${one.name}`);
      for (const problem of problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
    }
  } finally {
    badRunner.close();
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

async function main(words: readonly string[]): Promise<number> {
  try {
    return (await runAll(readCommandLine(words))) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof CorpusError)) throw error;
    console.error(error.message);
    if (error instanceof UsageError) console.error(usage);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
