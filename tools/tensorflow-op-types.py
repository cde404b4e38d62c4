#!/usr/bin/env python3
"""Writes src/ops/tensorflow-op-types.ts: which op types TensorFlow's registry has. Run with a Python that has TensorFlow:

    python tools/tensorflow-op-types.py [--check]

With --check it compares instead, and exits with 1 when the file is out of date.
"""
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import op_def_pb2  # noqa: E402
from tensorflow.python.client import pywrap_tf_session  # noqa: E402

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
WIDTH = 112
FILE = pathlib.Path(__file__).resolve().parents[1] / "src/ops/tensorflow-op-types.ts"


def code(name):
    """The low 24 bits of FNV-1a, as four digits of base 64."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return "".join(DIGITS[value >> shift & 63] for shift in (18, 12, 6, 0))


def registered():
    made = op_def_pb2.OpList()
    made.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    return [op.name for op in made.op]


def page(names):
    text = "".join(sorted({code(name) for name in names}))
    lines = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
    listed = "\n".join(f'  "{line}",' for line in lines)
    return f"""/**
 * Which op types TensorFlow {tf.__version__} has: {len(names)} of them, each as four digits of its hash, for what errors say of ops that are not
 * computed here. Names themselves would take four times as much. Written by tools/tensorflow-op-types.py; do not edit.
 */
const DIGITS = "{DIGITS}";

/** The low 24 bits of FNV-1a, in base 64. */
function codeOf(type: string): string {{
  let hash = 0x811c9dc5;
  for (let i = 0; i < type.length; i += 1) hash = Math.imul(hash ^ type.charCodeAt(i), 0x01000193);
  return [18, 12, 6, 0].map((shift) => DIGITS[(hash >>> shift) & 63]).join("");
}}

const codes = [
{listed}
];

/** Whether TensorFlow has an op of this type. A type of its own is taken for one of TensorFlow's once in {2**24 // len(names)} times. */
export function isTensorFlowOp(type: string): boolean {{
  const code = codeOf(type);
  return codes.some((line) => {{
    for (let at = line.indexOf(code); at >= 0; at = line.indexOf(code, at + 1)) if (at % code.length === 0) return true;
    return false;
  }});
}}
"""


def main():
    made = page(registered())
    if "--check" not in sys.argv:
        FILE.write_text(made)
        return 0
    is_same = FILE.read_text() == made
    print(f"{FILE.name}: {'as' if is_same else 'differs from'} TensorFlow's registry")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
