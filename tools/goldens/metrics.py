"""Writes test/goldens/metrics.json: metrics with the variables that they count in, over shapes that are known and unknown. Run with a Python that has TensorFlow:  python tools/goldens/metrics.py

The twin programs are in src/metrics/metrics.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import program, step, tf

M = tf.metrics
i64 = "int64"
values = [0.25, -1.5, 2.0, 0.75]
probabilities = [0.125, 0.75, 0.5, 0.875]
answers = [0, 1, 0, 1]
classes = [0, 2, 1, 2]
guesses = [0, 1, 1, 2]
weights = [0.5, 1.0, 0.0, 2.0]


def unknown(value, shape=None, dtype="float32"):
    return tf.placeholder_with_default(tf.constant(value, dtype), shape)


def both(f):
    """Its nodes and its values are recorded."""
    return step(program(f))


def updates(*metrics):
    """What each gives after the first batch."""
    return [update for _, update in metrics]


@both
def means():
    x, y, w = tf.constant(values), tf.constant(probabilities), tf.constant(weights)
    return updates(
        M.mean(x), M.mean(x, w), M.mean_tensor(x), M.mean_tensor(x, w, name="t"), M.accuracy(tf.constant(classes), tf.constant(guesses), w),
        M.mean_absolute_error(x, y), M.mean_squared_error(x, y, w), M.root_mean_squared_error(x, y), M.mean_relative_error(x, y, tf.constant([1.0, 0.0, 2.0, 4.0])),
        M.mean_cosine_distance(tf.constant([[1.0, 0.0]]), tf.constant([[0.5, 1.0]]), 1), M.percentage_below(x, 0.5),
    )


@both
def means_of_unknown_shape():
    x, w = unknown(values), unknown(weights)
    return updates(M.mean(x, w), M.mean(unknown(values, [None]), unknown(weights, [None])), M.mean_squared_error(x, unknown(probabilities, [None])), M.accuracy(unknown([[1], [2]], [None, 1]), unknown([1, 3], [None])))


@both
def means_before():
    x = tf.constant(values)
    return [M.mean(x)[0], M.precision(tf.constant(answers), tf.constant(guesses))[0], M.root_mean_squared_error(x, x)[0]]


@both
def counts():
    a, g, w = tf.constant(answers, i64), tf.constant([True, True, False, False]), tf.constant(weights)
    return updates(
        M.true_positives(a, g), M.true_negatives(a, g, w), M.false_positives(a, g, weights=2.0), M.false_negatives(a, g), M.precision(a, g), M.precision(a, g, w, name="p"), M.recall(a, g), M.recall(tf.zeros([2]), tf.zeros([2])),
    )


@both
def counts_of_unknown_shape():
    a, g = unknown(answers, None, i64), unknown([1, 1, 0, 0])
    return updates(M.true_positives(a, g, unknown(weights)), M.precision(a, g))


@both
def areas():
    a, p, w = tf.constant(answers), tf.constant(probabilities), tf.constant(weights)
    return updates(
        M.auc(a, p, num_thresholds=5), M.auc(a, p, w, num_thresholds=5, curve="PR", summation_method="careful_interpolation"), M.auc(a, p, num_thresholds=5, summation_method="minoring"),
        M.auc(a, p, thresholds=[0.6, 0.3], summation_method="majoring", name="own"), M.auc(a, p, num_thresholds=5, curve="PR", summation_method="minoring"),
    )


@both
def thresholds():
    a, p, w = tf.constant(answers), tf.constant(probabilities), tf.constant(weights)
    at = [0.25, 0.5, 0.75]
    return updates(
        M.precision_at_thresholds(a, p, at), M.recall_at_thresholds(a, p, at, w), M.true_positives_at_thresholds(a, p, at), M.true_negatives_at_thresholds(a, p, at), M.false_positives_at_thresholds(a, p, at), M.false_negatives_at_thresholds(a, p, at, w),
        M.sensitivity_at_specificity(a, p, 0.5, num_thresholds=5), M.specificity_at_sensitivity(a, p, 0.75, num_thresholds=5),
    )


@both
def thresholds_of_unknown_shape():
    a, p = unknown(answers), unknown(probabilities)
    return updates(M.auc(a, p, num_thresholds=3), M.precision_at_thresholds(unknown(answers, [None]), unknown(probabilities, [None]), [0.5], unknown(weights, [None])))


@step
def probability_too_high():
    return M.auc(tf.constant([1, 0]), unknown([0.5, 1.5], [2]), num_thresholds=3)[1]


@both
def over_classes():
    c, g, w = tf.constant(classes), tf.constant(guesses), tf.constant(weights)
    return updates(M.mean_per_class_accuracy(c, g, 3), M.mean_per_class_accuracy(c, g, 4, w), M.mean_iou(c, g, 3), M.mean_iou(tf.constant([classes]), tf.constant([guesses]), 3, tf.constant([weights]))) + [M.mean_iou(c, g, 3)[0]]


ranked = [[0.1, 0.9, 0.3, 0.2], [0.4, 0.3, 0.2, 0.8], [0.7, 0.6, 0.5, 0.1]]


def sparse_labels():
    return tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 0]], tf.constant([1, 2, 0, 3], i64), [3, 2])


def fed(value, dtype="float32"):
    """Of known shape; what is a constant may be computed while the graph is built."""
    constant = tf.constant(value, dtype)
    return tf.placeholder_with_default(constant, constant.shape)


@both
def at_k():
    labels, single, p = fed([[1, 2], [0, 2], [3, 3]], i64), fed([1, 3, 2], i64), fed(ranked)
    return updates(
        M.recall_at_k(labels, p, 2), M.precision_at_k(labels, p, 2), M.recall_at_k(single, p, 1), M.precision_at_k(single, p, 3, weights=[1.0, 0.0, 2.0]),
        M.recall_at_k(labels, p, 2, class_id=2), M.precision_at_k(labels, p, 2, class_id=0, weights=2.0, name="p0"),
    )


@both
def at_top_k():
    labels, best = fed([[1, 2], [0, 2], [3, 3]], i64), fed([[1, 2], [3, 0], [0, 1]], "int32")
    return updates(
        M.recall_at_top_k(labels, tf.cast(best, i64)), M.precision_at_top_k(labels, best, k=2), M.precision_at_top_k(labels, best, class_id=1, weights=tf.constant([1.0, 2.0, 0.5])), M.recall_at_top_k(tf.constant([2, 3, 0], i64), best, k=2, name="r"),
    )


@both
def at_k_of_sparse_labels():
    p = fed(ranked)
    flat = tf.SparseTensor([[0], [2]], tf.constant([1, 2], i64), [3])
    return updates(M.recall_at_k(sparse_labels(), p, 2), M.precision_at_k(sparse_labels(), p, 2, class_id=2), M.average_precision_at_k(sparse_labels(), p, 2), M.recall_at_k(flat, p, 2), M.sparse_precision_at_k(sparse_labels(), p, 1), M.average_precision_at_k(sparse_labels(), p, 1))


@both
def at_k_of_unknown_shape():
    p = unknown(ranked, [None, 4])
    any_labels = tf.placeholder_with_default(tf.constant([[1, 2], [0, 2], [3, 3]], i64), None)
    return updates(M.recall_at_k(any_labels, p, 2), M.precision_at_k(tf.placeholder_with_default(tf.constant([1, 3, 2], i64), [None]), p, 1, weights=unknown([1.0, 2.0, 3.0])), M.average_precision_at_k(any_labels, p, 2))


@both
def average_precisions():
    labels, p = fed([[1, 2], [0, 9], [3, -1]], i64), fed(ranked)
    return updates(M.average_precision_at_k(labels, p, 3), M.average_precision_at_k(labels, p, 3, weights=[1.0, 0.5, 0.0], name="w"), M.average_precision_at_k(tf.constant([1, 3, 2], i64), p, 1), M.sparse_average_precision_at_k(labels, p, 2, weights=tf.constant(2.0))) + [M.average_precision_at_k(labels, p, 2)[0]]


@both
def average_precisions_of_higher_rank():
    labels, p = fed([[[1, 2], [0, 3]], [[3, 1], [2, 2]]], i64), fed([[ranked[0], ranked[1]], [ranked[2], ranked[0]]])
    return updates(M.average_precision_at_k(labels, p, 2), M.recall_at_k(labels, p, 2, weights=[[1.0, 0.0], [2.0, 1.0]]), M.precision_at_k(labels, p, 1, class_id=3))


@program
def at_k_collections():
    labels, p = tf.constant([[1], [0], [3]], i64), tf.constant(ranked)
    M.recall_at_k(labels, p, 1, metrics_collections=["m"], updates_collections=["u"])
    M.average_precision_at_k(labels, p, 1, metrics_collections=["m"], updates_collections="u")
    return [tf.get_collection(k) for k in ["m", "u"]] + [[v.value() for v in tf.local_variables()]]


@program
def labels_of_other_rank():
    return M.recall_at_k(tf.constant(1, i64), tf.constant(ranked), 1)


@program
def average_precision_at_0():
    return M.average_precision_at_k(tf.constant([[1]], i64), tf.constant([[0.5]]), 0)


@program
def weights_that_do_not_fit():
    return M.recall_at_k(fed([[1], [0], [3]], i64), fed(ranked), 1, weights=[1.0, 2.0])


@program
def collections():
    with tf.variable_scope("eval"):
        x = tf.constant(values)
        M.mean(x, metrics_collections=["m"], updates_collections=["u"])
        M.mean(x)
        M.precision(tf.constant(answers), tf.constant(answers), metrics_collections=["m"], updates_collections="u")
        M.true_positives(tf.constant(answers), tf.constant(answers), metrics_collections=["m", "n"])
    return [tf.get_collection(k) for k in ["m", "n", "u"]] + [tf.trainable_variables()]


@program
def resources():
    with tf.variable_scope("r", use_resource=True):
        return [M.mean(tf.constant(values)), M.auc(tf.constant(answers), tf.constant(probabilities), num_thresholds=3), M.true_positives(tf.constant(answers), tf.constant(answers))]


@program
def weights_of_other_size():
    return M.mean(tf.constant(values), tf.constant([1.0, 2.0]))


@program
def shapes_that_differ():
    return M.mean_squared_error(tf.constant(values), tf.constant([1.0, 2.0]))


@program
def other_curve():
    return M.auc(tf.constant(answers), tf.constant(probabilities), curve="FR")


@program
def other_method():
    return M.auc(tf.constant(answers), tf.constant(probabilities), num_thresholds=3, summation_method="middle")


@program
def specificity_too_high():
    return M.sensitivity_at_specificity(tf.constant(answers), tf.constant(probabilities), 1.5)


@program
def rank_of_weights():
    return M.true_positives(tf.zeros([2, 2, 2]), tf.zeros([2, 2, 2]), tf.ones([2]))


if __name__ == "__main__":
    op_cases.write("metrics")
