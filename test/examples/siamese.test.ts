/** `npm start`: the digits and their pairs, the first losses beside TensorFlow's, and a whole run in small. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createReferenceEngine,
  type Engine,
  float32,
  Graph,
  globalVariablesInitializer,
  type NDArray,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
} from "namesake";
import { decodeSafetensors } from "namesake/formats";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { type DigitSets, readDigits } from "../../examples/digits/digits.ts";
import { accuracy, bestThreshold, distances, drawPairs, type Pairs } from "../../examples/digits/pairs.ts";
import { nearest } from "../../examples/digits/pictures.ts";
import { pictures } from "../../examples/digits/places.ts";
import { project } from "../../examples/digits/projection.ts";
import { type SiameseConfig, siamese, siameseSmall } from "../../examples/models/siamese.ts";
import { runExample } from "../../examples/run-example.ts";
import { drawFrom } from "../../examples/training/random.ts";

let digits: DigitSets | undefined;
const digitSets = (): DigitSets => (digits ??= readDigits());

describe("the digits", () => {
  it("are ten thousand, of which a fifth is held back", () => {
    const { training, test } = digitSets();
    expect(training.count + test.count).toBe(10_000);
    expect(test.count / 10_000).toBeCloseTo(0.2, 2);
    for (const { starts, labels, count, images } of [training, test]) {
      expect(starts).toHaveLength(11);
      expect(starts.at(-1)).toBe(count);
      for (let digit = 0; digit < 10; digit += 1) {
        expect(labels[starts[digit] as number]).toBe(digit);
        expect(labels[(starts[digit + 1] as number) - 1]).toBe(digit);
      }
      expect(images.every((ink) => ink >= 0 && ink <= 1)).toBe(true);
    }
  });

  it("are paired, as many of one class as of two, and each pair with its own label", () => {
    const { training } = digitSets();
    const { left, right, same } = drawPairs(training, 1000, drawFrom(3));
    expect(same.reduce((sum, one) => sum + one, 0)).toBe(500);
    for (const [i, one] of same.entries())
      expect(training.labels[left[i] as number] === training.labels[right[i] as number]).toBe(one === 1);
    expect(new Set(left).size).toBeGreaterThan(900);
  });
});

describe("what distances tell", () => {
  const pairs = (same: readonly number[]): Pairs => ({
    left: Int32Array.from(same.keys()),
    right: Int32Array.from(same.keys()),
    same: Float32Array.from(same),
  });

  it.each<[string, number[], number[], number, number]>([
    ["two groups apart", [1, 1, 0, 0], [0.1, 0.3, 0.5, 0.9], 0.4, 1],
    ["one on the wrong side", [1, 0, 1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.6, 0.7], 0.5, 5 / 6],
    ["no pair of one digit", [0, 0], [0.1, 0.2], 0, 1],
    ["only pairs of one digit", [1, 1], [0.25, 0.5], 1, 1],
    ["all at one distance", [1, 0], [0.5, 0.5], 0, 0.5],
  ])("%s", (_name, same, found, threshold, right) => {
    expect(bestThreshold(pairs(same), Float32Array.from(found))).toBeCloseTo(threshold, 6);
    expect(accuracy(pairs(same), Float32Array.from(found), threshold)).toBeCloseTo(right, 6);
  });

  it("is measured between both towers' places", () => {
    const [a, b] = [Float32Array.of(0, 0, 1, 1), Float32Array.of(3, 4, 1, 2)].map((values) => ({ width: 2, values }));
    const found = distances(
      { ...pairs([1, 1]), right: Int32Array.of(0, 1) },
      a as typeof a & object,
      b as typeof b & object,
    );
    expect([...found]).toEqual([5, 1]);
  });
});

describe("the pictures", () => {
  const line = { width: 1, values: Float32Array.of(0, 10, 1, 3, -1.5) };

  it("find the nearest ones, nearest first, without the digit itself", () => {
    expect(nearest(0, line, line, 3)).toEqual([2, 4, 3]);
  });

  it("lay groups out as groups, the same from the same seed", () => {
    const draw = drawFrom(5);
    const values = Float32Array.from({ length: 200 * 5 }, (_, i) => (i < 500 ? 0 : 10) + draw(1000) / 1000);
    const map = project({ width: 5, values }, drawFrom(1));
    expect(map).toHaveLength(400);
    expect(project({ width: 5, values }, drawFrom(1))).toEqual(map);
    const places = { width: 2, values: map };
    for (let i = 0; i < 200; i += 1)
      for (const near of nearest(i, places, places, 50)) expect(near < 100).toBe(i < 100);
  });
});

interface Golden {
  readonly seed: number;
  readonly batch: number;
  readonly config: SiameseConfig;
  readonly losses: readonly number[];
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../goldens/siamese-digits.json"), "utf8")) as Golden;

interface Followed {
  readonly losses: readonly number[];
  /** On what the parts of the last step ran. */
  readonly runsOn: readonly string[];
}

/** The losses of the first steps, as `npm start` takes them. */
async function firstLosses(steps: number, engine: Engine): Promise<Followed> {
  const { training } = digitSets();
  const graph = new Graph();
  const { feeds, fetches, initializer } = graph.asDefault(() => {
    setRandomSeed(golden.seed);
    const { batch } = golden;
    const [left, right] = [placeholder(float32, [batch, 28, 28, 1]), placeholder(float32, [batch, 28, 28, 1])];
    const same = placeholder(float32, [batch]);
    const { loss, trainOp } = siamese(left, right, same, siameseSmall);
    return { feeds: [left, right, same], fetches: [loss, trainOp], initializer: globalVariablesInitializer() };
  });
  await using session = new Session({ graph, engine });
  await session.run(initializer);
  const draw = drawFrom(golden.seed);
  const losses: number[] = [];
  let metadata: { readonly parts?: readonly { readonly runsOn: string }[] } = {};
  while (losses.length < steps) {
    const { left, right, same } = drawPairs(training, golden.batch, draw);
    const values = [pictures(training, left), pictures(training, right), ndarray(same)];
    metadata = {};
    const fed = feeds.map((tensor, i) => [tensor, values[i] as NDArray] as const);
    const [loss] = await session.run(fetches, fed, { metadata });
    losses.push(Number((loss as NDArray).item()));
  }
  return { losses, runsOn: (metadata.parts ?? []).map((part) => part.runsOn) };
}

describe("the first losses on the real digits are TensorFlow's", () => {
  /**
   * As a part of the loss. Sums of float32 products are made in another order, and each step starts from what this did to the ones before.
   * Adam divides a gradient by its own size, so where one is nearly nought its rounding moves a weight as far as any gradient does: of 20
   * losses 19 were within 2e-6, and one was 1.4e-5 off. Three times that leaves room for other processors.
   */
  const tolerance = 4e-5;

  it("with the example's own sizes", () => {
    expect(golden.config).toEqual(siameseSmall);
  });

  it("on ONNX Runtime, 20 steps, each of them one model", async () => {
    const { losses, runsOn } = await firstLosses(golden.losses.length, createOnnxRuntimeEngine());
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss / (golden.losses[i] as number) - 1)).toBeLessThan(tolerance);
    expect(runsOn).toEqual(["onnxruntime"]);
  });

  it("on the reference engine, 3 steps: it takes a second for each", async () => {
    const { losses } = await firstLosses(3, createReferenceEngine());
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss / (golden.losses[i] as number) - 1)).toBeLessThan(tolerance);
  });
});

describe("npm run example siamese", () => {
  const folder = mkdtempSync(join(tmpdir(), "namesake-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(line: string): Promise<string> {
    let text = "";
    const errors: string[] = [];
    const code = await runExample(["siamese", ...line.split(" "), "--out", folder], {
      write: (part) => {
        text += part;
      },
      error: (message) => errors.push(message),
    });
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    return text;
  }

  const rightAbout = (text: string): number => Number(/are right about (\d+\.\d\d) %/.exec(text)?.[1]);

  it("learns, tells what is shared, and leaves weights and pictures", async () => {
    const text = await run("--steps 40");
    // Guessing is right about half of the pairs.
    expect(rightAbout(text)).toBeGreaterThan(75);
    expect(text).toMatch(/^tower\/conv1\/kernel .* 2 times +tower\/conv1\/Conv2D, tower_1\/conv1\/Conv2D$/m);
    expect(text).toContain("155,440 parameters that train, 7 variables shared.");
    const { tensors, metadata } = decodeSafetensors(readFileSync(join(folder, "siamese.safetensors")));
    expect(tensors.get("tower/place/kernel")?.shape).toEqual([128, 16]);
    expect(tensors.size).toBe(7);
    expect(Number(metadata["threshold"])).toBeGreaterThan(0);
    for (const [name, width, height] of [
      ["siamese-map.png", 1090, 1000],
      ["siamese-nearest.png", 936, 698],
    ] as const) {
      const picture = PNG.sync.read(readFileSync(join(folder, name)));
      expect([picture.width, picture.height]).toEqual([width, height]);
    }
  }, 120_000);

  it("shares nothing when it is told so, and learns less", async () => {
    const text = await run("--steps 40 --unshared");
    expect(text).toContain("No variable is shared; 310,880 parameters that train.");
    expect(rightAbout(text)).toBeLessThan(75);
    const { tensors } = decodeSafetensors(readFileSync(join(folder, "siamese-unshared.safetensors")));
    expect([...tensors.keys()]).toContain("other_tower/conv1/kernel");
    expect(existsSync(join(folder, "siamese-unshared-map.png"))).toBe(true);
  }, 120_000);

  it("keeps what it learnt when someone presses Ctrl-C", async () => {
    const timer = setInterval(() => process.emit("SIGINT"), 20);
    const text = await run("--steps 100000 --batch 2").finally(() => clearInterval(timer));
    expect(text).toMatch(/Interrupted: \d+ steps were left/);
    expect(text).toMatch(/The weights so far: .*siamese\.safetensors\n$/);
    expect(text).not.toContain("are right about");
  });
});
