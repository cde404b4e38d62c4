"""Writes test/goldens/complex.json: complex numbers put together and taken apart. Run with a Python that has TensorFlow:  python tools/goldens/complex.py

The twin programs are in src/ops/complex.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

C64, C128 = "complex64", "complex128"
PARTS = ["Real", "Imag", "ComplexAbs", "Angle"]
REAL = {C64: tf.float32, C128: tf.float64}
nan, inf = float("nan"), float("inf")


def p(dtype="float32", shape=None):
    return tf.placeholder(dtype, shape)


@program
def of_parts():
    return [tf.complex(p(shape=[2, None]), p(shape=[2, 1])), tf.complex(p("float64"), p("float64"), name="c"), tf.complex([1.5], p(shape=[1]))]


@program
def of_other_parts():
    return tf.complex(p("float16"), p("float16"))


@program
def of_unlike_parts():
    return tf.complex(p("float32"), p("float64"))


@program
def parts():
    x, y = p(C64, [2, None]), p(C128)
    return [f(z) for f in (tf.real, tf.imag, tf.angle, tf.conj, tf.abs) for z in (x, y)] + [f(x, name="n") for f in (tf.real, tf.imag, tf.angle, tf.conj, tf.abs)]


@program
def of_real_numbers():
    x, i, u = p(shape=[2, None]), p("int32", [3]), p("float64")
    return [tf.real(x), tf.real(i), tf.imag(x), tf.imag(i), tf.angle(x), tf.angle(u, name="a"), tf.conj(x), tf.conj(i, name="c"), tf.conj([1.5]), tf.real(2.5), abs(p(C64))]


@program
def real_of_bool():
    return tf.real(p("bool"))


@program
def conj_of_bool():
    return tf.conj(p("bool"))


@program
def angle_of_integer():
    return tf.angle(p("int32", [2]))


def numbers(shape, seed, dtype):
    part = REAL[dtype].as_numpy_dtype
    return sixteenths(shape, seed).astype(part) + 1j * sixteenths(shape, seed + 9).astype(part)


def arithmetic(dtype):
    x, y = numbers([2, 3], 3, dtype), numbers([3], 8, dtype)
    for op in ["Add", "AddV2", "Sub", "Mul", "Div", "RealDiv"]:
        yield kernel(op, x, y)
        yield kernel(op, x[:0], y)
        yield kernel(op, x, numbers([2, 2], 4, dtype))
    yield kernel("AddN", [x, x, numbers([2, 3], 5, dtype)])
    for op in ["Neg", "Square", "Reciprocal", "Inv", "Exp"]:
        yield kernel(op, x)
        yield kernel(op, x[:0])
    # Divided in doubles, as what overflows on the way does so in TensorFlow's single precision.
    for a, b in [(1 + 2j, 0), (0, 0), (2, 1e-8 + 1e-8j), (3e10 - 1j, 1e12j), (1 - 1j, -2), (1 + 2j, complex(inf, 1)), (complex(inf, 1), 2 + 1j), (complex(nan, 1), 2 + 1j)]:
        yield kernel("Div", array([a], dtype), array([b], dtype))
    for op in ["Sum", "Mean", "Prod"]:
        for axes in [[0], [1], [0, 1], [], [-1, 0]]:
            yield kernel(op, x, array(axes, "int32"), keep_dims=axes == [1])
        yield kernel(op, x[:0], array([0], "int32"))
        yield kernel(op, numbers([2, 2, 3], 6, dtype), array([0, 2], "int32"))
    a, b = numbers([2, 3], 1, dtype), numbers([3, 4], 2, dtype)
    yield kernel("MatMul", a, b)
    yield kernel("MatMul", a.T.copy(), b.T.copy(), transpose_a=True, transpose_b=True)
    yield kernel("MatMul", a[:, :0], b[:0])
    c, d = numbers([2, 2, 3], 3, dtype), numbers([1, 3, 2], 4, dtype)
    for op in ["BatchMatMulV2", "BatchMatMulV3"]:
        extra = {"Tout": dtype} if op == "BatchMatMulV3" else {}
        yield kernel(op, c, d, **extra)
        yield kernel(op, numbers([2, 3, 2], 3, dtype), d, adj_x=True, **extra)
        yield kernel(op, c, numbers([1, 2, 3], 4, dtype), adj_y=True, **extra)
        yield kernel(op, numbers([2, 3, 2], 3, dtype), numbers([1, 2, 3], 4, dtype), adj_x=True, adj_y=True, **extra)
    yield kernel("BatchMatMul", c, numbers([2, 2, 3], 4, dtype), adj_y=True)


def kernels():
    for dtype in [C64, C128]:
        yield from arithmetic(dtype)
        real = REAL[dtype].name
        yield kernel("Complex", sixteenths([2, 3], 1).astype(real), sixteenths([3], 2).astype(real), Tout=dtype)
        special = array([complex(a, b) for a in (0, -1, inf, -inf, nan, 3e30) for b in (0, -2, inf, nan, 4e30)], dtype)
        for x in [numbers([2, 3], 3, dtype), numbers([], 4, dtype), numbers([2, 0], 5, dtype), special]:
            for op in PARTS:
                yield kernel(op, x, Tout=REAL[dtype].name)
            yield kernel("Conj", x)
    yield kernel("Complex", array([1, 2]), array([1, 2, 3]), Tout=C64)
    yield kernel("Complex", array([]), array(1.0), Tout=C64)


def shapes():
    for a, b in [([2, 3], [3]), (None, [3]), ([2], [3]), ([None], [1]), ([2, 1], [None, 3])]:
        yield inference("Complex", ("float32", a), ("float32", b), Tout=C64)
    for op in PARTS:
        for shape in [[2, None], None, []]:
            yield inference(op, (C64, shape), Tout="float32")
    yield inference("Conj", (C128, [2, None]))


op_cases.write("complex", kernels(), shapes())
