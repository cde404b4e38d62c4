/** Kernels of products of matrices and of their factorisation. Mirrors core/kernels/matmul_op_impl.h, batch_matmul_op.cc and linalg/qr_op_impl.h. */
import { InvalidArgumentError, UnimplementedError } from "../base/errors.ts";
import { castElements } from "../kernels/cast.ts";
import {
  type Bigs,
  broadcastShape,
  broadcastSteps,
  countOf,
  type Numbers,
  narrowed,
  widened,
  wideStorage,
} from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import type { DataArray, DType } from "../tensor/dtype.ts";
import { qr } from "../tensor/linalg.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { matmulDefs } from "./matmul.defs.ts";

const text = (array: NDArray): string => `[${array.shape.join(",")}]`;

/** One product among a batch: the sizes and how both operands lie. */
interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aRow: number;
  readonly aColumn: number;
  readonly bRow: number;
  readonly bColumn: number;
  /** Whether the imaginary parts change their sign; for complex numbers alone. */
  readonly conjugates: readonly [boolean, boolean];
}

/** The sizes of a product of the last two dimensions, or `null` when the inner ones differ. */
function productOf(a: NDArray, b: NDArray, flipA: boolean, flipB: boolean): Product | null {
  const [p = 0, q = 0] = a.shape.slice(-2);
  const [r = 0, s = 0] = b.shape.slice(-2);
  const [m, k] = flipA ? [q, p] : [p, q];
  const [inner, n] = flipB ? [s, r] : [r, s];
  if (k !== inner) return null;
  return {
    m,
    n,
    k,
    aRow: flipA ? 1 : q,
    aColumn: flipA ? q : 1,
    bRow: flipB ? 1 : s,
    bColumn: flipB ? s : 1,
    conjugates: [false, false],
  };
}

/** Multiplies the matrices at `p` and `q` into `out` from `o` on. */
type Multiply = (product: Product, a: DataArray, p: number, b: DataArray, q: number, out: DataArray, o: number) => void;

function multiplierFor(dtype: DType, context: KernelContext): Multiply {
  if (dtype.isFloating) return multiplyFloats;
  if (dtype.isBig) return multiplyBigs;
  if (dtype.isInteger) return multiplyInts;
  if (dtype.isComplex) return multiplyPairs;
  throw new UnimplementedError(`${context.node.type} is not implemented for ${dtype.name}`, {
    node: context.node.name,
    dtype,
  });
}

const multiplyFloats: Multiply = ({ m, n, k, aRow, aColumn, bRow, bColumn }, a, p, b, q, out, o) => {
  const left = { data: a as Numbers, offset: p, rowStep: aRow, columnStep: aColumn };
  gemm(m, n, k, left, { data: b as Numbers, offset: q, rowStep: bRow, columnStep: bColumn }, out as Numbers, o);
};

/** Four products of parts; those lie side by side. */
const multiplyPairs: Multiply = (product, a, p, b, q, out, o) => {
  const { m, n, k, aRow, aColumn, bRow, bColumn, conjugates } = product;
  const part = (data: DataArray, offset: number, rowStep: number, columnStep: number) => ({
    data: data as Numbers,
    offset,
    rowStep: 2 * rowStep,
    columnStep: 2 * columnStep,
  });
  const products = [0, 1].map((i) =>
    [0, 1].map((j) => {
      const made = new Float64Array(m * n);
      gemm(m, n, k, part(a, 2 * p + i, aRow, aColumn), part(b, 2 * q + j, bRow, bColumn), made);
      return made;
    }),
  ) as [[Float64Array, Float64Array], [Float64Array, Float64Array]];
  const [x, y] = conjugates.map((isConjugate) => (isConjugate ? -1 : 1)) as [number, number];
  const to = out as Numbers;
  for (let i = 0; i < m * n; i += 1) {
    to[2 * (o + i)] = (products[0][0][i] as number) - x * y * (products[1][1][i] as number);
    to[2 * (o + i) + 1] = y * (products[0][1][i] as number) + x * (products[1][0][i] as number);
  }
};

/** Wraps at 32 bits; narrower storage keeps the low bits. */
const multiplyInts: Multiply = ({ m, n, k, aRow, aColumn, bRow, bColumn }, a, p, b, q, out, o) => {
  const [x, y, to] = [a as Numbers, b as Numbers, out as Numbers];
  const sums = new Int32Array(n);
  for (let i = 0; i < m; i += 1) {
    sums.fill(0);
    for (let term = 0; term < k; term += 1) {
      const factor = x[p + i * aRow + term * aColumn] as number;
      for (let j = 0, at = q + term * bRow; j < n; j += 1, at += bColumn)
        sums[j] = (sums[j] as number) + Math.imul(factor, y[at] as number);
    }
    to.set(sums, o + i * n);
  }
};

const multiplyBigs: Multiply = ({ m, n, k, aRow, aColumn, bRow, bColumn }, a, p, b, q, out, o) => {
  const [x, y, to] = [a as Bigs, b as Bigs, out as Bigs];
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j < n; j += 1) {
      let sum = 0n;
      for (let term = 0; term < k; term += 1)
        sum += (x[p + i * aRow + term * aColumn] as bigint) * (y[q + term * bRow + j * bColumn] as bigint);
      to[o + i * n + j] = sum;
    }
  }
};

function matrixProduct(
  [a, b]: readonly [NDArray, NDArray],
  attrs: { readonly transpose_a: boolean; readonly transpose_b: boolean },
  context: KernelContext,
): NDArray {
  for (const [i, operand] of [a, b].entries())
    if (operand.rank < 2) throw new InvalidArgumentError(`In[${i}] ndims must be >= 2`, { shape: operand.shape });
  const product = productOf(a, b, attrs.transpose_a, attrs.transpose_b);
  if (product === null || a.rank > 2 || b.rank > 2)
    throw new InvalidArgumentError(`Matrix size-incompatible: In[0]: ${text(a)}, In[1]: ${text(b)}`, {
      shapes: [a.shape, b.shape],
    });
  const out = wideStorage(a.dtype, product.m * product.n);
  multiplierFor(a.dtype, context)(product, widened(a), 0, widened(b), 0, out, 0);
  return narrowed(a.dtype, [product.m, product.n], out);
}

interface BatchAttrs {
  readonly adj_x: boolean;
  readonly adj_y: boolean;
}

function batchProduct(
  x: NDArray,
  y: NDArray,
  { adj_x, adj_y }: BatchAttrs,
  batch: readonly number[],
  context: KernelContext,
): NDArray {
  const plain = productOf(x, y, adj_x, adj_y);
  const product = plain && { ...plain, conjugates: [adj_x, adj_y] as const };
  if (product === null)
    throw new InvalidArgumentError(
      `Matrix size-incompatible: In[0]: ${text(x)}, In[1]: ${text(y)} ${Number(adj_x)} ${Number(adj_y)}`,
      { shapes: [x.shape, y.shape] },
    );
  const { m, n, k } = product;
  const multiply = multiplierFor(x.dtype, context);
  const [left, right] = [matrixPlaces(x.shape, batch, m * k), matrixPlaces(y.shape, batch, k * n)];
  const out = wideStorage(x.dtype, countOf(batch) * m * n);
  const [a, b] = [widened(x), widened(y)];
  for (const [i, place] of left.entries()) multiply(product, a, place, b, right[i] as number, out, i * m * n);
  return narrowed(x.dtype, [...batch, m, n], out);
}

/** Where the matrix of each member of the broadcast batch starts. */
function matrixPlaces(shape: readonly number[], batch: readonly number[], matrixSize: number): number[] {
  const steps = broadcastSteps(shape.slice(0, -2), batch);
  let places = [0];
  for (const [axis, length] of batch.entries()) {
    const step = (steps[axis] as number) * matrixSize;
    places = places.flatMap((place) => Array.from({ length }, (_, i) => place + i * step));
  }
  return places;
}

/** Leading dimensions must be equal. */
function equalBatches([x, y]: readonly [NDArray, NDArray], attrs: BatchAttrs, context: KernelContext): NDArray {
  if (x.rank !== y.rank)
    throw new InvalidArgumentError(`In[0] and In[1] has different ndims: ${text(x)} vs. ${text(y)}`);
  checkRanks(x, y);
  const differing = x.shape.slice(0, -2).findIndex((d, i) => d !== y.shape[i]);
  if (differing >= 0)
    throw new InvalidArgumentError(
      `In[0].dim(${differing}) and In[1].dim(${differing}) must be the same: ${text(x)} vs ${text(y)}`,
    );
  return batchProduct(x, y, attrs, x.shape.slice(0, -2), context);
}

/** Leading dimensions broadcast. */
function broadcastBatches([x, y]: readonly [NDArray, NDArray], attrs: BatchAttrs, context: KernelContext): NDArray {
  checkRanks(x, y);
  const batch = broadcastShape(x.shape.slice(0, -2), y.shape.slice(0, -2));
  if (batch === null)
    throw new InvalidArgumentError(`In[0] and In[1] must have compatible batch dimensions: ${text(x)} vs. ${text(y)}`);
  return batchProduct(x, y, attrs, batch, context);
}

function checkRanks(...operands: readonly NDArray[]): void {
  for (const [i, operand] of operands.entries())
    if (operand.rank < 2)
      throw new InvalidArgumentError(`In[${i}] ndims must be >= 2: ${operand.rank}`, { shape: operand.shape });
}

/** Operands are first converted to the result's dtype. */
function mixedBatches(
  [x, y]: readonly [NDArray, NDArray],
  attrs: BatchAttrs & { readonly Tout: DType },
  context: KernelContext,
): NDArray {
  return broadcastBatches([castElements(x, attrs.Tout), castElements(y, attrs.Tout)], attrs, context);
}

function factors(
  [input]: readonly [NDArray],
  { full_matrices }: { readonly full_matrices: boolean },
  context: KernelContext,
): readonly NDArray[] {
  if (input.rank < 2)
    throw new InvalidArgumentError(`Input tensor 0 must have rank >= 2, got ${input.rank}`, { shape: input.shape });
  if (!input.dtype.isFloating)
    throw new UnimplementedError(`Qr is not implemented for ${input.dtype.name}`, {
      node: context.node.name,
      dtype: input.dtype,
    });
  const batch = input.shape.slice(0, -2);
  const [m = 0, n = 0] = input.shape.slice(-2);
  const inner = full_matrices ? m : Math.min(m, n);
  const count = countOf(batch);
  const data = Float64Array.from(widened(input) as Numbers);
  const q = wideStorage(input.dtype, count * m * inner) as Numbers;
  const r = wideStorage(input.dtype, count * inner * n) as Numbers;
  for (let i = 0; i < count; i += 1) {
    const one = qr(data.slice(i * m * n, (i + 1) * m * n), m, n, full_matrices);
    q.set(one.q, i * m * inner);
    r.set(one.r, i * inner * n);
  }
  return [narrowed(input.dtype, [...batch, m, inner], q), narrowed(input.dtype, [...batch, inner, n], r)];
}

/** The kernels of this family. */
export const matmulKernels = kernelsFor<typeof matmulDefs>()({
  MatMul: matrixProduct,
  BatchMatMul: equalBatches,
  BatchMatMulV2: broadcastBatches,
  BatchMatMulV3: mixedBatches,
  Qr: factors,
});
