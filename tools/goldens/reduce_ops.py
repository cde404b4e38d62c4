"""Writes test/goldens/reduce.json: reductions and running sums as TensorFlow makes and computes them.

Run with a Python that has TensorFlow:
    python tools/goldens/reduce_ops.py
"""
from math_cases import *

OPS = "Sum Mean Prod EuclideanNorm Max Min All Any ArgMax ArgMin Cumsum Cumprod".split()
f, i, b = T("float32", [2, 3]), T("int32", [2, 3]), T("bool", [2, 3])

calls = []
for fn in ("reduce_sum", "reduce_mean", "reduce_prod", "reduce_max", "reduce_min", "reduce_euclidean_norm", "reduce_logsumexp", "reduce_all", "reduce_any"):
    x = b if fn in ("reduce_all", "reduce_any") else f
    kind = x["dtype"]
    calls += [
        call(fn, [x], I(0)), call(fn, [x], I(0), axis=0), call(fn, [x], I(0), axis=[0, -1], keepdims=True), call(fn, [x], I(0), name="mine"), call(fn, [x], I(0), axis=1, keepdims=False, name="mine"),
        call(fn, [T(kind)], I(0)), call(fn, [T(kind)], I(0), axis=0), call(fn, [T(kind)], I(0), keepdims=True), call(fn, [T(kind, [])], I(0)), call(fn, [T(kind, [None, 3])], I(0), axis=[]), call(fn, [T(kind, [None, 3])], I(0)),
        call(fn, [x], I(0), axis=5), call(fn, [x, T("int32", [None])], I(0), axis=I(1)), call(fn, [x, T("int64", [])], I(0), axis=I(1), keepdims=True),
        call(fn, [V("resource"), ], I(0)) if kind == "float32" else call(fn, [x], I(0), axis=-1),
    ]
calls += [call("reduce_sum", [], [1.5, 2.5]), call("reduce_sum", [], [[1.5], [2.5]], axis=0), call("reduce_sum", [i], I(0)), call("reduce_sum", [b], I(0)), call("reduce_all", [f], I(0)), call("reduce_max", [T("complex64", [2])], I(0)), call("reduce_sum", [V("ref")], I(0)), call("reduce_mean", [], 1.5), call("reduce_sum", [f], I(0), reduction_indices=[1], keep_dims=True), call("reduce_sum", [f], I(0), axis=1, reduction_indices=[1]), call("reduce_sum", [f], I(0), keepdims=True, keep_dims=True), call("reduce_logsumexp", [i], I(0))]
for fn in ("argmax", "argmin"):
    calls += [call(fn, [f], I(0)), call(fn, [f], I(0), axis=1), call(fn, [f], I(0), axis=-1, output_type="int32"), call(fn, [f], I(0), axis=1, name="mine"), call(fn, [f], I(0), dimension=1), call(fn, [f, T("int64", [])], I(0), axis=I(1)), call(fn, [f], I(0), axis=5), call(fn, [b], I(0)), call(fn, [], [1.5, 2.5]), call(fn, [T("float32")], I(0), axis=1)]
calls += [call("argmax", [f, T("uint8", [])], I(0), axis=I(1)), call("argmax", [f], I(0), axis=1.5), call("argmax", [f, T("float32", [])], I(0), axis=I(1))]
for fn in ("cumsum", "cumprod"):
    calls += [call(fn, [f], I(0)), call(fn, [f], I(0), axis=1), call(fn, [f], I(0), exclusive=True, reverse=True), call(fn, [f], I(0), name="mine"), call(fn, [V("resource")], I(0)), call(fn, [], [1.5, 2.5]), call(fn, [b], I(0)), call(fn, [T("float32", [None, 3]), T("int64", [])], I(0), axis=I(1))]

for fn in ("reduce_variance", "reduce_std"):
    calls += [call(fn, [f], I(0)), call(fn, [f], I(0), axis=1, keepdims=True), call(fn, [f], I(0), name="mine"), call(fn, [T("float32")], I(0)), call(fn, [i], I(0)), call(fn, [], [1.5, 2.5])]
calls += [call("count_nonzero", [f], I(0)), call("count_nonzero", [f], I(0), axis=1, keepdims=True, name="mine"), call("count_nonzero", [b], I(0), dtype="int32"), call("count_nonzero", [i], I(0), axis=[0]), call("count_nonzero", [], [1.5, 0.5]), call("count_nonzero", [T("string")], I(0)), call("count_nonzero", [f], I(0), reduction_indices=[0])]

axes = lambda v: C(v)
unknown = T("int32")
infers = [infer("Sum", [2, 3], axes(5)), infer("Sum", [2, 3], axes([[1]])), infer("Sum", [2, 3], axes([1, 1])), infer("Sum", [2, 3], axes([-1]), keep_dims=True), infer("Sum", [2, 3], unknown, keep_dims=True), infer("Sum", [2, 3], unknown), infer("Sum", None, axes([0])), infer("Sum", None, axes([0]), keep_dims=True), infer("Sum", [2, 3], axes(-3)), infer("Sum", [], axes(0)), infer("Sum", [2, None, 4], axes([0, 2])), infer("Sum", [2, None, 4], axes([1]), keep_dims=True), infer("Sum", [2, 3], T("int32", [2, 2])), infer("All", T("bool", [2, 3]), axes(0))]
infers += [infer("ArgMax", [2, 3], axes(2)), infer("ArgMax", [2, 3], axes(-3)), infer("ArgMax", [3], axes(5)), infer("ArgMax", [3, 4, 5], unknown), infer("ArgMax", [3, 4, 5], axes([1])), infer("ArgMax", None, axes(1)), infer("ArgMax", [3, None, 5], axes(-1)), infer("ArgMax", [], axes(0)), infer("ArgMin", [3, 4, 5], axes(1))]
infers += [infer("Cumsum", [2, None], axes(5)), infer("Cumsum", [2, 3], axes([1]))]

rng = np.random.RandomState(3)
grid = rng.randint(-5, 6, [2, 3, 4])
kernels = []
for op in OPS[:6]:
    for dtype in FLOATS + INTS:
        # Sums of halves and of squares are rounded in another order in TensorFlow; these values stay exact.
        values = grid if not dtype.startswith("u") else abs(grid)
        ulps = {"EuclideanNorm": 1, "Mean": 1}.get(op, 0) if dtype in FLOATS else 0
        kernels.append(run_kernel(op, [array(values if op != "Prod" else np.sign(values) * 2, dtype), array([1], "int32")], ulps=ulps))
    for reduced, keep in (([0], False), ([2], True), ([0, 2], False), ([0, 1], True), ([0, 1, 2], False), ([], False), ([-1, 0], True), (1, False)):
        kernels.append(run_kernel(op, [array(grid, "float32"), array(reduced, "int32")], ulps=1 if op in ("EuclideanNorm", "Mean") else 0, keep_dims=keep))
    kernels.append(run_kernel(op, [array(grid, "float32"), array([0, 1], "int64")], ulps=1))
    for dtype in ("float32", "float64", "int32", "int64", "uint8"):
        kernels.append(run_kernel(op, [array(np.zeros([0, 3]), dtype), array([0], "int32")]))
    kernels.append(run_kernel(op, [array(np.zeros([0, 3]), "float32"), array([1], "int32")]))
    kernels.append(run_kernel(op, [array(2.5, "float32"), array([], "int32")]))
for bad in ([5], [0, 0], [0, -3], [[0]]):
    kernels.append(run_kernel("Sum", [array(grid, "float32"), array(bad, "int32")]))
kernels += [run_kernel("Mean", [array([-7, 2], "int32"), array(0, "int32")]), run_kernel("Mean", [array([250, 250], "uint8"), array(0, "int32")]), run_kernel("Mean", [array([2**31 - 1, 2**31 - 1], "int32"), array(0, "int32")]), run_kernel("EuclideanNorm", [array([3, 5], "int32"), array(0, "int32")]), run_kernel("Sum", [array([2**31 - 1, 1], "int32"), array(0, "int32")]), run_kernel("Sum", [array([2**63 - 1, 1], "int64"), array(0, "int32")]), run_kernel("Sum", [array([200, 100], "uint8"), array(0, "int32")]), run_kernel("Prod", [array([2**20, 2**20], "int32"), array(0, "int32")])]
for values in ([nan, 1], [1, nan], [1, nan] * 8, [inf, -inf], [-0.0, 0.0]):
    kernels += [run_kernel(op, [array(values, "float32"), array(0, "int32")]) for op in ("Max", "Min", "Sum") if not (values == [-0.0, 0.0] and op != "Sum")]
for op in ("All", "Any"):
    kernels += [run_kernel(op, [np.array([[True, False], [True, True]]), array(a, "int32")], keep_dims=k) for a, k in ((0, False), (1, True), ([0, 1], False), ([], False))] + [run_kernel(op, [np.zeros([0, 2], bool), array(0, "int32")])]
for op in ("ArgMax", "ArgMin"):
    for dtype in FLOATS + INTS:
        kernels.append(run_kernel(op, [array(abs(grid), dtype), array(1, "int32")]))
    for values in ([nan, 1, 3, 3], [1, nan, 0], [nan, nan], [-inf, -inf], [inf, inf], [2, 1, 1, 2]):
        kernels.append(run_kernel(op, [array(values, "float32"), array(0, "int32")]))
    kernels += [run_kernel(op, [array(np.ones([3]), "float32"), array(5, "int32")]), run_kernel(op, [array(np.ones([0]), "float32"), array(0, "int32")]), run_kernel(op, [array(np.ones([0, 2]), "float32"), array(1, "int32")]), run_kernel(op, [array(np.ones([0, 2]), "float32"), array(0, "int32")]), run_kernel(op, [np.array([False, True]), array(0, "int32")]), run_kernel(op, [array(1.0, "float32"), array(0, "int32")]), run_kernel(op, [array([1, 2], "float32"), array([0], "int32")]), run_kernel(op, [array(grid, "float32"), array(-1, "int64")], output_type=tf.int32.as_datatype_enum) if False else None, run_kernel(op, [array(grid, "float32"), array(-2, "int64")])]
for op in ("Cumsum", "Cumprod"):
    for dtype in FLOATS + INTS:
        kernels.append(run_kernel(op, [array([3, 1, 2, 2], dtype), array(0, "int32")]))
    for exclusive in (False, True):
        for reverse in (False, True):
            kernels.append(run_kernel(op, [array(grid, "float32"), array(1, "int32")], exclusive=exclusive, reverse=reverse))
    kernels += [run_kernel(op, [array([0.1] * 12, d), array(0, "int32")]) for d in FLOATS]
    kernels += [run_kernel(op, [array(np.ones([3]), "float32"), array(5, "int32")]), run_kernel(op, [array(np.ones([3]), "float32"), array([0], "int32")]), run_kernel(op, [array(3.0, "float32"), array(0, "int32")]), run_kernel(op, [array(np.ones([0, 2]), "float32"), array(0, "int32")]), run_kernel(op, [array([2**31 - 1, 2, 3], "int32"), array(0, "int32")])]

write(__file__, OPS, calls, infers, kernels)
