"""The twin of examples/models/gpt2.ts: the same ops in the same order as OpenAI's model.py."""
import numpy as np
import tensorflow.compat.v1 as tf


def sizes_of(x):
    dynamic = tf.shape(x)
    return [dynamic[i] if size is None else size for i, size in enumerate(x.shape.as_list())]


def softmax(x):
    ex = tf.exp(x - tf.reduce_max(x, axis=-1, keepdims=True))
    return ex / tf.reduce_sum(ex, axis=-1, keepdims=True)


def gelu(x):
    return 0.5 * x * (1 + tf.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * tf.pow(x, 3))))


def norm(x, scope):
    with tf.variable_scope(scope):
        width = x.shape[-1].value
        g = tf.get_variable("g", [width], initializer=tf.constant_initializer(1))
        b = tf.get_variable("b", [width], initializer=tf.constant_initializer(0))
        centred = x - tf.reduce_mean(x, axis=-1, keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), axis=-1, keepdims=True)
        return centred * tf.rsqrt(variance + 1e-5) * g + b


def conv1d(x, scope, outputs):
    with tf.variable_scope(scope):
        *start, inputs = sizes_of(x)
        w = tf.get_variable("w", [1, inputs, outputs], initializer=tf.random_normal_initializer(stddev=0.02))
        b = tf.get_variable("b", [outputs], initializer=tf.constant_initializer(0))
        flat = tf.matmul(tf.reshape(x, [-1, inputs]), tf.reshape(w, [-1, outputs])) + b
        return tf.reshape(flat, start + [outputs])


def split_heads(x, heads):
    *start, width = sizes_of(x)
    return tf.transpose(tf.reshape(x, start + [heads, width // heads]), [0, 2, 1, 3])


def merge_heads(x):
    swapped = tf.transpose(x, [0, 2, 1, 3])
    *start, heads, width = sizes_of(swapped)
    return tf.reshape(swapped, start + [heads * width])


def attention_mask(to, from_, dtype):
    i = tf.range(to)[:, None]
    j = tf.range(from_)
    return tf.cast(i >= j - from_ + to, dtype)


def multihead_attention(q, k, v):
    w = tf.matmul(q, k, transpose_b=True)
    w = w * tf.rsqrt(tf.cast(v.shape[-1].value, w.dtype))
    _, _, to, from_ = sizes_of(w)
    mask = tf.reshape(attention_mask(to, from_, w.dtype), [1, 1, to, from_])
    w = w * mask - tf.cast(1e10, w.dtype) * (1 - mask)
    return tf.matmul(softmax(w), v)


def attention(x, width, past, heads):
    with tf.variable_scope("attn"):
        parts = tf.split(conv1d(x, "c_attn", 3 * width), 3, axis=2)
        q, k, v = [split_heads(part, heads) for part in parts]
        present = tf.stack([k, v], axis=1)
        if past is not None:
            past_k, past_v = tf.unstack(past, axis=1)
            k = tf.concat([past_k, k], axis=-2)
            v = tf.concat([past_v, v], axis=-2)
        return conv1d(merge_heads(multihead_attention(q, k, v)), "c_proj", width), present


def mlp(x, units):
    with tf.variable_scope("mlp"):
        return conv1d(gelu(conv1d(x, "c_fc", units)), "c_proj", x.shape[-1].value)


def block(x, scope, past, heads):
    with tf.variable_scope(scope):
        width = x.shape[-1].value
        y, present = attention(norm(x, "ln_1"), width, past, heads)
        x = x + y
        return x + mlp(norm(x, "ln_2"), 4 * width), present


def positions_of(tokens, past_length):
    batch = tf.shape(tokens)[0]
    steps = tf.shape(tokens)[1]
    positions = tf.convert_to_tensor(past_length + tf.range(steps), name="value")
    return tf.tile(tf.expand_dims(positions, axis=0), [batch, 1])


def past_shape(config, batch=None, steps=None):
    return [batch, config["layers"], 2, config["heads"], steps, config["width"] // config["heads"]]


def gpt2(tokens, config, past=None):
    width = config["width"]
    with tf.variable_scope("model"):
        batch, steps = sizes_of(tokens)
        wpe = tf.get_variable("wpe", [config["context"], width], initializer=tf.random_normal_initializer(stddev=0.01))
        wte = tf.get_variable("wte", [config["vocab"], width], initializer=tf.random_normal_initializer(stddev=0.02))
        past_length = 0 if past is None else tf.shape(past)[-2]
        h = tf.gather(wte, tokens) + tf.gather(wpe, positions_of(tokens, past_length))
        presents = []
        pasts = [None] * config["layers"] if past is None else tf.unstack(past, axis=1)
        for layer, layer_past in enumerate(pasts):
            h, present = block(h, "h%d" % layer, layer_past, config["heads"])
            presents.append(present)
        present = tf.stack(presents, axis=1)
        flat = tf.reshape(norm(h, "ln_f"), [batch * steps, width])
        logits = tf.reshape(tf.matmul(flat, wte, transpose_b=True), [batch, steps, config["vocab"]])
        return {"logits": logits, "present": present}
