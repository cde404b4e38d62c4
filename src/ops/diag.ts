/** Builders of the ops that read, write and build the diagonals of matrices. Mirrors python/ops/array_ops.py and linalg_ops_impl.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { Tensor } from "../graph/tensor.ts";
import { type DTypeLike, int32 } from "../tensor/dtype.ts";
import { ones, zeros } from "./array.ts";
import { concat } from "./concat.ts";
import { diagDefs } from "./diag.defs.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** On which side shorter diagonals of a band are aligned: the upper ones first, then the lower ones. */
export type DiagonalAlignment = "LEFT_RIGHT" | "RIGHT_LEFT" | "LEFT_LEFT" | "RIGHT_RIGHT";

/** Options of `matrixSetDiag`. */
export interface DiagonalOptions extends NameOption {
  /** The diagonal: 0 is the main one, positive ones are above it; or `[lowest, highest]`. */
  readonly k?: TensorLike | undefined;
  /** Default: `RIGHT_LEFT`. */
  readonly align?: DiagonalAlignment;
}

/** Options of `matrixDiagPart`. */
export interface DiagonalPartOptions extends DiagonalOptions {
  /** What fills up shorter diagonals. Default: 0. */
  readonly paddingValue?: TensorLike | undefined;
}

/** Options of `matrixDiag`. */
export interface MatrixDiagOptions extends DiagonalPartOptions {
  /** Default: as few as hold the diagonals; square where neither is given. */
  readonly numRows?: TensorLike | undefined;
  readonly numCols?: TensorLike | undefined;
}

/** A padding of booleans is a boolean. */
function paddingFor(x: TensorLike, padding: TensorLike = 0): TensorLike {
  const isBool = x instanceof Tensor && x.dtype.baseName === "bool";
  return isBool && typeof padding === "number" ? padding !== 0 : padding;
}

/**
 * Makes matrices out of diagonals.
 *
 * Shapes: `[…, n]` → `[…, n, n]`; for a band of d diagonals `[…, d, n]` → `[…, rows, columns]`.
 * @throws {ShapeError} when the sizes do not fit.
 * @see TensorFlow `matrix_diag`, python/ops/array_ops.py; `MatrixDiagV3`, core/ops/array_ops.cc
 * @example
 * session.runSync(matrixDiag(constant([1, 2]))).toArray(); // [[1, 0], [0, 2]]
 */
export function matrixDiag(diagonal: TensorLike, options: MatrixDiagOptions = {}): Tensor {
  const { k = 0, numRows = -1, numCols = -1, align } = options;
  return applyOp1(
    diagDefs.MatrixDiagV3,
    [diagonal, k, numRows, numCols, paddingFor(diagonal, options.paddingValue)],
    { align },
    options.name ?? "diag",
  );
}

/**
 * Reads diagonals of matrices.
 *
 * Shapes: `[…, m, n]` → `[…, min(m, n)]` for the main diagonal, `[…, d, longest]` for a band of d.
 * @throws {ShapeError} when there is no such diagonal.
 * @see TensorFlow `matrix_diag_part`, python/ops/array_ops.py; `MatrixDiagPartV3`, core/ops/array_ops.cc
 * @example
 * session.runSync(matrixDiagPart(constant([[1, 2], [3, 4]]))).toArray(); // [1, 4]
 */
export function matrixDiagPart(input: TensorLike, options: DiagonalPartOptions = {}): Tensor {
  const { k = 0, align } = options;
  return applyOp1(
    diagDefs.MatrixDiagPartV3,
    [input, k, paddingFor(input, options.paddingValue)],
    { align },
    options.name ?? "diag_part",
  );
}

/**
 * Copies matrices with other diagonals.
 *
 * Shapes: `[…, m, n]`, diagonal `[…, min(m, n)]` or `[…, d, longest]` → `[…, m, n]`.
 * @throws {ShapeError} when the diagonals do not fit.
 * @see TensorFlow `matrix_set_diag`, python/ops/array_ops.py; `MatrixSetDiagV3`, core/ops/array_ops.cc
 * @example
 * session.runSync(matrixSetDiag(constant([[1, 2], [3, 4]]), constant([9, 9]))).toArray(); // [[9, 2], [3, 9]]
 */
export function matrixSetDiag(input: TensorLike, diagonal: TensorLike, options: DiagonalOptions = {}): Tensor {
  const { k = 0, align } = options;
  return applyOp1(diagDefs.MatrixSetDiagV3, [input, diagonal, k], { align }, options.name ?? "set_diag");
}

/**
 * Keeps a band around the main diagonal and makes everything else 0.
 *
 * Shapes: `[…, m, n]` → `[…, m, n]`. A negative number keeps all diagonals on that side.
 * @see TensorFlow `matrix_band_part`; `MatrixBandPart`, core/ops/array_ops.cc
 * @example
 * session.runSync(matrixBandPart(constant([[1, 2], [3, 4]]), 0, -1)).toArray(); // [[1, 2], [0, 4]]
 */
export function matrixBandPart(
  input: TensorLike,
  numLower: TensorLike,
  numUpper: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(diagDefs.MatrixBandPart, [input, numLower, numUpper], {}, options.name);
}

/**
 * Puts the elements of a tensor on the diagonal of one of twice its rank.
 *
 * Shapes: `[a, b]` → `[a, b, a, b]`.
 * @see TensorFlow `diag`, `linalg.tensor_diag`; `Diag`, core/ops/array_ops.cc
 * @example
 * session.runSync(diag(constant([1, 2]))).toArray(); // [[1, 0], [0, 2]]
 */
export function diag(diagonal: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(diagDefs.Diag, [diagonal], {}, options.name);
}

/**
 * Reads the diagonal of a tensor of even rank.
 *
 * Shapes: `[a, b, a, b]` → `[a, b]`.
 * @throws {ShapeError} for odd ranks and halves that differ.
 * @see TensorFlow `diag_part`, `linalg.tensor_diag_part`, python/ops/array_ops.py; `DiagPart`, core/ops/array_ops.cc
 * @example
 * session.runSync(diagPart(constant([[1, 2], [3, 4]]))).toArray(); // [1, 4]
 */
export function diagPart(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(diagDefs.DiagPart, [input], {}, options.name);
}

/** Options of `eye`. */
export interface EyeOptions extends NameOption {
  /** Default: as many as rows. */
  readonly numColumns?: number | Tensor | null | undefined;
  /** How many matrices: leading dimensions of the result. */
  readonly batchShape?: readonly number[] | Tensor | null | undefined;
  /** Default: float32. */
  readonly dtype?: DTypeLike | undefined;
}

/**
 * Makes identity matrices.
 *
 * Shapes: → `[…batchShape, numRows, numColumns]`.
 * @throws {ArgumentTypeError} for sizes that are no whole numbers.
 * @see TensorFlow `eye`, python/ops/linalg_ops_impl.py
 * @example
 * session.runSync(eye(2)).toArray(); // [[1, 0], [0, 1]]
 */
export function eye(numRows: number | Tensor, options: EyeOptions = {}): Tensor {
  const { numColumns = null, batchShape = null } = options;
  return inOpScope(options.name, "eye", [numRows, numColumns, batchShape], () => {
    const typed = { dtype: options.dtype };
    const columns = numColumns ?? numRows;
    const isSquare = numColumns === null || (typeof numRows === "number" && numRows === columns);
    const shorter = shorterSide(numRows, columns);
    const [diagonal, whole] =
      batchShape instanceof Tensor || shorter instanceof Tensor
        ? runtimeShapes(batchShape ?? [], shorter, isSquare ? null : [numRows, columns])
        : staticShapes(batchShape ?? [], shorter, [numRows, columns]);
    const line = ones(diagonal, typed);
    return isSquare ? matrixDiag(line) : matrixSetDiag(zeros(whole ?? [], typed), line);
  });
}

function shorterSide(rows: number | Tensor, columns: number | Tensor): number | Tensor {
  if (rows instanceof Tensor || columns instanceof Tensor) return applyOp1(mathDefs.Minimum, [rows, columns]);
  if (Number.isInteger(rows) && Number.isInteger(columns)) return Math.min(rows, columns);
  throw new ArgumentTypeError(
    `Arguments \`num_rows\` and \`num_columns\` must be positive integer values. Received: num_rows=${pythonText(rows)}, num_columns=${pythonText(columns)}`,
    { rows, columns },
  );
}

function staticShapes(
  batch: readonly number[],
  shorter: number,
  sides: readonly [number | Tensor, number | Tensor],
): readonly [readonly number[], readonly number[]] {
  return [
    [...batch, shorter],
    [...batch, ...(sides as readonly [number, number])],
  ];
}

function runtimeShapes(
  batchShape: readonly number[] | Tensor,
  shorter: number | Tensor,
  sides: readonly [number | Tensor, number | Tensor] | null,
): readonly [Tensor, Tensor | null] {
  const batch = convertToTensor(batchShape, { name: "shape", dtype: int32 });
  const diagonal = concat([batch, [shorter]], 0);
  return [diagonal, sides && concat([batch, sides], 0)];
}
