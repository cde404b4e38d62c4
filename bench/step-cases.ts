/** Running steps of one op: what a session adds to the engine's own call. */
import {
  assignAdd,
  createReferenceEngine,
  type Engine,
  type Fetch,
  float32,
  Graph,
  getVariable,
  multiply,
  placeholder,
  Session,
  type Tensor,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { ProbedEngine } from "./probed-engine.ts";
import { type Figures, perAsyncCall, perCall } from "./timing.ts";

type Pairs = readonly (readonly [Tensor, Float32Array])[];

/** The engine's own call in a step, made again and again. */
async function engineCall(graph: Graph, engine: Engine, prepare: Fetch, fetch: Fetch, feeds: Pairs): Promise<number> {
  const probed = new ProbedEngine(engine);
  const session = new Session({ graph, engine: probed });
  session.runSync(prepare);
  probed.forget();
  await session.run(fetch, feeds);
  const { last } = probed;
  return last === null ? 0 : await perAsyncCall(() => last.executable.run(last.inputs, { signal: null }));
}

async function stepsOn(name: string, newEngine: () => Engine): Promise<Figures> {
  const graph = new Graph();
  const { x, y, v, update } = graph.asDefault(() => {
    const input = placeholder(float32, [2]);
    const variable = getVariable("v", [2]);
    return { x: input, y: multiply(input, 2), v: variable, update: assignAdd(variable, [1, 1]) };
  });
  const feed = new Float32Array([1, 1]);
  const feeds: Pairs = [[x, feed]];
  const session = new Session({ graph, engine: newEngine() });
  session.runSync(v.initializer);
  const callable = session.makeCallable(y, [x]);
  const fetched = await perAsyncCall(() => session.run(y, [[x, feed]]));
  const added = await perAsyncCall(() => session.run(update));
  return {
    [`runSync, feed and fetch, ${name}`]: perCall(() => void session.runSync(y, [[x, feed]])),
    [`runSync, assignAdd, ${name}`]: perCall(() => void session.runSync(update)),
    [`runSync, callable, ${name}`]: perCall(() => void callable.runSync(feed)),
    [`run, feed and fetch, ${name}`]: fetched,
    [`run, assignAdd, ${name}`]: added,
    [`run, feed and fetch, ${name}, over the engine`]:
      fetched - (await engineCall(graph, newEngine(), v.initializer, y, feeds)),
    [`run, assignAdd, ${name}, over the engine`]:
      added - (await engineCall(graph, newEngine(), v.initializer, update, [])),
  };
}

export async function steps(): Promise<Figures> {
  return {
    ...(await stepsOn("reference", createReferenceEngine)),
    ...(await stepsOn("ONNX Runtime", createOnnxRuntimeEngine)),
  };
}
