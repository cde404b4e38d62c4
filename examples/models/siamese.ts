/** A Siamese network: two towers, one set of variables. It learns to put pictures of the same digit near each other, and of others apart. */
import * as tf from "namesake";

/** The sizes of the network. */
export interface SiameseConfig {
  /** Feature maps of each convolution; each is followed by pooling. */
  readonly filters: readonly number[];
  readonly hidden: number;
  /** Numbers that tell where a picture is. */
  readonly width: number;
  /** How far apart pictures of different digits shall be. */
  readonly margin: number;
  readonly learningRate: number;
  /** In how many steps the learning rate falls to almost nothing. */
  readonly steps: number;
  /** Whether both towers share their variables. Without, each learns on its own. */
  readonly isShared: boolean;
}

export const siameseSmall: SiameseConfig = {
  filters: [12, 24],
  hidden: 128,
  width: 16,
  margin: 2,
  learningRate: 3e-3,
  steps: 1000,
  isShared: true,
};

/** One tower. Its variables are those of the scope that it is called in. Shapes: images `[n, 28, 28, 1]` → `[n, width]`. */
export function tower(images: tf.Tensor, { filters, hidden, width }: SiameseConfig): tf.Tensor {
  let x = images;
  for (const [i, maps] of filters.entries()) {
    x = tf.layers.conv2d(x, maps, 3, { padding: "same", activation: tf.nn.relu, name: `conv${i + 1}` });
    x = tf.layers.maxPooling2d(x, 2, 2, { name: `pool${i + 1}` });
  }
  const flat = tf.layers.flatten(x, { name: "flat" });
  const features = tf.layers.dense(flat, hidden, { activation: tf.nn.relu, name: "hidden" });
  // A bias would move all places alike, which no distance shows.
  return tf.layers.dense(features, width, { useBias: false, name: "place" });
}

/** The loss of pairs: the same digit shall be at one place, different ones at least `margin` apart. */
function contrastiveLoss(left: tf.Tensor, right: tf.Tensor, same: tf.Tensor, margin: number): tf.Tensor {
  return tf.nameScope("loss", () => {
    const squared = tf.reduceSum(tf.square(left.sub(right)), { axis: 1 });
    // The root has no slope at nought, where both pictures are one.
    const distance = tf.sqrt(squared.add(1e-6));
    const missing = tf.nn.relu(tf.subtract(margin, distance, { name: "sub" }));
    const together = same.mul(squared);
    const apart = tf.subtract(1, same, { name: "sub" }).mul(tf.square(missing));
    return tf.reduceMean(together.add(apart));
  });
}

/** The network, its loss and a step of training. Shapes: left, right `[n, 28, 28, 1]`, same `[n]`, 1 where both show one digit. */
export function siamese(left: tf.Tensor, right: tf.Tensor, same: tf.Tensor, config: SiameseConfig) {
  const a = tf.variableScope("tower", () => tower(left, config));
  const b = config.isShared
    ? tf.variableScope("tower", { reuse: true }, () => tower(right, config))
    : tf.variableScope("other_tower", () => tower(right, config));
  const loss = contrastiveLoss(a, b, same, config.margin);
  const globalStep = tf.train.getOrCreateGlobalStep();
  const learningRate = tf.train.polynomialDecay(config.learningRate, globalStep, config.steps);
  const trainOp = new tf.train.AdamOptimizer({ learningRate }).minimize(loss, { globalStep });
  return { left: a, right: b, loss, trainOp };
}
