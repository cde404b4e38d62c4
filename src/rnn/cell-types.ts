/** The shapes of what cells take and give. Types only, and the pair of an LSTM's states. */
import type { Tensor } from "../graph/tensor.ts";
import { isNested, type TensorTree } from "../ops/structure.ts";
import type { TensorShape } from "../tensor/shape.ts";

/** How wide something is, or one such width for each part of a nested array or plain object. */
export type SizeTree = number | TensorShape | readonly SizeTree[] | { readonly [key: string]: SizeTree };

/** The states of an LSTM: its memory `c` and its last output `h`. A plain object, so that a session can fetch it. */
// eslint-disable-next-line typescript/consistent-type-definitions -- An interface would be no tree of tensors.
export type LSTMStateTuple<T = Tensor> = { readonly c: T; readonly h: T };

/**
 * The states of an LSTM, `c` before `h` as TensorFlow takes them. `{ c, h }` is the same.
 * @see TensorFlow `tf.nn.rnn_cell.LSTMStateTuple`
 * @example
 * nn.rnnCell.lstmStateTuple(zeros([2, 3]), zeros([2, 3])).h.shape.toString(); // "(2, 3)"
 */
export function lstmStateTuple<T>(c: T, h: T): LSTMStateTuple<T> {
  return { c, h };
}

/** Whether a part of a state belongs to an LSTM. */
export function isLstmState(state: unknown): state is LSTMStateTuple<unknown> {
  return isNested(state) && !Array.isArray(state) && Object.keys(state).sort().join() === "c,h";
}

/** What a cell gives: its output, and the state for the next step. */
export type CellResult<S extends TensorTree, O extends TensorTree = Tensor> = [output: O, state: S];
