/** The life of a session: its state, its engine, the order of its steps, what ends them. What a step computes is test/steps.test.ts. */
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import * as tf from "../index.ts";

let graph: tf.Graph;
let session: tf.Session;

beforeEach(() => {
  tf.resetDefaultGraph();
  graph = tf.getDefaultGraph();
  session = new tf.Session({ engine: tf.createReferenceEngine() });
});

afterEach(() => {
  session.close();
});

describe("a session", () => {
  it("has values of its own", () => {
    const v = new tf.Variable(1);
    const other = new tf.Session({ graph, engine: tf.createReferenceEngine() });
    session.runSync(v.initializer);
    session.runSync(v.assignAdd(1) as tf.Tensor);
    expect(failureOf(() => other.runSync(v))[0]).toBe("FailedPreconditionError");
    other.runSync(v.initializer);
    expect([session, other].map((one) => one.runSync(v).item())).toEqual([2, 1]);
  });

  it("cannot be used when it is closed, or while its graph is empty", async () => {
    expect(failureOf(() => session.runSync([]))).toEqual([
      "RuntimeError",
      "The Session graph is empty. Add operations to the graph before calling run().",
    ]);
    const x = tf.constant(1);
    session.close();
    session.close();
    expect(failureOf(() => session.runSync(x))).toEqual(["RuntimeError", "Attempted to use a closed Session."]);
    await expect(session.run(x)).rejects.toThrow("Attempted to use a closed Session.");
  });

  it.each([
    ["graph", { graph: 3 }, 'Argument `graph` must be a tf.Graph, but got "int"'],
    ["target", { target: 3 }, 'Argument `target` must be a string, but got "int"'],
    ["config", { config: 3 }, 'Argument `config` must be a tf.ConfigProto, but got "int"'],
    ["options", new Map(), 'Argument `target` must be a string, but got "Map"'],
  ])("refuses a wrong %s", (_, options, message) => {
    expect(failureOf(() => new tf.Session(options as never))).toEqual(["TypeError", message]);
  });

  it("does not reach other machines", () => {
    expect(() => new tf.Session("grpc://host:2222")).toThrow(tf.UnsupportedFeatureError);
  });

  it("takes the default graph when it is made", () => {
    expect(new tf.Session().graph).toBe(graph);
    expect(new tf.Session({ graph: null }).graph).toBe(graph);
  });

  it("is the default inside asDefault, also across an await", async () => {
    const x = tf.constant(4);
    expect(session.asDefault(() => x.evalSync()?.item())).toBe(4);
    expect(() => x.evalSync()).toThrow("No default session is registered.");
    const value = await session.asDefault(async () => {
      await Promise.resolve();
      return (await x.eval())?.item();
    });
    expect(value).toBe(4);
    expect(() => x.evalSync()).toThrow("No default session is registered.");
    await expect(session.asDefault(() => Promise.reject(new RangeError("mine")))).rejects.toThrow(RangeError);
    expect(() => x.evalSync()).toThrow("No default session is registered.");
  });

  it("notices when default sessions of asynchronous bodies overlap", async () => {
    const other = new tf.Session({ graph });
    const until = (gate: Promise<void>) => () => gate;
    let release: () => void = () => undefined;
    const first = session.asDefault(until(Promise.resolve()));
    const second = other.asDefault(until(new Promise((resolve) => (release = resolve))));
    await expect(first).rejects.toThrow(tf.StackNestingError);
    release();
    await second;
  });

  it("enters and leaves as Python's with does", () => {
    const x = graph.asDefault(() => tf.constant(1));
    new tf.Graph().asDefault(() => {
      session.enter();
      expect(tf.getDefaultGraph()).toBe(graph);
      expect(x.evalSync()?.item()).toBe(1);
      expect(failureOf(() => session.enter())).toEqual([
        "RuntimeError",
        "Session context managers are not re-entrant. Use `Session.as_default()` if you want to enter a session multiple times.",
      ]);
      session.exit();
      expect(tf.getDefaultGraph()).not.toBe(graph);
    });
    expect(session.isClosed).toBe(true);
  });

  it("makes callables", async () => {
    const x = tf.placeholder("float32", [2], { name: "x" });
    const double = session.makeCallable(x.mul(2), [x]);
    expect((await double([1, 2])).toArray()).toEqual([2, 4]);
    expect(double.runSync([3, 4]).toArray()).toEqual([6, 8]);
    expect(double.runSync([3, 4], [5, 6]).toArray()).toEqual([6, 8]);
    expect(failureOf(() => double.runSync())[1]).toBe(
      "You must feed a value for placeholder tensor 'x' with dtype float and shape [2]",
    );
    expect(failureOf(() => session.makeCallable("nope"))[0]).toBe("ValueError");
    expect(failureOf(() => session.makeCallable(x, x as never))).toEqual([
      "TypeError",
      'Argument `feed_list` must be a list or tuple. Received: feed_list=Tensor("x:0", shape=(2,), dtype=float32)',
    ]);
    expectTypeOf(session.makeCallable([x, x.op], [x])).toEqualTypeOf<tf.SessionCallable<[tf.NDArray, null]>>();
  });

  it("measures a step", async () => {
    const x = tf.placeholder("float32", []);
    const metadata: Record<string, unknown> = {};
    await session.run(x.add(1), [[x, 1]], { metadata });
    expect(metadata).toMatchObject({
      engine: "reference",
      planMs: expect.any(Number),
      totalMs: expect.any(Number),
      parts: [{ runsOn: "reference", opCount: 1, ms: expect.any(Number) }],
    });
  });

  it("sees what was added to the graph after a run", () => {
    const v = new tf.Variable(1);
    session.runSync(v.initializer);
    const y = v.add(1);
    expect(session.runSync(y).item()).toBe(2);
    const w = new tf.Variable(5);
    session.runSync(w.initializer);
    expect(session.runSync([y, w]).map((one) => one.item())).toEqual([2, 5]);
  });
});

describe("steps of one session", () => {
  it("run one after the other", async () => {
    const v = new tf.Variable(0);
    const add = v.assignAdd(1) as tf.Tensor;
    await session.run(v.initializer);
    const results = await Promise.all(Array.from({ length: 20 }, () => session.run(add)));
    expect(results.map((one) => one.item())).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it("are refused synchronously while one is under way", async () => {
    const x = tf.constant(1);
    const pending = session.run(x);
    expect(failureOf(() => session.runSync(x))).toEqual([
      "RuntimeError",
      "runSync was called while an asynchronous step of this session is under way.",
    ]);
    await pending;
    expect(session.runSync(x).item()).toBe(1);
  });

  it("are cancelled by a signal, before and while they run", async () => {
    const v = new tf.Variable(0);
    await session.run(v.initializer);
    const add = v.assignAdd(1) as tf.Tensor;
    await expect(session.run(add, [], { signal: AbortSignal.abort() })).rejects.toThrow(tf.CancelledError);
    expect(() => session.runSync(add, [], { signal: AbortSignal.abort() })).toThrow(tf.CancelledError);
    const controller = new AbortController();
    const endless = session.run(forever(v), [], { signal: controller.signal });
    controller.abort();
    await expect(endless).rejects.toThrow(tf.CancelledError);
    expect((await session.run(v)).item()).toBe(0);
  });

  it("end at their time limit", async () => {
    const v = new tf.Variable(0);
    await session.run(v.initializer);
    const endless = forever(v);
    const late = await session.run(endless, [], { timeoutMs: 30 }).catch((error: unknown) => error);
    expect(late).toBeInstanceOf(tf.DeadlineExceededError);
    expect((late as Error).message.split("\n")[0]).toBe("Timed out waiting for notification");
    expect(() => session.runSync(endless, [], { timeoutMs: 30 })).toThrow(tf.DeadlineExceededError);
    expect((await session.run(v)).item()).toBe(0);
  });

  it("commit nothing when the session is closed meanwhile", async () => {
    const v = new tf.Variable(0);
    await session.run(v.initializer);
    const pending = session.run(v.assignAdd(1) as tf.Tensor);
    const queued = session.run(v);
    session.close();
    const outcomes = await Promise.allSettled([pending, queued]);
    expect(outcomes.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    await session[Symbol.asyncDispose]();
  });

  /** A loop that writes `v` and never ends. */
  function forever(v: tf.BaseVariable): tf.Tensor {
    return tf.whileLoop(
      (i: tf.Tensor) => tf.greaterEqual(i, 0),
      (i: tf.Tensor) => tf.controlDependencies([v.assignAdd(1) as tf.Tensor], () => tf.minimum(i.add(1), 5)),
      [tf.constant(0)],
    ) as tf.Tensor;
  }
});
