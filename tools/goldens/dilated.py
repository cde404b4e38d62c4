"""Writes test/goldens/dilated.json: programs with dilated windows. Run with a Python that has TensorFlow:  python tools/goldens/dilated.py

The twin programs are in src/ops/with-space-to-batch.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import program, tf

nn = tf.nn
ONES = [1, 1, 1, 1]


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def required():
    both = tf.required_space_to_batch_paddings
    return [
        list(both([5, 4], [3, 2])),
        list(both([5, 4], [3, 2], [[1, 0], [0, 2]], name="r")),
        list(both(p([2], "int32"), [3, 2])),
        list(both([5, 4], p([2], "int32"), p([2, 2], "int32"))),
        list(both([], tf.zeros([0], "int32"))),
    ]


@program
def required_of_unknown_blocks():
    return tf.required_space_to_batch_paddings([5, 4], p([None], "int32"))


@program
def required_of_scalar():
    return tf.required_space_to_batch_paddings([5, 4], 3)


@program
def required_of_other_sizes():
    return tf.required_space_to_batch_paddings([5, 4], [3])


@program
def depthwise():
    x, f = p([2, 8, 7, 3]), p([3, 2, 3, 2])
    return [
        nn.depthwise_conv2d(x, f, ONES, "SAME", rate=[2, 3]),
        nn.depthwise_conv2d(x, f, ONES, "VALID", rate=[1, 2], name="d"),
        nn.depthwise_conv2d(p([None, None, 7, 3]), f, ONES, "SAME", rate=[2, 2]),
        nn.depthwise_conv2d(p(), f, ONES, "VALID", rate=[2, 2]),
        nn.depthwise_conv2d(p([2, 3, 8, 7]), f, ONES, "SAME", rate=[2, 2], data_format="NCHW"),
        nn.depthwise_conv2d(p([None, None, None, None]), f, ONES, "SAME", rate=[2, 2], data_format="NCHW"),
        nn.depthwise_conv2d(x, f, ONES, [[0, 0], [1, 2], [0, 1], [0, 0]], rate=[2, 2]),
        nn.depthwise_conv2d(p([2, 3, 8, 7]), f, ONES, [[0, 0], [0, 0], [1, 2], [0, 1]], rate=[2, 2], data_format="NCHW"),
    ]


@program
def depthwise_of_unknown_filter():
    return nn.depthwise_conv2d(p([2, 8, 7, 3]), p(), ONES, "SAME", rate=[2, 2])


@program
def depthwise_of_rate_zero():
    return nn.depthwise_conv2d(p([2, 8, 7, 3]), p([3, 2, 3, 2]), ONES, "SAME", rate=[0, 2])


@program
def separable():
    x, f, g = p([2, 8, 7, 3]), p([3, 2, 3, 2]), p([1, 1, 6, 5])
    return [nn.separable_conv2d(x, f, g, ONES, "SAME", rate=[2, 3]), nn.separable_conv2d(p([2, None, None, 3]), f, g, ONES, "VALID", rate=[2, 2], name="s")]


@program
def any_op():
    seen = []

    def op(x, count, padding):
        seen.append([x, tf.constant(count, name=padding)])
        return tf.identity(x)

    x = p([2, 8, 7, 6, 3])
    over = nn.with_space_to_batch
    results = [
        over(x, [1, 1], "SAME", op),
        over(x, [2, 3], "VALID", op),
        over(x, [2, 3], "VALID", op, spatial_dims=[2, 3]),
        over(x, [2, 3], "SAME", op, filter_shape=[3, 4], spatial_dims=[1, 3]),
        over(p([2, None, 7, 6, 3]), [2, 3], "SAME", op, filter_shape=[3, 4], spatial_dims=[1, 3]),
        over(p([2, None, 7, 6, 3]), [3], "VALID", op, data_format="NCW"),
    ]
    return [results, seen]


@program
def same_without_filter():
    return nn.with_space_to_batch(p([2, 8, 7, 3]), [2, 2], "SAME", lambda x, *_: x)


@program
def too_many_rates():
    return nn.with_space_to_batch(p([2, 8, 7, 3]), [2, 2, 2, 2], "VALID", lambda x, *_: x)


@program
def other_padding():
    return nn.with_space_to_batch(p([2, 8, 7, 3]), [2, 2], "OTHER", lambda x, *_: x)


@program
def falling_dims():
    return nn.with_space_to_batch(p([2, 8, 7, 3]), [2, 2], "VALID", lambda x, *_: x, spatial_dims=[2, 1])


op_cases.write("dilated")
