/** Who takes what in a slice: the questions that the search for regions asks about edges. */
import { Const } from "../../graph/constant.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { StepSlice } from "../prune.ts";
import { awaitedControls, computedInputs } from "./flow-order.ts";

/** What a set of ops takes from outside. */
export interface Boundary {
  readonly inputs: readonly Tensor[];
  readonly controlInputs: readonly Operation[];
}

/** Something with inputs of its own. */
interface Member {
  readonly inputs: readonly Tensor[];
  readonly controlInputs: readonly Operation[];
}

const nobody: readonly Operation[] = [];

/** The edges of a slice by where they begin. Made in one pass. */
export class FlowEdges {
  readonly #slice: StepSlice;
  readonly #takers = new Map<Tensor, Operation[]>();
  readonly #followers = new Map<Operation, Operation[]>();
  readonly #fetched: ReadonlySet<Tensor | Operation>;

  constructor(slice: StepSlice) {
    this.#slice = slice;
    this.#fetched = new Set(slice.fetches);
    for (const op of slice.ops) {
      for (const input of computedInputs(op, slice)) append(this.#takers, input, op);
      for (const control of awaitedControls(op, slice)) append(this.#followers, control, op);
    }
  }

  takersOf(tensor: Tensor): readonly Operation[] {
    return this.#takers.get(tensor) ?? nobody;
  }

  /** What a set of ops takes from outside, each once. */
  boundary(ops: ReadonlySet<Operation>): Boundary {
    const inputs = new Set<Tensor>();
    const controls = new Set<Operation>();
    for (const op of ops) {
      for (const input of computedInputs(op, this.#slice)) if (!ops.has(input.op)) inputs.add(input);
      for (const control of awaitedControls(op, this.#slice)) if (!ops.has(control)) controls.add(control);
    }
    return { inputs: [...inputs], controlInputs: [...controls] };
  }

  /** Whether anything but `outputs` leaves a set of ops; what waits for an op may wait for one that gives an output. */
  escapes(ops: ReadonlySet<Operation>, outputs: ReadonlySet<Tensor>): boolean {
    const givers = new Set([...outputs].map((output) => output.op));
    for (const op of ops) {
      const isGiver = givers.has(op);
      if (!isGiver && (this.#fetched.has(op) || this.#followers.get(op)?.some((follower) => !ops.has(follower))))
        return true;
      for (const output of op.outputs) {
        if (!outputs.has(output) && this.leaves(output, ops)) return true;
      }
    }
    return false;
  }

  /** Whether a tensor made within a set of ops is taken outside of it, or fetched. */
  leaves(tensor: Tensor, ops: ReadonlySet<Operation>): boolean {
    return this.#fetched.has(tensor) || this.takersOf(tensor).some((taker) => !ops.has(taker));
  }

  /** The constant that a tensor is wherever it is alive; what a step feeds is no constant. */
  constantBehind(tensor: Tensor): NDArray | null {
    const { feedIndex } = this.#slice;
    for (let at = tensor; !feedIndex.has(at); ) {
      const { op } = at;
      if (op.def === Const) return op.attrs["value"] as NDArray;
      const isConstant = op.def.flow === "switch" || (op.def.flow === "enter" && op.attrs["is_constant"] === true);
      if (!isConstant) return null;
      [at] = op.inputs as readonly [Tensor];
    }
    return null;
  }

  /** Members after what they take of each other; `null` when they wait for each other in a circle. */
  sort<M extends Member>(members: readonly M[], memberOf: (op: Operation) => M | undefined): readonly M[] | null {
    const places = new Map(members.map((member, i) => [member, i]));
    const waiting = new Int32Array(members.length);
    const takers: number[][] = members.map(() => []);
    const add = (source: Operation, place: number, taker: M): void => {
      const from = memberOf(source);
      const at = from === undefined ? undefined : places.get(from);
      if (at === undefined || from === taker) return;
      takers[at]?.push(place);
      waiting[place] = (waiting[place] as number) + 1;
    };
    for (const [place, member] of members.entries()) {
      for (const input of member.inputs)
        if (!this.#slice.feedIndex.has(input) && !isBackEdge(member, input)) add(input.op, place, member);
      for (const control of member.controlInputs) add(control, place, member);
    }
    const order: number[] = [];
    for (let place = 0; place < members.length; place += 1) if (waiting[place] === 0) order.push(place);
    for (let done = 0; done < order.length; done += 1) {
      for (const taker of takers[order[done] as number] ?? []) {
        waiting[taker] = (waiting[taker] as number) - 1;
        if (waiting[taker] === 0) order.push(taker);
      }
    }
    return order.length < members.length ? null : order.map((place) => members[place] as M);
  }
}

/** From one iteration to the next. */
function isBackEdge(member: Member, input: Tensor): boolean {
  return input.op.def.flow === "nextIteration" && "def" in member && (member as Operation).def.flow === "merge";
}

function append<K>(lists: Map<K, Operation[]>, key: K, op: Operation): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [op]);
  else list.push(op);
}
