"""The twin of examples/models/mlp.ts."""
import math

import tensorflow.compat.v1 as tf


def linear(x, inputs, units):
    weights = tf.Variable(tf.truncated_normal([inputs, units], stddev=1.0 / math.sqrt(float(inputs))), name="weights")
    biases = tf.Variable(tf.zeros([units]), name="biases")
    return tf.matmul(x, weights) + biases


def inference(images, config):
    x, width = images, config["inputs"]
    for i, units in enumerate(config["hidden"]):
        with tf.name_scope("hidden%d" % (i + 1)):
            x = tf.nn.relu(linear(x, width, units))
        width = units
    with tf.name_scope("softmax_linear"):
        return linear(x, width, config["classes"])
