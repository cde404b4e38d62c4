/** The conformance runner: executes recorded programs on Namesake and compares with what TensorFlow recorded. */
import { CaseFileError, readCaseFile } from "./case-file.ts";
import { type CommandLine, readCommandLine, UsageError, usage } from "./command-line.ts";
import { sessionMaker } from "./engines.ts";
import { checkGradientCase } from "./gradient-case.ts";
import { checkCase } from "./runner.ts";

/** A line that is rewritten in place, on a terminal only. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function runAll({ engine, filter, isVerbose, files }: CommandLine): boolean {
  const makeSession = sessionMaker(engine);
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const { cases, gradientCases } = readCaseFile(file);
    const checks = [
      ...cases.map((one) => ({ name: one.name, check: () => checkCase(one, makeSession, file) })),
      ...gradientCases.map((one) => ({ name: one.name, check: () => checkGradientCase(one, makeSession) })),
    ];
    for (const one of checks) {
      if (!one.name.includes(filter)) continue;
      showProgress(`${passed + failed} done, ${failed} failed  ${file}  ${one.name}`);
      const failures = one.check();
      if (failures.length === 0) passed += 1;
      else failed += 1;
      if (failures.length === 0 && !isVerbose) continue;
      showProgress("");
      console.log(`${failures.length === 0 ? "pass" : "FAIL"} ${file} ${one.name}`);
      for (const failure of failures) console.log(`  ${failure}`);
    }
  }
  showProgress("");
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function main(words: readonly string[]): number {
  try {
    return runAll(readCommandLine(words)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof CaseFileError)) throw error;
    console.error(error.message);
    if (error instanceof UsageError) console.error(usage);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
