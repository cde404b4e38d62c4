/**
 * How the gradients of batch normalization are differentiated once more. TensorFlow writes them in smaller ops and has its tape
 * differentiate those; here are the formulas that come of it. Mirrors python/ops/nn_fused_batch_norm_grad.py.
 */
import { type Gradient, gradientRules, type InputGradients } from "../gradients/rule.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float32 } from "../tensor/dtype.ts";
import { onesLike } from "./array.ts";
import { channelAxis } from "./batch-norm.defs.ts";
import type { batchNormGradDefs } from "./batch-norm-grads.defs.ts";
import { cast } from "./cast.ts";
import { rsqrt } from "./elementary.ts";
import { reduceMean, reduceSum } from "./reduce.ts";
import { reshape } from "./shape.ts";

interface Forward {
  /** The gradient, x, scale, mean and variance. */
  readonly inputs: readonly Tensor[];
  readonly attrs: { readonly epsilon: number; readonly data_format: string; readonly is_training: boolean };
  readonly grads: readonly (Gradient | null)[];
}

/** Sums along all but the channels, and vectors of channels beside images. */
class Channels {
  readonly #axes: readonly number[];
  readonly #beside: readonly number[];

  constructor(format: string) {
    const channel = channelAxis(format, format.length);
    this.#axes = Array.from(format, (_, i) => i).filter((i) => i !== channel);
    this.#beside = Array.from(format, (_, i) => (i === channel ? -1 : 1));
  }

  mean(value: Tensor): Tensor {
    return reduceMean(value, { axis: this.#axes, keepdims: true });
  }
  sum(value: Tensor): Tensor {
    return reduceSum(value, { axis: this.#axes, keepdims: true });
  }
  beside(vector: Gradient): Tensor {
    return reshape(vector, this.#beside);
  }
}

const asVector = (sums: Tensor): Tensor => reshape(sums, [-1]);

/** The gradients of dy, x and scale: those of dx = `byX`, dscale = `byScale` and doffset = `byOffset` are given. */
function secondOrder({ inputs, attrs, grads }: Forward): InputGradients {
  const { data_format, epsilon, is_training } = attrs;
  const [given, input, scaleVector, meanVector, varianceVector] = inputs as readonly [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const channels = new Channels(data_format);
  const [dy, x, byX] = [given, input, grads[0] as Gradient].map((value) => cast(value, float32)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const [scale, byScale, byOffset] = [scaleVector, grads[1] as Gradient, grads[2] as Gradient].map((vector) =>
    channels.beside(vector),
  ) as [Tensor, Tensor, Tensor];
  const parts = is_training
    ? trained(channels, { dy, x, scale, byX, byScale, byOffset, epsilon })
    : frozen(channels, { dy, x, scale, byX, byScale, byOffset, epsilon }, [meanVector, varianceVector]);
  const none = new Array<null>(inputs.length - 3).fill(null);
  return [cast(parts.dy, given.dtype), cast(parts.x, input.dtype), asVector(parts.scale), ...none];
}

interface Parts {
  readonly dy: Tensor;
  readonly x: Tensor;
  readonly scale: Tensor;
}

interface Values extends Parts {
  readonly byX: Tensor;
  readonly byScale: Tensor;
  readonly byOffset: Tensor;
  readonly epsilon: number;
}

/** With u = (x − μ) r and r = 1 / √(σ² + ε): dx = scale · r · P(dy) for P(a) = a − mean a − u · mean(a u), and dscale = Σ dy u. */
function trained(channels: Channels, { dy, x, scale, byX, byScale, byOffset, epsilon }: Values): Parts {
  const centered = x.sub(channels.mean(x));
  const root = rsqrt(channels.mean(centered.mul(centered)).add(epsilon));
  const u = centered.mul(root);
  const along = (a: Tensor): Tensor => channels.mean(a.mul(u));
  const projected = (a: Tensor): Tensor => a.sub(channels.mean(a)).sub(u.mul(along(a)));
  const factor = scale.mul(root);
  const pulled = channels.sum(byX.mul(projected(dy)));
  // What u is asked for, and then x through u, and through r where it stands alone.
  const byU = dy.mul(byScale).sub(factor.mul(byX.mul(along(dy)).add(dy.mul(along(byX)))));
  const count = channels.sum(onesLike(x));
  const byRoot = scale.mul(pulled).mul(root).mul(root).div(count);
  return {
    dy: factor.mul(projected(byX)).add(u.mul(byScale)).add(byOffset),
    x: root.mul(projected(byU)).sub(u.mul(byRoot)),
    scale: root.mul(pulled),
  };
}

/** The mean and the variance that are given depend on nothing. */
function frozen(
  channels: Channels,
  { dy, x, scale, byX, byScale, byOffset, epsilon }: Values,
  [mean, variance]: readonly [Tensor, Tensor],
): Parts {
  const root = rsqrt(channels.beside(variance).add(epsilon));
  const slope = byScale.mul(root);
  return {
    dy: byX
      .mul(scale.mul(root))
      .add(x.sub(channels.beside(mean)).mul(slope))
      .add(byOffset),
    x: dy.mul(slope),
    scale: channels.sum(byX.mul(dy)).mul(root),
  };
}

export const batchNormGradGradients = gradientRules<typeof batchNormGradDefs>()({
  FusedBatchNormGrad: (forward) => secondOrder(forward),
  FusedBatchNormGradV2: (forward) => secondOrder(forward),
  FusedBatchNormGradV3: (forward) => secondOrder(forward),
});
