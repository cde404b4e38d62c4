/**
 * MetaGraphDef and SavedModel: graphs with their saver, collections and signatures, bytes or text ⇄ records. Not a `Graph`, and not
 * the variables, which are checkpoints.
 *
 * Upstream: tensorflow/core/protobuf/{meta_graph,saver,saved_model}.proto, as compiled into TensorFlow 2.21.0. The object graph of
 * TensorFlow 2 (`object_graph_def`) and the specifications of composite tensors are not listed; `DecodeOptions.unknownFields` keeps
 * them. What collections of bytes hold is in `collections.ts`.
 */
import type { GraphDefRecord, OpListRecord } from "../base/graph-def.ts";
import { dataTypeMembers, GraphDef, OpList, TensorProto, TensorShapeProto } from "./graphdef.ts";
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
  type ParseOptions,
  parseMessage,
  printMessage,
  repeated,
} from "./wire/protobuf.ts";

/** The numbers of the forms of checkpoints (`SaverDef.CheckpointFormatVersion`). */
export const CheckpointFormatVersion = { LEGACY: 0, V1: 1, V2: 2 } as const;
/** The number of a form of checkpoints. */
export type CheckpointFormatVersion = (typeof CheckpointFormatVersion)[keyof typeof CheckpointFormatVersion];

/** The table of `SaverDef` (saver.proto). */
export const SaverDef = message("tensorflow.SaverDef", {
  filenameTensorName: implicit(1, "string"),
  saveTensorName: implicit(2, "string"),
  restoreOpName: implicit(3, "string"),
  maxToKeep: implicit(4, "int32"),
  sharded: implicit(5, "bool"),
  keepCheckpointEveryNHours: implicit(6, "float"),
  version: implicit(7, "enum", { members: CheckpointFormatVersion }),
});
/** The ops of a graph that save and restore, and how many checkpoints are kept. */
export interface SaverDef extends MessageOf<typeof SaverDef> {}

/** The table of `google.protobuf.Any`. The text format shows what is known here. */
export const AnyMessage = message(
  "google.protobuf.Any",
  { typeUrl: implicit(1, "string"), value: implicit(2, "bytes") },
  { packs: () => [AssetFileDef, SaverDef] },
);
/** A serialized message of any type, such as `type.googleapis.com/tensorflow.AssetFileDef`. */
export interface AnyMessage extends MessageOf<typeof AnyMessage> {}

const MetaInfoDef = message("tensorflow.MetaGraphDef.MetaInfoDef", {
  metaGraphVersion: implicit(1, "string"),
  strippedOpList: optional(2, (): MessageType<OpListRecord> => OpList),
  anyInfo: optional(3, AnyMessage),
  tags: repeated(4, "string"),
  tensorflowVersion: implicit(5, "string"),
  tensorflowGitVersion: implicit(6, "string"),
  strippedDefaultAttrs: implicit(7, "bool"),
  functionAliases: map(8, "string", "string"),
});
/** Who wrote a MetaGraphDef, for what it is, and the definitions of its ops (`MetaGraphDef.MetaInfoDef`). */
export interface MetaInfoDef extends MessageOf<typeof MetaInfoDef> {}

/** The table of `CollectionDef` (meta_graph.proto): one oneof. */
export const CollectionDef = oneof("tensorflow.CollectionDef", {
  nodeList: optional(1, message("tensorflow.CollectionDef.NodeList", { value: repeated(1, "string") })),
  bytesList: optional(2, message("tensorflow.CollectionDef.BytesList", { value: repeated(1, "bytes") })),
  int64List: optional(3, message("tensorflow.CollectionDef.Int64List", { value: repeated(1, "int64") })),
  floatList: optional(4, message("tensorflow.CollectionDef.FloatList", { value: repeated(1, "float") })),
  anyList: optional(5, message("tensorflow.CollectionDef.AnyList", { value: repeated(1, AnyMessage) })),
});
/**
 * A collection: exactly one list. `nodeList` has names of operations (`x`) and tensors (`x:0`), `bytesList` texts and serialized
 * messages such as `VariableDef`.
 */
export type CollectionDef = MessageOf<typeof CollectionDef>;

const CooSparse = message("tensorflow.TensorInfo.CooSparse", {
  valuesTensorName: implicit(1, "string"),
  indicesTensorName: implicit(2, "string"),
  denseShapeTensorName: implicit(3, "string"),
});

/** The table of `TensorInfo` (meta_graph.proto). */
export const TensorInfo = message(
  "tensorflow.TensorInfo",
  {
    name: optional(1, "string", { group: "encoding" }),
    dtype: implicit(2, "enum", { members: dataTypeMembers }),
    tensorShape: optional(3, TensorShapeProto),
    cooSparse: optional(4, CooSparse, { group: "encoding" }),
  },
  { unlisted: ["composite_tensor"] },
);
/** A tensor of a signature: its `name`, or those of a sparse tensor's parts. */
export interface TensorInfo extends MessageOf<typeof TensorInfo> {}

/** The table of `SignatureDef` (meta_graph.proto). */
export const SignatureDef = message("tensorflow.SignatureDef", {
  inputs: map(1, "string", TensorInfo),
  outputs: map(2, "string", TensorInfo),
  methodName: implicit(3, "string"),
  defaults: map(4, "string", TensorProto),
});
/** What a graph computes for a caller: its inputs and outputs by the caller's names. */
export interface SignatureDef extends MessageOf<typeof SignatureDef> {}

/** The table of `AssetFileDef` (meta_graph.proto). */
export const AssetFileDef = message("tensorflow.AssetFileDef", {
  tensorInfo: optional(1, TensorInfo),
  filename: implicit(2, "string"),
});
/** A file that a graph reads, and the tensor that is fed with its path. */
export interface AssetFileDef extends MessageOf<typeof AssetFileDef> {}

/** The table of `MetaGraphDef` (meta_graph.proto). */
export const MetaGraphDef = message(
  "tensorflow.MetaGraphDef",
  {
    metaInfoDef: optional(1, MetaInfoDef),
    graphDef: optional(2, (): MessageType<GraphDefRecord> => GraphDef),
    saverDef: optional(3, SaverDef),
    collectionDef: map(4, "string", CollectionDef),
    signatureDef: map(5, "string", SignatureDef),
    assetFileDef: repeated(6, AssetFileDef),
  },
  { unlisted: ["object_graph_def"] },
);
/** A graph and what belongs to it: the content of a `.meta` file. */
export interface MetaGraphDef extends MessageOf<typeof MetaGraphDef> {}

/** The table of `SavedModel` (saved_model.proto). */
export const SavedModel = message("tensorflow.SavedModel", {
  savedModelSchemaVersion: implicit(1, "int64"),
  metaGraphs: repeated(2, MetaGraphDef),
});
/** The MetaGraphDefs of a model, told apart by their tags: the content of a `saved_model.pb`. */
export interface SavedModel extends MessageOf<typeof SavedModel> {}

/**
 * Decodes a serialized MetaGraphDef, such as a `.meta` file. Tensor contents are views of `bytes`, not copies.
 *
 * @throws {FormatError} with the `offset` and the `path` of the field when the bytes are not a MetaGraphDef.
 * @see TensorFlow `meta_graph.read_meta_graph_file`
 * @example
 * const bytes = encodeMetaGraphDef({ collectionDef: { sizes: { int64List: { value: [3, -4] } } }, signatureDef: {}, assetFileDef: [] });
 * const { collectionDef } = decodeMetaGraphDef(bytes, { file: "model.meta" });
 * collectionDef.sizes.int64List.value; // [3, -4]
 */
export function decodeMetaGraphDef(bytes: Uint8Array, options?: DecodeOptions): MetaGraphDef {
  return decodeMessage(MetaGraphDef, bytes, options);
}

/**
 * Encodes a MetaGraphDef. Equal records give equal bytes.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `export_meta_graph`
 * @example
 * const nodes = { nodeList: { value: ["y:0"] } };
 * const bytes = encodeMetaGraphDef({ collectionDef: { outputs: nodes }, signatureDef: {}, assetFileDef: [] });
 * decodeMetaGraphDef(bytes).collectionDef.outputs.nodeList.value; // ["y:0"]
 */
export function encodeMetaGraphDef(metaGraph: MetaGraphDef): Uint8Array<ArrayBuffer> {
  return encodeMessage(MetaGraphDef, metaGraph);
}

/**
 * Parses a MetaGraphDef in protobuf's text format, as `export_meta_graph(…, as_text=True)` writes it.
 *
 * @throws {FormatError} with the `line` and the `column` when the text is not a MetaGraphDef.
 * @see TensorFlow `meta_graph.read_meta_graph_file`
 * @example
 * const text = 'collection_def { key: "sizes" value { int64_list { value: [3, -4] } } }';
 * parseMetaGraphDef(text, { file: "model.pbtxt" }).collectionDef.sizes.int64List.value; // [3, -4]
 */
export function parseMetaGraphDef(text: string | Uint8Array, options?: ParseOptions): MetaGraphDef {
  return parseMessage(MetaGraphDef, text, options);
}

/**
 * A MetaGraphDef in protobuf's text format.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `export_meta_graph(…, as_text=True)`
 * @example
 * const saver = parseMetaGraphDef("saver_def { max_to_keep: 5 }");
 * printMetaGraphDef(saver).includes("max_to_keep: 5"); // true
 */
export function printMetaGraphDef(metaGraph: MetaGraphDef): string {
  return printMessage(MetaGraphDef, metaGraph);
}

/**
 * Decodes a `saved_model.pb`. Tensor contents are views of `bytes`, not copies.
 *
 * @throws {FormatError} with the `offset` and the `path` of the field when the bytes are not a SavedModel.
 * @see TensorFlow `saved_model.loader_impl.parse_saved_model`
 * @example
 * const bytes = encodeSavedModel({ savedModelSchemaVersion: 1, metaGraphs: [] });
 * decodeSavedModel(bytes, { file: "saved_model.pb" }).savedModelSchemaVersion; // 1
 */
export function decodeSavedModel(bytes: Uint8Array, options?: DecodeOptions): SavedModel {
  return decodeMessage(SavedModel, bytes, options);
}

/**
 * Encodes a SavedModel. Equal records give equal bytes.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `SavedModelBuilder.save`
 */
export function encodeSavedModel(model: SavedModel): Uint8Array<ArrayBuffer> {
  return encodeMessage(SavedModel, model);
}

/**
 * Parses a `saved_model.pbtxt`.
 *
 * @throws {FormatError} with the `line` and the `column` when the text is not a SavedModel.
 * @see TensorFlow `saved_model.loader_impl.parse_saved_model`
 * @example
 * const { metaGraphs } = parseSavedModel('meta_graphs { meta_info_def { tags: "serve" } }');
 * metaGraphs[0].metaInfoDef.tags; // ["serve"]
 */
export function parseSavedModel(text: string | Uint8Array, options?: ParseOptions): SavedModel {
  return parseMessage(SavedModel, text, options);
}

/**
 * A SavedModel in protobuf's text format, the content of a `saved_model.pbtxt`.
 *
 * @throws {ArgumentTypeError} and {@link ArgumentError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `SavedModelBuilder.save(as_text=True)`
 * @example
 * printSavedModel({ savedModelSchemaVersion: 1, metaGraphs: [] }).startsWith("saved_model_schema_version: 1"); // true
 */
export function printSavedModel(model: SavedModel): string {
  return printMessage(SavedModel, model);
}
