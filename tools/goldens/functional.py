"""Writes test/goldens/functional.json: functions over the elements of tensors, and case. Run with a Python that has TensorFlow:  python tools/goldens/functional.py

The twin programs are in test/functional.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import program, step, tf

f32, i32 = tf.float32, tf.int32


def unknown(value, dtype=f32, shape=None):
    return tf.placeholder_with_default(tf.constant(value, dtype), shape)


def const(value, dtype=f32, name="c"):
    return tf.constant(value, dtype, name=name)


def both(f):
    """Its nodes and its values are recorded."""
    return step(program(f))


@both
def map_square():
    return tf.map_fn(lambda x: x * x, const([1, 2, 3]))


@both
def map_unknown_length():
    return tf.map_fn(lambda x: x + 1, unknown([[1, 2], [3, 4]], shape=[None, 2]), name="m", parallel_iterations=3)


@both
def map_unknown_shape():
    return tf.map_fn(lambda x: tf.reduce_sum(x), unknown([[1, 2], [3, 4]]))


@both
def map_to_other_dtype():
    return tf.map_fn(lambda x: tf.cast(x, i32), const([1.5, 2.5]), dtype=i32)


@both
def map_structure():
    result = tf.map_fn(lambda e: {"s": e["a"] + e["b"], "d": [e["a"] - e["b"]]}, {"b": const([1, 2]), "a": const([3, 5])}, dtype={"d": [f32], "s": f32})
    return [result["s"], result["d"][0]]


@both
def map_pair_to_one():
    return tf.map_fn(lambda e: e[0] * e[1], [const([1, 2, 3]), const([4, 5, 6])], dtype=f32)


@both
def map_one_to_pair():
    a, b = tf.map_fn(lambda x: [x, -x], const([1, 2]), dtype=[f32, f32])
    return [a, b]


@both
def map_different_shapes():
    return tf.map_fn(lambda n: tf.reduce_sum(tf.ones([n])), const([1, 3], i32), dtype=f32, infer_shape=False, back_prop=False, swap_memory=True)


@both
def map_nested():
    return tf.map_fn(lambda row: tf.map_fn(lambda x: x * 2, row), const([[1, 2], [3, 4]]))


@both
def map_variable():
    v = tf.get_variable("v", [2], initializer=tf.ones_initializer())
    return tf.map_fn(lambda x: x + v, const([[1, 2], [3, 4]]))


@both
def map_makes_variable():
    return tf.map_fn(lambda x: x * tf.get_variable("w", [], initializer=tf.ones_initializer()), const([1, 2]))


@both
def map_makes_resource_variable():
    return tf.map_fn(lambda x: x * tf.get_variable("w", [], initializer=tf.ones_initializer(), use_resource=True), const([1, 2]))


@both
def map_over_resource_variable():
    v = tf.get_variable("v", [2], initializer=tf.ones_initializer(), use_resource=True)
    return tf.map_fn(lambda x: x + 1, v)


@both
def map_over_variable():
    v = tf.get_variable("v", [2], initializer=tf.ones_initializer())
    return tf.map_fn(lambda x: x + 1, v)


@both
def map_nothing():
    return tf.map_fn(lambda x: x + 1, tf.zeros([0, 2]))


@both
def map_strings():
    return tf.map_fn(lambda x: x, const(["a", "b"], tf.string))


@both
def map_conditional():
    return tf.map_fn(lambda x: tf.cond(x > 2, lambda: x, lambda: -x), const([1, 2, 3]))


@program
def map_scalar():
    return tf.map_fn(lambda x: x, const(1))


@program
def map_scalar_second():
    return tf.map_fn(lambda x: x[0], [const([1]), const(1)], dtype=f32)


@program
def map_empty_list():
    return tf.map_fn(lambda x: x, [])


@program
def map_lengths_differ():
    return tf.map_fn(lambda x: x[0], [const([1, 2]), const([1, 2, 3])], dtype=f32)


@program
def map_other_structure():
    return tf.map_fn(lambda x: [x, x], const([1, 2]))


@both
def foldl_sum():
    return tf.foldl(lambda a, x: a + x, const([1, 2, 3]))


@both
def foldl_initializer():
    return tf.foldl(lambda a, x: a - x, const([1, 2, 3]), initializer=const(10.0), name="f", parallel_iterations=1)


@both
def foldl_structure():
    a, b = tf.foldl(lambda a, e: [a[0] + e["x"], a[1] * e["y"]], {"x": const([1, 2]), "y": const([3, 4])}, initializer=[const(0.0), const(1.0)])
    return [a, b]


@both
def foldl_unknown():
    return tf.foldl(lambda a, x: a - x, unknown([1, 2, 3], shape=[None]))


@both
def foldl_variable():
    v = tf.get_variable("v", [3], initializer=tf.ones_initializer())
    return tf.foldl(lambda a, x: a + x * tf.get_variable("w", [], initializer=tf.ones_initializer()), v)


@both
def foldr_difference():
    return tf.foldr(lambda a, x: a - x, const([1, 2, 10]))


@both
def foldr_initializer():
    return tf.foldr(lambda a, x: a - x, const([1, 2, 3]), initializer=const(10.0), back_prop=False)


@both
def foldr_unknown():
    return tf.foldr(lambda a, x: a - x, unknown([1, 2, 10], shape=[None]))


@both
def foldr_unknown_initializer():
    return tf.foldr(lambda a, x: a - x, unknown([1, 2, 10], shape=[None]), initializer=const(0.0))


@program
def foldl_scalar():
    return tf.foldl(lambda a, x: a, const(1))


@program
def foldl_empty():
    return tf.foldl(lambda a, x: a, [])


@program
def foldl_shape_changes():
    return tf.foldl(lambda a, x: tf.stack([a, x]), const([1, 2]))


@both
def scan_sums():
    return tf.scan(lambda a, x: a + x, const([1, 2, 3]))


@both
def scan_reverse():
    return tf.scan(lambda a, x: a - x, const([1, 2, 10]), reverse=True, name="s")


@both
def scan_initializer():
    return tf.scan(lambda a, x: a * x, const([1, 2, 3], i32), initializer=const(2, i32))


@both
def scan_initializer_reverse():
    return tf.scan(lambda a, x: a - x, const([1, 2, 3]), initializer=const(0.0), reverse=True, infer_shape=False)


@both
def scan_unknown():
    return [tf.scan(lambda a, x: a + x, unknown([[1, 2], [3, 4]])), tf.scan(lambda a, x: a + x, unknown([1, 2, 3], shape=[None]), reverse=True)]


@both
def scan_unknown_initializer():
    return tf.scan(lambda a, x: a + tf.reduce_sum(x), unknown([[1, 2], [3, 4]], shape=[None, 2]), initializer=const(0.0), reverse=True)


@both
def scan_fibonacci():
    a, b = tf.scan(lambda a, _: [a[1], a[0] + a[1]], tf.zeros([5]), initializer=[const(0, i32), const(1, i32)])
    return [a, b]


@both
def scan_structure():
    result = tf.scan(lambda a, e: {"x": a["x"] + e["x"], "y": a["y"] * e["y"]}, {"x": const([1, 2]), "y": const([3, 4])})
    return [result["x"], result["y"]]


@both
def scan_variable():
    return tf.scan(lambda a, x: a + x * tf.get_variable("w", [2], initializer=tf.ones_initializer()), const([[1, 2], [3, 4]]))


@both
def scan_nothing():
    return tf.scan(lambda a, x: a + x, tf.zeros([0, 2]), initializer=tf.zeros([2]))


@both
def scan_map():
    return tf.scan(lambda a, row: a + tf.map_fn(lambda x: x * x, row), const([[1, 2], [3, 4]]))


@program
def scan_other_structure():
    return tf.scan(lambda a, x: [a], const([1, 2]))


@program
def scan_scalar():
    return tf.scan(lambda a, x: a, const(1))


@program
def scan_lengths_differ():
    return tf.scan(lambda a, x: a, [const([1, 2]), const([1, 2, 3])])


def compare(x=5):
    x = const(x, i32, "x")
    return x < 3, x < 8


@both
def case_default():
    low, middle = compare()
    return tf.case([(low, lambda: tf.constant(1)), (middle, lambda: tf.constant(2))], default=lambda: tf.constant(3))


@both
def case_no_default():
    low, middle = compare()
    return tf.case([(low, lambda: tf.constant(1)), (middle, lambda: tf.constant(2))])


@both
def case_none_true():
    low, middle = compare(9)
    return tf.case([(low, lambda: tf.constant(1)), (middle, lambda: tf.constant(2))])


@both
def case_exclusive():
    low, middle = compare()
    return tf.case([(low, lambda: tf.constant(1)), (middle, lambda: tf.constant(2))], default=lambda: tf.constant(3), exclusive=True, name="k")


@both
def case_two_true():
    low, middle = compare(1)
    return tf.case([(low, lambda: tf.constant(1)), (middle, lambda: tf.constant(2))], default=lambda: tf.constant(3), exclusive=True)


@both
def case_exclusive_no_default():
    low, middle = compare()
    return tf.case([(low, lambda: tf.constant(1)), (middle, lambda: tf.constant(2))], exclusive=True)


@both
def case_strict():
    low, middle = compare()
    return tf.case([(low, lambda: [tf.constant(1)]), (middle, lambda: [tf.constant(2)])], default=lambda: [tf.constant(3)], strict=True)


@both
def case_pairs_of_results():
    low, _ = compare()
    a, b = tf.case([(low, lambda: [tf.constant(1), tf.constant(2.0)])], default=lambda: [tf.constant(3), tf.constant(4.0)])
    return [a, b]


@program
def case_not_boolean():
    return tf.case([(const(1, i32), lambda: tf.constant(1))])


@program
def case_not_function():
    low, _ = compare()
    return tf.case([(low, 1)])


@program
def case_no_tensor():
    return tf.case([(True, lambda: tf.constant(1))])


@program
def case_triple():
    low, _ = compare()
    return tf.case([(1, 2, 3)])


op_cases.write("functional")
