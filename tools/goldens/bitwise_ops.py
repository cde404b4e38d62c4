"""Writes test/goldens/bitwise.json: ops on the bits of integers as TensorFlow makes and computes them.

Run with a Python that has TensorFlow:
    python tools/goldens/bitwise_ops.py
"""
from math_cases import *

OPS = "BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift Invert".split()
i = T("int32", [2, 3])

calls = []
for fn in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"):
    calls += [call(fn, [i, i], I(0), I(1)), call(fn, [i], I(0), 2), call(fn, [i], 2, I(0)), call(fn, [i, i], I(0), I(1), name="mine"), call(fn, [i, T("float32")], I(0), I(1)), call(fn, [T("float32"), T("float32")], I(0), I(1))]
calls += [call("invert", [i], I(0)), call("invert", [i], I(0), name="mine"), call("invert", [T("bool")], I(0))]
infers = [infer("BitwiseAnd", T("int32", [2, 1]), T("int32", [3])), infer("Invert", T("int32", [2, None]))]

kernels = []
for op in OPS[:3]:
    for dtype in INTS:
        x, y = ([6, 255, 0], [3, 128, 7]) if dtype.startswith("u") else ([6, -1, -128], [3, 127, -2])
        kernels.append(run_kernel(op, [array(x, dtype), array(y, dtype)]))
    kernels.append(run_kernel(op, [array([[1], [6]], "int32"), array([3, 5], "int32")]))
for op in ("LeftShift", "RightShift"):
    for dtype in INTS:
        signed = not dtype.startswith("u")
        kernels.append(run_kernel(op, [array([1, 8, 100, 127] + ([-8, -1] if signed else [200, 255]), dtype), array([1, 2, 7, 70] + ([3, -2] if signed else [3, 100]), dtype)]))
    kernels.append(run_kernel(op, [array([2**31, 2**32 - 1], "uint32"), array([1, 31], "uint32")]))
for dtype in INTS:
    kernels.append(run_kernel("Invert", [array([0, 3, 127], dtype)]))

write(__file__, OPS, calls, infers, kernels)
