/** Dropout around a cell. Mirrors `DropoutWrapper`, tf_keras/src/layers/rnn/legacy_cell_wrappers.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { md5 } from "../base/md5.ts";
import { pythonFloat, pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import { nameScope } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { concat } from "../ops/concat.ts";
import { dropout } from "../ops/dropout.ts";
import { floor } from "../ops/elementary.ts";
import { operators } from "../ops/operators.ts";
import { randomUniform } from "../ops/random.ts";
import { flatten, isNested, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { asDType, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { type CellResult, isLstmState, type SizeTree } from "./cell-types.ts";
import { type CallInner, CellWrapper } from "./cell-wrappers.ts";
import type { CellOptions, RNNCell } from "./rnn-cell.ts";

/** Whether each part of a state is dropped: one answer, or an answer for each part. */
export type DropoutFilter = boolean | readonly boolean[] | { readonly [key: string]: boolean };

/** Options of `DropoutWrapper`. */
export interface DropoutWrapperOptions extends CellOptions {
  /** The probability that an element is kept, between 0 and 1. Default 1 for each. */
  readonly inputKeepProb?: TensorLike | undefined;
  readonly outputKeepProb?: TensorLike | undefined;
  readonly stateKeepProb?: TensorLike | undefined;
  /** True: the same elements are dropped at every step. Default false. */
  readonly variationalRecurrent?: boolean | undefined;
  /** How wide the inputs are; needed where they are dropped in the same way at every step. */
  readonly inputSize?: SizeTree | null | undefined;
  readonly seed?: number | null | undefined;
  /** Which parts of a state are dropped; default: all but the memory c of an LSTM and arrays of tensors. */
  readonly dropoutStateFilterVisitor?: ((part: unknown) => DropoutFilter) | null | undefined;
}

/** A probability: a number where the graph tells it. */
type Probability = number | Tensor;
type Place = "input" | "state" | "output";

/**
 * Sets elements of the inputs, the outputs and the states of a cell to 0 at random, and scales the others up.
 *
 * The memory c of an LSTM is never touched. With a seed, each op has a seed of its own, the same at every step.
 * The variables are the cell's.
 *
 * @throws {ArgumentError} for a probability outside of [0, 1]; when `variationalRecurrent` lacks `dtype` or `inputSize`.
 * @see TensorFlow `tf.nn.rnn_cell.DropoutWrapper`, tf_keras/src/layers/rnn/legacy_cell_wrappers.py
 * @example
 * const cell = new nn.rnnCell.DropoutWrapper(new nn.rnnCell.BasicLSTMCell(4), { outputKeepProb: 0.5, seed: 1 });
 * const [output] = cell(zeros([2, 3]), cell.zeroState(2, "float32"));
 * output.name; // "dropout/SelectV2:0"
 */
export class DropoutWrapper<S extends TensorTree, O extends TensorTree = Tensor> extends CellWrapper<S, O> {
  static override readonly tensorflowName = "DropoutWrapper";
  readonly #keep: Readonly<Record<Place, Probability>>;
  readonly #seed: number | null;
  readonly #filter: (part: unknown) => DropoutFilter;
  /** What is added to a probability at every step, in the structure of what is dropped; `null`: drawn anew each time. */
  readonly #noise: Readonly<Partial<Record<Place, unknown>>> | null;

  constructor(cell: RNNCell<S, O>, options: DropoutWrapperOptions = {}) {
    super(cell, options);
    const visitor = options.dropoutStateFilterVisitor ?? null;
    if (visitor !== null && typeof visitor !== "function") {
      throw new ArgumentTypeError(`dropout_state_filter_visitor must be callable. Received: ${pythonText(visitor)}`, {
        visitor,
      });
    }
    this.#filter = visitor ?? defaultFilter;
    this.#seed = options.seed ?? null;
    this.#keep = nameScope("DropoutWrapperInit", () => ({
      input: probability("input_keep_prob", options.inputKeepProb ?? 1),
      state: probability("state_keep_prob", options.stateKeepProb ?? 1),
      output: probability("output_keep_prob", options.outputKeepProb ?? 1),
    }));
    this.#noise = options.variationalRecurrent ? this.#makeNoise(this.#keep.input, options) : null;
  }

  #makeNoise(
    inputKeep: Probability,
    { dtype = null, inputSize = null }: DropoutWrapperOptions,
  ): Record<string, unknown> {
    if (dtype === null) throw new ArgumentError("When variational_recurrent=True, dtype must be provided", {});
    const noiseFor = (place: Place, size: unknown): unknown => {
      const noise = flatten(size).map((width, i) => {
        const dims = width instanceof TensorShape ? width.asNumbers() : [width as number];
        const shape = concat([ndarray([1], int32), ndarray(dims, int32)], 0);
        return randomUniform(shape, { seed: this.#seedOf(place, i), dtype: asDType(dtype) });
      });
      return packAs(size, noise);
    };
    const noise: Record<string, unknown> = {};
    if (mayDrop(inputKeep)) {
      if (inputSize === null) {
        throw new ArgumentError(
          "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be provided",
          {},
        );
      }
      noise["input"] = noiseFor("input", inputSize);
    }
    noise["state"] = noiseFor("state", this.cell.stateSize);
    noise["output"] = noiseFor("output", this.cell.outputSize);
    return noise;
  }

  /** The seed of the part with this number: TensorFlow takes it from a digest, so that seeds of several places are unrelated. */
  #seedOf(place: Place, index: number): number | null {
    if (this.#seed === null) return null;
    return Number.parseInt(md5(`${this.#seed}${place}_${index}`).slice(0, 8), 16) & 0x7fffffff;
  }

  protected override around(inputs: TensorStructure, state: TensorStructure, inner: CallInner<S, O>): CellResult<S, O> {
    const given = this.#dropped("input", inputs);
    const [output, next] = inner(given as TensorStructure, state);
    const after = this.#dropped("state", next) as S;
    return [this.#dropped("output", output) as O, after];
  }

  #dropped(place: Place, values: unknown): unknown {
    const keep = this.#keep[place];
    if (!mayDrop(keep)) return values;
    // Parts are numbered where the filter stops: TensorFlow's seeds count so.
    let index = -1;
    const drop = (chosen: unknown, part: unknown, noise: unknown): unknown => {
      if (isNested(chosen)) {
        return mapParts(chosen, (inner, key) => drop(inner, partOf(part, key), partOf(noise, key)));
      }
      index += 1;
      if (chosen === false) return part;
      if (this.#noise !== null) return withNoise(part as Tensor, keep, noise as Tensor);
      const rate = typeof keep === "number" ? 1 - keep : operators.binary("sub", 1, keep);
      return dropout(part as Tensor, { rate, seed: this.#seedOf(place, index) });
    };
    const chosen =
      place === "state"
        ? chosenParts(this.#filter, values)
        : packAs(
            values,
            flatten(values).map(() => true),
          );
    return drop(chosen, values, this.#noise?.[place]);
  }
}

function mayDrop(keep: Probability): boolean {
  return typeof keep !== "number" || keep < 1;
}

/** The number where the graph tells it. @throws {ArgumentError} outside of [0, 1]. */
function probability(parameter: string, given: TensorLike): Probability {
  const tensor = convertToTensor(given);
  const value = constantValue(tensor);
  if (value === null) return tensor;
  const keep = Number(value.item());
  if (keep >= 0 && keep <= 1) return keep;
  throw new ArgumentError(`Parameter ${parameter} must be between 0 and 1. Received ${pythonFloat(keep)}`, {
    [parameter]: keep,
  });
}

/** The same elements at every step: those whose noise is at least 1 - keep. */
function withNoise(value: Tensor, keep: Probability, noise: Tensor): Tensor {
  const kept = floor(operators.binary("add", keep, noise));
  const result = value.div(keep).mul(kept);
  result.setShape(value.shape);
  return result;
}

/** The memory of an LSTM is kept. */
function defaultFilter(part: unknown): DropoutFilter {
  if (isLstmState(part)) return { c: false, h: true };
  return !(part instanceof TensorArray);
}

/** What the filter says of a state: for each part, down to those for which it says no, whether it is dropped. */
function chosenParts(filter: (part: unknown) => DropoutFilter, state: unknown): unknown {
  const answer = filter(state);
  if (!isNested(state) || answer === false) return answer;
  return mapParts(state, (part, key) => {
    const isChosen = answer === true || (answer as Readonly<Record<string, boolean>>)[key];
    return isChosen ? chosenParts(filter, part) : false;
  });
}

/** The parts of a structure in order, changed. */
function mapParts(structure: unknown, change: (part: unknown, key: string) => unknown): unknown {
  if (Array.isArray(structure)) return structure.map((part, i) => change(part, String(i)));
  const keys = Object.keys(structure as object).sort();
  return Object.fromEntries(keys.map((key) => [key, change((structure as Record<string, unknown>)[key], key)]));
}

function partOf(structure: unknown, key: string): unknown {
  return (structure as Readonly<Record<string, unknown>> | undefined)?.[key];
}
