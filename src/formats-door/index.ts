/** The door `namesake/formats`: graphs and tensors as bytes and back. Checkpoints and other files will stand beside them. */
import { composeLibrary } from "../library.ts";

composeLibrary();

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
export {
  type DecodeSafetensorsOptions,
  decodeSafetensors,
  type EncodeSafetensorsOptions,
  encodeSafetensors,
  type RawTensor,
  type Safetensors,
} from "../formats/safetensors.ts";
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
