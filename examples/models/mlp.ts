/**
 * The network of TensorFlow's first MNIST tutorial (`fully_connected_feed`): hidden layers and a linear layer for the classes.
 * It comes from before `getVariable`: every call makes variables of its own, numbered by the name scope. `cifar10.ts` shares them.
 */
import * as tf from "namesake";

/** The sizes of the layers. */
export interface MlpConfig {
  /** Pixels of a picture. */
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** One wide layer; the tutorial itself has two, of 128 and 32 units. */
export const mlp1024: MlpConfig = { inputs: 784, hidden: [1024], classes: 10 };

/** `x · weights + biases`, in the current name scope. Weights start smaller the more of them meet in a unit. */
function linear(x: tf.Tensor, inputs: number, units: number): tf.Tensor {
  const start = tf.truncatedNormal([inputs, units], { stddev: 1 / Math.sqrt(inputs) });
  const weights = new tf.Variable(start, { name: "weights" });
  const biases = new tf.Variable(tf.zeros([units]), { name: "biases" });
  return tf.matmul(x, weights).add(biases);
}

/** Scores of the classes. Shapes: images `[n, inputs]` → `[n, classes]`. */
export function inference(images: tf.Tensor, { inputs, hidden, classes }: MlpConfig): tf.Tensor {
  let x = images;
  let width = inputs;
  for (const [i, units] of hidden.entries()) {
    x = tf.nameScope(`hidden${i + 1}`, () => tf.nn.relu(linear(x, width, units)));
    width = units;
  }
  return tf.nameScope("softmax_linear", () => linear(x, width, classes));
}
