"""The twin of examples/models/ptb-lstm.ts."""
import tensorflow.compat.v1 as tf


def basic_lstm_cell(inputs, state, size):
    c, h = state
    with tf.variable_scope("basic_lstm_cell"):
        kernel = tf.get_variable("kernel", [inputs.shape[1].value + size, 4 * size])
        bias = tf.get_variable("bias", [4 * size], initializer=tf.zeros_initializer())
        gates = tf.nn.bias_add(tf.matmul(tf.concat([inputs, h], 1), kernel), bias)
        i, j, f, o = tf.split(gates, 4, axis=1)
        new_c = tf.add(tf.multiply(c, tf.sigmoid(f)), tf.multiply(tf.sigmoid(i), tf.tanh(j)))
        return new_c, tf.multiply(tf.tanh(new_c), tf.sigmoid(o))


def multi_rnn_cell(inputs, states, size):
    with tf.variable_scope("multi_rnn_cell"):
        new_states = []
        for layer, state in enumerate(states):
            with tf.variable_scope("cell_%d" % layer):
                state = basic_lstm_cell(inputs, state, size)
            inputs = state[1]
            new_states.append(state)
        return new_states


def ptb_model(words, config):
    batch, size, vocab = config["batchSize"], config["hiddenSize"], config["vocabSize"]
    start = tf.random_uniform_initializer(-config["initScale"], config["initScale"])
    with tf.variable_scope("Model", initializer=start):
        with tf.device("/cpu:0"):
            inputs = tf.nn.embedding_lookup(tf.get_variable("embedding", [vocab, size]), words)
        initial = [(tf.zeros([batch, size]), tf.zeros([batch, size])) for _ in range(config["numLayers"])]
        state, outputs = initial, []
        with tf.variable_scope("RNN") as scope:
            for step in range(config["numSteps"]):
                if step > 0:
                    scope.reuse_variables()
                state = multi_rnn_cell(inputs[:, step, :], state, size)
                outputs.append(state[-1][1])
        output = tf.reshape(tf.concat(outputs, 1), [-1, size])
        weights = tf.get_variable("softmax_w", [size, vocab])
        biases = tf.get_variable("softmax_b", [vocab])
        logits = tf.reshape(tf.nn.xw_plus_b(output, weights, biases), [batch, config["numSteps"], vocab])
        return {"initial_state": initial, "final_state": state, "logits": logits}
