/** How products of matrices are written in ONNX. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { int64 } from "../tensor/dtype.ts";
import type { matmulDefs } from "./matmul.defs.ts";

/** Gemm takes matrices only and transposes on the way, but knows no integers. */
function product(onnx: OnnxBuilder, a: OnnxValue, b: OnnxValue, transA: boolean, transB: boolean): Lowered {
  const areMatrices = a.shape.rank === 2 && b.shape.rank === 2;
  if (a.dtype.isFloating) {
    if (areMatrices && !transA && !transB)
      return withInner(onnx, a, a.shape.dim(1) ?? b.shape.dim(0), 1, onnx.node("MatMul", [a, b]));
    const [left, right] = [asMatrix(onnx, a), asMatrix(onnx, b)];
    const made = onnx.node("Gemm", [left, right], { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
    return withInner(onnx, left, a.shape.dim(transA ? 0 : 1) ?? b.shape.dim(transB ? 1 : 0), transA ? 0 : 1, made);
  }
  return areMatrices
    ? batchProduct(onnx, a, b, { adj_x: transA, adj_y: transB })
    : unsupported("it is not known that both are matrices");
}

/** The product, or zeros where the inner axis is empty: ONNX Runtime does not promise to set them. */
function withInner(onnx: OnnxBuilder, a: OnnxValue, inner: number | null, axis: number, made: OnnxValue): Lowered {
  if (inner === 0) return unsupported("the inner axis is empty");
  if (inner !== null) return made;
  const length = onnx.node("Gather", [onnx.node("Shape", [a]), onnx.scalar(axis, int64)], { axis: 0 });
  const isEmpty = onnx.node("Equal", [length, onnx.scalar(0, int64)]);
  return onnx.node("Where", [isEmpty, onnx.scalar(0, a.dtype), made]);
}

/** The value, or a failure when it is no matrix: ONNX Runtime's Gemm takes lists as well. */
function asMatrix(onnx: OnnxBuilder, x: OnnxValue): OnnxValue {
  if (x.shape.rank === 2) return x;
  const sizes = onnx.node("Reshape", [onnx.node("Shape", [x]), onnx.integers([2])]);
  return onnx.node("Reshape", [x, sizes], { allowzero: 1 });
}

function lastAxesSwapped(onnx: OnnxBuilder, x: OnnxValue, swaps: boolean): OnnxValue {
  if (!swaps) return x;
  const rank = x.shape.rank as number;
  const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return onnx.node("Transpose", [x], { perm });
}

interface Adjoints {
  readonly adj_x: boolean;
  readonly adj_y: boolean;
}

function batchProduct(onnx: OnnxBuilder, x: OnnxValue, y: OnnxValue, { adj_x, adj_y }: Adjoints): Lowered {
  if ((x.shape.rank ?? 0) < 2 || (y.shape.rank ?? 0) < 2) return unsupported("it is not known that both are matrices");
  if (x.shape.elementCount() === 0 || y.shape.elementCount() === 0)
    return unsupported("ONNX Runtime does not broadcast empty batches");
  const made = onnx.node("MatMul", [lastAxesSwapped(onnx, x, adj_x), lastAxesSwapped(onnx, y, adj_y)]);
  return withInner(onnx, x, x.shape.dim(adj_x ? -2 : -1) ?? y.shape.dim(adj_y ? -1 : -2), adj_x ? -2 : -1, made);
}

/** Whether the leading dimensions are known to be the same: the first version of the op does not broadcast them. */
function haveSameBatch(x: OnnxValue, y: OnnxValue): boolean {
  const [a, b] = [x.shape.dims?.slice(0, -2), y.shape.dims?.slice(0, -2)];
  return a !== undefined && b !== undefined && a.length === b.length && a.every((d, i) => d !== null && d === b[i]);
}

/** The rules of this family. */
export const matmulOnnx = onnxRules<typeof matmulDefs>()({
  MatMul: (onnx, [a, b], { transpose_a, transpose_b }) => product(onnx, a, b, transpose_a, transpose_b),
  BatchMatMul: (onnx, [x, y], attrs) =>
    haveSameBatch(x, y)
      ? batchProduct(onnx, x, y, attrs)
      : unsupported("it is not known that the batches have one shape"),
  BatchMatMulV2: (onnx, [x, y], attrs) => batchProduct(onnx, x, y, attrs),
  BatchMatMulV3: (onnx, [x, y], attrs) =>
    attrs.Ta === attrs.Tb && attrs.Ta === attrs.Tout
      ? batchProduct(onnx, x, y, attrs)
      : unsupported("operands and result have different types"),
  Qr: unsupported("ONNX has no factorisations"),
});
