/** The C interface of ONNX Runtime: values stay in its memory and are let go in time, whatever becomes of runs and of what they use. */
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  add,
  assign,
  constant,
  controlDependencies,
  type Engine,
  Graph,
  gather,
  getVariable,
  globalVariablesInitializer,
  group,
  matmul,
  multiply,
  type NDArray,
  ndarray,
  onesInitializer,
  placeholder,
  reduceSum,
  Session,
  square,
  type Tensor,
  tanh,
  type Variable,
} from "namesake";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createOnnxRuntimeEngine } from "../node.ts";
import { computes } from "../self-test.ts";
import { NativeLibrary } from "./library.ts";
import { NativeRuntime, type TestedLibrary, testedLibrary } from "./native-runtime.ts";
import { moved } from "./native-tensor.ts";

const tested = testedLibrary(createRequire(import.meta.url));
const library = (tested as TestedLibrary).library;
const engine: Engine = createOnnxRuntimeEngine({ isNative: true });
afterAll(() => engine.close());

/** Lets timers, finalizers and other threads have their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

setFlagsFromString("--expose-gc");
/** Collects everything that nothing refers to, and lets finalizers run. */
async function collect(): Promise<void> {
  (runInNewContext("gc") as () => void)();
  await turn();
  await turn();
}

/** A step that takes long enough to be run beside the event loop: products of large matrices, one after the other. */
function longStep(size: number, count: number): { readonly fetch: Tensor; readonly x: Tensor } {
  const x = placeholder("float32", [size, size], { name: "x" });
  let product: Tensor = x;
  for (let i = 0; i < count; i += 1) product = tanh(matmul(product, x));
  return { fetch: reduceSum(product), x };
}

/** A variable, and a step that changes it. */
function counter(shape: readonly number[]): { readonly v: Variable; readonly step: Tensor } {
  const v = getVariable("v", shape, { initializer: onesInitializer() }) as Variable;
  return { v, step: v.assignAdd(constant(1, { shape: [...shape] })) as Tensor };
}

it("is there: koffi and onnxruntime-node are installed for development", () => expect(tested).not.toBeNull());

it("is left alone where koffi is missing, or the library", () => {
  const require = createRequire(import.meta.url);
  const without = (missing: string): NodeJS.Require => {
    const limited = ((name: string) => {
      if (name === missing) throw new Error(`Cannot find module '${name}'`);
      return require(name) as unknown;
    }) as NodeJS.Require;
    limited.resolve = ((name: string) => {
      if (name.startsWith(missing)) throw new Error(`Cannot find module '${name}'`);
      return require.resolve(name);
    }) as NodeJS.RequireResolve;
    return limited;
  };
  expect(() => NativeLibrary.load(without("koffi"))).toThrow("koffi");
  expect(() => NativeLibrary.load(without("onnxruntime-node"))).toThrow("onnxruntime-node");
});

describe("a library that was loaded", () => {
  const settings = { threadCount: 1, isSpinning: false, optimization: "all" } as const;
  const runtime = new NativeRuntime(tested as TestedLibrary, settings);

  it("computes", () => expect(computes(runtime)).toBe(true));

  it("says what is wrong with a model", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const model = { bytes, inputNames: [], outputNames: ["y"], isSmall: true, external: [] };
    expect(() => runtime.loadSync(model)).toThrow(/protobuf/i);
  });
});

describe("variables", () => {
  it("have the same values as elsewhere, and keep what is read apart from what comes later", () => {
    new Graph().asDefault(() => {
      const { v, step } = counter([3]);
      using session = new Session({ engine });
      session.runSync(globalVariablesInitializer());
      const before = session.runSync(v.value()) as NDArray;
      for (let i = 0; i < 5; i += 1) session.runSync(step);
      expect(before.toArray()).toEqual([1, 1, 1]);
      expect((session.runSync(v.value()) as NDArray).toArray()).toEqual([6, 6, 6]);
    });
  });

  it("outlive collections of garbage, early and late", async () => {
    const graph = new Graph();
    const { v, step, init } = graph.asDefault(() => ({ ...counter([1000]), init: globalVariablesInitializer() }));
    const session = new Session({ graph, engine });
    session.runSync(init);
    for (let i = 0; i < 200; i += 1) {
      session.runSync(step);
      if (i % 20 === 0) await collect();
    }
    expect((session.runSync(v.value()) as NDArray).at(999)).toBe(201);
    session.close();
  });

  it("leave memory as it was, after thousands of steps and hundreds of sessions", async () => {
    const graph = new Graph();
    const { step, init } = graph.asDefault(() => ({ ...counter([50_000]), init: globalVariablesInitializer() }));
    const session = new Session({ graph, engine });
    session.runSync(init);
    const run = (count: number): void => {
      for (let i = 0; i < count; i += 1) session.runSync(step);
      for (let i = 0; i < count / 10; i += 1) {
        const other = new Session({ graph, engine });
        other.runSync(init);
        other.close();
      }
    };
    run(300);
    await collect();
    const before = process.memoryUsage().rss;
    run(3000);
    await collect();
    // 3,300 values of 200 kB each: 660 MB, if they were kept.
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    session.close();
  }, 60_000);
});

describe("a long run", () => {
  it("leaves the event loop free, and its inputs may be let go meanwhile", async () => {
    const graph = new Graph();
    const { fetch, x } = graph.asDefault(() => longStep(256, 12));
    const session = new Session({ graph, engine });
    const value = ndarray(new Float32Array(256 * 256).fill(0.01), "float32", [256, 256]);
    let turns = 0;
    let isDone = false;
    const count = async (): Promise<void> => {
      while (!isDone) {
        turns += 1;
        await turn();
      }
    };
    const counting = count();
    const runs = [1, 2, 3].map(() => session.run(fetch, [[x, value]]));
    await collect();
    const results = (await Promise.all(runs)) as unknown as NDArray[];
    isDone = true;
    await counting;
    expect(turns).toBeGreaterThan(3);
    expect(new Set(results.map((result) => result.item())).size).toBe(1);
    session.close();
  });

  it("is stopped by a signal, and changes nothing", async () => {
    const graph = new Graph();
    const { v, train, init, x } = graph.asDefault(() => {
      const { fetch, x } = longStep(512, 40);
      const v = getVariable("v", [], { initializer: onesInitializer() }) as Variable;
      const train = v.assignAdd(multiply(fetch, 0)) as Tensor;
      return { v, train, init: globalVariablesInitializer(), x };
    });
    const session = new Session({ graph, engine });
    session.runSync(init);
    const value = ndarray(new Float32Array(512 * 512).fill(0.01), "float32", [512, 512]);
    const controller = new AbortController();
    const run = session.run(train, [[x, value]], { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(run).rejects.toThrow();
    expect((session.runSync(v.value()) as NDArray).item()).toBe(1);
    session.close();
  });

  it("goes on while its session and its engine are closed", async () => {
    const own = createOnnxRuntimeEngine({ isNative: true });
    const graph = new Graph();
    const { fetch, x } = graph.asDefault(() => longStep(256, 12));
    const session = new Session({ graph, engine: own });
    const value = ndarray(new Float32Array(256 * 256).fill(0.01), "float32", [256, 256]);
    const run = session.run(fetch, [[x, value]]).then(
      () => "done",
      () => "refused",
    );
    await turn();
    session.close();
    own.close();
    expect(["done", "refused"]).toContain(await run);
  });
});

/** Counts what is let go from now on. */
function counted(): { readonly values: () => number; readonly models: () => number } {
  const values = vi.spyOn(library.functions, "ReleaseValue");
  const models = vi.spyOn(library.functions, "ReleaseSession");
  return { values: () => values.mock.calls.length, models: () => models.mock.calls.length };
}

describe("who owns what", () => {
  afterEach(() => vi.restoreAllMocks());

  it("gives back the values and models of a session that nobody closed", async () => {
    const released = counted();
    const use = (given: Engine): void => {
      const graph = new Graph();
      const { step, init } = graph.asDefault(() => ({ ...counter([5000]), init: globalVariablesInitializer() }));
      const session = new Session({ graph, engine: given });
      session.runSync(init);
      for (let i = 0; i < 3; i += 1) session.runSync(step);
    };
    use(engine);
    use(createOnnxRuntimeEngine());
    const [values, models] = [released.values(), released.models()];
    for (let i = 0; i < 10 && released.models() < models + 4; i += 1) await collect();
    // Of each session: the variable, and the models of both steps. Those have a stage or more each.
    expect(released.values()).toBeGreaterThanOrEqual(values + 2);
    expect(released.models()).toBeGreaterThanOrEqual(models + 2);
  });

  it("lets go of each value once, whatever happens to the step that made it", async () => {
    const released = vi.spyOn(library.functions, "ReleaseValue");
    const graph = new Graph();
    const { v, w, both, fails, index, init } = graph.asDefault(() => {
      const v = getVariable("v", [3000], { initializer: onesInitializer() }) as Variable;
      const w = getVariable("w", [3000], { initializer: onesInitializer() }) as Variable;
      const index = placeholder("int32", []);
      const kept = assign(w, v);
      const both = controlDependencies([kept], () => assign(v, add(v.value(), 1)));
      const fails = group(both, gather(v, index));
      return { v, w, both, fails, index, init: globalVariablesInitializer() };
    });
    const session = new Session({ graph, engine });
    session.runSync(init);
    for (let i = 0; i < 4; i += 1) {
      session.runSync(both);
      expect(() => session.runSync(fails, [[index, 5000]])).toThrow(/indices = 5000 is not in \[0, 3000\)/);
      await expect(session.run(fails, [[index, 5000]], { timeoutMs: 5000 })).rejects.toThrow(/is not in/);
    }
    const [last, before] = session.runSync([v, w]) as unknown as [NDArray, NDArray];
    expect([last.at(2999), before.at(2999)]).toEqual([5, 4]);
    session.close();
    const pointers = released.mock.calls.map(([pointer]) => pointer);
    expect(pointers).not.toContain(0);
  });

  it("reads what is fed before others can change it or give it away", async () => {
    const graph = new Graph();
    const { fetch, x } = graph.asDefault(() => longStep(128, 30));
    const session = new Session({ graph, engine });
    const filled = (): NDArray => ndarray(new Float32Array(128 * 128).fill(0.02), "float32", [128, 128]);
    const expected = ((await session.run(fetch, [[x, filled()]])) as NDArray).item();
    const fed = filled();
    const run = session.run(fetch, [[x, fed]]);
    await turn();
    const { buffer } = fed.data as Float32Array<ArrayBuffer>;
    structuredClone(buffer, { transfer: [buffer] });
    expect(((await run) as NDArray).item()).toBe(expected);
    session.close();
  });

  it("lets go of what a run gives after it was given up", async () => {
    const graph = new Graph();
    const { fetch, x, v, init } = graph.asDefault(() => {
      const { fetch, x } = longStep(256, 30);
      const v = getVariable("v", [5000], { initializer: onesInitializer() }) as Variable;
      return { fetch: v.assignAdd(multiply(fetch, v)) as Tensor, x, v, init: globalVariablesInitializer() };
    });
    const session = new Session({ graph, engine });
    session.runSync(init);
    const value = ndarray(new Float32Array(256 * 256).fill(0.01), "float32", [256, 256]);
    for (const wait of [0, 1, 2, 5]) {
      const controller = new AbortController();
      const run = session.run(fetch, [[x, value]], { signal: controller.signal });
      setTimeout(() => controller.abort(), wait);
      await expect(run).rejects.toThrow("Run call was cancelled");
      await collect();
      // The next step waits for the end of that run.
      expect(((await session.run(v)) as NDArray).at(4999)).toBe(1);
    }
    session.close();
  });

  it("counts models with threads of their own, and shares threads among further ones", () => {
    const before = library.ownPoolCount;
    const own = createOnnxRuntimeEngine();
    const graph = new Graph();
    const x = graph.asDefault(() => placeholder("float32", [200, 200]));
    const products = graph.asDefault(() => Array.from({ length: 12 }, (_, i) => matmul(x, add(x, i))));
    const session = new Session({ graph, engine: own });
    const value = ndarray(new Float32Array(40_000), "float32", [200, 200]);
    for (const product of products) session.runSync(product, [[x, value]]);
    expect(library.ownPoolCount).toBe(8);
    session.close();
    expect(library.ownPoolCount).toBe(before);
    own.close();
  });
});

describe("a failing run", () => {
  it("fails as everywhere, and the next one does not", () => {
    new Graph().asDefault(() => {
      const [x, y] = [placeholder("float32"), placeholder("float32")];
      const sum = add(square(x), y);
      using session = new Session({ engine });
      const feeds = (size: number): readonly (readonly [Tensor, NDArray])[] => [
        [x, ndarray(new Float32Array(size), "float32")],
        [y, ndarray(new Float32Array(3), "float32")],
      ];
      expect(() => session.runSync(sum, feeds(2))).toThrow(/Incompatible shapes: \[2\] vs\. \[3\]/);
      expect((session.runSync(sum, feeds(3)) as NDArray).toArray()).toEqual([0, 0, 0]);
    });
  });

  it("refuses a value that was let go, and lets it go when its last use is over", () => {
    const made = moved(library, { type: "float32", dims: [2], data: Float32Array.of(1, 2), location: "cpu" });
    expect([made.type, made.dims, [...(made.data as Float32Array)]]).toEqual(["float32", [2], [1, 2]]);
    made.use();
    made.release();
    made.release();
    expect([...(made.data as Float32Array)]).toEqual([1, 2]);
    made.endUse();
    expect(() => made.use()).toThrow("after it was let go");
    expect(() => made.data).toThrow("after it was let go");
  });
});
