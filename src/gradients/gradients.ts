/** `gradients`: adds to the graph what computes derivatives. Mirrors `gradients`, python/ops/gradients_impl.py, and `_GradientsHelper`, python/ops/gradients_util.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { handleOf } from "../graph/look-up.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import { identity, ones } from "../ops/array.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { inOpScope, type NameOption } from "../ops/op-scope.ts";
import { shape } from "../ops/shape.ts";
import { AggregationMethod, checkAggregationMethod } from "./aggregation.ts";
import { BackwardWalk } from "./backward-walk.ts";
import type { Gradient } from "./rule.ts";
import { zerosLikeValue } from "./zeros.ts";

/** What `gradients` gives for an x that no y depends on. */
export const UnconnectedGradients = {
  /** `null`. */
  NONE: "none",
  /** Zeros of its shape. */
  ZERO: "zero",
} as const;

/** One of `UnconnectedGradients`. */
export type UnconnectedGradients = (typeof UnconnectedGradients)[keyof typeof UnconnectedGradients];

/** Options of `gradients`. Their defaults are TensorFlow's. */
export interface GradientsOptions extends NameOption {
  /** A gradient for each y; `null` stands for ones. */
  readonly gradYs?: TensorLike | readonly (TensorLike | null)[] | null;
  /** Whether the ops of a gradient are colocated with the op that they belong to. Default: false. */
  readonly colocateGradientsWithOps?: boolean;
  /** Whether the gradients of an op's inputs are used only when all of them are there. Default: false. */
  readonly gateGradients?: boolean;
  /** How gradients of one tensor are summed. Default: `AggregationMethod.ADD_N`. */
  readonly aggregationMethod?: number | null;
  /** Tensors that count as constants. */
  readonly stopGradients?: TensorLike | readonly TensorLike[] | null;
  /** Default: `UnconnectedGradients.NONE`. */
  readonly unconnectedGradients?: UnconnectedGradients;
}

/** What may be differentiated by: tensors and variables. */
export type Differentiable = Tensor | TensorConvertible;

/**
 * Builds the derivatives of the sum of `ys` by each of `xs`.
 *
 * Shapes: each result has the shape of its x. A variable of which only rows were gathered has `IndexedSlices`: those rows.
 * Dtypes: float16, bfloat16, float32, float64, complex64, complex128. An x that no y depends on gives `null`.
 *
 * @throws {LookupError} when a gradient arrives at an op that has none; `stopGradient` before it makes it a constant.
 * @throws {ArgumentError} for as many `gradYs` as there are no ys, an unknown method, or shapes that contradict each other.
 * @throws {ArgumentTypeError} for ys that are no numbers, and `gradYs` of another kind than their y.
 * @see TensorFlow `tf.compat.v1.gradients`, python/ops/gradients_impl.py
 * @example
 * const x = constant(3);
 * const [dx] = gradients(square(x), [x]);
 * session.runSync(dx).item(); // 6
 */
export function gradients<const X extends readonly Differentiable[]>(
  ys: TensorLike | readonly TensorLike[],
  xs: X,
  options: GradientsOptions & { readonly unconnectedGradients: "zero" },
): { -readonly [K in keyof X]: Gradient };
export function gradients<const X extends readonly Differentiable[]>(
  ys: TensorLike | readonly TensorLike[],
  xs: X,
  options?: GradientsOptions,
): { -readonly [K in keyof X]: Gradient | null };
export function gradients(
  ys: TensorLike | readonly TensorLike[],
  xs: Differentiable,
  options?: GradientsOptions,
): [Gradient | null];
export function gradients(
  ys: TensorLike | readonly TensorLike[],
  xs: Differentiable | readonly Differentiable[],
  options: GradientsOptions = {},
): (Gradient | null)[] {
  const values = asList(ys).map((y) => (handleOf(y) === null ? y : convertToTensor(y)));
  const targets = asList(xs).map((x) => handleOf(x) ?? x);
  const stops = asList(options.stopGradients ?? []);
  const given = options.gradYs === undefined || options.gradYs === null ? null : asList(options.gradYs);
  const fillsZeros = fillsUnconnected(options.unconnectedGradients);
  const { walk, xTensors } = inOpScope(
    options.name,
    "gradients",
    [...values, ...targets, ...stops, ...(given ?? [])],
    () => {
      const graph = getDefaultGraph();
      graph.uniqueName("uid");
      const yTensors = values.map((y, i) => convertToTensor(y, { name: `y_${i}` }));
      const xTensors = targets.map((x, i) => convertToTensor(x, { name: `x_${i}`, asRef: true }));
      const colocate = options.colocateGradientsWithOps ?? false;
      const gradYs = initialGradients(yTensors, given, colocate);
      const aggregationMethod = options.aggregationMethod ?? AggregationMethod.DEFAULT;
      checkAggregationMethod(aggregationMethod);
      const stopTensors = stops.map((stop) => convertToTensor(stop, { graph }));
      const settings = { colocate, gate: options.gateGradients ?? false, aggregationMethod };
      const walk = new BackwardWalk(graph, yTensors, xTensors, settings);
      walk.run(yTensors, gradYs, stopTensors);
      return { walk, xTensors };
    },
  );
  walk.finish();
  // What no y depends on gets its zeros outside of the scope.
  return xTensors.map((x) => walk.gradientOf(x) ?? (fillsZeros ? zerosLikeValue(x) : null));
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function fillsUnconnected(choice: unknown = UnconnectedGradients.NONE): boolean {
  if (choice === UnconnectedGradients.ZERO) return true;
  if (choice === UnconnectedGradients.NONE) return false;
  throw new ArgumentError(
    `Unknown value for unconnected_gradients: ${pythonText(choice, true)}\n  UnconnectedGradients.NONE gives null, UnconnectedGradients.ZERO zeros`,
    { unconnectedGradients: choice },
  );
}

/** The gradients to start from: those given, and ones. */
function initialGradients(
  ys: readonly Tensor[],
  given: readonly (TensorLike | null)[] | null,
  colocate: boolean,
): Gradient[] {
  const list = given ?? ys.map(() => null);
  if (list.length !== ys.length) {
    throw new ArgumentError(
      `Length mismatch. Passed ${list.length} grad_ys for ${ys.length} ys\n  give one for each y; null stands for ones`,
      { gradYs: given, ys },
    );
  }
  const converted = list.map((gradY, i) => {
    if (gradY === null || gradY instanceof IndexedSlices) return gradY;
    return convertToTensor(gradY, { name: `grad_y_${i}` });
  });
  return ys.map((y, i) => {
    const build = (): Gradient => initialGradient(y, converted[i] as Gradient | null, i);
    return colocate ? runInScope(makeColocation(y.op), build) : build();
  });
}

function initialGradient(y: Tensor, gradY: Gradient | null, i: number): Gradient {
  const name = `grad_ys_${i}`;
  if (gradY === null) {
    if (!y.dtype.isComplex) return ones(shape(y), { dtype: y.dtype.baseDtype, name });
    throw new ArgumentTypeError(
      `Gradients of complex tensors (${y}) must set grad_ys (y.dtype = ${y.dtype.baseDtype.name})`,
      { y },
    );
  }
  checkKind(y, gradY);
  if (!(gradY instanceof IndexedSlices)) return identity(gradY, { name });
  const { values, indices, denseShape } = gradY;
  const ids = identity(indices, { name: `${name}_indices` });
  const rows = identity(values, { name: `${name}_values` });
  return new IndexedSlices(rows, ids, denseShape && identity(denseShape, { name: `${name}_shape` }));
}

/** The gradient of a real number is real, and so on. */
function checkKind(y: Tensor, gradY: Gradient): void {
  const [own, its] = [y.dtype.baseDtype, gradY.dtype.baseDtype];
  const isReal = own.isFloating || own.isInteger;
  const fields = { y, gradY };
  if (isReal && !its.isFloating && !its.isInteger) {
    throw new ArgumentTypeError(
      `Gradient type ${its.name} generated for real or integer-valued tensor ${y} with type ${own.name} must be real or integer`,
      fields,
    );
  }
  if (own.isComplex && !its.isComplex) {
    throw new ArgumentTypeError(
      `Gradient type ${its.name} generated for complex-valued tensor ${y} with type ${own.name} must be real`,
      fields,
    );
  }
  if (own.baseName === "resource" && its.baseName === "resource")
    throw new ArgumentTypeError(`Input gradient ${gradY} for resource tensor ${y} should not be a resource`, fields);
  if (isReal || own.isComplex || own.baseName === "resource" || own.baseName === "variant") return;
  throw new ArgumentTypeError(`Tensor ${y} with type ${own.name} must be numeric to obtain a default gradient`, fields);
}
