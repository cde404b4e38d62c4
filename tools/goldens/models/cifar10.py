"""The twin of examples/models/cifar10.ts."""
import tensorflow.compat.v1 as tf


def conv(scope, x, inputs, bias):
    with tf.variable_scope(scope):
        k = tf.get_variable("weights", [5, 5, inputs, 64], initializer=tf.truncated_normal_initializer(stddev=5e-2))
        b = tf.get_variable("biases", [64], initializer=tf.constant_initializer(bias))
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME"), b))


def pool(x):
    return tf.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")


def lrn(x):
    return tf.nn.lrn(x, 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75)


def dense(scope, x, units, stddev, bias, decay=0):
    with tf.variable_scope(scope):
        w = tf.get_variable("weights", [x.shape[1].value, units], initializer=tf.truncated_normal_initializer(stddev=stddev))
        if decay > 0:
            tf.add_to_collection("losses", tf.multiply(tf.nn.l2_loss(w), decay, name="weight_loss"))
        b = tf.get_variable("biases", [units], initializer=tf.constant_initializer(bias))
        return tf.matmul(x, w) + b


def inference(images, decay=0):
    h = lrn(pool(conv("conv1", images, 3, 0.0)))
    h = pool(lrn(conv("conv2", h, 64, 0.1)))
    h = tf.reshape(h, [images.shape[0].value, -1])
    h = tf.nn.relu(dense("local3", h, 384, 0.04, 0.1, decay))
    h = tf.nn.relu(dense("local4", h, 192, 0.04, 0.1, decay))
    return dense("softmax_linear", h, 10, 1 / 192.0, 0.0)
