/** The GraphDef record, as far as its order goes. What TensorFlow 2.21 writes is recorded beside each case. */
import {
  assign,
  constant,
  controlDependencies,
  Graph,
  getVariable,
  globalVariablesInitializer,
  group,
  identity,
  noOp,
} from "namesake";
import { describe, expect, it } from "vitest";

/** The inputs of the node of this name. */
function inputsOf(graph: Graph, name: string): readonly string[] {
  const node = graph.asGraphDef().node.find((each) => each.name === name);
  if (node === undefined) throw new Error(`no node '${name}'`);
  return node.input;
}

describe("control inputs are written in the order of their names", () => {
  // ops = [tf.no_op(n) for n in names]; with tf.control_dependencies(ops): tf.no_op(name="after")
  it("byte by byte, however they were given", () => {
    const graph = new Graph();
    graph.asDefault(() => {
      const ops = ["z", "z/a", "z-a", "z.a", "z_1", "Z", "z10", "z9", "Za"].map((name) => noOp({ name }));
      controlDependencies(ops, () => noOp({ name: "after" }));
      group(...ops, { name: "all" });
    });
    const sorted = ["^Z_2", "^Za", "^z", "^z-a", "^z.a", "^z/a", "^z10", "^z9", "^z_1"];
    expect(inputsOf(graph, "after")).toEqual(sorted);
    expect(inputsOf(graph, "all")).toEqual(sorted);
  });

  // with tf.control_dependencies([z]): with tf.control_dependencies([b, a]): x = tf.constant(2); tf.identity(x); tf.group(x)
  it("those of nested blocks together, after the data inputs", () => {
    const graph = new Graph();
    const order = graph.asDefault(() => {
      const [z, b, a] = ["z", "b", "a"].map((name) => noOp({ name }));
      return controlDependencies([z], () =>
        controlDependencies([b, a], () => {
          const x = constant(2, { name: "x" });
          identity(x, { name: "y" });
          const all = group(x, { name: "all" });
          return all.controlInputs.map((op) => op.name);
        }),
      );
    });
    expect(inputsOf(graph, "x")).toEqual(["^a", "^b", "^z"]);
    expect(inputsOf(graph, "y")).toEqual(["x"]);
    expect(inputsOf(graph, "all")).toEqual(["^a", "^b", "^x", "^z"]);
    // The operation itself keeps the order in which they came, as TensorFlow's does for up to eight edges.
    expect(order).toEqual(["z", "b", "a", "x"]);
  });

  // tf.get_variable("w", [1]); tf.get_variable("b", [1]); tf.global_variables_initializer(); tf.group(tf.assign(w, [1.]), init)
  it("those of an initializer, whose variables came in another order", () => {
    const graph = new Graph();
    graph.asDefault(() => {
      const w = getVariable("w", [1]);
      getVariable("b", [1]);
      group(assign(w, [1]), globalVariablesInitializer(), { name: "both" });
    });
    expect(inputsOf(graph, "init")).toEqual(["^b/Assign", "^w/Assign"]);
    expect(inputsOf(graph, "both")).toEqual(["^Assign", "^init"]);
  });
});
