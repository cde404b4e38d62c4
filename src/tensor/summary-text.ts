/** Values in a line, abbreviated, as TensorFlow shows them in failed assertions and prints. Not NumPy's text: that is ndarray-text.ts. Mirrors `Tensor::SummarizeValue`, core/framework/tensor.cc. */
import type { DType } from "./dtype.ts";
import type { NDArray } from "./ndarray.ts";

/** One element as text. */
type ElementText = (index: number) => string;

/**
 * The first `limit` elements, in brackets by row, `...` where some are left out; without the outermost brackets. All elements
 * when `limit` is negative.
 */
export function summarizeValue(value: NDArray, limit: number): string {
  const most = limit < 0 ? value.size : Math.min(limit, value.size);
  const text = elementText(value, false);
  const parts: string[] = [];
  if (value.rank === 0) {
    if (most > 0) parts.push(text(0));
  } else {
    printRows(value.shape, 0, { next: 0, limit: most }, text, parts);
  }
  if (value.size > most) parts.push("...");
  return parts.join("");
}

function printRows(
  shape: readonly number[],
  axis: number,
  at: { next: number; readonly limit: number },
  text: ElementText,
  parts: string[],
): void {
  const count = shape[axis] as number;
  if (axis === shape.length - 1) {
    for (let i = 0; i < count; i += 1) {
      if (at.next >= at.limit) {
        if (axis !== 0) parts.push("...");
        return;
      }
      if (i > 0) parts.push(" ");
      parts.push(text(at.next));
      at.next += 1;
    }
    return;
  }
  for (let i = 0; i < count && at.next < at.limit; i += 1) {
    parts.push("[");
    printRows(shape, axis + 1, at, text, parts);
    parts.push("]");
  }
}

/** As `tf.print` shows a value: the first and last `ends` elements of each axis, all when negative. Strings stand in quotes. */
export function summarizeEnds(value: NDArray, ends: number): string {
  const text = elementText(value, true);
  const parts: string[] = [];
  printEnds(value.shape, 0, ends < 0 ? value.size : Math.min(ends, value.size), 0, text, parts);
  return parts.join("");
}

function printEnds(
  shape: readonly number[],
  axis: number,
  ends: number,
  start: number,
  text: ElementText,
  parts: string[],
): void {
  if (axis === shape.length) {
    parts.push(text(start));
    return;
  }
  const count = shape[axis] as number;
  const width = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const below = shape.length - axis - 1;
  const gap = below === 0 ? " " : "\n".repeat(below) + " ".repeat(axis + 1);
  const print = (i: number): void => printEnds(shape, axis + 1, ends, start + i * width, text, parts);
  parts.push("[");
  for (let i = 0; i < Math.min(ends, count); i += 1) {
    if (i > 0) parts.push(gap);
    print(i);
  }
  if (count > 2 * ends) parts.push(gap, "...");
  for (let i = Math.max(ends, count - ends); i < count; i += 1) {
    parts.push(gap);
    print(i);
  }
  parts.push("]");
}

function elementText(value: NDArray, isQuoted: boolean): ElementText {
  const { dtype } = value;
  if (dtype.isFloating) return (i) => floatText(value.at(i) as number, dtype);
  if (dtype.isInteger) return (i) => String(value.at(i));
  if (dtype.isBool) return (i) => (value.at(i) === true ? "1" : "0");
  if (!dtype.isString) return () => "?";
  return (i) => (isQuoted ? `"${escaped(value.at(i) as string)}"` : escaped(value.at(i) as string));
}

/** With as few of two counts of digits as tell the number apart; `DoubleToBuffer`, `FloatToBuffer`, core/lib/strings/numbers.cc. */
function floatText(x: number, dtype: DType): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (dtype.size === 8) return Number(x.toPrecision(15)) === x ? generalText(x, 15) : generalText(x, 17);
  return Math.fround(Number(x.toPrecision(6))) === x ? generalText(x, 6) : generalText(x, 9);
}

/** Digits far beyond the wanted ones, to see a tie: a float of so few digits has none further on. */
const FAR_DIGITS = 60;

/** C's `%.<precision>g`. */
export function generalText(x: number, precision: number): string {
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [digits, exponent] = roundedDigits(Math.abs(x), precision);
  const kept = digits.replace(/0+$/, "");
  const sign = x < 0 ? "-" : "";
  if (exponent < -4 || exponent >= precision) {
    const fraction = kept.length > 1 ? `.${kept.slice(1)}` : "";
    return `${sign}${kept[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${kept}`;
  const whole = kept.padEnd(exponent + 1, "0");
  return whole.length > exponent + 1
    ? `${sign}${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1)}`
    : sign + whole;
}

/** The first digits of a positive number, and its power of ten. C rounds ties to even, JavaScript up. */
export function roundedDigits(x: number, precision: number): readonly [digits: string, exponent: number] {
  const [mantissa = "", exponent = "0"] = x.toExponential(precision - 1).split("e");
  const digits = mantissa.replace(".", "");
  const far = x.toExponential(FAR_DIGITS).replace(".", "");
  const isTie = /^50*$/.test(far.slice(precision, FAR_DIGITS));
  const isOdd = Number(far[precision - 1]) % 2 === 1;
  return [isTie && !isOdd ? far.slice(0, precision) : digits, Number(exponent)];
}

const named: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "'": "\\'",
  "\\": "\\\\",
};

/** As C writes a string; text beyond ASCII stays as it is. */
function escaped(text: string): string {
  return Array.from(
    text,
    (c) => named[c] ?? (isControl(c) ? `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}` : c),
  ).join("");
}

function isControl(c: string): boolean {
  return c < " " || c === "\u007f";
}
