/**
 * Random networks over images, whose models the passes rewrite most: by the kernels, on ONNX Runtime, and frozen there, where filters are
 * constants and take in what follows them. All three give the same.
 */
import {
  add,
  createReferenceEngine,
  Graph,
  getVariable,
  globalVariablesInitializer,
  multiply,
  type NDArray,
  nn,
  pad,
  placeholder,
  randomNormalInitializer,
  randomUniformInitializer,
  reduceMean,
  reshape,
  Session,
  setRandomSeed,
  subtract,
  type Tensor,
  variableScope,
} from "namesake";
import { createOnnxRuntimeEngine, type Recovery } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { Dice } from "./random-numbers.ts";

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_121);
const count = Number(process.env["NAMESAKE_TRIALS"] ?? 25);

/** Sums of some hundred products of float32, layer after layer, and scales that round in the filter instead of behind it. */
const TOLERANCE = 2e-5;

function channelsOf(x: Tensor): number {
  return x.shape.dim(3) as number;
}

function vector(name: string, x: Tensor): Tensor {
  return getVariable(name, [channelsOf(x)], {
    initializer: randomUniformInitializer({ minval: 0.5, maxval: 1.5 }),
  }).value();
}

function conv(dice: Dice, x: Tensor): Tensor {
  const size = dice.pick([1, 2, 3]);
  const filter = getVariable("filter", [size, size, channelsOf(x), dice.pick([3, 8, 16])], {
    initializer: randomNormalInitializer({ stddev: 0.3 }),
  });
  const strides = dice.pick([1, 1, 2]);
  return nn.conv2d(x, filter, { strides: [1, strides, strides, 1], padding: "SAME" });
}

function batchNorm(_: Dice, x: Tensor): Tensor {
  const [scale, offset, mean, variance] = ["scale", "offset", "mean", "variance"].map((name) => vector(name, x)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  return nn.fusedBatchNorm(x, scale, offset, { mean, variance, isTraining: false }).y;
}

type Layer = (dice: Dice, x: Tensor, others: readonly Tensor[]) => Tensor;
const layers: readonly Layer[] = [
  conv,
  conv,
  batchNorm,
  (_, x) => nn.biasAdd(x, vector("bias", x)),
  (_, x) => nn.relu(x),
  (_, x) => nn.tanh(x),
  (_, x) => nn.maxPool(x, { ksize: 2, strides: 1, padding: "SAME" }),
  (_, x) => nn.avgPool(x, { ksize: 2, strides: 1, padding: "SAME" }),
  (_, x) => nn.lrn(x, { depthRadius: 2, bias: 1, alpha: 0.1, beta: 0.75 }),
  (_, x) => multiply(x, 0.5),
  (_, x) => subtract(1, x),
  (_, x) => multiply(vector("factor", x), x),
  (_, x) => add(x, reduceMean(x, { axis: [1, 2], keepdims: true })),
  (_, x) => subtract(x, reduceMean(x, { axis: 3, keepdims: true })),
  (_, x) =>
    pad(x, [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ]),
  (_, x) => reshape(reshape(x, [2, -1]), x.shape.dims as number[]),
  (dice, x, others) => add(x, dice.pick(others.filter((other) => other.shape.equals(x.shape)))),
];

function makeProgram(dice: Dice) {
  const graph = new Graph();
  return graph.asDefault(() => {
    setRandomSeed(dice.between(0, 1000));
    const feed = placeholder("float32", [2, dice.between(4, 7), dice.between(4, 7), dice.pick([3, 16])]);
    const made: Tensor[] = [feed];
    for (let i = 0, n = dice.between(3, 9); i < n; i += 1) {
      const from = dice.chance(0.8) ? (made.at(-1) as Tensor) : dice.pick(made);
      made.push(variableScope(`layer${i}`, () => dice.pick(layers)(dice, from, made)));
    }
    const fetches = [made.at(-1) as Tensor, ...made.filter(() => dice.chance(0.15))];
    return { graph, feed, fetches, initializer: globalVariablesInitializer() };
  });
}

function expectNear(got: readonly NDArray[], wanted: readonly NDArray[]): void {
  for (const [i, value] of wanted.entries()) {
    const [a, b] = [got[i]?.data as Float32Array, value.data as Float32Array];
    expect(got[i]?.shape).toEqual(value.shape);
    const largest = b.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
    expect(a.reduce((most, x, k) => Math.max(most, Math.abs(x - (b[k] as number))), 0)).toBeLessThan(
      TOLERANCE * largest,
    );
  }
}

describe(`random networks over images, seed ${seed}`, () => {
  const recoveries: Recovery[] = [];
  const engine = createOnnxRuntimeEngine({ threadCount: 1, onRecovery: (recovery) => recoveries.push(recovery) });

  it.each(Array.from({ length: count }, (_, i) => i))(
    "#%i gives the same by kernels, models and frozen models",
    (i) => {
      const dice = new Dice(seed + 7919 * i);
      const { graph, feed, fetches, initializer } = makeProgram(dice);
      const images = dice.array("float32", feed.shape.dims as number[], () => dice.between(-100, 100) / 50);
      using reference = new Session({ graph, engine: createReferenceEngine() });
      using tested = new Session({ graph, engine });
      recoveries.length = 0;
      for (const session of [reference, tested]) session.runSync(initializer);
      const wanted = reference.runSync(fetches, [[feed, images]]) as NDArray[];
      expectNear(tested.runSync(fetches, [[feed, images]]) as NDArray[], wanted);
      expectNear(tested.freeze().runSync(fetches, [[feed, images]]) as NDArray[], wanted);
      expect(recoveries).toEqual([]);
    },
  );
});
