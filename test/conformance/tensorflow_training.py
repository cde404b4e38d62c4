"""Executes programs that train in real TensorFlow: any function by name, methods, rules of gradients, many steps."""
import re

import numpy as np

from tensorflow_graph import tf, without_none
from tensorflow_recorder import NOTHING, Recorder, record_program
from tensorflow_records import value_record

from tensorflow.python.framework import ops as framework_ops

# What follows is Python's way of printing objects.
PRINTED = re.compile(r''' between variables \[|: \["?<|, expected: \[|:? ?<dtype: |:? ?Tensor\("|<tf\.Variable''')
PARTS = ("values", "indices", "dense_shape")


def find(dotted):
    found = tf
    for part in dotted.split("."):
        found = getattr(found, part)
    return found


def flat(value):
    if isinstance(value, (list, tuple)):
        return [item for one in value for item in flat(one)]
    return [value]


class TrainingRecorder(Recorder):
    """One execution of one program that trains."""

    def __init__(self, threads=1):
        super().__init__(threads)
        basic_value, basic_record = self.values.value, self.records.record
        self.values.value = lambda spec: self.value(spec, basic_value)
        self.records.record = lambda thing: self.record(thing, basic_record)

    def value(self, spec, basic):
        if not isinstance(spec, dict):
            return basic(spec)
        if "ref" in spec:
            bound = self.values.handle(spec["ref"])
            for index in spec.get("item", []):
                bound = bound[index]
            return self.values.property(bound, spec["get"]) if "get" in spec else bound
        if "tuple" in spec:
            return tuple(self.values.value(item) for item in spec["tuple"])
        if "map" in spec:
            return {key: self.values.value(item) for key, item in spec["map"].items()}
        if "tf" in spec:
            return find(spec["tf"])
        if "lambda" in spec:
            return self.function(spec)
        for kind in ("init", "regularizer", "partitioner", "getter", "constraint"):
            if kind in spec:
                return getattr(self.values, "initializer" if kind == "init" else kind)(spec)
        if "dtype" in spec and "array" not in spec:
            return tf.as_dtype(spec["dtype"])
        return basic(spec)

    def function(self, spec):
        path = list(self.path)

        def execute(*given):
            def body():
                self.handles.update(zip(spec["lambda"], given))
                self.block(spec.get("body", []))
            self.elsewhere(path, body)
            return self.values.value(spec["return"])
        return self.label(execute, "lambda")

    def record(self, thing, basic):
        if isinstance(thing, tf.IndexedSlices):
            names = {part: getattr(thing, part) for part in PARTS}
            return {"slices": without_none({part: one if one is None else one.name for part, one in names.items()})}
        if isinstance(thing, dict):
            return {"map": {key: self.records.record(thing[key]) for key in sorted(thing)}}
        if isinstance(thing, (bool, int, float)):
            return {"number": thing}
        if isinstance(thing, (np.ndarray, np.generic)):
            return {"value": value_record(thing)}
        if isinstance(thing, tf.train.Optimizer):
            return {"optimizer": {"name": thing.get_name(), "class": type(thing).__name__}}
        return basic(thing)

    def emit(self, entry):
        if "error" in entry and "message" in entry["error"]:
            entry["error"]["message"] = PRINTED.split(entry["error"]["message"])[0].rstrip()
        super().emit(entry)

    # Statements.

    def named(self, spec):
        return {key: self.values.value(value) for key, value in spec.get("args", {}).items()}

    def positional(self, spec):
        return [self.values.value(value) for value in spec.get("positional", [])]

    def do_tf(self, spec):
        return find(spec["fn"])(**self.named(spec))

    def do_method(self, spec):
        return getattr(self.values.value(spec["of"]), spec["fn"])(*self.positional(spec), **self.named(spec))

    def do_call_object(self, spec):
        return self.values.value(spec["of"])(*self.positional(spec), **self.named(spec))

    def do_gradient_override_map(self, spec):
        return self.inside(tf.get_default_graph().gradient_override_map(spec["map"]), spec, False)

    def do_register_gradient(self, spec):
        framework_ops.gradient_registry._registry.pop(spec["name"], None)
        tf.RegisterGradient(spec["name"])(self.values.value(spec["function"]))
        return NOTHING

    def do_names(self, spec):
        self.emit({"names": [getattr(item, "name", None) for item in self.values.value(spec["value"])]})
        return NOTHING

    def do_run(self, spec):
        if spec.get("init") is not None:
            super().do_run({"init": spec["init"]})
            self.log.pop()
        fetches = self.values.value(spec.get("fetches", []))
        feeds = {self.values.value(key): self.values.value(value) for key, value in spec.get("feed", [])}
        fetched = self.session().run(fetches, feeds) if fetches else []
        self.emit({"values": [value_record(item) for item in flat(fetched)]})
        return NOTHING

    def do_train(self, spec):
        session, fetches, watch = self.session(), self.values.value(spec["fetches"]), self.values.value(spec["watch"])
        feeds = {self.values.value(key): self.values.value(value) for key, value in spec.get("feed", [])}
        watched = []
        for step in range(spec["steps"] + 1):
            if step in spec["record"]:
                values = flat(session.run(watch, feeds))
                watched.append({"after": step, "values": [value_record(value) for value in values]})
            if step < spec["steps"]:
                session.run(fetches, feeds)
        self.emit({"watched": watched})
        return NOTHING


def record_training(program):
    """The result of a program that trains: without the state at its end."""
    result = record_program(program, make=TrainingRecorder)
    return {"log": result["log"], "graphs": result["graphs"]}

