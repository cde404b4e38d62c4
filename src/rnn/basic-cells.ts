/** The plain cell and the GRU. Mirrors `BasicRNNCell` and `GRUCell`, tf_keras/src/layers/rnn/legacy_cells.py. */
import type { Tensor } from "../graph/tensor.ts";
import { concat, split } from "../ops/concat.ts";
import { sigmoid } from "../ops/elementary.ts";
import { matmul } from "../ops/matmul.ts";
import { biasAdd } from "../ops/nn.ts";
import { operators } from "../ops/operators.ts";
import { constantInitializer, zerosInitializer } from "../variables/initializers.ts";
import type { InitializerLike } from "../variables/variable-functions.ts";
import { type Activation, activationOf } from "./activation.ts";
import type { CellResult } from "./cell-types.ts";
import { type CellOptions, inputDepth, LayerRNNCell } from "./rnn-cell.ts";

/** Options of `BasicRNNCell`. */
export interface BasicRNNCellOptions extends CellOptions {
  /** Default `tanh`. */
  readonly activation?: Activation;
}

/**
 * The plainest cell: `h = tanh([x, h] · kernel + bias)`, which is both output and state.
 *
 * Shapes: inputs `[batch, n]`, state `[batch, numUnits]`. Dtypes: floating types. Variables: `kernel` `[n + numUnits, numUnits]`, `bias` `[numUnits]`, zeros.
 *
 * @throws {VariableExistsError} at the first call, when another cell has these variables and nothing says that they share.
 * @see TensorFlow `tf.nn.rnn_cell.BasicRNNCell`, tf_keras/src/layers/rnn/legacy_cells.py
 * @example
 * const cell = new nn.rnnCell.BasicRNNCell(4);
 * const [output] = cell(zeros([2, 3]), cell.zeroState(2, "float32"));
 * output.shape.toString(); // "(2, 4)"
 */
export class BasicRNNCell extends LayerRNNCell<Tensor> {
  static override readonly tensorflowName = "BasicRNNCell";
  readonly #units: number;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(numUnits: number, options: BasicRNNCellOptions = {}) {
    super(options);
    this.#units = numUnits;
    this.#activation = activationOf(options.activation);
  }

  get stateSize(): number {
    return this.#units;
  }
  get outputSize(): number {
    return this.#units;
  }

  protected override build(inputs: Tensor): void {
    this.addWeight("kernel", [inputDepth(inputs) + this.#units, this.#units]);
    this.addWeight("bias", [this.#units], { initializer: zerosInitializer({ dtype: this.weightDType }) });
  }

  override call(inputs: Tensor, state: Tensor): CellResult<Tensor> {
    const sum = biasAdd(matmul(concat([inputs, state], 1), this.weight("kernel")), this.weight("bias"));
    const output = this.#activation(sum);
    return [output, output];
  }
}

/** Options of `GRUCell`. */
export interface GRUCellOptions extends BasicRNNCellOptions {
  /** Default: the scope's, else Glorot uniform. */
  readonly kernelInitializer?: InitializerLike | null | undefined;
  /** For both biases; default: ones for the gates, zeros for the candidate. */
  readonly biasInitializer?: InitializerLike | null | undefined;
}

/**
 * The gated recurrent unit of Cho et al.: of the old state it keeps as much as its update gate says.
 *
 * Shapes: inputs `[batch, n]`, state `[batch, numUnits]`. Dtypes: floating types.
 * Variables: `gates/kernel` `[n + numUnits, 2 numUnits]`, `gates/bias`, ones; `candidate/kernel` `[n + numUnits, numUnits]`, `candidate/bias`, zeros.
 *
 * @throws {VariableExistsError} at the first call, when another cell has these variables and nothing says that they share.
 * @see TensorFlow `tf.nn.rnn_cell.GRUCell`, tf_keras/src/layers/rnn/legacy_cells.py
 * @example
 * const cell = new nn.rnnCell.GRUCell(4);
 * cell(zeros([2, 3]), cell.zeroState(2, "float32"));
 * cell.weights[0]?.name; // "gru_cell/gates/kernel:0"
 */
export class GRUCell extends LayerRNNCell<Tensor> {
  static override readonly tensorflowName = "GRUCell";
  readonly #units: number;
  readonly #activation: (x: Tensor) => Tensor;
  readonly #options: GRUCellOptions;

  constructor(numUnits: number, options: GRUCellOptions = {}) {
    super(options);
    this.#units = numUnits;
    this.#activation = activationOf(options.activation);
    this.#options = options;
  }

  get stateSize(): number {
    return this.#units;
  }
  get outputSize(): number {
    return this.#units;
  }

  protected override build(inputs: Tensor): void {
    const [units, rows, dtype] = [this.#units, inputDepth(inputs) + this.#units, this.weightDType];
    const { kernelInitializer: initializer, biasInitializer } = this.#options;
    this.addWeight("gates/kernel", [rows, 2 * units], { initializer });
    this.addWeight("gates/bias", [2 * units], { initializer: biasInitializer ?? constantInitializer(1, { dtype }) });
    this.addWeight("candidate/kernel", [rows, units], { initializer });
    this.addWeight("candidate/bias", [units], { initializer: biasInitializer ?? zerosInitializer({ dtype }) });
  }

  override call(inputs: Tensor, state: Tensor): CellResult<Tensor> {
    const linear = (x: Tensor, name: string): Tensor =>
      biasAdd(matmul(concat([inputs, x], 1), this.weight(`${name}/kernel`)), this.weight(`${name}/bias`));
    const [reset, update] = split(sigmoid(linear(state, "gates")), 2, { axis: 1 });
    const candidate = this.#activation(linear(reset.mul(state), "candidate"));
    const kept = update.mul(state);
    const next = kept.add(operators.binary("sub", 1, update).mul(candidate));
    return [next, next];
  }
}
