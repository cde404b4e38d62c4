import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { batchToSpace, batchToSpaceNd, spaceToBatch, spaceToBatchNd } from "./space-batch.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("space_batch", {
  blocks: () => {
    const x = p([null, 4, 6, 3]);
    return [
      spaceToBatchNd(
        x,
        [2, 3],
        [
          [0, 0],
          [1, 2],
        ],
      ),
      batchToSpaceNd(p([12, null, 2]), [2], [[0, 1]], { name: "b" }),
      spaceToBatchNd(p(null, "string"), p([3], "int64"), p(null, "int64"), { name: "s" }),
    ];
  },
  squares: () => {
    const x = p([null, 4, 6, 3]);
    return [
      spaceToBatch(
        x,
        [
          [0, 0],
          [1, 1],
        ],
        2,
      ),
      batchToSpace(
        p([8, 2, 2, 1]),
        [
          [0, 0],
          [1, 1],
        ],
        2,
      ),
      spaceToBatch(
        p(),
        [
          [0, 0],
          [1, 1],
        ],
        3,
        { name: "s" },
      ),
      batchToSpace(p(), p(null, "int32"), 2, { name: "b" }),
    ];
  },
  "square-of-more-axes": () =>
    spaceToBatch(
      p([1, 2, 2]),
      [
        [0, 0],
        [0, 0],
      ],
      2,
    ),
  "unknown-block": () => spaceToBatchNd(p([1, 2, 2]), p(null, "int32"), [[0, 0]]),
});
