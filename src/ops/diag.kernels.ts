/** Kernels of the ops that read, write and build the diagonals of matrices. Mirrors core/kernels/matrix_{diag,set_diag,band_part}_op.cc and diag_op.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { copyBlock, countOf, emptyArray, fillWith, wordsOf } from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { diagDefs } from "./diag.defs.ts";

/** A band of diagonals in matrices of some size, and where its elements are among the diagonals given for it. */
interface Band {
  readonly rows: number;
  readonly columns: number;
  readonly lower: number;
  readonly upper: number;
  /** The length of the longest diagonal. */
  readonly longest: number;
  /** Where the first element of diagonal k is: shorter diagonals are aligned to one side. */
  startOf(k: number): number;
  lengthOf(k: number): number;
}

function bandOf(
  rows: number,
  columns: number,
  [lower, upper]: readonly [number, number],
  longest: number,
  align: string,
): Band {
  const [above, below] = align.split("_");
  const lengthOf = (k: number): number => Math.min(rows + Math.min(0, k), columns - Math.max(0, k));
  const isLeft = (k: number): boolean => (k >= 0 && above === "LEFT") || (k <= 0 && below === "LEFT");
  return { rows, columns, lower, upper, longest, lengthOf, startOf: (k) => (isLeft(k) ? 0 : longest - lengthOf(k)) };
}

/** Calls `visit` for each element of each diagonal: its place in a matrix and among the diagonals. */
function visitBand(band: Band, visit: (inMatrix: number, inDiagonals: number) => void): void {
  const { lower, upper, columns, longest } = band;
  for (let k = upper, row = 0; k >= lower; k -= 1, row += 1) {
    const start = row * longest + band.startOf(k);
    const [i, j] = [Math.max(-k, 0), Math.max(k, 0)];
    for (let n = 0, count = band.lengthOf(k); n < count; n += 1) visit((i + n) * columns + j + n, start + n);
  }
}

/** Copies all diagonals between matrices and what holds the diagonals alone. */
function copyBand(from: NDArray, to: NDArray, band: Band, batch: number, toMatrix: boolean): void {
  const [a, b] = [wordsOf(from), wordsOf(to)];
  const { width } = a;
  const sizes = [band.rows * band.columns, (band.upper - band.lower + 1) * band.longest] as const;
  for (let n = 0; n < batch; n += 1) {
    const [matrix, diagonals] = [n * sizes[0], n * sizes[1]];
    visitBand(band, (i, k) => {
      const [p, q] = toMatrix ? [diagonals + k, matrix + i] : [matrix + i, diagonals + k];
      copyBlock(a.words, p * width, b.words, q * width, width);
    });
  }
}

function rangeOf(k: NDArray): readonly [number, number] {
  require(k.rank <= 1, () => `diag_index must be a scalar or vector, received shape: ${shapeText(k.shape)}`, { k });
  require(k.size > 0, () => "Expected diag_index to have at least 1 element", { k });
  require(k.size <= 2, () => `diag_index must have only one or two elements, received ${k.size} elements.`, { k });
  const lower = Number(k.at(0));
  return [lower, k.size === 2 ? Number(k.at(1)) : lower];
}

function checkOrder([lower, upper]: readonly [number, number]): void {
  require(lower <= upper, () => `lower_diag_index must not be larger than upper_diag_index: ${lower} > ${upper}`, {
    lower,
    upper,
  });
}

function checkScalar(value: NDArray, what: string): number {
  require(value.rank === 0, () => `${what} must be a scalar`, { value });
  return Number(value.at(0));
}

const mainDiagonal = [0, 0] as const;

function matrixDiag(
  diagonal: NDArray,
  range: readonly [number, number],
  given: readonly [number, number],
  padding: NDArray | null,
  align: string,
): NDArray {
  require(diagonal.rank >= 1, () => `diagonal must be at least 1-dim, received shape: ${shapeText(diagonal.shape)}`, {
    diagonal,
  });
  checkOrder(range);
  const [lower, upper] = range;
  const count = upper - lower + 1;
  const { shape, rank } = diagonal;
  require(lower === upper || (rank >= 2 && shape.at(-2) === count), () =>
    "The number of diagonals provided in the input does not match the lower_diag_index and upper_diag_index range.", {
    shape,
    lower,
    upper,
  });
  const longest = shape.at(-1) as number;
  const [rows, columns] = matrixSize(longest, range, given);
  const batch = shape.slice(0, lower === upper ? -1 : -2);
  const out = emptyArray(diagonal.dtype, [...batch, rows, columns]);
  if (padding !== null) fillWith(out, padding);
  copyBand(diagonal, out, bandOf(rows, columns, range, longest, align), countOf(batch), true);
  return out;
}

function matrixSize(
  longest: number,
  [lower, upper]: readonly [number, number],
  [givenRows, givenColumns]: readonly [number, number],
): readonly [number, number] {
  const [leastRows, leastColumns] = [longest - Math.min(upper, 0), longest + Math.max(lower, 0)];
  require(givenRows === -1 || givenRows >= leastRows, () => "The number of rows is too small.", {
    givenRows,
    leastRows,
  });
  require(givenColumns === -1 || givenColumns >= leastColumns, () => "The number of columns is too small.", {
    givenColumns,
    leastColumns,
  });
  if (givenRows === -1 && givenColumns === -1) {
    const side = Math.max(leastRows, leastColumns);
    return [side, side];
  }
  const [rows, columns] = [givenRows === -1 ? leastRows : givenRows, givenColumns === -1 ? leastColumns : givenColumns];
  require(rows === leastRows || columns === leastColumns, () =>
    "The number of rows or columns is not consistent with the specified d_lower, d_upper, and diagonal.", {
    rows,
    columns,
  });
  return [rows, columns];
}

function checkMatrix(input: NDArray): readonly [number, number] {
  require(input.rank >= 2, () => `input must be at least 2-dim, received shape: ${shapeText(input.shape)}`, { input });
  return [input.shape.at(-2) as number, input.shape.at(-1) as number];
}

function checkBounds([lower, upper]: readonly [number, number], rows: number, columns: number, dot: string): void {
  for (const [what, k] of [
    ["lower", lower],
    ["upper", upper],
  ] as const) {
    // The main diagonal exists even in matrices without rows or columns.
    require(k === 0 || (-rows < k && k < columns), () =>
      `${what}_diag_index is out of bound: ${k}${dot} It must be between ${-rows} and ${columns}`, {
      k,
      rows,
      columns,
    });
  }
}

function longestOf([lower, upper]: readonly [number, number], rows: number, columns: number): number {
  return Math.min(rows + Math.min(upper, 0), columns - Math.max(lower, 0));
}

function matrixDiagPart(
  input: NDArray,
  range: readonly [number, number],
  padding: NDArray | null,
  align: string,
): NDArray {
  const [rows, columns] = checkMatrix(input);
  checkBounds(range, rows, columns, ".");
  checkOrder(range);
  const [lower, upper] = range;
  const longest = longestOf(range, rows, columns);
  const batch = input.shape.slice(0, -2);
  const out = emptyArray(input.dtype, [...batch, ...(lower === upper ? [] : [upper - lower + 1]), longest]);
  if (padding !== null) fillWith(out, padding);
  copyBand(input, out, bandOf(rows, columns, range, longest, align), countOf(batch), false);
  return out;
}

function matrixSetDiag(input: NDArray, diagonal: NDArray, range: readonly [number, number], align: string): NDArray {
  const [rows, columns] = checkMatrix(input);
  require(diagonal.rank >= 1, () => `diagonal must be at least 1-dim, received shape: ${shapeText(diagonal.shape)}`, {
    diagonal,
  });
  checkBounds(range, rows, columns, "");
  checkOrder(range);
  const [lower, upper] = range;
  const longest = longestOf(range, rows, columns);
  const batch = input.shape.slice(0, -2);
  const wanted = [...batch, ...(lower === upper ? [] : [upper - lower + 1]), longest];
  require(diagonal.rank === wanted.length && wanted.every((d, i) => d === diagonal.shape[i]), () =>
    setDiagText(input, diagonal, wanted), { input: input.shape, diagonal: diagonal.shape });
  const out = input.copy();
  copyBand(diagonal, out, bandOf(rows, columns, range, longest, align), countOf(batch), true);
  return out;
}

function setDiagText(input: NDArray, diagonal: NDArray, wanted: readonly number[]): string {
  const first =
    "Either first dimensions of diagonal don't match input.shape[:-2], or diagonal.shape[:-1] is not equal to the longests diagonal in range [lower_diag_index:upper_diag_index].";
  return `${first}\nInput shape: ${shapeText(input.shape)}\nDiagonal shape: ${shapeText(diagonal.shape)}\nExpected diagonal shape: ${shapeText(wanted)}`;
}

function matrixBandPart(input: NDArray, numLower: NDArray, numUpper: NDArray): NDArray {
  const [rows, columns] = checkMatrix(input);
  require(numLower.rank === 0, () => `num_lower must be scalar, got shape ${shapeText(numLower.shape)}`, { numLower });
  const below = Number(numLower.at(0));
  require(below <= rows, () =>
    `num_lower must be negative or less or equal to number of rows (${rows}) got: ${below}`, { below, rows });
  require(numUpper.rank === 0, () => `num_upper must be scalar, got shape ${shapeText(numUpper.shape)}`, { numUpper });
  const above = Number(numUpper.at(0));
  require(above <= columns, () =>
    `num_upper must be negative or less or equal to number of columns (${columns}) got: ${above}`, { above, columns });
  const out = emptyArray(input.dtype, input.shape);
  const [from, to] = [wordsOf(input), wordsOf(out)];
  for (let n = 0, batch = countOf(input.shape.slice(0, -2)); n < batch; n += 1) {
    for (let i = 0; i < rows; i += 1) {
      const first = below < 0 ? 0 : Math.max(0, i - below);
      const end = above < 0 ? columns : Math.min(columns, i + above + 1);
      const at = ((n * rows + i) * columns + first) * from.width;
      if (first < end) copyBlock(from.words, at, to.words, at, (end - first) * from.width);
    }
  }
  return out;
}

function diag(diagonal: NDArray): NDArray {
  require(diagonal.rank > 0, () => "Input must be at least rank 1, got 0", { diagonal });
  const out = emptyArray(diagonal.dtype, [...diagonal.shape, ...diagonal.shape]);
  copyMain(diagonal, out, diagonal.size, true);
  return out;
}

/** Copies between a vector and the diagonal of a square of that size. */
function copyMain(from: NDArray, to: NDArray, size: number, toSquare: boolean): void {
  const [a, b] = [wordsOf(from), wordsOf(to)];
  for (let i = 0; i < size; i += 1) {
    const inSquare = i * (size + 1);
    copyBlock(a.words, (toSquare ? i : inSquare) * a.width, b.words, (toSquare ? inSquare : i) * a.width, a.width);
  }
}

function diagPart(input: NDArray): NDArray {
  const { rank, shape } = input;
  require(rank % 2 === 0, () =>
    `The rank of the tensor should be                                          even and positive, got shape ${shapeText(shape)}`, {
    shape,
  });
  const half = rank / 2;
  for (let i = 0; i < half; i += 1)
    require(shape[i] === shape[i + half], () =>
      `Invalid shape ${shapeText(shape)}: dimensions ${i} and ${i + half} do not match.`, { shape });
  const out = emptyArray(input.dtype, shape.slice(0, half));
  copyMain(input, out, out.size, false);
  return out;
}

/** How diagonals were aligned before that could be chosen. */
const OLD_ALIGNMENT = "LEFT_LEFT";
const square = [-1, -1] as const;

function sizesOf(rows: NDArray, columns: NDArray, padding: NDArray): readonly [number, number] {
  const sizes = [checkScalar(rows, "num_rows"), checkScalar(columns, "num_cols")] as const;
  checkScalar(padding, "padding_value");
  return sizes;
}

/** The kernels of this family. */
export const diagKernels = kernelsFor<typeof diagDefs>()({
  MatrixDiag: ([diagonal]) => matrixDiag(diagonal, mainDiagonal, square, null, OLD_ALIGNMENT),
  MatrixDiagV2: ([diagonal, k, rows, columns, padding]) =>
    matrixDiag(diagonal, rangeOf(k), sizesOf(rows, columns, padding), padding, OLD_ALIGNMENT),
  MatrixDiagV3: ([diagonal, k, rows, columns, padding], { align }) =>
    matrixDiag(diagonal, rangeOf(k), sizesOf(rows, columns, padding), padding, align),
  MatrixDiagPart: ([input]) => matrixDiagPart(input, mainDiagonal, null, OLD_ALIGNMENT),
  MatrixDiagPartV2: ([input, k, padding]) => matrixDiagPart(input, rangeOf(k), padding, OLD_ALIGNMENT),
  MatrixDiagPartV3: ([input, k, padding], { align }) => matrixDiagPart(input, rangeOf(k), padding, align),
  MatrixSetDiag: ([input, diagonal]) => matrixSetDiag(input, diagonal, mainDiagonal, OLD_ALIGNMENT),
  MatrixSetDiagV2: ([input, diagonal, k]) => matrixSetDiag(input, diagonal, rangeOf(k), OLD_ALIGNMENT),
  MatrixSetDiagV3: ([input, diagonal, k], { align }) => matrixSetDiag(input, diagonal, rangeOf(k), align),
  MatrixBandPart: ([input, numLower, numUpper]) => matrixBandPart(input, numLower, numUpper),
  Diag: ([diagonal]) => diag(diagonal),
  DiagPart: ([input]) => diagPart(input),
});
