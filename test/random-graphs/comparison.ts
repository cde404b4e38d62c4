/** Runs a random graph on an engine and compares with what its kernels give; tells what differs, with the least program that shows it. */
import { NamesakeError } from "../../src/base/errors.ts";
import { attrText } from "../../src/graph/node-text.ts";
import type { Operation } from "../../src/graph/operation.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import type { Engine } from "../../src/session/engine.ts";
import { Session } from "../../src/session/session.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { deviation, type Expectation, expectations } from "./evaluation.ts";
import type { RandomGraph } from "./generator.ts";

/** The values of fetches by an engine; or the first line of its failure. */
export type Outcome = readonly NDArray[] | string;

/** Runs the fetches in one step, with fresh variables. */
export function runOn(engine: Engine, one: RandomGraph, fetches: readonly (Tensor | Operation)[]): Outcome {
  const session = new Session({ graph: one.graph, engine });
  try {
    for (const op of one.initializers) session.runSync(op);
    return session.runSync(fetches as readonly Tensor[], [...one.feeds]) as readonly NDArray[];
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    return `${error.name}: ${error.message.split("\n")[0]}`;
  } finally {
    session.close();
  }
}

/** What is wrong with an outcome: each fetch that is not what it should be. */
export function deviations(
  outcome: Outcome,
  fetches: readonly Tensor[],
  expected: ReadonlyMap<Tensor, Expectation>,
): readonly string[] {
  if (typeof outcome === "string") return [`fails: ${outcome}`];
  return fetches.flatMap((fetch, i) => {
    const what = deviation(outcome[i] as NDArray, expected.get(fetch) as Expectation);
    return what === null ? [] : [`${fetch.name} ${what}`];
  });
}

/** What differs on an engine from the kernels; nothing if it agrees, in failing, too. `run` gives its outcome. */
export function disagreement(
  one: RandomGraph,
  run: (fetches: readonly (Tensor | Operation)[]) => Outcome,
  reference: Engine,
): string | null {
  const expected = expectations(one);
  const found = deviations(run(one.fetches), one.fetches, expected);
  if (found.length > 0) return [...found, ...leastProgram(one, run, expected)].join("\n");
  if (one.failing === null) return null;
  const [theirs, ours] = [run([one.failing]), runOn(reference, one, [one.failing])];
  return typeof theirs === "string" && theirs === ours
    ? null
    : `${one.failing.name} gives ${shown(theirs)} instead of ${shown(ours)}\n${programText(one, one.failing)}`;
}

function shown(outcome: Outcome): string {
  return typeof outcome === "string" ? outcome : "no error";
}

/** The first fetch that is wrong all by itself, and what leads to it. */
function leastProgram(
  one: RandomGraph,
  run: (fetches: readonly Tensor[]) => Outcome,
  expected: ReadonlyMap<Tensor, Expectation>,
): readonly string[] {
  for (const fetch of one.fetches) {
    const found = deviations(run([fetch]), [fetch], expected);
    if (found.length > 0) return ["fetched alone:", ...found, programText(one, fetch.op)];
  }
  return ["each fetch alone is right; together:", ...one.fetches.map(({ op }) => programText(one, op))];
}

/** The nodes that lead to an op, one to a line. */
export function programText(one: RandomGraph, target: Operation): string {
  const needed = new Set<Operation>();
  const need = (op: Operation): void => {
    if (needed.has(op)) return;
    needed.add(op);
    for (const input of op.inputs) need(input.op);
  };
  need(target);
  return one.graph.operations
    .filter((op) => needed.has(op))
    .map((op) => {
      const [first] = op.outputs;
      const value = (first && one.feeds.get(first)) ?? one.variables.get(op) ?? op.attrs["value"];
      const shownValue =
        typeof value === "object" && "dtype" in value
          ? ` = ${value.dtype.name}[${value.shape.join(",")}] ${valueText(value)}`
          : "";
      const inputs = op.inputs.map((input) => input.name).join(", ");
      return `  ${op.name}: ${op.type}${attrText(op)}(${inputs}) -> ${op.outputs.map((o) => o.shape.toBrackets()).join(" ")}${shownValue}`;
    })
    .join("\n");
}

/** How much of a value is shown. */
const MOST_SHOWN = 300;

function valueText(value: NDArray): string {
  const text = JSON.stringify(value.toArray(), (_, x: unknown) =>
    typeof x === "bigint" || (typeof x === "number" && !Number.isFinite(x)) ? String(x) : x,
  );
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
