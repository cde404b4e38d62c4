"""Writes test/goldens/random_ops.json: random numbers and their seeds. Run with a Python that has TensorFlow:  python tools/goldens/random_ops.py

The twin programs are in src/ops/random.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf


def p(dtype, shape=None):
    return tf.placeholder(dtype, shape)


@program
def uniform():
    return [tf.random_uniform([2, 3]), tf.random_uniform([2, 3], 0, 1), tf.random_uniform([2, 3], 0.0, 1.0, seed=2), tf.random_uniform([2, 3], maxval=10.0, name="u"), tf.random_uniform([], -1.0, 1.0, tf.float64)]


@program
def uniform_integers():
    return [tf.random_uniform([2], maxval=10, dtype=tf.int32), tf.random_uniform([2], 3, 10, dtype=tf.int64, seed=4, name="n")]


@program
def uniform_of_other_type():
    return tf.random_uniform([2], dtype=tf.uint8)


@program
def uniform_without_maximum():
    return tf.random_uniform([2], dtype=tf.int32)


@program
def uniform_between_vectors():
    return tf.random_uniform([2], minval=[1, 2], maxval=3, dtype=tf.int32)


@program
def normal():
    return [tf.random_normal([2, 3], seed=3), tf.random_normal([], 1.0, 2.0, tf.float16), tf.truncated_normal(tf.TensorShape([2]), stddev=0.1, name="t")]


@program
def normal_between_tensors():
    return tf.random_normal([2], p(tf.float32), p(tf.float32, [2]))


@program
def normal_of_integers():
    return tf.random_normal([2], dtype=tf.int32)


@program
def shapes_given():
    return [tf.random_normal([p(tf.int32, []), 3]), tf.random_normal(p(tf.int64, [2])), tf.random_normal(p(tf.int32)), tf.random_uniform([])]


@program
def shape_of_scalar():
    return tf.random_normal(tf.constant(3))


@program
def shape_of_fractions():
    return tf.random_normal([2.5])


@program
def shape_of_negatives():
    return tf.random_uniform([-2])


@program
def shape_partly_known():
    return tf.random_normal(tf.TensorShape([None, 2]))


@program
def shuffled():
    return tf.random_shuffle([1.0, 2.0], seed=5, name="s")


@program
def classes():
    return [tf.multinomial([[1.0, 2.0]], 3), tf.random.categorical(p(tf.float64, [4, 5]), 3, dtype=tf.int32, name="z"), tf.multinomial(p(tf.float32), p(tf.int32), seed=3)]


@program
def classes_of_vector():
    return tf.multinomial([1.0, 2.0], 3)


@program
def classes_of_other_type():
    return tf.multinomial([[1.0, 2.0]], 3, output_dtype=tf.float32)


@program
def seeds():
    def draw(seed=None):
        return tf.random_uniform([], seed=seed)

    results = [draw(), draw(1), draw(0), draw(2147483647), draw(-1)]
    tf.set_random_seed(7)
    results += [draw(), draw(1), tf.random_shuffle([1.0]), draw()]
    tf.set_random_seed(0)
    results += [draw(0), draw()]
    tf.set_random_seed(2147483647)
    return results + [draw(-2147483648), draw(1.5)]


def kernels():
    seeds = {"seed": 87654321, "seed2": 1}
    for op in ["RandomUniform", "RandomStandardNormal", "TruncatedNormal"]:
        for dtype in ["float32", "float64", "float16", "bfloat16"]:
            yield kernel(op, array([2, 5], "int32"), dtype=tf.as_dtype(dtype).as_datatype_enum, runs=3, **seeds)
        yield kernel(op, array([0, 3], "int64"), dtype=1, runs=2, **seeds)
        yield kernel(op, array([], "int32"), dtype=1, **seeds)
        yield kernel(op, array([2, -1], "int32"), dtype=1, **seeds)
        yield kernel(op, array(2, "int32"), dtype=1, **seeds)
    for dtype in ["int32", "int64"]:
        yield kernel("RandomUniformInt", array([7], "int32"), array(-3, dtype), array(10, dtype), runs=3, **seeds)
        yield kernel("RandomUniformInt", array([2], "int32"), array(3, dtype), array(3, dtype), **seeds)
        yield kernel("RandomUniformInt", array([0], "int32"), array(3, dtype), array(3, dtype), **seeds)
        yield kernel("RandomUniformInt", array([2], "int32"), array([3], dtype), array(3, dtype), **seeds)
        yield kernel("RandomUniformInt", array([2], "int32"), array(3, dtype), array([5], dtype), **seeds)
    for dtype in ["float32", "int64", "string", "bool", "bfloat16"]:
        values = array(["a", "b", "c", "d", "e", "f"], "string") if dtype == "string" else sixteenths([6], 1, dtype="float32").astype(tf.as_dtype(dtype).as_numpy_dtype)
        yield kernel("RandomShuffle", values, runs=3, **seeds)
        yield kernel("RandomShuffle", values.reshape(3, 2), runs=3, **seeds)
    for values in [array(3.0), array([3.0]), array([]), array([[], []])]:
        yield kernel("RandomShuffle", values, runs=2, **seeds)
    for dtype in ["float32", "float64", "bfloat16", "float16"]:
        logits = array([[0, 1, 2, -3], [5, 5, 5, 5], [0, 0, 30, 0]], dtype)
        yield kernel("Multinomial", logits, array(5, "int32"), runs=3, **seeds)
    inf, nan = float("inf"), float("nan")
    yield kernel("Multinomial", array([[nan, 0, inf, 1], [-inf, -inf, 0, 0]]), array(6, "int32"), output_dtype=3, runs=2, **seeds)
    yield kernel("Multinomial", array([[0.0, 1.0]]), array(0, "int32"), runs=2, **seeds)
    yield kernel("Multinomial", array([[], []]), array(2, "int32"), **seeds)
    yield kernel("Multinomial", array([0.0, 1.0]), array(2, "int32"), **seeds)
    yield kernel("Multinomial", array([[0.0, 1.0]]), array([2], "int32"), **seeds)
    yield kernel("Multinomial", array([[0.0, 1.0]]), array(-2, "int32"), **seeds)


def shapes():
    for op in ["RandomUniform", "RandomStandardNormal", "TruncatedNormal"]:
        yield inference(op, array([2, 3], "int32"), dtype=1)
        yield inference(op, ("int32", [3]), dtype=1)
        yield inference(op, ("int64", None), dtype=1)
        yield inference(op, ("int32", []), dtype=1)
    yield inference("RandomUniformInt", array([2, 3], "int32"), ("int32", None), ("int32", []))
    yield inference("RandomUniformInt", array([2, 3], "int32"), ("int32", [1]), ("int32", []))
    yield inference("RandomUniformInt", array([2, 3], "int32"), ("int32", []), ("int32", [None]))
    yield inference("RandomShuffle", ("float32", [None, 2]))
    yield inference("Multinomial", ("float32", [4, None]), array(3, "int32"))
    yield inference("Multinomial", ("float32", None), ("int32", None))
    yield inference("Multinomial", ("float32", [4]), array(3, "int32"))
    yield inference("Multinomial", ("float32", [4, 5]), array([3], "int32"))
    yield inference("Multinomial", ("float32", [4, 5]), array(-3, "int32"))


op_cases.write("random_ops", kernels(), shapes())
