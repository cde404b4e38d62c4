/** How batch normalization is differentiated. Mirrors `_BaseFusedBatchNormGrad`, python/ops/nn_grad.py. */
import { type Gradient, gradientRules, type InputGradients } from "../gradients/rule.ts";
import { applyOp } from "../graph/apply-op.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { batchNormDefs } from "./batch-norm.defs.ts";
import { batchNormGradDefs } from "./batch-norm-grads.defs.ts";
import { transpose } from "./transpose.ts";

interface BatchNormAttrs {
  readonly epsilon: number;
  readonly data_format: string;
  readonly is_training: boolean;
}

interface Forward {
  /** x, scale, offset, mean and variance. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attrs: BatchNormAttrs;
}

/** What moves the channels of a format behind, and back. */
const moves: Readonly<Record<string, { readonly back: readonly number[]; readonly forth: readonly number[] }>> = {
  NCHW: { back: [0, 2, 3, 1], forth: [0, 3, 1, 2] },
  NCDHW: { back: [0, 2, 3, 4, 1], forth: [0, 4, 1, 2, 3] },
};

function gradientsBy(def: OpDef, { inputs, outputs, attrs }: Forward, grad: Gradient): InputGradients {
  const [x, scale, , mean, variance] = inputs as readonly [Tensor, Tensor, Tensor, Tensor, Tensor];
  const { epsilon, data_format, is_training } = attrs;
  const reserved = def.inputs.length > 5 ? [outputs[5]] : [];
  if (is_training) {
    const op = applyOp(def, [grad, x, scale, outputs[3], outputs[4], ...reserved], {
      epsilon,
      data_format,
      is_training,
    });
    return [op.output(0), op.output(1), op.output(2), null, null];
  }
  const move = moves[data_format];
  const last = (value: Tensor | Gradient): Tensor | Gradient => (move ? transpose(value, { perm: move.back }) : value);
  const given = [last(x), last(grad)].toReversed();
  const format = data_format.length === 4 ? "NHWC" : "NDHWC";
  const op = applyOp(def, [...given, scale, mean, variance, ...reserved], {
    epsilon,
    data_format: format,
    is_training,
  });
  const byX = move ? transpose(op.output(0), { perm: move.forth }) : op.output(0);
  return [byX, op.output(1), op.output(2), null, null];
}

export const batchNormGradients = gradientRules<typeof batchNormDefs>()({
  FusedBatchNorm: (forward, grad) => gradientsBy(batchNormGradDefs.FusedBatchNormGrad, forward, grad),
  FusedBatchNormV2: (forward, grad) => gradientsBy(batchNormGradDefs.FusedBatchNormGradV2, forward, grad),
  FusedBatchNormV3: (forward, grad) => gradientsBy(batchNormGradDefs.FusedBatchNormGradV3, forward, grad),
});
