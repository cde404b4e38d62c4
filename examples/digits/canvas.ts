/** A picture that digits are drawn into, as ink on paper. */
import { PNG } from "pngjs";
import { digitSize, pixelCount } from "./digits.ts";

/** Red, green and blue, from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

export const black: Color = [25, 25, 25];
export const grey: Color = [200, 200, 200];
export const red: Color = [215, 25, 30];

/** A colour for each digit, far from each other and dark enough for white paper. */
export const classColors: readonly Color[] = [
  [31, 119, 180],
  [230, 112, 0],
  [44, 145, 44],
  [205, 35, 40],
  [125, 75, 180],
  [130, 78, 65],
  [220, 85, 175],
  [95, 95, 95],
  [150, 145, 0],
  [0, 155, 170],
];

export class Canvas {
  readonly #png: PNG;

  constructor(width: number, height: number) {
    this.#png = new PNG({ width, height });
    this.#png.data.fill(255);
  }

  /** Lets so much of the ink onto a pixel; places outside are left alone. */
  #ink(x: number, y: number, color: Color, amount: number): void {
    const { width, height, data } = this.#png;
    if (x < 0 || y < 0 || x >= width || y >= height || amount <= 0) return;
    for (const [c, tone] of color.entries()) {
      const at = 4 * (y * width + x) + c;
      data[at] = Math.round((data[at] as number) * (1 - amount) + tone * amount);
    }
  }

  /** Fills a rectangle. */
  fill(left: number, top: number, width: number, height: number, color: Color): void {
    for (let y = top; y < top + height; y += 1) for (let x = left; x < left + width; x += 1) this.#ink(x, y, color, 1);
  }

  /** A frame around a square, outside of it. */
  frame(left: number, top: number, side: number, thickness: number, color: Color): void {
    const outer = side + 2 * thickness;
    this.fill(left - thickness, top - thickness, outer, thickness, color);
    this.fill(left - thickness, top + side, outer, thickness, color);
    this.fill(left - thickness, top, thickness, side, color);
    this.fill(left + side, top, thickness, side, color);
  }

  /** Draws image number `index` into a square, larger or smaller than it is; between its pixels, ink is mixed. */
  digit(images: Float32Array, index: number, left: number, top: number, side: number, color: Color): void {
    const pixels = images.subarray(index * pixelCount, (index + 1) * pixelCount);
    // A small picture takes the mean of what each of its pixels covers: points on a grid that is fine enough.
    const points = Math.max(1, Math.ceil(digitSize / side));
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        let ink = 0;
        for (let p = 0; p < points * points; p += 1) {
          const [u, v] = [x + ((p % points) + 0.5) / points, y + (Math.floor(p / points) + 0.5) / points];
          ink += mixed(pixels, (u * digitSize) / side - 0.5, (v * digitSize) / side - 0.5);
        }
        this.#ink(Math.round(left) + x, Math.round(top) + y, color, ink / (points * points));
      }
    }
  }

  /** The picture as a PNG file. */
  encode(): Buffer {
    return PNG.sync.write(this.#png);
  }
}

/** The ink at a place between pixels. */
function mixed(pixels: Float32Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number): number => {
    const isInside = column >= 0 && row >= 0 && column < digitSize && row < digitSize;
    return isInside ? (pixels[row * digitSize + column] as number) : 0;
  };
  const above = at(left, top) * (left + 1 - x) + at(left + 1, top) * (x - left);
  const below = at(left, top + 1) * (left + 1 - x) + at(left + 1, top + 1) * (x - left);
  return above * (top + 1 - y) + below * (y - top);
}
