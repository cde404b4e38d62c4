/**
 * A loop that is gone through backwards: the loop that does it, and what it needs of the iterations of the first one. Values are pushed
 * on stacks by the forward loop and popped by the backward one. Mirrors `_GradLoopState`, python/ops/control_flow_state.py.
 */
import { invariant } from "../base/assert.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { Const } from "../graph/constant.ts";
import { stateOf } from "../graph/context.ts";
import { type FlowContext, outputContext } from "../graph/flow-context.ts";
import { constantValue } from "../graph/infer.ts";
import type { Operation } from "../graph/operation.ts";
import { makeColocation, makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { greaterEqual } from "../ops/compare.ts";
import { CondContext } from "../ops/cond.ts";
import { controlFlowDefs } from "../ops/control-flow.defs.ts";
import { controlTrigger } from "../ops/control-flow.ts";
import { mergeTensors, nextIteration, switchAnywhere, switchTensor } from "../ops/flow-nodes.ts";
import { add, subtract } from "../ops/math.ts";
import { stackDefs } from "../ops/stack.defs.ts";
import { type BackwardLoop, WhileContext } from "../ops/while-context.ts";
import { inFlow } from "./flow-values.ts";
import type { Gradient } from "./rule.ts";

/** One loop of the forward graph, in one call of `gradients`. */
export class LoopState implements BackwardLoop {
  readonly forward: WhileContext;
  readonly outer: LoopState | null;
  /** The loop that computes the gradient. */
  readonly loop: WhileContext;
  /** The number of the forward loop's next iteration. */
  readonly #forwardIndex: Tensor;
  /** The number of iterations that the backward loop has left. */
  readonly #backwardIndex: Tensor;
  #forwardSync: Operation | null = null;
  #backwardSync: Operation | null = null;
  /** By forward tensor, what stands for it in the backward loop. */
  readonly history = new Map<Tensor, Tensor>();
  /** By the forward loop's switches: where the gradient of an iteration meets that of the next. */
  readonly merged = new Map<Operation, Gradient>();
  readonly unusedExits: Tensor[] = [];
  readonly deferredExits: Tensor[] = [];
  readonly exits: readonly Tensor[];
  pendingExits: number;
  /** The branch or loop in which `gradients` was called. */
  readonly caller: FlowContext | null;

  constructor(forward: WhileContext, outer: LoopState | null) {
    this.forward = forward;
    this.outer = outer;
    this.exits = [...forward.loopExits];
    this.pendingExits = this.exits.length;
    const { graph } = forward;
    this.caller = stateOf(graph).flow;
    const outerForward = outer === null ? forward.outer : outer.forward;
    const counted = this.#inside(outerForward, () => countIterations(forward, outer));
    this.#forwardIndex = counted.index;
    // A nested loop's number of iterations is remembered for each iteration of the outer one.
    outerForward?.know(counted.total);
    const stack = outer?.accumulate(counted.total) ?? null;
    const made = this.#inside(outer === null ? outerForward : outer.loop, () => {
      const loop = new WhileContext(graph, forward.settings, forward.name, this);
      const total = outer === null ? counted.total : outer.accumulated(stack as Tensor, counted.total);
      return { loop, index: countDown(loop, total, outer) };
    });
    this.loop = made.loop;
    this.#backwardIndex = made.index;
  }

  #inside<T>(flow: FlowContext | null, body: () => T): T {
    return flow === null ? body() : inFlow(this.forward.graph, flow, body);
  }

  /** The forward ops that wait for pushes before the next iteration begins. */
  get #pushGate(): Operation {
    this.#forwardSync ??= gate(this.forward, "f_sync", this.#forwardIndex.op);
    return this.#forwardSync;
  }
  /** What waits for the pops of an iteration. */
  get popGate(): Operation {
    this.#backwardSync ??= gate(this.loop, "b_sync", this.#backwardIndex.op);
    return this.#backwardSync;
  }
  /** What adds one to the forward counter: pushes come after it. */
  get counterStep(): Operation {
    return (this.#forwardIndex.op.inputs[0] as Tensor).op;
  }

  /** Pushes a tensor of the forward loop on a stack, and gives the stack. To be called where `gradients` was. */
  accumulate(value: Tensor, isDeadBranch = false): Tensor {
    const { graph } = this.forward;
    const caller = stateOf(graph).flow;
    return runInScope(makeControlDependencies(null, graph), () => {
      const stack = this.#inside(caller, () =>
        runInScope(makeColocation(value), () =>
          applyOp1(
            stackDefs.StackV2,
            [constant(-1, { dtype: "int32" })],
            { elem_type: value.dtype.baseDtype },
            "f_acc",
          ),
        ),
      );
      const entered = this.forward.addValue(stack);
      this.#push(entered, value, isDeadBranch);
      return stack;
    });
  }

  #push(stack: Tensor, value: Tensor, isDeadBranch: boolean): void {
    const { graph } = this.forward;
    const home = outputContext(value.op);
    const push = (flow: FlowContext | null): Operation =>
      inFlow(
        graph,
        flow,
        () => applyOp1(stackDefs.StackPushV2, [stack, value], { swap_memory: this.forward.settings.swapMemory }).op,
      );
    let made: Operation;
    if (home === this.forward) {
      made = push(this.forward);
      this.#forwardIndex.op.addControlInputs([made]);
    } else {
      invariant(home instanceof CondContext, `${value.name} is neither in a loop's body nor in a branch of it`);
      made = push(isDeadBranch ? home.outer : home);
      if (isDeadBranch) made.flow = home;
      this.#pushGate.addControlInputs([made]);
    }
    made.addControlInputs([this.counterStep]);
  }

  /** Pops what `accumulate` has pushed. */
  accumulated(stack: Tensor, value: Tensor, isDeadBranch = false): Tensor {
    const branch = branchBetween(value.op.flow, stack.op.flow);
    const { graph } = this.forward;
    const popped = runInScope(makeControlDependencies(null, graph), () =>
      inFlow(graph, this.loop, () => {
        const source = branch === null ? stack : this.#guarded(stack, branch, isDeadBranch);
        const top = applyOp1(stackDefs.StackPopV2, [source], { elem_type: value.dtype.baseDtype });
        top.setShape(value.shape);
        return top;
      }),
    );
    if (this.loop.settings.parallelIterations > 1) this.popGate.addControlInputs([popped.op]);
    return popped;
  }

  /** A stack that was pushed to in a branch is popped only if that branch was taken. */
  #guarded(stack: Tensor, { predicate, branch }: CondContext, isDeadBranch: boolean): Tensor {
    const sides = switchTensor(stack, this.#remembered(predicate) ?? predicate);
    return (branch === 1) === isDeadBranch ? sides.onFalse : sides.onTrue;
  }

  /** What stands for a tensor in the innermost backward loop that knows it. */
  #remembered(value: Tensor): Tensor | undefined {
    return this.history.get(value) ?? (this.outer === null ? undefined : this.outer.#remembered(value));
  }

  realValue(value: Tensor): Tensor {
    const known = this.history.get(value);
    if (known !== undefined) return known;
    const real = this.#realValue(value);
    this.history.set(value, real);
    return real;
  }

  #realValue(value: Tensor): Tensor {
    const { kept, state } = whereKept(value, this);
    if (state === null) return this.loop.addValue(kept);
    if (kept.op.def === Const) {
      const literal = constantValue(kept);
      invariant(literal, `${kept.name} is a constant`);
      return constant(literal);
    }
    const stack = inFlow(this.forward.graph, this.caller, () => state.accumulate(kept));
    const real = state.accumulated(stack, kept);
    return state === this ? real : this.loop.addValue(real);
  }
}

/** The value that came into loops as a constant of theirs, and the loop in which it has changing values; `null`: none. */
function whereKept(value: Tensor, inner: LoopState): { readonly kept: Tensor; readonly state: LoopState | null } {
  let kept = value;
  let state: LoopState | null = inner;
  for (let enter = constantEnter(kept); enter !== null && state !== null; enter = constantEnter(kept)) {
    kept = enter.inputs[0] as Tensor;
    state = state.outer;
  }
  return { kept, state };
}

/** Counts the iterations of a loop: `n = 0; while (…) n += 1`. */
function countIterations(
  forward: WhileContext,
  outer: LoopState | null,
): { readonly total: Tensor; readonly index: Tensor } {
  const zero = constant(0, { dtype: "int32", name: "f_count" });
  // The pushes of one run of an inner loop come before those of the next.
  if (outer !== null) zero.op.addControlInputs([outer.counterStep]);
  return inFlow(forward.graph, forward, () => {
    const enter = forward.enterLate(zero, "f_count");
    const merge = mergeTensors([enter, enter]);
    const sides = switchAnywhere(merge, forward.pivotTensor as Tensor);
    const index = nextIteration(add(sides.onTrue, 1));
    merge.op.updateInput(1, index);
    return { total: forward.exitLate(sides.onFalse, "f_count"), index };
  });
}

/** Lets the backward loop run as often: `n = total; while (n >= 1) n -= 1`. */
function countDown(loop: WhileContext, total: Tensor, outer: LoopState | null): Tensor {
  const one = constant(1, { dtype: "int32", name: "b_count" });
  return inFlow(loop.graph, loop, () => {
    const enter = loop.enterLate(total, "b_count");
    const merge = mergeTensors([enter, enter]);
    loop.pivotForCondition = merge;
    loop.pivotTensor = applyOp1(controlFlowDefs.LoopCond, [greaterEqual(merge, one)], {}, "b_count");
    const sides = switchAnywhere(merge, loop.pivotTensor);
    const index = subtract(sides.onTrue, one);
    loop.pivotForBody = index;
    const next = nextIteration(index);
    merge.op.updateInput(1, next);
    const done = loop.exitLate(sides.onFalse, "b_count");
    // The pops of one run of an inner loop come before those of the next.
    outer?.popGate.addControlInputs([done.op]);
    return next;
  });
}

/** An op of a loop that waits, and lets the counter wait for it. */
function gate(loop: WhileContext, name: string, counter: Operation): Operation {
  const made = runInScope(makeControlDependencies(null, loop.graph), () => controlTrigger({ name }));
  made.flow = loop;
  counter.addControlInputs([made]);
  return made;
}

/** The innermost branch around a value on the way to where its stack is. */
function branchBetween(from: FlowContext | null, to: FlowContext | null): CondContext | null {
  for (let at = from; at !== null && at !== to; at = at.outer) if (at instanceof CondContext) return at;
  return null;
}

const handingOn: ReadonlySet<string> = new Set(["Switch", "RefSwitch", "Identity", "RefIdentity"]);

/** The `Enter` of a value that is the same in all iterations; `null` for any other. */
function constantEnter(value: Tensor): Operation | null {
  let { op } = value;
  while (handingOn.has(op.type)) op = (op.inputs[0] as Tensor).op;
  return op.def.flow === "enter" && op.attrs["is_constant"] === true ? op : null;
}
