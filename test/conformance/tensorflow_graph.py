"""Real TensorFlow 1 for the recorder: imported quietly, and its graphs written as text."""
import json
import logging
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import tensorflow.compat.v1 as tf  # noqa: E402
from tensorflow.python.framework import tensor_util  # noqa: E402

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.FATAL)
logging.getLogger("tensorflow").setLevel(logging.CRITICAL)

# The most elements of a constant that are written out.
MOST_ELEMENTS = 16


def without_none(fields):
    return {key: value for key, value in fields.items() if value is not None}


def shape_list(shape):
    return None if shape.rank is None else [None if d is None else int(d) for d in shape.as_list()]


def graph_record(graph):
    collections = {}
    for key in graph.get_all_collection_keys():
        items = graph.get_collection(key)
        if isinstance(key, str) and not key.startswith("__") and items:
            collections[key] = [getattr(item, "name", None) for item in items]
    return {"nodes": [node_text(op) for op in graph.get_operations()], "collections": collections}


def node_text(op):
    inputs = [tensor.op.name if tensor.value_index == 0 else tensor.name for tensor in op.inputs]
    inputs += sorted("^" + control.name for control in op.control_inputs)
    text = f"{op.name} = {op.type}({', '.join(inputs)})"
    if op.device:
        text += f" @{op.device}"
    attrs = sorted(attr_texts(op))
    return f"{text} {{{'; '.join(attrs)}}}" if attrs else text


def type_name(number):
    return tf.as_dtype(number).name


def attr_texts(op):
    attrs = op.node_def.attr
    if "_class" in attrs:
        yield "_class=" + ",".join(sorted(group.decode() for group in attrs["_class"].list.s))
    for key in ("container", "shared_name"):
        if key in attrs and attrs[key].s:
            yield f"{key}={attrs[key].s.decode()}"
    if "dtype" in attrs:
        yield "dtype=" + type_name(attrs["dtype"].type)
    elif "T" in attrs and attrs["T"].WhichOneof("value") == "list":
        yield "T=[" + ",".join(type_name(number) for number in attrs["T"].list.type) + "]"
    elif "T" in attrs:
        yield "T=" + type_name(attrs["T"].type)
    if "frame_name" in attrs:
        yield "frame_name=" + attrs["frame_name"].s.decode()
        if attrs["is_constant"].b:
            yield "is_constant=true"
    for key in ("seed", "seed2"):
        if key in attrs:
            yield f"{key}={attrs[key].i}"
    if "shape" in attrs and attrs["shape"].WhichOneof("value") == "shape":
        dims = shape_list(tf.TensorShape(attrs["shape"].shape))
        yield "shape=" + ("?" if dims is None else "[" + ",".join("?" if d is None else str(d) for d in dims) + "]")
    if op.type == "Assign" and not attrs["validate_shape"].b:
        yield "validate_shape=false"
    if op.type == "Const":
        yield value_text(tensor_util.MakeNdarray(attrs["value"].tensor), tf.as_dtype(attrs["dtype"].type))


def value_text(array, dtype):
    dims = "value=[" + ",".join(map(str, array.shape)) + "]"
    if array.size > MOST_ELEMENTS:
        return dims
    return dims + "(" + ",".join(element_text(element, dtype) for element in array.reshape(-1)) + ")"


def element_text(element, dtype):
    if dtype.is_floating:
        return "0x" + element.tobytes()[::-1].hex()
    if dtype == tf.string:
        return json.dumps(element.decode("utf-8"))
    if dtype == tf.bool:
        return "true" if element else "false"
    return str(element)
