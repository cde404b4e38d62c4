/** The engine contract: the interface itself, without a session in between, and what many steps ask of it. */
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, placeholder } from "../ops/array.ts";
import { add, multiply } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape } from "../ops/shape.ts";
import { planDataflow } from "../session/dataflow.ts";
import type { Engine, EngineSlice, EngineValue } from "../session/engine.ts";
import { splitIntoParts } from "../session/parts.ts";
import { pruneStep } from "../session/prune.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { type CaseContext, type ContractCase, inNewGraph, valuesOf } from "./contract-case.ts";

/** The slice that computes `fetches` from `feeds`. */
function sliceOf(engine: Engine, fetches: readonly Tensor[], feeds: readonly Tensor[]): EngineSlice {
  const [first] = fetches as readonly [Tensor];
  const slice = pruneStep(first.graph, { fetches, feeds });
  const dataflow = planDataflow(slice, { isInitialized: () => false, hasContainer: () => false });
  const [part] = splitIntoParts(
    dataflow.nodes,
    dataflow.fetches.filter((value) => value !== null),
    engine,
  );
  return part as EngineSlice;
}

function hostValues(engine: Engine, values: readonly EngineValue[]): unknown[] {
  return values.map((value) => engine.toHost(value).toArray());
}

async function movesValues({ newEngine, expect }: CaseContext): Promise<void> {
  const engine = newEngine();
  const arrays = [
    ndarray([[1, 2, 3]]),
    ndarray(5n),
    ndarray([true, false]),
    ndarray([], "int32", [0, 4]),
    ndarray([1.5, -2], "float16"),
  ];
  const values = arrays.map((array) => engine.fromHost(array));
  expect(hostValues(engine, values)).toEqual(arrays.map((array) => array.toArray()));
  expect(values.map((value) => [...engine.shapeOf(value)])).toEqual(arrays.map((array) => [...array.shape]));
  engine.close();
}

async function runsASlice({ newEngine, expect }: CaseContext): Promise<void> {
  const engine = newEngine();
  const { x, fetches } = inNewGraph(() => {
    const x = placeholder("float32", [null]);
    return { x, fetches: [add(x, constant([1])), multiply(x, x)] };
  });
  const slice = sliceOf(engine, fetches, [x]);
  const executable = await engine.compile(slice);
  // Outputs are in the slice's order.
  const places = fetches.map((fetch) => slice.outputs.findIndex(({ name }) => name === fetch.name));
  const inOrder = (outputs: readonly EngineValue[]) =>
    hostValues(
      engine,
      places.map((place) => outputs[place] as EngineValue),
    );
  const run = async (array: NDArray) => inOrder(await executable.run([engine.fromHost(array)], { signal: null }));
  expect(await run(ndarray([1, 2]))).toEqual([
    [2, 3],
    [1, 4],
  ]);
  expect(await run(ndarray([3, 4, 5]))).toEqual([
    [4, 5, 6],
    [9, 16, 25],
  ]);
  if (engine.canRunSync)
    expect(inOrder(engine.compileSync(slice).runSync([engine.fromHost(ndarray([7]))]))).toEqual([[8], [49]]);
  executable.release();
  engine.close();
}

async function givesNewMemory({ newEngine, expect }: CaseContext): Promise<void> {
  const engine = newEngine();
  const { x, fetches } = inNewGraph(() => {
    const x = placeholder("float32", [2]);
    return { x, fetches: [reshape(x, [2, 1]), reshape(x, [1, 2]), reshape(constant([5, 6]), [2, 1])] };
  });
  const slice = sliceOf(engine, fetches, [x]);
  const executable = await engine.compile(slice);
  const places = fetches.map((fetch) => slice.outputs.findIndex(({ name }) => name === fetch.name));
  const fed = ndarray([1, 2]);
  const run = async () => {
    const outputs = await executable.run([engine.fromHost(fed)], { signal: null });
    return places.map((place) => engine.toHost(outputs[place] as EngineValue));
  };
  const first = await run();
  for (const [i, { data }] of first.entries()) (data as Float32Array).fill(10 + i);
  expect([fed, ...first].map((array) => array.toArray())).toEqual([[1, 2], [[10], [10]], [[11, 11]], [[12], [12]]]);
  expect((await run()).map((array) => array.toArray())).toEqual([[[1], [2]], [[1, 2]], [[5], [6]]]);
  executable.release();
  engine.close();
}

/** Inputs are lent: whoever has them may give them back, or change what they were made of, once the run is over. */
async function lendsValues({ newEngine, expect }: CaseContext): Promise<void> {
  const engine = newEngine();
  const size = 64;
  const { x, fetches } = inNewGraph(() => {
    const x = placeholder("float32", [size, size]);
    return { x, fetches: [multiply(matmul(x, x), 2)] };
  });
  const executable = await engine.compile(sliceOf(engine, fetches, [x]));
  const made = ndarray(new Float32Array(size * size).fill(0.5), "float32", [size, size]);
  const given = engine.fromHost(made);
  const kept = engine.keep?.(given) ?? given;
  const runs = [1, 2, 3].map(() => executable.run([kept], { signal: null }));
  engine.release?.(kept);
  for (const [output] of await Promise.all(runs)) {
    const value = output as EngineValue;
    const [array, copy] = [engine.toHost(value), engine.copyToHost?.(value) ?? engine.toHost(value).copy()];
    expect([array.at(size), copy.at(size)]).toEqual([size / 2, size / 2]);
    (copy.data as Float32Array).fill(9);
    expect([engine.toHost(value).at(0), [...engine.shapeOf(value)]]).toEqual([size / 2, [size, size]]);
    engine.release?.(value);
  }
  executable.release();
  engine.close();
}

async function runsLongChains({ session, expect }: CaseContext): Promise<void> {
  const { graph, x, y } = inNewGraph((made) => {
    const x = placeholder("float32", []);
    let y: Tensor = x;
    for (let i = 0; i < 500; i += 1) y = add(y, 1);
    return { graph: made, x, y };
  });
  expect(await valuesOf(session({ graph }), [y], [[x, 1]])).toEqual([501]);
}

async function runsManyKinds({ session, expect }: CaseContext): Promise<void> {
  const { graph, x, all } = inNewGraph((made) => {
    const x = placeholder("float32", [null]);
    return { graph: made, x, all: Array.from({ length: 12 }, (_, i) => multiply(x, i)) };
  });
  const one = session({ graph });
  for (let round = 0; round < 2; round += 1) {
    for (let count = 1; count <= all.length; count += 1) {
      const values = await valuesOf(one, all.slice(0, count), [[x, [round, 1]]]);
      expect(values).toEqual(Array.from({ length: count }, (_, i) => [round * i, i]));
    }
  }
}

async function repeatsItself({ session, expect }: CaseContext): Promise<void> {
  const { graph, x, y } = inNewGraph((made) => {
    const x = placeholder("float32", [null]);
    return { graph: made, x, y: multiply(add(x, 0.1), add(x, 0.7)) };
  });
  const feeds = [[x, [0.3, 1e-3, 7]]] as const;
  const [one, other] = [session({ graph }), session({ graph })];
  const first = await valuesOf(one, [y], feeds);
  expect([await valuesOf(one, [y], feeds), await valuesOf(other, [y], feeds)]).toEqual([first, first]);
}

async function refusesWithAReason({ newEngine, expect }: CaseContext): Promise<void> {
  const engine = newEngine();
  const ops: readonly Operation[] = inNewGraph((graph) => {
    add(placeholder("float32"), placeholder("float32"));
    return graph.operations;
  });
  const answers = ops.map((op) => engine.supports(op));
  expect(answers.every((answer) => answer === true || (typeof answer === "string" && answer.length > 0))).toEqual(true);
  engine.close();
}

/** What an engine is. */
export const engineCases: readonly ContractCase[] = [
  { name: "takes values from the host and gives them back", run: movesValues },
  { name: "runs a slice for inputs of several shapes", run: runsASlice },
  { name: "gives outputs memory of their own", run: givesNewMemory },
  { name: "borrows the inputs of a run until it is over", run: lendsValues },
  { name: "runs long chains", run: runsLongChains },
  { name: "runs many different steps of one graph", run: runsManyKinds },
  { name: "gives the same results for the same inputs", run: repeatsItself },
  { name: "takes an op, or says why not", run: refusesWithAReason },
];
