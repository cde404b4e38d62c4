"""Writes test/goldens/data_flow.json: rows dealt out and put together. Run with a Python that has TensorFlow:  python tools/goldens/data_flow.py

The twin programs are in src/ops/data-flow.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf


@program
def partitioned():
    return tf.dynamic_partition([5.0, 6.0, 7.0], [0, 1, 0], 2, name="p")


@program
def stitched():
    return tf.dynamic_stitch([[0, 2], 1], [[[5.0], [7.0]], [6.0]])


def kernels():
    i = "int32"
    for dtype in ["float32", "int64", "bool", "bfloat16", "complex64"]:
        data = sixteenths([4, 2], 1, dtype="float32").astype(tf.as_dtype(dtype).as_numpy_dtype)
        if dtype != "complex64":
            yield kernel("DynamicPartition", data, array([1, 0, 1, 3], i), num_partitions=4)
            yield kernel("DynamicStitch", [array([3, 0], i), array(1, i)], [data[:2], data[3]])
    words = array(["a", "b", "c"], "string")
    yield kernel("DynamicPartition", words, array([1, 0, 1], i), num_partitions=2)
    yield kernel("ParallelDynamicStitch", [array([2, 0, 1], i)], [words])
    yield kernel("DynamicPartition", sixteenths([2, 2, 3], 2), array([[1, 0], [0, 0]], i), num_partitions=2)
    yield kernel("DynamicPartition", array(1.0), array(1, i), num_partitions=2)
    yield kernel("DynamicPartition", array([]), array([], i), num_partitions=2)
    yield kernel("DynamicPartition", array([1, 2, 3]), array([0, 5, -1], i), num_partitions=2)
    yield kernel("DynamicPartition", array([[1, 2, 3]]), array([[0, 5, -1]], i), num_partitions=2)
    yield kernel("DynamicPartition", array(1.0), array(5, i), num_partitions=2)
    yield kernel("DynamicPartition", array([1, 2, 3]), array([0, 5], i), num_partitions=2)
    for op in ["DynamicStitch", "ParallelDynamicStitch"]:
        yield kernel(op, [array([[2, 0], [1, 4]], i), array([], i)], [sixteenths([2, 2, 3], 3), sixteenths([0, 3], 3)])
        yield kernel(op, [array([0, -1], i)], [array([1, 2])])
        yield kernel(op, [array([0, 1], i)], [array([1, 2, 3])])
        yield kernel(op, [array([0, 1], i), array(2, i)], [array([[1, 2], [3, 4]]), array([[1, 2]])])
        yield kernel(op, [array([], i)], [sixteenths([0, 3], 1)])
    yield kernel("DynamicStitch", [array([0, 1], i), array([1, 0], i)], [array([1, 2]), array([3, 4])])


def shapes():
    f, i = "float32", "int32"
    for data, partitions in [([4, 2], [4]), ([4, 2], None), (None, [4]), ([4, 2], [3]), ([4], [4, 2]), ([4, None, 3], [None, 2]), ([3], [])]:
        yield inference("DynamicPartition", (f, data), (i, partitions), num_partitions=2)


op_cases.write("data_flow", kernels(), shapes())
