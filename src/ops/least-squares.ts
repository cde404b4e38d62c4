/** The builder of the solution of equations that have none, or many. Mirrors python/ops/linalg_ops.py. */
import { UnsupportedFeatureError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { Tensor } from "../graph/tensor.ts";
import { complex128 } from "../tensor/dtype.ts";
import { cond } from "./cond.ts";
import { eye } from "./diag.ts";
import { leastSquaresDefs as defs } from "./least-squares.defs.ts";
import { cholesky, choleskySolve } from "./linalg.ts";
import { matmul } from "./matmul.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { shape as shapeOf } from "./shape.ts";
import { subshape } from "./shape-rules.ts";

/** Options of `matrixSolveLs`. */
export interface MatrixSolveLsOptions extends NameOption {
  /** How much large solutions cost; default 0. Of no effect when not fast. */
  readonly l2Regularizer?: TensorLike | undefined;
  /** Whether normal equations are solved, which suits matrices of full rank only. Default true. */
  readonly fast?: boolean | undefined;
}

/**
 * Solves A X = B as well as it can be solved: by the X for which |A X - B|² + l2Regularizer · |X|² is least, and of several
 * of those by the least one.
 *
 * Shapes: matrix `[…, m, n]`, rhs `[…, m, k]` → `[…, n, k]`; the leading dimensions are alike.
 * Dtypes: float32, float64, complex64, complex128; both alike.
 *
 * @throws {ShapeError} when the shapes are known not to fit.
 * @throws {InvalidArgumentError} when it runs as one op, for a matrix without full rank, unless `fast` is false or it is regularized.
 * @remarks As in TensorFlow, it is several ops when it is fast, and a matrix without full rank gives not-a-number.
 * @see TensorFlow `matrix_solve_ls`, python/ops/linalg_ops.py; `MatrixSolveLs`, core/ops/linalg_ops.cc
 * @example
 * const line = matrixSolveLs(constant([[1, 0], [1, 1], [1, 2]]), constant([[1], [3], [5]]), { fast: false });
 * session.runSync(line).toArray().map(([x]) => Math.round(x)); // [1, 2]
 */
export function matrixSolveLs(matrix: TensorLike, rhs: TensorLike, options: MatrixSolveLsOptions = {}): Tensor {
  const { l2Regularizer = 0, fast = true, name = null } = options;
  return publicCall(() => {
    const a = convertToTensor(matrix, { name: "matrix" });
    if (a.dtype.baseDtype === complex128 && l2Regularizer !== 0)
      throw new UnsupportedFeatureError(
        "matrix_solve_ls is currently disabled for complex128 and l2_regularizer != 0 due to poor accuracy.",
        { matrix: a },
      );
    if (!isComposite(fast, a)) return applyOp1(defs.MatrixSolveLs, [a, rhs, l2Regularizer], { fast }, name);
    return inOpScope(name, "matrix_solve_ls", [a], () =>
      byShape(
        a,
        () => choleskySolve(gramianFactor(a, l2Regularizer, true), matmul(a, rhs, { adjointA: true })),
        () => matmul(a, choleskySolve(gramianFactor(a, l2Regularizer, false), rhs), { adjointA: true }),
      ),
    );
  });
}

/** Above how many bytes TensorFlow reads each matrix once, in one op, where there are many. */
const CACHE_SIZE = 256_000;

function isComposite(isFast: boolean, { shape, dtype }: Tensor): boolean {
  if (!isFast) return false;
  const count = shape.elementCount();
  if (count === null || shape.rank === null) return true;
  const dims = shape.asNumbers();
  const batch = dims.slice(0, -2).reduce((product, d) => product * d, 1);
  return !(count * dtype.size > CACHE_SIZE && batch > Math.min(...dims.slice(-2)));
}

/**
 * What suits a matrix with at least as many rows as columns, or one with fewer.
 * @internal
 */
export function byShape(matrix: Tensor, tall: () => Tensor, wide: () => Tensor): Tensor;
export function byShape(
  matrix: Tensor,
  tall: () => readonly Tensor[],
  wide: () => readonly Tensor[],
): readonly Tensor[];
export function byShape(matrix: Tensor, tall: () => unknown, wide: () => unknown): unknown {
  const [rows, columns] = [matrix.shape.dim(-2), matrix.shape.dim(-1)];
  if (rows !== null && columns !== null) return rows >= columns ? tall() : wide();
  const sizes = shapeOf(matrix).at("-2:");
  return cond(sizes.at([-2]).greaterEqual(sizes.at([-1])), tall as () => Tensor, wide as () => Tensor);
}

/**
 * The Cholesky factor of Aᴴ A + λ I, or of A Aᴴ + λ I.
 * @internal
 */
export function gramianFactor(a: Tensor, regularizer: TensorLike, isFirstKind: boolean): Tensor {
  const gramian = matmul(a, a, { adjointA: isFirstKind, adjointB: !isFirstKind });
  if (!(regularizer instanceof Tensor) && regularizer === 0) return cholesky(gramian);
  const sizes = shapeOf(a);
  const batchShape = sizes.at(":-2");
  const small = sizes.at([isFirstKind ? -1 : -2]);
  const identity = eye(small, { batchShape, dtype: a.dtype });
  const known = a.shape.dim(isFirstKind ? -1 : -2);
  identity.setShape(subshape(a.shape, 0, -2).concatenate([known, known]));
  return cholesky(operators.binary("add", gramian, operators.binary("mul", regularizer, identity)));
}
