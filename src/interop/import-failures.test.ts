/** Imports that fail: of values that cannot be read, of arguments of another kind, and of graphs with random damage. Errors that TensorFlow shares are in import-graph-def.test.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AttrValueRecord,
  constant,
  FormatError,
  Graph,
  type GraphDefRecord,
  NamesakeError,
  type TensorRecord,
  verifyGraph,
} from "namesake";
import { decodeGraphDef, importGraphDef } from "namesake/formats";
import { describe, expect, it } from "vitest";
import { caught, failureOf } from "../../test/failure-of.ts";
import { Dice } from "../../test/lowering/random-numbers.ts";

const versions = { producer: 2000, minConsumer: 0 };

function constantOf(tensor: Partial<TensorRecord> & { readonly size?: number }, type = 1): GraphDefRecord {
  const { size, ...fields } = tensor;
  const tensorShape = { dim: size === undefined ? [] : [{ size }], unknownRank: false };
  const value: AttrValueRecord = { tensor: { dtype: type, tensorShape, ...fields } };
  return { versions, node: [{ name: "a", op: "Const", input: [], device: "", attr: { dtype: { type }, value } }] };
}

function importing(record: unknown, options: object = {}): () => unknown {
  return () => new Graph().asDefault(() => importGraphDef(record as GraphDefRecord, options));
}

describe("a value that cannot be read", () => {
  it.each([
    ["of a negative size", constantOf({ size: -2 }), "the shape [-2] is not fully defined"],
    ["of no size", constantOf({ tensorShape: { dim: [], unknownRank: true } }), "the shape [] is not fully defined"],
    [
      "with too few bytes",
      constantOf({ size: 1, tensorContent: Uint8Array.of(1, 2, 3) }),
      "3 bytes for 1 elements of 4 bytes",
    ],
    [
      "without end",
      constantOf({ size: 2 ** 50, floatVal: [1] }),
      "a value of shape [1125899906842624] takes more than 2147483648 bytes",
    ],
    ["that is half a number", constantOf({ scomplexVal: [1] }, 8), "a complex number without its imaginary part"],
    [
      "of strings with too few bytes",
      constantOf({ size: 9, tensorContent: Uint8Array.of(1, 65) }, 7),
      "2 bytes for 9 strings",
    ],
    [
      "of strings of other lengths",
      constantOf({ size: 1, tensorContent: Uint8Array.of(9, 65) }, 7),
      "the lengths of its strings do not fit its bytes",
    ],
    ["of another type", constantOf({ dtype: 3 }), "'import/a' is to be <dtype: 'float32'>, and its value is int32"],
    ["of no type", constantOf({ dtype: 77 }), "77 is no element type"],
  ])("%s", (_, record, why) => {
    expect(failureOf(importing(record))).toEqual(["ValueError", `Cannot parse tensor from proto: ${why}`]);
  });

  it("is read when its strings stand in one piece", () => {
    const graph = new Graph();
    const long = "x".repeat(200);
    const content = new Uint8Array([1, 200, 1, 97, ...new TextEncoder().encode(long)]);
    graph.asDefault(() => importGraphDef(constantOf({ size: 2, tensorContent: content }, 7), { name: "" }));
    expect((graph.getOperationByName("a").attrs["value"] as { toArray(): unknown }).toArray()).toEqual(["a", long]);
  });
});

describe("an argument of another kind", () => {
  it.each([
    ["no graph", 3, {}, "Argument `graph_def` must be a GraphDef proto."],
    ["no nodes", { versions }, {}, "Argument `graph_def` must be a GraphDef proto."],
    [
      "no input map",
      { versions, node: [] },
      { inputMap: [1] },
      "Argument `input_map` must be a dictionary. Obtained list",
    ],
    [
      "no elements",
      { versions, node: [] },
      { returnElements: "a" },
      "Argument `return_elements` must be a list of strings. Obtained a.",
    ],
  ])("%s", (_, record, options, text) => {
    expect(failureOf(importing(record, options))).toEqual(["TypeError", text]);
  });

  it("are bytes that are no graph", () => {
    expect(caught(importing(Uint8Array.of(255, 255)))).toBeInstanceOf(FormatError);
  });

  it("is a tensor of another graph", () => {
    const other = new Graph().asDefault(() => constant(1));
    const record = new Graph();
    record.asDefault(() => constant(1, { name: "a" }));
    expect(caught(importing(record.asGraphDef(), { inputMap: { a: other } })).message).toMatch(
      /^node 'Const' in input_map does not exist in graph \(input_map entry: a:0->Const:0\)\n/,
    );
  });
});

it("says that a graph which fails is much newer", () => {
  const record = {
    versions: { producer: 3000, minConsumer: 0 },
    node: [{ name: "_", op: "NoOp", input: [], device: "", attr: {} }],
  };
  expect(failureOf(importing(record))[1]).toMatch(
    /^Converting GraphDef to Graph has failed with an error: 'Node '_': Node name contains invalid characters' The binary/,
  );
});

describe("a damaged graph", () => {
  const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_121);
  const golden = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../test/goldens/import_graph_def.json"), "utf8"),
  ) as {
    readonly imports: Readonly<Record<string, { readonly graph: string }>>;
  };
  const graphs = Object.values(golden.imports).map(({ graph }) => graph);
  const words = ["", "a", "c:0", "^wait", "a:1", "_x", "b", "MatMul", "Merge", "NextIteration", "Const", "Foo", "a/b"];
  const values: readonly AttrValueRecord[] = [
    { i: -1 },
    { i: 3 },
    { f: 0.5 },
    { type: 3 },
    { type: 101 },
    { type: 11 },
    { list: {} },
    { s: Uint8Array.of(200) },
    { shape: { dim: [{ size: 3 }], unknownRank: false } },
    { b: true },
  ];

  /** The graph with a few fields replaced. */
  function damaged(dice: Dice): GraphDefRecord {
    const record = decodeGraphDef(new Uint8Array(Buffer.from(dice.pick(graphs), "base64")));
    for (let i = dice.between(1, 3); i > 0 && record.node.length > 0; i -= 1) {
      const node = dice.pick(record.node);
      const keys = [...Object.keys(node.attr), "T", "dtype", "_class", "_output_shapes", "N"];
      const change = dice.between(0, 5);
      if (change === 0) node.name = dice.pick(words);
      else if (change === 1) node.op = dice.pick(words);
      else if (change === 2) node.input = [...node.input.slice(dice.between(0, 1)), dice.pick(words)];
      else if (change === 3) node.attr[dice.pick(keys)] = dice.pick(values);
      else if (change === 4) delete node.attr[dice.pick(keys)];
      else node.device = dice.pick(["", "/job:a", "nowhere", "/cpu:0/gpu:1"]);
    }
    return record;
  }

  it(`is imported or refused, and then nothing is left of it (seed ${seed})`, () => {
    const outcomes = { imported: 0, refused: 0 };
    for (let i = 0; i < 400; i += 1) {
      const record = damaged(new Dice(seed + 7919 * i));
      const graph = new Graph();
      try {
        graph.asDefault(() => importGraphDef(record));
        verifyGraph(graph);
        graph.asGraphDef({ addShapes: true });
        outcomes.imported += 1;
      } catch (error) {
        if (!(error instanceof NamesakeError)) throw new Error(`graph ${i}`, { cause: error });
        expect(graph.operations, `graph ${i}: ${error.message}`).toEqual([]);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.imported).toBeGreaterThan(20);
    expect(outcomes.refused).toBeGreaterThan(20);
  });
});
