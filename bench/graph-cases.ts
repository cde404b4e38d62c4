/** Building graphs: variables made and shared, ops made, what they take in memory, and planning a large step. */
import {
  constant,
  constantInitializer,
  createReferenceEngine,
  float32,
  Graph,
  getVariable,
  identity,
  placeholder,
  Session,
  square,
  type Tensor,
  variableScope,
  zerosInitializer,
} from "namesake";
import { ProbedEngine } from "./probed-engine.ts";
import { type Figures, microseconds } from "./timing.ts";

const counted = (count: number): string => count.toLocaleString("en-US");

/** Two variables per scope. */
function create(count: number): void {
  for (let i = 0; i < count / 2; i += 1) {
    variableScope(`layer${i}`, () => {
      getVariable("weights", [3, 4], { initializer: constantInitializer(0.1) });
      getVariable("biases", [4], { initializer: zerosInitializer() });
    });
  }
}

/** The same, with the default initializer: ten ops each. */
function createRandom(count: number): void {
  for (let i = 0; i < count / 2; i += 1) {
    variableScope(`layer${i}`, () => {
      getVariable("weights", [3, 4]);
      getVariable("biases", [4]);
    });
  }
}

function reuse(count: number): void {
  for (let i = 0; i < count / 2; i += 1) {
    variableScope(`layer${i}`, { reuse: true }, () => {
      getVariable("weights", [3, 4]);
      getVariable("biases", [4]);
    });
  }
}

/** Ever larger graphs in one process, as the peer's case does. Only the first meets code that was not compiled yet. */
export function variables(counts: readonly number[]): Figures {
  const figures: Record<string, number> = {};
  for (const [i, count] of counts.entries()) {
    const what = i === 0 ? `first ${counted(count)} variables of a process` : `${counted(count)} variables`;
    globalThis.gc?.();
    new Graph().asDefault(() => {
      figures[`create, ${what}`] = microseconds(() => create(count)) / count;
      figures[`reuse, ${what}`] = microseconds(() => reuse(count)) / count;
    });
  }
  return figures;
}

/** A process that makes one graph and no other. */
export function firstVariables(count: number): Figures {
  const time = new Graph().asDefault(() => microseconds(() => create(count)));
  return { [`create, first ${counted(count)} variables of a process`]: time / count };
}

export function randomVariables(count: number): Figures {
  for (const warmUp of [1000, 4000]) new Graph().asDefault(() => createRandom(warmUp));
  globalThis.gc?.();
  const time = new Graph().asDefault(() => microseconds(() => createRandom(count)));
  return { [`create, ${counted(count)} variables with random initializers`]: time / count };
}

export function heap(count: number): Figures {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("needs --expose-gc");
  const graph = new Graph();
  collect();
  const before = process.memoryUsage().heapUsed;
  graph.asDefault(() => createRandom(count));
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  // The graph has to live until here, and to hold what was asked for.
  if (graph.operations.length !== 10 * count) throw new Error(`${graph.operations.length} operations`);
  return { [`heap, ${counted(count)} variables with random initializers`]: bytes };
}

export function ops(count: number): Figures {
  const build = (): number =>
    new Graph().asDefault(() => {
      const one = constant([1, 2]);
      return microseconds(() => {
        for (let i = 0; i < count; i += 1) identity(one);
      });
    });
  build();
  return { [`create, ${counted(count)} ops`]: build() / count };
}

/** Milliseconds of the first step of a new chain: all of it, and without what the engine compiles and runs. */
function firstStep(count: number): { readonly all: number; readonly planned: number } {
  return new Graph().asDefault(() => {
    const start = placeholder(float32, [2]);
    let end: Tensor = start;
    for (let i = 1; i < count; i += 1) end = square(end);
    const engine = new ProbedEngine(createReferenceEngine());
    const session = new Session({ engine });
    const time = microseconds(() => void session.runSync(end, [[start, [1, 2]]]));
    return { all: time / 1e3, planned: (time - engine.microseconds) / 1e3 };
  });
}

/** In a process that planned nothing yet, and once its code is compiled: the difference is not the plan's own work. */
export function plan(count: number): Figures {
  const first = firstStep(count);
  for (let warmUp = 0; warmUp < 2; warmUp += 1) firstStep(count);
  globalThis.gc?.();
  return {
    [`plan, ${counted(count)} ops`]: first.planned,
    [`plan, ${counted(count)} ops, warm`]: firstStep(count).planned,
    [`first step, ${counted(count)} ops`]: first.all,
  };
}
