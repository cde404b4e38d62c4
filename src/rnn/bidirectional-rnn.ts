/** Networks that read their sequences in both directions. Mirrors `bidirectional_dynamic_rnn` and `static_bidirectional_rnn`, python/ops/rnn.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { concat, stack, unstack } from "../ops/concat.ts";
import { flatten, mapStructure, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { reverse, reverseSequence } from "../ops/transpose.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { variableScope } from "../variables/variable-scope.ts";
import { type DynamicRnnOptions, dynamicRnn } from "./dynamic-rnn.ts";
import { lengthsLike } from "./network.ts";
import { assertCell, type RNNCell } from "./rnn-cell.ts";
import { type StaticRnnOptions, staticRnn } from "./static-rnn.ts";

interface InitialStates {
  /** The states before the first steps; default: zeros of `dtype`. */
  readonly initialStateFw?: TensorStructure | null | undefined;
  readonly initialStateBw?: TensorStructure | null | undefined;
}

/** Options of `bidirectionalDynamicRnn`. The scope's default is `bidirectional_rnn`. */
export interface BidirectionalDynamicRnnOptions extends Omit<DynamicRnnOptions, "initialState">, InitialStates {}

/** Options of `staticBidirectionalRnn`. The scope's default is `bidirectional_rnn`. */
export interface StaticBidirectionalRnnOptions extends Omit<StaticRnnOptions, "initialState">, InitialStates {}

/**
 * Two networks of which one reads forward and the other backward. The outputs of both stand where their inputs stood.
 *
 * Shapes: inputs `[batch, time, n]` → outputs `[batch, time, outputSize]` of each, and the last states of each.
 *
 * @throws {ArgumentError} as `dynamicRnn` does.
 * @see TensorFlow `tf.nn.bidirectional_dynamic_rnn`, python/ops/rnn.py
 * @example
 * const cell = () => new nn.rnnCell.GRUCell(4);
 * const [[forward, backward]] = nn.bidirectionalDynamicRnn(cell(), cell(), ones([2, 5, 3]), { dtype: "float32" });
 * concat([forward, backward], 2).shape.toString(); // "(2, 5, 8)"
 */
export function bidirectionalDynamicRnn<F extends TensorTree, B extends TensorTree>(
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: TensorStructure,
  options: BidirectionalDynamicRnnOptions = {},
): [outputs: [fw: Tensor, bw: Tensor], states: [fw: F, bw: B]] {
  const { initialStateFw, initialStateBw, scope, ...shared } = options;
  return publicCall(() => {
    assertCell("cell_fw", cellFw);
    assertCell("cell_bw", cellBw);
    const [seqAxis, batchAxis] = shared.timeMajor ? [0, 1] : [1, 0];
    const lengths = shared.sequenceLength ?? null;
    const reversed = (x: unknown): Tensor =>
      lengths === null
        ? reverse(x as Tensor, ndarray([seqAxis], int32))
        : reverseSequence(x as Tensor, lengthsLike(lengths), {
            seqAxis,
            batchAxis,
          });
    const run = () => {
      const forward = variableScope("fw", (fw) =>
        dynamicRnn(cellFw, inputs, { ...shared, initialState: initialStateFw, scope: fw }),
      );
      const backward = variableScope("bw", (bw) => {
        const turned = mapStructure(inputs, reversed) as TensorTree;
        return dynamicRnn(cellBw, turned, { ...shared, initialState: initialStateBw, scope: bw });
      });
      return [forward, backward] as const;
    };
    const [[outputFw, stateFw], [turned, stateBw]] = variableScope(scope || "bidirectional_rnn", run);
    return [
      [outputFw, mapStructure(turned, reversed) as Tensor],
      [stateFw, stateBw],
    ];
  });
}

/**
 * Two unrolled networks of which one reads forward and the other backward. Their outputs stand side by side.
 *
 * Shapes: inputs one `[batch, n]` for each step → outputs `[batch, both output sizes]` for each step, and the last states of each.
 *
 * @throws {ArgumentTypeError} @throws {ArgumentError} as `staticRnn` does.
 * @see TensorFlow `tf.nn.static_bidirectional_rnn`, python/ops/rnn.py
 * @example
 * const cell = () => new nn.rnnCell.GRUCell(4);
 * const [outputs] = nn.staticBidirectionalRnn(cell(), cell(), unstack(ones([5, 2, 3])), { dtype: "float32" });
 * outputs[0].shape.toString(); // "(2, 8)"
 */
export function staticBidirectionalRnn<F extends TensorTree, B extends TensorTree>(
  cellFw: RNNCell<F>,
  cellBw: RNNCell<B>,
  inputs: readonly TensorStructure[],
  options: StaticBidirectionalRnnOptions = {},
): [outputs: Tensor[], stateFw: F, stateBw: B] {
  const { initialStateFw, initialStateBw, scope, ...shared } = options;
  return publicCall(() => {
    assertCell("cell_fw", cellFw);
    assertCell("cell_bw", cellBw);
    if (!Array.isArray(inputs))
      throw new ArgumentTypeError(`Argument \`inputs\` must be a sequence. Received: ${pythonText(inputs)}`, {
        inputs,
      });
    if (inputs.length === 0) throw new ArgumentError("Argument `inputs` must not be empty.", { inputs });
    const lengths = shared.sequenceLength ?? null;
    const run = () => {
      const forward = variableScope("fw", (fw) =>
        staticRnn(cellFw, inputs, { ...shared, initialState: initialStateFw, scope: fw }),
      );
      const backward = variableScope("bw", (bw) =>
        staticRnn(cellBw, reversedSteps(inputs, lengths), { ...shared, initialState: initialStateBw, scope: bw }),
      );
      return [forward, backward] as const;
    };
    const [[outputsFw, stateFw], [turned, stateBw]] = variableScope(scope || "bidirectional_rnn", run);
    const outputsBw = flatten(reversedSteps(turned, lengths)) as Tensor[];
    const both = (flatten(outputsFw) as Tensor[]).map((fw, i) => concat([fw, outputsBw[i] as Tensor], 1));
    return [packAs(outputsFw, both) as Tensor[], stateFw, stateBw];
  });
}

/** The steps of each sequence in reverse; those after its end stay where they are. */
function reversedSteps(steps: readonly TensorStructure[], lengths: TensorLike | null): TensorStructure[] {
  if (lengths === null) return [...steps].reverse();
  const flat = steps.map((step) => flatten(step) as Tensor[]);
  const results: Tensor[][] = steps.map(() => []);
  for (const [i] of (flat[0] as Tensor[]).entries()) {
    const sequence = flat.map((parts) => parts[i] as Tensor);
    const joined = stack(sequence);
    const given = lengthsLike(lengths);
    const turned = reverseSequence(joined, given, { seqAxis: 0, batchAxis: 1 });
    for (const [time, part] of unstack(turned).entries()) (results[time] as Tensor[]).push(part);
  }
  return steps.map((step, time) => packAs(step, results[time] as Tensor[]) as TensorStructure);
}
