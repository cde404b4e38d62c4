/** The seeds of random ops: how the graph's seed and an op's seed make the attrs `seed` and `seed2`. Mirrors python/framework/random_seed.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";

/** Stands for the graph's seed where only the op has one; `DEFAULT_GRAPH_SEED`, python/framework/random_seed.py. */
const DEFAULT_GRAPH_SEED = 87654321;

/** Seeds are taken modulo this; `_MAXINT32`. */
const SEED_MODULUS = 2 ** 31 - 1;

/** A pair of seeds, `null` where nothing was asked for. */
export type SeedPair = readonly [seed: number | null, seed2: number | null];

/**
 * The pair of seeds for a random op made now in the default graph.
 *
 * With a graph seed and no op seed, the second is the number of such requests before, so each call counts.
 *
 * @param opSeed the op's own seed, or `null`.
 * @throws {ArgumentTypeError} for a seed that is no finite number; fractions are cut off.
 * @see TensorFlow `get_seed`, python/framework/random_seed.py
 * @example
 * getSeed(3); // [87654321, 3]
 */
export function getSeed(opSeed: number | null = null): SeedPair {
  const graph = getDefaultGraph();
  const own = opSeed === null ? null : truncated(opSeed);
  if (graph.seed === null) return own === null ? [null, null] : [DEFAULT_GRAPH_SEED, own];
  const pair = [truncated(graph.seed), own ?? truncated(graph.nextUnseeded())] as const;
  // To kernels (0, 0) means a seed that nobody can foresee.
  return pair[0] === 0 && pair[1] === 0 ? [0, SEED_MODULUS] : pair;
}

function truncated(seed: number): number {
  if (!Number.isFinite(seed)) {
    throw new ArgumentTypeError(`Expected int for argument 'seed' not ${pythonText(seed)}.`, { seed });
  }
  return Math.trunc(((seed % SEED_MODULUS) + SEED_MODULUS) % SEED_MODULUS);
}

/** The attrs `seed` and `seed2` of a random op made now. Ops without any seed have 0 and 0. */
export function seedAttrs(opSeed: number | null | undefined): { readonly seed: number; readonly seed2: number } {
  const [seed, seed2] = getSeed(opSeed ?? null);
  return { seed: seed ?? 0, seed2: seed2 ?? 0 };
}

/**
 * Sets the seed of the default graph, for random ops made from now on.
 * @see TensorFlow `set_random_seed`, python/framework/random_seed.py
 * @example
 * setRandomSeed(1234);
 * randomUniform([2]); // seeds 1234 and 0, then 1234 and 1, …
 */
export function setRandomSeed(seed: number): void {
  getDefaultGraph().setSeed(seed);
}
