/** The builder of dropout, out of random numbers and a selection. Mirrors `dropout`, python/ops/nn_ops.py. */
import { ArgumentError, ShapeError } from "../base/errors.ts";
import { pythonFloat, pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, TensorShape } from "../tensor/shape.ts";
import { constant } from "./array.ts";
import { compareDefs } from "./compare.defs.ts";
import { realdiv } from "./division.ts";
import { multiply, subtract } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { randomUniform } from "./random.ts";
import { getSeed } from "./random-seed.ts";
import { shape } from "./shape.ts";

/** Options of `dropout`: one of `rate` and `keepProb`. */
export interface DropoutOptions extends NameOption {
  /** The probability that an element becomes 0. */
  readonly rate?: TensorLike | null | undefined;
  /** The probability that an element is kept: 1 - rate. */
  readonly keepProb?: TensorLike | null | undefined;
  /** The shape of the choices; it broadcasts to that of x. Default: a choice for each element. */
  readonly noiseShape?: ShapeLike | TensorLike | undefined;
  readonly seed?: number | null | undefined;
}

/**
 * Sets elements to 0 at random and scales the others by 1 / (1 - rate), so that the sum stays the same on average.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ArgumentError} without `rate` and `keepProb`, with both, for a rate outside of [0, 1), and when x is no floating type.
 * @see TensorFlow `dropout`, python/ops/nn_ops.py
 * @example
 * nn.dropout(constant([1, 2, 3]), { keepProb: 0.5, seed: 1 }).name; // "dropout/SelectV2:0"
 */
export function dropout(x: TensorLike, options: DropoutOptions): Tensor {
  return publicCall(() => {
    const rate = rateOf(options);
    return inOpScope(options.name, "dropout", [x], () => {
      if (typeof rate === "number" && (rate < 0 || rate >= 1)) {
        throw new ArgumentError(
          `\`rate\` must be a scalar tensor or a float in the range [0, 1). Received: rate=${pythonFloat(rate)}`,
          { rate },
        );
      }
      const input = convertToTensor(x, { name: "x" });
      if (!input.dtype.isFloating) {
        throw new ArgumentError(
          `\`x.dtype\` must be a floating point tensor as \`x\` will be scaled. Received: x_dtype=${input.dtype}`,
          { x: input },
        );
      }
      if (rate === 0) {
        // Counts as a random op all the same: later ones keep their seeds.
        getSeed(options.seed ?? null);
        return input;
      }
      const threshold = typeof rate === "number" ? rate : rateTensor(rate, input.dtype);
      const scaled = scale(input, threshold);
      const noise = randomUniform(noiseShapeOf(input, options.noiseShape), { seed: options.seed, dtype: input.dtype });
      const isKept = noise.greaterEqual(threshold);
      const result = applyOp1(compareDefs.SelectV2, [isKept, scaled, constant(0, { dtype: input.dtype })]);
      result.setShape(input.shape);
      return result;
    });
  });
}

/** The rate, or what the other option says of it. */
function rateOf({ rate = null, keepProb = null }: DropoutOptions): TensorLike {
  const fromKeepProb =
    keepProb === null ? null : typeof keepProb === "number" ? 1 - keepProb : operators.binary("sub", 1, keepProb);
  if (rate !== null && fromKeepProb !== null)
    throw new ArgumentError("Cannot specify both 'keep_prob' and 'rate'.", { rate, keepProb });
  const chosen = rate ?? fromKeepProb;
  if (chosen === null) throw new ArgumentError("`rate` must be provided. Received: rate=None", {});
  return chosen;
}

/** A rate that is a tensor: a scalar of the input's dtype. */
function rateTensor(rate: TensorLike, dtype: DType): Tensor {
  if (!(rate instanceof Tensor) && !isTensorConvertible(rate)) {
    throw new ArgumentError(`\`rate\` must be a scalar or scalar tensor. Received: rate=${pythonText(rate)}`, { rate });
  }
  const tensor = convertToTensor(rate);
  if (tensor.shape.rank !== null && tensor.shape.rank !== 0)
    throw new ShapeError(`Shape ${tensor.shape} must have rank 0`, { rate });
  if (tensor.dtype.baseDtype === dtype) return tensor;
  throw new ArgumentError(
    `\`x.dtype\` must be compatible with \`rate.dtype\`. Received: x.dtype=${dtype} and rate.dtype=${tensor.dtype}`,
    { rate, dtype },
  );
}

function scale(input: Tensor, rate: number | Tensor): Tensor {
  const { dtype } = input;
  if (typeof rate === "number") return multiply(input, convertToTensor(1 / (1 - rate), { dtype }));
  return realdiv(input, subtract(constant(1, { dtype }), rate));
}

/** What is unknown of the given shape is taken from the input. */
function noiseShapeOf(input: Tensor, given: ShapeLike | TensorLike | undefined): TensorLike {
  if (given === undefined || given === null) return shape(input);
  if (given instanceof Tensor || isTensorConvertible(given)) return given;
  const isList =
    given instanceof TensorShape || (Array.isArray(given) && given.every((d) => d === null || typeof d === "number"));
  if (!isList) return given as TensorLike;
  const noise = asShape(given as ShapeLike);
  const { dims } = input.shape;
  if (dims === null || noise.dims === null || dims.length !== noise.dims.length) return given as TensorLike;
  return new TensorShape(noise.dims.map((d, i) => d ?? dims[i] ?? null));
}
