/** The loops that one call of `gradients` goes back through, and what the walk does differently for them. Mirrors `_ControlFlowState`, python/ops/control_flow_state.py. */
import { enclosingLoop, type FlowContext } from "../graph/flow-context.ts";
import type { Operation } from "../graph/operation.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { constant, zeros, zerosLike } from "../ops/array.ts";
import { CondContext } from "../ops/cond.ts";
import { nextIteration, switchTensor } from "../ops/flow-nodes.ts";
import { shape } from "../ops/shape.ts";
import { WhileContext } from "../ops/while-context.ts";
import { isTrainable } from "./between.ts";
import { inFlow } from "./flow-values.ts";
import { LoopState } from "./loop-state.ts";
import { zerosForOutput, zerosLikeValue } from "./zeros.ts";

/** Whether an op is the switch of a loop variable: it is visited twice, for the end of the loop and for its body. */
export function isLoopSwitch(op: Operation): boolean {
  return op.def.flow === "switch" && op.flow?.kind === "while" && op.inputs[0]?.op.def.flow === "merge";
}

/** All loops of one call, outer ones first. */
export class LoopStates {
  readonly #byLoop = new Map<FlowContext, LoopState>();

  /** Adds the loops whose ends are among `ops`, and to `ops` all ends of these loops. `null` when there are none. */
  static of(ops: Operation[], isBetween: Set<Operation>, colocate: boolean): LoopStates | null {
    let states: LoopStates | null = null;
    for (let i = 0; i < ops.length; i += 1) {
      const op = ops[i] as Operation;
      if (op.def.flow !== "exit" || !(op.flow instanceof WhileContext)) continue;
      const known = (states ??= new LoopStates());
      const { flow } = op;
      const add = (): void => known.#add(flow, ops, isBetween);
      if (colocate) runInScope(makeColocation(op), add);
      else add();
    }
    return states;
  }

  #add(forward: WhileContext, ops: Operation[], isBetween: Set<Operation>): void {
    if (this.#byLoop.has(forward)) return;
    const state = new LoopState(forward, this.#outerOf(forward));
    this.#byLoop.set(forward, state);
    for (const { op } of state.exits) {
      if (isBetween.has(op)) continue;
      isBetween.add(op);
      ops.push(op);
    }
  }

  #outerOf(forward: FlowContext): LoopState | null {
    const loop = enclosingLoop(forward.outer);
    return loop === null ? null : (this.#byLoop.get(loop) ?? null);
  }

  /** The loop that an op belongs to; before its visit, the end of a loop belongs to what is around. */
  stateOf(op: Operation, before: boolean): LoopState | null {
    const home = before && op.def.flow === "exit" ? (op.flow?.outer ?? null) : op.flow;
    const loop = enclosingLoop(home);
    return loop === null ? null : (this.#byLoop.get(loop) ?? null);
  }

  /** Runs `body` in the loop that computes the gradient of an op's loop. */
  inGradientLoop<T>(op: Operation, before: boolean, body: () => T): T {
    const state = this.stateOf(op, before);
    return state === null ? body() : inFlow(op.graph, state.loop, body);
  }

  /**
   * The ends of loops that nothing asks for although other ends of the same loop are asked for. The counts of the loops' starts are changed, so that they are visited.
   */
  unusedExits(pending: Map<Operation, number>, started: ReadonlySet<Operation>): Tensor[] {
    const found: Tensor[] = [];
    const isDone = (op: Operation): boolean => (pending.get(op) ?? 0) === 0;
    for (const state of this.#byLoop.values()) {
      for (const exit of state.exits) {
        if (!isDone(exit.op)) continue;
        state.pendingExits -= 1;
        if (!started.has(exit.op)) state.unusedExits.push(exit);
        if (state.pendingExits === 0) found.push(...state.unusedExits);
      }
      for (const { op } of state.forward.loopEnters) if (isDone(op)) pending.set(op, 1);
    }
    return found;
  }

  /**
   * The end of a loop is ready: once all are, those are given that are to be visited. If any of them has a gradient, `receive` gets zeros for the others.
   */
  exitReady(
    exit: Tensor,
    hasGradient: (op: Operation) => boolean,
    receive: (exit: Tensor, zeros: Tensor) => void,
  ): Operation[] {
    const state = this.stateOf(exit.op, false);
    if (state === null) return [exit.op];
    state.deferredExits.push(exit);
    state.pendingExits -= 1;
    if (state.pendingExits > 0) return [];
    const used = state.deferredExits.filter(({ op }) => hasGradient(op));
    state.unusedExits.push(...state.deferredExits.filter(({ op }) => !hasGradient(op)));
    if (used.length > 0)
      for (const unused of state.unusedExits) if (isTrainable(unused.dtype)) receive(unused, this.zerosForExit(unused));
    return [...used, ...state.unusedExits].map(({ op }) => op);
  }

  /** Zeros for the end of a loop that nothing depends on. */
  zerosForExit(exit: Tensor): Tensor {
    const forward = exit.op.flow as FlowContext;
    const outer = this.#outerOf(forward);
    const { dtype, shape: known, graph } = exit;
    if (outer === null) return known.isFullyDefined() ? zeros(known, { dtype }) : zerosLike(exit, { optimize: false });
    if (known.isFullyDefined()) return inFlow(graph, outer.loop, () => zeros(known, { dtype }));
    const size = inFlow(graph, forward.outer, () => shape(exit, { optimize: false }));
    const stack = outer.accumulate(size);
    return inFlow(graph, outer.loop, () => zeros(outer.accumulated(stack, size), { dtype }));
  }

  /** Zeros for the gradient of an output, in the loop that computes the op's gradient. */
  zerosForOutput(op: Operation, index: number): Tensor | null {
    if (isLoopSwitch(op)) return null;
    const state = this.stateOf(op, false);
    if (state === null) return zerosForOutput(op, index);
    const output = op.output(index);
    const branch = op.def.flow === "switch" && op.flow instanceof CondContext ? op.flow : null;
    if (output.shape.isFullyDefined()) {
      const made =
        output.dtype.baseName === "resource"
          ? zerosLikeValue(output)
          : constant(0, { dtype: output.dtype.baseDtype, shape: output.shape });
      if (branch === null) return made;
      return otherSide(switchTensor(made, state.history.get(branch.predicate) as Tensor), branch);
    }
    const size = this.#sizeInForward(op, output, branch);
    const isDead = branch !== null;
    const stack = inFlow(op.graph, state.caller, () => state.accumulate(size, isDead));
    return zeros(state.accumulated(stack, size, isDead), { dtype: output.dtype.baseDtype });
  }

  #sizeInForward(op: Operation, output: Tensor, branch: CondContext | null): Tensor {
    if (branch === null) return inFlow(op.graph, op.flow, () => shape(output, { optimize: false }));
    const made = inFlow(op.graph, branch.outer, () => {
      const value = otherSide(switchTensor(op.inputs[0] as Tensor, branch.predicate), branch);
      return { value, size: shape(value, { optimize: false }) };
    });
    made.value.op.flow = branch;
    made.size.op.flow = branch;
    return made.size;
  }

  /** Mends the gradients of loop variables whose next value does not depend on the one before: those of all iterations but the last are zero. */
  finish(): void {
    for (const state of this.#byLoop.values()) {
      for (const merged of state.merged.values()) {
        if (!(merged instanceof Tensor)) continue;
        const [first, second] = merged.op.inputs as readonly [Tensor, Tensor];
        if (first === second) merged.op.updateInput(1, this.#zerosOfIterations(state, first));
      }
    }
  }

  #zerosOfIterations(state: LoopState, entered: Tensor): Tensor {
    const { graph } = entered;
    const { dtype, shape: known } = entered;
    if (known.isFullyDefined())
      return inFlow(graph, state.loop, () => nextIteration(constant(0, { dtype, shape: known })));
    const outside = entered.op.inputs[0] as Tensor;
    const { outer } = state.loop;
    const make = (): Tensor => zeros(shape(outside, { optimize: false }));
    const made = outer === null ? make() : inFlow(graph, outer, make);
    return inFlow(graph, state.loop, () => nextIteration(made));
  }
}

function otherSide({ onFalse, onTrue }: { onFalse: Tensor; onTrue: Tensor }, { branch }: CondContext): Tensor {
  return branch === 1 ? onFalse : onTrue;
}
