/** Which operations a step executes: the fetched ones and all that they need, not going through fed tensors (rule 1 of docs/decisions/0004). */
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import { fedReference, takesReference } from "./failures.ts";
import { unsupportedOps } from "./unsupported-op.ts";

/** What a step is asked for. */
export interface StepRequest {
  readonly fetches: readonly (Tensor | Operation)[];
  /** The fed tensors, in the order of their values. */
  readonly feeds: readonly Tensor[];
}

/** The operations of a step in creation order. */
export interface StepSlice extends StepRequest {
  readonly ops: readonly Operation[];
  /** The place among `ops` of the operation with each id, -1 for those that the step does not need. */
  readonly places: Int32Array;
  /** The place of each fed tensor among the feeds. */
  readonly feedIndex: ReadonlyMap<Tensor, number>;
  /** Whether some of the operations steer which others execute, or show the order in which they execute. */
  readonly hasFlow: boolean;
  /** Whether some of them show the order in which they execute. */
  readonly sharesState: boolean;
}

/**
 * The slice of a request. Linear in the slice, except for one zeroed number per operation of the graph.
 * @throws {InvalidArgumentError} when an op takes a fed variable by reference.
 * @throws {UnsupportedOpError} when an op is needed that nothing here computes.
 */
export function pruneStep(graph: Graph, request: StepRequest): StepSlice {
  const { operations } = graph;
  const feedIndex = new Map(request.feeds.map((tensor, i) => [tensor, i]));
  const places = new Int32Array(operations.length).fill(-1);
  const needed: number[] = [];
  const unsupported: Operation[] = [];
  let hasFlow = false;
  let sharesState = false;
  const need = (op: Operation): void => {
    if (places[op.id] !== -1) return;
    places[op.id] = 0;
    needed.push(op.id);
    if (op.def.flow !== undefined) hasFlow = true;
    if (op.def.sharesState) sharesState = true;
    if (op.def.isForeign === true) unsupported.push(op);
  };
  for (const fetch of request.fetches) {
    if (!(fetch instanceof Tensor)) need(fetch);
    else if (!feedIndex.has(fetch)) need(fetch.op);
  }
  for (let i = 0; i < needed.length; i += 1) {
    const op = operations[needed[i] as number] as Operation;
    const { inputs, controlInputs } = op;
    for (let slot = 0; slot < inputs.length; slot += 1) {
      const input = inputs[slot] as Tensor;
      if (feedIndex.size === 0 || !feedIndex.has(input)) need(input.op);
      else if (input.dtype.isRef && takesReference(op, slot)) throw fedReference(op, slot, request.feeds);
    }
    for (const control of controlInputs) if (!isSettled(control, feedIndex)) need(control);
  }
  if (unsupported.length > 0) throw unsupportedOps(unsupported);
  const ids = Int32Array.from(needed).sort();
  const ops = new Array<Operation>(ids.length);
  for (let place = 0; place < ids.length; place += 1) {
    const id = ids[place] as number;
    places[id] = place;
    ops[place] = operations[id] as Operation;
  }
  return { ...request, ops, places, feedIndex, hasFlow: hasFlow || sharesState, sharesState };
}

/** Whether a control input is done before the step: a source of values, all of them fed (TensorFlow: a fed `Placeholder`). */
export function isSettled(op: Operation, feedIndex: ReadonlyMap<Tensor, number>): boolean {
  if (feedIndex.size === 0 || op.inputs.length > 0 || op.outputCount === 0) return false;
  return op.def.effect === "none" && op.outputs.every((output) => feedIndex.has(output));
}
