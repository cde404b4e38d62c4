"""The twin of examples/models/translate-training.ts."""
import tensorflow.compat.v1 as tf

import seq2seq_attention
from sequence_losses import model_with_buckets


def placeholders(name, count, batch, dtype=tf.int32):
    return [tf.placeholder(dtype, [batch], name="%s%d" % (name, i)) for i in range(count)]


def translate_training(config):
    batch, buckets = config["batch"], config["buckets"]
    encoder_steps, decoder_steps = buckets[-1]
    encoder = placeholders("encoder", encoder_steps, batch)
    # The last one is only a target.
    decoder = placeholders("decoder", decoder_steps + 1, batch)
    weights = placeholders("weight", decoder_steps, batch, tf.float32)

    def model(sources, translations):
        return seq2seq_attention.attention_seq2seq(sources, translations, config)

    _, losses = model_with_buckets(encoder, decoder[:-1], decoder[1:], weights, buckets, model)
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.AdamOptimizer(config["rate"])
    variables = tf.trainable_variables()
    trains = []
    for loss in losses:
        clipped, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), config["maxGradientNorm"])
        trains.append(optimizer.apply_gradients(zip(clipped, variables), global_step=step))
    return {"encoder": encoder, "decoder": decoder, "weights": weights, "losses": losses, "trains": trains}


def translator(config):
    encoder = placeholders("source", config["buckets"][-1][0], None)
    first = tf.placeholder(tf.int32, [None], name="first")
    translations = []
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        for encoder_steps, decoder_steps in config["buckets"]:
            outputs = seq2seq_attention.attention_seq2seq(encoder[:encoder_steps], [first] * decoder_steps, config, "greedy")
            best = [tf.argmax(output, 1, output_type=tf.int32) for output in outputs]
            translations.append(tf.stack(best, axis=1, name="translation"))
    return {"encoder": encoder, "first": first, "translations": translations}
