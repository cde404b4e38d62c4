"""Writes test/goldens/nn_grads.json: gradients of activations, biases and response normalization. Run with a Python that has TensorFlow:  python tools/goldens/nn_grads.py

The ops have no builders; the rules that make them are recorded in nn_gradients.py.
"""
import op_cases
from op_cases import array, inference, kernel, sixteenths, tf

inf, nan = float("inf"), float("nan")
ACTIVATIONS = ["ReluGrad", "Relu6Grad", "LeakyReluGrad", "EluGrad", "SeluGrad", "SoftplusGrad", "SoftsignGrad"]


def kernels():
    specials = array([nan, inf, -inf, 0.0, -0.0, 1.0, -1.0, 6.0, 6.5, 30.0, -30.0, 200.0, -200.0])
    for op in ACTIVATIONS:
        attrs = {"alpha": 0.25} if op == "LeakyReluGrad" else {}
        for dtype in ["float32", "float64", "float16", "bfloat16"]:
            # Outputs of Elu and Selu are greater than -1.76.
            low = -16 if op in ("EluGrad", "SeluGrad") else -64
            yield kernel(op, sixteenths([3, 7], 1, dtype=dtype), sixteenths([3, 7], 2, low, 128, dtype=dtype), **attrs)
        yield kernel(op, array([2.0] * specials.size), specials, **attrs)
        yield kernel(op, specials, array([0.5] * specials.size), **attrs)
        yield kernel(op, specials, array([-0.5] * specials.size), **attrs)
        yield kernel(op, sixteenths([0, 3], 1), sixteenths([0, 3], 1), **attrs)
        yield kernel(op, sixteenths([], 1), sixteenths([], 1), **attrs)
        yield kernel(op, sixteenths([2, 3], 1), sixteenths([3, 2], 1), **attrs)
        yield kernel(op, sixteenths([2, 3], 1), sixteenths([6], 1), **attrs)
        yield kernel(op, sixteenths([2, 3], 1), sixteenths([1], 1), **attrs)
    for op in ["ReluGrad", "Relu6Grad"]:
        for dtype in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
            yield kernel(op, sixteenths([2, 9], 3, 0, 100, dtype=dtype), sixteenths([2, 9], 4, 0 if dtype[0] == "u" else -9, 10, dtype=dtype))
    yield kernel("LeakyReluGrad", sixteenths([3, 7], 1), sixteenths([3, 7], 2))
    for dtype in ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
        small = {"low": 0 if dtype[0] == "u" else -9, "high": 10, "dtype": dtype}
        yield kernel("BiasAddGrad", sixteenths([4, 3], 5, **small))
        yield kernel("BiasAddGrad", sixteenths([2, 3, 4, 5], 6, **small), data_format="NCHW")
    for shape in [[2, 3, 4], [2, 3, 4, 5], [2, 3, 1, 2, 2], [0, 3], [3, 0], [2, 0, 3], [2, 3, 0, 4]]:
        yield kernel("BiasAddGrad", sixteenths(shape, 7))
        yield kernel("BiasAddGrad", sixteenths(shape, 7), data_format="NCHW")
    yield kernel("BiasAddGrad", sixteenths([3], 7))
    yield kernel("BiasAddGrad", sixteenths([], 7))
    yield kernel("BiasAddGrad", array([[1 + 2j, 3 - 1j], [0.5j, 2]], "complex64"))
    yield kernel("BiasAddGrad", array([[[1 + 2j, 3 - 1j], [0.5j, 2]]], "complex128"), data_format="NCHW")
    yield kernel("BiasAddGrad", array([[nan, inf], [1.0, -inf]]))
    for attrs in [{}, {"depth_radius": 4, "bias": 1.0, "alpha": 0.001 / 9.0, "beta": 0.75}, {"depth_radius": 1, "bias": 2.0, "alpha": 0.5, "beta": 1.0}, {"depth_radius": 0, "beta": 0.3}, {"depth_radius": 2, "alpha": -0.01}]:
        for dtype in ["float32", "float16"]:
            # Halves are compared where few roundings meet.
            x = sixteenths([2, 1, 3, 9] if dtype == "float32" else [1, 1, 2, 3], 8, -16, 17, dtype=dtype)
            with tf.Graph().as_default(), tf.Session() as session:
                y = session.run(tf.raw_ops.LRN(input=x, **attrs))
            yield kernel("LRNGrad", sixteenths(x.shape, 9, dtype=dtype), x, y, **attrs)
    yield kernel("LRNGrad", sixteenths([0, 1, 3, 9], 8), sixteenths([0, 1, 3, 9], 8), sixteenths([0, 1, 3, 9], 8))
    x = sixteenths([1, 1, 2, 3], 8)
    yield kernel("LRNGrad", x, x, x)
    yield kernel("LRNGrad", x[0], x, x)
    yield kernel("LRNGrad", x, x[0], x)
    yield kernel("LRNGrad", x, x, x[0])
    yield kernel("LRNGrad", x, sixteenths([1, 1, 2, 4], 8), x)
    yield kernel("LRNGrad", x, x, sixteenths([1, 2, 2, 3], 8))


def shapes():
    f = "float32"
    for op in ACTIVATIONS:
        for a, b in [(None, None), ([2, None], [None, 3]), ([2], [3]), ([2, 3], [2])]:
            yield inference(op, (f, a), (f, b))
    for shape in [None, [3], [2, 3], [None, None, 4], [2, 3, 4, 5], []]:
        yield inference("BiasAddGrad", (f, shape))
        yield inference("BiasAddGrad", (f, shape), data_format="NCHW")
    for a, b, c in [(None, None, None), ([1, None, 2, 3], [None, 4, 2, 3], None), ([1, 1, 2, 3], [1, 1, 2, 4], None), ([1, 2, 3], None, None), (None, None, [1, 2, 3]), ([1, 1, 2, 3], None, [2, 1, 2, 3])]:
        yield inference("LRNGrad", (f, a), (f, b), (f, c))


op_cases.write("nn_grads", kernels(), shapes())
