/** Cells one above the other. Mirrors `MultiRNNCell`, tf_keras/src/layers/rnn/legacy_cells.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { nameScope } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { concat } from "../ops/concat.ts";
import { slice } from "../ops/slice.ts";
import { isNested, type TensorTree } from "../ops/structure.ts";
import { type DTypeLike, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { variableScope } from "../variables/variable-scope.ts";
import { type CellResult, isLstmState, type SizeTree } from "./cell-types.ts";
import { RNNCell } from "./rnn-cell.ts";

/** Options of `MultiRNNCell`. */
export interface MultiRNNCellOptions {
  /** False: the state is one tensor, the states of all cells side by side. Default true. */
  readonly stateIsTuple?: boolean | undefined;
}

/**
 * Cells one above the other: each reads what the one below gives. The state is an array of theirs.
 *
 * The variables of the cell number i are in `multi_rnn_cell/cell_i`. One cell object at several places shares its variables between them,
 * which works where the inputs are as wide; make an object for each place otherwise.
 *
 * @throws {ArgumentError} without cells; when one has a state of several parts and `stateIsTuple` is false.
 * @see TensorFlow `tf.nn.rnn_cell.MultiRNNCell`, tf_keras/src/layers/rnn/legacy_cells.py
 * @example
 * const cell = new nn.rnnCell.MultiRNNCell([new nn.rnnCell.GRUCell(4), new nn.rnnCell.GRUCell(2)]);
 * const [output, states] = cell(zeros([1, 3]), cell.zeroState(1, "float32"));
 * output.shape.toString(); // "(1, 2)"
 */
export class MultiRNNCell<C extends TensorTree = TensorTree, O extends TensorTree = Tensor> extends RNNCell<
  readonly C[],
  O
> {
  static override readonly tensorflowName: string = "MultiRNNCell";
  readonly #cells: readonly RNNCell<C, O>[];
  readonly #isTuple: boolean;

  constructor(cells: readonly RNNCell<C, O>[], options: MultiRNNCellOptions = {}) {
    super();
    if (!Array.isArray(cells) && cells) {
      throw new ArgumentTypeError(`cells must be a list or tuple, but received: ${pythonText(cells)}.`, { cells });
    }
    if (!cells || cells.length === 0)
      throw new ArgumentError("Must specify at least one cell for MultiRNNCell.", { cells });
    this.#cells = cells;
    this.#isTuple = options.stateIsTuple ?? true;
    if (this.#isTuple || !cells.some((cell) => isNested(cell.stateSize))) return;
    throw new ArgumentError(
      `Some cells return tuples of states, but the flag state_is_tuple is not set. State sizes are: [${cells.map((cell) => sizeText(cell.stateSize)).join(", ")}]`,
      { cells },
    );
  }

  protected override get cells(): readonly RNNCell[] {
    return this.#cells as readonly unknown[] as readonly RNNCell[];
  }

  get stateSize(): SizeTree {
    const sizes = this.#cells.map((cell) => cell.stateSize);
    return this.#isTuple ? sizes : (sizes as number[]).reduce((sum, size) => sum + size, 0);
  }
  get outputSize(): SizeTree {
    return (this.#cells.at(-1) as RNNCell<C, O>).outputSize;
  }

  override zeroState(batchSize: TensorLike, dtype: DTypeLike): readonly C[] {
    return publicCall(() =>
      nameScope(`${this.className}ZeroState`, () =>
        this.#isTuple ? this.#cells.map((cell) => cell.zeroState(batchSize, dtype)) : super.zeroState(batchSize, dtype),
      ),
    );
  }

  override call(inputs: TensorTree, state: TensorTree): CellResult<readonly C[], O> {
    if (this.#isTuple && !isNested(state)) {
      throw new ArgumentError(
        `Expected state to be a tuple of length ${this.#cells.length}, but received: ${String(state)}`,
        { state },
      );
    }
    let current: TensorTree = inputs;
    let start = 0;
    const next = this.#cells.map((cell, i) =>
      variableScope(`cell_${i}`, () => {
        const size = this.#isTuple ? 0 : (cell.stateSize as number);
        const own = this.#isTuple ? (state as readonly TensorTree[])[i] : part(state as Tensor, start, size);
        start += size;
        const [output, after] = cell(current, own as TensorTree);
        current = output;
        return after;
      }),
    );
    const after = this.#isTuple ? next : concat(next as unknown as Tensor[], 1);
    return [current as O, after as readonly C[]];
  }
}

/** A size as Python prints it. */
function sizeText(size: SizeTree): string {
  if (!isLstmState(size)) return pythonText(size);
  return `LSTMStateTuple(c=${pythonText(size.c)}, h=${pythonText(size.h)})`;
}

function part(state: Tensor, start: number, size: number): Tensor {
  return slice(state, ndarray([0, start], int32), ndarray([-1, size], int32));
}
