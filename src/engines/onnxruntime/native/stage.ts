/**
 * Memory of the host that a model reads an input from, or writes an output to, run after run. Small values go through it: copying a few numbers
 * takes less time than making a value in ONNX Runtime and letting it go. Mirrors nothing; it is a buffer with a value over it.
 */
import { allocate, asDType, type DType } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";
import { HostTensor } from "../host-tensor.ts";
import type { RuntimeTensor } from "../runtime.ts";
import type { NativeLibrary, Pointer } from "./library.ts";
import { type Elements, lend, type Traits } from "./native-tensor.ts";

/** Values of at most this many bytes are better copied than handed over. */
export const SMALL_BYTES = 4096;

/** A buffer, and a value of one type and shape over it. */
export class Stage {
  /** The address of the value. */
  readonly pointer: Pointer;
  readonly #library: NativeLibrary;
  readonly #dtype: DType;
  readonly #dims: readonly number[];
  readonly #elements: Elements;

  constructor(library: NativeLibrary, { type, dims }: Traits) {
    this.#library = library;
    this.#dtype = asDType(type);
    this.#dims = dims.slice();
    let size = 1;
    for (const dim of dims) size *= dim;
    this.#elements = allocate(this.#dtype, size) as Elements;
    this.pointer = lend(library, { type, dims, data: this.#elements, location: "cpu" });
  }

  get byteLength(): number {
    return this.#elements.byteLength;
  }

  /** Whether the value can stand here. */
  fits({ type, dims, data }: RuntimeTensor): boolean {
    const known = this.#dims;
    if (type !== this.#dtype.name || dims.length !== known.length || data.length !== this.#elements.length)
      return false;
    for (let axis = 0; axis < known.length; axis += 1) if (dims[axis] !== known[axis]) return false;
    return true;
  }

  /** Puts a value that fits here. */
  put({ data }: RuntimeTensor): void {
    const elements = this.#elements as Float32Array;
    // Calling `set` takes longer than copying a few numbers.
    if (elements.length > FEW) elements.set(data as Float32Array);
    else for (let i = 0; i < elements.length; i += 1) elements[i] = (data as Float32Array)[i] as number;
  }

  /** What stands here, as an array of its own. */
  taken(): HostTensor {
    return new HostTensor(new NDArray(this.#dtype, this.#dims.slice(), this.#elements.slice()));
  }

  /** No run uses it any more. */
  release(): void {
    this.#library.functions.ReleaseValue(this.pointer);
  }
}

const FEW = 8;
