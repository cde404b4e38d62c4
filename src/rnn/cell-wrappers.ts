/** Cells around cells: they change what goes in or comes out, and add no scope. Mirrors tf_keras/src/layers/rnn/legacy_cell_wrappers.py. */
import { ShapeError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { DeviceLike } from "../graph/devices.ts";
import { publicCall } from "../graph/public-call.ts";
import { device, nameScope } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { assertSameStructure, flatten, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import type { DTypeLike } from "../tensor/dtype.ts";
import { CellAround } from "./cell-around.ts";
import type { CellResult } from "./cell-types.ts";
import { assertCell, type CellCallOptions, type CellOptions, type RNNCell } from "./rnn-cell.ts";

/** Calls the inner cell. */
export type CallInner<S extends TensorTree, O extends TensorTree> = (
  inputs: TensorStructure,
  state: TensorStructure,
) => CellResult<S, O>;

/** A cell around another one, in whose scope everything stays. */
export abstract class CellWrapper<S extends TensorTree, O extends TensorTree> extends CellAround<S, O> {
  constructor(cell: RNNCell<S, O>, options: CellOptions = {}) {
    super(cell, options, (given) => assertCell("cell", given));
  }

  /** What the wrapper does with one step of its cell. */
  protected abstract around(inputs: TensorStructure, state: TensorStructure, inner: CallInner<S, O>): CellResult<S, O>;

  protected override invoke(
    inputs: TensorStructure,
    state: TensorStructure,
    options: CellCallOptions,
  ): CellResult<S, O> {
    return publicCall(() => this.around(inputs, state, (x, s) => this.cell(x, s, options)));
  }

  override call(inputs: TensorTree, state: TensorTree): CellResult<S, O> {
    return this.invoke(inputs, state, {});
  }
}

/** Options of `ResidualWrapper`. */
export interface ResidualWrapperOptions<O extends TensorTree = Tensor> extends CellOptions {
  /** Makes the output of the inputs and the cell's output; default: their sum. */
  readonly residualFn?: ((inputs: TensorTree, outputs: O) => O) | null | undefined;
}

/**
 * Adds its inputs to what the cell gives, so that a deep network learns what to change.
 *
 * Shapes: inputs as wide as the cell's output. The variables are the cell's.
 *
 * @throws {ShapeError} when the inputs are not as wide as the outputs.
 * @see TensorFlow `tf.nn.rnn_cell.ResidualWrapper`, tf_keras/src/layers/rnn/legacy_cell_wrappers.py
 * @example
 * const cell = new nn.rnnCell.ResidualWrapper(new nn.rnnCell.GRUCell(3));
 * const [output] = cell(ones([1, 3]), cell.zeroState(1, "float32"));
 * output.name; // "add:0"
 */
export class ResidualWrapper<S extends TensorTree, O extends TensorTree = Tensor> extends CellWrapper<S, O> {
  static override readonly tensorflowName = "ResidualWrapper";
  readonly #residual: (inputs: TensorTree, outputs: O) => O;

  constructor(cell: RNNCell<S, O>, options: ResidualWrapperOptions<O> = {}) {
    super(cell, options);
    this.#residual = options.residualFn ?? sumOf;
  }

  protected override around(inputs: TensorStructure, state: TensorStructure, inner: CallInner<S, O>): CellResult<S, O> {
    const [outputs, next] = inner(inputs, state);
    return [this.#residual(inputs as TensorTree, outputs), next];
  }
}

function sumOf<O extends TensorTree>(inputs: TensorTree, outputs: O): O {
  assertSameStructure(inputs, outputs);
  const pairs = (flatten(inputs) as Tensor[]).map((x, i) => [x, flatten(outputs)[i] as Tensor] as const);
  for (const [x, output] of pairs) {
    if (x.shape.isCompatibleWith(output.shape)) continue;
    throw new ShapeError(
      `Shapes ${x.shape} and ${output.shape} are incompatible\n  the inputs are added to the outputs: give both one width, or pass a residualFn`,
      { inputs: x, outputs: output },
    );
  }
  const sums = pairs.map(([x, output]) => x.add(output));
  return packAs(outputs, sums) as O;
}

/**
 * Places the ops of a cell on a device.
 *
 * @see TensorFlow `tf.nn.rnn_cell.DeviceWrapper`, tf_keras/src/layers/rnn/legacy_cell_wrappers.py
 * @example
 * const cell = new nn.rnnCell.DeviceWrapper(new nn.rnnCell.GRUCell(3), "/cpu:0");
 * cell.zeroState(1, "float32").device; // "/device:CPU:0"
 */
export class DeviceWrapper<S extends TensorTree, O extends TensorTree = Tensor> extends CellWrapper<S, O> {
  static override readonly tensorflowName = "DeviceWrapper";
  readonly #device: DeviceLike;

  constructor(cell: RNNCell<S, O>, deviceLike: DeviceLike, options: CellOptions = {}) {
    super(cell, options);
    this.#device = deviceLike;
  }

  override zeroState(batchSize: TensorLike, dtype: DTypeLike): S {
    return publicCall(() =>
      nameScope(`${this.className}ZeroState`, () => device(this.#device, () => this.cell.zeroState(batchSize, dtype))),
    );
  }

  protected override around(inputs: TensorStructure, state: TensorStructure, inner: CallInner<S, O>): CellResult<S, O> {
    return device(this.#device, () => inner(inputs, state));
  }
}
