"""Writes test/goldens/layers.json: layers, their scopes, weights and updates. Run with a Python that has TensorFlow and tf_keras:  python tools/goldens/layers.py

The twin programs are in src/layers/layers.test.ts; a program has the same name there. Where values are compared, weights have initializers without chance.
"""
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import warnings

warnings.simplefilter("ignore")
import numpy as np
import op_cases
from op_cases import program, step, tf

L = tf.layers
i32 = "int32"


def unknown(value, shape=None, dtype="float32"):
    return tf.placeholder_with_default(tf.constant(value, dtype), shape)


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


def ramp(*shape):
    size = int(np.prod(shape))
    return tf.constant((np.arange(size).reshape(shape) % 7 - 3) / 4, "float32")


def weights(shape, dtype=None, partition_info=None):
    """Not all alike, and the same everywhere."""
    size = int(np.prod(shape))
    return tf.constant((np.arange(size).reshape(shape) % 5 - 2) / 4, dtype or "float32")


KERNEL = dict(kernel_initializer=weights, bias_initializer=tf.ones_initializer())


def both(f):
    """Its nodes and its values are recorded."""
    return step(program(f))


def names(variables):
    return list(variables)


@both
def dense_layers():
    x = ramp(2, 3)
    return [L.dense(x, 4, **KERNEL), L.dense(x, 2, tf.nn.relu, name="d", **KERNEL), L.dense(x, 2, use_bias=False, name="d", reuse=True), L.dense(ramp(2, 3, 3), 2, **KERNEL)]


@both
def dense_unknown():
    return [L.dense(unknown([[1, 2], [3, 4]], [None, 2]), 3, **KERNEL), L.dense(unknown([[[1, 2]]], [None, None, 2]), 3, **KERNEL)]


@both
def dense_float64():
    return L.dense(tf.constant([[1.0, 2.0]], "float64"), 2, kernel_initializer=tf.ones_initializer())


@both
def convolutions():
    return [
        L.conv1d(ramp(2, 6, 2), 3, 2, padding="causal", **KERNEL),
        L.conv1d(ramp(2, 6, 2), 3, 2, dilation_rate=2, **KERNEL),
        L.conv2d(ramp(2, 5, 4, 2), 3, [2, 3], strides=[2, 1], padding="same", activation=tf.nn.relu, **KERNEL),
        L.conv2d(ramp(1, 6, 6, 2), 2, 2, dilation_rate=2, **KERNEL),
        L.conv3d(ramp(1, 3, 3, 3, 2), 2, 2, **KERNEL),
    ]


@both
def convolutions_of_unknown_size():
    x = unknown(np.arange(18).reshape([1, 3, 3, 2]) / 8.0, [None, None, None, 2])
    return [L.conv2d(x, 3, 2, **KERNEL), L.conv2d_transpose(x, 2, 3, strides=2, **KERNEL), L.separable_conv2d(x, 2, 2, depthwise_initializer=weights, pointwise_initializer=weights)]


@program
def channels_first():
    x = p([2, 3, 6, 5])
    return [
        L.conv2d(x, 4, 2, data_format="channels_first"),
        L.conv1d(p([2, 3, 6]), 4, 2, data_format="channels_first"),
        L.max_pooling2d(x, 2, 2, data_format="channels_first"),
        L.average_pooling3d(p([2, 3, 4, 4, 4]), 2, 2, data_format="channels_first"),
        L.flatten(x, data_format="channels_first"),
        L.batch_normalization(x, axis=1, training=True),
        L.separable_conv1d(p([2, 3, 6]), 4, 2, data_format="channels_first"),
    ]


@both
def transposed():
    return [
        L.conv2d_transpose(ramp(1, 2, 3, 2), 2, 3, strides=2, padding="same", **KERNEL),
        L.conv2d_transpose(ramp(1, 2, 3, 2), 2, [3, 1], use_bias=False, kernel_initializer=weights),
        L.conv3d_transpose(ramp(1, 2, 2, 2, 1), 2, 2, strides=2, activation=tf.nn.relu, **KERNEL),
    ]


@both
def separable():
    given = dict(depthwise_initializer=weights, pointwise_initializer=weights)
    return [
        L.separable_conv1d(ramp(2, 6, 2), 3, 2, padding="causal", **given),
        L.separable_conv1d(ramp(2, 6, 2), 3, 2, strides=2, padding="same", **given),
        L.separable_conv2d(ramp(1, 5, 5, 2), 3, 2, depth_multiplier=2, activation=tf.nn.relu, **given),
        L.separable_conv2d(ramp(1, 5, 5, 2), 3, 2, dilation_rate=2, **given),
    ]


@both
def pools():
    return [
        L.max_pooling1d(ramp(2, 6, 2), 2, 2),
        L.average_pooling1d(ramp(2, 5, 2), 3, 1, padding="same"),
        L.max_pooling2d(ramp(1, 5, 5, 2), [2, 3], [2, 1], name="p"),
        L.average_pooling2d(ramp(1, 4, 4, 2), 2, 2),
        L.max_pooling3d(ramp(1, 4, 4, 4, 1), 2, 2),
        L.average_pooling3d(ramp(1, 4, 4, 4, 1), 2, 2, padding="same"),
    ]


@both
def flattened():
    return [L.flatten(ramp(2, 3, 2)), L.flatten(unknown([[[1, 2]]], [None, 1, 2])), L.flatten(unknown([[[1, 2]]], [1, None, 2])), L.flatten(unknown([[[1, 2]]], [None, None, 2])), L.flatten(ramp(3)), L.flatten(unknown([[1, 2]]))]


@program
def dropouts():
    x = ramp(2, 3)
    layer = L.Dropout(0.25, seed=7)
    return [
        L.dropout(x),
        L.dropout(x, 0.25, training=True, seed=3),
        L.dropout(p([2, None, 3]), noise_shape=[None, 1, 3], training=True),
        L.dropout(x, rate=0, training=True),
        L.dropout(x, training=p([], "bool"), name="drop"),
        layer(x, training=True),
        layer(x, training=True),
    ]


def updated(y):
    """The result, and what the updates give."""
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    return [y] + [u.outputs[0] for u in updates]


@both
def normalized_images():
    x = ramp(2, 3, 2, 2)
    return [L.batch_normalization(x), *updated(L.batch_normalization(x, training=True))]


@both
def normalized_rows():
    x = ramp(4, 3)
    return [L.batch_normalization(x), *updated(L.batch_normalization(x, training=True, momentum=0.9, epsilon=0.01, name="b"))]


@both
def normalized_without_parameters():
    return [L.batch_normalization(ramp(2, 3, 2, 2), center=False, scale=False, training=True), L.batch_normalization(ramp(4, 3), center=False, training=True), L.batch_normalization(ramp(4, 3), scale=False)]


@both
def normalized_by_condition():
    on, off = unknown(True, [], "bool"), unknown(False, [], "bool")
    return [L.batch_normalization(ramp(4, 3), training=on), L.batch_normalization(ramp(4, 3), training=off), L.batch_normalization(ramp(2, 3, 2, 2), training=on), L.batch_normalization(ramp(2, 3, 2, 2), training=off)]


@both
def normalized_along_axes():
    return [L.batch_normalization(ramp(4, 3, 2), axis=[1, 2], training=True), L.batch_normalization(ramp(4, 3, 2), axis=1, training=True), L.batch_normalization(ramp(2, 2, 2, 3, 2), training=True)]


@both
def renormalized():
    x = ramp(4, 3)
    return updated(L.batch_normalization(x, training=True, renorm=True, renorm_clipping={"rmin": 0.5, "rmax": 2.0, "dmax": 1.0})) + [L.batch_normalization(x, renorm=True)]


@program
def renormalized_by_condition():
    return L.batch_normalization(p([4, 3]), training=p([], "bool"), renorm=True)


@both
def virtual_batches():
    return updated(L.batch_normalization(ramp(4, 3), training=True, virtual_batch_size=2)) + [L.batch_normalization(ramp(4, 3), virtual_batch_size=2)]


@both
def adjusted():
    adjustment = lambda shape: (tf.fill(shape, 2.0), tf.fill(shape, 0.5))
    return [L.batch_normalization(ramp(4, 3), training=True, adjustment=adjustment), L.batch_normalization(ramp(4, 3), training=False, adjustment=adjustment)]


@program
def normalized_halves():
    return [L.batch_normalization(p([4, 3], "float16"), training=True), L.batch_normalization(p([2, 3, 2, 2], "float16"), training=True)]


@program
def normalized_resources():
    with tf.variable_scope("r", use_resource=True):
        y = L.batch_normalization(p([2, 3, 2, 2]), training=True)
        z = L.batch_normalization(p([4, 3]), training=False)
    return [y, z, tf.get_collection(tf.GraphKeys.UPDATE_OPS)]


@program
def anonymous_scopes():
    x = p([2, 3])
    a, b = L.dense(x, 2), L.dense(x, 2)
    with tf.variable_scope("s"):
        c = L.dense(x, 2)
    with tf.variable_scope("s", reuse=True):
        d = L.dense(x, 2)
    with tf.variable_scope("t", reuse=tf.AUTO_REUSE):
        e = L.dense(x, 2)
    with tf.variable_scope("t", reuse=tf.AUTO_REUSE):
        f = L.dense(x, 2)
    return [a, b, c, d, e, f, tf.global_variables()]


@program
def objects():
    x = p([2, 3])
    one, two = L.Dense(2, name="d"), L.Dense(2, name="d")
    results = [one(x), two(x)]
    with tf.variable_scope("elsewhere"):
        results.append(one(x))
    results += [L.Dense(2)(x), tf.global_variables(), one.trainable_weights, tf.constant(0, name=one.name), tf.constant(0, name=one.scope_name), tf.constant(0, name=L.Dense(3).name)]
    return results


@program
def object_with_scope():
    x = p([2, 3])
    with tf.variable_scope("given") as scope:
        pass
    a = L.Dense(2, name=scope)(x)
    b = L.Dense(2)(x, scope="called")
    c = L.Dense(2, _scope="exact", _reuse=tf.AUTO_REUSE)(x)
    d = L.Dense(2, _scope="exact", _reuse=tf.AUTO_REUSE)(x)
    return [a, b, c, d, tf.global_variables()]


@program
def regularized():
    l2 = lambda w: tf.nn.l2_loss(w)
    x = p([2, 3])
    y = L.dense(x, 2, name="d", kernel_regularizer=l2, bias_regularizer=l2, activity_regularizer=lambda a: tf.reduce_sum(a))
    z = L.dense(x, 2, name="d", reuse=True, kernel_regularizer=l2)
    return [y, z, tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES), tf.losses.get_total_loss()]


@program
def partitioned():
    x = p([2, 4])
    with tf.variable_scope("s", partitioner=tf.fixed_size_partitioner(2), regularizer=lambda w: tf.nn.l2_loss(w)):
        y = L.dense(x, 2, kernel_regularizer=lambda w: tf.reduce_sum(w))
        z = L.batch_normalization(x)
    return [y, z, tf.global_variables(), tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)]


@program
def not_trained():
    x = p([2, 3])
    L.dense(x, 2, trainable=False)
    L.batch_normalization(x, trainable=False, training=True)
    return [tf.trainable_variables(), tf.global_variables(), tf.get_collection(tf.GraphKeys.UPDATE_OPS)]


@program
def constrained():
    layer = L.Dense(2, kernel_constraint=tf.nn.relu)
    return [layer(p([2, 3])), layer.kernel.constraint(p([3, 2]))]


@program
def in_a_loop():
    return tf.while_loop(lambda x: tf.reduce_sum(x) < 9.0, lambda x: L.dense(x, 2, name="d"), [p([1, 2])])


@program
def name_taken():
    x = p([2, 3])
    L.dense(x, 2, name="d")
    L.dense(x, 2, name="d")


@program
def nothing_to_share():
    L.dense(p([2, 3]), 2, name="d", reuse=True)


@program
def other_size():
    layer = L.Dense(2)
    layer(p([2, 3]))
    layer(p([2, 4]))


@program
def unknown_size():
    L.dense(p([2, None]), 2)


@program
def integers():
    L.dense(p([2, 3], i32), 2)


@program
def negative_units():
    L.dense(p([2, 3]), -1)


@program
def no_filters():
    L.conv2d(p([2, 3, 3, 1]), 0, 2)


@program
def stride_and_dilation():
    L.conv2d(p([2, 3, 3, 1]), 1, 2, strides=2, dilation_rate=2)


@program
def window_too_large():
    L.conv2d(p([2, 3, 3, 1]), 1, 6)


@program
def wrong_count_of_sizes():
    L.max_pooling2d(p([2, 3, 3, 1]), [2, 2, 2], 1)


@program
def causal_image():
    L.conv2d(p([2, 3, 3, 1]), 1, 2, padding="causal")


@program
def other_padding():
    L.conv2d(p([2, 3, 3, 1]), 1, 2, padding="full")


@program
def axis_out_of_range():
    L.batch_normalization(p([2, 3]), axis=2)


@program
def axis_twice():
    L.batch_normalization(p([2, 3, 4]), axis=[1, -2])


@program
def fused_axis():
    L.batch_normalization(p([2, 3, 4, 5]), axis=2)


@program
def rate_too_high():
    L.dropout(p([2, 3]), rate=1.5)


@program
def scope_of_unused():
    L.Dense(2).scope_name


if __name__ == "__main__":
    op_cases.write("layers")
