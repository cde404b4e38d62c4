"""Writes test/goldens/pool_argmax.json: pooling with places. Run with a Python that has TensorFlow:  python tools/goldens/pool_argmax.py

The twin programs are in src/ops/pool-argmax.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

nn = tf.nn
OP = "MaxPoolWithArgmax"


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def places():
    x = p([2, 7, 8, 3])
    first = nn.max_pool_with_argmax(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")
    return [list(first), list(nn.max_pool_with_argmax(p(), [1, 2, 2, 1], [1, 2, 2, 1], "VALID", output_dtype=tf.int32, include_batch_in_index=True, name="m"))]


@program
def channels_first():
    return list(nn.max_pool_with_argmax(p(), [1, 1, 2, 2], [1, 1, 2, 2], "SAME", data_format="NCHW"))


@program
def three_sizes():
    return list(nn.max_pool_with_argmax(p(), [1, 2, 2], [1, 2, 2, 1], "SAME"))


WINDOWS = [((5, 7), (3, 3), (1, 1)), ((6, 5), (2, 3), (2, 1)), ((7, 8), (5, 5), (2, 2)), ((4, 6), (3, 2), (3, 2)), ((5, 5), (1, 1), (2, 2))]
"""Image, window, strides."""


def kernels():
    ones = [1, 1, 1, 1]
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            attrs = {"ksize": [1, *window, 1], "strides": [1, *strides, 1], "padding": padding}
            yield kernel(OP, sixteenths([2, *size, 3], 1), **attrs)
            yield kernel(OP, sixteenths([2, *size, 3], 2, 0, 3), **attrs, include_batch_in_index=True)
            yield kernel(OP, sixteenths([2, *size, 3], 3, -5, -1), **attrs, Targmax="int32")
    inf, nan = float("inf"), float("nan")
    specials = array([nan, 1, 1, nan, -inf, -inf, inf, nan, nan, nan, -inf, nan]).reshape([1, 2, 6, 1])
    yield kernel(OP, specials, ksize=[1, 1, 2, 1], strides=[1, 1, 2, 1], padding="VALID")
    for dtype in ["float64", "float16", "bfloat16", "int32", "int64", "int8", "int16", "uint8", "uint16", "uint32", "uint64"]:
        yield kernel(OP, sixteenths([1, 5, 6, 3], 10, 0, 100, dtype=dtype), ksize=[1, 3, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
    x = sixteenths([2, 2, 2, 6], 12)
    for ksize, strides in [([1, 1, 1, 3], [1, 1, 1, 3]), ([1, 1, 1, 4], [1, 1, 1, 4]), ([1, 1, 1, 3], [1, 1, 1, 2]), ([1, 2, 2, 2], ones), ([2, 2, 2, 1], ones), ([1, 2, 2, 1], [2, 1, 1, 1]), ([1, 2, 2, 1], [1, 1, 1, 2])]:
        yield kernel(OP, x, ksize=ksize, strides=strides, padding="VALID")
    yield kernel(OP, sixteenths([2, 3], 12), ksize=[1, 2, 2, 1], strides=ones, padding="SAME")
    yield kernel(OP, sixteenths([1, 2, 2, 1], 12), ksize=[1, 3, 1, 1], strides=ones, padding="VALID")
    yield kernel(OP, sixteenths([1, 2, 2, 1], 12), ksize=[1, 5, 1, 1], strides=ones, padding="VALID")
    yield kernel(OP, sixteenths([0, 2, 2, 1], 12), ksize=[1, 2, 1, 1], strides=ones, padding="VALID")
    yield kernel(OP, sixteenths([1, 2, 2, 0], 12), ksize=[1, 2, 1, 1], strides=ones, padding="VALID")


def shapes():
    f = "float32"
    for padding in ["SAME", "VALID"]:
        for shape in [[2, 7, 8, 3], None, [None, None, 8, None], [2, 7], [2, 2, 2, 3]]:
            yield inference(OP, (f, shape), ksize=[1, 3, 2, 1], strides=[1, 2, 1, 1], padding=padding)
    x = (f, [2, 7, 8, 3])
    yield inference(OP, x, ksize=[1, 3, 2, 1, 1], strides=[1, 2, 1, 1], padding="SAME")
    yield inference(OP, x, ksize=[1, 3, 2, 1], strides=[1, 2, 1], padding="SAME")
    yield inference(OP, x, ksize=[1, 3, 2, 1], strides=[1, 2, 1, 1, 1], padding="SAME")
    yield inference(OP, x, ksize=[1, 1, 1, 3], strides=[1, 1, 1, 3], padding="VALID")


op_cases.write("pool_argmax", kernels(), shapes())
