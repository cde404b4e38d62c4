"""Writes test/goldens/npz.json: arrays as NumPy writes them. Run with a Python that has NumPy and ml_dtypes:

    python tools/goldens/npz_files.py

A file is base64; beside it stands what it holds: dtype, shape and elements as bytes in row-major order and little-endian (hex), or texts.
`isOurs` marks what we write with the same bytes.
"""
import base64
import datetime
import io
import json
import pathlib

import ml_dtypes
import numpy as np

rng = np.random.default_rng(1)
NUMBERS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "complex64", "complex128"]


def numbers(dtype, shape):
    count = int(np.prod(shape)) * np.dtype(dtype).itemsize
    data = rng.integers(0, 2 if dtype == "bool" else 256, count, dtype=np.uint8).tobytes()
    return np.frombuffer(data, dtype).reshape(shape)


def saved(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def holds(array, dtype=None):
    name = dtype or array.dtype.name
    if array.dtype.kind in "SU":
        texts = [x if isinstance(x, bytes) else x.encode() for x in array.ravel().tolist()]
        return {"dtype": "string", "shape": list(array.shape), "texts": [base64.b64encode(x).decode() for x in texts]}
    little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<")))
    return {"dtype": name, "shape": list(array.shape), "hex": little.tobytes().hex()}


def case(name, array, is_ours=False, dtype=None):
    return {"name": name, "file": base64.b64encode(saved(array)).decode(), "isOurs": is_ours, **holds(array, dtype)}


npy = [case(dtype, numbers(dtype, (2, 3)), True) for dtype in NUMBERS]
npy += [case("big-endian %s" % dtype, numbers(dtype, (2, 3)).astype(np.dtype(dtype).newbyteorder(">"))) for dtype in NUMBERS[2:]]
npy += [case("in Fortran's order %s" % dtype, np.asfortranarray(numbers(dtype, (2, 3, 4)))) for dtype in ("float32", "complex64", "int64", "bool")]
npy += [
    case("bfloat16", numbers("uint16", (2, 3)).view(ml_dtypes.bfloat16), True, "bfloat16"),
    case("a scalar", np.array(1.5, np.float64), True),
    case("none", np.zeros([0, 4], np.float32), True),
    case("many dimensions", numbers("uint8", (1, 2, 1, 3, 1)), True),
    case("bytes", np.array([[b"a", b"", b"bcd"]]), True),
    case("texts", np.array(["a", "", "b\u00e9\U0001F600"])),
    case("big-endian texts", np.array(["a", "b\u00e9"]).astype(">U2")),
    case("texts in Fortran's order", np.asfortranarray(np.array([["a", "b"], ["c", "d"]]))),
    case("no texts", np.array([], "S1"), True),
]
refused = {
    "objects": saved(np.array([{}], object), allow_pickle=True),
    "records": saved(np.zeros(2, [("a", "i4"), ("b", "f4")])),
    "times": saved(np.array(["2020-01-01"], "datetime64[D]")),
}


def archive(write, **arrays):
    file = io.BytesIO()
    write(file, **arrays)
    return {"file": base64.b64encode(file.getvalue()).decode(), "tensors": {name: holds(a) for name, a in arrays.items()}}


arrays = {"tower/w": numbers("float32", (3, 2)), "step": np.array(7, np.int64), "b\u00e9": np.zeros(1000, np.float32), "names": np.array([b"a", b"bc"])}
body = {
    "generator": "tools/goldens/npz_files.py", "command": "python tools/goldens/npz_files.py", "numpy": np.__version__, "date": datetime.date.today().isoformat(),
    "npy": npy, "refused": {name: base64.b64encode(data).decode() for name, data in refused.items()},
    "npz": {"stored": archive(np.savez, **arrays), "deflated": archive(np.savez_compressed, **arrays), "empty": archive(np.savez)},
}
path = pathlib.Path(__file__).resolve().parents[2] / "test/goldens/npz.json"
path.write_text(json.dumps(body, ensure_ascii=True, indent=1) + "\n")
