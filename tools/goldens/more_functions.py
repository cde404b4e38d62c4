"""Writes test/goldens/more_functions.json: functions that are made of other functions' ops, and what they give in a step. Run with a Python that has TensorFlow:  python tools/goldens/more_functions.py

The twin programs are in test/more-functions.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import named_step, program, sixteenths, tf

f = "float32"
i32 = "int32"
inf = float("inf")


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


def c(shape, seed=1, dtype=f):
    """Numbers that the twin counts out: no file has to carry them."""
    size = int(np.prod(shape))
    return tf.constant(((np.arange(size) * 7 + seed) % 13 - 6).reshape(shape), dtype)


@program
def repeats():
    x = p([2, 3])
    return [
        tf.repeat(x, 2),
        tf.repeat(x, [1, 2, 3], axis=1, name="r"),
        tf.repeat(p([3]), [3, 0, 2], axis=0),
        tf.repeat(x, p([], i32), axis=-1),
        tf.repeat(p([]), 4),
        tf.repeat(p([2, None]), p([None], i32), axis=1),
        tf.repeat(p(), 3, axis=1),
        tf.repeat(x, p(None, "int64"), axis=0),
        tf.repeat(p([2, 3, 4]), [2], axis=2),
    ]


@program
def repeat_of_floats():
    return tf.repeat(p([2]), [1.5, 2.0], axis=0)


@program
def repeat_of_other_count():
    return tf.repeat(p([2, 3]), [1, 2], axis=1)


@program
def repeat_of_other_axis():
    return tf.repeat(p([2, 3]), 2, axis=2)


@program
def repeat_of_unknown_axis():
    return tf.repeat(p(), 2, axis=-1)


@program
def repeat_of_unknown_rank():
    return tf.repeat(p(), [1, 2], axis=0)


@program
def repeat_of_rank_2():
    return tf.repeat(p([2]), [[1], [2]], axis=0)


@program
def monotonic():
    return [
        tf.is_non_decreasing(p([4])),
        tf.is_strictly_increasing(p(), name="s"),
        tf.is_non_decreasing(p([2, 2], "int64")),
    ]


@program
def monotonic_of_text():
    return tf.is_non_decreasing(p([2], "string"))


@program
def bins():
    return [
        tf.histogram_fixed_width_bins(p([2, 3]), [0.0, 5.0]),
        tf.histogram_fixed_width_bins(p(), p([2]), nbins=p([], i32), name="h"),
        tf.histogram_fixed_width_bins(p([4], "float64"), tf.constant([0.0, 5.0], "float64"), nbins=5),
    ]


@program
def largest_singular_values():
    return [
        tf.norm(p([2, 3]), 2, axis=[0, 1]),
        tf.norm(p([2, 3, 4]), 2, axis=[-1, 0], keepdims=True, name="n"),
    ]


@program
def transposed_convolutions():
    nn = tf.nn
    return [
        nn.conv_transpose(p([1, 4, 2]), p([2, 3, 2]), [1, 8, 3], 2),
        nn.conv_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 8, 10, 3], [2, 2], name="t"),
        nn.conv_transpose(p([1, 2, 2, 2, 1]), p([2, 2, 2, 3, 1]), [1, 4, 4, 4, 3], 2, padding="VALID"),
        nn.conv_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), p([4], i32), 1),
        nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 3, 3, 2]), [1, 4, 5, 3], 2, "SAME"),
        nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 6, 7, 3], 2, "VALID", name="a"),
        nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 5, 6, 3], 1, "VALID"),
        nn.atrous_conv2d_transpose(p([None, 4, 5, 2]), p([2, 2, 3, 2]), p([4], i32), 3, "SAME"),
        nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([None, 2, 3, 2]), [1, 4, 5, 3], 2, "SAME"),
    ]


@program
def transposed_convolution_of_other_length():
    return tf.nn.conv_transpose(p([1, 2]), p([2, 2]), [1, 2], 1)


@program
def transposed_convolution_of_a_number():
    return tf.nn.conv_transpose(p([1, 2]), p([2, 2]), 3, 1)


@program
def dilated_of_other_channels():
    return tf.nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 4]), [1, 4, 5, 3], 2, "SAME")


@program
def dilated_of_other_output_channels():
    return tf.nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5, 4], 2, "SAME")


@program
def dilated_of_other_rank():
    return tf.nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5], 2, "SAME")


@program
def dilated_of_rate_0():
    return tf.nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5, 3], 0, "SAME")


@program
def dilated_of_other_padding():
    return tf.nn.atrous_conv2d_transpose(p([1, 4, 5, 2]), p([2, 2, 3, 2]), [1, 4, 5, 3], 2, "FULL")


def repeated():
    x = c([2, 3])
    unknown = tf.placeholder_with_default(x, None)
    counts = tf.placeholder_with_default([1, 0, 2], None)
    return [
        tf.repeat(x, 2),
        tf.repeat(x, [1, 0, 3], axis=1),
        tf.repeat(x, [2, 1], axis=0),
        tf.repeat(unknown, 2, axis=1),
        tf.repeat(x, counts, axis=1),
        tf.repeat(tf.constant(["a", "b"]), [0, 2], axis=0),
        tf.repeat(x, 0, axis=0),
        tf.repeat(tf.zeros([0, 2]), 3, axis=0),
        tf.repeat(tf.zeros([0, 2]), tf.zeros([0], i32), axis=0),
    ]


def asked():
    lists = [[1.0, 1.0, 3.0], [1.0, 2.0, 3.0], [3.0, 1.0], [5.0], []]
    return [ask(tf.constant(x, f)) for x in lists for ask in [tf.is_non_decreasing, tf.is_strictly_increasing]]


def binned():
    x = [-1.0, 0.0, 1.5, 2.0, 5.0, 15.0]
    return [
        tf.histogram_fixed_width_bins(x, [0.0, 5.0], nbins=5),
        tf.histogram_fixed_width_bins([x], [-1.0, 15.0]),
        tf.histogram_fixed_width_bins(tf.constant([], f), [0.0, 1.0]),
    ]


def norms():
    x = c([2, 3, 4])
    return [
        tf.norm(x, 2, axis=[0, 1]),
        tf.norm(x, 2, axis=[-1, 0], keepdims=True),
        tf.norm(x, 2, axis=[-2, -1]),
    ]


def transposed():
    nn = tf.nn
    return [
        nn.conv_transpose(c([1, 4, 2]), c([2, 3, 2], 2), [1, 8, 3], 2),
        nn.conv_transpose(c([1, 2, 2, 2, 1]), c([2, 2, 2, 3, 1], 2), [1, 4, 4, 4, 3], 2, padding="VALID"),
        nn.atrous_conv2d_transpose(c([1, 4, 5, 2]), c([2, 3, 3, 2], 2), [1, 4, 5, 3], 2, "SAME"),
        nn.atrous_conv2d_transpose(c([1, 4, 5, 2]), c([2, 2, 3, 2], 3), [1, 6, 7, 3], 2, "VALID"),
        nn.atrous_conv2d_transpose(c([1, 4, 5, 2]), c([2, 2, 3, 2], 4), tf.placeholder_with_default([1, 4, 5, 3], [4]), 3, "SAME"),
    ]


named_step("repeated", repeated)
named_step("repeated by other counts", lambda: tf.repeat(c([2, 3]), tf.placeholder_with_default([1, 2], None), axis=1))
named_step("asked", asked)
named_step("binned", binned)
named_step("binned in no bins", lambda: tf.histogram_fixed_width_bins([1.0], [0.0, 5.0], nbins=0))
named_step("norms", norms)
named_step("transposed", transposed)

op_cases.write("more_functions")
