"""Writes test/goldens/safetensors.json: files as the reference library writes them. Run with a Python that has safetensors and numpy:

    python tools/goldens/safetensors_files.py

A file is base64; beside it stand its tensors, with their elements as bytes (hex), and its metadata.
"""
import base64
import datetime
import json
import pathlib

import numpy as np
import safetensors
from safetensors import TensorSpec, serialize

SIZES = {"BOOL": 8, "U8": 8, "I8": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64}
# Types without values in NumPy. The library's function has no names for F6_E2M3 and F6_E3M2.
RAW = {"F4": 4, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8}
PYTHON = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "I16": "int16", "U16": "uint16", "F16": "float16", "BF16": "bfloat16", "I32": "int32",
    "U32": "uint32", "F32": "float32", "C64": "complex64", "F64": "float64", "I64": "int64", "U64": "uint64", "F4": "float4_e2m1fn_x2",
    "F8_E5M2": "float8_e5m2", "F8_E4M3": "float8_e4m3fn", "F8_E8M0": "float8_e8m0fnu", "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
}
rng = np.random.default_rng(1)


def tensor(dtype, shape):
    bits = {**SIZES, **RAW}[dtype]
    count = int(np.prod(shape)) * bits // 8
    data = rng.integers(0, 2 if dtype == "BOOL" else 256, count, dtype=np.uint8).tobytes()
    return {"dtype": dtype, "shape": list(shape), "hex": data.hex()}


FILES = {
    "every type": ({"a %s" % name: tensor(name, (2, 4)) for name in SIZES}, None),
    "types without values": ({name: tensor(name, (2, 4)) for name in [*RAW, "F32"]}, None),
    "names": ({name: tensor("F32", (1,)) for name in ["b", "a", "10", "9", "net/w:é", "net/w:e", "\U0001F600", "\uffff", "", "\"\\\n", "__proto__"]}, {"format": "np"}),
    "shapes": ({"scalar": tensor("F64", ()), "none": tensor("F32", (0, 4)), "deep": tensor("I16", (1, 2, 1, 3, 1)), "one": tensor("U8", (1,))}, None),
    "empty": ({}, None),
    "only metadata": ({}, {"note": "nothing here"}),
}


def written(tensors, metadata):
    specs, kept = {}, []
    for name, t in tensors.items():
        data = np.frombuffer(bytes.fromhex(t["hex"]), np.uint8)
        kept.append(data)
        # Of two elements in a byte, the function wants the number of bytes.
        shape = t["shape"][:-1] + [t["shape"][-1] // 2] if t["dtype"] == "F4" else t["shape"]
        specs[name] = TensorSpec(dtype=PYTHON[t["dtype"]], shape=shape, data_ptr=data.ctypes.data, data_len=data.size)
    return bytes(serialize(specs, metadata=metadata))


cases = [
    {"name": name, "file": base64.b64encode(written(*of)).decode(), "tensors": of[0], "metadata": of[1] or {}} for name, of in FILES.items()
]
path = pathlib.Path(__file__).resolve().parents[2] / "test/goldens/safetensors.json"
head = {
    "generator": "tools/goldens/safetensors_files.py", "command": "python tools/goldens/safetensors_files.py",
    "safetensors": safetensors.__version__, "numpy": np.__version__, "date": datetime.date.today().isoformat(),
}
path.write_text(json.dumps({**head, "cases": cases}, ensure_ascii=True, indent=1) + "\n")
