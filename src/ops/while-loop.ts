/**
 * Loops: a condition and a body, each built once, that a step repeats. How a loop is built is in `while-context.ts`; nothing is computed here.
 * Mirrors `while_loop`, python/ops/while_loop.py.
 */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { GraphKeys } from "../graph/collections.ts";
import { constantNode, convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { asShape, type ShapeLike, scalarShape, type TensorShape } from "../tensor/shape.ts";
import { compareDefs } from "./compare.defs.ts";
import { callBuilder, packWithArrays, readResources } from "./flow-region.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope } from "./op-scope.ts";
import {
  assertSameStructure,
  flatten,
  isNested,
  mapStructure,
  type TensorStructure,
  type TensorsOf,
} from "./structure.ts";
import { flowOf, TensorArray } from "./tensor-array.ts";
import { type LoopParts, WhileContext } from "./while-context.ts";

/** The shapes that loop variables keep, in the structure of the variables. */
export type ShapeInvariants = ShapeLike | readonly ShapeInvariants[] | { readonly [key: string]: ShapeInvariants };

/** Options of `whileLoop`. */
export interface WhileLoopOptions {
  /** For each loop variable the shape that it keeps, where that is less than its first shape tells. `null` stands for the first shape. */
  readonly shapeInvariants?: ShapeInvariants;
  /** How many iterations may be computed at the same time. Default 10. It changes no result. */
  readonly parallelIterations?: number;
  /** Kept with the loop. Default true. */
  readonly backProp?: boolean;
  /** Kept with the loop. Default false. */
  readonly swapMemory?: boolean;
  /** Ends the loop after so many iterations, whatever the condition says. */
  readonly maximumIterations?: TensorLike | null;
  /** A list of one loop variable is returned as a list. */
  readonly returnSameStructure?: boolean;
  readonly name?: string | null;
}

/** A list of one loop variable becomes that variable. */
type LoopResult<V extends readonly unknown[]> = V extends readonly [infer One] ? TensorsOf<One> : TensorsOf<V>;
type LoopFunction<V extends readonly unknown[], R> = (...variables: { -readonly [K in keyof V]: TensorsOf<V[K]> }) => R;

/**
 * Repeats a body while a condition holds, and gives the loop variables as they are at the end.
 *
 * Shapes: each variable keeps its shape; `shapeInvariants` says which dimensions may change. The condition is `[]`.
 * Dtypes: any for the variables; the condition is bool.
 *
 * Both functions are called once, here, with a tensor for each loop variable. The body returns the variables' next values: an array, or the bare value
 * when there is one variable. A variable may be a `TensorArray`, a nested array or plain object. With `maximumIterations` the value for a single variable must be bare.
 *
 * @throws {ArgumentTypeError} when the condition is not boolean, or an argument is not a function.
 * @throws {ArgumentError} when the body's result has another structure, or a shape that the variable's does not allow.
 * @throws {AsyncScopeError} when a function returns a promise.
 * @remarks Differs from TensorFlow: an invariant may be written as an array, `[null, 2]`. A variable that changes its dtype fails in the step, as in TensorFlow.
 * @see TensorFlow `tf.compat.v1.while_loop`, python/ops/while_loop.py
 * @example
 * const [i, power] = whileLoop((i) => i.less(5), (i, p) => [i.add(1), p.mul(2)], [constant(0), constant(1)]);
 * session.runSync(power).item(); // 32
 */
export function whileLoop<const V extends readonly TensorStructure[]>(
  condition: LoopFunction<V, TensorLike>,
  body: LoopFunction<V, TensorStructure>,
  loopVars: V,
  options: WhileLoopOptions & { readonly returnSameStructure: true },
): TensorsOf<V>;
export function whileLoop<const V extends readonly TensorStructure[]>(
  condition: LoopFunction<V, TensorLike>,
  body: LoopFunction<V, TensorStructure>,
  loopVars: V,
  options?: WhileLoopOptions,
): LoopResult<V>;
export function whileLoop(
  condition: LoopParts["condition"],
  body: LoopParts["body"],
  loopVars: readonly TensorStructure[],
  options: WhileLoopOptions = {},
): unknown {
  if (typeof condition !== "function") throw new ArgumentTypeError("'cond' must be callable.", { condition });
  if (typeof body !== "function") throw new ArgumentTypeError("'body' must be callable.", { body });
  if ((options.parallelIterations ?? 10) < 1) {
    throw new ArgumentTypeError("'parallel_iterations' must be a positive integer.", {
      parallelIterations: options.parallelIterations,
    });
  }
  if (!Array.isArray(loopVars))
    throw new ArgumentTypeError("'loop_vars' must be an array of the loop's variables.\n  for one variable  [x]", {
      loopVars,
    });
  return publicCall(() => {
    const variables = readResources(loopVars) as readonly unknown[];
    return inOpScope(options.name, "while", variables, () => {
      if (flatten(variables).length === 0) throw new ArgumentError("'loop_vars' must be provided.", { loopVars });
      const loop = { condition, body, variables, invariants: options.shapeInvariants };
      const maximum = options.maximumIterations ?? null;
      if (maximum === null) return buildLoop(loop, null, options);
      const limit = iterationLimit(maximum);
      const single = variables.length === 1 && options.returnSameStructure !== true;
      return (buildLoop(counted(loop, limit, single), limit, options) as readonly unknown[])[1];
    });
  });
}

/** A loop before its variables are tensors. */
interface LoopSpec extends Omit<LoopParts, "shapes"> {
  readonly invariants: ShapeInvariants | undefined;
}

function iterationLimit(given: TensorLike): Tensor {
  const limit = convertToTensor(given, { preferredDtype: "int32", name: "maximum_iterations" });
  if (limit.shape.rank === 0) return limit;
  throw new ArgumentError(`'maximum_iterations' must be a scalar. Received shape: ${limit.shape}`, {
    limit,
    shape: limit.shape,
  });
}

/** The loop with a counter as its first variable, which ends it at the limit. A single variable is passed bare. */
function counted(loop: LoopSpec, limit: Tensor, single: boolean): LoopSpec {
  const counter = constantNode(limit.graph, ndarray(0, limit.dtype.baseDtype), "iteration_counter");
  const spread = (variables: unknown): never[] => (single ? [variables] : variables) as never[];
  return {
    variables: [counter, single ? loop.variables[0] : loop.variables],
    condition: (i: Tensor, variables: unknown) => {
      const below = applyOp1(compareDefs.Less, [i, limit]);
      return applyOp1(compareDefs.LogicalAnd, [
        below,
        callBuilder("'cond' of while_loop", () => loop.condition(...spread(variables))),
      ]);
    },
    body: (i: Tensor, variables: unknown) => {
      const next = applyOp1(mathDefs.AddV2, [i, 1], {}, "add");
      return [next, callBuilder("'body' of while_loop", () => loop.body(...spread(variables)))];
    },
    invariants: loop.invariants === undefined ? undefined : [scalarShape, loop.invariants],
  };
}

function buildLoop(loop: LoopSpec, limit: Tensor | null, options: WhileLoopOptions): unknown {
  const graph = getDefaultGraph();
  const context = new WhileContext(graph, {
    maximumIterations: limit,
    parallelIterations: options.parallelIterations ?? 10,
    backProp: options.backProp ?? true,
    swapMemory: options.swapMemory ?? false,
  });
  if (context.outer === null) graph.addToCollection(GraphKeys.WHILE_CONTEXT, context);
  const variables = mapStructure(loop.variables, (element) =>
    element instanceof TensorArray ? element : convertToTensor(element, { graph }),
  ) as readonly unknown[];
  const shapes = invariantShapes(variables, loop.invariants);
  const { returned, exits } = context.build({ condition: loop.condition, body: loop.body, variables, shapes });
  const packed = packWithArrays(returned, exits);
  const unpacks = options.returnSameStructure !== true && exits.length === 1 && Array.isArray(packed);
  return unpacks ? (packed[0] as unknown) : packed;
}

/** The shape that each loop variable keeps: the invariant where one is given, otherwise its own. */
function invariantShapes(variables: readonly unknown[], invariants: ShapeInvariants | undefined): TensorShape[] {
  const own = flatten(variables).map((variable) => (flowOf(variable) as Tensor).shape);
  if (invariants === undefined) return own;
  const given = withShapes(variables, invariants);
  assertSameStructure(variables, given);
  return flatten(given).map((shape, i) =>
    shape === null || shape === undefined ? (own[i] as TensorShape) : asShape(shape as ShapeLike),
  );
}

/** The invariants, those that stand for one variable read as shapes: there `[null, 2]` is a shape and no structure. */
function withShapes(variable: unknown, invariant: unknown): unknown {
  if (!isNested(variable)) return isDimensions(invariant) ? asShape(invariant) : invariant;
  if (!isNested(invariant)) return invariant;
  if (Array.isArray(invariant)) return invariant.map((part, i) => withShapes(partOf(variable, String(i)), part));
  return Object.fromEntries(
    Object.entries(invariant).map(([key, part]) => [key, withShapes(partOf(variable, key), part)]),
  );
}

function partOf(structure: object, key: string): unknown {
  return (structure as Readonly<Record<string, unknown>>)[key];
}

function isDimensions(value: unknown): value is readonly (number | null)[] {
  return Array.isArray(value) && value.every((d) => d === null || typeof d === "number");
}
