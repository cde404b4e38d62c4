/** Random uses of every op that has a lowering, right ones and wrong ones, with random knowledge of their inputs. */
import type { OpType } from "../../src/ops/index.ts";
import type { Draw } from "./draws.ts";
import { elementwiseDraws } from "./elementwise-draws.ts";
import { gradientDraws } from "./gradient-draws.ts";
import { imageDraws } from "./image-draws.ts";
import { indexDraws } from "./index-draws.ts";
import { networkDraws } from "./network-draws.ts";
import type { Dice } from "./random-numbers.ts";
import { reductionDraws } from "./reduction-draws.ts";
import type { Known, Trial } from "./rule-lab.ts";
import { segmentDraws } from "./segment-draws.ts";
import { shapeDraws } from "./shape-draws.ts";
import { spaceDraws } from "./space-draws.ts";
import { trainingDraws } from "./training-draws.ts";

/** A way to draw a use of each op. */
export const draws: Readonly<Partial<Record<OpType, Draw>>> = {
  ...elementwiseDraws,
  ...gradientDraws,
  ...imageDraws,
  ...indexDraws,
  ...networkDraws,
  ...reductionDraws,
  ...segmentDraws,
  ...shapeDraws,
  ...spaceDraws,
  ...trainingDraws,
};

/** A trial of an op. */
export function drawTrial(type: OpType, dice: Dice): Trial {
  const { inputs, attrs = {}, constants = [], tolerance } = (draws[type] as Draw)(dice);
  const count = inputs.flat().length;
  const base = dice.pick<Known>(["shape", "shape", "shape", "rank", "nothing", "value"]);
  const known = Array.from(
    { length: count },
    (_, i): Known => (constants.includes(i) && dice.chance(0.9) ? "value" : base),
  );
  return { type, inputs, attrs, known, ...(tolerance && { tolerance }) };
}
