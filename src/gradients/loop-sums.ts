/** What becomes of gradients at the borders of loops: they enter the backward loop, and those of what is the same in all iterations are summed. Mirrors `AddBackpropAccumulator`, python/ops/control_flow_ops.py. */
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import { constant, zeros, zerosLike } from "../ops/array.ts";
import { concat } from "../ops/concat.ts";
import { mergeTensors, nextIteration, type Switched, switchAnywhere } from "../ops/flow-nodes.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { add, maximum } from "../ops/math.ts";
import { shape } from "../ops/shape.ts";
import type { WhileContext } from "../ops/while-context.ts";
import { asShape, type TensorShape, unknownShape } from "../tensor/shape.ts";
import { inFlow } from "./flow-values.ts";
import type { LoopState } from "./loop-state.ts";
import type { Gradient } from "./rule.ts";
import { variableShape } from "./zeros.ts";

/** Lets the gradient of a loop's end into the backward loop. */
export function enterGradient(loop: WhileContext, gradient: Gradient): Gradient {
  if (gradient instanceof Tensor) return loop.enterLate(gradient, "b_exit");
  const { values, indices, denseShape } = gradient;
  for (const part of [values, indices, denseShape]) if (part !== null) loop.know(part);
  const entered = loop.enterLate(values);
  return new IndexedSlices(entered, loop.enterLate(indices), denseShape && loop.enterLate(denseShape));
}

/** The gradient of what is the same in all iterations: the sum of those of the iterations. `enter` is the op by which it came in. */
export function sumOverIterations(state: LoopState, enter: Operation, gradient: Gradient): Gradient {
  return gradient instanceof Tensor ? sumDense(state, enter, gradient) : joinSlices(state, enter, gradient);
}

/** Runs `body` where the backward loop stands. */
function around<T>(state: LoopState, body: () => T): T {
  const { loop, caller } = state;
  return inFlow(loop.graph, loop.outer ?? caller, body);
}

/** `sum = 0; while (…) sum += gradient` */
function sumDense(state: LoopState, enter: Operation, gradient: Tensor): Tensor {
  const { loop } = state;
  const start = firstSum(state, enter.inputs[0] as Tensor, gradient);
  return inFlow(loop.graph, loop, () => {
    const merge = carried(loop.enterLate(start, "b_acc"));
    const sides = switchAnywhere(merge, loop.pivotTensor as Tensor);
    merge.op.updateInput(1, nextIteration(add(sides.onTrue, gradient)));
    return loop.exitLate(sides.onFalse, "b_acc");
  });
}

function carried(entered: Tensor): Tensor {
  return mergeTensors([entered, entered], "b_acc");
}

/** Zeros of the right shape: they are the sum of a loop without iterations. */
function firstSum(state: LoopState, value: Tensor, gradient: Tensor): Tensor {
  const { dtype, shape: known } = gradient;
  if (known.isFullyDefined()) return around(state, () => constant(0, { dtype, shape: known, name: "b_acc" }));
  const { outer, forward, loop } = state;
  if (outer === null) return around(state, () => zeros(shape(value, { optimize: false }), { dtype }));
  const size = inFlow(loop.graph, forward.outer, () => shape(value, { optimize: false }));
  const stack = inFlow(loop.graph, state.caller, () => outer.accumulate(size));
  return inFlow(loop.graph, loop.outer, () => zeros(outer.accumulated(stack, size), { dtype }));
}

/** Rows of all iterations, one after the other. The first row is zero and stands at place 0: a loop without iterations has it alone. */
function joinSlices(state: LoopState, enter: Operation, gradient: IndexedSlices): IndexedSlices {
  const { loop } = state;
  const { values, indices, denseShape } = gradient;
  const starts = around(state, () => firstSlices(enter.inputs[0] as Tensor, gradient));
  return inFlow(loop.graph, loop, () => {
    for (const start of starts) loop.know(start);
    const merges = starts
      .map((start, i) => loop.enterLate(start, "b_acc", i < 2 ? anyRows(start) : unknownShape))
      .map(carried);
    const sides = merges.map((merge) => switchAnywhere(merge, loop.pivotTensor as Tensor));
    const next = [indices, values].map((part, i) => concat([(sides[i] as Switched).onTrue, part], 0));
    if (denseShape !== null) next.push(maximum(denseShape, (sides[2] as Switched).onTrue));
    for (const [i, back] of next.map(nextIteration).entries()) (merges[i] as Tensor).op.updateInput(1, back);
    const [allIndices, allValues, size] = sides.map(({ onFalse }) => loop.exitLate(onFalse, "b_acc"));
    return new IndexedSlices(allValues as Tensor, allIndices as Tensor, size ?? null);
  });
}

/** The indices, values and shape to start with. */
function firstSlices(value: Tensor, { values, indices, denseShape }: IndexedSlices): Tensor[] {
  const row = firstRow(value, values);
  const place = constant([0], { dtype: indices.dtype });
  return denseShape === null ? [place, row] : [place, row, firstShape(value, denseShape)];
}

function firstRow(value: Tensor, { dtype, shape: known }: Tensor): Tensor {
  if (known.isFullyDefined()) return constant(0, { dtype, shape: [1, ...known.asNumbers().slice(1)], name: "b_acc" });
  const size = value.dtype.baseName === "resource" ? variableShape(value) : shape(value, { optimize: false });
  return zeros(concat([[1], size.at("1:")], 0), { dtype });
}

function firstShape(value: Tensor, { dtype, shape: known }: Tensor): Tensor {
  if (known.isFullyDefined()) return constant(0, { dtype, shape: known });
  return zerosLike(shape(value, { optimize: false, outType: dtype }), { optimize: false });
}

/** The shape of rows like these, of which there may be any number. */
function anyRows({ shape: known }: Tensor): TensorShape {
  return known.dims === null ? unknownShape : asShape([null, ...known.dims.slice(1)]);
}
