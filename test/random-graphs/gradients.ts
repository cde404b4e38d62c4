/** The gradients of random graphs: what a graph computes is differentiated by the values that it begins with. */
import { NamesakeError } from "../../src/base/errors.ts";
import { gradients } from "../../src/gradients/gradients.ts";
import type { Gradient } from "../../src/gradients/rule.ts";
import { graphScope, runInScope } from "../../src/graph/ambient-scope.ts";
import { convertToTensor } from "../../src/graph/constant.ts";
import type { Operation } from "../../src/graph/operation.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { expectations } from "./evaluation.ts";
import { isSquarable, type RandomGraph } from "./generator.ts";

/** How many results of a graph are differentiated: each adds as many ops again as it has. */
const MOST_RESULTS = 4;
/** A gradient with more ops than this is left out: rounding adds up in them until nothing can be said. */
const MOST_OPS = 400;

/** A graph with the gradients of what it fetches as fetches; `null` where nothing in it is differentiated. */
export function withGradients(one: RandomGraph): RandomGraph | null {
  const { graph } = one;
  const first = graph.operations.length;
  const fetches = runInScope(graphScope(graph), () =>
    one.fetches
      .filter(({ dtype }) => dtype.isFloating)
      .slice(0, MOST_RESULTS)
      .flatMap((result) => gradientsOf(result, first)),
  );
  const known = fetches.filter(
    (fetch) => isStraight(fetch) && works({ ...one, fetches: [fetch] }) && isSettled(one, fetch),
  );
  const tried = graph.operations.slice(first);
  return known.length === 0 ? null : { ...one, fetches: known, tried, failing: null };
}

/** The gradients of a result by all constants, variables and fed values that it is made of. */
function gradientsOf(result: Tensor, first: number): Tensor[] {
  const sources = sourcesOf(result);
  const before = result.graph.operations.length;
  try {
    const made = gradients(result, sources) as readonly (Gradient | null)[];
    if (result.graph.operations.length - before > MOST_OPS) return [];
    const dense = made.flatMap((gradient) => (gradient === null ? [] : [convertToTensor(gradient)]));
    return dense.filter(({ op }) => op.id >= first);
  } catch (error) {
    // Ops that have no gradient, or none of second order.
    if (error instanceof NamesakeError) return [];
    throw error;
  }
}

function sourcesOf(result: Tensor): Tensor[] {
  const seen = new Set<Operation>();
  const sources = new Set<Tensor>();
  const visit = ({ op }: Tensor): void => {
    if (seen.has(op)) return;
    seen.add(op);
    const [value] = op.outputs;
    const isRead = op.type === "Identity" && op.inputs[0]?.dtype.isRef === true;
    if (value !== undefined && (op.inputs.length === 0 || isRead) && value.dtype.isFloating && !value.dtype.isRef)
      sources.add(value);
    for (const input of op.inputs) visit(input);
  };
  visit(result);
  return [...sources];
}

/** Whether no condition decides what is computed: the values of graphs are found node after node. */
function isStraight(result: Tensor): boolean {
  const seen = new Set<Operation>();
  const visit = ({ op }: Tensor): boolean => {
    if (seen.has(op)) return true;
    seen.add(op);
    return op.def.flow === undefined && op.inputs.every(visit);
  };
  return visit(result);
}

/** Whether no response is normalized of which ONNX Runtime would spread what is no number over the pixel. */
function isSettled(one: RandomGraph, result: Tensor): boolean {
  const seen = new Set<Operation>();
  const normalized: Tensor[] = [];
  const visit = (op: Operation): void => {
    if (seen.has(op)) return;
    seen.add(op);
    if (op.type === "LRNGrad") normalized.push(...op.inputs);
    for (const input of op.inputs) visit(input.op);
  };
  visit(result.op);
  return [...expectations({ ...one, fetches: normalized }).values()].every(({ value }) => isSquarable(value));
}

/** Whether the kernels give a value. */
function works(one: RandomGraph): boolean {
  try {
    return [...expectations(one).values()].every(({ value }) => value !== undefined);
  } catch (error) {
    if (error instanceof NamesakeError) return false;
    throw error;
  }
}
