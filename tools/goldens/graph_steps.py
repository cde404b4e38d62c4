"""Writes test/goldens/graph_steps.json: whole graphs of ops that mean nothing alone (state, control flow, arrays of tensors), with the steps of a session.

Run with a Python that has TensorFlow:  python tools/goldens/graph_steps.py

test/graph-steps.test.ts imports each graph and runs the same steps.
"""
import base64
import datetime
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow.compat.v1 as tf
from tensorflow.python.ops import gen_array_ops, gen_control_flow_ops, gen_data_flow_ops, gen_state_ops

tf.disable_v2_behavior()
tf.get_logger().setLevel("ERROR")
programs = {}


def program(build):
    programs[build.__name__.replace("_", " ")] = build
    return build


def reference(name, shape=(2,), dtype=tf.float32):
    return gen_state_ops.variable_v2(list(shape), dtype, name=name)


@program
def reference_variable():
    v = reference("v")
    tf.raw_ops.IsVariableInitialized(ref=v, name="ready")
    gen_state_ops.assign(v, [1.0, 2.0], name="set")
    gen_state_ops.assign(v, [5.0], validate_shape=False, name="reshape")
    tf.identity(v, name="read")
    ready, read = ("ready:0", {}), ("read:0", {})
    return [ready, read, ("set:0", {}), ready, read, ("reshape:0", {}), read]


@program
def old_variable():
    v = gen_state_ops.variable([2], tf.int32, name="v")
    gen_state_ops.assign(v, [1, 2], name="set")
    gen_state_ops.assign_add(v, [10, 20], name="grow")
    return [("set:0", {}), ("grow:0", {}), ("grow:0", {}), ("v:0", {})]


@program
def resource_variable():
    h = tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=[2], shared_name="h", name="h")
    tf.raw_ops.VarIsInitializedOp(resource=h, name="ready")
    tf.raw_ops.AssignVariableOp(resource=h, value=tf.constant([1.0, 2.0]), name="set")
    tf.raw_ops.ReadVariableOp(resource=h, dtype=tf.float32, name="read")
    tf.raw_ops.VariableShape(input=h, name="size")
    return [("ready:0", {}), ("read:0", {}), ("set", {}), ("ready:0", {}), ("read:0", {}), ("size:0", {})]


@program
def gradients_of_arrays():
    x = tf.placeholder(tf.float32, [2], "x")
    array = tf.TensorArray(tf.float32, size=3, name="array").write(0, x).write(2, x * 2.0)
    slopes = array.grad("one")
    slopes = slopes.write(0, x).write(0, x * 10.0)
    tf.identity(slopes.stack(), name="summed")
    tf.identity(array.grad("two").read(2), name="untouched")
    handle, flow = gen_data_flow_ops.tensor_array_grad_with_shape(array.handle, array.flow, [2], source="three", name="larger")
    gen_data_flow_ops.tensor_array_read_v3(handle, 0, flow, tf.float32, name="prepended")
    fed = {"x:0": [1.0, 2.0]}
    return [("summed:0", fed), ("untouched:0", fed), ("prepended:0", fed), ("larger:1", fed)]


@program
def stacks():
    x = tf.placeholder(tf.float32, [2], "x")
    stack = gen_data_flow_ops.stack_v2(max_size=2, elem_type=tf.float32, name="stack")
    first = gen_data_flow_ops.stack_push_v2(stack, x, name="first")
    with tf.control_dependencies([first]):
        second = gen_data_flow_ops.stack_push_v2(stack, x * 2.0, name="second")
    with tf.control_dependencies([second]):
        top = gen_data_flow_ops.stack_pop_v2(stack, tf.float32, name="top")
        gen_data_flow_ops.stack_push_v2(stack, x, name="third")
    with tf.control_dependencies([top]):
        gen_data_flow_ops.stack_pop_v2(stack, tf.float32, name="below")
        gen_data_flow_ops.stack_close_v2(stack, name="close")
    fed = {"x:0": [1.0, 2.0]}
    return [("top:0", fed), ("below:0", fed), ("close", fed)]


@program
def order():
    a, b = tf.placeholder(tf.float32, [], "a"), tf.constant(2.0, name="b")
    with tf.control_dependencies([tf.no_op("nothing"), tf.raw_ops.ControlTrigger(name="trigger")]):
        tf.add(a, b, name="sum")
    return [("sum:0", {"a:0": 1.0}), ("nothing", {}), ("trigger", {})]


@program
def switch_and_merge():
    p = tf.placeholder(tf.bool, [], "p")
    no, yes = gen_control_flow_ops.switch([1.0, 2.0], p, name="switch")
    gen_control_flow_ops.merge([tf.negative(no), tf.exp(yes)], name="merge")
    both = [("merge:0", {"p:0": one}) for one in (True, False)] + [("merge:1", {"p:0": one}) for one in (True, False)]
    return both + [("switch:0", {"p:0": False}), ("switch:0", {"p:0": True})]


@program
def references_switched():
    p = tf.placeholder(tf.bool, [], "p")
    v = reference("v")
    gen_state_ops.assign(v, [1.0, 2.0], name="set")
    no, yes = gen_control_flow_ops.ref_switch(v, p, name="switch")
    gen_state_ops.assign_add(yes, [10.0, 10.0], name="grow")
    merged = gen_control_flow_ops.ref_merge([no, yes], name="merge")
    gen_array_ops.ref_identity(merged.output, name="same")
    return [("set:0", {}), ("same:0", {"p:0": True}), ("grow:0", {"p:0": True}), ("same:0", {"p:0": False}), ("merge:1", {"p:0": True})]


@program
def loop():
    n = tf.placeholder(tf.int32, [], "n")
    out = tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, x * 2.0), [0, tf.constant([1.0, 3.0])])
    tf.identity(out[1], name="out")
    return [("out:0", {"n:0": k}) for k in (0, 1, 5)]


@program
def references_in_a_loop():
    v = reference("v", [], tf.int32)
    gen_state_ops.assign(v, 1, name="set")
    enter = gen_control_flow_ops.ref_enter(v, "frame", name="enter")
    limit = gen_control_flow_ops.enter(tf.constant(20), "frame", is_constant=True, name="limit")
    one = gen_control_flow_ops.enter(tf.constant(3), "frame", is_constant=True, name="step")
    merged = gen_control_flow_ops.ref_merge([enter, enter], name="merge").output
    going = gen_control_flow_ops.loop_cond(tf.less(merged, limit), name="going")
    stay, on = gen_control_flow_ops.ref_switch(merged, going, name="switch")
    grown = gen_state_ops.assign_add(on, one, name="grow")
    back = gen_control_flow_ops.ref_next_iteration(grown, name="back")
    merged.op._update_input(1, back)
    gen_control_flow_ops.ref_exit(stay, name="out")
    return [("set:0", {}), ("out:0", {}), ("v:0", {})]


@program
def array_of_tensors():
    a = tf.TensorArray(tf.float32, size=3, name="a", element_shape=[2], clear_after_read=False)
    a = a.write(0, [1.0, 2.0]).write(2, [5.0, 6.0]).write(1, [3.0, 4.0])
    tf.identity(a.read(1), name="one")
    tf.identity(a.stack(), name="all")
    tf.identity(a.concat(), name="flat")
    tf.raw_ops.TensorArraySizeV3(handle=a.handle, flow_in=a.flow, name="size")
    b = tf.TensorArray(tf.int32, size=2, name="b").unstack([[1, 2], [3, 4]])
    tf.identity(b.gather([1, 0]), name="swapped")
    c = tf.TensorArray(tf.int32, size=2, infer_shape=False, name="c").split([1, 2, 3], [1, 2])
    tf.identity(c.read(1), name="part")
    with tf.control_dependencies([c.flow]):
        c.close(name="close")
    return [(f"{name}:0", {}) for name in ("one", "all", "flat", "size", "swapped", "part")] + [("close", {})]


@program
def algorithm_of_random_numbers():
    tf.raw_ops.StatelessRandomGetAlg(name="algorithm")
    return [("algorithm:0", {})]


def first_line(error):
    message = getattr(error, "message", None) or str(error)
    if message.startswith("Graph execution error:"):
        # Where it happened, and what.
        message = message.split("\nNode: ", 1)[1].split("\n", 1)[1] if "\nNode: " in message else message.split("\n\n", 1)[1]
    return [type(error).__name__, message.split("\n")[0]]


def plain(value):
    return None if value is None else value.tolist()


def recorded(build):
    graph = tf.Graph()
    with graph.as_default():
        steps = build()
    made = []
    with tf.Session(graph=graph) as session:
        for fetch, feeds in steps:
            element = graph.as_graph_element(fetch)
            try:
                made.append({"fetch": fetch, "feeds": feeds, "value": plain(session.run(element, feeds))})
            except Exception as error:
                made.append({"fetch": fetch, "feeds": feeds, "error": first_line(error)})
    return {"graph": base64.b64encode(graph.as_graph_def().SerializeToString(deterministic=True)).decode(), "steps": made}


root = pathlib.Path(__file__).resolve().parents[2]
with open(root / "test/goldens/graph_steps.json", "w") as file:
    json.dump({"generator": "tools/goldens/graph_steps.py", "command": "python tools/goldens/graph_steps.py", "tensorflow": tf.__version__,
               "date": datetime.date.today().isoformat(), "graphs": {name: recorded(build) for name, build in programs.items()}}, file, separators=(",", ":"))
