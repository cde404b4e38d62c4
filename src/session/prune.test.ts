import { beforeEach, expect, it } from "vitest";
import * as tf from "../index.ts";
import { pruneStep } from "./prune.ts";

beforeEach(() => tf.resetDefaultGraph());

function names(fetches: readonly (tf.Tensor | tf.Operation)[], feeds: readonly tf.Tensor[] = []): string[] {
  return pruneStep(tf.getDefaultGraph(), { fetches, feeds }).ops.map(({ name }) => name);
}

it("takes what is needed over data and control edges, in the order of creation", () => {
  const a = tf.constant(1, { name: "a" });
  tf.constant(2, { name: "unneeded" });
  const first = tf.noOp({ name: "first" });
  const b = tf.controlDependencies([first], () => tf.identity(a, { name: "b" }));
  expect(names([b])).toEqual(["a", "first", "b"]);
  expect(names([b.op, b])).toEqual(["a", "first", "b"]);
});

it("does not go through what is fed, but executes an op that is fetched as such", () => {
  const a = tf.constant(1, { name: "a" });
  const b = tf.identity(a, { name: "b" });
  const c = tf.identity(b, { name: "c" });
  expect(names([c], [b])).toEqual(["c"]);
  expect(names([b], [b])).toEqual([]);
  expect(names([b.op], [b])).toEqual(["a", "b"]);
});

it("keeps control edges from ops that do something, even when they are fed", () => {
  const v = new tf.Variable(1, { name: "v" });
  const write = v.assign(2) as tf.Tensor;
  const x = tf.placeholder("float32", [], { name: "x" });
  const y = tf.controlDependencies([write, x], () => tf.constant(3, { name: "y" }));
  expect(names([y], [write, x])).toEqual(["v", "Assign/value", "Assign", "y"]);
});

it("tells whether ops steer others", () => {
  const graph = tf.getDefaultGraph();
  const plain = tf.constant(1).add(1);
  const branch = tf.cond(
    tf.constant(true),
    () => plain,
    () => tf.constant(2),
  ) as tf.Tensor;
  expect([plain, branch].map((one) => pruneStep(graph, { fetches: [one], feeds: [] }).hasFlow)).toEqual([false, true]);
});
