/** `AdamWOptimizer`: Adam with decoupled weight decay, as tf.contrib.opt had it. */

import type { Gradient } from "../gradients/rule.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { noOp } from "../ops/control-flow.ts";
import { gather } from "../ops/gather.ts";
import type { IndexedSlices } from "../ops/indexed-slices.ts";
import { assignSub, scatterSub } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { AdamOptimizer, type AdamOptions } from "./adam.ts";
import {
  type ApplyGradientsOptions,
  type MinimizeOptions,
  type Setting,
  settingTensor,
  type Trainable,
} from "./optimizer-options.ts";

/** Which variables decay. */
export interface DecayedVariables {
  /** Default: all that are updated. */
  readonly decayVarList?: readonly BaseVariable[] | null;
}

/**
 * Adam whose variables also lose a part of themselves in each step, `v -= weightDecay · v`, apart from gradients and their means.
 *
 * The decay is not multiplied by the learning rate: where that falls, pass a decay that falls with it. Of a gradient of some rows, these
 * rows decay.
 *
 * Slots: `m`, `v`.
 *
 * @remarks An addition: TensorFlow 1 had it as `tf.contrib.opt.AdamWOptimizer`. There the decay does not wait for the gradient, which may
 * be one of the decayed value.
 * @see Loshchilov and Hutter, Decoupled Weight Decay Regularization
 * @example
 * const w = getVariable("w", [], { initializer: onesInitializer() });
 * const trainOp = new train.AdamWOptimizer(0.5, { learningRate: 0.25 }).minimize(square(w));
 * session.runSync(globalVariablesInitializer());
 * session.runSync(trainOp);
 * session.runSync(w).item(); // 0.25, rounded
 */
export class AdamWOptimizer extends AdamOptimizer {
  readonly #weightDecay: Setting;
  #decay: Tensor | null = null;
  #decayed: ReadonlySet<BaseVariable> | null = null;

  constructor(weightDecay: Setting, options: AdamOptions = {}) {
    super({ ...options, name: options.name ?? "AdamW" });
    this.#weightDecay = weightDecay;
  }

  override minimize(loss: TensorLike, options: MinimizeOptions & DecayedVariables = {}): Operation {
    return super.minimize(loss, options);
  }

  override applyGradients(
    gradsAndVars: Iterable<readonly [Gradient | TensorLike | null, Trainable]>,
    options: ApplyGradientsOptions & DecayedVariables = {},
  ): Operation {
    const { decayVarList = null } = options;
    this.#decayed = decayVarList === null ? null : new Set(decayVarList);
    return super.applyGradients(gradsAndVars, options);
  }

  protected override prepare(): void {
    this.#decay = settingTensor(this.#weightDecay, "weight_decay");
    super.prepare();
  }

  protected override applyDense(gradient: Tensor, variable: BaseVariable): Operation {
    const decayed = this.#after(gradient, variable, (decay) =>
      assignSub(variable, variable.mul(decay), { useLocking: this.useLocking }),
    );
    return runInScope(makeControlDependencies([decayed]), () => super.applyDense(gradient, variable));
  }

  protected override applySparse(gradient: IndexedSlices, variable: BaseVariable): Operation {
    const { indices, values } = gradient;
    const decayed = this.#after(values, variable, (decay) =>
      scatterSub(variable, indices, gather(variable, indices).mul(decay), { useLocking: this.useLocking }),
    );
    return runInScope(makeControlDependencies([decayed]), () => super.applySparse(gradient, variable));
  }

  /** The decay of a variable, once its gradient is there; nothing where it does not decay. */
  #after(gradient: Tensor, variable: BaseVariable, make: (decay: Tensor) => unknown): unknown {
    if (this.#decayed !== null && !this.#decayed.has(variable)) return noOp();
    return runInScope(makeControlDependencies([gradient]), () => make(this.#decay as Tensor));
  }
}
