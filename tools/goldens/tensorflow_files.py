"""Writes test/goldens/tensorflow-files.json: what TensorFlow's own writers and readers make of files. Run with a Python that has TensorFlow:

    python tools/goldens/tensorflow_files.py

Bytes are base64. `messages` is what the compiled .proto files say of each message; `texts` are messages in both formats; `parsed` are odd
texts with what protobuf's parser makes of them; `histograms`, `records` and `events` are what TensorFlow writes.
"""
import base64
import datetime
import json
import os
import pathlib
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf
from google.protobuf import descriptor_pool, text_format
from google.protobuf.descriptor import FieldDescriptor
from tensorflow.core.framework import attr_value_pb2, op_def_pb2, summary_pb2, variable_pb2
from tensorflow.core.protobuf import control_flow_pb2, meta_graph_pb2, queue_runner_pb2, saved_model_pb2
from tensorflow.core.util import event_pb2
from tensorflow.python.framework import op_def_registry
from tensorflow.python.training import checkpoint_state_pb2

tf.disable_v2_behavior()

KINDS = {getattr(FieldDescriptor, name): name[5:].lower() for name in dir(FieldDescriptor) if name.startswith("TYPE_")}
ROOTS = ["GraphDef", "OpList", "MetaGraphDef", "SavedModel", "Event", "RunMetadata", "CheckpointState", "VariableDef", "ControlFlowContextDef", "QueueRunnerDef"]


def encoded(data):
    return base64.b64encode(data).decode()


# ---- what the .proto files say


def field_of(field):
    entry = field.message_type if field.type == FieldDescriptor.TYPE_MESSAGE else None
    row = {"number": field.number, "type": KINDS[field.type]}
    if field.is_repeated:
        row["repeated"] = True
    if entry is not None and entry.GetOptions().map_entry:
        row["map"] = [KINDS[entry.fields_by_name[part].type] for part in ("key", "value")]
        entry = entry.fields_by_name["value"].message_type
    if entry is not None:
        row["message"] = entry.full_name
    if field.enum_type is not None:
        row["members"] = {value.name: value.number for value in field.enum_type.values}
    if field.containing_oneof is not None:
        row["oneof"] = field.containing_oneof.name
    return row


def messages():
    found, waiting = {}, [descriptor_pool.Default().FindMessageTypeByName("tensorflow." + name) for name in ROOTS]
    while waiting:
        message = waiting.pop()
        # The object graph of TensorFlow 2 and what only compilers read are not listed, nor is what they refer to.
        if message.full_name in found or message.name in ("SavedObjectGraph", "TypeSpecProto", "FullTypeDef", "CostGraphDef", "GraphDebugInfo", "WorkerHeartbeatRequest"):
            continue
        found[message.full_name] = {field.name: field_of(field) for field in message.fields}
        for field in message.fields:
            kept = field.message_type
            if kept is not None and kept.GetOptions().map_entry:
                kept = kept.fields_by_name["value"].message_type
            if kept is not None:
                waiting.append(kept)
    return dict(sorted(found.items()))


# ---- messages in both formats


def graph_of_every_attr():
    with tf.Graph().as_default() as graph:
        tf.constant([[1.5, -2, 1e-7, 3e38, 0.1]], name="floats")
        tf.constant(0.1, shape=[3], name="splat")
        tf.constant([float("inf"), float("-inf"), float("nan"), -0.0], name="special")
        tf.constant([1e300, 1 / 3, 5e-324], tf.float64, name="doubles")
        tf.constant(1 / 3, tf.float64, name="double")
        tf.constant([b"a", b"\xfe\x00'\"\\\n\t\r\x7f", "é".encode()], name="strings")
        tf.constant(2 ** 62 + 1, tf.int64, name="long")
        tf.constant(2 ** 64 - 1, tf.uint64, name="unsigned")
        tf.constant(1 - 2j, tf.complex128, name="complex")
        tf.placeholder(tf.int32, [None, 4], name="partly")
        tf.placeholder(tf.float32, name="unknown_rank")
        tf.Variable([1.0], use_resource=False, name="w")
        with tf.device("/job:worker/task:1/device:GPU:0"):
            tf.no_op(name="dev")
        with graph._attr_scope({"_empty": tf.AttrValue(list=tf.AttrValue.ListValue()), "_ints": tf.AttrValue(list=tf.AttrValue.ListValue(i=[1, -1, 2 ** 40])),
                                "_types": tf.AttrValue(list=tf.AttrValue.ListValue(type=[1, 3])), "_flags": tf.AttrValue(list=tf.AttrValue.ListValue(b=[True, False])),
                                "_func": tf.AttrValue(func=attr_value_pb2.NameAttrList(name="f", attr={"T": tf.AttrValue(type=1)})),
                                "_text": tf.AttrValue(s="naïve \U0001F600".encode())}):
            tf.no_op(name="attrs")
        return graph.as_graph_def()


def graph_with_functions():
    with tf.Graph().as_default() as graph:
        from tensorflow.python.framework import function

        @function.Defun(tf.float32, func_name="twice")
        def twice(x):
            return x * 2.0

        twice(tf.constant(3.0))
        return graph.as_graph_def()


def meta_graph():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        with tf.variable_scope("net", partitioner=tf.fixed_size_partitioner(2)):
            tf.get_variable("parts", [5, 2], initializer=tf.zeros_initializer(), use_resource=False)
        w = tf.get_variable("w", initializer=np.ones([3, 2], np.float32), use_resource=True)
        y = tf.matmul(x, w, name="y")
        tf.cond(tf.reduce_sum(y) > 0, lambda: y + 1, lambda: y - 1)
        tf.while_loop(lambda i: i < 10, lambda i: tf.cond(i > 5, lambda: i + 2, lambda: i + 1), [tf.constant(0)])
        tf.add_to_collection("ints", 3)
        tf.add_to_collection("ints", -4)
        tf.add_to_collection("floats", 1.5)
        tf.add_to_collection("texts", b"bytes\xff")
        tf.add_to_collection("nodes", y)
        asset = meta_graph_pb2.AssetFileDef(filename="vocab.txt", tensor_info=meta_graph_pb2.TensorInfo(name="asset:0", dtype=7))
        packed = tf.compat.v1.MetaGraphDef().collection_def["x"].any_list.value.add()
        packed.Pack(asset)
        saver = tf.train.Saver(max_to_keep=3, keep_checkpoint_every_n_hours=2.5)
        made = tf.train.export_meta_graph(saver_def=saver.saver_def)
        made.collection_def["saved_model_assets"].any_list.value.add().CopyFrom(packed)
        made.meta_info_def.tags.extend(["serve", "gpu"])
        made.asset_file_def.add().CopyFrom(asset)
        made.signature_def["serving_default"].CopyFrom(tf.saved_model.build_signature_def({"x": tf.saved_model.build_tensor_info(x)}, {"y": tf.saved_model.build_tensor_info(y)}, "tensorflow/serving/predict"))
        sparse = made.signature_def["sparse"].inputs["s"]
        sparse.coo_sparse.values_tensor_name = "v:0"
        sparse.dtype = 1
        # The definitions of all ops are long; one of them has every kind of field.
        kept = [op for op in made.meta_info_def.stripped_op_list.op if op.name in ("MatMul", "VarHandleOp")]
        del made.meta_info_def.stripped_op_list.op[:]
        made.meta_info_def.stripped_op_list.op.extend(kept)
        return made


def events():
    run = tf.compat.v1.RunMetadata()
    device = run.step_stats.dev_stats.add(device="/device:CPU:0")
    device.node_stats.add(node_name="y", all_start_micros=1700000000000000, op_end_rel_micros=12, thread_id=3)
    device.thread_names[3] = "worker"
    return [
        event_pb2.Event(wall_time=1700000000.25, step=0, file_version="brain.Event:2"),
        event_pb2.Event(wall_time=1.5, step=7, summary=tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=0.0), tf.Summary.Value(tag="b", metadata=summary_pb2.SummaryMetadata(display_name="B", data_class=1))])),
        event_pb2.Event(step=8, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START, msg="go")),
        event_pb2.Event(step=9, tagged_run_metadata=event_pb2.TaggedRunMetadata(tag="step9", run_metadata=run.SerializeToString())),
        event_pb2.Event(log_message=event_pb2.LogMessage(level=30, message="careful")),
    ]


def texts():
    state = checkpoint_state_pb2.CheckpointState(model_checkpoint_path="/a b/m-10", all_model_checkpoint_paths=["m-3", 'é"\\'], all_model_checkpoint_timestamps=[1700000000.25, 2.0], last_preserved_timestamp=1e22)
    meta = meta_graph()
    model = saved_model_pb2.SavedModel(saved_model_schema_version=1, meta_graphs=[meta])
    run = event_pb2.TaggedRunMetadata.FromString(events()[3].tagged_run_metadata.SerializeToString())
    rows = [("GraphDef", graph_of_every_attr()), ("GraphDef", graph_with_functions()), ("MetaGraphDef", meta), ("SavedModel", model), ("CheckpointState", state)]
    rows += [("RunMetadata", tf.compat.v1.RunMetadata.FromString(run.run_metadata))]
    for name, collection in sorted(meta.collection_def.items()):
        types = {"while_context": control_flow_pb2.WhileContextDef, "cond_context": control_flow_pb2.CondContextDef, "variables": variable_pb2.VariableDef}
        if name in types:
            rows += [(types[name].DESCRIPTOR.name, types[name].FromString(value)) for value in collection.bytes_list.value]
    rows += [("QueueRunnerDef", queue_runner_pb2.QueueRunnerDef(queue_name="q", enqueue_op_name=["a", "b"], queue_closed_exception_types=[11, 1]))]
    rows += [("OpList", op_def_pb2.OpList(op=[op_def_registry.get(name) for name in ("Conv2D", "BatchNormWithGlobalNormalization", "AddN")]))]
    return [{"message": name, "bytes": encoded(m.SerializeToString(deterministic=True)), "text": text_format.MessageToString(m)} for name, m in rows]


# ---- odd texts

ODD = [
    ("CheckpointState", "# only a comment"),
    ("CheckpointState", "model_checkpoint_path : 'm-10'  all_model_checkpoint_paths:\"m\"\"-3\";\nall_model_checkpoint_paths: \"x\", all_model_checkpoint_timestamps: [1.5, 2e3]\n"),
    ("CheckpointState", r'model_checkpoint_path: "\303\251\x41\x0a\t\a\b\f\v\?\'\"\\ \u00e9\U0001F600"'.replace(r"\?", "")),
    ("CheckpointState", "model_checkpoint_path: 'a\"b' \"c'd\""),
    ("CheckpointState", 'model_checkpoint_path: "a" model_checkpoint_path: "b"'),
    ("CheckpointState", "last_preserved_timestamp: 1e5 last_preserved_timestamp: inf"),
    ("CheckpointState", "last_preserved_timestamp: -Infinity"), ("CheckpointState", "last_preserved_timestamp: nan"),
    ("CheckpointState", "last_preserved_timestamp: 1.5f"), ("CheckpointState", "last_preserved_timestamp: .5"), ("CheckpointState", "last_preserved_timestamp: -3"),
    ("CheckpointState", "last_preserved_timestamp: 012"), ("CheckpointState", "last_preserved_timestamp: abc"), ("CheckpointState", "last_preserved_timestamp: 1e400"),
    ("CheckpointState", "foo: 3"), ("CheckpointState", 'model_checkpoint_path: "a'), ("CheckpointState", "model_checkpoint_path: 3"), ("CheckpointState", 'model_checkpoint_path "a"'),
    ("CheckpointState", 'model_checkpoint_path: "\\377"'), ("CheckpointState", "all_model_checkpoint_paths: []"), ("CheckpointState", 'all_model_checkpoint_paths: ["a" "b"]'),
    ("CheckpointState", "}"), ("CheckpointState", "model_checkpoint_path: { }"), ("CheckpointState", '[ext]: "a"'),
    ("GraphDef", 'node { name: "x" op: "A" } node < name: "y" > versions { producer: 5 }'), ("GraphDef", "node { node { } }"), ("GraphDef", "node {"), ("GraphDef", "node: { name: 'x' };"),
    ("GraphDef", "versions { producer: 0x1F min_consumer: 017 }"), ("GraphDef", "versions { producer: 2147483648 }"), ("GraphDef", "versions { producer: -2147483648 }"), ("GraphDef", "versions { producer: 1.0 }"),
    ("GraphDef", "versions { producer: 1 } versions { min_consumer: 2 }"), ("GraphDef", "versions { bad_consumers: [1, 2] bad_consumers: 3 }"),
    ("GraphDef", "node { attr { key: 'T' value { type: DT_FLOAT } } attr { key: 'T' value { type: DT_INT32_REF } } }"), ("GraphDef", "node { attr { key: 'T' value { type: 3 } } }"), ("GraphDef", "node { attr { key: 'T' value { type: DT_WRONG } } }"),
    ("GraphDef", "node { attr { key: 'b' value { b: true } } attr { key: 'c' value { b: 0 } } attr { key: 'd' value { b: t } } }"), ("GraphDef", "node { attr { key: 'b' value { b: yes } } }"),
    ("GraphDef", "node { attr { key: 'n' value { i: 9223372036854775807 } } attr { key: 'm' value { i: -9223372036854775808 } } }"), ("GraphDef", "node { attr { key: 'n' value { i: 9223372036854775808 } } }"),
    ("GraphDef", "node { attr { key: 'f' value { f: 1e39 } } attr { key: 'g' value { f: 0.1 } } }"), ("GraphDef", "node { attr { key: 's' value { s: '\\000\\377a' } } }"),
    ("GraphDef", "node { attr { key: 'v' value { i: 1 f: 2 } } }"), ("GraphDef", "node { attr { value { i: 1 } } }"),
    ("GraphDef", "node { experimental_debug_info { original_node_names: 'a' } name: 'x' }"), ("GraphDef", "version: 3"),
    ("MetaGraphDef", "collection_def { key: 'a' value { any_list { value { [type.googleapis.com/tensorflow.AssetFileDef] { filename: 'f' } } } } }"),
    ("MetaGraphDef", "collection_def { key: 'a' value { any_list { value { [type.googleapis.com/no.Such] { } } } } }"),
    ("MetaGraphDef", "collection_def { key: 'a' value { any_list { value { type_url: 'x/y' value: 'z' } } } }"),
    ("MetaGraphDef", "saver_def { version: V2 max_to_keep: 5 } saver_def { version: V1 }"),
    ("MetaGraphDef", "collection_def { key: 'a' value { int64_list { value: 1 } } } collection_def { key: 'a' value { float_list { value: [1, 2.5] } } }"),
]


def message_named(name):
    types = {"CheckpointState": checkpoint_state_pb2.CheckpointState, "GraphDef": tf.GraphDef, "MetaGraphDef": tf.MetaGraphDef}
    return types[name]()


def parsed():
    rows = []
    for name, text in ODD:
        message = message_named(name)
        row = {"message": name, "text": text}
        try:
            text_format.Merge(text, message)
            row["bytes"] = encoded(message.SerializeToString(deterministic=True))
        except text_format.ParseError as error:
            row["error"] = str(error)
        rows.append(row)
    return rows


# ---- files


def histograms():
    rng = np.random.default_rng(1)
    cases = [[], [0.0], [1e-12], [1.0, 1.0, -1.0], [1e20, -1e20, 1e300], list(rng.normal(size=200)), list(rng.normal(size=50) * 1e-13), [-0.0, 0.0], [0.0, -0.0]]
    rows = []
    with tf.Graph().as_default(), tf.Session() as session:
        values = tf.placeholder(tf.float64, [None])
        op = tf.summary.histogram("h", values)
        for case in cases:
            summary = tf.Summary.FromString(session.run(op, {values: case}))
            rows.append({"values": [float(x) for x in case], "histogram": encoded(summary.value[0].histo.SerializeToString())})
    return rows


RECORDS = [b"", b"one", bytes(range(256)), b"x" * 5000]


def records():
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for option in ("", "GZIP", "ZLIB"):
            path = os.path.join(folder, "records" + option)
            with tf.python_io.TFRecordWriter(path, tf.python_io.TFRecordOptions(option) if option else None) as writer:
                for record in RECORDS:
                    writer.write(record)
            rows[option or "plain"] = encoded(pathlib.Path(path).read_bytes())
    return {"records": [encoded(r) for r in RECORDS], "files": rows}


def event_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "events")
        with tf.python_io.TFRecordWriter(path) as writer:
            for event in events():
                writer.write(event.SerializeToString())
        return {"file": encoded(pathlib.Path(path).read_bytes()), "texts": [text_format.MessageToString(event) for event in events()]}


head = {
    "generator": "tools/goldens/tensorflow_files.py",
    "command": "python tools/goldens/tensorflow_files.py",
    "tensorflow": tf.__version__,
    "date": datetime.date.today().isoformat(),
}
path = pathlib.Path(__file__).resolve().parents[2] / "test/goldens/tensorflow-files.json"
body = {**head, "messages": messages(), "texts": texts(), "parsed": parsed(), "histograms": histograms(), "records": records(), "events": event_file()}
path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
