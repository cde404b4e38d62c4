/**
 * GraphDef: TensorFlow's serialized graphs, bytes ⇄ the records of `base/graph-def.ts`. Not a `Graph`: see `interop`.
 *
 * Upstream: tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,versions,types}.proto, as compiled into
 * TensorFlow 2.21.0; also function.proto, op_def.proto, resource_handle.proto. The library of functions, resource handles and
 * variants stay serialized in records; fields that only debuggers and compilers read (`debug_info`, `experimental_debug_info`, full
 * types) and the ignored `GraphDef.version` are not listed.
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
  OpDeprecationRecord,
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
  type MessageOf,
  type MessageType,
  map,
  message,
  oneof,
  optional,
  optionalRepeated,
  type ParseOptions,
  parseMessage,
  printMessage,
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

/** The names of the element types and of their references, as the text format writes them. */
export const dataTypeMembers: Readonly<Record<string, number>> = {
  ...DataType,
  ...Object.fromEntries(
    Object.entries(DataType)
      .filter(([, number]) => number !== DataType.DT_INVALID)
      .map(([name, number]) => [`${name}_REF`, number + DATA_TYPE_REF_OFFSET]),
  ),
};

/** A row that holds a `DataType`. */
const dataType = { members: dataTypeMembers } as const;

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
  dtype: implicit(1, "enum", dataType),
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
  resourceHandleVal: optionalRepeated(14, "bytes", { holds: () => ResourceHandleProto }),
  variantVal: optionalRepeated(15, "bytes", { holds: () => VariantTensorDataProto }),
  uint32Val: optionalRepeated(16, "uint32"),
  uint64Val: optionalRepeated(17, "uint64"),
  float8Val: optional(18, "bytes"),
});

const DtypeAndShape = message("tensorflow.ResourceHandleProto.DtypeAndShape", {
  dtype: implicit(1, "enum", dataType),
  shape: optional(2, TensorShapeProto),
});

/** The table of `ResourceHandleProto` (resource_handle.proto). */
export const ResourceHandleProto = message("tensorflow.ResourceHandleProto", {
  device: implicit(1, "string"),
  container: implicit(2, "string"),
  name: implicit(3, "string"),
  hashCode: implicit(4, "uint64"),
  maybeTypeName: implicit(5, "string"),
  dtypesAndShapes: optionalRepeated(6, DtypeAndShape),
});
/** A handle of a resource of a process. */
export interface ResourceHandleProto extends MessageOf<typeof ResourceHandleProto> {}

/** The table of `VariantTensorDataProto` (tensor.proto). */
export const VariantTensorDataProto = message("tensorflow.VariantTensorDataProto", {
  typeName: implicit(1, "string"),
  metadata: implicit(2, "bytes"),
  tensors: repeated(3, (): MessageType<TensorRecord> => TensorProto),
});
/** A value of a type that only its writer knows. */
export interface VariantTensorDataProto extends MessageOf<typeof VariantTensorDataProto> {}

const AttrList: MessageType<AttrListRecord> = message("tensorflow.AttrValue.ListValue", {
  s: optionalRepeated(2, "bytes"),
  i: optionalRepeated(3, "int64"),
  f: optionalRepeated(4, "float"),
  b: optionalRepeated(5, "bool"),
  type: optionalRepeated(6, "enum", dataType),
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
  type: optional(6, "enum", dataType),
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
export const NodeDef: MessageType<NodeDefRecord> = message(
  "tensorflow.NodeDef",
  {
    name: implicit(1, "string"),
    op: implicit(2, "string"),
    input: repeated(3, "string"),
    device: implicit(4, "string"),
    attr: map(5, "string", AttrValue),
  },
  { unlisted: ["experimental_debug_info", "experimental_type"] },
);

/** The table of `VersionDef` (versions.proto). */
export const VersionDef: MessageType<VersionDefRecord> = message("tensorflow.VersionDef", {
  producer: implicit(1, "int32"),
  minConsumer: implicit(2, "int32"),
  badConsumers: optionalRepeated(3, "int32"),
});

/** The table of `GraphDef` (graph.proto). */
export const GraphDef: MessageType<GraphDefRecord> = message(
  "tensorflow.GraphDef",
  {
    node: repeated(1, NodeDef),
    library: optional(2, "bytes", { holds: () => FunctionDefLibrary }),
    versions: implicit(4, VersionDef),
  },
  { unlisted: ["version", "debug_info"] },
);

const ArgDef: MessageType<ArgDefRecord> = message(
  "tensorflow.OpDef.ArgDef",
  {
    name: implicit(1, "string"),
    description: optional(2, "string"),
    type: implicit(3, "enum", dataType),
    typeAttr: implicit(4, "string"),
    numberAttr: implicit(5, "string"),
    typeListAttr: implicit(6, "string"),
    isRef: implicit(16, "bool"),
  },
  { unlisted: ["handle_data", "experimental_full_type"] },
);

const AttrDef: MessageType<AttrDefRecord> = message("tensorflow.OpDef.AttrDef", {
  name: implicit(1, "string"),
  type: implicit(2, "string"),
  defaultValue: optional(3, AttrValue),
  description: optional(4, "string"),
  hasMinimum: optional(5, "bool"),
  minimum: optional(6, "int64"),
  allowedValues: optional(7, AttrValue),
});

const OpDeprecation: MessageType<OpDeprecationRecord> = message("tensorflow.OpDeprecation", {
  version: implicit(1, "int32"),
  explanation: implicit(2, "string"),
});

/** The table of `OpDef` (op_def.proto). */
export const OpDef: MessageType<OpDefRecord> = message("tensorflow.OpDef", {
  name: implicit(1, "string"),
  inputArg: repeated(2, ArgDef),
  outputArg: repeated(3, ArgDef),
  attr: repeated(4, AttrDef),
  summary: optional(5, "string"),
  description: optional(6, "string"),
  deprecation: optional(8, OpDeprecation),
  isAggregate: optional(16, "bool"),
  isStateful: implicit(17, "bool"),
  isCommutative: optional(18, "bool"),
  allowsUninitializedInput: optional(19, "bool"),
  controlOutput: optionalRepeated(20, "string"),
  isDistributedCommunication: optional(21, "bool"),
});

const ArgAttrs = message("tensorflow.FunctionDef.ArgAttrs", { attr: map(1, "string", AttrValue) });

/** The table of `FunctionDef` (function.proto). */
export const FunctionDef = message("tensorflow.FunctionDef", {
  signature: optional(1, OpDef),
  nodeDef: repeated(3, NodeDef),
  ret: map(4, "string", "string"),
  attr: map(5, "string", AttrValue),
  controlRet: map(6, "string", "string"),
  argAttr: map(7, "uint32", ArgAttrs),
  resourceArgUniqueId: map(8, "uint32", "uint32"),
});
/** A function that nodes may call. */
export interface FunctionDef extends MessageOf<typeof FunctionDef> {}

const GradientDef = message("tensorflow.GradientDef", {
  functionName: implicit(1, "string"),
  gradientFunc: implicit(2, "string"),
});

const RegisteredGradient = message("tensorflow.RegisteredGradient", {
  gradientFunc: implicit(1, "string"),
  registeredOpType: implicit(2, "string"),
});

/** The table of `FunctionDefLibrary` (function.proto). */
export const FunctionDefLibrary = message("tensorflow.FunctionDefLibrary", {
  function: repeated(1, FunctionDef),
  gradient: repeated(2, GradientDef),
  registeredGradients: repeated(3, RegisteredGradient),
});
/** The functions that a graph calls. */
export interface FunctionDefLibrary extends MessageOf<typeof FunctionDefLibrary> {}

/** The table of `OpList` (op_def.proto). */
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

/**
 * Parses a graph in protobuf's text format, such as a `graph.pbtxt`.
 *
 * @throws {FormatError} with the `line` and the `column` when the text is not a GraphDef.
 * @see TensorFlow `text_format.Merge`
 * @example
 * const graph = parseGraphDef('node { name: "x" op: "NoOp" }  # a comment');
 * graph.node[0].op; // "NoOp"
 */
export function parseGraphDef(text: string | Uint8Array, options?: ParseOptions): GraphDefRecord {
  return parseMessage(GraphDef, text, options);
}

/**
 * A graph in protobuf's text format, as `tf.io.write_graph` writes it.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `text_format.MessageToString`
 * @example
 * const graph = parseGraphDef('node { name: "x" op: "NoOp" }');
 * printGraphDef(graph).includes('  op: "NoOp"'); // true
 */
export function printGraphDef(graph: GraphDefRecord): string {
  return printMessage(GraphDef, graph);
}
