"""Writes test/goldens/pool.json: pooling. Run with a Python that has TensorFlow:  python tools/goldens/pool.py

The twin programs are in src/ops/pool.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, both_layouts, inference, kernel, program, sixteenths, tf

nn = tf.nn


def p(shape=None):
    return tf.placeholder(tf.float32, shape)


@program
def pools():
    x = p([2, 7, 8, 3])
    return [
        nn.max_pool(x, 3, 2, "SAME"), nn.max_pool(x, [2, 3], [1, 2], "VALID", name="m"), nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
        nn.max_pool(x, 3, 2, [[0, 0], [1, 1], [2, 0], [0, 0]]), nn.avg_pool(p([2, 3, 7, 8]), 2, 2, "VALID", data_format="NCHW", name="a"), nn.max_pool(p(), 2, 2, "SAME"),
    ]


@program
def pool_of_zero():
    return nn.max_pool(p(), 0, 2, "SAME")


@program
def pool_of_three():
    return nn.avg_pool(p(), [1, 2, 3], 2, "SAME")


WINDOWS = [((5, 7), (3, 3), (1, 1)), ((6, 5), (2, 3), (2, 1)), ((7, 8), (5, 5), (2, 2)), ((8, 7), (1, 1), (1, 1)), ((4, 6), (3, 2), (3, 2)), ((3, 3), (3, 3), (1, 1)), ((5, 5), (1, 1), (2, 2))]
"""Image, window, strides."""


def kernels():
    ones = [1, 1, 1, 1]
    for size, filter, stride in WINDOWS:
        x = sixteenths([2, *size, 3], 1)
        for padding in ["SAME", "VALID"]:
            window = {"ksize": [1, *filter, 1], "strides": [1, *stride, 1], "padding": padding}
            yield from both_layouts("MaxPool", x, **window)
            yield from both_layouts("AvgPool", x, **window)
    yield from both_layouts("MaxPool", sixteenths([2, 5, 6, 3], 6, high=-1), ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 1, 2, 0, 0, 0])
    for side in range(4):
        paddings = [2 if i == side + 2 else 0 for i in range(8)]
        yield kernel("MaxPool", sixteenths([1, 3, 3, 1], 6), ksize=[1, 2, 2, 1], strides=[1, 1, 1, 1], padding="EXPLICIT", explicit_paddings=paddings)
    inf, nan = float("inf"), float("nan")
    specials = array([nan, 1, -inf, -inf, inf, nan, nan, nan]).reshape([1, 2, 4, 1])
    yield kernel("MaxPool", specials, ksize=[1, 1, 2, 1], strides=[1, 1, 2, 1], padding="VALID")
    yield kernel("MaxPool", sixteenths([1, 2, 2, 6], 12), ksize=[1, 1, 1, 3], strides=[1, 1, 1, 3], padding="VALID")
    yield kernel("MaxPool", sixteenths([1, 2, 2, 6], 12), ksize=[1, 1, 1, 4], strides=[1, 1, 1, 4], padding="SAME")
    yield kernel("MaxPool", sixteenths([1, 2, 2, 6], 12), ksize=[1, 1, 1, 3], strides=[1, 1, 1, 2], padding="SAME")
    yield kernel("MaxPool", sixteenths([1, 2, 2, 6], 12), ksize=[1, 2, 2, 2], strides=[1, 1, 1, 2], padding="SAME")
    yield kernel("MaxPool", sixteenths([2, 2, 2, 6], 12), ksize=[2, 2, 2, 1], strides=ones, padding="SAME")
    yield kernel("AvgPool", sixteenths([2, 2, 2, 6], 12), ksize=[1, 2, 2, 2], strides=ones, padding="SAME")
    yield kernel("AvgPool", sixteenths([2, 2, 2, 6], 12), ksize=[2, 2, 2, 1], strides=ones, padding="SAME")
    for dtype in ["float64", "float16", "bfloat16"]:
        yield kernel("AvgPool", sixteenths([1, 5, 6, 3], 10, dtype=dtype), ksize=[1, 3, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
    for dtype in ["float64", "float16", "bfloat16", "int32", "int64", "int8", "int16", "uint8", "uint16"]:
        yield kernel("MaxPool", sixteenths([1, 5, 6, 3], 10, 0, 100, dtype=dtype), ksize=[1, 3, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
    for op in ["MaxPool", "AvgPool"]:
        yield kernel(op, sixteenths([2, 3], 12), ksize=[1, 2, 2, 1], strides=ones, padding="SAME")
        yield kernel(op, sixteenths([1, 2, 2, 1], 12), ksize=[1, 3, 1, 1], strides=ones, padding="VALID")
        yield kernel(op, sixteenths([0, 2, 2, 1], 12), ksize=[1, 2, 1, 1], strides=ones, padding="VALID")


def shapes():
    f = "float32"
    x = (f, [2, 7, 8, 3])
    for op in ["MaxPool", "AvgPool"]:
        for padding in ["SAME", "VALID"]:
            for shape in [[2, 7, 8, 3], None, [None, None, 8, None], [2, 7], [2, 2, 2, 3]]:
                yield inference(op, (f, shape), ksize=[1, 3, 2, 1], strides=[1, 2, 1, 1], padding=padding)
        yield inference(op, x, ksize=[1, 3, 2, 1, 1], strides=[1, 2, 1, 1], padding="SAME")
        yield inference(op, x, ksize=[1, 3, 2, 1], strides=[1, 2, 1], padding="SAME")
        yield inference(op, x, ksize=[1, 3, 2, 1], strides=[1, 2, 1, 1, 1], padding="SAME")
        yield inference(op, (f, [2, 3, 7, 8]), ksize=[1, 1, 3, 2], strides=[1, 1, 2, 1], padding="VALID", data_format="NCHW")
    yield inference("MaxPool", x, ksize=[1, 1, 1, 3], strides=[1, 1, 1, 3], padding="VALID")
    yield inference("MaxPool", x, ksize=[1, 3, 2, 1], strides=[1, 1, 1, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 2, 1, 0, 0, 0])


op_cases.write("pool", kernels(), shapes())
