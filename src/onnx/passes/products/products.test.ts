/** Products with one matrix, and sums of products: what the passes make of them, and that values and gradients stay what the kernels give. */
import { afterAll, describe, expect, it } from "vitest";
import { Dice } from "../../../../test/lowering/random-numbers.ts";
import { createOnnxRuntimeEngine } from "../../../engines/onnxruntime/node.ts";
import { createReferenceEngine } from "../../../engines/reference/engine.ts";
import { gradients } from "../../../gradients/gradients.ts";
import { graphScope, runInScope } from "../../../graph/ambient-scope.ts";
import { Graph } from "../../../graph/graph.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { composeLibrary } from "../../../library.ts";
import { constant, placeholder } from "../../../ops/array.ts";
import { concat, split } from "../../../ops/concat.ts";
import { sparseSoftmaxCrossEntropyWithLogits } from "../../../ops/cross-entropy.ts";
import { sigmoid, square } from "../../../ops/elementary.ts";
import { add, multiply, subtract } from "../../../ops/math.ts";
import { matmul } from "../../../ops/matmul.ts";
import { biasAdd } from "../../../ops/nn.ts";
import { reduceMean, reduceSum } from "../../../ops/reduce.ts";
import { tanh } from "../../../ops/trigonometry.ts";
import { planDataflow } from "../../../session/dataflow.ts";
import { foldConstants } from "../../../session/fold.ts";
import { pruneStep } from "../../../session/prune.ts";
import { Session } from "../../../session/session.ts";
import type { StepValue } from "../../../session/step-values.ts";
import type { NDArray } from "../../../tensor/ndarray.ts";
import { lowerSlice } from "../../lower.ts";
import { Unsupported } from "../../rule.ts";

composeLibrary();
const recoveries: string[] = [];
const onnx = createOnnxRuntimeEngine({ threadCount: 1, onRecovery: ({ reason }) => recoveries.push(reason) });
afterAll(() => onnx.close());

/** A computation with what it is fed. */
interface Program {
  readonly feeds: readonly Tensor[];
  readonly wanted: readonly Tensor[];
}

function inGraph(build: () => Program): Program {
  return runInScope(graphScope(new Graph()), build);
}

/** How often each operator stands in the model of a program. */
function operators({ feeds, wanted }: Program): Readonly<Record<string, number>> {
  const graph = (wanted[0] as Tensor).graph;
  const planned = planDataflow(pruneStep(graph, { fetches: wanted, feeds }), {
    isInitialized: () => true,
    hasContainer: () => true,
  });
  const dataflow = foldConstants(planned, true);
  const fed = dataflow.nodes.flatMap(({ inputs }) =>
    inputs.filter((value) => typeof (value as StepValue).source === "number"),
  );
  const lowered = lowerSlice({
    nodes: dataflow.nodes,
    inputs: [...new Set(fed)],
    outputs: dataflow.fetches.filter((value) => value !== null),
  });
  if (lowered instanceof Unsupported) throw new Error(lowered.why);
  const counts: Record<string, number> = {};
  for (const { opType = "" } of lowered.model.graph?.node ?? []) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}

/** Compares what both engines give; sums are taken in another order. */
function expectSame({ feeds, wanted }: Program, dice: Dice): void {
  const graph = (wanted[0] as Tensor).graph;
  const fed = feeds.map((tensor) => {
    const array = dice.array("float32", tensor.shape.dims as number[], () => dice.fraction() - 0.5);
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

const withGradients = (loss: Tensor, feeds: readonly Tensor[], others: readonly Tensor[] = []): Program => ({
  feeds,
  wanted: [loss, ...others, ...(gradients(loss, feeds) as Tensor[]).filter((gradient) => gradient !== null)],
});

/** A network of two layers, called so often. */
function callers(count: number): Program {
  const xs = Array.from({ length: count }, () => placeholder("float32", [2, 16]));
  const [w, b, v] = [placeholder("float32", [16, 16]), placeholder("float32", [16]), placeholder("float32", [16, 16])];
  const losses = xs.map((x) => reduceMean(square(tanh(matmul(tanh(matmul(x, w).add(b)), v).add(b)))));
  return withGradients(
    losses.reduce((sum, loss) => add(sum, loss)),
    [...xs, w, b, v],
  );
}

/** Steps of a recurrent network with gates; `steps` words are at hand before the first. */
function recurrent(steps: number, size: number, batch: number): Program {
  const xs = Array.from({ length: steps }, () => placeholder("float32", [batch, size]));
  const kernel = placeholder("float32", [2 * size, 2 * size]);
  const bias = placeholder("float32", [2 * size]);
  let h = placeholder("float32", [batch, size]);
  const first = h;
  const outputs = xs.map((x) => {
    const [i, j] = split(biasAdd(matmul(concat([x, h], 1), kernel), bias), 2, { axis: 1 }) as [Tensor, Tensor];
    h = multiply(sigmoid(i), tanh(j));
    return h;
  });
  return withGradients(reduceSum(square(concat(outputs, 0))), [...xs, first, kernel, bias]);
}

describe("callers of one network", () => {
  it("are computed together, forwards and backwards", () => {
    const program = inGraph(() => callers(6));
    const counts = operators(program);
    // Two layers forwards, their gradients, those of both matrices, and that of the bias of both.
    expect((counts["MatMul"] ?? 0) + (counts["Gemm"] ?? 0)).toBe(2 + 2 + 2 + 1);
    expect(counts["Tanh"]).toBe(2);
    expectSame(program, new Dice(1));
  });

  it("stay apart where a matrix is small beside what is fed", () => {
    const program = inGraph(() => {
      const xs = Array.from({ length: 3 }, () => placeholder("float32", [64, 8]));
      const w = placeholder("float32", [8, 8]);
      return { feeds: [...xs, w], wanted: xs.map((x) => tanh(matmul(x, w))) };
    });
    expect(operators(program)).toEqual({ MatMul: 3, Tanh: 3 });
  });
});

describe("steps of a recurrent network", () => {
  it("take what does not wait all at once, forwards and backwards", () => {
    const program = inGraph(() => recurrent(8, 16, 2));
    const counts = operators(program);
    // Forwards and backwards one product of each step waits for the one before; all others are together, and each gradient is one.
    expect((counts["MatMul"] ?? 0) + (counts["Gemm"] ?? 0)).toBe(8 + 1 + 8 + 1 + 1 + 1);
    expectSame(program, new Dice(2));
  });
});

describe("a value that is taken apart", () => {
  const apart = (places: readonly number[]): Program => {
    const x = placeholder("float32", [2, 4, 8]);
    const scale = placeholder("float32", [2, 8]);
    const losses = places.map((i) => reduceSum(square(multiply(x.at(`:, ${i}, :`), scale))));
    return withGradients(
      losses.reduce((sum, loss) => add(sum, loss)),
      [x, scale],
    );
  };

  it("has the gradients of its blocks joined", () => {
    const program = inGraph(() => apart([0, 1, 2, 3]));
    const counts = operators(program);
    expect(counts["Pad"]).toBeUndefined();
    expect(counts["Concat"]).toBe(1);
    expectSame(program, new Dice(3));
  });

  it("has them summed where blocks are missing, or there twice", () => {
    for (const places of [
      [0, 1, 3],
      [0, 1, 2, 3, 3],
      [1, 1],
    ]) {
      const program = inGraph(() => apart(places));
      expect(operators(program)["Pad"]).toBe(new Set(places).size);
      expectSame(program, new Dice(4));
    }
  });
});

describe("a large matrix of which each row is scaled", () => {
  const scaled = (isFetched: boolean): Program => {
    const [x, w, b] = [
      placeholder("float32", [64, 8]),
      placeholder("float32", [8, 4096]),
      placeholder("float32", [4096]),
    ];
    const weights = placeholder("float32", [64]);
    const logits = add(matmul(x, w), b);
    const labels = constant(
      Array.from({ length: 64 }, (_, i) => (i * 67) % 4096),
      { dtype: "int32" },
    );
    const losses = sparseSoftmaxCrossEntropyWithLogits({ labels, logits });
    const [inner] = gradients(reduceSum(multiply(losses, weights)), [logits]) as [Tensor];
    return withGradients(reduceSum(multiply(losses, weights)), [x, w, b, weights], isFetched ? [inner] : []);
  };

  it("is not written again for the products that take it", () => {
    const program = inGraph(() => scaled(false));
    const whole = inGraph(() => scaled(true));
    // The sum of its rows is a product with the scales.
    expect(operators(program)["ReduceSum"]).toBe((operators(whole)["ReduceSum"] ?? 0) - 1);
    expectSame(program, new Dice(5));
    expectSame(whole, new Dice(6));
  });
});

describe("a product times a number", () => {
  /** The gradient of a matrix, times something. */
  const update = (factor: number, isFetched: boolean): Program =>
    inGraph(() => {
      const [x, y] = [placeholder("float32", [5, 4]), placeholder("float32", [5, 3])];
      const product = matmul(x, y, { transposeA: true });
      return { feeds: [x, y], wanted: [multiply(product, factor), ...(isFetched ? [product] : [])] };
    });
  const countOf = (program: Program): readonly unknown[] => {
    const { Gemm, Mul = 0 } = operators(program);
    return [Gemm, Mul];
  };

  it("takes it in, unless the product is wanted, too, or the number is none that changes nothing else", () => {
    const programs = [update(-0.01, false), update(0.5, true), update(0, false), update(Infinity, false)];
    expect(programs.map(countOf)).toEqual([
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    for (const [i, program] of programs.slice(0, 3).entries()) expectSame(program, new Dice(7 + i));
  });
});

/** Any small network in which values of one size are used again and again with the same few matrices. */
function randomNetwork(dice: Dice): Program {
  const size = 8 * dice.between(1, 2);
  const matrices = Array.from({ length: 2 }, () => placeholder("float32", [size, size]));
  const wide = placeholder("float32", [2 * size, size]);
  const twice = placeholder("float32", [size, 2 * size]);
  const bias = placeholder("float32", [size]);
  const batch = dice.between(1, 2);
  const inputs = Array.from({ length: dice.between(2, 5) }, () => placeholder("float32", [batch, size]));
  const values = [...inputs];
  const steps: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
    (x) => matmul(x, dice.pick(matrices)),
    (x) => matmul(x, matrices[0] as Tensor, { transposeB: true }),
    (x, y) => matmul(concat([x, y], 1), wide),
    (x) => dice.pick(split(matmul(x, twice), 2, { axis: 1 })),
    (x) => tanh(matmul(x, dice.pick(matrices)).add(bias)),
    (x) => biasAdd(x, bias),
    (x) => tanh(x),
    (x, y) => add(x, y),
    (x, y) => multiply(x, y),
    (x, y) => subtract(x, y),
    (x) => multiply(x, 0.5),
  ];
  for (let i = 0, n = dice.between(6, 18); i < n; i += 1)
    values.push(tanh(dice.pick(steps)(dice.pick(values), dice.pick(values))));
  const others = [dice.pick(values)];
  const loss = values.slice(-4).reduce<Tensor>((sum, value) => add(sum, reduceSum(square(value))), reduceSum(bias));
  const feeds = [...inputs, ...matrices, wide, twice, bias];
  return withGradients(loss, feeds, others);
}

describe("random networks", () => {
  const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_121);
  const count = Number(process.env["NAMESAKE_TRIALS"] ?? 40);
  it.each(Array.from({ length: count }, (_, i) => i))("#%i give the same on both engines", (i) => {
    const dice = new Dice(seed + 7919 * i);
    expectSame(
      inGraph(() => randomNetwork(dice)),
      dice,
    );
  });
});
