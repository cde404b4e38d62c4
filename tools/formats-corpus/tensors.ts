/** Tensors as the corpus describes them: dtype, shape, and a hash of the little-endian elements in row-major order. */
import { createHash } from "node:crypto";
import { type NDArray } from "namesake";

/** What `expected.json` says of a tensor. */
export interface ExpectedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly hex?: string;
}

/** The elements as bytes. Strings: each with its length before it, as a 64-bit integer. */
export function bytesOf({ data }: Pick<NDArray, "data">): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const parts = data.flatMap((text) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return [length, text];
  });
  return Buffer.concat(parts);
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A tensor as it was read: a value, or the bytes of a type that has no values. */
export interface ReadTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A value as it is compared. */
export function readTensor(value: NDArray): ReadTensor {
  return { dtype: value.dtype.name, shape: value.shape, bytes: bytesOf(value) };
}

/** What differs between a tensor and what is expected of it. */
export function tensorProblems(name: string, read: ReadTensor | undefined, wanted: ExpectedTensor): string[] {
  if (read === undefined) return [`tensor '${name}' is missing`];
  const problems: string[] = [];
  const differ = (what: string, got: unknown, want: unknown): void => {
    if (got !== want) problems.push(`tensor '${name}': ${what} is ${String(got)}, wanted ${String(want)}`);
  };
  differ("dtype", read.dtype, wanted.dtype);
  differ("shape", JSON.stringify(read.shape), JSON.stringify(wanted.shape));
  if (wanted.hex !== undefined) differ("hex", hexOf(read.bytes), wanted.hex);
  differ("sha256", sha256Of(read.bytes), wanted.sha256);
  return problems;
}

/** What differs between all tensors of a file and what is expected of them. */
export function tensorsProblems(
  read: ReadonlyMap<string, ReadTensor>,
  wanted: Readonly<Record<string, ExpectedTensor>>,
): string[] {
  const extra = [...read.keys()].filter((name) => !Object.hasOwn(wanted, name));
  return [
    ...Object.entries(wanted).flatMap(([name, tensor]) => tensorProblems(name, read.get(name), tensor)),
    ...extra.map((name) => `tensor '${name}' is not expected`),
  ];
}
