"""Checks that TensorFlow reads the checkpoints of a folder, which tools/checkpoints-for-tensorflow.ts wrote. Run by `npm run check:tensorflow`.

expected.json of the folder lists checkpoints: their tensors with dtype, shape and elements (hex of little-endian bytes, or a list for strings).
Each is read by tf.train.load_checkpoint, by RestoreV2, and where it has only variables of known types by a Saver; slices also one by one.
What has no slices is also saved again by TensorFlow, and must give the same bytes.
"""
import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def hex_of(value, dtype):
    if dtype == "string":
        return [bytes(text).hex() for text in np.asarray(value, dtype=object).ravel()]
    return np.ascontiguousarray(value).tobytes().hex()


def problems_of(prefix, tensors):
    reader = tf.train.load_checkpoint(prefix)
    if reader.get_variable_to_shape_map() != {name: told["shape"] for name, told in tensors.items()}:
        yield "names or shapes differ: %s" % reader.get_variable_to_shape_map()
    for name, told in tensors.items():
        if hex_of(reader.get_tensor(name), told["dtype"]) != told["elements"]:
            yield "%s differs by load_checkpoint" % name
        with tf.Graph().as_default(), tf.Session() as session:
            dtype = tf.as_dtype(told["dtype"])
            value = session.run(tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=[name], shape_and_slices=[""], dtypes=[dtype]))[0]
            if hex_of(value, told["dtype"]) != told["elements"]:
                yield "%s differs by RestoreV2" % name
            for spec, elements in told.get("slices", {}).items():
                value = session.run(tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=[name], shape_and_slices=[spec], dtypes=[dtype]))[0]
                if hex_of(value, told["dtype"]) != elements:
                    yield "%s, %s differs by RestoreV2" % (name, spec)


def saver_problems(prefix, tensors):
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {name: tf.get_variable(name.replace(" ", "_"), told["shape"], tf.as_dtype(told["dtype"]), initializer=tf.zeros_initializer()) for name, told in tensors.items()}
        tf.train.Saver(variables).restore(session, prefix)
        for name, variable in variables.items():
            if hex_of(session.run(variable), tensors[name]["dtype"]) != tensors[name]["elements"]:
                yield "%s differs by a Saver" % name


def rewrite_problems(prefix, tensors):
    """TensorFlow saves the same tensors in the same order."""
    with tf.Graph().as_default(), tf.Session() as session:
        restored = tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=list(tensors), shape_and_slices=[""] * len(tensors), dtypes=[tf.as_dtype(told["dtype"]) for told in tensors.values()])
        session.run(tf.raw_ops.SaveV2(prefix=prefix + "-again", tensor_names=list(tensors), shape_and_slices=[""] * len(tensors), tensors=restored))
    for end in (".index", ".data-00000-of-00001"):
        if pathlib.Path(prefix + "-again" + end).read_bytes() != pathlib.Path(prefix + end).read_bytes():
            yield "%s has other bytes when TensorFlow writes it" % end


folder = pathlib.Path(sys.argv[1])
expected = json.loads((folder / "expected.json").read_text())
failed = 0
for case in expected:
    prefix = str(folder / case["prefix"])
    found = list(problems_of(prefix, case["tensors"]))
    if case["hasVariables"]:
        found += saver_problems(prefix, case["tensors"])
    if not any("slices" in told for told in case["tensors"].values()):
        found += rewrite_problems(prefix, case["tensors"])
    for problem in found:
        print("%s: %s" % (case["prefix"], problem))
    failed += len(found) > 0
print("checkpoints for TensorFlow: %d read alike, %d not" % (len(expected) - failed, failed))
sys.exit(1 if failed else 0)
