/** Numbers as text and back, as C's `printf` and `strtod` have them. */
import { generalText, roundedDigits } from "../tensor/summary-text.ts";

/** Mantissa and exponent of a finite number: it is `mantissa · 2^exponent`. */
function partsOf(x: number): readonly [bigint, number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const fraction = bits & ((1n << 52n) - 1n);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  return exponent === 0 ? [fraction, -1074] : [fraction | (1n << 52n), exponent - 1075];
}

/** `%.<digits>f`: exact, ties go to the even digit. */
function fixed(x: number, digits: number): string {
  const [mantissa, exponent] = partsOf(Math.abs(x));
  const scaled = mantissa * 10n ** BigInt(digits);
  let whole = scaled << BigInt(Math.max(exponent, 0));
  if (exponent < 0) {
    const shift = BigInt(-exponent);
    whole = scaled >> shift;
    const rest = scaled - (whole << shift);
    const half = 1n << (shift - 1n);
    if (rest > half || (rest === half && (whole & 1n) === 1n)) whole += 1n;
  }
  const text = whole.toString().padStart(digits + 1, "0");
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `%.<digits>e`: exact, ties go to the even digit. */
function scientific(x: number, digits: number): string {
  const [text, exponent] = x === 0 ? ["0".repeat(digits + 1), 0] : roundedDigits(Math.abs(x), digits + 1);
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  const fraction = digits === 0 ? "" : `.${text.slice(1)}`;
  return `${sign}${text[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** How a number is written. */
export interface NumberFormat {
  readonly style: "f" | "e" | "g";
  /** Digits; -1 for C's six. */
  readonly precision: number;
}

export function floatText(x: number, { style, precision }: NumberFormat): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : "inf";
  const digits = precision < 0 ? 6 : precision;
  if (style === "f") return fixed(x, digits);
  return style === "e" ? scientific(x, digits) : generalText(x, Math.max(digits, 1));
}

/** The number that text stands for, `null` when it is none. */
export function parsedFloat(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  const special = /^([+-]?)(inf(?:inity)?|nan)$/.exec(trimmed);
  if (special !== null) return (special[1] === "-" ? -1 : 1) * (special[2] === "nan" ? Number.NaN : Infinity);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : null;
}

/** The whole number that text stands for, `null` when it is none. */
export function parsedInteger(text: string): bigint | null {
  const trimmed = text.trim();
  return /^-?\d+$/.test(trimmed) ? BigInt(trimmed) : null;
}
