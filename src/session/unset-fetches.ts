/** Which variable a step that lacks values names first: a choice among failures that single-threaded TensorFlow settles by creation order. */
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import type { StepSlice } from "./prune.ts";
import { stateKey } from "./step-values.ts";

/**
 * Of the fetched reference variables without a value that no write of the step concerns, the one created last; `null` when there is none.
 * When a read of another variable fails in the same step, this one counts.
 */
export function unsetFetch(slice: StepSlice, hasValue: (variable: Operation) => boolean): Tensor | null {
  const written = new Set(
    slice.ops
      .filter((op) => op.def.effect === "write")
      .flatMap((op) => op.inputs.slice(0, op.def.writes))
      .map((input) => stateKey(variableBehind(input))),
  );
  let last: Tensor | null = null;
  for (const fetch of slice.fetches) {
    if (!(fetch instanceof Tensor) || fetch.op.def.effect !== "variable" || slice.feedIndex.has(fetch)) continue;
    if (!fetch.dtype.isRef || hasValue(fetch.op) || written.has(stateKey(fetch.op))) continue;
    if (last === null || fetch.op.id > last.op.id) last = fetch;
  }
  return last;
}

/** The variable that a reference refers to, through ops that pass it on. */
function variableBehind(reference: Tensor): Operation {
  let { op } = reference;
  while (op.def.effect !== "variable" && op.inputs[0] !== undefined) ({ op } = op.inputs[0]);
  return op;
}
