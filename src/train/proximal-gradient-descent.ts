/** `ProximalGradientDescentOptimizer`. Mirrors python/training/proximal_gradient_descent.py. */
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `ProximalGradientDescentOptimizer`. */
export interface ProximalGradientDescentOptions extends OptimizerOptions {
  /** Default: 0. */
  readonly l1RegularizationStrength?: number;
  /** Default: 0. */
  readonly l2RegularizationStrength?: number;
}

/**
 * Gradient descent, with a proximal step for both regularizers after each update: it makes weights exactly 0.
 *
 * @see TensorFlow `tf.train.ProximalGradientDescentOptimizer`, python/training/proximal_gradient_descent.py
 * @example
 * const optimizer = new train.ProximalGradientDescentOptimizer(0.5, { l1RegularizationStrength: 0.01 });
 * optimizer.minimize(square(getVariable("w", []))).name; // "ProximalGradientDescent"
 */
export class ProximalGradientDescentOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = { name: "ProximalGradientDescent", slots: [] };
  readonly #learningRate: Setting;
  readonly #options: ProximalGradientDescentOptions;
  #settings: UpdateSettings = {};

  constructor(learningRate: Setting, options: ProximalGradientDescentOptions = {}) {
    super("ProximalGradientDescent", options);
    this.#learningRate = learningRate;
    this.#options = options;
  }

  protected override prepare(): void {
    const { l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0 } = this.#options;
    this.#settings = {
      alpha: settingTensor(this.#learningRate, "learning_rate"),
      l1: settingTensor(l1, "l1_regularization_strength"),
      l2: settingTensor(l2, "l2_regularization_strength"),
    };
  }

  protected settingsOf(): UpdateSettings {
    return this.#settings;
  }
}
