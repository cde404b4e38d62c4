/** The contents of a stack in a step. The handle holds them, and the step makes the handle anew: nothing outlives a step. Mirrors core/kernels/stack.cc. */
import { InvalidArgumentError, NotFoundError } from "../base/errors.ts";
import { type DType, resource } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { require } from "./checks.ts";

/** Makes the names of stacks unique in messages, as TensorFlow's are. */
let stackCount = 0;

/** The values of one stack. */
export class StackContents {
  readonly #name: string;
  readonly #dtype: DType;
  /** Below 0: as many as fit. */
  readonly #most: number;
  readonly #values: NDArray[] = [];
  #isClosed = false;

  constructor(name: string, dtype: DType, most: number) {
    this.#name = `${name}_${stackCount}`;
    stackCount += 1;
    this.#dtype = dtype;
    this.#most = most;
  }

  /** @throws {InvalidArgumentError} for a value of another type, a full stack and a closed one. */
  push(value: NDArray): void {
    require(value.dtype === this.#dtype, () => `Must have type ${this.#dtype.number} but got ${value.dtype.number}`, {
      dtype: value.dtype,
    });
    this.#checkOpen();
    require(this.#most < 0 || this.#values.length < this.#most, () =>
      `Stack[${this.#name}] overflowed its max_size (${this.#most})`, { most: this.#most });
    this.#values.push(value);
  }

  /** @throws {InvalidArgumentError} when there is nothing, and for a closed stack. */
  pop(): NDArray {
    this.#checkOpen();
    const value = this.#values.pop();
    if (value === undefined)
      throw new InvalidArgumentError(`Stack[${this.#name}] is empty when calling Pop().`, { stack: this.#name });
    return value;
  }

  close(): void {
    this.#isClosed = true;
    this.#values.length = 0;
  }

  #checkOpen(): void {
    require(!this.#isClosed, () => `Stack[${this.#name}] has already been closed.`, { stack: this.#name });
  }
}

/** What the op that makes a stack gives. */
export class StackHandle extends NDArray {
  readonly contents: StackContents;
  constructor(contents: StackContents) {
    super(resource, [], new Uint8Array(0));
    this.contents = contents;
  }
  /** A handle of the same stack. */
  override copy(): NDArray {
    return new StackHandle(this.contents);
  }
}

/** The stack behind a handle. */
export function stackOf(handle: NDArray): StackContents {
  if (handle instanceof StackHandle) return handle.contents;
  throw new NotFoundError("The handle belongs to no Stack of this step.\n  handles cannot be fed", { handle });
}
