"""The twin of examples/models/seq2seq-attention.ts."""
import tensorflow.compat.v1 as tf


def linear(args, outputs, bias_start=0.0):
    kernel = tf.get_variable("kernel", [sum(arg.shape[1].value for arg in args), outputs])
    x = args[0] if len(args) == 1 else tf.concat(args, 1)
    product = tf.matmul(x, kernel)
    return tf.nn.bias_add(product, tf.get_variable("bias", [outputs], initializer=tf.constant_initializer(bias_start)))


def gru_cell(inputs, state, units):
    with tf.variable_scope("gru_cell"):
        with tf.variable_scope("gates"):
            gates = tf.sigmoid(linear([inputs, state], 2 * units, 1.0))
        reset, update = tf.split(gates, 2, axis=1)
        with tf.variable_scope("candidate"):
            candidate = tf.tanh(linear([inputs, reset * state], units))
        return update * state + (1 - update) * candidate


def encode(inputs, units):
    with tf.variable_scope("rnn") as scope:
        batch = tf.shape(inputs[0])[0]
        state = tf.zeros(tf.stack([batch, units]))
        state.set_shape([None, units])
        states = []
        for step, x in enumerate(inputs):
            if step > 0:
                scope.reuse_variables()
            state = gru_cell(x, state, units)
            states.append(state)
        return states


def attention_over(states):
    length, size = states.shape[1].value, states.shape[2].value
    hidden = tf.reshape(states, [-1, length, 1, size])
    kernel = tf.get_variable("AttnW_0", [1, 1, size, size])
    features = tf.nn.conv2d(hidden, kernel, [1, 1, 1, 1], "SAME")
    v = tf.get_variable("AttnV_0", [size])

    def read(query):
        with tf.variable_scope("Attention_0"):
            y = tf.reshape(linear([query], size), [-1, 1, 1, size])
            fit = tf.nn.softmax(tf.reduce_sum(v * tf.tanh(features + y), [2, 3]))
            return tf.reshape(tf.reduce_sum(tf.reshape(fit, [-1, length, 1, 1]) * hidden, [1, 2]), [-1, size])

    return size, read


def attention_decoder(inputs, initial_state, encoder_outputs, config, next_input):
    with tf.variable_scope("attention_decoder") as scope:
        batch = tf.shape(inputs[0])[0]
        size, read = attention_over(encoder_outputs)
        attended = tf.zeros(tf.stack([batch, size]))
        attended.set_shape([None, size])
        state, outputs = initial_state, []
        for step, x in enumerate(inputs):
            if step > 0:
                scope.reuse_variables()
            if next_input is not None and outputs:
                with tf.variable_scope("loop_function", reuse=True):
                    x = next_input(outputs[-1])
            state = gru_cell(linear([x, attended], x.shape[1].value), state, config["units"])
            attended = read(state)
            with tf.variable_scope("AttnOutputProjection"):
                outputs.append(linear([state, attended], config["symbols"]))
        return outputs


def attention_seq2seq(encoder_inputs, decoder_inputs, config, decoding="given"):
    units = config["units"]
    with tf.variable_scope("embedding_attention_seq2seq"):
        embedding = tf.get_variable("embedding", [config["symbols"], config["embeddingSize"]])

        def embed(symbol):
            return tf.nn.embedding_lookup(embedding, symbol)

        encoded = encode([embed(x) for x in encoder_inputs], units)
        tops = [tf.reshape(output, [-1, 1, units]) for output in encoded]
        encoder_outputs = tf.concat(tops, 1)
        greedy = (lambda output: embed(tf.argmax(output, 1))) if decoding == "greedy" else None
        with tf.variable_scope("embedding_attention_decoder"):
            return attention_decoder([embed(x) for x in decoder_inputs], encoded[-1], encoder_outputs, config, greedy)
