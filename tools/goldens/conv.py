"""Writes test/goldens/conv.json: convolution. Run with a Python that has TensorFlow:  python tools/goldens/conv.py

The twin programs are in src/ops/conv.test.ts; a program has the same name there.
"""
import op_cases
import numpy as np
from op_cases import array, both_layouts, inference, kernel, program, sixteenths, tf

nn = tf.nn
f32 = tf.float32


def p(shape=None):
    return tf.placeholder(f32, shape)


@program
def strides():
    x, w = p([2, 7, 8, 3]), p([3, 2, 3, 4])
    return [nn.conv2d(x, w, strides=2, padding="SAME"), nn.conv2d(x, w, strides=[2, 1], padding="VALID", dilations=[1, 2], name="c"), nn.conv2d(x, w, strides=[1, 2, 1, 1], padding="SAME")]


@program
def channels_first():
    return nn.conv2d(p([2, 3, 7, 8]), p([3, 2, 3, 4]), strides=[2, 1], padding="SAME", data_format="NCHW")


@program
def explicit():
    return nn.conv2d(p([2, 7, 8, 3]), p([3, 2, 3, 4]), strides=1, padding=[[0, 0], [1, 2], [3, 0], [0, 0]])


@program
def unknown():
    return [nn.conv2d(p(), p(), padding="SAME"), nn.conv2d(p([None, None, 8, 3]), p([3, 2, None, 4]), padding="VALID")]


@program
def bad_strides():
    return nn.conv2d(p(), p(), strides=[1, 2, 3], padding="SAME")


@program
def bad_padding():
    return nn.conv2d(p(), p(), padding="FULL")


@program
def padding_called_explicit():
    return nn.conv2d(p(), p(), padding="EXPLICIT")


@program
def padding_of_three():
    return nn.conv2d(p(), p(), padding=[[0, 0], [1, 2], [3, 0]])


@program
def padding_of_odd_lists():
    return nn.conv2d(p(), p(), padding=[[0, 0], [1], [3, 0], [0, 0]])


@program
def literals():
    return nn.conv2d(tf.ones([1, 2, 2, 1]), [[[[1.0]]]], padding="VALID")


@program
def depthwise():
    x, w = p([2, 7, 8, 3]), p([3, 2, 3, 4])
    return [nn.depthwise_conv2d(x, w, [1, 2, 2, 1], "SAME"), nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "VALID", name="d"), nn.depthwise_conv2d_native(x, w, [1, 1, 1, 1], "VALID")]


@program
def cifar10():
    """The layers of the CIFAR-10 tutorial, with small images."""
    x = p([2, 12, 12, 3])
    conv1 = nn.relu(nn.bias_add(nn.conv2d(x, p([5, 5, 3, 8]), [1, 1, 1, 1], padding="SAME"), p([8])), name="conv1")
    pool1 = nn.max_pool(conv1, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding="SAME", name="pool1")
    norm1 = nn.lrn(pool1, 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75, name="norm1")
    return tf.reshape(norm1, [2, -1])


WINDOWS = [((5, 7), (3, 3), (1, 1)), ((6, 5), (2, 3), (2, 1)), ((7, 8), (5, 5), (2, 2)), ((8, 7), (1, 1), (1, 1)), ((4, 6), (3, 2), (3, 2)), ((3, 3), (3, 3), (1, 1)), ((5, 5), (1, 1), (2, 2))]
"""Image, window, strides."""


def kernels():
    ones = [1, 1, 1, 1]
    for size, filter, stride in WINDOWS:
        x = sixteenths([2, *size, 3], 1)
        for padding in ["SAME", "VALID"]:
            strides = [1, *stride, 1]
            yield from both_layouts("Conv2D", x, sixteenths([*filter, 3, 5], 2), strides=strides, padding=padding)
            if stride[0] == stride[1]:
                yield from both_layouts("DepthwiseConv2dNative", x, sixteenths([*filter, 3, 2], 3), strides=strides, padding=padding)
    for padding in ["SAME", "VALID"]:
        yield from both_layouts("Conv2D", sixteenths([1, 9, 8, 2], 4), sixteenths([3, 2, 2, 3], 5), strides=ones, padding=padding, dilations=[1, 2, 3, 1])
        yield from both_layouts("Conv2D", sixteenths([1, 5, 6, 6], 4), sixteenths([3, 2, 2, 9], 5), strides=ones, padding=padding)
    explicit = {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 2, 1, 0, 3, 0, 0]}
    yield from both_layouts("Conv2D", sixteenths([2, 5, 6, 3], 6), sixteenths([3, 3, 3, 2], 7), strides=[1, 2, 1, 1], **explicit)
    yield from both_layouts("DepthwiseConv2dNative", sixteenths([2, 5, 6, 3], 6), sixteenths([3, 3, 3, 2], 7), strides=[1, 2, 2, 1], **explicit)
    yield kernel("Conv2D", sixteenths([1, 12, 12, 16], 8), sixteenths([5, 5, 16, 20], 9), strides=ones, padding="SAME")
    for dtype in ["float64", "float16", "bfloat16", "int32"]:
        yield kernel("Conv2D", sixteenths([1, 5, 6, 3], 10, dtype=dtype), sixteenths([3, 2, 3, 4], 11, dtype=dtype), strides=[1, 2, 1, 1], padding="SAME")
    yield kernel("Conv2D", array([[[[70000, 70000]]]], "int32"), array([[[[70000], [70000]]]], "int32"), strides=ones, padding="SAME")
    for dtype in ["float64", "float16", "bfloat16"]:
        yield kernel("DepthwiseConv2dNative", sixteenths([1, 5, 6, 3], 10, dtype=dtype), sixteenths([3, 2, 3, 2], 11, dtype=dtype), strides=[1, 2, 2, 1], padding="SAME")
    # Padding is multiplied by weights that are not finite.
    for weight in [float("inf"), float("nan")]:
        filter = np.ones([3, 3, 2, 1], "float32")
        filter[0, 0, 0, 0] = weight
        yield kernel("DepthwiseConv2dNative", np.ones([1, 3, 3, 2], "float32"), filter, strides=[1, 1, 1, 1], padding="SAME")
    for op in ["Conv2D", "DepthwiseConv2dNative"]:
        yield kernel(op, sixteenths([3, 2, 2], 12), sixteenths([3, 2, 2, 1], 12), strides=ones, padding="SAME")
        yield kernel(op, sixteenths([3, 2, 2, 1], 12), sixteenths([3, 2, 2], 12), strides=ones, padding="SAME")
        yield kernel(op, sixteenths([1, 2, 2, 3], 12), sixteenths([3, 2, 2, 1], 12), strides=ones, padding="SAME")
        yield kernel(op, sixteenths([1, 2, 2, 3], 12), sixteenths([3, 2, 3, 1], 12), strides=ones, padding="VALID")
        yield kernel(op, sixteenths([0, 2, 2, 3], 12), sixteenths([1, 2, 3, 1], 12), strides=ones, padding="VALID")


def shapes():
    f = "float32"
    conv = {"strides": [1, 2, 3, 1], "padding": "SAME"}
    x, w = (f, [2, 7, 8, 3]), (f, [3, 2, 3, 4])
    for op in ["Conv2D", "DepthwiseConv2dNative"]:
        for a, b in [(x, w), ((f, None), w), (x, (f, None)), ((f, [None, None, 8, None]), w), ((f, [2, 7, 8, 6]), w), ((f, [2, 7, 8, 4]), w), ((f, [2, 7]), w), (x, (f, [3, 2, 3])), (x, (f, [9, 2, 3, 4])), (x, (f, [3, 2, None, None]))]:
            yield inference(op, a, b, **conv)
            yield inference(op, a, b, **{**conv, "padding": "VALID"})
        yield inference(op, x, w, strides=[1, 1, 1, 1], padding="VALID", dilations=[1, 2, 3, 1])
        yield inference(op, x, w, strides=[1, 1, 1, 1], padding="VALID", dilations=[1, 9, 3, 1])
        yield inference(op, x, w, strides=[1, 1, 1], padding="VALID")
        yield inference(op, x, w, strides=[1, 0, 1, 1], padding="SAME")
        yield inference(op, x, w, strides=[1, 1, 1, 1], padding="SAME", dilations=[1, 1])
        yield inference(op, x, w, strides=[1, 1, 1, 1], padding="SAME", dilations=[1, 0, 1, 1])
        yield inference(op, (f, [2, 3, 7, 8]), w, strides=[1, 1, 2, 3], padding="VALID", data_format="NCHW")
        for paddings in [[0, 0, 1, 2, 3, 4, 0, 0], [0, 0, 1, 2], [1, 0, 1, 2, 3, 4, 0, 0], [0, 0, -1, 2, 3, 4, 0, 0]]:
            yield inference(op, x, w, strides=[1, 1, 1, 1], padding="EXPLICIT", explicit_paddings=paddings)
        yield inference(op, x, w, strides=[1, 1, 1, 1], padding="SAME", explicit_paddings=[1, 0, 1, 2, 3, 4, 0, 0])
    yield inference("Conv2D", (f, [2, 7, 8, 6]), (f, [3, 2, 3, 5]), **conv)
    yield inference("Conv2D", x, (f, [3, 2, 0, 5]), **conv)


op_cases.write("conv", kernels(), shapes())
