"""Writes test/goldens/pool_grads.json: gradients of pooling of images. Run with a Python that has TensorFlow:  python tools/goldens/pool_grads.py

The ops have no builders; the rules that make them are recorded in nn_gradients.py.
"""
import numpy as np
import op_cases
from op_cases import array, encoded, inference, kernel, sixteenths, tf

ORDER = [0, 3, 1, 2]
inf, nan = float("inf"), float("nan")


def sizes(*values):
    return array(values, "int32")


def pooled(x, grad, by=None, **attrs):
    """What MaxPool gives for x, and a gradient of its shape."""
    with tf.Graph().as_default(), tf.Session() as session:
        y = session.run(tf.raw_ops.MaxPool(input=x, **attrs))
    return y, grad(y.shape)


def channels_first(case, images, sizes_at=(), output=True):
    def first(value):
        return encoded(np.transpose(array(value["data"], value["dtype"]).reshape(value["shape"]), ORDER))

    attrs = dict(case["attrs"])
    moved = {key: [attrs[key][i] for i in ORDER] for key in ("ksize", "strides") if key in attrs}
    if attrs.get("explicit_paddings"):
        moved["explicit_paddings"] = np.reshape(attrs["explicit_paddings"], [4, 2])[ORDER].reshape(-1).tolist()
    made = [first(x) if i in images else encoded(sizes(*[x["data"][k] for k in ORDER])) if i in sizes_at else x for i, x in enumerate(case["inputs"])]
    return {"op": case["op"], "inputs": made, "attrs": {**attrs, **moved, "data_format": "NCHW"}, "outputs": [first(y) for y in case["outputs"]]}


WINDOWS = [((5, 7), (3, 3), (1, 1)), ((6, 5), (2, 3), (2, 1)), ((7, 8), (5, 5), (2, 2)), ((4, 6), (3, 2), (3, 2)), ((5, 5), (1, 1), (2, 2)), ((6, 6), (3, 3), (2, 2)), ((7, 7), (2, 2), (3, 3))]
"""Image, window, strides."""


def kernels():
    for size, window, strides in WINDOWS:
        for padding in ["SAME", "VALID"]:
            attrs = {"ksize": [1, *window, 1], "strides": [1, *strides, 1], "padding": padding}
            v2 = {"padding": padding}
            # The second image is full of equal values.
            for x in [sixteenths([2, *size, 3], 1), sixteenths([1, *size, 2], 2, 0, 3)]:
                y, dy = pooled(x, lambda shape: sixteenths(shape, 3), **attrs)
                case = kernel("MaxPoolGrad", x, y, dy, **attrs)
                yield case
                yield channels_first(case, [0, 1, 2])
                again = kernel("MaxPoolGradGrad", x, y, sixteenths(x.shape, 4), **attrs)
                yield again
                yield channels_first(again, [0, 1, 2])
            window4, strides4 = sizes(1, *window, 1), sizes(1, *strides, 1)
            yield kernel("MaxPoolGradV2", x, y, dy, window4, strides4, **v2)
            yield kernel("MaxPoolGradGradV2", x, y, sixteenths(x.shape, 4), window4, strides4, **v2)
            average = kernel("AvgPoolGrad", sizes(*x.shape), dy, **attrs)
            yield average
            yield channels_first(average, [1], [0])
            for batch in [False, True]:
                for targmax in ["int64"]:
                    with tf.Graph().as_default(), tf.Session() as session:
                        pool = tf.raw_ops.MaxPoolWithArgmax(input=x, include_batch_in_index=batch, Targmax=targmax, **attrs)
                        _, places = session.run(list(pool))
                    yield kernel("MaxPoolGradWithArgmax", x, dy, places, **attrs, include_batch_in_index=batch)
    attrs = {"ksize": [1, 3, 3, 1], "strides": [1, 2, 2, 1], "padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 2, 2, 0, 0, 0]}
    x = sixteenths([1, 5, 6, 2], 5)
    y, dy = pooled(x, lambda shape: sixteenths(shape, 3), **attrs)
    case = kernel("MaxPoolGrad", x, y, dy, **attrs)
    yield case
    yield channels_first(case, [0, 1, 2])
    attrs = {"ksize": [1, 2, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}
    specials = array([nan, 1, 1, nan, -inf, -inf, inf, nan, nan, nan, -inf, -inf, nan, nan, -inf, -inf, 2, 2]).reshape([1, 3, 6, 1])
    y, dy = pooled(specials, lambda shape: sixteenths(shape, 6), **attrs)
    yield kernel("MaxPoolGrad", specials, y, dy, **attrs)
    yield kernel("MaxPoolGradGrad", specials, y, sixteenths(specials.shape, 6), **attrs)
    x = sixteenths([1, 3, 6, 1], 6)
    y, _ = pooled(x, lambda shape: None, **attrs)
    bad = array(np.where(np.arange(10) % 3 == 0, [nan, inf, -inf, 1, 2, nan, inf, nan, 3, -inf], 1.5)).reshape([1, 2, 5, 1])
    yield kernel("MaxPoolGrad", x, y, bad, **attrs)
    yield kernel("AvgPoolGrad", sizes(1, 3, 6, 1), bad, **attrs)
    # What the pool is said to have given counts for MaxPoolGradGrad alone.
    yield kernel("MaxPoolGrad", x, sixteenths(y.shape, 9), dy, **attrs)
    yield kernel("MaxPoolGradGrad", x, sixteenths(y.shape, 9), x, **attrs)
    same = {"ksize": [1, 3, 2, 1], "strides": [1, 2, 1, 1], "padding": "SAME"}
    for dtype in ["float64", "float16", "bfloat16", "int32", "int64", "int8", "int16", "uint8", "uint16", "uint32", "uint64"]:
        x = sixteenths([1, 5, 4, 2], 10, 0, 20, dtype=dtype)
        dy = sixteenths([1, 3, 4, 2], 11, 0, 9, dtype=dtype)
        with tf.Graph().as_default(), tf.Session() as session:
            y = session.run(tf.raw_ops.MaxPoolWithArgmax(input=x, **same)[0])
        yield kernel("MaxPoolGrad", x, y, dy, **same)
        yield kernel("MaxPoolGradGrad", x, y, x, **same)
        yield kernel("MaxPoolGradV2", x, y, dy, sizes(1, 3, 2, 1), sizes(1, 2, 1, 1), padding="SAME")
        if "float" in dtype:
            yield kernel("AvgPoolGrad", sizes(1, 5, 4, 2), array(dy * 12, dtype), **same)
    x, y, dy = sixteenths([1, 4, 4, 2], 1), sixteenths([1, 2, 2, 2], 1), sixteenths([1, 2, 2, 2], 2)
    plain = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
    for op in ["MaxPoolGrad", "MaxPoolGradGrad"]:
        third = dy if op == "MaxPoolGrad" else x
        yield kernel(op, x[0], y, third, **plain)
        yield kernel(op, x, y[0], third, **plain)
        yield kernel(op, x, y, third[0], **plain)
        yield kernel(op, x, sixteenths([1, 2, 3, 2], 1), third, **plain)
        yield kernel(op, x, y, sixteenths([1, 2, 3, 2], 1), **plain)
        yield kernel(op, x, y, third, ksize=[2, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
        yield kernel(op, x, y, third, ksize=[1, 2, 2, 2], strides=[1, 2, 2, 1], padding="SAME")
        yield kernel(op, x, y, third, ksize=[1, 1, 1, 2], strides=[1, 1, 1, 2], padding="VALID")
        yield kernel(op, x, y, third, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 2], padding="SAME")
        yield kernel(op, x, y, third, ksize=[1, 2, 2, 1], strides=[2, 2, 2, 1], padding="SAME")
        empty = sixteenths([0, 4, 4, 2], 1)
        yield kernel(op, empty, sixteenths([0, 2, 2, 2], 1), sixteenths([0, 2, 2, 2], 1) if op == "MaxPoolGrad" else empty, **plain)
    for op in ["MaxPoolGradV2", "MaxPoolGradGradV2"]:
        third = dy if op == "MaxPoolGradV2" else x
        yield kernel(op, x, y, third, sizes(1, 2, 2), sizes(1, 2, 2, 1), padding="SAME")
        yield kernel(op, x, y, third, sizes(1, 2, 2, 1), sizes(1, 2, 2), padding="SAME")
        yield kernel(op, x, y, third, sizes(2, 2, 2, 1), sizes(1, 2, 2, 1), padding="SAME")
    yield kernel("AvgPoolGrad", sizes(1, 4, 4), dy, **plain)
    yield kernel("AvgPoolGrad", sizes([1, 4, 4, 2]), dy, **plain)
    yield kernel("AvgPoolGrad", sizes(1, 4, 4, 2), dy[0], **plain)
    yield kernel("AvgPoolGrad", sizes(1, -4, 4, 2), dy, **plain)
    # For sizes of another pool, TensorFlow reads beside the gradient.
    yield kernel("AvgPoolGrad", sizes(0, 4, 4, 2), sixteenths([0, 2, 2, 2], 1), **plain)
    yield kernel("AvgPoolGrad", sizes(1, 4, 4, 2), dy, ksize=[1, 2, 2, 2], strides=[1, 2, 2, 1], padding="SAME")
    yield kernel("AvgPoolGrad", sizes(1, 4, 4, 2), dy, ksize=[2, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
    places = array(np.arange(8), "int64").reshape([1, 2, 2, 2])
    # TensorFlow ends the process for places outside of the image.
    yield kernel("MaxPoolGradWithArgmax", x, dy, places, **plain)
    yield kernel("MaxPoolGradWithArgmax", x[0], dy, places, **plain)
    yield kernel("MaxPoolGradWithArgmax", x, dy[0], places, **plain)
    yield kernel("MaxPoolGradWithArgmax", x, dy, places[0], **plain)
    yield kernel("MaxPoolGradWithArgmax", x, sixteenths([1, 2, 3, 2], 2), places, **plain)
    yield kernel("MaxPoolGradWithArgmax", sixteenths([2, 4, 4, 2], 1), sixteenths([2, 2, 2, 2], 2), np.concatenate([places, places]), **plain)


def shapes():
    f = "float32"
    attrs = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
    for x, y, dy in [([1, 4, 4, 2], [1, 2, 2, 2], [1, 2, 2, 2]), (None, None, None), ([None, 4, None, 2], None, [3, 3]), ([3, 3], None, None), ([1, 4, 4, 2], [3], [5, 6, 7, 8])]:
        for op in ["MaxPoolGrad", "MaxPoolGradGrad"]:
            yield inference(op, (f, x), (f, y), (f, dy), **attrs)
        for op in ["MaxPoolGradV2", "MaxPoolGradGradV2"]:
            yield inference(op, (f, x), (f, y), (f, dy), sizes(1, 2, 2, 1), sizes(1, 2, 2, 1), padding="SAME")
            yield inference(op, (f, x), (f, y), (f, dy), ("int32", None), ("int32", [3]), padding="VALID")
        yield inference("MaxPoolGradWithArgmax", (f, x), (f, dy), ("int64", y), **attrs)
    for op in ["MaxPoolGrad", "MaxPoolGradGrad"]:
        yield inference(op, (f, [1, 4, 4, 2]), (f, [1, 2, 2, 2]), (f, [1, 2, 2, 2]), ksize=[1, 2, 2, 1, 1], strides=[1, 1, 1, 1, 1], padding="VALID")
    for size in [(1, 4, 4, 2), (1, -1, 4, 2), (1, 4, 4), (1, -4, 4, 2), ()]:
        yield inference("AvgPoolGrad", sizes(*size), (f, [1, 2, 2, 2]), **attrs)
        yield inference("AvgPoolGrad", sizes(*size), (f, [3]), **attrs)
    for size in [None, [4], [3], [2, 2], [None]]:
        yield inference("AvgPoolGrad", ("int32", size), (f, None), **attrs)


op_cases.write("pool_grads", kernels(), shapes())
