"""Writes test/goldens/conv_transpose.json: transposed and composed convolutions. Run with a Python that has TensorFlow:  python tools/goldens/conv_transpose.py

The twin programs are in src/ops/conv-transpose.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, encoded, inference, kernel, program, sixteenths, tf

nn = tf.nn


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def transposed():
    x, w = p([1, 4, 4, 3]), p([3, 3, 2, 3])
    return [nn.conv2d_transpose(x, w, [1, 8, 8, 2], 2), nn.conv2d_transpose(x, w, [1, 6, 6, 2], strides=[1, 1, 1, 1], padding="VALID", name="t")]


@program
def transposed_channels_first():
    return nn.conv2d_transpose(p([1, 3, 4, 4]), p([3, 3, 2, 3]), [1, 2, 8, 4], [2, 1], data_format="NCHW", dilations=1)


@program
def transposed_explicit():
    return nn.conv2d_transpose(p([1, 4, 4, 3]), p([3, 3, 2, 3]), p([4], "int32"), 2, padding=[[0, 0], [1, 1], [2, 0], [0, 0]])


@program
def transposed_of_literals():
    return nn.conv2d_transpose([[[[1.0], [2.0]]]], [[[[1.0]]]], [1, 1, 4, 1], 2)


@program
def transposed_of_three_strides():
    return nn.conv2d_transpose(p(), p(), p(), [1, 2, 3])


@program
def transposed_of_odd_padding():
    return nn.conv2d_transpose(p(), p(), p(), 1, padding=[[0, 0]])


@program
def backprop_input():
    w, x = p([3, 3, 2, 3]), p([1, 4, 4, 3])
    first = nn.conv2d_backprop_input([1, 8, 8, 2], w, x, [1, 2, 2, 1], "SAME")
    return [first, nn.conv2d_backprop_input(p([2], "int32"), w, x, [1, 1, 1, 1], [[0, 0], [1, 1], [1, 1], [0, 0]], use_cudnn_on_gpu=False, name="b")]


@program
def separable():
    x, w, mix = p([1, 4, 4, 3]), p([3, 3, 3, 2]), p([1, 1, 6, 4])
    return [nn.separable_conv2d(x, w, mix, [1, 1, 1, 1], "SAME"), nn.separable_conv2d(x, w, mix, [1, 2, 2, 1], "VALID", name="s")]


@program
def separable_unknown():
    return nn.separable_conv2d(p(), p(), p(), [1, 1, 1, 1], "SAME")


@program
def separable_with_wide_pixels():
    return nn.separable_conv2d(p([1, 4, 4, 3]), p([3, 3, 3, 2]), p([1, 2, 6, 4]), [1, 1, 1, 1], "SAME")


@program
def separable_with_flat_pixels():
    return nn.separable_conv2d(p([1, 4, 4, 3]), p([3, 3, 3, 2]), p([6, 4]), [1, 1, 1, 1], "SAME")


@program
def sequences():
    x, w = p([1, 6, 3]), p([3, 3, 2])
    return [nn.conv1d(x, w, 1, "SAME"), nn.conv1d(x, w, [1, 2, 1], "VALID", name="c"), nn.conv1d(p(), p(), 2, "SAME", use_cudnn_on_gpu=False)]


@program
def sequences_channels_first():
    return nn.conv1d(p([1, 3, 8]), p([3, 3, 2]), 1, "VALID", data_format="NCW", dilations=2)


@program
def sequences_with_two_strides():
    return nn.conv1d(p(), p(), [1, 2], "SAME")


@program
def sequences_of_another_format():
    return nn.conv1d(p(), p(), 1, "SAME", data_format="CNW")


WINDOWS = [((5, 7), (3, 3), (1, 1)), ((6, 5), (2, 3), (2, 1)), ((7, 8), (5, 5), (2, 2)), ((8, 7), (1, 1), (1, 1)), ((4, 6), (3, 2), (3, 2)), ((3, 3), (3, 3), (1, 1)), ((5, 5), (1, 1), (2, 2)), ((7, 7), (2, 2), (3, 3))]
"""The image that is made, window, strides."""


def sizes(*values):
    return array(values, "int32")


def given_shape(size, window, strides, padding, pads=((0, 0), (0, 0))):
    if padding == "SAME":
        return [-(-size[i] // strides[i]) for i in range(2)]
    return [(size[i] + sum(pads[i]) - window[i]) // strides[i] + 1 for i in range(2)]


def both_layouts(size, w, x, **attrs):
    """A case with the channels last, and the same with the channels first, which TensorFlow's CPU does not compute."""
    case = kernel("Conv2DBackpropInput", sizes(*size), w, x, **attrs)
    yield case
    order = [0, 3, 1, 2]

    def first(value):
        return encoded(np.transpose(array(value["data"], value["dtype"]).reshape(value["shape"]), order))

    moved = {"strides": [attrs["strides"][i] for i in order], "data_format": "NCHW"}
    if attrs.get("explicit_paddings"):
        moved["explicit_paddings"] = np.reshape(attrs["explicit_paddings"], [4, 2])[order].reshape(-1).tolist()
    made = [encoded(sizes(*[size[i] for i in order])) if len(size) == 4 else case["inputs"][0], case["inputs"][1], first(case["inputs"][2])]
    yield {"op": case["op"], "inputs": made, "attrs": {**attrs, **moved}, "outputs": [first(case["outputs"][0])]}


def kernels():
    op = "Conv2DBackpropInput"
    ones = [1, 1, 1, 1]
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            x = sixteenths([2, *given_shape(size, window, strides, padding), 3], 1)
            w = sixteenths([*window, 2, 3], 2)
            yield from both_layouts([2, *size, 2], w, x, strides=[1, *strides, 1], padding=padding)
    pads = ((1, 2), (3, 0))
    x = sixteenths([1, *given_shape((5, 6), (3, 3), (2, 1), "EXPLICIT", pads), 3], 3)
    w = sixteenths([3, 3, 2, 3], 4)
    yield from both_layouts([1, 5, 6, 2], w, x, strides=[1, 2, 1, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 2, 3, 0, 0, 0])
    x = sixteenths([1, 4, 4, 3], 5)
    yield from both_layouts([4, 4], w, x, strides=ones, padding="SAME")
    yield from both_layouts([8, 7], w, x, strides=[1, 2, 2, 1], padding="SAME")
    for dtype in ["float64", "float16", "bfloat16", "int32"]:
        # Small enough for every sum to be exact: TensorFlow rounds after each addition.
        small = {"low": -3, "high": 4, "dtype": dtype}
        yield kernel(op, sizes(1, 4, 4, 2), sixteenths([3, 2, 2, 3], 6, **small), sixteenths([1, 4, 4, 3], 7, **small), strides=ones, padding="SAME")
    big = array(np.full([1, 2, 2, 3], 2**30), "int32")
    yield kernel(op, sizes(1, 2, 2, 1), array(np.full([2, 2, 1, 3], 3), "int32"), big, strides=ones, padding="SAME")
    yield kernel(op, sizes(0, 4, 4, 2), w, sixteenths([0, 4, 4, 3], 1), strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 4, 4, 2), sixteenths([3, 3, 2, 0], 1), sixteenths([1, 4, 4, 0], 1), strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 0, 4, 2), w, sixteenths([1, 0, 4, 3], 1), strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 2, 4, 2), w, sixteenths([1, 0, 2, 3], 1), strides=ones, padding="VALID")
    yield kernel(op, sizes(1, 1, 4, 2), w, sixteenths([1, 0, 2, 3], 1), strides=ones, padding="VALID")
    for wrong in [(1, 5, 4, 2), (1, 4, 9, 2), (2, 4, 4, 2), (1, 4, 4, 3), (1, 4, 4, 4), (4, 4, 2), (1, 4, 4, 2, 1), (-1, 4, 4, 2), (1, -4, 4, 2), (-4, 4), (4, 5), ()]:
        yield kernel(op, sizes(*wrong), w, x, strides=ones, padding="SAME")
    yield kernel(op, sizes([1, 4, 4, 2]), w, x, strides=ones, padding="SAME")
    yield kernel(op, array(4, "int32"), w, x, strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 4, 4, 2), w[0], x, strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 4, 4, 2), w, x[0], strides=ones, padding="SAME")
    yield kernel(op, sizes(4, 4), w[0], x, strides=ones, padding="SAME")
    yield kernel(op, sizes(4, 4, 2), w[0], x[0], strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 4, 4, 0), sixteenths([3, 3, 0, 3], 1), x, strides=ones, padding="SAME")
    yield kernel(op, sizes(1, 4, 4, 2), sixteenths([3, 3, 2, 4], 1), x, strides=ones, padding="SAME")
    for strides in [[1, 1, 1], [1, 1, 1, 2], [2, 1, 1, 1]]:
        yield kernel(op, sizes(1, 4, 4, 2), w, x, strides=strides, padding="SAME")
    for dilations in [[1, 1, 1], [1, 1, 1, 2], [2, 1, 1, 1]]:
        yield kernel(op, sizes(1, 4, 4, 2), w, x, strides=ones, padding="SAME", dilations=dilations)
    for paddings in [[0, 0], [0, 0, -1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]]:
        yield kernel(op, sizes(1, 4, 4, 2), w, x, strides=ones, padding="EXPLICIT", explicit_paddings=paddings)
    yield kernel(op, sizes(1, 4, 4, 2), w, x, strides=ones, padding="SAME", explicit_paddings=[0, 0, 1, 1, 0, 0, 0, 0])


def shapes():
    f, op = "float32", "Conv2DBackpropInput"
    w, x = (f, [3, 3, 2, 3]), (f, [1, 4, 4, 3])
    attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}
    for size in [(1, 4, 4, 2), (2, 4, 4, 2), (-1, 4, 4, 2), (1, -1, -1, 2), (1, 9, 9, 2), (1, 4, 4, -1), (1, 4, 4, 4), (1, 4, 4, 3), (4, 5), (-1, 5), (4, 4, 2), (1, -3, 4, 2), ()]:
        yield inference(op, sizes(*size), w, x, **attrs)
        yield inference(op, sizes(*size), (f, None), (f, None), **attrs)
        yield inference(op, sizes(*size), w, (f, [1, 3, 4, 4]), **attrs, data_format="NCHW")
    for size in [None, [4], [2], [None], [3], [2, 2], []]:
        yield inference(op, ("int32", size), w, x, **attrs)
        yield inference(op, ("int32", size), (f, None), (f, [None, 4, 4, 3]), **attrs)
    for wrong in [[3, 3, 2], [3, 3, 2, 4], [3, 3, None, None]]:
        yield inference(op, sizes(1, 4, 4, 2), (f, wrong), x, **attrs)
    for wrong in [[4, 4, 3], [1, 4, 4, 4], [None, 4, 4, None]]:
        yield inference(op, sizes(1, 4, 4, 2), w, (f, wrong), **attrs)
    yield inference(op, sizes(1, 4, 4, 2), w, x, strides=[1, 1], padding="EXPLICIT", explicit_paddings=[0, 0], dilations=[2])


op_cases.write("conv_transpose", kernels(), shapes())
