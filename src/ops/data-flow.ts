/** Builders of the ops that deal rows out and put them together again. Mirrors core/ops/data_flow_ops.cc. */
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { dataFlowDefs as defs } from "./data-flow.defs.ts";
import type { NameOption } from "./op-scope.ts";

/**
 * Deals the rows of a tensor out to several, by the number that each row has; their order stays.
 *
 * Shapes: data `[…p, …r]`, partitions `[…p]` → numPartitions times `[n, …r]`. Dtypes: data any; partitions int32.
 *
 * @throws {ShapeError} when data does not start with the shape of partitions.
 * @see TensorFlow `DynamicPartition`, core/ops/data_flow_ops.cc
 * @example
 * const [even, odd] = dynamicPartition(constant([5, 6, 7]), ndarray([0, 1, 0], "int32"), 2);
 * session.runSync([even, odd]).map((x) => x.toArray()); // [[5, 7], [6]]
 */
export function dynamicPartition(
  data: TensorLike,
  partitions: TensorLike,
  numPartitions: number,
  options: NameOption = {},
): Tensor[] {
  return [
    ...applyOp(defs.DynamicPartition, [data, partitions], { num_partitions: numPartitions }, options.name).outputs,
  ];
}

/**
 * Puts rows together: each one goes to the place that its index tells. Of two for one place the later counts.
 *
 * Shapes: indices `[…i]`, data `[…i, …r]` → `[greatest index + 1, …r]`. Dtypes: indices int32; data any.
 *
 * @throws {ShapeError} when data do not start with the shapes of their indices, or differ after those.
 * @see TensorFlow `DynamicStitch`, core/ops/data_flow_ops.cc
 * @example
 * const indices = [ndarray([0, 2], "int32"), ndarray([1], "int32")];
 * session.runSync(dynamicStitch(indices, [constant([5, 7]), constant([6])])).toArray(); // [5, 6, 7]
 */
export function dynamicStitch(
  indices: readonly TensorLike[],
  data: readonly TensorLike[],
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.DynamicStitch, [indices, data], {}, options.name);
}

/**
 * As `dynamicStitch`, for indices of which none occurs twice.
 *
 * Shapes: indices `[…i]`, data `[…i, …r]` → `[greatest index + 1, …r]`. Dtypes: indices int32; data any.
 *
 * @throws {ShapeError} when data do not start with the shapes of their indices, or differ after those.
 * @see TensorFlow `ParallelDynamicStitch`, core/ops/data_flow_ops.cc
 * @example
 * const indices = [ndarray([0, 2], "int32"), ndarray([1], "int32")];
 * parallelDynamicStitch(indices, [constant([5, 7]), constant([6])]).shape; // (3,)
 */
export function parallelDynamicStitch(
  indices: readonly TensorLike[],
  data: readonly TensorLike[],
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.ParallelDynamicStitch, [indices, data], {}, options.name);
}
