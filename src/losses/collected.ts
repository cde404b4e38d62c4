/** The losses of a graph, which stand in its collections. Mirrors python/ops/losses/util.py. */

import { GraphKeys } from "../graph/collections.ts";
import type { TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { addN } from "../ops/math.ts";

/** Options of `getLosses`. */
export interface GetLossesOptions {
  /** Only losses whose name this pattern matches at the start; default all. */
  readonly scope?: string | null | undefined;
  /** The collection; default `losses`. */
  readonly lossCollection?: string | undefined;
}

/**
 * Adds a loss of one's own to those of the graph, to be part of `getTotalLoss`.
 *
 * @see TensorFlow `losses.add_loss`, python/ops/losses/util.py
 * @example
 * const loss = reduceSum(constant([1, 2]));
 * losses.addLoss(loss);
 * losses.getLosses()[0] === loss; // true
 */
export function addLoss(
  loss: TensorLike,
  options: {
    /** The collection; default `losses`; null for none. */
    readonly lossCollection?: string | null | undefined;
  } = {},
): void {
  const { lossCollection = GraphKeys.LOSSES } = options;
  if (lossCollection) getDefaultGraph().addToCollection(lossCollection, loss);
}

/**
 * The losses of the graph, without those of regularizers.
 *
 * @see TensorFlow `losses.get_losses`, python/ops/losses/util.py
 * @example
 * losses.meanSquaredError([1, 2], [1, 4]);
 * losses.getLosses().length; // 1
 */
export function getLosses(options: GetLossesOptions = {}): Tensor[] {
  return getDefaultGraph().getCollection(options.lossCollection ?? GraphKeys.LOSSES, options.scope) as Tensor[];
}

/**
 * The losses of the regularizers of variables and layers.
 *
 * @see TensorFlow `losses.get_regularization_losses`, python/ops/losses/util.py
 * @example
 * getVariable("w", { initializer: constant([3]), regularizer: l2Regularizer(0.5) });
 * losses.getRegularizationLosses().length; // 1
 */
export function getRegularizationLosses(options: Pick<GetLossesOptions, "scope"> = {}): Tensor[] {
  return getDefaultGraph().getCollection(GraphKeys.REGULARIZATION_LOSSES, options.scope) as Tensor[];
}

/** Options of `getRegularizationLoss`. */
export interface RegularizationLossOptions extends Pick<GetLossesOptions, "scope"> {
  /** The name of the sum; default `total_regularization_loss`. */
  readonly name?: string | null | undefined;
}

/**
 * The sum of the losses of all regularizers; 0 without any.
 *
 * @see TensorFlow `losses.get_regularization_loss`, python/ops/losses/util.py
 * @example
 * session.runSync(losses.getRegularizationLoss()).item(); // 0
 */
export function getRegularizationLoss(options: RegularizationLossOptions = {}): Tensor {
  return publicCall(() => {
    const found = getRegularizationLosses(options);
    if (found.length === 0) return constant(0);
    return addN(found, { name: options.name === undefined ? "total_regularization_loss" : options.name });
  });
}

/** Options of `getTotalLoss`. */
export interface TotalLossOptions extends Pick<GetLossesOptions, "scope"> {
  /** Whether the losses of regularizers count; default true. */
  readonly addRegularizationLosses?: boolean | undefined;
  /** The name of the sum; default `total_loss`. */
  readonly name?: string | null | undefined;
}

/**
 * The sum of all losses of the graph: what an optimizer makes small.
 *
 * @throws {ArgumentError} when there are none.
 * @see TensorFlow `losses.get_total_loss`, python/ops/losses/util.py
 * @example
 * losses.meanSquaredError([1, 2], [1, 4]);
 * losses.absoluteDifference([1, 2], [1, 4]);
 * session.runSync(losses.getTotalLoss()).item(); // 3
 */
export function getTotalLoss(options: TotalLossOptions = {}): Tensor {
  return publicCall(() => {
    const { addRegularizationLosses = true, scope, name = "total_loss" } = options;
    const found = getLosses({ scope });
    return addN(addRegularizationLosses ? [...found, ...getRegularizationLosses({ scope })] : found, { name });
  });
}
