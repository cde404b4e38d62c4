import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { depthToSpace, roll, spaceToDepth } from "./space.ts";

function p(dtype: DTypeName = "float32", shape: ShapeLike = null): Tensor {
  return placeholder(dtype, shape);
}

testFamily("space", {
  depth: () => {
    const x = p("float32", [1, 4, null, 8]);
    return [
      spaceToDepth(x, 2),
      depthToSpace(x, 2, { name: "d" }),
      depthToSpace(p(), 2, { dataFormat: "NCHW" }),
      spaceToDepth(p("int8"), 3, { name: "s", dataFormat: "NCHW" }),
    ];
  },
  "depth-of-small-blocks": () => spaceToDepth(p(), 1),
  "depth-of-other-format": () => spaceToDepth(p(), 2, { dataFormat: "HWCN" }),
  roll: () => [
    roll(p("float32", [4, null]), 1, 0),
    roll(p(), [1, -2], [0, 1], { name: "r" }),
    roll(p("string", [3]), p("int64"), p("int32")),
  ],
  "roll-of-fractions": () => roll(p(), p(), 0),
});
