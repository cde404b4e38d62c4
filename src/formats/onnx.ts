/**
 * ONNX models, bytes ⇄ plain records. Not how a graph becomes a model: see `onnx/`.
 *
 * Upstream: onnx/onnx.proto of ONNX 1.23.2 (IR version 14). Fields of records are named as there, in camelCase. Training
 * information, functions, sparse tensors and device configurations are not listed; `DecodeOptions.unknownFields` keeps them.
 */
import {
  type DecodeOptions,
  decodeMessage,
  encodeMessage,
  type MessageOf,
  type MessageType,
  message,
  optional,
  optionalRepeated,
  repeated,
} from "./wire/protobuf.ts";

/** The numbers of the element types (`TensorProto.DataType`). */
export const OnnxDataType = {
  UNDEFINED: 0,
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
  COMPLEX64: 14,
  COMPLEX128: 15,
  BFLOAT16: 16,
  FLOAT8E4M3FN: 17,
  FLOAT8E4M3FNUZ: 18,
  FLOAT8E5M2: 19,
  FLOAT8E5M2FNUZ: 20,
  UINT4: 21,
  INT4: 22,
  FLOAT4E2M1: 23,
  FLOAT8E8M0: 24,
  UINT2: 25,
  INT2: 26,
  FLOAT6E2M3: 27,
  FLOAT6E3M2: 28,
} as const;
/** The number of an element type. */
export type OnnxDataType = (typeof OnnxDataType)[keyof typeof OnnxDataType];

/** The numbers of the kinds of attributes (`AttributeProto.AttributeType`). */
export const OnnxAttributeType = {
  UNDEFINED: 0,
  FLOAT: 1,
  INT: 2,
  STRING: 3,
  TENSOR: 4,
  GRAPH: 5,
  FLOATS: 6,
  INTS: 7,
  STRINGS: 8,
  TENSORS: 9,
  GRAPHS: 10,
  SPARSE_TENSOR: 11,
  SPARSE_TENSORS: 12,
  TYPE_PROTO: 13,
  TYPE_PROTOS: 14,
} as const;
/** The number of a kind of attribute. */
export type OnnxAttributeType = (typeof OnnxAttributeType)[keyof typeof OnnxAttributeType];

/** Where the elements of a tensor are (`TensorProto.DataLocation`). */
export const OnnxDataLocation = { DEFAULT: 0, EXTERNAL: 1 } as const;
/** The number of a location. */
export type OnnxDataLocation = (typeof OnnxDataLocation)[keyof typeof OnnxDataLocation];

/** Numbers that proto2 writes one by one. */
const apart = { packed: false } as const;

/** The table of `StringStringEntryProto`, ONNX's substitute for a map of texts. */
export const StringStringEntryProto = message("onnx.StringStringEntryProto", {
  key: optional(1, "string"),
  value: optional(2, "string"),
});
/** A pair of texts. */
export interface StringStringEntryProto extends MessageOf<typeof StringStringEntryProto> {}

/** The table of `TensorProto.Segment`. */
export const TensorSegmentProto = message("onnx.TensorProto.Segment", {
  begin: optional(1, "safeInt64"),
  end: optional(2, "safeInt64"),
});
/** The part of a tensor that a message holds; written by no known program. */
export interface TensorSegmentProto extends MessageOf<typeof TensorSegmentProto> {}

/** The table of `TensorProto`. */
export const TensorProto = message("onnx.TensorProto", {
  dims: repeated(1, "safeInt64", apart),
  dataType: optional(2, "int32"),
  segment: optional(3, TensorSegmentProto),
  floatData: optionalRepeated(4, "float"),
  int32Data: optionalRepeated(5, "int32"),
  stringData: optionalRepeated(6, "bytes"),
  int64Data: optionalRepeated(7, "int64"),
  name: optional(8, "string"),
  rawData: optional(9, "bytes"),
  doubleData: optionalRepeated(10, "double"),
  uint64Data: optionalRepeated(11, "uint64"),
  docString: optional(12, "string"),
  externalData: optionalRepeated(13, StringStringEntryProto),
  dataLocation: optional(14, "enum"),
  metadataProps: optionalRepeated(16, StringStringEntryProto),
});
/**
 * A value. The elements stand in `rawData` (row-major, little-endian), or in the list that belongs to `dataType`, or in a file
 * named by `externalData`.
 */
export interface TensorProto extends MessageOf<typeof TensorProto> {}

/** The table of `TensorShapeProto.Dimension`. */
export const TensorDimensionProto = message("onnx.TensorShapeProto.Dimension", {
  dimValue: optional(1, "safeInt64", { group: "value" }),
  dimParam: optional(2, "string", { group: "value" }),
  denotation: optional(3, "string"),
});
/** One dimension: a size, or a name for an unknown one, or neither. */
export interface TensorDimensionProto extends MessageOf<typeof TensorDimensionProto> {}

/** The table of `TensorShapeProto`. */
export const TensorShapeProto = message("onnx.TensorShapeProto", {
  dim: repeated(1, (): MessageType<TensorDimensionProto> => TensorDimensionProto),
});
/** A shape of known rank. */
export interface TensorShapeProto extends MessageOf<typeof TensorShapeProto> {}

/** The table of `TypeProto.Tensor` and `TypeProto.SparseTensor`, which have the same fields. */
export const TensorTypeProto = message("onnx.TypeProto.Tensor", {
  elemType: optional(1, "int32"),
  shape: optional(2, (): MessageType<TensorShapeProto> => TensorShapeProto),
});
/** The type of a tensor; without a shape its rank is unknown. */
export interface TensorTypeProto extends MessageOf<typeof TensorTypeProto> {}

/** The table of `TypeProto.Sequence` and `TypeProto.Optional`, which have the same fields. */
export const ElementTypeProto = message("onnx.TypeProto.Sequence", {
  elemType: optional(1, (): MessageType<TypeProto> => TypeProto),
});
/** The type of a sequence, or of a value that may be missing. */
export interface ElementTypeProto extends MessageOf<typeof ElementTypeProto> {}

/** The table of `TypeProto.Map`. */
export const MapTypeProto = message("onnx.TypeProto.Map", {
  keyType: optional(1, "int32"),
  valueType: optional(2, (): MessageType<TypeProto> => TypeProto),
});
/** The type of a map. */
export interface MapTypeProto extends MessageOf<typeof MapTypeProto> {}

/** The table of `TypeProto`. */
export const TypeProto = message("onnx.TypeProto", {
  tensorType: optional(1, (): MessageType<TensorTypeProto> => TensorTypeProto, { group: "value" }),
  sequenceType: optional(4, (): MessageType<ElementTypeProto> => ElementTypeProto, { group: "value" }),
  mapType: optional(5, (): MessageType<MapTypeProto> => MapTypeProto, { group: "value" }),
  denotation: optional(6, "string"),
  sparseTensorType: optional(8, (): MessageType<TensorTypeProto> => TensorTypeProto, { group: "value" }),
  optionalType: optional(9, (): MessageType<ElementTypeProto> => ElementTypeProto, { group: "value" }),
});
/** The type of a value: one of the kinds that the keys name. */
export interface TypeProto extends MessageOf<typeof TypeProto> {}

/** The table of `ValueInfoProto`. */
export const ValueInfoProto = message("onnx.ValueInfoProto", {
  name: optional(1, "string"),
  type: optional(2, (): MessageType<TypeProto> => TypeProto),
  docString: optional(3, "string"),
  metadataProps: optionalRepeated(4, StringStringEntryProto),
});
/** The name and type of a value that flows through a graph. */
export interface ValueInfoProto extends MessageOf<typeof ValueInfoProto> {}

/** The table of `AttributeProto`. */
export const AttributeProto = message("onnx.AttributeProto", {
  name: optional(1, "string"),
  f: optional(2, "float"),
  i: optional(3, "int64"),
  s: optional(4, "bytes"),
  t: optional(5, (): MessageType<TensorProto> => TensorProto),
  g: optional(6, (): MessageType<GraphProto> => GraphProto),
  floats: optionalRepeated(7, "float", apart),
  ints: optionalRepeated(8, "int64", apart),
  strings: optionalRepeated(9, "bytes"),
  tensors: optionalRepeated(10, (): MessageType<TensorProto> => TensorProto),
  graphs: optionalRepeated(11, (): MessageType<GraphProto> => GraphProto),
  docString: optional(13, "string"),
  tp: optional(14, (): MessageType<TypeProto> => TypeProto),
  typeProtos: optionalRepeated(15, (): MessageType<TypeProto> => TypeProto),
  type: optional(20, "enum"),
  refAttrName: optional(21, "string"),
});
/** An attribute of a node. `type`, a number of `OnnxAttributeType`, says which key holds its value. */
export interface AttributeProto extends MessageOf<typeof AttributeProto> {}

/** The table of `NodeProto`. */
export const NodeProto = message("onnx.NodeProto", {
  input: repeated(1, "string"),
  output: repeated(2, "string"),
  name: optional(3, "string"),
  opType: optional(4, "string"),
  attribute: repeated(5, (): MessageType<AttributeProto> => AttributeProto),
  docString: optional(6, "string"),
  domain: optional(7, "string"),
  overload: optional(8, "string"),
  metadataProps: optionalRepeated(9, StringStringEntryProto),
});
/** One operation. An absent optional input is an empty text. */
export interface NodeProto extends MessageOf<typeof NodeProto> {}

/** The table of `GraphProto`. */
export const GraphProto = message("onnx.GraphProto", {
  node: repeated(1, (): MessageType<NodeProto> => NodeProto),
  name: optional(2, "string"),
  initializer: repeated(5, (): MessageType<TensorProto> => TensorProto),
  docString: optional(10, "string"),
  input: repeated(11, (): MessageType<ValueInfoProto> => ValueInfoProto),
  output: repeated(12, (): MessageType<ValueInfoProto> => ValueInfoProto),
  valueInfo: optionalRepeated(13, (): MessageType<ValueInfoProto> => ValueInfoProto),
  metadataProps: optionalRepeated(16, StringStringEntryProto),
});
/** A graph; its nodes stand in an order in which they can run. */
export interface GraphProto extends MessageOf<typeof GraphProto> {}

/** The table of `OperatorSetIdProto`. */
export const OperatorSetIdProto = message("onnx.OperatorSetIdProto", {
  domain: optional(1, "string"),
  version: optional(2, "safeInt64"),
});
/** A set of operators and its version; the domain of ONNX itself is an empty text. */
export interface OperatorSetIdProto extends MessageOf<typeof OperatorSetIdProto> {}

/** The table of `ModelProto`. */
export const ModelProto = message("onnx.ModelProto", {
  irVersion: optional(1, "safeInt64"),
  producerName: optional(2, "string"),
  producerVersion: optional(3, "string"),
  domain: optional(4, "string"),
  modelVersion: optional(5, "int64"),
  docString: optional(6, "string"),
  graph: optional(7, (): MessageType<GraphProto> => GraphProto),
  opsetImport: repeated(8, (): MessageType<OperatorSetIdProto> => OperatorSetIdProto),
  metadataProps: optionalRepeated(14, StringStringEntryProto),
});
/** A model: a graph and the operators that it is written in. */
export interface ModelProto extends MessageOf<typeof ModelProto> {}

/**
 * Decodes a serialized ONNX model. Tensor contents are views of `bytes`, not copies.
 *
 * @throws {FormatError} with the `offset` and the `path` of the field when the bytes are not a model.
 * @see ONNX `onnx.load_model_from_string`
 */
export function decodeModel(bytes: Uint8Array, options?: DecodeOptions): ModelProto {
  return decodeMessage(ModelProto, bytes, options);
}

/**
 * Encodes an ONNX model. Tensor contents are copied once, into the result. Equal records give equal bytes.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it, or when the
 * model takes 2 GiB or more: then its tensors must go to files (`externalData`).
 * @see ONNX `ModelProto.SerializeToString`
 */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return encodeMessage(ModelProto, model);
}
