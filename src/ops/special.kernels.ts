/** Kernels of the special functions. Everything is computed in doubles. Mirrors core/kernels/cwise_op_lgamma.cc and its neighbours, and betainc_op.cc. */
import { besselI0e, besselI1e } from "../kernels/bessel.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { binary, floating, type Loop, loopOf, type Numbers, type Pass, passOf, unary } from "../kernels/elementwise.ts";
import { igammaGradA } from "../kernels/gamma-derivatives.ts";
import { betainc, digamma, igamma, igammac, lgamma, polygamma, zeta } from "../kernels/gamma-functions.ts";
import { erfinv, ndtri } from "../kernels/normal-quantile.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { allocate, type DType, float32, float64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import type { specialDefs } from "./special.defs.ts";

const pair = (rule: (x: number, y: number) => number) => binary({ float: loopOf(rule) });

/** A pass of `erfinv` that rounds as a dtype does. */
const erfinvIn = (dtype: DType): Pass => {
  const round = rounderOf(dtype);
  return passOf((x: number) => erfinv(x, round));
};

/** Operands are of one shape, or scalars. */
function beta([a, b, x]: readonly [NDArray, NDArray, NDArray]): NDArray {
  for (const [left, right, names] of [
    [a, b, "a and b"],
    [a, x, "a and x"],
    [b, x, "b and x"],
  ] as const)
    require(left.rank === 0 || right.rank === 0 || shapeText(left.shape) === shapeText(right.shape), () =>
      `Shapes of ${names} are inconsistent: ${shapeText(left.shape)} vs. ${shapeText(right.shape)}`, {
      shapes: [left.shape, right.shape],
    });
  const { shape, size } = [x, b, a].find((one) => one.rank > 0) ?? a;
  const out = allocate(a.dtype, size) as Numbers;
  const element = (array: NDArray, i: number): number => (array.data as Numbers)[array.rank === 0 ? 0 : i] as number;
  for (let i = 0; i < size; i += 1) out[i] = betainc(element(a, i), element(b, i), element(x, i));
  return new NDArray(a.dtype, shape, out);
}

/**
 * C's `nextafter`. Floating numbers of one sign are ordered as the integers of their bits are; `step` moves them by one, and `least` is the
 * number beside 0.
 */
function beside(step: (x: number, by: 1 | -1) => number, least: number): Loop {
  return loopOf((x: number, y: number) => {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    if (x === y) return y;
    if (x === 0) return y > 0 ? least : -least;
    return step(x, y > x === x > 0 ? 1 : -1);
  });
}

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

const nextAfter = binary({
  float32: beside((x, by) => {
    single[0] = x;
    singleBits[0] = (singleBits[0] as number) + by;
    return single[0];
  }, 2 ** -149),
  float: beside((x, by) => {
    double[0] = x;
    doubleBits[0] = (doubleBits[0] as bigint) + BigInt(by);
    return double[0];
  }, Number.MIN_VALUE),
});

/** The kernels of this family. */
export const specialKernels = kernelsFor<typeof specialDefs>()({
  Lgamma: floating(lgamma),
  Digamma: floating(digamma),
  Igamma: pair(igamma),
  Igammac: pair(igammac),
  IgammaGradA: pair(igammaGradA),
  Zeta: pair(zeta),
  Polygamma: pair(polygamma),
  Betainc: beta,
  Erfinv: unary({ float: erfinvIn(float64), float32: erfinvIn(float32) }),
  Ndtri: floating(ndtri),
  BesselI0e: floating(besselI0e),
  BesselI1e: floating(besselI1e),
  NextAfter: nextAfter,
});
