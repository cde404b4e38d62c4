/** What can be fed, and the errors of what cannot. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

describe("feeds", () => {
  it("come as pairs, as a map, or by name", () => {
    const x = tf.placeholder("float32", [2], { name: "x" });
    const y = x.mul(2);
    expect(session.runSync(y, [[x, [1, 2]]]).toArray()).toEqual([2, 4]);
    expect(session.runSync(y, new Map([[x, [3, 4]]])).toArray()).toEqual([6, 8]);
    expect(session.runSync(y, { "x:0": tf.ndarray([5, 6]) }).toArray()).toEqual([10, 12]);
    expect(session.runSync(y, [[x, Float64Array.of(7, 8)]]).toArray()).toEqual([14, 16]);
  });

  it("replace any tensor, also an intermediate one and a constant", () => {
    const a = tf.constant(2);
    const b = a.mul(3);
    const c = b.add(1);
    expect(session.runSync([a, b, c], [[b, 10]]).map((one) => one.item())).toEqual([2, 10, 11]);
    expect(session.runSync([b, c], [[a, 5]]).map((one) => one.item())).toEqual([15, 16]);
  });

  it("are converted as NumPy does", () => {
    const i = tf.placeholder("int32");
    const b = tf.placeholder("bool");
    const f = tf.placeholder("float32");
    const j = tf.placeholder("int64");
    const read = (x: tf.Tensor, value: tf.Literal) => session.runSync(x, [[x, value]]).toArray();
    expect(read(i, 1.7)).toBe(1);
    expect(read(i, [1.7, -1.7])).toEqual([1, -1]);
    expect(read(b, 1)).toBe(true);
    expect(read(f, [true, false])).toEqual([1, 0]);
    expect(read(j, [1, 2])).toEqual([1n, 2n]);
    expect(read(tf.placeholder("int8"), [300])).toEqual([44]);
  });

  it.each([
    [
      "a shape that does not fit",
      (x: tf.Tensor) => [[x, [1, 2, 3]]],
      "ValueError",
      "Cannot feed value of shape (3,) for Tensor x:0, which has shape (2,)",
    ],
    [
      "a scalar for a vector",
      (x: tf.Tensor) => [[x, 1]],
      "ValueError",
      "Cannot feed value of shape () for Tensor x:0, which has shape (2,)",
    ],
    [
      "an op's name",
      () => ({ zz: 1 }),
      "TypeError",
      "Cannot interpret feed_dict key as Tensor: The name 'zz' looks like an (invalid) Operation name, not a Tensor. Tensor names must be of the form \"<op_name>:<output_index>\".",
    ],
    [
      "an unknown name",
      () => ({ "zz:0": 1 }),
      "TypeError",
      "Cannot interpret feed_dict key as Tensor: The name 'zz:0' refers to a Tensor which does not exist. The operation, 'zz', does not exist in the graph.",
    ],
    [
      "an operation",
      (x: tf.Tensor) => [[x.op, 1]],
      "TypeError",
      "Cannot interpret feed_dict key as Tensor: Can not convert a Operation into a Tensor.",
    ],
    [
      "a number as key",
      () => [[3, 1]],
      "TypeError",
      "Cannot interpret feed_dict key as Tensor: Can not convert a int into a Tensor.",
    ],
    [
      "a tensor as value",
      (x: tf.Tensor) => [[x, tf.constant([1, 2], { name: "c" })]],
      "TypeError",
      'The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was Tensor("c:0", shape=(2,), dtype=float32) which was passed to the argument `feed_dict` with key Tensor("x:0", shape=(2,), dtype=float32).',
    ],
  ] as const)("cannot be %s", (_, feeds, tensorflowClass, message) => {
    const x = tf.placeholder("float32", [2], { name: "x" });
    expect(failureOf(() => session.runSync(x, feeds(x) as never))).toEqual([tensorflowClass, message]);
  });

  it("cannot be an integer that does not fit the type", () => {
    const i = tf.placeholder("int32", [], { name: "i" });
    const text = (value: string, type: string) =>
      `Type of feed value ${value} with type <class 'int'> is not compatible with Tensor type <class 'numpy.${type}'>. Try explicitly setting the type of the feed tensor to a larger type (e.g. int64).`;
    expect(failureOf(() => session.runSync(i, [[i, 2 ** 40]]))).toEqual(["TypeError", text("1099511627776", "int32")]);
    const b = tf.placeholder("bool", []);
    expect(failureOf(() => session.runSync(b, [[b, 2]]))).toEqual(["TypeError", text("2", "bool")]);
  });

  it("cannot be what was closed to them", () => {
    const x = tf.placeholder("float32", [2], { name: "x" });
    graph.preventFeeding(x);
    expect(failureOf(() => session.runSync(x, [[x, [1, 2]]]))).toEqual(["ValueError", "Tensor x:0 may not be fed."]);
  });

  it("are checked before fetches", () => {
    tf.placeholder("float32", [2], { name: "x" });
    expect(failureOf(() => session.runSync("nope", { "x:9": 1 }))[0]).toBe("TypeError");
  });

  it("settle a placeholder that others wait for", () => {
    const x = tf.placeholder("float32", []);
    const y = tf.controlDependencies([x], () => tf.constant(3));
    expect(session.runSync(y, [[x, 1]]).item()).toBe(3);
    expect(failureOf(() => session.runSync(x.op, [[x, 1]]))[0]).toBe("InvalidArgumentError");
  });
});
