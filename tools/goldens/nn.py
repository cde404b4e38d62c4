"""Writes test/goldens/nn.json: activations, losses, rankings. Run with a Python that has TensorFlow:  python tools/goldens/nn.py

The twin programs are in src/ops/nn.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

nn = tf.nn
f32, f16, i32 = tf.float32, tf.float16, tf.int32


def p(dtype, shape=None):
    return tf.placeholder(dtype, shape)


@program
def literals():
    return [
        nn.relu([[1.0, -2.0]]), nn.relu6([1.0]), nn.elu([1.0]), nn.selu([1.0]), nn.softplus([1.0]), nn.softsign([1.0]),
        nn.leaky_relu([1.0], alpha=0.5), nn.l2_loss([3.0]), nn.bias_add([[1.0, 2.0]], [1.0, 2.0]),
    ]


@program
def named():
    return [nn.relu(p(f32), name="r"), nn.leaky_relu(p(i32), name="l"), nn.bias_add(p(f32, [2, 3, 4]), p(f32), data_format="NCW", name="b")]


@program
def bad_format():
    return nn.bias_add(p(f32), p(f32), data_format="CHW")


@program
def relu_of_bool():
    return nn.elu(p(i32))


@program
def layers():
    return [nn.xw_plus_b(p(f32, [2, 3]), p(f32, [3, 4]), p(f32, [4])), nn.relu_layer(p(f32, [2, 3]), p(f32, [3, 4]), p(f32, [4]), name="layer")]


@program
def rankings():
    top = nn.top_k(p(f32, [2, 5]), 2, sorted=False, name="t")
    return [nn.in_top_k(p(f32, [2, 5]), p(i32, [2]), 2), nn.in_top_k(p(f32), p(tf.int64), 2, name="r"), top[0], top[1], nn.top_k(p(f32, [None, 5]))[0]]


@program
def response():
    return nn.lrn(p(f32, [1, 2, 3, 8]), 4, bias=1.0, alpha=0.001 / 9.0, beta=0.75, name="norm1")


@program
def softmax_last():
    return [nn.softmax([[1.0, 2.0]]), nn.softmax(p(f32, [2, 3]), axis=1, name="s"), nn.log_softmax(p(f32))]


@program
def softmax_first():
    return nn.softmax(p(f32, [2, 3]), axis=0)


@program
def softmax_negative_axis():
    return nn.log_softmax(p(f32, [2, None, 4]), axis=-2, name="ls")


@program
def softmax_of_bad_axis():
    return nn.softmax(p(f32, [2, 3]), axis=2)


@program
def softmax_cross_entropy():
    return nn.softmax_cross_entropy_with_logits(labels=p(f32, [2, 3]), logits=p(f32, [2, 3]))


@program
def softmax_cross_entropy_of_unknown():
    return nn.softmax_cross_entropy_with_logits_v2(labels=p(f32), logits=p(f32))


@program
def softmax_cross_entropy_along_axis():
    return nn.softmax_cross_entropy_with_logits_v2(labels=p(f32, [2, 3, 4]), logits=p(f16, [2, 3, 4]), axis=1, name="q")


@program
def sparse_cross_entropy():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(i32, [2]), logits=p(f32, [2, 3]))


@program
def sparse_cross_entropy_named():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(i32, [2, 3]), logits=p(f32, [2, 3, 4]), name="s")


@program
def sparse_cross_entropy_checked():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(i32, [None, 3]), logits=p(f32, [None, 3, None]), name="s")


@program
def sparse_cross_entropy_of_halves():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(tf.int64, [2]), logits=p(f16, [2, 3]))


@program
def sparse_cross_entropy_of_bad_rank():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(i32, [None, 3]), logits=p(f32, [None, 4]))


@program
def sparse_cross_entropy_of_bad_shape():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(i32, [3]), logits=p(f32, [2, 4]))


@program
def sparse_cross_entropy_of_scalar():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=p(i32, [3]), logits=p(f32, []))


@program
def sparse_cross_entropy_without_labels():
    return nn.sparse_softmax_cross_entropy_with_logits(labels=None, logits=p(f32, []))


@program
def sigmoid_cross_entropy():
    return nn.sigmoid_cross_entropy_with_logits(labels=p(f32, [3]), logits=p(f32, [3]))


@program
def sigmoid_cross_entropy_of_bad_shape():
    return nn.sigmoid_cross_entropy_with_logits(labels=p(f32, [3]), logits=p(f32, [4]))


@program
def dropout_by_keep_prob():
    return nn.dropout(p(f32, [2, 3]), 0.7, seed=1)


@program
def dropout_by_tensor():
    return nn.dropout(p(f32, [None, 3]), p(f32, []), noise_shape=[4, 1])


@program
def dropout_by_rate():
    tf.set_random_seed(1)
    kept = nn.dropout(p(f32, [4, 3]), rate=0, name="d")
    return [kept, nn.dropout(p(f32, [4, 3]), rate=0.25, noise_shape=[None, 1], name="d")]


@program
def dropout_of_unknown():
    return nn.dropout(p(f32), rate=0.25)


@program
def dropout_of_partial_noise():
    return nn.dropout(p(f32, [None, 3]), rate=p(f32, []), noise_shape=[None, 1], name="q")


@program
def dropout_of_all():
    return nn.dropout(p(f32, [None, 3]), 0)


@program
def dropout_by_both():
    return nn.dropout(p(f32, [None, 3]), 0.5, rate=0.5)


@program
def dropout_by_neither():
    return nn.dropout(p(f32, [None, 3]))


@program
def dropout_of_integers():
    return nn.dropout(p(i32, [3]), 0.5)


@program
def dropout_by_double():
    return nn.dropout(p(f32, [3]), rate=p(tf.float64, []))


@program
def dropout_by_vector():
    return nn.dropout(p(f32, [3]), rate=p(f32, [2]))


@program
def moments():
    return list(nn.moments(p(f32, [2, 3]), [0]))


@program
def moments_of_halves():
    return list(nn.moments(p(f16, [2, 3]), [0, 1], keep_dims=True, name="m"))


@program
def normalized():
    return [nn.l2_normalize(p(f32, [2, 3]), 1), nn.l2_normalize(p(f32, [2, 3]), epsilon=0.5, name="n")]


@program
def zeros_counted():
    return nn.zero_fraction(p(f32, [2, 3]))


@program
def batch_normalized():
    x, v = p(f32, [2, 3]), p(f32, [3])
    return [nn.batch_normalization(x, v, v, v, v, 0.001), nn.batch_normalization(x, v, v, None, None, 0.001, name="b"), nn.batch_normalization(x, v, v, None, v, 0.001), nn.batch_normalization(x, v, v, v, None, 0.001)]


@program
def weighted_cross_entropy():
    x = p(f32, [3])
    return [nn.weighted_cross_entropy_with_logits(labels=x, logits=x, pos_weight=3.5), nn.weighted_cross_entropy_with_logits(labels=x, logits=x, pos_weight=p(f32, []), name="w")]


@program
def lookup():
    return [nn.embedding_lookup(p(f32, [4, 2]), p(i32, [3])), nn.embedding_lookup([p(f32, [4, 2])], tf.constant([1, 2]), name="e")]


@program
def lookup_mod():
    return nn.embedding_lookup([p(f32, [4, 2]), p(f32, [3, 2])], p(i32, [3]))


@program
def lookup_div():
    return nn.embedding_lookup([p(f32, [4, 2]), p(f32, [3, 2])], p(tf.int64, [3, None]), partition_strategy="div", name="e")


@program
def lookup_of_unknown():
    return nn.embedding_lookup([p(f32, [None, 2]), p(f32, [3, None])], p(i32, [3]), partition_strategy="div")


def table(resource, partitioner=None):
    return tf.get_variable("t", [5, 2], initializer=tf.zeros_initializer(), use_resource=resource, partitioner=partitioner)


@program
def lookup_in_variables():
    return nn.embedding_lookup(table(False), p(i32, [3]))


@program
def lookup_in_resources():
    return nn.embedding_lookup(table(True), p(i32, [3]))


@program
def lookup_in_slices():
    with tf.device("/cpu:1"):
        return nn.embedding_lookup(table(False, tf.fixed_size_partitioner(2)), p(i32, [3]), partition_strategy="div")


@program
def lookup_in_resource_slices():
    return nn.embedding_lookup(table(True, tf.fixed_size_partitioner(2)), p(i32, [3]))


@program
def lookup_of_bad_strategy():
    return nn.embedding_lookup([p(f32, [4, 2]), p(f32, [3, 2])], p(i32, [3]), partition_strategy="x")


@program
def lookup_of_nothing():
    return nn.embedding_lookup([], p(i32, [3]))


@program
def checks():
    x, y = p(f32, [2]), p(f32, [2])
    return [
        tf.assert_equal(x, y), tf.assert_less(x, y, message="no", summarize=5), tf.assert_equal(x, x), tf.assert_positive(x, message="m"),
        tf.assert_negative(x), tf.assert_non_negative(x), tf.assert_non_positive(x), tf.assert_none_equal(p(i32), tf.constant(3)), tf.assert_greater(x, y, data=[x]),
        tf.assert_greater_equal(x, y, name="ge"), tf.assert_less_equal(x, y),
    ]


@program
def checks_of_ranks():
    return [tf.assert_rank(p(f32, [2]), 1), tf.assert_rank_at_least(p(f32), 1, message="m"), tf.assert_rank(p(f32, [2]), p(i32))]


@program
def check_of_wrong_rank():
    return tf.assert_rank(p(f32, [2]), 2, message="m")


@program
def check_of_constants():
    return tf.assert_equal(tf.constant([1, 2]), tf.constant([1, 3]))


@program
def check_of_good_constants():
    return tf.assert_equal(tf.constant([1, 2]), tf.constant([1, 2]))


inf, nan = float("inf"), float("nan")
specials = [0.0, -0.0, 1.5, -1.5, 0.25, -0.25, 7.0, -7.0, 30.0, -30.0, 100.0, -100.0, inf, -inf, nan]
integers = [-3, 0, 2, 6, 7, 100]


def kernels():
    for op in ["Relu", "Relu6", "Elu", "Selu", "Softplus", "Softsign", "LeakyRelu"]:
        for dtype in ["float32", "float64", "float16", "bfloat16"]:
            yield kernel(op, array(specials, dtype))
        yield kernel(op, array([[]]))
    for op in ["Relu", "Relu6"]:
        for dtype in ["int32", "int64", "int8", "int16"]:
            yield kernel(op, array(integers, dtype))
        yield kernel(op, array([0, 2, 6, 7, 200], "uint8"))
    yield kernel("LeakyRelu", array([-2, 0, 3]), alpha=1.5)
    for op in ["Softmax", "LogSoftmax"]:
        for dtype in ["float32", "float64", "float16", "bfloat16"]:
            yield kernel(op, sixteenths([2, 3, 4], 1, dtype=dtype))
        yield kernel(op, array([[1000.0, 999.0, -1000.0], [-inf, 0.0, 1.0], [nan, 0.0, 1.0]]))
        yield kernel(op, array(1.0))
        yield kernel(op, array([[], []]))
    for dtype in ["float32", "float64", "float16", "bfloat16"]:
        yield kernel("SoftmaxCrossEntropyWithLogits", sixteenths([3, 4], 2, dtype=dtype), sixteenths([3, 4], 3, 0, 17, dtype=dtype))
        yield kernel("SparseSoftmaxCrossEntropyWithLogits", sixteenths([3, 4], 4, dtype=dtype), array([0, 3, 1], "int32"))
        yield kernel("L2Loss", sixteenths([3, 5], 5, dtype=dtype))
    cross = "SoftmaxCrossEntropyWithLogits"
    yield kernel(cross, sixteenths([3, 4], 2), sixteenths([1, 4], 3, 0, 17))
    yield kernel(cross, sixteenths([3, 1], 2), sixteenths([1, 4], 3, 0, 17))
    yield kernel(cross, sixteenths([3, 4], 2), sixteenths([4], 3, 0, 17))
    yield kernel(cross, sixteenths([3, 4], 2), sixteenths([3, 5], 3))
    yield kernel(cross, sixteenths([3], 2), sixteenths([3], 3))
    yield kernel(cross, array([[-inf, 0.0, 1.0]]), array([[0.0, 0.5, 0.5]]))
    yield kernel(cross, array([[], []]), array([[], []]))
    yield kernel(cross, sixteenths([0, 3], 2), sixteenths([0, 3], 2))
    sparse = "SparseSoftmaxCrossEntropyWithLogits"
    yield kernel(sparse, sixteenths([3, 4], 4), array([0, 4, -1], "int64"))
    yield kernel(sparse, sixteenths([3, 4], 4), array([0, 3], "int64"))
    yield kernel(sparse, sixteenths([3], 4), array([0, 3], "int64"))
    yield kernel(sparse, sixteenths([3, 4], 4), array([[0, 3]], "int64"))
    yield kernel(sparse, sixteenths([3, 0], 4), array([0, 3, 1], "int64"))
    yield kernel("L2Loss", array([]))
    for dtype in ["float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "int8"]:
        yield kernel("BiasAdd", sixteenths([2, 3, 4], 6, 0, 30, dtype=dtype), sixteenths([4], 7, 0, 30, dtype=dtype))
        yield kernel("BiasAdd", sixteenths([2, 3, 2, 2], 6, 0, 30, dtype=dtype), sixteenths([3], 7, 0, 30, dtype=dtype), data_format="NCHW")
    yield kernel("BiasAdd", array([[100, 100]], "int8"), array([100, 27], "int8"))
    yield kernel("BiasAdd", sixteenths([2, 3], 6), sixteenths([2], 7))
    yield kernel("BiasAdd", sixteenths([2, 3], 6), sixteenths([1, 3], 7))
    yield kernel("BiasAdd", sixteenths([3], 6), sixteenths([3], 7))
    yield kernel("BiasAdd", sixteenths([2, 3], 6), sixteenths([2], 7), data_format="NCHW")
    yield kernel("BiasAdd", sixteenths([2, 3, 4], 6), sixteenths([4], 7), data_format="NCHW")
    yield kernel("BiasAdd", sixteenths([0, 3], 6), sixteenths([3], 7))
    yield kernel("BiasAddV1", sixteenths([2, 3], 6), sixteenths([3], 7))
    for dtype in ["float32", "float16"]:
        yield kernel("LRN", sixteenths([1, 2, 2, 7], 8, dtype=dtype), depth_radius=2, bias=1.0, alpha=0.25, beta=0.75)
    yield kernel("LRN", sixteenths([2, 1, 2, 9], 9), depth_radius=4, bias=1.0, alpha=0.001 / 9.0, beta=0.75)
    yield kernel("LRN", sixteenths([1, 2, 2, 3], 8))
    yield kernel("LRN", sixteenths([1, 2, 2, 3], 8), depth_radius=0, beta=1.0)
    # What is not finite reaches channels that are further away, too.
    for radius in [0, 1]:
        yield kernel("LRN", array([[[[1e20, 1, 2, 3], [1, 2, float("inf"), 3], [1, float("nan"), 2, 3], [1e15, 1, 2, 3]]]]), depth_radius=radius, bias=1.0, alpha=1.0, beta=0.5)
    yield kernel("LRN", sixteenths([2, 3], 8))
    scores = array([[0.1, 0.9, 0.3, 0.9], [0.5, 0.5, 0.5, 0.5], [nan, 1.0, 2.0, 3.0], [inf, 1.0, 2.0, 3.0], [3.0, 2.0, 1.0, 0.0]])
    for k in [0, 1, 2, 3]:
        yield kernel("InTopKV2", scores, array([1, 2, 3, 3, 3], "int32"), array(k, "int32"))
    yield kernel("InTopKV2", scores, array([1, 4, -1, 0, 0], "int64"), array(2, "int64"))
    yield kernel("InTopK", scores, array([1, 2, 3, 3, 3], "int32"), k=2)
    yield kernel("InTopKV2", scores, array([1, 2], "int32"), array(2, "int32"))
    yield kernel("InTopKV2", scores, array([[1, 2]], "int32"), array(2, "int32"))
    yield kernel("InTopKV2", array([1.0]), array([1], "int32"), array(2, "int32"))
    yield kernel("InTopKV2", scores, array([1, 2, 3, 3, 3], "int32"), array([2], "int32"))
    for dtype in ["float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8"]:
        yield kernel("TopKV2", sixteenths([2, 2, 6], 10, 0, 9, dtype=dtype), array(3, "int32"))
    yield kernel("TopKV2", sixteenths([5], 10, 0, 4), array(5, "int32"))
    yield kernel("TopKV2", sixteenths([5], 10, 0, 4), array(1, "int32"))
    yield kernel("TopKV2", sixteenths([2, 5], 10, 0, 4), array(0, "int32"))
    yield kernel("TopKV2", sixteenths([2, 5], 10, 0, 4), array(2, "int64"), index_type=tf.int64.as_datatype_enum)
    yield kernel("TopKV2", sixteenths([2, 5], 10, 0, 4), array(2, "int16"), index_type=tf.int16.as_datatype_enum)
    yield kernel("TopKV2", sixteenths([5], 10), array(6, "int32"))
    yield kernel("TopKV2", sixteenths([5], 10), array(-1, "int32"))
    yield kernel("TopKV2", sixteenths([5], 10), array([1], "int32"))
    yield kernel("TopKV2", sixteenths([], 10), array(1, "int32"))


def shapes():
    f, i = "float32", "int32"
    yield inference("Relu", (f, None))
    yield inference("Softmax", (f, []))
    yield inference("LogSoftmax", (f, [None, 3]))
    for a, b in [(None, None), ([2, 3], None), ([2, 3], [3]), ([2, 3], [1, 3]), ([2, 3], [None, 4]), ([3], [3]), ([3], None), ([2, 3, 4], [3, 4]), ([None, 3], [2, None])]:
        yield inference("SoftmaxCrossEntropyWithLogits", (f, a), (f, b))
    for a, b in [([2, 3], [3]), (None, [3]), ([None, 2], [3, 1]), ([2, 3], None), ([3], [3])]:
        yield inference("SparseSoftmaxCrossEntropyWithLogits", (f, a), (i, b))
    yield inference("L2Loss", (f, None))
    for a, b in [(None, None), ([3], None), ([2, 3], [4]), ([2, None, 3, None], [5]), ([2, 3], [3, 1])]:
        yield inference("BiasAdd", (f, a), (f, b))
        yield inference("BiasAddV1", (f, a), (f, b))
    for a, b in [([2, 3], [3]), ([2, None, 3], [5]), (None, [3]), ([2, 4, 3], [3])]:
        yield inference("BiasAdd", (f, a), (f, b), data_format="NCHW")
    yield inference("LRN", (f, [2, 3]))
    yield inference("LRN", (f, None))
    yield inference("InTopKV2", (f, [2, 3]), (i, [3]), array(1, i))
    yield inference("InTopKV2", (f, [2, 3]), (i, None), (i, [2]))
    yield inference("InTopK", (f, None), (i, None), k=-1)
    yield inference("TopKV2", (f, [2, 3]), array(4, i))
    yield inference("TopKV2", (f, [2, 3]), array(2, i))
    yield inference("TopKV2", (f, [2, 3]), (i, None))
    yield inference("TopKV2", (f, [2, 3]), array(-1, i))
    yield inference("TopKV2", (f, None), array(1, i))
    yield inference("TopKV2", (f, []), array(1, i))


op_cases.write("nn", kernels(), shapes())
