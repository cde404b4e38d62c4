"""Writes test/goldens/random_more.json: gamma and Poisson numbers, numbers told by a seed input, random crops. Run with a Python that has TensorFlow:  python tools/goldens/random_more.py

The twin programs are in src/ops/random-gamma.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, tf

R = tf.random


@program
def stateless_uniform():
    return [
        R.stateless_uniform([2, 3], seed=[1, 2]),
        R.stateless_uniform([2, 3], seed=[1, 2], minval=1, maxval=5, dtype=tf.int32, name="u"),
        R.stateless_uniform([2], seed=tf.constant([1, 2], tf.int64), minval=None, maxval=None, dtype=tf.int64),
        R.stateless_uniform([2], seed=[1, 2], minval=None, maxval=None, dtype=tf.uint32, name="f"),
        R.stateless_uniform([], seed=[1, 2], minval=-1.0, maxval=1.0, dtype=tf.float64),
    ]


@program
def stateless_normal():
    return [
        R.stateless_normal([2, 3], seed=[1, 2], mean=1.0, stddev=2.0),
        R.stateless_truncated_normal([2, 3], seed=tf.constant([1, 2], tf.int64), name="t"),
    ]


@program
def stateless_classes():
    return [
        R.stateless_multinomial(tf.zeros([2, 3]), 4, seed=[1, 2], output_dtype=tf.int32),
        R.stateless_categorical(tf.zeros([2, 3]), 4, seed=[1, 2], name="c"),
    ]


@program
def stateless_one_bound():
    return R.stateless_uniform([2, 3], seed=[1, 2], dtype=tf.int32)


@program
def stateless_other_dtype():
    return R.stateless_uniform([2, 3], seed=[1, 2], dtype=tf.int16)


@program
def stateless_unsigned_bounds():
    return R.stateless_uniform([2, 3], seed=[1, 2], minval=1, maxval=2, dtype=tf.uint32)


@program
def gamma():
    return [
        tf.random_gamma([3], [1.0, 2.0], beta=2.0, seed=1),
        tf.random_gamma(tf.constant([3]), 2.0, dtype=tf.float64, name="g"),
        tf.random_gamma([2], [[1.0], [2.0]], beta=[1.0, 2.0, 3.0], dtype=tf.float16, seed=4),
    ]


@program
def poisson():
    return [tf.random_poisson([1.0, 2.0], [3], seed=1), tf.random_poisson(2.0, [], dtype=tf.int32, name="p")]


@program
def crop():
    return [
        tf.random_crop(tf.zeros([4, 5]), [2, 3], seed=1),
        tf.random_crop(tf.placeholder(tf.float32), tf.placeholder(tf.int32, [2]), seed=1, name="c"),
    ]


def kernels():
    shape = array([3], "int32")
    for dtype in ["float16", "float32", "float64"]:
        yield kernel("RandomGamma", array([30], "int32"), array([0.1, 0.5, 1, 1.5, 10, 1000], dtype), seed=3, seed2=5, runs=2)
    yield kernel("RandomGamma", array([2, 2], "int64"), array([[0.3], [7]]), seed=3, seed2=0)
    yield kernel("RandomGamma", array([], "int32"), array(2.5), seed=3, seed2=0)
    yield kernel("RandomGamma", array([0], "int32"), array([2.5]), seed=3, seed2=0)
    yield kernel("RandomGamma", array([3], "int32"), array([], "float32"), seed=3, seed2=0)
    yield kernel("RandomGamma", array(3, "int32"), array([2.5]), seed=3, seed2=0)
    yield kernel("RandomGamma", array([-3], "int32"), array([2.5]), seed=3, seed2=0)
    for rate in ["float32", "float64", "int32"]:
        for dtype in ["float32", "int32", "int64", "float16"]:
            yield kernel("RandomPoissonV2", array([20], "int32"), array([0, 1, 5, 9, 10, 30, 1000], rate), seed=3, seed2=5, dtype=tf.as_dtype(dtype).name, runs=2)
    yield kernel("RandomPoissonV2", array([2], "int32"), array([0.5, 9.99, 1e6, 12.5]), seed=1, seed2=0, dtype="float64")
    yield kernel("RandomPoissonV2", array([2], "int32"), array([np.inf]), seed=1, seed2=0, dtype="float64")
    yield kernel("RandomPoissonV2", array(2, "int32"), array([1.0]), seed=1, seed2=0, dtype="float64")
    for seed in [array([1, 2], "int32"), array([2**40, -7], "int64"), array([0, 0], "int64")]:
        for dtype in ["float16", "bfloat16", "float32", "float64"]:
            for op in ["StatelessRandomUniform", "StatelessRandomNormal", "StatelessTruncatedNormal"]:
                yield kernel(op, array([2, 5], "int32"), seed, dtype=dtype)
        for dtype in ["int32", "int64"]:
            yield kernel("StatelessRandomUniformInt", array([11], "int32"), seed, array(-5, dtype), array(1000, dtype))
        for dtype in ["int32", "int64", "uint32"]:
            yield kernel("StatelessRandomUniformFullInt", array([11], "int32"), seed, dtype=dtype)
        yield kernel("StatelessMultinomial", array([[0, 1, 2], [5, 0, -1]]), array(9, "int32"), seed, output_dtype="int32")
        yield kernel("StatelessRandomGetKeyCounter", seed)
    key, counter, alg = array([12345678901], "uint64"), array([3, 2**60], "uint64"), array(3, "int32")
    for op in ["StatelessRandomUniformV2", "StatelessRandomNormalV2", "StatelessTruncatedNormalV2"]:
        for dtype in ["float16", "float32", "float64"]:
            yield kernel(op, array([7], "int64"), key, counter, alg, dtype=dtype)
        yield kernel(op, array([0, 3], "int64"), key, counter, array(1, "int32"), dtype="float32")
        yield kernel(op, shape, array([1, 2], "uint64"), counter, alg, dtype="float32")
        yield kernel(op, shape, key, counter, array([1], "int32"), dtype="float32")
    for dtype in ["int32", "int64"]:
        yield kernel("StatelessRandomUniformIntV2", array([7], "int32"), key, counter, alg, array(2, dtype), array(2000000000, dtype))
    for dtype in ["int32", "int64", "uint32"]:
        yield kernel("StatelessRandomUniformFullIntV2", array([7], "int32"), key, counter, alg, dtype=dtype)
    yield kernel("StatelessRandomUniformIntV2", shape, key, counter, alg, array(2, "int32"), array(2, "int32"))
    yield kernel("StatelessRandomUniformIntV2", shape, key, counter, alg, array([2], "int32"), array(3, "int32"))
    yield kernel("StatelessRandomUniform", shape, array([1, 2, 3], "int32"), dtype="float32")
    yield kernel("StatelessRandomUniform", shape, array(1, "int32"), dtype="float32")
    yield kernel("StatelessRandomUniform", array(3, "int32"), array([1, 2], "int32"), dtype="float32")
    yield kernel("StatelessRandomUniformInt", shape, array([1, 2], "int32"), array(3, "int32"), array(3, "int32"))
    yield kernel("StatelessMultinomial", array([0, 1.0]), array(9, "int32"), array([1, 2], "int32"))


def shapes():
    f, i, u = "float32", "int32", "uint64"
    for shape, alpha in [([2], [3]), ([None], [3]), (None, []), ([2], None), ([], [3])]:
        yield inference("RandomGamma", (i, shape), (f, alpha))
        yield inference("RandomPoissonV2", (i, shape), (f, alpha), dtype=i)
    yield inference("RandomGamma", array([4, 5], i), (f, [3]))
    for seed in [None, [2], [3], [], [None]]:
        yield inference("StatelessRandomUniform", array([4, 5], i), (i, seed))
        yield inference("StatelessRandomUniformInt", array([4, 5], i), (i, seed), (i, None), (i, []))
        yield inference("StatelessMultinomial", (f, [2, 3]), array(4, i), (i, seed))
        yield inference("StatelessRandomGetKeyCounter", (i, seed))
    yield inference("StatelessRandomUniformInt", array([4, 5], i), (i, [2]), (i, [1]), (i, []))
    yield inference("StatelessMultinomial", (f, [2]), array(4, i), (i, [2]))
    for key, counter, alg in [([1], [2], []), (None, None, None), ([2], [2], []), ([1], [1], []), ([1], [3], []), ([], [2], []), ([1], [], []), ([1], [2], [1])]:
        yield inference("StatelessRandomNormalV2", array([4, 5], i), (u, key), (u, counter), (i, alg))
        yield inference("StatelessRandomUniformIntV2", array([4, 5], i), (u, key), (u, counter), (i, alg), (i, []), (i, []))
    yield inference("StatelessRandomUniformIntV2", array([4, 5], i), (u, [1]), (u, [2]), (i, []), (i, [1]), (i, []))
    yield inference("StatelessRandomGetAlg")


op_cases.write("random_more", kernels(), shapes())
