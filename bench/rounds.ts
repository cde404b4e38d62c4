/** Measures cases in processes of their own: each round of ours, then one of each peer, so that all see the same machine. */
import { BenchError } from "./bench-error.ts";
import { type BenchCase, cases, type Repeat } from "./cases.ts";
import { removeFrozenProgram } from "./javascript-peers/frozen-program.ts";
import type { Options } from "./options.ts";
import { peerTitles } from "./peer-names.ts";
import { figuresOf, type Peer } from "./peers.ts";
import { Results } from "./results.ts";
import type { Figures } from "./timing.ts";

/** One case, while it is measured. */
interface Measuring {
  readonly name: string;
  readonly found: BenchCase;
  readonly options: Options;
  readonly peers: readonly Peer[];
  readonly results: Results;
}

/** Measures what the options ask for; `progress` gets a line per round. */
export function measureAll(options: Options, peers: readonly Peer[], progress: (line: string) => void): Results {
  const results = new Results();
  for (const [at, name] of options.cases.entries()) {
    const found = cases[name];
    if (found === undefined) throw new BenchError(`There is no case "${name}".`);
    const rounds = roundsOf(found.ours, options.rounds);
    for (let round = 1; round <= rounds; round += 1) {
      const times = measureRound({ name, found, options, peers, results }, round);
      progress(`${at + 1}/${options.cases.length} ${name}, round ${round}/${rounds}: ${times.join(", ")}`);
    }
  }
  return results;
}

/** What each side took, as text. */
function measureRound({ name, found, options, peers, results }: Measuring, round: number): string[] {
  // A peer that could not do it in one round is not asked again.
  const asked = peers.filter(
    (peer) =>
      round <= roundsOf(found.peers[peer.name] ?? "never", options.rounds) && !results.isRefused(peer.name, name),
  );
  const isFrozen = asked.some((peer) => peer.name !== "tensorflow");
  const [figures, time] = timed(() => ours(name, options.isQuick, isFrozen));
  results.add("namesake", figures);
  const times = [`Namesake ${time}`];
  for (const peer of asked) {
    const [theirs, theirTime] = timed(() => peer.measure(name, figures));
    results.add(peer.name, theirs, name);
    times.push(`${peerTitles[peer.name]} ${theirTime}`);
  }
  if (isFrozen) removeFrozenProgram(name);
  return times;
}

function roundsOf(repeat: Repeat, rounds: number): number {
  return repeat === "every round" ? rounds : repeat === "first round" ? 1 : 0;
}

/** What a call gives, and the seconds that it took, as text. */
function timed<T>(body: () => T): [T, string] {
  const begun = performance.now();
  const result = body();
  return [result, `${((performance.now() - begun) / 1e3).toFixed(1)} s`];
}

function ours(name: string, isQuick: boolean, isFrozen: boolean): Figures {
  // The heap of the largest case is beyond the default limit of small machines.
  const flags = ["--expose-gc", "--max-old-space-size=12000", "tools/run-ts.mjs", "--built"];
  const words = [...(isQuick ? ["--quick"] : []), ...(isFrozen ? ["--frozen"] : [])];
  return figuresOf(process.execPath, [...flags, "bench/measure.ts", name, ...words]);
}
