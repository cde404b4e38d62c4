/**
 * A checkpoint of the first version (`SaverDef.V1`): one sorted table with the elements in it, each tensor in one slice or more. Only reading.
 *
 * Upstream: tensorflow/core/util/tensor_slice_reader.cc, core/util/saved_tensor_slice.proto.
 */
import { InvalidArgumentError, NotFoundError } from "../../base/errors.ts";
import type { TensorRecord } from "../../base/graph-def.ts";
import { teach } from "../../base/text.ts";
import type { DataArray } from "../../tensor/dtype.ts";
import {
  type ByteSource,
  closeFile,
  damaged,
  inPlace,
  type Place,
  placeFields,
  placeRows,
} from "../source/byte-source.ts";
import { ready, type Stepwise } from "../source/stepwise.ts";
import { keyOfName, nameOfKey } from "../wire/byte-text.ts";
import { decodeMessage } from "../wire/protobuf.ts";
import { TableReader } from "../wire/sstable-reader.ts";
import { SavedTensorSlices, type SavedTensorSlicesRecord } from "./bundle-records.ts";
import { copyBytes, copyElements } from "./element-copy.ts";
import { sliceKey } from "./slice-key.ts";
import { type Box, type Extent, elementCount, extentsOf, runsOf, sliceText } from "./slices.ts";
import { type NeededSlice, neededSlices } from "./stored-slices.ts";
import {
  type CheckpointStore,
  type ElementOptions,
  type Elements,
  makeRoom,
  type StoredTensor,
  storedShape,
  storedSlices,
  storedType,
} from "./stored-tensor.ts";
import { elementsOfProto } from "./tensor-elements.ts";

/** The version of these files that is read (`TF_CHECKPOINT_VERSION`). */
const CHECKPOINT_VERSION = 1;

/** An open checkpoint of the first version. */
export class V1Store implements CheckpointStore {
  private readonly table: TableReader;
  private readonly tensors: ReadonlyMap<string, StoredTensor>;

  private constructor(table: TableReader, tensors: ReadonlyMap<string, StoredTensor>) {
    this.table = table;
    this.tensors = tensors;
  }

  /**
   * Reads what tensors there are.
   * @throws {FormatError} with `file` when the file is no checkpoint.
   */
  static *open(source: ByteSource): Stepwise<V1Store> {
    const table = yield* TableReader.open(source);
    const { name: file } = source;
    const bytes = yield* table.find("");
    if (bytes === undefined) throw damaged("failed to find the saved tensor slices", { file });
    const record = inPlace("failed to parse the saved tensor slices", { file }, () =>
      decodeMessage(SavedTensorSlices, bytes),
    );
    if (record.meta === undefined) throw damaged("failed to parse the saved tensor slices", { file }, "no tensors");
    checkVersion(record.meta.versions.minConsumer, file);
    const tensors = new Map<string, StoredTensor>();
    for (const { name, shape: dims, type: number, slice } of record.meta.tensor) {
      const place = { file, tensor: name };
      const shape = storedShape(dims, place);
      const slices = storedSlices(slice, shape, place);
      tensors.set(name, { name, type: storedType(number, place), shape, slices });
    }
    return new V1Store(table, tensors);
  }

  names(): Stepwise<string[]> {
    const keys = [...this.tensors.keys()].map(keyOfName).sort(compareTexts);
    return ready(keys.map(nameOfKey));
  }

  *all(): Stepwise<StoredTensor[]> {
    return (yield* this.names()).flatMap((name) => this.tensors.get(name) ?? []);
  }

  find(name: string): Stepwise<StoredTensor | undefined> {
    return ready(this.tensors.get(name));
  }

  /** They stand in the order of their names, but for a list of names that is asked for: then in that. */
  inOrder(tensors: StoredTensor[]): Stepwise<StoredTensor[]> {
    return ready(tensors);
  }

  *read(tensor: StoredTensor, region: Box, options: ElementOptions): Stepwise<DataArray> {
    const { type } = tensor;
    const place = { file: this.table.source.name, tensor: tensor.name };
    const parts: (NeededSlice & { readonly elements: Elements })[] = [];
    for (const needed of neededSlices(tensor, region, place)) {
      const record = yield* this.slice(tensor, needed.extents, place);
      const elements = inPlace("A slice cannot be read.", place, () =>
        elementsOfProto(record, type, elementCount(needed.box.shape)),
      );
      parts.push({ ...needed, elements });
    }
    // What is read holds all elements, so there is no more to make room for than that.
    const { data, elements } = options.room ?? makeRoom(type, elementCount(region.shape));
    for (const { box, part, elements: source } of parts) {
      const runs = runsOf(part, box, region);
      if (Array.isArray(elements) && Array.isArray(source)) copyElements(runs, source, elements);
      else copyBytes(runs, type.size, source as Uint8Array, elements as Uint8Array);
    }
    return data;
  }

  private *slice(tensor: StoredTensor, extents: readonly Extent[], place: Place): Stepwise<TensorRecord> {
    const bytes = yield* this.table.find(sliceKey(tensor.name, extents));
    const rows = [["slice", sliceText(extents)], ...placeRows(place)] as const;
    if (bytes === undefined) {
      throw new NotFoundError(teach(`Key ${tensor.name} not found in checkpoint`, rows), placeFields(place));
    }
    const record: SavedTensorSlicesRecord = inPlace("A slice cannot be read.", place, () =>
      decodeMessage(SavedTensorSlices, bytes),
    );
    const found = record.data;
    if (found?.name !== tensor.name || sliceText(extentsOf(found.slice)) !== sliceText(extents)) {
      throw damaged("A slice is not what its tensor says.", place, sliceText(extents));
    }
    return found.data;
  }

  *close(): Stepwise<void> {
    yield* closeFile(this.table.source);
  }
}

function checkVersion(minConsumer: number, file: string): void {
  if (minConsumer <= CHECKPOINT_VERSION) return;
  const first = `Checkpoint min consumer version ${minConsumer} above current version ${CHECKPOINT_VERSION} for TensorFlow 2.21.0.  Please upgrade TensorFlow.`;
  throw new InvalidArgumentError(teach(first, placeRows({ file })), placeFields({ file }));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : 1;
}
