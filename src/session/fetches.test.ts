/** What can be fetched, in which structure it comes back, and the errors of what cannot. */
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

describe("fetches", () => {
  it("are given back in their structure, each computed once", () => {
    const x = tf.constant([1, 2], { name: "x" });
    const v = new tf.Variable(7, { name: "v" });
    session.runSync(v.initializer);
    const count = v.assignAdd(1) as tf.Tensor;
    const result = session.runSync({ x, list: [x.op, "x:0", [v]], ops: { none: "x" }, twice: [count, count] });
    expectTypeOf(result).toEqualTypeOf<{
      x: tf.NDArray;
      list: [null, tf.NDArray, [tf.NDArray]];
      ops: { none: null };
      twice: [tf.NDArray, tf.NDArray];
    }>();
    expect(result.list[0]).toBeNull();
    expect(result.ops).toEqual({ none: null });
    expect([result.x, result.list[1]].map(String)).toEqual(["[1. 2.]", "[1. 2.]"]);
    expect(result.list[2][0].item()).toBe(8);
    expect(result.twice.map((one) => one.item())).toEqual([8, 8]);
  });

  it("may be a map, empty, or deeply empty", () => {
    const x = tf.constant(1);
    expect(
      session
        .runSync(new Map([[x, x]]))
        .get(x)
        ?.item(),
    ).toBe(1);
    expect(session.runSync([])).toEqual([]);
    expect(session.runSync({ a: [[], {}] })).toEqual({ a: [[], {}] });
  });

  it("belong to the caller", () => {
    const x = tf.constant([1, 2]);
    const v = new tf.Variable([1, 2]);
    session.runSync(v.initializer);
    const same = tf.reshape(v, [2]);
    const p = tf.placeholder("float32", [2]);
    const kept = v.assign(p) as tf.Tensor;
    const fed = tf.ndarray([5, 6]);
    for (const array of [
      ...session.runSync([x, v, same]),
      session.runSync(p, [[p, fed]]),
      session.runSync(kept, [[p, fed]]),
    ]) {
      (array.data as Float32Array).fill(0);
    }
    expect(fed.toArray()).toEqual([5, 6]);
    (fed.data as Float32Array).fill(9);
    expect(session.runSync([x, v, same]).map((one) => one.toArray())).toEqual([
      [1, 2],
      [5, 6],
      [5, 6],
    ]);
  });

  it.each<readonly [string, () => unknown, string, string]>([
    ["nothing", () => null, "TypeError", 'Argument `fetch` = None has invalid type "NoneType". Cannot be None'],
    [
      "nothing in a list",
      () => [tf.constant(1), undefined],
      "TypeError",
      'Argument `fetch` = None has invalid type "NoneType". Cannot be None',
    ],
    [
      "a number",
      () => 3,
      "TypeError",
      'Argument `fetch` = 3 has invalid type "int" must be a string or Tensor. (Can not convert a int into a Tensor or Operation.)',
    ],
    [
      "a fraction",
      () => 3.5,
      "TypeError",
      'Argument `fetch` = 3.5 has invalid type "float" must be a string or Tensor. (Can not convert a float into a Tensor or Operation.)',
    ],
    [
      "an empty name",
      () => "",
      "ValueError",
      "Argument `fetch` =  cannot be interpreted as a Tensor. (\"The name '' refers to an Operation not in the graph.\")",
    ],
    [
      "no op's name",
      () => "y",
      "ValueError",
      "Argument `fetch` = y cannot be interpreted as a Tensor. (\"The name 'y' refers to an Operation not in the graph.\")",
    ],
    [
      "no tensor's name",
      () => "y:0",
      "ValueError",
      "Argument `fetch` = y:0 cannot be interpreted as a Tensor. (\"The name 'y:0' refers to a Tensor which does not exist. The operation, 'y', does not exist in the graph.\")",
    ],
    [
      "an output too many",
      () => "x:3",
      "ValueError",
      "Argument `fetch` = x:3 cannot be interpreted as a Tensor. (\"The name 'x:3' refers to a Tensor which does not exist. The operation, 'x', exists but only has 1 outputs.\")",
    ],
    [
      "no name at all",
      () => "x:a",
      "ValueError",
      "Argument `fetch` = x:a cannot be interpreted as a Tensor. (The name 'x:a' looks a like a Tensor name, but is not a valid one. Tensor names must be of the form \"<op_name>:<output_index>\".)",
    ],
    [
      "another graph's tensor",
      () => new tf.Graph().asDefault(() => tf.constant(1, { dtype: "int32", name: "y" })),
      "ValueError",
      'Argument `fetch` = Tensor("y:0", shape=(), dtype=int32) cannot be interpreted as a Tensor. (Tensor Tensor("y:0", shape=(), dtype=int32) is not an element of this graph.)',
    ],
  ])("cannot be %s", (_, fetch, tensorflowClass, message) => {
    tf.constant(1, { name: "x" });
    expect(failureOf(() => session.runSync(fetch() as tf.Fetch))).toEqual([tensorflowClass, message]);
  });

  it("cannot be what belongs to a branch", () => {
    const x = tf.constant(1, { name: "x" });
    graph.preventFetching(x.op);
    expect(failureOf(() => session.runSync(x))).toEqual([
      "InaccessibleTensorError",
      "Operation x has been marked as not fetchable. Typically this happens when it is defined in another function or code block. Use return values, explicit Python locals or TensorFlow collections to access it.",
    ]);
  });
});
