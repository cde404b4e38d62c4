/** `GradientDescentOptimizer`. Mirrors python/training/gradient_descent.py. */
import { applyOp } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import type { GroupInput } from "../ops/control-flow.ts";
import type { IndexedSlices } from "../ops/indexed-slices.ts";
import { stateDefs } from "../ops/state.defs.ts";
import { scatterSub } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { ResourceVariable } from "../variables/resource-variable.ts";
import { type OptimizerOptions, type Setting, settingTensor } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/**
 * Gradient descent: `v -= learningRate · gradient`.
 *
 * @see TensorFlow `tf.train.GradientDescentOptimizer`, python/training/gradient_descent.py
 * @example
 * const w = getVariable("w", [], { initializer: onesInitializer() });
 * const trainOp = new train.GradientDescentOptimizer(0.25).minimize(square(w));
 * session.runSync(globalVariablesInitializer());
 * session.runSync(trainOp);
 * session.runSync(w).item(); // 0.5
 */
export class GradientDescentOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = { name: "GradientDescent", slots: [] };
  readonly #learningRate: Setting;
  #rate: Tensor | null = null;

  constructor(learningRate: Setting, options: OptimizerOptions = {}) {
    super("GradientDescent", options);
    this.#learningRate = learningRate;
  }

  protected override prepare(): void {
    this.#rate = settingTensor(this.#learningRate, "learning_rate");
  }

  protected settingsOf(): UpdateSettings {
    return { alpha: this.#rate as Tensor };
  }

  /** Rows that are named more than once are summed by the scatter itself. */
  protected override applySparseDuplicateIndices(gradient: IndexedSlices, variable: BaseVariable): GroupInput {
    const { values, indices } = gradient;
    const rate = (): Tensor => cast(this.#rate as Tensor, variable.dtype.baseDtype);
    if (variable instanceof ResourceVariable) {
      const updates = values.neg().mul(rate());
      return applyOp(stateDefs.ResourceScatterAdd, [variable.handle, indices, updates], {});
    }
    return scatterSub(variable, indices, values.mul(rate()), { useLocking: this.useLocking });
  }
}
