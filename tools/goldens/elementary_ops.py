"""Writes test/goldens/elementary.json: functions of one operand as TensorFlow makes and computes them.

Run with a Python that has TensorFlow:
    python tools/goldens/elementary_ops.py
"""
from math_cases import *

OPS = "Neg Abs Sign Square Sqrt Rsqrt Exp Expm1 Log Log1p Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh Sigmoid Erf Erfc Floor Ceil Rint Round Reciprocal Inv IsNan IsInf IsFinite SigmoidGrad TanhGrad SqrtGrad RsqrtGrad ReciprocalGrad InvGrad".split()
FUNCTIONS = "negative abs sign square sqrt rsqrt exp expm1 log log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid erf erfc floor ceil rint round reciprocal is_nan is_inf is_finite".split()
f, i = T("float32", [2, None]), T("int32", [2])

calls = []
for fn in FUNCTIONS:
    calls += [call(fn, [f], I(0)), call(fn, [f], I(0), name="mine"), call(fn, [i], I(0)), call(fn, [], 1.5), call(fn, [], [1.5, 2.5]), call(fn, [V("resource")], I(0)), call(fn, [V("ref")], I(0)), call(fn, [T("string")], I(0))]

infers = [infer("Exp", [2, None]), infer("IsNan", None), infer("SigmoidGrad", [3], [2])]

values = [0.0, -0.0, 0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.7, -0.3, 0.01, 9.5, -9.5, 30.0, -30.0, inf, -inf, nan]
whole = [0, 1, -1, 5, -7, 127, -128]
# TensorFlow computes these in float32 with polynomials and with tables; here they are rounded once from doubles.
ULPS = {"Rsqrt": 1, "Exp": 2, "Expm1": 4, "Log": 2, "Log1p": 4, "Sin": 2, "Cos": 2, "Tan": 4, "Asin": 4, "Acos": 4, "Atan": 4, "Sinh": 4, "Cosh": 4, "Tanh": 4, "Asinh": 4, "Acosh": 4, "Atanh": 4, "Sigmoid": 4, "Erf": 4, "Erfc": 8, "SigmoidGrad": 1, "TanhGrad": 1, "SqrtGrad": 1, "RsqrtGrad": 2, "ReciprocalGrad": 1, "InvGrad": 1, "Reciprocal": 1, "Inv": 1}
kernels = []
for op in OPS[: OPS.index("SigmoidGrad")]:
    for dtype in FLOATS:
        # TensorFlow's erf gives not-a-number for infinity in float64; and it flushes denormals, which erfc(9.5) is, to zero.
        chosen = [v for v in values if abs(v) not in (inf, 9.5)] if op in ("Erf", "Erfc") else values
        kernels.append(run_kernel(op, [array(chosen, dtype)], ulps=ULPS.get(op, 0)))
    for dtype in INTS:
        # TensorFlow's kernel of Round gives 0 for integers; its Python wrapper never asks it.
        if op != "Round":
            kernels.append(run_kernel(op, [array([abs(v) for v in whole] if dtype.startswith("u") else whole, dtype)]))
    kernels.append(run_kernel(op, [array(np.zeros([0, 2]), "float32")]))
    kernels.append(run_kernel(op, [array(0.25, "float32")], ulps=ULPS.get(op, 0)))
for op in OPS[OPS.index("SigmoidGrad") :]:
    for dtype in FLOATS:
        kernels.append(run_kernel(op, [array([0.3, 0.9, -0.5, 2], dtype), array([2, -1.5, 0.1, 1], dtype)], ulps=ULPS[op]))
    kernels.append(run_kernel(op, [array([0.3, 0.4], "float32"), array([2], "float32")]))
kernels += [run_kernel("Abs", [array([-(2**31)], "int32")]), run_kernel("Neg", [array([-(2**63)], "int64")]), run_kernel("Square", [array([65539], "int32")])]
kernels += [run_kernel(op, [array(np.linspace(-4, 4, 41), d)], ulps=8) for op in ("Erf", "Erfc", "Tanh", "Sigmoid") for d in ("float32", "float64")]

write(__file__, OPS, calls, infers, kernels)
