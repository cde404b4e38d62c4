/** Which stored slices of a tensor a region needs, and whether they are all there. Not their elements. Mirrors `TensorSliceSet::QueryMeta`. */
import { InvalidArgumentError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { damaged, type Place, placeFields, placeRows } from "../source/byte-source.ts";
import { type Box, boxOf, type Extent, elementCount, findOverlap, intersection, sliceText } from "./slices.ts";
import type { StoredTensor } from "./stored-tensor.ts";

/** A stored slice and what it has of a region. */
export interface NeededSlice {
  readonly extents: readonly Extent[];
  readonly box: Box;
  readonly part: Box;
}

/**
 * The slices that a region needs, in the order of the file.
 * @throws {InvalidArgumentError} when they do not cover it.
 * @throws {FormatError} when slices overlap.
 */
export function neededSlices(tensor: StoredTensor, region: Box, place: Place): NeededSlice[] {
  const { slices = [], shape } = tensor;
  // Slices lie in their tensor: that was checked when they were read.
  const boxes = slices.map((extents) => boxOf(extents, shape) as Box);
  const overlap = findOverlap(boxes);
  if (overlap === null) throw damaged("Too many slices to compare.", place, `${slices.length} slices`);
  if (overlap !== undefined) {
    const [a, b] = overlap.map((i) => sliceText(slices[i] as readonly Extent[])) as [string, string];
    throw damaged("Overlapping slices", place, `existing slice = ${a}, new slice = ${b}`);
  }
  const needed: NeededSlice[] = [];
  let covered = 0;
  for (const [i, box] of boxes.entries()) {
    const part = intersection(box, region);
    if (part === undefined) continue;
    covered += elementCount(part.shape);
    needed.push({ extents: slices[i] as readonly Extent[], box, part });
  }
  if (covered !== elementCount(region.shape)) throw missing(tensor, region, place);
  return needed;
}

function missing({ name, slices = [] }: StoredTensor, region: Box, place: Place): InvalidArgumentError {
  const wanted = sliceText(region.start.map((start, axis) => [start, region.shape[axis] as number]));
  const first = `Does not have sufficient slices for partitioned tensor ${name} to restore in slice_spec: ${wanted}`;
  const stored = slices.slice(0, 8).map(sliceText).join("  ") + (slices.length > 8 ? "  …" : "");
  return new InvalidArgumentError(teach(first, [["stored", stored], ...placeRows(place)]), placeFields(place));
}
