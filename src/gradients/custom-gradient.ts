/** Functions with gradients of their own. Mirrors `custom_gradient` in graph mode, python/ops/custom_gradient.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall, userCode } from "../graph/public-call.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import { identity, identityN } from "../ops/array.ts";
import { flatten, packAs, type TensorStructure, type TensorsOf } from "../ops/structure.ts";
import { isTrainable } from "./between.ts";
import { setOwnRule } from "./registry.ts";
import type { Gradient } from "./rule.ts";

/** A variable, as a gradient function gets it. */
type UsedVariable = TensorConvertible & { readonly op: Operation; readonly name: string; readonly trainable: boolean };

/** One gradient, or one for each. */
type Gradients = Gradient | null | readonly (Gradient | null)[];

/**
 * The gradients of the arguments, from those of the results. Where the function uses variables, the last argument has them, by name, and the
 * result is a pair: the gradients of the arguments, and a list with those of the variables.
 */
export type CustomGradientFunction = (
  ...grads: never[]
) => Gradients | readonly [Gradients, readonly (Gradient | null)[]];

/**
 * Makes a function whose gradient is given by the function itself.
 *
 * `f` gets tensors and returns a pair: its result, and a function from the gradients of the results to those of the arguments.
 *
 * Shapes and dtypes: those of `f`.
 *
 * @throws {ArgumentTypeError} when `f` uses variables and its gradient function does not take them, or when it makes variables passed by reference.
 * @throws {ArgumentError} when there are not as many gradients as variables.
 * @remarks Differs from TensorFlow: variables come as `{ variables }` in the last argument, as JavaScript has no keyword arguments.
 * @see TensorFlow `tf.custom_gradient`, python/ops/custom_gradient.py
 * @example
 * const log1pexp = customGradient((x: Tensor) => {
 *   const e = exp(x);
 *   return [log(add(e, 1)), (dy: Tensor) => multiply(dy, subtract(1, divide(1, add(e, 1))))];
 * });
 * const x = constant(100);
 * const [dx] = gradients(log1pexp(x), [x]);
 * session.runSync(dx).item(); // 1
 */
export function customGradient<A extends readonly TensorLike[], R extends TensorStructure>(
  f: (...args: { [K in keyof A]: Tensor }) => readonly [R, CustomGradientFunction],
): (...args: A) => TensorsOf<R> {
  return (...args) =>
    publicCall(() => {
      const inputs = args.map((arg) => convertToTensor(arg));
      const graph = getDefaultGraph();
      const before = new Set(variablesOf(graph));
      const [result, rule] = userCode(() => f(...(inputs as unknown as { [K in keyof A]: Tensor })));
      checkMade(variablesOf(graph).filter((variable) => !before.has(variable)));
      const results = flatten(result).map((one) => convertToTensor(one));
      const variables = usedVariables(graph, results, inputs);
      checkTakesVariables(rule, results.length, variables);
      return packAs(result, withRule(results, inputs, variables, rule)) as TensorsOf<R>;
    });
}

function variablesOf(graph: Graph): readonly UsedVariable[] {
  return [GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES].flatMap(
    (key) => graph.collections.list(key) as UsedVariable[],
  );
}

function checkMade(made: readonly UsedVariable[]): void {
  if (made.every((variable) => "handle" in variable)) return;
  throw new ArgumentTypeError(
    "All variables used by a function wrapped with @custom_gradient must be `ResourceVariable`s. Ensure that no `variable_scope` is created with `use_resource=False`.\n  here  getVariable(name, shape, { useResource: true })",
    { variables: made },
  );
}

/** The trainable variables on the way from the arguments to the results, by name. */
function usedVariables(graph: Graph, results: readonly Tensor[], inputs: readonly Tensor[]): UsedVariable[] {
  const ends = new Set(inputs);
  const seen = new Set(results.map((result) => identity(result).op));
  for (const op of seen)
    for (const input of op.inputs) if (!ends.has(input) && isTrainable(input.dtype)) seen.add(input.op);
  const used = (graph.collections.list(GraphKeys.GLOBAL_VARIABLES) as UsedVariable[]).filter(
    (variable) => variable.trainable && seen.has(variable.op),
  );
  return used.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function checkTakesVariables(
  rule: CustomGradientFunction,
  resultCount: number,
  variables: readonly UsedVariable[],
): void {
  if (variables.length === 0 || rule.length > resultCount) return;
  throw new ArgumentTypeError(
    `@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function uses variables: [${variables.map(({ name }) => name).join(", ")}]\n  here  (dy, { variables }) => [gradients of the arguments, gradients of the variables]`,
    { variables },
  );
}

/** The results behind an op that has the rule, and on which the arguments and variables are, too. */
function withRule(
  results: readonly Tensor[],
  inputs: readonly Tensor[],
  variables: readonly UsedVariable[],
  rule: CustomGradientFunction,
): Tensor[] {
  const graph = getDefaultGraph();
  const counter = graph.slot("custom gradients", () => ({ count: 0 }));
  counter.count += 1;
  const behind = graph.gradientOverrideMap({ IdentityN: `CustomGradient-${counter.count}` }, () =>
    identityN([...results, ...inputs, ...variables]),
  );
  for (const variable of variables) convertToTensor(variable);
  const { op } = behind[0] as Tensor;
  setOwnRule(op, (_, ...grads) => {
    const ofResults = grads.slice(0, results.length) as never[];
    const none = results.map(() => null);
    if (variables.length === 0) return [...none, ...listOf(userCode(() => rule(...ofResults)) as Gradients)];
    const given = { variables } as never;
    const [ofInputs, ofVariables] = userCode(() => rule(...ofResults, given)) as [Gradients, (Gradient | null)[]];
    if (ofVariables.length !== variables.length) {
      throw new ArgumentError("Must return gradient for each variable from @custom_gradient grad_fn.", {
        variables,
        gradients: ofVariables,
      });
    }
    return [...none, ...listOf(ofInputs), ...ofVariables];
  });
  return behind.slice(0, results.length);
}

function listOf(gradients: Gradients): readonly (Gradient | null)[] {
  return Array.isArray(gradients) ? (gradients as readonly (Gradient | null)[]) : [gradients as Gradient | null];
}
