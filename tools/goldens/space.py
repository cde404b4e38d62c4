"""Writes test/goldens/space.json: blocks of an image moved to its depth and back, and axes rolled. Run with a Python that has TensorFlow:  python tools/goldens/space.py

The twin programs are in src/ops/space.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, both_layouts, inference, kernel, program, tf

i32 = "int32"


def p(dtype="float32", shape=None):
    return tf.placeholder(dtype, shape)


@program
def depth():
    x = p(shape=[1, 4, None, 8])
    return [tf.space_to_depth(x, 2), tf.nn.depth_to_space(x, 2, name="d"), tf.depth_to_space(p(), 2, data_format="NCHW"), tf.nn.space_to_depth(p("int8"), 3, name="s", data_format="NCHW")]


@program
def depth_of_small_blocks():
    return tf.space_to_depth(p(), 1)


@program
def depth_of_other_format():
    return tf.space_to_depth(p(), 2, data_format="HWCN")


@program
def roll():
    return [tf.roll(p(shape=[4, None]), 1, 0), tf.roll(p(), [1, -2], [0, 1], name="r"), tf.manip.roll(p("string", [3]), p("int64"), p(i32))]


@program
def roll_of_fractions():
    return tf.roll(p(), p(), 0)


def numbers(shape, dtype="float32"):
    n = int(np.prod(shape))
    if dtype == "string":
        return np.array([f"s{i}" for i in range(n)], dtype=object).reshape(shape)
    if dtype == "bool":
        return (np.arange(n) % 3 == 0).reshape(shape)
    return array(np.arange(n) % 120, dtype).reshape(shape)


TYPES = ["float32", "float64", "float16", "bfloat16", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool", "complex64", "complex128", "string"]


def ints(values, dtype=i32):
    return array(values, dtype)


def depth_cases():
    for dtype in TYPES:
        yield kernel("SpaceToDepth", numbers([1, 2, 4, 2], dtype), block_size=2)
        yield kernel("DepthToSpace", numbers([1, 2, 1, 8], dtype), block_size=2)
    for shape, block in [([2, 4, 6, 3], 2), ([1, 3, 6, 1], 3), ([0, 2, 2, 1], 2), ([1, 0, 2, 3], 2)]:
        yield from both_layouts("SpaceToDepth", numbers(shape), block_size=block)
    for shape, block in [([2, 2, 3, 12], 2), ([1, 1, 2, 9], 3), ([0, 2, 2, 4], 2), ([1, 0, 2, 4], 2)]:
        yield from both_layouts("DepthToSpace", numbers(shape), block_size=block)
    for shape in [[2, 2, 3], [1, 3, 2, 1], [1, 2, 3, 1]]:
        yield kernel("SpaceToDepth", numbers(shape), block_size=2)
    for shape in [[2, 2, 3], [1, 3, 2, 6]]:
        yield kernel("DepthToSpace", numbers(shape), block_size=2)


def roll_cases():
    for dtype in TYPES:
        yield kernel("Roll", numbers([2, 3], dtype), ints(1), ints(1))
    for shape, shift, axis in [
        ([5], 2, 0),
        ([5], -7, -1),
        ([2, 3, 2], [1, 1], [0, 2]),
        ([2, 3, 2], [1, 1, 2], [1, -2, 0]),
        ([2, 3], [], []),
        ([0, 3], 1, 0),
        ([3, 0], 1, 0),
        ([], 1, 0),
        ([2, 3], 1, 2),
        ([2, 3], 1, -3),
        ([2, 3], [1], [0, 1]),
        ([2, 3], [[1]], [0]),
        ([2, 3], [1], [[0]]),
        ([2, 3], 1, [0]),
    ]:
        yield kernel("Roll", numbers(shape), ints(shift, "int64"), ints(axis))


def depth_shapes():
    f = "float32"
    for form in ["NHWC", "NCHW"]:
        for shape in [[1, 4, 6, 8], None, [None, None, None, None], [1, 3, 6, 8], [1, 8, 6, 7], [2, 4, 6], [0, 8, 0, 4]]:
            yield inference("SpaceToDepth", (f, shape), block_size=2, data_format=form)
            yield inference("DepthToSpace", (f, shape), block_size=2, data_format=form)
    for shape in [[1, 8, 4, 6, 4], [1, 8, 4, 6], None, [1, 3, 4, 6, 4], [1, None, 4, 6, 4]]:
        for op in ["SpaceToDepth", "DepthToSpace"]:
            yield inference(op, ("int8", shape), block_size=2, data_format="NCHW_VECT_C")


def roll_shapes():
    f = "float32"
    for shape in [[2, None], None, []]:
        yield inference("Roll", (f, shape), (i32, None), (i32, []))
    for shift, axis in [([], []), ([2], []), ([1, 1], []), ([], [1, 1]), ([2], [3])]:
        yield inference("Roll", (f, [2, 3]), (i32, shift), (i32, axis))


def kernels():
    yield from depth_cases()
    yield from roll_cases()


def shapes():
    yield from depth_shapes()
    yield from roll_shapes()


op_cases.write("space", kernels(), shapes())
