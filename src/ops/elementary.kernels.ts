/** Kernels of the functions of one operand. Mirrors core/kernels/cwise_ops.h. */
import { InvalidArgumentError } from "../base/errors.ts";
import { complexPasses } from "../kernels/complex-arithmetic.ts";
import {
  type Bigs,
  bigs,
  floating,
  kindOf,
  type Loop,
  type Numbers,
  narrowed,
  numbers,
  type Pass,
  predicate,
  stepwise,
  unary,
  widened,
  wideStorage,
} from "../kernels/elementwise.ts";
import { erf, erfc } from "../kernels/error-function.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { Rounder } from "../tensor/rounding.ts";
import type { elementaryDefs } from "./elementary.defs.ts";

/** As `floating`, with the loop written out for the most used ones: see `Loop`. */
const written = (pass: Pass) => unary({ float: pass });

const negated: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = -(x[i] as number);
};
const magnitudes: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = Math.abs(x[i] as number);
};
const squares: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = (x[i] as number) * (x[i] as number);
};
const reciprocals: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = 1 / (x[i] as number);
};

const exponentials: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) out[i] = Math.exp(x[i] as number);
};

/** Rounds to the nearest whole number, ties to even; keeps the sign of zero. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  const above = Math.ceil(x);
  return rest > 0.5 ? above : below % 2 === 0 ? below : above;
}

/** 1 / (1 + exp(-x)) without overflow on the way. */
const sigmoids: Pass = (out, x, count) => {
  for (let i = 0; i < count; i += 1) {
    const value = x[i] as number;
    const power = Math.exp(value < 0 ? value : -value);
    out[i] = (value < 0 ? power : 1) / (1 + power);
  }
};

function wholeReciprocal(x: number): number {
  if (x === 0) throw new InvalidArgumentError("Integer division by zero");
  return Math.trunc(1 / x);
}

function bigReciprocal(x: bigint): bigint {
  if (x === 0n) throw new InvalidArgumentError("Integer division by zero");
  return 1n / x;
}

/** In fractions, 1 divided; in integers, 0 except for 1 and -1. */
const reciprocal = unary({
  float: reciprocals,
  int: numbers(wholeReciprocal),
  big: bigs(bigReciprocal),
  complex: complexPasses.reciprocal,
});

const copied = (out: Numbers, x: Numbers): void => out.set(x);
const copiedBigs = (out: Bigs, x: Bigs): void => out.set(x);

/** A gradient from the result `y` and its gradient; `round` is what a step in between is rounded with. */
function gradient(
  rule: (round: Rounder) => (y: number, dy: number) => number,
): (inputs: readonly [NDArray, NDArray], attrs: unknown, context: KernelContext) => NDArray {
  const loops = stepwise(rule);
  return ([y, dy], _, context) => {
    if (y.size !== dy.size)
      throw new InvalidArgumentError(
        `The two arguments to a cwise op must have same number of elements, got ${y.size} and ${dy.size}`,
      );
    const loop = kindOf<Loop, never, never>(loops, y.dtype, context);
    const out = wideStorage(y.dtype, y.size);
    loop(out as Numbers, 0, y.size, widened(y) as Numbers, 0, 1, widened(dy) as Numbers, 0, 1);
    return narrowed(y.dtype, y.shape, out);
  };
}

/** The kernels of this family. */
export const elementaryKernels = kernelsFor<typeof elementaryDefs>()({
  Neg: unary({ float: negated, int: negated, big: bigs((x) => -x), complex: complexPasses.neg }),
  Abs: unary({ float: magnitudes, int: magnitudes, big: bigs((x) => (x < 0n ? -x : x)) }),
  Sign: unary({
    float: numbers((x) => (x === 0 ? 0 : Math.sign(x))),
    int: numbers(Math.sign),
    big: bigs((x) => (x === 0n ? 0n : x < 0n ? -1n : 1n)),
  }),
  Square: unary({
    float: squares,
    int: numbers((x) => Math.imul(x, x)),
    big: bigs((x) => x * x),
    complex: complexPasses.square,
  }),
  Sqrt: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = Math.sqrt(x[i] as number);
  }),
  Rsqrt: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = 1 / Math.sqrt(x[i] as number);
  }),
  Exp: unary({ float: exponentials, complex: complexPasses.exp }),
  Expm1: floating(Math.expm1),
  Log: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = Math.log(x[i] as number);
  }),
  Log1p: floating(Math.log1p),
  Sin: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = Math.sin(x[i] as number);
  }),
  Cos: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = Math.cos(x[i] as number);
  }),
  Tan: floating(Math.tan),
  Asin: floating(Math.asin),
  Acos: floating(Math.acos),
  Atan: floating(Math.atan),
  Sinh: floating(Math.sinh),
  Cosh: floating(Math.cosh),
  Tanh: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = Math.tanh(x[i] as number);
  }),
  Asinh: floating(Math.asinh),
  Acosh: floating(Math.acosh),
  Atanh: floating(Math.atanh),
  Sigmoid: written(sigmoids),
  Erf: floating(erf),
  Erfc: floating(erfc),
  Floor: written((out, x, count) => {
    for (let i = 0; i < count; i += 1) out[i] = Math.floor(x[i] as number);
  }),
  Ceil: floating(Math.ceil),
  Rint: floating(roundHalfEven),
  Round: unary({ float: numbers(roundHalfEven), int: copied, big: copiedBigs }),
  Reciprocal: reciprocal,
  Inv: reciprocal,
  IsNan: predicate((x) => x !== x),
  IsInf: predicate((x) => x === Infinity || x === -Infinity),
  IsFinite: predicate(Number.isFinite),
  SigmoidGrad: gradient((round) => (y, dy) => round(dy * y) * round(1 - y)),
  TanhGrad: gradient((round) => (y, dy) => dy * round(1 - round(y * y))),
  SqrtGrad: gradient((round) => (y, dy) => round(dy * 0.5) / y),
  RsqrtGrad: gradient((round) => (y, dy) => round(dy * -0.5) * round(round(y * y) * y)),
  ReciprocalGrad: gradient((round) => (y, dy) => round(-dy * y) * y),
  InvGrad: gradient((round) => (y, dy) => round(-dy * y) * y),
});
