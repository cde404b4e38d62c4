/** The example models build TensorFlow's graphs: every node with its name, op, inputs, device and attrs, initializers included. */
import { asDType, type BaseVariable, GraphKeys, getCollection, globalVariables } from "namesake";
import { describe, expect, it } from "vitest";
import type { AttrValueRecord, NodeDefRecord, TensorRecord } from "../../src/base/graph-def.ts";
import { type CaseName, cases } from "./cases.ts";
import { modelCase } from "./golden.ts";

/** The elements of a constant, whichever field holds them: TensorFlow writes repeated ones once. */
function elements({ dtype, tensorShape, tensorContent, floatVal, intVal }: TensorRecord): readonly number[] {
  if (tensorContent !== undefined) {
    const { buffer } = tensorContent.slice();
    return [...(asDType(dtype).name === "float32" ? new Float32Array(buffer) : new Int32Array(buffer))];
  }
  const given = floatVal ?? intVal ?? [];
  const count = tensorShape.dim.reduce((product, { size }) => product * size, 1);
  return Array.from({ length: count }, (_, i) => given[i] ?? given.at(-1) ?? 0);
}

function comparableAttr(attr: AttrValueRecord): unknown {
  if (!("tensor" in attr)) return attr;
  const { dtype, tensorShape } = attr.tensor;
  return { dtype: asDType(dtype).name, tensorShape, elements: elements(attr.tensor) };
}

function comparable({ attr, ...node }: NodeDefRecord) {
  return {
    ...node,
    attr: Object.fromEntries(Object.entries(attr).map(([key, value]) => [key, comparableAttr(value)])),
  };
}

describe.each(Object.keys(cases) as CaseName[])("the model %s", (name) => {
  it("is TensorFlow's graph, node by node", () => {
    const { graph, wanted } = modelCase(name);
    const made = graph.asGraphDef().node;
    expect(made.map((node) => node.name)).toEqual(wanted.node.map((node) => node.name));
    for (const [i, node] of made.entries())
      expect(comparable(node)).toEqual(comparable(wanted.node[i] as NodeDefRecord));
  });

  it("puts its variables into TensorFlow's collections", () => {
    const { graph, collections } = modelCase(name);
    const namesIn = (key: string) =>
      graph.asDefault(() => getCollection(key).map((variable) => (variable as BaseVariable).name));
    for (const [key, names] of Object.entries(collections)) expect(namesIn(key)).toEqual(names);
    expect(collections[GraphKeys.GLOBAL_VARIABLES]).not.toEqual([]);
  });
});

/** Where the models use the cells that were compared with TensorFlow's own, in a scope `Cells`. */
const cellScopes = {
  "ptb-lstm": ["Model/RNN"],
  "seq2seq-attention": [
    "embedding_attention_seq2seq/rnn",
    "embedding_attention_seq2seq/embedding_attention_decoder/attention_decoder",
  ],
} as const;

describe("cells written in the examples", () => {
  it.each(["ptb-lstm", "seq2seq-attention"] as const)("%s names its variables as TensorFlow's own cells do", (name) => {
    const { graph, cellVariables } = modelCase(name);
    const variables = graph.asDefault(() => globalVariables());
    const made = Object.fromEntries(variables.map(({ op, shape }) => [op.name, shape.dims]));
    const cells = Object.entries(cellVariables ?? {});
    expect(cells).not.toEqual([]);
    for (const scope of cellScopes[name])
      for (const [variable, shape] of cells) expect(made[variable.replace("Cells", scope)]).toEqual(shape);
  });
});
