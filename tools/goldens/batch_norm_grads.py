"""Writes test/goldens/batch_norm_grads.json: gradients of batch normalization. Run with a Python that has TensorFlow:  python tools/goldens/batch_norm_grads.py

The ops have no builders; the rules that make them are recorded in nn_gradients.py.
"""
import op_cases
from op_cases import array, inference, kernel, sixteenths, tf

OPS = ["FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"]


def given(op, shape, channels, dtype="float32"):
    extra = [array(0.0)] if op.endswith("V3") else []
    return [
        sixteenths(shape, 1, dtype=dtype),
        sixteenths(shape, 2, dtype=dtype),
        sixteenths([channels], 3, 4, 40),
        sixteenths([channels], 4),
        sixteenths([channels], 5, 4, 40),
        *extra,
    ]


def kernels():
    for op in OPS:
        for is_training in [True, False]:
            shapes = [([2, 3, 2, 4], "NHWC"), ([2, 4, 3, 2], "NCHW")]
            if op.endswith("V3"):
                shapes += [([2, 2, 3, 2, 4], "NDHWC"), ([2, 4, 2, 3, 2], "NCDHW")]
            for shape, data_format in shapes:
                if not is_training and data_format.startswith("NC"):
                    continue
                yield kernel(op, *given(op, shape, 4), is_training=is_training, data_format=data_format, epsilon=0.01)
            yield kernel(op, *given(op, [1, 1, 1, 3], 3), is_training=is_training)
            yield kernel(op, *given(op, [0, 2, 2, 3], 3), is_training=is_training)
            if op != "FusedBatchNormGrad":
                for dtype in ["float16", "bfloat16"]:
                    yield kernel(op, *given(op, [2, 2, 2, 3], 3, dtype), is_training=is_training, epsilon=0.01)
        for i in range(5):
            inputs = given(op, [2, 3, 2, 4], 4)
            inputs[i] = inputs[i].reshape([-1, 2]) if i > 1 else inputs[i][0]
            yield kernel(op, *inputs)
        for i in range(5):
            inputs = given(op, [2, 3, 2, 4], 4)
            inputs[i] = sixteenths([3], 1, 1) if i > 1 else sixteenths([2, 3, 2, 5], 1)
            yield kernel(op, *inputs)


def shapes():
    f = "float32"
    for op in OPS:
        extra = [(f, None)] if op.endswith("V3") else []
        v = (f, [4])
        for dy, x, others in [([2, 3, 2, 4], [2, 3, 2, 4], v), (None, None, (f, None)), ([2, 3, None, None], [None, 3, 2, 4], v), ([2, 3, 2, 4], [2, 3, 2, 5], v), ([2, 3, 2, None], None, (f, [5])), ([2, 3], None, v), (None, None, (f, [2, 2]))]:
            for is_training in [True, False]:
                yield inference(op, (f, dy), (f, x), others, others, others, *extra, is_training=is_training)
            yield inference(op, (f, dy), (f, x), others, others, others, *extra, data_format="NCHW")


op_cases.write("batch_norm_grads", kernels(), shapes())
