/** `AdadeltaOptimizer`. Mirrors python/training/adadelta.py. */
import type { BaseVariable } from "../variables/base-variable.ts";
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `AdadeltaOptimizer`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Default: 0.001; the paper has 1. */
  readonly learningRate?: Setting;
  /** How slowly the means forget. Default: 0.95. */
  readonly rho?: Setting;
  /** Keeps divisors from 0. Default: 1e-8. */
  readonly epsilon?: Setting;
}

/**
 * Adadelta: steps as large as the steps before, in proportion to the gradients before.
 *
 * Slots: `accum`, `accum_update`.
 *
 * @see TensorFlow `tf.train.AdadeltaOptimizer`, python/training/adadelta.py
 * @example
 * const optimizer = new train.AdadeltaOptimizer({ learningRate: 1 });
 * optimizer.minimize(square(getVariable("w", []))).name; // "Adadelta"
 */
export class AdadeltaOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = { name: "Adadelta", slots: ["accum", "accum_update"] };
  readonly #options: AdadeltaOptions;
  #settings: UpdateSettings = {};

  constructor(options: AdadeltaOptions = {}) {
    super("Adadelta", options);
    this.#options = options;
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    for (const variable of variables)
      for (const slot of this.rule.slots) this.zerosSlot(variable, slot, this.getName());
  }

  protected override prepare(): void {
    const { learningRate = 0.001, rho = 0.95, epsilon = 1e-8 } = this.#options;
    this.#settings = {
      lr: settingTensor(learningRate, "lr"),
      rho: settingTensor(rho, "rho"),
      epsilon: settingTensor(epsilon, "epsilon"),
    };
  }

  protected settingsOf(): UpdateSettings {
    return this.#settings;
  }
}
