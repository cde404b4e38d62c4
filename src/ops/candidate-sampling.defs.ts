/** Definitions of the ops that draw classes against which the true ones are compared. Mirrors core/ops/candidate_sampling_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { TensorShape } from "../tensor/shape.ts";
import { vectorShape, withRank, withValue } from "./shape-rules.ts";

const sampler = {
  inputs: ["true_classes: int64"],
  outputs: ["sampled_candidates: int64", "true_expected_count: float32", "sampled_expected_count: float32"],
  attrs: {
    num_true: attr.int(undefined, 1),
    num_sampled: attr.int(undefined, 1),
    unique: attr.bool(),
    range_max: attr.int(undefined, 1),
    seed: attr.int(0),
    seed2: attr.int(0),
  },
  infer: (c: InferContext, attrs: { readonly num_true: number; readonly num_sampled: number }) => {
    const batch = withRank(c.input(0), 2).dim(0);
    const sampled = vectorShape(attrs.num_sampled);
    return [sampled, new TensorShape([batch, attrs.num_true]), sampled];
  },
  stateful: true,
  effect: "random",
} as const;

const UniformCandidateSampler = defineOp({ type: "UniformCandidateSampler", ...sampler });
const LogUniformCandidateSampler = defineOp({ type: "LogUniformCandidateSampler", ...sampler });

const ComputeAccidentalHits = defineOp({
  type: "ComputeAccidentalHits",
  inputs: ["true_classes: int64", "sampled_candidates: int64"],
  outputs: ["indices: int32", "ids: int64", "weights: float32"],
  attrs: { num_true: attr.int(), seed: attr.int(0), seed2: attr.int(0) },
  infer: (c, { num_true }) => {
    withValue(withRank(c.input(0), 2).dim(1), num_true);
    withRank(c.input(1), 1);
    const hits = vectorShape(null);
    return [hits, hits, hits];
  },
});

/** The definitions of this family. */
export const candidateSamplingDefs = { UniformCandidateSampler, LogUniformCandidateSampler, ComputeAccidentalHits };
