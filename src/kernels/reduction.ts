/**
 * Walking an array along some of its axes: which runs of elements go into which element of the result. What is computed along
 * the way is the kernels' matter. Mirrors core/kernels/reduction_ops_common.cc.
 */
import { InvalidArgumentError } from "../base/errors.ts";
import type { NDArray } from "../tensor/ndarray.ts";

/** How a reduction walks its input. */
export interface ReductionPlan {
  /** The result's shape, with reduced axes left out, or 1 when they are kept. */
  readonly shape: readonly number[];
  /** Axes from the outside in, neighbours of one kind joined. */
  readonly axes: readonly { readonly length: number; readonly isReduced: boolean }[];
  /** Elements of the result. */
  readonly outputs: number;
  /** Elements of the input that go into each. */
  readonly inputs: number;
}

/**
 * @throws {InvalidArgumentError} with TensorFlow's text, for axes out of range or given twice.
 */
export function planReduction(shape: readonly number[], axes: NDArray, keepDims: boolean): ReductionPlan {
  const reduced = reducedAxes(shape, axes);
  const joined: { length: number; isReduced: boolean }[] = [];
  for (const [i, length] of shape.entries()) {
    const isReduced = reduced.has(i);
    const last = joined.at(-1);
    if (last && last.isReduced === isReduced) last.length *= length;
    else joined.push({ length, isReduced });
  }
  const count = (isReduced: boolean): number =>
    joined.filter((axis) => axis.isReduced === isReduced).reduce((n, axis) => n * axis.length, 1);
  const kept = keepDims
    ? shape.map((length, i) => (reduced.has(i) ? 1 : length))
    : shape.filter((_, i) => !reduced.has(i));
  return { shape: kept, axes: joined, outputs: count(false), inputs: count(true) };
}

function reducedAxes(shape: readonly number[], axes: NDArray): Set<number> {
  const rank = shape.length;
  const reduced = new Set<number>();
  for (let i = 0; i < axes.size; i += 1) {
    const given = Number(axes.at(i));
    if (given < -rank || given >= rank)
      throw new InvalidArgumentError(`Invalid reduction dimension (${given} for input with ${rank} dimension(s)`, {
        axis: given,
        rank,
      });
    const axis = given < 0 ? given + rank : given;
    if (reduced.has(axis))
      throw new InvalidArgumentError(`Invalid reduction arguments: Axes contains duplicate dimension: ${axis}`, {
        axis,
      });
    reduced.add(axis);
  }
  return reduced;
}

/**
 * Visits the input in order: `visit(from, to, step, count)` means that `count` neighbours of the input from `from` on go into
 * the result's elements from `to` on, all into one (`step` 0) or each into its own (`step` 1).
 */
export function walkReduction(
  { axes }: ReductionPlan,
  visit: (from: number, to: number, step: 0 | 1, count: number) => void,
): void {
  const steps = axes.map(() => 0);
  for (let i = axes.length - 1, step = 1; i >= 0; i -= 1) {
    const axis = axes[i] as { readonly length: number; readonly isReduced: boolean };
    if (axis.isReduced) continue;
    steps[i] = step;
    step *= axis.length;
  }
  let from = 0;
  const enter = (depth: number, to: number): void => {
    const axis = axes[depth];
    if (axis === undefined) {
      visit(from, to, 0, 1);
      from += 1;
    } else if (depth === axes.length - 1) {
      visit(from, to, axis.isReduced ? 0 : 1, axis.length);
      from += axis.length;
    } else {
      for (let i = 0; i < axis.length; i += 1) enter(depth + 1, to + i * (steps[depth] as number));
    }
  };
  enter(0, 0);
}

/** An axis of an array seen as `[outer, length, inner]`. */
export interface AxisView {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

export function axisView(shape: readonly number[], axis: number): AxisView {
  const product = (dims: readonly number[]): number => dims.reduce((n, d) => n * d, 1);
  return { outer: product(shape.slice(0, axis)), length: shape[axis] as number, inner: product(shape.slice(axis + 1)) };
}
