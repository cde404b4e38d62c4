/** `ExponentialMovingAverage`. Mirrors python/training/moving_averages.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope, makeColocation, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { type GroupInput, group } from "../ops/control-flow.ts";
import { minimum, pow } from "../ops/math.ts";
import { operators } from "../ops/operators.ts";
import { float32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { assign, assignSub } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { inInitScope } from "../variables/building.ts";
import { hasVariable, makeUnsharedVariable } from "../variables/get-variable.ts";
import { zerosInitializer } from "../variables/initializers.ts";
import { globalVariables, movingAverageVariables, trainableVariables } from "../variables/variable-collections.ts";
import { variableScope } from "../variables/variable-scope.ts";
import { createSlot, createZerosSlot, initialOrCurrent, type Primary } from "./slots.ts";

/** Options of `ExponentialMovingAverage`. */
export interface MovingAverageOptions {
  /** A count of updates, by which the decay begins smaller: `min(decay, (1 + n) / (10 + n))`. */
  readonly numUpdates?: TensorLike | null;
  /** Whether averages of tensors, which begin with zeros, are freed of that beginning. Default: false. */
  readonly zeroDebias?: boolean;
  /** Default: "ExponentialMovingAverage". */
  readonly name?: string;
}

const averaged = new Set(["bfloat16", "float16", "float32", "float64"]);
const holders = new Set(["Variable", "VariableV2", "VarHandleOp"]);

/**
 * Keeps averages of variables or tensors, of which what is older counts less: `average -= (1 - decay) · (average - value)`.
 *
 * The average of a variable begins with its initial value, that of a tensor with zeros. Averages are variables named
 * `VARIABLE/ExponentialMovingAverage`; they never obey the `reuse` of the scopes around.
 *
 * @see TensorFlow `tf.train.ExponentialMovingAverage`, python/training/moving_averages.py
 * @example
 * const w = getVariable("w", [], { initializer: onesInitializer() });
 * const averages = new train.ExponentialMovingAverage(0.5);
 * const update = averages.apply([w]);
 * session.runSync(globalVariablesInitializer());
 * session.runSync(w.assign(3));
 * session.runSync(update);
 * session.runSync(averages.average(w)).item(); // 2
 */
export class ExponentialMovingAverage {
  readonly name: string;
  readonly #decay: TensorLike;
  readonly #numUpdates: TensorLike | null;
  readonly #zeroDebias: boolean;
  readonly #averages = new Map<Primary, BaseVariable>();

  constructor(decay: TensorLike, options: MovingAverageOptions = {}) {
    this.name = options.name ?? "ExponentialMovingAverage";
    this.#decay = decay;
    this.#numUpdates = options.numUpdates ?? null;
    this.#zeroDebias = options.zeroDebias ?? false;
  }

  /**
   * Makes the averages that are missing, and gives the operation that updates them. Without a list, of all trainable variables.
   *
   * Dtypes: float16, bfloat16, float32, float64.
   *
   * @throws {ArgumentTypeError} for other types.
   * @see TensorFlow `ExponentialMovingAverage.apply`, python/training/moving_averages.py
   */
  apply(varList: readonly Primary[] | null = null): Operation {
    return publicCall(() => {
      const primaries = varList ?? trainableVariables();
      const debiased = new Set<BaseVariable>();
      for (const primary of primaries) this.#prepare(primary, debiased);
      const graph = getDefaultGraph();
      return inNameScope(graph, this.name, (scope) => {
        const decay = this.#decayTensor();
        const updates = primaries.map((primary) => {
          const average = this.#averages.get(primary) as BaseVariable;
          return updateAverage(average, primary, decay, debiased.has(average));
        });
        return group(...updates, { name: scope });
      });
    });
  }

  #prepare(primary: Primary, debiased: Set<BaseVariable>): void {
    if (!averaged.has(primary.dtype.baseDtype.name)) {
      throw new ArgumentTypeError(`The variables must be half, float, or double: ${primary.name}`, { primary });
    }
    if (this.#averages.has(primary)) return;
    const average = inInitScope(getDefaultGraph(), () => this.#make(primary));
    if (primary instanceof Tensor && this.#zeroDebias) debiased.add(average);
    this.#averages.set(primary, average);
  }

  #make(primary: Primary): BaseVariable {
    if (primary instanceof Tensor) return createZerosSlot(primary, this.name, holders.has(primary.op.type));
    const value = runInScope(makeDeviceScope(primary.device), () => initialOrCurrent(primary));
    const average = createSlot(primary, value, this.name);
    getDefaultGraph().addToCollection(GraphKeys.MOVING_AVERAGE_VARIABLES, primary);
    return average;
  }

  #decayTensor(): Tensor {
    const given = typeof this.#decay === "number" ? pythonLiteral(this.#decay, "float") : this.#decay;
    const decay = convertToTensor(given, { dtype: float32, name: "decay" });
    if (this.#numUpdates === null) return decay;
    const updates = cast(this.#numUpdates, float32, { name: "num_updates" });
    const above = operators.binary("add", 1, updates);
    return minimum(decay, above.div(operators.binary("add", 10, updates)));
  }

  /** The average of a variable or tensor; `null` when there is none. */
  average(variable: Primary): BaseVariable | null {
    return this.#averages.get(variable) ?? null;
  }

  /** The name of the variable that holds the average, or would hold it if it were made here. */
  averageName(variable: Primary): string {
    const average = this.average(variable);
    if (average !== null) return average.name.replace(/:0$/, "");
    const name = `${variable.name.replace(/:0$/, "")}/${this.name}`;
    return getDefaultGraph().uniqueName(name, { markAsUsed: false });
  }

  /**
   * Which variable is to be read under which name of a checkpoint, so that variables get their averages: those of `movingAvgVariables`, or
   * all that are trainable or have averages, by the names of these; all others by their own.
   *
   * @see TensorFlow `ExponentialMovingAverage.variables_to_restore`, python/training/moving_averages.py
   */
  variablesToRestore(movingAvgVariables: readonly BaseVariable[] | null = null): Map<string, BaseVariable> {
    const moving = new Set(movingAvgVariables ?? [...trainableVariables(), ...movingAverageVariables()]);
    const names = new Map<string, BaseVariable>();
    for (const variable of moving) names.set(this.averageName(variable), variable);
    const ownNames = new Set([...moving].map(({ name }) => name));
    for (const variable of new Set(globalVariables()))
      if (!ownNames.has(variable.name) && !names.has(variable.op.name)) names.set(variable.op.name, variable);
    return names;
  }
}

/** Moves an average towards a value. Mirrors `assign_moving_average`. */
function updateAverage(average: BaseVariable, value: Primary, decay: Tensor, isDebiased: boolean): GroupInput {
  return inNameScope(getDefaultGraph(), "AssignMovingAvg", (scope) => {
    const rest = operators.binary("sub", 1, decay);
    const dtype = average.dtype.baseDtype;
    const rate = rest.dtype === dtype ? rest : cast(rest, dtype);
    if (isDebiased) return updateDebiased(average, value, rate);
    return assignSub(average, operators.binary("sub", average, value).mul(rate), { name: scope });
  });
}

/** What began with zeros is divided by the weight that everything since then has. */
function updateDebiased(average: BaseVariable, value: Primary, rate: Tensor): GroupInput {
  const [biased, steps] = variableScope(average.name.replace(/:0$/, ""), { values: [average, value, rate] }, () => {
    const options = { dtype: average.dtype.baseDtype, initializer: zerosInitializer(), trainable: false };
    return runInScope(makeColocation(average), () => [
      makeUnsharedVariable(freeName("biased"), { ...options, shape: average.shape }),
      makeUnsharedVariable(freeName("local_step"), { ...options, shape: [] }),
    ]) as [BaseVariable, BaseVariable];
  });
  const sum = assignSub(biased, biased.sub(value).mul(rate));
  const count = steps.assignAdd(1) as TensorLike;
  const weight = operators.binary("sub", 1, pow(operators.binary("sub", 1, rate), count));
  const quotient = operators.binary("truediv", sum, weight);
  return assign(average, quotient, { name: `${getDefaultGraph().getNameScope()}/` });
}

/** The name, with the next free number where the scope has it. */
function freeName(name: string): string {
  if (!hasVariable(name)) return name;
  let number = 1;
  while (hasVariable(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
