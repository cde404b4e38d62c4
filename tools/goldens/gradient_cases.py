"""Records what TensorFlow's gradient rules build and compute. Used by the generators beside it.

A case is one op, made without a wrapper, with its inputs, the gradients of its outputs, the nodes that `tf.gradients` adds,
the gradients of the inputs, and their gradients in turn. test/gradient-golden.ts builds the same.
"""
import datetime
import json
import pathlib
import zlib

import numpy as np
import op_cases
from op_cases import _config, _node_text, encoded, first_line, tf
from tensorflow.python.framework import op_def_library, op_def_registry

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Real:
    """Random numbers of the case's type: multiples of 1/16."""

    def __init__(self, *shape, low=-2.0, high=2.0, distinct=False):
        self.shape, self.low, self.high, self.distinct = list(shape), low, high, distinct

    def value(self, key, dtype):
        rng = np.random.RandomState(zlib.crc32(key.encode()))
        low, high = int(np.ceil(self.low * 16)), int(np.floor(self.high * 16))
        if self.distinct:
            # Values between which no other operand decides.
            count = int(np.prod(self.shape))
            numbers = rng.permutation(np.linspace(low, high, count)).reshape(self.shape)
        else:
            numbers = rng.randint(low, high + 1, self.shape)
        numbers = np.round(numbers) / 16
        if tf.as_dtype(dtype).is_complex:
            numbers = numbers + 1j * rng.randint(-16, 17, self.shape) / 16
        return np.array(numbers, tf.as_dtype(dtype).as_numpy_dtype)


class Given:
    """Numbers as they are, of the case's type or of their own; constants of the graph, or fed."""

    def __init__(self, value, dtype=None, constant=False):
        self.given, self.dtype, self.constant = value, dtype, constant

    def value(self, key, dtype):
        return np.array(self.given, tf.as_dtype(self.dtype or dtype).as_numpy_dtype)


def const(value, dtype="int32"):
    return Given(value, dtype, True)


def ints(value, dtype="int32"):
    return Given(value, dtype)


def bools(value):
    return Given(value, "bool")


def reals(value):
    return Given(value)


_cases = []

# The ops whose gradients this library computes for complex numbers.
COMPLEX = {"Angle", "ComplexAbs", "DivNoNan", "MulNoNan", "Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "Neg", "Sum", "Mean", "Conj", "Real", "Imag", "Complex", "Einsum", "ConjugateTranspose", "MatrixDiagPartV3"}


def case(op, *inputs, name="", values=True, types=("float32", "float64"), shapes=("static", "unknown"), wrt=None, second=True, nodes=True, partly=None, **attrs):
    """partly: the static shapes of a third variant, one per input (None: unknown)."""
    for dtype in types:
        variants = list(shapes) if dtype == types[0] else [shapes[0]]
        # Nodes with complex numbers are compared, their values where this library computes them.
        for shape in variants + (["partly"] if partly is not None and dtype == types[0] else []):
            title = "/".join(filter(None, [op, name, dtype, shape]))
            _cases.append(dict(title=title, key=op + name, op=op, inputs=inputs, dtype=dtype, shape=shape, wrt=wrt, second=second, nodes=nodes and (dtype == types[0] or dtype == "complex64"), values=values and (dtype != "complex64" or op in COMPLEX), attrs=attrs, partly=partly))


def _shape_of(one, i, value):
    if one["shape"] == "static":
        return list(value.shape)
    return None if one["shape"] == "unknown" else one["partly"][i]


def _attr(value, dtype):
    return tf.as_dtype(dtype) if value == "T" else value


def _defaults(op_def):
    """What Python's wrappers give for attrs that are left out."""
    fields = {"bool": "b", "int": "i", "float": "f", "string": "s"}
    return {a.name: getattr(a.default_value, fields[a.type]) for a in op_def.attr if a.type in fields and a.HasField("default_value")}


def _name(t):
    return None if t is None else {"slices": [_name(t.values), _name(t.indices), _name(t.dense_shape)]} if isinstance(t, tf.IndexedSlices) else t.name


def _values(session, gradients, feeds):
    def value(g):
        if g is None:
            return None
        if isinstance(g, tf.IndexedSlices):
            return {"slices": [encoded(np.asarray(v)) for v in session.run([g.values, g.indices, g.dense_shape], feeds)]}
        return encoded(np.asarray(session.run(g, feeds)))

    return [value(g) for g in gradients]


def _compact(op):
    inputs = [t.op.name if t.value_index == 0 else t.name for t in op.inputs] + sorted("^" + c.name for c in op.control_inputs)
    return f"{op.name} = {op.type}({', '.join(inputs)})"


def _seed_values(tensors, key, feeds, session):
    """A placeholder for the gradient of each tensor, fed with numbers."""
    made = []
    for i, t in enumerate(tensors):
        value = session.run(t, feeds)
        given = Real(*np.asarray(value).shape, low=-1, high=1).value(f"{key}/{i}", t.dtype.base_dtype.name)
        made.append((tf.placeholder(t.dtype.base_dtype, t.shape, name=f"{key.rsplit('/', 1)[1]}{i}"), given))
    return made


def _run(one):
    record = {"title": one["title"], "op": one["op"], "inputs": [], "attrs": one["attrs"]}
    feeds, flat = {}, []
    op_def = op_def_registry.get(one["op"])
    with tf.Graph().as_default() as graph:
        built = []
        for i, given in enumerate(one["inputs"]):
            members = given if isinstance(given, list) else [given]
            tensors, texts = [], []
            for k, member in enumerate(members):
                value = member.value(f"{one['key']}/{i}/{k}", one["dtype"])
                text = encoded(value)
                name = f"x{len(flat)}"
                if isinstance(member, Given) and member.constant:
                    tensor = tf.constant(value, name=name)
                    text["constant"] = True
                else:
                    tensor = tf.placeholder(value.dtype, _shape_of(one, i, value), name=name)
                    text["known"] = op_cases._shape_list(tensor.shape)
                    feeds[tensor] = value
                tensors.append(tensor)
                texts.append(text)
                flat.append(tensor)
            built.append(tensors if isinstance(given, list) else tensors[0])
            record["inputs"].append(texts if isinstance(given, list) else texts[0])
        attrs = {k: _attr(v, one["dtype"]) for k, v in one["attrs"].items()}
        record["attrs"] = {k: {"dtype": v.name} if isinstance(v, tf.DType) else v for k, v in attrs.items()}
        result = op_def_library.apply_op(one["op"], **{arg.name: value for arg, value in zip(op_def.input_arg, built)}, **{**_defaults(op_def), **attrs})
        outputs = [t for t in (list(result) if isinstance(result, (tuple, list)) else [result])]
        outputs = [t for o in outputs for t in (o if isinstance(o, (tuple, list)) else [o])]
        ys = [t for t in outputs if t.dtype.is_floating or t.dtype.is_complex]
        wrt = one["wrt"] if one["wrt"] is not None else [i for i, t in enumerate(flat) if t.dtype.is_floating or t.dtype.is_complex]
        record["wrt"] = wrt
        with tf.Session(config=_config()) as session:
            seeds = _seed_values(ys, f"{one['key']}/g", feeds, session)
            record["gradYs"] = [encoded(value) for _, value in seeds]
            feeds.update(seeds)
            before = len(graph.get_operations())
            try:
                gradients = tf.gradients(ys, [flat[i] for i in wrt], grad_ys=[p for p, _ in seeds])
                if one["nodes"]:
                    record["nodes"] = [_node_text(op) for op in graph.get_operations()[before:]]
                record["results"] = [_name(g) for g in gradients]
                if one["values"]:
                    record["gradients"] = _values(session, gradients, feeds)
            except (ValueError, LookupError, TypeError, NotImplementedError, tf.errors.OpError) as error:
                record["error"] = first_line(error)
                return record
            if one["second"]:
                record["second"] = _second(graph, session, gradients, [flat[i] for i in wrt] + [p for p, _ in seeds], feeds, one)
    return record


def _second(graph, session, gradients, xs, feeds, one):
    dense = [g.values if isinstance(g, tf.IndexedSlices) else g for g in gradients if g is not None]
    if not dense:
        return None
    record = {}
    seeds = _seed_values(dense, f"{one['key']}/s", feeds, session)
    record["seeds"] = [encoded(value) for _, value in seeds]
    feeds.update(seeds)
    before = len(graph.get_operations())
    try:
        second = tf.gradients(dense, xs, grad_ys=[p for p, _ in seeds])
        added = graph.get_operations()[before:]
        if one["nodes"] and one["shape"] == "static" and len(added) <= 120:
            record["nodes"] = [_compact(op) for op in added]
        if one["values"]:
            record["gradients"] = _values(session, second, feeds)
    except (ValueError, LookupError, TypeError, NotImplementedError, tf.errors.OpError) as error:
        record["error"] = first_line(error)
    return record


def write(name, **others):
    """Writes test/goldens/<name>.json, with the cases that were given."""
    golden = {
        "generator": f"tools/goldens/{name}.py",
        "command": f"python tools/goldens/{name}.py",
        "tensorflow": tf.__version__,
        "date": datetime.date.today().isoformat(),
        **others,
    }
    head = ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in golden.items())
    recorded = []
    for one in _cases:
        try:
            recorded.append(_run(one))
        except Exception as error:
            raise RuntimeError(one["title"]) from error
    lines = ",\n".join("  " + json.dumps(one, separators=(",", ":")) for one in recorded)
    (ROOT / f"test/goldens/{name}.json").write_text("{\n" + head + ',\n "rules": [\n' + lines + "\n ]\n}\n")
