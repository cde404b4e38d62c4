/** Under which conditions the ops of one loop frame execute: which branches of which predicates they stand in. No values are needed. */
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { StepSlice } from "../prune.ts";
import { awaitedControls, computedInputs, isLoopMerge } from "./flow-order.ts";

/** A branch, in a branch of another predicate, and so on up to what always executes in its frame. */
export class Branch {
  readonly parent: Branch | null;
  readonly predicate: Tensor | null;
  readonly isTaken: boolean;
  readonly depth: number;
  readonly #inner = new Map<Tensor, readonly [whenFalse: Branch, whenTrue: Branch]>();

  private constructor(parent: Branch | null, predicate: Tensor | null, isTaken: boolean) {
    this.parent = parent;
    this.predicate = predicate;
    this.isTaken = isTaken;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }

  /** What executes whenever its frame does. */
  static whole(): Branch {
    return new Branch(null, null, true);
  }

  /** The branch of a predicate inside this one: always the same object. */
  inner(predicate: Tensor, isTaken: boolean): Branch {
    let pair = this.#inner.get(predicate);
    if (pair === undefined) {
      pair = [new Branch(this, predicate, false), new Branch(this, predicate, true)];
      this.#inner.set(predicate, pair);
    }
    return pair[isTaken ? 1 : 0];
  }

  holds(other: Branch): boolean {
    let branch: Branch | null = other;
    while (branch !== null && branch.depth > this.depth) branch = branch.parent;
    return branch === this;
  }
}

/** Something with inputs that stands in one branch: an op, or a region that took the place of several. */
export interface BranchMember {
  readonly inputs: readonly Tensor[];
  readonly controlInputs: readonly Operation[];
}

/** The predicate without the `Identity` ops that `cond` puts around it; what passes a reference on is no mere name. */
export function plainPredicate(predicate: Tensor): Tensor {
  let tensor = predicate;
  while (tensor.op.type === "Identity" && tensor.op.inputs[0]?.dtype.isRef === false)
    tensor = tensor.op.inputs[0] as Tensor;
  return tensor;
}

/** The branches of one frame's members, found in an order in which they can run. */
export class BranchMap<M extends BranchMember> {
  readonly whole = Branch.whole();
  readonly #slice: StepSlice;
  /** The member of the frame that an op is, or is part of. */
  readonly #memberOf: (op: Operation) => M | undefined;
  readonly #branches = new Map<M, Branch>();

  constructor(slice: StepSlice, memberOf: (op: Operation) => M | undefined) {
    this.#slice = slice;
    this.#memberOf = memberOf;
  }

  /** Where a member stands; `null` when it is in several branches at once, as no `cond` makes it. */
  place(member: M, op: Operation | null): Branch | null {
    const branch = this.#find(member, op);
    if (branch !== null) this.#branches.set(member, branch);
    return branch;
  }

  of(member: M): Branch | undefined {
    return this.#branches.get(member);
  }

  /** Moves a member that took the place of others. */
  set(member: M, branch: Branch): void {
    this.#branches.set(member, branch);
  }

  /** Where the value of a tensor is there. */
  ofTensor(tensor: Tensor): Branch {
    const { op, index } = tensor;
    const member = this.#memberOf(op);
    // What comes from outside of the frame is there always.
    const branch = member === undefined ? this.whole : (this.#branches.get(member) as Branch);
    if (member !== (op as unknown) || op.def.flow !== "switch") return branch;
    return branch.inner(plainPredicate(op.inputs[1] as Tensor), index === 1);
  }

  #find(member: M, op: Operation | null): Branch | null {
    const { flow } = op?.def ?? {};
    if (flow === "enter" || (op !== null && (isLoopMerge(op) || op.def.isTrigger))) return this.whole;
    if (flow === "merge") return this.#joined((op as Operation).inputs);
    const inputs = op === null ? member.inputs : computedInputs(op, this.#slice);
    const controls = op === null ? member.controlInputs : awaitedControls(op, this.#slice);
    let deepest = this.whole;
    for (const branch of [
      ...inputs.map((tensor) => this.ofTensor(tensor)),
      ...controls.map((one) => this.#after(one)),
    ]) {
      if (branch.holds(deepest)) continue;
      if (!deepest.holds(branch)) return null;
      deepest = branch;
    }
    return deepest;
  }

  #after(control: Operation): Branch {
    const member = this.#memberOf(control);
    return member === undefined ? this.whole : (this.#branches.get(member) as Branch);
  }

  /** Two inputs from the two branches of one predicate. */
  #joined(inputs: readonly Tensor[]): Branch | null {
    const { feedIndex } = this.#slice;
    if (inputs.length !== 2 || inputs.some((input) => feedIndex.has(input))) return null;
    const [a, b] = inputs.map((input) => this.ofTensor(input)) as [Branch, Branch];
    const arePair =
      a.parent !== null && a.parent === b.parent && a.predicate === b.predicate && a.isTaken !== b.isTaken;
    return arePair ? a.parent : null;
  }
}
