"""Executes programs in real TensorFlow and records what happened. The format is that of tools/conformance/program.ts."""
import threading

from tensorflow.python.ops.variables import PartitionedVariable

from tensorflow_graph import graph_record, shape_list, tf, without_none
from tensorflow_ops import make_op
from tensorflow_records import Records, error_record, label_of, value_record
from tensorflow_values import ProgramError, Unbound, Values, reuse_text

NOTHING = object()

SCOPE_FIELDS = {
    "default_name": "text", "values": "value", "reuse": "reuse", "initializer": "initializer",
    "regularizer": "regularizer", "caching_device": "device", "partitioner": "partitioner", "custom_getter": "getter",
    "constraint": "constraint", "dtype": "dtype", "use_resource": None, "auxiliary_name_scope": None,
}
VARIABLE_FIELDS = {
    "shape": None, "trainable": None, "validate_shape": None, "use_resource": None, "collections": None,
    "dtype": "dtype", "caching_device": "device", "constraint": "constraint",
    "synchronization": "synchronization", "aggregation": "aggregation",
}
GETTER_FIELDS = {**VARIABLE_FIELDS, "initializer": "initializer", "regularizer": "regularizer",
                 "partitioner": "partitioner", "custom_getter": "getter"}


class Recorder:
    """One execution of one program."""

    def __init__(self, threads=1):
        self.threads = threads
        self.log, self.handles, self.labels, self.seen = [], {}, [], []
        self.graphs, self.sessions, self.path = [], {}, []
        self.values, self.records = Values(self), Records(self)

    # What values and records need to know.

    def at(self):
        return "/".join(map(str, self.path))

    def emit(self, entry):
        self.log.append({"at": self.at(), **entry})

    def label(self, thing, name):
        self.labels.append((thing, name))
        return thing

    def label_of(self, thing):
        return label_of(self.labels, thing)

    def device_label(self, thing):
        return thing if isinstance(thing, str) else self.label_of(thing)

    def earlier_entry(self, thing):
        for known, index in self.seen:
            if known is thing:
                return index
        self.seen.append((thing, len(self.log)))
        return None

    # Blocks, statements, errors.

    def block(self, body):
        for index, spec in enumerate(body):
            self.path.append(index)
            try:
                self.statement(spec)
            finally:
                self.path.pop()

    def statement(self, spec):
        depth = len(self.path)
        try:
            result = getattr(self, "do_" + spec["do"])(spec)
            if result is not NOTHING:
                self.bind_and_record(spec, result)
        except Unbound:
            self.emit({"skip": True})
        except Exception as error:
            if not hasattr(error, "raised_at"):
                error.raised_at = self.at()
            if not spec.get("try") and depth != 1:
                raise
            del self.path[depth:]
            self.emit({"from": error.raised_at, "error": error_record(error)})

    def bind_and_record(self, spec, result):
        if "as" in spec:
            self.handles[spec["as"]] = result
        self.emit({**without_none({"as": spec.get("as")}), **self.records.record(result)})

    def elsewhere(self, path, body):
        """Runs a function's body at its own place in the program."""
        caller = list(self.path)
        self.path[:] = path
        try:
            return body()
        finally:
            self.path[:] = caller

    def returned(self, names):
        if isinstance(names, list):
            return [self.handles.get(name) for name in names]
        return self.handles.get(names)

    def options(self, spec, fields):
        conversions = {"synchronization": tf.VariableSynchronization.__getitem__,
                       "aggregation": tf.VariableAggregation.__getitem__}
        made = {}
        for field, kind in fields.items():
            if field in spec:
                convert = conversions.get(kind) or (getattr(self.values, kind) if kind else lambda given: given)
                made[field] = convert(spec[field])
        if isinstance(made.get("collections"), list):
            made["collections"] = list(made["collections"])
        return made

    # Statements with bodies.

    def inside(self, manager, spec, is_recorded=True):
        with manager as yielded:
            if is_recorded:
                self.bind_and_record(spec, yielded)
            self.block(spec.get("body", []))
        return NOTHING

    def do_block(self, spec):
        self.block(spec["body"])
        return NOTHING

    def make_scope(self, spec):
        return tf.variable_scope(self.values.text(spec["name"]), **self.options(spec, SCOPE_FIELDS))

    def do_variable_scope(self, spec):
        return self.inside(self.make_scope(spec), spec)

    def do_name_scope(self, spec):
        fields = {"default_name": "text", "values": "value"}
        return self.inside(tf.name_scope(self.values.text(spec["name"]), **self.options(spec, fields)), spec)

    def do_with(self, spec):
        return self.inside(self.values.value(spec["scope"]), spec)

    def do_device(self, spec):
        return self.inside(tf.device(self.values.device(spec["device"])), spec, False)

    def do_control_dependencies(self, spec):
        return self.inside(tf.control_dependencies(self.values.value(spec["inputs"])), spec, False)

    def do_colocate_with(self, spec):
        options = self.options(spec, {"ignore_existing": None})
        return self.inside(tf.colocate_with(self.values.value(spec["op"]), **options), spec, False)

    def do_container(self, spec):
        return self.inside(tf.container(spec["name"]), spec, False)

    def do_init_scope(self, spec):
        return self.inside(tf.init_scope(), spec, False)

    def do_variable_creator_scope(self, spec):
        return self.inside(tf.variable_creator_scope(self.values.creator(spec["creator"])), spec, False)

    def do_graph(self, spec):
        if "graph" in spec:
            graph = self.values.value(spec["graph"])
        else:
            graph = tf.Graph()
            self.graphs.append(graph)
        if "as" in spec:
            self.handles[spec["as"]] = graph
        return self.inside(graph.as_default(), {"body": spec["body"]}, False)

    def do_thread(self, spec):
        failures, graph = [], tf.get_default_graph()

        def work():
            try:
                with graph.as_default():
                    self.block(spec["body"])
            except Exception as error:
                failures.append(error)

        def join():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

        self.elsewhere(list(self.path), join)
        if failures:
            raise failures[0]
        return NOTHING

    # Scopes as objects.

    def do_make_scope(self, spec):
        self.handles[spec["as"]] = self.make_scope(spec)
        return NOTHING

    def do_make_creator_scope(self, spec):
        self.handles[spec["as"]] = tf.variable_creator_scope(self.values.creator(spec["creator"]))
        return NOTHING

    def do_enter(self, spec):
        return self.values.value(spec["scope"]).__enter__()

    def do_exit(self, spec):
        self.values.value(spec["scope"]).__exit__(None, None, None)
        return NOTHING

    def target(self, spec):
        return self.values.value(spec["scope"]) if "scope" in spec else tf.get_variable_scope()

    def do_get_variable_scope(self, spec):
        return tf.get_variable_scope()

    def do_reuse_variables(self, spec):
        self.target(spec).reuse_variables()
        return NOTHING

    def do_set(self, spec):
        name, scope = spec["property"], self.target(spec)
        value = self.options({name: spec["value"]}, {name: SCOPE_FIELDS[name]})[name]
        getattr(scope, "set_" + name)(value)
        return NOTHING

    def do_show(self, spec):
        thing = self.values.value(spec["value"])
        if not hasattr(thing, "variable_scope_name"):
            return thing
        self.emit({"template": self.records.template(thing)})
        return NOTHING

    # Variables.

    def do_get_variable(self, spec, get=tf.get_variable):
        return get(self.values.text(spec["name"]), **self.options(spec, GETTER_FIELDS))

    def do_get_local_variable(self, spec):
        return self.do_get_variable(spec, tf.get_local_variable)

    def do_variable(self, spec):
        fields = {**VARIABLE_FIELDS, "name": "text"}
        return tf.Variable(self.values.value(spec["initial_value"]), **self.options(spec, fields))

    def do_create_partitioned_variables(self, spec):
        fields = {"dtype": "dtype", "trainable": None, "collections": None, "name": "text", "reuse": "reuse"}
        return tf.create_partitioned_variables(
            spec["shape"], spec["slicing"], self.values.initializer(spec["initializer"]), **self.options(spec, fields))

    # Templates, conditionals, loops.

    def do_template(self, spec):
        path = list(self.path)

        def body(**arguments):
            self.elsewhere(path, lambda: (self.handles.update(arguments), self.block(spec["body"])))
            return self.returned(spec.get("return"))

        options = {key + "_": spec[key] for key in ("create_scope_now", "unique_name") if key in spec}
        if "custom_getter" in spec:
            options["custom_getter_"] = self.values.getter(spec["custom_getter"])
        bound = {key: self.values.value(value) for key, value in spec.get("bind", {}).items()}
        template = tf.make_template(spec["name"], body, **options, **bound)
        self.handles[spec["as"]] = template
        self.emit({"as": spec["as"], "template": self.records.template(template)})
        return NOTHING

    def do_call(self, spec):
        arguments = {key: self.values.value(value) for key, value in spec.get("args", {}).items()}
        return self.values.value(spec["template"])(**arguments)

    def part(self, spec, key, names=()):
        path, part = [*self.path, key], spec[key]

        def execute(values):
            self.handles.update(zip(names, values))
            self.block(part.get("body", []))
            return self.returned(part.get("return"))

        return lambda *values: self.elsewhere(path, lambda: execute(values))

    def do_cond(self, spec):
        options = self.options(spec, {"name": "text", "strict": None})
        return tf.cond(self.values.value(spec["pred"]), self.part(spec, "true"), self.part(spec, "false"), **options)

    def do_while_loop(self, spec):
        fields = ("parallel_iterations", "back_prop", "return_same_structure")
        options = self.options(spec, {"name": "text", **dict.fromkeys(fields)})
        if "maximum_iterations" in spec:
            options["maximum_iterations"] = self.values.text(spec["maximum_iterations"])
        if "shape_invariants" in spec:
            options["shape_invariants"] = [tf.TensorShape(shape) for shape in spec["shape_invariants"]]
        names = spec["args"]
        return tf.while_loop(self.part(spec, "cond", names), self.part(spec, "body", names),
                             self.values.value(spec["vars"]), **options)

    # Collections, graphs, steps, ops.

    def do_add_to_collection(self, spec):
        tf.add_to_collection(spec["key"], self.values.value(spec["value"]))
        return NOTHING

    def do_get_collection(self, spec):
        if isinstance(spec.get("scope"), dict):
            items = self.values.value(spec["scope"]).get_collection(spec["key"])
        else:
            items = tf.get_collection(spec["key"], spec.get("scope"))
        self.emit({"names": [item.name for item in items]})
        return NOTHING

    def do_scope_variables(self, spec):
        variables = getattr(self.target(spec), spec["kind"] + "_variables")()
        self.emit({"names": [variable.name for variable in variables]})
        return NOTHING

    def do_call_initializer(self, spec):
        initializer = self.values.initializer(spec["initializer"])
        return initializer(spec["shape"], **self.options(spec, {"dtype": "dtype"}))

    def do_call_partitioner(self, spec):
        partitioner = self.values.partitioner(spec["partitioner"])
        partitions = partitioner(shape=tf.TensorShape(spec["shape"]), dtype=tf.as_dtype(spec.get("dtype", "float32")))
        self.emit({"partitions": [int(n) for n in partitions]})
        return NOTHING

    def do_name_of(self, spec):
        return tf.get_default_graph().get_name_scope()

    def do_unique_name(self, spec):
        return tf.get_default_graph().unique_name(spec["name"], **self.options(spec, {"mark_as_used": None}))

    def do_set_random_seed(self, spec):
        tf.set_random_seed(spec["seed"])
        return NOTHING

    def do_finalize(self, spec):
        tf.get_default_graph().finalize()
        return NOTHING

    def do_raise(self, spec):
        raise ProgramError(spec.get("message", "raised"))

    def do_op(self, spec):
        return make_op(self.values, spec)

    def session(self):
        graph = tf.get_default_graph()
        if graph not in self.sessions:
            config = tf.ConfigProto(
                intra_op_parallelism_threads=1, inter_op_parallelism_threads=self.threads, allow_soft_placement=True)
            config.graph_options.rewrite_options.disable_meta_optimizer = True
            config.graph_options.optimizer_options.opt_level = -1
            self.sessions[graph] = tf.Session(graph=graph, config=config)
        return self.sessions[graph]

    def do_run(self, spec):
        if spec.get("init") is not None:
            if spec["init"] == "all":
                variables = tf.global_variables() + tf.local_variables()
            else:
                variables = []
                for one in self.values.value(spec["init"]):
                    variables += list(one) if isinstance(one, (list, PartitionedVariable)) else [one]
            if variables:
                self.session().run([variable.initializer for variable in variables])
        fetches = [list(one) if isinstance(one, PartitionedVariable) else one
                   for one in self.values.value(spec.get("fetches", []))]
        feeds = {self.values.value(key): self.values.value(value) for key, value in spec.get("feed", [])}
        fetched = self.session().run(fetches, feeds) if fetches else []
        flat = [item for one in fetched for item in (one if isinstance(one, list) else [one])]
        self.emit({"values": [value_record(item) for item in flat]})
        return NOTHING


def record_program(program, threads=1, make=Recorder):
    """Executes a program in a thread of its own, so that nothing of TensorFlow's ambient state is left over."""
    recorder, box = make(threads), {}

    def work():
        graph = tf.Graph()
        recorder.graphs.append(graph)
        try:
            with graph.as_default():
                tf.get_variable_scope()  # a finalized graph could not make its store later
                recorder.block(program)
                scope = tf.get_variable_scope()
                end = {"scope": scope.name, "reuse": reuse_text(scope.reuse), "name_scope": graph.get_name_scope()}
            graphs = [graph_record(one) for one in recorder.graphs]
            box["result"] = {"log": recorder.log, "end": end, "graphs": graphs}
        except BaseException as error:
            box["error"] = error
        finally:
            for session in recorder.sessions.values():
                session.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    return box["result"]
