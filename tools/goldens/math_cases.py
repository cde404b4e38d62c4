"""What the generators of the math families' goldens share: running a builder's call, an op's shape inference and its kernel.

Not a program: {math,elementary,compare,reduce,matmul,bitwise}_ops.py use it. test/math-golden.ts reads what they write.
"""
import datetime
import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.framework import op_def_library, op_def_registry
from tensorflow.python.ops import gen_math_ops

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")

FLOATS = ["float16", "bfloat16", "float32", "float64"]
INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
nan, inf = np.nan, np.inf

BINARY = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "truediv": lambda x, y: x / y,
    "floordiv": lambda x, y: x // y, "mod": lambda x, y: x % y, "pow": lambda x, y: x**y, "matmul": lambda x, y: x @ y,
    "less": lambda x, y: x < y, "lessEqual": lambda x, y: x <= y, "greater": lambda x, y: x > y,
    "greaterEqual": lambda x, y: x >= y, "and": lambda x, y: x & y, "or": lambda x, y: x | y, "xor": lambda x, y: x ^ y,
}
UNARY = {"neg": lambda x: -x, "abs": abs, "invert": lambda x: ~x}


def dtype_name(dtype):
    return tf.as_dtype(dtype).name


def shape_text(shape):
    return "?" if shape.rank is None else str(shape.as_list()).replace("None", "null")


# ---- builders: {"call", "inputs", "args", "kwargs"} -> nodes and the result, or the error


def make_input(spec, index):
    if "variable" in spec:
        return tf.get_variable(f"v{index}", spec["shape"], spec["dtype"], tf.zeros_initializer(), use_resource=spec["variable"] == "resource")
    return tf.placeholder(spec["dtype"], spec["shape"], name=f"p{index}")


def argument(value, inputs):
    if isinstance(value, dict):
        if "in" in value:
            return inputs[value["in"]]
        return np.array(value["array"], value["dtype"])
    if isinstance(value, list):
        return [argument(item, inputs) for item in value]
    return value


def function(name):
    if name.startswith("op:"):
        return BINARY.get(name[3:]) or UNARY[name[3:]]
    for module in (tf, tf.math, tf.linalg, tf.bitwise, gen_math_ops):
        if hasattr(module, name):
            return getattr(module, name)
    raise KeyError(name)


def attr_text(value):
    kind = value.WhichOneof("value")
    if kind == "type":
        return dtype_name(value.type)
    if kind == "b":
        return str(value.b).lower()
    if kind == "list":
        return ",".join(str(i) for i in value.list.i)
    if kind == "tensor":
        array = tf.make_ndarray(value.tensor)
        return f"{array.dtype}{list(array.shape)}:{numbers_text(array)}"
    return str(getattr(value, kind))


def node_text(op):
    inputs = [t.op.name if t.value_index == 0 else t.name for t in op.inputs] + ["^" + c.name for c in op.control_inputs]
    outputs = [f"{t.dtype.name}{shape_text(t.shape)}" for t in op.outputs]
    skipped = ("_output_shapes", "_class", "shape", "container", "shared_name", "allowed_devices", "debug_name")
    attrs = [f"{key}={attr_text(op.node_def.attr[key])}" for key in sorted(op.node_def.attr) if key not in skipped]
    return f"{op.name} = {op.type}({', '.join(inputs)}) -> {' '.join(outputs)} {{{'; '.join(attrs)}}}"


def error_of(error):
    return [type(error).__name__, str(error)]


def run_call(case):
    with tf.Graph().as_default() as graph, tf.variable_scope("", reuse=tf.AUTO_REUSE):
        inputs = [make_input(spec, i) for i, spec in enumerate(case["inputs"])]
        before = len(graph.get_operations())
        outcome = {}
        try:
            args = [argument(value, inputs) for value in case["args"]]
            kwargs = {key: argument(value, inputs) for key, value in case["kwargs"].items()}
            result = function(case["call"])(*args, **kwargs)
            # A cast to the same dtype gives back a resource variable itself.
            results = [result] if isinstance(result, tf.Tensor) else [result.value()] if isinstance(result, tf.Variable) else list(result)
            outcome["result"] = [f"{t.name} {t.dtype.name}{shape_text(t.shape)}" for t in results]
        except Exception as error:  # the class and text are what is recorded
            outcome["error"] = error_of(error)
        outcome["nodes"] = [node_text(op) for op in graph.get_operations()[before:]]
        return {**case, **outcome}


def call(call_name, inputs, *args, **kwargs):
    return {"call": call_name, "inputs": list(inputs), "args": list(args), "kwargs": kwargs}


def T(dtype, shape=None):
    """A placeholder."""
    return {"dtype": dtype, "shape": shape}


def V(kind, dtype="float32", shape=(2,)):
    """A variable."""
    return {"variable": kind, "dtype": dtype, "shape": list(shape)}


def I(index):
    """The input of this index."""
    return {"in": index}


def A(values, dtype):
    """A typed array."""
    return {"array": values, "dtype": dtype}


# ---- shape inference: {"op", "inputs", "attrs"} -> shapes, or the error


def C(value, dtype="int32"):
    """A constant input."""
    return {"value": value, "dtype": dtype}


def infer(op, *inputs, **attrs):
    """Inputs are shapes, None for an unknown rank, or what T and C give."""
    return {"op": op, "inputs": [one if isinstance(one, dict) else T("float32", one) for one in inputs], "attrs": attrs}


def apply(op, tensors, attrs):
    definition = op_def_registry.get(op)
    defaults = {a.name: getattr(a.default_value, a.default_value.WhichOneof("value")) for a in definition.attr if a.HasField("default_value") and a.type not in ("type", "string")}
    names = [arg.name for arg in definition.input_arg]
    inputs = {names[0]: tensors} if definition.input_arg[0].number_attr else dict(zip(names, tensors))
    return op_def_library.apply_op(op, **inputs, **{**defaults, **attrs})


def run_infer(case):
    with tf.Graph().as_default():
        tensors = [tf.constant(s["value"], s["dtype"]) if "value" in s else tf.placeholder(s["dtype"], s["shape"], f"p{i}") for i, s in enumerate(case["inputs"])]
        try:
            result = apply(case["op"], tensors, case["attrs"])
            results = [result] if isinstance(result, tf.Tensor) else list(result)
            return {**case, "shapes": [t.shape.as_list() if t.shape.rank is not None else None for t in results]}
        except Exception as error:  # the class and text are what is recorded
            return {**case, "error": error_of(error)}


# ---- kernels: {"op", "inputs", "attrs"} with values -> values, or the error


def number_text(x):
    if isinstance(x, (bool, np.bool_)):
        return str(int(x))
    if isinstance(x, bytes):
        return x.decode()
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    x = float(x)
    if x != x:
        return "nan"
    if x in (inf, -inf):
        return "inf" if x > 0 else "-inf"
    return repr(x).removesuffix(".0")


def numbers_text(values):
    return " ".join(number_text(x) for x in values.flatten())


def value_of(values):
    values = np.asarray(values)
    name = "string" if values.dtype == object else dtype_name(values.dtype)
    return {"dtype": name, "shape": list(values.shape), "data": numbers_text(values)}


def run_kernel(op, arrays, ulps=0, **attrs):
    """None when TensorFlow has no kernel. `ulps`: by how many units in the last place another result may differ; TensorFlow's own functions are not exact."""
    with tf.Graph().as_default():
        arrays = [np.asarray(a) for a in arrays]
        tensors = [tf.placeholder(tf.string if a.dtype == object else a.dtype) for a in arrays]
        case = {"op": op, "attrs": attrs, "inputs": [value_of(a) for a in arrays]}
        if ulps:
            case["ulps"] = ulps
        try:
            result = apply(op, tensors, attrs)
        except TypeError:
            return None
        results = [result] if isinstance(result, tf.Tensor) else list(result)
        with tf.Session() as session:
            try:
                values = session.run(results, dict(zip(tensors, arrays)))
            except tf.errors.OpError as error:
                if "No OpKernel was registered" in str(error):
                    return None
                text = str(error).split("Node: '")[-1].split("\n", 1)[1] if "Node: '" in str(error) else str(error)
                return {**case, "error": [type(error).__name__, text.split("\n\t [[")[0]]}
        return {**case, "outputs": [value_of(v) for v in values]}


def array(values, dtype):
    return np.array(values).astype(tf.bfloat16.as_numpy_dtype if dtype == "bfloat16" else dtype)


# ---- the registry and the file


def op_record(name):
    definition = op_def_registry.get(name)

    def text(arg):
        kind = arg.type_attr or arg.type_list_attr or dtype_name(arg.type)
        return f"{arg.name}: {arg.number_attr + ' * ' if arg.number_attr else ''}{kind}"

    def attr(one):
        record = {"kind": one.type}
        if one.HasField("allowed_values"):
            record["allowed"] = [dtype_name(t) for t in one.allowed_values.list.type]
        if one.HasField("default_value"):
            record["default"] = attr_text(one.default_value)
        if one.has_minimum:
            record["minimum"] = one.minimum
        return record

    return {
        "inputs": [text(a) for a in definition.input_arg],
        "outputs": [text(a) for a in definition.output_arg],
        "attrs": {a.name: attr(a) for a in definition.attr},
        "stateful": definition.is_stateful,
    }


def write(script, ops, calls=(), infers=(), kernels=()):
    root = pathlib.Path(__file__).resolve().parents[2]
    stem = pathlib.Path(script).stem
    head = {
        "generator": f"tools/goldens/{stem}.py",
        "command": f"python tools/goldens/{stem}.py",
        "tensorflow": tf.version.VERSION,
        "date": datetime.date.today().isoformat(),
    }
    lists = {"calls": [run_call(c) for c in calls], "infers": [run_infer(c) for c in infers], "kernels": [k for k in kernels if k is not None]}
    # One case per line, so that a change shows as the cases that changed.
    parts = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in head.items()]
    parts.append('  "ops": {\n' + ",\n".join(f"    {json.dumps(name)}: {json.dumps(op_record(name))}" for name in ops) + "\n  }")
    for name, items in lists.items():
        body = ",\n".join("    " + json.dumps(item) for item in items)
        parts.append(f'  "{name}": [\n{body}\n  ]' if items else f'  "{name}": []')
    target = root / "test/goldens" / f"{stem.removesuffix('_ops')}.json"
    target.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"{target.relative_to(root)}: " + ", ".join(f"{len(items)} {name}" for name, items in lists.items()), file=sys.stderr)
