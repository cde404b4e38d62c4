/** Imported ops that nothing here computes: they are kept and written back, steps go around them, and a step that needs one says so once. */
import {
  type AttrValueRecord,
  add,
  constant,
  controlDependencies,
  createReferenceEngine,
  Graph,
  type GraphDefRecord,
  identity,
  lint,
  matmul,
  type NodeDefRecord,
  nameScope,
  Operation,
  type OpListRecord,
  Session,
  summarize,
  type Tensor,
  UnsupportedOpError,
  verifyGraph,
} from "namesake";
import { decodeGraphDef, encodeGraphDef, importGraphDef } from "namesake/formats";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { caught } from "../../test/failure-of.ts";

const versions = { producer: 2000, minConsumer: 0 };
const float = { type: 1 };

function node(
  name: string,
  op: string,
  input: string[] = [],
  attr: Record<string, AttrValueRecord> = {},
): NodeDefRecord {
  return { name, op, input, device: "", attr };
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** `x` → the custom op `Foo` → `y`, with every kind of attr. */
const custom: GraphDefRecord = {
  versions,
  library: Uint8Array.of(10, 0),
  node: [
    node("x", "Placeholder", [], { dtype: float, shape: { shape: { dim: [{ size: 2 }], unknownRank: false } } }),
    node("box/foo", "Foo", ["x", "^x"], {
      T: float,
      _class: { list: { s: [text("loc:@x")] } },
      count: { i: 2 ** 40 },
      large: { i: 2n ** 60n },
      ratio: { f: 0.25 },
      ratios: { list: { f: [1, 2.5] } },
      flags: { list: { b: [true, false] } },
      nothing: { list: {} },
      bytes: { s: Uint8Array.of(255, 0) },
      words: { list: { s: [text("a"), Uint8Array.of(200)] } },
      quantized: { type: 11 },
      types: { list: { type: [1, 12, 101] } },
      body: { func: { name: "f", attr: { T: float } } },
      plain: { func: { name: "f", attr: {} } },
      bodies: { list: { func: [{ name: "f", attr: {} }] } },
      shape: { shape: { dim: [{ size: -1, name: "rows" }], unknownRank: false } },
      shapes: { list: { shape: [{ dim: [], unknownRank: true }] } },
      tensor: { tensor: { dtype: 11, tensorShape: { dim: [], unknownRank: false }, intVal: [3] } },
      value: { tensor: { dtype: 1, tensorShape: { dim: [{ size: 3 }], unknownRank: false }, floatVal: [3] } },
      from: { placeholder: "T" },
    }),
    node("y", "AddV2", ["box/foo:1", "x"], { T: float }),
    node("z", "Bar", ["box/foo:1", "box/foo"], { T: float }),
  ],
};

function imported(record: GraphDefRecord | Uint8Array = custom): Graph {
  const graph = new Graph();
  graph.asDefault(() => importGraphDef(record, { name: "" }));
  return graph;
}

const engines = [createReferenceEngine, () => createOnnxRuntimeEngine({ threadCount: 1 })];

describe("an imported op that is not known", () => {
  it("is written back as it was, with the functions of its graph", () => {
    const again = imported(encodeGraphDef(custom)).asGraphDef();
    expect(again).toEqual(decodeGraphDef(encodeGraphDef(custom)));
    expect(imported(again).asGraphDef()).toEqual(again);
  });

  it("keeps the functions of graphs that are imported twice once", () => {
    const graph = imported();
    graph.asDefault(() => importGraphDef(custom));
    expect(graph.asGraphDef().library).toEqual(custom.library);
    graph.asDefault(() => importGraphDef({ ...custom, library: Uint8Array.of(10, 1, 0) }));
    expect(graph.asGraphDef().library).toEqual(Uint8Array.of(10, 0, 10, 1, 0));
  });

  it("has the outputs that others use, of the types that those tell", () => {
    const { outputs } = imported().getOperationByName("box/foo");
    expect(outputs.map(({ dtype, shape }) => [dtype.name, shape.rank])).toEqual([
      ["unknown", null],
      ["float32", null],
    ]);
    expect(imported().getOperationByName("z").outputs).toEqual([]);
  });

  it("has the outputs that are asked for, and the shapes that the graph tells", () => {
    const shapes = { list: { shape: [{ dim: [{ size: 4 }], unknownRank: false }] } };
    const record = { versions, node: [node("a", "Foo"), node("b", "Foo", [], { _output_shapes: shapes })] };
    const graph = new Graph();
    const [a, b] = graph.asDefault(() => importGraphDef(record, { returnElements: ["a:1", "b"] }));
    expect(a.op.outputs.length).toBe(2);
    expect(b).toBeInstanceOf(Operation);
    expect(b.outputs.map(({ shape }) => shape.dims)).toEqual([[4]]);
    expect(b.attrs["_output_shapes"]).toBeUndefined();
  });

  it("has the outputs that its writer's definition tells", () => {
    const producerOpList: OpListRecord = {
      op: [
        {
          name: "Foo",
          inputArg: [],
          outputArg: [
            { name: "a", type: 0, typeAttr: "T", numberAttr: "", typeListAttr: "", isRef: false },
            { name: "b", type: 3, typeAttr: "", numberAttr: "N", typeListAttr: "", isRef: false },
            { name: "c", type: 0, typeAttr: "", numberAttr: "", typeListAttr: "L", isRef: false },
            { name: "d", type: 0, typeAttr: "T", numberAttr: "", typeListAttr: "", isRef: true },
          ],
          attr: [
            { name: "T", type: "type" },
            { name: "N", type: "int" },
            { name: "L", type: "list(type)" },
          ],
          isStateful: false,
        },
      ],
    };
    const record = {
      versions,
      node: [node("a", "Foo", [], { T: float, N: { i: 2 }, L: { list: { type: [7, 10] } } })],
    };
    const graph = new Graph();
    graph.asDefault(() => importGraphDef(record, { name: "", producerOpList }));
    const types = graph.getOperationByName("a").outputs.map(({ dtype }) => dtype.name);
    expect(types).toEqual(["float32", "int32", "int32", "string", "bool", "float32_ref"]);
  });

  it("does not disturb what looks at graphs", () => {
    const graph = imported();
    verifyGraph(graph);
    expect(summarize(graph).toString()).toBeTypeOf("string");
    expect(lint(graph)).toEqual([]);
    expect(String(graph.getOperationByName("box/foo"))).toBe("<tf.Operation 'box/foo' type=Foo>");
    expect(() => JSON.stringify(graph.operations.map(({ attrs }) => String(attrs["tensor"])))).not.toThrow();
  });

  it("takes part in building", () => {
    const graph = imported();
    const y = graph.asDefault(() => {
      const foo = graph.getTensorByName("box/foo:1");
      return controlDependencies([foo.op], () => matmul(add(foo, [1, 2]), constant([[1], [2]])));
    });
    expect(y.dtype.name).toBe("float32");
  });

  it("keeps a name that others cannot take", () => {
    const graph = imported();
    expect(graph.asDefault(() => nameScope("box", () => constant(1, { name: "foo" }))).name).toBe("box/foo_1:0");
  });
});

describe("a step", () => {
  for (const engine of engines) {
    const { name } = engine();
    const session = (graph: Graph): Session => new Session({ graph, engine: engine() });

    it(`goes around a fed output (${name})`, () => {
      const graph = imported();
      const value = session(graph).runSync("y:0" as never, { "box/foo:1": [1, 2], "x:0": [10, 20] } as never);
      expect(String(value)).toBe("[11. 22.]");
    });

    it(`does not need what it does not fetch (${name})`, () => {
      const graph = imported();
      const x = graph.getTensorByName("x:0");
      const more = graph.asDefault(() => identity(add(x, 1)));
      expect(
        session(graph)
          .runSync(more, [[x, [1, 2]]])
          .toArray(),
      ).toEqual([2, 3]);
    });

    it(`fails with one error when it needs the op, before anything else happens (${name})`, async () => {
      const graph = imported();
      const y = graph.getTensorByName("y:0");
      const z = graph.getOperationByName("z");
      const error = caught(() => session(graph).runSync([y, z], [["x:0", [1, 2]]]));
      expect(error).toBeInstanceOf(UnsupportedOpError);
      const lines = error.message.split("\n");
      expect(lines[0]).toMatch(
        /^No OpKernel was registered to support Op 'Foo' used by \{\{node box\/foo\}\} with these attrs: \[T=DT_FLOAT, _class=\["loc:@x"\], /,
      );
      expect(lines[1]).toBe("  op       'box/foo' (Foo), in the scope 'box'");
      expect(lines[2]).toMatch(/^ {2}made {5}at .*foreign-op\.test\.ts:\d+:\d+$/);
      expect(lines[3]).toBe(
        "  why      TensorFlow has no op of this type: it is a custom op, one of tf.contrib, or a function of the graph that was imported",
      );
      expect(lines[4]).toBe("  also     'z' (Bar)");
      expect(lines[5]).toMatch(/^ {2}instead {2}feed what it gives, 'box\/foo:0'/);
      expect(error.fields).toMatchObject({ opType: "Foo", scope: "box", node: "box/foo" });
      await expect(session(graph).run(y, [["x:0", [1, 2]]])).rejects.toThrow(UnsupportedOpError);
    });
  }

  it("tells ops of TensorFlow from others", () => {
    const graph = imported({ versions, node: [node("a", "NcclAllReduce"), node("b", "Fact", ["^a"])] });
    const error = caught(() =>
      new Session({ graph, engine: createReferenceEngine() }).runSync(graph.getOperationByName("b")),
    );
    expect(error.message).toContain("'a' (NcclAllReduce), outside of all scopes");
    expect(error.message).toContain("why      TensorFlow has this op; Namesake does not compute it");
    expect(error.message).toContain("also     'b' (Fact)");
    expect(error.message).toContain("instead  fetch what does not depend on it");
  });

  it("does not compute with types that have no values here", () => {
    const tensor = { dtype: 11, tensorShape: { dim: [], unknownRank: false }, intVal: [3] };
    const graph = imported({ versions, node: [node("q", "Const", [], { dtype: { type: 11 }, value: { tensor } })] });
    const q: Tensor = graph.getTensorByName("q:0");
    expect(q.dtype.name).toBe("qint8");
    expect(graph.asGraphDef().node[0]?.attr["value"]).toEqual({ tensor });
    const error = caught(() => new Session({ graph, engine: createReferenceEngine() }).runSync(q));
    expect(error.message).toContain("has no values of the type");
  });

  it("fetches what is fed, whatever its type", () => {
    const graph = imported();
    const unknown = graph.getTensorByName("box/foo:0");
    const session = new Session({ graph, engine: createReferenceEngine() });
    expect(session.runSync(unknown, [[unknown, [1, 2]]]).toArray()).toEqual([1, 2]);
  });
});
