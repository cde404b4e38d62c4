"""Writes test/goldens/compare.json: comparisons, logic and choices as TensorFlow makes and computes them.

Run with a Python that has TensorFlow:
    python tools/goldens/compare_ops.py
"""
from math_cases import *

OPS = "Equal NotEqual Less LessEqual Greater GreaterEqual ApproximateEqual LogicalAnd LogicalOr LogicalNot Select SelectV2".split()
f, i, b = T("float32", [2, 3]), T("int32", [2, 3]), T("bool", [2, 3])

calls = []
for fn in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "approximate_equal"):
    calls += [call(fn, [f, f], I(0), I(1)), call(fn, [f], I(0), 2.5), call(fn, [f], 2.5, I(0)), call(fn, [i], I(0), 2), call(fn, [i], 2, I(0)), call(fn, [f, i], I(0), I(1)), call(fn, [f, f], I(0), I(1), name="mine"), call(fn, [V("resource")], I(0), 1.0), call(fn, [b], I(0), True), call(fn, [T("string", [2])], I(0), "a"), call(fn, [f, T("float32", [2])], I(0), I(1)), call(fn, [i], I(0), 2.5)]
calls += [call("approximate_equal", [f, f], I(0), I(1), tolerance=0.5)]
for fn in ("logical_and", "logical_or", "logical_xor"):
    calls += [call(fn, [b, b], I(0), I(1)), call(fn, [b], I(0), True), call(fn, [b], False, I(0)), call(fn, [b, b], I(0), I(1), name="mine"), call(fn, [b, f], I(0), I(1)), call(fn, [b, T("bool", [2])], I(0), I(1)), call(fn, [b], I(0), 1.5)]
calls += [call("logical_not", [b], I(0)), call("logical_not", [f], I(0)), call("logical_not", [], True), call("logical_not", [b], I(0), name="mine")]
calls += [call("where", [b, f, f], I(0), I(1), I(2)), call("where", [b, f, f], I(0), I(1), I(2), name="mine"), call("where", [b], I(0)), call("where", [f], I(0), name="mine"), call("where", [], [True, False]), call("where", [T("bool", [2]), f], I(0), I(1), [[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]]), call("where", [T("bool", []), T("float32", [])], I(0), I(1), 1.5), call("where", [T("bool", []), T("float32", [])], I(0), 1.5, I(1)), call("where", [b, f, i], I(0), I(1), I(2)), call("where", [b, f], I(0), I(1), None), call("where", [b, f, f], I(1), I(1), I(2)), call("where", [T("bool", []), V("resource"), V("ref")], I(0), I(1), I(2)), call("where", [T("bool"), f, f], I(0), I(1), I(2))]
calls += [call("where_v2", [b, f, f], I(0), I(1), I(2)), call("where_v2", [b, f, f], I(0), I(1), I(2), name="mine"), call("where_v2", [b], I(0)), call("where_v2", [f], I(0), name="mine"), call("where_v2", [], [True, False]), call("where_v2", [T("bool", [2]), f], I(0), I(1), [[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]]), call("where_v2", [T("bool", []), T("float32", [])], I(0), I(1), 1.5), call("where_v2", [T("bool", []), T("float32", [])], I(0), 1.5, I(1)), call("where_v2", [b, f, i], I(0), I(1), I(2)), call("where_v2", [b, f], I(0), I(1), None), call("where_v2", [b, f, f], I(1), I(1), I(2)), call("where_v2", [T("bool"), f, f], I(0), I(1), I(2))]
calls += [call("where_v2", [T("bool", [2, 1]), T("float32", [3])], I(0), I(1), 0.0)]

B = lambda shape: T("bool", shape)
infers = [infer(op, *pair, incompatible_shape_error=lenient) for op in ("Equal", "NotEqual") for lenient in (True, False) for pair in (([0], [3]), ([0], [None]), ([2], [None]), ([1], [None]), ([None], [None]), ([2], [3]), (None, [2]), ([2, 1], [3]), ([3, None], [2, 4]))]
infers += [infer("Less", [2], [3]), infer("LogicalAnd", B([2, 1]), B([3])), infer("LogicalNot", B([2, None]))]
infers += [infer("ApproximateEqual", [3], [2]), infer("ApproximateEqual", [3], [None]), infer("ApproximateEqual", [3], [3, 1])]
infers += [infer("Select", B(c), t, e) for c, t, e in (([2], [2, 3], [2, 3]), ([3], [2, 3], [2, 3]), ([], [2, 3], [2, 3]), ([], [2, 3], [None, 4]), ([2, 3], [2], [2]), ([2, 3], [2, 4], [2, 4]), ([2, 3], None, None), ([2], None, None), (None, [2, 3], [None, 3]), ([2], [], []), ([1], [], []), ([2], [2], [3]), ([2], [None, 3], [None, 3]), ([2], [2, 3], [2, 3, 4]), ([None], [2, 3], [2, None]), ([None], [2], [2]), ([2], [None], [None]), ([None, 3], [2, None], [2, None]), ([2, 3, 4], [2, 3], [2, 3]))]
infers += [infer("SelectV2", B(c), t, e) for c, t, e in (([2], [2, 3], [2, 1]), ([3], [2, 3], [2, 1]), ([3], [2, 3], [4, 1]), (None, [2], [2]), ([], [], [2]), ([None, 1], [3], [1, 1]))]

x, y = [1, 2, 3, 0, -0.0, nan, inf, -inf, 5], [2, 2, 2, -0.0, 0, nan, inf, inf, nan]
kernels = []
for op in OPS[:6]:
    for dtype in FLOATS:
        kernels.append(run_kernel(op, [array(x, dtype), array(y, dtype)]))
    for dtype in INTS:
        kernels.append(run_kernel(op, [array([1, 2, 3], dtype), array([2], dtype)]))
    kernels += [run_kernel(op, [array([[1], [2]], "float32"), array([1, 2], "float32")]), run_kernel(op, [array([1, 2], "float32"), array([1, 2, 3], "float32")]), run_kernel(op, [array([True, False], "bool"), array([True], "bool")]), run_kernel(op, [np.array([b"a", b"bc"], object), np.array([b"a", b"bd"], object)]), run_kernel(op, [array(np.zeros([0]), "float32"), array([1], "float32")])]
for op in ("Equal", "NotEqual"):
    kernels += [run_kernel(op, [array([1, 2], "float32"), array([1, 2, 3], "float32")], incompatible_shape_error=False), run_kernel(op, [array([1, 2], "float32"), array([1], "float32")], incompatible_shape_error=False)]
kernels += [run_kernel("ApproximateEqual", [array([1, 2, nan], d), array([1, 2.1, nan], d)]) for d in ("float32", "float64")] + [run_kernel("ApproximateEqual", [array([1, 2], "float32"), array([1.4, 2.6], "float32")], tolerance=0.5), run_kernel("ApproximateEqual", [array([1, 2], "float32"), array([1], "float32")]), run_kernel("ApproximateEqual", [array([1, 2], "int32"), array([1, 3], "int32")])]
for op in ("LogicalAnd", "LogicalOr"):
    kernels.append(run_kernel(op, [np.array([[True], [False]]), np.array([True, False])]))
kernels += [run_kernel("LogicalNot", [np.array([[True], [False]])])]
for dtype in FLOATS + INTS + ["bool"]:
    kernels.append(run_kernel("Select", [np.array([True, False]), array([1, 0], dtype), array([0, 1], dtype)]))
for c, t, e in (([True, False], [3], [3]), ([True, False], [2, 3], [2, 3]), (True, [2], [3]), ([[True]], [2], [2]), (True, [2], [2]), (False, [2, 2], [2, 2]), ([True], [], []), ([True], [1], [1]), ([[True, False], [False, True]], [2, 2], [2, 2]), ([True, False], [2, 2, 2], [2, 2, 2])):
    kernels.append(run_kernel("Select", [np.array(c), array(np.ones(t), "float32"), array(np.zeros(e), "float32")]))
kernels.append(run_kernel("Select", [np.array([True, False]), np.array([b"a", b"b"], object), np.array([b"c", b"d"], object)]))
for c, t, e in (([True, False], [3], [3]), ([True, False], [3], [2]), ([True, False], [2], [3, 1]), (True, [2], []), ([[True], [False]], [1, 3], [2, 1])):
    kernels.append(run_kernel("SelectV2", [np.array(c), array(np.arange(np.prod(t)).reshape(t), "float32"), array(-np.arange(np.prod(e)).reshape(e) - 1, "float32")]))

write(__file__, OPS, calls, infers, kernels)
