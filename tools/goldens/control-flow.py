"""Writes test/goldens/control-flow.json: the nodes that TensorFlow's conditionals, loops and groups make.

Run with a Python that has TensorFlow:
    python tools/goldens/control-flow.py && npx biome check --write test/goldens/control-flow.json
The twin programs are in src/ops/{cond,while-loop,control-flow}.test.ts; a program has the same name there.
"""
import datetime
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf
from tensorflow.python.ops import control_flow_ops
from tensorflow.python.ops import gen_resource_variable_ops as resource
from tensorflow.python.ops import gen_state_ops as state

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")
programs = {}


def program(f):
    programs[f.__name__.replace("_", "-")] = f
    return f


def pred(name="p"):
    return tf.placeholder(tf.bool, [], name)


def const(value, name="c"):
    return tf.constant(value, tf.int32, name=name)


def reference(name="v"):
    return state.variable_v2([2], tf.float32, name=name)


def handle(name="h"):
    return resource.var_handle_op(dtype=tf.float32, shape=[2], shared_name=name, name=name)


def below(n):
    return lambda i, *others: i < n


@program
def cond_constants():
    return tf.cond(pred(), lambda: const(1), lambda: const(2))


@program
def cond_captures():
    a, b = const(1, "a"), const(2, "b")

    def on_true():
        x = a + b
        return x + a

    return tf.cond(pred(), on_true, lambda: a * b)


@program
def cond_hands_on():
    a = const(1, "a")
    return tf.cond(pred(), lambda: a, lambda: a)


@program
def cond_hands_on_predicate():
    p = pred()
    return tf.cond(p, lambda: p, lambda: tf.logical_not(p))


@program
def cond_structures():
    def branch(n):
        return lambda: {"b": [const(n), const([n])], "a": tf.constant(1.0)}

    return tf.cond(pred(), branch(1), branch(2))


@program
def cond_list_of_one():
    return tf.cond(pred(), lambda: [const(1)], lambda: const(2))


@program
def cond_list_of_list_of_one():
    return tf.cond(pred(), lambda: [[const(1)]], lambda: [[const(2)]])


@program
def cond_strict():
    return tf.cond(pred(), lambda: [const(1)], lambda: [const(2)], strict=True)


@program
def cond_strict_differs():
    return tf.cond(pred(), lambda: [const(1)], lambda: const(2), strict=True)


@program
def cond_operations():
    return tf.cond(pred(), lambda: [tf.no_op(), const(1)], lambda: [tf.group(const(3)), const(2)])


@program
def cond_operation_or_tensor():
    return tf.cond(pred(), lambda: tf.no_op(), lambda: tf.constant(True))


@program
def cond_list_or_object():
    return tf.cond(pred(), lambda: [const(1), const(2)], lambda: {"a": const(1), "b": const(2)})


@program
def cond_element_or_object():
    return tf.cond(pred(), lambda: const(1), lambda: {"a": const(1)})


@program
def cond_other_keys():
    return tf.cond(pred(), lambda: {"b": const(1)}, lambda: {"a": const(1)})


@program
def cond_other_length():
    return tf.cond(pred(), lambda: [const(1), const(2)], lambda: [const(1), const(2), const(3)])


@program
def cond_empty_list():
    return tf.cond(pred(), lambda: [], lambda: [])


@program
def cond_none_inside():
    return tf.cond(pred(), lambda: [const(1), None], lambda: [const(1), const(2)])


@program
def cond_returns_nothing():
    return tf.cond(pred(), lambda: const(1), lambda: None)


@program
def cond_other_types():
    return tf.cond(pred(), lambda: const(1), lambda: tf.constant(1.0))


@program
def cond_other_shapes():
    return tf.cond(pred(), lambda: [const([[1, 2]]), const([1])], lambda: [const([[1, 2, 3]]), const(1)])


@program
def cond_of_boolean():
    return tf.cond(True, lambda: const(1), lambda: const(2))


@program
def cond_of_number():
    return tf.cond(const(1), lambda: const(1), lambda: const(2))


@program
def cond_of_vector():
    return tf.cond(tf.placeholder(tf.bool, [3]), lambda: const(1), lambda: const(2))


@program
def cond_of_list():
    return tf.cond([True], lambda: const(1), lambda: const(2))


@program
def cond_not_callable():
    return tf.cond(pred(), const(1), lambda: const(2))


@program
def cond_without_branch():
    return tf.cond(pred(), lambda: const(1), None)


@program
def cond_names():
    with tf.name_scope("s"):
        a = tf.cond(pred(), lambda: const(1), lambda: const(2), name="named")
        b = tf.cond(pred(), lambda: const(1), lambda: const(2), name="named")
    return [a, b, tf.cond(pred(), lambda: a, lambda: b)]


@program
def cond_references():
    v = reference()
    return tf.cond(pred(), lambda: state.assign_add(v, [1.0, 1.0]), lambda: v)


@program
def cond_handles():
    h = handle()

    def read():
        return resource.read_variable_op(h, tf.float32) + 1.0

    def write():
        resource.assign_variable_op(h, [1.0, 2.0])
        return resource.read_variable_op(h, tf.float32)

    return tf.cond(pred(), read, write)


@program
def cond_returns_handle():
    h = handle()
    return resource.read_variable_op(tf.cond(pred(), lambda: h, lambda: h), tf.float32)


@program
def cond_nested():
    a, p, q = const(1, "a"), pred("p"), pred("q")

    def outer():
        b = a + 1
        return tf.cond(q, lambda: a + b, lambda: tf.cond(p, lambda: b, lambda: a))

    return tf.cond(p, outer, lambda: a)


@program
def cond_waits():
    a, p = const(1, "a"), pred()
    n = tf.no_op(name="n")
    with tf.control_dependencies([a.op, n]):
        def branch():
            with tf.control_dependencies([n]):
                return const(1) + a

        r = tf.cond(p, branch, lambda: a)
    with tf.control_dependencies([r]):
        return tf.identity(a, "after")


@program
def cond_devices():
    with tf.device("/cpu:0"):
        a = const(1, "a")
    with tf.device("/job:w"):
        return tf.cond(pred(), lambda: a + 1, lambda: a)


@program
def cond_colocates():
    v = reference()
    a = tf.constant([1.0, 1.0], name="a")
    with tf.colocate_with(v):
        return tf.cond(pred(), lambda: a + 1.0, lambda: a)


@program
def cond_used_outside():
    inside = []

    def branch():
        inside.append(const(1))
        return inside[0]

    tf.cond(pred(), branch, lambda: const(2))
    return inside[0] + 1


@program
def while_counts():
    return tf.while_loop(below(10), lambda i: i + 1, [const(0)])


@program
def while_two_variables():
    a = const(2, "a")
    return tf.while_loop(lambda i, x: i < a, lambda i, x: [i + 1, x * a + a], [const(0), const(1)])


@program
def while_same_structure():
    return tf.while_loop(below(10), lambda i: [i + 1], [const(0)], return_same_structure=True)


@program
def while_parallel():
    return tf.while_loop(below(10), lambda i: i + 1, [const(0)], parallel_iterations=1, name="l")


@program
def while_only_captures():
    a = const(1, "a")
    return tf.while_loop(lambda i: a < a, lambda i: a + a, [const(0)])


@program
def while_structures():
    def body(d):
        return [{"a": d["a"] * 2.0, "b": [d["b"][0] + 1]}]

    return tf.while_loop(lambda d: d["b"][0] < 3, body, [{"b": [const(0)], "a": tf.constant(1.0)}])


@program
def while_object_without_list():
    return tf.while_loop(lambda d: d["b"] < 3, lambda d: {"b": d["b"] + 1}, [{"b": const(0)}])


@program
def while_other_structure():
    return tf.while_loop(below(3), lambda i: [i, i], [const(0)])


@program
def while_maximum():
    return tf.while_loop(below(10), lambda i: i + 1, [const(0)], maximum_iterations=3)


@program
def while_maximum_of_two():
    x = tf.constant([1.0, 2.0], name="x")
    shapes = [tf.TensorShape([]), tf.TensorShape([None])]
    return tf.while_loop(below(10), lambda i, x: [i + 1, x], [const(0), x], shapes, maximum_iterations=3)


@program
def while_maximum_in_list():
    return tf.while_loop(below(10), lambda i: [i + 1], [const(0)], maximum_iterations=3)


@program
def while_maximum_same_structure():
    return tf.while_loop(below(10), lambda i: [i + 1], [const(0)], maximum_iterations=3, return_same_structure=True)


@program
def while_maximum_tensor():
    limit = tf.constant(3, tf.int64, name="limit")
    return tf.while_loop(lambda i: True, lambda i: i + 1, [const(0)], maximum_iterations=limit)


@program
def while_maximum_vector():
    return tf.while_loop(below(10), lambda i: i + 1, [const(0)], maximum_iterations=const([3]))


@program
def while_maximum_with_invariant():
    shapes = [tf.TensorShape([])]
    return tf.while_loop(below(10), lambda i: i + 1, [const(0)], shapes, maximum_iterations=3)


@program
def while_invariants():
    x = const([[1]], "x")
    shapes = [tf.TensorShape([]), tf.TensorShape([None, 1])]
    return tf.while_loop(lambda i, x: i < 3, lambda i, x: [i + 1, tf.concat([x, x], 0)], [const(0), x], shapes)


@program
def while_invariant_none():
    return tf.while_loop(below(3), lambda i: i + 1, [const(0)], [None])


@program
def while_invariant_unknown():
    x = const([[1]], "x")
    shapes = [tf.TensorShape([]), tf.TensorShape(None)]
    return tf.while_loop(lambda i, x: i < 3, lambda i, x: [i + 1, x], [const(0), x], shapes)


@program
def while_invariant_too_narrow():
    shapes = [tf.TensorShape([]), tf.TensorShape([3])]
    return tf.while_loop(below(3), lambda i, x: [i, x], [const(0), const([1, 2])], shapes)


@program
def while_invariants_too_few():
    return tf.while_loop(below(3), lambda i, x: [i, x], [const(0), const([1])], [tf.TensorShape([])])


@program
def while_shape_changes():
    return tf.while_loop(lambda i, x: i < 3, lambda i, x: [i + 1, tf.concat([x, x], 0)], [const(0), const([1, 2])])


@program
def while_type_changes():
    return tf.while_loop(lambda i, x: i < 3, lambda i, x: [i + 1, tf.cast(x, tf.float32)], [const(0), const(1)])


@program
def while_no_variables():
    return tf.while_loop(lambda: True, lambda: 1, [])


@program
def while_not_callable():
    return tf.while_loop(True, lambda i: i, [const(0)])


@program
def while_body_not_callable():
    return tf.while_loop(below(3), True, [const(0)])


@program
def while_parallel_zero():
    return tf.while_loop(below(3), lambda i: i, [const(0)], parallel_iterations=0)


@program
def while_parallel_fraction():
    return tf.while_loop(below(3), lambda i: i, [const(0)], parallel_iterations=1.5)


@program
def while_condition_of_number():
    return tf.while_loop(lambda i: i, lambda i: i, [const(0)])


@program
def while_condition_of_vector():
    return tf.while_loop(lambda i: i < 1, lambda i: i, [const([1, 2])])


@program
def while_condition_of_nothing():
    return tf.while_loop(lambda i: None, lambda i: i, [const(0)])


@program
def while_body_of_nothing():
    return tf.while_loop(below(3), lambda i: None, [const(0)])


@program
def while_body_of_operation():
    return tf.while_loop(below(3), lambda i: tf.no_op(), [const(0)])


@program
def while_starts_with_operation():
    return tf.while_loop(below(3), lambda i: i, [tf.no_op()])


@program
def while_reference_variable():
    v = reference()
    return tf.while_loop(lambda x: tf.less(x, 3.0)[0], lambda x: x + 1.0, [v])


@program
def while_reference_stays():
    v = reference()
    start = state.assign(v, [0.0, 0.0])
    return tf.while_loop(lambda x: tf.less(x, 3.0)[0], lambda x: state.assign_add(v, [1.0, 1.0]), [start])


@program
def while_captures_reference():
    v = reference()

    def body(i):
        with tf.control_dependencies([state.assign_add(v, [1.0, 1.0])]):
            return i + 1

    return tf.while_loop(below(3), body, [const(0)])


@program
def while_captures_handle():
    h = handle()

    def body(i, x):
        resource.assign_add_variable_op(h, x)
        return [i + 1, x + resource.read_variable_op(h, tf.float32)]

    return tf.while_loop(below(3), body, [const(0), tf.constant([1.0, 2.0])])


@program
def while_handle_as_variable():
    h = handle()

    def body(i, h):
        return [i + 1, h]

    _, last = tf.while_loop(below(3), body, [const(0), h])
    return resource.read_variable_op(last, tf.float32)


@program
def while_waits():
    a = const(1, "a")
    n = tf.no_op(name="n")

    def body(i):
        with tf.control_dependencies([a.op, n]):
            c = const(5)
            d = tf.add(i, c)
            e = tf.no_op(name="e")
        with tf.control_dependencies([d, e]):
            return d + a

    with tf.control_dependencies([a, n]):
        r = tf.while_loop(below(3), body, [const(0)])
    with tf.control_dependencies([r]):
        return tf.identity(a, "after")


@program
def while_nested():
    a = const(1, "a")

    def body(i, j):
        k = tf.while_loop(lambda k: k < a, lambda k: k + a + i, [const(0)])
        return [i + k, j + a]

    return tf.while_loop(below(10), body, [const(0), const(1)])


@program
def while_nested_starts_with_capture():
    a = const(1, "a")
    return tf.while_loop(below(9), lambda i: i + tf.while_loop(below(5), lambda k: k + 1, [a]), [const(0)])


@program
def while_nested_waits():
    a = const(1, "a")

    def body(i):
        b = i + 1
        with tf.control_dependencies([a, b]):
            return tf.while_loop(below(5), lambda k: k + i, [b])

    return tf.while_loop(below(9), body, [const(0)])


@program
def cond_in_while_in_cond():
    a, p = const(1, "a"), pred()

    def branch():
        def body(i):
            return tf.cond(i < a, lambda: i + a, lambda: i * 2)

        return tf.while_loop(below(9), body, [const(0)])

    with tf.control_dependencies([a]):
        return tf.cond(p, branch, lambda: a)


@program
def cond_in_while_waits():
    a = const(1, "a")

    def body(i):
        def branch():
            with tf.control_dependencies([a, i]):
                return const(2) + i

        return tf.cond(i < 3, branch, lambda: i)

    return tf.while_loop(below(9), body, [const(0)])


@program
def while_in_cond_and_after():
    a, p = const(1, "a"), pred()

    def branch():
        x = tf.while_loop(below(9), lambda i: i + a, [a])
        return x + tf.while_loop(below(9), lambda i: i + x, [const(0)])

    return tf.cond(p, branch, lambda: a) + 1


@program
def while_used_outside():
    inside = []

    def body(i):
        inside.append(i + 1)
        return inside[0]

    tf.while_loop(below(3), body, [const(0)])
    return tf.add(inside[0], 1)


@program
def while_used_in_branch():
    inside = []

    def body(i):
        inside.append(i + 1)
        return inside[0]

    tf.while_loop(below(3), body, [const(0)])
    return tf.cond(pred(), lambda: tf.add(inside[0], 1), lambda: const(1))


@program
def while_used_in_other_loop():
    inside = []

    def body(i):
        inside.append(i + 1)
        return inside[0]

    tf.while_loop(below(3), body, [const(0)])
    return tf.while_loop(below(3), lambda i: tf.add(i, inside[0]), [const(0)])


@program
def while_inner_used_in_outer():
    inside = []

    def inner(i):
        inside.append(i + 1)
        return inside[0]

    def body(i):
        tf.while_loop(below(3), inner, [const(0)])
        return tf.add(i, inside[0])

    return tf.while_loop(below(3), body, [const(0)])


@program
def while_uses_branch():
    inside = []

    def branch():
        inside.append(const(4))
        return inside[0]

    tf.cond(pred(), branch, lambda: const(1))
    return tf.while_loop(below(3), lambda i: i + inside[0], [const(0)])


@program
def group_nothing():
    return tf.group()


@program
def group_one_device():
    return tf.group(const(1), [const(2).op, {"a": const(3)}], name="g")


@program
def group_devices():
    with tf.device("/cpu:1"):
        a, b = const(1), const(2)
    with tf.device("/cpu:0"):
        c = const(3)
    with tf.device("/job:w"):
        return tf.group(a, c, const(4), b)


@program
def group_number():
    return tf.group(const(1), 2)


@program
def tuples():
    return tf.tuple([const(2, "b"), None, tf.no_op(), 3], control_inputs=[const(1, "a")])


@program
def tuple_of_reference():
    return tf.tuple([reference(), const(1)], name="t")


@program
def tuple_of_nothing():
    return tf.tuple([None])


@program
def tuple_waits_for_number():
    return tf.tuple([const(1)], control_inputs=[3])


@program
def dependencies():
    return control_flow_ops.with_dependencies([tf.no_op(), const(1)], const(2), name="d")


@program
def control_triggers():
    from tensorflow.python.ops import gen_control_flow_ops
    with tf.control_dependencies([const(1)]):
        return gen_control_flow_ops.control_trigger()


def input_text(t):
    return t.op.name if t.value_index == 0 else t.name


def attr_texts(op):
    if "_class" in op.node_def.attr:
        yield "_class=" + ",".join(sorted(g.decode() for g in op.get_attr("_class")))
    if op.type.endswith("Enter"):
        yield "frame=" + op.get_attr("frame_name").decode()
        yield "parallel=%d" % op.get_attr("parallel_iterations")
        if op.get_attr("is_constant"):
            yield "constant"


def node_text(op):
    inputs = [input_text(t) for t in op.inputs] + sorted("^" + c.name for c in op.control_inputs)
    outputs = [f"{t.dtype.name}{t.shape}" for t in op.outputs]
    text = f"{op.name} = {op.type}({', '.join(inputs)})"
    if outputs:
        text += " -> " + " ".join(outputs)
    attrs = list(attr_texts(op))
    if attrs:
        text += " {" + "; ".join(attrs) + "}"
    if op.device:
        text += " @" + op.device
    if not op.graph.is_fetchable(op):
        text += " unfetchable"
    if op.outputs and not op.graph.is_feedable(op.outputs[0]):
        text += " unfeedable"
    return text


def shown(value):
    if isinstance(value, dict):
        return {key: shown(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(part) for part in value]
    return None if value is None else value.name


def record(f):
    graph = tf.Graph()
    result = {}
    with graph.as_default():
        try:
            result["result"] = shown(f())
        except Exception as e:  # pylint: disable=broad-except
            message = str(e).split("\n")[0].split(" for '{{node ")[0]
            result["error"] = [type(e).__name__, message]
    result["nodes"] = [node_text(op) for op in graph.get_operations()]
    result["collections"] = {
        key: [context.name for context in graph.get_collection(key)]
        for key in ("cond_context", "while_context")
        if graph.get_collection(key)
    }
    return result


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    golden = {
        "generator": "tools/goldens/control-flow.py",
        "command": "python tools/goldens/control-flow.py",
        "tensorflow": tf.__version__,
        "date": datetime.date.today().isoformat(),
        "programs": {name: record(f) for name, f in programs.items()},
    }
    text = json.dumps(golden, indent=1) + "\n"
    (root / "test/goldens/control-flow.json").write_text(text)


main()
