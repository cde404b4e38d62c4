/** The loop of a training: steps one after the other with their losses shown, until they are done or someone presses Ctrl-C. */
import { setImmediate, setTimeout } from "node:timers/promises";
import { type Terminal, UsageError } from "../commands/command.ts";
import { showProgress } from "./progress.ts";

/** What is to be done. */
export interface Training {
  readonly steps: number;
  /** Runs a step and gives its loss. Steps are counted from 0. */
  readonly step: (index: number) => Promise<number>;
  /** A line to show after so many steps, such as at the end of an epoch; `null` for none. */
  readonly note?: (done: number) => Promise<string | null>;
}

/** What was done. */
export interface Trained {
  /** The loss of each step, before its update. */
  readonly losses: readonly number[];
  readonly seconds: number;
  /** Whether someone wanted it to end before all steps were done. */
  readonly isInterrupted: boolean;
}

/** How long signals may wait, in milliseconds: a step that does not wait for anything leaves the event loop no turn. */
const longestTurn = 50;
/** How long after Ctrl-C a further signal is the same one, in milliseconds: npm passes on what the terminal has sent, too. */
const echo = 500;

/**
 * Trains. Ctrl-C (SIGINT) lets the step that is under way end and then gives back what there is, so that the caller can save it; a second
 * one ends the program as usual.
 *
 * @throws {UsageError} when the loss is no number any more.
 */
export async function trainSteps({ steps, step, note }: Training, terminal: Terminal): Promise<Trained> {
  const losses: number[] = [];
  let interruptedAt: number | null = null;
  const interrupt = (): void => {
    interruptedAt ??= performance.now();
    // As the shell calls the end by this signal.
    if (performance.now() - interruptedAt > echo) process.exit(130);
  };
  process.on("SIGINT", interrupt);
  const progress = showProgress(steps, terminal);
  const begun = performance.now();
  let turn = begun;
  try {
    while (losses.length < steps && interruptedAt === null) {
      const loss = await step(losses.length);
      losses.push(loss);
      if (!Number.isFinite(loss))
        throw new UsageError(`The loss is ${loss} after ${losses.length} steps: smaller steps may help.`);
      progress.update(losses.length, loss);
      const line = (await note?.(losses.length)) ?? null;
      if (line !== null) progress.note(line);
      if (performance.now() - turn > longestTurn) {
        await setImmediate();
        turn = performance.now();
      }
    }
    if (interruptedAt !== null) await setTimeout(echo / 5);
  } finally {
    progress.close();
    process.removeListener("SIGINT", interrupt);
  }
  const seconds = (performance.now() - begun) / 1e3;
  const last = losses.at(-1)?.toPrecision(4);
  terminal.write(`${losses.length} steps in ${seconds.toFixed(1)} s, last loss ${last}.\n`);
  const isInterrupted = interruptedAt !== null;
  if (isInterrupted)
    terminal.write(`Interrupted: ${steps - losses.length} steps were left. What was learnt is kept.\n`);
  return { losses, seconds, isInterrupted };
}
