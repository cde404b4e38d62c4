"""What is logged of objects of real TensorFlow, and of errors."""
import math
import re

import numpy as np
from tensorflow.python.ops.resource_variable_ops import _UnreadVariable
from tensorflow.python.ops.variables import PartitionedVariable, Variable

from tensorflow_graph import shape_list, tf, without_none
from tensorflow_values import reuse_text

# Where a message stops, and what makes one worthless: accidents of Python and of addresses.
MESSAGE_END = re.compile(r" Originally defined at:| \(graphs are | Accepted names conform to | for '\{\{node ")
ACCIDENTS = re.compile("|".join([
    r" at 0x[0-9a-f]+", "<function", "<lambda", "<class", "<module", "<bound", r"<tensorflow\.", "object at", "TypeSpec",
    r"tf\.Tensor", "numpy", "unhashable", "unexpected keyword", "positional argument", "Failed to convert",
    "Cannot convert", "Expected .* but got", "Node '", "NodeDef", "Op<", "object is not callable",
    "binary or unicode string", "Detected at node", "unsupported operand", "must have the same type",
    "could not be (?:cast|converted)", "Tensor conversion requested", "Could not find variable", "Error while reading",
    "Incompatible type", "has no attribute",
]))
STEP_PREFIX = "Graph execution error:"


def error_record(error):
    if isinstance(error, tf.errors.OpError):
        message = error.message
    else:
        message = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    if message.startswith(STEP_PREFIX):
        message = message[len(STEP_PREFIX):].lstrip()
    line = MESSAGE_END.split(message.split("\n")[0])[0].rstrip()
    record = {"class": type(error).__name__}
    if line and not ACCIDENTS.search(line):
        record["message"] = line
    return record


def element_record(element):
    if isinstance(element, bytes):
        return element.decode("utf-8")
    if isinstance(element, (bool, np.bool_)):
        return bool(element)
    if isinstance(element, (int, np.integer)):
        return int(element)
    number = float(element)
    if math.isfinite(number):
        return number
    return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"


def value_record(value):
    if value is None:
        return None
    array = np.asarray(value)
    name = "string" if array.dtype.kind in "OSU" else tf.as_dtype(array.dtype).name
    return {"dtype": name, "shape": list(array.shape), "data": [element_record(item) for item in array.reshape(-1)]}


def label_of(labels, thing):
    if thing is None:
        return None
    if isinstance(thing, (bool, int, float, str, list, tuple, dict, np.ndarray)):
        return "literal"
    if isinstance(thing, (tf.Tensor, tf.Operation)):
        return thing.name
    for labelled, name in labels:
        if labelled is thing:
            return name
    return thing.name if isinstance(thing, Variable) else "other"


class Records:
    """Records objects for the log of one program."""

    def __init__(self, run):
        self.run = run

    def record(self, thing):
        if thing is None:
            return {"none": True}
        kinds = [
            (tf.VariableScope, "scope", self.scope),
            (_UnreadVariable, "assigned", self.written),
            (PartitionedVariable, "partitioned", self.partitioned),
            (Variable, "variable", lambda v: {**self.variable(v), **self.same_as(v)}),
            (tf.Tensor, "tensor", self.tensor),
            (tf.Operation, "op", self.operation),
            (str, "text", lambda text: text),
            ((list, tuple), "list", lambda several: [self.record(one) for one in several]),
        ]
        for types, key, make in kinds:
            if isinstance(thing, types):
                return {key: make(thing)}
        return {"other": True}

    def same_as(self, thing):
        return without_none({"same_as": self.run.earlier_entry(thing)})

    @staticmethod
    def tensor(tensor):
        return without_none({"name": tensor.name, "dtype": tensor.dtype.name, "shape": shape_list(tensor.shape),
                             "device": tensor.device or None})

    @staticmethod
    def operation(op):
        return without_none({"name": op.name, "type": op.type, "device": op.device or None})

    @staticmethod
    def written(variable):
        return without_none({"name": variable.name, "op": variable.op.name, "dtype": variable.dtype.name,
                             "shape": shape_list(variable.shape)})

    def partitioned(self, variable):
        return without_none({
            "name": variable.name, "dtype": variable.dtype.name, "shape": shape_list(variable.get_shape()),
            "partitions": [int(n) for n in variable._get_partitions()],
            "slices": [self.variable(one) for one in variable], **self.same_as(variable)})

    def variable(self, variable):
        part = variable._get_save_slice_info()
        try:
            initial_value = variable.initial_value.name
        except Exception:  # a value that is no tensor has no name
            initial_value = None
        return without_none({
            "name": variable.name, "op": variable.op.name, "dtype": variable.dtype.name,
            "shape": shape_list(variable.shape), "trainable": variable.trainable,
            "resource": True if "Resource" in type(variable).__name__ else None, "device": variable.device or None,
            "initial_value": initial_value, "initializer": getattr(variable.initializer, "name", None),
            "constraint": self.run.label_of(variable.constraint),
            "synchronization": None if variable.synchronization.name == "AUTO" else variable.synchronization.name,
            "aggregation": None if variable.aggregation.name == "NONE" else variable.aggregation.name,
            "slice": part and part.spec, "full_name": part and part.full_name})

    def scope(self, scope):
        label = self.run.label_of
        return without_none({
            "name": scope.name, "original_name_scope": scope.original_name_scope, "reuse": reuse_text(scope.reuse),
            "dtype": tf.as_dtype(scope.dtype).name, "use_resource": scope.use_resource,
            "initializer": label(scope.initializer), "regularizer": label(scope.regularizer),
            "caching_device": self.run.device_label(scope.caching_device), "partitioner": label(scope.partitioner),
            "custom_getter": None if scope.custom_getter is None else True, "constraint": label(scope.constraint),
            "name_scope": tf.get_default_graph().get_name_scope(), **self.same_as(scope)})

    @staticmethod
    def template(template):
        scope = template.variable_scope
        lists = ("global_variables", "local_variables", "trainable_variables", "non_trainable_variables")
        return without_none({
            "name": template.name, "variable_scope_name": template.variable_scope_name,
            "variable_scope": scope and scope.name, "original_name_scope": scope and scope.original_name_scope,
            **{key: [variable.name for variable in getattr(template, key)] for key in lists}})
