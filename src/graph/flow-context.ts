/** What the graph knows of the conditional or loop under construction. The constructions themselves are in `ops/cond.ts` and `ops/while-loop.ts`. */
import type { Operation } from "./operation.ts";
import type { Tensor } from "./tensor.ts";

/** A branch of a `cond`, or a `while` loop, while it is being built; afterwards, the place where an op belongs. */
export interface FlowContext {
  readonly name: string;
  readonly kind: "cond" | "while";
  /** The context around it. */
  readonly outer: FlowContext | null;
  /** Of a loop that computes gradients: the loop that it goes back through. */
  readonly backward?: { readonly forward: FlowContext } | null;
  /** The op on which ops of this context without inputs depend: the branch's pivot. */
  readonly pivot: Operation | null;
  /** Called for each op made inside: routes its inputs through `Switch` or `Enter` and adds the pivot. */
  addOp(op: Operation): void;
  /** The tensor by which ops of this context reach `tensor`; made when it is first asked for. */
  addValue(tensor: Tensor): Tensor;
  /** Ops of this context may use `tensor` as it is. */
  know(tensor: Tensor): void;
}

/** The innermost loop at or around a context. */
export function enclosingLoop(context: FlowContext | null): FlowContext | null {
  for (let c = context; c !== null; c = c.outer) if (c.kind === "while") return c;
  return null;
}

/** Whether `inner` is `outer` or lies inside of it. */
export function isWithin(inner: FlowContext | null, outer: FlowContext): boolean {
  for (let c = inner; c !== null; c = c.outer) if (c === outer) return true;
  return false;
}

/** The context in which an op's outputs are: what a loop's `Exit` gives belongs outside of the loop. */
export function outputContext(op: Operation): FlowContext | null {
  return op.def.flow === "exit" ? (op.flow?.outer ?? null) : op.flow;
}
