/** `AdagradOptimizer` and `ProximalAdagradOptimizer`. Mirrors python/training/{adagrad,proximal_adagrad}.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonFloat } from "../base/text.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, fill } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { shape } from "../ops/shape.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { constantInitializer } from "../variables/initializers.ts";
import type { InitializerLike } from "../variables/variable-functions.ts";
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `AdagradOptimizer`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares begin with; above 0. Default: 0.1. */
  readonly initialAccumulatorValue?: number;
}

/** @throws {ArgumentError} for an accumulator that would begin with 0 or less. */
export function requirePositive(value: number, name: string): number {
  if (value > 0) return value;
  throw new ArgumentError(
    `${name} must be positive: ${pythonFloat(value)}\n  steps are divided by the root of what is accumulated`,
    { [name]: value },
  );
}

/**
 * Gradient descent with a rate for each element, which falls with the squares of its gradients:
 * `a += gradient²; v -= learningRate · gradient / √a`.
 *
 * Slots: `accumulator`. Rows that no gradient names keep their rates.
 *
 * @throws {ArgumentError} for an initial accumulator that is not positive.
 * @see TensorFlow `tf.train.AdagradOptimizer`, python/training/adagrad.py
 * @example
 * const trainOp = new train.AdagradOptimizer(0.5).minimize(square(getVariable("w", [])));
 * trainOp.name; // "Adagrad"
 */
export class AdagradOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = { name: "Adagrad", slots: ["accumulator"] };
  readonly #learningRate: Setting;
  readonly #initialValue: number;
  #rate: Tensor | null = null;

  constructor(learningRate: Setting, options: AdagradOptions = {}) {
    const initialValue = requirePositive(options.initialAccumulatorValue ?? 0.1, "initial_accumulator_value");
    super("Adagrad", options);
    this.#learningRate = learningRate;
    this.#initialValue = initialValue;
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    for (const variable of variables)
      this.slotWithInitializer(variable, this.#initializer(variable), "accumulator", this.getName());
  }

  #initializer(variable: BaseVariable): InitializerLike {
    const dtype = variable.dtype.baseDtype;
    if (variable.shape.isFullyDefined()) return constantInitializer(this.#initialValue, { dtype });
    return () => cast(fill(shape(variable), this.#initialValue), dtype);
  }

  protected override prepare(): void {
    this.#rate = settingTensor(this.#learningRate, "learning_rate");
  }

  protected settingsOf(): UpdateSettings {
    return { lr: this.#rate as Tensor };
  }
}

/** Options of `ProximalAdagradOptimizer`. */
export interface ProximalAdagradOptions extends AdagradOptions {
  /** Default: 0. */
  readonly l1RegularizationStrength?: number;
  /** Default: 0. */
  readonly l2RegularizationStrength?: number;
}

/**
 * Adagrad, with a proximal step for both regularizers after each update: it makes weights exactly 0.
 *
 * Slots: `accumulator`.
 *
 * @throws {ArgumentError} for an initial accumulator that is not positive.
 * @see TensorFlow `tf.train.ProximalAdagradOptimizer`, python/training/proximal_adagrad.py
 * @example
 * const optimizer = new train.ProximalAdagradOptimizer(0.5, { l1RegularizationStrength: 0.01 });
 * optimizer.minimize(square(getVariable("w", []))).name; // "ProximalAdagrad"
 */
export class ProximalAdagradOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = { name: "ProximalAdagrad", slots: ["accumulator"] };
  readonly #learningRate: Setting;
  readonly #options: ProximalAdagradOptions;
  readonly #initialValue: number;
  #settings: UpdateSettings = {};

  constructor(learningRate: Setting, options: ProximalAdagradOptions = {}) {
    const initialValue = requirePositive(options.initialAccumulatorValue ?? 0.1, "initial_accumulator_value");
    super("ProximalAdagrad", options);
    this.#learningRate = learningRate;
    this.#options = options;
    this.#initialValue = initialValue;
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    for (const variable of variables) {
      const value = constantBeside(variable, this.#initialValue);
      this.slotFromValue(variable, value, "accumulator", this.getName());
    }
  }

  protected override prepare(): void {
    const { l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0 } = this.#options;
    this.#settings = {
      lr: settingTensor(this.#learningRate, "learning_rate"),
      l1: settingTensor(l1, "l1_regularization_strength"),
      l2: settingTensor(l2, "l2_regularization_strength"),
    };
  }

  protected settingsOf(): UpdateSettings {
    return this.#settings;
  }
}

/** A constant of a variable's shape and type, on its device. */
export function constantBeside(variable: BaseVariable, value: number): Tensor {
  const dtype = variable.dtype.baseDtype;
  return runInScope(makeColocation(variable), () => constant(value, { shape: variable.shape.asNumbers(), dtype }));
}
