/** How slices with control flow are planned: what becomes regions, what clusters, what stays the interpreter's. */
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../../../test/failure-of.ts";
import * as tf from "../../index.ts";

const recoveries: string[] = [];
let engine: tf.Engine;
let session: tf.Session;
beforeEach(() => {
  tf.resetDefaultGraph();
  recoveries.length = 0;
  session = new tf.Session({ engine });
});

/** Where the parts of a step ran. */
async function placesOf(fetch: tf.Tensor, feeds: tf.Feeds = []): Promise<readonly string[]> {
  const metadata: { parts?: readonly { readonly runsOn: string }[] } = {};
  await session.run(fetch, feeds, { metadata });
  return metadata.parts?.map(({ runsOn }) => runsOn) ?? [];
}

const wide = () => tf.placeholder("float32", [null, 64], { name: "wide" });
const rows = tf.ndarray(Array.from({ length: 4 }, (_, i) => Array.from({ length: 64 }, (_unused, j) => (i - j) / 64)));

function repeat(count: number, start: tf.Tensor, body: (value: tf.Tensor, i: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [, last] = tf.whileLoop(
    (i: tf.Tensor) => tf.less(i, count),
    (i: tf.Tensor, value: tf.Tensor) => [i.add(1), body(value, i)],
    [tf.constant(0), start],
  ) as unknown as readonly [tf.Tensor, tf.Tensor];
  return last;
}

describe.each([
  { way: "called directly", isNative: true },
  { way: "through its binding", isNative: false },
])("ONNX Runtime $way", ({ isNative }) => {
  beforeAll(() => {
    engine = createOnnxRuntimeEngine({ isNative, onRecovery: ({ reason }) => recoveries.push(reason) });
  });
  afterAll(() => engine.close());

  describe("what computes nothing but values is one model", () => {
    it("a conditional", async () => {
      const [x, taken] = [wide(), tf.placeholder("bool", [])];
      const y = tf.cond(
        taken,
        () => tf.tanh(x),
        () => x.mul(2),
      ) as tf.Tensor;
      expect(
        await placesOf(y, [
          [x, rows],
          [taken, true],
        ]),
      ).toEqual(["onnxruntime"]);
      expect(
        session
          .runSync(y, [
            [x, rows],
            [taken, false],
          ])
          .at(1 * 64 + 0),
      ).toBeCloseTo(2 / 64);
      expect(recoveries).toEqual([]);
    });

    it("a conditional that only passes values on, and one of two results", async () => {
      const [x, taken] = [wide(), tf.placeholder("bool", [])];
      const [y, z] = tf.cond(
        taken,
        () => [x, tf.constant(1)],
        () => [tf.tanh(x), tf.constant(2)],
      ) as readonly [tf.Tensor, tf.Tensor];
      expect(await placesOf(z, [[taken, true]])).toEqual(["onnxruntime"]);
      expect(
        session
          .runSync(
            [y, z],
            [
              [x, rows],
              [taken, false],
            ],
          )[1]
          .item(),
      ).toBe(2);
      expect(
        session
          .runSync(y, [
            [x, rows],
            [taken, true],
          ])
          .toArray(),
      ).toEqual(rows.toArray());
    });

    it("conditionals of one predicate, each taking what the one before gives", async () => {
      const [x, taken] = [wide(), tf.placeholder("bool", [])];
      const twice = (value: tf.Tensor): tf.Tensor =>
        tf.cond(
          taken,
          () => value.add(1),
          () => value.mul(2),
        ) as tf.Tensor;
      const y = twice(twice(twice(x)));
      expect(
        await placesOf(y, [
          [x, rows],
          [taken, true],
        ]),
      ).toEqual(["onnxruntime"]);
      expect(
        session
          .runSync(y, [
            [x, rows],
            [taken, false],
          ])
          .at(64),
      ).toBeCloseTo(8 / 64);
    });

    it("loops in branches in loops, over variables, and what follows", async () => {
      const x = wide();
      const w = tf.getVariable("w", [64, 64], { initializer: tf.constantInitializer(0.01) });
      await session.run(tf.globalVariablesInitializer());
      const y = repeat(3, x, (value, i) => {
        const inner = () => repeat(2, value, (v) => tf.tanh(tf.matmul(v, w)));
        return tf.cond(tf.less(i, 2), inner, () => value.add(1)) as tf.Tensor;
      });
      expect(await placesOf(tf.reduceSum(y), [[x, rows]])).toEqual(["onnxruntime"]);
      const reference = new tf.Session({ engine: tf.createReferenceEngine() });
      reference.runSync(tf.globalVariablesInitializer());
      expect(session.runSync(y, [[x, rows]]).at(3 * 64 + 5)).toBeCloseTo(
        reference.runSync(y, [[x, rows]]).at(3 * 64 + 5) as number,
        5,
      );
      expect(recoveries).toEqual([]);
    });

    it("a loop whose values change their shape", async () => {
      const start = tf.placeholder("float32", [null]);
      const [, grown] = tf.whileLoop(
        (i: tf.Tensor) => tf.less(i, 3),
        (i: tf.Tensor, list: tf.Tensor) => [i.add(1), tf.concat([list, [7]], 0)],
        [tf.constant(0), start],
        { shapeInvariants: [tf.asShape([]), tf.asShape([null])] },
      ) as unknown as readonly [tf.Tensor, tf.Tensor];
      expect(await placesOf(grown, [[start, [1]]])).toEqual(["onnxruntime"]);
      expect(session.runSync(grown, [[start, [1]]]).toArray()).toEqual([1, 7, 7, 7]);
    });
  });

  describe("what the interpreter steers", () => {
    it("leaves the arithmetic around writes, random numbers and strings to the engine", async () => {
      const x = wide();
      const count = tf.getVariable("count", [], { initializer: tf.zerosInitializer() });
      const w = tf.getVariable("w", [64, 64], { initializer: tf.constantInitializer(0.01) });
      await session.run(tf.globalVariablesInitializer());
      const y = repeat(3, x, (value) =>
        tf.controlDependencies([tf.assignAdd(count, 1)], () =>
          tf.tanh(tf.matmul(value, w)).add(tf.randomUniform([64], { seed: 1 })),
        ),
      );
      expect(await placesOf(y, [[x, rows]])).toEqual(["host", "onnxruntime"]);
      expect(session.runSync(count).item()).toBe(3);
    });

    it("is a loop that may be stopped", async () => {
      const x = wide();
      const endless = tf.whileLoop(
        () => tf.constant(true),
        (value: tf.Tensor) => tf.tanh(value),
        [x],
      ) as tf.Tensor;
      await expect(session.run(endless, [[x, rows]], { timeoutMs: 50 })).rejects.toThrow(
        "Timed out waiting for notification",
      );
      const short = repeat(2, x, (value) => tf.tanh(value));
      expect(await placesOf(short, [[x, rows]])).toEqual(["onnxruntime"]);
      const metadata: { parts?: readonly { readonly runsOn: string }[] } = {};
      await session.run(short, [[x, rows]], { timeoutMs: 10_000, metadata });
      // An engine that stops a run within a loop keeps it; nobody stops one that runs at once.
      expect(metadata.parts?.map(({ runsOn }) => runsOn)).toEqual(
        engine.canStop === true ? ["onnxruntime"] : ["host", "onnxruntime"],
      );
      session.runSync(short, [[x, rows]], { timeoutMs: 10_000, metadata });
      expect(metadata.parts?.map(({ runsOn }) => runsOn)).toEqual(["host", "onnxruntime"]);
      expect(() => session.runSync(endless, [[x, rows]], { timeoutMs: 50 })).toThrow(
        "Timed out waiting for notification",
      );
    });

    it("is a branch that reads a variable without a value, until it has one", async () => {
      const v = tf.getVariable("v", [64], { initializer: tf.onesInitializer(), useResource: true });
      const [x, taken] = [wide(), tf.placeholder("bool", [])];
      const y = tf.cond(
        taken,
        () => x.add(v),
        () => x,
      ) as tf.Tensor;
      expect(
        session
          .runSync(y, [
            [x, rows],
            [taken, false],
          ])
          .toArray(),
      ).toEqual(rows.toArray());
      expect(
        failureOf(() =>
          session.runSync(y, [
            [x, rows],
            [taken, true],
          ]),
        )[0],
      ).toBe("FailedPreconditionError");
      await session.run(v.initializer);
      expect(
        await placesOf(y, [
          [x, rows],
          [taken, true],
        ]),
      ).toEqual(["onnxruntime"]);
    });
  });

  it("names the op that fails inside a region, in TensorFlow's words, and commits nothing", () => {
    const table = tf.placeholder("float32", [null], { name: "table" });
    const y = repeat(5, tf.constant(0), (value, i) =>
      value.add(tf.gather(table, tf.cast(i, "int32"), { name: "row" })),
    );
    expect(() => session.runSync(y, [[table, [1, 2, 3]]])).toThrow("indices = 3 is not in [0, 3)");
    expect(() => session.runSync(y, [[table, [1, 2, 3]]])).toThrow("{{node while/row}}");
    expect(session.runSync(y, [[table, [1, 2, 3, 4, 5]]]).item()).toBe(15);
  });
});
