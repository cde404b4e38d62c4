/** What a cell remembers between its calls: its scope, its variables. Mirrors the legacy layers' base class, tf_keras/src/legacy_tf_layers/base.py. */
import { type NamesakeError, ShapeError, VariableExistsError, VariableMismatchError } from "../base/errors.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import { creationSite } from "../graph/public-call.ts";
import { nameScope } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DType, float32 } from "../tensor/dtype.ts";
import type { Dimension, TensorShape } from "../tensor/shape.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { getVariable } from "../variables/get-variable.ts";
import { PartitionedVariable } from "../variables/partitioned-variable.ts";
import type { ReuseArgument } from "../variables/reuse.ts";
import type { VariableScope } from "../variables/scope-value.ts";
import type { AnyVariable, GetVariableOptions } from "../variables/variable-functions.ts";
import { makeVariableScope, variableScope } from "../variables/variable-scope.ts";
import type { VariableScopeHandle } from "../variables/variable-scope-handle.ts";

/** A scope as cells and networks take it: its name, or the scope. */
export type ScopeArgument = string | VariableScope | null | undefined;

/** What a cell is given when it is made, of which its variables depend. */
export interface CellIdentity {
  /** The last part of its scope's name, which is made unique unless the cell reuses. */
  readonly baseName: string;
  readonly reuse: ReuseArgument;
  readonly trainable: boolean;
  /** How the cell is called in messages. */
  readonly label: string;
}

/** Options of a cell's variable. */
export type WeightOptions = Pick<GetVariableOptions, "initializer" | "partitioner" | "dtype">;

/** How wide the inputs of a call are, and where the call is. */
interface GivenInputs {
  readonly width: Dimension;
  readonly site: CreationSite;
}

/** The scope and the variables of a cell. A copy of it goes its own ways from then on. */
export class CellState {
  readonly #identity: CellIdentity;
  #scope: VariableScope | null = null;
  /** Entered at each call after the first. */
  #reusing: VariableScopeHandle | null = null;
  readonly #weights = new Map<string, AnyVariable>();
  readonly #trainable: BaseVariable[] = [];
  readonly #nonTrainable: BaseVariable[] = [];
  dtype: DType | null;
  isBuilt = false;
  /** The call that made the variables, and the one that runs. */
  #made: GivenInputs | null = null;
  #given: GivenInputs | null = null;
  /** The scope in which a cell that asks for its variables at each call was first called. */
  callScope: VariableScopeHandle | null = null;

  constructor(identity: CellIdentity, dtype: DType | null) {
    this.#identity = identity;
    this.dtype = dtype;
  }

  copy(): CellState {
    const copy = new CellState(this.#identity, this.dtype);
    copy.#scope = this.#scope;
    copy.isBuilt = this.isBuilt;
    copy.#made = this.#made;
    for (const [name, variable] of this.#weights) copy.#weights.set(name, variable);
    copy.#trainable.push(...this.#trainable);
    copy.#nonTrainable.push(...this.#nonTrainable);
    return copy;
  }

  get scope(): VariableScope | null {
    return this.#scope;
  }
  get trainableWeights(): readonly BaseVariable[] {
    return this.#trainable;
  }
  get nonTrainableWeights(): readonly BaseVariable[] {
    return this.#nonTrainable;
  }

  /** Opens the scope of the cell, once: where it is first called. */
  chooseScope(given: ScopeArgument): VariableScope {
    const { baseName, reuse } = this.#identity;
    const capture = (scope: VariableScope): void => {
      this.#scope = scope;
    };
    if (this.#scope !== null) return this.#scope;
    if (reuse) variableScope(given ?? baseName, capture);
    else variableScope(given ?? null, { defaultName: baseName }, capture);
    return this.#scope as unknown as VariableScope;
  }

  /** Runs a call of the cell in its scope, and in the op name scope that was opened with it. */
  run<R>(given: ScopeArgument, body: () => R): R {
    const scope = this.chooseScope(given);
    const handle = this.isBuilt
      ? (this.#reusing ??= makeVariableScope(scope, { reuse: true, auxiliaryNameScope: false }))
      : makeVariableScope(scope, { reuse: this.#identity.reuse, auxiliaryNameScope: false });
    return handle.run((inside) => nameScope(inside.originalNameScope, body));
  }

  /** Runs what a call does with its inputs; its errors say what they mean for cells. */
  calledWith<R>({ shape }: Tensor, body: () => R): R {
    this.#given = { width: shape.dim(-1), site: creationSite() };
    this.#made ??= this.#given;
    try {
      return body();
    } catch (error) {
      if (error instanceof ShapeError) error.message += this.#otherWidth(this.#made, this.#given);
      throw error;
    }
  }

  /** What is wrong where one cell is called with inputs of two widths. */
  #otherWidth(made: GivenInputs, given: GivenInputs): string {
    if (made.width === given.width || made.width === null || given.width === null) return "";
    const { label } = this.#identity;
    return [
      `\n  this ${label} was made for inputs that are ${made.width} wide, at ${made.site};`,
      `now they are ${given.width} wide, at ${given.site}`,
      "a cell object has its weights once: make a cell object for each layer, [new Cell(n), new Cell(n)], and not one object twice",
    ].join("\n  ");
  }

  /** The variable of this name that `addWeight` made. */
  weight(name: string): AnyVariable {
    return this.#weights.get(name) as AnyVariable;
  }

  /** The variable of this name, made when it is first asked for. */
  remembered(name: string, make: () => AnyVariable): AnyVariable {
    const variable = this.#weights.get(name) ?? make();
    this.#weights.set(name, variable);
    return variable;
  }

  /**
   * Makes or shares a variable of the cell.
   * @throws {VariableExistsError} when another cell has it and nothing says that they share.
   */
  addWeight(name: string, shape: readonly number[], options: WeightOptions = {}): AnyVariable {
    const { reuse, trainable } = this.#identity;
    const scope = this.chooseScope(null);
    const variable = makeVariableScope(scope, { reuse: this.isBuilt || reuse, auxiliaryNameScope: false }).run(
      (inside) =>
        nameScope(inside.originalNameScope, () =>
          explained(this.#identity, shape, this.#given?.width ?? null, () =>
            getVariable(name, shape, { ...options, dtype: options.dtype ?? this.dtype ?? float32, trainable }),
          ),
        ),
    );
    this.#weights.set(name, variable);
    this.track(variable);
    return variable;
  }

  /** Counts a variable among the cell's, once. */
  track(variable: AnyVariable): void {
    for (const one of variable instanceof PartitionedVariable ? variable : [variable]) {
      const list = one.trainable ? this.#trainable : this.#nonTrainable;
      if (!list.includes(one)) list.push(one);
    }
  }
}

/** Adds to the errors of sharing what they mean for cells. */
function explained<R>({ baseName, label }: CellIdentity, shape: readonly number[], width: Dimension, body: () => R): R {
  try {
    return body();
  } catch (error) {
    if (error instanceof VariableExistsError) {
      error.message += `\n  this is another ${label} in the scope of an earlier cell. To share, call the earlier cell again, or make this one with { reuse: AUTO_REUSE };\n  for weights of its own, make it with { name: "other_${baseName}" } or call it in a variable scope of its own`;
    } else if (error instanceof VariableMismatchError) {
      error.message += `\n  ${label} needs the shape [${shape.join(", ")}] for these inputs${widths(error, shape, width)}: cells share when their inputs and their units are as wide;\n  for weights of its own, make a cell object for each layer: [new Cell(n), new Cell(n)], and not one object twice`;
    }
    throw error as NamesakeError;
  }
}

/** How wide inputs are, and how wide those must have been that a kernel was made for: its other rows are as many as its units. */
function widths({ fields }: VariableMismatchError, [rows, units]: readonly number[], width: Dimension): string {
  if (width === null || rows === undefined) return "";
  const found = fields["foundShape"] as TensorShape | undefined;
  const earlier = found?.rank === 2 && found.dim(1) === units ? (found.dim(0) as number) - (rows - width) : null;
  return `, which are ${width} wide${earlier === null ? "" : `, and was made for inputs that are ${earlier} wide`}`;
}
