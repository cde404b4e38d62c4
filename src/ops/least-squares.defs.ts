/** Definition of the solution of equations that have none, or many. Mirrors core/ops/linalg_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { mergeDimensions, mergeShapes, subshape, withRank, withRankAtLeast } from "./shape-rules.ts";
import { complexTypes } from "./type-lists.ts";

const MatrixSolveLs = defineOp({
  type: "MatrixSolveLs",
  inputs: ["matrix: T", "rhs: T", "l2_regularizer: float64"],
  outputs: ["output: T"],
  attrs: { T: attr.type(["float64", "float32", "float16", ...complexTypes]), fast: attr.bool(true) },
  infer: (c) => {
    withRank(c.input(2), 0);
    const matrix = withRankAtLeast(c.input(0), 2);
    const rhs = withRankAtLeast(c.input(1), 2);
    const batch = mergeShapes(subshape(matrix, 0, -2), subshape(rhs, 0, -2));
    mergeDimensions(matrix.dim(-2), rhs.dim(-2));
    return [batch.concatenate([matrix.dim(-1), rhs.dim(-1)])];
  },
});

/** The definitions of this family. */
export const leastSquaresDefs = { MatrixSolveLs };
