/**
 * The messages of event files: tables and records only.
 *
 * Upstream: tensorflow/core/util/event.proto, tensorflow/core/framework/{summary,step_stats}.proto, tsl/protobuf/histogram.proto,
 * tensorflow/core/protobuf/config.proto, as compiled into TensorFlow 2.21.0. Graphs and run metadata stay serialized in events.
 * Of run metadata, costs, the functions' graphs and references to memory are not listed; `DecodeOptions.unknownFields` keeps them.
 */
import type { GraphDefRecord, TensorRecord } from "../../base/graph-def.ts";
import { dataTypeMembers, GraphDef, TensorProto, TensorShapeProto } from "../graphdef.ts";
import {
  implicit,
  type MessageOf,
  type MessageType,
  map,
  message,
  optional,
  optionalRepeated,
  repeated,
} from "../wire/protobuf.ts";

/** The kinds of data of a summary (`DataClass`). */
export const DataClass = {
  DATA_CLASS_UNKNOWN: 0,
  DATA_CLASS_SCALAR: 1,
  DATA_CLASS_TENSOR: 2,
  DATA_CLASS_BLOB_SEQUENCE: 3,
} as const;
/** The number of a kind of data. */
export type DataClass = (typeof DataClass)[keyof typeof DataClass];

/** What happened to a session (`SessionLog.SessionStatus`). */
export const SessionStatus = { STATUS_UNSPECIFIED: 0, START: 1, STOP: 2, CHECKPOINT: 3 } as const;
/** The number of what happened. */
export type SessionStatus = (typeof SessionStatus)[keyof typeof SessionStatus];

const logLevels = { UNKNOWN: 0, DEBUGGING: 10, INFO: 20, WARN: 30, ERROR: 40, FATAL: 50 } as const;

/** The table of `HistogramProto` (histogram.proto). */
export const HistogramProto = message("tensorflow.HistogramProto", {
  min: implicit(1, "double"),
  max: implicit(2, "double"),
  num: implicit(3, "double"),
  sum: implicit(4, "double"),
  sumSquares: implicit(5, "double"),
  bucketLimit: repeated(6, "double"),
  bucket: repeated(7, "double"),
});
/** How values are distributed: how many are below each limit and not below the one before. */
export interface HistogramProto extends MessageOf<typeof HistogramProto> {}

const PluginData = message("tensorflow.SummaryMetadata.PluginData", {
  pluginName: implicit(1, "string"),
  content: implicit(2, "bytes"),
});

/** The table of `SummaryMetadata` (summary.proto). */
export const SummaryMetadata = message("tensorflow.SummaryMetadata", {
  pluginData: optional(1, PluginData),
  displayName: implicit(2, "string"),
  summaryDescription: implicit(3, "string"),
  dataClass: implicit(4, "enum", { members: DataClass }),
});
/** Which page of TensorBoard shows a summary, and under what title. */
export interface SummaryMetadata extends MessageOf<typeof SummaryMetadata> {}

const SummaryImage = message("tensorflow.Summary.Image", {
  height: implicit(1, "int32"),
  width: implicit(2, "int32"),
  colorspace: implicit(3, "int32"),
  encodedImageString: implicit(4, "bytes"),
});
/** An image (`Summary.Image`); `colorspace` is the number of channels, `encodedImageString` a PNG, JPEG or GIF file. */
export interface SummaryImage extends MessageOf<typeof SummaryImage> {}

const SummaryAudio = message("tensorflow.Summary.Audio", {
  sampleRate: implicit(1, "float"),
  numChannels: implicit(2, "int64"),
  lengthFrames: implicit(3, "int64"),
  encodedAudioString: implicit(4, "bytes"),
  contentType: implicit(5, "string"),
});
/** A sound (`Summary.Audio`). */
export interface SummaryAudio extends MessageOf<typeof SummaryAudio> {}

/** One of these says what the value is. */
const value = { group: "value" } as const;

const SummaryValue = message("tensorflow.Summary.Value", {
  tag: implicit(1, "string"),
  simpleValue: optional(2, "float", value),
  obsoleteOldStyleHistogram: optional(3, "bytes", value),
  image: optional(4, SummaryImage, value),
  histo: optional(5, HistogramProto, value),
  audio: optional(6, SummaryAudio, value),
  nodeName: implicit(7, "string"),
  tensor: optional(8, (): MessageType<TensorRecord> => TensorProto, value),
  metadata: optional(9, SummaryMetadata),
});
/** A value of a summary (`Summary.Value`): at most one of `simpleValue`, `image`, `histo`, `audio` and `tensor`. */
export interface SummaryValue extends MessageOf<typeof SummaryValue> {}

/** The table of `Summary` (summary.proto). */
export const Summary = message("tensorflow.Summary", { value: repeated(1, SummaryValue) });
/** Values of one step, by tag. */
export interface Summary extends MessageOf<typeof Summary> {}

const LogMessage = message("tensorflow.LogMessage", {
  level: implicit(1, "enum", { members: logLevels }),
  message: implicit(2, "string"),
});

const SessionLog = message("tensorflow.SessionLog", {
  status: implicit(1, "enum", { members: SessionStatus }),
  checkpointPath: implicit(2, "string"),
  msg: implicit(3, "string"),
});
/** What happened to a session (`SessionLog`). After a `START`, TensorBoard drops what was written before of the same and later steps. */
export interface SessionLog extends MessageOf<typeof SessionLog> {}

const TaggedRunMetadata = message("tensorflow.TaggedRunMetadata", {
  tag: implicit(1, "string"),
  runMetadata: implicit(2, "bytes"),
});
/** How a step ran (`TaggedRunMetadata`): a serialized `RunMetadata` and its name. */
export interface TaggedRunMetadata extends MessageOf<typeof TaggedRunMetadata> {}

const SourceMetadata = message("tensorflow.SourceMetadata", { writer: implicit(1, "string") });

/** One of these says what the event is. */
const what = { group: "what" } as const;

/** The table of `Event` (event.proto). */
export const Event = message("tensorflow.Event", {
  wallTime: implicit(1, "double"),
  step: implicit(2, "int64"),
  fileVersion: optional(3, "string", what),
  graphDef: optional(4, "bytes", what),
  summary: optional(5, Summary, what),
  logMessage: optional(6, LogMessage, what),
  sessionLog: optional(7, SessionLog, what),
  taggedRunMetadata: optional(8, TaggedRunMetadata, what),
  metaGraphDef: optional(9, "bytes", what),
  sourceMetadata: optional(10, SourceMetadata),
});
/** An event: when it was (`wallTime` in seconds since 1970), at which step, and at most one of the others. */
export interface Event extends MessageOf<typeof Event> {}

const NodeOutput = message("tensorflow.NodeOutput", {
  slot: implicit(1, "int32"),
  tensorDescription: optional(
    3,
    message(
      "tensorflow.TensorDescription",
      { dtype: implicit(1, "enum", { members: dataTypeMembers }), shape: optional(2, TensorShapeProto) },
      { unlisted: ["allocation_description"] },
    ),
  ),
});

const AllocatorMemoryUsed = message(
  "tensorflow.AllocatorMemoryUsed",
  {
    allocatorName: implicit(1, "string"),
    totalBytes: implicit(2, "int64"),
    peakBytes: implicit(3, "int64"),
    liveBytes: implicit(4, "int64"),
    allocatorBytesInUse: implicit(5, "int64"),
  },
  { unlisted: ["allocation_records"] },
);

const NodeExecStats = message(
  "tensorflow.NodeExecStats",
  {
    nodeName: implicit(1, "string"),
    allStartMicros: implicit(2, "int64"),
    opStartRelMicros: implicit(3, "int64"),
    opEndRelMicros: implicit(4, "int64"),
    allEndRelMicros: implicit(5, "int64"),
    memory: optionalRepeated(6, AllocatorMemoryUsed),
    output: optionalRepeated(7, NodeOutput),
    timelineLabel: implicit(8, "string"),
    scheduledMicros: implicit(9, "int64"),
    threadId: implicit(10, "uint32"),
    allStartNanos: implicit(13, "int64"),
    opStartRelNanos: implicit(14, "int64"),
    opEndRelNanos: implicit(15, "int64"),
    allEndRelNanos: implicit(16, "int64"),
    scheduledNanos: implicit(17, "int64"),
  },
  { unlisted: ["referenced_tensor", "memory_stats"] },
);
/** When a node ran (`NodeExecStats`): times since 1970, and relative to `allStart…`. */
export interface NodeExecStats extends MessageOf<typeof NodeExecStats> {}

const DeviceStepStats = message("tensorflow.DeviceStepStats", {
  device: implicit(1, "string"),
  nodeStats: repeated(2, NodeExecStats),
  threadNames: map(3, "uint32", "string"),
});

const StepStats = message("tensorflow.StepStats", { devStats: repeated(1, DeviceStepStats) });
/** What ran on each device (`StepStats`). */
export interface StepStats extends MessageOf<typeof StepStats> {}

/** The table of `RunMetadata` (config.proto). */
export const RunMetadata = message(
  "tensorflow.RunMetadata",
  {
    stepStats: optional(1, StepStats),
    partitionGraphs: optionalRepeated(3, (): MessageType<GraphDefRecord> => GraphDef),
  },
  { unlisted: ["cost_graph", "function_graphs", "session_metadata"] },
);
/** How a step ran. */
export interface RunMetadata extends MessageOf<typeof RunMetadata> {}
