/** Opens checkpoints where the platform's files are, unless other files are given. */
import { platformFiles } from "../files/platform-files.ts";
import { type CheckpointReader, openStore } from "../formats/checkpoint/checkpoint-reader.ts";
import type { FileSource } from "../formats/source/byte-source.ts";
import { finish, finishSync } from "../formats/source/stepwise.ts";

/** Where a checkpoint is. */
export interface OpenCheckpointOptions {
  /** Where the files are found. Default: in Node, its files by their paths; elsewhere there is no default. */
  readonly files?: FileSource;
}

/**
 * Opens a checkpoint of TensorFlow, of either version. Reads the end of the index and its first block only.
 *
 * @param prefix the path that TensorFlow's savers take and give: without `.index` or `.data-…`
 * @throws {NotFoundError} when there is no such checkpoint.
 * @throws {FormatError} with `file` and `offset` when its index is damaged.
 * @throws {InvalidArgumentError} when it is of a version that is not known.
 * @see TensorFlow's `tf.train.load_checkpoint`
 * @example
 * const { index, data } = encodeCheckpoint([["tower/w", ndarray([[1, 2], [3, 4]])]]);
 * const files = memoryFiles({ "m.index": index, "m.data-00000-of-00001": data });
 * const reader = await openCheckpoint("m", { files });
 * await reader.names(); // ["tower/w"]
 * (await reader.getTensor("tower/w")).toArray(); // [[1, 2], [3, 4]]
 */
export function openCheckpoint(prefix: string, options: OpenCheckpointOptions = {}): Promise<CheckpointReader> {
  return finish(openStore(prefix, options.files ?? platformFiles));
}

/** As `openCheckpoint`, at once. */
export function openCheckpointSync(prefix: string, options: OpenCheckpointOptions = {}): CheckpointReader {
  return finishSync(openStore(prefix, options.files ?? platformFiles));
}
