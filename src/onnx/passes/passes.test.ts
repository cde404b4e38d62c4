/** All passes together, and that each has a test of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { counted, inGraph, operators, type Program, seed, trialCount } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { callers, randomNetwork, recurrent } from "../../../test/lowering/random-programs.ts";
import { createOnnxRuntimeEngine } from "../../engines/onnxruntime/node.ts";
import { createReferenceEngine } from "../../engines/reference/engine.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { Session } from "../../session/session.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { passes } from "./passes.ts";

const recoveries: string[] = [];
const onnx = createOnnxRuntimeEngine({ threadCount: 1, onRecovery: ({ reason }) => recoveries.push(reason) });
afterAll(() => onnx.close());

/** Compares what both engines give; sums are taken in another order. */
function expectSame({ feeds, wanted }: Program, dice: Dice): void {
  const { graph } = wanted[0] as Tensor;
  const fed = feeds.map((tensor) => {
    const array = dice.array("float32", tensor.shape.asNumbers(), () => dice.fraction() - 0.5);
    return [tensor, array] as const;
  });
  const [got, expected] = [onnx, createReferenceEngine()].map(
    (engine) => new Session({ graph, engine }).runSync(wanted as Tensor[], fed) as NDArray[],
  ) as [NDArray[], NDArray[]];
  for (const [i, value] of expected.entries()) {
    expect(got[i]?.shape).toEqual(value.shape);
    const data = value.data as Float32Array;
    const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
    const off = data.findIndex((x, k) => !(Math.abs(x - Number(got[i]?.at(k))) <= 1e-5 * largest));
    expect(off, `${wanted[i]?.name}[${off}]: ${got[i]?.at(off)} instead of ${data[off]}`).toBe(-1);
  }
  expect(recoveries).toEqual([]);
}

describe("all passes together", () => {
  it("make one of the callers of a network, and of the steps of a recurrent one what need not wait", () => {
    for (const [program, products, tanhs] of [
      // Two layers forwards, their gradients, those of both matrices, and that of the bias of both.
      [inGraph(() => callers(6)), 2 + 2 + 2 + 1, 2],
      // Forwards and backwards one product of each step waits for the one before; all others are together, and each gradient is one.
      [inGraph(() => recurrent(8, 16, 2)), 8 + 1 + 8 + 1 + 1 + 1, 8],
    ] as const) {
      const counts = counted(operators(program));
      expect((counts["MatMul"] ?? 0) + (counts["Gemm"] ?? 0)).toBe(products);
      expect(counts["Tanh"]).toBe(tanhs);
      expectSame(program, new Dice(1));
    }
  });

  it.each(Array.from({ length: 2 * trialCount }, (_, i) => seed + 7919 * i))(
    "give the same on both engines for the random network of seed %i",
    (one) => {
      const dice = new Dice(one);
      expectSame(
        inGraph(() => randomNetwork(dice)),
        dice,
      );
    },
  );
});

describe("each pass", () => {
  const text = readFileSync(join(import.meta.dirname, "passes.ts"), "utf8");
  const files = [...text.matchAll(/^import \{ (with\w+) \} from "\.\/([\w/-]+)\.ts";$/gm)];

  it("is a file of its own, with a test beside it that tries the pass alone", () => {
    expect(new Set(files.map(([, name]) => name))).toEqual(new Set(passes.map(({ name }) => name)));
    for (const [, name, path] of files)
      expect(readFileSync(join(import.meta.dirname, `${path}.test.ts`), "utf8")).toContain(`new PassLab(${name}`);
  });
});
