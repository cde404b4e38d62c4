/**
 * A step that fails, or is given up, at any point leaves every variable as it was, and every value with its owner. The engine here fails at
 * each of its calls in turn; a real one that is stopped and closed while it works is engines/onnxruntime/native/native.test.ts.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import * as tf from "../index.ts";

/** An engine whose values are handles, each to be given back once, and which does something at one of its calls. */
class TroubledEngine implements tf.Engine {
  readonly name = "troubled";
  readonly canRunSync = true;
  readonly copiesToHost = true;
  readonly live = new Set<object>();
  /** At which call from now on, counted from 0, there is trouble; and what it is. */
  trouble: { at: number; readonly cause: () => void } | null = null;
  readonly #inner = createReferenceEngine();

  #call(): void {
    if (this.trouble !== null && this.trouble.at-- === 0) this.trouble.cause();
  }
  #use(value: tf.EngineValue): tf.NDArray {
    if (!this.live.has(value)) throw new Error("a value was used that was given back");
    return (value as { readonly array: tf.NDArray }).array;
  }
  #handle(array: tf.NDArray): tf.EngineValue {
    const handle = { array };
    this.live.add(handle);
    return handle as tf.EngineValue;
  }
  supports(op: tf.Operation): true | string {
    return op.type === "Exp" ? "Exp is the host's here" : this.#inner.supports(op);
  }
  async compile(slice: tf.EngineSlice): Promise<tf.Executable> {
    return this.compileSync(slice);
  }
  compileSync(slice: tf.EngineSlice): tf.Executable {
    const inner = this.#inner.compileSync(slice);
    const runSync = (inputs: readonly tf.EngineValue[]) => {
      this.#call();
      const outputs = inner.runSync(inputs.map((one) => this.#use(one) as tf.EngineValue));
      return outputs.map((one) => this.#handle(one as tf.NDArray));
    };
    const run = async (inputs: readonly tf.EngineValue[]) => {
      await Promise.resolve();
      const outputs = runSync(inputs);
      await new Promise((resolve) => setImmediate(resolve));
      return outputs;
    };
    return { runSync, run, release: () => inner.release() };
  }
  fromHost(array: tf.NDArray): tf.EngineValue {
    this.#call();
    return this.#handle(array);
  }
  toHost(value: tf.EngineValue): tf.NDArray {
    this.#call();
    return this.#use(value).copy();
  }
  copyToHost(value: tf.EngineValue): tf.NDArray {
    return this.toHost(value);
  }
  keep(value: tf.EngineValue): tf.EngineValue {
    this.#call();
    const kept = this.#handle(this.#use(value).copy());
    this.release(value);
    return kept;
  }
  shapeOf(value: tf.EngineValue): readonly number[] {
    return this.#use(value).shape;
  }
  release(value: tf.EngineValue): void {
    if (!this.live.delete(value)) throw new Error("a value was given back twice");
  }
  close(): void {
    this.live.clear();
  }
}

let engine: TroubledEngine;
let session: tf.Session;
let variables: readonly tf.Variable[];
let x: tf.Tensor;

beforeEach(() => {
  tf.resetDefaultGraph();
  engine = new TroubledEngine();
  session = new tf.Session({ engine });
  variables = [1, 2, 3].map((value) => new tf.Variable([value, value], { dtype: "float32" }));
  x = tf.placeholder("float32", [2]);
  session.runSync(tf.globalVariablesInitializer());
});

/** Writes what the engine made, what the host made, what was fed, and what another variable had; fetches some of it. */
function writes(): readonly tf.Fetch[] {
  const [u, v, w] = variables as readonly [tf.Variable, tf.Variable, tf.Variable];
  const atHost = tf.exp(tf.multiply(u, x));
  const kept = tf.assign(w, v);
  return tf.controlDependencies([kept], () => [tf.assign(u, tf.add(atHost, u)), tf.identity(tf.assign(v, x)), atHost]);
}

const feeds = (): tf.Feeds => [[x, [1, 0]]];
const texts = (): string[] => session.runSync(variables).map(String);

/** Runs the step with trouble at each call in turn, until there is no such call; how often there was trouble. */
async function eachCall(cause: () => void, run: (step: number) => Promise<unknown>): Promise<number> {
  const before = texts();
  for (let at = 0; ; at += 1) {
    engine.trouble = { at, cause };
    const failed = await run(at).then(
      () => false,
      () => true,
    );
    const { at: left } = engine.trouble;
    engine.trouble = null;
    // Late outputs of a run that was given up are given back when it ends.
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (!failed) {
      expect(left).toBeGreaterThanOrEqual(0);
      return at;
    }
    expect([at, texts()]).toEqual([at, before]);
    expect([at, engine.live.size]).toEqual([at, variables.length]);
  }
}

describe("a step changes nothing", () => {
  const fail = (): never => {
    throw new tf.ResourceExhaustedError("OOM when allocating tensor");
  };

  it("when its engine fails, at any call", async () => {
    const fetches = writes();
    const count = await eachCall(fail, async () => session.runSync(fetches, feeds()));
    expect(count).toBeGreaterThan(8);
    expect(texts()).not.toEqual(["[1. 1.]", "[2. 2.]", "[3. 3.]"]);
    expect(engine.live.size).toBe(3);
  });

  it("when its engine fails beside the event loop, at any call", async () => {
    const fetches = writes();
    expect(await eachCall(fail, async () => session.run(fetches, feeds()))).toBeGreaterThan(8);
  });

  it("when it is cancelled, at any call", async () => {
    const fetches = writes();
    let controller = new AbortController();
    const run = async (): Promise<unknown> => {
      controller = new AbortController();
      return session.run(fetches, feeds(), { signal: controller.signal });
    };
    // A step that is cancelled once all is computed and only committing is left has happened.
    const before = texts();
    let cancelled = 0;
    for (let at = 0; at < 30; at += 1) {
      engine.trouble = { at, cause: () => controller.abort() };
      const failed = await run().then(
        () => false,
        () => true,
      );
      engine.trouble = null;
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect([at, engine.live.size]).toEqual([at, variables.length]);
      if (!failed) break;
      cancelled += 1;
      expect([at, texts()]).toEqual([at, before]);
    }
    expect(cancelled).toBeGreaterThan(3);
    expect(texts()).not.toEqual(before);
  });

  it("when its session is closed meanwhile, and everything is given back", async () => {
    const fetches = writes();
    engine.trouble = { at: 2, cause: () => session.close() };
    const run = session.run(fetches, feeds());
    await expect(run).rejects.toThrow("Session has been closed.");
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(engine.live.size).toBe(0);
  });

  it("when its control flow is steered, and the engine fails at any call", async () => {
    const [u, v] = variables as readonly [tf.Variable, tf.Variable];
    const [, last] = tf.whileLoop(
      (i: tf.Tensor) => tf.less(i, 2),
      (i: tf.Tensor, sum: tf.Tensor) => {
        const written = tf.assign(u, tf.tanh(tf.add(tf.multiply(sum, sum), 1)));
        return [tf.add(i, 1), tf.controlDependencies([written], () => tf.add(sum, tf.assign(v, sum)))];
      },
      [tf.constant(0), x],
    ) as unknown as readonly [tf.Tensor, tf.Tensor];
    expect(await eachCall(fail, async () => session.runSync(last, feeds()))).toBeGreaterThan(2);
    expect(engine.live.size).toBe(3);
  });
});
