/**
 * Ends a run whose test file never ends, and names the file: a worker that computes for ever cannot time out by itself.
 * Watches from the main process, which stays free.
 */
import { existsSync, readFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Longer than any test file takes on a busy machine, in milliseconds. */
const LONGEST_FILE_MS = 600_000;

/** Workers that are busy for ever would outlive this process: Linux tells which they are. */
function killWorkers(): void {
  const list = `/proc/self/task/${process.pid}/children`;
  if (!existsSync(list)) return;
  for (const pid of readFileSync(list, "utf8").split(" ").filter(Boolean)) process.kill(Number(pid), "SIGKILL");
}

export class WatchdogReporter implements Reporter {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #longestMs: number;

  constructor(longestMs = LONGEST_FILE_MS) {
    this.#longestMs = longestMs;
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    const bite = (): void => {
      console.error(
        `\n${moduleId} did not end within ${this.#longestMs / 1000} s: a test in it loops for ever, or waits for ever.`,
      );
      killWorkers();
      process.exit(1);
    };
    const timer = setTimeout(bite, this.#longestMs);
    timer.unref();
    this.#timers.set(moduleId, timer);
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    clearTimeout(this.#timers.get(moduleId));
    this.#timers.delete(moduleId);
  }
}
