"""Writes test/goldens/matmul.json: products of matrices and QR as TensorFlow makes and computes them.

Run with a Python that has TensorFlow:
    python tools/goldens/matmul_ops.py
"""
from math_cases import *

OPS = "MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Qr".split()
a, b = T("float32", [2, 3]), T("float32", [3, 4])

calls = [
    call("matmul", [a, b], I(0), I(1)), call("matmul", [a, b], I(0), I(1), name="mine"), call("matmul", [a, T("float32", [4, 3])], I(0), I(1), transpose_b=True), call("matmul", [T("float32", [3, 2]), b], I(0), I(1), transpose_a=True),
    call("matmul", [T("float32", [3, 2]), b], I(0), I(1), adjoint_a=True), call("matmul", [a, b], I(0), I(1), transpose_a=True, adjoint_a=True), call("matmul", [a, b], I(0), I(1), transpose_b=True, adjoint_b=True),
    call("matmul", [T("float32", [5, 2, 3]), b], I(0), I(1)), call("matmul", [a, T("float32", [5, 3, 4])], I(0), I(1)), call("matmul", [T("float32"), b], I(0), I(1)), call("matmul", [T("float32", [5, 3, 2]), b], I(0), I(1), transpose_a=True),
    call("matmul", [a, T("float32", [2, 3])], I(0), I(1)), call("matmul", [T("float32", [3]), b], I(0), I(1)), call("matmul", [T("float32", [2, 2, 3]), T("float32", [3, 3, 4])], I(0), I(1)), call("matmul", [a], I(0), [[1.5], [2.5], [3.5]]), call("matmul", [b], [[1.5, 2.5, 3.5]], I(0)),
    call("matmul", [], [[1.5]], [[2.5]]), call("matmul", [a, T("int32", [3, 4])], I(0), I(1)), call("matmul", [T("int32", [2, 3]), T("int32", [3, 4])], I(0), I(1)), call("matmul", [V("resource", shape=[2, 3]), V("ref", shape=[3, 2])], I(0), I(1)), call("matmul", [T("bool", [2, 2]), T("bool", [2, 2])], I(0), I(1)),
    call("matmul", [T("int8", [2, 3]), T("int8", [3, 4])], I(0), I(1), output_type="int32"), call("matmul", [a, b], I(0), I(1), output_type="float32"), call("matmul", [T("float32", [None, 3]), b], I(0), I(1)), call("matmul", [T("float16", [5, 2, 3]), T("float16", [5, 3, 4])], I(0), I(1), adjoint_b=True),
    call("qr", [T("float32", [3, 2])], I(0)), call("qr", [T("float32", [3, 2])], I(0), full_matrices=True), call("qr", [T("float32", [3, 2])], I(0), name="mine"), call("qr", [T("int32", [3, 2])], I(0)), call("qr", [], [[1.5, 2.5]]), call("qr", [V("resource", shape=[2, 2])], I(0)),
]

p, q, r = T("float32", [2, 3, 4]), T("float32", [4, 3, 5]), T("float32", [None, 3, 4])
calls += [
    call("tensordot", [p, T("float32", [4, 5])], I(0), I(1), 1), call("tensordot", [p, q], I(0), I(1), [[2, 1], [0, 1]]), call("tensordot", [p, q], I(0), I(1), [2, 0], name="mine"), call("tensordot", [r, T("float32", [4, 5])], I(0), I(1), [[2], [0]]),
    call("tensordot", [r, q], I(0), I(1), [[-1, 1], [0, -2]]), call("tensordot", [T("float32"), T("float32", [4, 5])], I(0), I(1), 1), call("tensordot", [T("float32"), T("float32")], I(0), I(1), [[1], [0]]), call("tensordot", [p, q, T("int32", [2, 1])], I(0), I(1), I(2)),
    call("tensordot", [a, b], I(0), I(1), 1), call("tensordot", [a, b], I(0), I(1), 0), call("tensordot", [a, b], I(0), I(1), -1), call("tensordot", [a, b], I(0), I(1), 3), call("tensordot", [a, b], I(0), I(1), [[0], [0, 1]]), call("tensordot", [a, b], I(0), I(1), [0, 1, 2]), call("tensordot", [p, T("float32", [3, 5])], I(0), I(1), 1), call("tensordot", [T("float32", [3]), T("float32", [3])], I(0), I(1), 1),
    call("matvec", [a, T("float32", [3])], I(0), I(1)), call("matvec", [T("float32", [5, 3, 2]), T("float32", [5, 3])], I(0), I(1), transpose_a=True, name="mine"), call("matvec", [a, T("float32", [2])], I(0), I(1)), call("matvec", [a], I(0), [1.5, 2.5, 3.5]),
]

infers = [infer("MatMul", x, y, **k) for x, y, k in (([2, 3], [2, 3], {}), ([3], [2, 3], {}), ([2, 3, 4], [2, 3], {}), (None, [2, 3], {}), ([2, 3], [4, 3], {"transpose_b": True}), ([None, 3], [3, None], {}), ([3, 2], [3, 4], {"transpose_a": True}), (None, None, {}))]
infers += [infer("BatchMatMulV2", x, y, **k) for x, y, k in (([2, 3, 4], [3, 2, 4], {}), ([5, 3, 4], [3, 2, 4], {}), ([5, 3, 4], [4, 6], {}), ([5, 3, 4], [1, 4, 6], {}), ([4], [1, 4, 6], {}), (None, [1, 4, 6], {}), ([2, 3, 4], [3, 4, 5], {}), ([None, 3, 4], [7, 4, 5], {}), ([2, 4, 3], [2, 5, 4], {"adj_x": True, "adj_y": True}))]
infers += [infer("BatchMatMul", x, y) for x, y in (([5, 3, 4], [1, 4, 6]), ([5, 3, 4], [4, 6]), ([5, 3, 4], None), ([5, 3, 4], [5, 3, 4]), ([5, 3, 4], [4, 3, 4]), ([None, 3, 4], [5, 4, 2]))]
infers += [infer("Qr", x, full_matrices=full) for x in ([5, 3, 4], [None, 4], [4], None, [4, 3], [None, 0], [2, None]) for full in (False, True)]

rng = np.random.RandomState(5)


def whole(shape, dtype):
    low = 0 if dtype.startswith("u") else -6
    return array(rng.randint(low, 7, shape), dtype)


kernels = []
for dtype in FLOATS + INTS:
    kernels += [run_kernel("MatMul", [whole([3, 4], dtype), whole([4, 2], dtype)]), run_kernel("BatchMatMulV2", [whole([2, 3, 4], dtype), whole([4, 2], dtype)]), run_kernel("BatchMatMul", [whole([2, 3, 4], dtype), whole([2, 4, 2], dtype)])]
for ta in (False, True):
    for tb in (False, True):
        kernels += [run_kernel("MatMul", [whole([4, 5] if ta else [5, 4], d), whole([7, 4] if tb else [4, 7], d)], transpose_a=ta, transpose_b=tb) for d in ("float32", "int32", "int64")]
        kernels += [run_kernel("BatchMatMulV2", [whole([2, 1, 4, 5] if ta else [2, 1, 5, 4], "float32"), whole([3, 6, 4] if tb else [3, 4, 6], "float32")], adj_x=ta, adj_y=tb)]
for shapes in (([1, 6], [6, 9]), ([9, 6], [6, 1]), ([2, 0], [0, 3]), ([0, 2], [2, 3]), ([1, 1], [1, 1]), ([2, 3], [2, 3]), ([2], [2, 3]), ([2, 3], [2]), ([17, 13], [13, 19])):
    kernels.append(run_kernel("MatMul", [whole(shapes[0], "float32"), whole(shapes[1], "float32")]))
for op, shapes in (("BatchMatMulV2", ([2, 2, 3], [3, 3, 2])), ("BatchMatMulV2", ([2, 2, 3], [2, 4, 2])), ("BatchMatMulV2", ([2], [2, 4, 2])), ("BatchMatMul", ([2, 2, 3], [3, 3, 2])), ("BatchMatMul", ([2, 2, 3], [3, 2])), ("BatchMatMulV2", ([0, 2, 3], [3, 4])), ("BatchMatMulV2", ([1, 2, 3], [5, 3, 4]))):
    kernels.append(run_kernel(op, [whole(shapes[0], "float32"), whole(shapes[1], "float32")]))
kernels.append(run_kernel("MatMul", [whole([2, 3], "float32"), whole([3, 4], "float32")], transpose_b=True))
kernels.append(run_kernel("BatchMatMulV3", [whole([2, 3], "int8"), whole([3, 4], "int8")], Tout="int32"))
for shape in ([3, 2], [2, 3], [2, 2], [2, 3, 2], [0, 2], [1, 1], [4, 4]):
    for full in (False, True):
        kernels += [run_kernel("Qr", [array(np.round(rng.normal(size=shape), 2), d)], ulps=2**6, full_matrices=full) for d in ("float32", "float64")]
kernels += [run_kernel("Qr", [array([1, 2], "float32")]), run_kernel("Qr", [array(np.zeros([2, 2]), "float32")])]

write(__file__, OPS, calls, infers, kernels)
