/** Options of the layer that normalizes batches, and the check of its axes. Mirrors tf_keras, layers/normalization/batch_normalization.py. */
import { ArgumentError } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { Constraint } from "../variables/base-variable.ts";
import type { InitializerLike, Regularizer } from "../variables/variable-functions.ts";
import type { LayerOptions } from "./layer.ts";
import type { RenormClipping } from "./renorm.ts";

/** Adds to what is learned: a factor and a summand for the normalized inputs, made from their shape. */
export type Adjustment = (shape: Tensor) => readonly [scale: Tensor, bias: Tensor];

/** Options of `BatchNormalization`. */
export interface BatchNormalizationOptions extends LayerOptions {
  /** The dimensions that keep statistics of their own; default -1, the channels. */
  readonly axis?: number | readonly number[] | undefined;
  /** How much of the moving averages stays at each update; default 0.99. */
  readonly momentum?: number | Tensor | undefined;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added; default true. */
  readonly center?: boolean | undefined;
  /** Whether `gamma` is multiplied; default true. */
  readonly scale?: boolean | undefined;
  readonly betaInitializer?: InitializerLike | null | undefined;
  readonly gammaInitializer?: InitializerLike | null | undefined;
  readonly movingMeanInitializer?: InitializerLike | null | undefined;
  readonly movingVarianceInitializer?: InitializerLike | null | undefined;
  readonly betaRegularizer?: Regularizer | null | undefined;
  readonly gammaRegularizer?: Regularizer | null | undefined;
  readonly betaConstraint?: Constraint | null | undefined;
  readonly gammaConstraint?: Constraint | null | undefined;
  /** Whether batches are brought near to the moving averages in training, too: batch renormalization. */
  readonly renorm?: boolean | undefined;
  /** The bounds of the corrections of renormalization. */
  readonly renormClipping?: RenormClipping | null | undefined;
  /** As `momentum`, for what renormalization goes by; default 0.99. */
  readonly renormMomentum?: number | undefined;
  /** Whether one op does it all, where it can; default true. */
  readonly fused?: boolean | null | undefined;
  /** Batches are normalized in parts of this size. */
  readonly virtualBatchSize?: number | null | undefined;
  readonly adjustment?: Adjustment | null | undefined;
}

/** Axes as Python prints them. */
export function pythonAxes(list: readonly number[]): string {
  return `(${list.join(", ")}${list.length === 1 ? "," : ""})`;
}

/** Axes counted from the first. @throws {ArgumentError} for one that the inputs have not, or have twice. */
export function validAxis(axes: readonly number[], inputShape: TensorShape): readonly number[] {
  const { rank } = inputShape;
  if (!rank) throw new ArgumentError(`Input has undefined rank. Received: input_shape=${inputShape}`, { inputShape });
  const counted = axes.map((axis) => (axis < 0 ? rank + axis : axis));
  if (counted.some((axis) => axis < 0 || axis >= rank)) {
    throw new ArgumentError(
      `Invalid value for \`axis\` argument. Expected 0 <= axis < inputs.rank (with inputs.rank=${rank}). Received: axis=${pythonAxes(counted)}`,
      { axes, inputShape },
    );
  }
  if (new Set(counted).size !== counted.length)
    throw new ArgumentError(`Duplicate axis: ${pythonAxes(counted)}`, { axes });
  return counted;
}
