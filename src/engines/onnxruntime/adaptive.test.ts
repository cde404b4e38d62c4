/** When the second model is made, used and dropped, and that it computes the same. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Graph, getVariable, matmul, nn, ones, placeholder, Session, type Tensor } from "../../index.ts";
import type { EngineSlice, EngineValue, Executable, SliceValue } from "../../session/engine.ts";
import { AdaptiveExecutable, lastingPlaces } from "./adaptive.ts";
import { createOnnxRuntimeEngine } from "./node.ts";

let now = 0;

beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => vi.restoreAllMocks());

/** A slice of one convolution whose filter, the second input, may last. */
function slice(isLasting: boolean, filterShape = [1, 1, 1, 1]): EngineSlice {
  return new Graph().asDefault(() => {
    const x = placeholder("float32", [1, 2, 2, 1]);
    const filter = placeholder("float32", filterShape);
    return sliceOf(x, filter, isLasting, nn.conv2d(x, filter, { strides: 1, padding: "SAME" }));
  });
}

/** A slice of one product of rows with a square matrix that lasts. */
function product(rows: number | null, size: number): EngineSlice {
  return new Graph().asDefault(() => {
    const x = placeholder("float32", [rows, size]);
    const matrix = placeholder("float32", [size, size]);
    return sliceOf(x, matrix, true, matmul(x, matrix));
  });
}

function sliceOf(x: Tensor, weights: Tensor, isLasting: boolean, { op }: Tensor): EngineSlice {
  const value = (id: number, { name, dtype, shape }: Tensor, lasts = false): SliceValue => ({
    id,
    name,
    dtype,
    shape,
    constant: null,
    isLasting: lasts,
  });
  const inputs = [value(0, x), value(1, weights, isLasting)];
  const outputs = [value(2, op.output(0))];
  return { nodes: [{ op, inputs, outputs }], inputs, outputs };
}

/** An executable that tells its name, takes `ms`, and remembers whether it was released. */
function model(name: string, ms: number): Executable & { isReleased: boolean } {
  const runSync = (): readonly EngineValue[] => {
    now += ms;
    return [name as unknown as EngineValue];
  };
  return {
    isReleased: false,
    runSync,
    run: async () => runSync(),
    release() {
      this.isReleased = true;
    },
  };
}

const handle = (name: string): EngineValue => ({ name }) as EngineValue;

function adaptive(makingMs = 30, fails = false) {
  const general = model("general", 20);
  const made: ReturnType<typeof model>[] = [];
  const make = (): Executable | null => {
    now += makingMs;
    if (fails) return null;
    made.push(model(`special ${made.length}`, 1));
    return made.at(-1) as Executable;
  };
  const executable = new AdaptiveExecutable(general, slice(true), [1], {
    compile: async () => make(),
    compileSync: make,
  });
  return { executable, general, made };
}

describe("a slice with a convolution", () => {
  it("gets its variables as constants once the general model has taken as long as that takes", () => {
    const { executable, made } = adaptive();
    const filter = handle("filter");
    const names = Array.from({ length: 6 }, () => executable.runSync([handle("x"), filter])[0]);
    // 50 ms are the first guess, and each run takes 20.
    expect(names).toEqual(["general", "general", "general", "special 0", "special 0", "special 0"]);
    expect(made).toHaveLength(1);
  });

  it("runs in general again when a variable has another value, and for as long as the last making took", async () => {
    const { executable, made } = adaptive(90);
    const [before, after] = [handle("before"), handle("after")];
    const run = async (filter: EngineValue) => (await executable.run([handle("x"), filter], { signal: null }))[0];
    for (let i = 0; i < 4; i += 1) await run(before);
    expect(await run(before)).toBe("special 0");
    expect(await run(after)).toBe("general");
    expect(made[0]?.isReleased).toBe(true);
    const names = [];
    for (let i = 0; i < 5; i += 1) names.push(await run(after));
    expect(names).toEqual(["general", "general", "general", "general", "special 1"]);
  });

  it("stays as it is when there is no second model, and asks no more", () => {
    const { executable } = adaptive(30, true);
    const filter = handle("filter");
    for (let i = 0; i < 10; i += 1) expect(executable.runSync([handle("x"), filter])).toEqual(["general"]);
    expect(now).toBe(10 * 20 + 30);
  });

  it("releases both", () => {
    const { executable, general, made } = adaptive();
    const filter = handle("filter");
    for (let i = 0; i < 5; i += 1) executable.runSync([handle("x"), filter]);
    executable.release();
    expect([general.isReleased, made[0]?.isReleased]).toEqual([true, true]);
  });
});

describe("what may become a constant", () => {
  it("is a variable that the step does not change, beside a convolution or a product of few rows, of no enormous size", () => {
    expect(lastingPlaces(slice(true))).toEqual([1]);
    expect(lastingPlaces(slice(false))).toEqual([]);
    expect(lastingPlaces(slice(true, [1, 1, 1, 2 ** 28]))).toEqual([]);
    expect([1, 128].map((rows) => lastingPlaces(product(rows, 256)))).toEqual([[1], [1]]);
    expect([129, null].map((rows) => lastingPlaces(product(rows, 256)))).toEqual([[], []]);
    expect(lastingPlaces(product(1, 255))).toEqual([]);
    const { op } = new Graph().asDefault(() => ones([2]));
    expect(lastingPlaces({ ...slice(true), nodes: [{ op, inputs: [], outputs: [] }] })).toEqual([]);
  });
});

describe("a session", () => {
  it("gives the same before and after, and sees what is assigned in between", () => {
    // Time flies: every look at the clock is a second after the one before, so models are made early.
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1000));
    new Graph().asDefault(() => {
      const x = placeholder("float32", [1, 3, 3, 2]);
      const filter = getVariable("filter", [2, 2, 2, 4]);
      const y = nn.relu(nn.conv2d(x, filter, { strides: 1, padding: "SAME" }));
      const negated = filter.assign(filter.mul(-1)) as Tensor;
      const recoveries: unknown[] = [];
      using session = new Session({ engine: createOnnxRuntimeEngine({ onRecovery: (one) => recoveries.push(one) }) });
      using plain = new Session({ engine: createOnnxRuntimeEngine({ isAdaptive: false }) });
      const picture = Array.from({ length: 18 }, (_, i) => (i % 5) - 2);
      const feeds = [
        [
          x,
          [
            [picture.slice(0, 6), picture.slice(6, 12), picture.slice(12)].map((row) => [
              row.slice(0, 2),
              row.slice(2, 4),
              row.slice(4),
            ]),
          ],
        ],
      ] as const;
      session.runSync(filter.initializer);
      plain.runSync(filter.initializer, [[filter.initialValue as Tensor, session.runSync(filter)]]);
      for (let i = 0; i < 14; i += 1) {
        const [got, wanted] = [session, plain].map((one) => [...(one.runSync(y, feeds).data as Float32Array)]);
        for (const [k, value] of (wanted as number[]).entries()) expect(got?.[k]).toBeCloseTo(value, 5);
        if (i === 6) for (const one of [session, plain]) one.runSync(negated.op);
      }
      expect(recoveries).toEqual([]);
    });
  });
});
