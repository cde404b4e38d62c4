/** Classes drawn with the probabilities that unnormalized logarithms tell. Mirrors core/kernels/multinomial_op.cc. */
import { unitFloat64 } from "../tensor/box-muller.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { require, shapeText } from "./checks.ts";

/** Draws class numbers; `draw` gives words of the stream, two for each number. */
export function drawClasses(
  logits: NDArray,
  samples: NDArray,
  dtype: DType,
  draw: (words: number, batch: number, count: number) => Uint32Array,
): NDArray {
  checkMultinomial(logits, samples);
  const [batch = 0, classes = 0] = logits.shape;
  const count = Number(samples.at(0));
  const out = allocate(dtype, batch * count);
  if (batch * count === 0) return new NDArray(dtype, [batch, count], out);
  const words = draw(2 * batch * count, batch, count);
  const cumulative = new Float64Array(classes);
  for (let row = 0; row < batch; row += 1) {
    const total = accumulateWeights(logits, row * classes, cumulative);
    for (let i = row * count; i < (row + 1) * count; i += 1) {
      const found = firstAbove(cumulative, unitFloat64(words[2 * i] as number, words[2 * i + 1] as number) * total);
      if (dtype.isBig) (out as BigInt64Array)[i] = BigInt(found);
      else (out as Int32Array)[i] = found;
    }
  }
  return new NDArray(dtype, [batch, count], out);
}

function checkMultinomial(logits: NDArray, samples: NDArray): void {
  require(logits.rank === 2, () => `logits should be a matrix, got shape ${shapeText(logits.shape)}`, { logits });
  require(samples.rank === 0, () => `num_samples should be a scalar, got shape ${shapeText(samples.shape)}`, {
    samples,
  });
  require(Number(samples.at(0)) >= 0, () => `num_samples should be non-negative, got ${samples.at(0)}`, { samples });
  require((logits.shape[1] as number) > 0, () => `num_classes should be positive, got ${logits.shape[1]}`, { logits });
}

/** Fills the running sums of the classes' weights, the largest being 1; what is not finite weighs nothing. Gives the whole sum. */
function accumulateWeights(logits: NDArray, start: number, cumulative: Float64Array): number {
  let largest = -Infinity;
  for (let j = 0; j < cumulative.length; j += 1) {
    const logit = Number(logits.at(start + j));
    if (Number.isFinite(logit)) largest = Math.max(largest, logit);
  }
  let total = 0;
  for (let j = 0; j < cumulative.length; j += 1) {
    const logit = Number(logits.at(start + j));
    if (Number.isFinite(logit)) total += Math.exp(logit - largest);
    cumulative[j] = total;
  }
  return total;
}

/** The first position whose value is above `limit`. */
function firstAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
