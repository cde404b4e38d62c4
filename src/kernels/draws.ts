/** What the kernels of random ops share: the op's stream, and the distributions by dtype. The distributions themselves: `tensor/philox-distributions.ts`. */
import { invariant } from "../base/assert.ts";
import type { DataArray } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { Draw, PhiloxState } from "../tensor/philox.ts";
import {
  normalBfloat16,
  normalFloat16,
  normalFloat32,
  normalFloat64,
  truncatedNormalBfloat16,
  truncatedNormalFloat16,
  truncatedNormalFloat32,
  truncatedNormalFloat64,
  uniformBfloat16,
  uniformFloat16,
  uniformFloat32,
  uniformFloat64,
} from "../tensor/philox-distributions.ts";
import { checkedDims, require, shapeText } from "./checks.ts";
import type { KernelContext } from "./rule.ts";

/** The draws of one distribution by dtype. */
export type FloatDistribution = Readonly<
  Record<"float16" | "bfloat16" | "float32" | "float64", (state: PhiloxState, count: number) => Draw<DataArray>>
>;

/** Uniform in [0, 1). */
export const uniform: FloatDistribution = {
  float16: uniformFloat16,
  bfloat16: uniformBfloat16,
  float32: uniformFloat32,
  float64: uniformFloat64,
};
/** Of mean 0 and deviation 1. */
export const normal: FloatDistribution = {
  float16: normalFloat16,
  bfloat16: normalBfloat16,
  float32: normalFloat32,
  float64: normalFloat64,
};
/** Of mean 0 and deviation 1 before truncation to (-2, 2). */
export const truncated: FloatDistribution = {
  float16: truncatedNormalFloat16,
  bfloat16: truncatedNormalBfloat16,
  float32: truncatedNormalFloat32,
  float64: truncatedNormalFloat64,
};

/** Draws from the op's stream and leaves it where the next draw starts. */
export function drawFrom<T>(context: KernelContext, draw: (state: PhiloxState) => Draw<T>): T {
  const stream = context.random;
  invariant(stream, "a random op ran without a random stream");
  const { elements, next } = draw(stream.state);
  stream.state = next;
  return elements;
}

/** The shape that a tensor holds. */
export function shapeOf(value: NDArray): number[] {
  require(value.rank === 1, () => `shape must be a vector of {int32,int64}, got shape ${shapeText(value.shape)}`, {
    value,
  });
  return checkedDims(value);
}
