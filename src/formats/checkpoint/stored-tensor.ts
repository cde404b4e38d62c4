/** What a checkpoint of either version says of a tensor, checked. Not where its elements are. */
import { UnimplementedError } from "../../base/errors.ts";
import type { TensorShapeRecord } from "../../base/graph-def.ts";
import { teach } from "../../base/text.ts";
import { allocate, type DataArray, dtypeOfNumber, uint8 } from "../../tensor/dtype.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { damaged, type Place, placeFields, placeRows } from "../source/byte-source.ts";
import type { Stepwise } from "../source/stepwise.ts";
import type { BundleEntry, SliceRecord } from "./bundle-records.ts";
import { type ElementType, elementType } from "./element-types.ts";
import { type Box, type Extent, elementCount, extentsOf, sliceText } from "./slices.ts";

/** A tensor of a checkpoint. */
export interface StoredTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Where it is stored in slices: which. */
  readonly slices?: readonly (readonly Extent[])[];
  /** Where its elements are, in the second version. */
  readonly place?: ElementPlace;
}

/** Where elements are, in the second version. */
export type ElementPlace = Readonly<Pick<BundleEntry, "shardId" | "offset" | "size" | "crc32c">>;

/** Elements as they are copied: bytes of numbers, or strings. */
export type Elements = Uint8Array | Uint8Array[];

/** Room for so many elements: as values have them, and the same memory as it is filled. */
export interface Room {
  readonly data: DataArray;
  readonly elements: Elements;
}

/**
 * Makes room for elements. Whoever calls has made sure that the files hold so many.
 * @throws {ResourceExhaustedError} when there is not so much memory, or for more than 4 GiB.
 */
export function makeRoom(type: ElementType, count: number): Room {
  const data = allocate(type.dtype ?? uint8, type.dtype === null ? count * type.size : count);
  return { data, elements: Array.isArray(data) ? data : new Uint8Array(data.buffer) };
}

/** The room that a value has. */
export function roomOf({ data }: NDArray): Room {
  return { data, elements: Array.isArray(data) ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** A checkpoint of any version. */
export interface CheckpointStore {
  /** The names of all tensors, in the order of their UTF-8 bytes. */
  names(): Stepwise<string[]>;
  /** All tensors, in the order of their names. */
  all(): Stepwise<StoredTensor[]>;
  /** A tensor of this name; undefined where there is none. */
  find(name: string): Stepwise<StoredTensor | undefined>;
  /** Tensors as their elements follow one another in the files. */
  inOrder(tensors: StoredTensor[]): Stepwise<StoredTensor[]>;
  /** Reads the elements of a region. */
  read(tensor: StoredTensor, region: Box, options: ElementOptions): Stepwise<DataArray>;
  close(): Stepwise<void>;
}

/** How elements are read. */
export interface ElementOptions {
  /** Compare checksums. Without that, only the bytes that are asked for are touched. */
  readonly verify: boolean;
  /** Tensors are read one after the other: read ahead. */
  readonly isInOrder: boolean;
  /** Where elements go. Default: new room. */
  readonly room?: Room | undefined;
}

/**
 * The type of a tensor's elements.
 * @throws {UnimplementedError} for handles and variants.
 * @throws {FormatError} for a number that is no type.
 */
export function storedType(number: number, place: Place): ElementType {
  const type = elementType(number);
  if (type !== null) return type;
  const known = dtypeOfNumber(number);
  if (known === null || known.isRef || number === 0) throw damaged(`${number} is no element type.`, place);
  const first = `Tensors of type ${known.baseName} cannot be read from checkpoints.`;
  throw new UnimplementedError(teach(first, placeRows(place)), placeFields(place));
}

/**
 * The sizes of a shape.
 * @throws {FormatError} when it is not fully known, or of more elements than can be counted.
 */
export function storedShape(record: TensorShapeRecord, place: Place): number[] {
  const shape = record.dim.map(({ size }) => size);
  const isSound = !record.unknownRank && shape.every((size) => size >= 0) && shape.length <= MOST_DIMS;
  if (!isSound || countOf(shape) === undefined) throw damaged("Invalid tensor shape", place, `[${shape.join(", ")}]`);
  return shape;
}

/** TensorFlow's shapes have no more axes (`TensorShape::MaxDimensions`). */
const MOST_DIMS = 254;

/** The number of elements; undefined where it cannot be counted exactly, or bytes could not be. Zeros do not save a shape. */
function countOf(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (size === 0) continue;
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER / 16) return undefined;
  }
  return elementCount(shape);
}

/**
 * The slices of a tensor.
 * @throws {FormatError} when one has another number of axes, or lies outside of the tensor.
 */
export function storedSlices(records: readonly SliceRecord[], shape: readonly number[], place: Place): Extent[][] {
  return records.map((record) => {
    const extents = extentsOf(record);
    const fits =
      extents.length === shape.length &&
      extents.every((extent, axis) => extent === null || isWithin(extent, shape[axis] as number));
    if (fits) return extents;
    const found = `the slice ${sliceText(extents)} of a tensor of shape [${shape.join(", ")}]`;
    throw damaged("Slice does not lie in its tensor.", place, found);
  });
}

function isWithin([start, length]: readonly [number, number], size: number): boolean {
  return start >= 0 && length > 0 && start < size && length <= size - start;
}
