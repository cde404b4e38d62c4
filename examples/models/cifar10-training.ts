/**
 * How TensorFlow's CIFAR-10 tutorial trains its network: weight decay in the collection `losses`, a rate that falls in stairs, averages of
 * the losses and of all variables; and one tower or several, which share every variable and of which the gradients are averaged.
 */
import * as tf from "namesake";
import { inference } from "./cifar10.ts";

/** A placeholder for pictures, `[n, 24, 24, 3]`, and one for their classes, `[n]`, int32. */
export type Cifar10Batch = readonly [images: tf.Tensor, labels: tf.Tensor];

/** The numbers of the training. */
export interface Cifar10Schedule {
  readonly rate: number;
  /** After so many steps the rate is multiplied by `decayRate`. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** How much of an averaged variable is its past. */
  readonly averageDecay: number;
}

/** The tutorial's numbers: the rate falls after 350 passes over all pictures. */
export function tutorialSchedule(batch: number, pictures = 50_000): Cifar10Schedule {
  return { rate: 0.1, decaySteps: Math.ceil((350 * pictures) / batch), decayRate: 0.1, averageDecay: 0.9999 };
}

/** How much large weights of the hidden layers cost. */
const weightDecay = 0.004;

/** What a tower is to make small: how wrong its scores are, and its weight decay, all of which is in `losses`. */
function lossOf([images, labels]: Cifar10Batch, scope: string | null): tf.Tensor {
  const logits = inference(images, weightDecay);
  const each = tf.nn.sparseSoftmaxCrossEntropyWithLogits({
    labels: tf.cast(labels, tf.int64),
    logits,
    name: "cross_entropy_per_example",
  });
  tf.addToCollection("losses", tf.reduceMean(each, { name: "cross_entropy" }));
  return tf.addN(tf.getCollection("losses", scope) as tf.Tensor[], { name: "total_loss" });
}

/** A tower: its loss, and its gradients, each with its variable. */
interface Tower {
  readonly loss: tf.Tensor;
  readonly gradients: tf.train.GradientAndVariable[];
}

function towerOf(batch: Cifar10Batch, scope: string | null, optimizer: tf.train.Optimizer): Tower {
  const loss = lossOf(batch, scope);
  // The towers after this one get its variables.
  tf.getVariableScope().reuseVariables();
  return { loss, gradients: optimizer.computeGradients(loss) };
}

/** The mean of the towers' gradients of each variable. */
function averageGradients(towers: readonly Tower[]): tf.train.GradientAndVariable[] {
  return (towers[0] as Tower).gradients.map(([, variable], i) => {
    const own = towers.map(({ gradients }) => tf.expandDims(gradients[i]?.[0] as tf.Tensor, 0));
    return [tf.reduceMean(tf.concat(own, 0), { axis: 0 }), variable];
  });
}

/** The step of training: one tower for each batch. */
export function cifar10Training(batches: readonly Cifar10Batch[], schedule: Cifar10Schedule) {
  const { rate: start, decaySteps, decayRate, averageDecay } = schedule;
  const globalStep = tf.train.getOrCreateGlobalStep();
  const rate = tf.train.exponentialDecay(start, globalStep, decaySteps, decayRate, { staircase: true });
  const optimizer = new tf.train.GradientDescentOptimizer(rate);
  const towers = tf.variableScope(tf.getVariableScope(), () =>
    batches.map((batch, i) =>
      batches.length === 1
        ? towerOf(batch, null, optimizer)
        : tf.nameScope(`tower_${i}`, (scope) => towerOf(batch, scope, optimizer)),
    ),
  );
  const pairs = towers.length === 1 ? (towers[0] as Tower).gradients : averageGradients(towers);
  const losses = towers.map(({ loss }) => loss);
  const lossAverages = new tf.train.ExponentialMovingAverage(0.9, { name: "avg" });
  const averaged = lossAverages.apply([...(tf.getCollection("losses") as tf.Tensor[]), ...losses]);
  const apply = tf.controlDependencies([averaged], () => optimizer.applyGradients(pairs, { globalStep }));
  const averages = new tf.train.ExponentialMovingAverage(averageDecay, { numUpdates: globalStep });
  const trainOp = tf.controlDependencies([apply], () => averages.apply(tf.trainableVariables()));
  const averageLosses = losses.map((loss) => lossAverages.average(loss) as tf.BaseVariable);
  return { losses, averageLosses, trainOp, rate, averages, globalStep };
}
