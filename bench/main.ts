/** The benchmark: `npm run bench -- [--peers tensorflow,tfjs,jax-js] [--cases a,b] [--quick] [--rounds N] [--out DIR]`. `options.ts` says more. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { BenchError } from "./bench-error.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { readOptions } from "./options.ts";
import { findPeer } from "./peers.ts";
import { report } from "./report.ts";
import type { Results } from "./results.ts";
import { measureAll } from "./rounds.ts";

function write(out: string, results: Results, machine: Machine): void {
  const folder = resolve(out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "latest.json"), `${JSON.stringify({ machine, figures: results }, null, 2)}\n`);
  writeFileSync(join(folder, "latest.md"), report(results, machine));
  console.error(`wrote latest.json and latest.md in ${relative(process.cwd(), folder) || "."}`);
}

function main(words: readonly string[]): void {
  const options = readOptions(words);
  const peers = options.peers.map(findPeer);
  const results = measureAll(options, peers, (line) => console.error(line));
  const machine = thisMachine(Object.fromEntries(peers.map(({ name, version }) => [name, version])));
  console.log(report(results, machine));
  if (options.out === null) console.error("not written, as it is not all of the benchmark; --out DIR writes it");
  else write(options.out, results, machine);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
