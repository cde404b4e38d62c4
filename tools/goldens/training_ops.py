"""Writes test/goldens/training.json: what the ops that optimizers apply make of variables, and how they fail.

Run with a Python that has TensorFlow:
    python tools/goldens/training_ops.py
"""
import datetime
import json
import pathlib

import numpy as np
from op_cases import _config, array, encoded, first_line, sixteenths, tf
from tensorflow.python.framework import op_def_registry

# Numbers of each op by the name of its input.
NUMBERS = {
    "alpha": 0.25, "lr": 0.25, "momentum": 0.5, "rho": 0.75, "epsilon": 0.0625, "l1": 0.125, "l2": 0.25, "l2_shrinkage": 0.5,
    "lr_power": -0.5, "beta1_power": 0.5, "beta2_power": 0.75, "beta1": 0.5, "beta2": 0.75, "global_step": 3,
}
RULES = ["GradientDescent", "Momentum", "Adagrad", "AdagradDA", "Adadelta", "RMSProp", "CenteredRMSProp", "Adam", "Ftrl", "FtrlV2",
         "ProximalGradientDescent", "ProximalAdagrad"]
DENSE_ONLY = ["GradientDescent", "Adam"]
HUGE = 2.0**70  # the square of a gradient is infinite as a float32


def state(name, shape, seed, dtype):
    """The variable has both signs, what sums squares is positive."""
    if name in ("var", "linear", "mom", "m", "gradient_accumulator"):
        return sixteenths(shape, seed, dtype=dtype)
    if name == "mg":
        return sixteenths(shape, seed, -4, 5, dtype=dtype)
    return sixteenths(shape, seed, 16, 64, dtype=dtype)


def run(op, shape=(3, 2), dtype="float32", indices=None, indices_dtype="int32", attrs=None, numbers=None, grad_shape=None, shapes=None, scale=1):
    """One update: the variables afterwards, or the error."""
    is_resource = op.startswith("Resource")
    attrs = attrs or {}
    grad = shape if indices is None else (len(indices),) + tuple(shape[1:])
    with tf.Graph().as_default(), tf.Session(config=_config()) as session:
        given, values, variables, feeds = {}, [], [], {}
        for place, arg in enumerate(op_def_registry.get(op).input_arg):
            if arg.is_ref or arg.type == tf.resource.as_datatype_enum:
                value = state(arg.name, (shapes or {}).get(arg.name, shape), place, dtype)
                variable = tf.Variable(value, use_resource=is_resource, validate_shape=False, shape=tf.TensorShape(None))
                variables.append(variable)
                given[arg.name] = variable.handle if is_resource else variable._ref()
            else:
                if arg.name in ("grad", "delta"):
                    value = sixteenths(grad_shape or grad, place + 7, dtype=dtype) * scale
                    value = value.astype(tf.as_dtype(dtype).as_numpy_dtype)
                elif arg.name == "indices":
                    value = array(indices, indices_dtype)
                else:
                    value = array((numbers or {}).get(arg.name, NUMBERS[arg.name]), "int64" if arg.name == "global_step" else dtype)
                given[arg.name] = tf.placeholder(tf.as_dtype(value.dtype))
                feeds[given[arg.name]] = value
            values.append(value)
        session.run([v.initializer for v in variables])
        made = getattr(tf.raw_ops, op)(**given, **attrs)
        case = {"op": op, "inputs": [encoded(v) for v in values], "attrs": attrs}
        try:
            session.run(made if isinstance(made, tf.Operation) else made.op, feeds)
            case["outputs"] = [encoded(np.asarray(session.run(v))) for v in variables]
        except tf.errors.OpError as error:
            if "No OpKernel" in error.message:
                return None  # TensorFlow has no kernel for this type here
            case["error"] = first_line(error)
        return case


def cases():
    for rule in RULES:
        for kind in ("", "Resource"):
            dense = kind + "Apply" + rule
            for dtype in ("float32", "float64", "float16", "bfloat16"):
                yield run(dense, dtype=dtype)
            yield run(dense, shape=())
            yield run(dense, shape=(0, 2))
            yield run(dense, shape=(10, 3))
            yield run(dense, scale=0)
            yield run(dense, scale=HUGE)
            if rule in DENSE_ONLY:
                continue
            sparse = kind + "SparseApply" + rule
            for dtype in ("float32", "float64", "float16", "bfloat16"):
                yield run(sparse, dtype=dtype, indices=[2, 0])
            yield run(sparse, indices=[1, 1, 2], indices_dtype="int64")
            yield run(sparse, indices=[])
            yield run(sparse, indices=[2, 0], scale=HUGE)
            yield run(sparse, shape=(4,), indices=[3])
            yield run(sparse, shape=(2, 2, 2), indices=[1])
            yield run(sparse, indices=[3])
            yield run(sparse, indices=[-1])
    yield from variants()
    yield from mistakes()


def variants():
    for kind in ("", "Resource"):
        for sparse in (False, True):
            def one(rule, **given):
                at = {"indices": [2, 0]} if sparse else {}
                return run(kind + ("SparseApply" if sparse else "Apply") + rule, **at, **given)
            yield one("Momentum", attrs={"use_nesterov": True})
            yield one("Adagrad", attrs={"update_slots": False})
            for power in (-0.5, -0.25, -1.0):
                for l1 in (0.0, 2.0):
                    for by_lr in (False, True):
                        for rule in ("Ftrl", "FtrlV2"):
                            yield one(rule, numbers={"lr_power": power, "l1": l1}, attrs={"multiply_linear_by_lr": by_lr})
            for rule in ("AdagradDA", "ProximalGradientDescent", "ProximalAdagrad"):
                for l1 in (0.0, 2.0):
                    for l2 in (0.0, 1.5):
                        yield one(rule, numbers={"l1": l1, "l2": l2})
        yield run(kind + "ApplyAdam", attrs={"use_nesterov": True})
        yield run(kind + "ApplyAdam", numbers={"beta1_power": 1.0})


def mistakes():
    for rule in RULES:
        for kind in ("", "Resource"):
            dense = kind + "Apply" + rule
            yield run(dense, grad_shape=(2, 2))
            numbers = [arg.name for arg in op_def_registry.get(dense).input_arg if arg.name in NUMBERS]
            for name in numbers:
                yield run(dense, numbers={name: [NUMBERS[name]] * 2})
            states = [arg.name for arg in op_def_registry.get(dense).input_arg if arg.is_ref or arg.type == tf.resource.as_datatype_enum]
            for name in states[1:]:
                if name != "accum_update":  # TensorFlow's kernel does not look
                    yield run(dense, shapes={name: (2, 3)})
            if rule in DENSE_ONLY:
                continue
            sparse = kind + "SparseApply" + rule
            yield run(sparse, indices=[0, 1], grad_shape=(3, 2))
            yield run(sparse, indices=[0, 1], grad_shape=(2, 3))
            if rule == "Adagrad":  # the other kernels read a gradient of another rank as if it were flat
                yield run(sparse, indices=[0, 1], grad_shape=(2, 2, 1))
            yield run(sparse, indices=[[0, 1]], grad_shape=(1, 2))
            yield run(sparse, shape=(), indices=[0], grad_shape=(1,))
            for name in numbers:
                yield run(sparse, indices=[0], numbers={name: [NUMBERS.get(name, 1)] * 2}) if name in [a.name for a in op_def_registry.get(sparse).input_arg] else None
            for name in states[1:]:
                yield run(sparse, indices=[0], shapes={name: (2, 3)})
    for kind in ("", "Resource"):
        for sparse, at in (("Apply", None), ("SparseApply", [0])):
            for rule in ("Ftrl", "FtrlV2", "ProximalAdagrad", "ProximalGradientDescent", "AdagradDA"):
                numbers = [arg.name for arg in op_def_registry.get(kind + sparse + rule).input_arg if arg.name in NUMBERS]
                for name in numbers:
                    if name == "global_step":  # it counts from 1 where an optimizer gives it
                        continue
                    for value in (0.0, 1.0 if name == "lr_power" else -1.0):
                        yield run(kind + sparse + rule, indices=at, numbers={name: value})


def main():
    done = [case for case in cases() if case is not None]
    path = pathlib.Path(__file__).parents[2] / "test/goldens/training.json"
    head = {"generator": "tools/goldens/training_ops.py", "command": "python tools/goldens/training_ops.py", "tensorflow": tf.__version__,
            "date": datetime.date.today().isoformat()}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in done)
    path.write_text(json.dumps(head)[:-1] + ',"cases":[\n' + lines + "\n]}\n")
    print(len(done), "cases")


if __name__ == "__main__":
    main()
