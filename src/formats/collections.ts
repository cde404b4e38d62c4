/**
 * What collections of bytes in a MetaGraphDef hold: variables, contexts of control flow, queue runners. Tables and records only;
 * `decodeMessage(VariableDef, bytes)` reads one.
 *
 * Upstream: tensorflow/core/framework/variable.proto, tensorflow/core/protobuf/{control_flow,queue_runner}.proto, as compiled into
 * TensorFlow 2.21.0.
 */
import {
  implicit,
  type MessageOf,
  type MessageType,
  map,
  message,
  oneof,
  optional,
  repeated,
} from "./wire/protobuf.ts";

const synchronization = {
  VARIABLE_SYNCHRONIZATION_AUTO: 0,
  VARIABLE_SYNCHRONIZATION_NONE: 1,
  VARIABLE_SYNCHRONIZATION_ON_WRITE: 2,
  VARIABLE_SYNCHRONIZATION_ON_READ: 3,
} as const;

const aggregation = {
  VARIABLE_AGGREGATION_NONE: 0,
  VARIABLE_AGGREGATION_SUM: 1,
  VARIABLE_AGGREGATION_MEAN: 2,
  VARIABLE_AGGREGATION_ONLY_FIRST_REPLICA: 3,
} as const;

/** The codes of errors (`error.Code`, tsl/protobuf/error_codes.proto). */
const errorCodes = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
  DO_NOT_USE_RESERVED_FOR_FUTURE_EXPANSION_USE_DEFAULT_IN_SWITCH_INSTEAD_: 20,
} as const;

/** The table of `SaveSliceInfoDef` (variable.proto). */
export const SaveSliceInfoDef = message("tensorflow.SaveSliceInfoDef", {
  fullName: implicit(1, "string"),
  fullShape: repeated(2, "safeInt64"),
  varOffset: repeated(3, "safeInt64"),
  varShape: repeated(4, "safeInt64"),
});
/** Which part of a partitioned variable a variable is. */
export interface SaveSliceInfoDef extends MessageOf<typeof SaveSliceInfoDef> {}

/** The table of `VariableDef` (variable.proto): the collections `variables`, `trainable_variables` and their like. */
export const VariableDef = message("tensorflow.VariableDef", {
  variableName: implicit(1, "string"),
  initializerName: implicit(2, "string"),
  snapshotName: implicit(3, "string"),
  saveSliceInfoDef: optional(4, SaveSliceInfoDef),
  isResource: implicit(5, "bool"),
  initialValueName: implicit(6, "string"),
  trainable: implicit(7, "bool"),
  synchronization: implicit(8, "enum", { members: synchronization }),
  aggregation: implicit(9, "enum", { members: aggregation }),
});
/** The tensors and operations of a variable, by name. */
export interface VariableDef extends MessageOf<typeof VariableDef> {}

const ValuesDef = message("tensorflow.ValuesDef", {
  values: repeated(1, "string"),
  externalValues: map(2, "string", "string"),
});
/** The tensors of a context, and what those of outside are called within. */
export interface ValuesDef extends MessageOf<typeof ValuesDef> {}

/** The table of `ControlFlowContextDef` (control_flow.proto): one oneof. */
export const ControlFlowContextDef: MessageType<ControlFlowContextDef> = oneof("tensorflow.ControlFlowContextDef", {
  condCtxt: optional(1, (): MessageType<CondContextDef> => CondContextDef),
  whileCtxt: optional(2, (): MessageType<WhileContextDef> => WhileContextDef),
});
/** A context within another. */
export type ControlFlowContextDef = { condCtxt: CondContextDef } | { whileCtxt: WhileContextDef };

/** The table of `CondContextDef` (control_flow.proto): the collection `cond_context`. */
export const CondContextDef = message("tensorflow.CondContextDef", {
  contextName: implicit(1, "string"),
  predName: implicit(2, "string"),
  pivotName: implicit(3, "string"),
  branch: implicit(4, "int32"),
  valuesDef: optional(5, ValuesDef),
  nestedContexts: repeated(6, (): MessageType<ControlFlowContextDef> => ControlFlowContextDef),
});
/** A branch of a conditional. */
export interface CondContextDef extends MessageOf<typeof CondContextDef> {}

/** The table of `WhileContextDef` (control_flow.proto): the collection `while_context`. */
export const WhileContextDef = message("tensorflow.WhileContextDef", {
  contextName: implicit(1, "string"),
  parallelIterations: implicit(2, "int32"),
  backProp: implicit(3, "bool"),
  swapMemory: implicit(4, "bool"),
  pivotName: implicit(5, "string"),
  pivotForPredName: implicit(6, "string"),
  pivotForBodyName: implicit(7, "string"),
  loopExitNames: repeated(8, "string"),
  valuesDef: optional(9, ValuesDef),
  loopEnterNames: repeated(10, "string"),
  maximumIterationsName: implicit(11, "string"),
  nestedContexts: repeated(12, (): MessageType<ControlFlowContextDef> => ControlFlowContextDef),
});
/** A loop. */
export interface WhileContextDef extends MessageOf<typeof WhileContextDef> {}

/** The table of `QueueRunnerDef` (queue_runner.proto): the collection `queue_runners`. */
export const QueueRunnerDef = message("tensorflow.QueueRunnerDef", {
  queueName: implicit(1, "string"),
  enqueueOpName: repeated(2, "string"),
  closeOpName: implicit(3, "string"),
  cancelOpName: implicit(4, "string"),
  queueClosedExceptionTypes: repeated(5, "enum", { members: errorCodes }),
});
/** The operations that fill a queue. */
export interface QueueRunnerDef extends MessageOf<typeof QueueRunnerDef> {}
