"""Writes test/goldens/least_squares.json: solutions of equations that have none, or many. Run with a Python that has TensorFlow:  python tools/goldens/least_squares.py

The twin programs are in src/ops/least-squares.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, step, tf


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


def tall(dtype="float32"):
    return tf.constant([[1.0, 0.0], [1.0, 1.0], [1.0, 3.0]], dtype)


def right(dtype="float32"):
    return tf.constant([[1.0, 2.0], [3.0, 0.0], [6.0, 1.0]], dtype)


@step
@program
def solved():
    return [
        tf.matrix_solve_ls(tall(), right()), tf.matrix_solve_ls(tf.transpose(tall()), right()[:2], name="w"), tf.linalg.lstsq(tall(), right(), l2_regularizer=0.5),
        tf.matrix_solve_ls(tall(), right(), fast=False), tf.matrix_solve_ls(tall(), right(), l2_regularizer=tf.constant(0.25)), tf.matrix_solve_ls(tall("float64"), right("float64"), 0.1, fast=False, name="s"),
    ]


@program
def of_unknown_shape():
    return [tf.matrix_solve_ls(p([None, 2]), p([None, 1])), tf.matrix_solve_ls(p(), p(), l2_regularizer=0.5), tf.matrix_solve_ls(p([1000, 8, 10]), p([1000, 8, 1]))]


@program
def of_complex_regularized():
    return tf.matrix_solve_ls(p([2, 2], "complex128"), p([2, 1], "complex128"), 0.5)


def differentiated(matrix, rhs, **attrs):
    x = tf.raw_ops.MatrixSolveLs(matrix=matrix, rhs=rhs, **attrs)
    return tf.gradients(x * x, [matrix, rhs])


@step
@program
def gradient_of_tall():
    return differentiated(tall(), right(), l2_regularizer=tf.constant(0.5, "float64"))


@step
@program
def gradient_of_wide():
    return differentiated(tf.transpose(tall()), right()[:2], l2_regularizer=tf.constant(0.5, "float64"))


@program
def gradient_of_slow():
    return differentiated(tall(), right(), l2_regularizer=tf.constant(0.0, "float64"), fast=False)


def matrix(shape, seed, dtype):
    random = np.random.RandomState(seed)
    made = random.randint(-6, 7, shape)
    if dtype.startswith("complex"):
        made = made + 1j * random.randint(-6, 7, shape)
    return array(made + 9 * np.eye(*shape[-2:]), dtype)


def kernels():
    op, l2 = "MatrixSolveLs", lambda x: array(x, "float64")
    for dtype in ["float32", "float64", "complex64", "complex128"]:
        for shape in [[3, 2], [2, 3], [3, 3], [2, 4, 3], [1, 1], [2, 0], [0, 3, 2]]:
            a, b = matrix(shape, 1, dtype), matrix([*shape[:-1], 2], 2, dtype)
            yield kernel(op, a, b, l2(0.0))
            yield kernel(op, a, b, l2(0.75))
            yield kernel(op, a, b, l2(0.0), fast=False)
        yield kernel(op, array([[1, 2], [2, 4], [3, 6]], dtype), array([[1], [2], [4]], dtype), l2(0.0), fast=False)
        yield kernel(op, array([[1, 2], [2, 4]], dtype), array([[1], [2]], dtype), l2(0.0))
        yield kernel(op, array([[1, 2], [2, 4]], dtype), array([[1], [2]], dtype), l2(0.5))
    f = lambda shape: np.ones(shape, "float32")
    for a, b, l in [([3, 2], [2, 1], 0.0), ([2], [2, 1], 0.0), ([2, 2], [2], 0.0), ([2, 2, 2], [2, 1], 0.0), ([2, 2, 2], [3, 2, 1], 0.0), ([3, 2], [3, 0], 0.0), ([3, 2], [3, 1], -1.0), ([3, 2], [3, 1], [1.0]), ([0, 0], [0, 1], 0.0)]:
        yield kernel(op, f(a), f(b), l2(l))
    for x in [float("nan"), float("inf")]:
        yield kernel(op, array([[x, 1], [1, 2], [0, 1]]), f([3, 1]), l2(0.0))


def shapes():
    f = "float32"
    for a, b in [([3, 2], [3, 1]), ([None, 2], [3, None]), (None, [3, 1]), ([3, 2], None), ([2, 3, 2], [None, 3, 1]), ([3, 2], [2, 1]), ([3], [3, 1]), ([3, 2], [3]), ([2, 3, 2], [4, 3, 1])]:
        yield inference("MatrixSolveLs", (f, a), (f, b), ("float64", []))
    yield inference("MatrixSolveLs", (f, [3, 2]), (f, [3, 1]), ("float64", [1]))
    yield inference("MatrixSolveLs", (f, [3, 2]), (f, [3, 1]), ("float64", None))


op_cases.write("least_squares", kernels(), shapes())
