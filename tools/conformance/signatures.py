#!/usr/bin/env python3
"""Writes the parameter names of TensorFlow's functions that recorded programs call by keyword.

    python tools/conformance/signatures.py CASES.jsonl… > tools/conformance/signatures.json

One text per function: its parameters in order, `=` after those with a default, `*` before the one that takes all the rest.
Methods stand under their name alone, with a leading dot. Functions that TensorFlow 2.21 no longer has (`contrib`) are left out.
"""
import datetime
import inspect
import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow.compat.v1 as tf  # noqa: E402

tf.disable_v2_behavior()


def find(dotted):
  found = tf
  for part in dotted.split("."):
    found = getattr(found, part)
  return found


OWNERS = (tf.train.Optimizer, tf.train.AdagradDAOptimizer, tf.train.ExponentialMovingAverage, tf.nn.rnn_cell.RNNCell,
          tf.Variable, tf.layers.Layer)


def method(name):
  return next(getattr(owner, name) for owner in OWNERS if hasattr(owner, name))


def text(function):
  kinds = inspect.Parameter
  words = []
  for p in inspect.signature(function).parameters.values():
    if p.name == "self" or p.kind == kinds.VAR_KEYWORD:
      continue
    star = "*" if p.kind == kinds.VAR_POSITIONAL else ""
    words.append(star + p.name + ("" if p.default is kinds.empty else "="))
  return " ".join(words)


def called(value, functions, methods):
  """Every function and method that a program calls."""
  if isinstance(value, list):
    for item in value:
      called(item, functions, methods)
  elif isinstance(value, dict):
    if "fn" in value and isinstance(value["fn"], str):
      (methods if value.get("do") == "method" else functions).add(value["fn"])
    for item in value.values():
      called(item, functions, methods)


def main(paths):
  functions, methods = set(), set()
  for path in paths:
    with open(path) as lines:
      for line in lines:
        case = json.loads(line)
        called({k: v for k, v in case.items() if k != "expect"}, functions, methods)
  signatures = {name: text(find(name)) for name in sorted(functions) if not name.startswith("contrib.")}
  signatures.update({"." + name: text(method(name)) for name in sorted(methods)})
  head = {"generator": "tools/conformance/signatures.py", "tensorflow": tf.__version__,
          "date": datetime.date.today().isoformat(), "signatures": signatures}
  json.dump(head, sys.stdout, indent=2)
  print()


if __name__ == "__main__":
  main(sys.argv[1:])
