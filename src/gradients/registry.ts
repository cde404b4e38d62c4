/** Rules by name: those that programs register, beside those of the library's ops. Mirrors `RegisterGradient` and `get_gradient_function`, python/framework/ops.py. */
import { LookupError, UnknownNameError } from "../base/errors.ts";
import { teach } from "../base/text.ts";
import { GRADIENT_RULE_ATTR } from "../graph/graph.ts";
import { groupInputs, inputLayout } from "../graph/input-layout.ts";
import type { Operation } from "../graph/operation.ts";
import { type ForwardOp, type Gradient, type InputGradients, NoRule, NotDifferentiable } from "./rule.ts";
import { gradientRuleOf } from "./rules.ts";

/** A rule that a program gives: of the op and the gradients of its outputs to the gradients of its inputs. */
export type GradientFunction = (op: Operation, ...grads: (Gradient | null)[]) => InputGradients;

const ownRules = new WeakMap<Operation, GradientFunction>();

/** Gives one operation a rule of its own. */
export function setOwnRule(op: Operation, rule: GradientFunction): void {
  ownRules.set(op, rule);
}

const registered = new Map<string, GradientFunction | null>();

/**
 * Gives a rule a name, under which `gradientOverrideMap` finds it, or the rule of an op type that has none.
 *
 * The function receives the op and one gradient per output, and returns one per input; a single value stands for a list of one.
 *
 * @throws {UnknownNameError} when the name has a rule.
 * @see TensorFlow `tf.RegisterGradient`, python/framework/ops.py
 * @example
 * registerGradient("Doubled", (op, grad) => multiply(grad, 2));
 */
export function registerGradient(name: string, rule: GradientFunction | null): void {
  const own = gradientRuleOf(name);
  if (registered.has(name) || (own !== undefined && !(own instanceof NoRule))) {
    throw new UnknownNameError(
      `Registering two gradient with name '${name}'!\n  a rule is registered once, for all graphs: register it where the module is loaded, and not in a function that is called again`,
      { gradientName: name },
    );
  }
  registered.set(name, rule);
}

/** @internal Takes a registered rule back, for tests. */
export function unregisterGradient(name: string): void {
  registered.delete(name);
}

/** How the gradients of one op's inputs are built; `null` where they are all `null`. */
export type BoundRule = (grads: readonly (Gradient | null)[]) => readonly (Gradient | null)[];

/**
 * The rule of an op.
 * @throws {LookupError} when there is none.
 */
export function ruleOf(op: Operation): BoundRule | null {
  if (op.inputs.length === 0) return null;
  const own = ownRules.get(op);
  if (own !== undefined) return callOf(own, op);
  const given = op.attrs[GRADIENT_RULE_ATTR];
  const name = typeof given === "string" ? given : op.type;
  const custom = registered.get(name);
  if (custom !== undefined) return custom === null ? null : callOf(custom, op);
  const entry = gradientRuleOf(name);
  if (entry instanceof NotDifferentiable) return null;
  if (entry === undefined || entry instanceof NoRule) throw noGradientError(op, name);
  return (grads) => flat(entry(forwardOp(op, grads), grads[0] as Gradient));
}

function callOf(rule: GradientFunction, op: Operation): BoundRule {
  return (grads) => flat(rule(op, ...grads));
}

function flat(gradients: InputGradients): readonly (Gradient | null)[] {
  if (!Array.isArray(gradients)) return [gradients as Gradient | null];
  return (gradients as readonly (Gradient | null | readonly (Gradient | null)[])[]).flat();
}

function forwardOp(op: Operation, grads: readonly (Gradient | null)[]): ForwardOp {
  return {
    op,
    inputs: groupInputs(inputLayout(op), op.inputs) as ForwardOp["inputs"],
    outputs: op.outputs,
    output: op.output(0),
    attrs: op.attrs as ForwardOp["attrs"],
    grads,
  };
}

function noGradientError(op: Operation, ruleName: string): LookupError {
  return new LookupError(
    teach(
      `No gradient defined for operation'${op.name}' (op type: ${op.type}). In general every operation must have an associated \`@tf.RegisterGradient\` for correct autodiff, which this op is lacking. If you want to pretend this operation is a constant in your program, you may insert \`tf.stop_gradient\`. This can be useful to silence the error in cases where you know gradients are not needed, e.g. the forward pass of tf.custom_gradient. Please see more details in https://www.tensorflow.org/api_docs/python/tf/custom_gradient.`,
      [
        ["made at", String(op.site)],
        ["as a constant", "stopGradient(x) around what it gives"],
        [
          "a rule of yours",
          ruleName === op.type
            ? `registerGradient("${op.type}", (op, grad) => …)`
            : `registerGradient("${ruleName}", (op, grad) => …), which gradientOverrideMap named`,
        ],
      ],
    ),
    { op, ruleName },
  );
}
