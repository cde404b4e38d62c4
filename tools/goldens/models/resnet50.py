"""The twin of examples/models/resnet50.ts."""
import tensorflow.compat.v1 as tf

UNITS = [3, 4, 6, 3]


def model_variable(name, shape, **options):
    return tf.get_variable(name, shape, collections=[tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.MODEL_VARIABLES], **options)


def weights_of(x, size, outputs):
    start = tf.variance_scaling_initializer(scale=2.0)
    return model_variable("weights", [size, size, x.shape[3].value, outputs], initializer=start)


def batch_norm(x):
    with tf.variable_scope("BatchNorm"):
        depth = [x.shape[3].value]
        beta = model_variable("beta", depth, initializer=tf.zeros_initializer())
        gamma = model_variable("gamma", depth, initializer=tf.ones_initializer())
        mean = model_variable("moving_mean", depth, initializer=tf.zeros_initializer(), trainable=False)
        variance = model_variable("moving_variance", depth, initializer=tf.ones_initializer(), trainable=False)
        return tf.nn.fused_batch_norm(x, gamma, beta, mean=mean, variance=variance, epsilon=1e-5, is_training=False)[0]


def conv(scope, x, outputs, size, stride=1, linear=False):
    padded = stride > 1 and size > 1
    if padded:
        before = (size - 1) // 2
        edge = [before, size - 1 - before]
        x = tf.pad(x, [[0, 0], edge, edge, [0, 0]])
    with tf.variable_scope(scope):
        y = tf.nn.conv2d(x, weights_of(x, size, outputs), [1, stride, stride, 1], "VALID" if padded else "SAME")
        return batch_norm(y) if linear else tf.nn.relu(batch_norm(y))


def bottleneck(x, depth, stride):
    with tf.variable_scope("bottleneck_v1"):
        if x.shape[3].value != 4 * depth:
            shortcut = conv("shortcut", x, 4 * depth, 1, stride, linear=True)
        elif stride == 1:
            shortcut = x
        else:
            shortcut = tf.nn.max_pool(x, 1, stride, "SAME", name="shortcut/MaxPool")
        residual = conv("conv1", x, depth, 1)
        residual = conv("conv2", residual, depth, 3, stride)
        residual = conv("conv3", residual, 4 * depth, 1, linear=True)
        return tf.nn.relu(shortcut + residual)


def resnet_v1(images, config):
    with tf.variable_scope("resnet_v1_50"):
        net = conv("conv1", images, config["baseDepth"], 7, 2)
        net = tf.nn.max_pool(net, 3, 2, "SAME", name="pool1/MaxPool")
        for block, units in enumerate(UNITS):
            for unit in range(1, units + 1):
                with tf.variable_scope("block%d/unit_%d" % (block + 1, unit)):
                    net = bottleneck(net, config["baseDepth"] << block, 2 if unit == units and block < 3 else 1)
        net = tf.reduce_mean(net, [1, 2], keepdims=True, name="pool5")
        with tf.variable_scope("logits"):
            scores = tf.nn.conv2d(net, weights_of(net, 1, config["classes"]), [1, 1, 1, 1], "SAME")
            net = tf.nn.bias_add(scores, model_variable("biases", [config["classes"]], initializer=tf.zeros_initializer()))
        logits = tf.squeeze(net, [1, 2], name="SpatialSqueeze")
        return {"logits": logits, "predictions": tf.nn.softmax(logits, name="predictions")}
