"""The losses of contrib's legacy_seq2seq, which left TensorFlow with contrib, of the same ops in the same order and scopes."""
import tensorflow.compat.v1 as tf


def sequence_loss_by_example(logits, targets, weights):
    with tf.name_scope(None, "sequence_loss_by_example", logits + targets + weights):
        losses = []
        for logit, target, weight in zip(logits, targets, weights):
            target = tf.reshape(target, [-1])
            losses.append(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logit) * weight)
        return tf.add_n(losses) / (tf.add_n(weights) + 1e-12)


def sequence_loss(logits, targets, weights):
    with tf.name_scope(None, "sequence_loss", logits + targets + weights):
        cost = tf.reduce_sum(sequence_loss_by_example(logits, targets, weights))
        return cost / tf.cast(tf.shape(targets[0])[0], cost.dtype)


def model_with_buckets(encoder, decoder, targets, weights, buckets, model):
    with tf.name_scope(None, "model_with_buckets", encoder + decoder + targets + weights):
        outputs, losses = [], []
        for i, (encoder_steps, decoder_steps) in enumerate(buckets):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if i > 0 else None):
                outputs.append(model(encoder[:encoder_steps], decoder[:decoder_steps]))
                losses.append(sequence_loss(outputs[-1], targets[:decoder_steps], weights[:decoder_steps]))
        return outputs, losses
