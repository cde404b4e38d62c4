/**
 * What is known of the shapes of a step's values once its feeds have theirs: the ops' own shape inference, run again over the plan. Tensors
 * know nothing of it, as the graph is for any feeds.
 */
import { handleData, valueAsShape, vectorAsShape } from "../graph/infer.ts";
import type { AttrValue, HandleData, InferContext, OpDef } from "../graph/op-def.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import { concatDefs } from "../ops/concat.defs.ts";
import { gatherDefs } from "../ops/gather.defs.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { SliceNode, StandIn } from "./engine.ts";
import type { StepValue } from "./step-values.ts";

/** What nodes compute that stand for another op: see `flow/stack-plan.ts`. */
const standIns: Readonly<Record<string, OpDef>> = {
  GatherV2: gatherDefs.GatherV2,
  Pack: concatDefs.Pack,
  ConcatV2: concatDefs.ConcatV2,
};

/** Gives fed values the shapes that they are fed with. @throws {ShapeError} when the graph says otherwise. */
export function refineFeeds({ inputs }: SliceNode, feeds: readonly NDArray[]): void {
  for (const value of inputs as readonly StepValue[])
    if (typeof value.source === "number" && !value.shape.isFullyDefined())
      value.refine(new TensorShape((feeds[value.source] as NDArray).shape));
}

/**
 * Finds out more of the shapes of a node's outputs, if more is known of its inputs. Not for regions.
 * @throws {ShapeError} when the inputs do not go together, or contradict what the graph says: then only the run can tell how the op fails.
 */
export function refineOutputs({ op, inputs, outputs, standIn }: SliceNode): void {
  const values = inputs as readonly StepValue[];
  if (!values.some((value) => value.isRefined)) return;
  const def = standIn === undefined ? op.def : standIns[standIn.type];
  const shapes = def?.infer(new PlannedContext(op, values, standIn), (standIn ?? op).attrs as never) ?? [];
  // Outputs of a write are its values, then the variables' new ones: those have the variables' shapes.
  const made = standIn === undefined ? shapes.filter((_, i) => op.outputs[i]?.dtype.isRef !== true) : shapes;
  for (const [i, shape] of made.entries()) (outputs[i] as StepValue).refine(shape);
}

/** What a rule may ask, answered from a plan. What a plan does not tell is left to what the graph inferred. */
class PlannedContext implements InferContext {
  readonly #op: Operation;
  readonly #values: readonly StepValue[];
  readonly #standIn: StandIn | undefined;

  constructor(op: Operation, values: readonly StepValue[], standIn: StandIn | undefined) {
    this.#op = op;
    this.#values = values;
    this.#standIn = standIn;
  }
  get inputCount(): number {
    return this.#values.length;
  }
  get attrs(): Readonly<Record<string, AttrValue>> {
    return (this.#standIn ?? this.#op).attrs;
  }
  input(index: number): TensorShape {
    return this.#handle(index)?.shape ?? this.#value(index).shape;
  }
  dtype(index: number): DType {
    return this.#handle(index)?.dtype ?? this.#value(index).dtype;
  }
  constant(index: number): NDArray | null {
    return this.#value(index).constant;
  }
  constantAsShape(index: number): TensorShape {
    const { constant, shape } = this.#value(index);
    return constant === null ? vectorAsShape(shape) : valueAsShape(constant);
  }
  shapeHeld(): null {
    return null;
  }
  handle(index: number): HandleData | null {
    return handleData(this.#op.inputs[index] as Tensor);
  }
  #value(index: number): StepValue {
    return this.#values[index] as StepValue;
  }
  /** A plan has a variable's value in the place of its handle, of which rules ask separately. */
  #handle(index: number): Tensor | null {
    const tensor = this.#standIn === undefined ? (this.#op.inputs[index] ?? null) : null;
    return tensor?.dtype.baseName === "resource" ? tensor : null;
  }
}
