/** `RMSPropOptimizer`. Mirrors python/training/rmsprop.py. */
import { onesLike } from "../ops/array.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { onesInitializer } from "../variables/initializers.ts";
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `RMSPropOptimizer`. */
export interface RMSPropOptions extends OptimizerOptions {
  /** How slowly the mean of squares forgets. Default: 0.9. */
  readonly decay?: Setting;
  /** Default: 0. */
  readonly momentum?: Setting;
  /** Added to the mean of squares, inside of the root. Default: 1e-10. */
  readonly epsilon?: Setting;
  /** Whether squares are counted from the mean gradient: the variance, instead of the mean of squares. Default: false. */
  readonly centered?: boolean;
}

/**
 * RMSProp: gradients divided by the root of the mean of their squares, with momentum.
 *
 * Slots: `rms`, which begins with ones; `mg` when centered; `momentum`.
 *
 * @see TensorFlow `tf.train.RMSPropOptimizer`, python/training/rmsprop.py
 * @example
 * const optimizer = new train.RMSPropOptimizer(0.01, { momentum: 0.9 });
 * optimizer.minimize(square(getVariable("w", [])));
 * optimizer.getSlotNames(); // ["momentum", "rms"]
 */
export class RMSPropOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule;
  readonly #learningRate: Setting;
  readonly #options: RMSPropOptions;
  #settings: UpdateSettings = {};

  constructor(learningRate: Setting, options: RMSPropOptions = {}) {
    super("RMSProp", options);
    this.#learningRate = learningRate;
    this.#options = options;
    this.rule =
      options.centered === true
        ? { name: "CenteredRMSProp", slots: ["mg", "rms", "momentum"] }
        : { name: "RMSProp", slots: ["rms", "momentum"] };
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    for (const variable of variables) {
      const dtype = variable.dtype.baseDtype;
      const ones = variable.shape.isFullyDefined() ? onesInitializer({ dtype }) : onesLike(variable);
      this.slotWithInitializer(variable, ones, "rms", this.getName());
      if (this.#options.centered === true) this.zerosSlot(variable, "mg", this.getName());
      this.zerosSlot(variable, "momentum", this.getName());
    }
  }

  protected override prepare(): void {
    const { decay = 0.9, momentum = 0, epsilon = 1e-10 } = this.#options;
    this.#settings = {
      lr: settingTensor(this.#learningRate, "learning_rate"),
      rho: settingTensor(decay, "decay"),
      momentum: settingTensor(momentum, "momentum"),
      epsilon: settingTensor(epsilon, "epsilon"),
    };
  }

  protected settingsOf(): UpdateSettings {
    return this.#settings;
  }
}
