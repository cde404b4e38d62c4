"""The `op` statement in real TensorFlow: one row per op."""
from tensorflow_graph import tf


def function(make):
    """A function of the inputs."""
    return lambda call: make(*call.inputs, **call.named)


def shaped(make):
    """A function of a shape."""
    return lambda call: make(call.extra.pop("shape"), **call.extra, **call.named)


def along(make):
    """A reduction."""
    return lambda call: make(call.inputs[0], **call.extra, **call.named)


def assignment(make):
    options = ("validate_shape", "use_locking")
    return lambda call: make(*call.inputs, **{key: call.spec[key] for key in options if key in call.spec}, **call.named)


def method(name):
    return lambda call: getattr(call.inputs[0], name)()


def assign_method(name):
    def call_method(call):
        result = getattr(call.inputs[0], name)(call.inputs[1], **call.named)
        return result if isinstance(result, (list, tf.Tensor, tf.Operation)) else result.op
    return call_method


OPS = {
    "constant": lambda call: tf.constant(call.value(call.spec["value"]), **call.extra, **call.named),
    "placeholder": lambda call: tf.placeholder(call.extra["dtype"], call.extra.get("shape"), **call.named),
    **{name: shaped(getattr(tf, name)) for name in ("zeros", "ones", "random_uniform", "random_normal", "truncated_normal")},
    **{name: function(getattr(tf, name)) for name in (
        "identity", "square", "negative", "tanh", "sigmoid", "add", "subtract", "multiply", "matmul", "less", "greater",
        "equal", "logical_and", "logical_not", "floordiv", "group", "is_variable_initialized")},
    "relu": function(tf.nn.relu),
    "l2_loss": function(tf.nn.l2_loss),
    "plus": lambda call: call.inputs[0] + call.inputs[1],
    "minus": lambda call: call.inputs[0] - call.inputs[1],
    "times": lambda call: call.inputs[0] * call.inputs[1],
    "reduce_sum": along(tf.reduce_sum),
    "reduce_mean": along(tf.reduce_mean),
    "no_op": lambda call: tf.no_op(**call.named),
    "concat": lambda call: tf.concat(call.inputs, call.extra["axis"], **call.named),
    "cast": lambda call: tf.cast(call.inputs[0], call.extra["dtype"], **call.named),
    "reshape": lambda call: tf.reshape(call.inputs[0], call.extra["shape"], **call.named),
    **{name: assign_method(name) for name in ("assign", "assign_add", "assign_sub")},
    **{"tf_" + name: assignment(getattr(tf, name)) for name in ("assign", "assign_add", "assign_sub")},
    **{name: assignment(getattr(tf, name)) for name in ("scatter_update", "scatter_add", "scatter_sub")},
    "count_up_to": lambda call: call.inputs[0].count_up_to(call.spec["limit"]),
    "assert": lambda call: tf.Assert(call.inputs[0], call.inputs[1:], **call.named),
    **{name: method(name) for name in ("value", "read_value", "initialized_value", "as_tensor")},
    "convert": function(tf.convert_to_tensor),
    "global_variables_initializer": lambda call: tf.global_variables_initializer(),
    "local_variables_initializer": lambda call: tf.local_variables_initializer(),
    "variables_initializer": lambda call: tf.variables_initializer(call.inputs, **call.named),
}


class OpCall:
    """The arguments of one op statement."""

    def __init__(self, values, spec):
        self.spec, self.value = spec, values.value
        self.named = {"name": values.text(spec["name"])} if "name" in spec else {}
        self.inputs = [values.value(item) for item in spec.get("inputs", [])]
        self.extra = {key: spec[key] for key in ("shape", "axis", "seed") if key in spec}
        if "dtype" in spec:
            self.extra["dtype"] = values.dtype(spec["dtype"])


def make_op(values, spec):
    return OPS[spec["op"]](OpCall(values, spec))
