/** What an operation that broadcasts its operands does to their gradients: they are summed over the axes along which an operand was repeated. Mirrors `SmartBroadcastGradientArgs` and `_ReduceGradientArgs`, python/ops/math_grad.py. */
import { applyOp } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { Tensor } from "../graph/tensor.ts";
import { reduceSum } from "../ops/reduce.ts";
import { shapeDefs } from "../ops/shape.defs.ts";
import { reshape, shape } from "../ops/shape.ts";
import type { TensorShape } from "../tensor/shape.ts";

/** How the gradient of one operand is brought to its shape. */
interface Reduction {
  readonly shape: Tensor;
  readonly axes: Tensor | readonly number[];
  readonly isNeeded: boolean;
}

/** The gradients of both operands, each in its operand's shape. Nothing is built for operands of which both are `null`. */
export function reduceToOperands<GX extends TensorLike | null, GY extends TensorLike | null>(
  x: Tensor,
  y: Tensor,
  gradX: GX,
  gradY: GY,
): [GX | Tensor, GY | Tensor] {
  if (gradX === null && gradY === null) return [gradX, gradY];
  const [forX, forY] = reductions(x, y);
  return [reduced(gradX, forX), reduced(gradY, forY)];
}

function reduced<G extends TensorLike | null>(grad: G, { shape, axes, isNeeded }: Reduction): G | Tensor {
  if (grad === null || !isNeeded) return grad;
  return reshape(reduceSum(grad, { axis: axes, keepdims: true }), shape);
}

/** For each operand: its shape, the axes along which it was repeated, and whether anything is to be done. */
export function reductions(x: Tensor, y: Tensor): readonly [Reduction, Reduction] {
  const [shapeX, shapeY] = [shape(x), shape(y)];
  const known = repeatedAxes(x.shape, y.shape);
  if (known === null) {
    const [axesX, axesY] = applyOp(shapeDefs.BroadcastGradientArgs, [shapeX, shapeY]).outputs as readonly [
      Tensor,
      Tensor,
    ];
    return [
      { shape: shapeX, axes: axesX, isNeeded: true },
      { shape: shapeY, axes: axesY, isNeeded: true },
    ];
  }
  const [axesX, axesY] = known;
  const [rankX, rankY] = [x.shape.rank as number, y.shape.rank as number];
  return [
    { shape: shapeX, axes: axesX, isNeeded: axesX.length > 0 || rankX < rankY },
    { shape: shapeY, axes: axesY, isNeeded: axesY.length > 0 || rankY < rankX },
  ];
}

/** The axes of the result along which each operand was repeated; `null` when the static shapes do not tell. */
function repeatedAxes(x: TensorShape, y: TensorShape): readonly [number[], number[]] | null {
  if (x.rank === null || y.rank === null) return null;
  const rank = Math.max(x.rank, y.rank);
  const sizeOf = (shape: TensorShape, axis: number): number | null => {
    const own = axis - (rank - (shape.rank as number));
    return own < 0 ? 1 : shape.dim(own);
  };
  const axesX: number[] = [];
  const axesY: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const [sizeX, sizeY] = [sizeOf(x, axis), sizeOf(y, axis)];
    if (sizeX === 1 && sizeY !== 1) axesX.push(axis);
    else if (sizeY === 1 && sizeX !== 1) axesY.push(axis);
    else if (sizeX === null || sizeY === null) return null;
  }
  return [axesX, axesY];
}

/** Whether all shapes are known and one: then nothing has been repeated. */
export function haveOneShape(...tensors: readonly TensorLike[]): boolean {
  const shapes = tensors.map((tensor) => (tensor instanceof Tensor ? tensor.shape : null));
  const [first] = shapes;
  return first?.isFullyDefined() === true && shapes.every((one) => one?.equals(first) === true);
}
