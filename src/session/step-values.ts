/** The values and variables that a plan is about: edges of a step before anything ran. */
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { SliceNode, SliceValue } from "./engine.ts";

/** What is known of a value: a tensor or a variable tells it. */
export interface ValueTraits {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: TensorShape;
}

/** One value of a step: computed once, never changed. */
export class StepValue implements SliceValue {
  readonly id: number;
  #constant: NDArray | null;
  /** Where a value comes from that no node makes: its place among the feeds, or the variable that had it before the step. */
  readonly source: number | StepVariable | null;
  readonly #of: ValueTraits;
  /** What planning found out of the shape, where that is more than the graph knows. */
  #shape: TensorShape | null = null;
  #isRefined = false;

  constructor(
    id: number,
    of: ValueTraits,
    source: number | StepVariable | null = null,
    constant: NDArray | null = null,
  ) {
    this.id = id;
    this.#of = of;
    this.source = source;
    this.#constant = constant;
  }

  get constant(): NDArray | null {
    return this.#constant;
  }
  /** Planning found out what it is, before anything was compiled. */
  fold(constant: NDArray): void {
    this.#constant = constant;
    this.#isRefined = true;
    if (!this.#of.shape.isFullyDefined()) this.#shape = new TensorShape(constant.shape);
  }
  /** Planning found out more of its shape. @throws {ShapeError} when that contradicts what is known. */
  refine(shape: TensorShape): void {
    const known = this.shape;
    const merged = known.mergeWith(shape);
    if (merged.equals(known)) return;
    this.#shape = merged;
    this.#isRefined = true;
  }
  /** Whether planning found out more of it than the graph tells. */
  get isRefined(): boolean {
    return this.#isRefined;
  }
  get isLasting(): boolean {
    return this.source instanceof StepVariable && this.source.written === null;
  }
  get name(): string {
    return this.#of.name;
  }
  get dtype(): DType {
    return this.#of.dtype.baseDtype;
  }
  get shape(): TensorShape {
    return this.#shape ?? this.#of.shape;
  }
}

/**
 * The key of a variable's state in a session: what TensorFlow's resource managers go by. A reference variable is shared under its op's
 * name where none is given; a handle goes by `shared_name` alone, so that resource variables without a name are one variable.
 */
export function stateKey(op: Operation): string {
  const container = (op.attrs["container"] as string | undefined) ?? "";
  const shared = (op.attrs["shared_name"] as string | undefined) ?? "";
  if (op.outputs[0]?.dtype.isRef) return `ref:${container}:${shared === "" ? op.name : shared}`;
  // TensorFlow reads a value of another dtype or shape there, and fails, mostly: such variables are kept apart here.
  const unnamed = () => `:${(op.attrs["dtype"] as DType).name}${op.attrs["shape"] as TensorShape}`;
  return `resource:${container}:${shared === "" ? unnamed() : shared}`;
}

/** A variable that a step touches. Several operations may name one variable. */
export class StepVariable {
  readonly key: string;
  /** The first operation of the slice that stands for it. */
  readonly op: Operation;
  /** Whether it has a value before the step; the plan holds for this case only. */
  readonly wasInitialized: boolean;
  /** The value before the step, when the step uses it. */
  before: StepValue | null = null;
  /** The value after the writes so far; `null` while it is the one before. */
  written: StepValue | null = null;

  constructor(op: Operation, key: string, wasInitialized: boolean) {
    this.op = op;
    this.key = key;
    this.wasInitialized = wasInitialized;
  }

  get hasValue(): boolean {
    return this.wasInitialized || this.written !== null;
  }
  get isRef(): boolean {
    return this.op.outputs[0]?.dtype.isRef === true;
  }
  get name(): string {
    return `${this.op.name}:0`;
  }
  get dtype(): DType {
    return this.op.attrs["dtype"] as DType;
  }
  /** The declared shape. */
  get shape(): TensorShape {
    return this.isRef ? (this.op.outputs[0] as Tensor).shape : (this.op.attrs["shape"] as TensorShape);
  }
}

/** A node of a plan. A check computes nothing: it fails unless the value may replace the variable's (`inputs`: the old value if there is one, the new). */
export interface PlanNode extends SliceNode {
  readonly isCheck: boolean;
}
