/**
 * ResNet-50, version 1, with the variable names of TF-Slim: a checkpoint's names say where in the network a variable is used.
 * Forward only: batch normalization reads its moving statistics.
 */
import * as tf from "namesake";

/** The sizes of the network. */
export interface ResNetConfig {
  readonly classes: number;
  /** Channels of the first block's inner convolutions; each block has twice as many as the one before. */
  readonly baseDepth: number;
}

/** The network of the paper. */
export const resnet50: ResNetConfig = { classes: 1000, baseDepth: 64 };

/** How many units each block has. The last unit of every block but the last halves height and width. */
const unitsOfBlocks = [3, 4, 6, 3];

interface ConvOptions {
  readonly size: number;
  readonly stride?: number;
  readonly isLinear?: boolean;
}

/** A variable that belongs to the model proper. */
function modelVariable(name: string, shape: readonly number[], options: tf.GetVariableOptions) {
  return tf.getVariable(name, shape, {
    ...options,
    collections: [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES],
  });
}

const channelsOf = (x: tf.Tensor): number => x.shape.dim(3) as number;

function weightsOf(x: tf.Tensor, size: number, outputs: number) {
  return modelVariable("weights", [size, size, channelsOf(x), outputs], {
    initializer: tf.varianceScalingInitializer({ scale: 2 }),
  });
}

/** Normalizes every channel by its moving statistics, then scales and shifts it. */
function batchNorm(x: tf.Tensor): tf.Tensor {
  return tf.variableScope("BatchNorm", () => {
    const depth = [channelsOf(x)];
    const beta = modelVariable("beta", depth, { initializer: tf.zerosInitializer() });
    const gamma = modelVariable("gamma", depth, { initializer: tf.onesInitializer() });
    const mean = modelVariable("moving_mean", depth, { initializer: tf.zerosInitializer(), trainable: false });
    const variance = modelVariable("moving_variance", depth, { initializer: tf.onesInitializer(), trainable: false });
    return tf.nn.fusedBatchNorm(x, gamma, beta, { mean, variance, epsilon: 1e-5, isTraining: false }).y;
  });
}

/** Convolution, batch normalization and, unless it is linear, ReLU. Strides take every second point of the unstrided result. */
function conv(
  scope: string,
  x: tf.Tensor,
  outputs: number,
  { size, stride = 1, isLinear = false }: ConvOptions,
): tf.Tensor {
  const isPadded = stride > 1 && size > 1;
  const before = (size - 1) >> 1;
  const edge = [before, size - 1 - before];
  const input = isPadded ? tf.pad(x, [[0, 0], edge, edge, [0, 0]]) : x;
  return tf.variableScope(scope, () => {
    const strides = [1, stride, stride, 1];
    const y = tf.nn.conv2d(input, weightsOf(input, size, outputs), { strides, padding: isPadded ? "VALID" : "SAME" });
    return isLinear ? batchNorm(y) : tf.nn.relu(batchNorm(y));
  });
}

/** One unit: the input, brought to the shape of the result, plus what three convolutions add to it. */
function bottleneck(x: tf.Tensor, depth: number, stride: number): tf.Tensor {
  return tf.variableScope("bottleneck_v1", () => {
    const shortcut = shortcutOf(x, 4 * depth, stride);
    const first = conv("conv1", x, depth, { size: 1 });
    const second = conv("conv2", first, depth, { size: 3, stride });
    const third = conv("conv3", second, 4 * depth, { size: 1, isLinear: true });
    return tf.nn.relu(shortcut.add(third));
  });
}

function shortcutOf(x: tf.Tensor, outputs: number, stride: number): tf.Tensor {
  if (channelsOf(x) !== outputs) return conv("shortcut", x, outputs, { size: 1, stride, isLinear: true });
  if (stride === 1) return x;
  return tf.nn.maxPool(x, { ksize: 1, strides: stride, padding: "SAME", name: "shortcut/MaxPool" });
}

/**
 * Scores of the classes and their softmax. Shapes: images `[n, h, w, 3]` → `[n, classes]` twice. Sizes may be unknown; where h and w are,
 * ONNX Runtime leaves the strided poolings to the host, as their padding depends on the sizes.
 */
export function resnetV1(images: tf.Tensor, { classes, baseDepth }: ResNetConfig) {
  return tf.variableScope("resnet_v1_50", () => {
    let net = conv("conv1", images, baseDepth, { size: 7, stride: 2 });
    net = tf.nn.maxPool(net, { ksize: 3, strides: 2, padding: "SAME", name: "pool1/MaxPool" });
    for (const [block, units] of unitsOfBlocks.entries()) {
      for (let unit = 1; unit <= units; unit += 1) {
        const stride = unit === units && block < unitsOfBlocks.length - 1 ? 2 : 1;
        const depth = baseDepth << block;
        net = tf.variableScope(`block${block + 1}/unit_${unit}`, () => bottleneck(net, depth, stride));
      }
    }
    net = tf.reduceMean(net, { axis: [1, 2], keepdims: true, name: "pool5" });
    net = tf.variableScope("logits", () => {
      const scores = tf.nn.conv2d(net, weightsOf(net, 1, classes), { strides: [1, 1, 1, 1], padding: "SAME" });
      return tf.nn.biasAdd(scores, modelVariable("biases", [classes], { initializer: tf.zerosInitializer() }));
    });
    const logits = tf.squeeze(net, { axis: [1, 2], name: "SpatialSqueeze" });
    return { logits, predictions: tf.nn.softmax(logits, { name: "predictions" }) };
  });
}
