/** One small case for each op that can be differentiated, at a point where it is smooth. */
import { arrays } from "./arrays.ts";
import type { GradientCheck } from "./case.ts";
import { composed } from "./composed.ts";
import { elementwise } from "./elementwise.ts";
import { matrices } from "./matrices.ts";
import { networks } from "./networks.ts";
import { sums } from "./sums.ts";

/** Ops that are differentiated, and for which no case stands here. */
export const checkedElsewhere: Readonly<Record<string, string>> = {
  ArgMax: "its result is no float",
  ArgMin: "its result is no float",
  FusedBatchNormGrad:
    "what it reads beside its gradient are results of the op before it: test/engines/nn-gradients.test.ts",
  FusedBatchNormGradV2:
    "what it reads beside its gradient are results of the op before it: test/engines/nn-gradients.test.ts",
  FusedBatchNormGradV3:
    "what it reads beside its gradient are results of the op before it: test/engines/nn-gradients.test.ts",
  LoopCond: "its result is no float",
  PreventGradient: "it refuses",
  RandomGamma: "each run draws other numbers",
  ReadVariableOp: "it reads a variable: test/indexed-slices.test.ts",
  ResourceGather: "it reads a variable: test/indexed-slices.test.ts",
  RefEnter: "it passes on a reference",
  RefExit: "it passes on a reference",
  RefIdentity: "it passes on a reference",
  RefMerge: "it passes on a reference",
  RefNextIteration: "it passes on a reference",
  RefSwitch: "it passes on a reference",
};

/** The cases. */
export const opChecks: readonly GradientCheck[] = [
  ...elementwise,
  ...arrays,
  ...sums,
  ...matrices,
  ...networks,
  ...composed,
];
