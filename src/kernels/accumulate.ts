/** Adding blocks of elements to others in place, for kernels that sum what meets in one place. Rounds or wraps after each addition, as the dtype does. */
import { UnimplementedError } from "../base/errors.ts";
import type { DataArray, DType } from "../tensor/dtype.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "../tensor/half.ts";

/** Adds `count` elements of `from` at `p` to those of `to` at `q`. */
export type AddBlock = (to: DataArray, q: number, from: DataArray, p: number, count: number) => void;

function addNumbers(to: DataArray, q: number, from: DataArray, p: number, count: number): void {
  const [a, b] = [to as Float64Array, from as Float64Array];
  for (let i = 0; i < count; i += 1) a[q + i] = (a[q + i] as number) + (b[p + i] as number);
}

function subtractNumbers(to: DataArray, q: number, from: DataArray, p: number, count: number): void {
  const [a, b] = [to as Float64Array, from as Float64Array];
  for (let i = 0; i < count; i += 1) a[q + i] = (a[q + i] as number) - (b[p + i] as number);
}

function bigBlock(sign: bigint): AddBlock {
  return (to, q, from, p, count) => {
    const [a, b] = [to as BigInt64Array, from as BigInt64Array];
    for (let i = 0; i < count; i += 1) a[q + i] = (a[q + i] as bigint) + sign * (b[p + i] as bigint);
  };
}

function halfBlock(read: (bits: number) => number, write: (x: number) => number, sign: number): AddBlock {
  return (to, q, from, p, count) => {
    const [a, b] = [to as Uint16Array, from as Uint16Array];
    for (let i = 0; i < count; i += 1) a[q + i] = write(read(a[q + i] as number) + sign * read(b[p + i] as number));
  };
}

function joinStrings(to: DataArray, q: number, from: DataArray, p: number, count: number): void {
  const [a, b] = [to as Uint8Array[], from as Uint8Array[]];
  for (let i = 0; i < count; i += 1)
    a[q + i] = Uint8Array.from([...(a[q + i] as Uint8Array), ...(b[p + i] as Uint8Array)]);
}

function unite(to: DataArray, q: number, from: DataArray, p: number, count: number): void {
  const [a, b] = [to as Uint8Array, from as Uint8Array];
  for (let i = 0; i < count; i += 1) a[q + i] = (a[q + i] as number) | (b[p + i] as number);
}

/** How elements of a dtype are added to others; strings are joined, booleans united. */
export function addBlockOf(dtype: DType): AddBlock {
  if (dtype.isString) return joinStrings;
  if (dtype.isBool) return unite;
  return signedBlockOf(dtype, 1);
}

/** How elements of a dtype are subtracted from others. */
export function subtractBlockOf(dtype: DType): AddBlock {
  return signedBlockOf(dtype, -1);
}

/** How elements of a dtype are replaced by greater (`sign` 1) or smaller (-1) ones. NaN stays, and replaces nothing, as in TensorFlow. */
export function extremeBlockOf(
  dtype: DType,
  sign: 1 | -1,
  node: { readonly name: string; readonly type: string },
): AddBlock {
  if (!dtype.isInteger && !dtype.isFloating)
    throw new UnimplementedError(`${node.type} is not implemented for ${dtype.name}`, { node: node.name, dtype });
  const isHalf = dtype.isFloating && dtype.size === 2;
  const read = !isHalf ? (x: number): number => x : dtype.baseName === "float16" ? fromFloat16 : fromBfloat16;
  return (to, q, from, p, count) => {
    // Bigints compare like numbers.
    const [a, b] = [to as Float64Array, from as Float64Array];
    for (let i = 0; i < count; i += 1) {
      const [old, given] = [read(a[q + i] as number), read(b[p + i] as number)];
      if (sign === 1 ? old < given : given < old) a[q + i] = b[p + i] as number;
    }
  };
}

function signedBlockOf(dtype: DType, sign: 1 | -1): AddBlock {
  if (dtype.isBig) return bigBlock(BigInt(sign));
  if (dtype.baseName === "float16") return halfBlock(fromFloat16, toFloat16, sign);
  if (dtype.baseName === "bfloat16") return halfBlock(fromBfloat16, toBfloat16, sign);
  const add = sign === 1 ? addNumbers : subtractNumbers;
  return dtype.isComplex ? (to, q, from, p, count) => add(to, 2 * q, from, 2 * p, 2 * count) : add;
}
