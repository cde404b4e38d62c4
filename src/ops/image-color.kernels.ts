/** Kernels of the ops that change the colors of images. Mirrors core/kernels/{image/colorspace_op,image/adjust_contrast_op,image/adjust_hue_op,image/adjust_saturation_op}.cc. */
import { FailedPreconditionError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { imageColorDefs } from "./image-color.defs.ts";

type Color = readonly [number, number, number];

/** Hue, saturation and value of red, green and blue, all from 0 to 1. */
function hsvOf([r, g, b]: Color): Color {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  const saturation = value > 0 ? range / value : 0;
  if (!(range > 0)) return [0, saturation, value];
  const norm = 1 / (6 * range);
  const turned = r === value ? norm * (g - b) : g === value ? norm * (b - r) + 2 / 6 : norm * (r - g) + 4 / 6;
  return [turned < 0 ? turned + 1 : turned, saturation, value];
}

function unit(x: number): number {
  return Math.min(Math.max(x, 0), 1);
}

/** Red, green and blue of hue, saturation and value. */
function rgbOf([hue, saturation, value]: Color): Color {
  const sixth = hue * 6;
  const mixed = (share: number): number => (1 - saturation + saturation * share) * value;
  return [
    mixed(unit(Math.abs(sixth - 3) - 1)),
    mixed(unit(2 - Math.abs(sixth - 2))),
    mixed(unit(2 - Math.abs(sixth - 4))),
  ];
}

/** Every pixel of three channels changed by a rule. */
function recolored(images: NDArray, rule: (color: Color) => Color): NDArray {
  const from = widened(images) as Numbers;
  const out = wideStorage(images.dtype, images.size) as Numbers;
  for (let i = 0; i < images.size; i += 3) {
    const color = rule([from[i] as number, from[i + 1] as number, from[i + 2] as number]);
    for (let k = 0; k < 3; k += 1) out[i + k] = color[k] as number;
  }
  return narrowed(images.dtype, images.shape, out);
}

function checkPixels(images: NDArray): void {
  require(images.rank >= 1, () => `input must be at least 1D${shapeText(images.shape)}`, { images: images.shape });
  const channels = images.shape.at(-1);
  if (channels !== 3)
    throw new FailedPreconditionError(`input must have 3 channels but input only has ${channels} channels.`, {
      images: images.shape,
    });
}

/** The number of an adjustment of images. */
function factorOf(images: NDArray, factor: NDArray, name: string, needsColors: boolean): number {
  require(images.rank >= 3, () => `input must be at least 3-D, got shape${shapeText(images.shape)}`, {
    images: images.shape,
  });
  require(factor.rank === 0, () => `${name} must be scalar: ${shapeText(factor.shape)}`, { [name]: factor });
  const channels = images.shape.at(-1);
  require(!needsColors || channels === 3, () => `input must have 3 channels but instead has ${channels} channels.`, {
    images: images.shape,
  });
  return Number(factor.at(0));
}

/** Moves each channel of each image away from its mean. */
function adjustContrast(images: NDArray, factor: number): NDArray {
  const [height = 0, width = 0, channels = 0] = images.shape.slice(-3);
  const places = height * width;
  const from = widened(images) as Numbers;
  const out = wideStorage(images.dtype, images.size) as Numbers;
  for (let start = 0; start < images.size; start += places * channels) {
    for (let k = start; k < start + channels; k += 1) {
      let sum = 0;
      for (let i = 0; i < places; i += 1) sum += from[k + i * channels] as number;
      const mean = sum / places;
      for (let i = 0; i < places; i += 1)
        out[k + i * channels] = ((from[k + i * channels] as number) - mean) * factor + mean;
    }
  }
  return narrowed(images.dtype, images.shape, out);
}

/** Which sixth of the circle a color is in, and which channels are the greatest, the middle and the least there. */
const SIXTHS: readonly Color[] = [
  [0, 1, 2],
  [1, 0, 2],
  [1, 2, 0],
  [2, 1, 0],
  [2, 0, 1],
  [0, 2, 1],
];

function sixthOf([r, g, b]: Color): number {
  if (r < g) {
    if (b < r) return 1;
    return b > g ? 3 : 2;
  }
  if (b < g) return 0;
  return b > r ? 4 : 5;
}

/** Turns the hue on its circle, which it goes round in sixths. */
function turned(color: Color, sixths: number): Color {
  const sixth = sixthOf(color);
  const [most, middle, least] = (SIXTHS[sixth] as Color).map((k) => color[k] as number) as unknown as Color;
  const range = most - least;
  const share = range === 0 ? 0 : (middle - least) / range;
  const hue = range === 0 ? 0 : sixth + (sixth % 2 === 0 ? share : 1 - share);
  const moved = hue + sixths;
  // One of the six also where rounding leads to the next turn.
  const inTurn = moved - 6 * Math.floor(moved / 6);
  const now = Math.min(Math.floor(inTurn), 5);
  const rest = inTurn - now;
  const between = least + (now % 2 === 0 ? rest : 1 - rest) * range;
  const result: [number, number, number] = [between, between, between];
  const [first, , last] = SIXTHS[now] ?? (SIXTHS[0] as Color);
  result[first] = most;
  result[last] = least;
  return result;
}

/** The larger number, and the first one where either is none. */
function larger(a: number, b: number): number {
  return a < b ? b : a;
}

function smaller(a: number, b: number): number {
  return b < a ? b : a;
}

/**
 * Changes the saturation in TensorFlow's own steps, each rounded: they decide what becomes of infinities and of what is no number,
 * and of a hue that is rounded to the whole circle.
 */
function saturated([r, g, b]: Color, scale: number): Color {
  const f = Math.fround;
  const value = larger(r, larger(g, b));
  const range = f(value - smaller(r, smaller(g, b)));
  const own = value > 0 ? f(range / value) : 0;
  const norm = f(1 / f(6 * range));
  let hue =
    r === value ? f(norm * f(g - b)) : g === value ? f(f(norm * f(b - r)) + 2 / 6) : f(f(norm * f(r - g)) + 4 / 6);
  if (range <= 0) hue = 0;
  if (hue < 0) hue = f(hue + 1);
  const chroma = f(smaller(1, larger(0, f(own * scale))) * value);
  const least = f(value - chroma);
  const sixths = f(hue * 6);
  const middle = f(chroma * f(1 - Math.abs(f((sixths % 2) - 1))));
  // Beyond the circle there is no color: the parts are all alike.
  const [most, between, none] = SIXTHS[Math.trunc(sixths)] ?? [];
  const result: [number, number, number] = [least, least, least];
  if (most === undefined || between === undefined || none === undefined) return result;
  result[most] = f(chroma + least);
  result[between] = f(middle + least);
  return result;
}

/** The kernels of this family. */
export const imageColorKernels = kernelsFor<typeof imageColorDefs>()({
  RGBToHSV: ([images]) => {
    checkPixels(images);
    return recolored(images, hsvOf);
  },
  HSVToRGB: ([images]) => {
    checkPixels(images);
    return recolored(images, rgbOf);
  },
  AdjustContrastv2: ([images, factor]) => adjustContrast(images, factorOf(images, factor, "contrast_factor", false)),
  AdjustHue: ([images, delta]) => {
    const sixths = 6 * factorOf(images, delta, "delta", true);
    return recolored(images, (color) => turned(color, sixths));
  },
  AdjustSaturation: ([images, factor]) => {
    const scale = factorOf(images, factor, "scale", true);
    return recolored(images, (color) => saturated(color, scale));
  },
});
