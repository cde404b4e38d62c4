/** The network of TensorFlow's CIFAR-10 tutorial, forward, with its variable names. Every tower that calls it in one reusing scope shares its variables. */
import * as tf from "namesake";

/** The number of classes. */
export const classCount = 10;

function convRelu(scope: string, images: tf.Tensor, inputs: number, bias: number): tf.Tensor {
  return tf.variableScope(scope, () => {
    const kernel = tf.getVariable("weights", [5, 5, inputs, 64], {
      initializer: tf.truncatedNormalInitializer({ stddev: 5e-2 }),
    });
    const biases = tf.getVariable("biases", [64], { initializer: tf.constantInitializer(bias) });
    return tf.nn.relu(tf.nn.biasAdd(tf.nn.conv2d(images, kernel, { strides: [1, 1, 1, 1], padding: "SAME" }), biases));
  });
}

const pool = (x: tf.Tensor) => tf.nn.maxPool(x, { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: "SAME" });
const normalize = (x: tf.Tensor) => tf.nn.lrn(x, { depthRadius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75 });

interface Dense {
  readonly units: number;
  readonly stddev: number;
  readonly bias: number;
  /** How much large weights cost; nothing where it is left out. */
  readonly decay?: number;
}

function dense(scope: string, x: tf.Tensor, { units, stddev, bias, decay = 0 }: Dense): tf.Tensor {
  return tf.variableScope(scope, () => {
    const weights = tf.getVariable("weights", [x.shape.dim(1), units], {
      initializer: tf.truncatedNormalInitializer({ stddev }),
    });
    if (decay > 0) tf.addToCollection("losses", tf.multiply(tf.nn.l2Loss(weights), decay, { name: "weight_loss" }));
    const biases = tf.getVariable("biases", [units], { initializer: tf.constantInitializer(bias) });
    return tf.matmul(x, weights).add(biases);
  });
}

/**
 * Scores of the classes. Shapes: images `[n, 24, 24, 3]` → `[n, 10]`; n must be known.
 * With `decay`, what the weights of the hidden layers cost is added to the collection `losses`.
 */
export function inference(images: tf.Tensor, decay = 0): tf.Tensor {
  const first = normalize(pool(convRelu("conv1", images, 3, 0)));
  const second = pool(normalize(convRelu("conv2", first, 64, 0.1)));
  const flat = tf.reshape(second, [images.shape.dim(0) ?? -1, -1]);
  const local3 = tf.nn.relu(dense("local3", flat, { units: 384, stddev: 0.04, bias: 0.1, decay }));
  const local4 = tf.nn.relu(dense("local4", local3, { units: 192, stddev: 0.04, bias: 0.1, decay }));
  return dense("softmax_linear", local4, { units: classCount, stddev: 1 / 192, bias: 0 });
}
