/** What ends a step early: the caller's signal, a time limit, the session's close. */
import { CancelledError, DeadlineExceededError, type OpError } from "../base/errors.ts";
import type { RunOptions } from "../graph/session-like.ts";

/** The limits of one step. */
export class StepLimits {
  readonly #outer: AbortSignal | null;
  readonly #deadline: number;
  readonly #timeoutMs: number;
  /** Aborted when the step is to end; only for asynchronous steps. */
  #controller: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cancelled: OpError | null = null;

  private constructor(options: RunOptions) {
    this.#outer = options.signal ?? null;
    this.#timeoutMs = options.timeoutMs ?? Infinity;
    this.#deadline = this.#timeoutMs === Infinity ? Infinity : performance.now() + this.#timeoutMs;
  }

  /** The limits that the options set; `null` when there are none. */
  static of(options: RunOptions | undefined): StepLimits | null {
    return options?.signal === undefined && options?.timeoutMs === undefined ? null : new StepLimits(options);
  }

  /** @throws {CancelledError | DeadlineExceededError} when the step is to end. */
  check(): void {
    const error = this.#error();
    if (error !== null) throw error;
  }

  #error(): OpError | null {
    if (this.#cancelled !== null) return this.#cancelled;
    if (this.#outer?.aborted === true) return cancelled(this.#outer.reason);
    return performance.now() >= this.#deadline ? this.#late() : null;
  }

  #late(): OpError {
    return new DeadlineExceededError(
      `Timed out waiting for notification\n  the step was given ${this.#timeoutMs} ms; nothing of it was committed`,
      { timeoutMs: this.#timeoutMs },
    );
  }

  /** A signal for the engine, which also follows the time limit. `stop` ends it. */
  start(): AbortSignal {
    const controller = new AbortController();
    this.#controller = controller;
    this.#outer?.addEventListener("abort", this.#abort);
    if (this.#outer?.aborted === true) this.#abort();
    if (this.#deadline !== Infinity) {
      this.#timer = setTimeout(
        () => {
          this.#cancelled ??= this.#late();
          controller.abort(this.#cancelled);
        },
        Math.max(0, this.#deadline - performance.now()),
      );
    }
    return controller.signal;
  }

  readonly #abort = (): void => {
    this.#cancelled ??= cancelled(this.#outer?.reason);
    this.#controller?.abort(this.#cancelled);
  };

  stop(): void {
    this.#outer?.removeEventListener("abort", this.#abort);
    clearTimeout(this.#timer);
  }
}

function cancelled(reason: unknown): CancelledError {
  return new CancelledError("Run call was cancelled\n  its signal was aborted; nothing of the step was committed", {
    reason,
  });
}

/** What `work` gives, or the reason as soon as the signal is aborted; the work itself may go on. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | null): Promise<T> {
  if (signal === null) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
