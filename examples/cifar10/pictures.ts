/** Pictures of CIFAR-10 from its binary files, and how a training sees them: parts of them, mirrored or not, all equally bright. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../commands/command.ts";
import type { Draw } from "../training/random.ts";

/** Height and width of a picture, and of the part of it that the network sees. */
export const pictureSize = 32;
export const seenSize = 24;
const plane = pictureSize * pictureSize;
/** A picture in a file: its class, then all of its red, its green and its blue. */
export const recordBytes = 1 + 3 * plane;

/** What the classes show, in the order of their numbers. */
export const classNames = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
] as const;

/** Records of files, one after the other. */
export interface Pictures {
  readonly count: number;
  readonly records: Uint8Array;
}

/** Pictures to learn from, and pictures that are held back. */
export interface PictureSets {
  readonly training: Pictures;
  readonly test: Pictures;
}

/**
 * Reads `data_batch_*.bin` and `test_batch.bin` of a folder.
 * @throws {UsageError} when they are not there, or are no pictures.
 */
export function readPictures(folder: string): PictureSets {
  const names = listed(folder).sort();
  const batches = names.filter((name) => /^data_batch_\d+\.bin$/.test(name));
  if (batches.length === 0 || !names.includes("test_batch.bin"))
    throw new UsageError(
      `There are no data_batch_1.bin and test_batch.bin in ${folder}: --data wants the folder cifar-10-batches-bin of CIFAR-10's binary version.`,
    );
  return {
    training: joined(batches.map((name) => read(join(folder, name)))),
    test: read(join(folder, "test_batch.bin")),
  };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new UsageError(`Cannot read the folder ${folder}: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function read(path: string): Pictures {
  const records = new Uint8Array(readFileSync(path));
  const count = records.length / recordBytes;
  if (count === 0 || !Number.isInteger(count))
    throw new UsageError(`${path} has ${records.length} bytes, and pictures have ${recordBytes} each.`);
  for (let i = 0; i < count; i += 1) {
    const label = records[i * recordBytes] as number;
    if (label >= classNames.length)
      throw new UsageError(`Picture ${i} of ${path} is of class ${label}, and the classes are 0 to 9.`);
  }
  return { count, records };
}

function joined(parts: readonly Pictures[]): Pictures {
  const records = new Uint8Array(parts.reduce((sum, part) => sum + part.records.length, 0));
  let at = 0;
  for (const part of parts) {
    records.set(part.records, at);
    at += part.records.length;
  }
  return { count: records.length / recordBytes, records };
}

/** Pictures as the network sees them, `[n, 24, 24, 3]`, and their classes. */
export interface PictureBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** Some pictures as training sees them: each time another part of them, half of them mirrored. */
export function drawBatch(pictures: Pictures, size: number, draw: Draw): PictureBatch {
  const edge = pictureSize - seenSize + 1;
  return batchOf(pictures, size, () => ({
    index: draw(pictures.count),
    top: draw(edge),
    left: draw(edge),
    isMirrored: draw(2) === 1,
  }));
}

/** Pictures from number `first` on, of which only the middle is seen; after the last one it goes on with the first. */
export function batchFrom(pictures: Pictures, size: number, first: number): PictureBatch {
  const middle = (pictureSize - seenSize) / 2;
  const view = (i: number) => ({ index: (first + i) % pictures.count, top: middle, left: middle, isMirrored: false });
  return batchOf(pictures, size, view);
}

/** Which part of which picture is seen. */
interface View {
  readonly index: number;
  readonly top: number;
  readonly left: number;
  readonly isMirrored: boolean;
}

function batchOf({ records }: Pictures, size: number, viewOf: (i: number) => View): PictureBatch {
  const values = 3 * seenSize * seenSize;
  const [images, labels] = [new Float32Array(size * values), new Int32Array(size)];
  for (let i = 0; i < size; i += 1) {
    const view = viewOf(i);
    const record = records.subarray(view.index * recordBytes, (view.index + 1) * recordBytes);
    labels[i] = record[0] as number;
    see(record, view, images.subarray(i * values, (i + 1) * values));
  }
  return { images, labels };
}

/** Takes a part of a picture, and brings its values to mean 0 and deviation 1. */
function see(record: Uint8Array, { top, left, isMirrored }: View, seen: Float32Array): void {
  let [sum, squares, at] = [0, 0, 0];
  for (let y = 0; y < seenSize; y += 1) {
    for (let x = 0; x < seenSize; x += 1) {
      const column = left + (isMirrored ? seenSize - 1 - x : x);
      for (let channel = 0; channel < 3; channel += 1) {
        const value = record[1 + channel * plane + (top + y) * pictureSize + column] as number;
        seen[at] = value;
        [sum, squares, at] = [sum + value, squares + value * value, at + 1];
      }
    }
  }
  const mean = sum / at;
  // As `image.perImageStandardization`: a picture of one colour has no deviation to divide by.
  const deviation = Math.max(Math.sqrt(Math.max(0, squares / at - mean * mean)), 1 / Math.sqrt(at));
  for (let i = 0; i < at; i += 1) seen[i] = ((seen[i] as number) - mean) / deviation;
}
