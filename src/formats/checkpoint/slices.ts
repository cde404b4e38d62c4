/**
 * Slices of tensors: boxes with whole numbers as corners. Which parts of one another they cover, and where the elements of the common part
 * stand in each. Not how slices are stored.
 *
 * Upstream: tensorflow/core/framework/tensor_slice.cc, core/util/tensor_slice_set.cc.
 */
import { ArgumentError } from "../../base/errors.ts";
import type { SliceRecord } from "./bundle-records.ts";

/** What a slice has of an axis: where it starts and how much it has; `null` for the whole axis. */
export type Extent = readonly [start: number, length: number] | null;

/** A part of a tensor, all numbers known. */
export interface Box {
  readonly start: readonly number[];
  readonly shape: readonly number[];
}

/** Elements that stand one after the other in both places. */
export interface Run {
  /** The first element in the source. */
  readonly from: number;
  /** The first element in the target. */
  readonly to: number;
  readonly length: number;
}

/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** The extents of a slice in a file. */
export function extentsOf({ extent }: SliceRecord): Extent[] {
  return extent.map(({ start, length }) => (length === undefined && start === 0 ? null : [start, length ?? -1]));
}

/** A slice as a file has it. */
export function sliceRecord(extents: readonly Extent[]): SliceRecord {
  return {
    extent: extents.map((extent) => (extent === null ? { start: 0 } : { start: extent[0], length: extent[1] })),
  };
}

/** As TensorFlow writes slices: `-:0,2`. */
export function sliceText(extents: readonly Extent[]): string {
  return extents.map((extent) => (extent === null ? "-" : `${extent[0]},${extent[1]}`)).join(":");
}

/** The box of extents in a tensor; undefined where they do not lie in it. */
export function boxOf(extents: readonly Extent[], shape: readonly number[]): Box | undefined {
  if (extents.length !== shape.length) return undefined;
  const start: number[] = [];
  const lengths: number[] = [];
  for (const [axis, extent] of extents.entries()) {
    const size = shape[axis] as number;
    const [from, length] = extent ?? [0, size];
    if (!(from >= 0 && length >= 0 && from <= size && length <= size - from)) return undefined;
    start.push(from);
    lengths.push(length);
  }
  return { start, shape: lengths };
}

/**
 * The part of a tensor that a caller asks for.
 * @throws {ArgumentError} when it does not lie in the tensor.
 */
export function regionBox(name: string, region: readonly Extent[], shape: readonly number[]): Box {
  const box = region.flatMap((extent) => extent ?? []).every(Number.isSafeInteger) ? boxOf(region, shape) : undefined;
  if (box !== undefined) return box;
  const first = `The region ${sliceText(region)} does not lie in the tensor '${name}' of shape [${shape.join(", ")}].`;
  throw new ArgumentError(first, { tensorName: name, region, shape });
}

/** All of a tensor. */
export function wholeBox(shape: readonly number[]): Box {
  return { start: shape.map(() => 0), shape };
}

/** Whether the extents are all of a tensor. */
export function isWhole(extents: readonly Extent[], shape: readonly number[]): boolean {
  return extents.every((extent, axis) => extent === null || (extent[0] === 0 && extent[1] === shape[axis]));
}

/** What two boxes have in common; undefined where that is nothing. */
export function intersection(a: Box, b: Box): Box | undefined {
  const start: number[] = [];
  const shape: number[] = [];
  for (const [axis, from] of a.start.entries()) {
    const other = b.start[axis] as number;
    const low = Math.max(from, other);
    const high = Math.min(from + (a.shape[axis] as number), other + (b.shape[axis] as number));
    if (high <= low) return undefined;
    start.push(low);
    shape.push(high - low);
  }
  return { start, shape };
}

/** The axis along which the most boxes start at places of their own. */
function busiestAxis(boxes: readonly Box[]): number {
  const rank = boxes[0]?.start.length ?? 0;
  const counts = Array.from({ length: rank }, (_, axis) => new Set(boxes.map(({ start }) => start[axis])).size);
  return Math.max(0, counts.indexOf(Math.max(...counts)));
}

/** Comparisons of slices that a file is worth. */
const MOST_COMPARISONS = 20_000_000;

/**
 * Two boxes that overlap, by their places in the list; undefined where there are none. `null` where it would take too long to tell:
 * a very large number of slices along several axes.
 */
export function findOverlap(boxes: readonly Box[]): readonly [number, number] | undefined | null {
  const axis = busiestAxis(boxes);
  const order = boxes.map((_, i) => i).sort((i, j) => startOf(boxes, i, axis) - startOf(boxes, j, axis));
  let left = MOST_COMPARISONS;
  for (const [at, i] of order.entries()) {
    const box = boxes[i] as Box;
    const end = startOf(boxes, i, axis) + (box.shape[axis] ?? 1);
    for (let next = at + 1; next < order.length; next++) {
      const j = order[next] as number;
      if (axis < box.start.length && startOf(boxes, j, axis) >= end) break;
      if (left-- === 0) return null;
      if (intersection(box, boxes[j] as Box) !== undefined) return [i, j];
    }
  }
  return undefined;
}

function startOf(boxes: readonly Box[], index: number, axis: number): number {
  return boxes[index]?.start[axis] ?? 0;
}

/**
 * Where the elements of `part` stand in `source` and in `target`, which both contain it: runs in ascending order in each.
 */
export function* runsOf(part: Box, source: Box, target: Box): Generator<Run> {
  const rank = part.shape.length;
  if (part.shape.includes(0)) return;
  // The last axes that the part has all of, in both, belong to one run.
  let inner = rank;
  let length = 1;
  while (inner > 0) {
    inner -= 1;
    length *= part.shape[inner] as number;
    if (part.shape[inner] !== source.shape[inner] || part.shape[inner] !== target.shape[inner]) break;
  }
  const steps = part.shape.slice(0, inner);
  const fromStrides = stridesOf(source.shape);
  const toStrides = stridesOf(target.shape);
  const position = steps.map(() => 0);
  for (;;) {
    let from = 0;
    let to = 0;
    for (let axis = 0; axis < rank; axis++) {
      const at = (part.start[axis] as number) + (position[axis] ?? 0);
      from += (at - (source.start[axis] as number)) * (fromStrides[axis] as number);
      to += (at - (target.start[axis] as number)) * (toStrides[axis] as number);
    }
    yield { from, to, length };
    let axis = inner - 1;
    for (; axis >= 0; axis--) {
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (steps[axis] as number)) break;
      position[axis] = 0;
    }
    if (axis < 0) return;
  }
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}
