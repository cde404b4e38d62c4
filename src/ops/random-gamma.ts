/** Builders of gamma and Poisson numbers. Mirrors python/ops/random_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { maximum } from "./math.ts";
import { inOpScope } from "./op-scope.ts";
import type { RandomOptions } from "./random.ts";
import { randomGammaDefs as defs } from "./random-gamma.defs.ts";
import { seedAttrs } from "./random-seed.ts";
import { broadcastDynamicShape, broadcastTo, shape as shapeOf } from "./shape.ts";

/** Options of `randomGamma`. */
export interface GammaOptions extends RandomOptions {
  /** The rate; default 1. */
  readonly beta?: TensorLike | null | undefined;
  /** Default float32. */
  readonly dtype?: DTypeLike | undefined;
}

/** Options of `randomPoisson`. */
export interface PoissonOptions extends RandomOptions {
  /** float16, float32, float64, int32 or int64; default float32. */
  readonly dtype?: DTypeLike | undefined;
}

/** The least positive number of full precision. */
const tiny: Readonly<Record<string, number>> = { float16: 2 ** -14, float32: 2 ** -126, float64: 2 ** -1022 };

/**
 * Gamma numbers.
 *
 * Shapes: the result has `shape` followed by what alpha and beta broadcast to. Dtypes: float16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `random_gamma`, python/ops/random_ops.py; `RandomGamma`, core/ops/random_ops.cc
 * @example
 * randomGamma([10], [0.5, 1.5], { seed: 1 }).shape; // (10, 2)
 */
export function randomGamma(shape: TensorLike, alpha: TensorLike, options: GammaOptions = {}): Tensor {
  const dtype = asDType(options.dtype ?? float32);
  const beta = options.beta ?? null;
  return inOpScope(options.name, "random_gamma", [shape, alpha, beta], () => {
    const dims = convertToTensor(shape, { dtype: "int32", name: "shape" });
    const shapes = convertToTensor(alpha, { dtype, name: "alpha" });
    const rates = convertToTensor(beta ?? 1, { dtype, name: "beta" });
    const common = broadcastDynamicShape(shapeOf(shapes), shapeOf(rates));
    const drawn = applyOp1(defs.RandomGamma, [dims, broadcastTo(shapes, common)], seedAttrs(options.seed));
    return maximum(ndarray(tiny[dtype.name] ?? 0, dtype), drawn.div(rates));
  });
}

/**
 * Poisson numbers.
 *
 * Shapes: the result has `shape` followed by the shape of lam. Dtypes: lam and the result each float16, float32, float64, int32 or int64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `random_poisson`, python/ops/random_ops.py; `RandomPoissonV2`, core/ops/random_ops.cc
 * @example
 * randomPoisson([0.5, 1.5], [10], { seed: 1 }).shape; // (10, 2)
 */
export function randomPoisson(lam: TensorLike, shape: TensorLike, options: PoissonOptions = {}): Tensor {
  const dtype = asDType(options.dtype ?? float32);
  return inOpScope(options.name, "random_poisson", [lam, shape], () => {
    const dims = convertToTensor(shape, { dtype: "int32", name: "shape" });
    return applyOp1(defs.RandomPoissonV2, [dims, lam], { dtype, ...seedAttrs(options.seed) });
  });
}
