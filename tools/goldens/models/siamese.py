"""The twin of examples/models/siamese.ts."""
import tensorflow.compat.v1 as tf


def tower(images, config):
    x = images
    for i, maps in enumerate(config["filters"]):
        x = tf.layers.conv2d(x, maps, 3, padding="same", activation=tf.nn.relu, name="conv%d" % (i + 1))
        x = tf.layers.max_pooling2d(x, 2, 2, name="pool%d" % (i + 1))
    flat = tf.layers.flatten(x, name="flat")
    features = tf.layers.dense(flat, config["hidden"], activation=tf.nn.relu, name="hidden")
    # A bias would move all places alike, which no distance shows.
    return tf.layers.dense(features, config["width"], use_bias=False, name="place")


def contrastive_loss(left, right, same, margin):
    with tf.name_scope("loss"):
        squared = tf.reduce_sum(tf.square(left - right), axis=1)
        # The root has no slope at nought, where both pictures are one.
        distance = tf.sqrt(squared + 1e-6)
        missing = tf.nn.relu(margin - distance)
        together = same * squared
        apart = (1 - same) * tf.square(missing)
        return tf.reduce_mean(together + apart)


def siamese(left, right, same, config):
    with tf.variable_scope("tower"):
        a = tower(left, config)
    with tf.variable_scope("tower" if config["isShared"] else "other_tower", reuse=config["isShared"]):
        b = tower(right, config)
    loss = contrastive_loss(a, b, same, config["margin"])
    global_step = tf.train.get_or_create_global_step()
    learning_rate = tf.train.polynomial_decay(config["learningRate"], global_step, config["steps"])
    train_op = tf.train.AdamOptimizer(learning_rate).minimize(loss, global_step=global_step)
    return {"left": a, "right": b, "loss": loss, "train_op": train_op}
