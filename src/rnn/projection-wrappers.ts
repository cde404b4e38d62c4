/** Cells with an embedding before them, or a projection before or behind. Mirrors contrib's core_rnn_cell.py, TensorFlow 1.15. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { device } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { embeddingLookup } from "../ops/embedding.ts";
import { reshape } from "../ops/shape.ts";
import { flatten, type TensorTree } from "../ops/structure.ts";
import { getVariable } from "../variables/get-variable.ts";
import { randomUniformInitializer } from "../variables/initializers.ts";
import type { ReuseArgument } from "../variables/reuse.ts";
import type { InitializerLike } from "../variables/variable-functions.ts";
import { getVariableScope } from "../variables/variable-scope.ts";
import { CellAround } from "./cell-around.ts";
import type { CellResult } from "./cell-types.ts";
import { applyLinear, type LinearWeights, linearWeights } from "./linear.ts";
import { RNNCell } from "./rnn-cell.ts";

/** A cell around another one, in a scope of its own. */
abstract class ScopedWrapper<S extends TensorTree> extends CellAround<S> {
  constructor(cell: RNNCell<S>, options: { readonly reuse?: ReuseArgument } = {}) {
    super(cell, { reuse: options.reuse ?? null }, (given) => {
      if (given instanceof RNNCell) return;
      throw new ArgumentTypeError("The parameter cell is not RNNCell.\n  extend nn.rnnCell.RNNCell", { cell: given });
    });
  }

  /** A linear map whose variables are made at the first call. */
  protected projected(x: Tensor, size: number): Tensor {
    let made: LinearWeights | null = null;
    const make = (): LinearWeights => (made ??= linearWeights([x], size));
    const kernel = this.remembered("kernel", () => make().kernel);
    const bias = this.remembered("bias", () => make().bias);
    return applyLinear([x], { kernel, bias });
  }
}

/** Options of `EmbeddingWrapper`. */
export interface EmbeddingWrapperOptions {
  /** Default: the scope's, else uniform between ±√3, which has variance 1. */
  readonly initializer?: InitializerLike | null | undefined;
  readonly reuse?: ReuseArgument;
}

/**
 * A cell whose inputs are symbols, looked up in a table `embedding` of its own.
 *
 * Shapes: inputs `[batch]`, integers. Variables: `embedding_wrapper/embedding` `[embeddingClasses, embeddingSize]`, and the cell's below `embedding_wrapper`.
 *
 * @throws {ArgumentError} unless both numbers are greater than 0. @throws {ArgumentTypeError} when the cell is none.
 * @see TensorFlow 1.15 `tf.contrib.rnn.EmbeddingWrapper`
 * @example
 * const cell = new nn.rnnCell.EmbeddingWrapper(new nn.rnnCell.GRUCell(4), 10, 3);
 * const [output] = cell(constant([1, 2], { dtype: "int32" }), cell.zeroState(2, "float32"));
 * output.shape.toString(); // "(2, 4)"
 */
export class EmbeddingWrapper<S extends TensorTree> extends ScopedWrapper<S> {
  static override readonly tensorflowName = "EmbeddingWrapper";
  readonly #shape: readonly [number, number];
  readonly #initializer: InitializerLike | null;

  constructor(
    cell: RNNCell<S>,
    embeddingClasses: number,
    embeddingSize: number,
    options: EmbeddingWrapperOptions = {},
  ) {
    super(cell, options);
    if (embeddingClasses <= 0 || embeddingSize <= 0) {
      throw new ArgumentError(
        `Both embedding_classes and embedding_size must be > 0: ${embeddingClasses}, ${embeddingSize}.`,
        { embeddingClasses, embeddingSize },
      );
    }
    this.#shape = [embeddingClasses, embeddingSize];
    this.#initializer = options.initializer ?? null;
  }

  override call(inputs: TensorTree, state: TensorTree): CellResult<S> {
    return device("/cpu:0", () => {
      const bound = Math.sqrt(3);
      const initializer =
        this.#initializer ??
        getVariableScope().initializer ??
        randomUniformInitializer({ minval: -bound, maxval: bound });
      const [first] = flatten(state) as [Tensor];
      const embedding = getVariable("embedding", this.#shape, { initializer, dtype: first.dtype.baseDtype });
      const embedded = embeddingLookup(embedding, reshape(inputs as Tensor, [-1]));
      return this.cell(embedded, state);
    });
  }
}

/** Options of the wrappers with a projection. */
export interface ProjectionWrapperOptions {
  /** Applied to what is projected; default: nothing. */
  readonly activation?: ((x: Tensor) => Tensor) | null | undefined;
  readonly reuse?: ReuseArgument;
}

/**
 * A cell whose inputs are projected to another width.
 *
 * Variables: `input_projection_wrapper/kernel` `[n, numProj]`, `bias`, and the cell's below `input_projection_wrapper`.
 *
 * @throws {ArgumentTypeError} when the cell is none.
 * @see TensorFlow 1.15 `tf.contrib.rnn.InputProjectionWrapper`
 * @example
 * const cell = new nn.rnnCell.InputProjectionWrapper(new nn.rnnCell.GRUCell(4), 2);
 * cell(zeros([1, 3]), cell.zeroState(1, "float32"))[0].shape.toString(); // "(1, 4)"
 */
export class InputProjectionWrapper<S extends TensorTree> extends ScopedWrapper<S> {
  static override readonly tensorflowName = "InputProjectionWrapper";
  readonly #size: number;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(cell: RNNCell<S>, numProj: number, options: ProjectionWrapperOptions = {}) {
    super(cell, options);
    this.#size = numProj;
    this.#activation = options.activation ?? ((x) => x);
  }

  override call(inputs: TensorTree, state: TensorTree): CellResult<S> {
    return this.cell(this.#activation(this.projected(inputs as Tensor, this.#size)), state);
  }
}

/**
 * A cell whose outputs are projected to another width.
 *
 * Variables: `output_projection_wrapper/kernel` `[cell.outputSize, outputSize]`, `bias`, and the cell's below `output_projection_wrapper`.
 *
 * @throws {ArgumentError} for a size below 1. @throws {ArgumentTypeError} when the cell is none.
 * @see TensorFlow 1.15 `tf.contrib.rnn.OutputProjectionWrapper`
 * @example
 * const cell = new nn.rnnCell.OutputProjectionWrapper(new nn.rnnCell.GRUCell(4), 9);
 * cell(zeros([1, 3]), cell.zeroState(1, "float32"))[0].shape.toString(); // "(1, 9)"
 */
export class OutputProjectionWrapper<S extends TensorTree> extends ScopedWrapper<S> {
  static override readonly tensorflowName = "OutputProjectionWrapper";
  readonly #size: number;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(cell: RNNCell<S>, outputSize: number, options: ProjectionWrapperOptions = {}) {
    super(cell, options);
    if (outputSize < 1) throw new ArgumentError(`Parameter output_size must be > 0: ${outputSize}.`, { outputSize });
    this.#size = outputSize;
    this.#activation = options.activation ?? ((x) => x);
  }

  override get outputSize(): number {
    return this.#size;
  }

  override call(inputs: TensorTree, state: TensorTree): CellResult<S> {
    const [output, next] = this.cell(inputs, state);
    return [this.#activation(this.projected(output, this.#size)), next];
  }
}
