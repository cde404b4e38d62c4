"""TensorFlow's side of the benchmark: one round of a case, with the figures of figures.ts, printed as a line of JSON.

Usage: tensorflow_peer.py CASE | --version
The programs are those of graph-cases.ts and step-cases.ts; those that train are in tensorflow_training.py. A figure that TensorFlow does not have is left out.
"""

import gc
import json
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Namesake computes on the processor, too.
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow.compat.v1 as tf
import numpy as np

import tensorflow_training

tf.disable_v2_behavior()

BATCHES = 15


def microseconds(body):
    begun = time.perf_counter()
    body()
    return (time.perf_counter() - begun) * 1e6


def per_call(body, calls=300):
    """Microseconds per call, warmed up: the median of batches, so that a pause of the machine does not count."""

    def batch():
        for _ in range(calls):
            body()

    for _ in range(3):
        batch()
    return statistics.median(microseconds(batch) for _ in range(BATCHES)) / calls


def create(count):
    for i in range(count // 2):
        with tf.variable_scope(f"layer{i}"):
            tf.get_variable("weights", [3, 4], initializer=tf.constant_initializer(0.1))
            tf.get_variable("biases", [4], initializer=tf.zeros_initializer())


def create_random(count):
    for i in range(count // 2):
        with tf.variable_scope(f"layer{i}"):
            tf.get_variable("weights", [3, 4])
            tf.get_variable("biases", [4])


def reuse(count):
    for i in range(count // 2):
        with tf.variable_scope(f"layer{i}", reuse=True):
            tf.get_variable("weights", [3, 4])
            tf.get_variable("biases", [4])


def variables(counts):
    figures = {}
    for i, count in enumerate(counts):
        what = f"first {count:,} variables of a process" if i == 0 else f"{count:,} variables"
        gc.collect()
        with tf.Graph().as_default():
            figures[f"create, {what}"] = microseconds(lambda: create(count)) / count
            figures[f"reuse, {what}"] = microseconds(lambda: reuse(count)) / count
    return figures


def first_variables(count):
    with tf.Graph().as_default():
        return {f"create, first {count:,} variables of a process": microseconds(lambda: create(count)) / count}


def random_variables(count):
    with tf.Graph().as_default():
        create_random(1000)
    gc.collect()
    with tf.Graph().as_default():
        time_taken = microseconds(lambda: create_random(count))
    return {f"create, {count:,} variables with random initializers": time_taken / count}


def ops(count):
    def build():
        with tf.Graph().as_default():
            one = tf.constant([1.0, 2.0])

            def identities():
                for _ in range(count):
                    tf.identity(one)

            return microseconds(identities)

    build()
    return {f"create, {count:,} ops": build() / count}


def plan(count):
    """A step that is known only runs, so what the first takes longer is the plan."""
    start = tf.placeholder(tf.float32, [2])
    end = start
    for _ in range(count - 1):
        end = tf.square(end)
    with tf.Session() as session:
        first, *later = (microseconds(lambda: session.run(end, {start: [1, 2]})) for _ in range(6))
    return {
        f"plan, {count:,} ops": (first - min(later)) / 1e3,
        f"first step, {count:,} ops": first / 1e3,
    }


def steps():
    """One call is the peer of both of ours, on each engine: TensorFlow's has no asynchronous form."""
    x = tf.placeholder(tf.float32, [2])
    y = tf.multiply(x, 2.0)
    v = tf.get_variable("v", [2])
    update = tf.assign_add(v, [1.0, 1.0])
    feed = np.ones(2, np.float32)
    with tf.Session() as session:
        session.run(v.initializer)
        double = session.make_callable(y, [x])
        fetched = per_call(lambda: session.run(y, {x: feed}))
        added = per_call(lambda: session.run(update))
        called = per_call(lambda: double(feed))
    figures = {}
    for engine in ("reference", "ONNX Runtime"):
        for way in ("runSync", "run"):
            figures[f"{way}, feed and fetch, {engine}"] = fetched
            figures[f"{way}, assignAdd, {engine}"] = added
        figures[f"runSync, callable, {engine}"] = called
    return figures


HANDED_OVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results", "tmp")


def median_call(body, budget):
    """Milliseconds of a call: the median after three calls that do not count, as on the other side."""
    for _ in range(3):
        body()
    times = []
    end = time.perf_counter() + budget
    while time.perf_counter() < end or len(times) < 5:
        times.append(microseconds(body) / 1e3)
    return statistics.median(times)


def fed_value(tensor, below):
    shape = [int(size) for size in tensor.shape]
    if below is None:
        return (np.random.rand(*shape) - 0.5).astype(np.float32)
    return np.random.randint(0, below, shape).astype(np.int32)


def handed_over(name):
    """The graph that the other side wrote in this round, in a session with its variables' initial values, and its calls."""
    graph_def = tf.GraphDef()
    with open(os.path.join(HANDED_OVER, name + ".pb"), "rb") as file:
        graph_def.ParseFromString(file.read())
    with open(os.path.join(HANDED_OVER, name + ".json"), encoding="utf-8") as file:
        run = json.load(file)
    tf.import_graph_def(graph_def, name="")
    session = tf.Session()
    if run["initializer"] is not None:
        session.run(run["initializer"])
    graph = tf.get_default_graph()
    for call in run["calls"]:
        step = session.make_callable(call["fetch"], [feed["name"] for feed in call["feeds"]])
        values = [fed_value(graph.get_tensor_by_name(feed["name"]), feed["below"]) for feed in call["feeds"]]
        yield call, lambda: step(*values)


def inference(name, title):
    """One call is the peer of both of ours, run and frozen: TensorFlow has no frozen session."""
    ((_, body),) = handed_over(name)
    taken = median_call(body, 2)
    return {f"{title}, run": taken, f"{title}, frozen": taken}


def op_table():
    return {call["figure"]: 1e3 * median_call(body, 0.15) for call, body in handed_over("op-table")}


CASES = {
    "variables": lambda: variables([1000, 4000, 10_000]),
    "first-variables": lambda: first_variables(10_000),
    "random-variables": lambda: random_variables(10_000),
    "ops": lambda: ops(10_000),
    "plan": lambda: plan(10_000),
    "steps": steps,
    "infer-mlp256": lambda: inference("infer-mlp256", "inference, MLP 784-256-10, batch 64"),
    "infer-mlp": lambda: inference("infer-mlp", "inference, MLP 784-1024-10, batch 128"),
    "infer-cifar10": lambda: inference("infer-cifar10", "inference, cifar10, batch 128"),
    "infer-cnn": lambda: inference("infer-cnn", "inference, cifar10 without normalization, batch 128"),
    "infer-ptb": lambda: inference("infer-ptb", "inference, PTB LSTM, batch 20, 20 steps"),
    "infer-seq2seq": lambda: inference("infer-seq2seq", "inference, attention, batch 32, 10 + 10 steps"),
    "infer-resnet50": lambda: inference("infer-resnet50", "inference, ResNet-50, batch 1"),
    "infer-gpt2": lambda: inference("infer-gpt2", "inference, GPT-2 124M, 64 tokens"),
    "train-mlp256": lambda: tensorflow_training.measure("train-mlp256"),
    "train-mlp1024": lambda: tensorflow_training.measure("train-mlp1024"),
    "train-ptb": lambda: tensorflow_training.measure("train-ptb"),
    "train-towers": lambda: tensorflow_training.measure("train-towers"),
    "train-cifar10": lambda: tensorflow_training.measure("train-cifar10"),
    "train-cnn": lambda: tensorflow_training.measure("train-cnn"),
    "train-adam": lambda: tensorflow_training.measure("train-adam"),
    "op-table": op_table,
}

if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name == "--version":
        print(tf.__version__)
    elif name in CASES:
        print(json.dumps(CASES[name]()))
    else:
        sys.exit(f'there is no case "{name}"; cases: {", ".join(CASES)}')
