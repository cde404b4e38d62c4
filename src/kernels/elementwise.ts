/**
 * Element-wise loops for kernels: broadcasting, half precisions, results of another type. Which arithmetic runs in the loops
 * is the kernels' own matter. Mirrors core/kernels/cwise_ops_common.h and util/bcast.h.
 */
import { InvalidArgumentError, UnimplementedError } from "../base/errors.ts";
import { allocate, bfloat16, bool, type DataArray, type DType, float16, float32, float64 } from "../tensor/dtype.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "../tensor/half.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { type Rounder, rounderOf } from "../tensor/rounding.ts";
import type { KernelContext } from "./rule.ts";

/** Any typed array of numbers. Reading and writing are alike for all; the array itself rounds or wraps what is stored. */
export type Numbers = Float64Array;
/** Any typed array of bigints. */
export type Bigs = BigInt64Array;

/**
 * Fills `count` elements of `out` from `o` on, from the operands at `p` and `q`, which move by their steps. A loop of the most
 * used ops is written out: a function called per element costs more than the arithmetic, as it passes its numbers boxed.
 */
export type Loop<A = Numbers, O = Numbers> = (
  out: O,
  o: number,
  count: number,
  a: A,
  p: number,
  aStep: number,
  b: A,
  q: number,
  bStep: number,
) => void;

/** A loop that calls a function for each element. */
export function loopOf<A extends number | bigint | Uint8Array, O extends number | bigint | Uint8Array>(
  rule: (a: A, b: A) => O,
): Loop<ArrayLike<A>, { [index: number]: O }> {
  return (out, o, count, a, p, aStep, b, q, bStep) => {
    for (let i = 0; i < count; i += 1) out[o + i] = rule(a[p + i * aStep] as A, b[q + i * bStep] as A);
  };
}

/** A rectangle of the result: `rows` rows of `count` elements, and how far the operands move per element and per row. */
interface Stretch {
  readonly rows: number;
  readonly count: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly aRow: number;
  readonly bRow: number;
}

/** How two shapes combine: the result's shape, one stretch, and where the operands are for each of its repetitions. */
export interface BroadcastPlan {
  readonly shape: readonly number[];
  readonly stretch: Stretch;
  /** The offsets of a and b, in turn, for each repetition of the stretch. */
  readonly offsets: readonly number[];
}

/** The shape of two operands broadcast against each other, or `null` when they do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i += 1) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

/** For each dimension of `shape`, how far an operand of shape `own` moves; 0 where it is repeated. */
export function broadcastSteps(own: readonly number[], shape: readonly number[]): number[] {
  const steps = shape.map(() => 0);
  for (let i = own.length - 1, step = 1; i >= 0; i -= 1) {
    const length = own[i] as number;
    if (length !== 1) steps[i + shape.length - own.length] = step;
    step *= length;
  }
  return steps;
}

interface Axis {
  length: number;
  a: number;
  b: number;
}

/** The dimensions of the result from inside out; neighbours that both operands pass in one go are joined. */
function joinedAxes(shape: readonly number[], aSteps: readonly number[], bSteps: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  for (let i = shape.length - 1; i >= 0; i -= 1) {
    const [length, a, b] = [shape[i] as number, aSteps[i] as number, bSteps[i] as number];
    if (length === 1) continue;
    const inner = axes.at(-1);
    if (inner && a === inner.a * inner.length && b === inner.b * inner.length) inner.length *= length;
    else axes.push({ length, a, b });
  }
  return axes;
}

/**
 * @throws {InvalidArgumentError} with TensorFlow's text, when the shapes do not fit.
 */
export function planBroadcast(a: readonly number[], b: readonly number[]): BroadcastPlan {
  const shape = broadcastShape(a, b);
  if (shape === null)
    throw new InvalidArgumentError(`Incompatible shapes: [${a.join(",")}] vs. [${b.join(",")}]`, { shapes: [a, b] });
  const none: Axis = { length: 1, a: 0, b: 0 };
  const [inner = none, row = none, ...outer] = joinedAxes(shape, broadcastSteps(a, shape), broadcastSteps(b, shape));
  let offsets = [0, 0];
  for (const { length, a: aStep, b: bStep } of outer) {
    const before = offsets;
    offsets = [];
    for (let i = 0; i < length; i += 1)
      for (let k = 0; k < before.length; k += 2)
        offsets.push((before[k] as number) + i * aStep, (before[k + 1] as number) + i * bStep);
  }
  const isEmpty = shape.includes(0);
  return {
    shape,
    stretch: { rows: row.length, count: inner.length, aStep: inner.a, bStep: inner.b, aRow: row.a, bRow: row.b },
    offsets: isEmpty ? [] : offsets,
  };
}

/** Runs a loop over a whole plan. */
export function runPlan<A, O>({ stretch, offsets }: BroadcastPlan, loop: Loop<A, O>, out: O, a: A, b: A): void {
  const { rows, count, aStep, bStep, aRow, bRow } = stretch;
  let o = 0;
  for (let k = 0; k < offsets.length; k += 2) {
    const p = offsets[k] as number;
    const q = offsets[k + 1] as number;
    for (let row = 0; row < rows; row += 1, o += count) {
      loop(out, o, count, a, p + row * aRow, aStep, b, q + row * bRow, bStep);
    }
  }
}

/** Whether elements are stored as the bits of a 16-bit float. */
export function isHalf(dtype: DType): boolean {
  return dtype.baseName === "float16" || dtype.baseName === "bfloat16";
}

/** Elements in a form that can be computed with: half precisions become float32, others stay as they are. */
export function widened(array: NDArray): DataArray {
  if (!isHalf(array.dtype)) return array.data;
  const bits = array.data as Uint16Array;
  const from = array.dtype.baseName === "float16" ? fromFloat16 : fromBfloat16;
  const wide = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) wide[i] = from(bits[i] as number);
  return wide;
}

/** Storage to compute a result of this dtype in. `narrowed` turns it into a value. */
export function wideStorage(dtype: DType, count: number): DataArray {
  return allocate(isHalf(dtype) ? float32 : dtype, count);
}

/** The value of what was computed in `wideStorage`. */
export function narrowed(dtype: DType, shape: readonly number[], wide: DataArray): NDArray {
  if (!isHalf(dtype)) return new NDArray(dtype, shape, wide);
  const values = wide as Float32Array;
  const to = dtype.baseName === "float16" ? toFloat16 : toBfloat16;
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i += 1) bits[i] = to(values[i] as number);
  return new NDArray(dtype, shape, bits);
}

/** What a kernel computes with for each kind of element. A missing kind is not implemented. */
export interface KindTable<L, B, S = never> {
  /** float64, and what is computed in it: float32 and, widened to float32, the half precisions. */
  readonly float?: L;
  /** Single floating types, where a step in between must be rounded: see `stepwise`. */
  readonly float32?: L;
  readonly float16?: L;
  readonly bfloat16?: L;
  /** Integers of up to 32 bits. */
  readonly int?: L;
  readonly big?: B;
  readonly bool?: L;
  /** Pairs of parts; see complex-arithmetic.ts. */
  readonly complex?: L;
  readonly string?: S;
}

/** The floating entries of a rule that rounds in between, as TensorFlow's arithmetic does after each step. */
export function stepwise(
  rule: (round: Rounder) => (a: number, b: number) => number,
): Readonly<Record<"float" | "float32" | "float16" | "bfloat16", Loop>> {
  const loop = (dtype: DType): Loop => loopOf(rule(rounderOf(dtype)));
  return { float: loop(float64), float32: loop(float32), float16: loop(float16), bfloat16: loop(bfloat16) };
}

/** The entry for elements of a dtype. */
export function kindOf<L, B, S>(table: KindTable<L, B, S>, dtype: DType, context: KernelContext): L | B | S {
  const found = entryFor(table, dtype);
  if (found !== undefined) return found;
  throw new UnimplementedError(`${context.node.type} is not implemented for ${dtype.name}`, {
    node: context.node.name,
    dtype,
  });
}

function entryFor<L, B, S>(table: KindTable<L, B, S>, dtype: DType): L | B | S | undefined {
  if (dtype.isFloating) return table[dtype.baseName as "float32"] ?? table.float;
  if (dtype.isBig) return table.big;
  if (dtype.isInteger) return table.int;
  if (dtype.isBool) return table.bool;
  if (dtype.isComplex) return table.complex;
  return dtype.isString ? table.string : undefined;
}

export type BinaryTable<O = Numbers, B = Bigs> = KindTable<
  Loop<Numbers, O>,
  Loop<Bigs, B>,
  Loop<Uint8Array[], O & Uint8Array[]>
>;

/** Two operands of one dtype, whose result has it, too. */
export function binary(
  table: BinaryTable,
): (inputs: readonly [NDArray, NDArray], attrs: unknown, context: KernelContext) => NDArray {
  return ([a, b], _, context) => {
    const loop = kindOf(table, a.dtype, context) as Loop<DataArray, DataArray>;
    const plan = planBroadcast(a.shape, b.shape);
    const out = wideStorage(a.dtype, countOf(plan.shape));
    runPlan(plan, loop, out, widened(a), widened(b));
    return narrowed(a.dtype, plan.shape, out);
  };
}

/** Two operands of one dtype, compared. */
export function comparison(
  table: KindTable<Loop<Numbers, Uint8Array>, Loop<Bigs, Uint8Array>, Loop<Uint8Array[], Uint8Array>>,
): (inputs: readonly [NDArray, NDArray], attrs: unknown, context: KernelContext) => NDArray {
  return ([a, b], _, context) => {
    const loop = kindOf(table, a.dtype, context) as Loop<DataArray, Uint8Array>;
    const plan = planBroadcast(a.shape, b.shape);
    const out = allocate(bool, countOf(plan.shape)) as Uint8Array;
    runPlan(plan, loop, out, widened(a), widened(b));
    return new NDArray(bool, plan.shape, out);
  };
}

/** How one operand's elements become the result's. */
export type Pass<A = Numbers, O = Numbers> = (out: O, a: A, count: number) => void;

/** A pass that calls a function for each element. */
export function passOf<A extends number | bigint, O extends number | bigint>(
  rule: (x: A) => O,
): Pass<ArrayLike<A>, { [index: number]: O }> {
  return (out, a, count) => {
    for (let i = 0; i < count; i += 1) out[i] = rule(a[i] as A);
  };
}

/** A pass over numbers. */
export const numbers = (rule: (x: number) => number): Pass => passOf(rule);
/** A pass over 64-bit integers. */
export const bigs = (rule: (x: bigint) => bigint): Pass<Bigs, Bigs> => passOf(rule);

/** One operand, whose result has its dtype. */
export function unary(
  table: KindTable<Pass, Pass<Bigs, Bigs>>,
): (inputs: readonly [NDArray], attrs: unknown, context: KernelContext) => NDArray {
  return ([x], _, context) => {
    const pass = kindOf(table, x.dtype, context) as Pass<DataArray, DataArray>;
    const out = wideStorage(x.dtype, x.size);
    pass(out, widened(x), x.size);
    return narrowed(x.dtype, x.shape, out);
  };
}

/** One operand of floating types alone. */
export const floating = (rule: (x: number) => number) => unary({ float: numbers(rule) });

/** One operand of a floating type, asked a question. */
export function predicate(rule: (x: number) => boolean): (inputs: readonly [NDArray]) => NDArray {
  return ([x]) => {
    const values = widened(x) as Numbers;
    const out = new Uint8Array(x.size);
    for (let i = 0; i < out.length; i += 1) out[i] = rule(values[i] as number) ? 1 : 0;
    return new NDArray(bool, x.shape, out);
  };
}

/** The number of elements of a shape. */
export function countOf(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}
