/**
 * Values as NumPy's `str` prints them, byte for byte. Not Python's lists: those are in base/text.ts.
 *
 * Mirrors numpy/_core/arrayprint.py (`array_str` with the default options of NumPy 2.4) and the `str` of NumPy's scalars.
 */
import type { DataArray, DType } from "./dtype.ts";
import {
  type DigitLimits,
  decimalDigits,
  type FloatFormat,
  float16Format,
  float32Format,
  float64Format,
} from "./float-digits.ts";
import { fromBfloat16, fromFloat16, toFloat16 } from "./half.ts";
import type { NDArray } from "./ndarray.ts";

/** NumPy's default print options. */
const LINE_WIDTH = 75;
const THRESHOLD = 1000;
const EDGE_ITEMS = 3;
const PRECISION = 8;

/** Least magnitude that is printed without an exponent, and the largest ratio between magnitudes. */
const LEAST_POSITIONAL = 1e-4;
const LARGEST_RATIO = 1000;

/** Text of the element at a position in row-major order. */
type ElementText = (index: number) => string;

/** As NumPy's `str` prints the same array; a scalar as the `str` of a NumPy scalar. Strings are printed as Python's bytes. */
export function ndarrayText(array: NDArray): string {
  const { dtype, shape, data } = array;
  const baseDtype = dtype.baseDtype;
  if (shape.length === 0) return scalarText(baseDtype, data);
  if (shape.includes(0)) return "[]";
  const isSummarized = array.size > THRESHOLD;
  const elementText = elementFormatter(baseDtype, data, shownIndices(shape, isSummarized));
  return new Layout(shape, isSummarized, elementText).text();
}

/** Positions along an axis that are shown; where the middle is left out, `null` stands for it. */
function shownPositions(length: number, isSummarized: boolean): (number | null)[] {
  if (!isSummarized || length <= 2 * EDGE_ITEMS) return Array.from({ length }, (_, i) => i);
  const positions: (number | null)[] = [];
  for (let i = 0; i < EDGE_ITEMS; i += 1) positions.push(i);
  positions.push(null);
  for (let i = length - EDGE_ITEMS; i < length; i += 1) positions.push(i);
  return positions;
}

/** The row-major indices of the elements that are shown. */
function shownIndices(shape: readonly number[], isSummarized: boolean): number[] {
  let indices = [0];
  for (const length of shape) {
    const positions = shownPositions(length, isSummarized).filter((p) => p !== null);
    indices = indices.flatMap((index) => positions.map((p) => index * length + p));
  }
  return indices;
}

/** Brackets, line breaks and dots around the texts of elements. */
class Layout {
  readonly #shape: readonly number[];
  readonly #isSummarized: boolean;
  readonly #elementText: ElementText;

  constructor(shape: readonly number[], isSummarized: boolean, elementText: ElementText) {
    this.#shape = shape;
    this.#isSummarized = isSummarized;
    this.#elementText = elementText;
  }

  text(): string {
    return this.#part(0, 0, " ", LINE_WIDTH);
  }

  /** The part of the array at `index` (row-major, over the axes before `axis`); lines after the first begin with `indent`. */
  #part(axis: number, index: number, indent: string, width: number): string {
    const length = this.#shape[axis] as number;
    const positions = shownPositions(length, this.#isSummarized);
    const isLast = axis === this.#shape.length - 1;
    const parts = positions.map((p) => {
      if (p === null) return "...";
      const inner = index * length + p;
      return isLast ? this.#elementText(inner) : this.#part(axis + 1, inner, `${indent} `, width - 1);
    });
    if (isLast) return `[${wrapped(parts, indent, width - 1)}]`;
    return `[${parts.join("\n".repeat(this.#shape.length - axis - 1) + indent)}]`;
  }
}

/** Words in lines; the first line begins where `indent` ends. */
function wrapped(words: readonly string[], indent: string, width: number): string {
  let done = "";
  let line = indent;
  for (const [i, word] of words.entries()) {
    if (line.length + word.length > width && line.length > indent.length) {
      done += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += i === words.length - 1 ? word : `${word} `;
  }
  return (done + line).slice(indent.length);
}

/** The formatter that suits all elements at the `shown` indices. */
function elementFormatter(dtype: DType, data: DataArray, shown: readonly number[]): ElementText {
  if (dtype.isString) return (i) => bytesText((data as Uint8Array[])[i] as Uint8Array);
  if (dtype.isBool) return (i) => (data[i] === 0 ? "False" : " True");
  if (dtype.isInteger) {
    const width = Math.max(...shown.map((i) => String(data[i]).length));
    return (i) => String(data[i]).padStart(width);
  }
  if (dtype.isComplex) return complexFormatter(dtype, data, shown);
  if (dtype.baseName === "bfloat16") return (i) => bfloat16Text(data[i] as number);
  if (!dtype.isFloating) return () => handleText(dtype);
  const read = floatReader(dtype, data);
  const format = floatFormatter(kindOf(dtype), shown.map(read), "");
  return (i) => format(read(i));
}

function scalarText(dtype: DType, data: DataArray): string {
  if (dtype.isString) return bytesText((data as Uint8Array[])[0] as Uint8Array);
  if (dtype.isBool) return data[0] === 0 ? "False" : "True";
  if (dtype.isInteger) return String(data[0]);
  if (dtype.isComplex) return complexScalarText(dtype, data as Float64Array);
  if (dtype.baseName === "bfloat16") return bfloat16Text(data[0] as number);
  if (!dtype.isFloating) return handleText(dtype);
  return floatScalarText(kindOf(dtype), floatReader(dtype, data)(0), "", ".0");
}

/** Handles have no value to print. */
function handleText(dtype: DType): string {
  return `<${dtype.name}>`;
}

/** What NumPy's printing knows of a floating-point format. */
interface FloatKind {
  readonly format: FloatFormat;
  readonly round: (x: number) => number;
  /** From here on, an array is printed with exponents; the decimal digits that the format holds for certain. */
  readonly arrayCutoff: number;
  /** The same for a scalar. */
  readonly scalarCutoff: number;
}

const float16Kind: FloatKind = {
  format: float16Format,
  round: (x) => fromFloat16(toFloat16(x)),
  arrayCutoff: 1e3,
  scalarCutoff: 1e3,
};
const float32Kind: FloatKind = { format: float32Format, round: Math.fround, arrayCutoff: 1e6, scalarCutoff: 1e6 };
const float64Kind: FloatKind = { format: float64Format, round: (x) => x, arrayCutoff: 1e8, scalarCutoff: 1e16 };

/** The format of a dtype's numbers, or of their real and imaginary parts. */
function kindOf(dtype: DType): FloatKind {
  if (dtype.baseName === "float16") return float16Kind;
  return dtype.baseName === "float32" || dtype.baseName === "complex64" ? float32Kind : float64Kind;
}

function floatReader(dtype: DType, data: DataArray): (index: number) => number {
  const numbers = data as Float64Array;
  if (dtype.baseName === "float16") return (i) => fromFloat16(numbers[i] as number);
  return (i) => numbers[i] as number;
}

/** The sign in front of a number; `plus` is what positive numbers get. */
function signText(x: number, plus: string): string {
  return x < 0 || Object.is(x, -0) ? "-" : plus;
}

/** `nan`, `inf` with their sign; not-a-number is never negative. */
function nonFiniteText(x: number, plus: string): string {
  return x !== x ? `${plus}nan` : `${signText(x, plus)}inf`;
}

/** Whole part with sign, and fraction. */
function positionalParts(x: number, kind: FloatKind, limits: DigitLimits, plus: string): [whole: string, rest: string] {
  const { digits, exponent } = decimalDigits(Math.abs(x), kind.format, limits);
  const sign = signText(x, plus);
  if (exponent < 0) return [`${sign}0`, trimZeros("0".repeat(-exponent - 1) + digits)];
  const filled = digits.padEnd(exponent + 1, "0");
  return [sign + filled.slice(0, exponent + 1), trimZeros(filled.slice(exponent + 1))];
}

interface ScientificParts {
  /** Sign and first digit. */
  readonly whole: string;
  readonly fraction: string;
  readonly exponentSign: string;
  /** Two digits or more. */
  readonly exponent: string;
}

function scientificParts(x: number, kind: FloatKind, limits: DigitLimits, plus: string): ScientificParts {
  const { digits, exponent } = decimalDigits(Math.abs(x), kind.format, limits);
  return {
    whole: signText(x, plus) + digits.slice(0, 1),
    fraction: trimZeros(digits.slice(1)),
    exponentSign: exponent < 0 ? "-" : "+",
    exponent: String(Math.abs(exponent)).padStart(2, "0"),
  };
}

function trimZeros(fraction: string): string {
  return fraction.replace(/0+$/, "");
}

const unlimited: DigitLimits = { from: "first" };

/** A number as NumPy's scalars print it; `noFraction` stands behind whole numbers. */
function floatScalarText(kind: FloatKind, x: number, plus: string, noFraction: ".0" | ""): string {
  if (!Number.isFinite(x)) return nonFiniteText(x, plus);
  const magnitude = Math.abs(x);
  const isPositional = magnitude === 0 || (magnitude >= LEAST_POSITIONAL && magnitude < kind.scalarCutoff);
  return isPositional ? positionalText(x, kind, unlimited, plus, noFraction) : scientificText(x, kind, unlimited, plus);
}

/** `-12.5` */
function positionalText(x: number, kind: FloatKind, limits: DigitLimits, plus: string, noFraction: ".0" | ""): string {
  const [whole, fraction] = positionalParts(x, kind, limits, plus);
  return whole + (fraction === "" ? noFraction : `.${fraction}`);
}

/** `-1.25e+01` */
function scientificText(x: number, kind: FloatKind, limits: DigitLimits, plus: string): string {
  const { whole, fraction, exponentSign, exponent } = scientificParts(x, kind, limits, plus);
  return `${whole}${fraction === "" ? "" : `.${fraction}`}e${exponentSign}${exponent}`;
}

function complexScalarText(dtype: DType, [re = 0, im = 0]: Float64Array): string {
  const kind = kindOf(dtype);
  if (Object.is(re, 0)) return `${floatScalarText(kind, im, "", "")}j`;
  return `(${floatScalarText(kind, re, "", "")}${floatScalarText(kind, im, "+", "")}j)`;
}

/** The formatter that gives all these numbers the same width. */
function floatFormatter(kind: FloatKind, numbers: readonly number[], plus: string): (x: number) => string {
  const finite = numbers.filter(Number.isFinite);
  const columns = needsExponents(kind, finite) ? scientific(kind, finite, plus) : positional(kind, finite, plus);
  const others = numbers.filter((x) => !Number.isFinite(x)).map((x) => nonFiniteText(x, plus).length);
  // NumPy keeps a place for the sign of infinity when it prints signs at all.
  const otherWidth = others.length === 0 ? 0 : Math.max(3 + (plus === "" ? 0 : 1), ...others);
  const width = Math.max(columns.width, otherWidth);
  return (x) => (Number.isFinite(x) ? columns.text(x) : nonFiniteText(x, plus)).padStart(width);
}

interface Columns {
  readonly width: number;
  text(x: number): string;
}

/** Whether the numbers are too large, too small or too different for plain decimals. */
function needsExponents(kind: FloatKind, finite: readonly number[]): boolean {
  let max = 0;
  let min = Infinity;
  for (const x of finite) {
    if (x === 0) continue;
    max = Math.max(max, Math.abs(x));
    min = Math.min(min, Math.abs(x));
  }
  if (max === 0) return false;
  return max >= kind.arrayCutoff || min < kind.round(LEAST_POSITIONAL) || kind.round(max / min) > LARGEST_RATIO;
}

/** Decimal points below each other; fractions are padded with blanks. */
function positional(kind: FloatKind, finite: readonly number[], plus: string): Columns {
  const limits: DigitLimits = { from: "point", max: PRECISION };
  let left = 0;
  let right = 0;
  for (const x of finite) {
    const [whole, fraction] = positionalParts(x, kind, limits, plus);
    left = Math.max(left, whole.length);
    right = Math.max(right, fraction.length);
  }
  return {
    width: left + 1 + right,
    text(x) {
      const [whole, fraction] = positionalParts(x, kind, limits, plus);
      return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
    },
  };
}

/** As many digits for each as the longest needs, and exponents of equal length. */
function scientific(kind: FloatKind, finite: readonly number[], plus: string): Columns {
  let left = 0;
  let right = 0;
  let exponentSize = 0;
  for (const x of finite) {
    const parts = scientificParts(x, kind, { from: "first", max: PRECISION + 1 }, plus);
    left = Math.max(left, parts.whole.length);
    right = Math.max(right, parts.fraction.length);
    exponentSize = Math.max(exponentSize, parts.exponent.length);
  }
  const limits: DigitLimits = { from: "first", max: right + 1, min: right + 1 };
  return {
    width: left + 1 + right + 2 + exponentSize,
    text(x) {
      const { whole, fraction, exponentSign, exponent } = scientificParts(x, kind, limits, plus);
      const mantissa = `${whole.padStart(left)}.${fraction.padEnd(right, "0")}`;
      return `${mantissa}e${exponentSign}${exponent.padStart(exponentSize, "0")}`;
    },
  };
}

/** Real and imaginary parts are columns of their own; `j` follows the last digit of the imaginary part. */
function complexFormatter(dtype: DType, data: DataArray, shown: readonly number[]): ElementText {
  const numbers = data as Float64Array;
  const re = (i: number): number => numbers[2 * i] as number;
  const im = (i: number): number => numbers[2 * i + 1] as number;
  const kind = kindOf(dtype);
  const realText = floatFormatter(kind, shown.map(re), "");
  const imaginaryText = floatFormatter(kind, shown.map(im), "+");
  return (i) => {
    const text = imaginaryText(im(i));
    const digits = text.trimEnd();
    return `${realText(re(i))}${digits}j${text.slice(digits.length)}`;
  };
}

/** The digits that C++ streams print by default; ml_dtypes, the NumPy extension that adds bfloat16, prints through one. */
const STREAM_DIGITS = 6;

function bfloat16Text(bits: number): string {
  const x = fromBfloat16(bits);
  if (!Number.isFinite(x)) return nonFiniteText(x, "");
  const magnitude = Math.abs(x);
  const limits: DigitLimits = { from: "first", max: STREAM_DIGITS, min: STREAM_DIGITS };
  const isPositional = magnitude === 0 || (magnitude >= LEAST_POSITIONAL && magnitude < 10 ** STREAM_DIGITS);
  return isPositional ? positionalText(x, float64Kind, limits, "", "") : scientificText(x, float64Kind, limits, "");
}

const escapes: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };

/** Bytes as Python's `repr` prints them: `b'text'`. */
function bytesText(bytes: Uint8Array): string {
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  let text = "";
  for (const byte of bytes) {
    const escape = escapes[byte];
    const char = String.fromCharCode(byte);
    if (escape !== undefined) text += escape;
    else if (char === quote) text += `\\${quote}`;
    else if (byte < 32 || byte > 126) text += `\\x${byte.toString(16).padStart(2, "0")}`;
    else text += char;
  }
  return `b${quote}${text}${quote}`;
}
