"""Values of programs in real TensorFlow: literals, handles, and the functions that a program may pass, by kind."""
import numpy as np

from tensorflow_graph import shape_list, tf, without_none


class ProgramError(Exception):
    """Raised by programs themselves."""


class Unbound(Exception):
    """A handle that is not bound."""


INITIALIZERS = {
    "zeros": tf.zeros_initializer,
    "ones": tf.ones_initializer,
    "constant": tf.constant_initializer,
    "random_uniform": tf.random_uniform_initializer,
    "random_normal": tf.random_normal_initializer,
    "truncated_normal": tf.truncated_normal_initializer,
    "uniform_unit_scaling": tf.uniform_unit_scaling_initializer,
    "variance_scaling": tf.variance_scaling_initializer,
    "glorot_uniform": tf.glorot_uniform_initializer,
    "glorot_normal": tf.glorot_normal_initializer,
    "lecun_normal": tf.initializers.lecun_normal,
    "lecun_uniform": tf.initializers.lecun_uniform,
    "he_normal": tf.initializers.he_normal,
    "he_uniform": tf.initializers.he_uniform,
    "orthogonal": tf.orthogonal_initializer,
    "identity": tf.initializers.identity,
}

VARIABLE_TYPES = ("Variable", "VariableV2", "VarHandleOp")


def numbers(nested, kind):
    return [numbers(item, kind) for item in nested] if isinstance(nested, list) else kind(nested)


def reuse_text(reuse):
    return "auto" if reuse is tf.AUTO_REUSE else reuse


def refuse(error):
    raise error


class Values:
    """Makes the values of one program. `run` has the handles, the labels and the log."""

    def __init__(self, run):
        self.run = run

    # Literals and handles.

    def value(self, spec):
        if spec is None:
            return None
        if isinstance(spec, list):
            return [self.value(item) for item in spec]
        if "ref" in spec:
            bound = self.handle(spec["ref"])
            return self.property(bound, spec["get"]) if "get" in spec else bound
        makers = {
            "array": lambda x: np.array(x, dtype=spec["dtype"]),
            "float": lambda x: numbers(x, float),
            "int": lambda x: numbers(x, int),
            "str": str,
            "bool": bool,
            "fn": lambda x: self.function(x, spec.get("params", "none")),
            "dict": lambda x: {},
        }
        (key,) = [key for key in makers if key in spec]
        return makers[key](spec[key])

    def handle(self, name):
        if name not in self.run.handles:
            raise Unbound(name)
        return self.run.handles[name]

    @staticmethod
    def property(bound, name):
        if name == "op_name":
            return bound.op.name
        if name.startswith("slice_"):
            return list(bound)[int(name.split("_")[1])]
        return getattr(bound, name)

    def text(self, spec):
        return self.value(spec) if isinstance(spec, dict) else spec

    def dtype(self, spec):
        if spec is None or isinstance(spec, dict):
            return self.value(spec)
        return tf.as_dtype(spec)

    @staticmethod
    def reuse(spec):
        return tf.AUTO_REUSE if spec == "auto" else spec

    def function(self, result, params):
        def make():
            if "init" in result:
                initializer = {key: item for key, item in result.items() if key != "shape"}
                return self.initializer(initializer)(result["shape"])
            return self.value(result)

        def iota(shape, dtype=None, partition_info=None):
            offset = partition_info.single_offset(shape) if result.get("offset") and partition_info else 0
            dims = [int(d) for d in shape]
            return tf.constant(np.arange(int(np.prod(dims))).reshape(dims) + offset, dtype=dtype, name="iota")

        functions = {"none": lambda: make(), "optional": lambda x=0: make(), "required": lambda x: make(), "shape": iota}
        return self.run.label(functions[params], "fn")

    # Functions by kind. A spec without a kind is a plain value.

    def canned(self, spec, key, kinds, prefix=""):
        if spec is None or isinstance(spec, str):
            return spec
        if key not in spec:
            return self.value(spec)
        fields = {name: field for name, field in spec.items() if name != key}
        return self.run.label(kinds[spec[key]](**fields), prefix + spec[key])

    def initializer(self, spec):
        if spec is None or "init" not in spec:
            return self.value(spec)
        made = INITIALIZERS[spec["init"]]
        if spec.get("class"):
            return self.run.label(made, spec["init"] + " class")
        is_whole = str(spec.get("dtype", "")).lstrip("u").startswith("int")
        arguments = {}
        for key, field in spec.items():
            if key == "value":
                field = self.value(field)
            elif key == "dtype":
                field = tf.as_dtype(field)
            elif isinstance(field, (int, float)) and key not in ("seed", "verify_shape"):
                field = int(field) if is_whole and key in ("minval", "maxval") else float(field)
            if key not in ("init", "class"):
                arguments[key] = field
        return self.run.label(made(**arguments), spec["init"])

    def regularizer(self, spec):
        return self.canned(spec, "regularizer", {
            "no_regularizer": lambda: tf.no_regularizer,
            "sum": lambda: lambda weights: tf.reduce_sum(weights),
            "mean_plus": lambda value: lambda weights: tf.reduce_mean(weights) + float(value),
            "l2": lambda scale: lambda weights: tf.multiply(float(scale), tf.nn.l2_loss(weights), name="l2"),
            "null": lambda: lambda weights: None,
            "raise": lambda: lambda weights: refuse(ProgramError("regularizer")),
        })

    def partitioner(self, spec):
        return self.canned(spec, "partitioner", {
            "fixed": tf.fixed_size_partitioner,
            "variable_axis": tf.variable_axis_size_partitioner,
            "min_max": tf.min_max_variable_partitioner,
            "list": lambda value: lambda shape, dtype: list(value),
            "first_axis": lambda n: lambda shape, dtype: [n] + [1] * (shape.rank - 1),
            "not_a_list": lambda: lambda shape, dtype: 2,
        })

    def constraint(self, spec):
        return self.canned(spec, "constraint", {
            "zero": lambda: lambda weights: 0 * weights,
            "non_negative": lambda: lambda weights: tf.maximum(weights, 0.0),
        })

    def device(self, spec):
        def log_variables():
            def choose(op):
                if op.type in VARIABLE_TYPES:
                    self.run.emit({"device_fn": {"name": op.name, "type": op.type}})
                return op.device
            return choose

        return self.canned(spec, "device_fn", {
            "variables_to_ps": lambda: lambda op: "/job:ps" if op.type in VARIABLE_TYPES else op.device,
            "constants_to_cpu": lambda: lambda op: "/cpu:0" if op.type == "Const" else op.device,
            "gpu": lambda: lambda op: "/device:GPU:1",
            "keep": lambda: lambda op: op.device,
            "null": lambda: lambda op: None,
            "log_variables": log_variables,
        }, "device_fn:")

    def getter(self, spec):
        def changing(**changed):
            return lambda: lambda getter, name, *rest, **options: getter(name, *rest, **{**options, **changed})

        def around(make):
            return lambda: lambda getter, name, *rest, **options: make(getter(name, *rest, **options), options)

        def track():
            def get(getter, name, *rest, **options):
                self.run.emit({"getter": self.getter_record(name, options)})
                return getter(name, *rest, **options)
            return get

        def absolute(name):
            whole = name
            return lambda getter, name, *rest, **options: getter(whole, *rest, **options)

        def combine(op, scope, parts):
            def get(getter, name, *rest, **options):
                left, right = [getter(name + part, *rest, **options) for part in parts]
                with tf.name_scope(scope):
                    return left + right if op == "add" else left * right
            return get

        def drop_reuse():
            def get(getter, name, *rest, **options):
                options.pop("reuse", None)
                return getter(name, *rest, **options)
            return get

        def float32_storage():
            def get(getter, name, *rest, **options):
                wanted = options["dtype"]
                variable = getter(name, *rest, **{**options, "dtype": tf.float32})
                return variable if wanted == tf.float32 else tf.cast(variable, wanted, name="cast")
            return get

        return self.canned(spec, "getter", {
            "identity": changing(),
            "track": track,
            "suffix": lambda suffix: lambda getter, name, *rest, **options: getter(name + suffix, *rest, **options),
            "absolute": absolute,
            "scale": around(lambda variable, options: tf.multiply(variable, 2.0, name="scaled")),
            "identity_op": around(lambda variable, options: tf.identity(variable, name="got")),
            "reuse_op": around(lambda variable, options: tf.identity(
                variable, name="reused" if options.get("reuse") else "not_reused")),
            "combine": combine,
            "nontrainable": changing(trainable=False),
            "local": changing(collections=[tf.GraphKeys.LOCAL_VARIABLES]),
            "drop_reuse": drop_reuse,
            "drop_regularizer": changing(regularizer=None),
            "float32_storage": float32_storage,
            "null": lambda: lambda getter, name, *rest, **options: None,
            "raise": lambda: lambda getter, name, *rest, **options: refuse(ProgramError("getter")),
            "raise_after": around(lambda variable, options: refuse(ProgramError("getter"))),
        })

    def getter_record(self, name, options):
        label = self.run.label_of
        return without_none({
            "name": name,
            "shape": None if options["shape"] is None else shape_list(tf.TensorShape(options["shape"])),
            "dtype": options["dtype"] and tf.as_dtype(options["dtype"]).name,
            "reuse": reuse_text(options.get("reuse")),
            "trainable": options["trainable"],
            "collections": None if options["collections"] is None else list(options["collections"]),
            "caching_device": self.run.device_label(options["caching_device"]),
            **{key: label(options.get(key)) for key in ("initializer", "regularizer", "partitioner", "constraint")},
            "validate_shape": options["validate_shape"],
            "use_resource": options["use_resource"],
            "synchronization": options["synchronization"].name,
            "aggregation": options["aggregation"].name,
        })

    def creator(self, spec):
        changes = {
            "track": {},
            "name": {"name": spec.get("value")},
            "nontrainable": {"trainable": False},
            "resource": {"use_resource": True},
        }[spec["creator"]]

        def create(next_creator, **options):
            if spec["creator"] == "track":
                self.run.emit({"creator": without_none({
                    **{key: options[key] for key in ("name", "trainable", "use_resource")},
                    "dtype": options["dtype"] and tf.as_dtype(options["dtype"]).name,
                    "collections": options["collections"] and list(options["collections"]),
                    "synchronization": options["synchronization"].name,
                    "aggregation": options["aggregation"].name,
                })})
            return next_creator(**{**options, **changes})
        return create
