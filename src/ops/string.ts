/** Builders of the ops of strings. Mirrors python/ops/string_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { rank } from "./shape.ts";
import { SparseTensor } from "./sparse-tensor.ts";
import { stringDefs as defs } from "./string.defs.ts";

/** Options of `strings.join`. */
export interface StringJoinOptions extends NameOption {
  /** Stands between the strings; default nothing. */
  readonly separator?: string | undefined;
}

/**
 * Strings one after the other, element by element.
 *
 * Shapes: all alike, or scalars. Dtypes: string.
 * @throws {ShapeError} when shapes differ.
 * @see TensorFlow `tf.strings.join`, python/ops/string_ops.py; `StringJoin`
 * @example
 * session.runSync(strings.join(["a", constant(["b", "c"])], { separator: "-" })).toArray(); // ["a-b", "a-c"]
 */
export function stringJoin(inputs: readonly TensorLike[], options: StringJoinOptions = {}): Tensor {
  return applyOp1(defs.StringJoin, [inputs], { separator: options.separator ?? "" }, options.name);
}

/** Options of `strings.asString`. */
export interface AsStringOptions extends NameOption {
  /** Digits after the point; default six. */
  readonly precision?: number | undefined;
  readonly scientific?: boolean | undefined;
  /** The shorter of both notations. */
  readonly shortest?: boolean | undefined;
  /** The least number of letters. */
  readonly width?: number | undefined;
  /** What fills the width: a space, `0`, `-` for spaces behind, `+`. */
  readonly fill?: string | undefined;
}

/**
 * Numbers as text.
 *
 * @throws {InvalidArgumentError} at the run, for options that the dtype does not have.
 * @see TensorFlow `tf.strings.as_string`; `AsString`, core/ops/string_ops.cc
 * @example
 * session.runSync(strings.asString(constant([1.5]), { precision: 2 })).toArray(); // ["1.50"]
 */
export function asString(input: TensorLike, options: AsStringOptions = {}): Tensor {
  const { precision = -1, scientific = false, shortest = false, width = -1, fill = "" } = options;
  return applyOp1(defs.AsString, [input], { precision, scientific, shortest, width, fill }, options.name);
}

/** Options of `strings.toNumber`. */
export interface ToNumberOptions extends NameOption {
  /** float32 (default), float64, int32, int64. */
  readonly outType?: DTypeLike | undefined;
}

/**
 * The numbers that texts stand for.
 *
 * @throws {InvalidArgumentError} at the run, for a text that is no number.
 * @see TensorFlow `tf.strings.to_number`; `StringToNumber`
 * @example
 * session.runSync(strings.toNumber(constant(["1.5", "-2"]))).toArray(); // [1.5, -2]
 */
export function stringToNumber(stringTensor: TensorLike, options: ToNumberOptions = {}): Tensor {
  return applyOp1(defs.StringToNumber, [stringTensor], { out_type: asDType(options.outType ?? float32) }, options.name);
}

/** Options of `stringSplit`. */
export interface StringSplitOptions {
  /** Letters at which is cut, each by itself; default a space. */
  readonly sep?: TensorLike | null | undefined;
  /** Whether empty pieces are left out. Default true. */
  readonly skipEmpty?: boolean | undefined;
}

/**
 * The pieces of strings, as a sparse matrix with a row for each.
 *
 * Shapes: source `[n]` → `[n, most]`.
 * @see TensorFlow `tf.string_split`, python/ops/string_ops.py; `StringSplit`
 * @example
 * session.runSync(stringSplit(constant(["a b", "c"]))).values.toArray(); // ["a", "b", "c"]
 */
export function stringSplit(source: TensorLike, options: StringSplitOptions = {}): SparseTensor {
  const attrs = { skip_empty: options.skipEmpty ?? true };
  return inOpScope(null, "StringSplit", [source], () => split(defs.StringSplit, source, options.sep ?? " ", attrs));
}

/** Options of `strings.split`. */
export interface SplitStringsOptions extends NameOption {
  /** The text at which is cut; default: white space. */
  readonly sep?: TensorLike | null | undefined;
  /** The most cuts; default: all. */
  readonly maxsplit?: number | undefined;
}

/**
 * The pieces of strings as Python's `split` gives them, as a sparse matrix with a row for each.
 *
 * Shapes: input `[n]` → `[n, most]`.
 * @remarks Differs from TensorFlow: there are no ragged tensors here; it is `result_type="SparseTensor"`, the default of TensorFlow 1.
 * @see TensorFlow `tf.compat.v1.strings.split`; `StringSplitV2`
 * @example
 * session.runSync(strings.split(constant(["a  b", "c"]))).values.toArray(); // ["a", "b", "c"]
 */
export function splitStrings(input: TensorLike, options: SplitStringsOptions = {}): SparseTensor {
  const attrs = { maxsplit: options.maxsplit ?? -1 };
  return inOpScope(options.name, "StringSplit", [input], () =>
    split(defs.StringSplitV2, input, options.sep ?? "", attrs),
  );
}

function split(
  def: typeof defs.StringSplit | typeof defs.StringSplitV2,
  input: TensorLike,
  sep: TensorLike,
  attrs: Readonly<Record<string, boolean | number>>,
): SparseTensor {
  const source = convertToTensor(input, { dtype: "string" });
  const separator = convertToTensor(sep, { dtype: "string" });
  const { outputs } = applyOp(def, [source, separator], attrs);
  const [indices, values, shape] = outputs as readonly [Tensor, Tensor, Tensor];
  indices.setShape([null, 2]);
  values.setShape([null]);
  shape.setShape([2]);
  return new SparseTensor(indices, values, shape);
}

/** Options of `strings.reduceJoin`. */
export interface ReduceJoinOptions extends NameOption {
  /** The axes that are joined, in the order in which they are; default: all. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Keeps those axes with length 1. */
  readonly keepdims?: boolean | null | undefined;
  /** Stands between the strings; default nothing. */
  readonly separator?: string | undefined;
}

/**
 * Joins strings along axes.
 *
 * @throws {InvalidArgumentError} at the run, for an axis out of range or twice.
 * @see TensorFlow `tf.strings.reduce_join`, python/ops/string_ops.py; `ReduceJoin`
 * @example
 * session.runSync(strings.reduceJoin([["a", "b"], ["c", "d"]], { axis: 1 })).toArray(); // ["ab", "cd"]
 */
export function reduceJoin(inputs: TensorLike, options: ReduceJoinOptions = {}): Tensor {
  const { separator = "", axis = null } = options;
  return inOpScope(null, "ReduceJoin", [inputs], () => {
    const values = convertToTensor(inputs);
    const axes = axis === null ? allAxes(values) : ndarray(axis, "int32");
    return applyOp1(defs.ReduceJoin, [values, axes], { separator, keep_dims: options.keepdims ?? false }, options.name);
  });
}

/** All axes, the last one first: TensorFlow joins them so. */
function allAxes(values: Tensor): Tensor {
  const count = values.shape.rank;
  if (count === null) return range(rank(values).sub(1), -1, -1);
  const axes = Array.from({ length: count }, (_, i) => count - 1 - i);
  return convertToTensor(ndarray(axes, "int32"));
}

/** Options of `strings.length`. */
export interface StringLengthOptions extends NameOption {
  /** `BYTE` (default) or `UTF8_CHAR`. */
  readonly unit?: "BYTE" | "UTF8_CHAR" | undefined;
}

/**
 * How long strings are.
 *
 * @see TensorFlow `tf.strings.length`; `StringLength`
 * @example
 * session.runSync(strings.length("ä", { unit: "UTF8_CHAR" })).item(); // 1
 */
export function stringLength(input: TensorLike, options: StringLengthOptions = {}): Tensor {
  return applyOp1(defs.StringLength, [input], { unit: checkedUnit(options.unit) }, options.name);
}

function checkedUnit(unit: string = "BYTE"): string {
  if (unit === "BYTE" || unit === "UTF8_CHAR") return unit;
  throw new ArgumentError(
    `Value for attr 'unit' of "${unit}" is not in the list of allowed values: "BYTE", "UTF8_CHAR"`,
    { unit },
  );
}

/**
 * Parts of strings, from a position on; negative positions count from the end.
 *
 * Shapes: pos and len alike, broadcast with input. Dtypes: pos and len int32 or int64.
 * @throws {InvalidArgumentError} at the run, for a position out of range.
 * @see TensorFlow `tf.strings.substr`; `Substr`
 * @example
 * session.runSync(strings.substr("abcde", 1, 3)).item(); // "bcd"
 */
export function substr(input: TensorLike, pos: TensorLike, len: TensorLike, options: StringLengthOptions = {}): Tensor {
  return applyOp1(defs.Substr, [input, pos, len], { unit: checkedUnit(options.unit) }, options.name);
}

/**
 * Strings without white space around them.
 * @see TensorFlow `tf.strings.strip`; `StringStrip`
 * @example
 * session.runSync(strings.strip("  a ")).item(); // "a"
 */
export function stringStrip(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.StringStrip, [input], {}, options.name);
}

/** Options of `strings.lower` and `strings.upper`. */
export interface CaseEncodingOptions extends NameOption {
  /** `utf-8`, or nothing (default): then only the letters of ASCII change. */
  readonly encoding?: string | undefined;
}

/**
 * Strings in lower case.
 * @see TensorFlow `tf.strings.lower`; `StringLower`
 * @example
 * session.runSync(strings.lower("Ab")).item(); // "ab"
 */
export function stringLower(input: TensorLike, options: CaseEncodingOptions = {}): Tensor {
  return applyOp1(defs.StringLower, [input], { encoding: options.encoding ?? "" }, options.name);
}

/**
 * Strings in upper case.
 * @see TensorFlow `tf.strings.upper`; `StringUpper`
 * @example
 * session.runSync(strings.upper("Ab")).item(); // "AB"
 */
export function stringUpper(input: TensorLike, options: CaseEncodingOptions = {}): Tensor {
  return applyOp1(defs.StringUpper, [input], { encoding: options.encoding ?? "" }, options.name);
}

/** Options of `strings.regexReplace`. */
export interface RegexReplaceOptions extends NameOption {
  /** Whether all matches are replaced. Default true. */
  readonly replaceGlobal?: boolean | undefined;
}

/**
 * Strings with the matches of a pattern rewritten: `\0` is the match, `\1` its first group.
 *
 * Patterns are those of RE2, which look neither ahead nor back; the time grows with the text alone. A rewrite with a group that the
 * pattern does not have changes nothing.
 *
 * @throws {InvalidArgumentError} at the run, for a pattern that is none.
 * @see TensorFlow `tf.strings.regex_replace`, python/ops/string_ops.py; `RegexReplace`, `StaticRegexReplace`
 * @example
 * session.runSync(strings.regexReplace("a1b22", "[0-9]+", "<\\0>")).item(); // "a<1>b<22>"
 */
export function regexReplace(
  input: TensorLike,
  pattern: TensorLike,
  rewrite: TensorLike,
  options: RegexReplaceOptions = {},
): Tensor {
  const replace_global = options.replaceGlobal ?? true;
  return typeof pattern === "string" && typeof rewrite === "string"
    ? applyOp1(defs.StaticRegexReplace, [input], { pattern, rewrite, replace_global }, options.name)
    : applyOp1(defs.RegexReplace, [input, pattern, rewrite], { replace_global }, options.name);
}

/**
 * Whether all of each string matches a pattern.
 *
 * @throws {InvalidArgumentError} at the run, for a pattern that is none.
 * @see TensorFlow `tf.strings.regex_full_match`, python/ops/string_ops.py; `RegexFullMatch`, `StaticRegexFullMatch`
 * @example
 * session.runSync(strings.regexFullMatch(["ab", "abc"], "a.")).toArray(); // [true, false]
 */
export function regexFullMatch(input: TensorLike, pattern: TensorLike, options: NameOption = {}): Tensor {
  return typeof pattern === "string"
    ? applyOp1(defs.StaticRegexFullMatch, [input], { pattern }, options.name)
    : applyOp1(defs.RegexFullMatch, [input, pattern], {}, options.name);
}

/**
 * Numbers below `numBuckets` by which strings are sorted into buckets; the same everywhere.
 * @see TensorFlow `tf.strings.to_hash_bucket_fast`; `StringToHashBucketFast`
 * @example
 * session.runSync(strings.toHashBucketFast(["a"], 10)).shape; // [1]
 */
export function stringToHashBucketFast(input: TensorLike, numBuckets: number, options: NameOption = {}): Tensor {
  return applyOp1(defs.StringToHashBucketFast, [input], { num_buckets: numBuckets }, options.name);
}

/**
 * As `strings.toHashBucketFast`, by an older hash.
 * @see TensorFlow `tf.compat.v1.strings.to_hash_bucket`; `StringToHashBucket`
 * @example
 * session.runSync(strings.toHashBucket(["a"], 10)).shape; // [1]
 */
export function stringToHashBucket(stringTensor: TensorLike, numBuckets: number, options: NameOption = {}): Tensor {
  return applyOp1(defs.StringToHashBucket, [stringTensor], { num_buckets: numBuckets }, options.name);
}

/** Options of `encodeBase64`. */
export interface EncodeBase64Options extends NameOption {
  /** Whether the last group is filled with `=`. Default false. */
  readonly pad?: boolean | undefined;
}

/**
 * Strings as base64 for addresses, with `-` and `_`.
 * @see TensorFlow `tf.io.encode_base64`; `EncodeBase64`
 * @example
 * session.runSync(encodeBase64("abcd")).item(); // "YWJjZA"
 */
export function encodeBase64(input: TensorLike, options: EncodeBase64Options = {}): Tensor {
  return applyOp1(defs.EncodeBase64, [input], { pad: options.pad ?? false }, options.name);
}

/**
 * What base64 for addresses stands for.
 * @throws {InvalidArgumentError} at the run, for what is no base64.
 * @see TensorFlow `tf.io.decode_base64`; `DecodeBase64`
 * @example
 * session.runSync(decodeBase64("YWJjZA")).item(); // "abcd"
 */
export function decodeBase64(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.DecodeBase64, [input], {}, options.name);
}

/** Options of `decodeRaw`. */
export interface DecodeRawOptions extends NameOption {
  /** Default true. */
  readonly littleEndian?: boolean | undefined;
}

/**
 * The bytes of strings as numbers.
 *
 * Shapes: inputBytes `[…s]` → `[…s, n]`.
 * @throws {InvalidArgumentError} at the run, for strings of different lengths, or of no whole number of elements.
 * @see TensorFlow `tf.decode_raw`, python/ops/parsing_ops.py; `DecodeRaw`
 * @example
 * session.runSync(decodeRaw("ab", "uint8")).toArray(); // [97, 98]
 */
export function decodeRaw(inputBytes: TensorLike, outType: DTypeLike, options: DecodeRawOptions = {}): Tensor {
  const attrs = { out_type: asDType(outType), little_endian: options.littleEndian ?? true };
  return publicCall(() => applyOp1(defs.DecodeRaw, [inputBytes], attrs, options.name));
}
