"""Writes test/goldens/composed.json: functions that are made of other functions' ops. Run with a Python that has TensorFlow:  python tools/goldens/composed.py

The twin programs are in src/ops/composed.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import program, tf

nn = tf.nn
i32 = "int32"


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


@program
def clips():
    x = p([2, 3])
    return [
        tf.clip_by_norm(x, 2.0),
        tf.clip_by_norm(x, -1, axes=[1], name="c"),
        tf.clip_by_norm(p(dtype="float64"), p()),
        tf.clip_by_average_norm(x, 2.0),
        tf.clip_by_average_norm(p(), p([]), name="a"),
    ]


@program
def clip_of_other_shape():
    return tf.clip_by_norm(p([2]), p([3, 2]))


@program
def global_norms():
    x, y = p([2, 3]), p()
    clipped, norm = tf.clip_by_global_norm([x, None, y], 5.0)
    again, same = tf.clip_by_global_norm([x], p([]), use_norm=norm, name="again")
    return [tf.global_norm([x, y]), tf.global_norm([x, None], name="g"), clipped, norm, again, same]


@program
def global_norm_of_halves():
    return tf.clip_by_global_norm([p([2], "float64"), p([3], "float64")], 1.5)[0]


@program
def norms():
    x = p([2, 3])
    inf = float("inf")
    return [
        tf.norm(x),
        tf.norm(x, axis=1, keepdims=True, name="n"),
        tf.norm(p(), 1),
        tf.norm(x, 1, axis=[0, 1]),
        tf.norm(x, inf, axis=-1),
        tf.norm(x, inf, axis=[0, 1]),
        tf.norm(x, "fro", axis=[-2, -1]),
        tf.norm(x, 3, axis=0),
        tf.norm(x, 2.5),
        tf.norm(p([2, 3], "complex64")),
        tf.norm(x, 2),
    ]


@program
def norm_of_other_order():
    return tf.norm(p([2, 3]), "fro")


@program
def norm_of_negative_order():
    return tf.norm(p([2, 3]), -1)


@program
def norm_of_matrices_of_third_order():
    return tf.norm(p([2, 3]), 3, axis=[0, 1])


@program
def norm_of_equal_axes():
    return tf.norm(p([2, 3]), axis=[1, 1])


@program
def norm_of_three_axes():
    return tf.norm(p([2, 3]), axis=[0, 1, 2])


@program
def traces():
    return [tf.trace(p([2, 3, 3])), tf.linalg.trace(p(), name="t")]


@program
def betas():
    return [tf.lbeta(p([2, 3])), tf.math.lbeta(p(), name="b"), tf.lbeta([1.0, 2.0])]


@program
def activations():
    x = p([2, 3])
    return [tf.log_sigmoid(x), tf.math.log_sigmoid(p(), name="l"), nn.crelu(x), nn.crelu(p(), axis=1, name="c"), nn.swish(x), nn.silu(x, 2.0)]


@program
def poisson():
    x, y = p([2, 3]), p([2, 3])
    return [nn.log_poisson_loss(x, y), nn.log_poisson_loss(p(), p(), compute_full_loss=True, name="l")]


@program
def poisson_of_other_shape():
    return nn.log_poisson_loss(p([2]), p([3]))


@program
def statistics():
    x = p([2, 3, 4])
    return [
        list(nn.sufficient_statistics(x, [0, 2])),
        list(nn.sufficient_statistics(x, [0, 1], shift=p([]), keepdims=True, name="s")),
        list(nn.sufficient_statistics(p([None, 3]), [0, 1])),
        list(nn.sufficient_statistics(p([None, 3]), [-1, 0])),
    ]


@program
def polynomials():
    x = p([3])
    return [tf.math.polyval([1.0, 2.0, 3.0], x), tf.math.polyval([], x, name="zero"), tf.math.polyval([p([]), 1.0], x, name="v")]


@program
def sorted_values():
    x = p([2, 3])
    return [
        tf.sort(x),
        tf.sort(x, direction="DESCENDING", name="s"),
        tf.sort(x, axis=0),
        tf.sort(p([2, 3], i32)),
        tf.sort(p([2, 3], "uint8")),
        tf.argsort(x),
        tf.argsort(p([2, 3, 4], "int64"), axis=-2, direction="DESCENDING"),
        tf.argsort(p([2, None, 4], "uint16"), axis=1, name="a"),
        tf.sort(p(), axis=0),
        tf.argsort(p(), axis=-2),
        tf.sort(p()),
    ]


@program
def sort_of_other_direction():
    return tf.sort(p([2]), direction="UP")


@program
def confusions():
    return [
        tf.math.confusion_matrix(p([None], i32), p([None], i32)),
        tf.confusion_matrix(p([4]), p([4], "int64"), 5, dtype=tf.float32, name="c"),
        tf.confusion_matrix(p([4, 1], i32), p([4], i32), num_classes=3, weights=p([4])),
        tf.confusion_matrix([1, 0], [1, 1], num_classes=p([], i32)),
        tf.confusion_matrix(p(dtype=i32), p([4, 1], i32), num_classes=3),
    ]


@program
def batches():
    return [tf.batch_gather(p([2, 3, 4]), p([2, 5], i32)), tf.batch_gather(p(), p([2, None, 3], "int64"), name="b"), tf.batch_gather(p([7]), p([3], i32))]


@program
def batch_of_unknown_rank():
    return tf.batch_gather(p([2, 3]), p(dtype=i32))


op_cases.write("composed")
