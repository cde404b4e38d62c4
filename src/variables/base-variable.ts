/** What reference and resource variables have in common. How each is made and read is in `ref-variable.ts` and `resource-variable.ts`. */
import { ArgumentError, MissingAttributeError, NotAllowedInGraphError } from "../base/errors.ts";
import { ambientSession } from "../graph/context.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import type { Graph } from "../graph/graph.ts";
import { Operable } from "../graph/operable.ts";
import type { Operation } from "../graph/operation.ts";
import {
  type EvalOptions,
  evalIn,
  type FetchedValue,
  requireSession,
  type SessionLike,
} from "../graph/session-like.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Literal } from "../tensor/ndarray.ts";
import type { ShapeLike, TensorShape } from "../tensor/shape.ts";
import type { Distribution, VariableAggregation, VariableSynchronization } from "./reuse.ts";
import type { SaveSliceInfo } from "./slice-info.ts";

/** Projects a variable's value after an optimizer changed it. */
export type Constraint = (value: Tensor) => Tensor;

/** Options of `assign`, `assignAdd` and `assignSub`. */
export interface AssignOptions {
  readonly useLocking?: boolean;
  readonly name?: string | null;
  /** False: the operation is returned instead of something that reads the new value. */
  readonly readValue?: boolean;
}

/** What every variable is made of. */
export interface VariableParts {
  readonly graph: Graph;
  readonly op: Operation;
  readonly initializer: Operation | null;
  readonly initialValue: Tensor | null;
  readonly distribution: Distribution;
  readonly constraint: Constraint | null;
}

/** A named value that a session keeps between steps. */
export abstract class BaseVariable extends Operable implements TensorConvertible {
  readonly graph: Graph;
  /** The operation that holds the variable: `VariableV2` or `VarHandleOp`. */
  readonly op: Operation;
  readonly trainable: boolean;
  readonly synchronization: VariableSynchronization;
  readonly aggregation: VariableAggregation;
  /** Optimizers apply it to the new value after each update. */
  readonly constraint: Constraint | null;
  readonly #initializer: Operation | null;
  readonly #initialValue: Tensor | null;
  #sliceInfo: SaveSliceInfo | null = null;
  /** @internal What the graph's journal knows of it; `journal.ts` knows its type. */
  journalEntry: unknown = null;

  constructor(parts: VariableParts) {
    super();
    this.graph = parts.graph;
    this.op = parts.op;
    this.#initializer = parts.initializer;
    this.#initialValue = parts.initialValue;
    this.trainable = parts.distribution.trainable;
    this.synchronization = parts.distribution.synchronization;
    this.aggregation = parts.distribution.aggregation;
    this.constraint = parts.constraint;
  }

  /** Whether it is a resource variable, which is read by an op of its own, rather than a reference. */
  abstract readonly isResource: boolean;
  /** The element type; of a reference variable the reference type, such as `float32_ref`. */
  abstract readonly dtype: DType;
  abstract get shape(): TensorShape;
  /** A tensor with the value. */
  abstract value(): Tensor;
  /** A new op that reads the value at its own place in the step. */
  abstract readValue(): Tensor;
  abstract assign(value: unknown, options?: AssignOptions): Tensor | Operation | BaseVariable;
  abstract assignAdd(delta: unknown, options?: AssignOptions): Tensor | Operation | BaseVariable;
  abstract assignSub(delta: unknown, options?: AssignOptions): Tensor | Operation | BaseVariable;
  /** Adds one and gives the value before; fails with `OutOfRangeError` at `limit`. */
  abstract countUpTo(limit: number): Tensor;
  abstract asTensor(options?: { readonly dtype?: DType; readonly asRef?: boolean; readonly name?: string }): Tensor;
  abstract asGraphElement(): Tensor;
  /** The value if the variable is initialized, else its initial value: for initial values that depend on other variables. */
  abstract initializedValue(): Tensor;

  /** @internal */
  override operand(): Tensor {
    return this.value();
  }

  /** `op name:0`. */
  get name(): string {
    return `${this.op.name}:0`;
  }
  get device(): string {
    return this.op.device;
  }
  /** Where the program made it. */
  get site(): CreationSite {
    return this.op.site;
  }
  /**
   * The operation that gives the variable its initial value.
   * @throws {MissingAttributeError} for the result of an assignment, which has none.
   */
  get initializer(): Operation {
    if (this.#initializer === null)
      throw new MissingAttributeError(`'${this.name}' is the result of an assignment and has no initializer.`, {
        variable: this,
      });
    return this.#initializer;
  }
  /** The tensor that the initializer stores. */
  get initialValue(): Tensor {
    if (this.#initialValue === null)
      throw new MissingAttributeError(`'${this.name}' is the result of an assignment and has no initial value.`, {
        variable: this,
      });
    return this.#initialValue;
  }
  /** Which part of a partitioned variable it is. */
  get saveSliceInfo(): SaveSliceInfo | null {
    return this.#sliceInfo;
  }
  /** @internal */
  setSaveSliceInfo(info: SaveSliceInfo): void {
    this.#sliceInfo = info;
  }

  getShape(): TensorShape {
    return this.shape;
  }
  abstract setShape(shape: ShapeLike): void;

  /** Runs the variable in a session. Throws as `tensor.eval`. */
  async eval(options: EvalOptions = {}): Promise<FetchedValue> {
    return evalIn(requireSession(this.graph, options.session, "tensor"), this, options);
  }
  /** As `eval`, at once: on engines that can run synchronously. */
  evalSync(options: EvalOptions = {}): FetchedValue {
    return requireSession(this.graph, options.session, "tensor").runSync(
      this,
      options.feeds,
      options.run,
    ) as FetchedValue;
  }

  /**
   * Stores a value from the host by running the initializer with it.
   * @throws {ArgumentError} without a session.
   */
  async load(value: Literal, session: SessionLike | null = ambientSession()): Promise<void> {
    await requireLoadSession(session).run(this.initializer, [[this.initialValue, value]]);
  }
  /** As `load`, at once: on engines that can run synchronously. */
  loadSync(value: Literal, session: SessionLike | null = ambientSession()): void {
    requireLoadSession(session).runSync(this.initializer, [[this.initialValue, value]]);
  }

  /** As Python's `str`: `<tf.Variable 'v:0' shape=(1,) dtype=float32_ref>`. */
  override toString(): string {
    return `<tf.Variable '${this.name}' shape=${this.shape} dtype=${this.dtype.name}>`;
  }
  toJSON(): string {
    return this.name;
  }
  [Symbol.iterator](): never {
    // TensorFlow iterates over what it reads: the read is in the graph before it refuses.
    this.readValue();
    throw new NotAllowedInGraphError(
      "Iterating over a symbolic `tf.Tensor` is not allowed. You can attempt the following resolutions to the problem: If you are running in Graph mode, use Eager execution mode or decorate this function with @tf.function.\n  a variable of a graph has no elements until a session runs it; `unstack(v)` gives its rows as tensors",
      { variable: this },
    );
  }
}

function requireLoadSession(session: SessionLike | null): SessionLike {
  if (session === null)
    throw new ArgumentError(
      "Either session argument should be provided or default session should be established\n  variable.load(value, session), or inside session.asDefault(() => …)",
      {},
    );
  return session;
}
