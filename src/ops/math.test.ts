import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/math-golden.ts";
import { createOnnxRuntimeEngine } from "../engines/onnxruntime/node.ts";
import { createReferenceEngine } from "../engines/reference/engine.ts";
import { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Engine } from "../session/engine.ts";
import { Session } from "../session/session.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { placeholder } from "./array.ts";
import * as cast from "./cast.ts";
import * as division from "./division.ts";
import { linspace } from "./linspace.ts";
import { mathDefs } from "./math.defs.ts";
import { mathKernels } from "./math.kernels.ts";
import * as math from "./math.ts";
import { range } from "./range.ts";

testFamily({
  name: "math",
  defs: mathDefs,
  builders: { ...math, ...division, ...cast, range, linspace },
  kernels: mathKernels,
});

function run(engine: () => Engine, limit: bigint): NDArray {
  return new Graph().asDefault(() => {
    const end = placeholder("int64", []);
    const numbers = range(ndarray(0n, "int64"), end, ndarray(1n, "int64"));
    using session = new Session({ engine });
    return session.runSync(numbers, [[end, ndarray(limit, "int64")]]);
  });
}

const engines = { reference: createReferenceEngine, "ONNX Runtime": createOnnxRuntimeEngine };
describe.each(Object.entries(engines))("a range on the engine %s", (_, engine) => {
  it("counts to a limit that is known in the step only", () => {
    expect(run(engine, 3n).toArray()).toEqual([0n, 1n, 2n]);
    expect(run(engine, 0n).toArray()).toEqual([]);
  });

  it("fails with TensorFlow's text below its start", () => {
    expect(() => run(engine, -1n)).toThrow("Requires start <= limit when delta > 0: 0/-1");
  });
});

it.each([
  [0, Infinity, 1, "Requires ((limit - start) / delta) <= 9223372036854775807"],
  [-Infinity, 0, 1, "Requires ((limit - start) / delta) <= 9223372036854775807"],
  [Infinity, Infinity, 1, "Requires ((limit - start) / delta) <= 9223372036854775807"],
  [0, 3e38, 1, "Requires ((limit - start) / delta) <= 9223372036854775807"],
  [0, Number.NaN, 1, "Requires start <= limit when delta > 0: 0/nan"],
  [Number.NaN, 1, 1, "Requires start <= limit when delta > 0: nan/1"],
  [0, 1, Number.NaN, "Requires start >= limit when delta < 0: 0/1"],
])("a range from %d to %d by %d fails", (start, limit, delta, message) => {
  for (const engine of Object.values(engines)) {
    new Graph().asDefault(() => {
      const parts = [0, 1, 2].map(() => placeholder("float32", []));
      const [from, to, by] = parts as [Tensor, Tensor, Tensor];
      const numbers = range(from, to, by);
      using session = new Session({ engine });
      const values = [start, limit, delta];
      const feeds = parts.map((part, i) => [part, values[i] as number] as const);
      expect(() => session.runSync(numbers, feeds)).toThrow(message);
    });
  }
});

it("a range that no memory would hold fails", () => {
  expect(() => run(createReferenceEngine, 2n ** 62n)).toThrow(
    "OOM when allocating tensor with shape[4611686018427387904] and type int64",
  );
});
