"""The twin of examples/models/ptb-training.ts: TensorFlow's own cells, which live in tf_keras now."""
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow.compat.v1 as tf

from sequence_losses import sequence_loss_by_example

cells = tf.nn.rnn_cell


def ptb_reader(words, targets, config, reuse=None):
    batch, steps, size, vocab = config["batchSize"], config["numSteps"], config["hiddenSize"], config["vocabSize"]
    start = tf.random_uniform_initializer(-config["initScale"], config["initScale"])
    with tf.variable_scope("Model", reuse=reuse, initializer=start):
        layers = [cells.BasicLSTMCell(size, forget_bias=0.0, reuse=reuse) for _ in range(config["numLayers"])]
        cell = cells.MultiRNNCell(layers)
        initial = state = cell.zero_state(batch, tf.float32)
        with tf.device("/cpu:0"):
            inputs = tf.nn.embedding_lookup(tf.get_variable("embedding", [vocab, size]), words)
        outputs = []
        with tf.variable_scope("RNN") as scope:
            for step in range(steps):
                if step > 0:
                    scope.reuse_variables()
                output, state = cell(inputs[:, step, :], state)
                outputs.append(output)
        output = tf.reshape(tf.concat(outputs, 1), [-1, size])
        logits = tf.nn.xw_plus_b(output, tf.get_variable("softmax_w", [size, vocab]), tf.get_variable("softmax_b", [vocab]))
        loss = sequence_loss_by_example([logits], [tf.reshape(targets, [-1])], [tf.ones([batch * steps])])
        return {"initial": tf.nest.flatten(initial), "final": tf.nest.flatten(state), "cost": tf.reduce_sum(loss) / batch}


def ptb_training(cost, max_gradient_norm):
    rate = tf.Variable(0.0, trainable=False, name="learning_rate")
    variables = tf.trainable_variables()
    gradients, norm = tf.clip_by_global_norm(tf.gradients(cost, variables), max_gradient_norm)
    step = tf.train.get_or_create_global_step()
    train = tf.train.GradientDescentOptimizer(rate).apply_gradients(zip(gradients, variables), global_step=step)
    new_rate = tf.placeholder(tf.float32, [], name="new_learning_rate")
    return {"train": train, "norm": norm, "rate": rate, "new_rate": new_rate, "set_rate": tf.assign(rate, new_rate)}
