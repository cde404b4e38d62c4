/**
 * A JavaScript peer's side of the benchmark: one round of a case, printed as a line of JSON. Usage: main.ts PEER CASE FOLDER, where
 * FOLDER holds the peer's packages. The program is the one that our side froze in this round; it must give what ours gave. Programs that
 * train are written in each peer's words: they begin with our weights, and must have our losses.
 */
import { median } from "../statistics.ts";
import type { PeerFigures } from "../timing.ts";
import { type FrozenProgram, feedElements, readFrozenProgram } from "./frozen-program.ts";
import { buildJaxJs } from "./jax-js.ts";
import { trainJaxJs } from "./jax-js-training.ts";
import { type BuildPeer, CannotRun, type Fed, type PeerCall } from "./peer-program.ts";
import { buildTfjs } from "./tfjs.ts";
import { trainTfjs } from "./tfjs-training.ts";

/** Of each peer what runs a frozen program, and what trains one by the name of its case. */
const builders: Readonly<Record<string, { readonly infer: BuildPeer; readonly train: (name: string) => BuildPeer }>> = {
  tfjs: { infer: buildTfjs, train: trainTfjs },
  "jax-js": { infer: buildJaxJs, train: () => trainJaxJs },
};

/** How long a call is repeated before it is measured, milliseconds: by then its code is compiled. */
const WARM_MS = 3000;
/** How long it is measured. */
const BUDGET_MS = 2000;
/** A slow peer takes seconds for a call: it has so many all the same, unless they take longer than `MOST_MS`. */
const LEAST_CALLS = 3;
const MOST_MS = 30_000;

/** How far an element may be off, in parts of the largest: sums are taken in another order, through up to a hundred layers. */
const TOLERANCE = 1e-3;

function check({ expected }: FrozenProgram, got: ArrayLike<number>): void {
  if (got.length !== expected.length) throw new CannotRun(`it gives ${got.length} elements, not ${expected.length}`);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const at = expected.findIndex((value, i) => !(Math.abs(value - (got[i] as number)) <= TOLERANCE * largest));
  if (at !== -1) throw new CannotRun(`it computes something else: element ${at} is ${got[at]}, not ${expected[at]}`);
}

/** The median time of a call, milliseconds, once it is warm; the call that was checked has warmed it, too. */
async function medianOf(body: () => ReturnType<PeerCall>): Promise<number> {
  for (const end = performance.now() + WARM_MS; performance.now() < end; ) await body();
  const times: number[] = [];
  let spent = 0;
  while (spent < BUDGET_MS || (times.length < LEAST_CALLS && spent < MOST_MS)) {
    const begun = performance.now();
    await body();
    times.push(performance.now() - begun);
    spent += times.at(-1) as number;
  }
  return median(times);
}

/** One call of a program that infers; of one that trains, a step for each loss that is known. */
async function firstCalls(call: PeerCall, { nodes, expected }: FrozenProgram, fed: readonly Fed[]): Promise<number[]> {
  const got: number[] = [];
  for (let step = 0; step < (nodes.length === 0 ? expected.length : 1); step += 1)
    got.push(...Array.from(await call(fed)));
  return got;
}

/** What a case gives with a peer. What the peer's own code throws, such as that it has no kernel, is what it lacks. */
async function outcomeOf(build: BuildPeer, program: FrozenProgram, folder: string): Promise<PeerFigures[string]> {
  const fed = program.feeds.map((feed) => ({ feed, values: feedElements(feed.shape, feed.below) }));
  try {
    const call = await build(folder, program);
    check(program, await firstCalls(call, program, fed));
    return await medianOf(() => call(fed));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof CannotRun)) console.error(error);
    return { cannot: error.message.split("\n")[0] ?? "" };
  }
}

async function measure(build: BuildPeer, name: string, folder: string): Promise<PeerFigures> {
  const program = readFrozenProgram(name);
  const value = await outcomeOf(build, program, folder);
  // One call is the peer of all of ours: of a run and of a frozen one.
  return Object.fromEntries(program.figures.map((figure) => [figure, value]));
}

const [peer = "", name = "", folder = ""] = process.argv.slice(2);
const found = builders[peer];
if (found === undefined) throw new Error(`there is no peer "${peer}" in JavaScript`);
const build = name.startsWith("train-") ? found.train(name) : found.infer;
console.log(JSON.stringify(await measure(build, name, folder)));
// Worker threads of a peer would keep the process alive.
process.exit();
