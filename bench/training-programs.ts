/**
 * The programs that training is measured with; `tensorflow_training.py` builds the same ones in TensorFlow's words. Both sides build with
 * their own functions, as the time of building is measured, too.
 */
import {
  AUTO_REUSE,
  addN,
  type BaseVariable,
  clipByGlobalNorm,
  concat,
  constantInitializer,
  float32,
  getVariable,
  getVariableScope,
  gradients,
  int32,
  matmul,
  nn,
  type Operation,
  placeholder,
  randomUniformInitializer,
  reduceMean,
  reduceSum,
  reshape,
  split,
  square,
  type Tensor,
  tanh,
  train,
  trainableVariables,
  truncatedNormalInitializer,
  variableScope,
  zeros,
  zerosInitializer,
} from "namesake";

/** What a step is fed with: whole numbers below `below` where that is set. */
export interface TrainingFeed {
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  readonly below: number | null;
}

/** A loss, and what it depends on. */
export interface Forward {
  readonly feeds: readonly TrainingFeed[];
  readonly loss: Tensor;
}

/** Both halves of a program: each is measured for itself. */
export interface TrainingProgram {
  readonly build: () => Forward;
  /** Adds the gradients and the update. */
  readonly train: (loss: Tensor) => Operation;
}

const descent = (loss: Tensor): Operation => new train.GradientDescentOptimizer(0.1).minimize(loss);
const adam = (loss: Tensor): Operation => new train.AdamOptimizer({ learningRate: 1e-3 }).minimize(loss);

const zerosStart = { initializer: zerosInitializer() };

function meanLoss(labels: Tensor, logits: Tensor): Tensor {
  return reduceMean(nn.sparseSoftmaxCrossEntropyWithLogits({ labels, logits }));
}

/** 784 pixels, one hidden layer, ten classes. */
function mlp(hidden: number, batch: number): Forward {
  const x = placeholder(float32, [null, 784]);
  const labels = placeholder(int32, [null]);
  const [w1, b1] = variableScope("hidden", () => [
    getVariable("w", [784, hidden]),
    getVariable("b", [hidden], zerosStart),
  ]) as [BaseVariable, BaseVariable];
  const [w2, b2] = variableScope("out", () => [getVariable("w", [hidden, 10]), getVariable("b", [10], zerosStart)]) as [
    BaseVariable,
    BaseVariable,
  ];
  const logits = matmul(nn.relu(matmul(x, w1).add(b1)), w2).add(b2);
  const feeds = [
    { tensor: x, shape: [batch, 784], below: null },
    { tensor: labels, shape: [batch], below: 10 },
  ];
  return { feeds, loss: meanLoss(labels, logits) };
}

function convRelu(scope: string, images: Tensor, channels: number, bias: number): Tensor {
  return variableScope(scope, () => {
    const initializer = truncatedNormalInitializer({ stddev: 5e-2 });
    const filter = getVariable("weights", [5, 5, channels, 64], { initializer });
    const biases = getVariable("biases", [64], { initializer: constantInitializer(bias) });
    return nn.relu(nn.biasAdd(nn.conv2d(images, filter, { strides: [1, 1, 1, 1], padding: "SAME" }), biases));
  });
}

function dense(scope: string, x: Tensor, units: number, stddev: number, bias: number): Tensor {
  return variableScope(scope, () => {
    const initializer = truncatedNormalInitializer({ stddev });
    const weights = getVariable("weights", [x.shape.dim(1), units], { initializer });
    const biases = getVariable("biases", [units], { initializer: constantInitializer(bias) });
    return matmul(x, weights).add(biases);
  });
}

const pool = (x: Tensor): Tensor => nn.maxPool(x, { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: "SAME" });
const normalize = (x: Tensor): Tensor => nn.lrn(x, { depthRadius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75 });
const asIs = (x: Tensor): Tensor => x;

/** Scores of the network of the CIFAR-10 tutorial, with or without its normalizations of responses. */
export function convolutions(images: Tensor, isNormalized: boolean): Tensor {
  const normalized = isNormalized ? normalize : asIs;
  const first = normalized(pool(convRelu("conv1", images, 3, 0)));
  const second = pool(normalized(convRelu("conv2", first, 64, 0.1)));
  const flat = reshape(second, [images.shape.dim(0) as number, -1]);
  const local3 = nn.relu(dense("local3", flat, 384, 0.04, 0.1));
  const local4 = nn.relu(dense("local4", local3, 192, 0.04, 0.1));
  return dense("softmax_linear", local4, 10, 1 / 192, 0);
}

function images(batch: number, isNormalized: boolean): Forward {
  const x = placeholder(float32, [batch, 24, 24, 3]);
  const labels = placeholder(int32, [batch]);
  const feeds = [
    { tensor: x, shape: [batch, 24, 24, 3], below: null },
    { tensor: labels, shape: [batch], below: 10 },
  ];
  return { feeds, loss: meanLoss(labels, convolutions(x, isNormalized)) };
}

interface LstmState {
  readonly c: Tensor;
  readonly h: Tensor;
}

function lstmCell(x: Tensor, { c, h }: LstmState, hidden: number): LstmState {
  const kernel = getVariable("kernel", [2 * hidden, 4 * hidden]);
  const bias = getVariable("bias", [4 * hidden], zerosStart);
  const gates = nn.biasAdd(matmul(concat([x, h], 1), kernel), bias);
  const [i, j, f, o] = split(gates, 4, { axis: 1 }) as [Tensor, Tensor, Tensor, Tensor];
  const newC = c.mul(nn.sigmoid(f)).add(nn.sigmoid(i).mul(tanh(j)));
  return { c: newC, h: tanh(newC).mul(nn.sigmoid(o)) };
}

/** The outputs of two layers of LSTM cells, step by step. */
function lstmOutputs(inputs: Tensor, batch: number, steps: number, hidden: number): Tensor[] {
  const state = [0, 1].map((): LstmState => ({ c: zeros([batch, hidden]), h: zeros([batch, hidden]) }));
  const outputs: Tensor[] = [];
  variableScope("RNN", () => {
    for (let step = 0; step < steps; step += 1) {
      if (step > 0) getVariableScope().reuseVariables();
      let x = inputs.at(`:, ${step}, :`);
      for (const layer of [0, 1]) {
        const next = variableScope(`cell_${layer}`, () => lstmCell(x, state[layer] as LstmState, hidden));
        state[layer] = next;
        x = next.h;
      }
      outputs.push(x);
    }
  });
  return outputs;
}

/** The small model of the PTB tutorial: two layers of LSTM cells, unrolled over twenty words. */
function ptb(): Forward {
  const [batch, steps, hidden, words] = [20, 20, 200, 10_000];
  const x = placeholder(int32, [batch, steps]);
  const next = placeholder(int32, [batch, steps]);
  const initializer = randomUniformInitializer({ minval: -0.1, maxval: 0.1 });
  const logits = variableScope("Model", { initializer }, () => {
    const embedding = getVariable("embedding", [words, hidden]);
    const outputs = lstmOutputs(nn.embeddingLookup(embedding, x), batch, steps, hidden);
    const output = reshape(concat(outputs, 1), [-1, hidden]);
    return matmul(output, getVariable("softmax_w", [hidden, words])).add(getVariable("softmax_b", [words]));
  });
  const losses = nn.sparseSoftmaxCrossEntropyWithLogits({ labels: reshape(next, [-1]), logits });
  const feeds = [x, next].map((tensor) => ({ tensor, shape: [batch, steps], below: words }));
  return { feeds, loss: reduceSum(losses).div(batch) };
}

function clippedDescent(loss: Tensor): Operation {
  const variables = trainableVariables() as BaseVariable[];
  const { listClipped } = clipByGlobalNorm(gradients(loss, variables), 5);
  const pairs = variables.map((variable, i) => [listClipped[i] ?? null, variable] as const);
  return new train.GradientDescentOptimizer(1).applyGradients(pairs);
}

/** Sixteen callers of one network of eight layers: what a second caller costs. */
function towers(): Forward {
  const [count, layers, width, batch] = [16, 8, 128, 32];
  const x = placeholder(float32, [batch, width]);
  const losses = Array.from({ length: count }, (_, k) =>
    variableScope("net", { reuse: AUTO_REUSE }, () => {
      let y = x.mul(1 + k);
      for (let layer = 0; layer < layers; layer += 1) {
        y = variableScope(`layer${layer}`, () => {
          const w = getVariable("w", [width, width]);
          return tanh(matmul(y, w).add(getVariable("b", [width], zerosStart)));
        });
      }
      return reduceMean(square(y));
    }),
  );
  return { feeds: [{ tensor: x, shape: [batch, width], below: null }], loss: addN(losses) };
}

/** Weights of 32 MB, so that both of Adam's slots together have 64: nothing but the update takes time. */
function adamState(): Forward {
  const norms = Array.from({ length: 8 }, (_, i) => nn.l2Loss(getVariable(`w${i}`, [1024, 1024])));
  return { feeds: [], loss: addN(norms) };
}

/** By the names of their cases. */
export const trainingPrograms: Readonly<Record<string, TrainingProgram>> = {
  "train-mlp256": { build: () => mlp(256, 64), train: descent },
  "train-mlp1024": { build: () => mlp(1024, 128), train: descent },
  "train-ptb": { build: ptb, train: clippedDescent },
  "train-towers": { build: towers, train: adam },
  "train-cifar10": { build: () => images(128, true), train: descent },
  "train-cnn": { build: () => images(128, false), train: descent },
  "train-adam": { build: adamState, train: adam },
};
