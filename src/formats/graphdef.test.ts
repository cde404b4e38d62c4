import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../base/errors.ts";
import type { AttrValueRecord, GraphDefRecord, TensorRecord, TensorShapeRecord } from "../base/graph-def.ts";
import {
  AttrValue,
  DATA_TYPE_REF_OFFSET,
  DataType,
  decodeGraphDef,
  encodeGraphDef,
  FunctionDefLibrary,
  parseGraphDef,
  printGraphDef,
  ResourceHandleProto,
  TensorProto,
} from "./graphdef.ts";
import { decodeMessage, encodeMessage, unknownFields } from "./wire/protobuf.ts";

/**
 * Attrs of every kind, integers of every width, a device, a control input. Written by TensorFlow 2.21.0 (Python 3.11.7) on
 * 2026-11-21; the output of `python every_attr.py`:
 *
 * ```py
 * import base64, tensorflow.compat.v1 as tf
 * with tf.Graph().as_default() as graph:
 *     x = tf.placeholder(tf.float32, [None, 2], name="x")
 *     with tf.device("/job:ps/task:0"):
 *         w = tf.get_variable("tower/w", [2, 3], initializer=tf.zeros_initializer(), use_resource=False)
 *     y = tf.matmul(x, w, transpose_b=False, name="tower/y")
 *     tf.constant([2**53, -(2**63), -1], tf.int64, name="wide")
 *     tf.constant([b"a", b"\xfe"], name="text")
 *     with tf.control_dependencies([y]):
 *         tf.no_op(name="done")
 *     with graph._attr_scope({
 *         "_empty": tf.AttrValue(list=tf.AttrValue.ListValue()),
 *         "_mixed": tf.AttrValue(list=tf.AttrValue.ListValue(i=[1, -1], s=[b"x"], f=[0.5], b=[True, False], type=[1, 3])),
 *         "_shapes": tf.AttrValue(list=tf.AttrValue.ListValue(shape=[tf.TensorShape(None).as_proto(), tf.TensorShape([None, 0]).as_proto()])),
 *         "_func": tf.AttrValue(func=tf.NameAttrList(name="f", attr={"T": tf.AttrValue(type=1)})),
 *         "_zero": tf.AttrValue(i=0), "_no": tf.AttrValue(b=False), "_place": tf.AttrValue(placeholder="T"), "_void": tf.AttrValue(s=b""),
 *     }):
 *         tf.no_op(name="kinds")
 * print(base64.b64encode(graph.as_graph_def().SerializeToString(deterministic=True)).decode())
 * ```
 */
const everyAttr = fromBase64(`
  CjsKAXgSC1BsYWNlaG9sZGVyKgsKBWR0eXBlEgIwASocCgVzaGFwZRITOhESCwj///////////8BEgIIAgpqChl0b3dlci93L0luaXRpYWxpemVy
  L3plcm9zEgVDb25zdCoaCgZfY2xhc3MSEAoOEgxsb2M6QHRvd2VyL3cqCwoFZHR5cGUSAjABKh0KBXZhbHVlEhRCEggBEggSAggCEgIIAyoEAAAA
  AAqHAQoHdG93ZXIvdxIKVmFyaWFibGVWMiIOL2pvYjpwcy90YXNrOjAqGgoGX2NsYXNzEhAKDhIMbG9jOkB0b3dlci93Kg8KCWNvbnRhaW5lchIC
  EgAqCwoFZHR5cGUSAjABKhMKBXNoYXBlEgo6CBICCAISAggDKhEKC3NoYXJlZF9uYW1lEgISAAqaAQoOdG93ZXIvdy9Bc3NpZ24SBkFzc2lnbhoH
  dG93ZXIvdxoZdG93ZXIvdy9Jbml0aWFsaXplci96ZXJvcyIOL2pvYjpwcy90YXNrOjAqBwoBVBICMAEqGgoGX2NsYXNzEhAKDhIMbG9jOkB0b3dl
  ci93KhEKC3VzZV9sb2NraW5nEgIoASoUCg52YWxpZGF0ZV9zaGFwZRICKAEKVgoMdG93ZXIvdy9yZWFkEghJZGVudGl0eRoHdG93ZXIvdyIOL2pv
  Yjpwcy90YXNrOjAqBwoBVBICMAEqGgoGX2NsYXNzEhAKDhIMbG9jOkB0b3dlci93CpUBCgd0b3dlci95EgZNYXRNdWwaAXgaDHRvd2VyL3cvcmVh
  ZCoHCgFUEgIwASomCiBfaGFzX21hbnVhbF9jb250cm9sX2RlcGVuZGVuY2llcxICKAEqDAoGZ3JhZF9hEgIoACoMCgZncmFkX2ISAigAKhEKC3Ry
  YW5zcG9zZV9hEgIoACoRCgt0cmFuc3Bvc2VfYhICKAAKSQoEd2lkZRIFQ29uc3QqCwoFZHR5cGUSAjAJKi0KBXZhbHVlEiRCIggJEgQSAggDIhgA
  AAAAAAAgAAAAAAAAAACA//////////8KNQoEdGV4dBIFQ29uc3QqCwoFZHR5cGUSAjAHKhkKBXZhbHVlEhBCDggHEgQSAggCQgFhQgH+ChYKBGRv
  bmUSBE5vT3AaCF50b3dlci95CrgBCgVraW5kcxIETm9PcCoMCgZfZW1wdHkSAgoAKhcKBV9mdW5jEg5SDAoBZhIHCgFUEgIwASoqCgZfbWl4ZWQS
  IAoeEgF4GgsB////////////ASIEAAAAPyoCAQAyAgEDKgkKA19ubxICKAAqDQoGX3BsYWNlEgNKAVQqIgoHX3NoYXBlcxIXChU6AhgBOg8SCwj/
  //////////8BEgAqCwoFX3ZvaWQSAhIAKgsKBV96ZXJvEgIYACIDCKoT
`);

/**
 * A graph that calls a function. Written by TensorFlow 2.21.0 (Python 3.11.7) on 2026-11-21; the output of
 * `python with_function.py`:
 *
 * ```py
 * import base64, tensorflow.compat.v1 as tf
 * from tensorflow.python.framework import function
 * with tf.Graph().as_default() as graph:
 *     @function.Defun(tf.float32)
 *     def double(x):
 *         return x + x
 *     tf.identity(double(tf.constant(1.5, name="c")), name="out")
 * print(base64.b64encode(graph.as_graph_def().SerializeToString(deterministic=True)).decode())
 * ```
 */
const withFunction = fromBase64(`
  Ci4KAWMSBUNvbnN0KgsKBWR0eXBlEgIwASoVCgV2YWx1ZRIMQgoIARIAKgQAAMA/ClAKEmRvdWJsZV8xWFBvd3Q3OTZyMBISZG91YmxlXzFYUG93
  dDc5NnIwGgFjKiMKHV9kaXNhYmxlX2NhbGxfc2hhcGVfaW5mZXJlbmNlEgIoAQosCgNvdXQSCElkZW50aXR5GhJkb3VibGVfMVhQb3d0Nzk2cjAq
  BwoBVBICMAESnwEKnAEKJAoSZG91YmxlXzFYUG93dDc5NnIwEgUKAXgYARoHCgNhZGQYARodCgVhZGRfMBIFQWRkVjIaAXgaAXgqBwoBVBICMAEi
  EAoDYWRkEglhZGRfMDp6OjAqIwodX2Rpc2FibGVfY2FsbF9zaGFwZV9pbmZlcmVuY2USAigBOh4IABIaChgKDl9vdXRwdXRfc2hhcGVzEgYKBDoC
  GAEiBQiqExAM
`);

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function attrsOf(graph: GraphDefRecord, name: string): Record<string, AttrValueRecord> {
  const node = graph.node.find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`no node ${name}`);
  return node.attr;
}

describe("a GraphDef that TensorFlow wrote", () => {
  const graph = decodeGraphDef(everyAttr);

  test("has its nodes in order", () => {
    expect(graph.node.map(({ name, op, input, device }) => [name, op, input, device])).toEqual([
      ["x", "Placeholder", [], ""],
      ["tower/w/Initializer/zeros", "Const", [], ""],
      ["tower/w", "VariableV2", [], "/job:ps/task:0"],
      ["tower/w/Assign", "Assign", ["tower/w", "tower/w/Initializer/zeros"], "/job:ps/task:0"],
      ["tower/w/read", "Identity", ["tower/w"], "/job:ps/task:0"],
      ["tower/y", "MatMul", ["x", "tower/w/read"], ""],
      ["wide", "Const", [], ""],
      ["text", "Const", [], ""],
      ["done", "NoOp", ["^tower/y"], ""],
      ["kinds", "NoOp", [], ""],
    ]);
    expect(graph.versions).toEqual({ producer: 2474, minConsumer: 0 });
    expect(graph.library).toBeUndefined();
  });

  test("has attrs of one key each", () => {
    expect(attrsOf(graph, "x")).toEqual({
      dtype: { type: DataType.DT_FLOAT },
      shape: { shape: { dim: [{ size: -1 }, { size: 2 }], unknownRank: false } },
    });
    expect(attrsOf(graph, "tower/y")).toEqual({
      T: { type: DataType.DT_FLOAT },
      _has_manual_control_dependencies: { b: true },
      grad_a: { b: false },
      grad_b: { b: false },
      transpose_a: { b: false },
      transpose_b: { b: false },
    });
    expect(attrsOf(graph, "kinds")).toEqual({
      _empty: { list: {} },
      _mixed: { list: { i: [1, -1], s: [Uint8Array.of(120)], f: [0.5], b: [true, false], type: [1, 3] } },
      _shapes: {
        list: {
          shape: [
            { dim: [], unknownRank: true },
            { dim: [{ size: -1 }, { size: 0 }], unknownRank: false },
          ],
        },
      },
      _func: { func: { name: "f", attr: { T: { type: 1 } } } },
      _zero: { i: 0 },
      _no: { b: false },
      _place: { placeholder: "T" },
      _void: { s: new Uint8Array(0) },
    });
  });

  test("has integers that are numbers when they are safe", () => {
    const { value } = attrsOf(graph, "wide");
    if (value === undefined || !("tensor" in value)) throw new Error("no tensor");
    const { dtype, tensorShape, tensorContent } = value.tensor;
    expect([dtype, tensorShape]).toEqual([DataType.DT_INT64, { dim: [{ size: 3 }], unknownRank: false }]);
    expect(new BigInt64Array(Uint8Array.from(tensorContent ?? []).buffer)).toEqual(
      BigInt64Array.of(2n ** 53n, -(2n ** 63n), -1n),
    );
    const integers: TensorRecord = {
      dtype: DataType.DT_INT64,
      tensorShape: { dim: [{ size: 3 }], unknownRank: false },
      int64Val: [2n ** 53n, -(2n ** 63n), -1, 2 ** 53 - 1],
    };
    expect(decodeMessage(TensorProto, encodeMessage(TensorProto, integers))).toEqual(integers);
  });

  test("keeps text that is not UTF-8 as bytes", () => {
    expect(attrsOf(graph, "text")["value"]).toEqual({
      tensor: {
        dtype: DataType.DT_STRING,
        tensorShape: { dim: [{ size: 2 }], unknownRank: false },
        stringVal: [Uint8Array.of(97), Uint8Array.of(0xfe)],
      },
    });
  });

  test("is written again byte for byte", () => {
    expect(encodeGraphDef(graph)).toEqual(everyAttr);
  });

  test("keeps its library of functions in serialized form", () => {
    const called = decodeGraphDef(withFunction);
    expect(called.node.map(({ op }) => op)).toEqual(["Const", "double_1XPowt796r0", "Identity"]);
    expect(text(called.library ?? new Uint8Array(0))).toContain("double_1XPowt796r0");
    expect(called.versions).toEqual({ producer: 2474, minConsumer: 12 });
    expect(encodeGraphDef(called)).toEqual(withFunction);
  });
});

test("an empty graph has versions, as TensorFlow writes it", () => {
  // tf.Graph().as_graph_def().SerializeToString(), TensorFlow 2.21.0
  const bytes = Uint8Array.of(0x22, 0x03, 0x08, 0xaa, 0x13);
  const record = { node: [], versions: { producer: 2474, minConsumer: 0 } };
  expect(decodeGraphDef(bytes)).toEqual(record);
  expect(encodeGraphDef(record)).toEqual(bytes);
  expect(decodeGraphDef(new Uint8Array(0)).versions).toEqual({ producer: 0, minConsumer: 0 });
});

test("references are numbered 100 above their types", () => {
  // types.proto: DT_STRING_REF = 107
  expect(DataType.DT_STRING + DATA_TYPE_REF_OFFSET).toBe(107);
});

test("an attr without a value is dropped, since Python leaves such behind", () => {
  // node_def_pb2.NodeDef(name="n"), then reading node.attr["x"]: 0a 01 6e 2a 05 0a 01 78 12 00
  const node = [0x0a, 1, 0x6e, 0x2a, 5, 0x0a, 1, 0x78, 0x12, 0];
  const graph = decodeGraphDef(Uint8Array.of(0x0a, node.length, ...node));
  expect(graph.node).toEqual([{ name: "n", op: "", input: [], device: "", attr: {} }]);
});

test("fields that only debuggers read can be kept", () => {
  // NodeDef.experimental_debug_info (6) with original_node_names (1) "a"
  const node = [0x0a, 1, 0x6e, 0x32, 3, 0x0a, 1, 0x61];
  const bytes = Uint8Array.of(0x0a, node.length, ...node, 0x22, 0);
  const kept = decodeGraphDef(bytes, { unknownFields: "keep" });
  expect(Object.getOwnPropertySymbols(kept.node[0])).toEqual([unknownFields]);
  expect(encodeGraphDef(kept)).toEqual(bytes);
  expect([...encodeGraphDef(decodeGraphDef(bytes))]).toEqual([0x0a, 3, 0x0a, 1, 0x6e, 0x22, 0]);
});

describe("any GraphDef", () => {
  const bytes = fc.uint8Array().map((array) => new Uint8Array(array));
  const int64 = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n));
  const type = fc.constantFrom(...Object.values(DataType));
  const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 });
  const shape: fc.Arbitrary<TensorShapeRecord> = fc.record({
    dim: fc.array(fc.record({ size: fc.integer({ min: -1 }), name: fc.string() }, { requiredKeys: ["size"] })),
    unknownRank: fc.boolean(),
  });
  const handle = fc.string({ unit: "binary" }).map((name) => {
    const rest = { device: "", container: "", hashCode: 2n ** 63n, maybeTypeName: "" };
    return new Uint8Array(encodeMessage(ResourceHandleProto, { ...rest, name }));
  });
  const library = fc.string().map((name) => {
    const gradient = [{ functionName: name, gradientFunc: "g" }];
    return new Uint8Array(encodeMessage(FunctionDefLibrary, { function: [], gradient, registeredGradients: [] }));
  });
  const tensor = fc.record(
    {
      dtype: type,
      tensorShape: shape,
      tensorContent: bytes,
      floatVal: some(fc.float()),
      stringVal: some(bytes),
      int64Val: some(int64),
      boolVal: some(fc.boolean()),
      resourceHandleVal: some(handle),
    },
    { requiredKeys: ["dtype", "tensorShape"] },
  );
  const { attr } = fc.letrec<{ attr: AttrValueRecord; func: { name: string; attr: Record<string, AttrValueRecord> } }>(
    (tie) => ({
      attr: fc.oneof(
        { maxDepth: 4 },
        fc.record({ i: int64 }),
        fc.record({ s: bytes }),
        fc.record({ f: fc.float() }),
        fc.record({ b: fc.boolean() }),
        fc.record({ type }),
        fc.record({ shape }),
        fc.record({ tensor }),
        fc.record({ placeholder: fc.string() }),
        fc.record({ func: tie("func") }),
        fc.record({
          list: fc.record(
            { i: some(int64), s: some(bytes), shape: some(shape), tensor: some(tensor), func: some(tie("func")) },
            { requiredKeys: [] },
          ),
        }),
      ),
      func: fc.record({ name: fc.string(), attr: fc.dictionary(fc.string(), tie("attr"), { maxKeys: 3 }) }),
    }),
  );
  const graphs: fc.Arbitrary<GraphDefRecord> = fc.record(
    {
      node: fc.array(
        fc.record({
          name: fc.string(),
          op: fc.string(),
          input: fc.array(fc.string()),
          device: fc.string(),
          attr: fc.dictionary(fc.string(), attr, { maxKeys: 3 }),
        }),
        { maxLength: 5 },
      ),
      versions: fc.record(
        { producer: fc.nat(), minConsumer: fc.nat(), badConsumers: some(fc.nat()) },
        { requiredKeys: ["producer", "minConsumer"] },
      ),
      library,
    },
    { requiredKeys: ["node", "versions"] },
  );

  test("is the same after it was written and read", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(decodeGraphDef(encodeGraphDef(graph))).toEqual(graph);
      }),
    );
  });

  test("is the same after it was printed and parsed", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(parseGraphDef(printGraphDef(graph))).toEqual(graph);
      }),
    );
  });

  test("cut or changed is read or refused with the offset", () => {
    const attempt = (input: Uint8Array): void => {
      try {
        decodeGraphDef(input);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.fields["offset"]).toBeLessThanOrEqual(input.length);
        expect(error.fields["path"]).toMatch(/^tensorflow\./);
      }
    };
    for (let end = 0; end < everyAttr.length; end++) attempt(everyAttr.subarray(0, end));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(everyAttr.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const input = Uint8Array.from(everyAttr);
        for (const [at, value] of changes) input[at] = value;
        attempt(input);
      }),
      { numRuns: 1000 },
    );
  });
});

test("bytes that are no GraphDef are refused with the words of protobuf for Python", () => {
  expect(() => decodeGraphDef(everyAttr.subarray(0, 300))).toThrow(
    "Error parsing message with type 'tensorflow.GraphDef'\n  found  a length of",
  );
  // Functions in attrs in functions, without end.
  let value: AttrValueRecord = { i: 1 };
  for (let level = 0; level < 60; level++) value = { func: { name: "f", attr: { a: value } } };
  expect(() => encodeMessage(AttrValue, value)).toThrow("messages nested deeper than 100");
});

test("a message of a few bytes does not claim memory for the elements that it tells of", () => {
  const splat: TensorRecord = {
    dtype: DataType.DT_FLOAT,
    tensorShape: { dim: [{ size: 2 ** 35 }], unknownRank: false },
    floatVal: [1],
  };
  expect(decodeMessage(TensorProto, encodeMessage(TensorProto, splat))).toEqual(splat);
});
