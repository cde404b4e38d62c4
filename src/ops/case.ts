/** Conditionals of several branches. Mirrors `case`, python/ops/control_flow_case.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import type { Operation } from "../graph/operation.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { bool } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant } from "./array.ts";
import { cast } from "./cast.ts";
import { lessEqual } from "./compare.ts";
import { stack } from "./concat.ts";
import { cond } from "./cond.ts";
import { Assert } from "./logging.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceSum } from "./reduce.ts";
import type { TensorStructure, TensorsOf } from "./structure.ts";

/** A condition and what is given where it is the first that is true. */
export type CasePair<R> = readonly [pred: Tensor, fn: () => R];

/** Options of `caseOf`. */
export interface CaseOptions extends NameOption {
  /** What is given when no condition is true; without it, the step fails then. */
  readonly default?: (() => TensorStructure) | null | undefined;
  /** Whether the step fails when more than one condition is true. Default false. */
  readonly exclusive?: boolean | undefined;
  /** Keeps lists of one element; otherwise they are unpacked. */
  readonly strict?: boolean | undefined;
}

/** A list of one element becomes that element. */
type Unpacked<S> = S extends readonly [infer One] ? One : S;

/**
 * Gives what the function beside the first true condition returns; only the ops of that branch execute. TensorFlow calls it `case`, which is a word of JavaScript.
 *
 * Shapes: conditions `[]`; each result has what is common to the shapes of all branches. Dtypes: conditions bool; results any, all branches alike.
 *
 * @throws {ArgumentTypeError} when a condition is no boolean tensor, or a branch is no function.
 * @throws {ArgumentError} when the structures or dtypes of the branches differ.
 * @throws {InvalidArgumentError} at the run, when no condition is true and there is no default, or with `exclusive`, when two are.
 * @see TensorFlow `tf.compat.v1.case`, python/ops/control_flow_case.py
 * @example
 * const x = constant(5);
 * const y = caseOf([[x.less(3), () => constant("low")], [x.less(8), () => constant("middle")]], { default: () => constant("high") });
 * session.runSync(y).item(); // "middle"
 */
export function caseOf<const R extends TensorStructure>(
  predFnPairs: readonly CasePair<R>[] | ReadonlyMap<Tensor, () => R>,
  options: CaseOptions = {},
): TensorsOf<Unpacked<Unpacked<R>>> {
  const pairs = checkedPairs<R>(predFnPairs);
  const { exclusive = false, strict = false } = options;
  const predicates = pairs.map(([pred]) => pred);
  return inOpScope(options.name, "case", predicates, () => {
    const hasDefault = (options.default ?? null) !== null;
    const tested = hasDefault ? pairs : pairs.slice(0, -1);
    const branch = [...tested].reverse().reduce<() => TensorStructure>(
      (otherwise, [pred, fn]) =>
        () =>
          cond(pred, fn, otherwise, { strict }) as TensorStructure,
      hasDefault ? (options.default as () => TensorStructure) : lastBranch(pairs),
    );
    if (!exclusive) return branch() as never;
    const check = assertAtMost(
      tested.map(([pred]) => pred),
      1,
      "Input error: exclusive=True",
    );
    return runInScope(makeControlDependencies([check]), branch) as never;
  });
}

/** Without a default the last branch is taken where no other is; it checks that it may. */
function lastBranch<R extends TensorStructure>(pairs: readonly CasePair<R>[]): () => TensorStructure {
  const last = pairs.length - 1;
  const [predicate, action] = pairs[last] as CasePair<R>;
  const predicates = pairs.map(([pred]) => pred);
  return () => {
    const values = stack(predicates, { name: "preds_c" });
    const others = assertAtMost(
      predicates.slice(0, last),
      0,
      `Implementation error: selected default action #${last} was called, but some of other predicates are True: `,
    );
    const own = Assert(predicate, ["Input error: None of conditions evaluated as True:", values]);
    return runInScope(makeControlDependencies([others, own]), action);
  };
}

function assertAtMost(predicates: readonly Tensor[], n: number, message: string): Operation {
  const values = stack(predicates, { name: "preds_c" });
  const count = reduceSum(cast(values, "int32"), { name: "num_true_conds" });
  const limit = constant(ndarray(n, "int32"), { name: "n_true_conds" });
  const condition = lessEqual(count, limit);
  const names = predicates.map(({ name }) => name).join(", ");
  const text = `${message}: more than ${n} conditions (${names}) evaluated as True:`;
  return Assert(condition, [text, values], { summarize: predicates.length });
}

function checkedPairs<R>(given: unknown): readonly CasePair<R>[] {
  const pairs: readonly unknown[] | null = given instanceof Map ? [...given] : Array.isArray(given) ? given : null;
  if (pairs === null) {
    throw new ArgumentTypeError(
      `'pred_fn_pairs' must be a list, tuple, or dict. Received: <class '${pythonTypeName(given)}'>\n  here  [[pred, fn], …] or a Map`,
      { pairs: given },
    );
  }
  for (const pair of pairs) checkPair(pair);
  return pairs as readonly CasePair<R>[];
}

function checkPair(pair: unknown): void {
  if (!Array.isArray(pair) || pair.length !== 2)
    throw new ArgumentTypeError(
      `Each entry in 'pred_fn_pairs' must be a 2-tuple. Received ${Array.isArray(pair) ? `(${pair.map((part) => pythonText(part)).join(", ")})` : pythonText(pair)}.`,
      {
        pair,
      },
    );
  const [pred, fn] = pair as readonly unknown[];
  if (!(pred instanceof Tensor))
    throw new ArgumentTypeError(`pred must be a Tensor, got: ${pythonText(pred)}`, { pred });
  if (pred.dtype !== bool) throw new ArgumentTypeError(`pred must be Tensor of type bool: ${pred.name}`, { pred });
  if (typeof fn !== "function") throw new ArgumentTypeError(`fn for pred ${pred.name} must be callable.`, { pred, fn });
}
