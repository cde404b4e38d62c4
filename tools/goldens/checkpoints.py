"""Writes test/goldens/checkpoints.json: checkpoints as TensorFlow writes them. Run with a Python that has TensorFlow 2.21:

    python tools/goldens/checkpoints.py

A case has its files as base64 and its tensors as TensorFlow reads them: elements as little-endian bytes (hex), strings as lists of hex.
"""
import base64
import datetime
import json
import os
import pathlib
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import ml_dtypes
import numpy as np
import tensorflow as tf2
import tensorflow.compat.v1 as tf

rng = np.random.default_rng(6)


def floats(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def save(prefix, items):
    """items: (key, shape and slice, value), by the op that savers use."""
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [value() if callable(value) else tf.constant(value) for _, _, value in items]
        session.run(tf.raw_ops.SaveV2(prefix=prefix, tensor_names=[key for key, _, _ in items], shape_and_slices=[at for _, at, _ in items], tensors=tensors))


def every_type(folder):
    items = [("int/%s" % name, "", rng.integers(np.iinfo(name).min, np.iinfo(name).max, 3, dtype=name, endpoint=True)) for name in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")]
    items += [("half", "", floats(3).astype(np.float16)), ("bfloat16", "", floats(3).astype(ml_dtypes.bfloat16)), ("float", "", floats(2, 2)), ("double", "", rng.standard_normal((2, 1))),
              ("complex64", "", (floats(2) + 1j * floats(2)).astype(np.complex64)), ("complex128", "", rng.standard_normal(2) + 1j * rng.standard_normal(2)),
              ("bool", "", np.array([True, False, True])), ("string", "", np.array([[b"a", b""], [b"\0\xff", "é".encode()]], dtype=object)),
              ("e4m3", "", floats(3).astype(ml_dtypes.float8_e4m3fn)), ("qint8", "", lambda: tf.bitcast(tf.constant([1, -2], tf.int8), tf.qint8)),
              ("scalar", "", np.float32(2.5)), ("none", "", np.zeros([2, 0], np.float32)), ("no strings", "", lambda: tf.constant([], tf.string))]
    save(folder + "/m", items)


def slices(folder):
    grid, rows = floats(5, 6), floats(200, 2)
    boxes = [(0, 2, 0, 4), (0, 2, 4, 2), (2, 3, 0, 4), (2, 3, 4, 2)]
    items = [("grid", "5 6 %d,%d:%d,%d" % box, grid[box[0]:box[0] + box[1], box[2]:box[2] + box[3]]) for box in boxes]
    items += [("rows", "200 2 %d,%d:-" % (at, n), rows[at:at + n]) for at, n in ((0, 63), (63, 1), (64, 64), (128, 72))]
    items += [("whole", "2 3 -:0,3", floats(2, 3)), ("a\xff\0z", "2 0,1", floats(1)), ("a\xff\0z", "2 1,1", floats(1))]
    save(folder + "/m", items)


def names(folder):
    save(folder + "/m", [(name, "", np.int32(i)) for i, name in enumerate(["a", "a/b", "a/b_1", "a-b", "\uff5e", "\U0001f600", "é", "n" * 200, "0", "A"])])


def sharded(folder):
    with tf.Graph().as_default(), tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})) as session:
        for i in range(2):
            with tf.device("/cpu:%d" % i):
                tf.get_variable("on%d" % i, initializer=floats(2), use_resource=False)
        session.run(tf.global_variables_initializer())
        tf.train.Saver(sharded=True).save(session, folder + "/m", write_meta_graph=False, write_state=False)


def version_1(folder):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("a", initializer=floats(2, 3), use_resource=False)
        tf.get_variable("b", initializer=np.array([1, -2, 2**40]), use_resource=False)
        tf.get_variable("h", initializer=floats(2).astype(np.float16), use_resource=False)
        with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(2, axis=0)):
            tf.get_variable("w", shape=[5, 2], initializer=tf.random_normal_initializer(seed=1), use_resource=False)
        session.run(tf.global_variables_initializer())
        tf.train.Saver(write_version=tf.train.SaverDef.V1).save(session, folder + "/m", write_meta_graph=False, write_state=False)


def objects(folder):
    class Model(tf2.Module):
        def __init__(self):
            self.w = tf2.Variable(floats(2), name="kernel")

    tf2.train.Checkpoint(model=Model(), step=tf2.Variable(3, name="step")).write(folder + "/m")


def described(reader, name, dtype):
    try:
        value = reader.get_tensor(name)
    except tf.errors.UnimplementedError:
        # The reader of the first version does not know every type that savers restore.
        with tf.Graph().as_default(), tf.Session() as session:
            value = session.run(tf.raw_ops.Restore(file_pattern="./m", tensor_name=name, dt=dtype))
    told = {"dtype": dtype.name, "shape": reader.get_variable_to_shape_map()[name]}
    if dtype == tf.string:
        return {**told, "strings": [text.hex() for text in np.asarray(value, dtype=object).ravel()]}
    return {**told, "hex": np.ascontiguousarray(value).tobytes().hex()}


def case(name, write):
    with tempfile.TemporaryDirectory() as folder:
        here = os.getcwd()
        os.chdir(folder)
        try:
            write(".")
            files = {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(pathlib.Path(".").iterdir()) if path.is_file()}
            reader = tf.train.load_checkpoint("./m")
            types = reader.get_variable_to_dtype_map()
            tensors = {key: described(reader, key, types[key]) for key in sorted(types, key=lambda text: text.encode())}
        finally:
            os.chdir(here)
    return {"name": name, "files": files, "tensors": tensors}


CASES = {"every type": every_type, "slices": slices, "names": names, "two data files": sharded, "the first version": version_1, "objects": objects}

# What makes objects needs TensorFlow 2's behaviour; graphs work in it, too.
cases = [case(name, write) for name, write in CASES.items()]
path = pathlib.Path(__file__).resolve().parents[2] / "test/goldens/checkpoints.json"
head = {
    "generator": "tools/goldens/checkpoints.py", "command": "python tools/goldens/checkpoints.py",
    "tensorflow": tf.version.VERSION, "date": datetime.date.today().isoformat(),
}
path.write_text(json.dumps({**head, "cases": cases}, ensure_ascii=True, indent=1) + "\n")
