/** Regularizers and their loss in collections. Mirrors tensorflow/contrib/layers/python/layers/regularizers.py of TensorFlow 1 and `VariableStore`'s lazy losses. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { GraphKeys } from "../graph/collections.ts";
import { constantNode } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeNameScope, runInScope } from "../graph/scopes.ts";
import type { Tensor, TensorConvertible } from "../graph/tensor.ts";
import { abs } from "../ops/elementary.ts";
import { addN, multiply } from "../ops/math.ts";
import { l2Loss } from "../ops/nn.ts";
import { reduceSum } from "../ops/reduce.ts";
import type { DType } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { BaseVariable } from "./base-variable.ts";
import type { Regularizer } from "./variable-functions.ts";

/** A regularizer's loss in `REGULARIZATION_LOSSES`: using it as a tensor runs the regularizer again, as in TensorFlow. */
export class RegularizationLoss implements TensorConvertible {
  readonly #make: () => Tensor;
  readonly #first: Tensor;

  /** @internal */
  constructor(make: () => Tensor) {
    this.#make = make;
    this.#first = make();
  }
  get graph(): Graph {
    return this.#first.graph;
  }
  get name(): string {
    return this.#first.name;
  }
  get op(): Operation {
    return this.#first.op;
  }
  get dtype(): DType {
    return this.#first.dtype;
  }
  get shape(): TensorShape {
    return this.#first.shape;
  }
  asTensor(): Tensor {
    return this.#make();
  }
  asGraphElement(): Tensor {
    return this.#first;
  }
  toString(): string {
    return this.#first.toString();
  }
}

/** No loss; cancels an inherited regularizer. */
export function noRegularizer(_weights: unknown): null {
  return null;
}

/** Options of the regularizer factories. */
export interface RegularizerOptions {
  /** The name scope of the loss. */
  readonly scope?: string | null;
}

/**
 * `scale · Σ|w|`; a scale of 0 gives no loss.
 * @throws {ArgumentError} for a negative or whole-number-typed scale.
 * @see TensorFlow 1 `tf.contrib.layers.l1_regularizer`
 */
export function l1Regularizer(scale: number, options: RegularizerOptions = {}): Regularizer {
  checkScale(scale);
  if (scale === 0) return noRegularizer;
  return (weights) =>
    named(options.scope, "l1_regularizer", [weights], (name) =>
      multiply(scaleNode(scale, weights), reduceSum(abs(weights)), { name }),
    );
}

/**
 * `scale · Σw² / 2`; a scale of 0 gives no loss.
 * @throws {ArgumentError} for a negative scale.
 * @see TensorFlow 1 `tf.contrib.layers.l2_regularizer`
 */
export function l2Regularizer(scale: number, options: RegularizerOptions = {}): Regularizer {
  checkScale(scale);
  if (scale === 0) return noRegularizer;
  return (weights) =>
    named(options.scope, "l2_regularizer", [weights], (name) =>
      multiply(scaleNode(scale, weights), l2Loss(weights), { name }),
    );
}

/** The sum of an L1 and an L2 loss. @see TensorFlow 1 `tf.contrib.layers.l1_l2_regularizer` */
export function l1L2Regularizer(
  options: { readonly scaleL1?: number; readonly scaleL2?: number } & RegularizerOptions = {},
): Regularizer {
  const { scaleL1 = 1, scaleL2 = 1, scope = "l1_l2_regularizer" } = options;
  return sumRegularizer([l1Regularizer(scaleL1), l2Regularizer(scaleL2)], { scope }) ?? noRegularizer;
}

/** The sum of several losses; `null` when all are. @see TensorFlow 1 `tf.contrib.layers.sum_regularizer` */
export function sumRegularizer(
  regularizers: readonly (Regularizer | null)[],
  options: RegularizerOptions = {},
): Regularizer | null {
  const used = regularizers.filter((regularizer): regularizer is Regularizer => regularizer !== null);
  if (used.length === 0) return null;
  return (weights) =>
    named(options.scope, "sum_regularizer", [weights], (name) => {
      const losses = used.map((regularizer) => regularizer(weights)).filter((loss): loss is Tensor => loss !== null);
      return losses.length === 0 ? (null as unknown as Tensor) : addN(losses, { name });
    });
}

/**
 * The sum of a regularizer's losses over some variables; adds each to `REGULARIZATION_LOSSES`.
 * @throws {ArgumentError} when a loss is not a scalar, or there are no weights.
 * @see TensorFlow 1 `tf.contrib.layers.apply_regularization`
 */
export function applyRegularization(regularizer: Regularizer | null, weightsList?: readonly BaseVariable[]): Tensor {
  return publicCall(() => {
    const graph = getDefaultGraph();
    const weights = weightsList ?? (graph.getCollection(GraphKeys.WEIGHTS) as BaseVariable[]);
    if (weights.length === 0)
      throw new ArgumentError(
        "No weights to regularize.\n  pass the variables, or add them to the collection GraphKeys.WEIGHTS",
        {},
      );
    return runInScope(makeNameScope("get_regularization_penalty", { values: weights }), (name) => {
      const losses = weights.map((weight) => regularizer?.(weight) ?? constantNode(graph, ndarray(0)));
      for (const loss of losses) {
        if (loss.shape.rank !== 0) {
          throw new ArgumentError(
            `regularizer must return a scalar Tensor instead of a Tensor with rank ${loss.shape.rank}.`,
            { loss },
          );
        }
      }
      const sum = addN(losses, { name });
      graph.addToCollection(GraphKeys.REGULARIZATION_LOSSES, sum);
      return sum;
    });
  });
}

function named(
  scope: string | null | undefined,
  defaultName: string,
  values: readonly unknown[],
  body: (name: string) => Tensor,
): Tensor {
  return publicCall(() => runInScope(makeNameScope(scope ?? null, { defaultName, values }), body));
}

function scaleNode(scale: number, weights: BaseVariable): Tensor {
  return constantNode(weights.graph, ndarray(scale, weights.dtype), "scale");
}

function checkScale(scale: unknown): void {
  if (typeof scale !== "number") throw new ArgumentError(`scale cannot be an integer: ${pythonText(scale)}`, { scale });
  if (scale < 0) throw new ArgumentError(`Setting a scale less than 0 on a regularizer: ${scale}.`, { scale });
}
