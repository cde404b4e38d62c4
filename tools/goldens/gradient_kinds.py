"""Writes test/goldens/gradient_kinds.json: what TensorFlow's registry of gradients says of each op type: `rule`, or
`notDifferentiable`, where it registers that there is none. A type that it does not name has no rule. Run with a Python that has
TensorFlow:  python tools/goldens/gradient_kinds.py
"""
import datetime
import json
import pathlib

import tensorflow.compat.v1 as tf
from tensorflow.python.framework import ops

registry = ops.gradient_registry
golden = {
    "generator": "tools/goldens/gradient_kinds.py",
    "command": "python tools/goldens/gradient_kinds.py",
    "tensorflow": tf.__version__,
    "date": datetime.date.today().isoformat(),
    "kinds": {name: "notDifferentiable" if registry.lookup(name) is None else "rule" for name in sorted(registry.list())},
}
path = pathlib.Path(__file__).resolve().parents[2] / "test/goldens/gradient_kinds.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
