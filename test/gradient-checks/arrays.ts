/** Ops that move elements. */
import { b, c, type GradientCheck, i, list, op, ramp } from "./case.ts";

export const arrays: readonly GradientCheck[] = [
  op("PlaceholderWithDefault", [[1, 2]], { shape: [2] }),
  op("Identity", [[1, 2]]),
  op("IdentityN", [list([1, 2], [3])]),
  op("CheckNumerics", [[1, 2]], { message: "" }),
  op("EnsureShape", [[1, 2]], { shape: [null] }),
  op("Fill", [i([2, 2]), 1.5]),
  op("Select", [b([true, false]), [1, 2], [3, 4]]),
  op("SelectV2", [b([true, false]), [1, 2], 3]),
  op("ConcatV2", [list([1, 2], [3]), i(0)]),
  op("Concat", [i(0), list([1, 2], [3])]),
  op("Pack", [list([1, 2], [3, 4])], { axis: 1 }),
  op(
    "Unpack",
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    { num: 2, axis: 1 },
  ),
  op("Split", [i(0), [1, 2, 3, 4]], { num_split: 2 }),
  op("SplitV", [[1, 2, 3], i([1, 2]), i(0)], { num_split: 2 }),
  op("Reshape", [
    [
      [1, 2],
      [3, 4],
    ],
    i([4]),
  ]),
  op("ExpandDims", [[1, 2], i(0)]),
  op("Squeeze", [[[1, 2]]], { squeeze_dims: [0] }),
  op("BroadcastTo", [[1, 2], i([2, 2])]),
  op("Slice", [[1, 2, 3], i([1]), i([2])]),
  op("StridedSlice", [[1, 2, 3, 4], i([0]), i([4]), i([2])]),
  op("StridedSliceGrad", [i([4]), i([0]), i([4]), i([2]), [1, 2]]),
  op("Pad", [[1, 2], i([[1, 1]])]),
  op("PadV2", [[1, 2], i([[1, 1]]), c(0)]),
  op("MirrorPad", [[1, 2, 3], i([[1, 1]])], { mode: "REFLECT" }),
  op("MirrorPadGrad", [[1, 2, 3, 4, 5], i([[1, 1]])], { mode: "REFLECT" }),
  op("Transpose", [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    i([1, 0]),
  ]),
  op("Reverse", [[1, 2], b([true])]),
  op("ReverseV2", [[1, 2], i([0])]),
  op(
    "ReverseSequence",
    [
      [
        [1, 2],
        [3, 4],
      ],
      i([2, 1]),
    ],
    { seq_dim: 1, batch_dim: 0 },
  ),
  op("Tile", [[1, 2], i([2])]),
  op("Gather", [[1, 2, 3], i([2, 0, 2])]),
  op("GatherV2", [
    [
      [1, 2],
      [3, 4],
    ],
    i([1, 1]),
    i(1),
  ]),
  op("GatherNd", [
    [
      [1, 2],
      [3, 4],
    ],
    i([
      [1, 0],
      [1, 0],
    ]),
  ]),
  op("ScatterNd", [i([[1], [1]]), [1, 2], i([3])]),
  ...["Update", "Add", "Sub", "Max", "Min"].map((way) =>
    op(`TensorScatter${way}`, [[1, 2, 3], i([[1], [2]]), [5, -4]]),
  ),
  op("DynamicPartition", [[1, 2, 3], i([1, 0, 1])], { num_partitions: 2 }),
  op("DynamicStitch", [list(i([0, 2]), i([1])), list([1, 2], [3])]),
  op("ParallelDynamicStitch", [list(i([0, 2]), i([1])), list([1, 2], [3])]),
  op("Roll", [[1, 2, 3], i(1), i(0)]),
  op("SpaceToDepth", [ramp([1, 2, 2, 1])], { block_size: 2 }),
  op("DepthToSpace", [ramp([1, 1, 1, 4])], { block_size: 2 }),
  op("SpaceToBatchND", [
    ramp([1, 2, 2, 1]),
    i([2, 2]),
    i([
      [0, 0],
      [0, 0],
    ]),
  ]),
  op("BatchToSpaceND", [
    ramp([4, 1, 1, 1]),
    i([2, 2]),
    i([
      [0, 0],
      [0, 0],
    ]),
  ]),
  op(
    "SpaceToBatch",
    [
      ramp([1, 2, 2, 1]),
      i([
        [0, 0],
        [0, 0],
      ]),
    ],
    { block_size: 2 },
  ),
  op(
    "BatchToSpace",
    [
      ramp([4, 1, 1, 1]),
      i([
        [0, 0],
        [0, 0],
      ]),
    ],
    { block_size: 2 },
  ),
  op("Print", [[1, 2], list(c([1]))], { first_n: 0 }),
];
