/** Running planned steps: errors in the order of the rules, and values of engines that want them back. */
import { beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import * as tf from "../index.ts";

beforeEach(() => tf.resetDefaultGraph());

/** An engine whose values are handles that must be given back, each once. */
class CountingEngine implements tf.Engine {
  readonly name = "counting";
  readonly canRunSync = true;
  readonly #inner = createReferenceEngine();
  readonly live = new Set<object>();

  supports(op: tf.Operation): true | string {
    return this.#inner.supports(op);
  }
  async compile(slice: tf.EngineSlice): Promise<tf.Executable> {
    return this.compileSync(slice);
  }
  compileSync(slice: tf.EngineSlice): tf.Executable {
    const inner = this.#inner.compileSync(slice);
    const runSync = (inputs: readonly tf.EngineValue[]) =>
      inner
        .runSync(inputs.map((one) => this.#use(one) as tf.EngineValue))
        .map((one) => this.fromHost(one as tf.NDArray));
    return { runSync, run: async (inputs) => runSync(inputs), release: () => inner.release() };
  }
  #use(value: tf.EngineValue): tf.NDArray {
    if (!this.live.has(value)) throw new Error("a value was used that was given back");
    return (value as { readonly array: tf.NDArray }).array;
  }
  fromHost(array: tf.NDArray): tf.EngineValue {
    const handle = { array };
    this.live.add(handle);
    return handle as tf.EngineValue;
  }
  toHost(value: tf.EngineValue): tf.NDArray {
    return this.#use(value);
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

describe("the values of an engine", () => {
  it("are given back when nobody holds them, also after failures", () => {
    const engine = new CountingEngine();
    const session = new tf.Session({ engine });
    const v = new tf.Variable([1, 2], { name: "v" });
    const w = new tf.Variable([3, 4], { name: "w" });
    const x = tf.placeholder("float32", null);
    session.runSync([v.initializer, w.initializer]);
    expect(engine.live.size).toBe(2);
    const y = tf.add(v, x);
    expect(session.runSync(y, [[x, [1, 1]]]).toArray()).toEqual([2, 3]);
    session.runSync(tf.assignAdd(v, x), [[x, [1, 1]]]);
    expect(engine.live.size).toBe(2);
    expect(failureOf(() => session.runSync([y, tf.assign(v, x)], [[x, [1, 2, 3]]]))[0]).toBe("InvalidArgumentError");
    expect(engine.live.size).toBe(2);
    session.close();
    expect(engine.live.size).toBe(0);
  });

  it("may be held by several variables", () => {
    const engine = new CountingEngine();
    const session = new tf.Session({ engine });
    const v = new tf.Variable([1, 2], { name: "v" });
    const w = new tf.Variable([3, 4], { name: "w" });
    session.runSync([v.initializer, w.initializer]);
    session.runSync(tf.assign(w, v));
    session.runSync(tf.assign(v, [5, 6]));
    expect(session.runSync([v, w]).map((one) => one.toArray())).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(engine.live.size).toBe(2);
    session.close();
    expect(engine.live.size).toBe(0);
  });

  it("may go from one variable to another in the step that changes the first", () => {
    const engine = new CountingEngine();
    const session = new tf.Session({ engine });
    const v = new tf.Variable([1, 2], { name: "v" });
    const w = new tf.Variable([3, 4], { name: "w" });
    session.runSync([v.initializer, w.initializer]);
    const kept = tf.assign(w, v);
    const step = tf.controlDependencies([kept], () => tf.assign(v, [5, 6]));
    session.runSync(step.op);
    expect(session.runSync([v, w]).map((one) => one.toArray())).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(engine.live.size).toBe(2);
    session.close();
    expect(engine.live.size).toBe(0);
  });

  it("are interpreted, too", () => {
    const engine = new CountingEngine();
    const session = new tf.Session({ engine });
    const v = new tf.Variable(1, { name: "v" });
    session.runSync(v.initializer);
    const step = tf.cond(
      tf.constant(true),
      () => tf.add(tf.assignAdd(v, 1), 0),
      () => v.add(9),
    ) as tf.Tensor;
    expect(session.runSync(step).item()).toBe(2);
    expect(session.runSync(v).item()).toBe(2);
    expect(engine.live.size).toBe(1);
  });
});

describe("the error of a step", () => {
  it("is that of the first op in the order of the rules, whichever part ran first", () => {
    const session = new tf.Session({ engine: createReferenceEngine() });
    const x = tf.placeholder("int32");
    const early = tf.gather(tf.constant([1]), x, { name: "early" });
    const v = new tf.Variable(0, { name: "v" });
    session.runSync(v.initializer);
    const write = tf.controlDependencies([early], () => tf.assignAdd(v, 1));
    const late = tf.controlDependencies([write], () => tf.Print(tf.gather(tf.constant([1]), x, { name: "late" }), [x]));
    expect(() => session.runSync([late, early], [[x, [3]]])).toThrow(expect.objectContaining({ node: "early" }));
  });

  it("comes before one that is known beforehand", () => {
    const session = new tf.Session({ engine: createReferenceEngine() });
    const x = tf.placeholder("int32");
    const unset = new tf.Variable(0, { name: "unset" });
    const bad = tf.gather(tf.constant([1]), x, { name: "bad" });
    const after = tf.controlDependencies([bad], () => tf.add(unset.readValue(), 1));
    expect(() => session.runSync(after, [[x, [3]]])).toThrow(expect.objectContaining({ node: "bad" }));
    expect(() => session.runSync(after, [[x, [0]]])).toThrow(tf.FailedPreconditionError);
  });

  it("tells what an engine broke, when the kernels do not fail", () => {
    const engine = {
      ...createReferenceEngine(),
      compileSync: () => ({
        run: () => Promise.reject(new Error("lost")),
        runSync: () => lose(),
        release: () => undefined,
      }),
    };
    const lose = (): never => {
      throw new Error("the device was lost");
    };
    const session = new tf.Session({ engine });
    const x = tf.placeholder("float32", []);
    expect(failureOf(() => session.runSync(tf.add(x, 1), [[x, 1]]))).toEqual([
      "InternalError",
      "internal: the device was lost",
    ]);
  });
});
