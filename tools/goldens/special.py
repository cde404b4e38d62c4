"""Writes test/goldens/special.json: special functions. Run with a Python that has TensorFlow:  python tools/goldens/special.py

The twin programs are in src/ops/special.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, tf

nan, inf = float("nan"), float("inf")
UNARY = {
    "Lgamma": [0, -1, -0.5, -2.5, 0.5, 1, 2, 3.7, 9.9, 100, 1e10, inf, -inf, nan, 1e-10],
    "Digamma": [0, -1, -0.5, -2.5, 0.5, 1, 2, 3.7, 9.9, 100, 1e10, inf, -inf, nan, 0.25, -0.0],
    "Erfinv": [-1, 1, 0, 0.5, -0.9, 1.5, nan, 0.999, inf, 1e-10, 0.1, 0.49],
    "Ndtri": [0, 1, 0.5, 0.1, 1.5, -1, nan, 1e-10, 0.9, 0.024, 0.3],
    "BesselI0e": [0, 1, -1, 7.9, 8, 8.1, 29.9, 30.1, 100, 1e10, inf, -inf, nan],
    "BesselI1e": [0, 1, -1, 7.9, 8, 8.1, 29.9, 30.1, 100, 1e10, inf, -inf, nan, 1e-10],
}
BINARY = ["Igamma", "Igammac", "Zeta", "Polygamma"]


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def builders():
    x, y, z = p([2, None]), p([2, 1]), p([2, 1])
    one = [f(x) for f in (tf.lgamma, tf.digamma, tf.math.erfinv, tf.math.ndtri, tf.math.bessel_i0e, tf.math.bessel_i1e)]
    two = [f(x, y) for f in (tf.igamma, tf.igammac, tf.zeta, tf.polygamma)]
    return one + two + [tf.betainc(x, y, z), tf.math.erfinv([0.5], name="e"), tf.lgamma([1.5], name="l"), tf.igamma(x, 2.5), tf.zeta(2.5, x, name="z")]


@program
def of_integers():
    return tf.lgamma(p([2], "int32"))


@program
def zeta_of_halves():
    return tf.zeta(p([2], "float16"), p([2], "float16"))


@program
def numbers_beside():
    return [tf.math.nextafter(p([2, 1]), 1.5), tf.math.nextafter(p([2], "float64"), p([3, 2], "float64"), name="n")]


@program
def number_beside_an_integer():
    return tf.math.nextafter(p([2], "int32"), p([2], "int32"))


def kernels():
    for dtype in ["float32", "float64"]:
        for op, values in UNARY.items():
            yield kernel(op, array(values, dtype))
            yield kernel(op, array(np.zeros([0, 2]), dtype))
            yield kernel(op, array(0.25, dtype))
        a = [0, 1, 1, 1, -1, 1, nan, 1, 0.5, 10, 10, 0.1, inf, 1, 0, inf, 3, 8]
        x = [1, 0, 1, -1, 1, nan, 1, inf, 0.3, 3, 20, 1e-5, 1, 1e-10, 0, inf, 3, 8.5]
        for op in ["Igamma", "Igammac"]:
            yield kernel(op, array(a, dtype), array(x, dtype))
            yield kernel(op, array([[0.5], [2]], dtype), array([0.25, 1, 4], dtype))
        yield kernel("Zeta", array([2, 2, 1, 0.5, 3, 2, 2.5, 2, nan, 2, 1.5, 30, inf, 2, 2.5, 3, 3, 1.01], dtype), array([1, 0.5, 1, 1, -1, 0, -1, -0.5, 1, nan, 100, 1, 1, inf, -0.5, -0.5, -2, 3], dtype))
        yield kernel("Polygamma", array([0, 1, 2, 3, 1, -1, 1, 1.5, nan, 1, 1, 2, 0, 4], dtype), array([1.5, 1.5, 1.5, 0.5, 0, 1, -1, 1, 1, nan, -0.5, -0.5, -0.5, 20], dtype))
        yield kernel("Betainc", array([1, 2, 0.5, 0, 1, -1, 10, 50, 1, 1, nan, 2, 1, 1, 1e-3, inf], dtype), array([1, 3, 0.5, 1, 0, 1, 0.5, 60, 1, 1, 1, 2, 1, nan, 1e-3, 1], dtype), array([0.3, 0.5, 0.2, 0.5, 0.5, 0.5, 0.99, 0.45, 0, 1, 0.5, 1.5, -0.1, 0.5, 0.5, 0.5], dtype))
        tiny, top = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max
        x1 = [0, -0.0, 0, 1, 1, -1, -1, 2, nan, 1, inf, -inf, inf, 3, 0, -0.0, 5e-39, 0.1, tiny, tiny, -tiny, top]
        x2 = [1, -1, -0.0, 2, 0, -2, 0, 1, 1, nan, 0, 0, inf, 3, inf, 0, 0, 0.2, 0, 1, 0, inf]
        yield kernel("NextAfter", array(x1, dtype), array(x2, dtype))
        yield kernel("NextAfter", array([[1], [2]], dtype), array([0, 3, 2], dtype))
        yield kernel("NextAfter", array(np.zeros([0, 2]), dtype), array([0, 3], dtype))
    yield kernel("NextAfter", array([1, 2]), array([1, 2, 3]))
    # Far below 0, where a sum term by term would take long.
    yield kernel("Zeta", array([2, 3, 3, 2, 40, 2, 3, 2], "float64"), array([-1000.25, -1000.25, -5000.75, -5000.5, -1001.3, -2000, -float("inf"), -float("inf")], "float64"))
    yield kernel("Polygamma", array([1, 2, 2, 1, 4], "float64"), array([-1000.25, -1000.25, -5000.75, -5000.5, -3000.125], "float64"))
    for op in ["Lgamma", "Digamma", "BesselI0e", "BesselI1e"]:
        yield kernel(op, array([-0.5, 0.5, 1, 2, 3.7, 8, 40, inf, nan], "float16"))
    yield kernel("Igamma", array([1, 2]), array([1, 2, 3]))
    one, two = array(1.0), array([1, 2])
    for a, b, x in [(one, two, array([0.5, 0.25])), (two, two, array(0.5)), (one, one, array(0.5)), (one, two, array(0.5)), (two, two, array([0.5])), (array([[1, 2]]), two, array([0.5])), (array([1, 2, 3]), two, array([0.5, 1])), (one, two, array([0.5])), (array([]), array([]), one), (array([[1, 2], [3, 4]]), array(2.0), array([[0.1, 0.2], [0.3, 0.4]]))]:
        yield kernel("Betainc", a, b, x)


def shapes():
    f = "float32"
    for op in UNARY:
        yield inference(op, (f, [2, None]))
    for op in BINARY:
        for a, b in [([2, 3], [3]), (None, [3]), ([2], [3]), ([2, 1], [None, 3])]:
            yield inference(op, (f, a), (f, b))
    for a, b in [([2, 3], [3]), (None, [3]), ([2], [3])]:
        yield inference("NextAfter", (f, a), (f, b))
    for given in [([2], [], [2]), ([2], [3], [2]), ([], [], []), (None, [2], [2]), (None, [], [2]), ([2], [], None), (None, [], []), (None, None, []), ([None], [2], []), ([2], [2], [2, 2]), (None, None, None), ([2, None], [None, 3], [])]:
        yield inference("Betainc", *[(f, shape) for shape in given])


op_cases.write("special", kernels(), shapes())
