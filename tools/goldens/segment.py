"""Writes test/goldens/segment.json: rows reduced by the segment that they belong to. Run with a Python that has TensorFlow:  python tools/goldens/segment.py

The twin programs are in src/ops/segment.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

REAL = ["float32", "float64", "int32", "uint8", "int16", "int8", "int64", "bfloat16", "uint16", "float16", "uint32", "uint64"]
SORTED = ["SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin"]
UNSORTED = ["UnsortedSegmentSum", "UnsortedSegmentProd", "UnsortedSegmentMax", "UnsortedSegmentMin"]
nan, inf = float("nan"), float("inf")


def p(dtype="float32", shape=None):
    return tf.placeholder(dtype, shape)


@program
def single_ops():
    x, ids = p(shape=[4, 3]), [0, 0, 1, 1]
    fs = [tf.segment_sum, tf.segment_mean, tf.segment_prod, tf.segment_max, tf.segment_min]
    gs = [tf.unsorted_segment_sum, tf.unsorted_segment_prod, tf.unsorted_segment_max, tf.unsorted_segment_min]
    return [f(x, ids) for f in fs] + [f(p("int32", [1, 2]), p("int64", [1]), name="n") for f in fs] + [f(x, ids, 3) for f in gs] + [f(x, p("int64"), p("int64", []), name="n") for f in gs]


@program
def mean():
    return [tf.unsorted_segment_mean(p(shape=[4, 3]), [0, 0, 1, 1], 3), tf.unsorted_segment_mean(p("float64"), p("int64"), p("int32", []), name="m")]


@program
def mean_of_matrix_of_ids():
    return tf.unsorted_segment_mean(p(shape=[2, 2, None]), p("int32", [2, 2]), 3)


@program
def mean_of_unknown_ids():
    return tf.unsorted_segment_mean(p(shape=[None, 3]), p("int64", [None]), p("int32", []))


@program
def mean_of_integers():
    return tf.unsorted_segment_mean(p("int32", [3]), [0, 0, 1], 2)


@program
def mean_with_long_count():
    return tf.unsorted_segment_mean(p(shape=[4]), [0, 0, 1, 1], tf.constant(3, tf.int64))


@program
def sqrt_n():
    return [tf.unsorted_segment_sqrt_n(p(shape=[4, 3]), [0, 0, 1, 1], 3), tf.unsorted_segment_sqrt_n(p("float64", [4]), p("int32", [4]), 2, name="s")]


@program
def other_ids():
    return tf.segment_sum(p(), p("float32", [2]))


def numbers(shape, seed, dtype):
    if dtype in ("complex64", "complex128"):
        part = "float32" if dtype == "complex64" else "float64"
        return (sixteenths(shape, seed).astype(part) + 1j * sixteenths(shape, seed + 9).astype(part)).astype(dtype)
    return sixteenths(shape, seed, 0 if dtype.startswith("u") else -32, 33, dtype)


def ids(values, dtype="int32"):
    return array(values, dtype)


def sorted_cases():
    for op in SORTED:
        complexes = [] if op[-3:] in ("Max", "Min") else ["complex64", "complex128"]
        for dtype in REAL + complexes:
            yield kernel(op, numbers([5, 2], 1, dtype), ids([0, 0, 0, 2, 3]))
        x = numbers([6], 2, "float32")
        yield kernel(op, x, ids([1, 1, 1, 1, 4, 4], "int64"))
        yield kernel(op, numbers([4, 0], 3, "float32"), ids([0, 0, 1, 1]))
        yield kernel(op, numbers([0, 3], 3, "int32"), ids([]))
        yield kernel(op, array([nan, 1, 1, nan, inf, -inf, 2, nan, 3, nan]), ids([0, 0, 1, 1, 2, 2, 3, 3, 3, 4]))
        yield kernel(op, x, ids([0, 0, 1, 1, 2]))
        yield kernel(op, x, ids([[0, 0, 1, 1, 2, 2]]))
        yield kernel(op, x, ids([0, 0, 2, 1, 2, 2]))
        yield kernel(op, x, ids([0, 0, 2, 3, 3, 1]))
        yield kernel(op, x, ids([3, 3, 3, 3, 3, 1]))
        yield kernel(op, x, ids([-1, 0, 0, 1, 1, 1]))
        yield kernel(op, x, ids([-3, -3, -2, -2, -2, -2]))
        yield kernel(op, x, ids([-3, -3, -2, -2, -1, -1]))
        yield kernel(op, array(2.0), ids([0]))
    yield kernel("SegmentSum", numbers([3, 2, 2], 5, "float64"), ids([0, 2, 2]))
    yield kernel("SegmentMean", array([-1, -2, -4, 3, 4], "int32"), ids([0, 0, 0, 1, 1]))
    yield kernel("SegmentSum", array([100, 100, 100], "int8"), ids([0, 0, 0]))
    yield kernel("SegmentProd", array([100000, 100001, 7], "int32"), ids([0, 0, 0]))
    yield kernel("SegmentProd", array([2**40, 2**30 + 1, 7], "int64"), ids([0, 0, 0]))


def unsorted_cases():
    for op in UNSORTED:
        complexes = [] if op[-3:] in ("Max", "Min") else ["complex64", "complex128"]
        for dtype in REAL + complexes:
            # JSON holds no greatest 64-bit integer, which empty segments would have.
            given, count = ([1, 0, 1, -1, 0], 2) if dtype in ("int64", "uint64") else ([3, 0, 3, -1, 0], 5)
            yield kernel(op, numbers([5, 2], 1, dtype), ids(given), array(count, "int32"))
        x = numbers([6], 2, "float32")
        yield kernel(op, x, ids([1, 4, 1, 1, 4, 0], "int64"), array(5, "int64"))
        yield kernel(op, numbers([2, 3, 2], 3, "float32"), ids([[1, 0, 1], [2, 2, -1]]), array(3, "int32"))
        yield kernel(op, numbers([2, 3], 4, "int32"), array(1, "int32"), array(2, "int32"))
        yield kernel(op, array(2.5), array(1, "int32"), array(3, "int32"))
        yield kernel(op, array([nan, 1, 1, nan, inf, -inf, 2, nan, 3, nan]), ids([0, 0, 1, 1, 2, 2, 3, 3, 3, 4]), array(6, "int32"))
        yield kernel(op, numbers([4, 0], 3, "float32"), ids([0, 9, 1, 1]), array(2, "int32"))
        yield kernel(op, numbers([0, 3], 3, "int32"), ids([]), array(2, "int32"))
        yield kernel(op, x, ids([-1] * 6), array(0, "int32"))
        yield kernel(op, x, ids([0, 1, 2, 3, 4, 5]), array(4, "int32"))
        yield kernel(op, numbers([2, 2], 4, "float32"), ids([[0, 1], [2, 7]]), array(4, "int32"))
        yield kernel(op, numbers([2, 3], 4, "float32"), ids([[0, 1], [2, 3], [1, 1]]), array(4, "int32"))
        yield kernel(op, x, ids([0, 1, 2]), array(4, "int32"))
        yield kernel(op, x, ids([0] * 6), array([4], "int32"))
        yield kernel(op, x, ids([0] * 6), array(-1, "int32"))
    yield kernel("UnsortedSegmentProd", array([100000, 100001, 7], "int32"), ids([0, 0, 0]), array(1, "int32"))
    yield kernel("UnsortedSegmentProd", array([2**40, 2**30 + 1, 7], "int64"), ids([0, 0, 0]), array(1, "int32"))


def shapes():
    i, f = "int32", "float32"
    for op in SORTED:
        for data, given in [([4, 3], [4]), (None, None), ([4, None, 2], None), ([5], [4]), ([], [4]), ([4, 3], [4, 3]), ([4, 3], [])]:
            yield inference(op, (f, data), (i, given))
    for op in UNSORTED:
        for data, given in [([4, 3], [4]), (None, None), (None, [2]), ([4, None, 2], [None, 3]), ([4, None, 2], None), ([5], [4]), ([4], [4, 2]), ([4, 3], [4, 3]), ([4, 3], [])]:
            yield inference(op, (f, data), (i, given), array(7, "int32"))
            yield inference(op, (f, data), (i, given), (i, []))
        yield inference(op, (f, [4]), (i, [4]), (i, None))
        yield inference(op, (f, [4]), (i, [4]), (i, [1]))
        yield inference(op, (f, [4]), (i, [4]), array(-1, "int32"))


def kernels():
    yield from sorted_cases()
    yield from unsorted_cases()


op_cases.write("segment", kernels(), shapes())
