/**
 * Every error class of the library. Not the texts: those stand where the mistake is found.
 *
 * The first line of a message is TensorFlow's own, byte for byte; the lines after it say where and how to mend it.
 * The facts of the text are fields of the error, so programs never parse messages.
 */

/** The Python class that TensorFlow raises for the same mistake. One total table: a new class does not compile without an entry. */
const tensorflowClasses = {
  NamesakeError: "Exception",
  InternalError: "AssertionError",
  ArgumentError: "ValueError",
  ArgumentTypeError: "TypeError",
  ArgumentIndexError: "IndexError",
  MissingAttributeError: "AttributeError",
  UnknownNameError: "KeyError",
  LookupError: "LookupError",
  UnsupportedFeatureError: "NotImplementedError",
  ScopeError: "ValueError",
  VariableExistsError: "ValueError",
  VariableNotFoundError: "ValueError",
  VariableMismatchError: "ValueError",
  PartitionError: "ValueError",
  ScopeNestingError: "RuntimeError",
  ScopeClosedError: "RuntimeError",
  StackNestingError: "AssertionError",
  AsyncScopeError: "TypeError",
  ShapeError: "ValueError",
  DTypeError: "TypeError",
  GraphError: "ValueError",
  GraphFinalizedError: "RuntimeError",
  NotAllowedInGraphError: "OperatorNotAllowedInGraphError",
  InaccessibleTensorError: "InaccessibleTensorError",
  UnsupportedOpError: "NotImplementedError",
  FormatError: "DataLossError",
  SessionError: "RuntimeError",
  TrainingError: "RuntimeError",
  CancelledError: "CancelledError",
  UnknownError: "UnknownError",
  InvalidArgumentError: "InvalidArgumentError",
  DeadlineExceededError: "DeadlineExceededError",
  NotFoundError: "NotFoundError",
  AlreadyExistsError: "AlreadyExistsError",
  PermissionDeniedError: "PermissionDeniedError",
  ResourceExhaustedError: "ResourceExhaustedError",
  FailedPreconditionError: "FailedPreconditionError",
  AbortedError: "AbortedError",
  OutOfRangeError: "OutOfRangeError",
  UnimplementedError: "UnimplementedError",
  EngineInternalError: "InternalError",
  UnavailableError: "UnavailableError",
  DataLossError: "DataLossError",
  UnauthenticatedError: "UnauthenticatedError",
} as const satisfies Record<string, string>;

/** The name of every error class of the library. */
export type ErrorName = keyof typeof tensorflowClasses;

/** Facts of an error, by name; each becomes a property of the error. */
export type ErrorFields = Readonly<Record<string, unknown>>;

/** The root of every error that the library throws. */
export class NamesakeError extends Error {
  override readonly name: ErrorName = "NamesakeError";
  /** The facts of the message, for programs. The same values are properties of the error itself. */
  declare readonly fields: ErrorFields;

  constructor(message: string, fields: ErrorFields = {}) {
    super(message);
    // None of them is enumerable: an error that nobody caught would print graphs and all beneath its message.
    Object.defineProperty(this, "fields", { value: fields, enumerable: false });
    for (const [key, value] of Object.entries(fields)) {
      if (!(key in this)) Object.defineProperty(this, key, { value, enumerable: false, configurable: true });
    }
  }

  /** The class that TensorFlow raises for the same mistake, such as `ValueError`. */
  get tensorflowClass(): string {
    return tensorflowClasses[this.name];
  }
}

/** A broken invariant of the library itself; please report it. */
export class InternalError extends NamesakeError {
  override readonly name = "InternalError";
  constructor(message: string, fields?: ErrorFields) {
    super(`internal: ${message} (this is a mistake of Namesake; please report it)`, fields);
  }
}

/** An argument of the right type has a value that cannot be used. */
export class ArgumentError extends NamesakeError {
  override readonly name: ErrorName = "ArgumentError";
}
/** An argument has the wrong type. */
export class ArgumentTypeError extends NamesakeError {
  override readonly name: ErrorName = "ArgumentTypeError";
}
/** An index lies outside of what it indexes. */
export class ArgumentIndexError extends NamesakeError {
  override readonly name = "ArgumentIndexError";
}
/** An object lacks a property that is needed here. */
export class MissingAttributeError extends NamesakeError {
  override readonly name = "MissingAttributeError";
}
/** Nothing is registered under this name: an op that has no gradient. */
export class LookupError extends NamesakeError {
  override readonly name = "LookupError";
}
/** TensorFlow, or Namesake, does not offer this. */
export class UnsupportedFeatureError extends NamesakeError {
  override readonly name = "UnsupportedFeatureError";
}

/** An optimizer was asked for an update that it cannot make. */
export class TrainingError extends NamesakeError {
  override readonly name = "TrainingError";
}

/** A variable scope is used in a way that its rules forbid. */
export class ScopeError extends NamesakeError {
  override readonly name: ErrorName = "ScopeError";
}
/** A scope that does not reuse was asked for a variable that exists. */
export class VariableExistsError extends ScopeError {
  override readonly name = "VariableExistsError";
}
/** A reusing scope was asked for a variable that does not exist. */
export class VariableNotFoundError extends ScopeError {
  override readonly name = "VariableNotFoundError";
}
/** A variable is shared with another shape, dtype or partitioning than it has. */
export class VariableMismatchError extends ScopeError {
  override readonly name = "VariableMismatchError";
}
/** A partitioner's answer, or a partitioned variable, does not fit. */
export class PartitionError extends ScopeError {
  override readonly name = "PartitionError";
}
/** Scopes were left in another order than they were entered. */
export class ScopeNestingError extends NamesakeError {
  override readonly name = "ScopeNestingError";
}
/** A scope that was opened with `using` is still open, or no longer open, where it is used. */
export class ScopeClosedError extends NamesakeError {
  override readonly name = "ScopeClosedError";
}
/** Default graphs or sessions were left in another order than they were entered. */
export class StackNestingError extends NamesakeError {
  override readonly name = "StackNestingError";
}
/** The body of a synchronous scope returned a promise. */
export class AsyncScopeError extends NamesakeError {
  override readonly name = "AsyncScopeError";
}

/** Shapes that do not fit each other. */
export class ShapeError extends NamesakeError {
  override readonly name: ErrorName = "ShapeError";
}
/** Element types that do not fit each other. */
export class DTypeError extends NamesakeError {
  override readonly name: ErrorName = "DTypeError";
}
/** A graph, one of its names or one of its elements cannot be used like this. */
export class GraphError extends NamesakeError {
  override readonly name: ErrorName = "GraphError";
}
/** A finalized graph was to be changed. */
export class GraphFinalizedError extends GraphError {
  override readonly name = "GraphFinalizedError";
}
/** A symbolic tensor was used as a value of the host language. */
export class NotAllowedInGraphError extends NamesakeError {
  override readonly name = "NotAllowedInGraphError";
}
/** No operation or tensor of that name exists in the graph. */
export class UnknownNameError extends GraphError {
  override readonly name = "UnknownNameError";
}
/** A tensor of a branch or loop body was used outside of it. */
export class InaccessibleTensorError extends GraphError {
  override readonly name = "InaccessibleTensorError";
}
/** An op that no engine here can run was fetched. */
export class UnsupportedOpError extends NamesakeError {
  override readonly name = "UnsupportedOpError";
}
/** Bytes that are not what they claim to be. */
export class FormatError extends NamesakeError {
  override readonly name = "FormatError";
}
/** A session is used in a way that its state forbids. */
export class SessionError extends NamesakeError {
  override readonly name = "SessionError";
}

/** What TensorFlow tells of the op whose execution failed. */
export interface OpErrorFields extends ErrorFields {
  /** The operation that failed, when one did. */
  readonly op?: unknown;
  /** Its name. */
  readonly node?: string;
}

/** A step failed while it ran. `code` is TensorFlow's. */
export abstract class OpError extends NamesakeError {
  /** TensorFlow's error code (`error::Code`, tsl/protobuf/error_codes.proto). */
  abstract readonly code: number;
  /** The operation that failed, when one did. */
  declare readonly op: unknown;
  constructor(message: string, fields: OpErrorFields = {}) {
    super(message, fields);
  }
}

/** The step was cancelled. */
export class CancelledError extends OpError {
  override readonly name = "CancelledError";
  readonly code = 1;
}
/** An error of no known class. */
export class UnknownError extends OpError {
  override readonly name = "UnknownError";
  readonly code = 2;
}
/** An op got a value that it cannot work on. */
export class InvalidArgumentError extends OpError {
  override readonly name = "InvalidArgumentError";
  readonly code = 3;
}
/** The step did not end in time. */
export class DeadlineExceededError extends OpError {
  override readonly name = "DeadlineExceededError";
  readonly code = 4;
}
/** Something that the step needs does not exist. */
export class NotFoundError extends OpError {
  override readonly name = "NotFoundError";
  readonly code = 5;
}
/** Something that the step makes exists. */
export class AlreadyExistsError extends OpError {
  override readonly name = "AlreadyExistsError";
  readonly code = 6;
}
/** The step may not do this. */
export class PermissionDeniedError extends OpError {
  override readonly name = "PermissionDeniedError";
  readonly code = 7;
}
/** Memory or another resource ran out. */
export class ResourceExhaustedError extends OpError {
  override readonly name = "ResourceExhaustedError";
  readonly code = 8;
}
/** The state does not allow the step: mostly, a variable has no value yet. */
export class FailedPreconditionError extends OpError {
  override readonly name = "FailedPreconditionError";
  readonly code = 9;
}
/** The step was given up. */
export class AbortedError extends OpError {
  override readonly name = "AbortedError";
  readonly code = 10;
}
/** A counter or reader is past its end. */
export class OutOfRangeError extends OpError {
  override readonly name = "OutOfRangeError";
  readonly code = 11;
}
/** The engine cannot run an op in this form. */
export class UnimplementedError extends OpError {
  override readonly name = "UnimplementedError";
  readonly code = 12;
}
/** The engine broke an invariant of its own. */
export class EngineInternalError extends OpError {
  override readonly name = "EngineInternalError";
  readonly code = 13;
}
/** The engine, or a machine behind it, cannot be reached. */
export class UnavailableError extends OpError {
  override readonly name = "UnavailableError";
  readonly code = 14;
}
/** Data was lost or is corrupt. */
export class DataLossError extends OpError {
  override readonly name = "DataLossError";
  readonly code = 15;
}
/** The caller is not known to the machine behind the engine. */
export class UnauthenticatedError extends OpError {
  override readonly name = "UnauthenticatedError";
  readonly code = 16;
}
