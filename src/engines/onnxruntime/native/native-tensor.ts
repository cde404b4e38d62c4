/** Values that stay in the memory of ONNX Runtime until they are asked for or let go. */
import { allocate, asDType, type DataArray } from "../../../tensor/dtype.ts";
import type { RuntimeTensor } from "../runtime.ts";
import type { NativeLibrary, Pointer } from "./library.ts";

/** `ONNXTensorElementDataType`, by Namesake's names; types that are not here never reach a model. */
const elementTypes: Readonly<Record<string, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const typeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(elementTypes).map(([name, type]) => [type, name]),
);

/** Elements that ONNX Runtime can point at. */
export type Elements = Exclude<DataArray, readonly unknown[]>;

/** What there is to know of a value but its elements. */
export type Traits = Pick<RuntimeTensor, "type" | "dims">;

/**
 * A value that ONNX Runtime made. It belongs to whoever asked for it, and is let go by `release`, once; a run that uses it then lets it go
 * at its end.
 */
export class NativeTensor implements RuntimeTensor {
  readonly location = "cpu";
  readonly #library: NativeLibrary;
  /** Asked for when somebody wants to know: many values go from step to step unseen. */
  #traits: Traits | null;
  /** 0 once it was let go. */
  #pointer: Pointer;
  /** How many runs use it now. */
  #uses = 0;
  #isLetGo = false;

  constructor(library: NativeLibrary, pointer: Pointer, traits: Traits | null = null) {
    this.#library = library;
    this.#pointer = pointer;
    this.#traits = traits;
  }

  get type(): string {
    return this.#known().type;
  }
  get dims(): readonly number[] {
    return this.#known().dims;
  }
  #known(): Traits {
    this.#traits ??= traitsOf(this.#library, this.pointer);
    return this.#traits;
  }

  /** A copy of the elements. Memory is read, so ONNX Runtime is asked how much of it there is. */
  get data(): DataArray {
    const { type, dims } = traitsOf(this.#library, this.pointer);
    const elements = allocate(asDType(type), sizeOf(dims));
    if (Array.isArray(elements) || elements.byteLength === 0) return elements;
    bytesOf(elements).set(memoryOf(this.#library, this.pointer, elements.byteLength));
    return elements;
  }

  /** The address of the value. */
  get pointer(): Pointer {
    if (this.#isLetGo && this.#uses === 0) throw new Error("a value is used after it was let go");
    return this.#pointer;
  }

  /** Begins a use that goes on while others work; `release` waits for the end of it. */
  use(): Pointer {
    const { pointer } = this;
    this.#uses += 1;
    return pointer;
  }
  endUse(): void {
    this.#uses -= 1;
    if (this.#isLetGo && this.#uses === 0) this.#free();
  }

  release(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    if (this.#uses === 0) this.#free();
  }

  #free(): void {
    this.#library.functions.ReleaseValue(this.#pointer);
    this.#pointer = 0;
  }
}

function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

/** Memory of a value. It is there as long as the value. */
function memoryOf(library: NativeLibrary, value: Pointer, byteLength: number): Uint8Array {
  const address = library.make((out) => library.functions.GetTensorMutableData(value, out));
  return new Uint8Array(library.view(address, byteLength));
}

function bytesOf({ buffer, byteOffset, byteLength }: Elements): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Element type and shape of a value, as ONNX Runtime tells them: what the graph knows of shapes may be wrong in a step. */
function traitsOf(library: NativeLibrary, value: Pointer): Traits {
  const { functions } = library;
  const info = library.make((out) => functions.GetTensorTypeAndShape(value, out));
  try {
    return traitsIn(library, info);
  } finally {
    functions.ReleaseTensorTypeAndShapeInfo(info);
  }
}

/** What ONNX Runtime knows beforehand of an output of a model: axes of unknown size have -1, and so has what it knows nothing of: no axes. */
export function traitsOfOutput(library: NativeLibrary, session: Pointer, index: number): Traits {
  const { functions } = library;
  const info = library.make((out) => functions.SessionGetOutputTypeInfo(session, index, out));
  try {
    // It belongs to the other one.
    return traitsIn(
      library,
      library.make((out) => functions.CastTypeInfoToTensorInfo(info, out)),
    );
  } finally {
    functions.ReleaseTypeInfo(info);
  }
}

function traitsIn(library: NativeLibrary, info: Pointer): Traits {
  const { functions } = library;
  const rank = library.make((out) => functions.GetDimensionsCount(info, out));
  const dims = new BigInt64Array(rank);
  library.check(functions.GetDimensions(info, dims, rank));
  const type = new Int32Array(1);
  library.check(functions.GetTensorElementType(info, type));
  const name = typeNames.get(type[0] as number);
  if (name === undefined) throw new Error(`ONNX Runtime gave elements of type ${type[0]}`);
  return { type: name, dims: Array.from(dims, Number) };
}

function elementTypeOf(type: string): number {
  const elementType = elementTypes[type];
  if (elementType === undefined) throw new Error(`elements of type ${type} cannot be fed`);
  return elementType;
}

/** A value over memory of the host, which has to stay as long as the value. */
export function lend(library: NativeLibrary, { type, dims, data }: RuntimeTensor): Pointer {
  const elementType = elementTypeOf(type);
  const { byteLength } = data as Elements;
  const sizes = BigInt64Array.from(dims, BigInt);
  const memory = byteLength === 0 ? nothing : (data as Elements);
  const { functions, memoryInfo } = library;
  return library.make((out) =>
    functions.CreateTensorWithDataAsOrtValue(memoryInfo, memory, byteLength, sizes, sizes.length, elementType, out),
  );
}

/** The same value in ONNX Runtime's memory. */
export function moved(library: NativeLibrary, { type, dims, data }: RuntimeTensor): NativeTensor {
  const { functions, allocator } = library;
  const elementType = elementTypeOf(type);
  const sizes = BigInt64Array.from(dims, BigInt);
  const pointer = library.make((out) =>
    functions.CreateTensorAsOrtValue(allocator, sizes, sizes.length, elementType, out),
  );
  const tensor = new NativeTensor(library, pointer);
  try {
    const bytes = bytesOf(data as Elements);
    const size = sizeOf(dims) * (data as Elements).BYTES_PER_ELEMENT;
    if (size !== bytes.length) throw new Error(`${bytes.length} bytes of elements where ${size} are needed`);
    memoryOf(library, pointer, bytes.length).set(bytes);
    return tensor;
  } catch (error) {
    tensor.release();
    throw error;
  }
}

/** Something to point at where there is no element. */
const nothing = new Uint8Array(8);
