/** TensorFlow's namespace `tf.nn.rnn_cell`: the cells of recurrent networks. */
export type { Activation } from "../rnn/activation.ts";
export { BasicRNNCell, type BasicRNNCellOptions, GRUCell, type GRUCellOptions } from "../rnn/basic-cells.ts";
export type { ScopeArgument } from "../rnn/cell-state.ts";
export { type CellResult, type LSTMStateTuple, lstmStateTuple, type SizeTree } from "../rnn/cell-types.ts";
export { DeviceWrapper, ResidualWrapper, type ResidualWrapperOptions } from "../rnn/cell-wrappers.ts";
export { type DropoutFilter, DropoutWrapper, type DropoutWrapperOptions } from "../rnn/dropout-wrapper.ts";
export { BasicLSTMCell, type BasicLSTMCellOptions, LSTMCell, type LSTMCellOptions } from "../rnn/lstm-cells.ts";
export { MultiRNNCell, type MultiRNNCellOptions } from "../rnn/multi-rnn-cell.ts";
export {
  EmbeddingWrapper,
  type EmbeddingWrapperOptions,
  InputProjectionWrapper,
  OutputProjectionWrapper,
  type ProjectionWrapperOptions,
} from "../rnn/projection-wrappers.ts";
export { type CellCallOptions, type CellOptions, RNNCell } from "../rnn/rnn-cell.ts";
