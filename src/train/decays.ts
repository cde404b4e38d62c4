/** Learning rates that fall with the steps. Mirrors python/keras/optimizer_v2/{legacy_learning_rate_decay,learning_rate_schedule}.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { compareDefs } from "../ops/compare.defs.ts";
import { equal } from "../ops/compare.ts";
import { divide } from "../ops/division.ts";
import { ceil, exp, floor, negative } from "../ops/elementary.ts";
import { add, minimum, multiply, pow } from "../ops/math.ts";
import type { NameOption } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { count, float, inSchedule, type Step } from "./schedule-values.ts";

/** Options of schedules that may fall in stairs. */
export interface DecayOptions extends NameOption {
  /** Whether the rate only changes every `decaySteps` steps. Default: false. */
  readonly staircase?: boolean;
}

/** How many times `decaySteps` fit into the step. */
function periods(step: Tensor, decaySteps: Tensor, staircase = false): Tensor {
  const fraction = step.div(decaySteps);
  return staircase ? floor(fraction) : fraction;
}

/**
 * `learningRate · decayRate ^ (step / decaySteps)`.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.exponential_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.exponentialDecay(0.5, constant(4), 2, 0.5)).item(); // 0.125
 */
export function exponentialDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  decayRate: TensorLike,
  options: DecayOptions = {},
): Tensor {
  return inSchedule(learningRate, options, "ExponentialDecay", (schedule) => {
    const steps = schedule.cast(count(decaySteps));
    const base = schedule.cast(float(decayRate));
    const exponent = periods(schedule.cast(globalStep), steps, options.staircase);
    return multiply(schedule.rate, pow(base, exponent), { name: schedule.scope });
  });
}

/**
 * `learningRate · e ^ (-decayRate · step / decaySteps)`.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.natural_exp_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.naturalExpDecay(0.5, constant(0), 10, 0.5)).item(); // 0.5
 */
export function naturalExpDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  decayRate: TensorLike,
  options: DecayOptions = {},
): Tensor {
  const naturalRate = exp(negative(float(decayRate)));
  return exponentialDecay(learningRate, globalStep, decaySteps, naturalRate, options);
}

/**
 * `learningRate / (1 + decayRate · step / decaySteps)`.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.inverse_time_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.inverseTimeDecay(0.5, constant(10), 10, 1)).item(); // 0.25
 */
export function inverseTimeDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  decayRate: TensorLike,
  options: DecayOptions = {},
): Tensor {
  return inSchedule(learningRate, options, "InverseTimeDecay", (schedule) => {
    const steps = schedule.cast(count(decaySteps));
    const rate = schedule.cast(float(decayRate));
    const fraction = periods(schedule.cast(globalStep), steps, options.staircase);
    const one = schedule.cast(constantOne());
    const divisor = add(one, multiply(rate, fraction));
    return divide(schedule.rate, divisor, { name: schedule.scope });
  });
}

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions extends NameOption {
  /** Where the rate ends. Default: 0.0001. */
  readonly endLearningRate?: TensorLike;
  /** 1 is a straight line. Default: 1. */
  readonly power?: TensorLike;
  /** Whether it begins anew, over twice the steps, three times the steps, …, instead of ending. Default: false. */
  readonly cycle?: boolean;
}

/**
 * `(learningRate - endLearningRate) · (1 - step / decaySteps) ^ power + endLearningRate`, which ends after `decaySteps`.
 *
 * Shapes: `[]`. Dtypes: that of the rate; a number is float32.
 *
 * @throws {ArgumentError} without a step.
 * @see TensorFlow `tf.train.polynomial_decay`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * session.runSync(train.polynomialDecay(0.5, constant(5), 10, { endLearningRate: 0 })).item(); // 0.25
 */
export function polynomialDecay(
  learningRate: TensorLike,
  globalStep: Step,
  decaySteps: TensorLike,
  options: PolynomialDecayOptions = {},
): Tensor {
  const { endLearningRate = 0.0001, power = 1, cycle = false } = options;
  return inSchedule(learningRate, options, "PolynomialDecay", (schedule) => {
    const end = schedule.cast(float(endLearningRate));
    const exponent = schedule.cast(float(power));
    const step = schedule.cast(globalStep);
    const steps = schedule.cast(count(decaySteps));
    const [at, of] = cycle ? [step, inCycles(step, steps, decaySteps)] : [minimum(step, steps), steps];
    const passed = divide(at, of);
    const height = schedule.rate.sub(end);
    const left = operators.binary("sub", 1, passed);
    return add(multiply(height, pow(left, exponent)), end, { name: schedule.scope });
  });
}

/** As many steps as the cycles that have begun last together. */
function inCycles(step: Tensor, steps: Tensor, decaySteps: TensorLike): Tensor {
  const isFirst = equal(step, 0);
  const begun = ceil(step.div(decaySteps));
  const cycles = applyOp1(compareDefs.SelectV2, [isFirst, pythonLiteral(1, "float"), begun], {});
  return multiply(steps, cycles);
}

function constantOne(): Tensor {
  return constant(pythonLiteral(1, "int"));
}
