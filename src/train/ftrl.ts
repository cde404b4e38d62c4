/** `FtrlOptimizer`. Mirrors python/training/ftrl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ones } from "../ops/array.ts";
import { maximum } from "../ops/math.ts";
import { operators } from "../ops/operators.ts";
import { type DType, float32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import type { InitializerLike } from "../variables/variable-functions.ts";
import { type OptimizerOptions, type Setting, settingTensor, settingValue } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `FtrlOptimizer`. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the rate falls with the sum of squares; 0 or less. Default: -0.5. */
  readonly learningRatePower?: number;
  /** What the sums of squares begin with; 0 or more. Default: 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default: 0. */
  readonly l1RegularizationStrength?: number;
  /** Default: 0. */
  readonly l2RegularizationStrength?: number;
  /** The end of the name of the slot `accum`. Default: the optimizer's name. */
  readonly accumName?: string | null;
  /** The end of the name of the slot `linear`. Default: the optimizer's name. */
  readonly linearName?: string | null;
  /** A penalty on the size of the weights that only acts on the gradient. Default: 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** The paper's beta. Default: 0. */
  readonly beta?: number | null;
}

function checkSign(value: number, name: string, wanted: "positive" | "negative"): number {
  if (wanted === "positive" ? value >= 0 : value <= 0) return value;
  throw new ArgumentError(`${name} ${value.toFixed(6)} needs to be ${wanted} or zero`, { [name]: value });
}

/**
 * "Follow the regularized leader": keeps weights at exactly 0 until the gradients outweigh the regularizers.
 *
 * Slots: `accum`, `linear`.
 *
 * @throws {ArgumentError} for numbers of the wrong sign.
 * @see TensorFlow `tf.train.FtrlOptimizer`, python/training/ftrl.py
 * @example
 * const optimizer = new train.FtrlOptimizer(0.5, { l1RegularizationStrength: 0.01 });
 * optimizer.minimize(square(getVariable("w", []))).name; // "Ftrl"
 */
export class FtrlOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule;
  readonly #learningRate: Setting;
  readonly #power: number;
  readonly #initialValue: number;
  readonly #l1: number;
  readonly #l2: number;
  readonly #shrinkage: number;
  readonly #options: FtrlOptions;
  #settings: UpdateSettings = {};

  constructor(learningRate: Setting, options: FtrlOptions = {}) {
    super("Ftrl", options);
    this.#learningRate = learningRate;
    this.#options = options;
    this.#initialValue = checkSign(options.initialAccumulatorValue ?? 0.1, "initial_accumulator_value", "positive");
    this.#power = checkSign(options.learningRatePower ?? -0.5, "learning_rate_power", "negative");
    this.#l1 = checkSign(options.l1RegularizationStrength ?? 0, "l1_regularization_strength", "positive");
    this.#l2 = checkSign(options.l2RegularizationStrength ?? 0, "l2_regularization_strength", "positive");
    this.#shrinkage = checkSign(
      options.l2ShrinkageRegularizationStrength ?? 0,
      "l2_shrinkage_regularization_strength",
      "positive",
    );
    this.rule = { name: this.#shrinkage > 0 ? "FtrlV2" : "Ftrl", slots: ["accum", "linear"] };
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    const { accumName, linearName } = this.#options;
    const initializer: InitializerLike = (dims?: readonly number[], dtype: DType = float32) =>
      ones(dims ?? [], { dtype }).mul(this.#initialValue);
    for (const variable of variables) {
      this.slotWithInitializer(variable, initializer, "accum", accumName || this.getName());
      this.zerosSlot(variable, "linear", linearName || this.getName());
    }
  }

  protected override prepare(): void {
    const lr = settingTensor(this.#learningRate, "learning_rate");
    const l1 = settingTensor(this.#l1, "l1_regularization_strength");
    const l2 = this.#adjustedL2();
    settingTensor(this.#options.beta ?? 0, "beta");
    const l2_shrinkage = settingTensor(this.#shrinkage, "l2_shrinkage_regularization_strength");
    this.#settings = { lr, l1, l2, l2_shrinkage, lr_power: settingTensor(this.#power, "learning_rate_power") };
  }

  /** The second regularizer with the part that stands for beta. */
  #adjustedL2(): Tensor {
    const beta = pythonLiteral(this.#options.beta ?? 0, "float");
    const rate = maximum(settingValue(this.#learningRate), 1e-36);
    const doubled = operators.binary("mul", pythonLiteral(2, "float"), rate);
    const adjusted = operators.binary(
      "add",
      pythonLiteral(this.#l2, "float"),
      operators.binary("truediv", beta, doubled),
    );
    return convertToTensor(adjusted, { name: "adjusted_l2_regularization_strength" });
  }

  protected settingsOf(): UpdateSettings {
    return this.#settings;
  }
}
