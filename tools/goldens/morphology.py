"""Writes test/goldens/morphology.json: dilation and erosion of images, and pooling by sizes that are inputs. Run with a Python that has TensorFlow:  python tools/goldens/morphology.py

The twin programs are in src/ops/morphology.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

nn = tf.nn
f = "float32"
i32 = "int32"
ONES = [1] * 4


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


@program
def dilations():
    x, k = p([2, 5, 6, 3]), p([2, 3, 3])
    return [nn.dilation2d(x, k, ONES, [1, 2, 1, 1], "SAME"), nn.dilation2d(p(), p(), [1, 2, 2, 1], ONES, "VALID", name="d")]


@program
def erosions():
    x, k = p([2, 5, 6, 3]), p([2, 3, 3])
    return [nn.erosion2d(x, k, ONES, [1, 2, 1, 1], "SAME"), nn.erosion2d(p(), p(), [1, 2, 2, 1], ONES, "VALID", name="e")]


@program
def dilation_of_other_channels():
    return nn.dilation2d(p([2, 5, 6, 3]), p([2, 3, 4]), ONES, ONES, "SAME")


WINDOWS = [((5, 7), (3, 3), (1, 1), (1, 1)), ((6, 5), (2, 3), (2, 1), (1, 2)), ((7, 8), (2, 2), (2, 2), (3, 2)), ((5, 5), (1, 1), (2, 2), (1, 1))]
"""Image, window, strides, rates."""
TYPES = ["float64", "float16", "bfloat16", "int8", "uint8", "int16", "uint16", i32, "uint32", "int64", "uint64"]


def four(pair):
    return [1, *pair, 1]


def kernels():
    op = "Dilation2D"
    for size, window, strides, rates in WINDOWS:
        for padding in ["SAME", "VALID"]:
            yield kernel(op, sixteenths([2, *size, 3], 1), sixteenths([*window, 3], 2), strides=four(strides), rates=four(rates), padding=padding)
    for dtype in TYPES:
        low = 0 if dtype.startswith("u") else -20
        yield kernel(op, sixteenths([1, 4, 5, 2], 3, low, 90, dtype=dtype), sixteenths([2, 2, 2], 4, low, 30, dtype=dtype), strides=ONES, rates=ONES, padding="SAME")
    yield kernel(op, array([120, -128, 5], "int8").reshape([1, 1, 3, 1]), array([100, -3], "int8").reshape([1, 2, 1]), strides=ONES, rates=ONES, padding="SAME")
    x, k = sixteenths([1, 4, 5, 2], 5), sixteenths([2, 2, 2], 6)
    for shape, window in [([0, 4, 5, 2], [2, 2, 2]), ([1, 4, 5, 0], [2, 2, 0]), ([1, 4, 5, 2], [0, 2, 2]), ([1, 1, 5, 2], [2, 2, 2]), ([1, 1, 5, 2], [4, 2, 2]), ([4, 5, 2], [2, 2, 2]), ([1, 4, 5, 2], [2, 2]), ([1, 4, 5, 2], [2, 2, 3])]:
        yield kernel(op, sixteenths(shape, 7), sixteenths(window, 8), strides=ONES, rates=ONES, padding="VALID")
    for strides, rates in [([2, 1, 1, 1], ONES), ([1, 1, 1, 2], ONES), (ONES, [2, 1, 1, 1]), (ONES, [1, 1, 1, 2])]:
        yield kernel(op, x, k, strides=strides, rates=rates, padding="SAME")
    nan, inf = float("nan"), float("inf")
    specials = array([nan, 1, -inf, nan, inf, -inf]).reshape([1, 1, 6, 1])
    yield kernel(op, specials, array([0, 1]).reshape([1, 2, 1]), strides=ONES, rates=ONES, padding="SAME")
    op = "MaxPoolV2"
    for size, window, strides, _ in WINDOWS:
        for padding in ["SAME", "VALID"]:
            yield kernel(op, sixteenths([2, *size, 3], 1), array(four(window), i32), array(four(strides), i32), padding=padding)
    for dtype in TYPES:
        if dtype not in ["uint32", "uint64"]:
            yield kernel(op, sixteenths([1, 4, 5, 2], 3, 0, 90, dtype=dtype), array(four([2, 2]), i32), array(ONES, i32), padding="SAME")
    for ksize, strides in [([1, 1, 1, 2], [1, 1, 1, 2]), ([1, 1, 1, 2], ONES), ([1, 2, 2, 2], ONES), ([2, 1, 1, 1], ONES), ([1, 2, 2, 1], [2, 1, 1, 1]), ([1, 2, 2], ONES), (ONES, [1, 2, 2]), ([1, 9, 2, 1], ONES), ([[1, 2, 2, 1]], ONES), (ONES, [[1, 2, 2, 1]])]:
        yield kernel(op, x, array(ksize, i32), array(strides, i32), padding="VALID")
    yield kernel(op, sixteenths([0, 4, 5, 2], 5), array(four([2, 2]), i32), array(ONES, i32), padding="VALID")
    yield kernel(op, sixteenths([4, 5, 2], 5), array(four([2, 2]), i32), array(ONES, i32), padding="VALID")


def shapes():
    op = "Dilation2D"
    for shape in [[2, 5, 6, 4], None, [None] * 4, [2, None, 6, 4], [2, 5, 6], [2, 1, 6, 4], [2, 5, 6, 3]]:
        for window in [[2, 3, 4], None, [None, 3, None], [2, 3]]:
            for padding in ["SAME", "VALID"]:
                yield inference(op, (f, shape), (f, window), strides=[1, 2, 1, 1], rates=[1, 1, 2, 1], padding=padding)
    for strides, rates in [([1] * 3, ONES), ([1] * 5, ONES), (ONES, [1] * 5), ([1, 0, 1, 1], ONES), (ONES, [1, 0, 1, 1])]:
        yield inference(op, (f, [2, 5, 6, 4]), (f, [2, 3, 4]), strides=strides, rates=rates, padding="SAME")
    op = "MaxPoolV2"
    for shape in [[2, 5, 6, 4], None, [2, None, 6, 4], [2, 5, 6], [2, 1, 6, 4]]:
        for padding in ["SAME", "VALID"]:
            for form in ["NHWC", "NCHW"]:
                yield inference(op, (f, shape), array([1, 2, 3, 1], i32), array([1, 1, 2, 1], i32), padding=padding, data_format=form)
        yield inference(op, (f, shape), (i32, [4]), array(ONES, i32), padding="SAME")
        yield inference(op, (f, shape), array(ONES, i32), (i32, None), padding="SAME")
    for ksize, strides in [([1, 1, 1], ONES), (ONES, [1, 1, 1]), ([ONES], ONES), (ONES, [ONES]), (ONES, [1, 0, 1, 1]), ([1, 1, 1, 2], ONES)]:
        yield inference(op, (f, [2, 5, 6, 4]), array(ksize, i32), array(strides, i32), padding="VALID")


op_cases.write("morphology", kernels(), shapes())
