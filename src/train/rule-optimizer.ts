/** Optimizers whose updates are single ops: which op, its slots and its settings are all that a class has to tell. */
import { applyOp, type GivenAttrs } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import type { IndexedSlices } from "../ops/indexed-slices.ts";
import { inputName, isGradient, trainingDefs } from "../ops/training.defs.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { ResourceVariable } from "../variables/resource-variable.ts";
import { Optimizer } from "./optimizer.ts";

/** The settings of one update by the names of the op's inputs. They are cast to the variable's type, all but counts. */
export type UpdateSettings = Readonly<Record<string, TensorLike | NDArray>>;

/** What an optimizer's update is. */
export interface UpdateRule {
  /** The op's name after `Apply`. */
  readonly name: string;
  /** The names of the slots, in the order of the op's inputs. */
  readonly slots: readonly string[];
  readonly attrs?: GivenAttrs;
}

export abstract class RuleOptimizer extends Optimizer {
  /** The op of the updates. */
  protected abstract readonly rule: UpdateRule;

  /** The settings of an update of this variable. */
  protected abstract settingsOf(variable: BaseVariable): UpdateSettings;

  protected applyDense(gradient: Tensor, variable: BaseVariable): Operation {
    return this.#apply(variable, gradient, null);
  }

  protected applySparse(gradient: IndexedSlices, variable: BaseVariable): Operation {
    return this.#apply(variable, gradient.values, gradient.indices);
  }

  #apply(variable: BaseVariable, gradient: Tensor, indices: Tensor | null): Operation {
    const { rule } = this;
    const type = `${variable.isResource ? "Resource" : ""}${indices === null ? "" : "Sparse"}Apply${rule.name}`;
    const def = (trainingDefs as Readonly<Record<string, OpDef>>)[type] as OpDef;
    const settings = this.settingsOf(variable);
    const states = [variable, ...rule.slots.map((slot) => this.getSlot(variable, slot) as BaseVariable)];
    const dtype = variable.dtype.baseDtype;
    const inputs = def.inputs.map((text, i) => {
      const name = inputName(text);
      const state = states[i];
      if (state !== undefined) return state instanceof ResourceVariable ? state.handle : state;
      if (isGradient(name)) return gradient;
      if (name === "indices") return indices as Tensor;
      const setting = settings[name] as TensorLike;
      return text.endsWith(": T") ? cast(setting, dtype) : setting;
    });
    return applyOp(def, inputs, { ...rule.attrs, use_locking: this.useLocking });
  }
}
