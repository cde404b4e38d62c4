/** Builders of products of matrices and of their factorisation. Mirrors `matmul`, python/ops/math_ops.py, and `tf.linalg.qr`. */
import { ArgumentError, UnsupportedFeatureError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { operandDType } from "../graph/operand-dtype.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, bfloat16, type DType, type DTypeLike, int8, uint8 } from "../tensor/dtype.ts";
import { complexDefs } from "./complex.defs.ts";
import { matmulDefs as defs } from "./matmul.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** Options of `matmul`. */
export interface MatMulOptions extends NameOption {
  /** Whether the last two dimensions of a change places. Default false. */
  readonly transposeA?: boolean | undefined;
  readonly transposeB?: boolean | undefined;
  /** As `transposeA`, with complex elements conjugated. */
  readonly adjointA?: boolean | undefined;
  readonly adjointB?: boolean | undefined;
  /** The dtype of the result, when it differs from that of the operands. */
  readonly outputType?: DTypeLike | null | undefined;
}

/**
 * Multiplies matrices, or stacks of matrices.
 *
 * Shapes: a `[…, m, k]`, b `[…, k, n]` → `[…, m, n]`; the leading dimensions broadcast. With `transposeA`, a is `[…, k, m]`.
 * Dtypes: float16, bfloat16, float32, float64, complex64, complex128, int32, int64 and unsigned integers; both alike.
 *
 * @throws {ShapeError} when the inner dimensions are known and differ.
 * @throws {ArgumentError} when an operand is to be both transposed and adjoint.
 * @remarks Differs from TensorFlow: mixed operands of which one is bfloat16 are refused.
 * @see TensorFlow `matmul`, python/ops/math_ops.py; `MatMul` and `BatchMatMulV2`, core/ops/math_ops.cc
 * @example
 * session.runSync(matmul(constant([[1, 2]]), constant([[3], [4]]))).toArray(); // [[11]]
 */
export function matmul(a: TensorLike, b: TensorLike, options: MatMulOptions = {}): Tensor {
  return markedMatmul(a, b, options, {});
}

/** Which operand a product of a gradient rule stands for: TensorFlow notes it on the op. */
export interface ProductMarks {
  readonly isGradA?: boolean;
  readonly isGradB?: boolean;
}

/** @internal `matmul`, as gradient rules call it. */
export function markedMatmul(a: TensorLike, b: TensorLike, options: MatMulOptions, marks: ProductMarks): Tensor {
  return inOpScope(options.name, "MatMul", [a, b], (scope) => {
    const flipA = flipOf("a", options.transposeA, options.adjointA);
    const flipB = flipOf("b", options.transposeB, options.adjointB);
    const left = convertToTensor(a, { preferredDtype: operandDType(a, [b]), name: "a" });
    const right = convertToTensor(b, { preferredDtype: left.dtype.baseDtype, name: "b" });
    const output = options.outputType ? asDType(options.outputType) : null;
    const isMixed = output !== null && (output !== left.dtype || output !== right.dtype);
    const hasBatch = mayHaveBatch(left) || mayHaveBatch(right);
    // The op of stacks takes adjoint operands, that of two matrices transposed ones.
    const unwanted = hasBatch ? "transposed" : "adjoint";
    const operands = [
      flipA === unwanted ? conjugate(left) : left,
      flipB === unwanted ? conjugate(right) : right,
    ] as const;
    const flips = { adj_x: flipA !== null, adj_y: flipB !== null };
    const grads = { grad_x: marks.isGradA, grad_y: marks.isGradB };
    if (isMixed) return applyOp1(defs.BatchMatMulV3, operands, { ...flips, Tout: output, ...grads }, scope);
    if (hasBatch) return applyOp1(defs.BatchMatMulV2, operands, { ...flips, ...grads }, scope);
    refuseSparse(left.dtype, right.dtype);
    return applyOp1(
      defs.MatMul,
      operands,
      { transpose_a: flips.adj_x, transpose_b: flips.adj_y, grad_a: marks.isGradA, grad_b: marks.isGradB },
      scope,
    );
  });
}

/** How an operand is flipped. For real elements, both ways are the same. */
function flipOf(operand: string, transpose = false, adjoint = false): "transposed" | "adjoint" | null {
  if (transpose && adjoint) {
    throw new ArgumentError(
      `Only one of \`transpose_${operand}\` and \`adjoint_${operand}\` can be True. Received \`transpose_${operand}\`=True, \`adjoint_${operand}\`=True.`,
      { operand },
    );
  }
  if (adjoint) return "adjoint";
  return transpose ? "transposed" : null;
}

function conjugate(x: Tensor): Tensor {
  return x.dtype.isComplex ? applyOp1(complexDefs.Conj, [x]) : x;
}

function mayHaveBatch(tensor: Tensor): boolean {
  return tensor.shape.rank === null || tensor.shape.rank > 2;
}

/** TensorFlow multiplies bfloat16 with other floats by an op for sparse matrices. */
function refuseSparse(a: DType, b: DType): void {
  if (a === b) return;
  const small: readonly DType[] = [int8, uint8];
  if ((a === bfloat16 && !small.includes(b)) || (b === bfloat16 && !small.includes(a))) {
    throw new UnsupportedFeatureError(
      `matmul of ${a.name} and ${b.name} needs the op SparseMatMul, which is not supported.\n  instead  cast(x, "float32")`,
      { a, b },
    );
  }
}

/** Options of `qr`. */
export interface QrOptions extends NameOption {
  /** Whether q is square. Default false. */
  readonly fullMatrices?: boolean | undefined;
}

/** The factors of `qr`. */
export interface Qr {
  /** Orthonormal columns. */
  readonly q: Tensor;
  /** Upper triangular. */
  readonly r: Tensor;
}

/**
 * Factors matrices into orthonormal columns q and an upper triangle r: input = q r.
 *
 * Shapes: input `[…, m, n]` → q `[…, m, k]`, r `[…, k, n]`, k = min(m, n); with `fullMatrices` q `[…, m, m]`, r `[…, m, n]`.
 * Dtypes: float16, float32, float64.
 *
 * @throws {ShapeError} when the input has no two dimensions.
 * @see TensorFlow `Qr`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(qr(constant([[3, 0], [0, 2]])).r).toArray(); // [[3, 0], [0, 2]]
 */
export function qr(input: TensorLike, options: QrOptions = {}): Qr {
  const op = applyOp(defs.Qr, [input], { full_matrices: options.fullMatrices }, options.name);
  return { q: op.output(0), r: op.output(1) };
}
