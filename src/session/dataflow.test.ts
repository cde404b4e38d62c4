/** How steps become pure dataflow. That the result means the same is test/random-steps.test.ts. */
import { beforeEach, describe, expect, it } from "vitest";
import * as tf from "../index.ts";
import { type Dataflow, planDataflow } from "./dataflow.ts";
import { pruneStep } from "./prune.ts";

beforeEach(() => tf.resetDefaultGraph());

function plan(
  fetches: readonly (tf.Tensor | tf.Operation)[],
  options: { feeds?: readonly tf.Tensor[]; unset?: boolean } = {},
): Dataflow {
  const slice = pruneStep(tf.getDefaultGraph(), { fetches, feeds: options.feeds ?? [] });
  return planDataflow(slice, { isInitialized: () => options.unset !== true, hasContainer: () => false });
}

/** The nodes as `name(inputs) → outputs` with the numbers of values. */
function text({ nodes }: Dataflow): string[] {
  const ids = (values: readonly { readonly id: number; readonly constant: tf.NDArray | null }[]) =>
    values.map(({ id, constant }) => (constant === null ? `#${id}` : String(constant))).join(" ");
  return nodes.map(
    ({ op, inputs, outputs, isCheck }) =>
      `${isCheck ? "check " : ""}${op.name}(${ids(inputs)})${outputs.length > 0 ? ` → ${ids(outputs)}` : ""}`,
  );
}

describe("a plan", () => {
  it("turns writes into ops from the old value to the new one, and reads into versions", () => {
    const v = new tf.Variable(1, { name: "v" });
    const before = tf.add(v, 10, { name: "before" });
    const write = v.assignAdd(2, { name: "write" }) as tf.Tensor;
    const after = tf.controlDependencies([write], () => tf.add(v, 20, { name: "after" }));
    const flow = plan([before, after, v.asGraphElement()]);
    expect(text(flow)).toEqual(
      ["before(#4 10.0) → #5", "write(#4 2.0) → #6", "after(#6 20.0) → #7"]
        .map((line) => line.replace(/#\d+/g, (id) => id))
        .map(renumber(flow)),
    );
    const [variable] = flow.variables;
    expect(flow.fetches[2]).toBe(variable?.written);
    expect(variable?.before?.source).toBe(variable);
  });

  it("needs no op for what only passes values on or orders others", () => {
    const x = tf.placeholder("float32", []);
    const v = new tf.Variable(1, { useResource: true });
    const store = v.assign(tf.identity(x)) as tf.BaseVariable;
    const done = tf.group(store, x);
    const flow = plan([done, store.value(), tf.identity(x)], { feeds: [x] });
    expect(flow.nodes).toEqual([]);
    expect(flow.fetches[1]).toBe(flow.fetches[2]);
    expect(flow.variables[0]?.written).toBe(flow.fetches[1]);
    expect(flow.fetches[1]?.source).toBe(0);
  });

  it("checks a new value's shape where only the step knows it", () => {
    const x = tf.placeholder("float32", null, { name: "x" });
    const v = new tf.Variable([1, 2], { name: "v" });
    expect(text(plan([tf.assign(v, x).op], { feeds: [x] }))[0]).toMatch(/^check Assign\(/);
    expect(plan([tf.assign(v, [3, 4]).op]).nodes).toEqual([]);
    expect(plan([tf.assign(v, x, { validateShape: false }).op], { feeds: [x] }).nodes).toEqual([]);
  });

  it("knows whether variables have values", () => {
    const v = new tf.Variable(1, { name: "v" });
    const known = tf.isVariableInitialized(v);
    expect([plan([known]), plan([known], { unset: true })].map(({ fetches }) => fetches[0]?.constant?.item())).toEqual([
      true,
      false,
    ]);
    const failing = plan([tf.add(v, 1)], { unset: true });
    expect([failing.nodes, failing.failure?.().name]).toEqual([[], "FailedPreconditionError"]);
  });

  it("treats two ops with one shared name as one variable", () => {
    const graph = tf.getDefaultGraph();
    const v = new tf.Variable(1, { name: "v", useResource: true });
    const again = graph.createOperation({
      def: v.op.def,
      name: "again",
      inputs: [],
      attrs: { ...v.op.attrs, shared_name: "v" },
      outputDTypes: [tf.resource],
    });
    const flow = plan([v.op, again]);
    expect(flow.variables.length).toBe(1);
  });

  it("keeps what comes before a failure, to see whether it fails first", () => {
    const x = tf.placeholder("float32", []);
    const y = tf.add(tf.constant(1), tf.constant(2), { name: "y" });
    const z = tf.controlDependencies([y], () => tf.identity(x));
    const flow = plan([tf.add(z, y)]);
    expect(flow.failure?.().message).toMatch(/^You must feed a value/);
  });

  it("refuses a graph that runs in circles", () => {
    const x = tf.identity(tf.constant(1));
    const y = tf.identity(x);
    x.op.updateInput(0, y);
    expect(() => plan([y])).toThrow(tf.GraphError);
  });
});

/** Values are compared by the order in which the plan made them, whatever the numbers are. */
function renumber(flow: Dataflow): (line: string) => string {
  const [before, write, after] = flow.nodes;
  const old = before?.inputs[0]?.id;
  const wanted: Readonly<Record<string, number | undefined>> = {
    "#4": old,
    "#5": before?.outputs[0]?.id,
    "#6": write?.outputs[0]?.id,
    "#7": after?.outputs[0]?.id,
  };
  return (line) => line.replace(/#\d/g, (id) => `#${wanted[id]}`).replace(/(\d+\.)0/g, "$10");
}
