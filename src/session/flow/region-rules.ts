/** Which ops an engine's regions may hold, and which regions would read variables too late. */
import { Const } from "../../graph/constant.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { Engine } from "../engine.ts";
import { isHostOp } from "../parts.ts";
import type { StepSlice } from "../prune.ts";
import { awaitedControls, computedInputs, type FlowOrder } from "./flow-order.ts";
import type { RegionRules } from "./regions.ts";
import type { StackedArrays } from "./stacked-arrays.ts";

/**
 * Whether a tensor may be a reference to a variable, or its handle, when the step runs. `Identity` on a reference passes it on, as do
 * the ops that steer.
 */
export function mayHoldVariable(tensor: Tensor): boolean {
  for (let at = tensor; ; ) {
    if (at.dtype.isRef || at.dtype.baseName === "resource") return true;
    const { def, inputs } = at.op;
    const passes = def.effect === "pass" && (def.flow !== undefined || inputs[0]?.dtype.isRef === true);
    if (!passes || inputs[0] === undefined) return false;
    [at] = inputs as readonly [Tensor];
  }
}

/** Whether an op computes nothing but values, at the engine. */
export function isPureAt(engine: Engine, op: Operation): boolean {
  const { effect, flow } = op.def;
  if (flow !== undefined || isHostOp(op)) return false;
  if (op.def === Const || effect === "pass") return true;
  if (effect === "read") return op.inputs.length === 1 || engine.supports(op) === true;
  if (effect !== "none") return false;
  return op.outputs.length === 0 || engine.supports(op) === true;
}

/** The rules for a slice that runs at an engine. */
export function regionRules(
  slice: StepSlice,
  order: FlowOrder,
  engine: Engine,
  takesLoops: boolean,
  stacked: StackedArrays | null = null,
): RegionRules {
  const isAfterWrite = writeFollowers(slice, order);
  return {
    mayRun: (op) => stacked?.roleOf.has(op) === true || isPureAt(engine, op),
    // Before the first write, every read sees the same.
    readsTooLate: (inputs, controlInputs) =>
      isAfterWrite !== null &&
      inputs.some(mayHoldVariable) &&
      [...inputs.map(({ op }) => op), ...controlInputs].some((op) => isAfterWrite.has(op)),
    takesLoops,
  };
}

/** The writes of a slice and all that depends on them, from one iteration to the next, too; `null` when it has no writes. */
function writeFollowers(slice: StepSlice, { ops }: FlowOrder): ReadonlySet<Operation> | null {
  if (!ops.some((op) => op.def.effect === "write")) return null;
  const after = new Set<Operation>();
  for (let count = -1; count !== after.size; ) {
    count = after.size;
    for (const op of ops) {
      const sources = [...computedInputs(op, slice).map((input) => input.op), ...awaitedControls(op, slice)];
      if (op.def.effect === "write" || sources.some((source) => after.has(source))) after.add(op);
    }
  }
  return after;
}
