"""Writes test/goldens/nn_gradients.json: the nodes that differentiating ops of neural networks makes, once and twice. Run with a Python that has TensorFlow:  python tools/goldens/nn_gradients.py

The twin programs are in src/ops/nn-gradients.test.ts, those of steps in test/engines/nn-gradients.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import program, tf

nn = tf.nn
IMAGE, IMAGES = [1, 4, 4, 2], [None, None, 4, 2]


def p(shape=None, dtype="float32"):
    return tf.placeholder(dtype, shape)


def twice(y, xs):
    """The gradients, and those of the gradients that there are."""
    first = tf.gradients(y, xs)
    return [first, tf.gradients([g for g in first if g is not None], xs)]


@program
def activations():
    x = p([2, 3])
    made = [nn.relu(x), nn.relu6(x), nn.leaky_relu(x, 0.3), nn.elu(x), nn.selu(x)]
    return [twice(y, x) for y in made]


@program
def smooth_activations():
    x = p([None, 3])
    return [twice(nn.softplus(x), x), tf.gradients(nn.softsign(x), x)]


@program
def biases():
    x, b = p([2, 3]), p([3])
    image = p([None, 2, 4, 4])
    return [twice(nn.bias_add(x, b), [x, b]), twice(nn.bias_add(image, p([2]), data_format="NCHW"), [image]), tf.gradients(tf.raw_ops.BiasAddV1(value=x, bias=b), [x, b])]


@program
def biases_once():
    x, b = p(), p([2])
    return tf.gradients(nn.bias_add(x, b, data_format="NCHW"), [x, b])


@program
def softmaxes():
    x = p([2, 3])
    return [tf.gradients(nn.softmax(x), x), tf.gradients(nn.log_softmax(x), x), tf.gradients(nn.l2_loss(x), x)]


@program
def cross_entropies():
    x, y = p([2, 3]), p([2, 3])
    return [tf.gradients(nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x), [x, y]), tf.gradients(nn.sparse_softmax_cross_entropy_with_logits(labels=p([None], "int32"), logits=x), x)]


@program
def cross_entropies_twice():
    x = p([2, 3])
    return [twice(nn.softmax_cross_entropy_with_logits(labels=p([2, 3]), logits=x), x), twice(nn.sparse_softmax_cross_entropy_with_logits(labels=p([2], "int32"), logits=x), x)]


@program
def rankings():
    x = p([2, 5])
    return tf.gradients(nn.top_k(x, 2)[0], x)


@program
def responses():
    x = p(IMAGE)
    return tf.gradients(nn.lrn(x, depth_radius=4, bias=1.0, alpha=0.001, beta=0.75), x)


@program
def convolutions():
    x, w = p(IMAGE), p([3, 3, 2, 3])
    y = nn.conv2d(x, w, [1, 2, 2, 1], "SAME")
    return [twice(y, [x, w]), tf.gradients(nn.conv2d(p(IMAGES), w, [1, 1, 1, 1], [[0, 0], [1, 1], [2, 0], [0, 0]], dilations=[1, 2, 1, 1]), w)]


@program
def transposed_convolutions():
    x, w = p([1, 2, 2, 3]), p([3, 3, 2, 3])
    return twice(nn.conv2d_transpose(x, w, [1, 4, 4, 2], 2), [x, w])


@program
def depthwise_convolutions():
    x, w = p(IMAGE), p([3, 3, 2, 3])
    return twice(nn.depthwise_conv2d_native(x, w, [1, 1, 1, 1], "VALID"), [x, w])


@program
def pools():
    x = p(IMAGE)
    window = [[1, 3, 3, 1], [1, 2, 2, 1]]
    return [twice(nn.max_pool(x, *window, "SAME"), x), twice(nn.avg_pool(x, *window, "VALID"), x), tf.gradients(nn.max_pool_with_argmax(x, *window, "SAME", include_batch_in_index=True)[0], x)]


@program
def pools_of_unknown():
    x = p(IMAGES)
    ksize = p([4], "int32")
    return [tf.gradients(nn.max_pool(x, 2, 2, [[0, 0], [1, 0], [0, 1], [0, 0]]), x), twice(tf.raw_ops.MaxPoolV2(input=x, ksize=ksize, strides=ksize, padding="SAME"), x)]


@program
def volumes():
    x, w = p([1, 4, 4, 4, 2]), p([3, 3, 3, 2, 3])
    window = [[1, 2, 2, 2, 1], [1, 2, 2, 2, 1], "SAME"]
    return [twice(nn.conv3d(x, w, [1, 2, 2, 2, 1], "SAME"), [x, w]), twice(nn.max_pool3d(x, *window), x), twice(nn.avg_pool3d(x, *window), x)]


@program
def transposed_volumes():
    x, w = p([1, 2, 2, 2, 3]), p([3, 3, 3, 2, 3])
    return twice(nn.conv3d_transpose(x, w, [1, 4, 4, 4, 2], [1, 2, 2, 2, 1]), [x, w])


@program
def dilations():
    x, w = p(IMAGE), p([3, 3, 2])
    return tf.gradients(nn.dilation2d(x, w, [1, 1, 1, 1], [1, 2, 2, 1], "SAME"), [x, w])


@program
def batch_normalization():
    x, v = p(IMAGE), p([2])
    return [tf.gradients(nn.fused_batch_norm(x, v, v)[0], [x, v]), tf.gradients(nn.fused_batch_norm(x, v, v, v, v, is_training=False)[0], [x, v])]


@program
def batch_normalization_channels_first():
    x, v = p([1, 2, 4, 4]), p([2])
    return [tf.gradients(nn.fused_batch_norm(x, v, v, data_format="NCHW")[0], x), tf.gradients(nn.fused_batch_norm(x, v, v, v, v, is_training=False, data_format="NCHW")[0], [x, v])]


def numbers(shape, step, least=-8):
    """Numbers that look random, and are the same in the twin."""
    count = int(np.prod(shape))
    return tf.constant([((i * step) % 17 + least) / 16 for i in range(count)], shape=shape)


def batch_norm_twice(data_format, is_training):
    def build():
        shape = [2, 3, 2, 2] if data_format == "NHWC" else [2, 2, 3, 2]
        x, scale, offset = numbers(shape, 5), numbers([2], 7), numbers([2], 3)
        given = {} if is_training else {"mean": numbers([2], 4), "variance": numbers([2], 6, 4)}
        y = nn.fused_batch_norm(x, scale, offset, is_training=is_training, data_format=data_format, epsilon=0.01, **given)[0]
        dy = numbers(shape, 11)
        first = tf.gradients(y, [x, scale, offset], dy)
        return tf.gradients(first, [x, scale, dy], [numbers(shape, 13), numbers([2], 9), numbers([2], 10)])

    return build


for data_format in ["NHWC", "NCHW"]:
    for is_training in [True, False]:
        if is_training or data_format == "NHWC":
            op_cases.named_step(f"batch-norm-twice-{data_format}-{'trained' if is_training else 'frozen'}", batch_norm_twice(data_format, is_training))

op_cases.write("nn_gradients")
