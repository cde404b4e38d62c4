/** `AdagradDAOptimizer`. Mirrors python/training/adagrad_da.py. */
import { makeColocation, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { identity } from "../ops/array.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { constantBeside, requirePositive } from "./adagrad.ts";
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `AdagradDAOptimizer`. */
export interface AdagradDAOptions extends OptimizerOptions {
  /** What the sums of squares begin with; above 0. Default: 0.1. */
  readonly initialGradientSquaredAccumulatorValue?: number;
  /** Default: 0. */
  readonly l1RegularizationStrength?: number;
  /** Default: 0. */
  readonly l2RegularizationStrength?: number;
}

/**
 * Adagrad with dual averaging: the variable is made anew from the sums of all gradients and of their squares, so its old value does not
 * count. Pass the same step to `minimize`: the sums are weighed by it.
 *
 * Slots: `gradient_accumulator`, `gradient_squared_accumulator`.
 *
 * @throws {ArgumentError} for an initial accumulator that is not positive.
 * @see TensorFlow `tf.train.AdagradDAOptimizer`, python/training/adagrad_da.py
 * @example
 * const globalStep = train.getOrCreateGlobalStep();
 * const optimizer = new train.AdagradDAOptimizer(0.5, globalStep);
 * optimizer.minimize(square(getVariable("w", [])), { globalStep }).name; // "AdagradDA"
 */
export class AdagradDAOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = {
    name: "AdagradDA",
    slots: ["gradient_accumulator", "gradient_squared_accumulator"],
  };
  readonly #learningRate: Setting;
  readonly #globalStep: BaseVariable | Tensor;
  readonly #options: AdagradDAOptions;
  readonly #initialValue: number;
  #rate: Tensor | null = null;
  #step: Tensor | null = null;

  constructor(learningRate: Setting, globalStep: BaseVariable | Tensor, options: AdagradDAOptions = {}) {
    const initialValue = requirePositive(
      options.initialGradientSquaredAccumulatorValue ?? 0.1,
      "initial_gradient_squared_accumulator_value",
    );
    super("AdagradDA", options);
    this.#learningRate = learningRate;
    this.#globalStep = globalStep;
    this.#options = options;
    this.#initialValue = initialValue;
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    const [sums, squares] = this.rule.slots as [string, string];
    for (const variable of variables) {
      const zeros = constantBeside(variable, 0);
      const initial = constantBeside(variable, this.#initialValue);
      this.slotFromValue(variable, zeros, sums, this.getName());
      this.slotFromValue(variable, initial, squares, this.getName());
    }
  }

  protected override prepare(): void {
    const rate = settingTensor(this.#learningRate, "learning_rate");
    this.#rate = rate;
    this.#step = runInScope(makeColocation(rate), () => identity(this.#globalStep).add(1));
  }

  protected settingsOf(variable: BaseVariable): UpdateSettings {
    const { l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0 } = this.#options;
    const global_step = runInScope(makeDeviceScope(variable.device), () => identity(this.#step as Tensor));
    const lr = this.#rate as Tensor;
    return { lr, l1: pythonLiteral(l1, "float"), l2: pythonLiteral(l2, "float"), global_step };
  }
}
