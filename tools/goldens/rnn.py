"""Writes test/goldens/rnn.json: cells of recurrent networks, wrappers and networks. Run with a Python that has TensorFlow and tf_keras:  python tools/goldens/rnn.py

The twin programs are in test/rnn.test.ts; a program has the same name there.
"""
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import op_cases
from op_cases import program, step, tf

nn, cells = tf.nn, tf.nn.rnn_cell


def both(f):
    """Its nodes and its values are recorded."""
    return step(program(f))


def scope(**options):
    return tf.variable_scope("m", initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=1), **options)


def x(*shape):
    """Numbers between -1 and 1, all different."""
    count = 1
    for d in shape:
        count *= d
    return tf.constant([((i * 7) % 16 - 8) / 8 for i in range(count)], tf.float32, shape)


def steps(time=3, batch=2, width=3):
    return [x(batch, width) * (t + 1) for t in range(time)]


def flat(output, state):
    return [output] + tf.nest.flatten(state)


def cell(name, make, record=both):
    """Two calls of a cell."""
    def f():
        with scope():
            one = make()
            output, state = one(x(2, 3), one.zero_state(2, tf.float32))
            return flat(*one(x(2, 3), state))
    f.__name__ = "cell_" + name
    record(f)


cell("basic_rnn", lambda: cells.BasicRNNCell(2))
cell("gru", lambda: cells.GRUCell(2, activation=tf.nn.relu))
cell("gru_initializers", lambda: cells.GRUCell(2, kernel_initializer=tf.ones_initializer(), bias_initializer=tf.zeros_initializer()), step)
cell("basic_lstm", lambda: cells.BasicLSTMCell(2), step)
cell("basic_lstm_flat", lambda: cells.BasicLSTMCell(2, forget_bias=0.5, state_is_tuple=False, name="n"), step)
cell("lstm", lambda: cells.LSTMCell(2, use_peepholes=True, cell_clip=0.25, num_proj=3, proj_clip=0.125, num_unit_shards=2, num_proj_shards=2))
cell("lstm_flat", lambda: cells.LSTMCell(2, num_proj=1, state_is_tuple=False, initializer=tf.ones_initializer(), trainable=False), step)
cell("multi", lambda: cells.MultiRNNCell([cells.BasicLSTMCell(2), cells.GRUCell(3)]))
cell("multi_flat", lambda: cells.MultiRNNCell([cells.GRUCell(2), cells.GRUCell(3)], state_is_tuple=False), step)
cell("multi_same", lambda: cells.MultiRNNCell([cells.GRUCell(3)] * 2), step)
cell("residual", lambda: cells.ResidualWrapper(cells.GRUCell(3)), step)
cell("device", lambda: cells.DeviceWrapper(cells.BasicLSTMCell(2), "/cpu:0"), step)
cell("dropout", lambda: cells.DropoutWrapper(cells.BasicLSTMCell(2), 0.5, 0.75, 0.5, seed=3))
cell("dropout_variational", lambda: cells.DropoutWrapper(cells.BasicLSTMCell(2), 0.5, 0.75, 0.5, True, 3, tf.float32, 4))
cell("dropout_filter", lambda: cells.DropoutWrapper(cells.MultiRNNCell([cells.BasicLSTMCell(2), cells.GRUCell(2)]), state_keep_prob=0.5, seed=5, dropout_state_filter_visitor=lambda s: not isinstance(s, cells.LSTMStateTuple)), step)


@both
def cell_own():
    class Counter(cells.RNNCell):
        @property
        def state_size(self):
            return 1

        @property
        def output_size(self):
            return 1

        def call(self, inputs, state):
            by = tf.get_variable("by", [], initializer=tf.ones_initializer())
            return inputs[:, :1], state + by
    with scope():
        one = Counter(name="counter")
        _, state = one(x(2, 3), tf.zeros([2, 1]))
        tf.get_variable_scope().reuse_variables()
        return flat(*one(x(2, 3), state))


@both
def cell_in_given_scope():
    with scope() as s:
        one = cells.GRUCell(2)
        output, state = one(x(2, 3), one.zero_state(2, tf.float32), "given")
        return flat(*one(x(2, 3), state, s))


@step
def cell_reused():
    with scope():
        state = tf.zeros([2, 2])
        first = cells.GRUCell(2)(x(2, 3), state)[0]
        return [first, cells.GRUCell(2, reuse=True)(x(2, 3), state)[0]]


@step
def static():
    with scope():
        outputs, state = nn.static_rnn(cells.BasicLSTMCell(2), steps(), dtype=tf.float32)
        return outputs + tf.nest.flatten(state)


@both
def static_lengths():
    with scope():
        outputs, state = nn.static_rnn(cells.GRUCell(2), steps(), initial_state=tf.ones([2, 2]), sequence_length=tf.constant([1, 2]), scope="net")
        return outputs + tf.nest.flatten(state)


@step
def static_unknown_batch():
    with scope():
        inputs = [tf.placeholder_with_default(step, [None, 3]) for step in steps(2)]
        outputs, state = nn.static_rnn(cells.GRUCell(2), inputs, dtype=tf.float32, sequence_length=tf.constant([1, 2], tf.int64))
        return outputs + [state]


@step
def static_bidirectional():
    with scope():
        outputs, fw, bw = nn.static_bidirectional_rnn(cells.GRUCell(2), cells.GRUCell(2), steps(), dtype=tf.float32, sequence_length=tf.constant([1, 3]))
        return outputs + [fw, bw]


@step
def dynamic():
    with scope():
        return flat(*nn.dynamic_rnn(cells.BasicLSTMCell(2), x(2, 4, 3), dtype=tf.float32))


@both
def dynamic_lengths():
    with scope():
        inputs = tf.placeholder_with_default(x(2, 4, 3), [None, None, 3])
        return flat(*nn.dynamic_rnn(cells.LSTMCell(2), inputs, sequence_length=tf.constant([1, 3]), dtype=tf.float32))


@step
def dynamic_time_major():
    with scope():
        state = (cells.LSTMStateTuple(tf.ones([2, 2]), tf.zeros([2, 2])), tf.ones([2, 3]))
        one = cells.MultiRNNCell([cells.BasicLSTMCell(2), cells.GRUCell(3)])
        return flat(*nn.dynamic_rnn(one, x(4, 2, 3), initial_state=state, time_major=True, parallel_iterations=2, swap_memory=True, scope="net"))


@step
def dynamic_no_steps():
    with scope():
        inputs = tf.placeholder_with_default(tf.zeros([2, 0, 3]), [2, None, 3])
        return flat(*nn.dynamic_rnn(cells.GRUCell(2), inputs, dtype=tf.float32))


@step
def dynamic_resource_partitioned():
    with scope(use_resource=True, partitioner=tf.fixed_size_partitioner(2)):
        return flat(*nn.dynamic_rnn(cells.GRUCell(2), x(2, 2, 3), dtype=tf.float32))


@both
def bidirectional():
    with scope():
        (fw, bw), states = nn.bidirectional_dynamic_rnn(cells.GRUCell(2), cells.GRUCell(3), x(2, 3, 3), dtype=tf.float32)
        return [fw, bw] + list(states)


@step
def bidirectional_lengths():
    with scope():
        (fw, bw), states = nn.bidirectional_dynamic_rnn(
            cells.GRUCell(2), cells.GRUCell(2), x(3, 2, 3), tf.constant([1, 3]), tf.ones([2, 2]), tf.ones([2, 2]), time_major=True, scope="both")
        return [fw, bw] + list(states)


@both
def raw():
    with scope():
        one, lengths = cells.BasicLSTMCell(2), tf.constant([1, 3])

        def next_step(time, output, state, loop_state):
            first = output is None
            return (time >= lengths, x(2, 3), one.zero_state(2, tf.float32) if first else state,
                    output, tf.constant(1.0) if first else loop_state * 2.0)
        emitted, state, loop_state = nn.raw_rnn(one, next_step)
        return flat(emitted.stack(), state) + [loop_state]


@both
def raw_emitting():
    with scope():
        one = cells.GRUCell(2)

        def next_step(time, output, state, _):
            first = output is None
            emit = (tf.zeros([3]), tf.constant(0, tf.int32)) if first else (tf.concat([output, output[:, :1]], 1), time)
            return tf.fill([2], time >= 2), x(2, 3), tf.ones([2, 2]) if first else state, emit, None
        (rows, times), state, _ = nn.raw_rnn(one, next_step, parallel_iterations=2, scope="net")
        return [rows.stack(), times.stack(), state]


@both
def state_saving():
    class Saver:
        def state(self, name):
            return tf.get_variable(name, [2, 2], initializer=tf.ones_initializer(), trainable=False).value()

        def save_state(self, name, value):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True):
                return tf.assign(tf.get_variable(name, [2, 2]), value, name="save_" + name)
    with scope():
        outputs, state = nn.static_state_saving_rnn(cells.BasicLSTMCell(2), steps(2), Saver(), ("c", "h"))
        return outputs + tf.nest.flatten(state)


@step
def dynamic_wrong_lengths():
    with scope():
        lengths = tf.placeholder_with_default(tf.constant([1, 2, 3]), [None])
        return flat(*nn.dynamic_rnn(cells.GRUCell(2), x(2, 4, 3), sequence_length=lengths, dtype=tf.float32))


@program
def second_cell():
    with scope():
        for _ in range(2):
            nn.static_rnn(cells.GRUCell(2), steps(1), dtype=tf.float32)


@program
def same_cell_wider():
    one = cells.MultiRNNCell([cells.GRUCell(2)] * 2)
    one(x(2, 3), one.zero_state(2, tf.float32))


@program
def cell_of_integers():
    one = cells.GRUCell(2)
    one(tf.ones([2, 3], tf.int32), one.zero_state(2, tf.int32))


@program
def cell_of_unknown_width():
    cells.BasicRNNCell(2)(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 2]))


@program
def multi_empty():
    cells.MultiRNNCell([])


@program
def multi_wrong_state():
    one = cells.MultiRNNCell([cells.GRUCell(2)])
    one(x(2, 3), 1)


@program
def dropout_probability():
    cells.DropoutWrapper(cells.GRUCell(2), input_keep_prob=1.5)


@program
def residual_width():
    one = cells.ResidualWrapper(cells.GRUCell(2))
    one(x(2, 3), one.zero_state(2, tf.float32))


@program
def static_nothing():
    nn.static_rnn(cells.GRUCell(2), [], dtype=tf.float32)


@program
def static_no_dtype():
    nn.static_rnn(cells.GRUCell(2), steps())


@program
def dynamic_unknown_width():
    nn.dynamic_rnn(cells.GRUCell(2), tf.placeholder(tf.float32, [2, 3, None]), dtype=tf.float32)


@program
def dynamic_matrix():
    nn.dynamic_rnn(cells.GRUCell(2), x(2, 3), dtype=tf.float32)


@program
def dynamic_lengths_matrix():
    nn.dynamic_rnn(cells.GRUCell(2), x(2, 3, 3), sequence_length=[[1, 2]], dtype=tf.float32)


op_cases.write("rnn")
