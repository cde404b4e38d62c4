/** Nodes of control flow for gradients, which may be rows of a tensor: then there is a node for each part. Mirrors the composite cases of python/ops/control_flow_ops.py. */
import { applyOp } from "../graph/apply-op.ts";
import { withState } from "../graph/context.ts";
import type { FlowContext } from "../graph/flow-context.ts";
import type { Graph } from "../graph/graph.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { controlFlowDefs } from "../ops/control-flow.defs.ts";
import { mergeTensors, nextIteration, switchAnywhere, switchTensor } from "../ops/flow-nodes.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { range } from "../ops/range.ts";
import { shape } from "../ops/shape.ts";
import type { WhileContext } from "../ops/while-context.ts";
import type { Gradient } from "./rule.ts";

/** Runs `body` with ops belonging to a branch or loop, or to none. */
export function inFlow<T>(graph: Graph, flow: FlowContext | null, body: () => T): T {
  return withState(graph, { flow }, body);
}

function mapParts(slices: IndexedSlices, change: (part: Tensor) => Tensor): IndexedSlices {
  const values = change(slices.values);
  const indices = change(slices.indices);
  return new IndexedSlices(values, indices, slices.denseShape && change(slices.denseShape));
}

/** Sends a gradient to one of two sides, beside the op it comes from. */
export function switchGradient(
  gradient: Gradient,
  predicate: Tensor,
  name?: string,
): { readonly onFalse: Gradient; readonly onTrue: Gradient } {
  if (gradient instanceof Tensor) return switchTensor(gradient, predicate, name);
  return runInScope(makeColocation(gradient.op, { ignoreExisting: true }), () => {
    const sides = new Map<Tensor, ReturnType<typeof switchAnywhere>>();
    const side = (which: "onFalse" | "onTrue") => (part: Tensor) => {
      const made = sides.get(part) ?? switchAnywhere(part, predicate);
      sides.set(part, made);
      return made[which];
    };
    return { onFalse: mapParts(gradient, side("onFalse")), onTrue: mapParts(gradient, side("onTrue")) };
  });
}

/** The gradient that is not dead. Where one is rows, all become rows. */
export function mergeGradients(gradients: readonly Gradient[], name: string): Gradient {
  if (gradients.every((gradient): gradient is Tensor => gradient instanceof Tensor))
    return mergeTensors(gradients, name);
  return inOpScope(name, name, gradients, () => {
    const slices = gradients.map(asSlices);
    const first = slices[0] as IndexedSlices;
    const merge = (part: (one: IndexedSlices) => Tensor): Tensor =>
      applyOp(controlFlowDefs.Merge, [slices.map(part)]).output(0);
    const values = merge((one) => one.values);
    const indices = merge((one) => one.indices);
    return new IndexedSlices(values, indices, first.denseShape && merge((one) => one.denseShape as Tensor));
  });
}

/** All rows of a tensor, as rows. */
export function asSlices(gradient: Gradient): IndexedSlices {
  if (gradient instanceof IndexedSlices) return gradient;
  const size = shape(gradient, { optimize: false });
  return new IndexedSlices(gradient, range(0, size.at([0])), size);
}

export function nextGradient(gradient: Gradient): Gradient {
  return gradient instanceof Tensor ? nextIteration(gradient) : mapParts(gradient, nextIteration);
}

export function exitGradient(loop: WhileContext, gradient: Gradient): Gradient {
  const exit = (part: Tensor): Tensor => loop.exitLate(part);
  return gradient instanceof Tensor ? exit(gradient) : mapParts(gradient, exit);
}

/** Lets a merged gradient take another second input: what comes back from the iteration before. */
export function leadBack(merged: Gradient, gradient: Gradient): void {
  if (merged instanceof Tensor) {
    const dense = gradient instanceof Tensor ? gradient : gradient.asTensor();
    merged.op.updateInput(1, nextIteration(dense));
    return;
  }
  const next = nextGradient(asSlices(gradient)) as IndexedSlices;
  merged.values.op.updateInput(1, next.values);
  merged.indices.op.updateInput(1, next.indices);
  if (merged.denseShape !== null && next.denseShape !== null) merged.denseShape.op.updateInput(1, next.denseShape);
}
