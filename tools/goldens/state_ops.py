"""Writes test/goldens/state.json: what writes to variables and reads of their rows give, and how they fail.

Run with a Python that has TensorFlow:
    python tools/goldens/state_ops.py
"""
import datetime
import json
import pathlib

import numpy as np
from op_cases import _config, array, first_line, tf
from op_cases import encoded as encoded_real

from tensorflow.python.ops import gen_resource_variable_ops, gen_state_ops

NUMBERS = ["float32", "float64", "float16", "bfloat16", "int8", "uint8", "int16", "int32", "int64"]
SCATTERS = ["Update", "Add", "Sub", "Mul", "Div", "Min", "Max"]


def encoded(value):
    if value.dtype.kind != "c":
        return encoded_real(value)
    pairs = [[x.real, x.imag] for x in value.reshape(-1).tolist()]
    return {"dtype": value.dtype.name, "shape": list(value.shape), "data": pairs}


def snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


def run(op, initial, values, attrs=None):
    """One write or read: the outputs and the value afterwards, or the error."""
    attrs = attrs or {}
    is_resource = op.startswith("Resource") or op.endswith("VariableOp")
    with tf.Graph().as_default(), tf.Session(config=_config()) as session:
        variable = tf.Variable(initial, use_resource=is_resource, validate_shape=False)
        session.run(variable.initializer)
        inputs = [tf.placeholder(tf.as_dtype(value.dtype)) for value in values]
        module = gen_resource_variable_ops if hasattr(gen_resource_variable_ops, snake(op)) else gen_state_ops
        made = getattr(module, snake(op))(variable.handle if is_resource else variable._ref(), *inputs, **attrs)
        node = made if isinstance(made, tf.Operation) else made.op
        outputs = [tensor for tensor in node.outputs if not tensor.dtype._is_ref_dtype]
        case = {"op": op, "inputs": [encoded(initial)] + [encoded(value) for value in values], "attrs": attrs}
        try:
            got = session.run(outputs + [node], dict(zip(inputs, values)))[:-1]
            case["outputs"] = [encoded(np.asarray(value)) for value in got]
            if "Gather" not in op:
                case["outputs"].append(encoded(np.asarray(session.run(variable))))
        except tf.errors.OpError as error:
            if "No OpKernel" in error.message:
                return None  # TensorFlow has no kernel for this type here
            case["error"] = first_line(error)
        return case


def cases():
    for dtype in NUMBERS:
        for sign in ("Add", "Sub"):
            for op in ("Assign%s", "Assign%sVariableOp"):
                yield run(op % sign, array([[1, 2], [3, 100]], dtype), [array([[5, 1], [2, 100]], dtype)])
        for kind in SCATTERS:
            for op in ("Scatter%s", "ResourceScatter%s"):
                rows = array([[12, 2], [3, 100], [5, 6]], dtype)
                if kind in ("Min", "Max") and dtype in ("int8", "uint8", "int16"):
                    continue  # the definitions of the reference kind refuse them
                yield run(op % kind, rows, [array([2, 0, 2], "int32"), array([[2, 1], [3, 4], [2, 5]], dtype)])
                yield run(op % kind, rows, [array([[1]], "int64"), array(3, dtype)])
    for op in ("Scatter%s", "ResourceScatter%s"):
        yield run(op % "Update", array([True, False], "bool"), [array([1], "int32"), array([True], "bool")])
        yield run(op % "Update", np.array([b"a", b"b"], object), [array([1], "int32"), np.array([b"c"], object)])
        yield run(op % "Mul", array([2**31 - 1, 7], "int32"), [array([0], "int32"), array([3], "int32")])
        yield run(op % "Mul", array([1 + 2j, 3], "complex64"), [array([0], "int32"), array([2 - 1j], "complex64")])
        yield run(op % "Add", array([[1, 2]]), [array([], "int32"), array(np.zeros((0, 2)))])
        yield run(op % "Update", array([1, 2, 3]), [array([0, 3], "int32"), array([9, 9])])
        yield run(op % "Add", array([1, 2, 3]), [array([[0, -1]], "int32"), array([[9, 9]])])
        yield run(op % "Add", array([1, 2, 3]), [array(7, "int32"), array(9)])
        yield run(op % "Add", array([[1, 2], [3, 4]]), [array([0, 1], "int32"), array([1, 2, 3])])
    for dtype in ("int32", "int64"):
        for op in ("CountUpTo", "ResourceCountUpTo"):
            attrs = {"limit": 3, **({"T": dtype} if op.startswith("Res") else {})}
            yield run(op, array(2, dtype), [], attrs)
            yield run(op, array(3, dtype), [], attrs)
    for op in ("Assign%s", "Assign%sVariableOp"):
        yield run(op % "Add", array([1, 2, 3]), [array([1, 2])])
        yield run(op % "Add", array([2**31 - 1], "int32"), [array([1], "int32")])
        yield run(op % "Sub", array([1 + 2j], "complex64"), [array([1 - 1j], "complex64")])
    gather = {"dtype": "float32"}
    yield run("ResourceGather", array([[1, 2], [3, 4]]), [array([[1, 0, 1]], "int32")], gather)
    yield run("ResourceGather", array([1, 2, 3]), [array(2, "int64")], gather)
    yield run("ResourceGather", array([[1, 2], [3, 4]]), [array([[1], [0]], "int32")], {**gather, "batch_dims": 1})
    yield run("ResourceGather", array([1, 2, 3]), [array([0, 3], "int32")], gather)
    yield run("ResourceGather", array([1, 2, 3]), [array([[0, -1]], "int32")], gather)


golden = {
    "generator": "tools/goldens/state_ops.py",
    "command": "python tools/goldens/state_ops.py",
    "tensorflow": tf.version.VERSION,
    "date": datetime.date.today().isoformat(),
}
text = ",\n".join(json.dumps(one, ensure_ascii=False) for one in cases() if one)
path = pathlib.Path(__file__).resolve().parents[2] / "test" / "goldens" / "state.json"
path.write_text(json.dumps(golden)[:-1] + ', "cases": [\n' + text + "\n]}\n")
