/** The errors of steps that fail: classes, texts, nodes. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caught, failureOf } from "../../test/failure-of.ts";
import * as tf from "../index.ts";

let session: tf.Session;

beforeEach(() => {
  tf.resetDefaultGraph();
  session = new tf.Session({ engine: tf.createReferenceEngine() });
});

afterEach(() => {
  session.close();
});

describe("a failing step", () => {
  it("names the node, the op and where it was made", () => {
    const x = tf.placeholder("float32", null, { name: "x" });
    const y = tf.reshape(x, [2, 2], { name: "y" });
    try {
      session.runSync(y, [[x, [1, 2, 3]]]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(tf.InvalidArgumentError);
      const failed = error as tf.InvalidArgumentError;
      expect(failed.message.split("\n").slice(0, 2)).toEqual([
        "Input to reshape is a tensor with 3 values, but the requested shape has 4",
        "\t [[{{node y}}]]",
      ]);
      expect(failed.message).toContain("failures.test.ts:");
      expect(failed.op).toBe(y.op);
      expect((failed as { node?: unknown }).node).toBe("y");
      expect(failed.code).toBe(3);
    }
  });

  it.each([
    ["fetch v", (v: tf.BaseVariable) => v, "Attempting to use uninitialized value v", "_retval_v_0_0"],
    ["v + 1", (v: tf.BaseVariable) => v.add(1), "Attempting to use uninitialized value v", "v/read"],
    ["v.assignAdd(1)", (v: tf.BaseVariable) => v.assignAdd(1), "Attempting to use uninitialized value v", "AssignAdd"],
  ] as const)("tells of a reference variable without a value: %s", (_, fetch, message, node) => {
    const v = new tf.Variable(1, { name: "v" });
    const error = caught(() => session.runSync(fetch(v) as tf.Fetch));
    expect([error.name, ...error.message.split("\n").slice(0, 2)]).toEqual([
      "FailedPreconditionError",
      message,
      `\t [[{{node ${node}}}]]`,
    ]);
    expect(error.fields["variable"]).toBe("v");
  });

  it("tells of a resource variable without a value as TensorFlow does", () => {
    const v = new tf.Variable(1, { name: "v", useResource: true });
    const w = new tf.Variable(1, { name: "w", useResource: true });
    const read = (lookup: string) =>
      `Could not find variable v. This could mean that the variable has been deleted. In TF1, it can also mean the variable is uninitialized. Debug info: container=localhost, status error message=${lookup}`;
    const noContainer = "Container localhost does not exist. (Could not find resource: localhost/v)";
    expect(failureOf(() => session.runSync(v))).toEqual(["FailedPreconditionError", read(noContainer)]);
    expect(failureOf(() => session.runSync(v.assignAdd(1, { readValue: false }) as tf.Operation))).toEqual([
      "NotFoundError",
      noContainer,
    ]);
    session.runSync(w.initializer);
    expect(failureOf(() => session.runSync(v))).toEqual([
      "FailedPreconditionError",
      read("Resource localhost/v/N10tensorflow3VarE does not exist."),
    ]);
  });

  it("asks for placeholders", () => {
    const texts = [tf.placeholder("float32", [2]), tf.placeholder("int64"), tf.placeholder("float32", [null, 2])].map(
      (x) => failureOf(() => session.runSync(tf.identity(x)))[1],
    );
    expect(texts).toEqual([
      "You must feed a value for placeholder tensor 'Placeholder' with dtype float and shape [2]",
      "You must feed a value for placeholder tensor 'Placeholder_1' with dtype int64",
      "You must feed a value for placeholder tensor 'Placeholder_2' with dtype float and shape [?,2]",
    ]);
  });

  it("refuses a write to a fed variable", () => {
    const v = new tf.Variable(1, { name: "v" });
    const a = v.assignAdd(1) as tf.Tensor;
    const p = tf.placeholder("float32", [], { name: "A" });
    expect(failureOf(() => session.runSync([v, a], [[v, 9]]))).toEqual([
      "InvalidArgumentError",
      "Input 0 of node AssignAdd was passed float from _arg_v_0_0:0 incompatible with expected float_ref.",
    ]);
    expect(
      failureOf(() =>
        session.runSync(
          [a, p.add(1)],
          [
            [v, 9],
            [p, 1],
          ],
        ),
      )[1],
    ).toContain("_arg_v_0_1:0");
  });

  it("checks shapes that only the step knows", () => {
    const x = tf.placeholder("float32");
    const v = new tf.Variable([1, 2, 3], { name: "v" });
    const r = new tf.Variable([1, 2, 3], { name: "r", useResource: true });
    session.runSync([v.initializer, r.initializer]);
    const assign = tf.assign(v, x);
    expect(failureOf(() => session.runSync(assign, [[x, [1, 2]]]))).toEqual([
      "InvalidArgumentError",
      "Assign requires shapes of both tensors to match. lhs shape= [3] rhs shape= [2]",
    ]);
    expect(failureOf(() => session.runSync(tf.assignAdd(v, x), [[x, [1, 2]]]))[1]).toBe(
      "Parameters and update must be the same size",
    );
    expect(failureOf(() => session.runSync(tf.assign(r, x) as tf.Fetch, [[x, [1, 2]]]))[1]).toBe(
      "Trying to assign to variable with tensor with wrong shape. Expected [3] got [2]",
    );
    expect(session.runSync(assign, [[x, [4, 5, 6]]]).toArray()).toEqual([4, 5, 6]);
    expect(session.runSync([v, r]).map((one) => one.toArray())).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
  });

  it("throws a new error each time", () => {
    const v = new tf.Variable(1);
    expect(caught(() => session.runSync(v))).not.toBe(caught(() => session.runSync(v)));
  });
});
