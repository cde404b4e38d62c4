/** Random uses of the ops on images that came after network-draws.ts: normalization of channels. */
import type { GivenAttrs } from "../../src/graph/apply-op.ts";
import type { OpType } from "../../src/ops/index.ts";
import { type Draw, gaussian } from "./draws.ts";

const batchNorm =
  (withVolumes: boolean): Draw =>
  (dice) => {
    const isFirst = dice.chance(0.4);
    const sides = Array.from({ length: withVolumes && dice.chance(0.2) ? 3 : 2 }, () => dice.between(1, 4));
    const [batch, channels] = [dice.between(0, 3), dice.between(1, 4)];
    const isTraining = dice.chance(0.5);
    const factor = dice.chance(0.5) ? 1 : 0.25;
    const size = dice.chance(0.05) ? channels + 1 : channels;
    const spaces = sides.length === 3 ? "DHW" : "HW";
    const vector = (length: number) => dice.array("float32", [length], gaussian(dice));
    const positive = dice.array("float32", [size], () => 0.1 + dice.fraction());
    const isUnused = isTraining && factor === 1 && dice.chance(0.5);
    return {
      inputs: [
        dice.array("float32", isFirst ? [batch, channels, ...sides] : [batch, ...sides, channels], gaussian(dice)),
        vector(dice.chance(0.05) ? 1 : channels),
        vector(channels),
        isUnused ? vector(0) : vector(size),
        isUnused ? vector(0) : positive,
      ],
      attrs: {
        epsilon: dice.pick([1e-4, 1e-3, 0.5]),
        exponential_avg_factor: factor,
        is_training: isTraining,
        data_format: isFirst ? `NC${spaces}` : `N${spaces}C`,
      } as GivenAttrs,
      tolerance: { ulps: 64, absolute: 2e-5 },
    };
  };

/** A way to draw a use of each. */
export const imageDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  FusedBatchNorm: batchNorm(false),
  FusedBatchNormV2: batchNorm(false),
  FusedBatchNormV3: batchNorm(true),
};
