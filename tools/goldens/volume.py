"""Writes test/goldens/volume.json: convolution and pooling of volumes. Run with a Python that has TensorFlow:  python tools/goldens/volume.py

The twin programs are in src/ops/volume.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, encoded, inference, kernel, program, sixteenths, tf

nn = tf.nn
f = "float32"
i32 = "int32"
ONES = [1] * 5
LAST, FIRST = [0, 2, 3, 4, 1], [0, 4, 1, 2, 3]


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


@program
def convolutions():
    x, k = p([2, 5, 6, 7, 3]), p([2, 3, 2, 3, 4])
    return [
        nn.conv3d(x, k, ONES, "SAME"),
        nn.conv3d(x, k, [1, 2, 1, 3, 1], "VALID", dilations=[1, 2, 1, 1, 1], name="c"),
        nn.conv3d(p([2, 3, 5, None, 7]), k, ONES, "VALID", data_format="NCDHW"),
        nn.conv3d(p(), p(), ONES, "SAME"),
    ]


@program
def conv_of_four_strides():
    return nn.conv3d(p(), p(), [1, 1, 1, 1], "SAME")


@program
def transposed():
    x, k = p([2, 5, 6, 7, 4]), p([2, 3, 2, 3, 4])
    return [
        nn.conv3d_transpose(x, k, [2, 10, 12, 14, 3], 2),
        nn.conv3d_transpose(x, k, [2, 6, 8, 8, 3], [1, 1, 1], "VALID", name="t"),
        nn.conv3d_transpose(p(), p(), p([5], i32), [1, 2, 2, 2, 1], data_format="NCDHW", dilations=[2, 1, 1]),
        nn.conv3d_transpose(x, k, p([5], "int64"), 2),
    ]


@program
def transposed_of_four_strides():
    return nn.conv3d_transpose(p(), p(), [2, 10, 12, 14, 3], [1, 1, 1, 1])


@program
def pools():
    x = p([2, 5, 6, 7, 4])
    return [
        nn.max_pool3d(x, 2, 2, "SAME"),
        nn.avg_pool3d(x, [2, 1, 3], [1, 1, 2], "VALID"),
        nn.max_pool3d(p(), [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], "VALID", name="m"),
        nn.avg_pool3d(p([None, 4, None, 6, 7]), [1, 1, 2, 2, 2], [1, 1, 2, 2, 2], "SAME", data_format="NCDHW", name="a"),
    ]


@program
def pool_of_two_sizes():
    return nn.max_pool3d(p(), [1, 2], 2, "SAME")


@program
def first_pool_by_number():
    return nn.max_pool3d(p([2, 4, 5, 6, 7]), 2, 2, "SAME", data_format="NCDHW")


def moved(value, order):
    return encoded(np.transpose(array(value["data"], value["dtype"]).reshape(value["shape"]), order))


def both(op, x, *rest, **attrs):
    """A case with the channels last, and the same with the channels first, which TensorFlow's CPU does not compute."""
    case = kernel(op, x, *rest, **attrs)
    yield case
    if "outputs" not in case:
        return
    turned = {key: [v[i] for i in FIRST] if isinstance(v, list) else v for key, v in attrs.items()}
    yield {"op": op, "inputs": [moved(case["inputs"][0], FIRST), *case["inputs"][1:]], "attrs": {**turned, "data_format": "NCDHW"}, "outputs": [moved(y, FIRST) for y in case["outputs"]]}


def five(three):
    return [1, *three, 1]


WINDOWS = [((4, 5, 3), (2, 3, 2), (1, 1, 1)), ((5, 4, 6), (3, 1, 2), (2, 1, 3)), ((3, 3, 3), (1, 1, 1), (2, 2, 2)), ((6, 2, 4), (3, 3, 3), (2, 2, 2))]
"""Volume, window, strides."""


def dilated(x, k, rates, padding):
    """A dilated filter, which TensorFlow's CPU refuses, is one with zeros in between."""
    sizes = [(n - 1) * rate + 1 for n, rate in zip(k.shape, rates)]
    wide = np.zeros([*sizes, *k.shape[3:]], k.dtype)
    wide[:: rates[0], :: rates[1], :: rates[2]] = k
    case = kernel("Conv3D", x, wide, strides=ONES, padding=padding)
    return {**case, "inputs": [case["inputs"][0], encoded(k)], "attrs": {"strides": ONES, "padding": padding, "dilations": five(rates)}}


def conv_cases():
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            yield from both("Conv3D", sixteenths([2, *size, 2], 1), sixteenths([*window, 2, 3], 2), strides=five(strides), padding=padding)
    for dtype in ["float64", "float16", "bfloat16"]:
        yield kernel("Conv3D", sixteenths([1, 3, 4, 3, 2], 3, dtype=dtype), sixteenths([2, 2, 2, 2, 2], 4, dtype=dtype), strides=ONES, padding="SAME")
    x, k = sixteenths([1, 4, 5, 6, 2], 5), sixteenths([2, 2, 2, 2, 3], 6)
    yield dilated(x, k, (2, 1, 1), "SAME")
    yield dilated(x, k, (1, 2, 3), "VALID")
    yield kernel("Conv3D", sixteenths([1, 3, 3, 3, 4], 5), sixteenths([2, 2, 2, 2, 4], 6), strides=ONES, padding="VALID")
    for shape, window in [([0, 3, 3, 3, 2], [2, 2, 2, 2, 3]), ([1, 3, 3, 3, 2], [2, 2, 2, 2, 0]), ([1, 0, 3, 3, 2], [1, 2, 2, 2, 3]), ([1, 1, 3, 3, 2], [2, 2, 2, 2, 3]), ([1, 1, 3, 3, 2], [4, 2, 2, 2, 3]), ([1, 3, 3, 3, 0], [2, 2, 2, 0, 3]), ([1, 3, 3, 3, 3], [2, 2, 2, 2, 3]), ([3, 3, 3, 2], [2, 2, 2, 2, 3]), ([1, 3, 3, 3, 2], [2, 2, 2, 2])]:
        for padding in ["SAME", "VALID"]:
            yield kernel("Conv3D", sixteenths(shape, 7), sixteenths(window, 8), strides=ONES, padding=padding)
    for strides in [[2, 1, 1, 1, 1], [1, 1, 1, 1, 2]]:
        yield kernel("Conv3D", x, k, strides=strides, padding="SAME")
    for dilations in [[2, 1, 1, 1, 1], [1, 1, 1, 1, 2]]:
        yield kernel("Conv3D", x, k, strides=ONES, dilations=dilations, padding="SAME")


def output(size, window, stride, padding):
    return -(-size // stride) if padding == "SAME" else -(-(size - window + 1) // stride)


def transposed_cases():
    op = "Conv3DBackpropInputV2"
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            given = [output(*each, padding) for each in zip(size, window, strides)]
            if min(given) < 1:
                continue
            case = kernel(op, array([2, *size, 2], i32), sixteenths([*window, 2, 3], 2), sixteenths([2, *given, 3], 3), strides=five(strides), padding=padding)
            yield case
            first = [2, 2, *size]
            yield {"op": op, "inputs": [encoded(array(first, i32)), case["inputs"][1], moved(case["inputs"][2], FIRST)], "attrs": {"strides": [1, 1, *strides], "padding": padding, "data_format": "NCDHW"}, "outputs": [moved(case["outputs"][0], FIRST)]}
    for dtype in ["float64", "float16", "bfloat16"]:
        yield kernel(op, array([1, 3, 3, 3, 2], "int64"), sixteenths([2, 2, 2, 2, 2], 4, dtype=dtype), sixteenths([1, 2, 2, 2, 2], 5, dtype=dtype), strides=ONES, padding="VALID")
    k, y = sixteenths([2, 2, 2, 2, 3], 6), sixteenths([1, 3, 3, 3, 3], 7)
    for sizes in [[1, 3, 3, 3, 2], [2, 3, 3, 3, 2], [1, 3, 3, 3, 4], [1, 3, 3, 3, 3], [1, 4, 3, 3, 2], [1, 3, 3, 3], [1, 0, 3, 3, 2], [1, -1, 3, 3, 2]]:
        yield kernel(op, array(sizes, i32), k, y, strides=ONES, padding="SAME")
    yield kernel(op, array([1, 3, 3, 3, 2], i32), sixteenths([2, 2, 2, 2, 4], 6), y, strides=ONES, padding="SAME")
    yield kernel(op, array([[1, 3, 3, 3, 2]], i32), k, y, strides=ONES, padding="SAME")
    yield kernel(op, array([1, 3, 3, 3, 2], i32), sixteenths([2, 2, 2, 2], 6), y, strides=ONES, padding="SAME")
    yield kernel(op, array([1, 3, 3, 3, 2], i32), k, sixteenths([3, 3, 3, 3], 6), strides=ONES, padding="SAME")
    yield kernel(op, array([0, 3, 3, 3, 2], i32), k, sixteenths([0, 3, 3, 3, 3], 6), strides=ONES, padding="SAME")
    yield kernel(op, array([1, 3, 3, 3, 2], i32), k, y, strides=[2, 1, 1, 1, 1], padding="SAME")
    yield kernel(op, array([1, 3, 3, 3, 2], i32), k, y, strides=ONES, padding="SAME", dilations=[2, 1, 1, 1, 1])


def pool_cases():
    for op in ["MaxPool3D", "AvgPool3D"]:
        for size, window, strides in WINDOWS:
            for padding in ["SAME", "VALID"]:
                yield from both(op, sixteenths([2, *size, 3], 1), ksize=five(window), strides=five(strides), padding=padding)
        yield kernel(op, sixteenths([1, 3, 4, 3, 2], 3, dtype="bfloat16"), ksize=five((2, 2, 2)), strides=ONES, padding="SAME")
        x = sixteenths([1, 4, 5, 6, 2], 5)
        for ksize, strides in [([1, 1, 1, 1, 2], ONES), ([2, 1, 1, 1, 1], ONES), ([1, 2, 1, 1, 1], [2, 1, 1, 1, 1]), ([1, 2, 1, 1, 1], [1, 1, 1, 1, 2]), ([1, 5, 1, 1, 1], ONES), ([1, 7, 1, 1, 1], ONES)]:
            yield kernel(op, x, ksize=ksize, strides=strides, padding="VALID")
        for shape in [[0, 3, 3, 3, 2], [1, 3, 3, 3, 0], [1, 3, 3, 2]]:
            yield kernel(op, sixteenths(shape, 5), ksize=five((2, 2, 2)), strides=ONES, padding="VALID")
    inf, nan = float("inf"), float("nan")
    specials = array([nan, 1, 1, nan, -inf, -inf, inf, nan, nan, nan, -inf, nan]).reshape([1, 1, 2, 6, 1])
    yield kernel("AvgPool3D", specials, ksize=five((1, 1, 2)), strides=five((1, 1, 2)), padding="VALID")


def shapes():
    for shape in [[2, 5, 6, 7, 4], None, [None] * 5, [2, 5, None, 7, 4], [2, 5, 6, 7], [2, 1, 6, 7, 4], [2, 5, 6, 7, 6], [2, 5, 6, 7, 3]]:
        for window in [[2, 3, 2, 4, 6], None, [2, None, 2, None, None], [2, 3, 2, 4]]:
            for padding in ["SAME", "VALID"]:
                yield inference("Conv3D", (f, shape), (f, window), strides=[1, 1, 2, 3, 1], padding=padding)
        yield inference("Conv3D", (f, shape), (f, [2, 2, 2, 4, 6]), strides=ONES, padding="VALID", dilations=five((3, 2, 2)))
        yield inference("Conv3D", (f, shape), (f, [2, 2, 2, 5, 6]), strides=ONES, padding="VALID", data_format="NCDHW")
        for op in ["MaxPool3D", "AvgPool3D"]:
            for padding in ["SAME", "VALID"]:
                yield inference(op, (f, shape), ksize=five((2, 3, 1)), strides=five((1, 2, 3)), padding=padding)
                yield inference(op, (f, shape), ksize=[1, 1, 2, 3, 1], strides=[1, 1, 2, 3, 1], padding=padding, data_format="NCDHW")
    for strides, dilations in [([1] * 4, ONES), ([1] * 6, ONES), (ONES, [1] * 4), (ONES, [1] * 6), ([1, 0, 1, 1, 1], ONES), (ONES, [1, 0, 1, 1, 1]), ([2, 1, 1, 1, 2], ONES)]:
        yield inference("Conv3D", (f, [2, 5, 6, 7, 4]), (f, [2, 3, 2, 4, 6]), strides=strides, dilations=dilations, padding="SAME")
    for ksize, strides in [([1] * 6, ONES), (ONES, [1] * 6), ([1, 0, 1, 1, 1], ONES), (ONES, [1, 0, 1, 1, 1]), ([2, 1, 1, 1, 2], ONES)]:
        yield inference("MaxPool3D", (f, [2, 5, 6, 7, 4]), ksize=ksize, strides=strides, padding="VALID")
    for sizes in [array([2, 5, 6, 7, 4], i32), array([2, 5, 6, 7], "int64"), (i32, [5]), (i32, None), (i32, [4]), (i32, [1, 5]), array([2, -1, 6, 7, 4], i32), array([2, -2, 6, 7, 4], i32)]:
        yield inference("Conv3DBackpropInputV2", sizes, (f, None), (f, [1]), strides=ONES, padding="SAME")


def kernels():
    yield from conv_cases()
    yield from transposed_cases()
    yield from pool_cases()


if __name__ == "__main__":
    op_cases.write("volume", kernels(), shapes())
