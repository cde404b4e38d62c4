/** How conditionals and loops are differentiated: what splits joins, what enters leaves, and a loop is gone through backwards. Mirrors python/ops/control_flow_grad.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { exitGradient, inFlow, leadBack, mergeGradients, switchGradient } from "../gradients/flow-values.ts";
import { LoopState } from "../gradients/loop-state.ts";
import { enterGradient, sumOverIterations } from "../gradients/loop-sums.ts";
import { type ForwardOp, type Gradient, type GradientRule, gradientRules, noRule } from "../gradients/rule.ts";
import { stateOf } from "../graph/context.ts";
import { enclosingLoop, outputContext } from "../graph/flow-context.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { equal } from "./compare.ts";
import { CondContext } from "./cond.ts";
import type { controlFlowDefs } from "./control-flow.defs.ts";
import { WhileContext } from "./while-context.ts";

type OneInput = ForwardOp<OpDef<readonly ["data: T"]>>;
type SwitchRule = GradientRule<OpDef<readonly ["data: T", "pred: bool"]>>;
type MergeRule = GradientRule<OpDef<readonly ["inputs: N * T"]>>;

/** The innermost loop in which gradients are built now. */
function currentLoop(tensor: Tensor): WhileContext | null {
  const loop = enclosingLoop(stateOf(tensor.graph).flow);
  return loop instanceof WhileContext ? loop : null;
}

/** What the loop in which gradients are built now goes back through; `null` outside of such loops. */
function currentState(tensor: Tensor): LoopState | null {
  const backward = currentLoop(tensor)?.backward;
  return backward instanceof LoopState ? backward : null;
}

const switchRule: SwitchRule = (forward) => {
  const { op, grads, inputs } = forward;
  if (op.flow instanceof WhileContext) return loopSwitch(forward, currentState(forward.output));
  const [onFalse = null, onTrue = null] = grads;
  if (op.flow instanceof CondContext) {
    const { branch } = op.flow;
    const [own, other] = branch === 1 ? [onTrue, onFalse] : [onFalse, onTrue];
    if (onFalse !== null && onTrue !== null) return [mergeGradients([onFalse, onTrue], "cond_grad"), null];
    // Of a variable, the branch that does not use it has none.
    if (other === null && own !== null && inputs[0].dtype.baseName === "resource")
      return [mergeGradients([own, own], "cond_resource_grad"), null];
    return [null, null];
  }
  if (onFalse === null || onTrue === null) return [null, null];
  const taken = [switchGradient(onFalse, inputs[1]).onFalse, switchGradient(onTrue, inputs[1]).onTrue];
  return [mergeGradients(taken, "Merge"), null];
};

/**
 * The switch of a loop variable is visited twice: first with the gradient of the loop's end, which starts the backward loop, then with that
 * of an iteration, which leads to the iteration before.
 */
function loopSwitch({ op, grads }: ForwardOp, state: LoopState | null): (Gradient | null)[] {
  const [ofEnd = null, ofBody = null] = grads;
  const merged = state?.merged.get(op);
  if (merged !== undefined) {
    if (ofBody !== null) leadBack(merged, ofBody);
    return [null, null];
  }
  if (ofEnd === null || state === null) return [null, null];
  const merge = mergeGradients([ofEnd, ofEnd], "b_switch");
  state.merged.set(op, merge);
  return [merge, null];
}

const mergeRule: MergeRule = ({ inputs: [inputs], outputs }, grad) => {
  const home = outputContext((inputs[0] as Tensor).op);
  if (home instanceof WhileContext) {
    const sides = switchGradient(grad, (currentLoop(grad as Tensor) as WhileContext).pivotTensor as Tensor);
    return [[sides.onFalse, sides.onTrue]];
  }
  if (home instanceof CondContext) {
    const sides = switchGradient(grad, realPredicate(home.predicate, currentState(home.predicate)), "cond_grad");
    return [[sides.onFalse, sides.onTrue]];
  }
  const chosen = inputs.map((_, i) => equal(outputs[1] as Tensor, i));
  return [chosen.map((isChosen) => switchGradient(grad, isChosen).onTrue)];
};

/** The predicate of a conditional; in a loop, its value in the iteration that is gone through. */
function realPredicate(predicate: Tensor, state: LoopState | null): Tensor {
  if (state === null) return predicate;
  const known = state.history.get(predicate);
  if (known !== undefined) return known;
  const stack = inFlow(predicate.graph, state.caller, () => state.accumulate(predicate));
  const real = state.accumulated(stack, predicate);
  state.history.set(predicate, real);
  return real;
}

const exitRule = ({ op, output }: OneInput, grad: Gradient): Gradient | null => {
  const loop = currentLoop(output);
  if (loop?.settings.backProp !== true) return null;
  if (op.flow instanceof WhileContext && op.flow.backward !== null)
    throw new ArgumentTypeError(
      "Second-order gradient for while loops not supported.\n  a gradient that is differentiated again must not contain a whileLoop",
      { op },
    );
  return enterGradient(loop, grad);
};

const enterRule = ({ op, output }: OneInput, grad: Gradient): Gradient => {
  const loop = currentLoop(output);
  if (loop === null || !loop.settings.backProp || !(loop.backward instanceof LoopState)) return grad;
  if (op.attrs["is_constant"] === true) return sumOverIterations(loop.backward, op, grad);
  return exitGradient(loop, grad);
};

const handOn = (_: OneInput, grad: Gradient): Gradient => grad;

export const controlFlowGradients = gradientRules<typeof controlFlowDefs>()({
  Switch: switchRule,
  RefSwitch: switchRule,
  Merge: mergeRule,
  RefMerge: mergeRule,
  Enter: enterRule,
  RefEnter: enterRule,
  Exit: exitRule,
  RefExit: exitRule,
  // The way back to the iteration before is made at the switch.
  NextIteration: handOn,
  RefNextIteration: handOn,
  LoopCond: () => null,
  RefIdentity: handOn,
  NoOp: noRule,
  ControlTrigger: noRule,
  Abort: noRule,
});
