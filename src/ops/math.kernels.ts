/** Kernels of arithmetic with two operands, of sums and sequences. Casts have a file of their own. Mirrors core/kernels/cwise_ops.h, aggregate_ops.cc and sequence_ops.cc. */
import { EngineInternalError, InvalidArgumentError, NamesakeError } from "../base/errors.ts";
import { castElements } from "../kernels/cast.ts";
import { complexLoops } from "../kernels/complex-arithmetic.ts";
import {
  type Bigs,
  type BinaryTable,
  binary,
  isHalf,
  kindOf,
  type Loop,
  loopOf,
  type Numbers,
  narrowed,
  stepwise,
  widened,
  wideStorage,
} from "../kernels/elementwise.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { allocate, type DataArray } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { type mathDefs, rangeSize } from "./math.defs.ts";

const addLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) + (b[q + i * bStep] as number);
};
const subLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) - (b[q + i * bStep] as number);
};
const mulLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) * (b[q + i * bStep] as number);
};
const divLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) / (b[q + i * bStep] as number);
};
const maxLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) {
    const x = a[p + i * aStep] as number;
    const y = b[q + i * bStep] as number;
    out[o + i] = x < y || y !== y ? y : x;
  }
};
const minLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) {
    const x = a[p + i * aStep] as number;
    const y = b[q + i * bStep] as number;
    out[o + i] = y < x || y !== y ? y : x;
  }
};
const squaredDifferenceLoop: Loop = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) {
    const x = a[p + i * aStep] as number;
    const y = b[q + i * bStep] as number;
    const difference = Math.fround(x - y);
    out[o + i] = difference * difference;
  }
};

const numberLoop = (rule: (a: number, b: number) => number): Loop => loopOf(rule);
const bigLoop = (rule: (a: bigint, b: bigint) => bigint): Loop<Bigs, Bigs> => loopOf(rule);

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

/** Integers that are stored wrap by themselves: sums of 32-bit integers are exact in doubles. */
const sums: BinaryTable = {
  float: addLoop,
  int: addLoop,
  big: bigLoop((a, b) => a + b),
  complex: complexLoops.add,
  string: loopOf(joinBytes),
};
/** Products of 32-bit integers leave the exact range of doubles. */
const products: BinaryTable = {
  float: mulLoop,
  int: loopOf(Math.imul),
  big: bigLoop((a, b) => a * b),
  complex: complexLoops.mul,
};

function divisionByZero(): InvalidArgumentError {
  return new InvalidArgumentError("Integer division by zero");
}
/** TensorFlow gives this for the truncating ops, which it did not register as ones that can fail. */
function unexpectedError(): EngineInternalError {
  return new EngineInternalError("Unexpected error in binary operator (only integer div and mod should have errors)");
}

function truncatedQuotients(zero: () => NamesakeError): BinaryTable {
  const int = numberLoop((a, b) => {
    if (b === 0) throw zero();
    return Math.trunc(a / b);
  });
  const big = bigLoop((a, b) => {
    if (b === 0n) throw zero();
    return a / b;
  });
  return { int, big };
}

const quotients: BinaryTable = {
  float: divLoop,
  complex: complexLoops.div,
  ...truncatedQuotients(divisionByZero),
};

function truncatedRemainders(zero: () => NamesakeError): BinaryTable {
  const int = numberLoop((a, b) => {
    if (b === 0) throw zero();
    return a % b;
  });
  const big = bigLoop((a, b) => {
    if (b === 0n) throw zero();
    return a % b;
  });
  return { float: numberLoop((a, b) => a % b), int, big };
}

const truncateFloat = stepwise((round) => (a, b) => Math.trunc(round(a / b)));

const floorQuotients: BinaryTable = {
  ...stepwise((round) => (a, b) => Math.floor(round(a / b))),
  int: numberLoop((a, b) => {
    if (b === 0) throw divisionByZero();
    return Math.floor(a / b);
  }),
  big: bigLoop((a, b) => {
    if (b === 0n) throw divisionByZero();
    const quotient = a / b;
    return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
  }),
};

function floorRemainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

const floorRemainders: BinaryTable = {
  float: numberLoop(floorRemainder),
  int: numberLoop((a, b) => {
    if (b === 0) throw divisionByZero();
    return floorRemainder(a, b);
  }),
  big: bigLoop((a, b) => {
    if (b === 0n) throw divisionByZero();
    const rest = a % b;
    return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
  }),
};

function negativePower(): InvalidArgumentError {
  return new InvalidArgumentError("Integers to negative integer powers are not allowed");
}

/** C's `pow`: unlike JavaScript's, 1 to any power and -1 to an infinite one are 1. */
function power(a: number, b: number): number {
  // The most used power, exactly.
  if (b === 2) return a * a;
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

/** By squaring, with products that wrap at 32 bits. */
function intPower(a: number, b: number): number {
  if (b < 0) throw negativePower();
  let result = 1;
  for (let base = a, rest = b; rest > 0; rest = Math.floor(rest / 2), base = Math.imul(base, base)) {
    if (rest % 2 === 1) result = Math.imul(result, base);
  }
  return result;
}

function bigPower(a: bigint, b: bigint): bigint {
  if (b < 0n) throw negativePower();
  let result = 1n;
  for (let base = a, rest = b; rest > 0n; rest >>= 1n, base = BigInt.asIntN(64, base * base)) {
    if (rest & 1n) result = BigInt.asIntN(64, result * base);
  }
  return result;
}

const squaredDifferences: BinaryTable = {
  ...stepwise((round) => (a, b) => round(a - b) ** 2),
  float32: squaredDifferenceLoop,
  int: numberLoop((a, b) => Math.imul(a - b, a - b)),
  big: bigLoop((a, b) => (a - b) * (a - b)),
};

const addTwo = binary(sums);

/** Adds in the order of the inputs, each sum rounded to the dtype, as TensorFlow does. */
export function addAll(inputs: readonly NDArray[], context: KernelContext): NDArray {
  const first = inputs[0] as NDArray;
  for (const [i, input] of inputs.entries()) {
    if (input.shape.length === first.shape.length && input.shape.every((d, k) => d === first.shape[k])) continue;
    throw new InvalidArgumentError(
      `Inputs to operation ${context.node.name} of type AddN must have the same size and shape.  Input 0: [${first.shape.join(",")}] != input ${i}: [${input.shape.join(",")}]`,
      { node: context.node.name },
    );
  }
  // Halves are rounded between the sums; wider storage does that by itself.
  if (isHalf(first.dtype)) return inputs.slice(1).reduce((total, input) => addTwo([total, input], {}, context), first);
  const loop = kindOf(sums, first.dtype, context) as Loop<DataArray, DataArray>;
  const total = first.copy();
  for (const input of inputs.slice(1)) loop(total.data, 0, total.size, total.data, 0, 1, input.data, 0, 1);
  return total;
}

function clip([t, low, high]: readonly [NDArray, NDArray, NDArray]): NDArray {
  const fits = (bound: NDArray): boolean =>
    bound.rank === 0 || (bound.rank === t.rank && bound.shape.every((d, i) => d === t.shape[i]));
  if (!fits(low) || !fits(high)) {
    const text = (array: NDArray): string => `[${array.shape.join(",")}]`;
    throw new InvalidArgumentError(
      `clip_value_min and clip_value_max must be either of the same shape as input, or a scalar. input shape: ${text(t)}clip_value_min shape: ${text(low)}clip_value_max shape: ${text(high)}`,
    );
  }
  // Bigints compare like numbers.
  const [values, least, most] = [widened(t), widened(low), widened(high)] as [Numbers, Numbers, Numbers];
  const out = wideStorage(t.dtype, t.size) as Numbers;
  const [lowStep, highStep] = [low, high].map((bound) => (bound.rank === 0 ? 0 : 1)) as [number, number];
  for (let i = 0; i < t.size; i += 1) {
    const [x, a, b] = [values[i] as number, least[i * lowStep] as number, most[i * highStep] as number];
    const bounded = b < x ? b : x;
    out[i] = bounded < a ? a : bounded;
  }
  return narrowed(t.dtype, t.shape, out);
}

/** `Range` also takes vectors of one element. */
function checkScalars(inputs: readonly NDArray[], names: readonly string[], allowsVector = false): void {
  for (const [i, input] of inputs.entries()) {
    if (input.rank === 0 || (allowsVector && input.rank === 1 && input.size === 1)) continue;
    throw new InvalidArgumentError(`${names[i]} must be a scalar, not shape [${input.shape.join(",")}]`, {
      input: names[i],
    });
  }
}

/** The size of a range; what `rangeSize` finds wrong is here the step's failure. */
function runtimeRangeSize(start: NDArray, limit: NDArray, delta: NDArray): number {
  try {
    return rangeSize(start.dtype, start.at(0), limit.at(0), delta.at(0));
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    throw new InvalidArgumentError(
      error.message === "Requires delta != 0" ? `${error.message}: 0` : error.message,
      error.fields,
    );
  }
}

function sequence([start, limit, delta]: readonly [NDArray, NDArray, NDArray]): NDArray {
  checkScalars([start, limit, delta], ["start", "limit", "delta"], true);
  const { dtype } = start;
  const count = runtimeRangeSize(start, limit, delta);
  if (dtype.isBig) {
    const big = allocate(dtype, count) as Bigs;
    const [first, step] = [start.at(0) as bigint, delta.at(0) as bigint];
    for (let i = 0; i < count; i += 1) big[i] = first + BigInt(i) * step;
    return new NDArray(dtype, [count], big);
  }
  const out = wideStorage(dtype, count) as Numbers;
  const round = rounderOf(dtype);
  const [first, step] = [start.at(0) as number, delta.at(0) as number];
  for (let i = 0; i < count; i += 1) out[i] = first + round(i * step);
  return narrowed(dtype, [count], out);
}

function linearSpace([start, stop, num]: readonly [NDArray, NDArray, NDArray]): NDArray {
  checkScalars([start, stop, num], ["start", "stop", "num"]);
  const count = Number(num.at(0));
  if (count <= 0) throw new InvalidArgumentError(`Requires num > 0: ${count}`, { num: count });
  const out = wideStorage(start.dtype, count) as Numbers;
  const round = rounderOf(start.dtype);
  const [first, last] = [start.at(0) as number, stop.at(0) as number];
  const step = round(round(last - first) / Math.max(count - 1, 1));
  for (let i = 0; i < count; i += 1) out[i] = first + round(step * i);
  if (count > 1) out[count - 1] = last;
  return narrowed(start.dtype, [count], out);
}

/** The kernels of this family. */
export const mathKernels = kernelsFor<typeof mathDefs>()({
  Add: addTwo,
  AddV2: addTwo,
  Sub: binary({ float: subLoop, int: subLoop, big: bigLoop((a, b) => a - b), complex: complexLoops.sub }),
  Mul: binary(products),
  Div: binary(quotients),
  RealDiv: binary(quotients),
  FloorDiv: binary(floorQuotients),
  TruncateDiv: binary({ ...truncateFloat, ...truncatedQuotients(unexpectedError) }),
  FloorMod: binary(floorRemainders),
  TruncateMod: binary(truncatedRemainders(unexpectedError)),
  Mod: binary(truncatedRemainders(divisionByZero)),
  Pow: binary({ float: numberLoop(power), int: numberLoop(intPower), big: bigLoop(bigPower) }),
  Maximum: binary({ float: maxLoop, int: maxLoop, big: bigLoop((a, b) => (a < b ? b : a)) }),
  Minimum: binary({ float: minLoop, int: minLoop, big: bigLoop((a, b) => (b < a ? b : a)) }),
  SquaredDifference: binary(squaredDifferences),
  DivNoNan: binary({ float: numberLoop((a, b) => (b === 0 ? 0 : a / b)), complex: complexLoops.divNoNan }),
  MulNoNan: binary({ float: numberLoop((a, b) => (b === 0 ? 0 : a * b)), complex: complexLoops.mulNoNan }),
  Xdivy: binary({ float: numberLoop((a, b) => (a === 0 ? a : a / b)) }),
  Xlogy: binary({ float: numberLoop((a, b) => (a === 0 ? 0 : a * Math.log(b))) }),
  Xlog1py: binary({ float: numberLoop((a, b) => (a === 0 ? 0 : a * Math.log1p(b))) }),
  Atan2: binary({ float: numberLoop(Math.atan2) }),
  AddN: ([inputs], _, context) => addAll(inputs, context),
  Cast: ([x], { DstT }) => castElements(x, DstT),
  ClipByValue: clip,
  LinSpace: linearSpace,
  Range: sequence,
});
