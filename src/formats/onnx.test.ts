import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { FormatError } from "../base/errors.ts";
import {
  type AttributeProto,
  decodeModel,
  encodeModel,
  type GraphProto,
  type ModelProto,
  OnnxAttributeType,
  OnnxDataType,
  TensorDimensionProto,
  type TensorProto,
} from "./onnx.ts";
import { encodeMessage } from "./wire/protobuf.ts";

/**
 * Attributes and types of every kind. Written by ONNX 1.23.2 (protobuf 7.36.2, Python 3.11.7) on 2026-11-21; the output of
 * `python golden.py`:
 *
 * ```py
 * import base64, numpy as np, onnx
 * from onnx import helper as h, numpy_helper, TensorProto as T
 * then = h.make_graph([h.make_node("Identity", ["x"], ["t"])], "then", [], [h.make_tensor_value_info("t", T.FLOAT, None)])
 * other = h.make_graph([h.make_node("Neg", ["x"], ["e"])], "else", [], [h.make_tensor_value_info("e", T.FLOAT, ["n", 3])])
 * graph = h.make_graph(
 *     [
 *         h.make_node("Gemm", ["a", "w", ""], ["x"], name="tower/y", alpha=0.5, transB=0),
 *         h.make_node("If", ["p"], ["y"], then_branch=then, else_branch=other),
 *         h.make_node("Pad", ["y"], ["z"], mode="edge", pads=[0, -1, 2**62], scales=[0.5, -2.0], names=["a", "b"], value=h.make_tensor("v", T.INT64, [2], [-1, 2**60]), domain="test"),
 *     ],
 *     "main",
 *     [h.make_tensor_value_info("a", T.FLOAT, ["n", 2]), h.make_tensor_value_info("p", T.BOOL, [])],
 *     [h.make_tensor_sequence_value_info("z", T.FLOAT, [0, None])],
 *     [numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "w"), h.make_tensor("s", T.STRING, [2], [b"a", b"\xfe"]), h.make_tensor("f", T.FLOAT, [], [1.5])],
 * )
 * model = h.make_model(graph, producer_name="golden", opset_imports=[h.make_opsetid("", 17), h.make_opsetid("test", 1)], ir_version=8)
 * h.set_model_props(model, {"k": "v"})
 * print(base64.b64encode(model.SerializeToString(deterministic=True)).decode())
 * ```
 */
const golden = fromBase64(`
  CAgSBmdvbGRlbjrXAwo6CgFhCgF3CgASAXgaB3Rvd2VyL3kiBEdlbW0qDwoFYWxwaGEVAAAAP6ABASoNCgZ0cmFuc0IYAKABAgp+CgFwEgF5IgJJ
  Zio7CgtlbHNlX2JyYW5jaDIpCgsKAXgSAWUiA05lZxIEZWxzZWIUCgFlEg8KDQgBEgkKAxIBbgoCCAOgAQUqNQoLdGhlbl9icmFuY2gyIwoQCgF4
  EgF0IghJZGVudGl0eRIEdGhlbmIJCgF0EgQKAggBoAEFCpcBCgF5EgF6IgNQYWQqDwoEbW9kZSIEZWRnZaABAyoQCgVuYW1lc0oBYUoBYqABCCog
  CgRwYWRzQABA////////////AUCAgICAgICAgECgAQcqFQoGc2NhbGVzPQAAAD89AAAAwKABBiooCgV2YWx1ZSocCAIQBzoT////////////AYCA
  gICAgICAEEIBdqABBDoEdGVzdBIEbWFpbiojCAIIAxABQgF3ShgAAAAAAACAPwAAAEAAAEBAAACAQAAAoEAqDQgCEAgyAWEyAf5CAXMqCxABIgQA
  AMA/QgFmWhQKAWESDwoNCAESCQoDEgFuCgIIAloLCgFwEgYKBAgJEgBiFQoBehIQIg4KDAoKCAESBgoCCAAKAEIECgAQEUIICgR0ZXN0EAFyBgoB
  axIBdg==
`);

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function graphOf(model: ModelProto): GraphProto {
  if (model.graph === undefined) throw new Error("no graph");
  return model.graph;
}

describe("a model that ONNX's library wrote", () => {
  const model = decodeModel(golden);
  const graph = graphOf(model);

  test("has its header", () => {
    const { graph: _, ...header } = model;
    expect(header).toEqual({
      irVersion: 8,
      producerName: "golden",
      opsetImport: [
        { domain: "", version: 17 },
        { domain: "test", version: 1 },
      ],
      metadataProps: [{ key: "k", value: "v" }],
    });
  });

  test("has nodes with attributes of every kind", () => {
    const [gemm, branch, pad] = graph.node;
    expect(gemm).toEqual({
      input: ["a", "w", ""],
      output: ["x"],
      name: "tower/y",
      opType: "Gemm",
      attribute: [
        { name: "alpha", f: 0.5, type: OnnxAttributeType.FLOAT },
        { name: "transB", i: 0, type: OnnxAttributeType.INT },
      ],
    });
    expect(branch?.attribute.map(({ name, type, g }) => [name, type, g?.node[0]?.opType])).toEqual([
      ["else_branch", OnnxAttributeType.GRAPH, "Neg"],
      ["then_branch", OnnxAttributeType.GRAPH, "Identity"],
    ]);
    expect(pad?.domain).toBe("test");
    expect(pad?.attribute).toEqual([
      { name: "mode", s: Uint8Array.from(Buffer.from("edge")), type: OnnxAttributeType.STRING },
      { name: "names", strings: [Uint8Array.of(97), Uint8Array.of(98)], type: OnnxAttributeType.STRINGS },
      { name: "pads", ints: [0, -1, 2n ** 62n], type: OnnxAttributeType.INTS },
      { name: "scales", floats: [0.5, -2], type: OnnxAttributeType.FLOATS },
      {
        name: "value",
        t: { dims: [2], dataType: OnnxDataType.INT64, int64Data: [-1, 2n ** 60n], name: "v" },
        type: OnnxAttributeType.TENSOR,
      },
    ]);
  });

  test("has types and values", () => {
    expect(graph.input.map(({ type }) => type)).toEqual([
      { tensorType: { elemType: OnnxDataType.FLOAT, shape: { dim: [{ dimParam: "n" }, { dimValue: 2 }] } } },
      { tensorType: { elemType: OnnxDataType.BOOL, shape: { dim: [] } } },
    ]);
    expect(graph.output).toEqual([
      {
        name: "z",
        type: {
          sequenceType: {
            elemType: { tensorType: { elemType: OnnxDataType.FLOAT, shape: { dim: [{ dimValue: 0 }, {}] } } },
          },
        },
      },
    ]);
    const [weights, texts, scalar] = graph.initializer;
    expect(new Float32Array(Uint8Array.from(weights?.rawData ?? []).buffer)).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    expect(texts).toEqual({
      name: "s",
      dims: [2],
      dataType: OnnxDataType.STRING,
      stringData: [Uint8Array.of(97), Uint8Array.of(0xfe)],
    });
    expect(scalar).toEqual({ name: "f", dims: [], dataType: OnnxDataType.FLOAT, floatData: [1.5] });
  });

  test("is written again byte for byte", () => {
    expect(encodeModel(model)).toEqual(golden);
  });

  test("has weights that are views of its bytes", () => {
    expect(graph.initializer[0]?.rawData?.buffer).toBe(golden.buffer);
  });

  test("cut or changed is read or refused with the offset", () => {
    const attempt = (input: Uint8Array): void => {
      try {
        decodeModel(input);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.fields["offset"]).toBeLessThanOrEqual(input.length);
        expect(error.fields["path"]).toMatch(/^onnx\./);
      }
    };
    for (let end = 0; end < golden.length; end++) attempt(golden.subarray(0, end));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(golden.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const input = Uint8Array.from(golden);
        for (const [at, value] of changes) input[at] = value;
        attempt(input);
      }),
      { numRuns: 1000 },
    );
  });
});

test("the types follow from the tables, also where they contain themselves", () => {
  expectTypeOf<GraphProto["initializer"]>().toEqualTypeOf<TensorProto[]>();
  expectTypeOf<NonNullable<AttributeProto["g"]>>().toEqualTypeOf<GraphProto>();
  expectTypeOf<AttributeProto["ints"]>().toEqualTypeOf<(number | bigint)[] | undefined>();
  expectTypeOf<TensorProto["dims"]>().toEqualTypeOf<number[]>();
});

test("any model is the same after it was written and read", () => {
  const bytes = fc.uint8Array().map((array) => new Uint8Array(array));
  const int64 = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n));
  const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 });
  const tensor = fc.record(
    {
      dims: fc.array(fc.nat()),
      dataType: fc.nat(28),
      name: fc.string(),
      rawData: bytes,
      floatData: some(fc.float()),
      doubleData: some(fc.double()),
      int64Data: some(int64),
      uint64Data: some(fc.maxSafeInteger().map(Math.abs)),
      externalData: some(fc.record({ key: fc.string(), value: fc.string() })),
    },
    { requiredKeys: ["dims"] },
  );
  const dimension = fc.oneof(
    fc.record({ dimValue: fc.integer() }),
    fc.record({ dimParam: fc.string() }),
    fc.record({ denotation: fc.string() }),
  );
  const value = fc.record({
    name: fc.string(),
    type: fc.record({
      tensorType: fc.record({ elemType: fc.nat(28), shape: fc.record({ dim: fc.array(dimension) }) }),
    }),
  });
  const { graph } = fc.letrec<{ graph: GraphProto; attribute: AttributeProto }>((tie) => ({
    graph: fc.record({
      name: fc.string(),
      node: fc.array(
        fc.record({
          input: fc.array(fc.string()),
          output: fc.array(fc.string()),
          opType: fc.string(),
          attribute: fc.array(tie("attribute"), { maxLength: 2 }),
        }),
        { maxLength: 2 },
      ),
      initializer: fc.array(tensor),
      input: fc.array(value),
      output: fc.array(value),
    }),
    attribute: fc.oneof(
      { maxDepth: 3 },
      fc.record({ name: fc.string(), f: fc.float() }),
      fc.record({ ints: some(int64), type: fc.nat(14) }),
      fc.record({ floats: some(fc.float()) }),
      fc.record({ t: tensor }),
      fc.record({ g: tie("graph") }),
    ),
  }));
  const opset = fc.record({ domain: fc.string(), version: fc.nat() });
  const models = fc.record({ irVersion: fc.nat(), graph, opsetImport: fc.array(opset) });
  fc.assert(
    fc.property(models, (model) => {
      expect(decodeModel(encodeModel(model))).toEqual(model);
    }),
  );
});

test("a dimension has a size or a name, not both", () => {
  expect(() => encodeMessage(TensorDimensionProto, { dimValue: 1, dimParam: "n" })).toThrow(
    "two members of a oneof are set: dimValue and dimParam",
  );
});
