/** The LSTM cells. Mirrors `BasicLSTMCell` and `LSTMCell`, tf_keras/src/layers/rnn/legacy_cells.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { concat, split } from "../ops/concat.ts";
import { sigmoid } from "../ops/elementary.ts";
import { add, clipByValue, multiply } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { biasAdd } from "../ops/nn.ts";
import { slice } from "../ops/slice.ts";
import type { TensorTree } from "../ops/structure.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { zerosInitializer } from "../variables/initializers.ts";
import { fixedSizePartitioner } from "../variables/partitioners.ts";
import type { InitializerLike } from "../variables/variable-functions.ts";
import { type Activation, activationOf } from "./activation.ts";
import { type CellResult, isLstmState, type LSTMStateTuple, type SizeTree } from "./cell-types.ts";
import { type CellOptions, inputDepth, LayerRNNCell } from "./rnn-cell.ts";

/** Options of `BasicLSTMCell`. */
export interface BasicLSTMCellOptions extends CellOptions {
  /** Added to the forget gate, so that the cell remembers at the start of training. Default 1. */
  readonly forgetBias?: number | undefined;
  /** False: the state is one tensor, c and h side by side. Default true. */
  readonly stateIsTuple?: boolean | undefined;
  /** Default `tanh`. */
  readonly activation?: Activation;
}

/** The memory and the output. @throws {ArgumentTypeError} for one tensor, in the words of TensorFlow's layers. */
function statesOf(state: TensorTree): LSTMStateTuple {
  if (isLstmState(state)) return state as LSTMStateTuple;
  if (Array.isArray(state) && state.length === 2) {
    const [c, h] = state as [Tensor, Tensor];
    return { c, h };
  }
  throw new ArgumentTypeError(
    "You are attempting to use Python control flow in a layer that was not declared to be dynamic. Pass `dynamic=True` to the class constructor.\n  the state of this cell is { c, h }; with { stateIsTuple: false } it is one tensor",
    { state },
  );
}

/**
 * The LSTM cell of Zaremba et al., without peepholes: `c = c · σ(f + forgetBias) + σ(i) · tanh(j)`, `h = tanh(c) · σ(o)`.
 *
 * Shapes: inputs `[batch, n]`, state `{ c, h }` of `[batch, numUnits]` each → output h. Dtypes: floating types.
 * Variables: `kernel` `[n + numUnits, 4 numUnits]` for the gates i, j, f, o, and `bias`, zeros.
 *
 * @throws {VariableExistsError} at the first call, when another cell has these variables and nothing says that they share.
 * @see TensorFlow `tf.nn.rnn_cell.BasicLSTMCell`, tf_keras/src/layers/rnn/legacy_cells.py
 * @example
 * const cell = new nn.rnnCell.BasicLSTMCell(4);
 * const [output, { c }] = cell(zeros([2, 3]), cell.zeroState(2, "float32"));
 * output.name; // "basic_lstm_cell/Mul_2:0"
 */
export class BasicLSTMCell<S extends LSTMStateTuple | Tensor = LSTMStateTuple> extends LayerRNNCell<S> {
  static override readonly tensorflowName = "BasicLSTMCell";
  readonly #units: number;
  readonly #forgetBias: number;
  readonly #isTuple: boolean;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(numUnits: number, options: BasicLSTMCellOptions = {}) {
    super(options);
    this.#units = numUnits;
    this.#forgetBias = options.forgetBias ?? 1;
    this.#isTuple = options.stateIsTuple ?? true;
    this.#activation = activationOf(options.activation);
  }

  get stateSize(): SizeTree {
    return this.#isTuple ? { c: this.#units, h: this.#units } : 2 * this.#units;
  }
  get outputSize(): number {
    return this.#units;
  }

  protected override build(inputs: Tensor): void {
    this.addWeight("kernel", [inputDepth(inputs) + this.#units, 4 * this.#units]);
    this.addWeight("bias", [4 * this.#units], { initializer: zerosInitializer({ dtype: this.weightDType }) });
  }

  override call(inputs: Tensor, state: TensorTree): CellResult<S> {
    const axis = constant(ndarray(1, int32));
    const { c, h } = this.#isTuple ? statesOf(state) : statesOf(split(state as Tensor, 2, { axis }));
    const gates = biasAdd(matmul(concat([inputs, h], 1), this.weight("kernel")), this.weight("bias"));
    const [i, j, f, o] = split(gates, 4, { axis });
    const forgetBias = constant(ndarray(this.#forgetBias, f.dtype));
    const kept = multiply(c, sigmoid(add(f, forgetBias)));
    const newC = add(kept, multiply(sigmoid(i), this.#activation(j)));
    const newH = multiply(this.#activation(newC), sigmoid(o));
    return [newH, (this.#isTuple ? { c: newC, h: newH } : concat([newC, newH], 1)) as S];
  }
}

/** Options of `LSTMCell`. */
export interface LSTMCellOptions extends BasicLSTMCellOptions {
  /** Whether the gates see the memory, too. Default false. */
  readonly usePeepholes?: boolean | undefined;
  /** The memory stays within this bound, before the output is computed. */
  readonly cellClip?: number | null | undefined;
  /** For all weights but the bias; default: the scope's, else Glorot uniform. */
  readonly initializer?: InitializerLike | null | undefined;
  /** The width to which the output is projected; it is that of h, too. */
  readonly numProj?: number | null | undefined;
  /** What is projected stays within this bound. */
  readonly projClip?: number | null | undefined;
  /** Into how many slices the kernel is cut. A scope's partitioner does the same for all variables. */
  readonly numUnitShards?: number | null | undefined;
  /** Into how many slices the projection's kernel is cut. */
  readonly numProjShards?: number | null | undefined;
}

/**
 * The LSTM cell with everything: peepholes, projection, bounds, kernels in slices.
 *
 * Shapes: inputs `[batch, n]`, state `{ c: [batch, numUnits], h: [batch, p] }` with p = numProj or numUnits → output h. Dtypes: floating types.
 * Variables: `kernel` `[n + p, 4 numUnits]`, `bias`; with peepholes `w_f_diag`, `w_i_diag`, `w_o_diag` `[numUnits]`; with a projection `projection/kernel` `[numUnits, p]`.
 *
 * @throws {VariableExistsError} at the first call, when another cell has these variables and nothing says that they share.
 * @see TensorFlow `tf.nn.rnn_cell.LSTMCell`, tf_keras/src/layers/rnn/legacy_cells.py
 * @example
 * const cell = new nn.rnnCell.LSTMCell(4, { usePeepholes: true, numProj: 2 });
 * const [output, { c, h }] = cell(zeros([1, 3]), cell.zeroState(1, "float32"));
 * [c, h].map((part) => part.shape.toString()); // ["(1, 4)", "(1, 2)"]
 */
export class LSTMCell<S extends LSTMStateTuple | Tensor = LSTMStateTuple> extends LayerRNNCell<S> {
  static override readonly tensorflowName = "LSTMCell";
  readonly #units: number;
  readonly #options: LSTMCellOptions;
  readonly #isTuple: boolean;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(numUnits: number, options: LSTMCellOptions = {}) {
    super(options);
    this.#units = numUnits;
    this.#options = options;
    this.#isTuple = options.stateIsTuple ?? true;
    this.#activation = activationOf(options.activation);
  }

  get stateSize(): SizeTree {
    const [c, h] = [this.#units, this.outputSize];
    return this.#isTuple ? { c, h } : c + h;
  }
  get outputSize(): number {
    return this.#options.numProj || this.#units;
  }

  protected override build(inputs: Tensor): void {
    const { initializer, usePeepholes, numProj = null, numUnitShards, numProjShards } = this.#options;
    const shape = [inputDepth(inputs) + (numProj ?? this.#units), 4 * this.#units];
    this.addWeight("kernel", shape, { initializer, partitioner: slices(numUnitShards) });
    this.addWeight("bias", [4 * this.#units], { initializer: zerosInitializer({ dtype: this.weightDType }) });
    const diagonals = usePeepholes ? ["w_f_diag", "w_i_diag", "w_o_diag"] : [];
    for (const name of diagonals) this.addWeight(name, [this.#units], { initializer });
    if (numProj === null) return;
    const partitioner = slices(numProjShards);
    this.addWeight("projection/kernel", [this.#units, numProj], { initializer, partitioner });
  }

  override call(inputs: Tensor, state: TensorTree): CellResult<S> {
    const { c, h } = this.#isTuple ? statesOf(state) : this.#sliced(state as Tensor);
    const gates = biasAdd(matmul(concat([inputs, h], 1), this.weight("kernel")), this.weight("bias"));
    const [i, j, f, o] = split(gates, 4, { axis: 1 });
    const newC = bounded(this.#memory(c, [i, j, f]), this.#options.cellClip);
    const out = sigmoid(this.#seeing(o, newC, "w_o_diag"));
    const newH = this.#projected(out.mul(this.#activation(newC)));
    return [newH, (this.#isTuple ? { c: newC, h: newH } : concat([newC, newH], 1)) as S];
  }

  #sliced(state: Tensor): LSTMStateTuple {
    const c = slice(state, ndarray([0, 0], int32), ndarray([-1, this.#units], int32));
    const h = slice(state, ndarray([0, this.#units], int32), ndarray([-1, this.outputSize], int32));
    return { c, h };
  }

  /** A gate, with what it sees of the memory. */
  #seeing(gate: Tensor, c: Tensor, diagonal: string): Tensor {
    return this.#options.usePeepholes ? gate.add((this.weight(diagonal) as unknown as Tensor).mul(c)) : gate;
  }

  #memory(c: Tensor, [i, j, f]: readonly [Tensor, Tensor, Tensor]): Tensor {
    const forget = f.add(this.#options.forgetBias ?? 1);
    const kept = sigmoid(this.#seeing(forget, c, "w_f_diag")).mul(c);
    return kept.add(sigmoid(this.#seeing(i, c, "w_i_diag")).mul(this.#activation(j)));
  }

  #projected(h: Tensor): Tensor {
    const { numProj = null, projClip } = this.#options;
    return numProj === null ? h : bounded(matmul(h, this.weight("projection/kernel")), projClip);
  }
}

function slices(count: number | null | undefined): ReturnType<typeof fixedSizePartitioner> | null {
  return count === null || count === undefined ? null : fixedSizePartitioner(count);
}

function bounded(x: Tensor, bound: number | null | undefined): Tensor {
  return bound === null || bound === undefined ? x : clipByValue(x, -bound, bound);
}
