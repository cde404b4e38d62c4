"""Records the CIFAR-10 tutorial network as TensorFlow builds and runs it.

    python tools/goldens/cifar10.py > test/goldens/cifar10.json

Nodes with all their attrs, in creation order, and the logits of two images from graph seed 1.
"""
import datetime
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.framework import tensor_util

tf.disable_v2_behavior()
BATCH = 2


def conv(scope, x, inputs, bias):
    with tf.variable_scope(scope):
        k = tf.get_variable("weights", [5, 5, inputs, 64], initializer=tf.truncated_normal_initializer(stddev=5e-2))
        b = tf.get_variable("biases", [64], initializer=tf.constant_initializer(bias))
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME"), b))


def pool(x):
    return tf.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")


def lrn(x):
    return tf.nn.lrn(x, 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75)


def dense(scope, x, units, stddev, bias):
    with tf.variable_scope(scope):
        w = tf.get_variable("weights", [x.shape[1].value, units], initializer=tf.truncated_normal_initializer(stddev=stddev))
        b = tf.get_variable("biases", [units], initializer=tf.constant_initializer(bias))
        return tf.matmul(x, w) + b


def attr(value):
    """An attr as plain JSON: its kind and its value."""
    kind = value.WhichOneof("value")
    if kind == "type":
        return {"type": tf.as_dtype(value.type).name}
    if kind == "shape":
        return {"shape": None if value.shape.unknown_rank else [d.size for d in value.shape.dim]}
    if kind == "tensor":
        array = tensor_util.MakeNdarray(value.tensor)
        return {"tensor": array.dtype.name, "shape": list(array.shape), "sum": float(array.astype("f8").sum()), "first": array.reshape(-1)[:4].tolist()}
    if kind == "list":
        return {"list": [s.decode() for s in value.list.s] or list(value.list.i)}
    if kind == "s":
        return {"s": value.s.decode()}
    return {kind: getattr(value, kind)}


with tf.Graph().as_default() as graph:
    tf.set_random_seed(1)
    images = tf.placeholder(tf.float32, [BATCH, 24, 24, 3], name="images")
    h = lrn(pool(conv("conv1", images, 3, 0.0)))
    h = pool(lrn(conv("conv2", h, 64, 0.1)))
    h = tf.reshape(h, [BATCH, -1])
    h = tf.nn.relu(dense("local3", h, 384, 0.04, 0.1))
    h = tf.nn.relu(dense("local4", h, 192, 0.04, 0.1))
    logits = dense("softmax_linear", h, 10, 1 / 192.0, 0.0)
    n = BATCH * 24 * 24 * 3
    data = ((np.arange(n) * 7919) % 256 / 255).astype("f4").reshape(BATCH, 24, 24, 3)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        values = session.run(logits, {images: data})
    nodes = [{"name": x.name, "op": x.op, "input": list(x.input), "device": x.device, "attr": {k: attr(x.attr[k]) for k in sorted(x.attr)}} for x in graph.as_graph_def().node]

json.dump({
    "generator": "tools/goldens/cifar10.py", "command": "python tools/goldens/cifar10.py > test/goldens/cifar10.json",
    "tensorflow": tf.__version__, "date": datetime.date.today().isoformat(), "nodes": nodes, "logits": values.tolist(),
}, sys.stdout, separators=(",", ":"))
print()
