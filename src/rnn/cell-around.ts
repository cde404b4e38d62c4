/** What every cell around another cell is. Mirrors tf_keras/src/layers/rnn/legacy_cell_wrappers.py. */
import type { TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { nameScope } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { TensorTree } from "../ops/structure.ts";
import type { DTypeLike } from "../tensor/dtype.ts";
import type { SizeTree } from "./cell-types.ts";
import { type CellOptions, RNNCell } from "./rnn-cell.ts";

/** A cell around another one, whose sizes and variables it has. */
export abstract class CellAround<S extends TensorTree, O extends TensorTree = Tensor> extends RNNCell<S, O> {
  readonly #cell: RNNCell<S, O>;

  /** `check` throws for what is no cell. */
  constructor(cell: RNNCell<S, O>, options: CellOptions, check: (cell: unknown) => void) {
    super(options);
    check(cell);
    this.#cell = cell;
  }

  /** The cell inside. */
  get cell(): RNNCell<S, O> {
    return this.#cell;
  }
  get stateSize(): SizeTree {
    return this.#cell.stateSize;
  }
  get outputSize(): SizeTree {
    return this.#cell.outputSize;
  }
  protected override get cells(): readonly RNNCell[] {
    return [this.#cell as unknown as RNNCell];
  }

  override zeroState(batchSize: TensorLike, dtype: DTypeLike): S {
    return publicCall(() => nameScope(`${this.className}ZeroState`, () => this.#cell.zeroState(batchSize, dtype)));
  }
}
