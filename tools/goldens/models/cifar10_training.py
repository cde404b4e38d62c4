"""The twin of examples/models/cifar10-training.ts."""
import contextlib

import tensorflow.compat.v1 as tf

import cifar10


def loss_of(images, labels, scope=None):
    logits = cifar10.inference(images, 0.004)
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.cast(labels, tf.int64), logits=logits, name="cross_entropy_per_example"
    )
    tf.add_to_collection("losses", tf.reduce_mean(each, name="cross_entropy"))
    return tf.add_n(tf.get_collection("losses", scope), name="total_loss")


def average_gradients(towers):
    averaged = []
    for pairs in zip(*towers):
        gradients = tf.concat([tf.expand_dims(gradient, 0) for gradient, _ in pairs], 0)
        averaged.append((tf.reduce_mean(gradients, 0), pairs[0][1]))
    return averaged


def cifar10_training(batches, config):
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(config["rate"], step, config["decaySteps"], config["decayRate"], staircase=True)
    optimizer = tf.train.GradientDescentOptimizer(rate)
    losses, gradients = [], []
    with tf.variable_scope(tf.get_variable_scope()):
        for i, batch in enumerate(batches):
            with tf.name_scope("tower_%d" % i) if len(batches) > 1 else contextlib.nullcontext() as scope:
                losses.append(loss_of(*batch, scope))
                tf.get_variable_scope().reuse_variables()
                gradients.append(optimizer.compute_gradients(losses[-1]))
    pairs = gradients[0] if len(batches) == 1 else average_gradients(gradients)
    loss_averages = tf.train.ExponentialMovingAverage(0.9, name="avg")
    with tf.control_dependencies([loss_averages.apply(tf.get_collection("losses") + losses)]):
        apply = optimizer.apply_gradients(pairs, global_step=step)
    averages = tf.train.ExponentialMovingAverage(config["averageDecay"], step)
    with tf.control_dependencies([apply]):
        train = averages.apply(tf.trainable_variables())
    return {
        "losses": losses, "average_losses": [loss_averages.average(loss) for loss in losses],
        "train": train, "rate": rate, "averages": averages, "step": step,
    }
