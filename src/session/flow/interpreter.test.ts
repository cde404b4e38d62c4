/** Steps with control flow beyond those that TensorFlow's cases and test/steps.test.ts cover: nesting, dead values, constants, length. */
import { beforeEach, expect, it } from "vitest";
import { failureOf } from "../../../test/failure-of.ts";
import * as tf from "../../index.ts";

let session: tf.Session;

beforeEach(() => {
  tf.resetDefaultGraph();
  session = new tf.Session({ engine: tf.createReferenceEngine() });
});

function countTo(limit: number, body: (i: tf.Tensor) => tf.Tensor): tf.Tensor {
  return tf.whileLoop((i: tf.Tensor) => tf.less(i, limit), body, [tf.constant(0)]) as tf.Tensor;
}

it("nests loops: each iteration of the outer one runs the inner one anew", () => {
  const v = new tf.Variable(0);
  session.runSync(v.initializer);
  const inner = (): tf.Tensor => countTo(3, (j) => tf.controlDependencies([tf.assignAdd(v, 1)], () => j.add(1)));
  const loop = countTo(4, (i) => i.add(inner().mul(0).add(1)));
  expect(session.runSync(loop).item()).toBe(4);
  expect(session.runSync(v).item()).toBe(12);
});

it("does not execute a branch that is not taken, nor what needs only it", () => {
  const v = new tf.Variable(0);
  session.runSync(v.initializer);
  const taken = tf.placeholder("bool", []);
  const inBranch: tf.Tensor[] = [];
  const result = tf.cond(
    taken,
    () => {
      const write = tf.add(tf.assignAdd(v, 1), 0);
      inBranch.push(write);
      return write;
    },
    () => tf.constant(-1),
  ) as tf.Tensor;
  const outside = tf.add(inBranch[0] as tf.Tensor, 1);
  expect(session.runSync(result, [[taken, false]]).item()).toBe(-1);
  expect(failureOf(() => session.runSync(outside, [[taken, false]]))).toEqual([
    "InvalidArgumentError",
    "Retval[0] does not have value",
  ]);
  expect(session.runSync(v).item()).toBe(0);
  expect(session.runSync(outside, [[taken, true]]).item()).toBe(2);
});

it("gives a loop that is not entered its initial values", () => {
  const limit = tf.placeholder("float32", []);
  const loop = tf.whileLoop(
    (i: tf.Tensor) => tf.less(i, limit),
    (i: tf.Tensor) => i.add(1),
    [tf.constant(5)],
  ) as tf.Tensor;
  expect(session.runSync(loop, [[limit, 3]]).item()).toBe(5);
  expect(session.runSync(loop, [[limit, 8]]).item()).toBe(8);
});

it("has what is made outside in every iteration", () => {
  const outside = tf.placeholder("float32", []);
  const [, sum] = tf.whileLoop(
    (i: tf.Tensor) => tf.less(i, 5),
    (i: tf.Tensor, total: tf.Tensor) => [i.add(1), total.add(outside)],
    [tf.constant(0), tf.constant(0)],
  ) as readonly [tf.Tensor, tf.Tensor];
  expect(session.runSync(sum, [[outside, 3]]).item()).toBe(15);
});

it("names the op that fails inside, and commits nothing", () => {
  const v = new tf.Variable(0);
  session.runSync(v.initializer);
  const rows = tf.constant([1, 2, 3]);
  const loop = countTo(9, (i) =>
    tf.controlDependencies([tf.assignAdd(v, 1)], () =>
      i.add(tf.gather(rows, tf.cast(i, "int32"), { name: "row" }).mul(0).add(1)),
    ),
  );
  expect(() => session.runSync(loop)).toThrow(
    expect.objectContaining({ name: "InvalidArgumentError", node: "while/row" }),
  );
  expect(session.runSync(v).item()).toBe(0);
});

it("draws a new number in each iteration, and none when the step fails", () => {
  tf.setRandomSeed(3);
  const limit = tf.placeholder("float32", []);
  const [, drawn] = tf.whileLoop(
    (i: tf.Tensor) => tf.less(i, limit),
    (i: tf.Tensor, total: tf.Tensor) => [i.add(1), total.add(tf.randomUniform([]))],
    [tf.constant(0), tf.constant(0)],
  ) as readonly [tf.Tensor, tf.Tensor];
  const other = new tf.Session({ engine: tf.createReferenceEngine() });
  const twoAtOnce = session.runSync(drawn, [[limit, 2]]).item() as number;
  const oneByOne = [1, 2].map(() => other.runSync(drawn, [[limit, 1]]).item() as number);
  expect(twoAtOnce).toBeCloseTo((oneByOne[0] as number) + (oneByOne[1] as number), 6);
});

it("runs long loops", () => {
  expect(session.runSync(countTo(20_000, (i) => i.add(1))).item()).toBe(20_000);
});
