/**
 * Training with placeholders for batches of any size, the ordinary program of TensorFlow 1: the step runs as one model, computes what the
 * same program with a known size does, and goes on through batches of other sizes.
 */
import {
  type BaseVariable,
  clipByGlobalNorm,
  concat,
  constant,
  createReferenceEngine,
  type Dimension,
  fill,
  float32,
  Graph,
  getVariable,
  getVariableScope,
  globalVariablesInitializer,
  gradients,
  int32,
  type Literal,
  matmul,
  type NDArray,
  ndarray,
  nn,
  type Operation,
  placeholder,
  reduceMean,
  reshape,
  Session,
  type SessionOptions,
  shape,
  split,
  stack,
  type Tensor,
  tanh,
  train,
  trainableVariables,
  variableScope,
  whileLoop,
} from "namesake";
import { createOnnxRuntimeEngine, type Recovery } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { failureOf } from "./failure-of.ts";

interface Forward {
  readonly x: Tensor;
  readonly labels: Tensor;
  readonly loss: Tensor;
  /** The shape of one element of a batch; whole numbers below `below` where that is set. */
  readonly element: readonly number[];
  readonly below: number | null;
}

/** The same numbers in every run: no two of them are equal, so that no pool has to choose. */
function numbers(dims: readonly number[], scale: number, start = 0): NDArray {
  const count = dims.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: count }, (_, i) => scale * Math.sin(1 + start + i * 0.7390851 + (i % 17)));
  return reshapedArray(values, dims);
}

function reshapedArray(values: Float32Array, dims: readonly number[]): NDArray {
  return ndarray(values, "float32", dims);
}

function variable(name: string, dims: readonly number[], scale = 0.3): Tensor {
  const initializer = () => constant(numbers(dims, scale, name.length + dims.length));
  return getVariable(name, dims, { initializer }) as unknown as Tensor;
}

function meanLoss(labels: Tensor, logits: Tensor): Tensor {
  return reduceMean(nn.sparseSoftmaxCrossEntropyWithLogits({ labels, logits }));
}

function mlp(batch: Dimension): Forward {
  const x = placeholder(float32, [batch, 20], { name: "x" });
  const labels = placeholder(int32, [batch], { name: "labels" });
  const hidden = nn.relu(matmul(x, variable("w1", [20, 16])).add(variable("b1", [16])));
  const scaled = hidden.mul(nn.sigmoid(matmul(x, variable("gate", [20, 16]))));
  const logits = matmul(scaled, variable("w2", [16, 10])).add(variable("b2", [10]));
  return { x, labels, loss: meanLoss(labels, logits), element: [20], below: null };
}

interface LstmState {
  readonly c: Tensor;
  readonly h: Tensor;
}

function lstmCell(x: Tensor, { c, h }: LstmState, hidden: number): LstmState {
  const gates = nn.biasAdd(
    matmul(concat([x, h], 1), variable("kernel", [2 * hidden, 4 * hidden])),
    variable("bias", [4 * hidden]),
  );
  const [i, j, f, o] = split(gates, 4, { axis: 1 }) as [Tensor, Tensor, Tensor, Tensor];
  const next = c.mul(nn.sigmoid(f)).add(nn.sigmoid(i).mul(tanh(j)));
  return { c: next, h: tanh(next).mul(nn.sigmoid(o)) };
}

const [words, width, steps] = [50, 12, 5];

function zeroState(x: Tensor): LstmState {
  const dims = stack([shape(x).at("0"), width]);
  return { c: fill(dims, 0), h: fill(dims, 0) };
}

/** Two layers of LSTM cells, unrolled over a few words. */
function lstm(batch: Dimension): Forward {
  const x = placeholder(int32, [batch, steps], { name: "x" });
  const labels = placeholder(int32, [batch], { name: "labels" });
  const inputs = nn.embeddingLookup(variable("embedding", [words, width]), x);
  const state = [zeroState(x), zeroState(x)];
  let y = inputs;
  for (let step = 0; step < steps; step += 1) {
    if (step > 0) getVariableScope().reuseVariables();
    y = inputs.at(`:, ${step}, :`);
    for (const layer of [0, 1]) {
      const next = variableScope(`cell_${layer}`, () => lstmCell(y, state[layer] as LstmState, width));
      state[layer] = next;
      y = next.h;
    }
  }
  const logits = variableScope("out", { reuse: false }, () => matmul(y, projection()));
  return { x, labels, loss: meanLoss(labels, logits), element: [steps], below: words };
}

function projection(): Tensor {
  return constant(numbers([width, 10], 0.3)) as Tensor;
}

/** The network of the CIFAR-10 tutorial with less of everything. */
function images(batch: Dimension): Forward {
  const x = placeholder(float32, [batch, 12, 12, 3], { name: "x" });
  const labels = placeholder(int32, [batch], { name: "labels" });
  const layer = (name: string, from: Tensor, channels: number): Tensor =>
    variableScope(name, () =>
      nn.relu(
        nn.biasAdd(
          nn.conv2d(from, variable("filter", [5, 5, channels, 16], 0.1), { strides: [1, 1, 1, 1], padding: "SAME" }),
          variable("bias", [16], 0.1),
        ),
      ),
    );
  const pool = (from: Tensor): Tensor =>
    nn.maxPool(from, { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: "SAME" });
  const normal = (from: Tensor): Tensor => nn.lrn(from, { depthRadius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75 });
  const first = normal(pool(layer("conv1", x, 3)));
  const second = pool(normal(layer("conv2", first, 16)));
  const logits = matmul(reshape(second, [-1, 3 * 3 * 16]), variable("w", [3 * 3 * 16, 10]));
  return { x, labels, loss: meanLoss(labels, logits), element: [12, 12, 3], below: null };
}

/** A recurrence in a loop. */
function loop(batch: Dimension): Forward {
  const x = placeholder(float32, [batch, width], { name: "x" });
  const labels = placeholder(int32, [batch], { name: "labels" });
  const [w, out] = [variable("w", [width, width]), variable("out", [width, 10])];
  const [, last] = whileLoop(
    (i: Tensor) => i.less(4),
    (i: Tensor, h: Tensor) => [i.add(1), tanh(matmul(h, w)).mul(nn.sigmoid(h).add(x))] as const,
    [constant(0), x] as const,
  ) as readonly [Tensor, Tensor];
  return { x, labels, loss: meanLoss(labels, matmul(last, out)), element: [width], below: null };
}

const networks = { mlp, lstm, images, loop } as const;
type Network = keyof typeof networks;
/** Those whose training is dataflow: the gradients of loops are the interpreter's. */
const straight = ["mlp", "lstm", "images"] as const satisfies readonly Network[];

interface Training {
  readonly session: Session;
  readonly recoveries: readonly Recovery[];
  /** Runs a step with a batch of so many; the loss. */
  step(count: number): number;
  /** Only the loss. */
  evaluate(count: number): number;
  readonly parts: () => number;
  weights(): Literal[];
}

function clippedDescent(loss: Tensor): Operation {
  const variables = trainableVariables() as BaseVariable[];
  const { listClipped } = clipByGlobalNorm(gradients(loss, variables), 5);
  const pairs = variables.map((one, i) => [listClipped[i] ?? null, one] as const);
  return new train.GradientDescentOptimizer(0.5).applyGradients(pairs);
}

function training(network: Network, batch: Dimension, engine?: SessionOptions["engine"]): Training {
  const graph = new Graph();
  const recoveries: Recovery[] = [];
  const { forward, op, init } = graph.asDefault(() => {
    const made = networks[network](batch);
    return { forward: made, op: clippedDescent(made.loss), init: globalVariablesInitializer() };
  });
  const { x, labels, loss, element, below } = forward;
  const session = new Session({
    graph,
    engine: engine ?? createOnnxRuntimeEngine({ onRecovery: (recovery) => recoveries.push(recovery) }),
  });
  session.runSync(init);
  const metadata: Record<string, unknown> = {};
  const fed = (size: number): NDArray => {
    const dims = [size, ...element];
    if (below === null) return numbers(dims, 1, size);
    return ndarray(
      Int32Array.from({ length: size * steps }, (_, i) => (i * 7 + size) % below),
      "int32",
      dims,
    );
  };
  const run = (fetches: readonly (Tensor | Operation)[], size: number): number => {
    const classes = ndarray(
      Int32Array.from({ length: size }, (_, i) => (i * 3 + size) % 10),
      "int32",
      [size],
    );
    const feeds = [
      [x, fed(size)],
      [labels, classes],
    ] as const;
    return (session.runSync(fetches, feeds, { metadata })[0] as NDArray).item() as number;
  };
  return {
    session,
    recoveries,
    step: (size) => run([loss, op], size),
    evaluate: (size) => run([loss], size),
    parts: () => (metadata["parts"] as readonly unknown[]).length,
    weights: () =>
      graph.asDefault(() =>
        (session.runSync(trainableVariables() as BaseVariable[]) as NDArray[]).map((one) => one.toArray()),
      ),
  };
}

function closeTo(actual: readonly number[], expected: readonly number[]): void {
  // What is summed in another order differs by rounding, and training makes it grow.
  for (const [i, value] of expected.entries())
    expect(Math.abs((actual[i] as number) - value), `step ${i}: ${actual[i]} / ${value}`).toBeLessThan(
      2e-4 * Math.max(1, value),
    );
}

describe("batches of any size", () => {
  it.each(straight)("train %s in one part, exactly as with a known size", (network) => {
    const [open, known] = [training(network, null), training(network, 16)];
    const losses = [open, known].map((one) => Array.from({ length: 4 }, () => one.step(16)));
    expect(open.parts()).toBe(1);
    expect(losses[0]).toEqual(losses[1]);
    expect(open.weights()).toEqual(known.weights());
    expect(open.recoveries).toEqual([]);
    open.session.close();
    known.session.close();
  });

  it("run a loop in one part, exactly as with a known size", () => {
    const [open, known] = [training("loop", null), training("loop", 16)];
    const losses = [open, known].map((one) => [16, 16, 16].map((size) => one.evaluate(size)));
    expect(open.parts()).toBe(1);
    expect(losses[0]).toEqual(losses[1]);
    expect([8, 5, 8, 5, 8, 5, 5].map((size) => open.evaluate(size)).every(Number.isFinite)).toBe(true);
    expect(open.recoveries).toEqual([]);
    open.session.close();
    known.session.close();
  });

  it.each(Object.keys(networks) as Network[])("may change while %s trains, as by the kernels", (network) => {
    const sizes = [8, 8, 5, 8, 8, 5, 8, 5, 5, 1, 2, 3, 4, 6, 8, 1];
    const [tested, reference] = [training(network, null), training(network, null, createReferenceEngine())];
    const [losses = [], expected = []] = [tested, reference].map((one) => sizes.map((size) => one.step(size)));
    closeTo(losses, expected);
    expect(tested.recoveries).toEqual([]);
    tested.session.close();
    reference.session.close();
  });
});

describe("the form for any size", () => {
  it.each(straight)("of %s is one part, too", (network) => {
    const general = training(network, null, createOnnxRuntimeEngine({ isShaped: false }));
    const known = training(network, 16);
    closeTo(
      Array.from({ length: 3 }, () => general.step(16)),
      Array.from({ length: 3 }, () => known.step(16)),
    );
    expect(general.parts()).toBe(1);
    general.session.close();
    known.session.close();
  });
});

describe("batches that do not go together", () => {
  it("fail with TensorFlow's text, whatever was compiled before", () => {
    new Graph().asDefault(() => {
      const x = placeholder(float32, [null, 2], { name: "x" });
      const y = placeholder(float32, [null, 2], { name: "y" });
      const product = x.mul(y);
      const [gradient] = gradients(product, [x]) as [Tensor];
      using session = new Session({ engine: createOnnxRuntimeEngine() });
      const rows = (count: number): NDArray => numbers([count, 2], 1);
      const run = (a: number, b: number): readonly number[] =>
        session.runSync(gradient, [
          [x, rows(a)],
          [y, rows(b)],
        ]).shape;
      for (let i = 0; i < 4; i += 1) {
        expect(run(3, 3)).toEqual([3, 2]);
        expect(failureOf(() => run(3, 2))).toEqual(["InvalidArgumentError", "Incompatible shapes: [3,2] vs. [2,2]"]);
        expect(run(1, 4)).toEqual([1, 2]);
      }
    });
  });
});
