"""Writes test/goldens/import_graph_def.json: what TensorFlow makes of imported graphs, good ones and bad ones. Run with a Python that has TensorFlow:

    python tools/goldens/import_graph_def.py

The twin of each setting, in which the import happens, is in src/interop/import-graph-def.test.ts under the same name.
"""
import base64
import datetime
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from tensorflow.core.framework import op_def_pb2

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")
cases = {}


# ---- settings: what surrounds the import. Each calls `go` where the import happens.

def plain(go):
    go()


def with_placeholder(go):
    tf.placeholder(tf.float32, [2], "x")
    go()


def name_taken(go):
    tf.constant(1.0, name="import/a")
    tf.constant(1.0, name="a")
    go()


def in_name_scope(go):
    with tf.name_scope("outer"):
        go()


def in_control_dependencies(go):
    with tf.control_dependencies([tf.constant(1.0, name="first")]):
        go()


def in_device(go):
    with tf.device("/device:CPU:1"):
        go()


def in_colocation(go):
    with tf.device("/device:CPU:2"):
        x = tf.constant(1.0, name="anchor")
    with tf.colocate_with(x):
        go()


def in_container(go):
    with tf.container("box"):
        go()


def in_branch(go):
    def on_true():
        go()
        return tf.constant(1.0)

    tf.cond(tf.placeholder(tf.bool, [], "p"), on_true, lambda: tf.constant(2.0))


def twice(go):
    go()
    go()


def finalized(go):
    tf.get_default_graph().finalize()
    go()


def afterwards(go):
    go()
    tf.constant(1.0, name="import")
    tf.constant(1.0, name="import/a")
    with tf.name_scope("import"):
        tf.constant(1.0, name="a")


# ---- graphs

def graph(build):
    made = tf.Graph()
    with made.as_default():
        build()
    return made.as_graph_def()


def text(nodes):
    return text_format.Parse(nodes, tf.GraphDef())


def const(name, value="float_val: 1.0", shape="", dtype="DT_FLOAT"):
    return f'''node {{ name: "{name}" op: "Const" attr {{ key: "dtype" value {{ type: {dtype} }} }}
      attr {{ key: "value" value {{ tensor {{ dtype: {dtype} tensor_shape {{ {shape} }} {value} }} }} }} }}\n'''


def node(name, op, inputs=(), attrs="", device=""):
    listed = " ".join(f'input: "{one}"' for one in inputs)
    return f'node {{ name: "{name}" op: "{op}" {listed} device: "{device}" {attrs} }}\n'


def attr(key, value):
    return f'attr {{ key: "{key}" value {{ {value} }} }} '


T = attr("T", "type: DT_FLOAT")


def encoded(message):
    return base64.b64encode(message.SerializeToString(deterministic=True)).decode()


def case(title, graph_def, setting=plain, runs=(), **options):
    """`runs`: steps of one session in the graph after the import, as (fetches, feeds)."""
    record = {"setting": setting.__name__, "graph": encoded(graph_def)}
    given = dict(options)
    for key in ("input_map", "return_elements", "name"):
        if key in options:
            record[key] = options[key]
    if "producer_op_list" in options:
        record["producer_op_list"] = encoded(options["producer_op_list"])
    target = tf.Graph()
    returned = []

    def go():
        arguments = dict(given)
        if "input_map" in given:
            arguments["input_map"] = {key: tf.get_default_graph().get_tensor_by_name(value) if isinstance(value, str) else np.array(*value)
                                      for key, value in given["input_map"].items()}
        copy = tf.GraphDef()
        copy.CopyFrom(graph_def)
        returned.append(tf.import_graph_def(copy, **arguments))

    try:
        with target.as_default():
            setting(go)
        record["returned"] = [None if one is None else [element.name for element in one] for one in returned]
    except Exception as error:
        record["error"] = [type(error).__name__, str(error).split("\n")[0]]
    if runs:
        with tf.Session(graph=target) as session:
            record["runs"] = [[fetches, feeds, [None if value is None else value.tolist() for value in session.run(fetches, feeds)]] for fetches, feeds in runs]
    if "error" not in record:
        record["after"] = encoded(target.as_graph_def(add_shapes=True))
    else:
        record["left"] = [op.name for op in target.get_operations()]
    cases[title] = record


def products():
    a = tf.placeholder(tf.float32, [None, 3], "a")
    b = tf.constant(np.arange(6, dtype=np.float32).reshape(3, 2), name="b")
    with tf.control_dependencies([tf.no_op("wait")]):
        tf.matmul(a, b, name="c")


def loop():
    limit = tf.placeholder(tf.int32, [], "limit")
    tf.while_loop(lambda i, x: i < limit, lambda i, x: (i + 1, x * 2.0 + tf.cast(i, tf.float32)), [0, tf.constant([1.0, 2.0])], name="loop")


def nested_loop():
    def body(i, x):
        inner = tf.while_loop(lambda j, y: j < i, lambda j, y: (j + 1, y + 1.0), [0, x])
        return i + 1, tf.cond(i > 1, lambda: inner[1] * 2.0, lambda: inner[1])

    tf.while_loop(lambda i, x: i < 4, body, [0, tf.constant(1.0)])


def growing_loop():
    tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, x], 0)), [0, tf.constant([1.0])],
                  shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])])


def branches():
    x = tf.placeholder(tf.float32, [2], "x")
    tf.identity(tf.cond(tf.reduce_sum(x) > 0, lambda: x + 1.0, lambda: tf.exp(x)), "y")


def variables():
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer(), use_resource=False)
    w = tf.get_variable("w", [2], initializer=tf.ones_initializer(), use_resource=True)
    tf.assign_add(v, [1.0, 2.0], name="grow")
    w.assign(v + w, name="set")
    tf.group(tf.global_variables_initializer(), name="init")


def placed():
    with tf.device("/device:CPU:0"):
        a = tf.constant(1.0, name="a")
    with tf.colocate_with(a.op):
        b = tf.constant(2.0, name="b")
    with tf.device("/job:worker"):
        tf.add(a, b, name="c")


def lists():
    a, b = tf.constant([[1.0]], name="a"), tf.constant([[2.0]], name="b")
    tf.identity_n([a, tf.constant([1, 2])], name="n")
    tf.concat([a, b], 1, name="c")
    tf.split(a, 1, name="s")
    tf.Print(a, [a, b], name="p")


def values():
    for dtype in ["float16", "bfloat16", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128"]:
        base = np.array([[1, 0], [3, 1]])
        tf.constant(base.astype(tf.as_dtype(dtype).as_numpy_dtype), name=dtype)
        tf.constant(base[1, 0].astype(tf.as_dtype(dtype).as_numpy_dtype), name=f"{dtype}_scalar")
        tf.zeros([0, 2], dtype, name=f"{dtype}_empty")
    tf.constant([b"a", b"\xff\x00", "ü".encode()], name="strings")
    tf.constant("", name="no_text")
    tf.zeros([3], tf.float32)
    tf.fill([2], "x")


def good():
    case("products", graph(products), return_elements=["c:0", "b", "wait"])
    case("nothing", tf.GraphDef())
    case("no elements", graph(products), return_elements=[])
    case("empty name", graph(products), name="")
    case("name", graph(products), name="other", return_elements=["c:0"])
    case("name with a slash", graph(products), name="other/", return_elements=["c:0"])
    case("nested name", graph(products), name="x/y")
    case("name twice", graph(products), twice, name="other", return_elements=["c:0"])
    case("default name twice", graph(products), twice)
    case("empty name twice", graph(products), twice, name="", return_elements=["c:0", "b"])
    case("whole name twice", graph(products), twice, name="other/", return_elements=["c:0"])
    case("taken name", graph(products), name_taken)
    case("taken name, empty", graph(products), name_taken, name="", return_elements=["a:0", "c"])
    for setting in [in_name_scope, in_control_dependencies, in_device, in_colocation, in_container, in_branch, afterwards]:
        case(f"{setting.__name__.replace('_', ' ')}", graph(products), setting)
        case(f"variables {setting.__name__.replace('_', ' ')}", graph(variables), setting)
        case(f"devices {setting.__name__.replace('_', ' ')}", graph(placed), setting)
    case("loop", graph(loop), return_elements=["loop/Exit_1:0"], runs=[(["import/loop/Exit:0", "import/loop/Exit_1:0"], {"import/limit:0": n}) for n in (0, 1, 5)])
    case("loop, empty name", graph(loop), name="")
    case("loop in branch", graph(loop), in_branch, runs=[(["cond/Merge:0"], {"p:0": p, "cond/import/limit:0": 2}) for p in (True, False)])
    case("loop in control dependencies", graph(loop), in_control_dependencies)
    case("nested loop", graph(nested_loop), runs=[(["import/while/Exit:0", "import/while/Exit_1:0"], {})])
    case("growing loop", graph(growing_loop), runs=[(["import/while/Exit_1:0"], {})])
    case("branches", graph(branches), runs=[(["import/y:0"], {"import/x:0": [a, 0.0]}) for a in (1.0, -1.0)])
    case("variables", graph(variables), return_elements=["init", "set"],
         runs=[(["import/init"], {}), (["import/grow:0"], {}), (["import/set"], {}), (["import/v:0", "import/w/Read/ReadVariableOp:0"], {})])
    case("variables twice", graph(variables), twice, name="")
    case("placed", graph(placed))
    case("placed twice", graph(placed), twice, name="")
    case("lists", graph(lists))
    case("values", graph(values))
    x = {"a:0": "x:0"}
    small = graph(lambda: tf.add(tf.placeholder(tf.float32, [2], "a"), tf.constant([1.0, 2.0], name="b"), name="c"))
    case("input map", small, with_placeholder, input_map=x, return_elements=["c:0", "a:0"])
    case("input map without index", small, with_placeholder, input_map={"a": "x:0"}, return_elements=["c:0", "a"])
    case("input map of values", small, input_map={"a": ([3, 4], "float32")}, name="foo")
    case("input map, unused", small, with_placeholder, input_map={"c": "x:0"}, return_elements=["c:0"])
    case("control input map", graph(products), with_placeholder, input_map={"^wait": "x:0"})
    doubled = text(node("a", "NoOp") + node("b", "NoOp") + node("c", "NoOp", ["^a", "^b", "^b"]))
    case("control inputs twice", doubled)
    case("control input map of two", doubled, with_placeholder, input_map={"^a": "x:0", "^b": "x:0"})
    case("no order", text(node("c", "AddV2", ["b", "a:0"], T) + const("b") + const("a")))
    case("defaults", text(const("a", shape="dim { size: 1 } dim { size: 1 }") + node("c", "MatMul", ["a", "a"], T)))
    case("attrs of others", text(node("a", "Placeholder", (), attr("dtype", "type: DT_FLOAT") + attr("_mine", "f: 1.5") + attr("_list", "list { f: 1 f: 2 }")
         + attr("_flag", "b: true") + attr("_none", "list { }") + attr("_many", "i: 9007199254740993") + attr("_bytes", 's: "\\377"') + attr("_func", 'func { name: "f" }') + attr("_shape", "shape { unknown_rank: true }"))))
    case("given shapes", text(node("a", "Placeholder", (), attr("dtype", "type: DT_FLOAT") + attr("_output_shapes", "list { shape { dim { size: 3 } } }"))))
    case("too many given shapes", text(node("a", "NoOp", (), attr("_output_shapes", "list { shape { dim { size: 3 } } }"))))
    case("repeated element", text(const("a", "float_val: 2", "dim { size: 3 }") + const("b", "", "dim { size: 3 }") + const("c", "float_val: 1 float_val: 2", "dim { size: 4 }")))
    case("case of names", text(const("a") + const("A") + const("a/b")), twice, name="")
    case("odd names", text(const(".a-b_c>d") + const("0/x.y")))
    case("constants of other versions", text('versions { producer: 21 min_consumer: 3 bad_consumers: 5 }' + const("a")))
    case("unknown attr", text(node("a", "NoOp", (), attr("new", "i: 3"))))


def producers():
    op_list = op_def_pb2.OpList()
    op = op_list.op.add(name="NoOp")
    op.attr.add(name="new", type="int").default_value.i = 3
    case("producer default", text(node("a", "NoOp", (), attr("new", "i: 3"))), producer_op_list=op_list)
    case("producer other value", text(node("a", "NoOp", (), attr("new", "i: 4"))), producer_op_list=op_list)


def bad():
    small = graph(lambda: tf.add(tf.placeholder(tf.float32, [2], "a"), tf.constant([1.0, 2.0], name="b"), name="c"))
    case("input map, not found", small, with_placeholder, input_map={"z": "x:0"})
    case("input map, no such output", small, with_placeholder, input_map={"c:1": "x:0"})
    case("input map, control not found", small, with_placeholder, input_map={"^z": "x:0"})
    case("input map, two colons", small, with_placeholder, input_map={"a:b:c": "x:0"})
    case("input map, no index", small, with_placeholder, input_map={"a:b": "x:0"})
    case("input map, other type", small, input_map={"a": ([1, 2], "int32")}, name="foo")
    case("input map, other shape", small, input_map={"a": ([1, 2, 3], "float32")}, name="foo")
    case("input map, empty name", small, input_map={"a": ([1, 2], "float32")}, name="")
    case("return, no tensor", small, return_elements=["z:0"])
    case("return, no operation", small, return_elements=["z"])
    case("return, no output", small, return_elements=["c:1"])
    case("return, no index", small, return_elements=["c:x"])
    case("return, two colons", small, return_elements=["c:0:0"])
    case("return, no names", small, return_elements=[3])
    case("finalized", small, finalized)
    case("bad name", small, name="a b")
    case("bad nested name", small, in_name_scope, name="a b")
    case("underscore name", small, name="_a")
    case("same name", text(const("a") + const("a")))
    case("bad characters", text(const("a b")))
    case("leading underscore", text(const("_a")))
    case("no op", text(node("a", "")))
    case("control first", text(const("a") + node("b", "Identity", ["^a", "a"], T)))
    case("no such node", text(node("b", "Identity", ["a"], T)))
    case("no such control", text(node("b", "NoOp", ["^a"])))
    case("no such output", text(const("a") + node("b", "Identity", ["a:1"], T)))
    case("cycle", text(node("a", "Identity", ["b"], T) + node("b", "Identity", ["a"], T)))
    case("back edge", text(node("a", "NextIteration", ["b"], T) + node("b", "Identity", ["a"], T)))
    case("too few inputs", text(const("a") + node("b", "AddV2", ["a"], T)))
    case("too many inputs", text(const("a") + node("b", "Identity", ["a", "a"], T)))
    case("other type", text(const("a") + node("b", "Identity", ["a"], attr("T", "type: DT_INT32"))))
    case("types of a list", text(const("a") + const("b", "int_val: 1", "", "DT_INT32") + node("c", "Pack", ["a", "b"], T + attr("N", "i: 2"))))
    case("no reference", text(const("a") + node("b", "Assign", ["a", "a"], T)))
    case("missing attr", text(const("a") + node("b", "Identity", ["a"])))
    case("missing attrs", text(node("b", "Placeholder") + node("c", "VarHandleOp")))
    case("missing attr of many", text(const("a") + node("b", "Assign", ["a", "a"])))
    case("attr of another kind", text(const("a") + node("b", "Identity", ["a"], attr("T", "i: 3"))))
    case("attr of another kind, list", text(const("a") + node("b", "IdentityN", ["a"], attr("T", "type: DT_FLOAT"))))
    case("attr not allowed", text(const("a", 'string_val: "x"', "", "DT_STRING") + node("b", "Exp", ["a"], attr("T", "type: DT_STRING"))))
    case("string attr not allowed", text(const("a", "", "dim {size:1} dim {size:1} dim {size:1} dim {size:1}") + node("b", "MaxPool", ["a"], T + attr("ksize", "list { i: [1,1,1,1] }")
         + attr("strides", "list { i: [1,1,1,1] }") + attr("padding", 's: "WIDE"'))))
    case("attr below its least", text(const("a") + node("b", "Pack", [], T + attr("N", "i: 0"))))
    case("list below its least", text(node("b", "IdentityN", [], attr("T", "list { }"))))
    case("no type", text(const("a") + node("b", "Identity", ["a"], attr("T", "type: DT_INVALID"))))
    case("inference", text(const("a", "", "dim { size: 2 } dim { size: 3 }") + node("b", "MatMul", ["a", "a"], T)))
    case("given shape differs", text(const("a", "", "dim { size: 2 }").replace("attr { key: \"value\"", attr("_output_shapes", "list { shape { dim { size: 3 } } }") + "attr { key: \"value\"")))
    case("given shapes lack", text(const("a", "", "dim { size: 2 }").replace("attr { key: \"value\"", attr("_output_shapes", "list { }") + "attr { key: \"value\"")))
    case("constant with too many elements", text(const("a", "float_val: 1 float_val: 2", "dim { size: 1 }")))
    case("colocated with nothing", text(const("a").replace("attr { key: \"value\"", attr("_class", 'list { s: "loc:@z" }') + "attr { key: \"value\"")))
    case("too new", text("versions { producer: 99999 min_consumer: 99999 }" + const("a")))
    case("refused version", text(f"versions {{ producer: 30 bad_consumers: {tf.GRAPH_DEF_VERSION} }}" + const("a")))
    case("negative version", text("versions { producer: -1 }" + const("a")))
    case("withdrawn op", text("versions { producer: 2000 }" + node("a", "PlaceholderV2", (), attr("dtype", "type: DT_FLOAT") + attr("shape", "shape { }"))))
    case("withdrawn op, older graph", text("versions { producer: 20 }" + node("a", "PlaceholderV2", (), attr("dtype", "type: DT_FLOAT") + attr("shape", "shape { }"))))


good()
producers()
bad()
root = pathlib.Path(__file__).resolve().parents[2]
with open(root / "test/goldens/import_graph_def.json", "w") as file:
    json.dump({"generator": "tools/goldens/import_graph_def.py", "command": "python tools/goldens/import_graph_def.py",
               "tensorflow": tf.__version__, "graph_def_version": tf.GRAPH_DEF_VERSION, "date": datetime.date.today().isoformat(), "imports": cases}, file, separators=(",", ":"))
for name, record in cases.items():
    if "error" in record:
        print(name, record["error"])
print(len(cases), "cases")
