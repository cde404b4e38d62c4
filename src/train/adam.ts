/** `AdamOptimizer`. Mirrors python/training/adam.py. */
import { applyOp } from "../graph/apply-op.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Operation } from "../graph/operation.ts";
import { makeColocation, makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { type GroupInput, group } from "../ops/control-flow.ts";
import { sqrt } from "../ops/elementary.ts";
import type { IndexedSlices } from "../ops/indexed-slices.ts";
import { operators } from "../ops/operators.ts";
import { stateDefs } from "../ops/state.defs.ts";
import { assign, assignSub, scatterAdd } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { inInitScope } from "../variables/building.ts";
import { ResourceVariable } from "../variables/resource-variable.ts";
import { type OptimizerOptions, type Setting, settingTensor, settingValue } from "./optimizer-options.ts";
import { RuleOptimizer, type UpdateRule, type UpdateSettings } from "./rule-optimizer.ts";

/** Options of `AdamOptimizer`. */
export interface AdamOptions extends OptimizerOptions {
  /** Default: 0.001. */
  readonly learningRate?: Setting;
  /** How slowly the mean of gradients forgets. Default: 0.9. */
  readonly beta1?: Setting;
  /** How slowly the mean of their squares forgets. Default: 0.999. */
  readonly beta2?: Setting;
  /** Added to the root of the mean of squares: the paper's "epsilon hat". Default: 1e-8. */
  readonly epsilon?: Setting;
}

/**
 * Adam: the mean of gradients, divided by the root of the mean of their squares, both freed of their beginning with zeros.
 *
 * Slots: `m`, `v`. Beside these, it keeps `beta1_power` and `beta2_power`. A gradient of some rows moves all: as in TensorFlow, the means of
 * rows that are not named decay.
 *
 * @see TensorFlow `tf.train.AdamOptimizer`, python/training/adam.py
 * @example
 * const w = getVariable("w", [], { initializer: onesInitializer() });
 * const optimizer = new train.AdamOptimizer({ learningRate: 0.5 });
 * const trainOp = optimizer.minimize(square(w));
 * session.runSync(globalVariablesInitializer());
 * session.runSync(trainOp);
 * session.runSync(w).item(); // 0.5, rounded
 */
export class AdamOptimizer extends RuleOptimizer {
  protected readonly rule: UpdateRule = { name: "Adam", slots: ["m", "v"] };
  readonly #options: AdamOptions;
  #rate: Tensor | null = null;
  #beta1: Tensor | null = null;
  #beta2: Tensor | null = null;
  #epsilon: Tensor | null = null;

  constructor(options: AdamOptions = {}) {
    super("Adam", options);
    this.#options = options;
  }

  /** The powers of both betas, as variables. */
  #powers(): readonly [BaseVariable, BaseVariable] {
    return [this.nonSlotVariable("beta1_power"), this.nonSlotVariable("beta2_power")];
  }

  protected override createSlots(variables: readonly BaseVariable[]): void {
    const { beta1 = 0.9, beta2 = 0.999 } = this.#options;
    const first = variables.reduce((least, variable) => (variable.name < least.name ? variable : least));
    this.createNonSlotVariable(settingValue(beta1), "beta1_power", first);
    this.createNonSlotVariable(settingValue(beta2), "beta2_power", first);
    for (const variable of variables)
      for (const slot of this.rule.slots) this.zerosSlot(variable, slot, this.getName());
  }

  protected override prepare(): void {
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = this.#options;
    this.#rate = settingTensor(learningRate, "learning_rate");
    this.#beta1 = settingTensor(beta1, "beta1");
    this.#beta2 = settingTensor(beta2, "beta2");
    this.#epsilon = settingTensor(epsilon, "epsilon");
  }

  protected settingsOf(): UpdateSettings {
    const [beta1_power, beta2_power] = this.#powers();
    const [lr, beta1, beta2, epsilon] = [this.#rate, this.#beta1, this.#beta2, this.#epsilon] as Tensor[];
    return { beta1_power, beta2_power, lr, beta1, beta2, epsilon } as UpdateSettings;
  }

  /** The means of all rows decay, those of the gradient are added, and all rows move. */
  protected override applySparse(gradient: IndexedSlices, variable: BaseVariable): Operation {
    const { values, indices } = gradient;
    const dtype = variable.dtype.baseDtype;
    const [power1, power2] = this.#powers().map((power) => cast(power, dtype)) as [Tensor, Tensor];
    const [rate, beta1, beta2, epsilon] = [this.#rate, this.#beta1, this.#beta2, this.#epsilon].map((setting) =>
      cast(setting as Tensor, dtype),
    ) as [Tensor, Tensor, Tensor, Tensor];
    const scaled = rate.mul(sqrt(operators.binary("sub", 1, power2))).div(operators.binary("sub", 1, power1));
    const m = this.getSlot(variable, "m") as BaseVariable;
    const newM = this.#decayAndAdd(m, beta1, indices, () => values.mul(operators.binary("sub", 1, beta1)));
    const v = this.getSlot(variable, "v") as BaseVariable;
    const newV = this.#decayAndAdd(v, beta2, indices, () => values.mul(values).mul(operators.binary("sub", 1, beta2)));
    const root = sqrt(newV);
    const step = scaled.mul(newM).div(root.add(epsilon));
    const update = assignSub(variable, step, { useLocking: this.useLocking });
    return group(update, newM, newV);
  }

  #decayAndAdd(slot: BaseVariable, beta: Tensor, indices: Tensor, makeRows: () => Tensor): Tensor {
    const rows = makeRows();
    const decayed = assign(slot, slot.mul(beta), { useLocking: this.useLocking });
    return runInScope(makeControlDependencies([decayed]), () => this.#added(slot, indices, rows));
  }

  /** Adds rows to a slot, and reads it afterwards. */
  #added(slot: BaseVariable, indices: Tensor, rows: Tensor): Tensor {
    if (!(slot instanceof ResourceVariable))
      return scatterAdd(slot, indices, rows, { useLocking: this.useLocking }) as Tensor;
    const added = applyOp(stateDefs.ResourceScatterAdd, [slot.handle, indices, rows], {});
    return runInScope(makeControlDependencies([added]), () => slot.value());
  }

  /** The powers change once all updates are done. */
  protected override finish(updates: readonly GroupInput[], name: string): Operation {
    const [power1, power2] = inInitScope(getDefaultGraph(), () => this.#powers());
    const useLocking = this.useLocking;
    const next = runInScope(makeControlDependencies(updates), () =>
      runInScope(makeColocation(power1), () => [
        power1.assign(power1.mul(this.#beta1 as Tensor), { useLocking }),
        power2.assign(power2.mul(this.#beta2 as Tensor), { useLocking }),
      ]),
    );
    return group(...updates, ...(next as GroupInput[]), { name });
  }
}
