"""Writes test/goldens/image_ops.json: images resized, cropped, and seen in other colors. Run with a Python that has TensorFlow:  python tools/goldens/image_ops.py

The twin programs are in src/ops/image-resize.test.ts; a program has the same name there.
"""
import numpy as np
import op_cases
from op_cases import array, inference, kernel, program, sixteenths, tf

im = tf.image
f = "float32"
i32 = "int32"
TYPES = [f, "float64", "float16", "bfloat16", "int8", "uint8", "int16", "uint16", i32, "int64"]


def p(shape=None, dtype=f):
    return tf.placeholder(dtype, shape)


@program
def resized():
    x = p([2, 5, 6, 3])
    return [
        im.resize_images(x, [10, 3]),
        im.resize(p([5, None, 3]), [4, 4], method=1, align_corners=True, name="r"),
        im.resize_images(x, [5, 6]),
        im.resize_images(p([None, None, None, None]), p([2], i32)),
        im.resize_images(x, [10, 10], preserve_aspect_ratio=True),
        im.resize_bilinear(x, [3, 3], half_pixel_centers=True),
        im.resize_nearest_neighbor(p([2, 5, 6, 3], "uint8"), [3, 3], align_corners=True, name="n"),
    ]


@program
def resized_of_unknown_rank():
    return im.resize_images(p(), [3, 3])


@program
def resized_to_three_sizes():
    return im.resize_images(p([2, 5, 6, 3]), [3, 3, 3])


@program
def resized_vector():
    return im.resize_images(p([5, 6]), [3, 3])


@program
def boxes():
    x = p([2, 5, 6, 3])
    return [im.crop_and_resize(x, p([7, 4]), p([7], i32), [3, 4]), im.crop_and_resize(p([2, 5, 6, 3], "uint8"), p(), p(dtype=i32), p([2], i32), method="nearest", extrapolation_value=0.5, name="b")]


@program
def colors():
    x = p([5, 6, 3])
    return [
        im.rgb_to_hsv(x),
        im.hsv_to_rgb(p(dtype="float64"), name="h"),
        im.adjust_contrast(x, 2.0),
        im.adjust_contrast(p([5, 6, 3], "uint8"), p([])),
        im.adjust_hue(x, 0.25),
        im.adjust_hue(p([5, 6, 3], "uint8"), 0.25, name="hue"),
        im.adjust_saturation(x, 0.5),
        im.adjust_saturation(p(dtype="float16"), 0.5, name="s"),
        im.adjust_brightness(x, 0.5),
        im.adjust_brightness(p([5, 6, 3], "uint8"), 0.5),
        im.rgb_to_grayscale(x),
        im.rgb_to_grayscale(p([None, 5, 6, 3], "uint8"), name="g"),
        im.grayscale_to_rgb(p([5, 6, 1])),
    ]


@program
def types():
    conv = im.convert_image_dtype
    return [
        conv(p([2]), "float32"),
        conv(p([2]), "float64", name="c"),
        conv(p([2], "uint8"), "float32"),
        conv(p([2]), "uint8"),
        conv(p([2]), "uint8", saturate=True),
        conv(p([2], "uint8"), "int16"),
        conv(p([2], "int16"), "uint8"),
        conv(p([2], "int16"), "uint8", saturate=True, name="d"),
        conv(p([2], "uint8"), "int16", saturate=True),
        tf.saturate_cast(p([2]), i32),
        tf.saturate_cast(p([2], i32), "int8", name="s"),
        tf.saturate_cast(p([2], "int64"), i32),
        tf.saturate_cast(p([2], "int8"), "uint16"),
        tf.saturate_cast(p([2], "float64"), "uint8"),
    ]


@program
def crops():
    x, y = p([2, 5, 6, 3]), p([5, None, 3])
    return [
        im.crop_to_bounding_box(x, 1, 2, 3, 4),
        im.crop_to_bounding_box(y, 1, 2, 3, 4),
        im.pad_to_bounding_box(x, 1, 2, 8, 9),
        im.pad_to_bounding_box(y, 1, 2, 8, 9),
        im.resize_image_with_crop_or_pad(p([5, 6, 3]), 3, 9),
        im.resize_image_with_crop_or_pad(x, 8, 2),
        im.resize_image_with_crop_or_pad(p([None, None, 3]), 8, 2),
        im.central_crop(x, 0.5),
        im.central_crop(p([5, 6, 3]), 1.0),
        im.central_crop(y, 0.5),
    ]


@program
def crop_of_too_much():
    return im.crop_to_bounding_box(p([2, 5, 6, 3]), 1, 2, 3, 5)


@program
def crop_before_the_image():
    return im.crop_to_bounding_box(p([2, 5, 6, 3]), -1, 2, 3, 4)


@program
def pad_to_less():
    return im.pad_to_bounding_box(p([2, 5, 6, 3]), 1, 2, 5, 9)


@program
def central_crop_of_nothing():
    return im.central_crop(p([2, 5, 6, 3]), 0.0)


@program
def crop_of_matrix():
    return im.crop_to_bounding_box(p([5, 6]), 1, 2, 3, 5)


@program
def flips():
    x = p([5, 6, 3])
    return [im.flip_left_right(x), im.flip_up_down(p([2, 5, 6, 3])), im.flip_left_right(p()), im.flip_up_down(p([None, None, 3])), im.transpose_image(x), im.transpose(p([2, 5, None, 3]), name="t")]


@program
def flip_of_matrix():
    return im.flip_left_right(p([5, 6]))


@program
def flip_of_five_axes():
    return im.flip_left_right(p([1, 2, 3, 5, 6]))


@program
def standardized():
    return [im.per_image_standardization(p([5, 6, 3])), im.per_image_standardization(p([2, None, 6, 3], "uint8"))]


@program
def at_random():
    x = p([5, 6, 3])
    return [
        im.random_flip_left_right(x, seed=1),
        im.random_flip_up_down(p([2, 5, 6, 3]), seed=2),
        im.random_brightness(x, 0.5, seed=3),
        im.random_contrast(x, 0.5, 1.5, seed=4),
        tf.random_crop(x, [3, 3, 3], seed=5),
        im.random_hue(x, 0.25, seed=6),
        im.random_saturation(x, 0.5, 1.5, seed=7),
    ]


@program
def random_contrast_without_room():
    return im.random_contrast(p([5, 6, 3]), 1.5, 0.5)


@program
def resized_in_other_ways():
    x = p([2, 5, 6, 3])
    return [
        im.resize_images(x, [10, 3], method=2),
        im.resize_images(x, [10, 3], method="area", align_corners=True, name="r"),
        im.resize_bicubic(x, [3, 3], half_pixel_centers=True, name="c"),
        im.resize_area(p([2, 5, 6, 3], "uint8"), [3, 3], align_corners=True, name="a"),
        im.resize_area(p(), p(None, i32)),
    ]


@program
def resized_in_no_way():
    return im.resize_images(p([2, 5, 6, 3]), [10, 3], method=4)


@program
def gammas():
    x = p([5, 6, 3])
    return [
        im.adjust_gamma(x),
        im.adjust_gamma(x, 0.5, gain=2.0),
        im.adjust_gamma(p([5, 6, 3], "uint8"), gamma=p([]), gain=p([])),
        im.adjust_gamma(p([5, 6, 3], "float64"), gamma=2),
    ]


@program
def negative_gamma():
    return im.adjust_gamma(p([5, 6, 3]), -0.5)


@program
def rotations():
    return [
        im.rot90(p([5, 6, 3])),
        im.rot90(p([2, 5, 6, 3]), k=3, name="r"),
        im.rot90(p([None, None, 3]), k=p([], i32)),
        im.rot90(p(), k=2),
    ]


@program
def rotation_of_a_matrix():
    return im.rot90(p([5, 6]))


@program
def rotation_of_five_dimensions():
    return im.rot90(p([1, 2, 5, 6, 3]))


@program
def rotation_by_a_vector():
    return im.rot90(p([5, 6, 3]), k=[1, 2])


def resize_cases():
    for op in ["ResizeBicubic", "ResizeArea"]:
        ways = [{}, {"align_corners": True}] + ([{"half_pixel_centers": True}] if op == "ResizeBicubic" else [])
        for size in [(3, 4), (5, 6), (10, 11), (1, 1), (2, 13), (4, 5)]:
            for attrs in ways:
                yield kernel(op, sixteenths([2, 5, 6, 3], 1), array(size, i32), **attrs)
        for dtype in TYPES:
            yield kernel(op, sixteenths([1, 3, 4, 2], 2, 0, 100, dtype=dtype), array([5, 3], i32))
        for shape, size in [([0, 3, 4, 2], [2, 2]), ([1, 3, 4, 0], [2, 2]), ([1, 0, 4, 2], [2, 2]), ([1, 3, 4, 2], [0, 2]), ([1, 3, 4, 2], [-1, 2]), ([1, 3, 4, 2], [2]), ([1, 3, 4, 2], [[2, 2]]), ([3, 4, 2], [2, 2]), ([1, 1, 1, 1], [3, 3]), ([1, 70, 3, 1], [1, 2])]:
            yield kernel(op, sixteenths(shape, 3), array(size, i32))
        yield kernel(op, array([1, float("inf"), 2, 3, -float("inf"), 5]).reshape([1, 1, 6, 1]), array([1, 4], i32))
    yield kernel("ResizeBicubic", sixteenths([1, 3, 4, 2], 4), array([2, 2], i32), align_corners=True, half_pixel_centers=True)
    for op in ["ResizeBilinear", "ResizeNearestNeighbor"]:
        for size in [(3, 4), (5, 6), (10, 11), (1, 1), (2, 13)]:
            for attrs in [{}, {"align_corners": True}, {"half_pixel_centers": True}]:
                yield kernel(op, sixteenths([2, 5, 6, 3], 1), array(size, i32), **attrs)
        for dtype in TYPES:
            yield kernel(op, sixteenths([1, 3, 4, 2], 2, 0, 100, dtype=dtype), array([5, 3], i32))
        for shape, size in [([0, 3, 4, 2], [2, 2]), ([1, 3, 4, 0], [2, 2]), ([1, 0, 4, 2], [2, 2]), ([1, 3, 4, 2], [0, 2]), ([1, 3, 4, 2], [-1, 2]), ([1, 3, 4, 2], [2]), ([1, 3, 4, 2], [[2, 2]]), ([3, 4, 2], [2, 2]), ([1, 1, 1, 1], [3, 3])]:
            yield kernel(op, sixteenths(shape, 3), array(size, i32))
        yield kernel(op, sixteenths([1, 3, 4, 2], 4), array([2, 2], i32), align_corners=True, half_pixel_centers=True)


def crop_cases():
    op = "CropAndResize"
    b = array([[0, 0, 1, 1], [0.25, 0.5, 0.75, 0.9], [1, 1, 0, 0], [-0.5, 0, 1.5, 1], [0.3, 0.3, 0.3, 0.3]])
    ind = array([0, 1, 1, 0, 1], i32)
    for method in ["bilinear", "nearest"]:
        for size in [(3, 4), (1, 1), (7, 2)]:
            yield kernel(op, sixteenths([2, 5, 6, 3], 1), b, ind, array(size, i32), method=method, extrapolation_value=-1.5)
        for dtype in [f, "float64", "float16", "uint8", "int8", "int16", "uint16", i32, "int64"]:
            yield kernel(op, sixteenths([2, 3, 4, 2], 2, 0, 100, dtype=dtype), b, ind, array([2, 3], i32), method=method)
    x = sixteenths([2, 3, 4, 2], 3)
    for boxes, places, size in [(b, ind[:3], [2, 2]), (b[:, :3], ind, [2, 2]), (b[0], ind, [2, 2]), (b, [0, 1, 2, 0, 0], [2, 2]), (b, [0, -1, 0, 0, 0], [2, 2]), (b, ind, [2]), (b, ind, [[2, 2]]), (b, ind, [0, 2]), (b[:0], ind[:0], [2, 2]), (b, [[0, 1, 1, 0, 1]], [2, 2])]:
        yield kernel(op, x, array(boxes), array(places, i32), array(size, i32))
    yield kernel(op, sixteenths([3, 4, 2], 3), b, ind, array([2, 2], i32))
    yield kernel(op, sixteenths([0, 3, 4, 2], 3), b[:0], ind[:0], array([2, 2], i32))


def unit(shape, seed, dtype=f):
    return array(np.random.RandomState(seed).randint(0, 17, shape) / 16, dtype)


def color_cases():
    for op in ["RGBToHSV", "HSVToRGB"]:
        for dtype in [f, "float64", "float16", "bfloat16"]:
            yield kernel(op, unit([3, 4, 3], 1, dtype))
        yield kernel(op, array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0.25], [-1, 2, 0.5], [1, 0.5, 1], [0.999, 1, 1]]))
        for shape in [[3], [0, 3], [2, 4], [2, 0], []]:
            yield kernel(op, unit(shape, 2))
    for dtype in [f]:
        yield kernel("AdjustContrastv2", unit([2, 3, 4, 3], 3, dtype), array(1.5))
        yield kernel("AdjustHue", unit([2, 3, 4, 3], 4, dtype), array(0.25))
        yield kernel("AdjustSaturation", unit([2, 3, 4, 3], 5, dtype), array(0.5))
    for factor in [0.0, -1.0, 3.0]:
        yield kernel("AdjustContrastv2", unit([3, 4, 1], 3), array(factor))
        yield kernel("AdjustSaturation", unit([3, 4, 3], 5), array(factor))
    for delta in [0.0, -0.25, 1.0, 0.9, -1.0, 2.5]:
        yield kernel("AdjustHue", unit([3, 4, 3], 4), array(delta))
    grays = array([[[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5], [1, 0, 0], [0, 1, 0.5], [2, -1, 0.5]]])
    yield kernel("AdjustHue", grays, array(0.3))
    yield kernel("AdjustSaturation", grays, array(0.3))
    nan, inf = float("nan"), float("inf")
    odd = [[nan, 0.5, 0.25], [0.5, nan, 0.25], [0.5, 0.25, nan], [nan, nan, 0.5], [0.5, nan, nan], [nan, nan, nan], [inf, 0.5, 0.25], [-inf, 0.5, 0.25], [0.5, inf, 0.25], [inf, inf, 0.5], [-0.5, -0.25, -0.125], [1e30, 2, 3], [1, 0, 1e-9]]
    for factor in [0.5, 2.0, -1.0, 0.0, nan, inf]:
        yield kernel("AdjustSaturation", array([odd]), array(factor))
    for op in ["AdjustContrastv2", "AdjustHue", "AdjustSaturation"]:
        for shape, factor in [([2, 3], 1.0), ([2, 3, 4], 1.0), ([2, 3, 3], [1.0]), ([0, 3, 3], 1.0), ([2, 0, 3], 1.0), ([3], 1.0), ([2, 2, 2, 2, 3], 0.5)]:
            yield kernel(op, unit(shape, 6), array(factor))
    for dtype in [f, "float64", "float16", "bfloat16", "int8", "uint8", "int16", "uint16", i32, "int64"]:
        yield kernel("ClipByValue", array([1, 5, 9, 3], dtype), array(2, dtype), array(6, dtype))
    x, nan = sixteenths([2, 3], 1), float("nan")
    for low, high in [(array(-1.0), x), (x, array(1.0)), (x, x), (array([1.0]), array(2.0)), (array([[1.0, 1, 1]]), array(2.0)), (array(2.0), array(1.0)), (array(nan), array(1.0)), (array(0.0), array(nan))]:
        yield kernel("ClipByValue", x, low, high)
    yield kernel("ClipByValue", array([nan, 1.0]), array(0.0), array(2.0))


def kernels():
    yield from resize_cases()
    yield from crop_cases()
    yield from color_cases()


def shapes():
    for op in ["ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic", "ResizeArea"]:
        for shape in [[2, 5, 6, 3], None, [None, 5, None, 3], [2, 5, 6]]:
            for size in [array([3, 4], i32), (i32, [2]), (i32, None)]:
                yield inference(op, (f, shape), size)
        for size in [array([3], i32), array([[3, 4]], i32), array([-1, 4], i32), array([-2, 4], i32), (i32, [3])]:
            yield inference(op, (f, [2, 5, 6, 3]), size)
    for x, b, i, size in [([2, 5, 6, 3], [7, 4], [7], array([3, 4], i32)), (None, None, None, (i32, None)), ([2, 5, 6, 3], [None, 4], [7], (i32, [2])), ([2, 5, 6, 3], [7, 4], [8], (i32, [2])), ([2, 5, 6, 3], [7, 3], [7], (i32, [2])), ([5, 6, 3], [7, 4], [7], (i32, [2])), ([2, 5, 6, 3], [7], [7], (i32, [2])), ([2, 5, 6, 3], [7, 4], [7, 1], (i32, [2])), ([2, 5, 6, 3], [7, 4], [7], array([3], i32))]:
        yield inference("CropAndResize", (f, x), (f, b), (i32, i), size)
    for op in ["RGBToHSV", "HSVToRGB"]:
        for shape in [[2, 3], None, [2, None], [2, 4], [], [3]]:
            yield inference(op, (f, shape))
    for op in ["AdjustContrastv2", "AdjustHue", "AdjustSaturation"]:
        for shape in [[2, 3, 3], None, [None, None, None], [2, 3], [1, 2, 3, 4]]:
            yield inference(op, (f, shape), (f, []))
        yield inference(op, (f, [2, 3, 3]), (f, [1]))
        yield inference(op, (f, [2, 3, 3]), (f, None))
    for x, low, high in [([2, 3], [], []), ([2, 3], [2, 3], []), ([2, None], [2, 3], [2, 3]), (None, [], []), ([2, 3], [3], []), ([2, 3], None, None), ([2, 3], [], [4])]:
        yield inference("ClipByValue", (f, x), (f, low), (f, high))


op_cases.write("image_ops", kernels(), shapes())
