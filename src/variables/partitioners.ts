/** The three partitioners: functions that tell into how many slices a variable is cut. Mirrors python/ops/partitioned_variables.py. */
import { ArgumentError, ArgumentIndexError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { asDType, type DType, type DTypeLike } from "../tensor/dtype.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { Partitioner } from "./variable-functions.ts";

/** Options of `variableAxisSizePartitioner`. */
export interface AxisSizeOptions {
  readonly axis?: number;
  /** The size assumed for one string, in bytes. Default 16. */
  readonly bytesPerStringElement?: number;
  /** The most slices; default: no limit. */
  readonly maxShards?: number | null;
}

/** Options of `minMaxVariablePartitioner`. */
export interface MinMaxOptions {
  /** The most slices. Default 1. */
  readonly maxPartitions?: number;
  readonly axis?: number;
  /** The least size of a slice, in bytes. Default 256 KiB. */
  readonly minSliceSize?: number;
  readonly bytesPerStringElement?: number;
}

/** Bytes that TensorFlow assumes for one string. */
const STRING_BYTES = 16;
/** Bytes below which TensorFlow does not cut a variable further. */
const MIN_SLICE_BYTES = 256 << 10;

/**
 * Cuts `axis` into a fixed number of slices, at most one per row.
 * @throws {ArgumentIndexError} when called for a shape without that axis.
 * @see TensorFlow `tf.fixed_size_partitioner`
 * @example
 * getVariable("w", [5, 2], { partitioner: fixedSizePartitioner(2) }); // slices of 3 and 2 rows
 */
export function fixedSizePartitioner(numShards: number, options: { readonly axis?: number } = {}): Partitioner {
  const axis = options.axis ?? 0;
  return (shape) => {
    const partitions = ones(shape);
    const at = axis < 0 ? axis + partitions.length : axis;
    if (at < 0 || at >= partitions.length)
      throw new ArgumentIndexError("list index out of range\n  the partitioner's axis is not one of the variable's", {
        axis,
        shape,
      });
    partitions[at] = Math.min(numShards, shape.dim(at) as number);
    return partitions;
  };
}

/**
 * Cuts `axis` so that no slice is larger than `maxShardBytes`, as far as rows allow.
 * @throws {ArgumentError} for sizes that are not positive.
 * @see TensorFlow `tf.variable_axis_size_partitioner`
 */
export function variableAxisSizePartitioner(maxShardBytes: number, options: AxisSizeOptions = {}): Partitioner {
  const { axis = 0, bytesPerStringElement = STRING_BYTES, maxShards = null } = options;
  if (maxShardBytes < 1 || bytesPerStringElement < 1) {
    throw new ArgumentError(
      `Both max_shard_bytes and bytes_per_string_element must be positive. Currently, max_shard_bytes is ${maxShardBytes} andbytes_per_string_element is ${bytesPerStringElement}`,
      { maxShardBytes, bytesPerStringElement },
    );
  }
  if (maxShards && maxShards < 1) throw new ArgumentError("max_shards must be positive.", { maxShards });
  return (shape, dtype) => {
    if (!(shape instanceof TensorShape))
      throw new ArgumentError(`shape is not a TensorShape: ${pythonText(shape)}`, { shape });
    if (!shape.isFullyDefined()) throw new ArgumentError(`shape is not fully defined: ${shape}`, { shape });
    const rows = shape.dim(axis) as number;
    const bytesPerSlice = ((shape.elementCount() as number) / rows) * elementBytes(dtype, bytesPerStringElement);
    const rowsPerShard = Math.max(1, Math.floor(maxShardBytes / bytesPerSlice));
    const shards = Math.ceil(rows / rowsPerShard);
    const partitions = ones(shape);
    partitions[axis < 0 ? axis + partitions.length : axis] = maxShards ? Math.min(maxShards, shards) : shards;
    return partitions;
  };
}

/**
 * Cuts `axis` into at most `maxPartitions` slices of at least `minSliceSize` bytes.
 * @throws {ArgumentError} when called for a shape without that axis.
 * @see TensorFlow `tf.min_max_variable_partitioner`
 */
export function minMaxVariablePartitioner(options: MinMaxOptions = {}): Partitioner {
  const { maxPartitions = 1, axis = 0, minSliceSize = MIN_SLICE_BYTES, bytesPerStringElement = STRING_BYTES } = options;
  return (shape, dtype) => {
    const partitions = ones(shape);
    if (axis >= partitions.length)
      throw new ArgumentError(`Cannot partition variable along axis ${axis} when shape is only ${shape}`, {
        axis,
        shape,
      });
    const bytes = (shape.elementCount() as number) * elementBytes(dtype, bytesPerStringElement);
    const at = axis < 0 ? axis + partitions.length : axis;
    partitions[at] = Math.max(1, Math.min(shape.dim(at) as number, maxPartitions, Math.ceil(bytes / minSliceSize)));
    return partitions;
  };
}

function ones(shape: TensorShape): number[] {
  return shape.asList().map(() => 1);
}

function elementBytes(dtype: DTypeLike, stringBytes: number): number {
  const type: DType = asDType(dtype);
  return type.isString ? stringBytes : type.size;
}
