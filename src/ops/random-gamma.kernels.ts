/** Kernels of the ops that draw gamma and Poisson numbers. How: `tensor/philox-rejection.ts`. Mirrors core/kernels/random_op.cc and random_poisson_op.cc. */
import { cppTypeName, require, shapeText } from "../kernels/checks.ts";
import { drawFrom, shapeOf } from "../kernels/draws.ts";
import { binary, countOf, loopOf } from "../kernels/elementwise.ts";
import { gammaSampleGrad } from "../kernels/gamma-derivatives.ts";
import { lgamma } from "../kernels/gamma-functions.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import { allocate } from "../tensor/dtype.ts";
import { NDArray, writeElement } from "../tensor/ndarray.ts";
import type { Draw, PhiloxState } from "../tensor/philox.ts";
import { gammaNumbers, poissonNumbers } from "../tensor/philox-rejection.ts";
import { summarizeValue } from "../tensor/summary-text.ts";
import type { randomGammaDefs } from "./random-gamma.defs.ts";

function draw(
  shapeValue: NDArray,
  parameters: NDArray,
  dtype: DType,
  context: KernelContext,
  numbers: (state: PhiloxState, samples: number, parameters: ArrayLike<number>) => Draw<Float64Array>,
): NDArray {
  const shape = shapeOf(shapeValue);
  const samples = countOf(shape);
  const total = samples * parameters.size;
  const out = new NDArray(dtype, [...shape, ...parameters.shape], allocate(dtype, total));
  if (total === 0) return out;
  const each = Float64Array.from({ length: parameters.size }, (_, i) => Number(parameters.at(i)));
  const drawn = drawFrom(context, (state) => numbers(state, samples, each));
  // No whole number is infinite: C gives the least one, where JavaScript refuses.
  const isWhole = dtype.isInteger;
  for (let i = 0; i < total; i += 1) {
    const value = drawn[i] as number;
    writeElement(dtype, out.data, i, isWhole && !Number.isFinite(value) ? -(2 ** (8 * dtype.size - 1)) : value);
  }
  return out;
}

/** The greatest numbers of the dtypes that Poisson numbers may have. */
const highest: Readonly<Record<string, number>> = {
  float16: 65504,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
  int32: 2 ** 31 - 1,
  int64: 2 ** 63,
};

/** As TensorFlow's C++ shows a tensor. */
function debugText(value: NDArray): string {
  return `Tensor<type: ${cppTypeName(value.dtype)} shape: ${shapeText(value.shape)} values: ${summarizeValue(value, 3)}>`;
}

/** The kernels of this family. */
export const randomGammaKernels = kernelsFor<typeof randomGammaDefs>()({
  RandomGamma: ([shape, alpha], { T }, context) => {
    require(shape.rank === 1, () => `shape must be a vector of {int32,int64}, got shape: ${debugText(shape)}`, {
      shape,
    });
    return draw(shape, alpha, T, context, gammaNumbers);
  },
  RandomGammaGrad: binary({ float: loopOf(gammaSampleGrad) }),
  RandomPoissonV2: ([shape, rate], { dtype }, context) =>
    draw(shape, rate, dtype, context, (state, samples, rates) =>
      poissonNumbers(state, samples, rates, highest[dtype.name] as number, lgamma),
    ),
});
