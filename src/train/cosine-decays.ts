/** Learning rates that fall as a cosine does. Mirrors python/keras/optimizer_v2/{legacy_learning_rate_decay,learning_rate_schedule}.py. */
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { equal } from "../ops/compare.ts";
import { cond } from "../ops/cond.ts";
import { floor, log, sqrt } from "../ops/elementary.ts";
import { minimum, multiply, pow } from "../ops/math.ts";
import type { NameOption } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { randomNormal } from "../ops/random.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { cosineFall, count, float, inSchedule, type Step } from "./schedule-values.ts";

/** Options of `cosineDecay`. */
export interface CosineDecayOptions extends NameOption {
  /** The part of the rate that stays. Default: 0. */
  readonly alpha?: number;
}

/**
 * Falls from the rate to `alpha` of it, along half a cosine over `decaySteps`.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.cosine_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.cosineDecay(0.5, constant(10), 10)).item(); // 0
 */
export function cosineDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  options: CosineDecayOptions = {},
): Tensor {
  const { alpha = 0 } = options;
  return inSchedule(learningRate, options, "CosineDecay", ({ rate, cast }) => {
    const steps = cast(count(decaySteps));
    const fraction = minimum(cast(globalStep), steps).div(steps);
    const fall = operators.binary("mul", pythonLiteral(1 - alpha, "float"), cosineFall(fraction, 0.5));
    return multiply(rate, fall.add(pythonLiteral(alpha, "float")));
  });
}

/** Options of `cosineDecayRestarts`. */
export interface CosineDecayRestartsOptions extends NameOption {
  /** How much longer each period is than the one before. Default: 2. */
  readonly tMul?: TensorLike;
  /** How much smaller the rate begins in each period. Default: 1. */
  readonly mMul?: TensorLike;
  /** The part of the rate that stays. Default: 0. */
  readonly alpha?: TensorLike;
}

/**
 * Falls along half a cosine again and again: each period is `tMul` times as long as the one before, and begins at `mMul` times its rate.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.cosine_decay_restarts`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.cosineDecayRestarts(0.5, constant(10), 10)).item(); // 0.5
 */
export function cosineDecayRestarts(
  learningRate: TensorLike,
  globalStep: Step,
  firstDecaySteps: TensorLike,
  options: CosineDecayRestartsOptions = {},
): Tensor {
  return inSchedule(learningRate, options, "SGDRDecay", ({ rate, cast, scope }) => {
    const first = cast(count(firstDecaySteps));
    const alpha = cast(float(options.alpha ?? 0));
    const tMul = cast(float(options.tMul ?? 2));
    const mMul = cast(float(options.mMul ?? 1));
    const passed = cast(globalStep).div(first);
    const [period, fraction] = cond(
      equal(tMul, 1),
      () => evenPeriod(passed),
      () => growingPeriod(passed, tMul),
    ) as readonly [Tensor, Tensor];
    const height = operators.binary("mul", 0.5, operators.binary("pow", mMul, period));
    const cosine = cosineFall(fraction, height);
    const fall = operators.binary("sub", 1, alpha).mul(cosine);
    return multiply(rate, fall.add(alpha), { name: scope });
  });
}

/** Which period it is, and how much of it has passed, where all are equally long. */
function evenPeriod(passed: Tensor): readonly [Tensor, Tensor] {
  const period = floor(passed);
  return [period, passed.sub(period)];
}

/** The same where each is longer than the one before: lengths are a geometric series. */
function growingPeriod(passed: Tensor, tMul: Tensor): readonly [Tensor, Tensor] {
  const grown = passed.mul(operators.binary("sub", 1, tMul));
  const period = floor(log(operators.binary("sub", 1, grown)).div(log(tMul)));
  const sum = operators.binary("sub", 1, operators.binary("pow", tMul, period)).div(operators.binary("sub", 1, tMul));
  return [period, passed.sub(sum).div(operators.binary("pow", tMul, period))];
}

/** Options of `linearCosineDecay`. */
export interface LinearCosineDecayOptions extends NameOption {
  /** How many periods of the cosine there are. Default: 0.5. */
  readonly numPeriods?: TensorLike;
  /** Added to the straight line. Default: 0. */
  readonly alpha?: TensorLike;
  /** Added to the product. Default: 0.001. */
  readonly beta?: TensorLike;
}

/** The settings of both linear schedules as tensors, then the step, all in the type of the rate. */
function linearSettings(cast: (value: TensorLike) => Tensor, options: LinearCosineDecayOptions) {
  const periods = cast(float(options.numPeriods ?? 0.5) as TensorLike);
  const alpha = cast(float(options.alpha ?? 0) as TensorLike);
  const beta = cast(float(options.beta ?? 0.001) as TensorLike);
  return { periods, alpha, beta };
}

function linearCosine(
  line: Tensor,
  fraction: Tensor,
  { periods, alpha, beta }: { readonly periods: Tensor; readonly alpha: Tensor; readonly beta: Tensor },
): Tensor {
  const turns = operators.binary("mul", 2, periods).mul(fraction);
  const fall = cosineFall(turns, 0.5);
  return alpha.add(line).mul(fall).add(beta);
}

/**
 * A straight line times a cosine: `(alpha + 1 - f) · ½(1 + cos(2π · numPeriods · f)) + beta`, f being the part of `decaySteps` that passed.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.linear_cosine_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.linearCosineDecay(0.5, constant(10), 10, { beta: 0 })).item(); // 0
 */
export function linearCosineDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  options: LinearCosineDecayOptions = {},
): Tensor {
  return inSchedule(learningRate, options, "LinearCosineDecay", ({ rate, cast, scope }) => {
    const steps = cast(count(decaySteps));
    const settings = linearSettings(cast, options);
    const step = minimum(cast(globalStep), steps);
    const line = steps.sub(step).div(steps);
    return multiply(rate, linearCosine(line, step.div(steps), settings), { name: scope });
  });
}

/** Options of `noisyLinearCosineDecay`. */
export interface NoisyLinearCosineDecayOptions extends LinearCosineDecayOptions {
  /** How far the line varies at first. Default: 1. */
  readonly initialVariance?: TensorLike;
  /** How the variance falls: it is divided by the step to this power. Default: 0.55. */
  readonly varianceDecay?: TensorLike;
}

/**
 * `linearCosineDecay` with noise on the straight line, which falls with the steps.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32. The noise is drawn anew each step.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.noisy_linear_cosine_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * train.noisyLinearCosineDecay(0.5, constant(3), 10).name; // "NoisyLinearCosineDecay:0"
 */
export function noisyLinearCosineDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  options: NoisyLinearCosineDecayOptions = {},
): Tensor {
  return inSchedule(learningRate, options, "NoisyLinearCosineDecay", ({ rate, cast, scope }) => {
    const steps = cast(count(decaySteps));
    const initialVariance = cast(float(options.initialVariance ?? 1));
    const varianceDecay = cast(float(options.varianceDecay ?? 0.55));
    const settings = linearSettings(cast, options);
    const step = minimum(cast(globalStep), steps);
    const line = steps.sub(step).div(steps);
    const variance = initialVariance.div(pow(operators.binary("add", 1, step), varianceDecay));
    const noise = randomNormal(line.shape, { stddev: sqrt(variance), dtype: rate.dtype.baseDtype });
    return multiply(rate, linearCosine(line.add(noise), step.div(steps), settings), { name: scope });
  });
}
