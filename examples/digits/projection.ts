/**
 * Places of many numbers brought onto a map of two, so that near ones stay near: t-SNE (van der Maaten and Hinton, 2008), computed
 * exactly. The time goes with the square of the number of places: a thousand take seconds.
 */
import type { Draw } from "../training/random.ts";
import { type Embedding, squaredDistance } from "./pairs.ts";

/** About how many neighbours each place keeps. */
const perplexity = 40;
const steps = 300;
/** In the first steps, near ones attract each other so much more, which lets groups form. */
const exaggeration = { steps: 80, factor: 12 } as const;

/** The chance of each to be chosen as a neighbour: a Gaussian, so narrow that about `perplexity` of them count. */
function chances(squares: Float64Array, self: number): Float64Array {
  const wanted = Math.log(perplexity);
  const row = new Float64Array(squares.length);
  let [precision, low, high, sum] = [1, 0, Infinity, 0];
  for (let trial = 0; trial < 60; trial += 1) {
    let weighted = 0;
    sum = 0;
    for (const [j, square] of squares.entries()) {
      const p = j === self ? 0 : Math.exp(-square * precision);
      row[j] = p;
      sum += p;
      weighted += p * square;
    }
    // Too narrow a Gaussian reaches nobody.
    const entropy = sum === 0 ? 0 : Math.log(sum) + (precision * weighted) / sum;
    if (Math.abs(entropy - wanted) < 1e-4) break;
    if (entropy > wanted) low = precision;
    else high = precision;
    precision = high === Infinity ? precision * 2 : (low + high) / 2;
  }
  return row.map((p) => p / (sum || 1));
}

/** How much each two belong together: a matrix of sum 1, the same from both sides. */
function affinities(embedding: Embedding, n: number): Float64Array {
  const both = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    const squares = Float64Array.from({ length: n }, (_, j) => squaredDistance(embedding, i, embedding, j));
    for (const [j, p] of chances(squares, i).entries()) {
      both[i * n + j] = (both[i * n + j] as number) + p / (2 * n);
      both[j * n + i] = (both[j * n + i] as number) + p / (2 * n);
    }
  }
  return both;
}

/** What pulls and pushes each point along both axes. `near` is a matrix to work in. */
function forces(p: Float64Array, x: Float64Array, y: Float64Array, near: Float64Array, factor: number) {
  const n = x.length;
  let total = 0;
  for (let i = 1; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [dx, dy] = [(x[i] as number) - (x[j] as number), (y[i] as number) - (y[j] as number)];
      const nearness = 1 / (1 + dx * dx + dy * dy);
      near[i * n + j] = nearness;
      total += 2 * nearness;
    }
  }
  const [alongX, alongY] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 1; i < n; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const nearness = near[i * n + j] as number;
      const pull = 4 * (factor * (p[i * n + j] as number) - nearness / total) * nearness;
      const [dx, dy] = [pull * ((x[i] as number) - (x[j] as number)), pull * ((y[i] as number) - (y[j] as number))];
      alongX[i] = (alongX[i] as number) + dx;
      alongY[i] = (alongY[i] as number) + dy;
      alongX[j] = (alongX[j] as number) - dx;
      alongY[j] = (alongY[j] as number) - dy;
    }
  }
  return [alongX, alongY] as const;
}

/** One axis of the map, and how its points move. */
class Axis {
  readonly points: Float64Array;
  readonly #speed: Float64Array;
  readonly #gains: Float64Array;

  constructor(n: number, draw: Draw) {
    this.points = Float64Array.from({ length: n }, () => 1e-4 * (draw(2001) / 1000 - 1));
    this.#speed = new Float64Array(n);
    this.#gains = new Float64Array(n).fill(1);
  }

  /** Points that keep their direction gain speed, others lose it. */
  move(slope: Float64Array, rate: number, momentum: number): void {
    for (const [i, down] of slope.entries()) {
      const [speed, gain] = [this.#speed[i] as number, this.#gains[i] as number];
      const gained = Math.max(0.01, down > 0 === speed > 0 ? gain * 0.8 : gain + 0.2);
      this.#gains[i] = gained;
      this.#speed[i] = momentum * speed - rate * gained * down;
      this.points[i] = (this.points[i] as number) + (this.#speed[i] as number);
    }
  }
}

/** A map of the places: two numbers for each. The same draws give the same map. */
export function project(embedding: Embedding, draw: Draw): Float32Array {
  const n = embedding.values.length / embedding.width;
  const p = affinities(embedding, n);
  const [x, y] = [new Axis(n, draw), new Axis(n, draw)];
  const near = new Float64Array(n * n);
  const rate = Math.max(n / exaggeration.factor / 4, 50);
  for (let step = 0; step < steps; step += 1) {
    const isEarly = step < exaggeration.steps;
    const [alongX, alongY] = forces(p, x.points, y.points, near, isEarly ? exaggeration.factor : 1);
    x.move(alongX, rate, isEarly ? 0.5 : 0.8);
    y.move(alongY, rate, isEarly ? 0.5 : 0.8);
  }
  return Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? x : y).points[i >> 1] as number);
}
