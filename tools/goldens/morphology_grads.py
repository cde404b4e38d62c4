"""Writes test/goldens/morphology_grads.json: gradients of the dilation of images. Run with a Python that has TensorFlow:  python tools/goldens/morphology_grads.py

The ops have no builders; the rules that make them are recorded in nn_gradients.py.
"""
import op_cases
from op_cases import array, inference, kernel, sixteenths, tf

OPS = ["Dilation2DBackpropInput", "Dilation2DBackpropFilter"]
WINDOWS = [((5, 7), (3, 3), (1, 1), (1, 1)), ((6, 5), (2, 3), (2, 1), (1, 1)), ((7, 8), (3, 2), (2, 2), (2, 1)), ((6, 6), (2, 2), (1, 2), (2, 3))]
"""Image, window, strides, rates."""


def kernels():
    for size, window, strides, rates in WINDOWS:
        for padding in ["SAME", "VALID"]:
            attrs = {"strides": [1, *strides, 1], "rates": [1, *rates, 1], "padding": padding}
            # The second image is full of equal sums.
            for x, w in [(sixteenths([2, *size, 2], 1), sixteenths([*window, 2], 2)), (sixteenths([1, *size, 1], 3, 0, 2), sixteenths([*window, 1], 4, 0, 1))]:
                with tf.Graph().as_default(), tf.Session() as session:
                    y = session.run(tf.raw_ops.Dilation2D(input=x, filter=w, **attrs))
                for op in OPS:
                    yield kernel(op, x, w, sixteenths(y.shape, 5), **attrs)
    plain = {"strides": [1, 1, 1, 1], "rates": [1, 1, 1, 1], "padding": "SAME"}
    for dtype in ["float64", "float16", "bfloat16", "int32", "int64", "int8", "uint8", "int16", "uint16", "uint32", "uint64"]:
        x, w, y = sixteenths([1, 3, 4, 2], 1, 0, 9, dtype=dtype), sixteenths([2, 2, 2], 2, 0, 5, dtype=dtype), sixteenths([1, 3, 4, 2], 3, 0, 9, dtype=dtype)
        for op in OPS:
            yield kernel(op, x, w, y, **plain)
    nan = float("nan")
    x, w, y = sixteenths([1, 3, 4, 2], 1), sixteenths([2, 2, 2], 2), sixteenths([1, 3, 4, 2], 3)
    special = array([nan, 1, -float("inf"), 2] * 6).reshape([1, 3, 4, 2])
    for op in OPS:
        yield kernel(op, special, w, y, **plain)
        yield kernel(op, sixteenths([0, 3, 4, 2], 1), w, sixteenths([0, 3, 4, 2], 1), **plain)
        yield kernel(op, x[0], w, y, **plain)
        yield kernel(op, x, w[0], y, **plain)
        yield kernel(op, x, w, y[0], **plain)
        yield kernel(op, x, sixteenths([2, 2, 3], 2), y, **plain)
        yield kernel(op, x, w, sixteenths([1, 3, 5, 2], 2), **plain)
        yield kernel(op, x, w, sixteenths([2, 3, 4, 2], 2), **plain)
        yield kernel(op, x, w, sixteenths([1, 3, 4, 3], 2), **plain)
        yield kernel(op, x, w, y, strides=[1, 1, 1, 2], rates=[1, 1, 1, 1], padding="SAME")
        yield kernel(op, x, w, y, strides=[1, 1, 1, 1], rates=[2, 1, 1, 1], padding="SAME")


def shapes():
    f = "float32"
    plain = {"strides": [1, 1, 1, 1], "rates": [1, 1, 1, 1], "padding": "SAME"}
    for x, w, y in [([1, 3, 4, 2], [2, 2, 2], [1, 3, 4, 2]), (None, None, None), ([2], [2], [2]), ([None, 3, None, 2], [None, 2, 2], None)]:
        for op in OPS:
            yield inference(op, (f, x), (f, w), (f, y), **plain)


op_cases.write("morphology_grads", kernels(), shapes())
