"""Writes test/goldens/array.json: what TensorFlow's array ops give, which shapes it infers, and which nodes Python's wrappers make.

Run with a Python that has TensorFlow:
    python tools/goldens/array_ops.py
test/array-golden.ts reads it. The programs are in array_programs.py.
"""
import datetime
import json
import os
import pathlib
import re

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf
from array_programs import programs
from tensorflow.python.framework import dtypes, op_def_library, op_def_registry

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")

FAMILIES = {
    "array": "Const Placeholder PlaceholderV2 PlaceholderWithDefault Identity IdentityN StopGradient PreventGradient CheckNumerics EnsureShape ZerosLike OnesLike Fill Bitcast Where",
    "shape": "Shape ShapeN Size Rank Reshape ExpandDims Squeeze BroadcastTo BroadcastArgs BroadcastGradientArgs",
    "concat": "ConcatV2 Concat ConcatOffset Pack Unpack Split SplitV",
    "slice": "Slice StridedSlice StridedSliceGrad",
    "transpose": "Transpose ConjugateTranspose InvertPermutation Reverse ReverseV2 ReverseSequence Tile",
    "pad": "Pad PadV2 MirrorPad MirrorPadGrad",
    "gather": "Gather GatherV2 GatherNd ScatterNd TensorScatterUpdate TensorScatterAdd TensorScatterSub TensorScatterMax TensorScatterMin OneHot Unique UniqueWithCounts ListDiff",
    "diag": "MatrixDiag MatrixDiagV2 MatrixDiagV3 MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MatrixBandPart Diag DiagPart",
}
FAMILY_OF = {op: family for family, ops in FAMILIES.items() for op in ops.split()}
KINDS = {"int": "i", "bool": "b", "string": "s", "float": "f"}


def type_name(number):
    return dtypes.as_dtype(number).name


def argument(arg):
    base = type_name(arg.type) if arg.type else arg.type_attr or arg.type_list_attr
    text = f"{arg.number_attr} * {base}" if arg.number_attr else base
    return f"{arg.name}: {'Ref(' + text + ')' if arg.is_ref else text}"


def default_of(attr):
    value = attr.default_value
    field = value.WhichOneof("value")
    if field == "type":
        return type_name(value.type)
    if field == "shape":
        return None if value.shape.unknown_rank else [d.size for d in value.shape.dim]
    if field == "list":
        return [*value.list.i, *value.list.s]
    return value.s.decode() if field == "s" else getattr(value, field)


def registered(op):
    op_def = op_def_registry.get(op)
    attrs = {}
    for attr in op_def.attr:
        described = {"kind": attr.type}
        allowed = [type_name(t) for t in attr.allowed_values.list.type] + [s.decode() for s in attr.allowed_values.list.s]
        if allowed:
            described["allowed"] = allowed
        if attr.HasField("default_value"):
            described["default"] = default_of(attr)
        if attr.has_minimum:
            described["minimum"] = attr.minimum
        attrs[attr.name] = described
    return {"inputs": [argument(a) for a in op_def.input_arg], "outputs": [argument(a) for a in op_def.output_arg], "attrs": attrs, "stateful": op_def.is_stateful}


def element(x):
    if isinstance(x, bytes):
        return x.decode("latin1")
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (np.integer, int)):
        return int(x) if abs(int(x)) < 2**53 else str(x)
    if isinstance(x, complex):
        return [element(x.real), element(x.imag)]
    x = float(x)
    return x if np.isfinite(x) else str(x)


def encoded(value):
    dtype = "string" if value.dtype.kind in "OSU" else tf.as_dtype(value.dtype).name
    return [dtype, list(value.shape), [element(x) for x in value.reshape(-1).tolist()]]


def placeholder(value, shape):
    return tf.placeholder(tf.string if value.dtype.kind in "OSU" else value.dtype, shape)


def runtime_message(error):
    match = re.search(r"Node: '.*?'\n(.*?)\n?\t? *\[\[\{\{node", str(error), re.S)
    return match.group(1) if match else str(error)


def static_message(error):
    return str(error)


def build(op, values, attrs, make):
    op_def = op_def_registry.get(op)
    given = dict(attrs)
    for attr in op_def.attr:
        if attr.HasField("default_value") and attr.name not in given and attr.type in KINDS:
            given[attr.name] = getattr(attr.default_value, KINDS[attr.type])
        if attr.type == "list(int)":
            given.setdefault(attr.name, [])
    tensors = {}
    for index, (arg, value) in enumerate(zip(op_def.input_arg, values)):
        tensors[arg.name] = [make(v, index) for v in value] if isinstance(value, list) else make(value, index)
    result = op_def_library.apply_op(op, **tensors, **given)
    return result if isinstance(result, (list, tuple)) else [result]


def flat(result):
    return [t for part in result for t in (flat(part) if isinstance(part, (list, tuple)) else [part])]


def dims_of(shape):
    return None if shape.ndims is None else [d.value for d in shape.dims]


def partly(shape, parity):
    return [None if i % 2 == parity else d for i, d in enumerate(shape)]


# What is known of the inputs while the graph is built. `data` are the inputs whose values shapes do not depend on.
def modes(data):
    return {
        "constant": lambda v, i: tf.constant(v),
        "shapes": lambda v, i: placeholder(v, v.shape),
        "ranks": lambda v, i: placeholder(v, [None] * v.ndim),
        "nothing": lambda v, i: placeholder(v, None),
        "even": lambda v, i: placeholder(v, partly(v.shape, 1)) if i in data else tf.constant(v),
        "odd": lambda v, i: placeholder(v, partly(v.shape, 0)) if i in data else tf.constant(v),
        "values": lambda v, i: placeholder(v, None) if i in data else tf.constant(v),
    }


def inferred(op, values, attrs, make):
    with tf.Graph().as_default():
        try:
            return [dims_of(t.shape) for t in flat(build(op, values, attrs, make))]
        except (ValueError, TypeError) as error:
            return static_message(error)


def computed(op, values, attrs):
    with tf.Graph().as_default():
        feeds = {}

        def make(v, _):
            p = placeholder(v, None)
            feeds[p] = v
            return p

        try:
            outputs = flat(build(op, values, attrs, make))
        except (ValueError, TypeError):
            return None
        with tf.Session() as session:
            try:
                return [encoded(np.asarray(v)) for v in session.run(outputs, feeds)]
            except tf.errors.OpError as error:
                return runtime_message(error)


cases = []


def case(op, *values, data=(0,), **attrs):
    recorded = {
        "op": op,
        "inputs": [[encoded(x) for x in v] if isinstance(v, list) else encoded(v) for v in values],
        "attrs": {k: tf.as_dtype(v).name if isinstance(v, tf.DType) else v for k, v in attrs.items()},
        "data": list(data),
        "value": computed(op, values, attrs),
        "shapes": {mode: inferred(op, values, attrs, make) for mode, make in modes(data).items()},
    }
    cases.append(recorded)


def a(values, dtype="float32"):
    return np.array(values, dtype=tf.as_dtype(dtype).as_numpy_dtype)


def i32(*values):
    return np.array(values[0] if len(values) == 1 else values, np.int32)


def i64(values):
    return np.array(values, np.int64)


def ramp(*shape, dtype="float32"):
    return a(np.arange(1, int(np.prod(shape)) + 1).reshape(shape), dtype)


texts = np.array([b"a", b"bc", b"", b"d", b"ef", b"g"], object).reshape(2, 3)
DTYPES = ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "complex64", "complex128"]
every = [ramp(2, 3, dtype=d) for d in DTYPES] + [a([[True, False, True], [False, False, True]], "bool"), texts]
none = np.zeros([0, 3], np.float32)

# array
for v in every:
    case("Identity", v)
    case("ZerosLike", v)
    case("Fill", i32(2, 3), v[1, 2], data=(1,)) if v.dtype.kind != "O" else case("Fill", i32(2, 3), np.array(b"bc", object), data=(1,))
    if v.dtype.kind != "O":
        case("OnesLike", v)
        case("Where", v) if v.dtype.name != "float16" else None
case("StopGradient", ramp(2))
case("PreventGradient", ramp(2), message="no")
case("IdentityN", [ramp(2), i32(1)])
for values in ([1, np.nan], [1, -np.inf], [np.inf, np.nan], [1, 2], []):
    for d in ("float32", "float16", "bfloat16", "float64"):
        case("CheckNumerics", a(values, d), message="boo")
case("CheckNumerics", a([np.nan]), message="")
for shape in ([2], [None], None, [2, 3], [2, None], [None, 4]):
    case("PlaceholderWithDefault", ramp(2, 3), shape=shape)
    case("EnsureShape", ramp(2, 3), shape=shape)
for dims in (i32([]), i32([0]), i32([2]), i64([3, 1]), i32(2, -1), i32([[2]]), i32(2)):
    case("Fill", dims, a(7.5), data=(1,))
case("Fill", i32([2]), a([1]), data=(1,))
case("Fill", i32([2]), a([1, 2]), data=(1,))
for v, t in ((a([1, 2]), tf.float64), (a([1, 2, 3]), tf.float64), (a([[1, 2]]), tf.uint8), (a([1, 2]), tf.int32), (a(1), tf.float64), (a([1, 2], "complex64"), tf.float32), (i64([1, 2]), tf.int16), (a([[1, 2], [3, 4]], "uint8"), tf.uint16), (a([1.5], "float16"), tf.bfloat16)):
    case("Bitcast", v, type=t)
for v in (a([[0, 1], [2, 0]]), a(True, "bool"), a([], "bool"), a([np.nan, -0.0, 0.0]), a([-0.0, 1], "bfloat16"), a(np.ones([2, 1, 2]), "bool")):
    case("Where", v)

# shape
for v in (ramp(2, 3), a(1), none, texts):
    for t in (tf.int32, tf.int64):
        case("Shape", v, out_type=t)
        case("Size", v, out_type=t)
    case("Rank", v)
case("ShapeN", [ramp(2, 3), a(1), none], out_type=tf.int32)
case("ShapeN", [ramp(2, 3), a(1)], out_type=tf.int64)
six = ramp(6)
for v, s in ((six, i32([4])), (six, i32(4, -1)), (six, i32(-1, -1)), (six, i32(-2, 3)), (none, i32(0, -1)), (none, i32(-1, 3)), (six, i32([[2, 3]])), (six, i32(6)), (six, i32([6])), (six, i64([2, -1])), (six, i32(3, -1, 1)), (ramp(1), i32([])), (six, i32([])), (ramp(2, 3), i32(3, 2)), (ramp(2, 3), i32(-1, 2)), (ramp(2, 3), i32(5, -1)), (none, i32(0, 7)), (none, i32(1, 7)), (none, i32(7, -1)), (texts, i32([6])), (ramp(2, 3), i32(-1, 4))):
    case("Reshape", v, s)
for v in every:
    case("Reshape", v, i32(3, -1))
for v, d in ((ramp(2), i32(0)), (ramp(2), i32(1)), (ramp(2), i32(-1)), (ramp(2), i32(-2)), (ramp(2), i32(5)), (ramp(2), i32(-3)), (ramp(2), i32(0, 1)), (ramp(2, 3), i64(1)), (ramp(2), i32([1])), (a(1), i32(0))):
    case("ExpandDims", v, d)
for v, axes in ((ramp(1, 2, 1), []), (ramp(1, 2, 1), [0]), (ramp(1, 2, 1), [-1]), (ramp(1, 2, 1), [0, 2]), (ramp(1, 2), [1]), (ramp(1, 2), [3]), (ramp(1, 2), [-3]), (a(1), []), (ramp(1, 1), [])):
    case("Squeeze", v, squeeze_dims=axes)
for v in every:
    case("BroadcastTo", v, i32(2, 2, 3))
for v, s in ((ramp(2), i32([3])), (ramp(2), i32(3, 2)), (ramp(2, 1), i32(4, 2, 3)), (ramp(1, 2), i32([2])), (a(5), i32(2, 2)), (ramp(2), i32(2, -1)), (ramp(2), i32(0, 2)), (ramp(1), i32([0])), (ramp(2, 1, 2), i64([2, 3, 2])), (ramp(1, 3), i32(2, 1)), (a(5), i32([]))):
    case("BroadcastTo", v, s)
for x, y in (([2, 3], [4, 3]), ([2, 1], [3]), ([], [2]), ([2, 3], [2, 3]), ([1, 1], [1]), ([2], [3]), ([1, 2, 1], [5, 2, 1]), ([2, 1, 1], [2, 1, 3]), ([0], [1]), ([0], [2])):
    case("BroadcastArgs", i32(x), i32(y), data=())
    case("BroadcastGradientArgs", i32(x), i32(y), data=())
    case("BroadcastGradientArgs", i64(x), i64(y), data=())

# concat
for v in every:
    case("ConcatV2", [v, v], i32(1))
    case("Pack", [v, v], axis=1)
    case("Unpack", v, num=2, axis=0)
    case("Unpack", v, num=3, axis=-1)
    case("Split", i32(1), v, num_split=3, data=(1,))
    case("SplitV", v, i32(1, -1), i32(1), num_split=2)
for values, axis in (([a([1]), a([[2]])], 0), ([a([[1, 2]]), a([[2]])], 0), ([a([1]), a([2])], 1), ([a([1]), a([2])], -2), ([a(1), a(2)], 0), ([a([]), a([2])], 0), ([a([]), a([[2]])], 0), ([ramp(2, 1, 2), ramp(2, 3, 2)], -2), ([ramp(2, 2), ramp(1, 2), none[:, :2]], 0)):
    case("ConcatV2", values, i32(axis))
    case("Concat", i32(axis), values, data=(1,))
case("ConcatV2", [a([1]), a([2])], i32([0]))
case("ConcatV2", [a([1]), a([2])], i32(0, 0))
case("ConcatV2", [a([1]), a([2])], i64(0))
for d, shapes in ((1, ([2, 3], [2, 4], [2, 5])), (-1, ([2, 3], [2, 4])), (1, ([2, 3], [3, 4])), (2, ([2, 3], [3, 4])), (0, ([2], [2, 3]))):
    case("ConcatOffset", i32(d), [i32(s) for s in shapes], data=())
for values, axis in (([a([1]), a([2, 3])], 0), ([a([1]), a([2])], 3), ([a([1]), a([2])], -2), ([a([1]), a([2])], -3), ([a(1), a(2), a(3)], 0), ([ramp(2, 3)], 2), ([a([1]), a([[2]])], 0)):
    case("Pack", values, axis=axis)
for v, num, axis in ((ramp(2), 3, 0), (ramp(2), 2, 1), (a(1), 2, 0), (none, 0, 0), (ramp(2, 2, 2), 2, 1), (ramp(2, 2), 2, -3)):
    case("Unpack", v, num=num, axis=axis)
for d, v, num in ((0, ramp(3), 2), (1, ramp(3), 3), (-1, ramp(2, 4), 2), (0, a(1), 3), (0, ramp(3), 1), (-2, ramp(3), 1), (0, none, 2)):
    case("Split", i32(d), v, num_split=num, data=(1,))
case("Split", i32([0]), ramp(3), num_split=3, data=(1,))
for v, sizes, d, num in ((ramp(3), [1, 1], 0, 2), (ramp(3), [-1, -1], 0, 2), (ramp(3), [4, -1], 0, 2), (ramp(3), [1, 2], 1, 2), (ramp(3), [1, 2], 0, 3), (ramp(3), [5, -2], 0, 2), (ramp(2, 5), [0, 4, 1], -1, 3), (a(1), [1], 0, 1), (ramp(3), [3], 0, 1), (ramp(3), [-1], 0, 1), (ramp(3), [2], 0, 1), (ramp(3), [2], 1, 1), (ramp(3), [-2], 0, 1)):
    case("SplitV", v, i32(sizes), i32(d), num_split=num)
case("SplitV", ramp(3), i64([2, 1]), i32(0), num_split=2)

# slice
for v in every:
    case("Slice", v, i32(1, 0), i32(1, -1))
    case("StridedSlice", v, i32(1, -1), i32(-3, 0), i32(-1, -2), begin_mask=0, end_mask=1)
for v, b, s in ((ramp(3), [2], [2]), (ramp(3), [-1], [1]), (ramp(3), [0, 0], [1, 1]), (ramp(3), [0], [-2]), (ramp(3), [4], [-1]), (ramp(3), [3], [-1]), (ramp(3), [0], [1, 1]), (ramp(2, 3, 4), [1, 0, 2], [1, 2, -1]), (a(1), [], []), (ramp(3), [0], [3]), (ramp(3), [1], [0])):
    case("Slice", v, i32(b), i32(s))
case("Slice", ramp(3), i32([[0]]), i32([[1]]))
case("Slice", ramp(3), i64([1]), i64([1]))
for b, e, s, masks in (([5], [6], [1], {"shrink_axis_mask": 1}), ([-1], [0], [1], {"shrink_axis_mask": 1}), ([0], [1], [0], {}), ([0], [1], [-1], {"shrink_axis_mask": 1}), ([0, 0], [1, 1], [1, 1], {}), ([0, 0], [1], [1, 1], {}), ([0, 0], [1, 1], [1, 1], {"ellipsis_mask": 3}), ([], [], [], {}), ([0], [0], [1], {"new_axis_mask": 1}), ([0, 0], [0, 0], [1, 1], {"new_axis_mask": 2, "ellipsis_mask": 1}), ([10], [20], [1], {}), ([-10], [-20], [-1], {})):
    case("StridedSlice", ramp(3), i32(b), i32(e), i32(s), **masks)
case("StridedSlice", ramp(3), i64([0]), i64([2]), i64([1]))
case("StridedSlice", ramp(3), np.array([0], np.int16), np.array([2], np.int16), np.array([1], np.int16))
rng = np.random.RandomState(5)
for _ in range(120):
    rank = rng.randint(1, 4)
    n = rng.randint(1, rank + 3)
    v = ramp(*rng.randint(1, 5, rank))
    bits = {m: int(rng.randint(0, 2**n)) if rng.rand() < 0.6 else 0 for m in ("begin_mask", "end_mask", "new_axis_mask", "shrink_axis_mask")}
    bits["ellipsis_mask"] = 2 ** int(rng.randint(0, n)) if rng.rand() < 0.4 else 0
    strides = rng.choice([1, 1, 1, 2, -1, -2], n)
    case("StridedSlice", v, i32(rng.randint(-5, 6, n)), i32(rng.randint(-5, 6, n)), i32(strides), **bits)
for dy in (ramp(2), ramp(3)):
    case("StridedSliceGrad", i32([3]), i32([0]), i32([2]), i32([1]), dy, data=(4,))
case("StridedSliceGrad", i32(3, 2), i32(-1, 0), i32(0, 0), i32(-2, 1), ramp(1), data=(4,), shrink_axis_mask=2)
case("StridedSliceGrad", i32(3, 2), i32(2, 0), i32(0, 1), i32(-2, 1), ramp(1), data=(4,), shrink_axis_mask=2)
case("StridedSliceGrad", i32(4, 2), i32(0, 0), i32(4, 0), i32(3, 1), a([[[1, 2]], [[3, 4]]], "int64"), data=(4,), new_axis_mask=2)

# transpose
for v in every:
    case("Transpose", v, i32(1, 0))
    case("ReverseV2", v, i32([1]))
    case("Reverse", v, np.array([True, False]), data=(0,))
    case("Tile", v, i32(2, 1)) if v.dtype.name not in ("uint16",) else None
    case("ReverseSequence", v, i32(1, 2), seq_dim=1)
for v, p in ((ramp(1, 2), [0, 0]), (ramp(1, 2), [0, 2]), (ramp(1, 2), [0]), (ramp(1, 2), [-1, 0]), (ramp(2, 3, 4), [2, 0, 1]), (ramp(2, 3, 4), [0, 2, 1]), (a(1), []), (ramp(2), [0]), (none, [1, 0]), (ramp(2, 3, 2, 2), [3, 1, 0, 2])):
    case("Transpose", v, i32(p))
case("Transpose", ramp(1, 2), i32([[0, 1]]))
case("Transpose", ramp(1, 2), i64([1, 0]))
case("Transpose", ramp(40, 70), i32(1, 0))
case("ConjugateTranspose", np.array([[1 + 2j, 3j]], np.complex64), i32(1, 0))
for p in ([0, 0], [0, 3], [[0]], [2, 0, 1], []):
    case("InvertPermutation", i32(p), data=())
case("InvertPermutation", i64([1, 0]), data=())
for v, axes in ((ramp(1, 2), [2]), (ramp(1, 2), [0, -2]), (ramp(1, 2), [[0]]), (ramp(2, 3, 2), [0, 2]), (ramp(2), []), (a(1), [])):
    case("ReverseV2", v, i32(axes))
case("Reverse", ramp(1, 2), np.array([True]))
case("Reverse", ramp(2, 2), np.array([True, True]))
for v, lengths, s, b in ((ramp(1, 2), [3], 1, 0), (ramp(1, 2), [1, 2], 1, 0), (ramp(1, 2), [1], 2, 0), (ramp(1, 2), [1], 0, 0), (ramp(1, 2), [-1], 1, 0), (ramp(3, 2, 4), [3, 1], 0, 1), (ramp(2, 4, 2), [4, 0], 1, 0), (ramp(1, 2), [1], 1, 2)):
    case("ReverseSequence", v, i32(lengths), seq_dim=s, batch_dim=b)
for v, m in ((ramp(1, 2), [2]), (ramp(1, 2), [2, -1]), (ramp(1, 2), [2, 0]), (ramp(2, 2, 1), [2, 3, 2]), (a(1), []), (ramp(3), [1]), (ramp(2), [[2]]), (ramp(0, 2), [1, -1]), (ramp(2, 0), [-1, 0]), (ramp(0), [3])):
    case("Tile", v, i32(m))
case("Tile", ramp(2), i64([3]))

# pad
for v in every:
    case("Pad", v, i32([[1, 0], [0, 2]]))
    case("PadV2", v, i32([[1, 0], [0, 2]]), v[1, 2] if v.dtype.kind != "O" else np.array(b"z", object))
    case("MirrorPad", v, i32([[1, 0], [1, 2]]), mode="REFLECT")
for v, p in ((ramp(2), [[1, -1]]), (ramp(2), [[1, 1], [0, 0]]), (ramp(2), [1, 1]), (ramp(2), [[1, 1, 1]]), (a(1), np.zeros([0, 2])), (ramp(2, 2, 2), [[0, 1], [2, 0], [1, 1]]), (none, [[1, 1], [0, 0]])):
    case("Pad", v, i32(p))
    case("MirrorPad", v, i32(p), mode="SYMMETRIC")
case("PadV2", ramp(2), i32([[1, 1]]), a([1]))
case("Pad", ramp(2), i64([[1, 1]]))
for v, p, m in ((ramp(2), [[2, 0]], "REFLECT"), (ramp(2), [[2, 2]], "SYMMETRIC"), (ramp(2), [[3, 2]], "SYMMETRIC"), (ramp(3, 3), [[2, 1], [0, 2]], "REFLECT")):
    case("MirrorPad", v, i32(p), mode=m)
for v, p, m in ((ramp(5), [[1, 2]], "REFLECT"), (ramp(4), [[1, 1]], "SYMMETRIC"), (ramp(5), [[1, 1]], "REFLECT"), (ramp(4, 5), [[1, 1], [2, 0]], "SYMMETRIC"), (ramp(4, dtype="int32"), [[0, 2]], "SYMMETRIC"), (ramp(2), [[2, 2]], "SYMMETRIC"), (ramp(2), [[1, 1]], "SYMMETRIC"), (ramp(2), [[-1, 1]], "SYMMETRIC")):
    case("MirrorPadGrad", v, i32(p), mode=m)

# gather
for v in every:
    case("GatherV2", v, i32(2, 0), i32(1), data=(0, 1))
    case("GatherNd", v, i32([[1, 2], [0, 0]]), data=(0, 1))
    case("ScatterNd", i32([[1], [0], [1]]), np.concatenate([v, v])[:3] if v.dtype.kind in "Ob" else ramp(3, 3, dtype=tf.as_dtype(v.dtype)), i32(2, 3), data=(0, 1))
    case("TensorScatterUpdate", v, i32([[1]]), v[:1], data=(0, 1, 2))
    case("Unique", v.reshape(-1), data=(0,), out_idx=tf.int64) if v.dtype.kind != "c" else None
    if v.dtype.kind not in "Ob":
        case("TensorScatterAdd", v, i32([[1], [1]]), v, data=(0, 1, 2))
        case("TensorScatterSub", v, i32([[1], [1]]), v, data=(0, 1, 2)) if v.dtype.kind != "u" else None
        for op in ("TensorScatterMax", "TensorScatterMin"):
            case(op, v, i32([[1], [0], [1]]), np.concatenate([v, v])[[0, 1, 1]], data=(0, 1, 2)) if v.dtype.kind != "c" else None
    case("OneHot", i32(2, 0), i32(3), v[1, 2] if v.dtype.kind != "O" else np.array(b"on", object), v[0, 1] if v.dtype.kind != "O" else np.array(b"off", object), data=(0, 2, 3))
for v, ix, axis, batch in ((ramp(3), [0, 3], 0, 0), (ramp(3), 3, 0, 0), (ramp(3), 1, 0, 0), (ramp(1, 3), [[0], [-1]], 1, 0), (ramp(3), [0], 1, 0), (a(1), [0], 0, 0), (ramp(2, 3), [[0], [2]], 1, 1), (ramp(2, 3), [[0], [2], [1]], 1, 1), (ramp(2, 3), [[0], [3]], 1, 1), (ramp(2, 3), [[0], [2]], 0, 1), (ramp(2, 3, 2), [[0, 1], [2, 2]], -2, -1), (ramp(2, 3, 4), [1], -1, 0), (ramp(2, 3, 4), [[1, 0]], 0, 0), (none, [], 0, 0), (ramp(2, 3), [0, 1], 1, 2)):
    case("GatherV2", v, i32(ix), i32(axis), batch_dims=batch, data=(0, 1))
case("GatherV2", ramp(3), i32([0]), i32([0]), data=(0, 1))
case("GatherV2", ramp(30, 40), i64([3, 29, 0]), i64(0), data=(0, 1))
case("Gather", ramp(3, 2), i32(0, 3), data=(0, 1))
case("Gather", ramp(3, 2), i32([[1, 2]]), data=(0, 1))
for v, ix in ((ramp(3), [[0], [3]]), (ramp(1, 3), [[0, 1], [0, 3]]), (ramp(1, 3), [[0, 1, 1]]), (a(1), [[0]]), (ramp(1), 0), (ramp(2, 3), [1]), (ramp(2, 3), [[[1]], [[0]]]), (ramp(2, 3), [-1])):
    case("GatherNd", v, i32(ix), data=(0, 1))
case("GatherNd", ramp(1, 2), np.zeros([3, 0], np.int32), data=(0, 1))
for ix, u, s in (([[0], [5]], a([1, 2]), [4]), ([[0], [-1]], a([1, 2]), [4]), ([[0], [1]], a([1, 2, 3]), [4]), ([[0], [1]], a([[1], [2]]), [4]), ([[0], [0]], a([1, 2]), [4]), ([[0, 1]], a([1]), [4]), ([[0], [0]], a([1, 2]), [0]), ([[0], [0]], a([1, 2]), [-1]), ([[0, 1], [1, 0]], a([1, 2]), [2, 2]), ([0], a([[1, 2]]), [2, 2]), ([1], a([1, 2]), [2, 2]), ([[0]], a([[1, 2]]), [[2, 2]]), ([0], a([1]), [2, 1]), ([0], a([1]), [2]), (0, a(1), [2]), ([[0]], a(1), [2]), ([[0]], a([1, 2]), [2, 2])):
    case("ScatterNd", i32(ix), u, i32(s), data=(0, 1))
for ix, u in (([[0], [5]], a([1, 2])), ([[0], [2]], a([1, 2])), ([[0], [2]], a([[1], [2]])), ([[0, 1]], a([1])), ([[0], [1], [2]], a([1, 2])), ([0], a([1])), ([0], a([]))):
    for op in ("TensorScatterUpdate", "TensorScatterAdd", "TensorScatterSub", "TensorScatterMax", "TensorScatterMin"):
        case(op, ramp(3), i32(ix), u, data=(0, 1, 2))
for op in ("TensorScatterMax", "TensorScatterMin"):
    case(op, a([1, np.nan, 3, np.nan]), i32([[0], [1], [2], [3], [0]]), a([np.nan, 2, 5, np.nan, 7]), data=(0, 1, 2))
    case(op, ramp(2, 2), i32([[0, 1], [1, 0]]), a([9, -9]), data=(0, 1, 2))
case("TensorScatterUpdate", ramp(3, 2), i32([[0]]), ramp(1, 3), data=(0, 1, 2))
case("TensorScatterUpdate", ramp(3, 2), i32([[0]]), ramp(1), data=(0, 1, 2))
case("TensorScatterUpdate", np.zeros([0], np.float32), i32([[0]]), ramp(1), data=(0, 1, 2))
one, off = a(1), a(0)
for ix, depth, on, axis in ((i32(0, 3, -1), i32(2), one, -1), (i32(0, 3, -1), i32(-2), one, -1), (i32(0, 3, -1), i32([2]), one, -1), (i32(0, 1), i32(2), a([1]), -1), (i32(0, 1), i32(2), one, 4), (i32([[0, 1], [1, 1]]), i32(3), one, 1), (i32([[0, 1], [1, 1]]), i32(3), one, 0), (i32(1), i32(3), one, -1), (i32(0), i32(0), one, -1), (i64([1]), i32(2), one, -1), (a([1, 7], "uint8"), i32(2), one, -1), (i32(0, 1), i32(2), one, -2)):
    case("OneHot", ix, depth, on, off, axis=axis, data=(0, 2, 3))
for x in (a([3, 1, 3, np.nan, np.nan]), a([[3]]), a([]), a([0.0, -0.0]), a([np.nan, 1, np.nan, 1], "float16")):
    case("Unique", x)
    case("UniqueWithCounts", x)
case("UniqueWithCounts", i64([3, 1, 3]), out_idx=tf.int64)
for x, y in ((i32(1, 2, 3, 2), i32([2])), (i32([[1]]), i32([2])), (i32([1]), i32([[2]])), (a([1, np.nan]), a([np.nan])), (texts.reshape(-1), texts[0]), (i64([5, 6]), i64([]))):
    case("ListDiff", x, y, data=(0, 1))

# diag
m = ramp(2, 3)
for v in every[:-1]:
    case("MatrixDiagPartV3", v, i32(-1, 1), v[0, 1] if v.dtype.kind != "O" else np.array(b"z", object), data=(0, 2))
    case("MatrixDiagV3", v, i32(-1, 0), i32(-1), i32(-1), v[1, 2] if v.dtype.kind != "O" else np.array(b"z", object), data=(0, 4))
    case("MatrixSetDiagV3", v, v[:, 2], i32(1), data=(0, 1))
    if v.dtype.kind != "O":
        case("MatrixBandPart", v, np.int64(0), np.int64(1))
        case("MatrixDiag", v)
        case("MatrixDiagPart", v)
        case("MatrixSetDiag", v, v[:, 0], data=(0, 1))
zero = a(0)
for align in ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT"):
    for k in ([-1, 2], [0], [1, 2], [-1, -1], [-1, 0]):
        case("MatrixDiagPartV3", ramp(2, 3, 4), i32(k), zero, align=align, data=(0, 2))
        d = ramp(2, *([k[1] - k[0] + 1] if len(k) == 2 and k[0] != k[1] else []), 3)
        case("MatrixDiagV3", d, i32(k), i32(-1), i32(-1), a(9), align=align, data=(0, 4))
case("MatrixDiagPartV2", ramp(3, 4), i32(-1, 2), zero, data=(0, 2))
case("MatrixDiagV2", ramp(3, 2), i32(-1, 1), i32(-1), i32(-1), zero, data=(0, 4))
case("MatrixSetDiagV2", ramp(3, 3), ramp(3, 3), i32(-1, 1), data=(0, 1))
for k in (i32(3), i32(2, 1), i32(2, 1, 3), i32(-2), i32([]), i32([[0]])):
    case("MatrixDiagPartV3", m, k, zero, data=(0, 2))
case("MatrixDiagPartV3", ramp(3), i32(0), zero, data=(0, 2))
case("MatrixDiagPartV3", np.zeros([0, 2], np.float32), i32(0), zero, data=(0, 2))
for d, k, r, c in ((ramp(2), [1], -1, -1), (ramp(2), [1], 2, 2), (ramp(2), [1], 9, 9), (ramp(2), [0], 2, 5), (ramp(2), [0], 5, 2), (ramp(2), [0], 3, -1), (ramp(2), [0], 1, -1), (ramp(2, 2), [0, 2], -1, -1), (a(1), [0], -1, -1), (ramp(2, 2), [0, 1], 2, 3), (ramp(2), [1, 0], -1, -1)):
    case("MatrixDiagV3", d, i32(k), i32(r), i32(c), a(9), data=(0, 4))
case("MatrixDiagV3", ramp(2), i32(0), i32([1]), i32(1), a(9), data=(0, 4))
for v, d, k in ((ramp(2, 2), ramp(1), [0]), (ramp(2, 2), ramp(1), [5]), (ramp(2, 2), ramp(1, 2), [0]), (ramp(2), ramp(1), [0]), (ramp(2, 3, 3), ramp(2, 2, 3), [0, 1]), (ramp(2, 2), a(1), [0]), (ramp(2, 2), ramp(2), [1, 0])):
    case("MatrixSetDiagV3", v, d, i32(k), data=(0, 1))
case("MatrixSetDiag", ramp(2, 3), ramp(3), data=(0, 1))
case("MatrixDiagPart", ramp(2))
for lower, upper in ((0, 5), (3, 0), (-1, 0), (1, 1), (0, 0), (-1, -1)):
    case("MatrixBandPart", ramp(3, 4), np.int64(lower), np.int64(upper))
case("MatrixBandPart", ramp(2, 2), i64([3]), np.int64(0))
case("MatrixBandPart", ramp(1), np.int64(0), np.int64(0))
case("MatrixBandPart", ramp(2, 3, 3, dtype="int32"), i32(1), i32(0))
for v in (ramp(2), ramp(1, 2), a(1), ramp(2, dtype="int64")):
    case("Diag", v)
for v in (ramp(1, 2), ramp(2), ramp(2, 2), ramp(1, 2, 1, 2), a(1)):
    case("DiagPart", v)

def attr_text(key, attr):
    field = attr.WhichOneof("value")
    if field == "type":
        return type_name(attr.type)
    if field == "shape":
        return "?" if attr.shape.unknown_rank else "[" + ",".join("?" if d.size < 0 else str(d.size) for d in attr.shape.dim) + "]"
    if field == "tensor":
        value = tf.make_ndarray(attr.tensor)
        shown = [element(x) for x in value.reshape(-1)[:8].tolist()]
        return json.dumps([list(value.shape), [int(x) if isinstance(x, float) and x.is_integer() else x for x in shown]], separators=(",", ":"))
    if field == "list":
        return "[" + ",".join([str(x) for x in attr.list.i] + [type_name(t) for t in attr.list.type]) + "]"
    if field == "b":
        return "true" if attr.b else "false"
    return attr.s.decode() if field == "s" else str(getattr(attr, field))


def node_text(op):
    inputs = [t.op.name if t.value_index == 0 else t.name for t in op.inputs] + ["^" + c.name for c in op.control_inputs]
    attrs = ", ".join(f"{key}={attr_text(key, attr)}" for key, attr in sorted(op.node_def.attr.items()) if not key.startswith("_"))
    return f"{op.name} = {op.type}({', '.join(inputs)}) {attrs}"


def recorded(f):
    graph = tf.Graph()
    with graph.as_default():
        outcome = {}
        try:
            outcome["result"] = [str(t) for t in flat([f()])]
        except Exception as error:  # pylint: disable=broad-except
            outcome["error"] = [type(error).__name__, static_message(error)]
    return {**outcome, "nodes": [node_text(op) for op in graph.get_operations()]}


def lines(records):
    return "[\n" + ",\n".join("  " + json.dumps(r, separators=(",", ":")) for r in records) + "\n ]"


golden = {
    "generator": "tools/goldens/array_ops.py",
    "command": "python tools/goldens/array_ops.py",
    "tensorflow": tf.__version__,
    "date": datetime.date.today().isoformat(),
}
parts = [f" {json.dumps(k)}: {json.dumps(v)}" for k, v in golden.items()]
parts.append(' "ops": ' + lines([{"op": op, "family": family, **registered(op)} for op, family in FAMILY_OF.items()]))
parts.append(' "cases": ' + lines([{"family": FAMILY_OF[c["op"]], **c} for c in cases]))
parts.append(' "programs": ' + lines([{"family": family, "program": name, **recorded(f)} for family, fs in programs.items() for name, f in fs.items()]))
path = pathlib.Path(__file__).resolve().parents[2] / "test/goldens/array.json"
path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
print(len(cases), "cases", sum(map(len, programs.values())), "programs")
