/** Definitions of the ops that draw gamma and Poisson numbers. Mirrors core/ops/random_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { inferBroadcast, shapeInput } from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const seeds = { seed: attr.int(0), seed2: attr.int(0) };
const flags = { stateful: true, effect: "random" } as const;
const rateTypes = ["float16", "float32", "float64", "int32", "int64"] as const;

/** So many numbers for each parameter. */
function inferDraws(c: InferContext): readonly TensorShape[] {
  return [shapeInput(c, 0).concatenate(c.input(1))];
}

const RandomGamma = defineOp({
  type: "RandomGamma",
  inputs: ["shape: S", "alpha: T"],
  outputs: ["output: T"],
  attrs: { ...seeds, S: attr.type(indexTypes), T: attr.type(["float16", "float32", "float64"]) },
  infer: inferDraws,
  ...flags,
});

const RandomPoissonV2 = defineOp({
  type: "RandomPoissonV2",
  inputs: ["shape: S", "rate: R"],
  outputs: ["output: dtype"],
  attrs: {
    ...seeds,
    S: attr.type(indexTypes),
    R: attr.type(rateTypes, "float64"),
    dtype: attr.type(rateTypes, "int64"),
  },
  infer: inferDraws,
  ...flags,
});

/** How drawn numbers change with the parameter of their distribution. */
const RandomGammaGrad = defineOp({
  type: "RandomGammaGrad",
  inputs: ["alpha: T", "sample: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(["float32", "float64"]) },
  infer: inferBroadcast,
});

/** The definitions of this family. */
export const randomGammaDefs = { RandomGamma, RandomGammaGrad, RandomPoissonV2 };
