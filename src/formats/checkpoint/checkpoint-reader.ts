/**
 * Reads the checkpoints of TensorFlow: what is in them, and tensors or parts of them, one at a time or all in the order of the files.
 * Not the variables that they are restored to.
 *
 * Mirrors `tf.train.load_checkpoint`, and `CheckpointReader` of core/util/tensor_slice_reader.h and tensor_bundle.
 */
import { ArgumentError, FormatError, NotFoundError, UnimplementedError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import type { DataArray } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { RawTensor } from "../safetensors/format.ts";
import {
  type ByteSource,
  closeFile,
  type FileSource,
  openFileIfAny,
  placeFields,
  placeRows,
  shortened,
} from "../source/byte-source.ts";
import { finish, finishSync, type Stepwise } from "../source/stepwise.ts";
import { BundleIndex } from "./bundle-index.ts";
import { BundleStore } from "./bundle-store.ts";
import { decodeObjectGraph, OBJECT_GRAPH_KEY, type ObjectGraph } from "./object-graph.ts";
import { indexFileName } from "./shard-files.ts";
import { type Extent, elementCount, regionBox, wholeBox } from "./slices.ts";
import { type CheckpointStore, roomOf, type StoredTensor } from "./stored-tensor.ts";
import { V1Store } from "./v1-store.ts";

/** What a checkpoint says of a tensor. */
export interface CheckpointEntry {
  readonly name: string;
  /** The name of the element type; also types that have no values here, such as `qint8`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes of all elements; of strings, where they are stored in one piece, the bytes in the file. */
  readonly byteLength: number;
  /** Where the tensor is stored in slices: which. */
  readonly slices?: readonly (readonly Extent[])[];
}

/** How a tensor is read. */
export interface ReadTensorOptions {
  /** A part of the tensor: where it starts and how much it has along each axis, `null` for all of an axis. Default: all. */
  readonly region?: readonly Extent[];
  /**
   * False: do not compare checksums, and so touch no more bytes of the file than the region has. Default: true, which reads the whole tensor
   * or slice, piece by piece.
   */
  readonly verify?: boolean;
  /**
   * A value of the same type and shape that is to hold the elements: large tensors are read into memory that is there in half the time.
   * What it held is lost, also when the read fails.
   */
  readonly into?: NDArray;
}

/** How many tensors are read. */
export interface ReadTensorsOptions {
  /** For a tensor, a value of its type and shape that is to hold it; undefined for a new one. */
  readonly into?: (entry: CheckpointEntry) => NDArray | undefined;
}

/** An open checkpoint. Methods whose names end in `Sync` are for files that answer at once: those of Node, and bytes in memory. */
export class CheckpointReader {
  readonly prefix: string;
  /** `V2`: an index and data files. `V1`: one file. */
  readonly version: "V1" | "V2";
  readonly #store: CheckpointStore;

  /** @internal Use `openCheckpoint`. */
  constructor(prefix: string, store: CheckpointStore) {
    this.prefix = prefix;
    this.version = store instanceof BundleStore ? "V2" : "V1";
    this.#store = store;
  }

  /**
   * The names of all tensors, in the order of their UTF-8 bytes. Nothing else is read.
   * @throws {FormatError} when the index is damaged.
   */
  names(): Promise<string[]> {
    return finish(this.#store.names());
  }

  /** As `names`, at once. */
  namesSync(): string[] {
    return finishSync(this.#store.names());
  }

  /**
   * What the checkpoint says of all tensors, in the order of their names. Twins: `tf.train.list_variables`, `get_variable_to_shape_map`.
   * @throws {FormatError} when the index is damaged.
   */
  list(): Promise<CheckpointEntry[]> {
    return finish(this.#list());
  }

  /** As `list`, at once. */
  listSync(): CheckpointEntry[] {
    return finishSync(this.#list());
  }

  /** What the checkpoint says of a tensor; undefined where it has none of this name. */
  find(name: string): Promise<CheckpointEntry | undefined> {
    return finish(this.#find(name));
  }

  /** As `find`, at once. */
  findSync(name: string): CheckpointEntry | undefined {
    return finishSync(this.#find(name));
  }

  /** Whether there is a tensor of this name. Twin: `has_tensor`. */
  async hasTensor(name: string): Promise<boolean> {
    return (await finish(this.#store.find(name))) !== undefined;
  }

  /** As `hasTensor`, at once. */
  hasTensorSync(name: string): boolean {
    return finishSync(this.#store.find(name)) !== undefined;
  }

  /**
   * Reads a tensor, or a part of it, and only its bytes. Slices are put together. Twins: `get_tensor`, `tf.train.load_variable`.
   *
   * @throws {NotFoundError} when there is no such tensor, or its data file is missing.
   * @throws {FormatError} with `tensorName` and `file` when its bytes are damaged; other tensors can still be read.
   * @throws {InvalidArgumentError} when the stored slices do not cover the region.
   * @throws {UnimplementedError} for types that have no values here, which `getBytes` reads, and for variants.
   * @throws {ArgumentError} when the region does not lie in the tensor.
   * @example
   * const files = memoryFiles(checkpointFiles("m", encodeCheckpoint([["w", ndarray([[1, 2], [3, 4], [5, 6]])]])));
   * const reader = await openCheckpoint("m", { files });
   * (await reader.getTensor("w", { region: [[1, 2], null] })).toArray(); // [[3, 4], [5, 6]]
   */
  getTensor(name: string, options: ReadTensorOptions = {}): Promise<NDArray> {
    return finish(this.#getTensor(name, options));
  }

  /** As `getTensor`, at once. */
  getTensorSync(name: string, options: ReadTensorOptions = {}): NDArray {
    return finishSync(this.#getTensor(name, options));
  }

  /**
   * Reads a tensor of any type but strings as the little-endian bytes of its elements, row-major. Elements of less than eight bits have a
   * byte each.
   *
   * @throws as `getTensor`; {@link UnimplementedError} for strings.
   */
  getBytes(name: string, options: ReadTensorOptions = {}): Promise<RawTensor> {
    return finish(this.#getBytes(name, options));
  }

  /** As `getBytes`, at once. */
  getBytesSync(name: string, options: ReadTensorOptions = {}): RawTensor {
    return finishSync(this.#getBytes(name, options));
  }

  /**
   * Reads many tensors, one after the other in the order in which the files hold them: much faster than asking for them one by one.
   *
   * @param names which; default, and `null`: all
   * @throws as `getTensor`, when the tensor's turn comes.
   */
  async *tensors(
    names?: readonly string[] | null,
    options: ReadTensorsOptions = {},
  ): AsyncGenerator<readonly [name: string, value: NDArray], void, undefined> {
    for (const tensor of await finish(this.#inOrder(names))) {
      yield [tensor.name, await finish(this.#next(tensor, options))];
    }
  }

  /** As `tensors`, at once. */
  *tensorsSync(
    names?: readonly string[] | null,
    options: ReadTensorsOptions = {},
  ): Generator<readonly [name: string, value: NDArray], void, undefined> {
    for (const tensor of finishSync(this.#inOrder(names))) {
      yield [tensor.name, finishSync(this.#next(tensor, options))];
    }
  }

  /** The objects of a checkpoint of TensorFlow 2's `tf.train.Checkpoint`; undefined for other checkpoints. */
  objectGraph(): Promise<ObjectGraph | undefined> {
    return finish(this.#objectGraph());
  }

  /** As `objectGraph`, at once. */
  objectGraphSync(): ObjectGraph | undefined {
    return finishSync(this.#objectGraph());
  }

  /** Closes the files. */
  close(): Promise<void> {
    return finish(this.#store.close());
  }

  /** As `close`, at once. */
  closeSync(): void {
    finishSync(this.#store.close());
  }

  *#list(): Stepwise<CheckpointEntry[]> {
    return (yield* this.#store.all()).map(entryOf);
  }

  *#find(name: string): Stepwise<CheckpointEntry | undefined> {
    const tensor = yield* this.#store.find(name);
    return tensor && entryOf(tensor);
  }

  *#stored(name: string): Stepwise<StoredTensor> {
    const tensor = yield* this.#store.find(name);
    if (tensor !== undefined) return tensor;
    const place = { file: this.prefix, tensor: name };
    throw new NotFoundError(
      teach(`Key ${shortened(name)} not found in checkpoint`, placeRows({ file: this.prefix })),
      placeFields(place),
    );
  }

  *#getTensor(name: string, options: ReadTensorOptions): Stepwise<NDArray> {
    return yield* this.#value(yield* this.#stored(name), options, false);
  }

  *#value(tensor: StoredTensor, options: ReadTensorOptions, isInOrder: boolean): Stepwise<NDArray> {
    const { dtype } = tensor.type;
    if (dtype === null) throw this.#noValues(tensor, `getBytes(${JSON.stringify(tensor.name)}) gives their bytes`);
    const { shape, data } = yield* this.#elements(tensor, options, isInOrder);
    return options.into ?? new NDArray(dtype, shape, data);
  }

  *#getBytes(name: string, options: ReadTensorOptions): Stepwise<RawTensor> {
    const tensor = yield* this.#stored(name);
    if (tensor.type.size === 0) throw this.#noValues(tensor, `getTensor(${JSON.stringify(name)}) gives the strings`);
    const { shape, data } = yield* this.#elements(tensor, options, false);
    const { buffer, byteOffset, byteLength } = data as Exclude<DataArray, Uint8Array[]>;
    return { dtype: tensor.type.name, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  }

  *#elements(
    tensor: StoredTensor,
    { region, verify = true, into }: ReadTensorOptions,
    isInOrder: boolean,
  ): Stepwise<{ readonly shape: readonly number[]; readonly data: DataArray }> {
    const box = region === undefined ? wholeBox(tensor.shape) : regionBox(tensor.name, region, tensor.shape);
    if (into !== undefined) checkInto(tensor, box.shape, into);
    const room = into && roomOf(into);
    return { shape: box.shape, data: yield* this.#store.read(tensor, box, { verify, isInOrder, room }) };
  }

  #noValues({ name, type }: StoredTensor, fix: string): UnimplementedError {
    const first = `The tensor '${shortened(name)}' is of type ${type.name}, which is not read so.`;
    return new UnimplementedError(teach(first, [["to fix", fix]]), { tensorName: name, dtype: type.name });
  }

  /** The next of many tensors. */
  #next(tensor: StoredTensor, options: ReadTensorsOptions): Stepwise<NDArray> {
    const into = options.into?.(entryOf(tensor));
    return this.#value(tensor, into === undefined ? {} : { into }, true);
  }

  *#inOrder(names: readonly string[] | null | undefined): Stepwise<StoredTensor[]> {
    if (names === undefined || names === null) return yield* this.#store.inOrder(yield* this.#store.all());
    const tensors: StoredTensor[] = [];
    for (const name of names) tensors.push(yield* this.#stored(name));
    return yield* this.#store.inOrder(tensors);
  }

  *#objectGraph(): Stepwise<ObjectGraph | undefined> {
    const tensor = yield* this.#store.find(OBJECT_GRAPH_KEY);
    if (tensor === undefined) return undefined;
    const place = { file: this.prefix, tensor: OBJECT_GRAPH_KEY };
    const { data } = yield* this.#value(tensor, {}, false);
    return decodeObjectGraph(Array.isArray(data) ? data[0] : undefined, place);
  }
}

function checkInto({ name, type }: StoredTensor, shape: readonly number[], into: NDArray): void {
  const isSame = into.shape.length === shape.length && into.shape.every((size, axis) => size === shape[axis]);
  if (isSame && into.dtype === type.dtype) return;
  const wanted = `${type.name} [${shape.join(", ")}]`;
  const first = `The tensor '${shortened(name)}' is ${wanted}, and what is to hold it ${into.dtype.name} [${into.shape.join(", ")}].`;
  throw new ArgumentError(first, { tensorName: name, dtype: into.dtype, shape: into.shape });
}

function entryOf({ name, type, shape, slices, place }: StoredTensor): CheckpointEntry {
  const byteLength = type.size === 0 ? (place?.size ?? 0) : elementCount(shape) * type.size;
  return { name, dtype: type.name, shape, byteLength, ...(slices !== undefined && { slices }) };
}

/** A file of this very name can only be of the first version. Often it is a file of a checkpoint, whose path was given whole. */
function* openSingle(prefix: string, source: ByteSource): Stepwise<V1Store> {
  try {
    return yield* V1Store.open(source);
  } catch (error) {
    yield* closeFile(source);
    if (!(error instanceof FormatError)) throw error;
    const [why = "", ...rows] = error.message.split("\n");
    const first = `Unable to open table file ${prefix}: DATA_LOSS: ${why}: perhaps your file is in a different file format and you need to use a different restore operator?`;
    const whole = /^(.*)\.(?:index|meta|data-\d+-of-\d+)$/s.exec(prefix);
    const fix = whole === null ? [] : [`  to fix  give the path without what follows '${whole[1]}'`];
    throw new FormatError([first, ...rows, ...fix].join("\n"), error.fields);
  }
}

/** Opens a checkpoint of either version, whichever there is. */
export function* openStore(prefix: string, files: FileSource): Stepwise<CheckpointReader> {
  const index = yield* openFileIfAny(files, indexFileName(prefix));
  if (index !== undefined) {
    try {
      return new CheckpointReader(prefix, new BundleStore(yield* BundleIndex.open(index), files, prefix));
    } catch (error) {
      yield* closeFile(index);
      throw error;
    }
  }
  const single = yield* openFileIfAny(files, prefix);
  if (single !== undefined) return new CheckpointReader(prefix, yield* openSingle(prefix, single));
  const first = `Unsuccessful TensorSliceReader constructor: Failed to find any matching files for ${prefix}`;
  const text = teach(first, [
    ["looked for", `${indexFileName(prefix)}, and ${prefix} of the first version`],
    ["to fix", "give the path without .index or .data-…; a checkpoint's path is what its files begin with"],
  ]);
  throw new NotFoundError(text, { file: prefix });
}
