"""Writes test/goldens/gradient_ops.json: the ops that only gradients make. Run with a Python that has TensorFlow:  python tools/goldens/gradient_ops.py

test/gradient-ops.test.ts compares them.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, sixteenths

nan, inf = float("nan"), float("inf")
f, i, l = "float32", "int32", "int64"


def gamma_cases():
    a = [0.5, 1, 1, 3, 10, 10, 20, 0.1, 0.1, 50, 100, 5, 2]
    x = [0.3, 1, 5, 2, 3, 20, 20, 1e-3, 4, 45, 130, 0.01, 1e-6]
    for dtype in [f, "float64"]:
        for op in ["IgammaGradA", "RandomGammaGrad"]:
            yield kernel(op, array(a, dtype), array(x, dtype))
            yield kernel(op, array([1, -1, nan, 1, 0, 2], dtype), array([0, 1, 1, nan, 1, -1], dtype))
            yield kernel(op, array([[0.5], [2]], dtype), array([0.25, 1, 4], dtype))
            yield kernel(op, array([], dtype), array([], dtype))
    yield kernel("IgammaGradA", array([1, 2]), array([1, 2, 3]))


def elementary_cases():
    for dtype in [f, "float64", "float16"]:
        yield kernel("InvGrad", array([0.3, 0.9, -0.5, 2], dtype), array([2, -1.5, 0.1, 1], dtype))
    yield kernel("InvGrad", array([0.3, 0.4]), array([2.0]))


def resize_cases():
    for dtype in [f, "float64", "float16"]:
        for way in [{}, {"align_corners": True}, {"half_pixel_centers": True}]:
            for new, old in [((3, 4), (5, 6)), ((7, 5), (3, 2)), ((1, 1), (2, 3)), ((2, 2), (2, 2))]:
                grads, image = sixteenths([2, *new, 2], 1), sixteenths([2, *old, 2], 2, dtype=dtype)
                yield kernel("ResizeBilinearGrad", grads, image, **{"align_corners": False, "half_pixel_centers": False, **way})
                yield kernel("ResizeNearestNeighborGrad", sixteenths([2, *new, 2], 1, dtype=dtype), array(old, i), **{"align_corners": False, "half_pixel_centers": False, **way})
                if dtype != "float16":
                    yield kernel("ResizeBicubicGrad", grads, image, **{"align_corners": False, "half_pixel_centers": False, **way})
    image = sixteenths([2, 5, 6, 2], 2)
    for grads in [sixteenths([2, 3], 1), sixteenths([1, 3, 4, 2], 1), sixteenths([2, 3, 4, 3], 1), sixteenths([0, 3, 4, 2], 1)]:
        yield kernel("ResizeBilinearGrad", grads, image)
    yield kernel("ResizeBilinearGrad", sixteenths([2, 3, 4, 2], 1), image, align_corners=True, half_pixel_centers=True)
    for size in [array([3], i), array(3, i), array([0, 3], i), array([-1, 3], i)]:
        yield kernel("ResizeNearestNeighborGrad", sixteenths([2, 3, 4, 2], 1), size)
    yield kernel("ResizeNearestNeighborGrad", sixteenths([2, 3], 1), array([2, 2], i))


def crop_cases():
    boxes = array([[0, 0, 1, 1], [0.125, 0.25, 0.75, 0.875], [-0.25, 0.5, 1.25, 0.25]])
    where = array([0, 1, 1], i)
    image = sixteenths([2, 5, 6, 2], 2)
    for size in [(3, 4), (1, 1), (7, 2)]:
        grads = sixteenths([3, *size, 2], 3)
        for dtype in [f, "float64", "float16"]:
            for method in ["bilinear", "nearest"]:
                yield kernel("CropAndResizeGradImage", grads, boxes, where, array([2, 5, 6, 2], i), T=dtype, method=method)
            yield kernel("CropAndResizeGradBoxes", grads, image.astype(dtype), boxes, where)
    grads = sixteenths([3, 2, 2, 2], 3)
    for size in [array([2, 5, 6], i), array([2, 0, 6, 2], i), array([2, 5, 6, 3], i), array([1, 5, 6, 2], i)]:
        yield kernel("CropAndResizeGradImage", grads, boxes, where, size, T=f)
    yield kernel("CropAndResizeGradBoxes", grads[:2], image, boxes, where)
    yield kernel("CropAndResizeGradBoxes", grads, image, boxes, array([0, 2, 1], i))


def segment_cases():
    for dtype in [f, "float64", "float16"]:
        for op in ["Sum", "Mean", "SqrtN"]:
            for version in ["", "V2"]:
                yield kernel(f"SparseSegment{op}Grad{version}", sixteenths([3, 2], 1, dtype=dtype), array([3, 0, 3, 1], i), array([0, 0, 1, 2], i), array(5, i))
                yield kernel(f"SparseSegment{op}Grad{version}", sixteenths([3], 1, dtype=dtype), array([3, 0], l), array([0, 2], l), array(5, i))
    for op in ["Sum", "Mean", "SqrtN"]:
        yield kernel(f"SparseSegment{op}Grad", sixteenths([3, 2], 1), array([], i), array([], i), array(2, i))
        yield kernel(f"SparseSegment{op}Grad", sixteenths([3, 2], 1), array([2, 5], i), array([0, 1], i), array(4, i))
        yield kernel(f"SparseSegment{op}Grad", sixteenths([3, 2], 1), array([2, 3], i), array([0, 4], i), array(4, i))
        yield kernel(f"SparseSegment{op}Grad", sixteenths([3, 2], 1), array([2, 3, 1], i), array([0, 1], i), array(4, i))


def sparse_cases():
    for dtype in [f, "float64", i, l]:
        yield kernel("SparseFillEmptyRowsGrad", array([2, 0, 3], l), sixteenths([5], 1, dtype=dtype))
        yield kernel("SparseFillEmptyRowsGrad", array([], l), sixteenths([2], 1, dtype=dtype))
    yield kernel("SparseFillEmptyRowsGrad", array([2, 7], l), sixteenths([5], 1))
    yield kernel("SparseFillEmptyRowsGrad", array([[2]], l), sixteenths([5], 1), known={})
    yield kernel("SparseFillEmptyRowsGrad", array([2], l), sixteenths([5, 1], 1), known={})


def shapes():
    for a, b in [([2, 3], [3]), (None, [3]), ([2], [3])]:
        yield inference("IgammaGradA", (f, a), (f, b))
        yield inference("RandomGammaGrad", (f, a), (f, b))
    for op in ["ResizeBilinearGrad", "ResizeBicubicGrad"]:
        for image in [[2, 5, None, 3], None, [2]]:
            yield inference(op, (f, None), (f, image))
    for grads in [[2, 3, 4, 2], None, [2, 3]]:
        for size in [array([3, 4], i), (i, [2]), (i, None), (i, [3])]:
            yield inference("ResizeNearestNeighborGrad", (f, grads), size)
    for size in [array([2, 5, 6, 2], i), (i, [4]), (i, None), (i, [3])]:
        yield inference("CropAndResizeGradImage", (f, None), (f, None), (i, None), size, T=f)
    yield inference("CropAndResizeGradBoxes", (f, None), (f, None), (f, [None, 4]), (i, None))
    for version in ["", "V2"]:
        for grads in [[3, 2], None, []]:
            for count in [array(5, i), (i, []), (i, [1])]:
                yield inference(f"SparseSegmentMeanGrad{version}", (f, grads), (i, [4]), (i, [4]), count)
        yield inference(f"SparseSegmentSumGrad{version}", (f, [3, 2]), (i, [4]), (i, [5]), array(5, i))
        yield inference(f"SparseSegmentSqrtNGrad{version}", (f, [3, 2]), (i, [4, 1]), (i, [5]), array(5, i))
    for a, b in [([3], [5]), (None, None), ([3, 1], [5]), ([3], [])]:
        yield inference("SparseFillEmptyRowsGrad", (l, a), (f, b))


op_cases.write("gradient_ops", [*elementary_cases(), *gamma_cases(), *resize_cases(), *crop_cases(), *segment_cases(), *sparse_cases()], shapes())
