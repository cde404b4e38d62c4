/** The shape of a reduced tensor before its axes are taken away. Mirrors `reduced_shape`, python/ops/math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ones } from "../ops/array.ts";
import { dataFlowDefs } from "../ops/data-flow.defs.ts";
import { range } from "../ops/range.ts";
import { shape, size } from "../ops/shape.ts";
import { int32 } from "../tensor/dtype.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { knownValue } from "./known-value.ts";

/** `inputShape` with 1 for the reduced axes: a value where both are known now, else a tensor. */
export function reducedShape(inputShape: Tensor, axes: Tensor): Tensor | NDArray {
  const [sizes, reduced] = [knownValue(inputShape), knownValue(axes)];
  if (sizes !== null && reduced !== null) return sizesOf(withOnes(numbersOf(sizes), numbersOf(reduced)));
  const rank = size(inputShape, { outType: axes.dtype.baseDtype });
  const places = axes.add(rank).mod(rank);
  const count = shape(places);
  const all = range(rank);
  const single = ones(count, { dtype: inputShape.dtype.baseDtype });
  return applyOp1(dataFlowDefs.DynamicStitch, [
    [all, places],
    [inputShape, single],
  ]);
}

/** Sizes as a value: literals of whole numbers would be floats. */
export function sizesOf(numbers: readonly number[]): NDArray {
  return ndarray(numbers, int32, [numbers.length]);
}

/** The sizes with 1 at the given axes; negative ones count from the end. */
export function withOnes(sizes: readonly number[], axes: readonly number[]): number[] {
  const result = [...sizes];
  for (const axis of axes) result[axis < 0 ? axis + sizes.length : axis] = 1;
  return result;
}

/** All elements as numbers. */
export function numbersOf(value: NDArray): number[] {
  return Array.from({ length: value.size }, (_, i) => Number(value.at(i)));
}
