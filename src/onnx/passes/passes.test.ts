/** What the passes make of typical slices. That values stay the same on random ones is test/lowering/random-images.test.ts. */
import { beforeEach, describe, expect, it } from "vitest";
import type { NodeProto } from "../../formats/onnx.ts";
import * as tf from "../../index.ts";
import { planDataflow } from "../../session/dataflow.ts";
import { pruneStep } from "../../session/prune.ts";
import { ConstantPool } from "../constants.ts";
import { lowerSlice } from "../lower.ts";
import { type OnnxValue, Unsupported } from "../rule.ts";
import { withoutDeadNodes } from "./dead-nodes.ts";
import type { PassGraph } from "./pass-graph.ts";

beforeEach(() => tf.resetDefaultGraph());

/** The operators of the slice that gives the fetches, in their order; variables are constants when they are frozen. */
function operators(fetches: readonly tf.Tensor[], feeds: readonly tf.Tensor[], isFrozen: boolean): string[] {
  const dataflow = planDataflow(pruneStep(tf.getDefaultGraph(), { fetches, feeds }), {
    isInitialized: () => true,
    hasContainer: () => true,
  });
  const variables = dataflow.variables.flatMap(({ before }) => (before === null ? [] : [before]));
  const fed = dataflow.nodes.flatMap(({ inputs }) => inputs.filter((value) => "source" in value && value.source === 0));
  const slice = {
    nodes: dataflow.nodes,
    inputs: [...new Set(fed), ...variables],
    outputs: dataflow.fetches.filter((value) => value !== null),
  };
  const zeros = (value: (typeof variables)[number]) =>
    [
      value,
      tf.ndarray(new Float32Array(value.shape.elementCount() as number), "float32", value.shape.dims as number[]),
    ] as const;
  const lowered = lowerSlice(slice, {
    canStoreOutside: false,
    ...(isFrozen && { constants: new Map(variables.map(zeros)) }),
  });
  if (lowered instanceof Unsupported) throw new Error(lowered.why);
  const { graph } = lowered.model;
  // What only depends on constants is computed once, when the model is loaded.
  const constant = new Set(graph?.initializer.map(({ name }) => name));
  return (graph?.node ?? []).flatMap(({ opType = "", input, output }) => {
    if (!input.every((name) => constant.has(name))) return [opType];
    for (const name of output) constant.add(name);
    return [];
  });
}

function conv(x: tf.Tensor, name: string): tf.Tensor {
  const filter = tf.getVariable(`${name}_filter`, [3, 3, x.shape.dim(3), 8]);
  return tf.nn.conv2d(x, filter, { strides: 1, padding: "SAME" });
}

function batchNorm(x: tf.Tensor, name: string): tf.Tensor {
  const [scale, offset, mean, variance] = ["scale", "offset", "mean", "variance"].map((part) =>
    tf.getVariable(`${name}_${part}`, [8]),
  ) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
  return tf.nn.fusedBatchNorm(x, scale, offset, { mean, variance, isTraining: false }).y;
}

describe("a chain of layers over images", () => {
  it("is transposed at its ends only, sums of branches included", () => {
    const x = tf.placeholder("float32", [2, 6, 6, 3]);
    const first = tf.nn.relu(conv(x, "a"));
    const second = tf.nn.maxPool(conv(first, "b"), { ksize: 2, strides: 1, padding: "SAME" });
    expect(operators([tf.add(tf.tanh(second), first)], [x], true)).toEqual([
      "Transpose",
      "Conv",
      "Relu",
      "Conv",
      "MaxPool",
      "Tanh",
      "Add",
      "Transpose",
    ]);
  });

  it("has biases and trained normalization in the filters when those are constants, else beside them", () => {
    const x = tf.placeholder("float32", [2, 6, 6, 3]);
    const bias = tf.getVariable("bias", [8]);
    const y = tf.nn.relu(batchNorm(tf.nn.biasAdd(conv(x, "a"), bias), "n"));
    expect(operators([y], [x], true)).toEqual(["Transpose", "Conv", "Relu", "Transpose"]);
    const open = operators([y], [x], false);
    expect(open.filter((type) => type === "Transpose")).toHaveLength(3);
    expect(open.slice(-2)).toEqual(["Relu", "Transpose"]);
    expect(open).toContain("Mul");
  });

  it("keeps what is fetched on the way, in TensorFlow's order of axes", () => {
    const x = tf.placeholder("float32", [2, 6, 6, 3]);
    const made = conv(x, "a");
    const got = operators([made, tf.nn.relu(made)], [x], true);
    expect(got).toEqual(["Transpose", "Conv", "Transpose", "Relu", "Transpose"]);
  });

  it("goes back where an op wants TensorFlow's order", () => {
    const x = tf.placeholder("float32", [2, 6, 6, 3]);
    expect(operators([tf.reshape(tf.nn.relu(conv(x, "a")), [2, -1])], [x], true)).toEqual([
      "Transpose",
      "Conv",
      "Relu",
      "Transpose",
      "Reshape",
    ]);
  });

  it("normalizes responses by a convolution along the channels", () => {
    const x = tf.placeholder("float32", [2, 6, 6, 3]);
    const y = conv(tf.nn.lrn(conv(x, "a"), { depthRadius: 2 }), "b");
    const got = operators([y], [x], true);
    expect(got.filter((type) => type === "Transpose")).toHaveLength(2);
    expect(got).not.toContain("MatMul");
  });
});

describe("dead nodes", () => {
  const node = (
    opType: string,
    input: string[],
    output: string[],
    attribute: NodeProto["attribute"] = [],
  ): NodeProto => ({
    opType,
    name: output[0] as string,
    input,
    output,
    attribute,
  });
  const left = (nodes: readonly NodeProto[], kept: readonly string[]) => {
    const graph: PassGraph = {
      nodes,
      kept: new Set(kept),
      values: new Map<string, OnnxValue>(),
      constants: new ConstantPool(),
    };
    return withoutDeadNodes(graph).nodes.map(({ name }) => name);
  };

  it("go with what only they use; outputs and what inner graphs take stay", () => {
    const inner = node("Neg", ["captured"], ["negated"]);
    const branch = {
      name: "then_branch",
      g: { name: "inner", node: [inner], initializer: [], input: [], output: [] },
    } as unknown as NodeProto["attribute"][number];
    const nodes = [
      node("Abs", ["x"], ["captured"]),
      node("Exp", ["x"], ["unused"]),
      node("Log", ["unused"], ["unused too"]),
      node("Split", ["x"], ["taken", "not taken"]),
      node("If", ["taken"], ["result"], [branch]),
    ];
    expect(left(nodes, ["result"])).toEqual(["captured", "taken", "result"]);
    expect(left(nodes, ["unused"])).toEqual(["unused"]);
  });
});
