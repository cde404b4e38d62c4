/** Two pictures of what a network learnt about digits: where it puts them, and which ones it finds nearest. */
import type { Draw } from "../training/random.ts";
import { black, Canvas, type Color, classColors, grey, red } from "./canvas.ts";
import { classCount, type Digits } from "./digits.ts";
import { type Embedding, squaredDistance } from "./pairs.ts";
import { project } from "./projection.ts";

const colorOf = ({ labels }: Digits, index: number): Color => classColors[labels[index] as number] as Color;

/** Every other digit: more would hide each other, and take four times as long to lay out. */
function half({ count }: Digits): number[] {
  return Array.from({ length: Math.ceil(count / 2) }, (_, i) => 2 * i);
}

/** A map of digits, colored by class: near ones are near each other in the embedding, too. On the right, which color is which. */
export function digitMap(digits: Digits, { width, values }: Embedding, draw: Draw): Buffer {
  const [side, glyph, margin, legend] = [1000, 20, 30, 90];
  const canvas = new Canvas(side + legend, side);
  const chosen = half(digits);
  const places = Float32Array.from(chosen.flatMap((i) => Array.from(values.subarray(i * width, (i + 1) * width))));
  const points = project({ width, values: places }, draw);
  // Of all digits, the outermost ones touch the margin.
  const spread = [0, 1].map((axis) => {
    const along = chosen.map((_, i) => points[2 * i + axis] as number);
    const [low, high] = [Math.min(...along), Math.max(...along)];
    return along.map((at) => margin + ((at - low) / (high - low || 1)) * (side - 2 * margin) - glyph / 2);
  });
  for (const [i, index] of chosen.entries()) {
    const [left, top] = [spread[0]?.[i] as number, spread[1]?.[i] as number];
    canvas.digit(digits.images, index, left, top, glyph, colorOf(digits, index));
  }
  for (let digit = 0; digit < classCount; digit += 1) {
    const [first, top] = [digits.starts[digit] as number, margin + digit * 64];
    canvas.fill(side, top + 8, 12, 40, colorOf(digits, first));
    canvas.digit(digits.images, first, side + 24, top, 56, colorOf(digits, first));
  }
  return canvas.encode();
}

/** The positions of the digits that are nearest to one, nearest first, without itself. */
export function nearest(query: number, ofQuery: Embedding, found: Embedding, count: number): number[] {
  const distances = Array.from({ length: found.values.length / found.width }, (_, i) =>
    i === query ? Infinity : squaredDistance(ofQuery, query, found, i),
  );
  const order = Array.from(distances.keys()).sort((a, b) => (distances[a] as number) - (distances[b] as number));
  return order.slice(0, count);
}

/** A digit of each class on the left, and right of it the ones that are nearest to it. Those of another class have a red frame. */
export function neighbourSheet(digits: Digits, ofQuery: Embedding, found: Embedding, draw: Draw): Buffer {
  const [side, gap, margin, aisle, count] = [56, 10, 24, 40, 12];
  const cell = side + gap;
  const canvas = new Canvas(2 * margin + aisle + (count + 1) * cell - gap, 2 * margin + classCount * cell - gap);
  canvas.fill(margin + cell + (aisle - gap) / 2, margin, 2, classCount * cell - gap, grey);
  for (let row = 0; row < classCount; row += 1) {
    const [start, end] = [digits.starts[row] as number, digits.starts[row + 1] as number];
    const query = start + draw(end - start);
    const top = margin + row * cell;
    canvas.digit(digits.images, query, margin, top, side, colorOf(digits, query));
    for (const [column, neighbour] of nearest(query, ofQuery, found, count).entries()) {
      const left = margin + aisle + (column + 1) * cell;
      canvas.digit(digits.images, neighbour, left, top, side, black);
      if (digits.labels[neighbour] !== row) canvas.frame(left, top, side, 3, red);
    }
  }
  return canvas.encode();
}
