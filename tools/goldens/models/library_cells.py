"""What TensorFlow's own cells, which live in tf_keras now, call their variables where the examples write cells of their own."""
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow.compat.v1 as tf
from tf_keras.src.layers.rnn import legacy_cells


def named(build):
    with tf.Graph().as_default():
        build()
        return {variable.op.name: variable.shape.as_list() for variable in tf.global_variables()}


def ptb_lstm(config):
    """The variables below Model/RNN."""

    def build():
        cells = [legacy_cells.BasicLSTMCell(config["hiddenSize"], forget_bias=0.0) for _ in range(config["numLayers"])]
        cell = legacy_cells.MultiRNNCell(cells)
        with tf.variable_scope("Model/RNN") as scope:
            state = cell.zero_state(config["batchSize"], tf.float32)
            for step in range(2):
                if step > 0:
                    scope.reuse_variables()
                _, state = cell(tf.zeros([config["batchSize"], config["hiddenSize"]]), state)

    return named(build)


def seq2seq_attention(config):
    """The variables of the encoder's cell and of the decoder's."""

    def build():
        for scope in ["rnn", "attention_decoder"]:
            with tf.variable_scope("embedding_attention_seq2seq/" + scope):
                cell = legacy_cells.GRUCell(config["units"])
                cell(tf.zeros([2, config["embeddingSize"]]), tf.zeros([2, config["units"]]))

    return named(build)
