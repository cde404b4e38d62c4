#!/usr/bin/env python3
"""Compares Namesake's op definitions with the op registry of the TensorFlow that runs this.

    node tools/run-ts.mjs tools/op-defs.ts | python tools/check-op-defs.py

Prints each difference and the number of definitions; exit 1 when there is a difference.
"""
import json
import os
import struct
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tensorflow.core.framework import types_pb2  # noqa: E402
from tensorflow.python.framework import dtypes, op_def_registry  # noqa: E402

LISTS = {"list(int)": "i", "list(float)": "f", "list(bool)": "b", "list(string)": "s", "list(type)": "type", "list(shape)": "shape"}
SCALARS = {"int": "i", "float": "f", "bool": "b", "string": "s", "type": "type", "shape": "shape", "func": "func"}


def type_name(number):
    return dtypes.as_dtype(number).name


def argument(arg):
    """An input or output as REGISTER_OP writes it."""
    if arg.type_list_attr:
        return f"{arg.name}: {arg.type_list_attr}"
    base = arg.type_attr or type_name(arg.type)
    if arg.is_ref:
        base = f"Ref({base})"
    return f"{arg.name}: {arg.number_attr} * {base}" if arg.number_attr else f"{arg.name}: {base}"


def plain(kind, value):
    if kind == "type":
        return type_name(value)
    if kind == "shape":
        return None if value.unknown_rank else [None if dim.size < 0 else dim.size for dim in value.dim]
    if kind == "s":
        return value.decode("utf-8")
    return value.name if kind == "func" else value


def default_of(attr):
    """The default as the definitions write it; the second value tells whether there is one."""
    if not attr.HasField("default_value"):
        return None, False
    if attr.type in LISTS:
        kind = LISTS[attr.type]
        return [plain(kind, value) for value in getattr(attr.default_value.list, kind)], True
    kind = SCALARS[attr.type]
    return plain(kind, getattr(attr.default_value, kind)), True


def allowed_of(attr):
    if not attr.HasField("allowed_values"):
        return None
    values = attr.allowed_values.list
    return [type_name(number) for number in values.type] or [text.decode("utf-8") for text in values.s]


def registered(name):
    """TensorFlow's definition in the form of tools/op-defs.ts."""
    op = op_def_registry.get(name)
    if op is None:
        return None
    attrs = {}
    for attr in op.attr:
        made = {"kind": attr.type}
        default, has_default = default_of(attr)
        if has_default:
            made["default"] = default
        allowed = allowed_of(attr)
        if allowed is not None:
            made["allowed"] = allowed
        if attr.has_minimum:
            made["minimum"] = attr.minimum
        attrs[attr.name] = made
    return {"type": op.name, "inputs": [argument(arg) for arg in op.input_arg], "outputs": [argument(arg) for arg in op.output_arg],
            "attrs": attrs, "stateful": op.is_stateful, "allowsUninitializedInput": op.allows_uninitialized_input,
            "withdrawn": [op.deprecation.version, op.deprecation.explanation] if op.deprecation.version else None}


def as_float32(value):
    """Floats are registered with 32 bits."""
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def comparable(kind, value):
    if kind == "float":
        return as_float32(value)
    return [as_float32(item) for item in value] if kind == "list(float)" else value


def same(kind, key, ours, theirs):
    """Whether both lack a part of an attr, or have it alike."""
    if key not in ours or key not in theirs:
        return (key in ours) == (key in theirs)
    if key == "default":
        return comparable(kind, ours[key]) == comparable(kind, theirs[key])
    return ours[key] == theirs[key]


def attr_differences(ours, theirs):
    if list(ours) != list(theirs):
        lack = [name for name in theirs if name not in ours]
        extra = [name for name in ours if name not in theirs]
        yield f"attrs: missing {lack}, not in TensorFlow {extra}" if lack or extra else f"order of attrs: {list(ours)}, TensorFlow {list(theirs)}"
    for name in [name for name in theirs if name in ours]:
        for key in ("kind", "default", "allowed", "minimum"):
            if same(theirs[name]["kind"], key, ours[name], theirs[name]):
                continue
            mine, real = ours[name].get(key, "none"), theirs[name].get(key, "none")
            if key == "allowed" and sorted(mine) == sorted(real):
                yield f"order of attr {name}'s allowed values: {mine}, TensorFlow {real}"
            else:
                yield f"attr {name}'s {key}: {mine}, TensorFlow {real}"


def differences(ours):
    theirs = registered(ours["type"])
    if theirs is None:
        yield "no such op in TensorFlow"
        return
    for key in ("inputs", "outputs", "stateful", "allowsUninitializedInput", "withdrawn"):
        if ours[key] != theirs[key]:
            yield f"{key}: {ours[key]}, TensorFlow {theirs[key]}"
    yield from attr_differences(ours["attrs"], theirs["attrs"])


def main():
    definitions = json.load(sys.stdin)
    count = 0
    for ours in definitions:
        for difference in differences(ours):
            count += 1
            print(f"{ours['type']}: {difference}")
    print(f"{len(definitions)} op definitions, {count} differences from TensorFlow's registry")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
