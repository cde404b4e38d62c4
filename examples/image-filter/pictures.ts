/** Pictures as arrays of floats: reading PNG and JPEG, laying them out on a sheet, writing PNG. */
import { readFileSync } from "node:fs";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";

/** A picture in RGB; `data` holds `height · width · 3` values from 0 to 1. */
export interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** A file that cannot be used as a picture; the message is a sentence for people. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

/** Pixels above which a picture is made smaller: 32 feature maps of one megapixel take 128 MB. */
const pixelLimit = 1 << 20;

/** Reads a picture; grey, palette, 16-bit and transparent ones become RGB on white. @throws {PictureError} */
export function readPicture(path: string): Picture {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new PictureError(`Cannot read the picture ${path}: ${reason}.`);
  }
  return shrink(toPicture(path, decode(path, bytes)));
}

interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

function decode(path: string, bytes: Buffer): Rgba {
  const isPng = bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw new PictureError(`The file ${path} is neither a PNG nor a JPEG picture.`);
  try {
    return isPng ? PNG.sync.read(bytes) : jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 1024 });
  } catch (error) {
    throw new PictureError(`The ${isPng ? "PNG" : "JPEG"} picture ${path} is damaged: ${(error as Error).message}.`);
  }
}

function toPicture(name: string, { width, height, data }: Rgba): Picture {
  const rgb = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    const alpha = (data[4 * i + 3] as number) / 255;
    for (let c = 0; c < 3; c += 1) rgb[3 * i + c] = ((data[4 * i + c] as number) / 255) * alpha + (1 - alpha);
  }
  return { name, width, height, data: rgb };
}

/** Averages blocks of pixels until the picture is below the limit. */
function shrink(picture: Picture): Picture {
  const factor = Math.ceil(Math.sqrt((picture.width * picture.height) / pixelLimit));
  if (factor <= 1) return picture;
  const width = Math.max(1, Math.floor(picture.width / factor));
  const height = Math.max(1, Math.floor(picture.height / factor));
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height * factor; y += 1) {
    if (y >= picture.height) break;
    for (let x = 0; x < Math.min(width * factor, picture.width); x += 1) {
      const to = 3 * (Math.floor(y / factor) * width + Math.floor(x / factor));
      const from = 3 * (y * picture.width + x);
      for (let c = 0; c < 3; c += 1)
        data[to + c] = (data[to + c] as number) + (picture.data[from + c] as number) / factor ** 2;
    }
  }
  return { ...picture, width, height, data };
}

/** Space around pictures on the sheet, in pixels. */
const margin = 16;

/** A PNG with one row per list of pictures, on light grey. */
export function contactSheet(rows: readonly (readonly Picture[])[]): Buffer {
  const rowHeight = (row: readonly Picture[]) => Math.max(...row.map(({ height }) => height)) + margin;
  const width = Math.max(...rows.map((row) => row.reduce((sum, picture) => sum + picture.width + margin, margin)));
  const png = new PNG({ width, height: rows.reduce((sum, row) => sum + rowHeight(row), margin) });
  png.data.fill(0xee);
  let top = margin;
  for (const row of rows) {
    let left = margin;
    for (const picture of row) {
      draw(png, picture, left, top);
      left += picture.width + margin;
    }
    top += rowHeight(row);
  }
  return PNG.sync.write(png);
}

function draw(png: PNG, { width, height, data }: Picture, left: number, top: number): void {
  for (let i = 0; i < width * height; i += 1) {
    const at = 4 * ((top + Math.floor(i / width)) * png.width + left + (i % width));
    for (let c = 0; c < 3; c += 1)
      png.data[at + c] = Math.round(255 * Math.min(1, Math.max(0, data[3 * i + c] as number)));
    png.data[at + 3] = 255;
  }
}
