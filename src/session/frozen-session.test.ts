/** What a frozen session sees, refuses and frees. That models with constants compute the same is test/lowering/frozen.test.ts. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import * as tf from "../index.ts";

let session: tf.Session;

beforeEach(() => {
  tf.resetDefaultGraph();
  session = new tf.Session({ engine: tf.createReferenceEngine() });
});

afterEach(() => session.close());

describe("a frozen session", () => {
  it("keeps the values that variables had, of both kinds", async () => {
    const variables = [true, false].map((useResource) => new tf.Variable([1, 2], { useResource, dtype: "int32" }));
    const y = tf.add(variables[0] as tf.Variable, variables[1] as tf.Variable);
    const writes = variables.map((v) => (v.assign([10, 20]) as tf.Tensor).op);
    session.runSync(tf.globalVariablesInitializer());
    const frozen = session.freeze();
    session.runSync(writes);
    const later = session.freeze();
    expect(frozen.runSync(y).toString()).toBe("[2 4]");
    expect((await frozen.run(y)).toString()).toBe("[2 4]");
    expect(later.runSync(y).toString()).toBe("[20 40]");
    expect(session.runSync(y).toString()).toBe("[20 40]");
    expect(frozen.runSync(variables[1] as tf.Variable).toString()).toBe("[1 2]");
  });

  it("gives values that belong to the caller", () => {
    const v = new tf.Variable([1, 2], { dtype: "int32" });
    session.runSync(v.initializer);
    const frozen = session.freeze();
    (frozen.runSync(v).data as Int32Array)[0] = 7;
    expect(frozen.runSync(v).toString()).toBe("[1 2]");
    expect(session.runSync(v).toString()).toBe("[1 2]");
  });

  it("offers callables, and steps over names", () => {
    const x = tf.placeholder("float32", [], { name: "x" });
    const v = new tf.Variable(3, { dtype: "float32" });
    tf.multiply(v, x, { name: "y" });
    session.runSync(v.initializer);
    const frozen = session.freeze();
    expect(frozen.makeCallable("y:0", [x]).runSync(2).item()).toBe(6);
    expect(frozen.graph).toBe(session.graph);
  });

  it("refuses steps that write, and says which op does", async () => {
    const v = new tf.Variable(1);
    const y = tf.controlDependencies([v.assignAdd(1, { name: "step" }) as tf.Tensor], () => tf.identity(v));
    session.runSync(v.initializer);
    const frozen = session.freeze();
    const [kind, text] = failureOf(() => frozen.runSync(y));
    expect(kind).toBe("RuntimeError");
    expect(text).toBe("A frozen session cannot write variables, as operation 'step' (AssignAdd) does.");
    await expect(frozen.run(y)).rejects.toThrow("frozen");
    expect(session.runSync(y).item()).toBe(2);
  });

  it("has no value where there was none", () => {
    const v = new tf.Variable(1);
    const frozen = session.freeze();
    const early = session.freeze();
    session.runSync(v.initializer);
    expect(failureOf(() => frozen.runSync(v))[0]).toBe("FailedPreconditionError");
    expect(early.runSync(tf.isVariableInitialized(v)).item()).toBe(false);
  });

  it("draws on with the session's streams", () => {
    const draw = tf.randomUniform([], { seed: 7 });
    const first = session.runSync(draw).item();
    const second = session.freeze().runSync(draw).item();
    const third = session.runSync(draw).item();
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it("interprets control flow with its values", () => {
    const v = new tf.Variable(2);
    const x = tf.placeholder("bool", []);
    const y = tf.cond(
      x,
      () => tf.add(v, 1),
      () => tf.multiply(v, 10),
    ) as tf.Tensor;
    session.runSync(v.initializer);
    const frozen = session.freeze();
    session.runSync((v.assign(5) as tf.Tensor).op);
    expect([true, false].map((value) => frozen.runSync(y, [[x, value]]).item())).toEqual([3, 20]);
  });

  it("ends with its session, or when it is released", async () => {
    const v = new tf.Variable(1);
    session.runSync(v.initializer);
    const [one, other] = [session.freeze(), session.freeze()];
    expect(one.runSync(v).item()).toBe(1);
    const notBegun = one.run(v);
    one.release();
    one.release();
    await expect(notBegun).rejects.toThrow("released");
    expect(failureOf(() => one.runSync(v))).toEqual(["RuntimeError", "Attempted to use a released frozen Session."]);
    expect(session.runSync(v).item()).toBe(1);
    session.close();
    expect(failureOf(() => other.runSync(v))).toEqual(["RuntimeError", "Attempted to use a closed Session."]);
    expect(failureOf(() => session.freeze())).toEqual(["RuntimeError", "Attempted to use a closed Session."]);
  });
});
