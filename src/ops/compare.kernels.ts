/** Kernels of comparisons, of logic, and of the choice between two values. Mirrors core/kernels/cwise_op_*.cc, cwise_op_select.cc and where_op.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import {
  type Bigs,
  broadcastShape,
  broadcastSteps,
  comparison,
  countOf,
  isHalf,
  type Loop,
  loopOf,
  type Numbers,
  widened,
} from "../kernels/elementwise.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { allocate, bool } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { compareDefs } from "./compare.defs.ts";

/** 1 for yes, 0 for no. */
type Answer = number;

/** Bigints are compared like numbers, and equal only bigints. */
function ordered(loop: Loop<Numbers, Uint8Array>): ReturnType<typeof comparison> {
  return comparison({ float: loop, int: loop, big: loop as unknown as Loop<Bigs, Uint8Array> });
}

// Written out: see `Loop`.
const lessLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) < (b[q + i * bStep] as number) ? 1 : 0;
};
const lessEqualLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) <= (b[q + i * bStep] as number) ? 1 : 0;
};
const greaterLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) > (b[q + i * bStep] as number) ? 1 : 0;
};
const greaterEqualLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) >= (b[q + i * bStep] as number) ? 1 : 0;
};
const equalLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) === (b[q + i * bStep] as number) ? 1 : 0;
};
const notEqualLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) !== (b[q + i * bStep] as number) ? 1 : 0;
};
const andLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) & (b[q + i * bStep] as number);
};
const orLoop: Loop<Numbers, Uint8Array> = (out, o, count, a, p, aStep, b, q, bStep) => {
  for (let i = 0; i < count; i += 1) out[o + i] = (a[p + i * aStep] as number) | (b[q + i * bStep] as number);
};

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function equality(loop: Loop<Numbers, Uint8Array>, whenEqual: Answer): ReturnType<typeof comparison> {
  const string = loopOf((a: Uint8Array, b: Uint8Array) => (isSameBytes(a, b) ? whenEqual : 1 - whenEqual));
  return comparison({ float: loop, int: loop, bool: loop, big: loop as unknown as Loop<Bigs, Uint8Array>, string });
}

/** Shapes that do not fit are an error, or, when the op says so, simply not equal. */
function lenient(kernel: ReturnType<typeof comparison>, unequal: Answer) {
  return (
    inputs: readonly [NDArray, NDArray],
    attrs: { readonly incompatible_shape_error: boolean },
    context: KernelContext,
  ): NDArray => {
    const isRefused = attrs.incompatible_shape_error || broadcastShape(inputs[0].shape, inputs[1].shape) !== null;
    if (!isRefused) return new NDArray(bool, [], Uint8Array.of(unequal));
    if (inputs[0].dtype.isComplex) return complexEquality(inputs, unequal);
    return kernel(inputs, attrs, context);
  };
}

/** Pairs of parts, compared as one. */
function complexEquality([a, b]: readonly [NDArray, NDArray], unequal: Answer): NDArray {
  const shape = broadcastShape(a.shape, b.shape) ?? [];
  const out = allocate(bool, countOf(shape)) as Uint8Array;
  const [left, right] = [placesOf(a.shape, shape), placesOf(b.shape, shape)];
  const [x, y] = [a.data as Numbers, b.data as Numbers];
  for (let i = 0; i < out.length; i += 1) {
    const [p, q] = [2 * left(i), 2 * right(i)];
    out[i] = x[p] === y[q] && x[p + 1] === y[q + 1] ? 1 - unequal : unequal;
  }
  return new NDArray(bool, shape, out);
}

/** Where, in an operand of shape `own`, the element is that stands at `i` of the broadcast result. */
function placesOf(own: readonly number[], shape: readonly number[]): (i: number) => number {
  if (own.length === shape.length && own.every((d, k) => d === shape[k])) return (i) => i;
  const steps = broadcastSteps(own, shape);
  if (steps.every((step) => step === 0)) return () => 0;
  return (i) => {
    let rest = i;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const length = shape[axis] as number;
      place += (rest % length) * (steps[axis] as number);
      rest = Math.floor(rest / length);
    }
    return place;
  };
}

function approximatelyEqual(
  [x, y]: readonly [NDArray, NDArray],
  { tolerance }: { readonly tolerance: number },
): NDArray {
  if (x.rank !== y.rank || x.shape.some((d, i) => d !== y.shape[i])) {
    throw new InvalidArgumentError(
      `x and y must be of the same shape. x shape: [${x.shape.join(",")}]. y shape: [${y.shape.join(",")}]`,
    );
  }
  const out = new Uint8Array(x.size);
  const [a, b] = [widened(x) as Numbers, widened(y) as Numbers];
  const isShort = x.dtype.baseName === "float32" || isHalf(x.dtype);
  // An integer tolerance is a fraction cut off.
  const limit = x.dtype.isInteger ? Math.trunc(tolerance) : isShort ? Math.fround(tolerance) : tolerance;
  for (let i = 0; i < out.length; i += 1) out[i] = Math.abs(Number(a[i]) - Number(b[i])) < limit ? 1 : 0;
  return new NDArray(bool, x.shape, out);
}

/** Elements are moved, never computed with: bits of half precisions stay bits, complex ones are pairs. */
function chosen(
  like: NDArray,
  shape: readonly number[],
  fromFirst: (i: number) => boolean,
  first: NDArray,
  second: NDArray,
): NDArray {
  const count = countOf(shape);
  const out = allocate(like.dtype, count);
  const [places, others] = [placesOf(first.shape, shape), placesOf(second.shape, shape)];
  const width = like.dtype.isComplex ? 2 : 1;
  const to = out as Numbers;
  for (let i = 0; i < count; i += 1) {
    const isFirst = fromFirst(i);
    const from = (isFirst ? first.data : second.data) as Numbers;
    const at = width * (isFirst ? places(i) : others(i));
    for (let part = 0; part < width; part += 1) to[width * i + part] = from[at + part] as number;
  }
  return new NDArray(like.dtype, shape, out);
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

function select([condition, t, e]: readonly [NDArray, NDArray, NDArray], _: unknown, context: KernelContext): NDArray {
  const text = (array: NDArray): string => `[${array.shape.join(",")}]`;
  if (!isSameShape(t.shape, e.shape))
    throw new InvalidArgumentError(
      `'then' and 'else' must have the same size.  but received: ${text(t)} vs. ${text(e)}`,
    );
  const truth = condition.data as Uint8Array;
  if (condition.rank === 0) return truth[0] === 0 ? e : t;
  if (isSameShape(condition.shape, t.shape)) return selectEach(truth, t, e);
  if (condition.rank === 1) {
    if (t.rank === 0) throw new InvalidArgumentError("'then' must be at least a vector, but saw shape: []");
    if (condition.size === t.shape[0] && t.rank > 1) return selectRows(truth, t, e);
  }
  throw new InvalidArgumentError(
    `Inputs to operation ${context.node.name} of type Select must have the same size and shape.  Input 0: ${text(condition)} != input 1: ${text(t)}`,
    { node: context.node.name },
  );
}

function selectEach(truth: Uint8Array, t: NDArray, e: NDArray): NDArray {
  if (t.dtype.isComplex || t.dtype.isString) return chosen(t, t.shape, (i) => truth[i] !== 0, t, e);
  const out = allocate(t.dtype, t.size) as Numbers;
  const [first, second] = [t.data as Numbers, e.data as Numbers];
  for (let i = 0; i < truth.length; i += 1) out[i] = (truth[i] === 0 ? second[i] : first[i]) as number;
  return new NDArray(t.dtype, t.shape, out);
}

function selectRows(truth: Uint8Array, t: NDArray, e: NDArray): NDArray {
  const row = t.size / Math.max(truth.length, 1);
  return chosen(t, t.shape, (i) => truth[Math.floor(i / row)] !== 0, t, e);
}

function selectBroadcast([condition, t, e]: readonly [NDArray, NDArray, NDArray]): NDArray {
  const both = broadcastShape(t.shape, e.shape);
  const shape = both && broadcastShape(both, condition.shape);
  if (shape === null) {
    const [a, b, c] = [condition, t, e].map((array) => `[${array.shape.join(",")}]`);
    throw new InvalidArgumentError(`condition ${a}, then ${b}, and else ${c} must be broadcastable`);
  }
  const truth = condition.data as Uint8Array;
  if (isSameShape(t.shape, e.shape) && isSameShape(condition.shape, t.shape)) return selectEach(truth, t, e);
  const place = placesOf(condition.shape, shape);
  return chosen(t, shape, (i) => truth[place(i)] !== 0, t, e);
}

/** The kernels of this family. */
export const compareKernels = kernelsFor<typeof compareDefs>()({
  Equal: lenient(equality(equalLoop, 1), 0),
  NotEqual: lenient(equality(notEqualLoop, 0), 1),
  Less: ordered(lessLoop),
  LessEqual: ordered(lessEqualLoop),
  Greater: ordered(greaterLoop),
  GreaterEqual: ordered(greaterEqualLoop),
  ApproximateEqual: approximatelyEqual,
  LogicalAnd: comparison({ bool: andLoop }),
  LogicalOr: comparison({ bool: orLoop }),
  LogicalNot: ([x]) =>
    new NDArray(
      bool,
      x.shape,
      (x.data as Uint8Array).map((value) => (value === 0 ? 1 : 0)),
    ),
  Select: select,
  SelectV2: selectBroadcast,
});
