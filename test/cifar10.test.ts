/** The CIFAR-10 tutorial network: its graph is TensorFlow's node by node, and so are its logits, on both engines. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AttrValueRecord,
  asDType,
  createReferenceEngine,
  type Engine,
  float32,
  Graph,
  globalVariablesInitializer,
  type NDArray,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
  type TensorRecord,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { inference } from "../examples/cifar10/model.ts";

interface Golden {
  readonly nodes: readonly { readonly name: string }[];
  readonly logits: readonly (readonly number[])[];
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "goldens/cifar10.json"), "utf8")) as Golden;
const batch = golden.logits.length;
const graph = new Graph();
const [images, logits, initializer] = graph.asDefault(() => {
  setRandomSeed(1);
  const input = placeholder(float32, [batch, 24, 24, 3], { name: "images" });
  const output = inference(input);
  return [input, output, globalVariablesInitializer()] as const;
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The elements of a constant, from whichever field holds them. */
function elements(tensor: TensorRecord): number[] {
  const { tensorContent, dtype } = tensor;
  if (tensorContent === undefined) return [...(tensor.floatVal ?? tensor.intVal ?? [])].map(Number);
  const buffer = tensorContent.slice().buffer;
  return [...(dtype === float32.number ? new Float32Array(buffer) : new Int32Array(buffer))];
}

/** An attr in the golden file's form. */
function attrForm(attr: AttrValueRecord): unknown {
  if ("type" in attr) return { type: asDType(attr.type).name };
  if ("shape" in attr) return { shape: attr.shape.unknownRank ? null : attr.shape.dim.map(({ size }) => size) };
  if ("tensor" in attr) {
    const shape = attr.tensor.tensorShape?.dim.map(({ size }) => Number(size)) ?? [];
    const values = elements(attr.tensor);
    const sum = values.reduce((a, b) => a + b, 0);
    return { tensor: asDType(attr.tensor.dtype).name, shape, sum, first: values.slice(0, 4) };
  }
  if ("list" in attr) return { list: attr.list.s?.map(text) ?? attr.list.i ?? [] };
  return "s" in attr ? { s: text(attr.s) } : attr;
}

describe("cifar10", () => {
  it("is TensorFlow's graph, node by node", () => {
    const got = graph.asGraphDef().node.map(({ name, op, input, device, attr }) => ({
      name,
      op,
      input,
      device,
      attr: Object.fromEntries(Object.entries(attr).map(([key, value]) => [key, attrForm(value)])),
    }));
    expect(got.map(({ name }) => name)).toEqual(golden.nodes.map(({ name }) => name));
    for (const [i, node] of got.entries()) expect(node).toEqual(golden.nodes[i]);
  });

  const engines: Readonly<Record<string, () => Engine>> = {
    reference: createReferenceEngine,
    "ONNX Runtime": createOnnxRuntimeEngine,
  };
  it.each(Object.entries(engines))(
    "gives TensorFlow's logits from the same seed on the engine %s",
    async (_, engine) => {
      const count = batch * 24 * 24 * 3;
      const pixels = Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 256) / 255);
      const session = new Session({ graph, engine: engine() });
      await session.run(initializer);
      const value = (await session.run(logits, [[images, ndarray(pixels, float32, [batch, 24, 24, 3])]])) as NDArray;
      session.close();
      // Sums of 1600 float32 products in another order: 1e-5 absolute, as the logits are of size 0.1.
      const wanted = golden.logits.flat();
      const got = [...(value.data as Float32Array)];
      expect(got).toHaveLength(wanted.length);
      for (const [i, logit] of got.entries()) expect(Math.abs(logit - (wanted[i] ?? Number.NaN))).toBeLessThan(1e-5);
    },
  );
});
