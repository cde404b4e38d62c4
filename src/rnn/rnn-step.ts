/** One step of a network whose sequences end at different times. Mirrors `_rnn_step`, python/ops/rnn.py. */
import { makeColocation, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { where } from "../ops/compare.ts";
import { cond } from "../ops/cond.ts";
import { operators } from "../ops/operators.ts";
import { assertSameStructure, flatten, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import type { CellResult } from "./cell-types.ts";

/** What a step is given. */
export interface StepInputs {
  /** The step's number: known in an unrolled network, a tensor in a loop. */
  readonly time: number | Tensor;
  readonly lengths: Tensor;
  readonly minLength: Tensor;
  readonly maxLength: Tensor;
  /** What a sequence that has ended gives. */
  readonly zeroOutput: unknown;
  readonly state: unknown;
  readonly callCell: () => readonly [output: unknown, state: unknown];
  /** True: rows are selected at every step; false: steps that all sequences take, or none, are told by conditionals. */
  readonly skipsConditionals: boolean;
}

function compareTime(name: "less" | "greaterEqual", time: number | Tensor, other: Tensor): Tensor {
  return typeof time === "number" ? operators.binary(name, time, other) : time[name](other);
}

/** The cell's step for the sequences that go on; those that have ended give zeros and keep their state. */
export function rnnStep(step: StepInputs): CellResult<TensorTree, TensorTree> {
  const { time, zeroOutput, state } = step;
  const [zeros, before] = [flatten(zeroOutput), flatten(state)] as [Tensor[], Tensor[]];
  const hasEnded = compareTime("greaterEqual", time, step.lengths);
  const keepRows = (old: Tensor, fresh: Tensor): Tensor => {
    if (old instanceof TensorArray || old.shape.rank === 0) return fresh;
    return runInScope(makeColocation(fresh), () => where(hasEnded, old, fresh));
  };
  const called = (): Tensor[] => {
    const [output, next] = step.callCell();
    assertSameStructure(zeroOutput, output);
    assertSameStructure(state, next);
    return [...flatten(output), ...flatten(next)] as Tensor[];
  };
  const selected = (fresh: readonly Tensor[]): Tensor[] => {
    const old = [...zeros, ...before];
    return fresh.map((value, i) => keepRows(old[i] as Tensor, value));
  };
  const tensors = step.skipsConditionals
    ? selected(called())
    : conditionally(step, [...zeros, ...before], called, selected);
  for (const [i, tensor] of tensors.entries()) {
    const like = (zeros[i] ?? before[i - zeros.length]) as Tensor;
    if (tensor instanceof Tensor && like instanceof Tensor) tensor.setShape(like.shape);
  }
  return [
    packAs(zeroOutput, tensors.slice(0, zeros.length)) as TensorTree,
    packAs(state, tensors.slice(zeros.length)) as TensorTree,
  ];
}

function conditionally(
  { time, maxLength, minLength }: StepInputs,
  old: readonly Tensor[],
  called: () => Tensor[],
  selected: (fresh: readonly Tensor[]) => Tensor[],
): readonly Tensor[] {
  const someGoOn = (): TensorStructure => {
    const fresh = called();
    return cond(
      compareTime("less", time, minLength),
      () => fresh,
      () => selected(fresh),
    ) as TensorStructure;
  };
  const result = cond(compareTime("greaterEqual", time, maxLength), () => old, someGoOn) as unknown;
  return Array.isArray(result) ? (result as Tensor[]) : [result as Tensor];
}
