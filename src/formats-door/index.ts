/**
 * The door of files: bytes ⇄ plain records, and graphs made of records. Needs nothing but the library; works on bytes, so it runs in
 * browsers, too. In Node, checkpoints are also read and written by their paths.
 */
import { composeLibrary } from "../library.ts";

composeLibrary();

export { createFile } from "../files/platform-files.ts";
export {
  type CheckpointEntry,
  CheckpointReader,
  type ReadTensorOptions,
  type ReadTensorsOptions,
} from "../formats/checkpoint/checkpoint-reader.ts";
export {
  type CheckpointSinks,
  type CheckpointValue,
  CheckpointWriter,
  checkpointFiles,
  type EncodedCheckpoint,
  encodeCheckpoint,
  type PiecewiseTensor,
} from "../formats/checkpoint/checkpoint-writer.ts";
export type { MergedCheckpoint } from "../formats/checkpoint/merge.ts";
export { type ObjectGraph, objectGraphKeys } from "../formats/checkpoint/object-graph.ts";
export type { Extent } from "../formats/checkpoint/slices.ts";
export { CheckpointState, parseCheckpointState, printCheckpointState } from "../formats/checkpoint-state.ts";
export {
  CondContextDef,
  ControlFlowContextDef,
  QueueRunnerDef,
  SaveSliceInfoDef,
  type ValuesDef,
  VariableDef,
  WhileContextDef,
} from "../formats/collections.ts";
export {
  decodeGraphDef,
  decodeOpList,
  encodeGraphDef,
  FunctionDef,
  FunctionDefLibrary,
  parseGraphDef,
  printGraphDef,
} from "../formats/graphdef.ts";
export {
  AnyMessage,
  AssetFileDef,
  CollectionDef,
  decodeMetaGraphDef,
  decodeSavedModel,
  encodeMetaGraphDef,
  encodeSavedModel,
  MetaGraphDef,
  type MetaInfoDef,
  parseMetaGraphDef,
  parseSavedModel,
  printMetaGraphDef,
  printSavedModel,
  SavedModel,
  SaverDef,
  SignatureDef,
  TensorInfo,
} from "../formats/meta-graph.ts";
export { type DecodeNpyOptions, decodeNpy, encodeNpy } from "../formats/npz/npy.ts";
export { type DecodeNpzOptions, decodeNpz, type EncodeNpzOptions, encodeNpz } from "../formats/npz/npz.ts";
export type { Chunks, Compression } from "../formats/records/compression.ts";
export {
  DataClass,
  Event,
  HistogramProto,
  type NodeExecStats,
  RunMetadata,
  type SessionLog,
  SessionStatus,
  type StepStats,
  Summary,
  type SummaryAudio,
  type SummaryImage,
  SummaryMetadata,
  type SummaryValue,
  type TaggedRunMetadata,
} from "../formats/records/event-messages.ts";
export {
  type EventFileNameOptions,
  encodeEvent,
  encodeEvents,
  eventFileName,
  firstEvent,
  histogramValue,
  imageValue,
  type ReadEventsOptions,
  readEventStream,
  readEvents,
  type SummaryValueOptions,
  scalarValue,
  textValue,
} from "../formats/records/events.ts";
export {
  encodeRecord,
  encodeRecords,
  type ReadRecordStreamOptions,
  type ReadRecordsOptions,
  readRecordStream,
  readRecords,
  type WriteRecordsOptions,
  writeRecords,
} from "../formats/records/records.ts";
export type { Rename } from "../formats/renaming.ts";
export { type DecodeSafetensorsOptions, decodeSafetensors, type Safetensors } from "../formats/safetensors/decode.ts";
export { type EncodeSafetensorsOptions, encodeSafetensors } from "../formats/safetensors/encode.ts";
export type { RawTensor } from "../formats/safetensors/format.ts";
export {
  type BlobLike,
  type ByteSink,
  type ByteSource,
  type FileSource,
  memoryFiles,
  sourceOfBlob,
  sourceOfBytes,
} from "../formats/source/byte-source.ts";
export { type DecodeTensorOptions, decodeTensor } from "../formats/tensor-values.ts";
export {
  type DecodeOptions,
  decodeMessage,
  encodeMessage,
  type MessageOf,
  type MessageType,
  type ParseOptions,
  parseMessage,
  printMessage,
  unknownFields,
} from "../formats/wire/protobuf.ts";
export { type ImportGraphDefOptions, importGraphDef } from "../interop/import-graph-def.ts";
export {
  type CheckpointFilesOptions,
  mergeCheckpoints,
  mergeCheckpointsSync,
  openCheckpoint,
  openCheckpointSync,
} from "./checkpoint-files.ts";
