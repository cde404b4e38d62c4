/**
 * Finds the conditionals and loops behind `Switch`, `Merge`, `Enter` and `Exit`, and puts each that computes nothing but values into
 * one region, which then stands where any op may stand. What writes, draws, prints or asserts stays as it is: the interpreter's.
 * `docs/decisions/0009-regions.md` says why that changes no result.
 */
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { StepSlice } from "../prune.ts";
import { type Branch, BranchMap, plainPredicate } from "./branches.ts";
import { ConnectedSets } from "./connected-sets.ts";
import { type Boundary, FlowEdges } from "./flow-edges.ts";
import { type FlowOrder, isLoopMerge, type LoopFrame } from "./flow-order.ts";
import { loopParts } from "./loop-parts.ts";
import {
  type FlowMember,
  type FrameMember,
  type IfRegion,
  isRegion,
  type LoopRegion,
  type LoopVariable,
  type OpenLoop,
  type Region,
  type RegionBody,
} from "./region.ts";

/** What was found. */
export interface Regions {
  /** The outermost regions. */
  readonly regions: readonly Region[];
  /** Whether control flow is left outside of them. */
  readonly isWhole: boolean;
  /** In which branch of its frame each op and region stands; nothing is known of those that are put together in another way. */
  readonly branchOf: ReadonlyMap<FlowMember, Branch>;
}

/** What may be in a region. */
export interface RegionRules {
  /** Whether the op computes nothing but values, where regions run. */
  mayRun(op: Operation): boolean;
  /** Whether the region's reads of variables could see another value than the ops in it. */
  readsTooLate(inputs: readonly Tensor[], controlInputs: readonly Operation[]): boolean;
  /** Whether loops are taken in: a region cannot be stopped between iterations. */
  readonly takesLoops: boolean;
}

/** Finds the regions of a slice. Linear in the slice, for each level of nesting. */
export function findRegions(slice: StepSlice, order: FlowOrder, rules: RegionRules): Regions {
  const finder = new RegionFinder(slice, order, rules);
  finder.close(order.root);
  return finder.result();
}

class RegionFinder {
  readonly #slice: StepSlice;
  readonly #order: FlowOrder;
  readonly #rules: RegionRules;
  readonly #edges: FlowEdges;
  /** The outermost region that an op is in. */
  readonly #regionOf = new Map<Operation, Region>();
  /** What became of each loop. */
  readonly #loops = new Map<LoopFrame, Region | OpenLoop>();
  readonly #branchOf = new Map<FlowMember, Branch>();

  constructor(slice: StepSlice, order: FlowOrder, rules: RegionRules) {
    this.#slice = slice;
    this.#order = order;
    this.#rules = rules;
    this.#edges = new FlowEdges(slice);
  }

  result(): Regions {
    const { ops } = this.#order;
    const memberOf = (op: Operation): FlowMember => this.#regionOf.get(op) ?? op;
    // No region may wait for itself. Graphs put together by hand could bring that about.
    if (this.#edges.sort([...new Set(ops.map(memberOf))], memberOf) === null)
      return { regions: [], isWhole: false, branchOf: new Map() };
    const isWhole = ops.every((op) => op.def.flow === undefined || this.#regionOf.has(op));
    return { regions: [...new Set(this.#regionOf.values())], isWhole, branchOf: this.#branchOf };
  }

  /** Closes a frame from the inside out: its loops, then its conditionals, then the frame itself. */
  close(frame: LoopFrame): void {
    for (const child of frame.children) this.close(child);
    const branches = this.#placeAll(frame);
    if (branches !== null) {
      this.#closeConditionals(frame, branches);
      for (const member of this.#membersOf(frame)) {
        const branch = branches.of(member);
        if (branch !== undefined && (!("kind" in member) || isRegion(member))) this.#branchOf.set(member, branch);
      }
    }
    if (frame.parent === null) return;
    const loop = branches === null ? null : this.#loop(frame, branches);
    if (loop !== null) this.#takeIn(loop);
    this.#loops.set(frame, loop ?? this.#open(frame));
  }

  /** The member of a frame that an op is, or is part of; `undefined` for what is outside of the frame. */
  #memberIn(frame: LoopFrame, op: Operation): FrameMember | undefined {
    const region = this.#regionOf.get(op);
    let inner = this.#order.frameOf.get(op);
    if (inner === frame) return region ?? op;
    // What is fed is in no frame.
    for (; inner !== undefined && inner.parent !== null; inner = inner.parent) {
      if (inner.parent !== frame) continue;
      const loop = this.#loops.get(inner) as Region | OpenLoop;
      return loop.kind === "open" ? loop : region;
    }
    return undefined;
  }

  #membersOf(frame: LoopFrame): FrameMember[] {
    const members = new Set<FrameMember>();
    for (const op of frame.ops) members.add(this.#regionOf.get(op) ?? op);
    for (const child of frame.children) members.add(this.#memberIn(frame, child.ops[0] as Operation) as FrameMember);
    return [...members];
  }

  #placeAll(frame: LoopFrame): BranchMap<FrameMember> | null {
    const memberOf = (op: Operation): FrameMember | undefined => this.#memberIn(frame, op);
    const sorted = this.#edges.sort(this.#membersOf(frame), memberOf);
    if (sorted === null) return null;
    const branches = new BranchMap<FrameMember>(this.#slice, memberOf);
    for (const member of sorted) if (branches.place(member, "kind" in member ? null : member) === null) return null;
    return branches;
  }

  #open(frame: LoopFrame): OpenLoop {
    const ops = new Set(opsWithin(frame));
    return { kind: "open", ops, ...this.#edges.boundary(ops) };
  }

  #takeIn(region: Region): void {
    for (const op of region.ops) this.#regionOf.set(op, region);
  }

  // ---- conditionals

  /** From the innermost branches outwards, so that what is inside of a conditional is closed before it. */
  #closeConditionals(frame: LoopFrame, branches: BranchMap<FrameMember>): void {
    const depths = this.#membersOf(frame).map((member) => branches.of(member)?.depth ?? 0);
    for (let depth = Math.max(0, ...depths); depth > 0; depth -= 1) {
      const members = this.#membersOf(frame);
      for (const group of this.#conditionalGroups(frame, members, branches, depth)) {
        const region = this.#conditional(frame, group, branches);
        if (region === null) continue;
        this.#takeIn(region);
        branches.set(region, branches.of(region.op) as Branch);
      }
    }
  }

  /** What belongs together: the members of one predicate's branches, its switches and merges, as far as edges connect them. */
  #conditionalGroups(
    frame: LoopFrame,
    members: readonly FrameMember[],
    branches: BranchMap<FrameMember>,
    depth: number,
  ): readonly FrameMember[][] {
    const keyOf = (member: FrameMember): Branch | null => predicateBranch(member, branches, depth);
    const groups = new ConnectedSets<FrameMember>();
    for (const member of members) {
      const key = keyOf(member);
      if (key === null || key.predicate?.op.def.flow === "loopCond") continue;
      groups.add(member);
      for (const source of [...member.inputs.map(({ op }) => op), ...member.controlInputs]) {
        const other = this.#memberIn(frame, source);
        // What a merge gives has left its conditional; another one of the same predicate may take it.
        if (other === undefined || other === member || isMerge(other)) continue;
        if (keyOf(other) === key) groups.connect(member, other);
      }
    }
    return groups.lists();
  }

  #conditional(frame: LoopFrame, group: readonly FrameMember[], branches: BranchMap<FrameMember>): IfRegion | null {
    const merges: Operation[] = [];
    const switches: Operation[] = [];
    const inside: FlowMember[] = [];
    for (const member of group) {
      if ("kind" in member) {
        if (member.kind === "open") return null;
        inside.push(member);
      } else if (member.def.flow === "merge") merges.push(member);
      else if (member.def.flow === "switch") switches.push(member);
      else if (member.def.flow === undefined && this.#rules.mayRun(member)) inside.push(member);
      else return null;
    }
    const [op] = merges;
    if (op === undefined || merges.some((merge) => merge.type !== "Merge")) return null;
    const ops = allOps(group);
    const outputs = merges.map((merge) => merge.output(0));
    const boundary = this.#boundary(ops, outputs);
    if (boundary === null) return null;
    const branch = branches.of(op) as Branch;
    const predicate = branches.ofTensor(op.inputs[0] as Tensor).predicate as Tensor;
    const bodies = [false, true].map((isTaken): RegionBody | null => {
      const side = branch.inner(predicate, isTaken);
      const members = this.#sortedBody(
        frame,
        inside.filter((member) => branches.of(member) === side),
      );
      const results = merges.map((merge) => merge.inputs.find((input) => branches.ofTensor(input) === side) as Tensor);
      return members && { members, results };
    });
    const [whenFalse, whenTrue] = bodies as [RegionBody | null, RegionBody | null];
    if (whenFalse === null || whenTrue === null) return null;
    const inputs = [...new Set([predicate, ...boundary.inputs])];
    return { kind: "if", op, ops, ...boundary, inputs, outputs, predicate, whenFalse, whenTrue };
  }

  /** What crosses the border of a region; `null` when more leaves it than its outputs, or reads would come too late. */
  #boundary(ops: ReadonlySet<Operation>, outputs: readonly Tensor[]): Boundary | null {
    if (this.#edges.escapes(ops, new Set(outputs))) return null;
    const boundary = this.#edges.boundary(ops);
    return this.#rules.readsTooLate(boundary.inputs, boundary.controlInputs) ? null : boundary;
  }

  #sortedBody(frame: LoopFrame, members: readonly FlowMember[]): readonly FlowMember[] | null {
    return this.#edges.sort<FlowMember>(members, (op) => this.#memberIn(frame, op) as FlowMember | undefined);
  }

  // ---- loops

  #loop(frame: LoopFrame, branches: BranchMap<FrameMember>): LoopRegion | null {
    if (!this.#rules.takesLoops) return null;
    const parts = loopParts(this.#membersOf(frame), branches);
    if (
      parts === null ||
      ![...parts.condition, ...parts.body].every((member) => isRegion(member) || this.#rules.mayRun(member))
    )
      return null;
    const ops = allOps(this.#membersOf(frame));
    const variables = parts.merges.map((merge) => this.#variable(merge, parts.exits));
    if (variables.includes(null) || !this.#entersAsLoopsDo(frame)) return null;
    const known = variables as LoopVariable[];
    const outputs = known.flatMap(({ exit }) => (exit === null ? [] : [exit]));
    const [op] = parts.exits;
    if (op === undefined || outputs.length !== parts.exits.length) return null;
    const boundary = this.#boundary(ops, outputs);
    const condition = this.#sortedBody(frame, parts.condition);
    const body = this.#sortedBody(frame, parts.body);
    if (boundary === null || condition === null || body === null) return null;
    if (!this.#servesCondition(parts.condition, parts.loopCond)) return null;
    return {
      kind: "loop",
      op,
      ops,
      ...boundary,
      outputs,
      variables: known,
      condition: { members: condition, results: [parts.loopCond.inputs[0] as Tensor] },
      body: { members: body, results: known.map(({ next }) => next) },
    };
  }

  #variable(merge: Operation, exits: readonly Operation[]): LoopVariable | null {
    const [enter, back] = merge.inputs.map(({ op }) => op);
    if (merge.type !== "Merge" || enter?.def.flow !== "enter" || back?.def.flow !== "nextIteration") return null;
    const exit = exits.find(({ inputs: [from] }) => from?.op.def.flow === "switch" && from.op.inputs[0]?.op === merge);
    return {
      initial: enter.inputs[0] as Tensor,
      parameter: merge.output(0),
      next: back.inputs[0] as Tensor,
      exit: exit?.output(0) ?? null,
    };
  }

  /** Whether whatever enters is a variable at first, or there in every iteration. */
  #entersAsLoopsDo(frame: LoopFrame): boolean {
    return frame.ops.every((op) => {
      if (op.def.flow !== "enter" || op.attrs["is_constant"] === true) return true;
      return this.#edges.takersOf(op.output(0)).every(isLoopMerge);
    });
  }

  /** Whether all of the condition's members lead to it: what only the body takes would run once too often. */
  #servesCondition(condition: readonly FlowMember[], loopCond: Operation): boolean {
    const served = new Set<Operation>([...allOps(condition), loopCond]);
    return condition.every((member) =>
      [...allOps([member])].every((op) =>
        op.outputs.every((output) => this.#edges.takersOf(output).every((taker) => served.has(taker))),
      ),
    );
  }
}

/** For a member of a conditional at a depth, what its groups go by: the branch of its predicate that is not taken. */
function predicateBranch(member: FrameMember, branches: BranchMap<FrameMember>, depth: number): Branch | null {
  const branch = branches.of(member);
  if (branch === undefined) return null;
  if (!("kind" in member) && branch.depth === depth - 1) {
    if (member.def.flow === "switch") return branch.inner(plainPredicate(member.inputs[1] as Tensor), false);
    if (member.def.flow === "merge" && !isLoopMerge(member))
      return untaken(branches.ofTensor(member.inputs[0] as Tensor));
  }
  const isSteering = !("kind" in member) && member.def.flow !== undefined;
  return branch.depth === depth && !isSteering ? untaken(branch) : null;
}

function isMerge(member: FrameMember): boolean {
  return !("kind" in member) && member.def.flow === "merge";
}

function untaken(branch: Branch): Branch {
  return (branch.parent as Branch).inner(branch.predicate as Tensor, false);
}

function allOps(members: Iterable<FrameMember>): ReadonlySet<Operation> {
  const ops = new Set<Operation>();
  for (const member of members) {
    if ("kind" in member) for (const op of member.ops) ops.add(op);
    else ops.add(member);
  }
  return ops;
}

function* opsWithin(frame: LoopFrame): Iterable<Operation> {
  yield* frame.ops;
  for (const child of frame.children) yield* opsWithin(child);
}
