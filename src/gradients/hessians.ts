/** Second derivatives. Mirrors `hessians`, python/ops/gradients_impl.py. */
import type { TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { concat } from "../ops/concat.ts";
import { reshape, shape, size } from "../ops/shape.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { whileLoop } from "../ops/while-loop.ts";
import { type Differentiable, type GradientsOptions, gradients } from "./gradients.ts";

/** Options of `hessians`; see `GradientsOptions`. The name is TensorFlow's and names nothing, there as here. */
export type HessiansOptions = Pick<
  GradientsOptions,
  "name" | "colocateGradientsWithOps" | "gateGradients" | "aggregationMethod"
>;

/**
 * Builds the second derivatives of the sum of `ys` by each of `xs`: a loop over the elements of the first derivative.
 *
 * Shapes: an x of shape `[…s]` gives `[…s, …s]`. Dtypes: as `gradients`.
 *
 * @throws {LookupError} when an op has no gradient, or no gradient of its gradient.
 * @see TensorFlow `tf.hessians`, python/ops/gradients_impl.py
 * @example
 * const x = constant([1, 2]);
 * const [h] = hessians(multiply(square(x), x), [x]);
 * session.runSync(h).toArray(); // [[6, 0], [0, 12]]
 */
export function hessians(
  ys: TensorLike | readonly TensorLike[],
  xs: Differentiable | readonly Differentiable[],
  options: HessiansOptions = {},
): Tensor[] {
  return publicCall(() => {
    const list = (Array.isArray(xs) ? xs : [xs]) as readonly Differentiable[];
    const { name: _, ...settings } = options;
    const first = gradients(ys, list, settings);
    return list.map((x, i) => hessian(first[i] as TensorLike, x));
  });
}

function hessian(gradient: TensorLike, x: Differentiable): Tensor {
  const flat = reshape(gradient, [-1]);
  const count = size(x);
  const { dtype } = x as Tensor;
  const [, rows] = whileLoop(
    (j) => j.less(count),
    (j, array) => [j.add(1), array.write(j, gradients(flat.at([j]), x)[0] as TensorLike)],
    [constant(0, { dtype: "int32" }), new TensorArray(dtype.baseDtype, { size: count })],
  );
  const dims = shape(x);
  return reshape(rows.stack(), concat([dims, dims], 0));
}
