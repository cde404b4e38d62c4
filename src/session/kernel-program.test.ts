import { beforeEach, expect, it } from "vitest";
import * as tf from "../index.ts";
import { planDataflow } from "./dataflow.ts";
import { KernelProgram } from "./kernel-program.ts";
import { pruneStep } from "./prune.ts";
import type { StepValue } from "./step-values.ts";

beforeEach(() => tf.resetDefaultGraph());

function program(fetches: readonly tf.Tensor[], feeds: readonly tf.Tensor[]): KernelProgram {
  const flow = planDataflow(pruneStep(tf.getDefaultGraph(), { fetches, feeds }), {
    isInitialized: () => true,
    hasContainer: () => true,
  });
  const inputs = [...new Set(flow.nodes.flatMap(({ inputs: values }) => values as StepValue[]))]
    .filter(({ source }) => source !== null)
    .sort((a, b) => (a.source as number) - (b.source as number));
  return new KernelProgram(
    flow.nodes,
    inputs,
    flow.fetches.filter((value) => value !== null),
  );
}

it("runs again with other inputs", () => {
  const [x, y] = [tf.placeholder("float32"), tf.placeholder("float32")];
  const run = program([tf.add(tf.multiply(x, x), y)], [x, y]);
  expect(run.runSync([tf.ndarray(3), tf.ndarray(1)])[0]?.item()).toBe(10);
  expect(run.runSync([tf.ndarray([2, 3]), tf.ndarray(1)])[0]?.toArray()).toEqual([5, 10]);
});

it("gives every output memory of its own", () => {
  const x = tf.placeholder("float32", [2]);
  const passed = [tf.reshape(x, [2, 1]), tf.reshape(x, [1, 2]), tf.reshape(tf.constant([1, 2]), [2, 1])];
  const fed = tf.ndarray([1, 2]);
  const run = program(passed, [x]);
  const outputs = run.runSync([fed]);
  for (const { data } of outputs) (data as Float32Array).fill(9);
  expect(fed.toArray()).toEqual([1, 2]);
  expect(run.runSync([fed]).map((one) => one.toArray())).toEqual([[[1], [2]], [[1, 2]], [[1], [2]]]);
});

it("says which op failed", () => {
  const x = tf.placeholder("int32");
  const bad = tf.gather(tf.constant([1, 2]), x, { name: "bad" });
  expect(() => program([tf.add(bad, 1)], [x]).runSync([tf.ndarray([7], "int32")])).toThrow(
    expect.objectContaining({ name: "InvalidArgumentError", node: "bad" }),
  );
});

it("lets other tasks run during long work, and stops when asked to", async () => {
  const x = tf.placeholder("float32", [200, 200]);
  let y: tf.Tensor = x;
  for (let i = 0; i < 60; i += 1) y = tf.matmul(y, x);
  const run = program([y], [x]);
  const controller = new AbortController();
  setTimeout(() => controller.abort(new RangeError("enough")), 1);
  const input = tf.ndarray(new Float32Array(40_000), "float32", [200, 200]);
  await expect(run.run([input], controller.signal)).rejects.toThrow("enough");
  expect((await run.run([input], null))[0]?.shape).toEqual([200, 200]);
});

it("names an op that nobody computes", () => {
  const graph = tf.getDefaultGraph();
  const x = tf.placeholder("float32");
  const { def } = tf.negative(x).op;
  const op = graph.createOperation({
    def: { ...def, type: "Unheard" },
    name: "strange",
    inputs: [x],
    attrs: {},
    outputDTypes: [tf.float32],
  });
  expect(() => program([op.output(0)], [x])).toThrow(
    "No OpKernel was registered to support Op 'Unheard' used by {{node strange}}",
  );
});
