"""Writes test/goldens/sparse.json: sparse tensors, and lookups with them. Run with a Python that has TensorFlow:  python tools/goldens/sparse.py

The twin programs are in test/sparse.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, step, tf

i64 = tf.int64


def both(f):
    return step(program(f))


def example(values=(1.0, 2.0), dtype=tf.float32):
    return tf.SparseTensor([[0, 0], [1, 2]], tf.constant(values, dtype), [3, 4])


def ids():
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 2]], tf.constant([1, 3, 1, 0], i64), [3, 4])


def weights():
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 2]], [0.5, 2.0, 1.0, 3.0], [3, 4])


def table():
    return tf.constant(sixteenths([5, 2], 1), name="table")


def parts(x):
    return [x.indices, x.values, x.dense_shape]


@both
def tensors():
    return parts(example())


@both
def dense():
    return [tf.sparse.to_dense(example(), default_value=7.0, name="d"), tf.sparse_tensor_to_dense(example()), tf.sparse_to_dense([[0, 1]], [2, 2], [5.0])]


@both
def reordered():
    return parts(tf.sparse_reorder(tf.SparseTensor([[1, 2], [0, 3], [0, 1]], [1.0, 2.0, 3.0], [3, 4])))


@both
def reshaped():
    return parts(tf.sparse_reshape(example(), [2, -1], name="r"))


@both
def filled():
    x, empty = tf.sparse_fill_empty_rows(tf.SparseTensor([[1, 2], [3, 0], [3, 3]], [1.0, 2.0, 3.0], [5, 4]), 9.0)
    return parts(x) + [empty]


@both
def retained():
    return parts(tf.sparse_retain(example(), [False, True]))


@both
def concatenated():
    x, y = example(), tf.SparseTensor([[0, 1], [2, 0]], [5.0, 6.0], [3, 2])
    z = tf.SparseTensor([[1, 1]], [7.0], [2, 2])
    return parts(tf.sparse_concat(1, [x, y])) + parts(tf.sparse_concat(-1, [x, y], name="c")) + parts(tf.sparse_concat(0, [y, z], expand_nonconcat_dim=True)) + parts(tf.sparse_concat(-1, [x, y, z], expand_nonconcat_dim=True)) + parts(tf.sparse_concat(0, [x]))


@program
def concatenated_of_unknown_shape():
    x, y = tf.sparse_placeholder(tf.float32, [3, None]), tf.sparse_placeholder(tf.float32)
    return parts(tf.sparse_concat(1, [x, x])) + parts(tf.sparse_concat(0, [x, y])) + parts(tf.sparse_concat(0, [x, x], expand_nonconcat_dim=True))


@both
def sliced():
    return parts(tf.sparse_slice(example(), [0, 1], [2, 2])) + parts(tf.sparse_slice(example(), tf.constant([1, 0], i64), [9, 9], name="s"))


@both
def slice_differentiated():
    x = example()
    y = tf.sparse_slice(x, [1, 0], [2, 4])
    return tf.gradients(y.values * 3.0, x.values)


@both
def product():
    return [tf.sparse_tensor_dense_matmul(example(), tf.constant(sixteenths([4, 2], 1))), tf.sparse_tensor_dense_matmul(example(), tf.constant(sixteenths([2, 3], 1)), adjoint_a=True, adjoint_b=True, name="m")]


@both
def sums():
    return [tf.sparse_reduce_sum(example(), 1), tf.sparse_reduce_sum(example(), keepdims=True), tf.sparse_reduce_sum(example(), [-2])]


@both
def segments():
    t = table()
    return [
        tf.sparse_segment_sum(t, [0, 1, 4], [0, 0, 2]),
        tf.sparse_segment_mean(t, [0, 1, 4], [0, 0, 2], num_segments=4),
        tf.sparse_segment_sqrt_n(t, [0, 1, 4], [0, 0, 2], name="q"),
    ]


@program
def placeholders():
    return parts(tf.sparse_placeholder(tf.float32)) + parts(tf.sparse_placeholder(tf.float32, [3, None])) + parts(tf.sparse_placeholder(tf.float32, [3, 2], name="q"))


@both
def lookup_max_norm():
    t = table()
    return [tf.nn.embedding_lookup(t, [1, 2], max_norm=1.0), tf.nn.embedding_lookup(t, 1, max_norm=0.5), tf.nn.embedding_lookup([t, t], [1, 2, 7], max_norm=1.0)]


for combiner in ["mean", "sum", "sqrtn"]:

    def lookup(combiner=combiner):
        return [
            tf.nn.embedding_lookup_sparse(table(), ids(), None, combiner=combiner),
            tf.nn.embedding_lookup_sparse([table()], ids(), weights(), combiner=combiner, name="w"),
            tf.nn.embedding_lookup_sparse([table(), table()], ids(), weights(), combiner=combiner, max_norm=1.0),
        ]

    lookup.__name__ = f"lookup_{combiner}"
    both(lookup)

    def safe(combiner=combiner):
        sparse_ids = tf.SparseTensor([[0, 0], [0, 1], [2, 0], [3, 1]], tf.constant([1, -3, 2, 4], i64), [5, 4])
        sparse_weights = tf.SparseTensor([[0, 0], [0, 1], [2, 0], [3, 1]], [1.0, 2.0, 3.0, 0.0], [5, 4])
        return [
            tf.nn.safe_embedding_lookup_sparse([table()], sparse_ids, combiner=combiner),
            tf.nn.safe_embedding_lookup_sparse([table()], sparse_ids, sparse_weights, combiner=combiner, default_id=2),
        ]

    safe.__name__ = f"safe_{combiner}"
    both(safe)


@both
def safe_of_rank_3():
    return tf.nn.safe_embedding_lookup_sparse([table()], tf.SparseTensor([[0, 0, 1], [1, 1, 0]], tf.constant([1, 3], i64), [2, 2, 4]))


@program
def lookup_of_dense():
    return tf.nn.embedding_lookup_sparse(table(), tf.constant([1]), None)


@program
def lookup_other_combiner():
    return tf.nn.embedding_lookup_sparse(table(), ids(), None, combiner="max")


@program
def tensor_of_other_rank():
    return parts(tf.SparseTensor([0, 0], [1.0], [3]))


@program
def tensor_of_other_length():
    return parts(tf.SparseTensor([[0, 0]], [1.0, 2.0], [3, 3]))


def part_kernels():
    l = "int64"
    a, b = array([[0, 1], [2, 0]], l), array([[0, 0], [1, 1], [2, 1]], l)
    for dtype in ["float32", "int32", "bool", "complex64"]:
        v, w = array([1, 2], dtype), array([3, 4, 0], dtype)
        for axis in [0, 1, -1, -2]:
            yield kernel("SparseConcat", [a, b], [v, w], [array([3, 2], l), array([3, 2], l)], concat_dim=axis)
        yield kernel("SparseSlice", b, w, array([3, 2], l), array([1, 0], l), array([2, 2], l))
    words = array(["x", "yy"], "string")
    yield kernel("SparseConcat", [a, a], [words, words], [array([3, 2], l), array([3, 5], l)], concat_dim=1)
    yield kernel("SparseSlice", a, words, array([3, 2], l), array([0, 1], l), array([9, 9], l))
    v, w, s = array([1.0, 2.0]), array([3.0, 4.0, 5.0]), array([3, 2], l)
    none = np.zeros([0, 2], "int64")
    yield kernel("SparseConcat", [none, a], [v[:0], v], [s, s], concat_dim=1)
    yield kernel("SparseConcat", [a[::-1].copy(), a], [v, v], [s, s], concat_dim=0)
    for inputs in [([a, b[0]], [v, w], [s, s]), ([a, b], [v, w.reshape(1, 3)], [s, s]), ([a, b], [v, w], [s, array([[3, 2]], l)]), ([a, b], [v, w], [s, array([4, 2], l)]), ([a, b], [v, w], [s, array([3, 2, 1], l)]), ([a, b], [v, v], [s, s])]:
        yield kernel("SparseConcat", *inputs, concat_dim=1)
    for axis in [2, -3]:
        yield kernel("SparseConcat", [a, a], [v, v], [s, s], concat_dim=axis)
    for start, size in [([0, 0], [3, 2]), ([1, 0], [1, 1]), ([3, 0], [1, 1]), ([5, 0], [1, 1]), ([0, 0], [0, 2]), ([-1, 0], [2, 2]), ([0, 0], [-1, 2]), ([0], [3, 2]), ([0, 0], [3]), ([[0, 0]], [3, 2]), ([0, 0], [[3, 2]])]:
        yield kernel("SparseSlice", b, w, s, array(start, l), array(size, l))
    yield kernel("SparseSlice", none, v[:0], s, array([0, 0], l), array([1, 1], l))
    yield kernel("SparseSlice", b[0], w, s, array([0, 0], l), array([1, 1], l))
    yield kernel("SparseSlice", b, w.reshape(1, 3), s, array([0, 0], l), array([1, 1], l))
    yield kernel("SparseSlice", b, w, s.reshape(1, 2), array([0, 0], l), array([1, 1], l))
    for dtype in ["float32", "int64", "float16"]:
        yield kernel("SparseSliceGrad", array([7, 8], dtype), b, array([1, 0], l), array([[0, 1], [1, 1]], l))
    yield kernel("SparseSliceGrad", v[:0], b, array([1, 0], l), none)
    for grads, indices, start, kept in [(v, b[0], [1, 0], a), (v, b, [1, 0], a[0]), (v.reshape(1, 2), b, [1, 0], a), (v, b, [[1, 0]], a), (v, b, [1], a), (v, b, [1, 0], b), (w, a, [0, 0], b), (v, b, [1, 0], a), (v, b, [0, 0], a[:, :1].copy())]:
        yield kernel("SparseSliceGrad", grads, indices, array(start, l), kept)


def kernels():
    i, l = "int32", "int64"
    for dtype in ["float32", "int64", "bool", "float16"]:
        x = sixteenths([3], 1, dtype="float32").astype(tf.as_dtype(dtype).as_numpy_dtype)
        yield kernel("SparseToDense", array([[0, 1], [1, 0], [2, 2]], l), array([3, 3], l), x, array(1, dtype))
        yield kernel("SparseReorder", array([[2, 1], [1, 0], [1, 0]], l), x, array([3, 3], l))
        yield kernel("SparseFillEmptyRows", array([[2, 1], [1, 0], [2, 0]], l), x, array([4, 3], l), array(1, dtype))
    words = array(["a", "b"], "string")
    yield kernel("SparseToDense", array([0, 2], i), array([3], i), words, array("z", "string"))
    yield kernel("SparseToDense", array(1, i), array([3], i), array(5.0), array(0.0))
    yield kernel("SparseToDense", array([[0, 1], [0, 0]], l), array([3, 3], l), array(5.0), array(0.0), validate_indices=False)
    yield kernel("SparseToDense", array([[0, 1]], l), array([3], l), array([5.0]), array(0.0))
    yield kernel("SparseToDense", array([[0, 1]], l), array([3, 3], l), array([5.0, 6.0]), array(0.0))
    yield kernel("SparseToDense", array([[0, 1]], l), array([3, 3], l), array([5.0]), array([0.0]))
    yield kernel("SparseToDense", array([[0, 3]], l), array([3, 3], l), array([5.0]), array(0.0))
    yield kernel("SparseToDense", array([[0, 1], [0, 1]], l), array([3, 3], l), array([5.0, 6.0]), array(0.0))
    yield kernel("SparseToDense", array([[0, 1], [0, 0]], l), array([3, 3], l), array([5.0, 6.0]), array(0.0))
    yield kernel("SparseToDense", sixteenths([0, 2], 1).astype("int64"), array([2, 2], l), array([]), array(3.0))
    yield kernel("SparseReshape", array([[0, 1], [2, 3]], l), array([3, 4], l), array([-1, 6], l))
    yield kernel("SparseReshape", array([[0, 1], [2, 3]], l), array([3, 4], l), array([5, 6], l))
    yield kernel("SparseReshape", array([[0, 1], [2, 3]], l), array([3, 4], l), array([-1, 5], l))
    yield kernel("SparseReshape", array([[0, 1], [2, 3]], l), array([3, 4], l), array([-1, -1], l))
    yield kernel("SparseReshape", array([[0, 1]], l), array([0, 3], l), array([0, 5], l))
    yield kernel("SparseFillEmptyRows", array([[4, 1]], l), array([1.0]), array([4, 3], l), array(1.0))
    yield kernel("SparseFillEmptyRows", array([[0, 1]], l), array([1.0]), array([0, 3], l), array(1.0))
    yield kernel("SparseTensorDenseMatMul", array([[0, 4]], l), array([1.0]), array([2, 4], l), sixteenths([4, 2], 1))
    yield kernel("SparseTensorDenseMatMul", array([[5, 1]], l), array([1.0]), array([2, 4], l), sixteenths([4, 2], 1))
    yield kernel("SparseTensorDenseMatMul", array([[0, 1]], l), array([1.0]), array([2, 4], l), sixteenths([3, 2], 1))
    yield kernel("SparseReduceSum", array([[0, 1], [2, 3], [2, 0]], l), array([1, 2, 3], i), array([3, 4], l), array([0], i))
    yield kernel("SparseReduceSum", array([[0, 1]], l), array([1.0]), array([3, 4], l), array([2], i))
    yield from part_kernels()
    for op in ["SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"]:
        data = sixteenths([4, 3], 2)
        yield kernel(op, data, array([3, 0, 1, 1], i), array([0, 0, 2, 2], i))
        yield kernel(op, data, array([], i), array([], i))
        yield kernel(op, data, array([0, 4], i), array([0, 1], i))
        yield kernel(op, data, array([0, 1], i), array([1, 0], i))
        yield kernel(op, data, array([0, 1], i), array([-1, 0], i))
        yield kernel(op, data, array([0, 1], i), array([0], i))
        yield kernel(op + "WithNumSegments", data, array([3, 0], l), array([0, 2], l), array(5, i))
        yield kernel(op + "WithNumSegments", data, array([3, 0], l), array([0, 2], l), array(2, i))
    yield kernel("SparseSegmentSum", array([[1, 2], [3, 4]], l), array([1, 1, 0], i), array([0, 0, 1], i))


def shapes():
    f, i, l = "float32", "int32", "int64"
    yield inference("SparseToDense", (l, None), array([3, 4], l), (f, None), (f, None))
    yield inference("SparseToDense", (l, None), (l, [2]), (f, None), (f, None))
    yield inference("SparseReorder", (l, [None, 2]), (f, [3]), (l, [2]))
    yield inference("SparseReorder", (l, [2]), (f, [3]), (l, [2]))
    yield inference("SparseReshape", (l, [5, 2]), (l, [2]), (l, [3]))
    yield inference("SparseReshape", (l, [5, 2]), (l, [2]), array([3, -1], l))
    yield inference("SparseFillEmptyRows", (l, [5, 2]), (f, [5]), array([3, 4], l), (f, []))
    yield inference("SparseFillEmptyRows", (l, [5, 2]), (f, [4]), (l, [2]), (f, []))
    yield inference("SparseTensorDenseMatMul", (l, None), (f, None), array([3, 4], l), (f, [4, 5]))
    yield inference("SparseTensorDenseMatMul", (l, None), (f, None), array([3, 4], l), (f, [3, 5]))
    yield inference("SparseTensorDenseMatMul", (l, None), (f, None), array([3, 4], l), (f, [5, 3]), adjoint_a=True, adjoint_b=True)
    yield inference("SparseReduceSum", (l, None), (f, None), array([3, 4], l), array([1], i))
    yield inference("SparseReduceSum", (l, None), (f, None), array([3, 4], l), array([], i), keep_dims=True)
    yield inference("SparseReduceSum", (l, None), (f, None), (l, [2]), array([1], i))
    for ind, val, shape in [([5, 2], [5], [2]), (None, None, None), ([None, 2], [3], [2]), ([5, 3], [5], [3]), ([5], [5], [2]), ([5, 2], [4], [2]), ([5, 2], [5], [3])]:
        yield inference("SparseConcat", [(l, [4, 2]), (l, ind)], [(f, [4]), (f, val)], [(l, [2]), (l, shape)], concat_dim=0)
        yield inference("SparseSlice", (l, ind), (f, val), (l, shape), (l, [2]), (l, [2]))
        yield inference("SparseSliceGrad", (f, val), (l, ind), (l, shape), (l, ind))
    yield inference("SparseSegmentSum", (f, [4, 3]), (i, [2]), (i, [2]))
    yield inference("SparseSegmentSum", (f, [4, 3]), (i, [2]), (i, [3]))
    yield inference("SparseSegmentSum", (f, []), (i, [2]), (i, [2]))
    yield inference("SparseSegmentMeanWithNumSegments", (f, [4, 3]), (i, [2]), (i, [2]), array(7, i))
    yield inference("SparseSegmentMeanWithNumSegments", (f, None), (i, None), (i, None), (i, []))


op_cases.write("sparse", kernels(), shapes())
