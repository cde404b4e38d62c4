/**
 * The contents of a tensor array in a step. The handle holds them, and the step makes the handle anew: nothing outlives a step.
 * All versions of an array share its contents, as in TensorFlow: what a read sees is what the flow, or control inputs, put before it.
 * Mirrors `TensorArray`, core/kernels/tensor_array.{h,cc}.
 */
import { InvalidArgumentError, NamesakeError, NotFoundError } from "../base/errors.ts";
import { type DType, resource } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { shapeText } from "./checks.ts";
import { emptyArray } from "./strided-copy.ts";

/** What the op that makes an array says of it. */
export interface TensorArrayTraits {
  readonly dtype: DType;
  readonly isDynamic: boolean;
  readonly clearsAfterRead: boolean;
  /** Whether the first element's shape is that of all. */
  readonly hasIdenticalShapes: boolean;
}

/** One place of an array. */
interface Slot {
  /** `null` before the write, and once it was cleared. */
  value: NDArray | null;
  isRead: boolean;
  /** The shape of what was written, also once it was cleared; in a gradient, what was written to the array itself. */
  readonly shape: readonly number[] | null;
}

/** How the values are summed that are written to one place of a gradient. */
export type SumElements = (a: NDArray, b: NDArray) => NDArray;

/** What makes an array the gradient of another one. */
interface GradientTraits {
  readonly of: TensorArrayContents;
  /** What tells the gradients of one array apart. */
  readonly source: string;
  /** Axes that the gradient's elements have before those of the array's. */
  readonly prepended: readonly number[];
  readonly sum: SumElements;
}

/** Makes the names of arrays unique in messages, as TensorFlow's are. */
let arrayCount = 0;

/** The elements of one array. */
export class TensorArrayContents {
  readonly traits: TensorArrayTraits;
  readonly #name: string;
  /** Places that nothing was written to or read from are holes, however many there are. */
  readonly #slots: (Slot | undefined)[] = [];
  #size: number;
  #elementShape: TensorShape;
  #isClosed = false;
  /** Once it has a gradient, an array does not grow any more. */
  #isFixed = false;
  readonly #gradients = new Map<string, TensorArrayContents>();
  readonly #gradient: GradientTraits | null;

  constructor(
    name: string,
    size: number,
    elementShape: TensorShape,
    traits: TensorArrayTraits,
    gradient: GradientTraits | null = null,
  ) {
    this.#name = gradient === null ? `${name}_${arrayCount}` : `${gradient.of.#name}@${gradient.source}`;
    if (gradient === null) arrayCount += 1;
    this.#size = size;
    this.#elementShape = elementShape;
    this.traits = traits;
    this.#gradient = gradient;
  }

  /**
   * The array of the gradients of the elements, made when it is first asked for: as large, zero where nothing is written, and the sum
   * where something is written more than once.
   * @throws {InvalidArgumentError} for an array that is a gradient itself, and for a closed one.
   */
  gradient(source: string, prepended: readonly number[], sum: SumElements): TensorArrayContents {
    if (this.#gradient !== null)
      throw new InvalidArgumentError(`Wrong input container. _tensor_array_grads${this.#name}`, { source });
    this.#checkOpen();
    this.#isFixed = true;
    const known = this.#gradients.get(source);
    if (known !== undefined) return known;
    const elementShape = new TensorShape(prepended).concatenate(this.#elementShape);
    const traits = { ...this.traits, isDynamic: false, clearsAfterRead: true };
    const made = new TensorArrayContents("", this.#size, elementShape, traits, { of: this, source, prepended, sum });
    for (const [i, slot] of this.#slots.entries())
      if (slot?.shape) made.#slots[i] = { value: null, isRead: false, shape: [...prepended, ...slot.shape] };
    this.#gradients.set(source, made);
    return made;
  }

  /** The number of elements. @throws {InvalidArgumentError} once it is closed. */
  get size(): number {
    this.#checkOpen();
    return this.#size;
  }

  /** What is known of the shape of all elements. */
  get elementShape(): TensorShape {
    return this.#elementShape;
  }

  /** Adds what is known of the shape of all elements. */
  mergeElementShape(shape: TensorShape): void {
    const own = this.#elementShape;
    try {
      this.#elementShape = own.mergeWith(shape);
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      throw new InvalidArgumentError(
        `PartialTensorShape: Incompatible shapes during merge: ${own.toBrackets()} vs. ${shape.toBrackets()}`,
        { elementShape: own, shape },
      );
    }
  }

  /** Stores an element that nobody changes any more. */
  write(index: number, value: NDArray): void {
    this.#checkOpen();
    const isDynamic = this.traits.isDynamic && !this.#isFixed;
    if (index < 0 || (!isDynamic && index >= this.#size)) {
      throw this.#error(
        `: Tried to write to index ${index} but array is not resizeable and size is: ${this.#size}\n  to let it grow  new TensorArray(dtype, { size, dynamicSize: true })`,
        { index, size: this.#size },
      );
    }
    this.#checkShape(index, value.shape);
    const slot = this.#slots[index];
    if (slot?.isRead)
      throw this.#error(`: Could not write to TensorArray index ${index} because it has already been read.`, { index });
    if (slot !== undefined && this.#gradient === null) {
      throw this.#error(`: Could not write to TensorArray index ${index} because it has already been written to.`, {
        index,
      });
    }
    this.#size = Math.max(this.#size, index + 1);
    const written = slot?.value ? this.#sum(index, slot.value, value) : value;
    this.#slots[index] = { value: written, isRead: false, shape: value.shape };
  }

  #sum(index: number, before: NDArray, value: NDArray): NDArray {
    if (shapeText(before.shape) !== shapeText(value.shape)) {
      throw this.#error(
        `: Could not aggregate to TensorArray index ${index} because the existing shape is ${shapeText(before.shape)} but the new input shape is ${shapeText(value.shape)}.`,
        { index, shape: value.shape },
      );
    }
    return (this.#gradient as GradientTraits).sum(before, value);
  }

  #checkShape(index: number, shape: readonly number[]): void {
    if (!this.#elementShape.isCompatibleWith(shape)) {
      throw this.#error(
        `: Could not write to TensorArray index ${index} because the value shape is ${shapeText(shape)} which is incompatible with the TensorArray's inferred element shape: ${this.#elementShape.toBrackets()} (consider setting infer_shape=False).\n  here  new TensorArray(dtype, { inferShape: false })`,
        { index, shape, elementShape: this.#elementShape },
      );
    }
    if (this.traits.hasIdenticalShapes && !this.#elementShape.isFullyDefined())
      this.#elementShape = new TensorShape(shape);
  }

  /** An element; where none was written, zeros of the shape of all elements. */
  read(index: number): NDArray {
    this.#checkOpen();
    if (index < 0 || index >= this.#size) {
      throw new InvalidArgumentError(`Tried to read from index ${index} but array size is: ${this.#size}`, {
        index,
        size: this.#size,
      });
    }
    const slot = (this.#slots[index] ??= { value: null, isRead: false, shape: null });
    const { clearsAfterRead } = this.traits;
    if (slot.isRead && clearsAfterRead) {
      throw this.#error(
        `: Could not read index ${index} twice because it was cleared after a previous read (perhaps try setting clear_after_read = false?).\n  here  new TensorArray(dtype, { clearAfterRead: false })`,
        { index },
      );
    }
    const value = (slot.value ??= this.#zeros(index, slot.shape));
    slot.isRead = true;
    if (!clearsAfterRead) return value.copy();
    slot.value = null;
    return value;
  }

  #zeros(index: number, shape: readonly number[] | null): NDArray {
    if (shape !== null) return emptyArray(this.traits.dtype, shape);
    if (this.#elementShape.isFullyDefined()) return emptyArray(this.traits.dtype, this.#elementShape.asNumbers());
    throw this.#error(
      `: Could not read from TensorArray index ${index}.  Furthermore, the element shape is not fully defined: ${this.#elementShape.toBrackets()}.  It is possible you are working with a resizeable TensorArray and stop_gradients is not allowing the gradients to be written.  If you set the full element_shape property on the forward TensorArray, the proper all-zeros tensor will be returned instead of incurring this error.`,
      { index, elementShape: this.#elementShape },
    );
  }

  /** Lets go of the elements. */
  close(): void {
    this.#isClosed = true;
    this.#slots.length = 0;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw this.#error(" has already been closed.");
  }

  #error(text: string, fields: Readonly<Record<string, unknown>> = {}): InvalidArgumentError {
    return new InvalidArgumentError(`TensorArray ${this.#name}${text}`, fields);
  }
}

/** The value of a handle. */
export class TensorArrayHandle extends NDArray {
  readonly contents: TensorArrayContents;
  constructor(contents: TensorArrayContents) {
    super(resource, [], new Uint8Array(0));
    this.contents = contents;
  }
  /** A handle of the same array. */
  override copy(): NDArray {
    return new TensorArrayHandle(this.contents);
  }
}

/**
 * The contents behind a handle.
 * @throws {NotFoundError} for a value that is no handle of this step.
 */
export function contentsOf(handle: NDArray): TensorArrayContents {
  if (handle instanceof TensorArrayHandle) return handle.contents;
  throw new NotFoundError("The handle belongs to no TensorArray of this step.\n  handles cannot be fed", { handle });
}
