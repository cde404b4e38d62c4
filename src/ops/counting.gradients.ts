/** How products across vectors and running logarithms of sums are differentiated. Mirrors python/ops/math_grad.py. */
import { choose, minus, negated, plus } from "../gradients/operators.ts";
import { type Gradient, gradientRules, noRule } from "../gradients/rule.ts";
import type { Tensor } from "../graph/tensor.ts";
import { greater, less } from "./compare.ts";
import type { countingDefs } from "./counting.defs.ts";
import { cross, cumulativeLogsumexp } from "./counting.ts";
import { exp, log } from "./elementary.ts";

/** The least finite number of each type: what stands for the logarithm of nothing. */
const LEAST: Readonly<Record<string, number>> = {
  bfloat16: -3.3895313892515355e38,
  float16: -65504,
  float32: -3.4028234663852886e38,
  float64: -Number.MAX_VALUE,
};

export const countingGradients = gradientRules<typeof countingDefs>()({
  Bincount: noRule,
  DenseBincount: noRule,
  LowerBound: noRule,
  UpperBound: noRule,
  UnravelIndex: noRule,
  HistogramFixedWidth: noRule,
  // d(u × v) = v × g du + g × u dv
  Cross: ({ inputs: [u, v] }, grad) => {
    const byU = cross(v, grad);
    return [byU, cross(grad, u)];
  },
  // Σ g exp(x - y) in logarithms, for positive and negative gradients apart.
  CumulativeLogsumexp: ({ inputs: [x, axis], output, attrs: { exclusive, reverse } }, grad) => {
    const least = LEAST[grad.dtype.baseName];
    const logOf = (isWanted: Tensor, values: Gradient): Tensor => choose(isWanted, log(values), least as number);
    const positive = logOf(greater(grad, 0), grad);
    const negative = logOf(less(grad, 0), negated(grad));
    const [above, below] = [positive, negative].map((logs) =>
      exp(plus(cumulativeLogsumexp(minus(logs, output), { axis, exclusive, reverse: !reverse }), x)),
    ) as [Tensor, Tensor];
    return [minus(above, below), null];
  },
});
