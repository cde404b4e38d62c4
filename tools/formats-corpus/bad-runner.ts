/** Has damaged files read by another process, and starts a new one when that hangs or ends. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CorpusCase } from "./corpus-case.ts";

/** When a process that does not answer is given up, in milliseconds; the time bound itself is checked within. */
const PATIENCE = 10_000;
/** The same for starting, which builds the process's program. */
const START_PATIENCE = 120_000;

/** Reads damaged files elsewhere. Close it. */
export class BadRunner {
  #child: ChildProcess | undefined;

  /** What is not as wanted of a damaged case; nothing when it passes. */
  async problemsOf(one: CorpusCase): Promise<readonly string[]> {
    const child = (this.#child ??= await startedProcess());
    child.send(one);
    const answer = await answerOf(child, PATIENCE);
    if (typeof answer !== "string") return answer;
    this.close();
    return [answer];
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

async function startedProcess(): Promise<ChildProcess> {
  const [runner, program] = ["../run-ts.mjs", "bad-process.ts"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string];
  const child = fork(runner, [program], { execArgv: ["--expose-gc"] });
  const first = await answerOf(child, START_PATIENCE);
  if (typeof first === "string") throw new Error(`the process for damaged files did not start: ${first}`);
  return child;
}

/** The next message, or a text that says why there is none. */
function answerOf(child: ChildProcess, patience: number): Promise<readonly string[] | string> {
  return new Promise((resolve) => {
    const settle = (answer: readonly string[] | string): void => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
      resolve(answer);
    };
    const onMessage = (message: unknown): void => settle(message as readonly string[]);
    const onExit = (code: number | null, signal: string | null): void =>
      settle(`the process ended with ${signal ?? `code ${code}`}`);
    const timer = setTimeout(() => settle(`no end within ${patience} ms`), patience);
    child.once("message", onMessage).once("exit", onExit);
  });
}
