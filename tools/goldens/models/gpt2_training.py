"""The twin of examples/models/gpt2-training.ts."""
import tensorflow.compat.v1 as tf

import gpt2


def gpt2_training(tokens, config):
    logits = gpt2.gpt2(tokens, config)["logits"]
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tokens[:, 1:], logits=logits[:, :-1])
    loss = tf.reduce_mean(each)
    step = tf.train.get_or_create_global_step()
    rate = tf.minimum(tf.cast(step, tf.float32) / config["warmup"], 1.0) * config["rate"]
    return {"loss": loss, "train": tf.train.AdamOptimizer(rate).minimize(loss, global_step=step)}
