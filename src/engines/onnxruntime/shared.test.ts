import {
  add,
  assign,
  cast,
  constant,
  createReferenceEngine,
  type Engine,
  float16,
  float32,
  Graph,
  globalVariablesInitializer,
  NDArray,
  ndarray,
  nn,
  type Operation,
  placeholder,
  ResourceExhaustedError,
  reduceMax,
  reduceSum,
  Session,
  type Tensor,
  train,
  Variable,
  zeros,
} from "namesake";
import { describe, expect, it } from "vitest";
import { createOnnxRuntimeEngine, type Recovery } from "./node.ts";
import type { Runtime } from "./runtime.ts";
import { OnnxRuntimeEngine } from "./shared.ts";

/** An engine that tells what it had to recover from. */
function watchedEngine(): { engine: Engine; recoveries: Recovery[] } {
  const recoveries: Recovery[] = [];
  return { engine: createOnnxRuntimeEngine({ onRecovery: (recovery) => recoveries.push(recovery) }), recoveries };
}

describe("what the graph knows may be wrong in a step", () => {
  it("when a constant is fed that a rule went by", () => {
    const { engine, recoveries } = watchedEngine();
    new Graph().asDefault(() => {
      const axis = constant(ndarray([0], "int32"));
      const most = reduceMax(placeholder("float32", [2, 2], { name: "x" }), { axis });
      using session = new Session({ engine });
      const x = ndarray([
        [1, 2],
        [3, 4],
      ]);
      const value = session.runSync(most, [
        ["x:0", x],
        [axis, ndarray([1], "int32")],
      ]) as NDArray;
      expect(value.toArray()).toEqual([2, 4]);
      expect(recoveries.length).toBe(1);
    });
  });

  it("when a variable was given another shape", () => {
    const { engine, recoveries } = watchedEngine();
    new Graph().asDefault(() => {
      const v = new Variable([1, 2], { useResource: false });
      const wider = assign(v, [1, 2, 3], { validateShape: false });
      const sum = add(v, 1);
      using session = new Session({ engine });
      session.runSync(globalVariablesInitializer());
      session.runSync(wider);
      expect((session.runSync(sum) as NDArray).toArray()).toEqual([2, 3, 4]);
      expect(recoveries[0]?.reason).toMatch(/dimensions/);
    });
  });
});

describe("values", () => {
  it("pass without a copy where nothing computes", () => {
    const engine = createOnnxRuntimeEngine();
    const array = ndarray([1, 2]);
    expect(engine.toHost(engine.fromHost(array))).toBe(array);
    expect(engine.shapeOf(engine.fromHost(array))).toEqual([2]);
  });

  it("keep the bits of half precision", () => {
    new Graph().asDefault(() => {
      const x = placeholder("float32", [2]);
      using session = new Session({ engine: createOnnxRuntimeEngine() });
      const value = session.runSync(cast(x, "float16"), [[x, ndarray([1.5, -2])]]) as NDArray;
      expect(value.dtype).toBe(float16);
      expect(value.data).toBeInstanceOf(Uint16Array);
      expect(value.toArray()).toEqual([1.5, -2]);
    });
  });

  it("may lie in memory that threads share", () => {
    new Graph().asDefault(() => {
      const x = placeholder("float32", [2]);
      using session = new Session({ engine: createOnnxRuntimeEngine() });
      const shared = new Float32Array(new SharedArrayBuffer(8));
      shared.set([1, 2]);
      expect(
        (session.runSync(add(x, 1), [[x, new NDArray(float32, [2], shared as never)]]) as NDArray).toArray(),
      ).toEqual([2, 3]);
    });
  });
});

describe("constants", () => {
  it("of many megabytes are not copied into the model, and count all the same", () => {
    new Graph().asDefault(() => {
      const size = 5 * 2 ** 20;
      const large = new NDArray(float32, [size], new Float32Array(size).fill(2));
      const x = placeholder("float32", []);
      using session = new Session({ engine: createOnnxRuntimeEngine() });
      expect((session.runSync(reduceSum(add(x, constant(large))), [[x, ndarray(1)]]) as NDArray).item()).toBe(3 * size);
    });
  });
});

/** A runtime whose models always fail with this text. */
function failingRuntime(text: string): Runtime {
  const run = (): never => {
    throw new Error(text);
  };
  const model = { run: async () => run(), runSync: run, release: () => undefined };
  return { canRunSync: true, canStoreOutside: false, blockSize: null, load: async () => model, loadSync: () => model };
}

describe("a failure of ONNX Runtime", () => {
  const text = "Non-zero status code returned while running Add node. Name:'outer/sum::1' Status Message: broken";

  it("that the kernels do not share is told, with the op that it names", async () => {
    const recoveries: Recovery[] = [];
    const engine = new OnnxRuntimeEngine(failingRuntime(text), (recovery) => recoveries.push(recovery));
    await new Graph()
      .asDefault(() => {
        const x = placeholder("float32", [2]);
        const sum = add(x, x, { name: "outer/sum" });
        const session = new Session({ engine });
        return { promise: session.run(sum, [[x, ndarray([1, 2])]]), sum };
      })
      .promise.then((value) => expect((value as NDArray).toArray()).toEqual([2, 4]));
    expect(recoveries.map(({ reason, op }) => [reason, op?.name])).toEqual([[text, "outer/sum"]]);
  });

  it("for lack of memory is TensorFlow's", () => {
    const engine = new OnnxRuntimeEngine(
      failingRuntime("Failed to allocate memory for requested buffer of size 99"),
      () => undefined,
    );
    new Graph().asDefault(() => {
      const x = placeholder("float32", [2]);
      using session = new Session({ engine });
      expect(() => session.runSync(add(x, x), [[x, ndarray([1, 2])]])).toThrow(ResourceExhaustedError);
    });
  });
});

describe("closing", () => {
  it("an engine before the session that used it is no mistake", () => {
    new Graph().asDefault(() => {
      const engine = createOnnxRuntimeEngine();
      const session = new Session({ engine });
      session.runSync(add(placeholder("float32", [1], { name: "x" }), 1), [["x:0", ndarray([1])]]);
      engine.close();
      engine.close();
      expect(() => session.close()).not.toThrow();
    });
  });
});

describe("options", () => {
  it("change speed and nothing else", () => {
    new Graph().asDefault(() => {
      const x = placeholder("float32", [100, 100]);
      const y = reduceSum(x.mul(x), { axis: 0 });
      const value = ndarray(Array.from({ length: 100 }, (_, i) => Array.from({ length: 100 }, (_, j) => i - j)));
      const engines = [
        createReferenceEngine(),
        ...(["disabled", "basic", "extended", "all"] as const).map((optimization) =>
          createOnnxRuntimeEngine({ optimization, threadCount: 2, isSpinning: true }),
        ),
      ];
      const results = engines.map((engine) => {
        using session = new Session({ engine });
        return (session.runSync(y, [[x, value]]) as NDArray).toArray();
      });
      for (const result of results) expect(result).toEqual(results[0]);
    });
  });
});

describe("how far models are rewritten", () => {
  /** Which of the models are loaded as they are; none of them runs. */
  function plainModels(build: (w: Variable, x: Tensor) => Operation | Tensor): (boolean | undefined)[] {
    const plain: (boolean | undefined)[] = [];
    const runtime: Runtime = {
      ...failingRuntime("not run"),
      loadSync: (model) => {
        plain.push(model.isPlain);
        return failingRuntime("not run").loadSync(model);
      },
    };
    new Graph().asDefault(() => {
      const w = new Variable(zeros([3, 3, 1, 1]), { useResource: false });
      const step = build(w, placeholder("float32", [1, 4, 4, 1], { name: "x" }));
      using session = new Session({ engine: new OnnxRuntimeEngine(runtime, () => undefined) });
      session.runSync(globalVariablesInitializer());
      plain.length = 0;
      session.runSync(step, [["x:0", ndarray(new Float32Array(16), float32, [1, 4, 4, 1])]]);
    });
    return plain;
  }
  const convolved = (x: Tensor, filter: Variable | Tensor): Tensor =>
    nn.conv2d(x, filter, { strides: [1, 1, 1, 1], padding: "SAME" });
  const descent = (loss: Tensor): Operation => new train.GradientDescentOptimizer(1).minimize(loss);

  it("is not at all where a step updates variables", () => {
    expect(plainModels((w, x) => descent(reduceSum(convolved(x, w))))).toEqual([true]);
  });

  it("is as ever where it does not, or has a filter that stays", () => {
    expect(plainModels((w, x) => convolved(x, w))).toEqual([false]);
    const seen = (w: Variable, x: Tensor): Tensor => convolved(convolved(x, w), constant(ndarray([[[[1]]]])));
    expect(plainModels((w, x) => descent(nn.l2Loss(seen(w, x))))).toEqual([false]);
  });
});
