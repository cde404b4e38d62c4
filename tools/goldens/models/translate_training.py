"""The twin of examples/models/translate-training.ts."""
import tensorflow.compat.v1 as tf

import seq2seq_attention
from sequence_losses import model_with_buckets


def placeholders(name, count, dtype=tf.int32):
    return [tf.placeholder(dtype, [None], name="%s%d" % (name, i)) for i in range(count)]


def translate_training(config):
    encoder_steps, decoder_steps = config["buckets"][-1]
    encoder = placeholders("encoder", encoder_steps)
    # The last one is only a target.
    decoder = placeholders("decoder", decoder_steps + 1)
    weights = placeholders("weight", decoder_steps, tf.float32)

    def model(sources, translations):
        return seq2seq_attention.attention_seq2seq(sources, translations, config)

    buckets = config["buckets"]
    _, losses = model_with_buckets(encoder, decoder[:-1], decoder[1:], weights, buckets, model)
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.AdamOptimizer(config["rate"])
    variables = tf.trainable_variables()
    trains = []
    for loss in losses:
        clipped, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), config["maxGradientNorm"])
        trains.append(optimizer.apply_gradients(zip(clipped, variables), global_step=step))
    translations = []
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        for encoder_length, decoder_length in buckets:
            outputs = seq2seq_attention.attention_seq2seq(encoder[:encoder_length], decoder[:decoder_length], config, "greedy")
            best = [tf.argmax(output, 1, output_type=tf.int32) for output in outputs]
            translations.append(tf.stack(best, axis=1, name="translation"))
    return {"encoder": encoder, "decoder": decoder, "weights": weights, "losses": losses, "trains": trains, "translations": translations}
