/** The checkpoints that TensorFlow wrote, of test/goldens/checkpoints.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NDArray } from "namesake";
import { type CheckpointReader, memoryFiles, openCheckpointSync } from "namesake/formats";

/** A tensor as TensorFlow reads it. */
export interface GoldenTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex?: string;
  readonly strings?: readonly string[];
}

/** A checkpoint `m`. */
export interface GoldenCheckpoint {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
}

interface StoredCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
}

const stored = JSON.parse(readFileSync(join(import.meta.dirname, "../goldens/checkpoints.json"), "utf8")) as {
  readonly cases: readonly StoredCase[];
};

export const goldens: readonly GoldenCheckpoint[] = stored.cases.map(({ files, ...one }) => ({
  ...one,
  files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytesOfBase64(text)])),
}));

/** The checkpoint of this name. */
export function goldenNamed(name: string): GoldenCheckpoint {
  const found = goldens.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no checkpoint '${name}'`);
  return found;
}

/** Those of the second version. */
export const bundles: readonly GoldenCheckpoint[] = goldens.filter(({ files }) => "m.index" in files);

function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

export function openGolden({ files }: Pick<GoldenCheckpoint, "files">): CheckpointReader {
  return openCheckpointSync("m", { files: memoryFiles(files) });
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** A tensor of a checkpoint as the golden file has it. */
export function describeTensor(reader: CheckpointReader, name: string): GoldenTensor {
  if (reader.findSync(name)?.dtype !== "string") {
    const { dtype, shape, bytes } = reader.getBytesSync(name);
    return { dtype, shape, hex: hexOf(bytes) };
  }
  const { dtype, shape, data }: NDArray = reader.getTensorSync(name);
  return { dtype: dtype.name, shape, strings: (data as Uint8Array[]).map(hexOf) };
}
