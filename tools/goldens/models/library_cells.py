"""TensorFlow's own cells, which live in tf_keras now, beside those that the examples write out.

Both are built over one set of variables: they share by name, so the names agree; and they have to give the same values.
"""
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow.compat.v1 as tf
from tf_keras.src.layers.rnn import legacy_cells

import ptb_lstm as ptb_twin
import seq2seq_attention as seq2seq_twin


def compared(build):
    """The variables that both cells use, by name, once both have given the same."""
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        with tf.variable_scope("Cells", initializer=tf.random_uniform_initializer(-0.5, 0.5)) as scope:
            ours, library = build(scope)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for a, b in zip(*session.run([ours, library])):
                np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)
        return {variable.op.name: variable.shape.as_list() for variable in tf.global_variables()}


def ptb_lstm(config):
    batch, size, layers = config["batchSize"], config["hiddenSize"], config["numLayers"]

    def build(scope):
        x = tf.random_uniform([batch, size])
        start = [(tf.random_uniform([batch, size]), tf.random_uniform([batch, size])) for _ in range(layers)]
        cell = legacy_cells.MultiRNNCell([legacy_cells.BasicLSTMCell(size, forget_bias=0.0) for _ in range(layers)])
        _, library = cell(x, tuple(legacy_cells.LSTMStateTuple(*state) for state in start))
        scope.reuse_variables()
        ours = ptb_twin.multi_rnn_cell(x, start, size)
        return [part for state in ours for part in state], [part for state in library for part in state]

    return compared(build)


def seq2seq_attention(config):
    units = config["units"]

    def build(scope):
        x, state = tf.random_uniform([2, config["embeddingSize"]]), tf.random_uniform([2, units])
        library, _ = legacy_cells.GRUCell(units)(x, state)
        scope.reuse_variables()
        return [seq2seq_twin.gru_cell(x, state, units)], [library]

    return compared(build)
