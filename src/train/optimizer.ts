/** `Optimizer`: gradients of a loss, and the ops that apply them. Mirrors python/training/optimizer.py. */
import { ArgumentError, MissingAttributeError, TrainingError } from "../base/errors.ts";
import { pythonText, teach } from "../base/text.ts";
import { gradients } from "../gradients/gradients.ts";
import type { Gradient } from "../gradients/rule.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope, makeColocation, makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type GroupInput, group, tuple } from "../ops/control-flow.ts";
import { unique } from "../ops/gather.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { unsortedSegmentSum } from "../ops/segment.ts";
import { shape } from "../ops/shape.ts";
import { assignAdd } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { inInitScope } from "../variables/building.ts";
import { ResourceVariable } from "../variables/resource-variable.ts";
import { Variable } from "../variables/variable.ts";
import type { InitializerLike } from "../variables/variable-functions.ts";
import {
  type ApplyGradientsOptions,
  type ComputeGradientsOptions,
  checkGate,
  Gate,
  type GradientAndVariable,
  type MinimizeOptions,
  type OptimizerOptions,
  type Trainable,
} from "./optimizer-options.ts";
import { createSlot, createSlotWithInitializer, createZerosSlot, isOfCurrentGraph } from "./slots.ts";
import { checkTypes, chosenVariables, converted, printed, requireVariable } from "./trained-variables.ts";

/**
 * Makes variables better: computes the gradients of a loss, and adds the ops that apply them. Each kind of optimizer is a class of its
 * own; an own one extends this class.
 *
 * Slots are variables that belong to a variable, such as its momentum. They are made in the scope `VARIABLE/OPTIMIZER`, and never obey
 * the `reuse` of the scopes around.
 *
 * @see TensorFlow `tf.train.Optimizer`, python/training/optimizer.py
 * @example
 * const w = getVariable("w", [2], { initializer: onesInitializer() });
 * const trainOp = new train.GradientDescentOptimizer(0.25).minimize(nn.l2Loss(w));
 * session.runSync(globalVariablesInitializer());
 * session.runSync(trainOp);
 * session.runSync(w).toArray(); // [0.75, 0.75]
 */
export abstract class Optimizer {
  /** Gradients are used as soon as they are there. */
  static readonly GATE_NONE: number = Gate.NONE;
  /** All gradients of an op are there before one of them is used. */
  static readonly GATE_OP: number = Gate.OP;
  /** All gradients are there before one of them is used. */
  static readonly GATE_GRAPH: number = Gate.GRAPH;

  readonly #name: string;
  /** Whether updates ask for a lock. */
  protected readonly useLocking: boolean;
  /** Slots by name, then by the variable's op. */
  readonly #slots = new Map<string, Map<Operation, BaseVariable>>();
  readonly #nonSlots = new Map<Graph, Map<string, BaseVariable>>();

  constructor(name: string, options: OptimizerOptions = {}) {
    const chosen = options.name ?? name;
    if (chosen === "") throw new ArgumentError("Must specify the optimizer name", { name: chosen });
    this.#name = chosen;
    this.useLocking = options.useLocking ?? false;
  }

  getName(): string {
    return this.#name;
  }

  /**
   * Adds ops that make the loss smaller: `computeGradients`, then `applyGradients`. Gives the operation to run.
   *
   * Dtypes: float16, bfloat16, float32, float64.
   *
   * @throws {ArgumentError} without variables, when the loss depends on none of them, and for other types.
   * @see TensorFlow `Optimizer.minimize`, python/training/optimizer.py
   */
  minimize(loss: TensorLike, options: MinimizeOptions = {}): Operation {
    return publicCall(() => {
      const pairs = this.computeGradients(loss, options);
      if (pairs.every(([gradient]) => gradient === null)) {
        throw new ArgumentError(
          teach(
            `No gradients provided for any variable, check your graph for ops that do not support gradients, between variables ${printed(pairs)} and loss ${pythonText(loss)}.`,
            [
              [
                "to see which",
                "gradients(loss, variables) gives null where there is no way from a variable to the loss",
              ],
            ],
          ),
          { loss, variables: pairs.map(([, variable]) => variable) },
        );
      }
      return this.applyGradients(pairs, options);
    });
  }

  /**
   * The gradients of a loss by variables, each with its variable: `null` where the loss does not depend on it, `IndexedSlices` where only
   * rows were gathered.
   *
   * @throws {ArgumentError} without variables, for another gate, and for types that are no floating ones.
   * @see TensorFlow `Optimizer.compute_gradients`, python/training/optimizer.py
   */
  computeGradients(loss: TensorLike, options: ComputeGradientsOptions = {}): GradientAndVariable[] {
    return publicCall(() => {
      const { gateGradients = Gate.OP, gradLoss = null } = options;
      checkGate(gateGradients);
      const target = convertToTensor(loss);
      checkTypes([target, ...(gradLoss === null ? [] : [convertToTensor(gradLoss)])]);
      const variables = chosenVariables(options.varList ?? null);
      if (variables.length === 0) throw new ArgumentError("No variables to optimize.", { varList: options.varList });
      const found = gradients(target, variables, {
        gradYs: gradLoss,
        gateGradients: gateGradients === Gate.OP,
        aggregationMethod: options.aggregationMethod ?? null,
        colocateGradientsWithOps: options.colocateGradientsWithOps ?? false,
      });
      const gated = gateGradients === Gate.GRAPH ? (tuple(found as never) as (Gradient | null)[]) : found;
      const pairs = variables.map((variable, i): GradientAndVariable => [gated[i] ?? null, variable]);
      checkTypes(pairs.flatMap(([gradient, variable]) => (gradient === null ? [] : [variable])));
      return pairs;
    });
  }

  /**
   * Adds the ops that apply gradients to their variables. A variable without gradient is left alone.
   *
   * @throws {ArgumentError} without variables, or without gradients. @throws {ArgumentTypeError} for gradients that are no tensors.
   * @throws {TrainingError} when rows of a variable with a constraint are updated.
   * @see TensorFlow `Optimizer.apply_gradients`, python/training/optimizer.py
   */
  applyGradients(
    gradsAndVars: Iterable<readonly [Gradient | TensorLike | null, Trainable]>,
    options: ApplyGradientsOptions = {},
  ): Operation {
    return publicCall(() => {
      const pairs = [...gradsAndVars].map(converted);
      if (pairs.length === 0) throw new ArgumentError("No variables provided.", {});
      const updated = pairs.flatMap(([gradient, variable]) => (gradient === null ? [] : [{ gradient, variable }]));
      if (updated.length === 0)
        throw new ArgumentError(`No gradients provided for any variable: ${printed(pairs)}.`, {
          variables: pairs.map(([, variable]) => variable),
        });
      const variables = updated.map(({ variable }) => requireVariable(variable));
      const graph = getDefaultGraph();
      inInitScope(graph, () => this.createSlots(variables));
      return inNameScope(graph, options.name ?? this.#name, (scope) => {
        this.prepare();
        const updates = updated.map(({ gradient }, i) => this.#update(variables[i] as BaseVariable, gradient));
        const done = this.#finished(updates, options.globalStep ?? null, scope);
        const trainOps = graph.getCollectionRef(GraphKeys.TRAIN_OP);
        if (!trainOps.includes(done)) trainOps.push(done);
        return done;
      });
    });
  }

  #update(variable: BaseVariable, gradient: Gradient): GroupInput {
    return inNameScope(getDefaultGraph(), `update_${variable.op.name}`, () =>
      runInScope(makeColocation(variable), () => {
        if (gradient instanceof IndexedSlices) {
          if (variable.constraint === null) return this.applySparseDuplicateIndices(gradient, variable);
          throw new TrainingError(
            "Cannot use a constraint function on a sparse variable.\n  the gradient is of some rows only; convertToTensor(gradient) makes it one of all",
            { variable, gradient },
          );
        }
        const update = this.applyDense(gradient, variable);
        const { constraint } = variable;
        if (constraint === null) return update;
        return runInScope(makeControlDependencies([update]), () =>
          variable.assign(constraint(variable as never)),
        ) as GroupInput;
      }),
    );
  }

  #finished(updates: readonly GroupInput[], globalStep: BaseVariable | null, scope: string): Operation {
    if (globalStep === null) return this.finish(updates, scope);
    return runInScope(makeControlDependencies([this.finish(updates, "update")]), () =>
      runInScope(makeColocation(globalStep), () => {
        const step =
          globalStep instanceof ResourceVariable
            ? globalStep.assignAdd(convertToTensor(1, { dtype: globalStep.dtype }), { name: scope, readValue: false })
            : assignAdd(globalStep, 1, { name: scope });
        return step instanceof Operation ? step : step.op;
      }),
    );
  }

  /** The slot of a variable by its name; `null` when there is none. */
  getSlot(variable: BaseVariable, name: string): BaseVariable | null {
    const named = this.#slots.get(name);
    if (named === undefined) return null;
    const { op } = variable as { readonly op?: unknown };
    if (!(op instanceof Operation))
      throw new MissingAttributeError(
        `'${pythonText(variable)}' has no slots of its own\n  those of a partitioned variable are the slots of its slices`,
        { variable },
      );
    return named.get(op) ?? null;
  }

  /** The names of the slots that exist, sorted. */
  getSlotNames(): string[] {
    return [...this.#slots.keys()].sort();
  }

  /** Everything that the optimizer keeps in the current graph, sorted by name. */
  variables(): BaseVariable[] {
    const nonSlots = [...this.#nonSlots.values()].flatMap((named) => [...named.values()]);
    const slots = [...this.#slots.values()].flatMap((named) => [...named.values()]);
    const own = [...nonSlots, ...slots].filter(isOfCurrentGraph);
    return own.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** Makes the slots of these variables; before any op of the update. */
  protected createSlots(_variables: readonly BaseVariable[]): void {
    // An optimizer without state has none.
  }

  /** Makes the tensors of its settings, in the scope of the update. */
  protected prepare(): void {
    // An optimizer without settings has none.
  }

  /** Applies a gradient of a whole variable. */
  protected abstract applyDense(gradient: Tensor, variable: BaseVariable): GroupInput;

  /** Applies a gradient of rows, each of which is named once. */
  protected abstract applySparse(gradient: IndexedSlices, variable: BaseVariable): GroupInput;

  /** Applies a gradient of rows, some of which may be named more than once: they are summed first, unless a class does otherwise. */
  protected applySparseDuplicateIndices(gradient: IndexedSlices, variable: BaseVariable): GroupInput {
    const { y, idx } = unique(gradient.indices);
    const values = unsortedSegmentSum(gradient.values, idx, shape(y).at([0]));
    return this.applySparse(new IndexedSlices(values, y, gradient.denseShape), variable);
  }

  /** The operation that stands for the whole update. */
  protected finish(updates: readonly GroupInput[], name: string): Operation {
    return group(...updates, { name });
  }

  /** A slot of zeros, made when it is missing. */
  protected zerosSlot(variable: BaseVariable, slotName: string, scopeName: string): BaseVariable {
    return this.#slot(variable, slotName, () => createZerosSlot(variable, scopeName));
  }

  /** A slot that begins with a tensor, which is only made when the slot is missing. */
  protected slotFromValue(variable: BaseVariable, value: Tensor, slotName: string, scopeName: string): BaseVariable {
    return this.#slot(variable, slotName, () => createSlot(variable, value, scopeName));
  }

  /** A slot that an initializer fills, made when it is missing. */
  protected slotWithInitializer(
    variable: BaseVariable,
    initializer: InitializerLike,
    slotName: string,
    scopeName: string,
  ): BaseVariable {
    const dtype = variable.dtype.baseDtype;
    return this.#slot(variable, slotName, () =>
      createSlotWithInitializer(variable, initializer, variable.shape, dtype, scopeName),
    );
  }

  #slot(variable: BaseVariable, slotName: string, make: () => BaseVariable): BaseVariable {
    let named = this.#slots.get(slotName);
    if (named === undefined) this.#slots.set(slotName, (named = new Map()));
    let slot = named.get(variable.op);
    if (slot === undefined) named.set(variable.op, (slot = make()));
    return slot;
  }

  /** A variable of the optimizer that belongs to no single variable; one of each name and graph. */
  protected createNonSlotVariable(initialValue: unknown, name: string, beside: BaseVariable): BaseVariable {
    const { graph } = beside;
    let named = this.#nonSlots.get(graph);
    if (named === undefined) this.#nonSlots.set(graph, (named = new Map()));
    let variable = named.get(name);
    if (variable === undefined) {
      variable = runInScope(
        makeColocation(beside),
        () => new Variable(initialValue, { name, trainable: false, useResource: beside.isResource }),
      );
      named.set(name, variable);
    }
    return variable;
  }

  /** A variable of `createNonSlotVariable`, in the current graph. */
  protected nonSlotVariable(name: string): BaseVariable {
    return this.#nonSlots.get(getDefaultGraph())?.get(name) as BaseVariable;
  }
}
