import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DTypeName, int64 } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { constant, placeholder } from "./array.ts";
import {
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  unsortedSegmentMax,
  unsortedSegmentMean,
  unsortedSegmentMin,
  unsortedSegmentProd,
  unsortedSegmentSqrtN,
  unsortedSegmentSum,
} from "./segment.ts";

function p(dtype: DTypeName = "float32", shape: ShapeLike = null): Tensor {
  return placeholder(dtype, shape);
}

testFamily("segment", {
  "single-ops": () => {
    const [x, ids] = [p("float32", [4, 3]), [0, 0, 1, 1]];
    const fs = [segmentSum, segmentMean, segmentProd, segmentMax, segmentMin];
    const gs = [unsortedSegmentSum, unsortedSegmentProd, unsortedSegmentMax, unsortedSegmentMin];
    return [
      ...fs.map((f) => f(x, ids)),
      ...fs.map((f) => f(p("int32", [1, 2]), p("int64", [1]), { name: "n" })),
      ...gs.map((f) => f(x, ids, 3)),
      ...gs.map((f) => f(x, p("int64"), p("int64", []), { name: "n" })),
    ];
  },
  mean: () => [
    unsortedSegmentMean(p("float32", [4, 3]), [0, 0, 1, 1], 3),
    unsortedSegmentMean(p("float64"), p("int64"), p("int32", []), { name: "m" }),
  ],
  "mean-of-matrix-of-ids": () => unsortedSegmentMean(p("float32", [2, 2, null]), p("int32", [2, 2]), 3),
  "mean-of-unknown-ids": () => unsortedSegmentMean(p("float32", [null, 3]), p("int64", [null]), p("int32", [])),
  "mean-of-integers": () => unsortedSegmentMean(p("int32", [3]), [0, 0, 1], 2),
  "mean-with-long-count": () => unsortedSegmentMean(p("float32", [4]), [0, 0, 1, 1], constant(3, { dtype: int64 })),
  "sqrt-n": () => [
    unsortedSegmentSqrtN(p("float32", [4, 3]), [0, 0, 1, 1], 3),
    unsortedSegmentSqrtN(p("float64", [4]), p("int32", [4]), 2, { name: "s" }),
  ],
  "other-ids": () => segmentSum(p(), p("float32", [2])),
});
