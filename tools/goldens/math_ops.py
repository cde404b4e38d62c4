"""Writes test/goldens/math.json: arithmetic with two operands, operators, sums, casts and sequences as TensorFlow makes them.

Run with a Python that has TensorFlow:
    python tools/goldens/math_ops.py
"""
from math_cases import *

OPS = "Add AddV2 Sub Mul Div RealDiv FloorDiv TruncateDiv FloorMod TruncateMod Mod Pow Maximum Minimum SquaredDifference DivNoNan MulNoNan Xdivy Xlogy Xlog1py Atan2 AddN Cast ClipByValue LinSpace Range".split()
f, i, b = T("float32", [2, 3]), T("int32", [2, 3]), T("bool", [2])

calls = []
# Operators: tensors, literals on both sides, arrays, variables, two dtypes.
for op in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "less", "lessEqual", "greater", "greaterEqual"):
    name = f"op:{op}"
    calls += [
        call(name, [f, f], I(0), I(1)), call(name, [f], I(0), 2.5), call(name, [f], 2.5, I(0)), call(name, [i], I(0), 2), call(name, [i], 2, I(0)),
        call(name, [f], I(0), 2), call(name, [f], 2, I(0)), call(name, [i], I(0), 2.5), call(name, [i], 2.5, I(0)), call(name, [f, i], I(0), I(1)),
        call(name, [f], I(0), A([1, 2, 3], "float32")), call(name, [i], I(0), A([1, 2, 3], "int32")), call(name, [f], I(0), [1.5, 2.5, 3.5]), call(name, [f], [1.5, 2.5, 3.5], I(0)),
        call(name, [V("resource")], I(0), 2.0), call(name, [V("resource")], 2.0, I(0)), call(name, [V("ref")], I(0), 2.0), call(name, [V("resource"), V("resource")], I(0), I(1)),
        call(name, [T("float32", [2]), V("resource")], I(0), I(1)), call(name, [V("ref"), T("float32", [2])], I(0), I(1)), call(name, [f, V("resource", "int32", [3])], I(0), I(1)),
        call(name, [T("float64", [])], I(0), 1.5), call(name, [T("int64", [])], 3, I(0)), call(name, [T("int8", [None])], I(0), 3), call(name, [f, T("float32", [2])], I(0), I(1)),
        call(name, [b], I(0), True), call(name, [T("string", [2])], I(0), "a"), call(name, [T("float32")], I(0), 1.5), call(name, [f], I(0), "a"),
    ]
for op in ("and", "or", "xor"):
    name = f"op:{op}"
    calls += [call(name, [b, b], I(0), I(1)), call(name, [b], I(0), True), call(name, [b], False, I(0)), call(name, [i, i], I(0), I(1)), call(name, [i], I(0), 3), call(name, [i], 3, I(0)), call(name, [f, f], I(0), I(1))]
m, n = T("float32", [2, 3]), T("float32", [3, 4])
calls += [call("op:matmul", [m, n], I(0), I(1)), call("op:matmul", [m], I(0), [[1.0], [2.0], [3.0]]), call("op:matmul", [m], [[1.0, 2.0]], I(0)), call("op:matmul", [V("resource", "float32", [2, 2])], I(0), [[1.0], [2.0]])]
for op in ("neg", "abs", "invert"):
    calls += [call(f"op:{op}", [x], I(0)) for x in (f, i, b, V("resource"))]
# Functions.
for fn in ("add", "subtract", "multiply", "divide", "truediv", "div", "realdiv", "floordiv", "floormod", "mod", "truncatediv", "truncatemod", "pow", "maximum", "minimum", "squared_difference", "div_no_nan", "multiply_no_nan", "xdivy", "xlogy", "xlog1py", "atan2"):
    calls += [
        call(fn, [f, f], I(0), I(1)), call(fn, [f], I(0), 2.5), call(fn, [f], 2.5, I(0)), call(fn, [f, f], I(0), I(1), name="mine"), call(fn, [i, i], I(0), I(1)), call(fn, [i], I(0), 2), call(fn, [i], 2, I(0)),
        call(fn, [f, i], I(0), I(1)), call(fn, [i], I(0), 2.5), call(fn, [V("resource")], I(0), 2.0), call(fn, [V("ref")], 2.0, I(0)), call(fn, [f, T("float32", [2])], I(0), I(1)), call(fn, [b, b], I(0), I(1)),
        call(fn, [], 1.5, 2.5), call(fn, [], [1.5], 2.5),
    ]
calls += [call("add", [T("string", [2])], I(0), "a"), call("subtract", [f], I(0), None)]
calls += [call("add_n", [f, f, f], [I(0), I(1), I(2)]), call("add_n", [f], [I(0)]), call("add_n", [f], [I(0)], name="mine"), call("add_n", [f, f], [I(0), I(1)], name="mine"), call("add_n", [f, i], [I(0), I(1)]), call("add_n", [], []), call("add_n", [V("resource"), V("ref")], [I(0), I(1)]), call("add_n", [f, T("float32", [2])], [I(0), I(1)]), call("add_n", [b, b], [I(0), I(1)])]
calls += [call("cast", [f], I(0), "int32"), call("cast", [f], I(0), "float32"), call("cast", [f], I(0), "float64", name="mine"), call("cast", [], [1.5, 2.5], "int32"), call("cast", [], True, "float32"), call("cast", [V("resource")], I(0), "int32"), call("cast", [V("ref")], I(0), "int32"), call("cast", [V("ref")], I(0), "float32"), call("cast", [T("int32")], I(0), "bool"), call("cast", [], 1.5, "float32")]
calls += [call(fn, [x], I(0)) for fn in ("to_float", "to_double", "to_int32", "to_int64") for x in (f, i)] + [call("to_float", [i], I(0), name="mine")]
calls += [call("clip_by_value", [f], I(0), -1.0, 1.0), call("clip_by_value", [f], I(0), -1.0, 1.0, name="mine"), call("clip_by_value", [i], I(0), 0, 5), call("clip_by_value", [f, T("float32", [])], I(0), I(1), 1.0), call("clip_by_value", [T("float32", [2])], I(0), [[1.0], [2.0]], 3.0), call("clip_by_value", [V("resource")], I(0), -1.0, 1.0), call("clip_by_value", [i], I(0), -1.5, 1.5)]
calls += [call("range", [], 3), call("range", [], 1, 5), call("range", [], 1, 5, 2), call("range", [], 0, 1, 0.25), call("range", [], 1.5, 5.5), call("range", [], 5, 1), call("range", [], 3, dtype="float32"), call("range", [], 1, 3, name="mine"), call("range", [T("int32", [])], I(0)), call("range", [T("int64", [])], I(0)), call("range", [T("float32", [])], 0, I(0)), call("range", [], 1, 3, 0), call("range", [T("int32", [2])], I(0)), call("range", [], 10, 1, -3), call("range", [], 1.5, 0.25), call("range", [], 3000000, 1), call("range", [], 1234567.5, 0.25), call("range", [V("resource", "int32", [])], I(0)), call("range", [], 3, dtype="int64")]

calls += [call("linspace", [], 0.5, 10.0, 5), call("linspace", [], 0.5, 10.0, 5, name="mine"), call("linspace", [f, T("float32", [3])], I(0), I(1), 4, axis=-1), call("linspace", [T("float32", []), T("int64", [])], I(0), 1.0, I(1)), call("linspace", [f, i], I(0), I(1), 3), call("linspace", [], 0.5, 1.5, 2.5), call("linspace", [T("float32")], I(0), 2.0, 3)]

calls += [call("accumulate_n", [f, f], [I(0), I(1)]), call("accumulate_n", [f], [I(0)]), call("accumulate_n", [f], [I(0)], name="mine"), call("accumulate_n", [f, i], [I(0), I(1)]), call("accumulate_n", [], []), call("accumulate_n", [f, f], [I(0), I(1)], shape=[2, 3], tensor_dtype="float32"), call("accumulate_n", [f, f], [I(0), I(1)], shape=[3, 2]), call("accumulate_n", [f, T("float32", [3, 2])], [I(0), I(1)])]
calls += [call("scalar_mul", [f], 2.5, I(0)), call("scalar_mul", [i], 2, I(0)), call("scalar_mul", [f, T("float32", [])], I(1), I(0), name="mine"), call("scalar_mul", [f], [2.5, 1.5], I(0)), call("scalar_mul", [V("resource")], 2.5, I(0)), call("scalar_mul", [f, T("float32")], I(1), I(0))]
calls += [call("reciprocal_no_nan", [f], I(0)), call("reciprocal_no_nan", [f], I(0), name="mine"), call("reciprocal_no_nan", [i], I(0)), call("reciprocal_no_nan", [], [1.5])]

infers = [infer("Mul", *pair) for pair in ([[0], [None]], [[None], [1]], [[None], [3]], [[2, 3], [2]], [[3, 2], [4, 3]], [[0], [3]], [[1], [0]], [None, [2]], [[2, None, 3], [None, 4, 1]], [[None], [None]], [[], [2]], [[2, 1], [1, 5]], [[2, 3], [4, 2, 3]])]
infers += [infer("AddN", [2], [3]), infer("AddN", [2], [3, 2]), infer("AddN", [2], None, [None]), infer("AddN", [None, 3], [2, None])]
infers += [infer("Range", C(0), C(5), C(2)), infer("Range", C(0), {"dtype": "int32", "shape": []}, C(2)), infer("Range", C(0), {"dtype": "int32", "shape": [2]}, C(2)), infer("Range", C(3), C(1), C(1)), infer("Range", C(1), C(3), C(-1)), infer("Range", C(1), C(3), C(0)), infer("Range", C(1.0, "float32"), C(3.0, "float32"), C(0.1, "float32")), infer("Range", C(1.0, "float64"), C(3.0, "float64"), C(0.1, "float64")), infer("Range", C(0.0, "float32"), C(1.0, "float32"), C(1 / 3, "float32")), infer("Range", C(1e10, "float32"), C(0.5, "float32"), C(1.0, "float32")), infer("Range", C(7, "int64"), C(-7, "int64"), C(-3, "int64"))]
infers += [infer("LinSpace", C(0.0, "float32"), C(1.0, "float32"), C(4)), infer("LinSpace", C(0.0, "float32"), C(1.0, "float32"), C(0)), infer("LinSpace", [1], C(1.0, "float32"), C(4)), infer("LinSpace", C(0.0, "float32"), C(1.0, "float32"), {"dtype": "int32", "shape": []}), infer("LinSpace", None, C(1.0, "float32"), C([3]))]
infers += [infer("Cast", [2, None], DstT="int32"), infer("ClipByValue", [3], [2], [1, 5])]

x = [7, -7, 7, -7, 5.5, 0, -0.0, 3, 0.6, 1, inf, -inf, nan, 2, 100]
y = [2, 2, -2, -2, 1.5, 3, 2, -1, 0.1, nan, 2, inf, 1, 1e-3, 7]
ix = [7, -7, 7, -7, 5, 0, 3, 100, 127, -128]
iy = [2, 2, -2, -2, 3, 3, -1, 7, 127, -1]
ux = [7, 250, 7, 0, 255, 200]
uy = [2, 3, 200, 5, 255, 2]
kernels = []
BINARY_OPS = OPS[: OPS.index("AddN")]
INEXACT = {"Pow": 2, "Xlogy": 2, "Xlog1py": 2, "Atan2": 2}
for op in BINARY_OPS:
    for dtype in FLOATS:
        kernels.append(run_kernel(op, [array(x, dtype), array(y, dtype)], ulps=INEXACT.get(op, 0)))
    for dtype in INTS:
        left, right = (ux, uy) if dtype.startswith("u") else (ix, [abs(v) for v in iy] if op == "Pow" else iy)
        kernels.append(run_kernel(op, [array(left, dtype), array(right, dtype)]))
    kernels.append(run_kernel(op, [array([[1, 2, 3], [4, 5, 6]], "float32"), array([10, 20, 30], "float32")], ulps=INEXACT.get(op, 0)))
    kernels.append(run_kernel(op, [array([1, 2], "float32"), array([1, 2, 3], "float32")]))
    kernels.append(run_kernel(op, [array([5, 6], "int32"), array([0, 1], "int32")]))
    kernels.append(run_kernel(op, [array([5, 6], "int64"), array([0, 1], "int64")]))
rng = np.random.RandomState(7)
for left, right in (([2, 3, 4], [3, 1]), ([1, 3, 1], [2, 1, 4]), ([2, 1, 3, 1, 2], [4, 1, 5, 1]), ([], [2, 2]), ([0, 3], [3]), ([1], [0]), ([2, 1, 2, 1, 2], [2, 1, 2, 1]), ([3, 1, 2], [2]), ([4], [3, 1])):
    kernels.append(run_kernel("Sub", [rng.randint(-9, 9, left).astype("float32"), rng.randint(-9, 9, right).astype("float32")]))
kernels += [run_kernel("Mul", [array([2**31 - 1, -(2**31), 65537], "int32"), array([3, -1, 65537], "int32")]), run_kernel("AddV2", [array([2**31 - 1], "int32"), array([1], "int32")]), run_kernel("Mul", [array([2**62], "int64"), array([4], "int64")]), run_kernel("Mul", [array([2**32 - 1], "uint32"), array([2**32 - 1], "uint32")]), run_kernel("Pow", [array([2, -2, 3], "int32"), array([31, 3, 40], "int32")]), run_kernel("Pow", [array([2], "int32"), array([-1], "int32")]), run_kernel("Pow", [array([1, -1, 1, 0, -8, nan], "float32"), array([nan, inf, inf, 0, 1 / 3, 0], "float32")]), run_kernel("Pow", [array([3], "int64"), array([50], "int64")]), run_kernel("SquaredDifference", [array([1], "int32"), array([2**31 - 1], "int32")])]
kernels += [run_kernel("FloorDiv", [array([-(2**31)], "int32"), array([-1], "int32")]), run_kernel("FloorMod", [array([-(2**31)], "int32"), array([-1], "int32")])]
kernels += [run_kernel("Add", [np.array([b"ab", b"c"], object), np.array([b"x"], object)])]
kernels += [run_kernel("AddN", [array(values, dtype) for values in ([1.1, 2], [3.3, 4], [0.7, -6])], ulps=0) for dtype in FLOATS + INTS[:4]]
kernels += [run_kernel("AddN", [array([1, 2], "float32"), array([1, 2, 3], "float32")])]
for target in FLOATS + INTS + ["bool"]:
    for source in FLOATS:
        kernels.append(run_kernel("Cast", [array([0, 1.5, -1.5, 2.75, 100.25, -0.0, 127.9], source)], DstT=target))
    for source in INTS:
        kernels.append(run_kernel("Cast", [array([0, 1, 77, 127], source)], DstT=target))
    kernels.append(run_kernel("Cast", [array([True, False], "bool")], DstT=target))
    kernels.append(run_kernel("Cast", [array([2**31 - 1, -(2**31), 300, -1, 70000], "int32")], DstT=target))
    kernels.append(run_kernel("Cast", [array([2**60 + 1, 2**24 + 1, 2**53 + 1, 2**53 + 2**29 + 1, -(2**62) - 2**37 - 1], "int64")], DstT=target))
    kernels.append(run_kernel("Cast", [array([nan, inf, -inf], "float32")], DstT=target) if target not in ("uint32",) else None)
    kernels.append(run_kernel("Cast", [array([300.7, -1.5, 1e10], "float64")], DstT=target))
kernels += [run_kernel("Cast", [array([1 + 2**-11 + 2**-40], "float64")], DstT="float16"), run_kernel("Cast", [array([1.5], "float32")], DstT="string"), run_kernel("Cast", [array([1.5], "float64")], DstT="string")]
kernels += [run_kernel("ClipByValue", [array([-3, 0.5, 3, nan], d), array(-1, d), array(1, d)]) for d in ("float32", "float64", "float16")] + [run_kernel("ClipByValue", [array([-3, 0, 3], d), array(-1, d), array(1, d)]) for d in ("int32", "int64")] + [run_kernel("ClipByValue", [array(v, "float32") for v in vs]) for vs in ([[-3, 0.5, 3], [-1, -1], [1, 1]], [[-3, 0.5, 3], 1, -1], [[-3, 0.5, 3], [-1, 0, 1], [1]], [[-3, 0.5, 3], [-1, 0, 1], [1, 0.2, 5]])]
for d, values in (("float32", (0, 1, 0.1)), ("float32", (0.3, 9.7, 0.1)), ("float64", (0.3, 2.7, 0.1)), ("float16", (0, 1, 0.1)), ("bfloat16", (0, 1, 0.1)), ("int32", (0, 10, 3)), ("int32", (10, 0, -3)), ("int64", (10, 0, -3)), ("int32", (0, 1, 0)), ("int32", (3, 1, 1)), ("float32", (3, 1.5, 1)), ("int64", (1, 3, -1)), ("int8", (0, 5, 2)), ("uint16", (0, 5, 2))):
    kernels.append(run_kernel("Range", [array(v, d) for v in values]))
kernels += [run_kernel("Range", [array([0], "int32"), array(2, "int32"), array(1, "int32")]), run_kernel("Range", [array([0, 1], "int32"), array(2, "int32"), array(1, "int32")])]
for d in FLOATS:
    kernels.append(run_kernel("LinSpace", [array(0.3, d), array(7.7, d), array(7, "int32")]))
kernels += [run_kernel("LinSpace", [array(0, "float32"), array(1, "float32"), array(k, "int32")]) for k in (1, 0, 2)] + [run_kernel("LinSpace", [array([0], "float32"), array(1, "float32"), array(2, "int32")])]

write(__file__, OPS, calls, infers, kernels)
