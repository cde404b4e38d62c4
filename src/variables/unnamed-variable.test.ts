/** Variables whose name is empty. What TensorFlow 2.21 does is recorded beside each case. */
import * as tf from "namesake";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

beforeEach(() => tf.resetDefaultGraph());
afterEach(() => tf.resetDefaultGraph());

const get = (name = "", initializer: tf.InitializerLike = tf.zerosInitializer()): tf.ResourceVariable =>
  tf.getVariable(name, [1], { initializer, useResource: true }) as tf.ResourceVariable;
const names = (): string[] => tf.getDefaultGraph().operations.map((op) => op.name);

describe("a resource variable without a name", () => {
  // v = tf.get_variable("", [1], use_resource=True)
  it("is named ':0', and so is its handle; its ops have default names", () => {
    const v = get();
    expect([v.name, v.handle.name, String(v), String(v.handle)]).toEqual([
      ":0",
      ":0",
      "<tf.Variable ':0' shape=(1,) dtype=float32>",
      'Tensor(":0", shape=(), dtype=resource)',
    ]);
    expect(names()).toEqual([
      "Initializer/zeros",
      "VarHandleOp",
      "IsInitialized/VarIsInitializedOp",
      "Assign",
      "Read/ReadVariableOp",
    ]);
    expect(v.op.getAttr("shared_name")).toBe("");
    expect(v.op.attrs["_class"]).toEqual(["loc:@"]);
    expect(v.initializer.name).toBe("Assign");
  });

  it("goes by its op's name in the GraphDef and in look-ups", () => {
    const v = get();
    const graph = tf.getDefaultGraph();
    expect(graph.asGraphDef().node.find((node) => node.name === "Assign")?.input).toEqual([
      "VarHandleOp",
      "Initializer/zeros",
    ]);
    expect(graph.getTensorByName("VarHandleOp:0")).toBe(v.handle);
    expect(() => graph.getTensorByName(v.name)).toThrow(
      "The name ':0' refers to a Tensor which does not exist. The operation, '', does not exist in the graph.",
    );
  });

  it("is read by ops with default names", () => {
    const v = get();
    expect([v.readValue().name, tf.identity(v).name, v.add(1).name, v.value().name]).toEqual([
      "Identity:0",
      "Identity_1:0",
      "add:0",
      "ReadVariableOp_1:0",
    ]);
    const before = names().length;
    expect((tf.assign(v, [1]) as tf.BaseVariable).name).toBe("AssignVariableOp");
    expect(names().slice(before)).toEqual(["Const", "AssignVariableOp", "ReadVariableOp_2"]);
  });

  it("is shared by reuse, and exists once", () => {
    const v = get();
    expect(tf.variableScope(tf.getVariableScope(), { reuse: true }, () => get())).toBe(v);
    expect(() => get()).toThrow(
      /^Variable {2}already exists, disallowed\. Did you mean to set reuse=True or reuse=tf\.AUTO_REUSE in VarScope\?/,
    );
  });

  it("has the scope's name inside of a scope", () => {
    const v = tf.variableScope("a", () => tf.variableScope("b", () => get()));
    expect([v.name, v.handle.name, v.op.name, v.op.getAttr("shared_name")]).toEqual(["a/b:0", "a/b:0", "a/b", "a/b"]);
    expect(tf.variableScope("a", () => get("b").name)).toBe("a/b_1:0");
  });
});

describe("two resource variables without a name", () => {
  it("have ops of their own, and one name", () => {
    const [v, w] = [get(), new tf.Variable([2], { name: "", useResource: true })];
    expect([w.name, w.op.name, v.op.name]).toEqual([":0", "VarHandleOp_1", "VarHandleOp"]);
    expect(names().slice(5)).toEqual([
      "Initializer_1/initial_value",
      "VarHandleOp_1",
      "IsInitialized_1/VarIsInitializedOp",
      "Assign_1",
      "Read_1/ReadVariableOp",
    ]);
    expect(tf.globalVariables().map((each) => each.name)).toEqual([":0", ":0"]);
  });

  // s.run(v.initializer); s.run(w); s.run(w.initializer); s.run([v, w]); s.run(v.assign([5.])); s.run([v, w])
  it("share one value in a session, as they are shared under one name", () => {
    const [v, w] = [get(), new tf.Variable([2], { name: "", useResource: true })];
    const session = new tf.Session({ engine: tf.createReferenceEngine() });
    const values = (): string => session.runSync([v, w]).map(String).join(" ");
    session.runSync(v.initializer);
    expect(values()).toBe("[0.] [0.]");
    session.runSync(w.initializer);
    expect(values()).toBe("[2.] [2.]");
    v.loadSync([5], session);
    expect(values()).toBe("[5.] [5.]");
    session.close();
  });

  it("have a value each where their types differ, which TensorFlow refuses to read", () => {
    const [v, w] = [get(), new tf.Variable(tf.ndarray([2], "int32"), { name: "", useResource: true })];
    const session = new tf.Session({ engine: tf.createReferenceEngine() });
    session.runSync(tf.globalVariablesInitializer());
    expect(session.runSync([v, w]).map(String)).toEqual(["[0.]", "[2]"]);
    session.close();
  });

  it("are told by their empty name when they have no value", () => {
    const v = get();
    const session = new tf.Session({ engine: tf.createReferenceEngine() });
    expect(() => session.runSync(v)).toThrow(
      "Could not find variable . This could mean that the variable has been deleted. In TF1, it can also mean the variable is uninitialized. Debug info: container=localhost, status error message=Container localhost does not exist. (Could not find resource: localhost/)",
    );
    session.close();
  });
});

describe("a reference variable without a name", () => {
  // v = tf.get_variable("", [1]); w = tf.Variable([2.], name="")
  it("is named as its op, and has a value of its own", () => {
    const v = tf.getVariable("", [1], { initializer: tf.zerosInitializer() });
    const w = new tf.Variable([2], { name: "" });
    expect([v.name, v.op.name, v.op.getAttr("shared_name")]).toEqual(["VariableV2:0", "VariableV2", ""]);
    expect(names().slice(0, 4)).toEqual(["Initializer/zeros", "VariableV2", "Assign", "read"]);
    expect(names().slice(4)).toEqual(["initial_value", "VariableV2_1", "Assign_1", "read_1"]);
    const session = new tf.Session({ engine: tf.createReferenceEngine() });
    session.runSync(tf.globalVariablesInitializer());
    expect(session.runSync([v, w]).map(String)).toEqual(["[0.]", "[2.]"]);
    session.close();
  });
});
