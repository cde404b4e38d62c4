"""Writes test/goldens/losses.json: losses, weighted and reduced, with shapes that are known and unknown. Run with a Python that has TensorFlow:  python tools/goldens/losses.py

The twin programs are in src/losses/losses.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import program, step, tf

L = tf.losses
R = L.Reduction
i32 = "int32"
rows = [[1, 0], [0, 1], [1, 1]]
said = [[0.5, 0.25], [-1, 2], [0.75, 0.125]]


def unknown(value, shape=None, dtype="float32"):
    return tf.placeholder_with_default(tf.constant(value, dtype), shape)


def both(f):
    """Its nodes and its values are recorded."""
    return step(program(f))


@both
def defaults():
    x, y = tf.constant(rows, "float32"), tf.constant(said)
    return [
        L.absolute_difference(x, y),
        L.mean_squared_error(x, y),
        L.huber_loss(x, y, delta=0.5),
        L.log_loss(x, tf.sigmoid(y)),
        L.hinge_loss(x, y),
        L.cosine_distance(x, y, axis=1),
        L.sigmoid_cross_entropy(x, y),
        L.softmax_cross_entropy(x, y),
        L.sparse_softmax_cross_entropy(tf.constant([0, 1, 1]), y),
        L.mean_pairwise_squared_error(x, y),
        L.get_total_loss(),
    ]


@both
def reductions():
    x, y, w = tf.constant(rows, "float32"), tf.constant(said), tf.constant([[1.0], [0.0], [2.0]])
    return [L.mean_squared_error(x, y, w, reduction=r) for r in [R.NONE, R.SUM, R.SUM_OVER_BATCH_SIZE, R.MEAN, R.SUM_BY_NONZERO_WEIGHTS]]


@both
def no_weight_at_all():
    x, y = tf.constant(rows, "float32"), tf.constant(said)
    return [L.mean_squared_error(x, y, 0.0), L.mean_squared_error(x, y, 0.0, reduction=R.MEAN), L.mean_pairwise_squared_error(x, y, 0.0)]


@both
def unknown_batch():
    x, y, w = unknown(rows, [None, 2]), unknown(said, [None, 2]), unknown([[1], [0], [2]], [None, 1])
    return [L.mean_squared_error(x, y, w), L.mean_pairwise_squared_error(x, y, w, scope="pairs")]


@both
def unknown_ranks():
    x, y, w = unknown(rows), unknown(said), unknown([[1], [0], [2]])
    return [L.absolute_difference(x, y, w), L.absolute_difference(x, y, unknown(2), reduction=R.SUM, scope="scalar")]


@step
def unknown_weights_of_other_rank():
    return L.absolute_difference(unknown(rows), unknown(said), unknown([1, 0, 2]))


@step
def unknown_weights_of_other_size():
    return L.absolute_difference(unknown(rows), unknown(said), unknown([[1], [0]]))


@both
def smoothed():
    x, y = tf.constant(rows, i32), tf.constant(said)
    return [L.sigmoid_cross_entropy(x, y, label_smoothing=0.2), L.softmax_cross_entropy(x, y, label_smoothing=0.1, weights=tf.constant([1.0, 0.0, 2.0]))]


@both
def sparse_squeezed():
    y = tf.constant(said)
    return [
        L.sparse_softmax_cross_entropy(tf.constant([[0], [1], [0]]), y, weights=tf.constant([[1.0], [0.0], [2.0]])),
        L.sparse_softmax_cross_entropy(unknown([[0], [1], [0]], [None, 1], i32), unknown(said, [None, 2])),
    ]


@both
def sparse_of_unknown_rank():
    return L.sparse_softmax_cross_entropy(unknown([[0], [1], [0]], None, i32), unknown(said, [None, 2]), weights=unknown([[1], [0], [2]]))


@both
def other_dtypes():
    x, y = tf.constant(rows, "float64"), tf.constant(said, "float64")
    return [L.mean_squared_error(x, y), L.sigmoid_cross_entropy(x, y), L.compute_weighted_loss(tf.constant([1, 2], i32), weights=tf.constant([3, 4], i32))]


@both
def empty():
    x = tf.zeros([0, 2])
    return [L.mean_squared_error(x, x), L.softmax_cross_entropy(x, x), L.mean_pairwise_squared_error(x, x)]


@program
def none_of_them():
    return L.get_total_loss()


@program
def regularizers():
    tf.get_variable("w", initializer=tf.constant([3.0]), regularizer=lambda w: tf.nn.l2_loss(w))
    L.mean_squared_error([1.0], [2.0])
    return [L.get_regularization_loss(), L.get_total_loss(), L.get_total_loss(add_regularization_losses=False, name="t")]


@program
def weights_of_other_rank():
    return L.mean_squared_error(tf.constant(rows, "float32"), tf.constant(said), weights=tf.constant([1.0, 2.0, 3.0]))


@program
def weights_of_other_size():
    return L.mean_squared_error(tf.constant(rows, "float32"), tf.constant(said), weights=tf.constant([[1.0], [2.0]]))


@program
def shapes_that_differ():
    return L.mean_squared_error([1.0], [1.0, 2.0])


@program
def no_labels():
    return L.hinge_loss(None, [1.0])


@program
def no_axis():
    return L.cosine_distance([1.0], [1.0])


@program
def unknown_reduction():
    return L.compute_weighted_loss([1.0], reduction="average")


if __name__ == "__main__":
    op_cases.write("losses")
