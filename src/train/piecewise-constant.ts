/** A learning rate that changes at given steps. Mirrors python/keras/optimizer_v2/legacy_learning_rate_decay.py. */
import { ArgumentError, ArgumentIndexError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { caseOf } from "../ops/case.ts";
import { cast } from "../ops/cast.ts";
import type { NameOption } from "../ops/op-scope.ts";
import { type DType, int32, int64 } from "../tensor/dtype.ts";
import { count, float, type Step } from "./schedule-values.ts";

/**
 * The first value up to and at the first boundary, then the second, and so on; the last one beyond the last boundary.
 *
 * Shapes: `[]`. Dtypes: that of the values; numbers are float32. Boundaries are of the type of x; int32 ones are cast for an int64 step.
 *
 * @throws {ArgumentError} unless there is one value more than boundaries, all of them of one type.
 * @see TensorFlow `tf.train.piecewise_constant`, python/keras/optimizer_v2/legacy_learning_rate_decay.py
 * @example
 * const rate = train.piecewiseConstant(constant(7, { dtype: "int64" }), [5, 10], [1, 0.5, 0.25]);
 * session.runSync(rate).item(); // 0.5
 */
export function piecewiseConstant(
  x: Step,
  boundaries: readonly TensorLike[],
  values: readonly TensorLike[],
  options: NameOption = {},
): Tensor {
  return publicCall(() => {
    const isFloating = (x as { readonly dtype?: DType }).dtype?.baseDtype.isFloating === true;
    const limits = boundaries.map((limit) => convertToTensor(isFloating ? float(limit) : count(limit)));
    const rates = values.map((value) => convertToTensor(float(value)));
    const step = convertToTensor(x);
    const sameLimits = limits.map((limit) => inTypeOf(limit, step));
    checkRates(rates);
    if (limits.length !== rates.length - 1) {
      throw new ArgumentError(
        `The length of boundaries should be 1 less than the length of values\n  got ${limits.length} boundaries and ${rates.length} values`,
        { boundaries, values },
      );
    }
    return inNameScope(getDefaultGraph(), options.name || "PiecewiseConstant", () => chosen(step, sameLimits, rates));
  });
}

function shown(dtype: DType): string {
  return `<dtype: '${dtype.baseDtype.name}'>`;
}

function inTypeOf(limit: Tensor, step: Tensor): Tensor {
  if (limit.dtype.baseDtype === step.dtype.baseDtype) return limit;
  if (limit.dtype.baseDtype === int32 && step.dtype.baseDtype === int64) return cast(limit, int64);
  throw new ArgumentError(`Boundaries (${shown(limit.dtype)}) must have the same dtype as x (${shown(step.dtype)}).`, {
    boundary: limit,
    x: step,
  });
}

function checkRates([first, ...others]: readonly Tensor[]): void {
  for (const other of others) {
    if (other.dtype.baseDtype === first?.dtype.baseDtype) continue;
    throw new ArgumentError(
      `Values must have elements all with the same dtype (${shown((first as Tensor).dtype)} vs ${shown(other.dtype)}).`,
      { values: [first, ...others] },
    );
  }
}

function chosen(step: Tensor, limits: readonly Tensor[], rates: readonly Tensor[]): Tensor {
  const [first, last] = [limits[0], limits.at(-1)];
  if (first === undefined || last === undefined)
    throw new ArgumentIndexError("list index out of range\n  one value without boundaries is a constant", { limits });
  const rate = (i: number) => () => rates.at(i) as Tensor;
  const pairs: [Tensor, () => Tensor][] = [
    [step.lessEqual(first), rate(0)],
    [step.greater(last), rate(-1)],
  ];
  for (let i = 1; i < limits.length; i += 1)
    pairs.push([step.greater(limits[i - 1] as Tensor).and(step.lessEqual(limits[i] as Tensor)), rate(i)]);
  return caseOf(pairs, { default: rate(0), exclusive: true });
}
