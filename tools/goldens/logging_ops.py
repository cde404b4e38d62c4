"""Writes test/goldens/logging_ops.json: assertions and prints. Run with a Python that has TensorFlow:  python tools/goldens/logging_ops.py

The twin programs are in src/ops/logging.test.ts; a program has the same name there.
"""
import os
import sys
import tempfile

import op_cases
from op_cases import array, inference, kernel, program, tf


@program
def assertions():
    p = tf.placeholder(tf.bool, [])
    return [
        tf.Assert(p, [tf.constant(1), "a"], summarize=5, name="z"),
        tf.Assert(p, [tf.constant(1.0), tf.constant(2)]),
        tf.Assert(True, ["always"]),
        tf.Assert(tf.placeholder(tf.bool, [2]), ["of a list"]),
    ]


@program
def prints():
    x = tf.constant(1.0)
    return [tf.Print(x, [x, tf.constant(2)], message="hi", first_n=3, summarize=2, name="p"), tf.Print([1.0, 2.0], [])]


@program
def texts():
    x = tf.constant(1.0)
    return [
        tf.print("a", x), tf.print(tf.constant("alone")), tf.print("{}", x, "{}9", name="n", end="", summarize=-1, sep=",", output_stream=sys.stdout),
        tf.print([x, {"b": "it's", "a": x}], None, True, 2.5),
    ]


@program
def text_to_nowhere():
    return tf.print("a", output_stream="nowhere")


def captured(body):
    """What an op writes to the standard error, which is not Python's."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            body()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return file.read().decode()


def printed(op, *inputs, **attrs):
    case = {}

    def body():
        case.update(kernel(op, *inputs, **attrs))

    text = captured(body)
    lines = [line for line in text.split("\n")[:-1] if ".cc:" not in line]
    return {key: case[key] for key in ("op", "inputs", "attrs")} | {"text": "\n".join(lines)}


numbers = {
    "int": array(range(12), "int32").reshape(3, 4),
    "double": array(range(12), "float64").reshape(3, 4) / 7,
    "cube": array(range(60), "int64").reshape(5, 3, 4),
    "float": array([123456789.0, 1e20, -0.0, 16777216.0, 0.1, 100000.0, 1e6, 1234567.0, 0.0001, 0.00001, 1 / 3, 2 / 3, 3.4e38, 9.999999e9, 123456.78, 2.0**-13]),
    "wide": array([1e300, 1e-5, 12345678, 0.1, 1e15, 1e16, 1 / 3], "float64"),
    "half": array([0.1, 65504, 1e-7], "float16"),
    "brain": array([3.14159, 1e30, 1e-30], "bfloat16"),
    "odd": array([float("nan"), float("inf"), -float("inf")]),
    "bool": array([True, False], "bool"),
    "small": array([-1, 2], "int8"),
    "big": array([2**53, 7], "uint64"),
    "text": array(["a", "b\n\"é", "c'\\\t\r", "\x01\x7f"], "string"),
    "empty": array([]),
    "hollow": array([[], []]),
    "scalar": array(2.5),
}


def kernels():
    yes, no = array(True, "bool"), array(False, "bool")
    yield kernel("Assert", yes, [numbers["int"]])
    for summarize in [-1, 0, 1, 3, 4, 5, 12, 13, 100]:
        for name in ["int", "cube", "float"]:
            yield kernel("Assert", no, [numbers[name]], summarize=summarize)
    yield kernel("Assert", no, list(numbers.values()))
    yield kernel("Assert", no, list(numbers.values()), summarize=-1)
    yield kernel("Assert", array([False], "bool"), [numbers["int"]])
    for summarize in [-1, 0, 1, 3]:
        for name, value in numbers.items():
            if name not in ("scalar", "bool") or summarize != 0:
                yield kernel("StringFormat", [value], template="x is %s.", summarize=summarize)
    yield kernel("StringFormat", [numbers["int"], numbers["scalar"]], template="{} and {}", placeholder="{}")
    yield kernel("StringFormat", [], template="nothing", placeholder="{}")


def prints_of_kernels():
    for summarize in [-1, 2]:
        yield printed("Print", numbers["scalar"], list(numbers.values()), message="values: ", summarize=summarize)
    yield printed("Print", numbers["scalar"], [], message="only text")
    yield printed("PrintV2", array("a\nb", "string"))


def shapes():
    yield inference("PrintV2", ("string", None))
    yield inference("PrintV2", ("string", [1]))


op_cases.write("logging_ops", kernels(), shapes(), prints=list(prints_of_kernels()))
