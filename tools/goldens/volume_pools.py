"""Writes test/goldens/volume_pools.json: pools of volumes whose steps are above their windows. Run with a Python that has TensorFlow:  python tools/goldens/volume_pools.py

TensorFlow uses oneDNN here, as it does unless it is told otherwise: without, its pools begin further inside than their gradients take for granted.
"""
import os

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"

import numpy as np
import op_cases
from op_cases import kernel


def kernels():
    for i, (sizes, window, steps) in enumerate([((2, 5, 5), (1, 2, 3), (4, 5, 1)), ((5, 1, 4), (2, 3, 1), (2, 4, 5)), ((6, 6, 6), (1, 1, 1), (3, 4, 5)), ((7, 5, 3), (2, 1, 2), (6, 3, 2)), ((4, 4, 4), (3, 2, 3), (5, 5, 1)), ((1, 5, 3), (1, 1, 1), (1, 5, 2))]):
        x = np.random.RandomState(i).permutation(2 * int(np.prod(sizes))).reshape([1, *sizes, 2]).astype("float32")
        attrs = {"ksize": [1, *window, 1], "strides": [1, *steps, 1], "padding": "SAME"}
        for op in ["MaxPool3D", "AvgPool3D"]:
            yield kernel(op, x, **attrs)
        pooled = kernel("MaxPool3D", x, **attrs)["outputs"][0]
        y = np.array(pooled["data"], "float32").reshape(pooled["shape"])
        dy = np.random.RandomState(i + 9).randint(-9, 9, y.shape).astype("float32")
        yield kernel("MaxPool3DGrad", x, y, dy, **attrs)
        yield kernel("AvgPool3DGrad", np.array(x.shape, "int32"), dy, **attrs)


op_cases.write("volume_pools", kernels(), [])
