"""Writes test/goldens/space_batch.json: blocks of space moved to the batch and back. Run with a Python that has TensorFlow:  python tools/goldens/space_batch.py

The twin programs are in src/ops/space-batch.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, tf

i32 = "int32"
f = "float32"


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


@program
def blocks():
    x = p([None, 4, 6, 3])
    return [
        tf.space_to_batch_nd(x, [2, 3], [[0, 0], [1, 2]]),
        tf.batch_to_space_nd(p([12, None, 2]), [2], [[0, 1]], name="b"),
        tf.space_to_batch_nd(p(dtype="string"), p([3], "int64"), p(dtype="int64"), name="s"),
    ]


@program
def squares():
    x = p([None, 4, 6, 3])
    return [
        tf.space_to_batch(x, [[0, 0], [1, 1]], 2),
        tf.batch_to_space(p([8, 2, 2, 1]), [[0, 0], [1, 1]], 2),
        tf.nn.space_to_batch(p(), [[0, 0], [1, 1]], 3, name="s"),
        tf.batch_to_space(p(), p(dtype=i32), 2, name="b"),
    ]


@program
def square_of_more_axes():
    return tf.space_to_batch(p([1, 2, 2]), [[0, 0], [0, 0]], 2)


@program
def unknown_block():
    return tf.space_to_batch_nd(p([1, 2, 2]), p(dtype=i32), [[0, 0]])


def numbers(shape, dtype=f):
    n = int(np.prod(shape))
    return array(np.arange(n) % 120 + 1, dtype).reshape(shape)


TYPES = [f, "float64", "float16", "bfloat16", "int8", "uint8", "int16", "uint16", i32, "uint32", "int64", "uint64"]


def ints(values, dtype=i32):
    return array(values, dtype)


def nd(op, shape, block, pairs, dtype=f, index=i32):
    block = ints(block, index)
    return kernel(op, numbers(shape, dtype), block, ints(pairs, index).reshape([-1, 2]), known={1: [len(block)]} if block.ndim else None)


def kernels():
    for dtype in TYPES:
        yield nd("SpaceToBatchND", [1, 3, 4, 2], [2, 2], [[0, 1], [2, 0]], dtype)
        yield nd("BatchToSpaceND", [4, 2, 2, 1], [2, 2], [[0, 1], [2, 0]], dtype)
    for shape, block, pairs in [
        ([2, 6], [3], [[0, 0]]),
        ([2, 6], [1], [[0, 0]]),
        ([2, 5, 3], [2], [[3, 4]]),
        ([1, 2, 3, 4], [1, 3, 2], [[0, 0], [0, 0], [0, 0]]),
        ([1, 2, 3, 4], [1, 3, 1], [[0, 0], [0, 0], [1, 0]]),
        ([1, 2, 2, 2, 2], [2, 1, 2, 2], [[0, 0], [1, 1], [0, 0], [2, 2]]),
        ([0, 4, 2], [2], [[0, 0]]),
        ([2, 0, 3], [2], [[2, 4]]),
        ([2, 0, 3], [2], [[0, 0]]),
        ([2, 4, 0], [2], [[1, 1]]),
        ([3], [], []),
        ([1, 1, 1, 1, 1, 1], [1, 2, 1, 1, 2], [[0, 0], [0, 1], [0, 0], [0, 0], [0, 1]]),
        ([1, 2, 1, 1, 1, 2], [2, 1, 1, 1, 2], [[0, 0]] * 5),
        ([2, 5], [2], [[0, 0]]),
        ([2, 4], [2, 2], [[0, 0], [0, 0]]),
        ([2, 4], [2], [[0, 0], [0, 0]]),
        ([2, 4], [0], [[0, 0]]),
        ([2, 4], [-1], [[0, 0]]),
        ([2, 4], [2], [[-1, 1]]),
        ([2, 4], [2], [[-2, 0]]),
    ]:
        yield nd("SpaceToBatchND", shape, block, pairs, index="int64")
    for shape, block, pairs in [
        ([6, 2], [3], [[0, 0]]),
        ([6, 2], [1], [[0, 1]]),
        ([4, 3, 2], [2], [[3, 2]]),
        ([4, 3, 2], [2], [[3, 3]]),
        ([6, 2, 3, 4], [1, 3, 2], [[0, 0], [1, 3], [0, 2]]),
        ([8, 1, 2, 1, 2], [2, 1, 2, 2], [[0, 0], [1, 1], [0, 0], [1, 2]]),
        ([0, 4, 2], [2], [[0, 0]]),
        ([2, 0, 3], [2], [[0, 0]]),
        ([3], [], []),
        ([32, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2], [[0, 0]] * 5),
        ([3, 2], [2], [[0, 0]]),
        ([4, 2], [2], [[3, 2]]),
        ([4, 2], [2], [[-1, 0]]),
        ([4, 2], [0], [[0, 0]]),
        ([4, 2], [-2], [[0, 0]]),
        ([4, 2], [2], [[0, 0], [0, 0]]),
        ([4], [2], [[0, 0]]),
    ]:
        yield nd("BatchToSpaceND", shape, block, pairs, index="int64")
    for shape, size, pairs in [([1, 4, 6, 2], 2, [[0, 0], [1, 1]]), ([2, 3, 3, 1], 3, [[0, 0], [0, 0]]), ([2, 3, 3, 1], 2, [[0, 0], [0, 0]]), ([2, 3], 2, [[0, 0], [0, 0]]), ([2, 2, 2, 1], 2, [[0, 0]])]:
        yield kernel("SpaceToBatch", numbers(shape), ints(pairs), block_size=size)
    for shape, size, pairs in [([4, 2, 3, 2], 2, [[0, 0], [1, 1]]), ([9, 1, 1, 1], 3, [[0, 2], [1, 1]]), ([2, 3, 3, 1], 2, [[0, 0], [0, 0]]), ([4, 3], 2, [[0, 0], [0, 0]]), ([4, 2, 2, 1], 2, [[5, 0], [0, 0]])]:
        yield kernel("BatchToSpace", numbers(shape), ints(pairs), block_size=size)


def shapes():
    for op in ["SpaceToBatchND", "BatchToSpaceND"]:
        for shape in [[12, 4, 6, 5], None, [None, None, 6, None], [12, 4, 6], [12, 4], [13, 5, 6, 1], [None, 4, 1, 1], [0, 0, 6, 1]]:
            yield inference(op, (f, shape), ints([2, 3]), ints([[1, 1], [0, 3]]))
            yield inference(op, (f, shape), (i32, [2]), ints([[1, 1], [0, 3]]))
            yield inference(op, (f, shape), ints([2, 3]), (i32, None))
        yield inference(op, (f, [4, 2]), (i32, None), (i32, None))
        yield inference(op, (f, [4, 2]), (i32, []), (i32, None))
        yield inference(op, (f, [4, 2]), (i32, [None]), (i32, None))
        yield inference(op, (f, [4, 2]), (i32, [0]), (i32, None))
        yield inference(op, (f, [4, 2]), ints([]), ints([]).reshape([0, 2]))
        for block, pairs in [([0], [[0, 0]]), ([-1], [[0, 0]]), ([2], [[-1, 1]]), ([2], [[0, 0], [0, 0]]), ([2], [0, 0]), ([2], [[9, 0]]), ([3], [[0, 0]])]:
            yield inference(op, (f, [4, 2]), ints(block), ints(pairs))
        yield inference(op, (f, [4, 2]), (i32, [1]), ints([[0, -1]]))
    for op in ["SpaceToBatch", "BatchToSpace"]:
        for shape in [[8, 4, 6, 5], None, [None, None, 6, None], [8, 4, 6], [13, 5, 6, 1]]:
            yield inference(op, (f, shape), ints([[1, 1], [0, 2]]), block_size=2)
            yield inference(op, (f, shape), (i32, None), block_size=2)
        yield inference(op, (f, [8, 4, 6, 5]), ints([[1, 1]]), block_size=2)
        yield inference(op, (f, [8, 4, 6, 5]), ints([[1, 1], [0, 2]]), block_size=1)


op_cases.write("space_batch", kernels(), shapes())
