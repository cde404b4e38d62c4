/** What every cell of a recurrent network is. Mirrors `RNNCell` and `LayerRNNCell`, tf_keras/src/layers/rnn/legacy_cells.py. */
import { Callable } from "../base/callable.ts";
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText, pythonTuple } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { nameScope } from "../graph/scope-functions.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { objectName, snakeCase } from "../layers/object-name.ts";
import { flatten, mapStructure, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { asDType, type DType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { PartitionedVariable } from "../variables/partitioned-variable.ts";
import type { ReuseArgument } from "../variables/reuse.ts";
import type { AnyVariable, CustomGetter } from "../variables/variable-functions.ts";
import { getVariableScope, makeVariableScope, variableScope } from "../variables/variable-scope.ts";
import { CellState, type ScopeArgument, type WeightOptions } from "./cell-state.ts";
import type { CellResult, SizeTree } from "./cell-types.ts";
import { zeroState } from "./zero-state.ts";

/** Options of every cell. */
export interface CellOptions {
  /** Whether the cell shares the variables that are in its scope already: true, or `AUTO_REUSE`. */
  readonly reuse?: ReuseArgument;
  /** The name of its scope; default: its class's, such as `basic_lstm_cell`. */
  readonly name?: string | null | undefined;
  /** The dtype of its variables; default: that of the first inputs. */
  readonly dtype?: DTypeLike | null | undefined;
  /** Whether its variables are trainable. Default true. */
  readonly trainable?: boolean | undefined;
}

/** Options of a call of a cell. */
export interface CellCallOptions {
  /** The scope of the cell's variables, where this is its first call; default: one of its own in the current scope. */
  readonly scope?: ScopeArgument;
}

/** A cell can be called: it makes the ops of one step. */
export interface RNNCell<S extends TensorTree = TensorTree, O extends TensorTree = Tensor> {
  (inputs: TensorStructure, state: TensorStructure, options?: CellCallOptions): CellResult<S, O>;
}

/**
 * A cell of a recurrent network: `const [output, next] = cell(inputs, state)` makes the ops of one step.
 *
 * A cell makes its variables at its first call, in the scope that is current there, and shares them with all later calls, wherever they are made.
 * For a cell of your own, extend this class with `stateSize`, `outputSize` and `call`, which may ask for variables with `getVariable`.
 *
 * Shapes: inputs `[batch, n]`, state `[batch, stateSize]` or a structure of such → output `[batch, outputSize]` and a state like the first.
 * Dtypes: floating types.
 *
 * @see TensorFlow `tf.nn.rnn_cell.RNNCell`, tf_keras/src/layers/rnn/legacy_cells.py
 * @example
 * class Counter extends nn.rnnCell.RNNCell {
 *   get stateSize() {
 *     return 1;
 *   }
 *   get outputSize() {
 *     return 1;
 *   }
 *   override call(_inputs, state) {
 *     const next = state.add(1);
 *     return [next, next];
 *   }
 * }
 * const [, count] = new Counter()(zeros([2, 3]), zeros([2, 1]));
 * session.runSync(count).toArray(); // [[1], [1]]
 */
export abstract class RNNCell<S extends TensorTree = TensorTree, O extends TensorTree = Tensor> extends Callable {
  /** @internal What TensorFlow calls the class; a class of the user's has its own name. */
  static readonly tensorflowName: string = "RNNCell";
  readonly name: string;
  #state: CellState;

  constructor(options: CellOptions = {}) {
    super((self: RNNCell<S, O>, [inputs, state, given]) =>
      self.invoke(inputs as TensorStructure, state as TensorStructure, (given as CellCallOptions | undefined) ?? {}),
    );
    const { reuse = null, name = null, dtype = null, trainable = true } = options;
    const base = name || snakeCase(this.className);
    this.name = name || objectName(getDefaultGraph(), this.className);
    const identity = { baseName: base, reuse, trainable, label: this.className };
    this.#state = new CellState(identity, dtype === null ? null : checkedDType(asDType(dtype)));
  }

  /** The name of the class in node names and messages, which no minifier changes. */
  get className(): string {
    const owner = this.constructor as typeof RNNCell;
    return Object.hasOwn(owner, "tensorflowName") ? owner.tensorflowName : owner.name;
  }

  /** How wide each part of the state is. */
  abstract get stateSize(): SizeTree;
  /** How wide the output is. */
  abstract get outputSize(): SizeTree;

  /** What one step computes. Call the cell itself, `cell(inputs, state)`: that opens the scopes. */
  abstract call(inputs: TensorTree, state: TensorTree): CellResult<S, O>;

  /** Makes the variables of a cell that makes them once. */
  protected build(_inputs: Tensor): void {}

  /** Throws where the inputs do not suit the cell. */
  protected checkInputs(_inputs: TensorTree, _state: TensorTree): void {}

  /** @internal What a call does. */
  protected invoke(
    inputs: TensorStructure,
    state: TensorStructure,
    { scope = null }: CellCallOptions,
  ): CellResult<S, O> {
    return publicCall(() => {
      const customGetter: CustomGetter = (getter, name, options) => {
        const variable = getter(name, options) as AnyVariable;
        this.#state.track(variable);
        return variable;
      };
      if (scope !== null)
        return variableScope(scope, { customGetter }, (inside) => this.invokeIn(inputs, state, inside));
      this.#state.callScope ??= makeVariableScope(getVariableScope(), { customGetter });
      return this.#state.callScope.run(() => this.invokeIn(inputs, state, null));
    });
  }

  /** @internal A call in the scope of the cell. */
  protected invokeIn(inputs: TensorStructure, state: TensorStructure, scope: ScopeArgument): CellResult<S, O> {
    return publicCall(() => {
      const remembered = this.#state;
      return remembered.run(scope, () => {
        const given = mapStructure(inputs, asTensor) as TensorTree;
        const before = state as TensorTree;
        this.checkInputs(given, before);
        const [first] = flatten(given) as [Tensor];
        return remembered.calledWith(first, () => {
          if (!remembered.isBuilt) {
            remembered.dtype ??= first.dtype.baseDtype;
            this.build(first);
            remembered.isBuilt = true;
          }
          return this.call(given, before);
        });
      });
    });
  }

  /**
   * The state before the first step: zeros.
   *
   * Shapes: batchSize an integer or `[]` → `[batchSize, n]` for each size n of the state.
   * @example
   * new nn.rnnCell.GRUCell(4).zeroState(2, "float32").shape.toString(); // "(2, 4)"
   */
  zeroState(batchSize: TensorLike, dtype: DTypeLike): S {
    return publicCall(() =>
      nameScope(`${this.className}ZeroState`, () => zeroState(this.stateSize, batchSize, dtype) as S),
    );
  }

  /** @internal Makes a variable of the cell, in its scope. */
  protected addWeight(name: string, shape: readonly number[], options: WeightOptions = {}): AnyVariable {
    return this.#state.addWeight(name, shape, options);
  }
  /** @internal A variable that `addWeight` made. */
  protected weight(name: string): AnyVariable {
    return this.#state.weight(name);
  }
  /** @internal The variable of this name of a cell that asks for it once; `make` is called the first time. */
  protected remembered(name: string, make: () => AnyVariable): AnyVariable {
    return this.#state.remembered(name, make);
  }
  /** @internal The dtype of variables that are made now. */
  protected get weightDType(): DType {
    return this.#state.dtype ?? float32;
  }
  /** @internal The cells that this one calls. */
  protected get cells(): readonly RNNCell[] {
    return [];
  }

  /** @internal Runs a block in which the cell and the cells inside of it are copies: what they make there is not theirs afterwards. */
  asCopy<R>(body: () => R): R {
    const [first, ...rest] = this.cells;
    const own = this.#state;
    this.#state = own.copy();
    try {
      if (first === undefined) return body();
      return first.asCopy(() => rest.reduceRight<() => R>((inner, cell) => () => cell.asCopy(inner), body)());
    } finally {
      this.#state = own;
    }
  }

  /** Whether the cell has its variables. */
  get built(): boolean {
    return this.#state.isBuilt;
  }
  /** The dtype of its variables; `null` before the first call, unless it was given. */
  get dtype(): DType | null {
    return this.#state.dtype;
  }
  /** The name of its variable scope; empty before the first call. */
  get scopeName(): string {
    return this.#state.scope?.name ?? "";
  }
  get trainableWeights(): readonly BaseVariable[] {
    return [...new Set([...this.#state.trainableWeights, ...this.cells.flatMap((cell) => cell.trainableWeights)])];
  }
  get nonTrainableWeights(): readonly BaseVariable[] {
    return [
      ...new Set([...this.#state.nonTrainableWeights, ...this.cells.flatMap((cell) => cell.nonTrainableWeights)]),
    ];
  }
  get weights(): readonly BaseVariable[] {
    return [...this.trainableWeights, ...this.nonTrainableWeights];
  }
  get trainableVariables(): readonly BaseVariable[] {
    return this.trainableWeights;
  }
  get variables(): readonly BaseVariable[] {
    return this.weights;
  }
}

function asTensor(value: unknown): unknown {
  return value instanceof Tensor || isPassed(value) ? value : convertToTensor(value as TensorLike);
}

/** Arrays of tensors in a state stay what they are; partitioned variables become tensors where they are used. */
function isPassed(value: unknown): boolean {
  return value instanceof PartitionedVariable || (isTensorConvertible(value) && !(value instanceof Tensor));
}

/** @throws {ArgumentError} for a dtype that cells cannot have. */
function checkedDType(dtype: DType): DType {
  if (dtype.isFloating || dtype.isComplex) return dtype;
  throw new ArgumentError(
    `RNN cell only supports floating point inputs, but received dtype: <dtype: '${dtype.name}'>\n  convert the inputs: cast(x, "float32")`,
    { dtype },
  );
}

/** A cell that makes its variables once, whatever the scope is at later calls. */
export abstract class LayerRNNCell<S extends TensorTree = TensorTree> extends RNNCell<S> {
  protected override invoke(
    inputs: TensorStructure,
    state: TensorStructure,
    { scope = null }: CellCallOptions,
  ): CellResult<S> {
    return this.invokeIn(inputs, state, scope);
  }

  protected override checkInputs(inputs: TensorTree, state: TensorTree): void {
    const [first] = flatten(inputs) as [Tensor];
    checkRank(this.name, first);
    for (const { dtype } of flatten([inputs, state]) as Partial<Tensor>[]) {
      // A literal takes the dtype that is needed.
      if (dtype !== undefined) checkedDType(dtype.baseDtype);
    }
  }
}

/** @throws {ArgumentError} unless the inputs are a matrix, in the words of the layers. */
function checkRank(name: string, { shape }: Tensor): void {
  if (shape.rank === 2) return;
  const text =
    shape.rank === null
      ? "its rank is undefined, but the layer requires a defined rank."
      : `expected ndim=2, found ndim=${shape.rank}. Full shape received: ${shape}`;
  throw new ArgumentError(
    `Input 0 of layer "${name}" is incompatible with the layer: ${text}\n  inputs are [batch, n]`,
    {
      shape,
    },
  );
}

function pythonShape({ dims }: TensorShape): string {
  return dims === null ? "None" : pythonTuple(dims.map((d) => (d === null ? "None" : String(d))));
}

/** The width of inputs. @throws {ArgumentError} when the graph does not tell it. */
export function inputDepth({ shape }: Tensor): number {
  const depth = shape.dim(-1);
  if (depth !== null) return depth;
  throw new ArgumentError(
    `Expected inputs.shape[-1] to be known, received shape: ${pythonShape(shape)}\n  x.setShape([null, n]) tells it`,
    { shape },
  );
}

/** @throws {ArgumentTypeError} for what is no cell. */
export function assertCell(name: string, cell: unknown): void {
  if (cell instanceof RNNCell) return;
  throw new ArgumentTypeError(
    `The argument '${name}' (${pythonText(cell)}) is not an RNNCell: 'output_size' property is missing, 'state_size' property is missing, either 'zero_state' or 'get_initial_state' method is required, is not callable.\n  extend nn.rnnCell.RNNCell`,
    { cell },
  );
}
