/** Batch renormalization: what brings a batch near to the moving averages. Mirrors `_renorm_correction_and_moments` of tf_keras, layers/normalization/batch_normalization.py. @internal */
import { runInScope } from "../graph/ambient-scope.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { arrayDefs } from "../ops/array.defs.ts";
import { identity, ones, stopGradient, zerosLike } from "../ops/array.ts";
import { sqrt } from "../ops/elementary.ts";
import { maximum, minimum } from "../ops/math.ts";
import { operators } from "../ops/operators.ts";
import type { AnyVariable } from "../variables/variable-functions.ts";
import { assignMovingAverage } from "./moving-average.ts";
import { smartCond } from "./smart-cond.ts";

/** Bounds of the corrections: of the factor from below and above, and of the summand. */
export interface RenormClipping {
  readonly rmin?: TensorLike | undefined;
  readonly rmax?: TensorLike | undefined;
  readonly dmax?: number | Tensor | undefined;
}

/** What renormalization goes by. */
export interface RenormState {
  readonly mean: AnyVariable;
  readonly stddev: AnyVariable;
  readonly clipping: RenormClipping;
  readonly momentum: number;
  readonly epsilon: number;
}

/** The corrections, and the statistics of the batch once the averages are updated. */
export interface Renormalized {
  readonly r: Tensor;
  readonly d: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export function renormalize(
  batch: { readonly mean: Tensor; readonly variance: Tensor },
  training: TensorLike,
  state: RenormState,
  broadcast: (value: Tensor) => Tensor,
): Renormalized {
  const deviation = sqrt(batch.variance.add(state.epsilon));
  const ownMean = state.mean as TensorLike;
  const least = maximum(state.stddev as TensorLike, sqrt(state.epsilon));
  const factor = deviation.div(least);
  const summand = operators.binary("sub", batch.mean, ownMean).div(least);
  const [mean, stddev] = runInScope(
    makeControlDependencies([factor, summand]),
    () => [identity(batch.mean), identity(deviation)] as const,
  );
  const [clippedR, clippedD] = clipped(factor, summand, state.clipping);
  const r = smartCond(
    training,
    () => clippedR,
    () => onesOf(clippedR),
  );
  const d = smartCond(
    training,
    () => clippedD,
    () => zerosLike(clippedD),
  );
  const update = (variable: AnyVariable, given: Tensor): Tensor => {
    const value = identity(given);
    return smartCond(
      training,
      () => assignMovingAverage(variable, value, state.momentum),
      () => identity(variable as TensorLike),
    );
  };
  const updates = [update(state.mean, mean), update(state.stddev, stddev)];
  const after = runInScope(makeControlDependencies(updates), () => ({
    mean: identity(mean),
    variance: identity(batch.variance),
  }));
  return {
    r: broadcast(stopGradient(r, { name: "renorm_r" })),
    d: broadcast(stopGradient(d, { name: "renorm_d" })),
    ...after,
  };
}

/** Ones in the shape of a tensor: a constant, where it is known. */
export function onesOf(tensor: Tensor): Tensor {
  if (!tensor.shape.isFullyDefined()) return applyOp1(arrayDefs.OnesLike, [tensor], {}, "ones_like");
  return ones(tensor.shape, { dtype: tensor.dtype, name: "ones_like" });
}

function clipped(factor: Tensor, summand: Tensor, { rmin, rmax, dmax }: RenormClipping): readonly [Tensor, Tensor] {
  let [r, d] = [factor, summand];
  if (rmin !== undefined) r = maximum(r, rmin);
  if (rmax !== undefined) r = minimum(r, rmax);
  if (dmax !== undefined) d = minimum(maximum(d, typeof dmax === "number" ? -dmax : dmax.neg()), dmax);
  return [r, d];
}
