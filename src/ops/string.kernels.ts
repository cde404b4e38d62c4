/** Kernels of the ops of strings. Mirrors core/kernels/{string_*,as_string,reduce_join,substr,regex_*,base64,decode_raw}_op*.cc. */
import { InvalidArgumentError, OutOfRangeError, UnimplementedError } from "../base/errors.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { decodedBase64, encodedBase64 } from "../kernels/base64.ts";
import { joinBytes, splitAtBytes, splitAtText, stripped } from "../kernels/byte-pieces.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { fingerprint64, oldHash64 } from "../kernels/fingerprint.ts";
import { fullMatcher, rewriter } from "../kernels/re2/re2.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, countOf, rowMajorStrides } from "../kernels/strided-copy.ts";
import { floatText, parsedFloat, parsedInteger } from "../kernels/string-numbers.ts";
import { allocate, bool, type DataArray, type DType, int32, int64, string } from "../tensor/dtype.ts";
import { NDArray, writeElement } from "../tensor/ndarray.ts";
import type { stringDefs } from "./string.defs.ts";

type Bytes = Uint8Array;

function bytesOf(value: NDArray): readonly Bytes[] {
  return value.data as Bytes[];
}

function strings(shape: readonly number[], data: Bytes[]): NDArray {
  return new NDArray(string, shape, data);
}

function mapBytes(value: NDArray, change: (bytes: Bytes) => Bytes): NDArray {
  return strings(value.shape, bytesOf(value).map(change));
}

function mapText(value: NDArray, change: (text: string) => string): NDArray {
  return mapBytes(value, (bytes) => encodeUtf8(change(decodeUtf8(bytes))));
}

function join(inputs: readonly NDArray[], separator: string): NDArray {
  const shaped = inputs.find((input) => input.rank > 0);
  const shape = shaped?.shape ?? [];
  for (const input of inputs) {
    require(input.rank === 0 || shapeText(input.shape) === shapeText(shape), () =>
      `Input shapes do not match: ${shapeText(shape)} vs. ${shapeText(input.shape)}`, { shape, other: input.shape });
  }
  const between = encodeUtf8(separator);
  const count = countOf(shape);
  return strings(
    shape,
    Array.from({ length: count }, (_, i) =>
      joinBytes(
        inputs.map((input) => bytesOf(input)[input.rank === 0 ? 0 : i] as Bytes),
        between,
      ),
    ),
  );
}

// ---- numbers

interface TextFormat {
  readonly precision: number;
  readonly scientific: boolean;
  readonly shortest: boolean;
  readonly width: number;
  readonly fill: string;
}

/** Bounds of what is written, where TensorFlow has none. */
const MOST_DIGITS = 100;
const MOST_LETTERS = 65536;

function checkFormat(dtype: DType, { precision, scientific, shortest, width, fill }: TextFormat): void {
  const isFloat = dtype.isFloating || dtype.isComplex;
  const refuse = (text: string): never => {
    throw new InvalidArgumentError(text, { dtype, precision, width, fill });
  };
  if (scientific && shortest) refuse("Cannot select both scientific and shortest notation");
  if (precision > MOST_DIGITS || width > MOST_LETTERS)
    refuse(
      `a precision of at most ${MOST_DIGITS} and a width of at most ${MOST_LETTERS} are written; got ${precision} and ${width}`,
    );
  if (fill.length > 1) refuse(`Fill string must be one or fewer characters`);
  if (!isFloat && (scientific || shortest))
    refuse(`scientific and shortest format not supported for datatype ${dtype.name}`);
  if (!isFloat && precision >= 0) refuse(`precision not supported for datatype ${dtype.name}`);
  if (dtype.isBool && width > 0) refuse("fill/width not supported for bool");
}

function asText(value: NDArray, format: TextFormat): NDArray {
  const { dtype } = value;
  checkFormat(dtype, format);
  const style = format.scientific ? "e" : format.shortest ? "g" : "f";
  const number = (x: number): string => padded(floatText(x, { style, precision: format.precision }), format);
  const text = (i: number): string => {
    const element = value.at(i);
    if (Array.isArray(element)) return `(${number(Number(element[0]))},${number(Number(element[1]))})`;
    if (dtype.isFloating) return number(element as number);
    return dtype.isBool ? String(element) : padded(String(element), format);
  };
  return strings(
    value.shape,
    Array.from({ length: value.size }, (_, i) => encodeUtf8(text(i))),
  );
}

/** As C fills: spaces before, zeros after the sign, `-` to the left. */
function padded(text: string, { width, fill }: TextFormat): string {
  const signed = (fill === "+" || fill === " ") && !text.startsWith("-") ? `${fill}${text}` : text;
  if (width <= signed.length) return signed;
  if (fill === "-") return signed.padEnd(width);
  if (fill !== "0" || !/\d/.test(signed)) return signed.padStart(width);
  const sign = /^[-+]/.exec(signed)?.[0] ?? "";
  return sign + signed.slice(sign.length).padStart(width - sign.length, "0");
}

const bounds: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

function toNumbers(value: NDArray, dtype: DType): NDArray {
  const out = new NDArray(dtype, value.shape, allocate(dtype, value.size));
  for (const [i, bytes] of bytesOf(value).entries()) {
    const text = decodeUtf8(bytes);
    const parsed = dtype.isFloating ? parsedFloat(text) : parsedInteger(text);
    const [low, high] = bounds[dtype.name] ?? [0n, 0n];
    const fits = parsed !== null && (typeof parsed === "number" || (parsed >= low && parsed <= high));
    require(fits, () => `StringToNumberOp could not correctly convert string: ${text}`, { text });
    writeElement(dtype, out.data, i, parsed as number | bigint);
  }
  return out;
}

// ---- parts

/** The pieces of each string, as the parts of a sparse matrix. */
function splitAll(value: NDArray, pieces: (bytes: Bytes) => Bytes[]): NDArray[] {
  require(value.rank === 1, () => `input must be a vector, got shape: ${shapeText(value.shape)}`, { value });
  const places: bigint[] = [];
  const found: Bytes[] = [];
  let longest = 0;
  for (const [row, bytes] of bytesOf(value).entries()) {
    const parts = pieces(bytes);
    longest = Math.max(longest, parts.length);
    for (const [i, part] of parts.entries()) {
      places.push(BigInt(row), BigInt(i));
      found.push(part);
    }
  }
  return [
    new NDArray(int64, [found.length, 2], BigInt64Array.from(places)),
    strings([found.length], found),
    new NDArray(int64, [2], BigInt64Array.of(BigInt(value.size), BigInt(longest))),
  ];
}

function checkScalar(value: NDArray, name: string): Bytes {
  require(value.rank === 0, () => `${name} must be a scalar, got shape: ${shapeText(value.shape)}`, { value });
  return bytesOf(value)[0] as Bytes;
}

function reduceJoin(value: NDArray, axesValue: NDArray, keepDims: boolean, separator: string): NDArray {
  const { rank, shape } = value;
  const axes: number[] = [];
  for (const given of Array.from(asNumbers(axesValue))) {
    if (given < -rank || given >= rank)
      throw new OutOfRangeError(`Invalid reduction dimension ${given} for input with ${rank} dimension(s)`, {
        axis: given,
      });
    const axis = (given + rank) % rank;
    require(!axes.includes(axis), () => `Duplicate reduction dimension ${given}`, { axis: given });
    axes.push(axis);
  }
  const strides = rowMajorStrides(shape);
  const kept = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const between = encodeUtf8(separator);
  const data = bytesOf(value);
  const places = (over: readonly number[]): number[] => {
    let found = [0];
    for (const axis of over)
      found = found.flatMap((at) =>
        Array.from({ length: shape[axis] as number }, (_, i) => at + i * (strides[axis] as number)),
      );
    return found;
  };
  // The first axis goes fastest.
  const inner = places([...axes].reverse());
  const out = places(kept).map((start) =>
    joinBytes(
      inner.map((at) => data[start + at] as Bytes),
      between,
    ),
  );
  return strings(keepDims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : kept.map((i) => shape[i] as number), out);
}

function substr(value: NDArray, pos: NDArray, length: NDArray, isUtf8: boolean): NDArray {
  require(shapeText(pos.shape) === shapeText(length.shape), () =>
    `pos and len should have the same shape, got: ${shapeText(pos.shape)} vs. ${shapeText(length.shape)}`, {
    pos,
    length,
  });
  const shape = broadcast(value.shape, pos.shape);
  const [a, b] = [indexer(value.shape, shape), indexer(pos.shape, shape)];
  return strings(
    shape,
    Array.from({ length: countOf(shape) }, (_, i) => {
      const bytes = bytesOf(value)[a(i)] as Bytes;
      const [at, count] = [Number(pos.at(b(i))), Number(length.at(b(i)))];
      const letters = isUtf8 ? Array.from(decodeUtf8(bytes)) : null;
      const size = letters?.length ?? bytes.length;
      require(Math.abs(at) <= size, () => `pos ${at} out of range for string b'${decodeUtf8(bytes)}' at index ${i}`, {
        at,
      });
      const start = at < 0 ? size + at : at;
      const end = start + Math.max(count, 0);
      return letters === null ? bytes.slice(start, end) : encodeUtf8(letters.slice(start, end).join(""));
    }),
  );
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    require(x === y || x === 1 || y === 1, () => `Incompatible shapes: ${shapeText(a)} vs. ${shapeText(b)}`, { a, b });
    return x === 1 ? y : x;
  });
}

/** Where the element of a broadcast shape is in the shape itself. */
function indexer(own: readonly number[], shape: readonly number[]): (i: number) => number {
  const strides = rowMajorStrides(own);
  const all = rowMajorStrides(shape);
  const skipped = shape.length - own.length;
  return (i) => {
    let [at, rest] = [0, i];
    for (const [axis, stride] of all.entries()) {
      const index = Math.floor(rest / stride);
      rest %= stride;
      if (axis >= skipped && own[axis - skipped] !== 1) at += index * (strides[axis - skipped] as number);
    }
    return at;
  };
}

// ---- letters

function changeCase(value: NDArray, encoding: string, upper: boolean): NDArray {
  if (encoding === "utf-8") return mapText(value, (text) => (upper ? text.toUpperCase() : text.toLowerCase()));
  require(encoding === "", () => `only utf-8 or '' (no encoding) is supported, received ${encoding}`, { encoding });
  const [first, last, by] = upper ? [0x61, 0x7a, -0x20] : [0x41, 0x5a, 0x20];
  return mapBytes(value, (bytes) => bytes.map((byte) => (byte >= first && byte <= last ? byte + by : byte)));
}

function lengths(value: NDArray, unit: string): NDArray {
  // A letter of UTF-8 starts with a byte that continues none.
  const count = (bytes: Bytes): number =>
    unit === "BYTE" ? bytes.length : bytes.reduce((sum, byte) => sum + Number((byte & 0xc0) !== 0x80), 0);
  return new NDArray(int32, value.shape, Int32Array.from(bytesOf(value), count));
}

function matches(value: NDArray, pattern: string): NDArray {
  const matcher = fullMatcher(pattern);
  return new NDArray(
    bool,
    value.shape,
    Uint8Array.from(bytesOf(value), (bytes) => Number(matcher(bytes))),
  );
}

function scalarBytes(value: NDArray, name: string): Bytes {
  require(value.rank === 0, () => `${name} must be scalar, but received ${shapeText(value.shape)}`, { value });
  return bytesOf(value)[0] as Bytes;
}

function patternOf(value: NDArray): string {
  const bytes = scalarBytes(value, "Pattern");
  const pattern = decodeUtf8(bytes);
  const isText = encodeUtf8(pattern).every((byte, i) => byte === bytes[i]);
  require(isText, () => `Invalid pattern: ${pattern}, error: invalid UTF-8`, { pattern });
  return pattern;
}

function hashes(value: NDArray, hash: (bytes: Bytes) => bigint, buckets: number): NDArray {
  const count = BigInt(buckets);
  return new NDArray(
    int64,
    value.shape,
    BigInt64Array.from(bytesOf(value), (bytes) => hash(bytes) % count),
  );
}

// ---- bytes

function decodeRaw(value: NDArray, dtype: DType, isLittleEndian: boolean): NDArray {
  const all = bytesOf(value);
  if (all.length === 0) return new NDArray(dtype, [...value.shape, 0], allocate(dtype, 0));
  const size = (all[0] as Bytes).length;
  for (const [i, bytes] of all.entries()) {
    require(bytes.length === size, () =>
      `DecodeRaw requires input strings to all be the same size, but element ${i} has size ${size} != ${bytes.length}`, {
      index: i,
    });
  }
  require(size % dtype.size === 0, () =>
    `Input to DecodeRaw has length ${size} that is not a multiple of ${dtype.size}, the size of ${dtype.name}`, {
    size,
  });
  const joined = new Uint8Array(size * all.length);
  const word = dtype.isComplex ? dtype.size / 2 : dtype.size;
  for (const [i, bytes] of all.entries()) joined.set(isLittleEndian ? bytes : swapped(bytes, word), i * size);
  const Data = allocate(dtype, 0).constructor as new (buffer: ArrayBufferLike) => DataArray;
  return new NDArray(dtype, [...value.shape, size / dtype.size], new Data(joined.buffer));
}

function swapped(bytes: Bytes, word: number): Bytes {
  return bytes.map((_, i) => bytes[i - (i % word) + word - 1 - (i % word)] as number);
}

function scalarText(basename: NDArray, text: string): NDArray {
  return strings([], [encodeUtf8(decodeUtf8(bytesOf(basename)[0]) + text)]);
}

function fiveDigits(value: NDArray): string {
  return padded(String(value.at(0)), { width: 5, fill: "0", precision: -1, scientific: false, shortest: false });
}

/** The kernels of this family. */
export const stringKernels = kernelsFor<typeof stringDefs>()({
  StringJoin: ([inputs], { separator }) => join(inputs, separator),
  AsString: ([input], attrs) => {
    if (input.dtype.isString) return input;
    if (!input.dtype.isFloating && !input.dtype.isComplex && !input.dtype.isInteger && !input.dtype.isBool)
      throw new UnimplementedError(`AsString of ${input.dtype.name} is not here`, { dtype: input.dtype });
    return asText(input, attrs);
  },
  StringToNumber: ([input], { out_type }) => toNumbers(input, out_type),
  StringSplit: ([input, delimiter], { skip_empty }) => {
    const bytes = checkScalar(delimiter, "delimiter");
    return splitAll(input, (one) => splitAtBytes(one, bytes, skip_empty));
  },
  StringSplitV2: ([input, sep], { maxsplit }) => {
    const bytes = checkScalar(sep, "sep");
    return splitAll(input, (one) => splitAtText(one, bytes, maxsplit));
  },
  ReduceJoin: ([input, axes], { keep_dims, separator }) => reduceJoin(input, axes, keep_dims, separator),
  StringLength: ([input], { unit }) => lengths(input, unit),
  Substr: ([input, pos, len], { unit }) => substr(input, pos, len, unit === "UTF8_CHAR"),
  StringStrip: ([input]) => mapBytes(input, stripped),
  StringLower: ([input], { encoding }) => changeCase(input, encoding, false),
  StringUpper: ([input], { encoding }) => changeCase(input, encoding, true),
  RegexReplace: ([input, pattern, rewrite], { replace_global }) => {
    const [from, to] = [patternOf(pattern), scalarBytes(rewrite, "Rewrite")];
    return mapBytes(input, rewriter(from, to, replace_global));
  },
  StaticRegexReplace: ([input], { pattern, rewrite, replace_global }) =>
    mapBytes(input, rewriter(pattern, encodeUtf8(rewrite), replace_global)),
  RegexFullMatch: ([input, pattern]) => matches(input, patternOf(pattern)),
  StaticRegexFullMatch: ([input], { pattern }) => matches(input, pattern),
  StringToHashBucketFast: ([input], { num_buckets }) => hashes(input, fingerprint64, num_buckets),
  StringToHashBucket: ([input], { num_buckets }) => hashes(input, oldHash64, num_buckets),
  EncodeBase64: ([input], { pad }) => mapBytes(input, (bytes) => encodedBase64(bytes, pad)),
  DecodeBase64: ([input]) => mapBytes(input, decodedBase64),
  DecodeRaw: ([input], { out_type, little_endian }) => decodeRaw(input, out_type, little_endian),
  ShardedFilename: ([basename, shard, count]) => scalarText(basename, `-${fiveDigits(shard)}-of-${fiveDigits(count)}`),
  ShardedFilespec: ([basename, count]) => scalarText(basename, `-?????-of-${fiveDigits(count)}`),
});
