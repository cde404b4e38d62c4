"""Writes test/goldens/sets.json: sets in the last dimension. Run with a Python that has TensorFlow:  python tools/goldens/set_ops.py

The twin programs are in src/ops/sets.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, tf

i32 = "int32"


def p(shape=None, dtype=i32):
    return tf.placeholder(dtype, shape)


@program
def differences():
    x = tf.sets.set_difference(p([2, 3]), p([2, 4]))
    y = tf.sets.set_difference(p(), p([2, 4, 1]), aminusb=False)
    return [x.indices, x.values, x.dense_shape, y.indices, y.values]


@program
def others():
    x = tf.sets.set_intersection([[1, 2]], [[2, 3]])
    y = tf.sets.set_union(p(dtype="string"), p(dtype="string"), validate_indices=False)
    return [x.values, y.values, y.dense_shape]


@program
def of_two_types():
    return tf.sets.set_union(p(), p(dtype="int64")).values


def kernels():
    op = "DenseToDenseSetOperation"
    a = [[3, 1, 2, 3], [9, 9, 0, 1]]
    b = [[2, 5], [0, 7]]
    for name in ["a-b", "b-a", "intersection", "union"]:
        for dtype in ["int8", "int16", i32, "int64", "uint8", "uint16"]:
            yield kernel(op, array(a, dtype), array(b, dtype), set_operation=name)
        yield kernel(op, array([["b", "a", "c"], ["", "é", "z"]], "string"), array([["a"], ["z"]], "string"), set_operation=name)
        yield kernel(op, array([a, a], i32), array([b, b], i32), set_operation=name)
        yield kernel(op, array([[-1, -300, 5]], i32), array([[5, 200]], i32), set_operation=name)
        for s, t in [([0, 3], [0, 2]), ([2, 0], [2, 2]), ([2, 0], [2, 0]), ([2, 3], [3, 3]), ([2], [2]), ([1, 2], [1, 2, 1]), ([2, 1, 2], [2, 2, 2])]:
            n = lambda d: array(list(range(__import__("math").prod(d))), i32).reshape(d)
            yield kernel(op, n(s), n(t), set_operation=name)
    yield kernel(op, array(a, i32), array(b, i32), set_operation="sum")


def shapes():
    for s, t in [([2, 3], [2, 4]), (None, [2, 4]), ([2, 3], None), (None, None), ([2], [2, 3]), ([2, 3], [3, 3]), ([2, None, 3], [None, 4, 1]), ([None, 3], [2, 2, 2]), (None, [2])]:
        yield inference("DenseToDenseSetOperation", (i32, s), (i32, t), set_operation="union")


if __name__ == "__main__":
    op_cases.write("sets", kernels(), shapes())
