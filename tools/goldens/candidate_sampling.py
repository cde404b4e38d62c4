"""Writes test/goldens/candidate_sampling.json: drawn classes, and losses over them. Run with a Python that has TensorFlow:  python tools/goldens/candidate_sampling.py

The twin programs are in src/ops/candidate-sampling.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, tf

nn = tf.nn


def labels(values=((2,), (5,))):
    return tf.constant(values, tf.int64)


@program
def samplers():
    return [
        *nn.log_uniform_candidate_sampler(labels(), 1, 3, True, 10, seed=4),
        *tf.random.uniform_candidate_sampler(tf.placeholder(tf.int64, [None, 2]), 2, 3, False, 10, name="u"),
        *nn.compute_accidental_hits(labels(), tf.constant([5, 7], tf.int64), 1, seed=2, name="hits"),
    ]


def model():
    weights = tf.constant([[0.5, 1], [0, -1], [0.25, 2], [1, 1], [-1, 0.5], [2, 0]])
    return weights, tf.constant([0.0, 1, 2, 3, 4, 5]), tf.constant([[1.0, 2], [3, -4]])


@program
def softmax():
    weights, biases, inputs = model()
    return [nn.sampled_softmax_loss(weights, biases, labels(), inputs, 3, 6, seed=1)]


@program
def noise_contrastive():
    weights, biases, inputs = model()
    drawn = nn.uniform_candidate_sampler(labels([[2, 1], [5, 0]]), 2, 3, True, 6, seed=1)
    return [nn.nce_loss([weights[:3], weights[3:]], biases, tf.constant([[2, 1], [5, 0]]), inputs, 3, 6, num_true=2, sampled_values=drawn, remove_accidental_hits=True, partition_strategy="div", name="n")]


@program
def bad_strategy():
    weights, biases, inputs = model()
    return nn.nce_loss([weights, weights], biases, labels(), inputs, 3, 12, partition_strategy="other")


def long(values):
    return array(values, "int64")


def kernels():
    for op in ["UniformCandidateSampler", "LogUniformCandidateSampler"]:
        for number, count in [(1, 1), (7, 7), (8, 5), (1000, 50), (100000, 300)]:
            for unique in [True, False]:
                yield kernel(op, long([[0], [number - 1]]), num_true=1, num_sampled=count, unique=unique, range_max=number, seed=3, seed2=5, runs=2)
        yield kernel(op, long([[0, 3, 1]]), num_true=3, num_sampled=4, unique=True, range_max=2**33, seed=1, seed2=0)
        yield kernel(op, long([[1]]), num_true=1, num_sampled=4, unique=True, range_max=3, seed=1, seed2=0)
        yield kernel(op, long([[3]]), num_true=1, num_sampled=2, unique=True, range_max=3, seed=1, seed2=0)
        yield kernel(op, long([[-1]]), num_true=1, num_sampled=2, unique=True, range_max=3, seed=1, seed2=0)
        yield kernel(op, long([1]), num_true=1, num_sampled=2, unique=True, range_max=3, seed=1, seed2=0)
        yield kernel(op, long([[1]]), num_true=2, num_sampled=2, unique=True, range_max=3, seed=1, seed2=0)
        yield kernel(op, array([[]], "int64").reshape(0, 2), num_true=2, num_sampled=2, unique=True, range_max=3, seed=1, seed2=0)
    yield kernel("ComputeAccidentalHits", long([[1, 2], [3, 1], [4, 4]]), long([1, 4, 9, 1]), num_true=2)
    yield kernel("ComputeAccidentalHits", long([[1]]), long([2]), num_true=1)
    yield kernel("ComputeAccidentalHits", long([[1]]), long([]), num_true=1)
    yield kernel("ComputeAccidentalHits", array([[]], "int64").reshape(0, 1), long([1]), num_true=1)
    yield kernel("ComputeAccidentalHits", long([[1]]), long([1]), num_true=2)
    yield kernel("ComputeAccidentalHits", long([1]), long([1]), num_true=1)
    yield kernel("ComputeAccidentalHits", long([[1]]), long([[1]]), num_true=1)


def shapes():
    attrs = dict(num_true=2, num_sampled=3, unique=True, range_max=9)
    for shape in [[4, 2], [None, None], None, [4], [4, 3]]:
        yield inference("UniformCandidateSampler", ("int64", shape), **attrs)
        yield inference("LogUniformCandidateSampler", ("int64", shape), **attrs)
        yield inference("ComputeAccidentalHits", ("int64", shape), ("int64", [5]), num_true=2)
    yield inference("ComputeAccidentalHits", ("int64", [4, 2]), ("int64", [5, 1]), num_true=2)


op_cases.write("candidate_sampling", kernels(), shapes())
