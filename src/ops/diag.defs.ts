/** Definitions of the ops that read, write and build the diagonals of matrices. Mirrors core/ops/array_ops.cc and `MatrixDiag…Shape`, core/framework/common_shape_fns.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  mergeDimensions,
  mergeShapes,
  minDimension,
  numbersInput,
  subshape,
  withRank,
  withRankAtLeast,
  withRankAtMost,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const any = { T: attr.type() };
const align = { align: attr.string("RIGHT_LEFT", ["LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT"]) };

/** The lowest and the highest diagonal of the input `k`; `null` while they are not known. */
function diagonals(c: InferContext, index: number): readonly [number, number] | null {
  const shape = withRankAtMost(c.input(index), 1);
  const value = numbersInput(c, index);
  if (value === null || !shape.isFullyDefined()) return null;
  const [lower, upper = lower] = value;
  if (lower === undefined || upper === undefined || value.length > 2)
    throw new ShapeError(`diag_index must be a vector with one or two elements. It has ${value.length} elements.`, {
      k: value,
    });
  if (lower > upper) throw new ShapeError("lower_diag_index is greater than upper_diag_index", { k: value });
  return [lower, upper];
}

function checkWithin(lower: number, upper: number, rows: Dimension, columns: Dimension): void {
  if (rows === null || columns === null) return;
  // The main diagonal exists even in matrices without rows or columns.
  const outside = (k: number): boolean => k !== 0 && (-rows >= k || k >= columns);
  if (outside(lower)) throw new ShapeError("lower_diag_index is out of bound.", { k: lower, rows, columns });
  if (outside(upper)) throw new ShapeError("upper_diag_index is out of bound.", { k: upper, rows, columns });
}

const MatrixDiag = defineOp({
  type: "MatrixDiag",
  inputs: ["diagonal: T"],
  outputs: ["output: T"],
  attrs: any,
  infer: (c) => {
    const input = withRankAtLeast(c.input(0), 1);
    return [input.rank === null ? unknownShape : input.concatenate([input.dim(-1)])];
  },
});
const matrixDiag = {
  inputs: ["diagonal: T", "k: int32", "num_rows: int32", "num_cols: int32", "padding_value: T"],
  outputs: ["output: T"],
  infer: (c: InferContext) => [matrixDiagShape(c)],
} as const;
const MatrixDiagV2 = defineOp({ type: "MatrixDiagV2", ...matrixDiag, attrs: any });
const MatrixDiagV3 = defineOp({ type: "MatrixDiagV3", ...matrixDiag, attrs: { ...any, ...align } });

function matrixDiagShape(c: InferContext): TensorShape {
  const input = withRankAtLeast(c.input(0), 1);
  withRankAtMost(c.input(1), 1);
  for (const scalar of [2, 3, 4]) withRank(c.input(scalar), 0);
  const range = input.rank === null ? null : diagonals(c, 1);
  if (range === null || input.rank === null) return unknownShape;
  const [lower, upper] = range;
  checkDiagonalCount(input, lower, upper);
  const [rows, columns] = matrixSize(
    input.dim(-1) ?? -1,
    lower,
    upper,
    numbersInput(c, 2)?.[0] ?? -1,
    numbersInput(c, 3)?.[0] ?? -1,
  );
  return subshape(input, 0, lower === upper ? -1 : -2).concatenate([
    rows < 0 ? null : rows,
    columns < 0 ? null : columns,
  ]);
}

function checkDiagonalCount(input: TensorShape, lower: number, upper: number): void {
  if (lower >= upper) return;
  const count = input.dim(-2) ?? -1;
  if (count === upper - lower + 1) return;
  throw new ShapeError(
    `The number of rows of \`diagonal\` doesn't match the number of diagonals implied from \`d_lower\` and \`d_upper\`.\nnum_diags = ${count}, d_lower = ${lower}, d_upper = ${upper} ${input.rank} ${input.dim(-1) ?? -1}`,
    { diagonal: input, lower, upper },
  );
}

/** How many rows and columns the matrix gets; -1 stands for what is not given, and for an unknown length. */
function matrixSize(
  length: number,
  lower: number,
  upper: number,
  givenRows: number,
  givenColumns: number,
): readonly [number, number] {
  const [leastRows, leastColumns] = [length - Math.min(upper, 0), length + Math.max(lower, 0)];
  let [rows, columns] = [givenRows, givenColumns];
  if (rows === -1 && columns === -1) rows = columns = Math.max(leastRows, leastColumns);
  if (rows === -1) rows = leastRows;
  else if (rows < leastRows) throw new ShapeError("num_rows is too small", { rows, leastRows });
  if (columns === -1) columns = leastColumns;
  else if (columns < leastColumns) throw new ShapeError("num_cols is too small.", { columns, leastColumns });
  if (rows === leastRows || columns === leastColumns) return [rows, columns];
  throw new ShapeError(
    `num_rows and num_cols are not consistent with lower_diag_index, upper_diag_index, and the length of the given diagonals.\nnum_rows = ${rows} != min_num_rows = ${leastRows}, num_cols = ${columns} != min_num_cols = ${leastColumns}`,
    { rows, columns },
  );
}

const MatrixDiagPart = defineOp({
  type: "MatrixDiagPart",
  inputs: ["input: T"],
  outputs: ["diagonal: T"],
  attrs: any,
  infer: (c) => {
    const input = withRankAtLeast(c.input(0), 2);
    return [
      input.rank === null
        ? unknownShape
        : subshape(input, 0, -2).concatenate([minDimension(input.dim(-2), input.dim(-1))]),
    ];
  },
});
const matrixDiagPart = {
  inputs: ["input: T", "k: int32", "padding_value: T"],
  outputs: ["diagonal: T"],
  infer: (c: InferContext) => [matrixDiagPartShape(c)],
} as const;
const MatrixDiagPartV2 = defineOp({ type: "MatrixDiagPartV2", ...matrixDiagPart, attrs: any });
const MatrixDiagPartV3 = defineOp({ type: "MatrixDiagPartV3", ...matrixDiagPart, attrs: { ...any, ...align } });

function matrixDiagPartShape(c: InferContext): TensorShape {
  const input = withRankAtLeast(c.input(0), 2);
  withRankAtMost(c.input(1), 1);
  withRank(c.input(2), 0);
  const range = input.rank === null ? null : diagonals(c, 1);
  if (range === null) return unknownShape;
  const [lower, upper] = range;
  const [rows, columns] = [input.dim(-2), input.dim(-1)];
  checkWithin(lower, upper, rows, columns);
  const longest =
    rows === null || columns === null ? null : Math.min(rows + Math.min(upper, 0), columns - Math.max(lower, 0));
  return subshape(input, 0, -2).concatenate(lower < upper ? [upper - lower + 1, longest] : [longest]);
}

const MatrixSetDiag = defineOp({
  type: "MatrixSetDiag",
  inputs: ["input: T", "diagonal: T"],
  outputs: ["output: T"],
  attrs: any,
  infer: (c) => {
    const input = withRankAtLeast(c.input(0), 2);
    let diagonal = withRankAtLeast(c.input(1), 1);
    if (input.rank !== null) diagonal = withRank(c.input(1), input.rank - 1);
    mergeDimensions(minDimension(input.dim(-2), input.dim(-1)), diagonal.dim(-1));
    return [withBatchOf(input, diagonal, -1)];
  },
});
const matrixSetDiag = {
  inputs: ["input: T", "diagonal: T", "k: int32"],
  outputs: ["output: T"],
  infer: (c: InferContext) => {
    const range = diagonals(c, 2);
    // TensorFlow infers without values first, and then takes a band for one diagonal.
    const unknown = matrixSetDiagShape(c, null);
    return [range === null ? unknown : matrixSetDiagShape(c, range)];
  },
} as const;
const MatrixSetDiagV2 = defineOp({ type: "MatrixSetDiagV2", ...matrixSetDiag, attrs: any });
const MatrixSetDiagV3 = defineOp({ type: "MatrixSetDiagV3", ...matrixSetDiag, attrs: { ...any, ...align } });

/** The matrices' shape, with what the diagonals tell of the batch. */
function withBatchOf(input: TensorShape, diagonal: TensorShape, end: number): TensorShape {
  if (diagonal.rank === null || input.isFullyDefined()) return input;
  return mergeShapes(input, subshape(diagonal, 0, end).concatenate(shapeOfRank(2)));
}

function matrixSetDiagShape(c: InferContext, range: readonly [number, number] | null): TensorShape {
  const input = withRankAtLeast(c.input(0), 2);
  let diagonal = withRankAtLeast(c.input(1), 1);
  const [lower, upper] = range ?? [0, 0];
  if (input.rank !== null) {
    if (range !== null) diagonal = withRank(c.input(1), lower === upper ? input.rank - 1 : input.rank);
    else diagonal = withRankAtMost(withRankAtLeast(c.input(1), input.rank - 1), input.rank);
    checkWithin(lower, upper, input.dim(-2), input.dim(-1));
  }
  return withBatchOf(input, diagonal, lower === upper ? -1 : -2);
}

/** Everything outside of a band around the main diagonal becomes 0. */
const MatrixBandPart = defineOp({
  type: "MatrixBandPart",
  inputs: ["input: T", "num_lower: Tindex", "num_upper: Tindex"],
  outputs: ["band: T"],
  attrs: { T: attr.type(), Tindex: attr.type(indexTypes, "int64") },
  infer: (c) => [c.input(0)],
});

const diagTypes = ["bfloat16", "float16", "float32", "float64", "int32", "int64", "complex64", "complex128"] as const;
const Diag = defineOp({
  type: "Diag",
  inputs: ["diagonal: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(diagTypes) },
  infer: (c) => {
    const input = withRankAtLeast(c.input(0), 1);
    return [input.concatenate(input)];
  },
});
const DiagPart = defineOp({
  type: "DiagPart",
  inputs: ["input: T"],
  outputs: ["diagonal: T"],
  attrs: { T: attr.type(diagTypes) },
  infer: (c) => {
    const { dims } = c.input(0);
    if (dims === null) return [unknownShape];
    if (dims.length % 2 !== 0 || dims.length === 0)
      throw new ShapeError(`Input must have even and non-zero rank, input rank is ${dims.length}`, {
        input: c.input(0),
      });
    const half = dims.length / 2;
    return [new TensorShape(dims.slice(0, half).map((d, i) => mergeDimensions(d, dims[half + i] as Dimension)))];
  },
});

/** The definitions of this family. */
export const diagDefs = {
  MatrixDiag,
  MatrixDiagV2,
  MatrixDiagV3,
  MatrixDiagPart,
  MatrixDiagPartV2,
  MatrixDiagPartV3,
  MatrixSetDiag,
  MatrixSetDiagV2,
  MatrixSetDiagV3,
  MatrixBandPart,
  Diag,
  DiagPart,
};
