/** Kernels of reductions and of running sums and products. Mirrors core/kernels/reduction_ops*.cc, argmax_op.cc and scan_ops.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { multiplyInto } from "../kernels/complex-arithmetic.ts";
import { complexProduct } from "../kernels/complex-parts.ts";
import {
  type Bigs,
  type KindTable,
  kindOf,
  type Numbers,
  narrowed,
  widened,
  wideStorage,
} from "../kernels/elementwise.ts";
import { axisView, planReduction, type ReductionPlan, walkReduction } from "../kernels/reduction.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { allocate, bool, type DataArray, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import type { reduceDefs } from "./reduce.defs.ts";

/** How elements are collected into one, and what becomes of it. */
interface Reducer<T> {
  /** What no elements give. */
  readonly start: T | ((dtype: DType) => T);
  readonly join: (collected: T, x: T) => T;
  readonly finish?: (collected: T, count: number) => T;
}

type Reducers = KindTable<Reducer<number>, Reducer<bigint>>;

type ReduceAttrs = { readonly keep_dims: boolean };
type Reduce = (inputs: readonly [NDArray, NDArray], attrs: ReduceAttrs, context: KernelContext) => NDArray;

/** Collects in doubles (bigints for 64-bit integers), and rounds once, at the end. */
function collect<T extends number | bigint>(
  plan: ReductionPlan,
  data: ArrayLike<T>,
  into: { [index: number]: T },
  { join }: Reducer<T>,
): void {
  walkReduction(plan, (from, to, step, count) => {
    if (step === 1) {
      for (let i = 0; i < count; i += 1) into[to + i] = join(into[to + i] as T, data[from + i] as T);
      return;
    }
    let collected = into[to] as T;
    for (let i = 0; i < count; i += 1) collected = join(collected, data[from + i] as T);
    into[to] = collected;
  });
}

/** As `collect` for sums, the most used: written out, as a function called per element costs more than the sum. */
function collectSum(plan: ReductionPlan, data: Numbers, into: Numbers): void {
  walkReduction(plan, (from, to, step, count) => {
    if (step === 1) {
      for (let i = 0; i < count; i += 1) into[to + i] = (into[to + i] as number) + (data[from + i] as number);
      return;
    }
    let collected = into[to] as number;
    for (let i = 0; i < count; i += 1) collected += data[from + i] as number;
    into[to] = collected;
  });
}

function reducerBy(reducers: Reducers): Reduce {
  return ([input, axes], { keep_dims }, context) => {
    const { dtype } = input;
    const plan = planReduction(input.shape, axes, keep_dims);
    const found = kindOf(reducers, dtype, context);
    return dtype.isBig
      ? reduceBigs(plan, input, found as Reducer<bigint>)
      : reduceNumbers(plan, input, found as Reducer<number>);
  };
}

/** Sums and means of complex numbers are those of their parts; `ofNone` is for complex numbers that there are none of. */
function byParts(reduce: Reduce, ofNone: Reduce = reduce): Reduce {
  return (inputs, attrs, context) => {
    const [input, axes] = inputs;
    if (!input.dtype.isComplex) return reduce(inputs, attrs, context);
    const rule = input.size === 0 ? ofNone : reduce;
    return complexProduct([input], ([part]) => rule([part as NDArray, axes], attrs, context));
  };
}

function complexProducts([input, axes]: readonly [NDArray, NDArray], { keep_dims }: ReduceAttrs): NDArray {
  const plan = planReduction(input.shape, axes, keep_dims);
  const collected = new Float64Array(2 * plan.outputs);
  for (let i = 0; i < plan.outputs; i += 1) collected[2 * i] = 1;
  walkReduction(plan, (from, to, step, count) => {
    for (let i = 0; i < count; i += 1) multiplyInto(collected, to + i * step, input.data as Numbers, from + i);
  });
  const out = allocate(input.dtype, plan.outputs) as Numbers;
  out.set(collected);
  return new NDArray(input.dtype, plan.shape, out);
}

function reduceNumbers(plan: ReductionPlan, input: NDArray, reducer: Reducer<number>): NDArray {
  const { dtype } = input;
  const { start, finish } = reducer;
  const collected = new Float64Array(plan.outputs).fill(typeof start === "function" ? start(dtype) : start);
  if (reducer.join === plus) collectSum(plan, widened(input) as Numbers, collected);
  else collect(plan, widened(input) as Numbers, collected, reducer);
  if (finish) for (let i = 0; i < collected.length; i += 1) collected[i] = finish(collected[i] as number, plan.inputs);
  const out = wideStorage(dtype, plan.outputs) as Numbers;
  out.set(collected);
  return narrowed(dtype, plan.shape, out);
}

function reduceBigs(plan: ReductionPlan, input: NDArray, reducer: Reducer<bigint>): NDArray {
  const { start, finish } = reducer;
  const first = typeof start === "function" ? start(input.dtype) : start;
  const collected = Array.from({ length: plan.outputs }, () => first);
  collect(plan, input.data as Bigs, collected, reducer);
  const out = allocate(input.dtype, plan.outputs) as Bigs;
  for (const [i, value] of collected.entries()) out[i] = finish ? finish(value, plan.inputs) : value;
  return new NDArray(input.dtype, plan.shape, out);
}

const plus = (a: number, b: number): number => a + b;
const bigPlus = (a: bigint, b: bigint): bigint => a + b;
const greater = (a: number, b: number): number => (a < b || b !== b ? b : a);
const smaller = (a: number, b: number): number => (b < a || b !== b ? b : a);

/** The bounds of integers; infinity for floats. */
function leastOf(dtype: DType): number {
  return dtype.isFloating ? -Infinity : dtype.isUnsigned ? 0 : -(2 ** (8 * dtype.size - 1));
}
function greatestOf(dtype: DType): number {
  return dtype.isFloating ? Infinity : 2 ** (8 * dtype.size - (dtype.isUnsigned ? 0 : 1)) - 1;
}
function leastBig(dtype: DType): bigint {
  return dtype.isUnsigned ? 0n : -(2n ** 63n);
}
function greatestBig(dtype: DType): bigint {
  return 2n ** (dtype.isUnsigned ? 64n : 63n) - 1n;
}

/** Wraps at 32 bits on the way, so that the sum stays exact. */
const wrappedSum: Reducer<number> = { start: 0, join: (a, b) => (a + b) | 0 };

const sum = reducerBy({ float: { start: 0, join: plus }, int: wrappedSum, big: { start: 0n, join: bigPlus } });
const product = reducerBy({
  float: { start: 1, join: (a, b) => a * b },
  int: { start: 1, join: Math.imul },
  big: { start: 1n, join: (a, b) => a * b },
});
const mean = reducerBy({
  float: { start: 0, join: plus, finish: (total, count) => total / count },
  int: { start: 0, join: plus, finish: (total, count) => (count === 0 ? 0 : Math.trunc(total / count)) },
  big: { start: 0n, join: bigPlus, finish: (total, count) => (count === 0 ? 0n : total / BigInt(count)) },
});
const greatest = reducerBy({
  float: { start: leastOf, join: greater },
  int: { start: leastOf, join: greater },
  big: { start: leastBig, join: (a, b) => (a < b ? b : a) },
});
const least = reducerBy({
  float: { start: greatestOf, join: smaller },
  int: { start: greatestOf, join: smaller },
  big: { start: greatestBig, join: (a, b) => (b < a ? b : a) },
});
const norm = reducerBy({
  float: { start: 0, join: (a, b) => a + b * b, finish: Math.sqrt },
  int: { start: 0, join: (a, b) => a + b * b, finish: (total) => Math.trunc(Math.sqrt(total)) },
  big: { start: 0n, join: (a, b) => a + b * b, finish: (total) => BigInt(Math.trunc(Math.sqrt(Number(total)))) },
});

function logical(start: 0 | 1, join: (a: number, b: number) => number): Reduce {
  return ([input, axes], { keep_dims }) => {
    const plan = planReduction(input.shape, axes, keep_dims);
    const out = new Uint8Array(plan.outputs).fill(start);
    collect(plan, input.data as Numbers, out as { [index: number]: number }, { start, join });
    return new NDArray(bool, plan.shape, out);
  };
}

function axisOf(dimension: NDArray, rank: number): number {
  const given = Number(dimension.at(0));
  if (dimension.rank !== 0)
    throw new InvalidArgumentError(
      `dim must be a scalar, but received tensor of shape: [${dimension.shape.join(",")}]`,
    );
  if (given < -rank || given >= rank)
    throw new InvalidArgumentError(
      `Expected dimension in the range [${rank === 0 ? 0 : -rank}, ${rank}), but got ${given}`,
      { axis: given, rank },
    );
  return given < 0 ? given + rank : given;
}

/** The greatest finite value, from which a search for a smaller one starts, as in TensorFlow: what is not below it is not found. */
function searchStart(dtype: DType, sign: 1 | -1): number {
  if (dtype.isBool) return sign === 1 ? 0 : 1;
  if (!dtype.isFloating)
    return Number(
      sign === 1
        ? dtype.isBig
          ? leastBig(dtype)
          : leastOf(dtype)
        : dtype.isBig
          ? greatestBig(dtype)
          : greatestOf(dtype),
    );
  const finite: Readonly<Record<string, number>> = {
    float16: 65504,
    bfloat16: 2 ** 128 - 2 ** 120,
    float32: 2 ** 128 - 2 ** 104,
  };
  return -sign * (finite[dtype.baseName] ?? Number.MAX_VALUE);
}

/** The first greatest element along an axis (`sign` 1), or the first smallest (-1). Bigints compare like numbers. */
function argument(sign: 1 | -1) {
  return (
    [input, dimension]: readonly [NDArray, NDArray],
    { output_type }: { readonly output_type: DType },
  ): NDArray => {
    const axis = axisOf(dimension, input.rank);
    const { outer, length, inner } = axisView(input.shape, axis);
    const shape = input.shape.filter((_, i) => i !== axis);
    if (length === 0 && outer * inner > 0)
      throw new InvalidArgumentError(`Reduction axis ${axis} is empty in shape [${input.shape.join(",")}]`, { axis });
    const data = widened(input) as Numbers;
    const out = allocate(output_type, outer * inner);
    for (let i = 0; i < outer; i += 1) {
      for (let j = 0; j < inner; j += 1) {
        let best = searchStart(input.dtype, sign);
        let at = 0;
        for (let k = 0, p = i * length * inner + j; k < length; k += 1, p += inner) {
          const x = data[p] as number;
          if (sign === 1 ? x > best : x < best) [best, at] = [x, k];
        }
        if (output_type.isBig) (out as Bigs)[i * inner + j] = BigInt(at);
        else (out as Numbers)[i * inner + j] = at;
      }
    }
    return new NDArray(output_type, shape, out);
  };
}

type ScanAttrs = { readonly exclusive: boolean; readonly reverse: boolean };

interface Scanner<T> {
  readonly start: T;
  readonly join: (a: T, b: T) => T;
}

/** The kernel of a running result. It is rounded at each step, since each element is computed from the one before. */
export function scan(rules: KindTable<Scanner<number>, Scanner<bigint>>) {
  return ([x, axisInput]: readonly [NDArray, NDArray], attrs: ScanAttrs, context: KernelContext): NDArray => {
    const axis = scanAxis(axisInput, x.rank);
    const rule = kindOf(rules, x.dtype, context) as Scanner<number>;
    const out = wideStorage(x.dtype, x.size);
    const round = x.dtype.isFloating ? rounderOf(x.dtype) : null;
    runScan(
      axisView(x.shape, axis),
      widened(x),
      out,
      round === null ? rule : { start: rule.start, join: (a, b) => round(rule.join(a, b)) },
      attrs,
    );
    return narrowed(x.dtype, x.shape, out);
  };
}

function runScan(
  view: ReturnType<typeof axisView>,
  data: DataArray,
  out: DataArray,
  { start, join }: Scanner<number>,
  { exclusive, reverse }: ScanAttrs,
): void {
  const { outer, length, inner } = view;
  const [from, to] = [data as Numbers, out as Numbers];
  for (let i = 0; i < outer; i += 1) {
    for (let j = 0; j < inner; j += 1) {
      let running = start;
      for (let k = 0; k < length; k += 1) {
        const at = (i * length + (reverse ? length - 1 - k : k)) * inner + j;
        const next = join(running, from[at] as number);
        to[at] = exclusive ? running : next;
        running = next;
      }
    }
  }
}

function scanAxis(axis: NDArray, rank: number): number {
  if (axis.rank !== 0) throw new InvalidArgumentError(`ScanOp: axis must be a scalar, not [${axis.shape.join(",")}]`);
  const given = Number(axis.at(0));
  const place = given < 0 ? given + rank : given;
  if (place < 0 || place >= rank)
    throw new InvalidArgumentError(
      `ScanOp: Expected scan axis in the range [${rank === 0 ? 0 : -rank}, ${rank}), but got ${place}`,
      { axis: given, rank },
    );
  return place;
}

/** The kernels of this family. */
export const reduceKernels = kernelsFor<typeof reduceDefs>()({
  Sum: byParts(sum),
  // TensorFlow's mean of no complex numbers is 0, of no real ones NaN.
  Mean: byParts(mean, sum),
  Prod: (inputs, attrs, context) =>
    inputs[0].dtype.isComplex ? complexProducts(inputs, attrs) : product(inputs, attrs, context),
  EuclideanNorm: norm,
  Max: greatest,
  Min: least,
  All: logical(1, (a, b) => (a !== 0 && b !== 0 ? 1 : 0)),
  Any: logical(0, (a, b) => (a !== 0 || b !== 0 ? 1 : 0)),
  ArgMax: argument(1),
  ArgMin: argument(-1),
  Cumsum: scan({
    float: { start: 0, join: plus },
    int: wrappedSum as Scanner<number>,
    big: { start: 0n, join: bigPlus },
  }),
  Cumprod: scan({
    float: { start: 1, join: (a, b) => a * b },
    int: { start: 1, join: Math.imul },
    big: { start: 1n, join: (a, b) => BigInt.asIntN(64, a * b) },
  }),
});
