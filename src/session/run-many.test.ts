/** Many steps by one call: the same results, errors with the step's number, and limits between steps. */
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import * as tf from "../index.ts";

describe.each([
  { name: "the reference engine", makeEngine: tf.createReferenceEngine },
  { name: "ONNX Runtime", makeEngine: () => createOnnxRuntimeEngine() },
  { name: "its binding", makeEngine: () => createOnnxRuntimeEngine({ isNative: false }) },
])("many steps on $name", ({ makeEngine }) => {
  let session: tf.Session;
  let x: tf.Tensor;
  let total: tf.Variable;
  let step: tf.Tensor;

  beforeEach(() => {
    tf.resetDefaultGraph();
    session = new tf.Session({ engine: makeEngine });
    x = tf.placeholder("float32", [2]);
    total = new tf.Variable([0, 0], { dtype: "float32" });
    step = tf.identity(tf.assignAdd(total, x));
    session.runSync(total.initializer);
  });
  afterEach(() => session.close());

  const feeds = (...values: readonly number[]): tf.Feeds[] => values.map((value) => [[x, [value, 2 * value]]]);
  const texts = (arrays: readonly tf.NDArray[]): string[] => arrays.map(String);
  const sums = ["[1. 2.]", "[3. 6.]", "[ 6. 12.]"];

  it("give what as many runs give", async () => {
    expect(texts(await session.runMany(step, feeds(1, 2, 3)))).toEqual(sums);
    session.runSync(total.initializer);
    const calls: string[] = [];
    const results = session.runManySync({ sum: step, op: step.op }, feeds(1, 2), {
      onStep: ({ sum, op }, i) => calls.push(`${i}: ${String(sum)} ${op}`),
    });
    expect(results.map(({ sum }) => String(sum))).toEqual(sums.slice(0, 2));
    expect(calls).toEqual(["0: [1. 2.] null", "1: [3. 6.] null"]);
    expect(results.map(({ op }) => op)).toEqual([null, null]);
  });

  it("may be a number of steps that are fed nothing", async () => {
    const more = tf.assignAdd(total, [1, 1]);
    expect(await session.runMany(more.op, 3)).toEqual([null, null, null]);
    expect(session.runManySync(more, 0)).toEqual([]);
    expect(texts(session.runManySync(total, [null]))).toEqual(["[3. 3.]"]);
  });

  it("may be fed by generators, also by one that runs steps of the session", async () => {
    function* some(): Generator<tf.Feeds> {
      yield* feeds(1, 2);
    }
    async function* doubling(): AsyncGenerator<tf.Feeds> {
      for (let i = 0; i < 2; i += 1) yield [[x, await session.run(total)]];
    }
    expect(texts(session.runManySync(step, some()))).toEqual(sums.slice(0, 2));
    expect(texts(await session.runMany(step, doubling()))).toEqual(["[ 6. 12.]", "[12. 24.]"]);
  });

  it("tell which step failed, and keep those before it", async () => {
    const index = tf.placeholder("int32", []);
    const fails = tf.controlDependencies([tf.assignAdd(total, [1, 1])], () => tf.gather(tf.constant([1, 2, 3]), index));
    const at = (...values: readonly number[]): tf.Feeds[] => values.map((value) => [[index, value]]);
    const error = await session.runMany(fails, at(0, 2, 7, 1)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(tf.InvalidArgumentError);
    const { message, step: number } = error as tf.InvalidArgumentError & { readonly step: number };
    expect(message.split("\n")[0]).toBe("indices = 7 is not in [0, 3)");
    expect(message).toMatch(/\n {2}in step 2 of runMany; the 2 before it were committed$/);
    expect(number).toBe(2);
    expect(String(session.runSync(total))).toBe("[2. 2.]");
    expect(() => session.runManySync(step, [[[x, [1, 2, 3]]]])).toThrow(
      /^Cannot feed value of shape \(3,\)[^]*in step 0 of runMany; no step was committed$/,
    );
  });

  it("end between two steps when they are cancelled", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const run = session.runMany(step, feeds(...Array.from({ length: 1000 }, () => 1)), {
      signal: controller.signal,
      onStep: (_, i) => {
        seen.push(i);
        if (i === 4) controller.abort();
      },
    });
    await expect(run).rejects.toThrow(/Run call was cancelled[^]*in step 5 of runMany/);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(String(session.runSync(total))).toBe("[ 5. 10.]");
    await expect(session.runMany(step.op, endlessly(), { timeoutMs: 30 })).rejects.toThrow(tf.DeadlineExceededError);
    expect(() => session.runManySync(step.op, endlessly(), { timeoutMs: 30 })).toThrow(tf.DeadlineExceededError);
  });

  function* endlessly(): Generator<tf.Feeds> {
    for (;;) yield* feeds(1);
  }

  it("leave the event loop its turns", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const begun = performance.now();
    await session.runMany(
      step.op,
      (function* (): Generator<tf.Feeds> {
        while (performance.now() < begun + 100) yield* feeds(1);
      })(),
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it("pass on what the caller's own code throws, after the step", async () => {
    const own = new Error("mine");
    const onStep = (): never => {
      throw own;
    };
    await expect(session.runMany(step, feeds(1, 2), { onStep })).rejects.toBe(own);
    expect(String(session.runSync(total))).toBe("[1. 2.]");
  });

  it("refuse what is no sequence", async () => {
    const wrong = [{ [x.name]: [1, 2] }, new Map([[x, [1, 2]]]), 1.5, -1, "x:0", null] as unknown as number[];
    for (const given of wrong) {
      expect(failureOf(() => session.runManySync(step, given))[1]).toMatch(/^runMany takes the feeds of each step/);
      await expect(session.runMany(step, given)).rejects.toThrow("runMany takes the feeds of each step");
    }
    session.close();
    await expect(session.runMany(step, feeds(1))).rejects.toThrow("Attempted to use a closed Session.");
  });

  it("run on frozen variables", async () => {
    const frozen = session.freeze();
    session.runSync(step, feeds(1)[0]);
    const y = tf.add(total, x);
    expect(texts(await frozen.runMany(y, feeds(1, 2)))).toEqual(["[1. 2.]", "[2. 4.]"]);
    expect(texts(frozen.runManySync(y, feeds(1, 2)))).toEqual(["[1. 2.]", "[2. 4.]"]);
  });
});
