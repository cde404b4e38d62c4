#!/usr/bin/env python3
"""Runs graphs that come as lines of JSON on standard input, and writes what they give. For tools/random-graphs/tensorflow.ts, which says what the lines hold."""
import base64
import json
import os
import sys
import threading

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")

CONFIG = tf.ConfigProto(inter_op_parallelism_threads=1, intra_op_parallelism_threads=1)
CONFIG.graph_options.rewrite_options.disable_meta_optimizer = True
CONFIG.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
# What TensorFlow says of ops that its CPU does not compute for a type.
NO_KERNEL = ("No OpKernel was registered", "Could not find device for node", "could not be satisfied", "Unsupported type", "is not implemented", "not supported", "Unsupported dtype", "only supports", "only support NHWC", "do not yet support")


def decoded(value):
    dtype = tf.as_dtype(value["dtype"]).as_numpy_dtype
    if isinstance(value["data"], list):
        return np.array([base64.b64decode(text) for text in value["data"]], dtype=object).reshape(value["shape"])
    return np.frombuffer(base64.b64decode(value["data"]), dtype=dtype).reshape(value["shape"])


def encoded(value, dtype):
    value = np.asarray(value)
    name = tf.as_dtype(dtype).base_dtype.name
    if name == "string":
        data = [base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode() for text in value.ravel()]
    else:
        data = base64.b64encode(np.ascontiguousarray(value.astype(tf.as_dtype(dtype).base_dtype.as_numpy_dtype)).tobytes()).decode()
    return {"dtype": name, "shape": list(value.shape), "data": data}


def first_line(error):
    message = getattr(error, "message", None) or str(error)
    if message.startswith("Graph execution error:"):
        message = message.split("\nNode: ", 1)[1].split("\n", 1)[1]
    return [type(error).__name__, message.split("\n")[0]]


def run(one):
    graph = tf.Graph()
    made = tf.GraphDef.FromString(base64.b64decode(one["graph"]))
    try:
        with graph.as_default():
            tf.import_graph_def(made, name="")
    except Exception as error:
        return {"refused": str(error).split("\n")[0]}
    tensors = [graph.get_tensor_by_name(name) for name in one["fetches"]]
    feeds = {name: decoded(value) for name, value in one["feeds"]}

    def step(fetches):
        with tf.Session(graph=graph, config=CONFIG) as session:
            for name in one["initializers"]:
                session.run(graph.get_operation_by_name(name))
            return session.run(fetches, feeds)

    def alone(tensor):
        try:
            return encoded(step(tensor), tensor.dtype)
        except Exception as error:
            kind, text = first_line(error)
            return None if kind == "UnimplementedError" or any(part in text for part in NO_KERNEL) else {"error": [kind, text]}

    try:
        fetches = [encoded(value, tensor.dtype) for value, tensor in zip(step(tensors), tensors)]
    except Exception:
        fetches = [alone(tensor) for tensor in tensors]
    failing = None
    if one["failing"] is not None:
        try:
            step(graph.get_operation_by_name(one["failing"]))
        except Exception as error:
            failing = first_line(error)
    return {"fetches": fetches, "failing": failing}


# Some of TensorFlow's kernels do not end for some values (Zeta far below 0). Then the process does.
LONGEST_SECONDS = 20

for line in sys.stdin:
    one = json.loads(line)
    watchdog = threading.Timer(LONGEST_SECONDS, lambda: os._exit(1))
    watchdog.daemon = True
    watchdog.start()
    print(json.dumps({"seed": one["seed"], **run(one)}), flush=True)
    watchdog.cancel()
