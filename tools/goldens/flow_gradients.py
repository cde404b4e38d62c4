"""Writes test/goldens/flow-gradients.json: gradients through conditionals, loops and tensor arrays. Run with a Python that has TensorFlow:  python tools/goldens/flow_gradients.py

The twin programs are in test/flow-gradients.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import program, step, tf

f32, i32 = tf.float32, tf.int32


def both(f):
    """Its nodes and its values are recorded."""
    return step(program(f))


def x_of(value, shape=None):
    return tf.placeholder_with_default(tf.constant(value, f32), shape, name="x")


def w_of(shape, value=2.0, resource=False, name="w"):
    return tf.get_variable(name, shape, initializer=tf.constant_initializer(value), use_resource=resource)


def power(x, n, **options):
    return tf.while_loop(lambda i, p: tf.less(i, n), lambda i, p: [tf.add(i, 1), tf.multiply(p, x)], [tf.constant(0), tf.square(x)], **options)[1]


def cond_of(value):
    x = x_of(value, [])
    y = tf.cond(tf.less(x, 2.0), lambda: tf.square(x), lambda: tf.multiply(x, 3.0))
    return tf.gradients(y, [x])


@both
def cond_true():
    return cond_of(1.5)


@both
def cond_false():
    return cond_of(3.0)


@both
def cond_one_branch():
    x, w = x_of([1.0, 2.0], [2]), w_of([2])
    y = tf.cond(tf.less(x[0], 2.0), lambda: tf.multiply(x, w), lambda: tf.multiply(x, 3.0))
    return tf.gradients(y, [x, w])


@both
def cond_unknown_shape():
    x, w = x_of([1.0, 2.0]), w_of([2], resource=True)
    y = tf.cond(tf.less(tf.constant(3.0), 2.0), lambda: tf.multiply(x, w), lambda: tf.square(x))
    return tf.gradients(y, [x, w])


@both
def cond_nested():
    x = x_of(1.5, [])
    y = tf.cond(tf.less(x, 2.0), lambda: tf.cond(tf.less(x, 1.0), lambda: tf.square(x), lambda: tf.multiply(x, 5.0)), lambda: tf.negative(x))
    return tf.gradients(y, [x])


@both
def gradients_in_branch():
    x = x_of(1.5, [])
    return tf.cond(tf.less(x, 2.0), lambda: tf.gradients(tf.square(x), [x])[0], lambda: tf.negative(x))


@both
def while_power():
    x = x_of([1.5, -2.0], [2])
    return tf.gradients(power(x, 3), [x])


@both
def while_unknown_shape():
    x = x_of([1.5, -2.0])
    return tf.gradients(power(x, 3), [x])


@both
def while_no_iteration():
    x = x_of([1.5, -2.0], [2])
    return tf.gradients(power(x, 0), [x])


@both
def while_no_back_prop():
    x = x_of([1.5, -2.0], [2])
    y = power(x, 3, back_prop=False)
    return tf.gradients(tf.add(y, x), [x])


@both
def while_serial():
    x = x_of([1.5, -2.0], [2])
    return tf.gradients(power(x, 3, parallel_iterations=1, swap_memory=True), [x])


@both
def while_variable():
    x, w = x_of([1.5, -2.0], [2]), w_of([2])
    y = tf.while_loop(lambda i, p: tf.less(i, 3), lambda i, p: [tf.add(i, 1), tf.multiply(tf.square(p), w)], [tf.constant(0), x])[1]
    return tf.gradients(y, [x, w])


@both
def while_resource_variable():
    x, w = x_of([1.5, -2.0], [2]), w_of([2], resource=True)
    y = tf.while_loop(lambda i, p: tf.less(i, 3), lambda i, p: [tf.add(i, 1), tf.multiply(tf.square(p), w)], [tf.constant(0), x])[1]
    return tf.gradients(y, [x, w])


@both
def while_unused_exit():
    x = x_of([1.5, -2.0], [2])
    _, p, _ = tf.while_loop(lambda i, p, q: tf.less(i, 3), lambda i, p, q: [tf.add(i, 1), tf.multiply(p, q), tf.multiply(q, x)], [tf.constant(0), x, tf.square(x)])
    return tf.gradients(p, [x])


@both
def while_forgets():
    x = x_of([1.5, -2.0], [2])
    y = tf.while_loop(lambda i, p: tf.less(i, 3), lambda i, p: [tf.add(i, 1), tf.square(x)], [tf.constant(0), tf.multiply(x, 3.0)])[1]
    return tf.gradients(y, [x])


@both
def while_with_cond():
    x, w = x_of([1.5, -2.0], [2]), w_of([2])
    body = lambda i, p: [tf.add(i, 1), tf.cond(tf.less(i, 2), lambda: tf.multiply(p, w), lambda: tf.square(p))]
    y = tf.while_loop(lambda i, p: tf.less(i, 4), body, [tf.constant(0), x])[1]
    return tf.gradients(y, [x, w])


@both
def while_with_cond_unknown_shape():
    x, w = x_of([1.5, -2.0]), w_of([2])
    body = lambda i, p: [tf.add(i, 1), tf.cond(tf.less(i, 2), lambda: tf.multiply(p, w), lambda: tf.square(p))]
    y = tf.while_loop(lambda i, p: tf.less(i, 4), body, [tf.constant(0), x], shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)])[1]
    return tf.gradients(y, [x, w])


def nested(x, w):
    inner = lambda i, p: tf.while_loop(lambda j, q: tf.less(j, i), lambda j, q: [tf.add(j, 1), tf.multiply(tf.square(q), w)], [tf.constant(0), p])[1]
    return tf.while_loop(lambda i, p: tf.less(i, 3), lambda i, p: [tf.add(i, 1), inner(i, p)], [tf.constant(0), x])[1]


@both
def while_nested():
    x, w = x_of([1.5, -1.0], [2]), w_of([2], 0.5)
    return tf.gradients(nested(x, w), [x, w])


@both
def while_nested_unknown_shape():
    x, w = x_of([1.5, -1.0]), w_of([2], 0.5, resource=True)
    inner = lambda i, p: tf.while_loop(lambda j, q: tf.less(j, i), lambda j, q: [tf.add(j, 1), tf.multiply(tf.square(q), w)], [tf.constant(0), p], shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)])[1]
    y = tf.while_loop(lambda i, p: tf.less(i, 3), lambda i, p: [tf.add(i, 1), inner(i, p)], [tf.constant(0), x], shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)])[1]
    return tf.gradients(y, [x, w])


@both
def while_in_branch():
    x = x_of([1.5, -1.0], [2])
    y = tf.cond(tf.less(tf.constant(1), 2), lambda: power(x, 2), lambda: tf.negative(x))
    return tf.gradients(y, [x])


@both
def while_colocated():
    x = x_of([1.5, -2.0], [2])
    return tf.gradients(power(x, 2), [x], colocate_gradients_with_ops=True)


@both
def gradients_in_body():
    x = x_of([1.5, -1.0], [2])
    y = tf.while_loop(lambda i, p: tf.less(i, 2), lambda i, p: [tf.add(i, 1), tf.gradients(tf.multiply(tf.square(p), x), [p])[0]], [tf.constant(0), x])[1]
    return [y]


@program
def through_start_of_own_loop():
    x = x_of([1.5, -1.0], [2])
    return tf.while_loop(lambda i, p: tf.less(i, 2), lambda i, p: [tf.add(i, 1), tf.gradients(tf.square(p), [x])[0]], [tf.constant(0), x])[1]


@program
def twice_through_a_loop():
    x = x_of([1.5, -1.0], [2])
    return tf.gradients(tf.gradients(power(x, 2), [x])[0], [x])


@both
def map_square():
    x = x_of([[1.0, 2.0], [3.0, 4.0]], [2, 2])
    return tf.gradients(tf.map_fn(lambda r: tf.square(r), x), [x])


@both
def map_unknown_length():
    x = x_of([[1.0, 2.0], [3.0, 4.0]], [None, 2])
    return tf.gradients(tf.map_fn(lambda r: tf.square(r), x), [x])


@both
def scan_product():
    x = x_of([[1.0, 2.0], [3.0, 4.0], [0.5, -1.0]], [3, 2])
    return tf.gradients(tf.scan(lambda a, r: tf.multiply(a, r), x), [x])


@both
def fold_product():
    x = x_of([[1.0, 2.0], [3.0, 4.0], [0.5, -1.0]], [None, 2])
    return tf.gradients(tf.foldl(lambda a, r: tf.multiply(a, r), x), [x])


@both
def array_written_and_read():
    x = x_of([1.0, 2.0], [2])
    array = tf.TensorArray(f32, size=3, clear_after_read=False).write(0, x).write(2, tf.square(x))
    y = tf.multiply(array.read(0), array.read(2)) + array.read(0)
    return tf.gradients(y, [x])


@both
def array_stacked():
    x = x_of([1.0, 2.0], [2])
    array = tf.TensorArray(f32, size=2).write(0, x).write(1, tf.square(x))
    return tf.gradients(tf.square(array.stack()), [x])


@both
def array_unstacked():
    x = x_of([[1.0, 2.0], [3.0, 4.0]], [2, 2])
    array = tf.TensorArray(f32, size=2, clear_after_read=False).unstack(x)
    return tf.gradients(tf.multiply(array.read(0), array.read(1)), [x])


@both
def array_partly_read():
    x = x_of([[1.0, 2.0], [3.0, 4.0]], [2, 2])
    return tf.gradients(tf.square(tf.TensorArray(f32, size=2).unstack(x).read(1)), [x])


@both
def array_split_and_concatenated():
    x = x_of([1.0, 2.0, 3.0], [3])
    array = tf.TensorArray(f32, size=2, infer_shape=False).split(x, [1, 2])
    return tf.gradients(tf.square(array.concat()), [x])


@program
def array_under_another_name():
    x = x_of([1.0, 2.0], [2])
    return tf.gradients(tf.TensorArray(f32, size=1).write(0, x).read(0), [x], name="slopes")


@both
def two_gradients_of_an_array():
    x = x_of([1.0, 2.0], [2])
    y = tf.TensorArray(f32, size=1).write(0, x).read(0)
    return tf.gradients(tf.square(y), [x]) + tf.gradients(tf.multiply(y, 3.0), [x])


op_cases.write("flow-gradients")
