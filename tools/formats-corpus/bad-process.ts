/** The process that reads damaged files, one after the other: what hangs or ends it does not end the runner. */
import { inspect } from "node:util";
import { badCaseProblems } from "./bad-case.ts";
import type { CorpusCase } from "./corpus-case.ts";

async function answer(one: CorpusCase): Promise<void> {
  const problems = await badCaseProblems(one);
  process.send?.(problems);
}

process.on("message", (one) => {
  answer(one as CorpusCase).catch((error: unknown) => process.send?.([`the check itself failed: ${inspect(error)}`]));
});
process.on("disconnect", () => process.exit());
// Starting takes a while, which is not the first case's time.
process.send?.([]);
