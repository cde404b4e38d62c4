/** Tensor: the symbolic output of an operation. It holds no value; a session computes values. Mirrors python/framework/tensor.py. */
import { ArgumentTypeError, DTypeError, NotAllowedInGraphError } from "../base/errors.ts";
import type { DType } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, type TensorShape } from "../tensor/shape.ts";
import type { Graph } from "./graph.ts";
import { Operable } from "./operable.ts";
import type { Operation } from "./operation.ts";
import { type EvalOptions, evalIn, type FetchedValue, type RunOptions, requireSession } from "./session-like.ts";

/** What an operation accepts where it wants a tensor: something that can say which tensor it stands for. */
export interface TensorConvertible {
  readonly graph: Graph;
  /** The tensor; a reference when `asRef` is set. May add ops to the graph. */
  asTensor(options?: { readonly dtype?: DType; readonly asRef?: boolean; readonly name?: string }): Tensor;
  /** What a session fetches or feeds for it. */
  asGraphElement(): Tensor | Operation;
}

/** Whether a value can say which tensor it stands for: variables and partitioned variables do. */
export function isTensorConvertible(value: unknown): value is TensorConvertible {
  return (
    typeof value === "object" && value !== null && typeof (value as Partial<TensorConvertible>).asTensor === "function"
  );
}

/** One output of an operation. */
export class Tensor extends Operable {
  readonly op: Operation;
  /** Which output of the operation it is. */
  readonly index: number;
  readonly dtype: DType;
  #shape: TensorShape;

  /** @internal */
  constructor(op: Operation, index: number, dtype: DType, shape: TensorShape) {
    super();
    this.op = op;
    this.index = index;
    this.dtype = dtype;
    this.#shape = shape;
  }

  get graph(): Graph {
    return this.op.graph;
  }

  /** @internal */
  override operand(): Tensor {
    return this;
  }

  /** `op name:output index`. */
  get name(): string {
    return `${this.op.name}:${this.index}`;
  }

  /** @internal Replaces the name, for the handle of a variable without a name. The op keeps its own. */
  rename(name: string): void {
    Object.defineProperty(this, "name", { value: name });
  }

  get device(): string {
    return this.op.device;
  }

  /** The static shape: what is known of it while the graph is built. */
  get shape(): TensorShape {
    return this.#shape;
  }

  /**
   * Adds knowledge to the static shape.
   * @throws {ShapeError} when it contradicts what is known.
   */
  setShape(shape: ShapeLike): void {
    this.#shape = this.#shape.mergeWith(asShape(shape));
  }

  /** @internal Replaces the static shape, for loops whose shape becomes less known. */
  replaceShape(shape: TensorShape): void {
    this.#shape = shape;
  }

  /** The ops that have this tensor as an input. */
  consumers(): Operation[] {
    return this.graph.consumersOf(this);
  }

  /**
   * Runs this tensor in a session.
   * @throws {ArgumentError} without a session, or with a session of another graph.
   */
  async eval(options: EvalOptions = {}): Promise<FetchedValue> {
    return evalIn(requireSession(this.graph, options.session, "tensor"), this, options);
  }

  /** As `eval`, at once: on engines that can run synchronously. */
  evalSync(options: EvalOptions = {}): FetchedValue {
    const session = requireSession(this.graph, options.session, "tensor");
    return session.runSync(this, options.feeds, options.run) as FetchedValue;
  }

  /** As Python's `str`: `Tensor("add:0", shape=(2,), dtype=float32)`. */
  override toString(): string {
    const shape = this.#shape.rank === null ? "" : `, shape=${this.#shape}`;
    const device = this.device === "" ? "" : `, device=${this.device}`;
    return `Tensor("${this.name}"${shape}, dtype=${this.dtype.name}${device})`;
  }

  toJSON(): string {
    return this.name;
  }

  [Symbol.iterator](): never {
    throw new NotAllowedInGraphError(
      "Iterating over a symbolic `tf.Tensor` is not allowed. You can attempt the following resolutions to the problem: If you are running in Graph mode, use Eager execution mode or decorate this function with @tf.function.\n  a tensor of a graph has no elements until a session runs it; `unstack(x)` gives its rows as tensors",
      { tensor: this },
    );
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new ArgumentTypeError(
      `${this} is symbolic and cannot be used as a number.\n  operators of JavaScript do not build ops: write a.add(b), a.mul(b), a.less(b); to see its value, await session.run(tensor)`,
      { tensor: this },
    );
  }
}

/** @throws {DTypeError} unless the tensor is a reference. */
export function checkIsRef(tensor: Tensor, opType: string, argument: string): void {
  if (!tensor.dtype.isRef) {
    throw new DTypeError(`'${opType}' Op requires that input '${argument}' be a mutable tensor (e.g.: a tf.Variable)`, {
      tensor,
    });
  }
}

export type { EvalOptions, FetchedValue, RunOptions };
