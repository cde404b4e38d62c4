/** Random small graphs with variables, updates and fetches of every kind, on both engines: the same values, the same failures, step after step. */
import {
  add,
  argmax,
  assignAdd,
  cast,
  clipByValue,
  concat,
  controlDependencies,
  createReferenceEngine,
  expandDims,
  floordiv,
  Graph,
  gather,
  globalVariablesInitializer,
  maximum,
  minimum,
  multiply,
  NamesakeError,
  type NDArray,
  nn,
  type Operation,
  pad,
  placeholder,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  Session,
  shape,
  slice,
  stack,
  subtract,
  type Tensor,
  tile,
  transpose,
  unstack,
  Variable,
  where,
} from "namesake";
import { createOnnxRuntimeEngine, type Recovery } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { isNear } from "./nearness.ts";
import { Dice } from "./random-numbers.ts";

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_121);
const count = Number(process.env["NAMESAKE_TRIALS"] ?? 40);
const rows = 3;
const columns = 4;

interface Program {
  readonly graph: Graph;
  readonly feed: Tensor;
  readonly indices: Tensor;
  readonly fetches: readonly (Tensor | Operation)[];
  readonly initializer: Operation;
}

/** Matrices of one shape in, matrices of that shape out, so that anything can follow anything. */
type Step = (dice: Dice, x: Tensor, y: Tensor, indices: Tensor) => Tensor;
const steps: readonly Step[] = [
  (_, x, y) => add(x, y),
  (_, x, y) => subtract(x, y),
  (_, x, y) => multiply(x, y),
  (_, x, y) => maximum(x, y),
  (_, x, y) => minimum(x, y),
  (_, x) => nn.relu(x),
  (_, x) => nn.softmax(x),
  (_, x) => clipByValue(x, -2, 2),
  (_, x, y) => where(x.greater(y), x, y),
  (_, x) => subtract(x, reduceMean(x, { axis: 0, keepdims: true })),
  (_, x) => add(x, expandDims(reduceMax(x, { axis: 1 }), 1)),
  (_, x) => multiply(x, reduceSum(x).mul(0.01)),
  (_, x) => transpose(transpose(x)),
  (_, x) => reshape(reshape(x, [-1]), shape(x)),
  (_, x, y) => slice(concat([x, y], 0), [1, 0], [rows, columns]),
  (_, x) =>
    slice(
      pad(x, [
        [1, 1],
        [0, 0],
      ]),
      [1, 0],
      [rows, columns],
    ),
  (_, x) => stack(unstack(x, { num: rows })),
  (_, x) => gather(x, [2, 0, 1]),
  (_, x, __, indices) => gather(x, indices),
  (dice, x) => gather(x, [0, dice.between(0, rows), 1]),
  (_, x) => slice(tile(x, [2, 1]), [rows, 0], [rows, columns]),
  (_, x) => add(x, cast(expandDims(argmax(x, { axis: 1, outputType: "int32" }), 1), "float32")),
  (_, x) => multiply(x, cast(floordiv(reduceSum(shape(x)), 2), "float32")),
];

function makeProgram(dice: Dice): Program {
  const graph = new Graph();
  return graph.asDefault(() => {
    const feed = placeholder("float32", [dice.chance(0.5) ? rows : null, columns], { name: "feed" });
    const indices = placeholder("int32", [dice.chance(0.5) ? rows : null], { name: "indices" });
    const variables = [true, false].map(
      (useResource, i) =>
        new Variable(
          dice.array("float32", [rows, columns], () => dice.between(-3, 3)),
          { useResource, name: `v${i}` },
        ),
    );
    const values: Tensor[] = [feed, ...variables.map((variable) => variable.value())];
    const updates: Operation[] = [];
    for (let i = 0, n = dice.between(2, 10); i < n; i += 1) {
      const made = dice.pick(steps)(dice, dice.pick(values), dice.pick(values), indices);
      values.push(made);
      if (dice.chance(0.25)) updates.push((assignAdd(dice.pick(variables), multiply(made, 0.125)) as Tensor).op);
      if (updates.length > 0 && dice.chance(0.2)) {
        controlDependencies([updates.at(-1) as Operation], () => values.push(add(made, dice.pick(variables))));
      }
    }
    const fetches = [
      ...dice
        .permutation(values.length)
        .slice(0, dice.between(1, 4))
        .map((i) => values[i] as Tensor),
      ...updates.filter(() => dice.chance(0.7)),
    ];
    return { graph, feed, indices, fetches, initializer: globalVariablesInitializer() };
  });
}

interface Outcome {
  readonly values: readonly (NDArray | null)[];
  readonly error: string | null;
}

function runSteps({ graph, feed, indices, fetches, initializer }: Program, session: Session, dice: Dice): Outcome[] {
  session.runSync(initializer);
  return Array.from({ length: 3 }, () => {
    const matrix = dice.array("float32", [rows, columns], () => dice.between(-3, 3));
    const places = dice.list(
      Array.from({ length: rows }, () => (dice.chance(0.05) ? dice.pick([-1, rows]) : dice.between(0, rows - 1))),
    );
    try {
      const values = session.runSync(
        [...fetches],
        [
          [feed, matrix],
          [indices, places],
        ],
      ) as (NDArray | null)[];
      return { values, error: null };
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      return { values: [], error: `${error.name}: ${error.message}` };
    } finally {
      expect(session.graph).toBe(graph);
    }
  });
}

function differences(expected: readonly Outcome[], actual: readonly Outcome[]): string[] {
  return expected.flatMap((want, step) => {
    const got = actual[step] as Outcome;
    if (want.error !== got.error) return [`step ${step}: ${want.error ?? "no error"} / ${got.error ?? "no error"}`];
    return want.values.flatMap((value, i) => {
      const other = got.values[i] as NDArray;
      if (value === null) return other === null ? [] : [`step ${step}, fetch ${i}: no value / ${String(other)}`];
      if (String(value.shape) !== String(other.shape))
        return [`step ${step}, fetch ${i}: shape ${value.shape} / ${other.shape}`];
      const tolerance = { ulps: 64, absolute: 1e-4 };
      const off = Array.from({ length: value.size }, (_, k) => k).filter(
        (k) => !isNear(other.at(k), value.at(k), value.dtype, tolerance),
      );
      return off.length === 0
        ? []
        : [
            `step ${step}, fetch ${i}: [${off[0]}] ${String(value.at(off[0] as number))} / ${String(other.at(off[0] as number))}`,
          ];
    });
  });
}

describe(`random graphs, seed ${seed}`, () => {
  const recoveries: Recovery[] = [];
  const engine = createOnnxRuntimeEngine({ threadCount: 1, onRecovery: (recovery) => recoveries.push(recovery) });

  it.each(Array.from({ length: count }, (_, i) => i))("#%i gives the same on both engines", (i) => {
    const program = makeProgram(new Dice(seed + 7919 * i));
    using reference = new Session({ graph: program.graph, engine: createReferenceEngine() });
    using tested = new Session({ graph: program.graph, engine });
    const expected = runSteps(program, reference, new Dice(seed - i));
    recoveries.length = 0;
    const actual = runSteps(program, tested, new Dice(seed - i));
    expect(differences(expected, actual)).toEqual([]);
    expect(recoveries).toEqual([]);
  });
});
