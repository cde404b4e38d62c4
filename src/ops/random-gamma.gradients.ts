/** How gamma numbers are differentiated by their parameter. Mirrors python/ops/random_grad.py. */
import { after, times } from "../gradients/operators.ts";
import { gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { ones } from "./array.ts";
import { concat } from "./concat.ts";
import { randomGammaDefs as defs } from "./random-gamma.defs.ts";
import { range } from "./range.ts";
import { reduceSum } from "./reduce.ts";
import { reshape, shape } from "./shape.ts";

export const randomGammaGradients = gradientRules<typeof defs>()({
  // A draw moves with its parameter so that its quantile stays: dx = -(∂P/∂α) / (∂P/∂x) dα
  RandomGamma: ({ inputs: [sizes, alpha], output }, grad) =>
    after(grad, () => {
      const count = shape(sizes).at([0]);
      const leading = ones([count] as never, { dtype: "int32" });
      const spread = reshape(alpha, concat([leading, shape(alpha)], 0));
      const partial = applyOp1(defs.RandomGammaGrad, [spread, output]);
      const product = times(grad, partial);
      return [null, reduceSum(product, { axis: range(count) })];
    }),
  RandomGammaGrad: noRule,
  RandomPoissonV2: noRule,
});
