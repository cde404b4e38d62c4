/** The parts of a loop as `while_loop` makes it. */
import type { FlowRole } from "../../graph/op-def.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Branch, BranchMap } from "./branches.ts";
import { isLoopMerge } from "./flow-order.ts";
import { type FlowMember, type FrameMember, isRegion } from "./region.ts";

/** The members of a loop's frame by what they do. */
export interface LoopParts {
  readonly merges: readonly Operation[];
  readonly exits: readonly Operation[];
  readonly loopCond: Operation;
  /** What runs before the condition is known. */
  readonly condition: readonly FlowMember[];
  /** What runs when it holds. */
  readonly body: readonly FlowMember[];
}

/** The parts of a loop; `null` for any that is put together in another way. */
export function loopParts(members: readonly FrameMember[], branches: BranchMap<FrameMember>): LoopParts | null {
  const steering: Record<FlowRole, Operation[]> = {
    switch: [],
    merge: [],
    enter: [],
    exit: [],
    nextIteration: [],
    loopCond: [],
  };
  const plain: FlowMember[] = [];
  for (const member of members) {
    if ("kind" in member && !isRegion(member)) return null;
    if (isRegion(member) || member.def.flow === undefined) plain.push(member);
    else steering[member.def.flow].push(member);
  }
  const [loopCond, ...others] = steering.loopCond;
  if (loopCond === undefined || others.length > 0 || !steering.merge.every(isLoopMerge)) return null;
  if (!steering.switch.every((op) => op.inputs[1]?.op === loopCond)) return null;
  const isBody = (branch: Branch): boolean => branch.depth === 1 && branch.isTaken && branch.predicate?.op === loopCond;
  const condition = plain.filter((member) => branches.of(member)?.depth === 0);
  const body = plain.filter((member) => isBody(branches.of(member) as Branch));
  if (condition.length + body.length < plain.length) return null;
  return { merges: steering.merge, exits: steering.exit, loopCond, condition, body };
}
