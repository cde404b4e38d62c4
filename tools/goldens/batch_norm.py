"""Writes test/goldens/batch_norm.json: batch normalization and statistics. Run with a Python that has TensorFlow:  python tools/goldens/batch_norm.py

The twin programs are in src/ops/batch-norm.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, encoded, inference, kernel, program, sixteenths, tf

nn = tf.nn


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def fused():
    x = p([2, 3, 4, 5])
    return [list(nn.fused_batch_norm(x, p([5]), p([5]))), list(nn.fused_batch_norm(x, p([5]), p(), p(), p(), epsilon=0.5, is_training=False, name="b"))]


@program
def fused_channels_first():
    return list(nn.fused_batch_norm(p([2, 5, 3, 4]), p([5]), p([5]), p([5]), p([5]), data_format="NCHW", exponential_avg_factor=0.25))


@program
def fused_of_literals():
    return list(nn.fused_batch_norm([[[[1.0], [3.0]]]], [1.0], [0.0]))


@program
def fused_of_half_literals():
    return list(nn.fused_batch_norm(p([1, 1, 2, 1], "float16"), [1.0], [0.0], [2.0], [1.0], is_training=False))


@program
def fused_volumes():
    return list(nn.fused_batch_norm(p(), p(), p(), data_format="NDHWC"))


@program
def fused_without_mean():
    return list(nn.fused_batch_norm(p(), p(), p(), is_training=False))


@program
def fused_mixed_without_mean():
    return list(nn.fused_batch_norm(p(), p(), p(), exponential_avg_factor=0.5))


@program
def composed():
    x = p([2, 3, 4, 5])
    mean, variance = nn.moments(x, [0, 1, 2])
    return nn.batch_normalization(x, mean, variance, p([5]), p([5]), 0.001)


@program
def weighted():
    x = p([2, 3])
    return [list(nn.weighted_moments(x, [0], p([2, 1]))), list(nn.weighted_moments(x, [0, 1], p([2, 3], "int32"), keep_dims=True, name="w"))]


@program
def weighted_half():
    return list(nn.weighted_moments(p([2, 3], "float16"), [1], [1.0, 2.0, 3.0]))


@program
def normalized():
    return [list(nn.normalize_moments(p([]), p([3]), p([3]), None)), list(nn.normalize_moments(4.0, p([3]), p([3]), p([3]), name="n"))]


def fused_kernel(op, *inputs, **attrs):
    """Outputs that TensorFlow leaves unset are what the kernel here gives: 0, and in training not-a-number."""
    case = kernel(op, *inputs, **attrs)
    if "outputs" in case:
        is_training = attrs.get("is_training", True)
        if not is_training or inputs[0].size == 0:
            for i in [3, 4]:
                unset = np.zeros(case["outputs"][i]["shape"]) if not is_training else np.full(case["outputs"][i]["shape"], np.nan)
                case["outputs"][i] = encoded(array(unset, case["outputs"][i]["dtype"]))
        if op == "FusedBatchNormV3":
            case["outputs"][5] = encoded(array(0, case["outputs"][5]["dtype"]))
    return case


def parameters(channels, seed):
    scale, offset, mean = (sixteenths([channels], seed + i) for i in range(3))
    return scale, offset, mean, sixteenths([channels], seed + 3, 1, 40)


def kernels():
    none = array([])
    for op in ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"]:
        for shape, data_format in [([2, 3, 4, 5], "NHWC"), ([2, 5, 3, 4], "NCHW"), ([1, 1, 1, 3], "NHWC"), ([2, 3, 2, 2, 3], "NHWC"), ([0, 3, 2, 2], "NHWC"), ([0, 2, 2, 2], "NCHW"), ([2, 2, 2, 0], "NHWC")]:
            channels = shape[1] if data_format == "NCHW" else shape[-1]
            scale, offset, mean, variance = parameters(channels, 3)
            x = sixteenths(shape, 1)
            layout = {"data_format": data_format}
            yield fused_kernel(op, x, scale, offset, none, none, **layout)
            yield fused_kernel(op, x, scale, offset, mean, variance, epsilon=0.5, **layout)
            yield fused_kernel(op, x, scale, offset, mean, variance, exponential_avg_factor=0.25, **layout)
            yield fused_kernel(op, x, scale, offset, mean, variance, is_training=False, **layout)
        scale, offset, mean, variance = parameters(2, 7)
        x = sixteenths([1, 2, 2, 2], 2)
        three, scalar = sixteenths([3], 5), array(1)
        for is_training in [True, False]:
            yield fused_kernel(op, x[0], scale, offset, mean, variance, is_training=is_training)
            for i in range(1, 5):
                for wrong in [three, scalar, none]:
                    inputs = [x, scale, offset, mean, variance]
                    inputs[i] = wrong
                    yield fused_kernel(op, *inputs, is_training=is_training)
        yield fused_kernel(op, x, scale, offset, none, none, exponential_avg_factor=0.5)
        yield fused_kernel(op, x, scale, offset, mean, none, exponential_avg_factor=0.5)
        specials = array([float("nan"), 1, float("inf"), 2, 3, 4, 5, 6]).reshape([1, 2, 2, 2])
        yield fused_kernel(op, specials, scale, offset, none, none)
        yield fused_kernel(op, specials, scale, offset, mean, array([-1, float("inf")]), is_training=False)
    for dtype in ["float16", "bfloat16"]:
        scale, offset, mean, variance = parameters(3, 9)
        for op in ["FusedBatchNormV2", "FusedBatchNormV3"]:
            x = sixteenths([2, 3, 2, 3], 4, dtype=dtype)
            yield fused_kernel(op, x, scale, offset, none, none)
            yield fused_kernel(op, x, scale, offset, mean, variance, is_training=False)
    for shape, data_format in [([1, 2, 2, 3, 2], "NDHWC"), ([1, 2, 2, 3, 2], "NCDHW"), ([2, 2, 3, 2], "NCDHW"), ([2, 2, 3, 2], "NDHWC")]:
        scale, offset, mean, variance = parameters(2, 7)
        yield fused_kernel("FusedBatchNormV3", sixteenths(shape, 6), scale, offset, none, none, data_format=data_format)
        yield fused_kernel("FusedBatchNormV3", sixteenths(shape, 6), scale, offset, mean, variance, is_training=False, data_format=data_format)


def shapes():
    f = "float32"
    c = (f, [5])
    for op in ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"]:
        for attrs in [{}, {"is_training": False}, {"exponential_avg_factor": 0.5}, {"data_format": "NCHW"}]:
            for shape in [[2, 3, 4, 5], None, [None, 5, 4, None], [2, 3, 4, 6], [2, 3], [1, 2, 3, 4, 5]]:
                yield inference(op, (f, shape), c, c, c, c, **attrs)
            for i in range(5):
                for shape in [None, [None], [4], [], [2, 3]]:
                    inputs = [(f, [2, 5, 5, 5]), c, c, c, c]
                    inputs[i] = (f, shape)
                    yield inference(op, *inputs, **attrs)
    for data_format in ["NDHWC", "NCDHW"]:
        for shape in [[2, 5, 4, 3, 5], None, [2, 3, 4, 5]]:
            yield inference("FusedBatchNormV3", (f, shape), c, c, c, c, data_format=data_format)
    yield inference("FusedBatchNormV3", ("float16", [2, 3, 4, 5]), c, c, c, c)


op_cases.write("batch_norm", kernels(), shapes())
