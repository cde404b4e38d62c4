/** Lets the steps of one session run one after the other. */

/** A queue of asynchronous work. */
export class StepQueue {
  #last: Promise<unknown> = Promise.resolve();
  #unfinished = 0;

  /** Whether some work is waiting or running. */
  get isBusy(): boolean {
    return this.#unfinished > 0;
  }

  /** Runs `work` when everything before is done; at once when nothing is. */
  add<T>(work: () => Promise<T>): Promise<T> {
    const turn = async (): Promise<T> => {
      try {
        return await work();
      } finally {
        // Counted down before anyone who awaits the result goes on.
        this.#unfinished -= 1;
      }
    };
    const mustWait = this.isBusy;
    this.#unfinished += 1;
    const result = mustWait ? this.#last.then(turn) : turn();
    this.#last = result.then(ignore, ignore);
    return result;
  }

  /** Settles when all the work so far is done. */
  whenIdle(): Promise<unknown> {
    return this.#last;
  }
}

function ignore(): void {
  // Whoever added the work sees how it ended.
}
