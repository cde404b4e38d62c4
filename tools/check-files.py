"""Reads the files that tools/files-for-tensorflow.ts wrote with TensorFlow, TensorBoard and NumPy, and compares with what was written:

    python tools/check-files.py FOLDER

TensorBoard and safetensors are asked where they are installed; the last line says which were.
"""
import importlib.util
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf
from google.protobuf import text_format

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)

folder = pathlib.Path(sys.argv[1])
expected = json.loads((folder / "expected.json").read_text())
problems = []
asked = ["TensorFlow", "NumPy"]


def same(what, got, wanted):
    if got != wanted:
        problems.append("%s: %r, wanted %r" % (what, got, wanted))


def check_records():
    for name, option in (("plain", None), ("GZIP", "GZIP"), ("ZLIB", "ZLIB")):
        options = tf.python_io.TFRecordOptions(option) if option else None
        got = [record.hex() for record in tf.python_io.tf_record_iterator(str(folder / "records" / name), options)]
        same("records " + name, got, expected["records"])


def check_graphs():
    binary = tf.GraphDef.FromString((folder / "graph/graph.pb").read_bytes())
    text = text_format.Parse((folder / "graph/graph.pbtxt").read_text(), tf.GraphDef())
    same("graph", [node.name for node in binary.node], expected["nodes"])
    same("graph as text", text, binary)
    same("printed graph", text_format.MessageToString(binary), (folder / "graph/graph.pbtxt").read_text())
    for name in ("model.meta", "model.pbtxt"):
        with tf.Graph().as_default(), tf.Session() as session:
            tf.train.import_meta_graph(str(folder / "graph" / name))
            session.run(tf.global_variables_initializer())
            same(name, session.run("y:0", {"x:0": [[1, 2, 3]]}).tolist(), [[6, 6]])
            same(name + " ints", tf.get_collection("ints"), [3, -4, 2 ** 60])
            same(name + " floats", tf.get_collection("floats"), [1.5, float(np.float32(0.1))])
            same(name + " texts", tf.get_collection("texts"), [b"a\xff"])
            same(name + " nodes", [tensor.name for tensor in tf.get_collection("nodes")], ["y:0"])
            same(name + " variables", [v.name for v in tf.trainable_variables()], ["net/w:0"])
    for name in ("binary", "text"):
        with tf.Graph().as_default(), tf.Session() as session:
            meta = tf.saved_model.load(session, ["serve"], str(folder / name))
            signature = meta.signature_def["serving_default"]
            same("saved model " + name, [signature.inputs["x"].name, signature.outputs["y"].name, signature.method_name], ["x:0", "y:0", "tensorflow/serving/predict"])
            same("saved model %s texts" % name, session.run("texts:0").tolist(), [b"text", "é".encode()])
            same("saved model %s floats" % name, session.run("floats:0").tolist(), np.float32([1 / 3, 1e-30, 16777217, -0.0]).tolist())


def check_state():
    state = tf.train.get_checkpoint_state(str(folder / "state"))
    wanted = [str(folder / "state" / path) for path in expected["state"]]
    same("state", list(state.all_model_checkpoint_paths), wanted)
    same("latest", state.model_checkpoint_path, wanted[-1])
    same("times", [list(state.all_model_checkpoint_timestamps), state.last_preserved_timestamp], [[1700000000.25, 0.1], 1.5])


def event_values():
    (path,) = (folder / "events").iterdir()
    found = {}
    for event in tf.train.summary_iterator(str(path)):
        found.setdefault(event.WhichOneof("what"), []).append(event)
    return found


def check_events():
    wanted = expected["events"]
    found = event_values()
    same("file version", [e.file_version for e in found["file_version"]], ["brain.Event:2"])
    same("graph nodes", len(tf.GraphDef.FromString(found["graph_def"][0].graph_def).node), wanted["nodes"])
    same("session log", found["session_log"][0].session_log.status, 1)
    same("run metadata", tf.RunMetadata.FromString(found["tagged_run_metadata"][0].tagged_run_metadata.run_metadata).step_stats.dev_stats[0].thread_names[3], "worker")
    values = [(e.step, v) for e in found["summary"] for v in e.summary.value]
    same("losses", [(step, v.simple_value) for step, v in values if v.tag == "loss"], list(enumerate(wanted["losses"])))
    by_tag = {v.tag: v for _, v in values}
    with tf.Graph().as_default(), tf.Session() as session:
        summary = session.run(tf.summary.histogram("weights", tf.constant(wanted["weights"], tf.float64)))
    same("histogram", by_tag["weights"].histo, tf.Summary.FromString(summary).value[0].histo)
    same("image", by_tag["img/image/0"].image.encoded_image_string.hex(), wanted["png"])
    with tf.Graph().as_default(), tf.Session() as session:
        same("image size", session.run(tf.image.decode_png(by_tag["img/image/0"].image.encoded_image_string)).shape, (4, 5, 4))
    same("text", tf.make_ndarray(by_tag["note"].tensor).tolist(), "**naïve**".encode())
    same("table", tf.make_ndarray(by_tag["table"].tensor).tolist(), [b"a", b"b"])
    if importlib.util.find_spec("tensorboard"):
        asked.append("TensorBoard")
        check_tensorboard(wanted)


def check_tensorboard(wanted):
    from tensorboard.backend.event_processing import event_accumulator

    loaded = event_accumulator.EventAccumulator(str(folder / "events"), size_guidance={"scalars": 0, "tensors": 0, "histograms": 0, "images": 0})
    loaded.Reload()
    tags = loaded.Tags()
    losses = [(e.step, e.value) for e in loaded.Scalars("loss")] if "loss" in tags["scalars"] else [(e.step, tf.make_ndarray(e.tensor_proto).item()) for e in loaded.Tensors("loss")]
    same("TensorBoard's losses", losses, list(enumerate(wanted["losses"])))
    same("TensorBoard's graph", len(loaded.Graph().node), wanted["nodes"])
    same("TensorBoard's run metadata", tags["run_metadata"], ["step8"])
    known = set(tags["tensors"]) | set(tags["histograms"]) | set(tags["images"])
    same("TensorBoard's other tags", sorted(known - {"loss"}), ["img/image/0", "note", "table", "weights"])
    same("TensorBoard's text", loaded.Tensors("note")[0].tensor_proto.string_val[0], "**naïve**".encode())
    same("TensorBoard's page of the text", loaded.SummaryMetadata("note").plugin_data.plugin_name, "text")


def check_array(where, array, row):
    if row["dtype"] == "texts":
        same(where, [x.hex() for x in array.tolist()], row["texts"])
        return
    same(where, [array.dtype.name, list(array.shape), array.tobytes().hex()], [row["dtype"], row["shape"], row["hex"]])


def check_arrays():
    rows = expected["arrays"]
    for name in ("stored.npz", "deflated.npz"):
        loaded = np.load(folder / "arrays" / name)
        same(name, sorted(loaded), sorted(row["name"] for row in rows))
        for row in rows:
            check_array("%s %s" % (name, row["name"]), loaded[row["name"]], row)
    for row in rows:
        if row["dtype"] != "texts":
            check_array("%s.npy" % row["name"], np.load(folder / "arrays" / (row["name"] + ".npy")), row)
    if importlib.util.find_spec("safetensors"):
        import safetensors.numpy

        asked.append("safetensors")
        loaded = safetensors.numpy.load_file(str(folder / "arrays/tensors.safetensors"))
        for row in rows:
            if row["name"] in loaded:
                check_array("safetensors " + row["name"], loaded[row["name"]], row)
        same("safetensors", len(loaded), len(rows) - 2)


for check in (check_records, check_graphs, check_state, check_events, check_arrays):
    check()
for problem in problems:
    print(problem)
print("files read by %s: %s" % (", ".join(asked), "%d differ" % len(problems) if problems else "equal"))
sys.exit(1 if problems else 0)
