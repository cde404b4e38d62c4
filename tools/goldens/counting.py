"""Writes test/goldens/counting.json: counting, searching and running sums of exponentials. Run with a Python that has TensorFlow:  python tools/goldens/counting.py

The twin programs are in src/ops/counting.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

f = "float32"
i32, i64 = "int32", "int64"


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


@program
def counts():
    x = p([5], i32)
    return [
        tf.math.bincount(x),
        tf.bincount(p([2, 3], i64), weights=p([2, 3]), minlength=3, maxlength=8),
        tf.math.bincount(p(), dtype=tf.float32),
    ]


@program
def counts_of_bytes():
    return tf.math.bincount(p(dtype="uint8"), minlength=p([], "uint8"))


@program
def searches():
    return [
        tf.searchsorted(p([2, 5]), p([2, 3])),
        tf.searchsorted(p([5]), p([3]), side="right", out_type=i64, name="s"),
        tf.searchsorted(p(), p()),
        tf.searchsorted([1.0, 3.0], [2.0, 0.0]),
        tf.searchsorted(p([2, None]), p([2, None])),
    ]


@program
def search_of_other_side():
    return tf.searchsorted(p([5]), p([3]), side="middle")


@program
def unravelled():
    return [tf.unravel_index([22, 41], [7, 6]), tf.unravel_index(p(dtype=i64), p([3], i64), name="u")]


@program
def running():
    x = p([2, 3])
    return [
        tf.math.cumulative_logsumexp(x),
        tf.math.cumulative_logsumexp(x, axis=-1, exclusive=True, reverse=True, name="c"),
        tf.math.cumulative_logsumexp(p(), p([], i64)),
    ]


@program
def histograms():
    return [tf.histogram_fixed_width(p([2, 3]), [0.0, 5.0], nbins=5), tf.histogram_fixed_width(p(dtype=i64), p([2], i64), p([], i32), dtype=tf.int64, name="h")]


@program
def crosses():
    return [tf.cross(p([2, 3]), p([2, 3])), tf.linalg.cross(p(dtype=i32), p(dtype=i32), name="c"), tf.cross([1.0, 2.0, 3.0], p([3]))]


def ints(values, dtype=i32):
    return array(values, dtype)


TYPES = [f, "float64", "float16", "bfloat16", "int8", "uint8", "int16", "uint16", i32, "uint32", i64, "uint64"]


def count_cases():
    for index in [i32, i64]:
        for dtype in [f, "float64", i32, i64]:
            x = array([1, 0, 3, 3, 9, 2], index)
            yield kernel("DenseBincount", x, array(5, index), array([], dtype))
            yield kernel("DenseBincount", x, array(5, index), array([1, 2, 3, 4, 5, 6], dtype))
            yield kernel("DenseBincount", x.reshape([2, 3]), array(4, index), array([], dtype))
            yield kernel("DenseBincount", x.reshape([2, 3]), array(4, index), array([1, 2, 3, 4, 5, 6], dtype).reshape([2, 3]))
            yield kernel("DenseBincount", x.reshape([2, 3]), array(4, index), array([], dtype), binary_output=True)
    for dtype in [f, "float64", i32, i64]:
        yield kernel("Bincount", ints([1, 0, 3, 3, 9]), ints(5), array([], dtype))
        yield kernel("Bincount", ints([1, 0, 3, 3, 9]), ints(4), array([1, 2, 3, 4, 5], dtype))
    for op in ["Bincount", "DenseBincount"]:
        e = array([], f)
        for x, size, w in [([], 3, e), ([1, 2], 0, e), ([1, -2], 3, e), ([1, 2], -1, e), ([1, 2], [3], e), ([1, 2], 3, array([1.0])), (1, 3, e), ([[1, 2]], 3, e), ([[[1]]], 3, e), ([1, 2], 3, array([[1.0, 2.0]])), ([1, 1], 3, array([0.5, 2])), ([[1, 2], [0, 1]], 3, array([1.0, 2]))]:
            yield kernel(op, ints(x), ints(size), w)
        yield kernel(op, ints([]).reshape([0, 2]), ints(3), e)
    yield kernel("DenseBincount", ints([1, 1, 0]), ints(3), array([1.0, 2, 4]), binary_output=True)


def search_cases():
    for op in ["LowerBound", "UpperBound"]:
        for dtype in TYPES:
            yield kernel(op, array([[0, 1, 1, 4, 9], [1, 2, 3, 4, 5]], dtype), array([[1, 5, 0], [9, 0, 3]], dtype), out_type=i32)
        yield kernel(op, array([[0, 1, 1, 4, 9]]), array([[1.0, 5]]), out_type=i64)
        nan, inf = float("nan"), float("inf")
        yield kernel(op, array([[-inf, 1, inf, inf, nan]]), array([[inf, nan, -inf, 1]]), out_type=i32)
        for s, v in [([2, 0], [2, 3]), ([0, 2], [0, 3]), ([2, 3], [2, 0]), ([2, 3], [1, 3]), ([3], [3]), ([2, 3], [3])]:
            yield kernel(op, sixteenths(s, 1), sixteenths(v, 2), out_type=i32)
    for dtype in [i32, i64]:
        for x, dims in [([22, 41, 37], [7, 6]), (5, [2, 3]), ([0, 1], [2, 2, 2]), ([], [2, 3]), ([9], [2, 3]), ([-1], [2, 3]), ([1], [0, 3]), ([1], [[2, 3]]), ([[1, 2]], [2, 3]), ([1], 3), ([0], [])]:
            yield kernel("UnravelIndex", array(x, dtype), array(dims, dtype))


def other_cases():
    x = sixteenths([2, 3, 4], 1)
    for axis in [0, 1, -1]:
        for exclusive in [False, True]:
            for reverse in [False, True]:
                yield kernel("CumulativeLogsumexp", x, ints(axis), exclusive=exclusive, reverse=reverse)
    for dtype in ["float64", "float16"]:
        yield kernel("CumulativeLogsumexp", sixteenths([2, 3], 3, dtype=dtype), ints(1, i64))
    inf, nan = float("inf"), float("nan")
    for values in [[1, -inf, 2, inf, 0], [-inf, -inf, 0], [0, nan, 1], [1000, 1000, -1000], [-1000, -1000], [inf, inf]]:
        yield kernel("CumulativeLogsumexp", array(values), ints(0))
        yield kernel("CumulativeLogsumexp", array(values), ints(0), exclusive=True)
    for shape, axis in [([0, 3], 0), ([2, 0], 1), ([], 0), ([2], 1), ([2], -2), ([2], [0])]:
        yield kernel("CumulativeLogsumexp", sixteenths(shape, 1), ints(axis))
    for dtype in [i32, i64, f, "float64"]:
        for out in [i32, i64]:
            yield kernel("HistogramFixedWidth", array([-1, 0, 2, 3, 7, 5, 1], dtype), array([0, 5], dtype), ints(4), dtype=out)
    for values, bounds, n in [([], [0, 5], 3), ([1, 2], [5, 5], 3), ([1, 2], [5, 0], 3), ([1, 2], [0, 5], 0), ([1, 2], [0, 5], -1), ([1, 2], [0, 5, 6], 3), ([1, 2], [[0, 5]], 3), ([1, 2], [0, 5], [3]), ([[1, 2], [9, 4]], [0, 5], 2), ([nan, 1], [0, 5], 2), ([inf, -inf], [0, 5], 2)]:
        yield kernel("HistogramFixedWidth", array(values), array(bounds), ints(n))
    # What is below 0 becomes 0 in uint64 alone there; here all unsigned integers wrap.
    for dtype in TYPES[:-1]:
        yield kernel("Cross", array([[1, 2, 3], [40, 50, 60]], dtype), array([[4, 5, 6], [7, 8, 9]], dtype))
    for a, b in [([3], [3]), ([0, 3], [0, 3]), ([2, 2], [2, 2]), ([], []), ([2, 3], [3]), ([1, 3], [2, 3]), ([2, 2, 3], [2, 2, 3])]:
        yield kernel("Cross", sixteenths(a, 1), sixteenths(b, 2))


def kernels():
    yield from count_cases()
    yield from search_cases()
    yield from other_cases()


def shapes():
    for op in ["Bincount", "DenseBincount"]:
        for x in [[5], None, [2, 3], [None, 3], [], [1, 2, 3]]:
            for size in [ints(4), (i32, []), (i32, None), (i32, [1]), ints(-1)]:
                yield inference(op, (i32, x), size, (f, [0]))
    for op in ["LowerBound", "UpperBound"]:
        for s, v in [([2, 5], [2, 3]), (None, [2, None]), ([2, 5], None), ([5], [3]), ([2, 5], [3, 3]), ([2, 5], [3])]:
            yield inference(op, (f, s), (f, v), out_type=i32)
    for x, d in [([3], [2]), ([], [2]), (None, [2]), ([3], None), ([None], [None]), ([2, 3], [2]), ([3], []), ([3], [2, 2])]:
        yield inference("UnravelIndex", (i32, x), (i32, d))
    for x in [[2, 3], None, []]:
        yield inference("CumulativeLogsumexp", (f, x), ints(0))
        yield inference("CumulativeLogsumexp", (f, x), (i32, [1]))
    for bounds in [(f, [2]), (f, None), (f, [3]), (f, [])]:
        for n in [ints(4), (i32, []), (i32, [1]), ints(-2), ints(0), (i32, None)]:
            yield inference("HistogramFixedWidth", (f, [2]), bounds, n)
    for a, b in [([2, 3], [2, 3]), (None, [2, 3]), ([2, None], [None, 3]), ([2, 2], [2, 2]), ([], []), ([2, 3], [3]), (None, None), ([None], [None])]:
        yield inference("Cross", (f, a), (f, b))


if __name__ == "__main__":
    op_cases.write("counting", kernels(), shapes())
