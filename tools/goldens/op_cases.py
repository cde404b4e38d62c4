"""Records what TensorFlow's ops do: values of kernels, static shapes, nodes of Python's wrappers. Used by the generators beside it.

test/op-golden.ts reads what this writes.
"""
import datetime
import json
import os
import pathlib
import re
import struct

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import rewriter_config_pb2
from tensorflow.python.framework import op_def_registry

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")


def _config():
    config = tf.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
    config.graph_options.rewrite_options.constant_folding = rewriter_config_pb2.RewriterConfig.OFF
    return config


def first_line(error):
    message = getattr(error, "message", None) or str(error)
    if message.startswith("Graph execution error:"):
        message = message.split("\nNode: ", 1)[1].split("\n", 1)[1]
    return [type(error).__name__, message.split("\n")[0].split(" for '{{node ")[0]]


def array(values, dtype="float32"):
    return np.array(values, dtype=tf.as_dtype(dtype).as_numpy_dtype)


def sixteenths(shape, seed, low=-32, high=33, dtype="float32"):
    """Random multiples of 1/16: exact in every floating type, short as text."""
    numbers = np.random.RandomState(seed).randint(low, high, shape)
    return array(numbers / 16 if tf.as_dtype(dtype).is_floating else numbers, dtype)


def _element(x):
    if isinstance(x, (bytes, str)):
        return x if isinstance(x, str) else x.decode()
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (np.integer, int)):
        # What is too large for a number of JavaScript is text.
        return int(x) if abs(int(x)) <= 2**53 else str(int(x))
    if isinstance(x, complex):
        return [_element(x.real), _element(x.imag)]
    x = float(x)
    return x if np.isfinite(x) else {"nan": "nan", "inf": "inf", "-inf": "-inf"}[str(x)]


def encoded(value):
    dtype = "string" if value.dtype.kind in "OS" else tf.as_dtype(value.dtype).name
    return {"dtype": dtype, "shape": list(value.shape), "data": [_element(x) for x in value.reshape(-1).tolist()]}


def _call(op, inputs, attrs):
    op_def = op_def_registry.get(op)
    # Python's wrappers have another name for the axes of reductions.
    names = ["axis" if arg.name == "reduction_indices" else arg.name for arg in op_def.input_arg]
    by_name = dict(zip(names, inputs))
    return getattr(tf.raw_ops, op)(**by_name, **attrs)


def kernel(op, *inputs, runs=1, known=None, **attrs):
    """Runs an op on values whose shapes are not known before: what fails, fails in the kernel.

    known: for ops that cannot be built so, the shapes that the graph is told of the inputs, by place.
    """
    case = {"op": op, "inputs": [[encoded(x) for x in i] if isinstance(i, list) else encoded(i) for i in inputs], "attrs": attrs}
    if known is not None:
        case["known"] = [known.get(i) for i in range(len(inputs))]
    feeds = {}

    def placeholder(value, shape=None):
        p = tf.placeholder(tf.string if value.dtype.kind in "OS" else value.dtype, shape)
        feeds[p] = value
        return p

    with tf.Graph().as_default():
        fed = [[placeholder(x) for x in i] if isinstance(i, list) else placeholder(i, (known or {}).get(k)) for k, i in enumerate(inputs)]
        result = _call(op, fed, attrs)
        is_op = isinstance(result, tf.Operation)
        outputs = [] if is_op else list(result) if isinstance(result, (tuple, list)) else [result]
        with tf.Session(config=_config()) as session:
            try:
                for i in range(runs):
                    values = session.run([result] if is_op else outputs, feeds)
                    encodings = [] if is_op else [encoded(np.asarray(v)) for v in values]
                    if i == 0:
                        case["outputs"] = encodings
                    else:
                        case.setdefault("later", []).append(encodings)
            except tf.errors.OpError as error:
                case["error"] = first_line(error)
    return case


def _channels_first(case, attrs):
    """A case with the channels last as one with the channels first: TensorFlow's CPU computes only the former."""
    order = [0, 3, 1, 2]
    x, *rest = case["inputs"]
    moved = {key: [value[i] for i in order] if len(value) == 4 else value for key, value in attrs.items() if isinstance(value, list)}
    if len(attrs.get("explicit_paddings", [])) == 8:
        pairs = np.reshape(attrs["explicit_paddings"], [4, 2])
        moved["explicit_paddings"] = pairs[order].reshape(-1).tolist()
    return {
        "op": case["op"],
        "inputs": [_moved(x), *rest],
        "attrs": {**attrs, **moved, "data_format": "NCHW"},
        "outputs": [_moved(y) for y in case["outputs"]],
    }


def _moved(value):
    return encoded(np.transpose(array(value["data"], value["dtype"]).reshape(value["shape"]), [0, 3, 1, 2]))


def both_layouts(op, *inputs, **attrs):
    """A kernel's case with the channels last, and the same with the channels first."""
    case = kernel(op, *inputs, **attrs)
    yield case
    yield _channels_first(case, attrs)


def _shape_list(shape):
    return None if shape.ndims is None else [d.value for d in shape.dims]


def inference(op, *inputs, **attrs):
    """The static shapes of an op's outputs; an input is (dtype, shape), a constant, or a list of these."""
    case = {"op": op, "inputs": [], "attrs": attrs}

    def text(given):
        if isinstance(given, list):
            return [text(one) for one in given]
        return {"dtype": given[0], "shape": given[1]} if isinstance(given, tuple) else encoded(given)

    def tensor(given):
        if isinstance(given, list):
            return [tensor(one) for one in given]
        return tf.placeholder(given[0], given[1]) if isinstance(given, tuple) else tf.constant(given)

    with tf.Graph().as_default():
        case["inputs"] = [text(given) for given in inputs]
        tensors = [tensor(given) for given in inputs]
        try:
            result = _call(op, tensors, attrs)
            outputs = [] if isinstance(result, tf.Operation) else list(result) if isinstance(result, (tuple, list)) else [result]
            case["shapes"] = [_shape_list(t.shape) for t in outputs]
        except (ValueError, TypeError) as error:
            case["error"] = first_line(error)
    return case


_programs = {}


def program(f):
    _programs[f.__name__.replace("_", "-")] = f
    return f


_steps = {}


def step(f):
    """Records what a step gives for the tensors that the program returns, or how it fails."""
    _steps[f.__name__.replace("_", "-")] = f
    return f


def named_step(name, f):
    _steps[name] = f


def _numbered(text):
    """Names of tensor arrays end in a number that counts those of the process."""
    return re.sub(r"(TensorArray \S+?)_\d+(?=[: ])", r"\1_N", text)


def _step(f):
    with tf.Graph().as_default():
        try:
            fetches = f()
            listed = list(fetches) if isinstance(fetches, (list, tuple)) else [fetches]
            with tf.Session(config=_config()) as session:
                session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
                values = session.run(listed)
            return {"values": [None if v is None else encoded(np.asarray(v)) for v in values]}
        except Exception as error:  # pylint: disable=broad-except
            kind, text = first_line(error)
            return {"error": [kind, _numbered(text)]}


def _hex(value, kind):
    return "0x" + struct.pack(">" + kind, value).hex()


def _elements(value):
    if value.dtype.kind in "OS":
        return [json.dumps(x.decode(), ensure_ascii=False) for x in value.reshape(-1).tolist()]
    kind = {"float16": "e", "float32": "f", "float64": "d"}.get(value.dtype.name)
    flat = value.reshape(-1).tolist()
    if value.dtype.kind == "c":
        return [f"{x.real!r},{x.imag!r}".replace(".0,", ",").removesuffix(".0") for x in flat]
    if value.dtype.kind == "b":
        return ["true" if x else "false" for x in flat]
    return [_hex(x, kind) if kind else str(x) for x in flat]


def _shape_text(shape):
    if shape.unknown_rank:
        return "?"
    return "[" + ",".join("?" if d.size < 0 else str(d.size) for d in shape.dim) + "]"


def _attr_text(attr):
    field = attr.WhichOneof("value")
    if field == "type":
        return tf.as_dtype(attr.type).name
    if field == "b":
        return "true" if attr.b else "false"
    if field == "i":
        return str(attr.i)
    if field == "f":
        return _hex(attr.f, "f")
    if field == "s":
        return json.dumps(attr.s.decode(), ensure_ascii=False)
    if field == "shape":
        return _shape_text(attr.shape)
    if field == "tensor":
        value = tf.make_ndarray(attr.tensor)
        shape = "[" + ",".join(map(str, value.shape)) + "]"
        return shape + (f"({','.join(_elements(value))})" if value.size <= 16 else "")
    parts = attr.list
    texts = [tf.as_dtype(t).name for t in parts.type] + [str(i) for i in parts.i] + [s.decode() for s in sorted(parts.s)]
    return "[" + ",".join(texts) + "]"


def _node_text(op):
    inputs = [t.op.name if t.value_index == 0 else t.name for t in op.inputs]
    inputs += sorted("^" + c.name for c in op.control_inputs)
    outputs = " ".join(f"{t.dtype.name}{t.shape}" for t in op.outputs)
    attrs = [
        f"{key}={_attr_text(attr)}"
        for key, attr in sorted(op.node_def.attr.items())
        # Custom gradients are numbered in a process, and have no effect.
        if key not in ("_has_manual_control_dependencies", "_gradient_op_type")
    ]
    return f"{op.name} = {op.type}({', '.join(inputs)}) -> {outputs} {{{'; '.join(attrs)}}}" + (f" @{op.device}" if op.device else "")


def _shown(value):
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(part) for part in value]
    return None if value is None else value.name


def _record(f):
    graph = tf.Graph()
    result = {}
    with graph.as_default():
        try:
            result["result"] = _shown(f())
        except Exception as error:  # pylint: disable=broad-except
            result["error"] = first_line(error)
    result["nodes"] = [_node_text(op) for op in graph.get_operations()]
    return result


def write(family, kernels=(), shapes=(), **others):
    """Writes test/goldens/<family>.json, with the programs that were decorated."""
    root = pathlib.Path(__file__).resolve().parents[2]
    golden = {
        "generator": f"tools/goldens/{family}.py",
        "command": f"python tools/goldens/{family}.py",
        "tensorflow": tf.__version__,
        "date": datetime.date.today().isoformat(),
        "programs": {name: _record(f) for name, f in _programs.items()},
        **({"steps": {name: _step(f) for name, f in _steps.items()}} if _steps else {}),
        "kernels": list(kernels),
        "shapes": list(shapes),
        **others,
    }
    lines = [f" {json.dumps(key)}: {_lines(value)}" for key, value in golden.items()]
    (root / f"test/goldens/{family}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _lines(value):
    """One case to a line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join("  " + json.dumps(case) for case in value) + "\n ]"
    if isinstance(value, dict) and value:
        return json.dumps(value, indent=1).replace("\n", "\n ")
    return json.dumps(value)
