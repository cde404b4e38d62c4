"""Writes test/goldens/dilated.json: programs with dilated windows, and those of sequences. Run with a Python that has TensorFlow:  python tools/goldens/dilated.py

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


@program
def convolutions():
    x1, x2, x3 = p([2, 9, 3]), p([2, 9, 8, 3]), p([2, 9, 8, 7, 3])
    f1, f2, f3 = p([2, 3, 4]), p([2, 3, 3, 4]), p([2, 3, 2, 3, 4])
    conv = nn.convolution
    return [
        conv(x1, f1, "SAME"),
        conv(x2, f2, "VALID", strides=[2, 1], name="c"),
        conv(x3, f3, "SAME", strides=2),
        conv(x1, f1, "SAME", dilation_rate=[2]),
        conv(x2, f2, "SAME", dilation_rate=[2, 3]),
        conv(x2, f2, "VALID", dilation_rate=2, name="d"),
        conv(x3, f3, "VALID", dilation_rate=[1, 2, 1]),
        conv(p([2, 3, 9]), f1, "VALID", dilation_rate=[2], data_format="NCW"),
        conv(p([None, 3, None, 8]), f2, "SAME", dilation_rate=[2, 2], data_format="NCHW"),
        conv(p([None, None, None, None]), f2, "SAME", dilation_rate=[2, 2], data_format="NCHW"),
        conv(p([2, 3, 9, 8, 7]), f3, "VALID", data_format="NCDHW"),
        conv(x2, p(), "VALID"),
        conv(p(), f2, "VALID", dilation_rate=[2, 2]),
        conv(x1, [[[1.0], [2.0], [3.0]]], "VALID"),
        conv([[[1.0], [2.0], [3.0]]], [[[1.0]]], "VALID"),
    ]


@program
def atrous():
    return [nn.atrous_conv2d(p([2, 9, 8, 3]), p([2, 3, 3, 4]), 2, "SAME"), nn.atrous_conv2d(p([2, None, 8, 3]), p([2, 3, 3, 4]), [1, 3], "VALID", name="a")]


@program
def convolution_of_unknown_ranks():
    return nn.convolution(p(), p(), "SAME")


@program
def convolution_of_matrices():
    return nn.convolution(p([2, 3]), p([2, 3]), "SAME")


@program
def convolution_of_other_channels():
    return nn.convolution(p([2, 9, 8, 4]), p([2, 3, 3, 4]), "SAME", dilation_rate=2)


@program
def convolution_with_steps():
    return nn.convolution(p([2, 9, 8, 3]), p([2, 3, 3, 4]), "SAME", strides=[1, 2], dilation_rate=2)


@program
def convolution_of_rate_zero():
    return nn.convolution(p([2, 9, 8, 3]), p([2, 3, 3, 4]), "SAME", dilation_rate=[0, 1])


@program
def convolution_of_three_rates():
    return nn.convolution(p([2, 9, 8, 3]), p([2, 3, 3, 4]), "SAME", dilation_rate=[2, 1, 2])


@program
def convolution_of_other_format():
    return nn.convolution(p([2, 9, 8, 3]), p([2, 3, 3, 4]), "SAME", dilation_rate=2, data_format="NWC")


@program
def convolution_of_less_rank():
    return nn.convolution(p([2, 9, 8]), p([2, 3, 3, 4]), "SAME", dilation_rate=2)


@program
def pools():
    x1, x2, x3 = p([2, 9, 3]), p([2, 9, 8, 3]), p([2, 9, 8, 7, 3])
    return [
        nn.pool(x1, [2], "MAX", "SAME"),
        nn.pool(x2, [2, 3], "AVG", "VALID", strides=[1, 2], name="p"),
        nn.pool(x3, [2, 3, 2], "MAX", "SAME", strides=[2, 2, 2]),
        nn.pool(x3, [2, 3, 2], "AVG", "SAME"),
        nn.pool(x1, [2], "AVG", "VALID", dilation_rate=[3]),
        nn.pool(x2, [2, 3], "MAX", "VALID", dilation_rate=[2, 2]),
        nn.pool(p([2, None, 8, 3]), [2, 3], "MAX", "VALID", dilation_rate=[2, 2]),
        nn.pool(p([2, 3, 9]), [2], "MAX", "SAME", data_format="NCW"),
        nn.pool(p([2, 3, 9, 8]), [2, 2], "MAX", "VALID", dilation_rate=[2, 1], data_format="NCHW"),
    ]


@program
def pool_of_other_rank():
    return nn.pool(p([2, 9, 8]), [2, 2], "MAX", "SAME")


@program
def pool_of_four_axes():
    return nn.pool(p(), [2, 2, 2, 2], "MAX", "SAME")


@program
def pool_of_same_and_rates():
    return nn.pool(p(), [2, 2], "MAX", "SAME", dilation_rate=[2, 1])


@program
def pool_of_long_steps():
    return nn.pool(p(), [2, 2], "MAX", "SAME", strides=[3, 1])


@program
def pool_of_one_step():
    return nn.pool(p(), [2, 2], "MAX", "SAME", strides=[2])


@program
def pool_of_sums():
    return nn.pool(p(), [2, 2], "SUM", "SAME")


@program
def pool_of_other_format():
    return nn.pool(p(), [2], "MAX", "SAME", data_format="NHWC")


@program
def sequences():
    x, k = p([2, 5, 4]), p([3, 2, 4])
    return [
        nn.conv1d_transpose(x, k, [2, 10, 2], 2),
        nn.conv1d_transpose(x, k, p([3], "int32"), [1, 2, 1], "VALID", name="t"),
        nn.conv1d_transpose(p(), k, [2, 2, 10], 2, data_format="NCW", dilations=1),
        nn.conv1d_transpose(x, k, [p([], "int32"), 10, 2], 2),
        nn.max_pool1d(x, 2, 2, "SAME"),
        nn.max_pool1d(p([2, 4, None]), [2], [1, 1, 1], "VALID", data_format="NCW", name="m"),
        nn.avg_pool1d(x, [1, 3, 1], 1, "SAME"),
        nn.avg_pool1d(p(), 2, 1, "VALID", name="a"),
    ]


@program
def sequence_of_other_format():
    return nn.conv1d_transpose(p(), p(), [1, 2, 3], 1, data_format="NHWC")


@program
def sequence_of_two_sizes():
    return nn.max_pool1d(p(), [1, 2], 1, "SAME")


op_cases.write("dilated")
