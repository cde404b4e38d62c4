/** What the peers in JavaScript are handed: frozen programs, and what is done to them on the way. No package of a peer is needed here. */
import * as tf from "namesake";
import { afterEach, describe, expect, it } from "vitest";
import { foldBatchNorms } from "../bench/javascript-peers/fold-batch-norms.ts";
import { freeze } from "../bench/javascript-peers/freeze.ts";
import {
  type FrozenConstant,
  type FrozenNode,
  type FrozenProgram,
  feedElements,
  readFrozenProgram,
  removeFrozenProgram,
  writeFrozenProgram,
} from "../bench/javascript-peers/frozen-program.ts";
import { folderOf, installWords } from "../bench/javascript-peers/packages.ts";
import { fuseLayers, transposeWeights } from "../bench/javascript-peers/tfjs-fusing.ts";

const constant = (name: string, shape: readonly number[], values: readonly number[]): [string, FrozenConstant] => [
  name,
  { name, dtype: "float32", shape, values: Float32Array.from(values) },
];
const node = (name: string, op: string, input: readonly string[], attr: FrozenNode["attr"] = {}): FrozenNode => ({
  name,
  op,
  input,
  attr,
});

function program(
  nodes: readonly FrozenNode[],
  constants: readonly (readonly [string, FrozenConstant])[],
): FrozenProgram {
  const fetch = nodes.at(-1)?.name ?? "";
  return { figures: [], nodes, constants: new Map(constants), feeds: [], fetch, expected: [] };
}

describe("freezing", () => {
  const graph = new tf.Graph();
  const { x, y, initializer } = graph.asDefault(() => {
    const fed = tf.placeholder(tf.float32, [2, 3], { name: "x" });
    const weights = tf.getVariable("w", [3, 4], { initializer: tf.constantInitializer(0.5) });
    const flat = tf.reshape(
      tf.matmul(fed, weights),
      tf.multiply(tf.constant([4, 1], { dtype: "int32" }), tf.constant([1, 2], { dtype: "int32" })),
    );
    const [first, second] = tf.split(flat, 2, { axis: 0 }) as [tf.Tensor, tf.Tensor];
    tf.square(fed, { name: "not_needed" });
    return {
      x: fed,
      y: tf.identity(first.add(second), { name: "y" }),
      initializer: tf.globalVariablesInitializer(),
    };
  });
  const session = new tf.Session({ graph });
  session.runSync(initializer);
  const frozen = freeze({ def: graph.asGraphDef(), session, feeds: [{ tensor: x }], fetch: y });

  it("keeps what depends on a feed and what the fetch needs, each after what it reads", () => {
    expect(frozen.nodes.map(({ op }) => op)).toEqual(["MatMul", "Reshape", "Split", "AddV2", "Identity"]);
    const known = new Set(["x", ...frozen.constants.keys()]);
    for (const { name, input } of frozen.nodes) {
      for (const one of input) expect(known).toContain(one.split(":")[0]);
      known.add(name);
    }
    expect(frozen.fetch).toBe("y");
    expect(frozen.feeds).toEqual([{ name: "x", dtype: "float32", shape: [2, 3], below: null }]);
  });

  it("makes variables and all that is computed from constants a constant", () => {
    const [, sizes = ""] = frozen.nodes.find(({ op }) => op === "Reshape")?.input ?? [];
    expect(frozen.constants.get(sizes)).toMatchObject({ dtype: "int32", shape: [2], values: Int32Array.of(4, 2) });
    const [, weights = ""] = frozen.nodes.find(({ op }) => op === "MatMul")?.input ?? [];
    expect(frozen.constants.get(weights)?.values).toEqual(new Float32Array(12).fill(0.5));
  });

  it("is read as it was written, and taken away", () => {
    const name = `test-${process.pid}`;
    const flags: [string, FrozenConstant] = [
      "flags",
      { name: "flags", dtype: "bool", shape: [3], values: Uint8Array.of(1, 0, 1) },
    ];
    const written = {
      figures: ["a figure"],
      ...frozen,
      constants: new Map([flags, ...frozen.constants, constant("empty", [0, 2], [])]),
      expected: [1, 2],
    };
    writeFrozenProgram(name, written);
    expect(readFrozenProgram(name)).toEqual(written);
    removeFrozenProgram(name);
    expect(() => readFrozenProgram(name)).toThrow("ENOENT");
  });

  afterEach(() => removeFrozenProgram(`test-${process.pid}`));

  it("feeds both sides with the same numbers", () => {
    expect(feedElements([2, 2], null)).toEqual(feedElements([4], null));
    expect(feedElements([100], 7).every((value) => value >= 0 && value < 7)).toBe(true);
  });
});

describe("folding batch norms", () => {
  const norm = (isTraining: boolean) =>
    node("norm", "FusedBatchNormV3", ["conv", "scale", "offset", "mean", "variance"], {
      epsilon: { f: 1 },
      is_training: { b: isTraining },
    });
  const conv = node("conv", "Conv2D", ["x", "filter"]);
  const constants = new Map([
    constant("filter", [1, 1, 1, 2], [1, 2]),
    constant("scale", [2], [2, 3]),
    constant("offset", [2], [10, 20]),
    constant("mean", [2], [1, 2]),
    constant("variance", [2], [3, 8]),
  ]);

  it("scales the filter and adds a bias", () => {
    // 2 / √(3 + 1) and 3 / √(8 + 1) are both 1.
    const folded = foldBatchNorms([conv, norm(false)], constants);
    expect(folded.nodes).toEqual([conv, node("norm", "BiasAdd", ["conv", "norm/bias"])]);
    expect([...folded.constants.keys()]).toEqual(["filter", "norm/bias"]);
    expect(folded.constants.get("filter")?.values).toEqual(Float32Array.of(1, 2));
    expect(folded.constants.get("norm/bias")?.values).toEqual(Float32Array.of(9, 18));
  });

  it("leaves a norm in training, and one whose convolution or filter has another reader", () => {
    const same = (nodes: readonly FrozenNode[]) => expect(foldBatchNorms(nodes, constants).nodes).toEqual(nodes);
    same([conv, norm(true)]);
    same([conv, norm(false), node("other", "Relu", ["conv"])]);
    same([conv, norm(false), node("other", "Conv2D", ["x", "filter"])]);
    same([conv, node("norm", "FusedBatchNormV3", ["conv", "scale", "offset", "conv", "variance"], norm(false).attr)]);
  });
});

describe("fusing layers for TensorFlow.js", () => {
  const bias = constant("bias", [2], [1, 2]);
  const layer = node("layer", "MatMul", ["x", "weights"], { transpose_b: { b: true } });
  const fused = (...ops: string[]) => ({
    transpose_b: { b: true },
    num_args: { i: 1 },
    fused_ops: { list: { s: ops } },
  });

  it("takes a bias on either side, and a relu", () => {
    const add = node("add", "AddV2", ["bias", "layer"]);
    const relu = node("relu", "Relu", ["add"]);
    expect(fuseLayers(program([layer, add, relu], [bias]))).toEqual([
      node("relu", "_FusedMatMul", ["x", "weights", "bias"], fused("BiasAdd", "Relu")),
    ]);
    expect(fuseLayers(program([layer, add], [bias]))).toEqual([
      node("add", "_FusedMatMul", ["x", "weights", "bias"], fused("BiasAdd")),
    ]);
  });

  it("leaves what somebody else reads, and what is no bias", () => {
    const same = (nodes: readonly FrozenNode[], constants = [bias]) =>
      expect(fuseLayers(program(nodes, constants))).toEqual(nodes);
    const add = node("add", "BiasAdd", ["layer", "bias"]);
    same([layer, add, node("other", "Square", ["layer"])]);
    same([layer, node("add", "AddV2", ["layer", "layer"])]);
    same([layer, node("add", "AddV2", ["layer", "x"])]);
    same([layer, add], [constant("bias", [1, 2], [1, 2])]);
  });
});

describe("transposing weights for TensorFlow.js", () => {
  const weights = constant("weights", [2, 3], [1, 2, 3, 4, 5, 6]);
  const product = node("product", "MatMul", ["x", "weights"], { transpose_b: { b: true } });

  it("stores them as the product reads them, and keeps them for other readers", () => {
    const alone = transposeWeights(program([product], [weights]));
    const read = node("product", "MatMul", ["x", "weights/transposed"], { transpose_b: { b: false } });
    expect(alone.nodes).toEqual([read]);
    const stored = constant("weights/transposed", [3, 2], [1, 4, 2, 5, 3, 6]);
    expect(alone.constants).toEqual(new Map([stored]));
    const other = node("other", "GatherV2", ["weights", "x"]);
    expect(transposeWeights(program([product, other], [weights])).constants).toEqual(new Map([weights, stored]));
  });

  it("leaves products of what is fed", () => {
    const fed = node("product", "MatMul", ["weights", "x"], { transpose_b: { b: true } });
    expect(transposeWeights(program([fed], [weights])).nodes).toEqual([fed]);
  });
});

describe("the packages", () => {
  it("are pinned, run no script, and stay outside the dependencies", () => {
    const words = installWords("tfjs", "/somewhere");
    expect(words).toEqual(expect.arrayContaining(["--prefix", "/somewhere", "--ignore-scripts"]));
    expect(words.filter((word) => word.startsWith("@"))).toEqual([
      "@tensorflow/tfjs-core@4.22.0",
      "@tensorflow/tfjs-converter@4.22.0",
      "@tensorflow/tfjs-backend-wasm@4.22.0",
    ]);
    expect(folderOf("jax-js")).toMatch(/node_modules[\\/]\.cache[\\/]bench-peers[\\/]jax-js-0\.1\.25$/);
  });
});
