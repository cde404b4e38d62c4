/** The check of gradients against differences: what a function's derivatives are, and what they should be. */
import { ArgumentError } from "../base/errors.ts";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import { gradients } from "../gradients/gradients.ts";
import type { Gradient } from "../gradients/rule.ts";
import { convertToTensor } from "../graph/constant.ts";
import { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, placeholder, zerosLike } from "../ops/array.ts";
import type { Engine } from "../session/engine.ts";
import { Session } from "../session/session.ts";
import { type Literal, type NDArray, ndarray } from "../tensor/ndarray.ts";

/** A function of tensors. */
export type CheckedFunction = (...xs: Tensor[]) => Tensor | readonly Tensor[];

/** Options of `checkGradients`. */
export interface CheckGradientsOptions {
  /** 1: the gradients; 2 (default): their gradients, too. */
  readonly order?: 1 | 2;
  /** The dtype of the inputs, and of what is computed. Default float64, in which differences have some ten digits. */
  readonly dtype?: "float32" | "float64";
  /** How far an element is moved to both sides, in units of its size where that is above 1. Default 1e-5; 2^-6 in float32. */
  readonly step?: number;
  /** How much a gradient may differ, in units of its size where that is above 1. Default 1e-6; 1e-2 in float32. */
  readonly tolerance?: number;
  /** What runs the graph. Default: the reference engine. */
  readonly engine?: Engine;
}

/** One derivative that differs. */
export interface GradientProblem {
  readonly order: 1 | 2;
  /** The input that was moved, and the place of its element. */
  readonly input: number;
  readonly index: readonly number[];
  /** What the gradient says. */
  readonly gradient: number;
  /** What the difference says. */
  readonly difference: number;
}

/** What `checkGradients` finds. */
export interface GradientReport {
  readonly problems: readonly GradientProblem[];
  /** How many derivatives were compared. */
  readonly count: number;
  /** The problems as text, one to a line. */
  toString(): string;
}

/**
 * Compares the gradients that a function's rules give with central differences: each element of each input is moved to both sides,
 * and what the results change by is what the gradient should be. The second order compares the gradients' gradients in the same way.
 *
 * The results are weighted with fixed numbers, so that gradients which cancel in a sum are seen. Results that are no floats are left
 * out. Where a function has a kink or a step, its differences mean nothing: choose smooth points.
 *
 * Shapes: values any. Dtypes: those of `options.dtype`.
 *
 * @throws {ArgumentError} when no result is a float.
 * @throws {LookupError} when a gradient arrives at an op that has none.
 * @example
 * const report = checkGradients((x, y) => multiply(sin(x), y), [[0.5, 1], 2]);
 * report.problems.length; // 0
 */
export function checkGradients(
  build: CheckedFunction,
  values: readonly Literal[],
  options: CheckGradientsOptions = {},
): GradientReport {
  const dtype = options.dtype ?? "float64";
  const points = values.map((value) => ndarray(value, dtype));
  const isWide = dtype === "float64";
  const step = options.step ?? (isWide ? 1e-5 : 2 ** -6);
  const tolerance = options.tolerance ?? (isWide ? 1e-6 : 1e-2);
  const engine = options.engine ?? createReferenceEngine();
  return new Graph().asDefault(() => {
    const xs = points.map((point) => placeholder(dtype, point.shape));
    const made = build(...xs);
    const ys = (Array.isArray(made) ? (made as readonly Tensor[]) : [made as Tensor]).filter((y) => y.dtype.isFloating);
    if (ys.length === 0) throw new ArgumentError("No result is of a floating type.", { results: made });
    const session = new Session({ engine });
    const checked = new Check(session, xs, points, step, tolerance);
    const first = checked.compare(ys, 1);
    if ((options.order ?? 2) === 2 && first.length > 0) checked.compare(first, 2);
    return checked;
  });
}

/** One function at one point. */
class Check implements GradientReport {
  readonly problems: GradientProblem[] = [];
  count = 0;
  readonly #session: Session;
  readonly #xs: readonly Tensor[];
  readonly #points: readonly NDArray[];
  readonly #step: number;
  readonly #tolerance: number;

  constructor(session: Session, xs: readonly Tensor[], points: readonly NDArray[], step: number, tolerance: number) {
    this.#session = session;
    this.#xs = xs;
    this.#points = points;
    this.#step = step;
    this.#tolerance = tolerance;
  }

  toString(): string {
    if (this.problems.length === 0) return `all ${this.count} derivatives are what differences say`;
    const lines = this.problems.map(
      ({ order, input, index, gradient, difference }) =>
        `  ${order === 1 ? "first" : "second"} order, by input ${input} at [${index.join(", ")}]: gradient ${gradient}, difference ${difference}`,
    );
    return [`${this.problems.length} of ${this.count} derivatives differ:`, ...lines].join("\n");
  }

  /** Compares the gradients of the weighted sum of `ys`; gives those that are there. */
  compare(ys: readonly Tensor[], order: 1 | 2): readonly Tensor[] {
    const results = this.#run(ys, this.#points);
    const weights = results.map((result, i) => weightsLike(result, order, i));
    const gradYs = ys.map((y, i) => constant(weights[i] as NDArray as never, { dtype: y.dtype }));
    const made = gradients(ys, this.#xs, { gradYs }) as readonly (Gradient | null)[];
    const dense = made.map((gradient, i) =>
      gradient === null ? zerosLike(this.#xs[i] as Tensor) : convertToTensor(gradient),
    );
    const given = this.#run(dense, this.#points);
    for (const [input, gradient] of given.entries()) {
      for (let element = 0; element < gradient.size; element += 1) {
        const difference = this.#difference(ys, weights, input, element);
        this.#note({
          order,
          input,
          index: placeOf(element, gradient.shape),
          gradient: numberAt(gradient, element),
          difference,
        });
      }
    }
    return dense.filter((_, i) => made[i] !== null);
  }

  #note(problem: GradientProblem): void {
    const { gradient, difference } = problem;
    this.count += 1;
    const isNear = Math.abs(gradient - difference) <= this.#tolerance * Math.max(1, Math.abs(difference));
    if (!isNear) this.problems.push(problem);
  }

  /** What the weighted sum changes by when one element moves, by how far it moves. */
  #difference(ys: readonly Tensor[], weights: readonly NDArray[], input: number, element: number): number {
    const point = this.#points[input] as NDArray;
    const step = this.#step * Math.max(1, Math.abs(numberAt(point, element)));
    const at = (move: number): readonly [number, number] => {
      const moved = movedBy(point, element, move);
      const results = this.#run(ys, this.#points.map((one, i) => (i === input ? moved : one))); // biome-ignore format: one call
      return [weightedSum(results, weights), numberAt(moved, element)];
    };
    const [above, right] = at(step);
    const [below, left] = at(-step);
    return (above - below) / (right - left);
  }

  #run(tensors: readonly Tensor[], points: readonly NDArray[]): readonly NDArray[] {
    const feeds = this.#xs.map((x, i) => [x, points[i] as NDArray] as const);
    return this.#session.runSync(tensors, feeds) as readonly NDArray[];
  }
}

function numberAt(array: NDArray, element: number): number {
  return Number(array.at(element));
}

function movedBy(point: NDArray, element: number, move: number): NDArray {
  const numbers = Array.from({ length: point.size }, (_, i) => numberAt(point, i) + (i === element ? move : 0));
  return ndarray(numbers, point.dtype, point.shape);
}

function weightedSum(results: readonly NDArray[], weights: readonly NDArray[]): number {
  let sum = 0;
  for (const [i, result] of results.entries())
    for (let k = 0; k < result.size; k += 1) sum += numberAt(result, k) * numberAt(weights[i] as NDArray, k);
  return sum;
}

/** Numbers between 0.5 and 1.5 that follow no pattern of the results: multiples of 1/32, which every float type holds. */
function weightsLike({ dtype, shape, size }: NDArray, order: number, output: number): NDArray {
  const numbers = Array.from(
    { length: size },
    (_, i) => 0.5 + ((7 * i * i + 11 * i + 5 * output + 13 * order) % 33) / 32,
  );
  return ndarray(numbers, dtype, shape);
}

function placeOf(element: number, shape: readonly number[]): readonly number[] {
  let rest = element;
  return [...shape]
    .reverse()
    .map((size) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place;
    })
    .reverse();
}
