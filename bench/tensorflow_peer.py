"""TensorFlow's side of the benchmark: measures one case and prints its figures as a line of JSON. Usage: tensorflow_peer.py CASE"""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def microseconds(body):
    begun = time.perf_counter()
    body()
    return (time.perf_counter() - begun) * 1e6


def per_call(body, calls=500):
    for _ in range(calls):
        body()

    def batch():
        for _ in range(calls):
            body()

    return statistics.median(microseconds(batch) for _ in range(9)) / calls


def build_variables(count):
    initializer = tf.constant_initializer(0.1)
    zeros = tf.zeros_initializer()

    def create():
        for i in range(count // 2):
            with tf.variable_scope("layer%d" % i):
                tf.get_variable("weights", [3, 4], initializer=initializer)
                tf.get_variable("biases", [4], initializer=zeros)

    def reuse():
        for i in range(count // 2):
            with tf.variable_scope("layer%d" % i, reuse=True):
                tf.get_variable("weights", [3, 4])
                tf.get_variable("biases", [4])

    return {
        f"create, {count} variables (µs each)": microseconds(create) / count,
        f"reuse, {count} variables (µs each)": microseconds(reuse) / count,
    }


def create_ops(count):
    one = tf.constant([1.0, 2.0])

    def create():
        for _ in range(count):
            tf.identity(one)

    return {f"create, {count} ops (µs each)": microseconds(create) / count}


def plan(count):
    start = tf.placeholder(tf.float32, [2])
    end = start
    for _ in range(count):
        end = tf.negative(end)
    with tf.Session() as session:
        step = lambda: session.run(end, {start: [1, 2]})
        first = microseconds(step)
        return {f"plan, {count} ops (ms)": (first - min(microseconds(step) for _ in range(5))) / 1e3}


def run_steps():
    x = tf.placeholder(tf.float32, [2])
    y = x * 2.0
    v = tf.get_variable("v", [2])
    update = tf.assign_add(v, [1.0, 1.0])
    feed = np.ones(2, np.float32)
    with tf.Session() as session:
        session.run(v.initializer)
        fetched = per_call(lambda: session.run(y, {x: feed}))
        added = per_call(lambda: session.run(update))
    figures = {}
    for engine in ("reference", "ONNX Runtime"):
        figures[f"runSync feed and fetch, {engine} (µs)"] = fetched
        figures[f"run feed and fetch, {engine} (µs)"] = fetched
        figures[f"runSync assignAdd, {engine} (µs)"] = added
    return figures


CASES = {
    "variables-1k": lambda: build_variables(1_000),
    "variables-10k": lambda: build_variables(10_000),
    "ops": lambda: create_ops(10_000),
    "plan": lambda: plan(10_000),
    "run": run_steps,
}

if __name__ == "__main__":
    print(json.dumps(CASES[sys.argv[1]]() if sys.argv[1] in CASES else {}))
