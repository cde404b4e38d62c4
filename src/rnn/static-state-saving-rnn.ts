/** An unrolled network whose state is kept outside of it. Mirrors `static_state_saving_rnn`, python/ops/rnn.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { controlDependencies } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { identity } from "../ops/array.ts";
import { flatten, isNested, mapStructure, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import type { RNNCell } from "./rnn-cell.ts";
import { type StaticRnnOptions, staticRnn } from "./static-rnn.ts";

/** Keeps states between steps of a session, by name. */
export interface StateSaver {
  /** The state of this name as it was saved last. */
  state(name: string): Tensor;
  /** What saves the state of this name. */
  saveState(name: string, value: Tensor): Tensor | Operation;
}

/** The names of a cell's states, in their structure. */
export type StateNames = string | readonly StateNames[] | { readonly [key: string]: StateNames };

/**
 * `staticRnn` whose first state comes from a state saver, and whose last one goes to it before the last output is given.
 *
 * Shapes: inputs one `[batch, n]` for each step → outputs `[batch, outputSize]` for each step, and the last state.
 *
 * @throws {ArgumentError} when the names are not in the structure of the cell's state, and as `staticRnn` does.
 * @see TensorFlow `tf.nn.static_state_saving_rnn`, python/ops/rnn.py
 * @example
 * const memory = getVariable("memory", [2, 4], { initializer: zerosInitializer(), trainable: false });
 * const saver = { state: () => memory.value(), saveState: (_, value) => assign(memory, value) };
 * const [outputs] = nn.staticStateSavingRnn(new nn.rnnCell.GRUCell(4), [ones([2, 3])], saver, "memory");
 * outputs.length; // 1
 */
export function staticStateSavingRnn<S extends TensorTree, O extends TensorTree = Tensor>(
  cell: RNNCell<S, O>,
  inputs: readonly TensorStructure[],
  stateSaver: StateSaver,
  stateName: StateNames,
  options: Pick<StaticRnnOptions, "sequenceLength" | "scope"> = {},
): [outputs: O[], state: S] {
  return publicCall(() => {
    const names = namesOf(cell.stateSize, stateName);
    const first = names.map((name) => stateSaver.state(name));
    const initialState = packAs(cell.stateSize, first) as TensorStructure;
    const [outputs, last] = staticRnn(cell, inputs, { ...options, initialState });
    const states = flatten(last) as Tensor[];
    const saves = names.map((name, i) => stateSaver.saveState(name, states[i] as Tensor));
    return controlDependencies(saves, () => {
      const copied = (structure: unknown): unknown =>
        mapStructure(structure, (tensor) => identity(tensor as TensorLike));
      const output = copied(outputs.at(-1)) as O;
      return [[...outputs.slice(0, -1), output], copied(last) as S];
    });
  });
}

/** The name of each part of a state. @throws {ArgumentError} when there is not one for each. */
function namesOf(size: unknown, names: StateNames): string[] {
  if (isNested(size) !== isNested(names)) {
    throw new ArgumentError(
      `Argument \`state_name\` should be the same type as \`cell.state_size\`. Received: state_name=${pythonText(names)}, cell.state_size=${pythonText(size)}.`,
      { stateName: names },
    );
  }
  const [flat, count] = [flatten(names) as string[], flatten(size).length];
  if (flat.length === count) return flat;
  throw new ArgumentError(
    `Number of elements in argument \`state_name\` and \`cell.state_size\` are mismatched. Received state_name=${pythonText(names)} with ${flat.length} elements and cell.state_size=${pythonText(size)} with ${count} elements.`,
    { stateName: names },
  );
}
