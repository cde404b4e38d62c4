/** Builders of functions of numbers that are made of others' ops. Mirrors python/ops/special_math_ops.py, math_ops.py and nn_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float32 } from "../tensor/dtype.ts";
import { arrayDefs } from "./array.defs.ts";
import { constant, identity, onesLike, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { logicalAnd, where } from "./compare.ts";
import { concat } from "./concat.ts";
import { exp, log, negative, sigmoid } from "./elementary.ts";
import { relu, softplus } from "./nn.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceSum } from "./reduce.ts";
import { lgamma } from "./special.ts";

/**
 * The logarithm of the beta function of vectors: Σ log Γ(xᵢ) - log Γ(Σ xᵢ).
 *
 * Shapes: `[…, n]` → `[…]`. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `lbeta`, python/ops/special_math_ops.py
 * @example
 * session.runSync(lbeta(constant([1, 1]))).item(); // 0
 */
export function lbeta(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "lbeta", [x], () => {
    const given = convertToTensor(x, { name: "x" });
    const products = reduceSum(lgamma(given), { axis: [-1] });
    return products.sub(lgamma(reduceSum(given, { axis: [-1] })));
  });
}

/**
 * The value of a polynomial, whose first coefficient is that of the highest power.
 *
 * Shapes: x any, coefficients broadcast to it → that of x. Dtypes: numbers; all alike. Without coefficients it is 0.
 *
 * @see TensorFlow `polyval`, python/ops/math_ops.py
 * @example
 * session.runSync(math.polyval([1, 2, 3], constant(2))).item(); // 11
 */
export function polyval(coeffs: readonly TensorLike[], x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "polyval", [coeffs, x], (scope) => {
    const at = convertToTensor(x, { name: "x" });
    const [first, ...rest] = coeffs.map((c, i) => convertToTensor(c, { name: `coeff_${i}` }));
    if (first === undefined) return zerosLike(at, { name: scope });
    return rest.reduce((sum, c) => c.add(sum.mul(at)), first);
  });
}

/**
 * The logarithm of the sigmoid: -log(1 + e⁻ˣ).
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `log_sigmoid`, python/ops/math_ops.py
 * @example
 * session.runSync(logSigmoid(constant(0))).item(); // -0.693147…
 */
export function logSigmoid(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "LogSigmoid", [x], (scope) => {
    const given = convertToTensor(x, { name: "x" });
    return negative(softplus(given.neg()), { name: scope });
  });
}

/** Options of `crelu`. */
export interface CreluOptions extends NameOption {
  /** The dimension that becomes twice as long; default -1, the last. */
  readonly axis?: number | undefined;
}

/**
 * Rectified linear units of the features and of their negatives, side by side.
 *
 * Shapes: `[…, c]` → `[…, 2 c]`. Dtypes: real numbers with a sign.
 *
 * @see TensorFlow `crelu`, python/ops/nn_ops.py
 * @example
 * session.runSync(nn.crelu(constant([1, -2]))).toArray(); // [1, 0, 0, 2]
 */
export function crelu(features: TensorLike, options: CreluOptions = {}): Tensor {
  return inOpScope(options.name, "CRelu", [features], (scope) => {
    const given = convertToTensor(features, { name: "features" });
    return relu(concat([given, given.neg()], options.axis ?? -1, { name: scope }));
  });
}

/**
 * The features, weighted by the sigmoid of β times themselves.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @param beta β; default 1.
 * @remarks Differs from TensorFlow: the op that stands for the custom gradient has no number of one.
 * @see TensorFlow `swish`, python/ops/nn_impl.py
 * @example
 * session.runSync(nn.swish(constant([0]))).toArray(); // [0]
 */
export function swish(features: TensorLike, options: { readonly beta?: TensorLike | undefined } = {}): Tensor {
  return publicCall(() => {
    const x = convertToTensor(features, { name: "features" });
    const beta = cast(convertToTensor(options.beta ?? 1, { preferredDtype: float32, name: "beta" }), x.dtype);
    const result = x.mul(sigmoid(beta.mul(x)));
    // What a custom gradient makes: a copy that nobody reads, and the inputs beside the result.
    identity(result);
    return applyOp(arrayDefs.IdentityN, [[result, x, beta]]).output(0);
  });
}

/** Options of `logPoissonLoss`. */
export interface LogPoissonOptions extends NameOption {
  /** Whether Stirling's approximation of the term without parameters is added. Default false. */
  readonly computeFullLoss?: boolean | undefined;
}

/**
 * The loss of Poisson regression on the logarithm of the expected count: e^logInput - logInput · targets.
 *
 * Shapes: targets and logInput alike → the same. Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {ArgumentError} when the shapes differ.
 * @see TensorFlow `log_poisson_loss`, python/ops/nn_impl.py
 * @example
 * session.runSync(nn.logPoissonLoss(constant([2]), constant([0]))).toArray(); // [1]
 */
export function logPoissonLoss(targets: TensorLike, logInput: TensorLike, options: LogPoissonOptions = {}): Tensor {
  return inOpScope(options.name, "log_poisson_loss", [logInput, targets], () => {
    const input = convertToTensor(logInput, { name: "log_input" });
    const counts = convertToTensor(targets, { name: "targets" });
    if (!counts.shape.isCompatibleWith(input.shape)) {
      throw new ArgumentError(
        `\`log_input\` and \`targets\` must have the same shape, received (${input.shape} vs ${counts.shape}).`,
        { logInput: input.shape, targets: counts.shape },
      );
    }
    const result = exp(input).sub(input.mul(counts));
    return options.computeFullLoss === true ? result.add(stirling(counts)) : result;
  });
}

/** log(counts!), by Stirling's approximation; 0 up to 1. */
function stirling(counts: Tensor): Tensor {
  const { dtype } = counts;
  const half = constant(0.5, { dtype });
  const turn = constant(2 * Math.PI, { dtype });
  const value = counts
    .mul(log(counts))
    .sub(counts)
    .add(half.mul(log(turn.mul(counts))));
  const [zeros, ones] = [zerosLike(counts, { dtype }), onesLike(counts, { dtype })];
  const isSmall = logicalAnd(counts.greaterEqual(zeros), counts.lessEqual(ones));
  return where(isSmall, zeros, value);
}
