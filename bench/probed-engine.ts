/** An engine that does what another does and tells how long that took, and what it was called with last. */
import type { Engine, EngineSlice, EngineValue, Executable, NDArray } from "namesake";

type Operation = Parameters<Engine["supports"]>[0];
type Value = ReturnType<Executable["runSync"]>[number];

/** A call that a session made. */
export interface EngineCall {
  readonly executable: Executable;
  readonly inputs: readonly EngineValue[];
}

export class ProbedEngine implements Engine {
  readonly #engine: Engine;
  /** The microseconds spent inside of the engine, compiling and running. */
  microseconds = 0;
  #last: EngineCall | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The last call; `null` when the engine ran nothing. */
  get last(): EngineCall | null {
    return this.#last;
  }
  forget(): void {
    this.#last = null;
  }
  get name(): string {
    return this.#engine.name;
  }
  get canRunSync(): boolean {
    return this.#engine.canRunSync;
  }
  supports(op: Operation, known?: readonly (NDArray | null)[]): true | string {
    return this.#engine.supports(op, known);
  }
  async compile(slice: EngineSlice): Promise<Executable> {
    return this.#probed(await this.#engine.compile(slice));
  }
  compileSync(slice: EngineSlice): Executable {
    return this.#probed(this.#timed(() => this.#engine.compileSync(slice)));
  }
  fromHost(array: Parameters<Engine["fromHost"]>[0]): Value {
    return this.#engine.fromHost(array);
  }
  toHost(value: Value): ReturnType<Engine["toHost"]> {
    return this.#engine.toHost(value);
  }
  shapeOf(value: Value): readonly number[] {
    return this.#engine.shapeOf(value);
  }
  /** Values are kept, as `last` may be asked for them; there are few. */
  release(): void {}
  close(): void {
    this.#engine.close();
  }

  #timed<T>(body: () => T): T {
    const begun = performance.now();
    try {
      return body();
    } finally {
      this.microseconds += (performance.now() - begun) * 1e3;
    }
  }

  #probed(executable: Executable): Executable {
    return {
      run: (inputs, options) => {
        this.#last = { executable, inputs };
        return executable.run(inputs, options);
      },
      runSync: (inputs) => {
        this.#last = { executable, inputs };
        return this.#timed(() => executable.runSync(inputs));
      },
      release: () => executable.release(),
    };
  }
}
