/** What is computed while a step is planned, and what is not. */
import { beforeEach, describe, expect, it } from "vitest";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import * as tf from "../index.ts";
import { planDataflow } from "./dataflow.ts";
import { foldConstants } from "./fold.ts";
import { pruneStep } from "./prune.ts";

beforeEach(() => tf.resetDefaultGraph());

/** An op that asks for a shape: `tf.shape` answers by itself where the graph knows it. */
function sizes(x: tf.Tensor, name: string): tf.Tensor {
  return tf.shapeN([x], { name })[0] as tf.Tensor;
}

/** The ops that are left, and the fetched values that are known. */
function folded(fetches: readonly tf.Tensor[], feeds: readonly tf.Tensor[] = [], mayAssumeShapes = true) {
  const slice = pruneStep(tf.getDefaultGraph(), { fetches, feeds });
  const flow = foldConstants(
    planDataflow(slice, { isInitialized: () => true, hasContainer: () => true }),
    mayAssumeShapes,
  );
  return {
    left: flow.nodes.map(({ op }) => op.name),
    known: flow.fetches.map((value) => value?.constant?.toString() ?? null),
    assumesShapes: flow.assumesShapes,
  };
}

describe("folding", () => {
  it("computes what only depends on constants", () => {
    expect(folded([tf.add(tf.range(3), 1)])).toEqual({ left: [], known: ["[1 2 3]"], assumesShapes: false });
  });

  it("knows shapes, unless some may be others than the graph says", () => {
    const x = tf.placeholder("float32", [2, 3], { name: "x" });
    const doubled = tf.multiply(sizes(x, "s"), 2, { name: "m" });
    expect(folded([doubled], [x])).toEqual({ left: [], known: ["[4 6]"], assumesShapes: true });
    expect(folded([doubled], [x], false)).toEqual({ left: ["s", "m"], known: [null], assumesShapes: false });
    const open = tf.placeholder("float32", [null, 3], { name: "open" });
    expect(folded([sizes(open, "t")], [open]).left).toEqual(["t"]);
  });

  it("takes no shape for granted where a step may change shapes", () => {
    const v = new tf.Variable([1, 2], { name: "v", validateShape: false });
    const write = tf.assign(v, [1, 2, 3], { validateShape: false }) as tf.Tensor;
    const size = tf.controlDependencies([write], () => sizes(tf.identity(v), "size"));
    expect(folded([size]).left).toContain("size");
  });

  it("leaves what fails, what is drawn, what writes, and what would be large", () => {
    const failing = tf.gather(tf.constant([1]), 3, { name: "failing" });
    const drawn = tf.randomUniform([2], { name: "drawn" });
    const v = new tf.Variable(1, { name: "v" });
    const written = tf.assignAdd(v, 1, { name: "written" }) as tf.Tensor;
    const large = tf.fill([1000, 1000], 1, { name: "large" });
    const { left } = folded([failing, drawn, written, large]);
    expect(left).toEqual(["failing", "drawn/RandomUniform", "large", "written"]);
  });

  it("shares the memory of a large constant in another shape", () => {
    const data = new Float32Array(100_000);
    const x = tf.constant(tf.ndarray(data, "float32"), { name: "x" });
    const flow = foldConstants(
      planDataflow(pruneStep(tf.getDefaultGraph(), { fetches: [tf.reshape(x, [100, -1])], feeds: [] }), {
        isInitialized: () => true,
        hasContainer: () => true,
      }),
      true,
    );
    const [value] = flow.fetches;
    const constant = value?.constant;
    expect(constant?.shape).toEqual([100, 1000]);
    const { data: kept } = x.op.attrs["value"] as tf.NDArray;
    expect(constant?.data).toBe(kept);
  });
});

describe("a step whose shapes were taken for granted", () => {
  it("is planned again when a variable has another shape", () => {
    const v = new tf.Variable([1, 2], { name: "v" });
    const longer = tf.assign(v, [1, 2, 3], { validateShape: false }) as tf.Tensor;
    const size = tf.reduceSum(sizes(tf.identity(v), "sizes"));
    using session = new tf.Session({ engine: createReferenceEngine() });
    session.runSync(v.initializer);
    expect(session.runSync(size).item()).toBe(2);
    session.runSync(longer.op);
    expect(session.runSync(size).item()).toBe(3);
    session.runSync(v.initializer);
    expect(session.runSync(size).item()).toBe(2);
  });
});
