/** Builders that draw candidates: classes against which the true ones are compared, where there are too many to compare with all. Mirrors python/ops/candidate_sampling_ops.py. */
import { applyOp } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { candidateSamplingDefs as defs } from "./candidate-sampling.defs.ts";
import type { NameOption } from "./op-scope.ts";
import { seedAttrs } from "./random-seed.ts";

/** Options of the samplers. */
export interface SamplerOptions extends NameOption {
  readonly seed?: number | null | undefined;
}

/** What a sampler gives. */
export interface CandidateSample {
  /** The classes that were drawn, for the whole batch. Shape: `[numSampled]`. Dtype: int64. */
  readonly sampledCandidates: Tensor;
  /** How often each true class was to be expected among them. Shape: `[batch, numTrue]`. */
  readonly trueExpectedCount: Tensor;
  /** How often each drawn class was to be expected among them. Shape: `[numSampled]`. */
  readonly sampledExpectedCount: Tensor;
}

/** The true classes that were drawn by accident. */
export interface AccidentalHits {
  /** The row of the true class. Shape: `[hits]`. Dtype: int32. */
  readonly indices: Tensor;
  /** The place among the candidates. Shape: `[hits]`. Dtype: int64. */
  readonly ids: Tensor;
  /** The least float32, to be added to the candidate's score. Shape: `[hits]`. */
  readonly weights: Tensor;
}

interface SamplerCall {
  readonly trueClasses: TensorLike;
  readonly num_true: number;
  readonly num_sampled: number;
  readonly unique: boolean;
  readonly range_max: number;
}

function drawCandidates(def: OpDef, { trueClasses, ...attrs }: SamplerCall, options: SamplerOptions): CandidateSample {
  return publicCall(() => {
    const op = applyOp(def, [trueClasses], { ...attrs, ...seedAttrs(options.seed) }, options.name);
    const [sampledCandidates, trueExpectedCount, sampledExpectedCount] = op.outputs as readonly [
      Tensor,
      Tensor,
      Tensor,
    ];
    return { sampledCandidates, trueExpectedCount, sampledExpectedCount };
  });
}

/**
 * Draws classes of which small ones are more likely: class k with log((k + 2) / (k + 1)) / log(rangeMax + 1).
 * That suits words that are numbered from the most to the least frequent.
 *
 * Shapes: trueClasses `[batch, numTrue]`. Dtypes: trueClasses int64.
 *
 * @param unique whether all candidates differ; then at most `rangeMax` can be drawn.
 * @throws {InvalidArgumentError} at the run, for true classes out of range, or when too many different ones are asked for.
 * @see TensorFlow `tf.random.log_uniform_candidate_sampler`, python/ops/candidate_sampling_ops.py; `LogUniformCandidateSampler`
 * @example
 * const labels = constant([[2], [5]], { dtype: "int64" });
 * const sample = random.logUniformCandidateSampler(labels, 1, 3, true, 10, { seed: 1 });
 * sample.trueExpectedCount.shape.toString(); // "(2, 1)"
 */
export function logUniformCandidateSampler(
  trueClasses: TensorLike,
  numTrue: number,
  numSampled: number,
  unique: boolean,
  rangeMax: number,
  options: SamplerOptions = {},
): CandidateSample {
  const call = { trueClasses, num_true: numTrue, num_sampled: numSampled, unique, range_max: rangeMax };
  return drawCandidates(defs.LogUniformCandidateSampler, call, options);
}

/**
 * Draws classes of which all are as likely.
 *
 * Shapes: trueClasses `[batch, numTrue]`. Dtypes: trueClasses int64.
 *
 * @param unique whether all candidates differ; then at most `rangeMax` can be drawn.
 * @throws {InvalidArgumentError} at the run, for true classes out of range, or when too many different ones are asked for.
 * @see TensorFlow `tf.random.uniform_candidate_sampler`, python/ops/candidate_sampling_ops.py; `UniformCandidateSampler`
 * @example
 * const labels = constant([[2], [5]], { dtype: "int64" });
 * const sample = random.uniformCandidateSampler(labels, 1, 3, true, 10, { seed: 1 });
 * sample.sampledCandidates.shape.toString(); // "(3,)"
 */
export function uniformCandidateSampler(
  trueClasses: TensorLike,
  numTrue: number,
  numSampled: number,
  unique: boolean,
  rangeMax: number,
  options: SamplerOptions = {},
): CandidateSample {
  const call = { trueClasses, num_true: numTrue, num_sampled: numSampled, unique, range_max: rangeMax };
  return drawCandidates(defs.UniformCandidateSampler, call, options);
}

/**
 * Where true classes are among the candidates that were drawn.
 *
 * Shapes: trueClasses `[batch, numTrue]`, sampledCandidates `[n]`. Dtypes: both int64.
 *
 * @throws {InvalidArgumentError} at the run, for other shapes.
 * @see TensorFlow `tf.nn.compute_accidental_hits`, python/ops/candidate_sampling_ops.py; `ComputeAccidentalHits`
 * @example
 * const long = (value) => constant(value, { dtype: "int64" });
 * const { ids } = nn.computeAccidentalHits(long([[2], [5]]), long([5, 7]), 1);
 * session.runSync(ids).toArray(); // [0n]
 */
export function computeAccidentalHits(
  trueClasses: TensorLike,
  sampledCandidates: TensorLike,
  numTrue: number,
  options: SamplerOptions = {},
): AccidentalHits {
  return publicCall(() => {
    const attrs = { num_true: numTrue, ...seedAttrs(options.seed) };
    const op = applyOp(defs.ComputeAccidentalHits, [trueClasses, sampledCandidates], attrs, options.name);
    const [indices, ids, weights] = op.outputs as readonly [Tensor, Tensor, Tensor];
    return { indices, ids, weights };
  });
}
