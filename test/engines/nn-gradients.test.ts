/** Gradients of gradients of batch normalization, whose nodes are not TensorFlow's. */
import * as tf from "namesake";
import { testSteps } from "../step-golden.ts";

/** Numbers that look random, and are the same in the generator. */
function numbers(shape: readonly number[], step: number, least = -8): tf.Tensor {
  const count = shape.reduce((a, d) => a * d, 1);
  return tf.constant(
    Array.from({ length: count }, (_, i) => (((i * step) % 17) + least) / 16),
    { shape },
  );
}

const twice = (dataFormat: "NHWC" | "NCHW", isTraining: boolean) => () => {
  const shape = dataFormat === "NHWC" ? [2, 3, 2, 2] : [2, 2, 3, 2];
  const [x, scale, offset] = [numbers(shape, 5), numbers([2], 7), numbers([2], 3)];
  const given = isTraining ? {} : { mean: numbers([2], 4), variance: numbers([2], 6, 4) };
  const { y } = tf.nn.fusedBatchNorm(x, scale, offset, { isTraining, dataFormat, epsilon: 0.01, ...given });
  const dy = numbers(shape, 11);
  const first = tf.gradients(y, [x, scale, offset], { gradYs: [dy] }) as tf.Tensor[];
  const seeds = [numbers(shape, 13), numbers([2], 9), numbers([2], 10)];
  return tf.gradients(first, [x, scale, dy], { gradYs: seeds }) as tf.Tensor[];
};

testSteps("nn_gradients", {
  "batch-norm-twice-NHWC-trained": twice("NHWC", true),
  "batch-norm-twice-NHWC-frozen": twice("NHWC", false),
  "batch-norm-twice-NCHW-trained": twice("NCHW", true),
});
