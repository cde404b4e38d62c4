/** Which tensors an op may use across conditionals and loops. Mirrors `CheckInputFromValidContext`, python/ops/control_flow_util.py. */
import { InaccessibleTensorError } from "../base/errors.ts";
import { enclosingLoop, type FlowContext, isWithin, outputContext } from "./flow-context.ts";
import type { Operation } from "./operation.ts";

/**
 * A tensor of a branch may be used anywhere (it is dead where the branch is not taken); a tensor of a loop only inside of that loop.
 * @throws {InaccessibleTensorError} when an input belongs to a loop that the op is not in.
 */
export function checkFlowInputs(op: Operation): void {
  for (const input of op.inputs) {
    const context = outputContext(input.op);
    if (context !== null && context !== op.flow && !mayUse(op, context)) throw new ForeignLoopError(op, input.op);
  }
}

function mayUse(op: Operation, inputContext: FlowContext): boolean {
  const inputLoop = enclosingLoop(inputContext);
  if (inputLoop === null) return true;
  const loop = enclosingLoop(op.flow);
  // What routes a tensor into a loop or branch is made outside of it, and gets its context afterwards.
  if (loop === null) return op.def.flow === "enter" || op.def.flow === "switch";
  return isWithin(loop, inputLoop) || belongTogether(loop, inputLoop);
}

/** A loop that computes gradients may use what is in the loop that it goes back through: it is brought there by stacks. */
function belongTogether(loop: FlowContext, inputLoop: FlowContext): boolean {
  const forward = loop.backward?.forward;
  if (forward !== undefined && (isWithin(forward, inputLoop) || forward === inputLoop.outer)) return true;
  const inputForward = inputLoop.backward?.forward;
  return inputForward !== undefined && (inputForward === loop || inputForward.backward?.forward === loop);
}

/** A tensor of a loop is used where that loop is not. TensorFlow raises ValueError when the graph is built, another class when the tensor is fetched. */
class ForeignLoopError extends InaccessibleTensorError {
  constructor(op: Operation, input: Operation) {
    const why =
      enclosingLoop(op.flow) === null ? `'${input.name}' is in a while loop` : "they are in different while loops";
    super(
      `Cannot use '${input.name}' as input to '${op.name}' because ${why}. See info log for more details.\n  made at    ${input.site}, in ${placeText(input.flow)}\n  used at    ${op.site}, in ${placeText(op.flow)}\n  to use it  return it from the loop's body as a loop variable, and use what whileLoop returns`,
      { op, input },
    );
  }
  override get tensorflowClass(): string {
    return "ValueError";
  }
}

function placeText(context: FlowContext | null): string {
  return context === null ? "no loop" : context.name;
}
