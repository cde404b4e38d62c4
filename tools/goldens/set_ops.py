"""Writes test/goldens/sets.json: sets in the last dimension. Run with a Python that has TensorFlow:  python tools/goldens/set_ops.py

The twin programs are in src/ops/sets.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, step, tf

i32 = "int32"


def p(shape=None, dtype=i32):
    return tf.placeholder(dtype, shape)


@program
def differences():
    x = tf.sets.set_difference(p([2, 3]), p([2, 4]))
    y = tf.sets.set_difference(p(), p([2, 4, 1]), aminusb=False)
    return [x.indices, x.values, x.dense_shape, y.indices, y.values]


@program
def others():
    x = tf.sets.set_intersection([[1, 2]], [[2, 3]])
    y = tf.sets.set_union(p(dtype="string"), p(dtype="string"), validate_indices=False)
    return [x.values, y.values, y.dense_shape]


@program
def of_two_types():
    return tf.sets.set_union(p(), p(dtype="int64")).values


def sparse(values=((0, 0, 3), (0, 1, 1), (1, 0, 2)), shape=(2, 4), dtype=i32):
    """The values of a sparse tensor of rank 2, each with its place."""
    return tf.SparseTensor([list(v[:2]) for v in values], tf.constant([v[2] for v in values], dtype), list(shape))


def parts(x):
    return [x.indices, x.values, x.dense_shape]


@step
@program
def of_sparse():
    x = tf.constant([[3, 1, 2], [2, 2, 5]])
    return parts(tf.sets.set_difference(x, sparse())) + parts(tf.sets.set_difference(sparse(), x)) + parts(tf.sets.set_difference(sparse(), x, aminusb=False)) + parts(tf.sets.set_union(sparse(), sparse([(0, 2, 9), (1, 1, 2)])))


@step
@program
def sizes():
    return [tf.sets.set_size(sparse()), tf.sets.set_size(sparse([(0, 0, 3), (0, 2, 3)], [3, 3]), validate_indices=False), tf.sets.set_size(tf.SparseTensorValue([[0, 0, 1]], [7], [1, 2, 2]))]


@program
def size_of_dense():
    return tf.sets.set_size(p([2, 3]))


def sparse_kernels():
    l = "int64"
    rows = array([[0, 0], [0, 3], [2, 1], [2, 2]], l)
    for dtype in ["int8", "int16", i32, "int64", "uint8", "uint16"]:
        for name in ["a-b", "b-a", "intersection", "union"]:
            dense, values = array([[3, 1, 2], [9, 9, 0], [4, 4, 5]], dtype), array([3, 3, 5, 6], dtype)
            yield kernel("DenseToSparseSetOperation", dense, rows, values, array([3, 4], l), set_operation=name)
            yield kernel("SparseToSparseSetOperation", rows, values, array([3, 4], l), array([[1, 0], [2, 0], [2, 5]], l), array([1, 5, 7], dtype), array([3, 6], l), set_operation=name)
        yield kernel("SetSize", rows, values, array([3, 4], l))
    words = array(["b", "a", "c", "a"], "string")
    yield kernel("SetSize", rows, words, array([3, 4], l))
    yield kernel("DenseToSparseSetOperation", array([["a"], ["b"], ["c"]], "string"), rows, words, array([3, 4], l), set_operation="union")
    v = array([1, 2, 3, 4], i32)
    three = array([[0, 0, 1], [1, 2, 0], [1, 2, 3]], l)
    yield kernel("SetSize", three, v[:3], array([2, 3, 4], l))
    yield kernel("SparseToSparseSetOperation", three, v[:3], array([2, 3, 4], l), three[:1], v[:1], array([2, 3, 9], l), set_operation="a-b")
    empty = array(np.zeros([0, 2]), l)
    yield kernel("SetSize", empty, v[:0], array([2, 3], l))
    yield kernel("SparseToSparseSetOperation", empty, v[:0], array([2, 3], l), empty, v[:0], array([2, 3], l), set_operation="union")
    yield kernel("DenseToSparseSetOperation", array(np.zeros([2, 0]), i32), empty, v[:0], array([2, 3], l), set_operation="b-a")
    # Refused: shapes that differ, ranks, places that are out of order, twice or outside.
    bad = [
        (rows, v, array([3, 4], l), [2, 3]), (rows, v, array([3, 4, 5], l), [3, 3]), (rows, v, array([4], l), [3, 3]), (rows, v[:3], array([3, 4], l), [3, 3]), (rows[::-1].copy(), v, array([3, 4], l), [3, 3]),
        (rows[[0, 0, 1, 2]], v, array([3, 4], l), [3, 3]), (rows, v, array([3, 2], l), [3, 3]), (rows, v, array([2, 4], l), [2, 3]), (rows, v, array([3, 4], l), [3]), (rows[:, 0].copy(), v, array([3, 4], l), [3, 3]), (rows, v.reshape(2, 2), array([3, 4], l), [3, 3]), (rows, v, array([[3, 4]], l), [3, 3]),
        (rows[:, :1].copy(), v, array([3], l), [3, 3]),
    ]
    for indices, values, shape, dense in bad:
        yield kernel("SetSize", indices, values, shape)
        yield kernel("DenseToSparseSetOperation", array(np.zeros(dense), i32), indices, values, shape, set_operation="union")
        yield kernel("SparseToSparseSetOperation", rows, v, array([3, 4], l), indices, values, shape, set_operation="union")
    yield kernel("SetSize", rows[::-1].copy(), v, array([3, 4], l), validate_indices=False)
    yield kernel("SetSize", rows[[0, 0, 1, 2]], v, array([3, 4], l), validate_indices=False)
    yield kernel("SparseToSparseSetOperation", rows, v, array([3, 4], l), rows, v, array([3, 4], l), set_operation="sum")


def sparse_shapes():
    l = "int64"
    sparse = [((l, [5, 2]), (i32, [5]), (l, [2])), ((l, None), (i32, None), (l, None)), ((l, [None, 3]), (i32, [4]), (l, [3])), ((l, [5, 2]), (i32, [4]), (l, [2])), ((l, [5, 2]), (i32, [5]), (l, [3])), ((l, [5]), (i32, [5]), (l, [2])), ((l, [5, 2]), (i32, [5]), array([3, 4], l)), ((l, [5, 1]), (i32, [5]), (l, [1])), ((l, None), (i32, None), (l, [2]))]
    for given in sparse:
        yield inference("SetSize", *given)
        for dense in [[2, 3], None, [None, None, 2], [2]]:
            yield inference("DenseToSparseSetOperation", (i32, dense), *given, set_operation="union")
        for other in sparse[:3]:
            yield inference("SparseToSparseSetOperation", *other, *given, set_operation="union")
            yield inference("SparseToSparseSetOperation", *given, *other, set_operation="union")


def kernels():
    op = "DenseToDenseSetOperation"
    a = [[3, 1, 2, 3], [9, 9, 0, 1]]
    b = [[2, 5], [0, 7]]
    for name in ["a-b", "b-a", "intersection", "union"]:
        for dtype in ["int8", "int16", i32, "int64", "uint8", "uint16"]:
            yield kernel(op, array(a, dtype), array(b, dtype), set_operation=name)
        yield kernel(op, array([["b", "a", "c"], ["", "é", "z"]], "string"), array([["a"], ["z"]], "string"), set_operation=name)
        yield kernel(op, array([a, a], i32), array([b, b], i32), set_operation=name)
        yield kernel(op, array([[-1, -300, 5]], i32), array([[5, 200]], i32), set_operation=name)
        for s, t in [([0, 3], [0, 2]), ([2, 0], [2, 2]), ([2, 0], [2, 0]), ([2, 3], [3, 3]), ([2], [2]), ([1, 2], [1, 2, 1]), ([2, 1, 2], [2, 2, 2])]:
            n = lambda d: array(list(range(__import__("math").prod(d))), i32).reshape(d)
            yield kernel(op, n(s), n(t), set_operation=name)
    yield kernel(op, array(a, i32), array(b, i32), set_operation="sum")


def shapes():
    for s, t in [([2, 3], [2, 4]), (None, [2, 4]), ([2, 3], None), (None, None), ([2], [2, 3]), ([2, 3], [3, 3]), ([2, None, 3], [None, 4, 1]), ([None, 3], [2, 2, 2]), (None, [2])]:
        yield inference("DenseToDenseSetOperation", (i32, s), (i32, t), set_operation="union")


if __name__ == "__main__":
    op_cases.write("sets", [*kernels(), *sparse_kernels()], [*shapes(), *sparse_shapes()])
