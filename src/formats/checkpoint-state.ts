/**
 * The state file `checkpoint` of a directory, which names its checkpoints: text ⇄ record. Not where the checkpoints are: paths stay
 * as they are written.
 *
 * Upstream: tensorflow/python/training/checkpoint_state.proto, as compiled into TensorFlow 2.21.0.
 */
import { FormatError } from "../base/errors.ts";
import { withFile } from "./naming-file.ts";
import {
  implicit,
  type MessageOf,
  message,
  type ParseOptions,
  parseMessage,
  printMessage,
  repeated,
} from "./wire/protobuf.ts";

/** The table of `CheckpointState`. */
export const CheckpointState = message("tensorflow.CheckpointState", {
  modelCheckpointPath: implicit(1, "string"),
  allModelCheckpointPaths: repeated(2, "string"),
  allModelCheckpointTimestamps: repeated(3, "double"),
  lastPreservedTimestamp: implicit(4, "double"),
});
/** What a state file says: the latest checkpoint, and all that are kept, the oldest first. Relative paths are of its directory. */
export interface CheckpointState extends MessageOf<typeof CheckpointState> {}

/**
 * Parses a state file.
 *
 * @throws {FormatError} with the `line` and the `column` when the text is no state file, and when it names no latest checkpoint.
 * @remarks Differs from TensorFlow: that logs a warning and acts as if there were no checkpoint.
 * @see TensorFlow `tf.train.get_checkpoint_state`
 * @example
 * const state = parseCheckpointState('model_checkpoint_path: "model-10"', { file: "checkpoint" });
 * state.modelCheckpointPath; // "model-10"
 */
export function parseCheckpointState(text: string | Uint8Array, options: ParseOptions = {}): CheckpointState {
  const state = parseMessage(CheckpointState, text, options);
  if (state.modelCheckpointPath !== "") return state;
  throw withFile(options.file, new FormatError("Invalid checkpoint state: it has no model_checkpoint_path."));
}

/**
 * The text of a state file, as TensorFlow writes it.
 *
 * @throws {ArgumentTypeError} with the `path` of the field when a value does not fit it.
 * @see TensorFlow `tf.train.generate_checkpoint_state_proto`
 * @example
 * const paths = ["model-3", "model-10"];
 * const text = printCheckpointState({
 *   modelCheckpointPath: "model-10",
 *   allModelCheckpointPaths: paths,
 *   allModelCheckpointTimestamps: [],
 *   lastPreservedTimestamp: 0,
 * });
 * text.split("\n").length; // 4
 */
export function printCheckpointState(state: CheckpointState): string {
  return printMessage(CheckpointState, state);
}
