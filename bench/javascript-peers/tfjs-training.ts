/** Programs that train, in the words of TensorFlow.js, on its WebAssembly backend. What its backend lacks it says itself, when the step runs. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { FrozenProgram } from "./frozen-program.ts";
import { type BuildPeer, CannotRun, type Fed } from "./peer-program.ts";
import { startTfjs } from "./tfjs.ts";

/** What this file uses of `@tensorflow/tfjs-core` to train. */
interface TrainingTensor {
  readonly shape: number[];
  dataSync(): ArrayLike<number>;
}

interface Optimizer {
  minimize(loss: () => TrainingTensor, returnCost: true): TrainingTensor;
}

interface TrainingCore {
  tensor(values: Float32Array | Int32Array, shape: readonly number[], dtype: string): TrainingTensor;
  variable(initial: TrainingTensor, trainable: boolean, name: string): TrainingTensor;
  tidy<T>(body: () => T): T;
  add(a: TrainingTensor, b: TrainingTensor): TrainingTensor;
  mul(a: TrainingTensor, b: number): TrainingTensor;
  matMul(a: TrainingTensor, b: TrainingTensor): TrainingTensor;
  relu(x: TrainingTensor): TrainingTensor;
  tanh(x: TrainingTensor): TrainingTensor;
  square(x: TrainingTensor): TrainingTensor;
  mean(x: TrainingTensor): TrainingTensor;
  reshape(x: TrainingTensor, shape: readonly number[]): TrainingTensor;
  oneHot(indices: TrainingTensor, depth: number): TrainingTensor;
  addN(tensors: readonly TrainingTensor[]): TrainingTensor;
  conv2d(x: TrainingTensor, filter: TrainingTensor, strides: number, padding: "same"): TrainingTensor;
  maxPool(x: TrainingTensor, size: number, strides: number, padding: "same"): TrainingTensor;
  readonly losses: { softmaxCrossEntropy(labels: TrainingTensor, logits: TrainingTensor): TrainingTensor };
  readonly train: {
    sgd(rate: number): Optimizer;
    adam(rate: number, beta1: number, beta2: number, epsilon: number): Optimizer;
  };
}

/** A loss of what is fed, with variables by our names. */
type Loss = (
  tf: TrainingCore,
  fed: readonly TrainingTensor[],
  variable: (name: string) => TrainingTensor,
) => TrainingTensor;

interface Training {
  readonly loss: Loss;
  readonly optimizer: (tf: TrainingCore) => Optimizer;
}

const descent = (tf: TrainingCore): Optimizer => tf.train.sgd(0.1);

/** The mean over the batch, which is what the library's own loss gives. */
function meanLoss(tf: TrainingCore, labels: TrainingTensor, logits: TrainingTensor): TrainingTensor {
  return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits);
}

const mlp: Loss = (tf, [x, labels], variable) => {
  const dense = (input: TrainingTensor, name: string): TrainingTensor =>
    tf.add(tf.matMul(input, variable(`${name}/w`)), variable(`${name}/b`));
  return meanLoss(tf, labels as TrainingTensor, dense(tf.relu(dense(x as TrainingTensor, "hidden")), "out"));
};

const towers: Loss = (tf, [x], variable) =>
  tf.addN(
    Array.from({ length: 16 }, (_, k) => {
      let y = tf.mul(x as TrainingTensor, 1 + k);
      for (let layer = 0; layer < 8; layer += 1)
        y = tf.tanh(tf.add(tf.matMul(y, variable(`net/layer${layer}/w`)), variable(`net/layer${layer}/b`)));
      return tf.mean(tf.square(y));
    }),
  );

const convolutions: Loss = (tf, [images, labels], variable) => {
  const layer = (x: TrainingTensor, name: string): TrainingTensor => {
    const made = tf.conv2d(x, variable(`${name}/weights`), 1, "same");
    return tf.maxPool(tf.relu(tf.add(made, variable(`${name}/biases`))), 3, 2, "same");
  };
  const dense = (x: TrainingTensor, name: string): TrainingTensor =>
    tf.add(tf.matMul(x, variable(`${name}/weights`)), variable(`${name}/biases`));
  const made = layer(layer(images as TrainingTensor, "conv1"), "conv2");
  const flat = tf.reshape(made, [made.shape[0] as number, -1]);
  const logits = dense(tf.relu(dense(tf.relu(dense(flat, "local3")), "local4")), "softmax_linear");
  return meanLoss(tf, labels as TrainingTensor, logits);
};

/** By the names of their cases. */
const trainings: Readonly<Record<string, Training>> = {
  "train-mlp256": { loss: mlp, optimizer: descent },
  "train-mlp1024": { loss: mlp, optimizer: descent },
  "train-towers": { loss: towers, optimizer: (tf) => tf.train.adam(1e-3, 0.9, 0.999, 1e-8) },
  "train-cnn": { loss: convolutions, optimizer: descent },
};

function fedTensor(tf: TrainingCore, { feed, values }: Fed): TrainingTensor {
  return tf.tensor(values, feed.shape, feed.dtype);
}

/**
 * Makes the gradients known: they are a module of the package that its build for Node leaves out, and that Node cannot load as it is. What it
 * registers is shared with that build.
 */
function registerGradients(folder: string): void {
  const outfile = join(folder, "register-gradients.cjs");
  const entry = join(folder, "node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js");
  buildSync({ entryPoints: [entry], outfile, bundle: true, format: "cjs", platform: "node", logLevel: "silent" });
  createRequire(outfile)(outfile);
}

/** A step from what is fed to the loss; the variables are the library's own. */
export function trainTfjs(name: string): BuildPeer {
  return async (folder, program: FrozenProgram) => {
    const training = trainings[name];
    if (training === undefined) throw new CannotRun("this program is not written in its words");
    const tf = (await startTfjs(folder)) as unknown as TrainingCore;
    registerGradients(folder);
    const variables = new Map(
      [...program.constants].map(([key, { values, shape }]) => {
        const initial = tf.tensor(values as Float32Array, shape, "float32");
        return [key, tf.variable(initial, true, key)] as const;
      }),
    );
    const variable = (key: string): TrainingTensor => variables.get(key) as TrainingTensor;
    const optimizer = training.optimizer(tf);
    return (fed) =>
      tf.tidy(() => {
        const tensors = fed.map((one) => fedTensor(tf, one));
        return optimizer.minimize(() => training.loss(tf, tensors, variable), true).dataSync();
      });
  };
}
