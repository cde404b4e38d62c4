"""Random programs. A theme says how often each production is tried; the productions keep track of what exists, so that
most of what they build makes sense and names meet again."""
import random

SCOPE_NAMES = ["enc", "dec", "mlp", "Mlp", "enc/att", "mlp_1"]
VARIABLE_NAMES = ["w", "b", "w_1", "gain", "W"]
OP_NAMES = ["out", "w", "enc", "Out", "mlp"]
STRANGE_NAMES = ["", "a b", "_under", "end/", "/start", "x:0", "ö", "a//b", "-dash", "a.b", "w/read", "b/Assign", "enc/w"]
DEVICES = ["/cpu:0", "/gpu:1", "/job:ps", "/job:ps/task:2", "/device:CPU:0", "", None]

# How often each production is tried, by theme.
THEMES = {
    "scopes": dict(scope=9, captured=5, default=6, get=8, op=4, names=5, absolute=3, bare=3, current=1, thread=1, unique=1, block=1),
    "reuse": dict(scope=10, captured=5, get=16, default=2, reuse_variables=2, fail=1, variable=2, local=1, current=1, thread=1, graph=1, set=1),
    "names": dict(scope=5, default=5, names=7, op=9, get=5, absolute=4, unique=4, strange=6, variable=3, made=2, block=1),
    "arguments": dict(scope=7, get=16, variable=6, local=2, set=3, collection=3, resource=3, captured=2, current=1),
    "getters": dict(scope=8, getter=9, get=12, creator=3, set=2, captured=2, local=1, fail=1, names=2),
    "partitions": dict(scope=6, partition=9, get=12, slices=4, set=1, getter=2, captured=2, pieces=2),
    "templates": dict(template=6, call=10, scope=5, get=3, names=3, op=2, captured=1, getter=2, default=2),
    "places": dict(device=8, colocate=4, control=4, container=2, lift=3, get=9, op=6, scope=4, resource=3, graph=1, caching=3),
    "mixed": dict(scope=6, captured=3, default=3, get=10, variable=3, op=4, names=3, absolute=2, getter=3, partition=2, template=2, call=3, creator=1,
                  device=2, control=2, collection=2, set=2, made=2, graph=1, thread=1, resource=2, fail=1, local=1, finalize=0.2, colocate=1, strange=1),
    "values": dict(scope=6, get=14, resource=2, partition=1, variable=3, random_op=2, captured=2),
}


def ref(handle, get=None):
    return {"ref": handle} if get is None else {"ref": handle, "get": get}


class Builder:
    """Builds one program of a theme."""

    def __init__(self, rng, theme):
        self.rng, self.theme = rng, theme
        self.left = rng.randint(10, 28)
        self.depth = 0
        self.deepest = rng.choice([2, 3, 4, 6])
        self.count = 0
        self.handles = {kind: [] for kind in ("scope", "variable", "tensor", "template", "graph", "made", "text")}
        self.inside = []
        # Few names of each kind, so that they meet.
        self.scope_names = rng.sample(SCOPE_NAMES, rng.randint(2, 3))
        self.variable_names = rng.sample(VARIABLE_NAMES, rng.randint(2, 3))
        self.shape = rng.choice([[], [2], [4], [3, 2]])
        self.weights = {name: weight for name, weight in THEMES[theme].items() if rng.random() < 0.85 or name in ("scope", "get")}

    def chance(self, p):
        return self.rng.random() < p

    def bind(self, statement, kind, p=0.7):
        """Gives the result a handle, most of the time."""
        if self.chance(p):
            self.count += 1
            statement["as"] = f"{kind[0]}{self.count}"
            self.handles[kind].append(statement["as"])
        return statement

    def guard(self, statement, p=0.5):
        if self.chance(p):
            statement["try"] = True
        return statement

    def any(self, kind):
        """A handle of a kind, later ones more often; None when there is none."""
        known = self.handles[kind]
        if not known:
            return None
        return known[-1 - min(int(self.rng.expovariate(0.6)), len(known) - 1)]

    # Pieces of statements.

    def initializer(self):
        pick = self.rng.random()
        if pick < 0.35:
            return {"init": self.rng.choice(["zeros", "ones"]), **({"class": True} if self.chance(0.1) else {})}
        if pick < 0.5:
            return {"init": "constant", "value": {"float": self.rng.choice([0.5, -1, 3])}}
        if pick < 0.62:
            return self.rng.choice([{"float": 0.25}, {"float": [1.5, 2]}, {"int": [4, 5]}, {"array": [7, 8], "dtype": "float64"}])
        if pick < 0.68:
            return {"fn": {"float": [1, 2]}, "params": self.rng.choice(["none", "optional", "required"])}
        if pick < 0.73:
            return {"fn": {"offset": self.chance(0.7)}, "params": "shape"}
        if pick < 0.78 and self.any("tensor"):
            return ref(self.any("tensor"))
        kind = self.rng.choice(["random_uniform", "random_normal", "truncated_normal", "glorot_uniform", "glorot_normal", "he_uniform", "lecun_normal",
                                "variance_scaling", "uniform_unit_scaling"])
        made = {"init": kind}
        if kind == "variance_scaling":
            made.update(mode=self.rng.choice(["fan_in", "fan_out", "fan_avg"]), distribution=self.rng.choice(["uniform", "truncated_normal", "untruncated_normal"]))
        if self.chance(0.5):
            made["seed"] = self.rng.randrange(50)
        return made

    def partitioner(self):
        return self.rng.choice([
            {"partitioner": "fixed", "num_shards": self.rng.choice([1, 2, 3])}, {"partitioner": "first_axis", "n": self.rng.choice([1, 2])},
            {"partitioner": "variable_axis", "max_shard_bytes": self.rng.choice([4, 8, 16])},
            {"partitioner": "min_max", "max_partitions": 3, "min_slice_size": self.rng.choice([4, 8])},
            {"partitioner": "list", "value": self.rng.choice([[2], [1, 2], [3, 1], [0], [2, 2]])}, {"partitioner": "not_a_list"}])

    def custom_getter(self):
        kind = self.rng.choice(["identity", "track", "track", "suffix", "absolute", "scale", "identity_op", "reuse_op", "combine", "nontrainable", "local",
                                "drop_reuse", "drop_regularizer", "float32_storage", "null", "raise", "raise_after"])
        more = {"suffix": {"suffix": self.rng.choice(["_g", "/g"])}, "absolute": {"name": self.rng.choice(["all/w", "w"])},
                "combine": {"op": self.rng.choice(["add", "multiply"]), "scope": "mix", "parts": ["_l", "_r"]}}
        return {"getter": kind, **more.get(kind, {})}

    def regularizer(self):
        return self.rng.choice([{"regularizer": "sum"}, {"regularizer": "l2", "scale": 0.1}, {"regularizer": "mean_plus", "value": 2}, {"regularizer": "null"},
                                {"regularizer": "no_regularizer"}, None])

    def place(self):
        if self.chance(0.3):
            return {"device_fn": self.rng.choice(["variables_to_ps", "constants_to_cpu", "keep", "gpu", "log_variables"])}
        return self.rng.choice(DEVICES)

    def dtype(self):
        return self.rng.choice(["float32", "float64", "float16", "int32", "int64"])

    def variable_arguments(self, richness):
        """Some of the many arguments of variables; with `richness` 0 hardly any."""
        choices = {
            "dtype": self.dtype, "trainable": lambda: self.chance(0.4), "collections": lambda: self.rng.sample(["bag", "variables", "local_variables", "sack"], self.rng.randint(0, 2)),
            "use_resource": lambda: self.chance(0.6), "constraint": lambda: {"constraint": self.rng.choice(["zero", "non_negative"])},
            "synchronization": lambda: self.rng.choice(["AUTO", "NONE", "ON_WRITE", "ON_READ"]), "aggregation": lambda: self.rng.choice(["SUM", "MEAN", "ONLY_FIRST_REPLICA"]),
        }
        return {key: make() for key, make in choices.items() if self.chance(richness)}

    def richness(self):
        return 0.25 if self.theme == "arguments" else 0.04

    # Statements with a body.

    def body(self):
        self.depth += 1
        inside = [self.statement() for _ in range(self.rng.randint(1, 4)) if self.left > 0]
        self.depth -= 1
        return inside

    def opened(self, statement, kind):
        """A statement with a body whose handle is known inside, and mostly bound."""
        self.bind(statement, kind, 0.6)
        return self.guard({**statement, "body": self.body()}, 0.25)

    def scope_arguments(self):
        made = {}
        if self.chance(0.45 if self.theme == "reuse" else 0.2):
            made["reuse"] = self.rng.choice([True, "auto", "auto", False, None])
        if self.chance(0.12):
            made["auxiliary_name_scope"] = False
        if self.chance(0.15):
            made["initializer"] = self.initializer()
        if self.chance(0.1):
            made["regularizer"] = self.regularizer()
        if self.chance(self.richness() * 1.5):
            made["dtype"] = self.dtype()
        if self.chance(self.richness() * 1.5):
            made["use_resource"] = self.chance(0.6)
        return made

    def do_scope(self):
        name = self.rng.choice(self.scope_names)
        return self.opened({"do": "variable_scope", "name": name, **self.scope_arguments()}, "scope")

    def do_captured(self):
        if self.any("scope") is None:
            return self.do_scope()
        return self.opened({"do": "variable_scope", "name": ref(self.any("scope")), **self.scope_arguments()}, "scope")

    def do_default(self):
        arguments = {key: value for key, value in self.scope_arguments().items() if key != "reuse" or not value or self.chance(0.1)}
        return self.opened({"do": "variable_scope", "name": None, "default_name": self.rng.choice(self.scope_names), **arguments}, "scope")

    def do_bare(self):
        return self.opened({"do": "variable_scope", "name": self.rng.choice(self.scope_names), "auxiliary_name_scope": False}, "scope")

    def do_names(self):
        if self.chance(0.2):
            return self.opened({"do": "name_scope", "name": None, "default_name": self.rng.choice(self.scope_names)}, "text")
        name = self.rng.choice([*self.scope_names, *self.variable_names, "", "enc/"])
        return self.opened({"do": "name_scope", "name": name}, "text")

    def do_absolute(self):
        if self.any("scope") and self.chance(0.6):
            return self.opened({"do": "name_scope", "name": ref(self.any("scope"), self.rng.choice(["original_name_scope", "name"]))}, "text")
        if self.any("text"):
            return self.opened({"do": "name_scope", "name": ref(self.any("text"))}, "text")
        return self.do_names()

    def do_device(self):
        return self.guard({"do": "device", "device": self.place(), "body": self.body()}, 0.3)

    def do_control(self):
        inputs = None if self.chance(0.15) or not self.any("tensor") else [ref(self.any("tensor"))]
        return self.guard({"do": "control_dependencies", "inputs": inputs, "body": self.body()}, 0.3)

    def do_colocate(self):
        handle = self.any("tensor") or self.any("variable")
        if handle is None:
            return self.do_op()
        ignore = {"ignore_existing": True} if self.chance(0.25) else {}
        return self.guard({"do": "colocate_with", "op": ref(handle), **ignore, "body": self.body()}, 0.3)

    def do_container(self):
        return {"do": "container", "name": self.rng.choice(["box", "bin", ""]), "body": self.body()}

    def do_lift(self):
        return {"do": "init_scope", "body": self.body()}

    def do_creator(self):
        kind = self.rng.choice(["track", "name", "nontrainable", "resource"])
        creator = {"creator": kind, **({"value": self.rng.choice(["forced", "enc/w"])} if kind == "name" else {})}
        return {"do": "variable_creator_scope", "creator": creator, "body": self.body()}

    def do_graph(self):
        known = self.any("graph")
        if known and self.chance(0.5):
            return {"do": "graph", "graph": ref(known), "body": self.body()}
        statement = self.bind({"do": "graph"}, "graph")
        return {**statement, "body": self.body()}

    def do_thread(self):
        return {"do": "thread", "body": self.body()}

    def do_block(self):
        return {"do": "block", "try": True, "body": self.body()}

    def do_getter(self):
        name = self.rng.choice(self.scope_names)
        return self.opened({"do": "variable_scope", "name": name, **self.scope_arguments(), "custom_getter": self.custom_getter()}, "scope")

    def do_partition(self):
        name = self.rng.choice(self.scope_names)
        return self.opened({"do": "variable_scope", "name": name, **self.scope_arguments(), "partitioner": self.partitioner()}, "scope")

    def do_caching(self):
        return self.opened({"do": "variable_scope", "name": self.rng.choice(self.scope_names), "caching_device": self.place()}, "scope")

    def do_resource(self):
        return self.opened({"do": "variable_scope", "name": self.rng.choice(self.scope_names), "use_resource": self.chance(0.8)}, "scope")

    def do_made(self):
        handle = self.any("made")
        if handle and handle not in self.inside and self.chance(0.7):
            # TensorFlow loses track of a scope that is entered inside of itself.
            self.inside.append(handle)
            statement = {"do": "with", "scope": ref(handle), "try": True, "body": self.body()}
            self.inside.pop()
            return statement
        name = {"name": None, "default_name": self.rng.choice(self.scope_names)} if self.chance(0.4) else {"name": self.rng.choice(self.scope_names)}
        return self.bind({"do": "make_scope", **name, **self.scope_arguments()}, "made", 1)

    def do_template(self):
        self.count += 1
        handle = f"x{self.count}"
        statement = {"do": "template", "name": self.rng.choice(self.scope_names), "as": handle, **({"create_scope_now": True} if self.chance(0.3) else {}),
                     **({"unique_name": self.rng.choice(self.scope_names)} if self.chance(0.2) else {}), **({"custom_getter": self.custom_getter()} if self.chance(0.2) else {})}
        known = {kind: list(handles) for kind, handles in self.handles.items()}
        statement["body"] = self.body()
        if self.handles["variable"] != known["variable"] and self.chance(0.7):
            statement["return"] = self.handles["variable"][-1]
        # What the body binds exists once it was called.
        self.handles = known
        self.handles["template"].append(handle)
        return statement

    # Statements without a body.

    def do_call(self):
        handle = self.any("template")
        if handle is None:
            return self.do_template()
        if self.chance(0.15):
            return {"do": "show", "value": ref(handle)}
        return self.guard(self.bind({"do": "call", "template": ref(handle)}, "variable", 0.3), 0.7)

    def do_get(self):
        statement = {"do": "get_variable", "name": self.rng.choice(self.variable_names)}
        if self.chance(0.35):
            self.count += 1
            statement["name"] = f"n{self.count}"
        if self.chance(0.9):
            statement["shape"] = list(self.shape) if self.chance(0.9) else self.rng.choice([[], [2], [5], [2, 2], [None, 2]])
        if self.chance(0.55):
            statement["initializer"] = self.initializer() if self.chance(0.6) else {"init": "zeros"}
        if "initializer" in statement and "init" not in statement["initializer"] and statement["initializer"].get("params") != "shape" and self.chance(0.85):
            statement.pop("shape", None)
        statement.update(self.variable_arguments(self.richness()))
        if self.theme == "partitions" and self.chance(0.15):
            statement["partitioner"] = self.partitioner()
        if self.theme == "getters" and self.chance(0.2):
            statement["custom_getter"] = self.custom_getter()
        if self.chance(0.07):
            statement["regularizer"] = self.regularizer()
        if self.theme == "places" and self.chance(0.15):
            statement["caching_device"] = self.place()
        return self.guard(self.bind(statement, "variable"), 0.65)

    def do_local(self):
        return {**self.do_get(), "do": "get_local_variable"}

    def do_variable(self):
        value = ref(self.any("tensor")) if self.any("tensor") and self.chance(0.3) else self.rng.choice([{"float": 1}, {"float": [1, 2]}, {"int": 2}, {"fn": {"float": 3}}])
        name = {"name": self.rng.choice(self.variable_names)} if self.chance(0.7) else {}
        return self.guard(self.bind({"do": "variable", "initial_value": value, **name, **self.variable_arguments(self.richness())}, "variable"), 0.5)

    def do_op(self):
        name = {"name": self.rng.choice(OP_NAMES)} if self.chance(0.6) else {}
        source = self.any(self.rng.choice(["tensor", "variable"]))
        if source is None or self.chance(0.4):
            return self.guard(self.bind({"do": "op", "op": "constant", "value": {"float": self.rng.choice([1, [1, 2]])}, **name}, "tensor"), 0.3)
        kind = self.rng.choice(["identity", "square", "plus", "add", "multiply", "convert", "group", "negative", "times"])
        inputs = [ref(source)] * (2 if kind in ("plus", "add", "multiply", "times") else 1)
        if kind in ("plus", "times"):
            name = {}
        return self.guard({"do": "op", "op": kind, "inputs": inputs, **name}, 0.6)

    def do_random_op(self):
        kind = self.rng.choice(["random_uniform", "random_normal", "truncated_normal"])
        return self.bind({"do": "op", "op": kind, "shape": [3], "seed": self.rng.randrange(20)}, "tensor", 1)

    def do_slices(self):
        handle = self.any("variable")
        if handle is None:
            return self.do_get()
        if self.chance(0.4):
            return {"do": "op", "op": "identity", "inputs": [ref(handle, "slice_0")], "try": True}
        return {"do": "op", "op": self.rng.choice(["convert", "identity", "as_tensor"]), "inputs": [ref(handle)], "try": True}

    def do_pieces(self):
        slicing = self.rng.choice([[2], [1], [3], [1, 2]])
        return self.guard({"do": "create_partitioned_variables", "shape": self.rng.choice([[4], [4, 2]]), "slicing": slicing, "initializer": {"init": "zeros"},
                           **({"name": self.rng.choice(self.variable_names)} if self.chance(0.6) else {})}, 0.8)

    def do_strange(self):
        name = self.rng.choice(STRANGE_NAMES)
        return self.guard(self.rng.choice([
            {"do": "get_variable", "name": name, "shape": [], "initializer": {"init": "zeros"}}, {"do": "op", "op": "constant", "value": {"float": 1}, "name": name},
            {"do": "variable", "initial_value": {"float": 1}, "name": name or "v"}, {"do": "variable_scope", "name": name, "body": [self.do_get()]},
            {"do": "name_scope", "name": name, "body": [self.do_op()]}, {"do": "variable_scope", "name": None, "default_name": name or "d", "body": [self.do_get()]}]), 0.8)

    def do_unique(self):
        marked = {"mark_as_used": False} if self.chance(0.3) else {}
        return {"do": "unique_name", "name": self.rng.choice([*OP_NAMES, *self.variable_names]), **marked}

    def do_current(self):
        return self.rng.choice([{"do": "get_variable_scope"}, {"do": "name_of"}])

    def do_reuse_variables(self):
        target = {"scope": ref(self.any("scope"))} if self.any("scope") and self.chance(0.5) else {}
        return {"do": "reuse_variables", **target}

    def do_set(self):
        name, make = self.rng.choice([("dtype", self.dtype), ("initializer", self.initializer), ("regularizer", self.regularizer), ("use_resource", lambda: self.chance(0.5)),
                                      ("custom_getter", self.custom_getter), ("partitioner", self.partitioner), ("caching_device", lambda: self.rng.choice(DEVICES))])
        target = {"scope": ref(self.any("scope"))} if self.any("scope") and self.chance(0.5) else {}
        return self.guard({"do": "set", "property": name, "value": make(), **target}, 0.5)

    def do_collection(self):
        pick = self.rng.random()
        if pick < 0.3 and self.any("variable"):
            return self.guard({"do": "add_to_collection", "key": "bag", "value": ref(self.any("variable"))})
        if pick < 0.6:
            filtering = {"scope": self.rng.choice([*self.scope_names, "e.*/", ".*w"])} if self.chance(0.6) else {}
            return {"do": "get_collection", "key": self.rng.choice(["variables", "trainable_variables", "bag", "regularization_losses"]), **filtering}
        target = {"scope": ref(self.any("scope"))} if self.any("scope") and self.chance(0.6) else {}
        return {"do": "scope_variables", "kind": self.rng.choice(["global", "local", "trainable"]), **target}

    def do_fail(self):
        return {"do": "raise", **({"message": "on purpose"} if self.chance(0.5) else {})}

    def do_finalize(self):
        # The store of a graph's variables, which the first scope makes, cannot be made later.
        return {"do": "block", "body": [{"do": "variable_scope", "name": self.scope_names[0], "body": []}, {"do": "finalize"}]}

    # Programs.

    def statement(self):
        self.left -= 1
        names = list(self.weights)
        weights = [weight if self.depth < self.deepest or name not in BODIES else 0 for name, weight in self.weights.items()]
        return getattr(self, "do_" + self.rng.choices(names, weights)[0])()

    def program(self):
        statements = [{"do": "set_random_seed", "seed": self.rng.randrange(1000)}] if self.theme == "values" else []
        while self.left > 0:
            statements.append(self.statement())
        if self.theme == "values":
            shown = self.rng.sample(self.handles["variable"], min(3, len(self.handles["variable"]))) + self.handles["tensor"][-2:]
            statements.append({"do": "run", "init": "all", "fetches": []})
            statements += [{"do": "run", "fetches": [ref(handle)], "try": True} for handle in shown]
        return statements


BODIES = {"scope", "captured", "default", "bare", "names", "absolute", "device", "control", "colocate", "container", "lift", "creator", "graph", "thread", "block",
          "getter", "partition", "caching", "resource", "template", "made", "strange"}


class StepBuilder:
    """Builds a program about what steps do: a chain of writes and reads in which every statement waits for all before it,
    so that TensorFlow has no choice of order; with `flow`, some of it in conditionals and loops."""

    def __init__(self, rng, flow):
        self.rng, self.flow = rng, flow
        self.count = 0
        self.shape = rng.choice([[], [2], [3]])
        self.variables, self.resource, self.reads = [], set(), []
        self.last = None
        self.predicates = []

    def fresh(self, letter):
        self.count += 1
        return f"{letter}{self.count}"

    def numbers(self):
        value = lambda: self.rng.choice([1, 2, 3, 0.5, -2, 7])
        return [value() for _ in range(self.shape[0])] if self.shape else value()

    def ordered(self, *statements):
        """Makes statements wait for all that came before; the last one is what the next ones wait for."""
        waits = [self.last] if self.last else []
        self.last = statements[-1]["as"]
        return {"do": "control_dependencies", "inputs": [ref(handle) for handle in waits], "body": list(statements)} if waits else {"do": "block", "body": list(statements)}

    def write(self):
        variable = self.rng.choice(self.variables)
        if self.shape and self.chance(0.25):
            kind = self.rng.choice(["scatter_update", "scatter_add", "scatter_sub"])
            inputs = [ref(variable), {"int": [self.rng.randrange(self.shape[0])]}, {"float": [self.rng.choice([1, 4, 0.5])]}]
        else:
            kind = self.rng.choice(["tf_assign", "tf_assign_add", "tf_assign_sub"])
            inputs = [ref(variable), {"float": self.numbers()}]
        return {"do": "op", "op": kind, "inputs": inputs, "as": self.fresh("a")}

    def read(self):
        variable = self.rng.choice(self.variables)
        handle = self.fresh("r")
        self.reads.append(handle)
        kind = self.rng.choice(["plus", "minus", "times"])
        return {"do": "op", "op": kind, "inputs": [ref(variable), {"float": self.numbers()}], "as": handle}

    def chance(self, p):
        return self.rng.random() < p

    def piece(self):
        return self.ordered(self.write() if self.chance(0.55) else self.read())

    def branch(self):
        """A part that ends in a read."""
        before, known = self.last, list(self.reads)
        self.last = None
        body = [self.piece() for _ in range(self.rng.randint(0, 2))]
        read = self.read()
        body.append(self.ordered(read))
        self.last, self.reads = before, known
        return {"body": body, "return": read["as"]}

    def conditional(self):
        predicate, handle = self.fresh("p"), self.fresh("c")
        self.predicates.append(predicate)
        made = {"do": "cond", "pred": ref(predicate), "true": self.branch(), "false": self.branch(), "as": handle}
        self.reads.append(handle)
        return [{"do": "op", "op": "placeholder", "dtype": "bool", "shape": [], "as": predicate}, self.ordered(made)]

    def loop(self):
        index, more, following, handle = self.fresh("i"), self.fresh("k"), self.fresh("j"), self.fresh("l")
        before, known = self.last, list(self.reads)
        self.last = None
        body = [self.ordered(self.write()) for _ in range(self.rng.randint(1, 2))]
        body.append(self.ordered({"do": "op", "op": "plus", "inputs": [ref(index), {"int": 1}], "as": following}))
        self.last, self.reads = before, known
        condition = {"body": [{"do": "op", "op": "less", "inputs": [ref(index), {"int": self.rng.randint(1, 4)}], "as": more}], "return": more}
        return self.ordered({"do": "while_loop", "vars": [{"int": 0}], "args": [index], "cond": condition, "body": {"body": body, "return": [following]}, "as": handle})

    def program(self):
        statements = []
        for name in self.rng.sample(["u", "v", "w"], self.rng.randint(1, 2)):
            resource = {"use_resource": True} if self.chance(0.5) else {}
            statements.append({"do": "get_variable", "name": name, "initializer": {"array": self.numbers(), "dtype": "float32"}, "as": name, **resource})
            self.variables.append(name)
        for _ in range(self.rng.randint(3, 7)):
            if self.flow and self.chance(0.3):
                statements += self.conditional()
            elif self.flow and self.chance(0.2):
                statements.append(self.loop())
            else:
                statements.append(self.piece())
        statements.append({"do": "run", "init": "all", "fetches": []})
        for _ in range(self.rng.randint(2, 4)):
            fed = {"feed": [[ref(predicate), {"bool": self.chance(0.5)}] for predicate in self.predicates]} if self.predicates else {}
            fetched = [ref(self.rng.choice(self.reads))] if self.reads else [ref(self.last)]
            statements.append({"do": "run", "fetches": fetched, **fed})
            statements.append({"do": "run", "fetches": [ref(variable) for variable in self.variables]})
        return statements


def random_program(seed, index, theme):
    """The program of that number; the same arguments give the same program."""
    rng = random.Random(f"{seed}/{theme}/{index}")
    if theme in ("steps", "flow"):
        return StepBuilder(rng, theme == "flow").program()
    return Builder(rng, theme).program()


ALL_THEMES = [*THEMES, "steps", "flow"]
