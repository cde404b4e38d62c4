/**
 * GraphDef: TensorFlow's serialized graphs, bytes ⇄ the records of `base/graph-def.ts`. Not a `Graph`: see `interop`.
 *
 * Upstream: tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,versions,types}.proto, as compiled into
 * TensorFlow 2.21.0. The library of functions, resource handles and variants stay serialized; fields that only debuggers
 * read (`debug_info`, `experimental_debug_info`, `experimental_type`) and the ignored `GraphDef.version` are not listed.
 */
import type {
  ArgDefRecord,
  AttrDefRecord,
  AttrListRecord,
  AttrValueRecord,
  GraphDefRecord,
  NameAttrListRecord,
  NodeDefRecord,
  OpDefRecord,
  OpListRecord,
  TensorDimRecord,
  TensorRecord,
  TensorShapeRecord,
  VersionDefRecord,
} from "../base/graph-def.ts";
import {
  type DecodeOptions,
  decodeMessage,
  encodeMessage,
  implicit,
  type MessageType,
  map,
  message,
  oneof,
  optional,
  optionalRepeated,
  repeated,
} from "./wire/protobuf.ts";

/** The numbers of the element types (`DataType`, types.proto). References are 100 above: `DT_FLOAT_REF` is 101. */
export const DataType = {
  DT_INVALID: 0,
  DT_FLOAT: 1,
  DT_DOUBLE: 2,
  DT_INT32: 3,
  DT_UINT8: 4,
  DT_INT16: 5,
  DT_INT8: 6,
  DT_STRING: 7,
  DT_COMPLEX64: 8,
  DT_INT64: 9,
  DT_BOOL: 10,
  DT_QINT8: 11,
  DT_QUINT8: 12,
  DT_QINT32: 13,
  DT_BFLOAT16: 14,
  DT_QINT16: 15,
  DT_QUINT16: 16,
  DT_UINT16: 17,
  DT_COMPLEX128: 18,
  DT_HALF: 19,
  DT_RESOURCE: 20,
  DT_VARIANT: 21,
  DT_UINT32: 22,
  DT_UINT64: 23,
  DT_FLOAT8_E5M2: 24,
  DT_FLOAT8_E4M3FN: 25,
  DT_FLOAT8_E4M3FNUZ: 26,
  DT_FLOAT8_E4M3B11FNUZ: 27,
  DT_FLOAT8_E5M2FNUZ: 28,
  DT_INT4: 29,
  DT_UINT4: 30,
  DT_INT2: 31,
  DT_UINT2: 32,
  DT_FLOAT4_E2M1FN: 33,
} as const;
/** The number of an element type. */
export type DataType = (typeof DataType)[keyof typeof DataType];

/** What a reference adds to the number of its element type (types.proto, `DT_*_REF`). */
export const DATA_TYPE_REF_OFFSET = 100;

const TensorDim: MessageType<TensorDimRecord> = message("tensorflow.TensorShapeProto.Dim", {
  size: implicit(1, "safeInt64"),
  name: optional(2, "string"),
});

/** The table of `TensorShapeProto` (tensor_shape.proto). */
export const TensorShapeProto: MessageType<TensorShapeRecord> = message("tensorflow.TensorShapeProto", {
  dim: repeated(2, TensorDim),
  unknownRank: implicit(3, "bool"),
});

/** The table of `TensorProto` (tensor.proto). */
export const TensorProto: MessageType<TensorRecord> = message("tensorflow.TensorProto", {
  dtype: implicit(1, "enum"),
  tensorShape: implicit(2, TensorShapeProto),
  versionNumber: optional(3, "int32"),
  tensorContent: optional(4, "bytes"),
  floatVal: optionalRepeated(5, "float"),
  doubleVal: optionalRepeated(6, "double"),
  intVal: optionalRepeated(7, "int32"),
  stringVal: optionalRepeated(8, "bytes"),
  scomplexVal: optionalRepeated(9, "float"),
  int64Val: optionalRepeated(10, "int64"),
  boolVal: optionalRepeated(11, "bool"),
  dcomplexVal: optionalRepeated(12, "double"),
  halfVal: optionalRepeated(13, "int32"),
  resourceHandleVal: optionalRepeated(14, "bytes"),
  variantVal: optionalRepeated(15, "bytes"),
  uint32Val: optionalRepeated(16, "uint32"),
  uint64Val: optionalRepeated(17, "uint64"),
  float8Val: optional(18, "bytes"),
});

const AttrList: MessageType<AttrListRecord> = message("tensorflow.AttrValue.ListValue", {
  s: optionalRepeated(2, "bytes"),
  i: optionalRepeated(3, "int64"),
  f: optionalRepeated(4, "float"),
  b: optionalRepeated(5, "bool"),
  type: optionalRepeated(6, "enum"),
  shape: optionalRepeated(7, TensorShapeProto),
  tensor: optionalRepeated(8, TensorProto),
  func: optionalRepeated(9, () => NameAttrList),
});

/** The table of `AttrValue` (attr_value.proto): one oneof. */
export const AttrValue: MessageType<AttrValueRecord> = oneof("tensorflow.AttrValue", {
  list: optional(1, AttrList),
  s: optional(2, "bytes"),
  i: optional(3, "int64"),
  f: optional(4, "float"),
  b: optional(5, "bool"),
  type: optional(6, "enum"),
  shape: optional(7, TensorShapeProto),
  tensor: optional(8, TensorProto),
  placeholder: optional(9, "string"),
  func: optional(10, () => NameAttrList),
});

/** The table of `NameAttrList` (attr_value.proto). */
export const NameAttrList: MessageType<NameAttrListRecord> = message("tensorflow.NameAttrList", {
  name: implicit(1, "string"),
  attr: map(2, "string", AttrValue),
});

/** The table of `NodeDef` (node_def.proto). */
export const NodeDef: MessageType<NodeDefRecord> = message("tensorflow.NodeDef", {
  name: implicit(1, "string"),
  op: implicit(2, "string"),
  input: repeated(3, "string"),
  device: implicit(4, "string"),
  attr: map(5, "string", AttrValue),
});

/** The table of `VersionDef` (versions.proto). */
export const VersionDef: MessageType<VersionDefRecord> = message("tensorflow.VersionDef", {
  producer: implicit(1, "int32"),
  minConsumer: implicit(2, "int32"),
  badConsumers: optionalRepeated(3, "int32"),
});

/** The table of `GraphDef` (graph.proto). */
export const GraphDef: MessageType<GraphDefRecord> = message("tensorflow.GraphDef", {
  node: repeated(1, NodeDef),
  library: optional(2, "bytes"),
  versions: implicit(4, VersionDef),
});

const ArgDef: MessageType<ArgDefRecord> = message("tensorflow.OpDef.ArgDef", {
  name: implicit(1, "string"),
  type: implicit(3, "enum"),
  typeAttr: implicit(4, "string"),
  numberAttr: implicit(5, "string"),
  typeListAttr: implicit(6, "string"),
  isRef: implicit(16, "bool"),
});

const AttrDef: MessageType<AttrDefRecord> = message("tensorflow.OpDef.AttrDef", {
  name: implicit(1, "string"),
  type: implicit(2, "string"),
  defaultValue: optional(3, AttrValue),
});

const OpDef: MessageType<OpDefRecord> = message("tensorflow.OpDef", {
  name: implicit(1, "string"),
  inputArg: repeated(2, ArgDef),
  outputArg: repeated(3, ArgDef),
  attr: repeated(4, AttrDef),
  isStateful: implicit(17, "bool"),
});

/** The table of `OpList` (op_def.proto), as far as importing needs it. */
export const OpList: MessageType<OpListRecord> = message("tensorflow.OpList", { op: repeated(1, OpDef) });

/**
 * Decodes a serialized OpList, such as the `stripped_op_list` of a MetaGraphDef.
 *
 * @throws {FormatError} with the `offset` and the `path` of the field when the bytes are not an OpList.
 * @see TensorFlow `OpList.FromString`
 */
export function decodeOpList(bytes: Uint8Array, options?: DecodeOptions): OpListRecord {
  return decodeMessage(OpList, bytes, options);
}

/**
 * Decodes a serialized GraphDef, such as a frozen `.pb` file. Tensor contents are views of `bytes`, not copies.
 *
 * @throws {FormatError} with the `offset` and the `path` of the field when the bytes are not a GraphDef.
 * @see TensorFlow `GraphDef.FromString`
 */
export function decodeGraphDef(bytes: Uint8Array, options?: DecodeOptions): GraphDefRecord {
  return decodeMessage(GraphDef, bytes, options);
}

/**
 * Encodes a GraphDef. Equal records give equal bytes.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `GraphDef.SerializeToString`; `deterministic=True` gives the same bytes but for the order of attrs of which
 * one name begins with another
 */
export function encodeGraphDef(graph: GraphDefRecord): Uint8Array<ArrayBuffer> {
  return encodeMessage(GraphDef, graph);
}
