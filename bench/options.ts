/** The command line of the benchmark. */
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";
import { cases } from "./cases.ts";
import { isPeerName, type PeerName, peerNames } from "./peer-names.ts";

export const usage = `usage: npm run bench -- [--peers tensorflow,tfjs,jax-js] [--cases a,b] [--quick] [--rounds N] [--out DIR]
  --peers   measures others, too, where they have the case: a round of each after each of ours
              tensorflow  TensorFlow; NAMESAKE_PYTHON names its Python (python3)
              tfjs        TensorFlow.js on WebAssembly, in Node; the first time npm installs it among the caches
              jax-js      jax-js on WebAssembly, in Node; installed likewise
  --cases   only these: ${Object.keys(cases).join(", ")}
  --quick   one round, without what takes long
  --rounds  so many rounds of each case (5)
  --out     writes latest.json and latest.md there; without it only a full run writes, to bench/results`;

export interface Options {
  readonly cases: readonly string[];
  /** In the order of the report, which is the order of their rounds. */
  readonly peers: readonly PeerName[];
  readonly isQuick: boolean;
  readonly rounds: number;
  /** Relative to where the program runs; `null` where nothing is written. */
  readonly out: string | null;
}

const spec = {
  peers: { type: "string" },
  cases: { type: "string" },
  quick: { type: "boolean", default: false },
  rounds: { type: "string" },
  out: { type: "string" },
} as const;

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: spec }).values;
  } catch (error) {
    throw error instanceof Error ? new BenchError(`${error.message}\n${usage}`) : error;
  }
}

/**
 * Reads the words after the program's name.
 * @throws BenchError at an unknown option, peer or case, or a number of rounds that is none
 */
export function readOptions(words: readonly string[]): Options {
  const { peers, cases: list, quick: isQuick, rounds: count, out } = parsed(words);
  const rounds = count === undefined ? (isQuick ? 1 : 5) : Number(count);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new BenchError(`--rounds takes a whole number from 1 on, not "${count}".`);
  }
  const isFull = list === undefined && !isQuick;
  const chosen = list === undefined ? casesOf(isQuick) : namedCases(list);
  return {
    cases: chosen,
    peers: peers === undefined ? [] : namedPeers(peers),
    isQuick,
    rounds,
    out: out ?? (isFull ? "bench/results" : null),
  };
}

function casesOf(isQuick: boolean): string[] {
  const all = Object.entries(cases);
  return all.filter(([, { isLong }]) => !isQuick || !isLong).map(([name]) => name);
}

function wordsOf(list: string): string[] {
  return [...new Set(list.split(",").map((name) => name.trim()))];
}

function namedPeers(list: string): PeerName[] {
  const words = wordsOf(list);
  for (const word of words) {
    if (!isPeerName(word)) throw new BenchError(`There is no peer "${word}". The peers are ${peerNames.join(", ")}.`);
  }
  return peerNames.filter((name) => words.includes(name));
}

function namedCases(list: string): string[] {
  const names = wordsOf(list);
  for (const name of names) {
    if (!Object.hasOwn(cases, name)) {
      throw new BenchError(`There is no case "${name}". The cases are ${Object.keys(cases).join(", ")}.`);
    }
  }
  return names;
}
