/** `MomentumOptimizer`. Mirrors python/training/momentum.py. */
import type { Tensor } from "../graph/tensor.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `MomentumOptimizer`. */
export interface MomentumOptions extends OptimizerOptions {
  /** Whether the gradient counts as one of the place where the momentum leads. Default: false. */
  readonly useNesterov?: boolean;
}

/**
 * Gradient descent with momentum: `a = momentum · a + gradient; v -= learningRate · a`.
 *
 * Slots: `momentum`.
 *
 * @see TensorFlow `tf.train.MomentumOptimizer`, python/training/momentum.py
 * @example
 * const w = getVariable("w", [], { initializer: onesInitializer() });
 * const optimizer = new train.MomentumOptimizer(0.25, 0.5);
 * const trainOp = optimizer.minimize(square(w));
 * session.runSync(globalVariablesInitializer());
 * session.runSync(trainOp);
 * session.runSync([w, optimizer.getSlot(w, "momentum")]).map((x) => x.item()); // [0.5, 2]
 */
export class MomentumOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule;
  readonly #learningRate: Setting;
  readonly #momentum: Setting;
  #settings: UpdateSettings = {};

  constructor(learningRate: Setting, momentum: Setting, options: MomentumOptions = {}) {
    super("Momentum", options);
    this.#learningRate = learningRate;
    this.#momentum = momentum;
    this.rule = { name: "Momentum", slots: ["momentum"], attrs: { use_nesterov: options.useNesterov ?? false } };
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    for (const variable of variables) this.zerosSlot(variable, "momentum", this.getName());
  }

  protected override prepare(): void {
    const lr: Tensor = settingTensor(this.#learningRate, "learning_rate");
    this.#settings = { lr, momentum: settingTensor(this.#momentum, "momentum") };
  }

  protected settingsOf(): UpdateSettings {
    return this.#settings;
  }
}
