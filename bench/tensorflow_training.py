"""The programs of training-programs.ts in TensorFlow's words, and how they are measured: as training-cases.ts does it."""

import resource
import statistics
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf

BUDGET_S = 4


def mean_loss(labels, logits):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


def descent(loss):
    return tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def adam(loss):
    return tf.train.AdamOptimizer(1e-3).minimize(loss)


def mlp(hidden, batch):
    x = tf.placeholder(tf.float32, [None, 784])
    labels = tf.placeholder(tf.int32, [None])
    with tf.variable_scope("hidden"):
        w1 = tf.get_variable("w", [784, hidden])
        b1 = tf.get_variable("b", [hidden], initializer=tf.zeros_initializer())
    with tf.variable_scope("out"):
        w2 = tf.get_variable("w", [hidden, 10])
        b2 = tf.get_variable("b", [10], initializer=tf.zeros_initializer())
    logits = tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2
    return [(x, [batch, 784], None), (labels, [batch], 10)], mean_loss(labels, logits)


def conv_relu(scope, images, channels, bias):
    with tf.variable_scope(scope):
        weights = tf.get_variable(
            "weights", [5, 5, channels, 64], initializer=tf.truncated_normal_initializer(stddev=5e-2)
        )
        biases = tf.get_variable("biases", [64], initializer=tf.constant_initializer(bias))
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(images, weights, [1, 1, 1, 1], "SAME"), biases))


def dense(scope, x, units, stddev, bias):
    with tf.variable_scope(scope):
        weights = tf.get_variable(
            "weights", [x.shape[1].value, units], initializer=tf.truncated_normal_initializer(stddev=stddev)
        )
        biases = tf.get_variable("biases", [units], initializer=tf.constant_initializer(bias))
        return tf.matmul(x, weights) + biases


def pool(x):
    return tf.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")


def normalize(x):
    return tf.nn.lrn(x, 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75)


def images(batch, is_normalized):
    x = tf.placeholder(tf.float32, [batch, 24, 24, 3])
    labels = tf.placeholder(tf.int32, [batch])
    normalized = normalize if is_normalized else lambda y: y
    first = normalized(pool(conv_relu("conv1", x, 3, 0.0)))
    second = pool(normalized(conv_relu("conv2", first, 64, 0.1)))
    flat = tf.reshape(second, [batch, -1])
    local3 = tf.nn.relu(dense("local3", flat, 384, 0.04, 0.1))
    local4 = tf.nn.relu(dense("local4", local3, 192, 0.04, 0.1))
    logits = dense("softmax_linear", local4, 10, 1 / 192, 0.0)
    return [(x, [batch, 24, 24, 3], None), (labels, [batch], 10)], mean_loss(labels, logits)


def lstm_cell(x, state, hidden):
    c, h = state
    kernel = tf.get_variable("kernel", [2 * hidden, 4 * hidden])
    bias = tf.get_variable("bias", [4 * hidden], initializer=tf.zeros_initializer())
    gates = tf.nn.bias_add(tf.matmul(tf.concat([x, h], 1), kernel), bias)
    i, j, f, o = tf.split(gates, 4, 1)
    c = c * tf.sigmoid(f) + tf.sigmoid(i) * tf.tanh(j)
    return c, tf.tanh(c) * tf.sigmoid(o)


def ptb(batch=20, steps=20, hidden=200, words=10000):
    x = tf.placeholder(tf.int32, [batch, steps])
    following = tf.placeholder(tf.int32, [batch, steps])
    with tf.variable_scope("Model", initializer=tf.random_uniform_initializer(-0.1, 0.1)):
        inputs = tf.nn.embedding_lookup(tf.get_variable("embedding", [words, hidden]), x)
        state = [(tf.zeros([batch, hidden]), tf.zeros([batch, hidden])) for _ in range(2)]
        outputs = []
        with tf.variable_scope("RNN"):
            for step in range(steps):
                if step > 0:
                    tf.get_variable_scope().reuse_variables()
                h = inputs[:, step, :]
                for layer in range(2):
                    with tf.variable_scope(f"cell_{layer}"):
                        state[layer] = lstm_cell(h, state[layer], hidden)
                    h = state[layer][1]
                outputs.append(h)
        output = tf.reshape(tf.concat(outputs, 1), [-1, hidden])
        logits = tf.matmul(output, tf.get_variable("softmax_w", [hidden, words])) + tf.get_variable(
            "softmax_b", [words]
        )
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(following, [-1]), logits=logits)
    feeds = [(tensor, [batch, steps], words) for tensor in (x, following)]
    return feeds, tf.reduce_sum(losses) / batch


def clipped_descent(loss):
    variables = tf.trainable_variables()
    clipped, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5)
    return tf.train.GradientDescentOptimizer(1.0).apply_gradients(zip(clipped, variables))


def towers(count=16, layers=8, width=128, batch=32):
    x = tf.placeholder(tf.float32, [batch, width])
    losses = []
    for k in range(count):
        with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
            y = x * (1.0 + k)
            for layer in range(layers):
                with tf.variable_scope(f"layer{layer}"):
                    w = tf.get_variable("w", [width, width])
                    b = tf.get_variable("b", [width], initializer=tf.zeros_initializer())
                    y = tf.tanh(tf.matmul(y, w) + b)
            losses.append(tf.reduce_mean(tf.square(y)))
    return [(x, [batch, width], None)], tf.add_n(losses)


def adam_state():
    return [], tf.add_n([tf.nn.l2_loss(tf.get_variable(f"w{i}", [1024, 1024])) for i in range(8)])


PROGRAMS = {
    "train-mlp256": ("training, MLP 784-256-10, batch 64", lambda: mlp(256, 64), descent),
    "train-mlp1024": ("training, MLP 784-1024-10, batch 128", lambda: mlp(1024, 128), descent),
    "train-ptb": ("training, PTB LSTM, batch 20, 20 steps", ptb, clipped_descent),
    "train-towers": ("training, 16 shared towers of 8 layers, Adam", towers, adam),
    "train-cifar10": ("training, cifar10, batch 128", lambda: images(128, True), descent),
    "train-cnn": ("training, cifar10 without normalization, batch 128", lambda: images(128, False), descent),
    "train-adam": ("training, 32 MB of weights, Adam", adam_state, adam),
}


def milliseconds(body):
    begun = time.perf_counter()
    result = body()
    return result, (time.perf_counter() - begun) * 1e3


def peak_mebibytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # In bytes on macOS, in KiB elsewhere.
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


def fed_value(shape, below):
    if below is None:
        return (np.random.rand(*shape) - 0.5).astype(np.float32)
    return np.random.randint(0, below, shape).astype(np.int32)


def measure(name):
    title, build, minimize = PROGRAMS[name]
    (feeds, loss), built = milliseconds(build)
    train, gradients = milliseconds(lambda: minimize(loss))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    values = {tensor: fed_value(shape, below) for tensor, shape, below in feeds}

    def step():
        return session.run([train, loss], values)

    _, first = milliseconds(step)
    for _ in range(7):
        step()
    times = []
    end = time.perf_counter() + BUDGET_S
    while time.perf_counter() < end or len(times) < 5:
        times.append(milliseconds(step)[1])
    figures = {
        "build": built,
        "gradients": gradients,
        "first step": first,
        "build + gradients + first step": built + gradients + first,
        "step": statistics.median(times),
        "peak memory": peak_mebibytes(),
    }
    return {f"{title}, {what}": value for what, value in figures.items()}
