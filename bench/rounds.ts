/** Measures cases in processes of their own: each round of ours, then one of the peer, so that both see the same machine. */
import { spawnSync } from "node:child_process";
import { root } from "../tools/doors.mjs";
import { BenchError } from "./bench-error.ts";
import { cases, type Repeat } from "./cases.ts";
import type { Options } from "./options.ts";
import { Results } from "./results.ts";
import type { Figures } from "./timing.ts";

const peerProgram = "bench/tensorflow_peer.py";

/** A Python that has TensorFlow. */
export interface Peer {
  readonly python: string;
  readonly version: string;
}

/**
 * The peer, after a look whether it works.
 * @throws BenchError when there is no such Python, or no TensorFlow in it
 */
export function findPeer(): Peer {
  const python = process.env["NAMESAKE_PYTHON"] || "python3";
  const { status, stdout, stderr, error } = run(python, [peerProgram, "--version"]);
  if (status === 0) return { python, version: stdout.trim().split("\n").at(-1) ?? "" };
  const why = error ? error.message : stderr.trim().split("\n").at(-1);
  throw new BenchError(
    `--peers tensorflow needs a Python with TensorFlow, which "${python}" is not (${why}): install it there, name another Python in NAMESAKE_PYTHON, or leave --peers out.`,
  );
}

/** Measures what the options ask for; `progress` gets a line per round. */
export function measureAll(options: Options, peer: Peer | null, progress: (line: string) => void): Results {
  const results = new Results();
  for (const [at, name] of options.cases.entries()) {
    const found = cases[name];
    if (found === undefined) throw new BenchError(`There is no case "${name}".`);
    const rounds = roundsOf(found.ours, options.rounds);
    for (let round = 1; round <= rounds; round += 1) {
      const times = [`Namesake ${timed(() => results.add("namesake", ours(name, options.isQuick)))}`];
      if (peer !== null && round <= roundsOf(found.peer, options.rounds)) {
        times.push(`TensorFlow ${timed(() => results.add("tensorflow", theirs(name, peer)))}`);
      }
      progress(`${at + 1}/${options.cases.length} ${name}, round ${round}/${rounds}: ${times.join(", ")}`);
    }
  }
  return results;
}

function roundsOf(repeat: Repeat, rounds: number): number {
  return repeat === "every round" ? rounds : repeat === "first round" ? 1 : 0;
}

/** Seconds that a call took, as text. */
function timed(body: () => void): string {
  const begun = performance.now();
  body();
  return `${((performance.now() - begun) / 1e3).toFixed(1)} s`;
}

function ours(name: string, isQuick: boolean): Figures {
  // The heap of the largest case is beyond the default limit of small machines.
  const flags = ["--expose-gc", "--max-old-space-size=12000", "tools/run-ts.mjs", "--built"];
  return figuresOf(process.execPath, [...flags, "bench/measure.ts", name, ...(isQuick ? ["--quick"] : [])]);
}

function theirs(name: string, { python }: Peer): Figures {
  return figuresOf(python, [peerProgram, name]);
}

function run(command: string, args: readonly string[]) {
  return spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
}

/** The figures that a program prints as its last line. */
function figuresOf(command: string, args: readonly string[]): Figures {
  const { status, signal, stdout, stderr, error } = run(command, args);
  if (status === 0) return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Figures;
  const how = error?.message ?? (signal === null ? `exit code ${status}` : `ended by ${signal}`);
  throw new BenchError(`A round failed (${how}): ${command} ${args.join(" ")}\n${(stderr ?? "").trimEnd()}`);
}
