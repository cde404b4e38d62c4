"""Writes test/goldens/linalg.json: determinants, inverses, solutions and factors of matrices. Run with a Python that has TensorFlow:  python tools/goldens/linalg.py

The twin programs are in src/ops/linalg.test.ts; a program has the same name there. Eigenvectors and singular vectors are compared up to
their sign or phase. Not recorded, as TensorFlow leaves memory unset: the upper triangle of a failing Cholesky, vectors not asked for.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, tf

nan, inf = float("nan"), float("inf")
C64 = "complex64"


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def single_ops():
    x = p([2, None, 3, 3])
    return [tf.matrix_determinant(x), tf.linalg.slogdet(x), tf.matrix_inverse(x), tf.matrix_inverse(x, adjoint=True, name="i"), tf.cholesky(x), tf.matrix_solve(p([3, 3]), p([3, 1])), tf.matrix_solve(p(), p(), adjoint=True, name="s"), tf.linalg.slogdet(x, name="l")]


@program
def scoped():
    a, b = p([3, 3]), p([3, 2])
    return [tf.matrix_triangular_solve(a, b), tf.matrix_triangular_solve(a, b, lower=False, adjoint=True, name="t"), tf.cholesky_solve(a, b), tf.linalg.logdet(a), tf.linalg.logdet(p([3, 3], C64)), tf.linalg.adjoint(b), tf.linalg.adjoint(p([2, 3], C64), name="a")]


@program
def factors():
    a, c = p([3, 3]), p([2, 3], C64)
    return [tf.self_adjoint_eig(a), tf.self_adjoint_eigvals(a, name="e"), tf.svd(a), tf.svd(c, full_matrices=True, name="s"), tf.svd(c, compute_uv=False), tf.linalg.eigh(a)]


@program
def of_literals():
    return [tf.matrix_inverse([[1.5, 0.0], [0.0, 2.5]]), tf.matrix_solve([[1.5]], [[2.5]])]


@program
def inverse_of_oblong():
    return tf.matrix_inverse(p([2, 3]))


@program
def inverse_of_integers():
    return tf.matrix_inverse(p([2, 2], "int32"))


def matrix(shape, seed, dtype="float32"):
    """Small whole numbers with a heavy diagonal: far from singular."""
    random = np.random.RandomState(seed)
    made = random.randint(-6, 7, shape)
    if dtype.startswith("complex"):
        made = made + 1j * random.randint(-6, 7, shape)
    return array(made + 9 * np.eye(*shape[-2:]), dtype)


def hermitian(shape, seed, dtype="float32"):
    made = matrix(shape, seed, dtype)
    return made @ np.conj(np.swapaxes(made, -1, -2))


def up_to_phase(case, *outputs):
    return {**case, "upToPhase": list(outputs)}


def kernels():
    single = ["MatrixDeterminant", "LogMatrixDeterminant", "MatrixInverse"]
    factors = ["SelfAdjointEigV2", "Svd"]
    for dtype in ["float32", "float64", "complex64", "complex128"]:
        for shape in [[3, 3], [2, 2, 2], [1, 1], [5, 5], [0, 0], [2, 0, 0], [0, 2, 2]]:
            x, h = matrix(shape, 1, dtype), hermitian(shape, 2, dtype)
            for op in single:
                yield kernel(op, x)
            yield kernel("MatrixInverse", x, adjoint=True)
            yield kernel("Cholesky", h)
            yield up_to_phase(kernel("SelfAdjointEigV2", h), 1)
            yield up_to_phase(kernel("SelfAdjointEigV2", x), 1)
            yield up_to_phase(kernel("Svd", x), 1, 2)
            rhs = matrix([*shape[:-1], 2], 3, dtype)
            for adjoint in [False, True]:
                yield kernel("MatrixSolve", x, rhs, adjoint=adjoint)
                for lower in [False, True]:
                    yield kernel("MatrixTriangularSolve", x, rhs, lower=lower, adjoint=adjoint)
        for shape in [[3, 2], [2, 3], [2, 4, 3], [0, 3], [2, 3, 0]]:
            for full in [False, True]:
                yield up_to_phase(kernel("Svd", matrix(shape, 4, dtype), full_matrices=full), 1, 2)
    yield kernel("MatrixInverse", matrix([3, 3], 5, "float16"))
    yield up_to_phase(kernel("Svd", array([[1, 2], [2, 4]])), 1, 2)
    for op in [*single, "Cholesky", *factors]:
        for bad in [array([1, 2]), array(1.0)] + [array([[1, 2, 3], [4, 5, 6]]), array(np.zeros([2, 3, 0]))] * (op != "Svd"):
            yield kernel(op, bad)
    for x in [[[1, 2], [2, 4]], [[0, 0], [0, 0]], [[nan, 1], [1, 2]], [[inf, 1], [1, 2]], [[1e30, 0], [0, 1e30]], [[0, 1], [1, 0]]]:
        for op in single:
            yield kernel(op, array(x))
    for x in [[[nan, 1], [1, 2]], [[inf, 1], [1, 2]]]:
        yield kernel("Cholesky", array(x))
        yield kernel("Svd", array(x))
    for x in [np.zeros([2, 2]), np.eye(3), [[0, 1], [1, 0]], [[1e20, 0], [0, 1e-20]]]:
        yield up_to_phase(kernel("SelfAdjointEigV2", array(x)), 1)
    yield up_to_phase(kernel("Svd", array(np.zeros([2, 2]))), 1, 2)
    yield kernel("SelfAdjointEigV2", array([[nan, 1], [1, 2]]))
    for op in ["MatrixSolve", "MatrixTriangularSolve"]:
        for a, b in [([2, 2], [3, 1]), ([2, 3], [2, 1]), ([2], [2, 1]), ([2, 2], [2]), ([2, 2, 2], [2, 1]), ([2, 2, 2], [3, 2, 1]), ([2, 2, 2], [1, 2, 1]), ([3, 1, 2, 2], [2, 2, 1]), ([2, 2], [2, 0])]:
            yield kernel(op, np.ones(a, "float32") + 2 * np.eye(*(a[-2:] if len(a) > 1 else [2])).astype("float32")[: 1 if len(a) == 1 else None].reshape(-1 if len(a) == 1 else a[-2:]), np.ones(b, "float32"))
        yield kernel(op, array([[1, 2], [2, 4]]), array([[1], [2]]))
        yield kernel(op, array([[1, 5], [2, 0]]), array([[1], [3]]))
        yield kernel(op, array([[nan, 5], [2, 1]]), array([[1], [2]]))


def shapes():
    f = "float32"
    for op in ["MatrixDeterminant", "LogMatrixDeterminant", "MatrixInverse", "Cholesky", "SelfAdjointEigV2", "Svd"]:
        for shape in [[3, 3], [2, None, 3], [None, 4, 4, None], [None, None], None, [3], [2, 3], [5, 0, 0]]:
            yield inference(op, (f, shape))
    yield inference("SelfAdjointEigV2", (f, [2, 3, 3]), compute_v=False)
    yield inference("SelfAdjointEigV2", (f, None), compute_v=False)
    for shape in [[5, 2, 3], [None, 3], [None, None, 3, 2], None]:
        yield inference("Svd", (f, shape), full_matrices=True)
        yield inference("Svd", (f, shape), compute_uv=False)
    for op in ["MatrixSolve", "MatrixTriangularSolve"]:
        for a, b in [([3, 3], [3, 2]), ([3, 3], [2, 2]), ([2, 3], [2, 1]), ([None, 3], [None, 2]), (None, [3, 2]), ([3, 3], None), (None, None), ([5, 3, 3], [3, 2]), ([5, 3, 3], [1, 3, 2]), ([5, 3, 3], [4, 3, 2]), ([None, 3, 3], [4, 3, 2]), ([3], [3, 1]), ([3, 3], [3]), ([None, None], [3, None])]:
            yield inference(op, (f, a), (f, b))


op_cases.write("linalg", kernels(), shapes())
