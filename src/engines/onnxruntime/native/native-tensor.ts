/** Values that stay in the memory of ONNX Runtime until they are asked for or let go. */
import { allocate, asDType, type DataArray } from "../../../tensor/dtype.ts";
import type { RuntimeTensor } from "../runtime.ts";
import type { NativeLibrary } from "./library.ts";

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

/** Values that nobody let go are let go once nothing refers to them. */
const forgotten = new FinalizationRegistry<{ readonly library: NativeLibrary; readonly pointer: bigint }>(
  ({ library, pointer }) => library.functions.ReleaseValue(pointer),
);

/** A value that ONNX Runtime made. */
export class NativeTensor implements RuntimeTensor {
  readonly location = "cpu";
  readonly #library: NativeLibrary;
  /** Asked for when somebody wants to know: many values go from step to step unseen. */
  #traits: Traits | null = null;
  /** 0 once it was let go. */
  #pointer: bigint;
  /** How many runs use it now. */
  #uses = 0;
  #isLetGo = false;

  constructor(library: NativeLibrary, pointer: bigint) {
    this.#library = library;
    this.#pointer = pointer;
    forgotten.register(this, { library, pointer }, this);
  }

  get type(): string {
    return this.#known().type;
  }
  get dims(): readonly number[] {
    return this.#known().dims;
  }
  #known(): Traits {
    this.#traits ??= traitsOf(this.#library, this.#held());
    return this.#traits;
  }

  /** A copy of the elements. */
  get data(): DataArray {
    const count = this.dims.reduce((product, size) => product * size, 1);
    const elements = allocate(asDType(this.type), count);
    if (Array.isArray(elements) || elements.byteLength === 0) return elements;
    const pointer = this.#held();
    const address = this.#library.make((out) => this.#library.functions.GetTensorMutableData(pointer, out));
    const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
    bytes.set(new Uint8Array(this.#library.view(address, bytes.length)));
    return elements;
  }

  /** Begins a use by a run; `release` waits for the end of it. */
  use(): bigint {
    const pointer = this.#held();
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

  #held(): bigint {
    if (this.#pointer === 0n) throw new Error("a value is used after it was let go");
    return this.#pointer;
  }

  #free(): void {
    forgotten.unregister(this);
    this.#library.functions.ReleaseValue(this.#pointer);
    this.#pointer = 0n;
  }
}

/** What there is to know of a value but its elements. */
type Traits = Pick<RuntimeTensor, "type" | "dims">;

/** Element type and shape, as ONNX Runtime tells them: what the graph knows of shapes may be wrong in a step. */
function traitsOf(library: NativeLibrary, pointer: bigint): Traits {
  const { functions } = library;
  const info = library.make((out) => functions.GetTensorTypeAndShape(pointer, out));
  try {
    const rank = library.make((out) => functions.GetDimensionsCount(info, out));
    const dims = new BigInt64Array(rank);
    library.check(functions.GetDimensions(info, dims, rank));
    const type = new Int32Array(1);
    library.check(functions.GetTensorElementType(info, type));
    const name = typeNames.get(type[0] as number);
    if (name === undefined) throw new Error(`ONNX Runtime gave elements of type ${type[0]}`);
    return { type: name, dims: Array.from(dims, Number) };
  } finally {
    functions.ReleaseTensorTypeAndShapeInfo(info);
  }
}

/** A value over memory of the host, for one run: the memory has to stay as long as the value. */
export function borrowed(library: NativeLibrary, { type, dims, data }: RuntimeTensor): bigint {
  const elementType = elementTypes[type];
  if (elementType === undefined || Array.isArray(data)) throw new Error(`elements of type ${type} cannot be fed`);
  const view = data as Exclude<DataArray, readonly unknown[]>;
  const sizes = BigInt64Array.from(dims, BigInt);
  const memory = view.byteLength === 0 ? nothing : view;
  const out = new BigUint64Array(1);
  const { functions, memoryInfo } = library;
  const length = view.byteLength;
  library.check(
    functions.CreateTensorWithDataAsOrtValue(memoryInfo, memory, length, sizes, sizes.length, elementType, out),
  );
  return out[0] as bigint;
}

/** Something to point at where there is no element. */
const nothing = new Uint8Array(8);
