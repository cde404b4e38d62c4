/** Random graphs beside TensorFlow: they are written as GraphDefs, tools/random-graphs/run_graphs.py runs them, and the values are compared. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { encodeGraphDef } from "../../src/formats/graphdef.ts";
import type { Operation } from "../../src/graph/operation.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { allocate, asDType, type DTypeName } from "../../src/tensor/dtype.ts";
import { NDArray } from "../../src/tensor/ndarray.ts";
import { programText } from "../../test/random-graphs/comparison.ts";
import { deviation, type Expectation, expectations } from "../../test/random-graphs/evaluation.ts";
import { type RandomGraph, randomGraph } from "../../test/random-graphs/generator.ts";

/** A value on the way to Python and back: the bytes of its elements, or texts. */
interface WireValue {
  readonly dtype: DTypeName;
  readonly shape: readonly number[];
  readonly data: string | readonly string[];
}

/** What TensorFlow gives for one graph: for each fetch a value, its failure, or nothing where it has no kernel. */
interface Answer {
  readonly seed: number;
  /** Why it does not take the graph at all. */
  readonly refused?: string;
  readonly fetches?: readonly (WireValue | { readonly error: readonly [string, string] } | null)[];
  readonly failing?: readonly [string, string] | null;
}

const asMemoryWas = "TensorFlow leaves some elements as memory was";
const inAnyOrder = "TensorFlow gives the rows in the order of a table of hashes";

/** Ops of which TensorFlow's own values are not to be relied on, and why: graphs with them are not compared. */
const unsteady: Readonly<Record<string, string>> = {
  DepthwiseConv2dNativeBackpropFilter: `${asMemoryWas}, where there is no image`,
  ResizeArea: `${asMemoryWas}, or reads what lies beside the image`,
  SparseSegmentMeanGrad: `${asMemoryWas}, where there is no row`,
  SparseSegmentSqrtNGrad: `${asMemoryWas}, where there is no row`,
  SparseSegmentSumGrad: `${asMemoryWas}, where there is no row`,
  SparseSegmentMeanGradV2: inAnyOrder,
  SparseSegmentSqrtNGradV2: inAnyOrder,
  SparseSegmentSumGradV2: inAnyOrder,
  Erfinv: "TensorFlow has nine digits of doubles near 0",
  MaxPool3DGradGrad: "TensorFlow refuses empty batches",
};

const numbers = (op: Operation, attr: string): readonly number[] => op.getAttr(attr) as readonly number[];

/** Pools of volumes with steps above their windows: without oneDNN, TensorFlow's begin further inside than with it, as users have it. */
const skips = (op: Operation): boolean => {
  const windows = numbers(op, "ksize");
  return numbers(op, "strides").some((stride, i) => stride > (windows[i] as number));
};

/** Uses of ops of which the same is true. */
const unsteadyUses: Readonly<Record<string, (op: Operation) => boolean>> = {
  AvgPool3D: skips,
  AvgPool3DGrad: skips,
  MaxPool3D: skips,
  MaxPool3DGrad: skips,
  // TensorFlow infers shapes with the dilations of rows and columns exchanged.
  Conv3D: (op) => numbers(op, "dilations")[2] !== numbers(op, "dilations")[3],
};

function isUnsteady(op: Operation): boolean {
  if (Object.hasOwn(unsteady, op.type)) return true;
  return Object.hasOwn(unsteadyUses, op.type) && (unsteadyUses[op.type] as (op: Operation) => boolean)(op);
}

/** How many graphs are on their way at a time. */
const AHEAD = 64;

/** Compares the graphs of the seeds with TensorFlow; `note` is told of each. */
export async function compareWithTensorFlow(
  seeds: readonly number[],
  note: (one: RandomGraph, found: string | null) => void,
): Promise<void> {
  let rest = [...seeds];
  let isAnswering = true;
  while (rest.length > 0) {
    const unanswered = await runPython(rest, note);
    const wasAnswering = isAnswering;
    isAnswering = unanswered.length < rest.length;
    if (!isAnswering && !wasAnswering)
      throw new Error("TensorFlow answers nothing: does NAMESAKE_PYTHON name a Python that has it?");
    const [killer, ...others] = unanswered;
    // Some graphs end TensorFlow's process: there is nothing to compare.
    if (killer !== undefined) note(randomGraph(killer), null);
    rest = others;
    if (killer !== undefined) console.error(`seed ${killer} ended TensorFlow's process`);
  }
}

/** Gives graphs to one process, in order; the seeds of those that it did not answer. */
async function runPython(
  seeds: readonly number[],
  note: (one: RandomGraph, found: string | null) => void,
): Promise<readonly number[]> {
  const python = spawn(process.env["NAMESAKE_PYTHON"] ?? "python3", ["tools/random-graphs/run_graphs.py"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  // A process that has ended is noticed by its output.
  python.stdin.on("error", () => undefined);
  const sent = new Map<number, RandomGraph>();
  let next = 0;
  const send = (): void => {
    const seed = seeds[next];
    next += 1;
    if (seed === undefined) {
      if (sent.size === 0) python.stdin.end();
      return;
    }
    const one = randomGraph(seed);
    sent.set(seed, one);
    python.stdin.write(`${JSON.stringify(request(one))}\n`);
  };
  for (let i = 0; i < AHEAD; i += 1) send();
  for await (const line of createInterface({ input: python.stdout })) {
    const answer = JSON.parse(line) as Answer;
    const one = sent.get(answer.seed) as RandomGraph;
    sent.delete(answer.seed);
    note(one, difference(one, answer));
    send();
  }
  return [...sent.keys(), ...seeds.slice(next)];
}

function request(one: RandomGraph): object {
  return {
    seed: one.seed,
    graph: Buffer.from(encodeGraphDef(one.graph.asGraphDef())).toString("base64"),
    initializers: one.initializers.map(({ name }) => name),
    feeds: [...one.feeds].map(([{ name }, value]) => [name, wireValue(value)]),
    fetches: one.fetches.map(({ name }) => name),
    failing: one.failing?.name ?? null,
  };
}

function wireValue({ dtype, shape, data }: NDArray): WireValue {
  const written = Array.isArray(data)
    ? data.map((text) => Buffer.from(text).toString("base64"))
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  return { dtype: dtype.name as DTypeName, shape, data: written };
}

function valueOf({ dtype, shape, data }: WireValue): NDArray {
  const type = asDType(dtype);
  if (typeof data !== "string")
    return new NDArray(
      type,
      shape,
      data.map((text) => new Uint8Array(Buffer.from(text, "base64"))),
    );
  const made = allocate(
    type,
    shape.reduce((n, d) => n * d, 1),
  ) as Float32Array;
  new Uint8Array(made.buffer).set(Buffer.from(data, "base64"));
  return new NDArray(type, shape, made);
}

/** What is different in TensorFlow, with the first value that is. */
function difference(one: RandomGraph, answer: Answer): string | null {
  if (one.tried.some(isUnsteady)) return null;
  if (answer.refused !== undefined) return `TensorFlow refuses the graph: ${answer.refused}`;
  const expected = expectations(one);
  const found = one.fetches.flatMap((fetch, i) => {
    const what = fetchDifference(answer.fetches?.[i] ?? null, expected.get(fetch) as Expectation);
    return what === null ? [] : [{ fetch, what }];
  });
  const [first] = found;
  if (first !== undefined) return [...found.map(told), programText(one, first.fetch.op)].join("\n");
  return failureDifference(one, answer);
}

function told({ fetch, what }: { readonly fetch: Tensor; readonly what: string }): string {
  return `${fetch.name} (${fetch.op.type}) ${what}`;
}

function fetchDifference(
  given: WireValue | { readonly error: readonly [string, string] } | null,
  expected: Expectation,
): string | null {
  if (given === null) return null;
  if ("error" in given) return `fails in TensorFlow: ${given.error.join(": ")}`;
  const theirs = valueOf(given);
  // The deviation of ours from theirs has the same size.
  const what = deviation(theirs, expected);
  return what === null ? null : `in TensorFlow ${what}`;
}

function failureDifference(one: RandomGraph, { failing }: Answer): string | null {
  if (one.failing === null || failing === undefined || failing !== null) return null;
  return `${one.failing.name} fails here, and not in TensorFlow\n${programText(one, one.failing)}`;
}
