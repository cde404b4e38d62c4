/**
 * Kernel of sums of products by an equation: operands become matrices, of what only one has and of what is summed, one pair for each index
 * that both keep. Mirrors core/kernels/linalg/einsum_op_impl.h.
 */
import { UnimplementedError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { complexProduct } from "../kernels/complex-parts.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { rowMajorStrides } from "../kernels/strided-copy.ts";
import { allocate, float64, int64 } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { einsumDefs } from "./einsum.defs.ts";
import { labelsOf, parseEquation, type Subscript } from "./einsum-equation.ts";

/** Where the dimensions of each label are: its size, and how far a step is. */
type Axes = ReadonlyMap<string, { readonly size: number; readonly step: number }>;

/** The labels of all dimensions; those of the ellipsis are numbered from the end. */
function allLabels({ before, after, hasEllipsis }: Subscript, rank: number): readonly string[] {
  const count = hasEllipsis ? rank - before.length - after.length : 0;
  return [...before, ...Array.from({ length: count }, (_, i) => `.${count - i}`), ...after];
}

function checkRank(shape: readonly number[], subscript: Subscript, index: number): void {
  const named = labelsOf(subscript).length;
  if (subscript.hasEllipsis)
    require(shape.length >= named, () =>
      `Expected input ${index} to have rank at least ${named} but got: ${shape.length}`, { shape });
  else
    require(shape.length === named, () => `Expected input ${index} to have rank ${named} but got: ${shape.length}`, {
      shape,
    });
}

/** A label that stands twice walks along the diagonal. */
function axesOf(shape: readonly number[], labels: readonly string[], sizes: Map<string, number>): Axes {
  const strides = rowMajorStrides(shape);
  const axes = new Map<string, { size: number; step: number }>();
  for (const [axis, label] of labels.entries()) {
    const size = shape[axis] as number;
    const known = sizes.get(label) ?? size;
    const isShared = label.startsWith(".");
    require(known === size || (isShared && (known === 1 || size === 1)), () =>
      `Expected dimension ${known} at axis ${axis} of the input shaped ${shapeText(shape)} but got dimension ${size}`, {
      shape,
    });
    sizes.set(label, isShared && known !== 1 ? known : size);
    axes.set(label, { size, step: (axes.get(label)?.step ?? 0) + (strides[axis] as number) });
  }
  return axes;
}

/** Bigints pass as numbers through the loops. */
function isBigs(data: unknown): boolean {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

/** The elements of an operand with these labels as axes, in order; sums over those that are left out. */
function gathered(data: Numbers, axes: Axes, labels: readonly string[], sizes: ReadonlyMap<string, number>): Numbers {
  const isBig = isBigs(data);
  const left = [...axes.keys()].filter((label) => !labels.includes(label));
  const order = [...labels, ...left];
  const shape = order.map((label) =>
    axes.get(label)?.size === 1 && labels.includes(label)
      ? (sizes.get(label) as number)
      : (axes.get(label)?.size ?? (sizes.get(label) as number)),
  );
  const steps = order.map((label) => {
    const own = axes.get(label);
    return own === undefined || own.size === 1 ? 0 : own.step;
  });
  const count = countOf(labels.map((label) => sizes.get(label) as number));
  const each = countOf(shape.slice(labels.length));
  const out = allocate(isBig ? int64 : float64, count) as Numbers;
  const index = order.map(() => 0);
  let at = 0;
  for (let i = 0; i < count * each; i += 1) {
    const to = Math.floor(i / each);
    out[to] = (out[to] as number) + (data[at] as number);
    for (let axis = order.length - 1; axis >= 0; axis -= 1) {
      index[axis] = (index[axis] as number) + 1;
      at += steps[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (steps[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

/** Puts a result, whose axes have these labels, where the output wants it; labels that stand twice fill a diagonal. */
function scattered(from: Numbers, labels: readonly string[], to: Numbers, axes: Axes): void {
  const shape = labels.map((label) => axes.get(label)?.size as number);
  const steps = labels.map((label) => axes.get(label)?.step as number);
  const index = labels.map(() => 0);
  let at = 0;
  for (let i = 0; i < from.length; i += 1) {
    to[at] = from[i] as number;
    for (let axis = labels.length - 1; axis >= 0; axis -= 1) {
      index[axis] = (index[axis] as number) + 1;
      at += steps[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (steps[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
}

/** Products of matrices of integers, whose sums wrap; bigints pass as numbers. */
function multiplyIntegers(m: number, n: number, k: number, a: Numbers, b: Numbers, out: Numbers, batch: number): void {
  const isBig = isBigs(a);
  const product = isBig ? (x: number, y: number): number => x * y : Math.imul;
  const zero = (isBig ? 0n : 0) as number;
  for (let i = 0; i < m * n; i += 1) {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = zero;
    for (let l = 0; l < k; l += 1) {
      const term = product(a[(batch * m + row) * k + l] as number, b[(batch * k + l) * n + column] as number);
      sum = isBig ? sum + term : (sum + term) | 0;
    }
    out[batch * m * n + i] = sum;
  }
}

/** What an equation makes of two operands, with these labels in this order. */
function contracted(
  operands: readonly NDArray[],
  axes: readonly Axes[],
  kept: readonly string[],
  sizes: ReadonlyMap<string, number>,
): { readonly data: Numbers; readonly labels: readonly string[] } {
  const [first, second] = operands as readonly [NDArray, NDArray];
  const [left, right] = axes as readonly [Axes, Axes];
  const both = [...left.keys()].filter((label) => right.has(label));
  const shared = both.filter((label) => kept.includes(label));
  const summed = both.filter((label) => !kept.includes(label));
  const rows = [...left.keys()].filter((label) => !right.has(label) && kept.includes(label));
  const columns = [...right.keys()].filter((label) => !left.has(label) && kept.includes(label));
  const count = (labels: readonly string[]): number => countOf(labels.map((label) => sizes.get(label) as number));
  const a = gathered(widened(first) as Numbers, left, [...shared, ...rows, ...summed], sizes);
  const b = gathered(widened(second) as Numbers, right, [...shared, ...summed, ...columns], sizes);
  const [m, n, k] = [count(rows), count(columns), count(summed)];
  const batches = count(shared);
  const out = allocate(first.dtype.isBig ? int64 : float64, batches * m * n) as Numbers;
  for (let batch = 0; batch < batches; batch += 1) {
    if (first.dtype.isInteger) multiplyIntegers(m, n, k, a, b, out, batch);
    else {
      const view = { data: a, offset: batch * m * k, rowStep: k, columnStep: 1 };
      gemm(m, n, k, view, { data: b, offset: batch * k * n, rowStep: n, columnStep: 1 }, out, batch * m * n);
    }
  }
  return { data: out, labels: [...shared, ...rows, ...columns] };
}

function einsum(operands: readonly NDArray[], text: string): NDArray {
  const { inputs, output } = parseEquation(text, operands.length);
  const { dtype } = operands[0] as NDArray;
  if (operands.length > 2 || dtype.isString || dtype.isBool)
    throw new UnimplementedError(`Einsum is not implemented for ${operands.length} inputs of ${dtype.name}`, { text });
  if (dtype.isComplex) return complexProduct(operands, (parts) => einsum(parts, text));
  const sizes = new Map<string, number>();
  for (const [i, operand] of operands.entries()) checkRank(operand.shape, inputs[i] as Subscript, i);
  const axes = operands.map((x, i) => axesOf(x.shape, allLabels(inputs[i] as Subscript, x.rank), sizes));
  const between = [...sizes.keys()].filter((label) => label.startsWith("."));
  require(output.hasEllipsis || between.length === 0, () =>
    `Output contains ${between.length} broadcasting dimension(s) but no ellipsis (...) was found in the output subscripts.`, {
    text,
  });
  const labels = allLabels(output, labelsOf(output).length + between.length);
  const shape = labels.map((label) => sizes.get(label) as number);
  const kept = [...new Set(labels)];
  const only = axes[0] as Axes;
  const single = kept.filter((label) => only.has(label));
  const result =
    operands.length === 2
      ? contracted(operands, axes, kept, sizes)
      : { data: gathered(widened(operands[0] as NDArray) as Numbers, only, single, sizes), labels: single };
  const out = wideStorage(dtype, countOf(shape)) as Numbers;
  scattered(result.data, result.labels, out, axesOf(shape, labels, new Map(sizes)));
  return narrowed(dtype, shape, out);
}

/** The kernels of this family. */
export const einsumKernels = kernelsFor<typeof einsumDefs>()({
  Einsum: ([operands], { equation }) => einsum(operands, equation),
});
