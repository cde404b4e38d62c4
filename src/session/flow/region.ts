/** What the session makes of a conditional or a loop that computes nothing but values. How they are found: `regions.ts`. */
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";

/** What a region runs: members in an order in which they can run, and the tensors that it gives. */
export interface RegionBody {
  readonly members: readonly FlowMember[];
  readonly results: readonly Tensor[];
}

interface RegionBase {
  /** Stands for the region in messages and names. */
  readonly op: Operation;
  /** Every op that the region took in, those of inner regions included. */
  readonly ops: ReadonlySet<Operation>;
  /** The tensors that come from outside. */
  readonly inputs: readonly Tensor[];
  readonly controlInputs: readonly Operation[];
  /** The tensors that others may take, in the order of the bodies' results. */
  readonly outputs: readonly Tensor[];
}

/** A conditional: one of two bodies runs. */
export interface IfRegion extends RegionBase {
  readonly kind: "if";
  readonly predicate: Tensor;
  readonly whenFalse: RegionBody;
  readonly whenTrue: RegionBody;
}

/** A variable of a loop. */
export interface LoopVariable {
  /** What it is at first, outside of the loop. */
  readonly initial: Tensor;
  /** What the condition and the body see. */
  readonly parameter: Tensor;
  /** What the body makes of it. */
  readonly next: Tensor;
  /** What it is in the end; `null` when nobody asks. */
  readonly exit: Tensor | null;
}

/** A loop: the body runs as long as the condition holds. */
export interface LoopRegion extends RegionBase {
  readonly kind: "loop";
  readonly variables: readonly LoopVariable[];
  readonly condition: RegionBody;
  readonly body: RegionBody;
}

export type Region = IfRegion | LoopRegion;

/** A loop that stays the interpreter's: it only marks its place in the frame around it. */
export interface OpenLoop {
  readonly kind: "open";
  readonly ops: ReadonlySet<Operation>;
  readonly inputs: readonly Tensor[];
  readonly controlInputs: readonly Operation[];
}

/** An op, or a region in the place of several. */
export type FlowMember = Operation | Region;
/** What stands in a frame. */
export type FrameMember = FlowMember | OpenLoop;

/** Whether a member is a region. */
export function isRegion(member: FrameMember | Operation): member is Region {
  return "kind" in member && (member as Region | OpenLoop).kind !== "open";
}
