/** Kernels that draw candidates. Mirrors core/kernels/candidate_sampler_ops.cc and range_sampler.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { require } from "../kernels/checks.ts";
import { drawFrom } from "../kernels/draws.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { allocate, float32, int32, int64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { type PhiloxState, philoxWords, skipBlocks } from "../tensor/philox.ts";
import type { candidateSamplingDefs } from "./candidate-sampling.defs.ts";

/** A distribution over the classes from 0 to below a range. */
interface Distribution {
  sample(words: Words): number;
  probability(value: number): number;
}

/** The words of a stream, one after the other. */
class Words {
  #state: PhiloxState;
  #block: Uint32Array = new Uint32Array(0);
  #used = 0;

  constructor(state: PhiloxState) {
    this.#state = state;
  }

  next(): number {
    if (this.#used === this.#block.length) {
      this.#block = philoxWords(this.#state, BLOCK_WORDS);
      this.#state = skipBlocks(this.#state, BLOCK_WORDS / 4);
      this.#used = 0;
    }
    this.#used += 1;
    return this.#block[this.#used - 1] as number;
  }

  /** Uniform in [0, 1). */
  double(): number {
    const [high, low] = [this.next(), this.next()];
    return ((high & 0xfffff) * 2 ** 32 + low) / 2 ** 52;
  }

  /** Uniform below `range`: numbers that would make small results more likely are drawn again. */
  below(range: number): number {
    const limit = BigInt(range);
    const isPower = (limit & (limit - 1n)) === 0n;
    const rejected = isPower ? 0n : (UINT64_MAX % limit) + 1n;
    for (;;) {
      const [low, high] = [this.next(), this.next()];
      const drawn = (BigInt(high) << 32n) | BigInt(low);
      if (drawn >= rejected) return Number(drawn % limit);
    }
  }
}

/** How many words are made at once. */
const BLOCK_WORDS = 64;
const UINT64_MAX = (1n << 64n) - 1n;

/** 128-bit blocks that TensorFlow reserves for each candidate. */
const RESERVED_BLOCKS = 2048 / 4;

function uniform(range: number): Distribution {
  const probability = Math.fround(1 / range);
  return { sample: (words) => words.below(range), probability: () => probability };
}

/** Small classes are more likely: those of words that are numbered by how often they occur. */
function logUniform(range: number): Distribution {
  const logRange = Math.log1p(range);
  return {
    sample: (words) => (Math.trunc(Math.exp(words.double() * logRange)) - 1) % range,
    probability: (value) => Math.fround(Math.log((value + 2) / (value + 1)) / logRange),
  };
}

/** How often a class is expected among those drawn, of which so many were tried until they were different. */
function expectedCount(probability: number, count: number, tries: number): number {
  if (tries === count) return Math.fround(probability * count);
  return -Math.expm1(Math.fround(tries * Math.fround(Math.log1p(-probability))));
}

interface SamplerAttrs {
  readonly num_true: number;
  readonly num_sampled: number;
  readonly unique: boolean;
  readonly range_max: number;
}

/** @throws {InvalidArgumentError} for true classes that the sampler does not have. */
function checkTrueClasses(classes: NDArray, { num_true, num_sampled, unique, range_max }: SamplerAttrs): void {
  require(classes.rank === 2, () => "true_classes must be a matrix");
  const columns = classes.shape[1] as number;
  require(columns === num_true, () => `true_classes must have num_true columns, expected: ${columns} was: ${num_true}`);
  require(!unique || num_sampled <= range_max, () => "Sampler's range is too small.");
  for (const one of classes.data as BigInt64Array) {
    if (one >= 0n && one < BigInt(range_max)) continue;
    throw new InvalidArgumentError(`\`true_candidate\` out of range [0, ${range_max}), received ${one}`, { classes });
  }
}

function sample(classes: NDArray, attrs: SamplerAttrs, distribution: Distribution, context: KernelContext): NDArray[] {
  checkTrueClasses(classes, attrs);
  const count = attrs.num_sampled;
  const candidates = allocate(int64, count) as BigInt64Array;
  const tries = drawFrom(context, (state) => {
    const words = new Words(state);
    const used = new Set<number>();
    let tried = 0;
    for (let picked = 0; picked < count; tried += 1) {
      const value = distribution.sample(words);
      if (attrs.unique && used.has(value)) continue;
      used.add(value);
      candidates[picked] = BigInt(value);
      picked += 1;
    }
    return { elements: tried, next: skipBlocks(state, RESERVED_BLOCKS * count) };
  });
  const expected = (of: BigInt64Array, shape: readonly number[]): NDArray => {
    const counts = Float32Array.from(of, (one) => expectedCount(distribution.probability(Number(one)), count, tries));
    return new NDArray(float32, shape, counts);
  };
  return [
    new NDArray(int64, [count], candidates),
    expected(classes.data as BigInt64Array, classes.shape),
    expected(candidates, [count]),
  ];
}

/** What is added to the score of a candidate that is a true class after all: it counts no more. */
const NO_SCORE = -3.4028234663852886e38;

function accidentalHits(classes: NDArray, candidates: NDArray, numTrue: number): NDArray[] {
  require(classes.rank === 2 && classes.shape[1] === numTrue, () =>
    "true_candidates must be a batch_size * num_true matrix");
  require(candidates.rank === 1, () =>
    "sampled_candidates must be a vector, which is typically an output from CandidateSampler");
  // Of a candidate that was drawn twice, the last place counts.
  const places = new Map([...(candidates.data as BigInt64Array).entries()].map(([place, one]) => [one, place]));
  const rows: number[] = [];
  const ids: bigint[] = [];
  for (const [i, one] of (classes.data as BigInt64Array).entries()) {
    const place = places.get(one);
    if (place === undefined) continue;
    rows.push(Math.floor(i / numTrue));
    ids.push(BigInt(place));
  }
  const shape = [rows.length];
  return [
    new NDArray(int32, shape, Int32Array.from(rows)),
    new NDArray(int64, shape, BigInt64Array.from(ids)),
    new NDArray(float32, shape, new Float32Array(rows.length).fill(NO_SCORE)),
  ];
}

/** The kernels of this family. */
export const candidateSamplingKernels = kernelsFor<typeof candidateSamplingDefs>()({
  UniformCandidateSampler: ([classes], attrs, context) => sample(classes, attrs, uniform(attrs.range_max), context),
  LogUniformCandidateSampler: ([classes], attrs, context) =>
    sample(classes, attrs, logUniform(attrs.range_max), context),
  ComputeAccidentalHits: ([classes, candidates], { num_true }) => accidentalHits(classes, candidates, num_true),
});
