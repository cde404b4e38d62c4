"""Writes test/goldens/volume_grads.json: gradients of convolution and pooling of volumes. Run with a Python that has TensorFlow:  python tools/goldens/volume_grads.py

The twin programs are in src/ops/volume-grads.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def backprop_filter():
    x, y = p([1, 4, 4, 4, 2]), p([1, 2, 2, 2, 3])
    first = tf.nn.conv3d_backprop_filter(x, [3, 3, 3, 2, 3], y, [1, 2, 2, 2, 1], "SAME")
    return [first, tf.nn.conv3d_backprop_filter_v2(p(), p([5], "int32"), p(), [1, 1, 1, 1, 1], "VALID", data_format="NCDHW", dilations=[1, 1, 1, 1, 1], name="f")]


WINDOWS = [((3, 4, 3), (2, 2, 2), (1, 1, 1)), ((4, 5, 3), (3, 3, 2), (2, 2, 2)), ((3, 3, 4), (1, 1, 1), (2, 2, 2)), ((3, 4, 5), (2, 3, 1), (1, 2, 3))]
"""Volume, window, strides."""


def sizes(*values):
    return array(values, "int32")


def places(size, window, strides, padding):
    if padding == "SAME":
        return [-(-a // s) for a, s in zip(size, strides)]
    return [(a - w) // s + 1 for a, w, s in zip(size, window, strides)]


def pooled(x, **attrs):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(tf.raw_ops.MaxPool3D(input=x, **attrs))


def kernels():
    conv = "Conv3DBackpropFilterV2"
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            steps = {"strides": [1, *strides, 1], "padding": padding}
            given = places(size, window, strides, padding)
            yield kernel(conv, sixteenths([2, *size, 2], 1), sizes(*window, 2, 3), sixteenths([2, *given, 3], 2), **steps)
            attrs = {"ksize": [1, *window, 1], **steps}
            # The second volume is full of equal values.
            for x in [sixteenths([2, *size, 2], 1), sixteenths([1, *size, 2], 2, 0, 3)]:
                y = pooled(x, **attrs)
                dy = sixteenths(y.shape, 3)
                yield kernel("MaxPool3DGrad", x, y, dy, **attrs)
                yield kernel("MaxPool3DGradGrad", x, y, sixteenths(x.shape, 4), **attrs)
            yield kernel("AvgPool3DGrad", sizes(*x.shape), dy, **attrs)
    same = {"strides": [1, 1, 1, 1, 1], "padding": "SAME"}
    for dtype in ["float64", "float16", "bfloat16"]:
        small = {"low": -3, "high": 4, "dtype": dtype}
        x, y = sixteenths([1, 2, 3, 2, 2], 6, **small), sixteenths([1, 2, 3, 2, 3], 7, **small)
        yield kernel(conv, x, sizes(2, 2, 2, 2, 3), y, **same)
        if dtype == "bfloat16":
            yield kernel("AvgPool3DGrad", sizes(1, 2, 3, 2, 3), array(y * 8, dtype), ksize=[1, 2, 2, 2, 1], **same)
    x, y = sixteenths([1, 2, 3, 2, 2], 6), sixteenths([1, 2, 3, 2, 3], 7)
    yield kernel(conv, sixteenths([0, 2, 3, 2, 2], 6), sizes(2, 2, 2, 2, 3), sixteenths([0, 2, 3, 2, 3], 6), **same)
    for wrong in [(2, 2, 2, 2, 4), (2, 2, 2, 3, 3), (2, 2, 2, 2), (-1, 2, 2, 2, 3)]:
        yield kernel(conv, x, sizes(*wrong), y, **same)
    yield kernel(conv, x, sizes([2, 2, 2, 2, 3]), y, **same)
    yield kernel(conv, x[0], sizes(2, 2, 2, 2, 3), y, **same)
    yield kernel(conv, x, sizes(2, 2, 2, 2, 3), y[0], **same)
    yield kernel(conv, x, sizes(2, 2, 2, 2, 3), np.concatenate([y, y]), **same)
    yield kernel(conv, x, sizes(2, 2, 2, 2, 3), sixteenths([1, 2, 4, 2, 3], 7), **same)
    yield kernel(conv, x, sizes(2, 2, 2, 2, 3), y, strides=[1, 1, 1, 1, 2], padding="SAME")
    plain = {"ksize": [1, 2, 2, 2, 1], **same}
    for op in ["MaxPool3DGrad", "MaxPool3DGradGrad"]:
        yield kernel(op, x[0], x, x, **plain)
        yield kernel(op, x, x[0], x, **plain)
        yield kernel(op, x, x, x[0], **plain)
        yield kernel(op, x, y, x, **plain)
        yield kernel(op, x, x, y, **plain)
        yield kernel(op, x, x, x, ksize=[2, 2, 2, 2, 1], **same)
        yield kernel(op, x, x, x, ksize=[1, 2, 2, 2, 2], **same)
    yield kernel("MaxPool3DGrad", x, sixteenths(x.shape, 9), x, **plain)
    yield kernel("AvgPool3DGrad", sizes(1, 2, 3, 2), x, **plain)
    yield kernel("AvgPool3DGrad", sizes(1, 2, 3, 2, 2), x[0], **plain)
    yield kernel("AvgPool3DGrad", sizes(1, 2, 3, 2, 2), x, ksize=[2, 2, 2, 2, 1], **same)
    yield kernel("AvgPool3DGrad", sizes(1, 2, 3, 2, 2), x, ksize=[1, 2, 2, 2, 2], **same)


def shapes():
    f = "float32"
    attrs = {"strides": [1, 2, 2, 2, 1], "padding": "SAME"}
    x = (f, [1, 4, 4, 4, 2])
    for size in [(3, 3, 3, 2, 3), (-1, 3, 3, 2, 3), (3, 3, 3), ()]:
        yield inference("Conv3DBackpropFilterV2", x, sizes(*size), (f, None), **attrs)
        yield inference("AvgPool3DGrad", sizes(*size), (f, [2]), ksize=[1, 2, 2, 2, 1], **attrs)
    for size in [None, [5], [3], [2, 2]]:
        yield inference("Conv3DBackpropFilterV2", x, ("int32", size), (f, None), **attrs)
        yield inference("AvgPool3DGrad", ("int32", size), (f, None), ksize=[1, 2, 2, 2, 1], **attrs)
    for a, b, c in [([1, 4, 4, 4, 2], [1, 2, 2, 2, 2], [1, 4, 4, 4, 2]), (None, None, None), ([1, 4, 4, 4], None, None), ([None, 4, None, 4, 2], None, [3, 3]), ([1, 4, 4, 4, 2], [3], None)]:
        for op in ["MaxPool3DGrad", "MaxPool3DGradGrad"]:
            yield inference(op, (f, a), (f, b), (f, c), ksize=[1, 2, 2, 2, 1], **attrs)


op_cases.write("volume_grads", kernels(), shapes())
