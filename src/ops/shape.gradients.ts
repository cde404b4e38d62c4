/** How ops that give elements another shape are differentiated. Mirrors python/ops/array_grad.py. */
import { dense } from "../gradients/operators.ts";
import { type Gradient, gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import { applyOp } from "../graph/apply-op.ts";
import { constantAsShape, constantValue } from "../graph/infer.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "./array.ts";
import { reduceSum } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { reshape, shape } from "./shape.ts";

/** The gradient in the shape of the input. */
function inShapeOf(input: Tensor, grad: Gradient): Tensor {
  const whole = dense(grad);
  return reshape(whole, shape(input));
}

/** A static shape with one unknown dimension and nothing empty: that dimension follows from the others. */
function withOneGap({ shape }: Tensor): readonly number[] | null {
  const { dims } = shape;
  if (dims === null || dims.includes(0) || dims.filter((d) => d === null).length !== 1) return null;
  return dims.map((d) => d ?? -1);
}

export const shapeGradients = gradientRules<typeof shapeDefs>()({
  Shape: notDifferentiable,
  ShapeN: notDifferentiable,
  Size: notDifferentiable,
  Rank: notDifferentiable,
  Reshape: ({ inputs: [input] }, grad) => {
    const sizes = withOneGap(input);
    return [sizes === null ? inShapeOf(input, grad) : reshape(dense(grad), sizes), null];
  },
  ExpandDims: ({ inputs: [input] }, grad) => [inShapeOf(input, grad), null],
  Squeeze: ({ inputs: [input] }, grad) => inShapeOf(input, grad),
  // What was repeated is summed.
  BroadcastTo: ({ inputs: [input, wanted] }, grad) => {
    const dtype = wanted.dtype.baseDtype;
    const inputShape = shape(input, { outType: dtype });
    const known = constantValue(wanted) === null ? null : constantAsShape(wanted);
    const result = known?.isFullyDefined() ? constant(known.asNumbers(), { dtype }) : wanted;
    const axes = applyOp(shapeDefs.BroadcastGradientArgs, [result, inputShape]).output(1);
    return [reshape(reduceSum(grad, { axis: axes, keepdims: true }), inputShape), null];
  },
  BroadcastArgs: noRule,
  BroadcastGradientArgs: notDifferentiable,
});
