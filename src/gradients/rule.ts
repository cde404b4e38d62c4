/**
 * What a gradient rule is: how the gradients of an op's inputs are built from those of its outputs. The rules stand beside the
 * definitions, in `ops/<family>.gradients.ts`; what calls them is `backward-walk.ts`. Mirrors python/framework/registry.py and ops.py.
 */
import type { AttrsOf, OpDef, OpDefTable, PerInput } from "../graph/op-def.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { IndexedSlices } from "../ops/indexed-slices.ts";

/** A gradient: a tensor, or the rows of one that are not zero. */
export type Gradient = Tensor | IndexedSlices;

/** An op as its rule sees it. */
export interface ForwardOp<D extends OpDef = OpDef> {
  readonly op: Operation;
  /** One entry per declared input; an input that is a list of tensors is an array. */
  readonly inputs: PerInput<D, Tensor>;
  /** All outputs; `output` is the first. */
  readonly outputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attrs: AttrsOf<D["attrs"]>;
  /** The gradients of all outputs; `null` for outputs that are neither real nor complex. */
  readonly grads: readonly (Gradient | null)[];
}

/** The gradients of inputs, flat or with an array for an input that is a list; one that is not differentiated is `null`. */
export type InputGradients = Gradient | null | readonly (Gradient | null | readonly (Gradient | null)[])[];

/**
 * Builds the gradients of an op's inputs; `grad` is that of its first output. Runs in the name scope `<op>_grad`, and makes exactly the nodes
 * that TensorFlow's rule makes. Gradients that are rows become tensors where they meet an op, as in TensorFlow.
 */
export type GradientRule<D extends OpDef = OpDef> = (forward: ForwardOp<D>, grad: Gradient) => InputGradients;

/** Says that an op's output does not depend on its inputs in a way that can be differentiated: all their gradients are `null`. */
export class NotDifferentiable {}

/** What `ops.NotDifferentiable` declares in TensorFlow. */
export const notDifferentiable: NotDifferentiable = new NotDifferentiable();

/** Says that TensorFlow has no rule for an op, either: a gradient that arrives there is an error. */
export class NoRule {}

/** An op without a registered gradient. */
export const noRule: NoRule = new NoRule();

/** What a family says of an op. */
export type GradientEntry<D extends OpDef = OpDef> = GradientRule<D> | NotDifferentiable | NoRule;

/** A table with one entry per definition: a missing one does not compile. */
export type GradientTable<T extends OpDefTable> = { readonly [N in keyof T]: GradientEntry<T[N]> };

/** Types a table against its definitions: each rule receives exactly its op's inputs and attrs. */
export function gradientRules<T extends OpDefTable>(): (table: GradientTable<T>) => GradientTable<T> {
  return (table) => table;
}
