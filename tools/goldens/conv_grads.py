"""Writes test/goldens/conv_grads.json: gradients of convolutions of images. Run with a Python that has TensorFlow:  python tools/goldens/conv_grads.py

The twin programs are in src/ops/conv-grads.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, encoded, inference, kernel, program, sixteenths, tf

nn = tf.nn


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def backprop_filter():
    x, y = p([1, 8, 8, 2]), p([1, 4, 4, 3])
    first = nn.conv2d_backprop_filter(x, [3, 3, 2, 3], y, [1, 2, 2, 1], "SAME")
    return [first, nn.conv2d_backprop_filter(x, p([4], "int32"), p(), [1, 1, 1, 1], [[0, 0], [1, 1], [1, 1], [0, 0]], use_cudnn_on_gpu=False, name="b")]


@program
def depthwise():
    x, w, y = p([1, 8, 8, 2]), p([3, 3, 2, 3]), p([1, 4, 4, 6])
    first = nn.depthwise_conv2d_native_backprop_input([1, 8, 8, 2], w, y, [1, 2, 2, 1], "SAME")
    second = nn.depthwise_conv2d_backprop_filter(x, [3, 3, 2, 3], y, [1, 2, 2, 1], "SAME", name="f")
    third = nn.depthwise_conv2d_backprop_input(p([4], "int32"), p(), p(), [1, 1, 1, 1], "VALID", data_format="NCHW", dilations=[1, 1, 2, 2])
    return [first, second, third, nn.depthwise_conv2d_native_backprop_filter(p(), p([4], "int32"), p(), [1, 1, 1, 1], [[0, 0], [1, 1], [1, 1], [0, 0]])]


WINDOWS = [((5, 7), (3, 3), (1, 1)), ((6, 5), (2, 3), (2, 1)), ((7, 8), (5, 5), (2, 2)), ((8, 7), (1, 1), (1, 1)), ((4, 6), (3, 2), (3, 2)), ((3, 3), (3, 3), (1, 1)), ((5, 5), (1, 1), (2, 2)), ((7, 7), (2, 2), (3, 3))]
"""The image, window, strides."""
FILTER, INPUT = "DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput"
ORDER = [0, 3, 1, 2]


def sizes(*values):
    return array(values, "int32")


def given_shape(size, window, strides, padding, pads=((0, 0), (0, 0))):
    if padding == "SAME":
        return [-(-size[i] // strides[i]) for i in range(2)]
    return [(size[i] + sum(pads[i]) - window[i]) // strides[i] + 1 for i in range(2)]


def first(value):
    return encoded(np.transpose(array(value["data"], value["dtype"]).reshape(value["shape"]), ORDER))


def both_layouts(op, *inputs, images, **attrs):
    """A case with the channels last, and the same with the channels first, which TensorFlow's CPU does not compute; images: which inputs are, None for the output."""
    case = kernel(op, *inputs, **attrs)
    yield case
    moved = {"strides": [attrs["strides"][i] for i in ORDER], "data_format": "NCHW"}
    if attrs.get("explicit_paddings"):
        moved["explicit_paddings"] = np.reshape(attrs["explicit_paddings"], [4, 2])[ORDER].reshape(-1).tolist()
    made = [first(x) if i in images else x for i, x in enumerate(case["inputs"])]
    if op == INPUT:
        made[0] = encoded(sizes(*[inputs[0][i] for i in ORDER]))
    yield {"op": op, "inputs": made, "attrs": {**attrs, **moved}, "outputs": [first(y) if op == INPUT else y for y in case["outputs"]]}


def kernels():
    op = "Conv2DBackpropFilter"
    ones = [1, 1, 1, 1]
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            attrs = {"strides": [1, *strides, 1], "padding": padding}
            given = given_shape(size, window, strides, padding)
            x = sixteenths([2, *size, 2], 1)
            yield from both_layouts(op, x, sizes(*window, 2, 3), sixteenths([2, *given, 3], 2), images=[0, 2], **attrs)
            if strides[0] != strides[1]:
                continue
            y = sixteenths([2, *given, 6], 3)
            yield from both_layouts(FILTER, x, sizes(*window, 2, 3), y, images=[0, 2], **attrs)
            yield from both_layouts(INPUT, sizes(2, *size, 2), sixteenths([*window, 2, 3], 4), y, images=[2], **attrs)
    pads = ((1, 2), (3, 0))
    explicit = {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 2, 3, 0, 0, 0]}
    x = sixteenths([1, 5, 6, 2], 3)
    y = sixteenths([1, *given_shape((5, 6), (3, 3), (2, 1), "EXPLICIT", pads), 3], 4)
    yield from both_layouts(op, x, sizes(3, 3, 2, 3), y, images=[0, 2], strides=[1, 2, 1, 1], **explicit)
    y = sixteenths([1, *given_shape((5, 6), (3, 3), (2, 2), "EXPLICIT", pads), 4], 4)
    yield from both_layouts(FILTER, x, sizes(3, 3, 2, 2), y, images=[0, 2], strides=[1, 2, 2, 1], **explicit)
    yield from both_layouts(INPUT, sizes(1, 5, 6, 2), sixteenths([3, 3, 2, 2], 4), y, images=[2], strides=[1, 2, 2, 1], **explicit)
    for dtype in ["float64", "float16", "bfloat16"]:
        # Small enough for every sum to be exact: TensorFlow rounds after each addition.
        small = {"low": -3, "high": 4, "dtype": dtype}
        x, y = sixteenths([1, 4, 4, 2], 6, **small), sixteenths([1, 4, 4, 4], 7, **small)
        yield kernel(op, x, sizes(3, 2, 2, 4), y, strides=ones, padding="SAME")
        yield kernel(FILTER, x, sizes(3, 2, 2, 2), y, strides=ones, padding="SAME")
        yield kernel(INPUT, sizes(1, 4, 4, 2), sixteenths([3, 2, 2, 2], 5, **small), y, strides=ones, padding="SAME")
    same = {"strides": ones, "padding": "SAME"}
    x, y, w = sixteenths([1, 4, 4, 2], 6), sixteenths([1, 4, 4, 4], 7), sixteenths([3, 3, 2, 2], 5)
    empty = [sixteenths([0, 4, 4, 2], 6), sixteenths([0, 4, 4, 4], 7)]
    # Of no images, TensorFlow leaves the depthwise gradient of the filter unset.
    yield kernel(op, empty[0], sizes(3, 3, 2, 4), empty[1], **same)
    yield kernel(INPUT, sizes(0, 4, 4, 2), w, empty[1], **same)
    yield kernel(op, x, sizes(3, 3, 2, 0), sixteenths([1, 4, 4, 0], 7), **same)
    yield kernel(op, x, sizes(3, 3, 0, 4), y, **same)
    # Grouped convolutions have no gradient on TensorFlow's CPU.
    yield kernel(op, x, sizes(3, 3, 1, 4), y, **same)
    for wrong in [(3, 3, 2, 3), (3, 3, 3, 4), (3, 3, 2), (3, 3, 2, 4, 1), (-1, 3, 2, 4), ()]:
        yield kernel(op, x, sizes(*wrong), y, **same)
        yield kernel(FILTER, x, sizes(*wrong), y, **same)
    for wrong in [(1, 5, 4, 2), (1, 4, 9, 2), (2, 4, 4, 2), (1, 4, 4, 3), (4, 4, 2), (1, 4, 4, 2, 1), (-1, 4, 4, 2)]:
        yield kernel(INPUT, sizes(*wrong), w, y, **same)
    for o, args in [(op, [x, sizes(3, 3, 2, 4), y]), (FILTER, [x, sizes(3, 3, 2, 2), y]), (INPUT, [sizes(1, 4, 4, 2), w, y])]:
        for i in range(3):
            yield kernel(o, *[a[0] if i == k and a.ndim > 1 else np.reshape(a, [2, 2]) if i == k else a for k, a in enumerate(args)], **same)
        for strides in [[1, 1, 1], [1, 1, 1, 2], [2, 1, 1, 1], [1, 1, 2, 1]]:
            yield kernel(o, *args, strides=strides, padding="SAME")
        for dilations in [[1, 1, 1], [1, 1, 1, 2], [2, 1, 1, 1]]:
            yield kernel(o, *args, **same, dilations=dilations)
        for paddings in [[0, 0], [0, 0, -1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]]:
            yield kernel(o, *args, strides=ones, padding="EXPLICIT", explicit_paddings=paddings)
        yield kernel(o, *args, **same, explicit_paddings=[0, 0, 1, 1, 0, 0, 0, 0])
    for wrong in [[2, 4, 4, 4], [1, 3, 4, 4], [1, 4, 5, 4], [1, 4, 4, 5]]:
        yield kernel(op, x, sizes(3, 3, 2, 4), sixteenths(wrong, 7), **same)
        yield kernel(FILTER, x, sizes(3, 3, 2, 2), sixteenths(wrong, 7), **same)
        yield kernel(INPUT, sizes(1, 4, 4, 2), w, sixteenths(wrong, 7), **same)
    yield kernel(op, sixteenths([1, 2, 2, 2], 6), sizes(4, 4, 2, 4), sixteenths([1, 0, 0, 4], 7), strides=ones, padding="VALID")
    yield kernel(op, sixteenths([1, 3, 3, 2], 6), sizes(4, 4, 2, 4), sixteenths([1, 0, 0, 4], 7), strides=ones, padding="VALID")


def shapes():
    f = "float32"
    x, w, y = (f, [1, 4, 4, 2]), (f, [3, 3, 2, 2]), (f, [1, 4, 4, 4])
    attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}
    for size in [(3, 3, 2, 2), (-1, 3, 2, 2), (3, 3, 2), (3, -3, 2, 2), ()]:
        for op in ["Conv2DBackpropFilter", FILTER]:
            yield inference(op, x, sizes(*size), y, **attrs)
            yield inference(op, (f, None), sizes(*size), (f, [3]), **attrs)
        yield inference(INPUT, sizes(*size), w, y, **attrs)
        yield inference(INPUT, sizes(*size), (f, [2]), (f, None), **attrs)
    for size in [None, [4], [None], [3], [2, 2], []]:
        for op in ["Conv2DBackpropFilter", FILTER]:
            yield inference(op, x, ("int32", size), y, **attrs)
        yield inference(INPUT, ("int32", size), w, y, **attrs)
    yield inference("Conv2DBackpropFilter", x, sizes(3, 3, 2, 2), y, strides=[1, 1], padding="EXPLICIT", explicit_paddings=[0, 0], dilations=[2])


op_cases.write("conv_grads", kernels(), shapes())
