/** What rules ask about values before anything runs: shapes and constants. Where the answer is not known, a rule must not lower. */
import type { Dimension } from "../tensor/shape.ts";
import type { OnnxValue } from "./rule.ts";

/** Whether both shapes are known to be the same, whatever is fed. */
export function haveSameShape(a: OnnxValue, b: OnnxValue): boolean {
  return a.shape.isFullyDefined() && a.shape.equals(b.shape);
}

/** Whether a value is known to have an element, whatever is fed. */
export function isKnownNonEmpty(value: OnnxValue): boolean {
  return (value.shape.elementCount() ?? 0) > 0;
}

/** A constant integer list or scalar as numbers; `null` when it is not known. */
export function constantNumbers(value: OnnxValue): readonly number[] | null {
  const { constant } = value;
  return constant === null ? null : Array.from({ length: constant.size }, (_, i) => Number(constant.at(i)));
}

/** Axes counted from the front, ascending and each once; `null` when the rank is unknown or an axis does not exist. */
export function normalAxes(axes: readonly number[], rank: number | null): readonly number[] | null {
  if (rank === null) return null;
  const normal = new Set<number>();
  for (const axis of axes) {
    if (axis < -rank || axis >= rank) return null;
    normal.add(axis < 0 ? axis + rank : axis);
  }
  return [...normal].sort((a, b) => a - b);
}

/** The dimensions when all are known. */
export function knownDims(value: OnnxValue): readonly number[] | null {
  const { dims } = value.shape;
  return dims !== null && dims.every((d: Dimension) => d !== null) ? (dims as readonly number[]) : null;
}

/** Whether both are known to broadcast to one shape, whatever is fed. */
export function surelyBroadcast(a: OnnxValue, b: OnnxValue): boolean {
  const [x, y] = [a.shape.dims?.toReversed(), b.shape.dims?.toReversed()];
  if (x === undefined || y === undefined) return false;
  const [shorter, longer] = x.length < y.length ? [x, y] : [y, x];
  return shorter.every((d, i) => d === 1 || longer[i] === 1 || (d !== null && d === longer[i]));
}
