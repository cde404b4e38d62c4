/** The engine contract: random streams, printing and strings, which every engine shares with the session. */
import { controlDependencies } from "../graph/scope-functions.ts";
import { constant, placeholder, zeros } from "../ops/array.ts";
import { equal } from "../ops/compare.ts";
import { concat } from "../ops/concat.ts";
import { gather } from "../ops/gather.ts";
import { Print } from "../ops/logging.ts";
import { add, multiply } from "../ops/math.ts";
import { randomNormal, randomUniform } from "../ops/random.ts";
import { setRandomSeed } from "../ops/random-seed.ts";
import { reduceSum } from "../ops/reduce.ts";
import type { NestedArray } from "../tensor/ndarray.ts";
import { assign } from "../variables/assign.ts";
import { Variable } from "../variables/variable.ts";
import {
  abortedSignal,
  type CaseContext,
  type ContractCase,
  failureOf,
  inNewGraph,
  valuesOf,
} from "./contract-case.ts";

/** What `tf.random_uniform([3], seed=2)` gives first under `tf.set_random_seed(1)`; TensorFlow 2.21.0, 2026-11-21. */
const firstDraws = [0.406396746635437, 0.8575996160507202, 0.05539584159851074] as const;

async function drawsTensorFlowsNumbers({ session, expect }: CaseContext): Promise<void> {
  const { graph, x } = inNewGraph((made) => {
    setRandomSeed(1);
    return { graph: made, x: multiply(randomUniform([3], { seed: 2 }), 1) };
  });
  const [values] = (await valuesOf(session({ graph }), [x])) as [NestedArray[]];
  expect(values.map((value, i) => Math.abs(Number(value) - (firstDraws[i] ?? 0)) < 1e-7)).toEqual([true, true, true]);
}

function seeded() {
  return inNewGraph((graph) => {
    setRandomSeed(7);
    const x = placeholder("int32", []);
    const drawn = randomNormal([4]);
    const checked = controlDependencies([drawn], () => gather(constant([1, 2]), x));
    const v = new Variable(zeros([4]));
    return { graph, x, drawn, checked, v, store: assign(v, drawn) };
  });
}

async function goesOn({ session, expect }: CaseContext): Promise<void> {
  const { graph, drawn } = seeded();
  const [one, other] = [session({ graph }), session({ graph })];
  const sequence = [await valuesOf(one, [drawn]), await valuesOf(one, [drawn])];
  expect(JSON.stringify(sequence[0]) === JSON.stringify(sequence[1])).toEqual(false);
  expect([await valuesOf(other, [drawn]), await valuesOf(other, [drawn])]).toEqual(sequence);
}

async function takesBack({ session, expect }: CaseContext): Promise<void> {
  const { graph, drawn, checked, x, store, v } = seeded();
  const [one, other] = [session({ graph }), session({ graph })];
  expect((await failureOf(one.run([checked, store], [[x, 9]])))?.[0]).toEqual("InvalidArgumentError");
  expect((await failureOf(one.run([drawn], [], { signal: abortedSignal() })))?.[0]).toEqual("CancelledError");
  expect(await valuesOf(one, [drawn])).toEqual(await valuesOf(other, [drawn]));
  expect((await failureOf(one.run(v)))?.[0]).toEqual("FailedPreconditionError");
}

async function drawsOnce({ session, expect }: CaseContext): Promise<void> {
  const { graph, drawn, total, twice } = inNewGraph((made) => {
    const drawn = randomUniform([2]);
    return { graph: made, drawn, total: reduceSum(add(drawn, drawn)), twice: reduceSum(multiply(drawn, 2)) };
  });
  const [, sum, product] = await valuesOf(session({ graph }), [drawn, total, twice]);
  expect(sum).toEqual(product);
}

async function printsWhenItSucceeds({ session, expect }: CaseContext): Promise<void> {
  const lines: string[] = [];
  const { graph, x, y } = inNewGraph((made) => {
    const x = placeholder("int32", []);
    const inner = Print(add(x, 1), [x], { message: "x " });
    const y = gather(constant([1, 2, 3]), Print(inner, [inner], { message: "inner " }));
    return { graph: made, x, y };
  });
  const one = session({ graph, print: (line) => lines.push(line) });
  await failureOf(one.run(y, [[x, 5]]));
  expect(lines).toEqual([]);
  await one.run(y, [[x, 1]]);
  expect(lines).toEqual(["x [1]", "inner [2]"]);
}

async function handlesStrings({ session, expect }: CaseContext): Promise<void> {
  const { graph, s, joined, same } = inNewGraph((made) => {
    const s = placeholder("string", [null]);
    return { graph: made, s, joined: concat([s, constant(["ü"])], 0), same: equal(s, constant("a")) };
  });
  expect(await valuesOf(session({ graph }), [joined, same], [[s, ["a", "b"]]])).toEqual([
    ["a", "b", "ü"],
    [true, false],
  ]);
}

/** What a session shares with every engine. */
export const effectCases: readonly ContractCase[] = [
  { name: "draws TensorFlow's numbers", run: drawsTensorFlowsNumbers },
  { name: "goes on in a random stream, each session in its own", run: goesOn },
  { name: "takes draws back when the step fails or is cancelled", run: takesBack },
  { name: "draws once in a step, for all who read it", run: drawsOnce },
  { name: "prints in order, when the step succeeds", run: printsWhenItSucceeds },
  { name: "handles strings", run: handlesStrings },
];
