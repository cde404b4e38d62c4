/** Kernels of the ops that hold, read and write variables: the arithmetic of a write, from the old value to the new one. Not when a write happens: that is the session's. Mirrors core/kernels/{assign_op,scatter_op,resource_variable_ops}.cc. */
import { InvalidArgumentError, OutOfRangeError } from "../base/errors.ts";
import { byExecutor, type Kernel, kernelsFor } from "../kernels/rule.ts";
import { allocate, type DataArray, type DType } from "../tensor/dtype.ts";
import { type Element, NDArray, ndarray, readElement, writeElement } from "../tensor/ndarray.ts";
import type { stateDefs } from "./state.defs.ts";

type Numbers = Float64Array;

/** How an update changes an element. */
type Update = "update" | "add" | "sub" | "mul" | "div" | "min" | "max";

/** Plain arithmetic of stored elements; typed arrays round and wrap by themselves. */
const numberRules: Readonly<Record<Update, (a: number, b: number) => number>> = {
  update: (_, b) => b,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (b > a ? b : a),
};

const bigRules: Readonly<Record<Update, (a: bigint, b: bigint) => bigint>> = {
  update: (_, b) => b,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (b > a ? b : a),
};

type Complex = readonly [number, number];

const complexRules: Readonly<Record<Update, (a: Complex, b: Complex) => Complex>> = {
  update: (_, b) => b,
  add: ([a, b], [c, d]) => [a + c, b + d],
  sub: ([a, b], [c, d]) => [a - c, b - d],
  mul: ([a, b], [c, d]) => [a * c - b * d, a * d + b * c],
  div: ([a, b], [c, d]) => [(a * c + b * d) / (c * c + d * d), (b * c - a * d) / (c * c + d * d)],
  min: (_, b) => b,
  max: (_, b) => b,
};

/** Combines `count` elements of `into` from `at` with those of `updates` from `from`; `step` 0 repeats one update. */
type Combine = (into: DataArray, at: number, updates: DataArray, from: number, step: number, count: number) => void;

function combineOf(update: Update, dtype: DType): Combine {
  if (dtype.isString || dtype.isComplex || dtype.baseName === "float16" || dtype.baseName === "bfloat16")
    return byElements(update, dtype);
  if (dtype.isBig) return byBigints(update);
  const rule = numberRules[update];
  // Products of 32-bit integers leave the exact range of doubles.
  const combined =
    update === "mul" && dtype.isInteger ? Math.imul : update === "div" && dtype.isInteger ? divideIntegers : rule;
  return (into, at, updates, from, step, count) => {
    const a = into as Numbers;
    const b = updates as Numbers;
    for (let i = 0; i < count; i += 1) a[at + i] = combined(a[at + i] as number, b[from + i * step] as number);
  };
}

function divideIntegers(a: number, b: number): number {
  if (b === 0) throw new InvalidArgumentError("Integer division by zero");
  return Math.trunc(a / b);
}

function byBigints(update: Update): Combine {
  const rule = bigRules[update];
  return (into, at, updates, from, step, count) => {
    const a = into as BigInt64Array;
    const b = updates as BigInt64Array;
    for (let i = 0; i < count; i += 1) {
      const divisor = b[from + i * step] as bigint;
      if (update === "div" && divisor === 0n) throw new InvalidArgumentError("Integer division by zero");
      a[at + i] = rule(a[at + i] as bigint, divisor);
    }
  };
}

function byElements(update: Update, dtype: DType): Combine {
  const combine = (dtype.isComplex ? complexRules[update] : numberRules[update]) as (a: Element, b: Element) => Element;
  return (into, at, updates, from, step, count) => {
    for (let i = 0; i < count; i += 1) {
      if (dtype.isString) (into as Uint8Array[])[at + i] = (updates as Uint8Array[])[from + i * step] as Uint8Array;
      else
        writeElement(
          dtype,
          into,
          at + i,
          combine(readElement(dtype, into, at + i), readElement(dtype, updates, from + i * step)),
        );
    }
  };
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

function brackets(shape: readonly number[]): string {
  return `[${shape.join(",")}]`;
}

function copyData(value: NDArray): DataArray {
  return (value.data as Numbers).slice();
}

/** The old value and an update of the same shape. */
function updated(update: Update, old: NDArray, delta: NDArray, message: string): NDArray {
  if (!sameShape(old.shape, delta.shape))
    throw new InvalidArgumentError(message, { variableShape: old.shape, valueShape: delta.shape });
  const data = copyData(old);
  combineOf(update, old.dtype)(data, 0, delta.data, 0, 1, old.size);
  return new NDArray(old.dtype, old.shape, data);
}

function assignRef(update: Update) {
  return ([ref, value]: readonly [NDArray, NDArray]): NDArray =>
    updated(update, ref, value, "Parameters and update must be the same size");
}

function assignResource(update: Update) {
  return ([resource, value]: readonly [NDArray, NDArray]): NDArray =>
    updated(
      update,
      resource,
      value,
      `Cannot update variable with shape ${brackets(resource.shape)} using a Tensor with shape ${brackets(value.shape)}, shapes must be equal.`,
    );
}

/** The value before, and the value after. */
function countUpTo([ref]: readonly [NDArray], { limit }: { readonly limit: number }): readonly NDArray[] {
  if (ref.rank !== 0) throw new InvalidArgumentError(`input is not a scalar: ${brackets(ref.shape)}`);
  const before = ref.at(0) as number | bigint;
  if (before >= limit) throw new OutOfRangeError(`Reached limit of ${limit}`, { limit, value: before });
  const next = allocate(ref.dtype, 1);
  writeElement(ref.dtype, next, 0, typeof before === "bigint" ? before + 1n : before + 1);
  return [ref, new NDArray(ref.dtype, [], next)];
}

/** The index at a place in row-major order, as TensorFlow names it: `[0,2]`, nothing for a scalar. */
function placeText(shape: readonly number[], at: number): string {
  const places: number[] = [];
  let rest = at;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    places.unshift(rest % (shape[axis] ?? 1));
    rest = Math.floor(rest / (shape[axis] ?? 1));
  }
  return places.length === 0 ? "" : `[${places.join(",")}]`;
}

/** The row numbers that a scatter or gather names. */
function rowsOf(indices: NDArray, limit: number): Int32Array {
  const rows = new Int32Array(indices.size);
  for (let i = 0; i < rows.length; i += 1) {
    const row = Number(indices.data[i]);
    if (!(row >= 0 && row < limit)) {
      throw new InvalidArgumentError(`indices${placeText(indices.shape, i)} = ${row} is not in [0, ${limit})`, {
        index: row,
        limit,
      });
    }
    rows[i] = row;
  }
  return rows;
}

function scatter(update: Update) {
  return ([ref, indices, updates]: readonly [NDArray, NDArray, NDArray]): NDArray => {
    const rest = ref.shape.slice(1);
    if (ref.rank === 0) throw new InvalidArgumentError(`params must be at least 1-D, got shape ${brackets(ref.shape)}`);
    const isScalar = updates.rank === 0;
    if (!isScalar && !sameShape(updates.shape, [...indices.shape, ...rest])) {
      throw new InvalidArgumentError(
        `Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got updates.shape ${brackets(updates.shape)}, indices.shape ${brackets(indices.shape)}, params.shape ${brackets(ref.shape)}`,
        { updates: updates.shape, indices: indices.shape, params: ref.shape },
      );
    }
    const rows = rowsOf(indices, ref.shape[0] ?? 0);
    const count = rest.reduce((a, b) => a * b, 1);
    const data = copyData(ref);
    const combine = combineOf(update, ref.dtype);
    for (let i = 0; i < rows.length; i += 1)
      combine(data, (rows[i] as number) * count, updates.data, isScalar ? 0 : i * count, isScalar ? 0 : 1, count);
    return new NDArray(ref.dtype, ref.shape, data);
  };
}

/** Elements that one position of `data` stands for: two for complex numbers. */
function widthOf(dtype: DType): number {
  return dtype.isComplex ? 2 : 1;
}

const gather: Kernel<typeof stateDefs.ResourceGather> = ([params, indices], { batch_dims }) => {
  const outer = params.shape.slice(0, batch_dims).reduce((a, b) => a * b, 1);
  const rowCount = params.shape[batch_dims] ?? 0;
  const inner = params.shape.slice(batch_dims + 1).reduce((a, b) => a * b, widthOf(params.dtype));
  const rows = rowsOf(indices, rowCount);
  const perBatch = outer === 0 ? 0 : rows.length / outer;
  const shape = [...indices.shape, ...params.shape.slice(batch_dims + 1)];
  const source = params.data as Numbers;
  const data = allocate(
    params.dtype,
    shape.reduce((a, b) => a * b, 1),
  ) as Numbers;
  for (let i = 0; i < rows.length; i += 1) {
    const from = (Math.floor(i / perBatch) * rowCount + (rows[i] as number)) * inner;
    for (let k = 0; k < inner; k += 1) data[i * inner + k] = source[from + k] as number;
  }
  return new NDArray(params.dtype, shape, data);
};

/** The kernels of this family. */
export const stateKernels = kernelsFor<typeof stateDefs>()({
  Variable: byExecutor,
  VariableV2: byExecutor,
  VarHandleOp: byExecutor,
  IsVariableInitialized: byExecutor,
  VarIsInitializedOp: byExecutor,
  ReadVariableOp: byExecutor,
  VariableShape: ([variable], { out_type }) => ndarray(variable.shape, out_type),
  Assign: byExecutor,
  AssignVariableOp: byExecutor,
  AssignAdd: assignRef("add"),
  AssignSub: assignRef("sub"),
  AssignAddVariableOp: assignResource("add"),
  AssignSubVariableOp: assignResource("sub"),
  CountUpTo: countUpTo,
  ResourceCountUpTo: countUpTo,
  ResourceGather: gather,
  ScatterUpdate: scatter("update"),
  ScatterAdd: scatter("add"),
  ScatterSub: scatter("sub"),
  ScatterMul: scatter("mul"),
  ScatterDiv: scatter("div"),
  ScatterMin: scatter("min"),
  ScatterMax: scatter("max"),
  ResourceScatterUpdate: scatter("update"),
  ResourceScatterAdd: scatter("add"),
  ResourceScatterSub: scatter("sub"),
  ResourceScatterMul: scatter("mul"),
  ResourceScatterDiv: scatter("div"),
  ResourceScatterMin: scatter("min"),
  ResourceScatterMax: scatter("max"),
});
