/** Checkpoints that are found by paths: in the platform's files, unless other files are given. */
import { platformFiles } from "../files/platform-files.ts";
import { type CheckpointReader, openStore } from "../formats/checkpoint/checkpoint-reader.ts";
import { type MergedCheckpoint, mergeBundles } from "../formats/checkpoint/merge.ts";
import type { FileSource } from "../formats/source/byte-source.ts";
import { finish, finishSync } from "../formats/source/stepwise.ts";

/** Where checkpoints are. */
export interface CheckpointFilesOptions {
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
export function openCheckpoint(prefix: string, options: CheckpointFilesOptions = {}): Promise<CheckpointReader> {
  return finish(openStore(prefix, options.files ?? platformFiles));
}

/** As `openCheckpoint`, at once. */
export function openCheckpointSync(prefix: string, options: CheckpointFilesOptions = {}): CheckpointReader {
  return finishSync(openStore(prefix, options.files ?? platformFiles));
}

/**
 * Makes one checkpoint of several that have no tensor in common but slices of the same ones: the index of all, and what the data files are
 * to be called. Nothing is moved or written.
 *
 * @param prefixes the paths of the checkpoints, in the order of their data files in the result
 * @param prefix the path of the result
 * @throws {InvalidArgumentError} for a tensor that is in two of them, or slices of tensors that differ.
 * @throws {NotFoundError} and {@link FormatError} when an index is missing or damaged.
 * @see TensorFlow's `tf.raw_ops.MergeV2Checkpoints`
 * @example
 * const files = memoryFiles({
 *   ...checkpointFiles("part-0", encodeCheckpoint([["a", ndarray(1)]])),
 *   ...checkpointFiles("part-1", encodeCheckpoint([["b", ndarray(2)]])),
 * });
 * const { renames } = await mergeCheckpoints(["part-0", "part-1"], "m", { files });
 * renames[1]?.to; // "m.data-00001-of-00002"
 */
export function mergeCheckpoints(
  prefixes: readonly string[],
  prefix: string,
  options: CheckpointFilesOptions = {},
): Promise<MergedCheckpoint> {
  return finish(mergeBundles(prefixes, prefix, options.files ?? platformFiles));
}

/** As `mergeCheckpoints`, at once. */
export function mergeCheckpointsSync(
  prefixes: readonly string[],
  prefix: string,
  options: CheckpointFilesOptions = {},
): MergedCheckpoint {
  return finishSync(mergeBundles(prefixes, prefix, options.files ?? platformFiles));
}
