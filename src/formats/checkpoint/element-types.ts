/**
 * The element types of checkpoints: how many bytes an element takes, and how many of them make a number. Also of types that have no
 * values here, which are read and written as bytes. Not the values.
 *
 * Upstream: tensorflow/core/framework/types.proto; tsl's `DataTypeSize`.
 */
import { type DType, dtypeOfNumber, hasValues } from "../../tensor/dtype.ts";

/** An element type as files have it. */
export interface ElementType {
  readonly name: string;
  /** The number of `DataType`. */
  readonly number: number;
  /** Bytes of an element; 0 for strings. */
  readonly size: number;
  /** Bytes of the numbers that an element is made of: half its size for complex ones. */
  readonly unit: number;
  /** The type of values here; null where there are none. */
  readonly dtype: DType | null;
}

/** Types that have no values here. Of those of less than eight bits, each element has a byte of its own. */
const valuelessSizes: Readonly<Record<string, number>> = {
  qint8: 1,
  quint8: 1,
  qint32: 4,
  qint16: 2,
  quint16: 2,
  float8_e5m2: 1,
  float8_e4m3fn: 1,
  float8_e4m3fnuz: 1,
  float8_e4m3b11fnuz: 1,
  float8_e5m2fnuz: 1,
  int4: 1,
  uint4: 1,
  int2: 1,
  uint2: 1,
  float4_e2m1fn: 1,
};

const known = new Map<number, ElementType | null>();

/** The element type of a number in a file; null where tensors of it cannot be stored: handles, references, unknown numbers. */
export function elementType(number: number): ElementType | null {
  const found = known.get(number);
  if (found !== undefined) return found;
  const made = makeType(number);
  // Files may ask for any number, so only those are kept of which there are few.
  if (made !== null) known.set(number, made);
  return made;
}

function makeType(number: number): ElementType | null {
  const dtype = dtypeOfNumber(number);
  if (dtype === null || dtype.isRef || dtype.number !== number) return null;
  const { baseName: name, isComplex, isString } = dtype;
  if (name === "resource" || name === "variant") return null;
  const size = hasValues(dtype) ? dtype.size : valuelessSizes[name];
  if (size === undefined || (size === 0 && !isString)) return null;
  return { name, number, size, unit: isComplex ? size / 2 : size, dtype: hasValues(dtype) ? dtype : null };
}

/** The element type of this name, `float32` to `uint2`; null where there is none. */
export function elementTypeNamed(name: string): ElementType | null {
  for (let number = 1; number <= HIGHEST; number++) {
    const type = elementType(number);
    if (type?.name === name) return type;
  }
  return null;
}

/** The highest number of `DataType`. */
const HIGHEST = 33;

/** Turns the bytes of numbers round, in place: from big-endian to little-endian and back. */
export function swapBytes(bytes: Uint8Array, unit: number): void {
  if (unit < 2) return;
  for (let start = 0; start + unit <= bytes.length; start += unit) {
    for (let low = start, high = start + unit - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}
