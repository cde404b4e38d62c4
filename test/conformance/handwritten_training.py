"""Programs written by hand about training: optimizers, averages, schedules, steps, gradients with rules of a program's own."""
from short_forms import array, attempt, do, fl, get, names, ref, run, scope, whole

TF = lambda fn, as_=None, **args: do("tf", fn=fn, args=args, **({"as": as_} if as_ else {}))  # noqa: E731
ON = lambda of, fn, as_=None, **args: do("method", of=ref(of), fn=fn, args=args, **({"as": as_} if as_ else {}))  # noqa: E731
EVERYTHING = [{"ref": "all"}]


def item(handle, *path, get_=None):
    return {"ref": handle, "item": list(path), **({"get": get_} if get_ else {})}


def text(value):
    return {"str": value}


def everything():
    """All global variables, from here on as `all`."""
    return TF("global_variables", as_="all")


def train(op, steps, record, watch=None):
    return do("train", fetches=[ref(op)], steps=steps, record=record, watch=EVERYTHING if watch is None else watch)


def bowl(*variables, resource=False):
    """A loss whose least value is at 0, of vectors."""
    made = [get(name, initializer=array([1.0 + i, -2.0]), as_=name, use_resource=resource) for i, name in enumerate(variables)]
    halves = [TF("nn.l2_loss", as_=f"half_{name}", t=ref(name)) for name in variables]
    return [*made, *halves, TF("add_n", as_="loss", inputs=[ref(f"half_{name}") for name in variables])]


def rows(resource=False):
    """A loss of some rows of a table, one of them read twice."""
    return [get("table", initializer=array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]), as_="table", use_resource=resource),
            TF("nn.embedding_lookup", as_="read", params=ref("table"), ids=array([1, 0, 1], "int32")),
            TF("nn.l2_loss", as_="loss", t=ref("read"))]


OPTIMIZERS = {
    "GradientDescent": dict(learning_rate=fl(0.125)),
    "Momentum": dict(learning_rate=fl(0.125), momentum=fl(0.5), use_nesterov={"bool": True}),
    "Adagrad": dict(learning_rate=fl(0.25), initial_accumulator_value=fl(0.5)),
    "AdagradDA": dict(learning_rate=fl(0.25), global_step=ref("step"), l1_regularization_strength=fl(0.0625)),
    "Adadelta": dict(learning_rate=fl(1.5), rho=fl(0.75), epsilon=fl(0.0625)),
    "RMSProp": dict(learning_rate=fl(0.0625), momentum=fl(0.25), centered={"bool": True}),
    "Adam": dict(learning_rate=fl(0.125), beta1=fl(0.75)),
    "Ftrl": dict(learning_rate=fl(0.25), l1_regularization_strength=fl(0.0625), l2_shrinkage_regularization_strength=fl(0.125), beta=fl(0.25)),
    "ProximalGradientDescent": dict(learning_rate=fl(0.125), l1_regularization_strength=fl(0.25)),
    "ProximalAdagrad": dict(learning_rate=fl(0.25), l2_regularization_strength=fl(0.5)),
}


def every_optimizer():
    for name, settings in OPTIMIZERS.items():
        for kind, resource in (("reference", False), ("resource", True)):
            for shape, loss in (("whole", bowl("w", resource=resource)), ("rows", rows(resource))):
                about = f"{name}: gradients of {shape} {kind} variables, its variables, twelve steps"
                yield f"{name}-{shape}-{kind}", (about, [
                    *loss, TF("train.get_or_create_global_step", as_="step"), TF(f"train.{name}Optimizer", as_="optimizer", **settings),
                    ON("optimizer", "minimize", as_="op", loss=ref("loss"), global_step=ref("step")), ON("optimizer", "get_slot_names"),
                    ON("optimizer", "variables", as_="kept"), do("names", value=ref("kept")), everything(), run(init="all"), train("op", 12, [0, 1, 2, 12])])


ADAM = dict(learning_rate=fl(0.125))
OPTIMIZER_USE = {
    "names-of-slots": ("Two optimizers of one name, scopes around, a name of the operation", [
        *bowl("w"), TF("train.MomentumOptimizer", as_="a", learning_rate=fl(0.5), momentum=fl(0.5)), TF("train.MomentumOptimizer", as_="b", learning_rate=fl(0.5), momentum=fl(0.5)),
        ON("a", "minimize", loss=ref("loss")), scope("outer", names("inner", ON("b", "minimize", loss=ref("loss"), name=text("step")), ON("b", "minimize", loss=ref("loss")))),
        ON("a", "get_slot", var=ref("w"), name=text("momentum")), ON("b", "get_slot", var=ref("w"), name=text("momentum")), ON("a", "get_slot", var=ref("w"), name=text("other")),
        do("get_collection", key="train_op")]),
    "slots-of-slices": ("A partitioned variable: slots of its slices", [
        get("w", [5, 2], "w", initializer={"init": "constant", "value": fl(0.5)}, partitioner={"partitioner": "fixed", "num_shards": 2}), TF("convert_to_tensor", as_="whole", value=ref("w")),
        TF("nn.l2_loss", as_="loss", t=ref("whole")), TF("train.AdamOptimizer", as_="optimizer", **ADAM), ON("optimizer", "minimize", as_="op", loss=ref("loss")),
        ON("optimizer", "get_slot", var=ref("w", "slice_1"), name=text("v")), everything(), run(init="all"), train("op", 2, [0, 2])]),
    "constraints": ("A constraint is assigned after each update; rows cannot have one", [
        get("w", initializer=array([0.25, -1.0]), as_="w", constraint={"constraint": "non_negative"}), TF("reduce_sum", as_="sum", input_tensor=ref("w")), TF("train.GradientDescentOptimizer", as_="optimizer", learning_rate=fl(0.125)),
        ON("optimizer", "minimize", as_="op", loss=ref("sum")), everything(), run(init="all"), train("op", 3, [0, 1, 2, 3]), TF("gather", as_="row", params=ref("w"), indices=array([1], "int32")),
        TF("reduce_sum", as_="part", input_tensor=ref("row")), attempt(ON("optimizer", "minimize", loss=ref("part")))]),
    "gates": ("Gradients that wait for each other", [
        get("w", initializer=array([[1.0, 2.0]]), as_="w"), get("x", initializer=array([[3.0], [4.0]]), as_="x"), TF("matmul", as_="loss", a=ref("w"), b=ref("x")),
        TF("train.GradientDescentOptimizer", as_="optimizer", learning_rate=fl(0.5)), *[ON("optimizer", "minimize", loss=ref("loss"), gate_gradients=whole(gate)) for gate in (0, 1, 2)]]),
    "gradients-between": ("Gradients computed, clipped and applied apart; a variable without one", [
        *bowl("a", "b"), get("c", initializer=array([1.0]), as_="c"), TF("train.create_global_step", as_="step"), TF("train.AdamOptimizer", as_="optimizer", **ADAM),
        ON("optimizer", "compute_gradients", as_="pairs", loss=ref("loss")), TF("clip_by_global_norm", as_="clipped", t_list=[item("pairs", 0, 0), item("pairs", 1, 0)], clip_norm=fl(0.5)),
        ON("optimizer", "apply_gradients", as_="op", grads_and_vars=[{"tuple": [item("clipped", 0, 0), ref("a")]}, {"tuple": [item("clipped", 0, 1), ref("b")]}, {"tuple": [None, ref("c")]}], global_step=ref("step")),
        everything(), run(init="all"), train("op", 3, [0, 1, 3])]),
    "types-and-rates": ("Variables of two types, a rate that decays, a gradient of the loss", [
        get("w", initializer=array([1.0, -2.0]), as_="w"), get("d", initializer=array([0.5, 3.0], "float64"), as_="d"), TF("train.create_global_step", as_="step"),
        TF("cast", as_="cast", x=ref("d"), dtype={"dtype": "float32"}), TF("multiply", as_="loss", x=ref("w"), y=ref("cast")),
        TF("train.exponential_decay", as_="rate", learning_rate=fl(0.5), global_step=ref("step"), decay_steps=whole(2), decay_rate=fl(0.5), staircase={"bool": True}),
        TF("constant", as_="weights", value=fl([1.0, 10.0])), TF("train.MomentumOptimizer", as_="optimizer", learning_rate=ref("rate"), momentum=fl(0.5)), ON("optimizer", "minimize", as_="op", loss=ref("loss"), grad_loss=ref("weights"), global_step=ref("step")),
        everything(), run(init="all"), train("op", 5, [0, 1, 2, 3, 4, 5])]),
    "tied-rows": ("A table that is read by rows and as a whole", [
        get("e", initializer=array([[0.5, -0.25], [1.0, 0.5], [-0.5, 0.75]]), as_="e"), TF("gather", as_="h", params=ref("e"), indices=array([0, 2, 0], "int32")),
        TF("matmul", as_="logits", a=ref("h"), b=ref("e"), transpose_b={"bool": True}), TF("nn.l2_loss", as_="loss", t=ref("logits")), TF("train.AdamOptimizer", as_="optimizer", **ADAM),
        ON("optimizer", "minimize", as_="op", loss=ref("loss")), everything(), run(init="all"), train("op", 4, [0, 1, 4])]),
    "places": ("Slots and updates stand where their variable stands", [
        do("device", device="/cpu:0", body=bowl("w")), do("device", device="/job:worker", body=[TF("train.AdamOptimizer", as_="optimizer", **ADAM), ON("optimizer", "minimize", loss=ref("loss"), colocate_gradients_with_ops={"bool": True})])]),
    "in-a-reusing-scope": ("TensorFlow refuses slots in a scope that reuses; Namesake makes them", [
        scope("net", *bowl("w")), scope("net", attempt(TF("train.AdamOptimizer", as_="optimizer", **ADAM)), attempt(ON("optimizer", "minimize", as_="op", loss=ref("loss"))), reuse=True),
        run(ref("w"), init="all")]),
    "mistakes": ("Optimizers and losses that TensorFlow refuses", [
        attempt(TF("train.GradientDescentOptimizer", learning_rate=fl(0.1), name=text(""))), TF("train.GradientDescentOptimizer", as_="o", learning_rate=fl(0.1)), TF("constant", as_="c", value=fl(1)),
        attempt(ON("o", "minimize", loss=ref("c"))), *bowl("w"), attempt(ON("o", "minimize", loss=ref("c"))), TF("cast", as_="whole", x=ref("loss"), dtype={"dtype": "int32"}), attempt(ON("o", "minimize", loss=ref("whole"))),
        attempt(ON("o", "apply_gradients", grads_and_vars=[])), attempt(ON("o", "apply_gradients", grads_and_vars=[{"tuple": [None, ref("w")]}])), attempt(ON("o", "compute_gradients", loss=ref("loss"), gate_gradients=whole(7))),
        get("n", initializer=array([1, 2], "int32"), as_="n"), attempt(ON("o", "minimize", loss=ref("loss"), var_list=[ref("n")])),
        attempt(TF("train.AdagradOptimizer", learning_rate=fl(0.1), initial_accumulator_value=fl(0.0))), attempt(TF("train.ProximalAdagradOptimizer", learning_rate=fl(0.1), initial_accumulator_value=fl(-1.5))),
        attempt(TF("train.AdagradDAOptimizer", learning_rate=fl(0.1), global_step=ref("c"), initial_gradient_squared_accumulator_value=fl(0.0))), attempt(TF("train.FtrlOptimizer", learning_rate=fl(0.1), learning_rate_power=fl(0.5))),
        attempt(TF("train.FtrlOptimizer", learning_rate=fl(0.1), l1_regularization_strength=fl(-1.0)))]),
}

STEPS = {
    "global-step": ("The variable that counts steps", [
        TF("train.get_global_step"), TF("train.create_global_step", as_="step"), attempt(TF("train.create_global_step")), TF("train.get_or_create_global_step"), TF("train.assert_global_step", global_step_tensor=ref("step")),
        TF("constant", as_="c", value=fl([1, 2])), attempt(TF("train.assert_global_step", global_step_tensor=ref("c"))), TF("constant", as_="i", value=whole([1, 2])),
        attempt(TF("train.assert_global_step", global_step_tensor=ref("i"))), do("get_collection", key="global_step"), run(ref("step"), init="all")]),
    "another-global-step": ("A variable that happens to have the name", [
        scope("outer", names("inner", TF("train.get_or_create_global_step"))), do("graph", body=[get("global_step", initializer=array(7, "int32")), TF("train.get_global_step"), TF("train.get_or_create_global_step")]),
        do("graph", body=[get("global_step", initializer=array(7.0)), attempt(TF("train.get_global_step"))])]),
}


def schedule(fn, parameter="global_step", dtype="int64", **args):
    feeds = [run(ref("rate"), feed=[[ref("s"), array(step, dtype)]]) for step in (0, 1, 4, 9, 10, 37)]
    return [TF("placeholder", as_="s", dtype={"dtype": dtype}, shape=whole([])), TF(fn, as_="rate", **{parameter: ref("s")}, **args), *feeds]


FALLING = dict(learning_rate=fl(0.25), decay_steps=whole(8))
SCHEDULES = {
    **{name: (f"tf.train.{name} at several steps", schedule(f"train.{name}", **FALLING, decay_rate=fl(0.75), staircase={"bool": name == "inverse_time_decay"}))
       for name in ("exponential_decay", "natural_exp_decay", "inverse_time_decay")},
    "polynomial_decay": ("A polynomial that ends", schedule("train.polynomial_decay", **FALLING, power=fl(2.0))),
    "polynomial_decay-cycles": ("A polynomial that begins anew", schedule("train.polynomial_decay", **FALLING, end_learning_rate=fl(0.125), cycle={"bool": True})),
    "piecewise_constant": ("Values between boundaries", schedule("train.piecewise_constant", "x", boundaries=whole([1, 9]), values=fl([1.0, 0.5, 0.25]))),
    "piecewise_constant-floats": ("Boundaries between steps", schedule("train.piecewise_constant", "x", "float32", boundaries=fl([3.5]), values=fl([1.0, 0.5]))),
    "cosine_decay": ("Half a cosine", schedule("train.cosine_decay", **FALLING, alpha=fl(0.25))),
    "cosine_decay_restarts": ("Cosines that grow longer", schedule("train.cosine_decay_restarts", learning_rate=fl(0.25), first_decay_steps=whole(4), m_mul=fl(0.5))),
    "cosine_decay_restarts-even": ("Cosines of one length", schedule("train.cosine_decay_restarts", learning_rate=fl(0.25), first_decay_steps=whole(4), t_mul=fl(1.0))),
    "linear_cosine_decay": ("A line times a cosine", schedule("train.linear_cosine_decay", **FALLING, num_periods=fl(1.0), alpha=fl(0.125))),
    "mistakes": ("Schedules that TensorFlow refuses", [
        attempt(TF("train.exponential_decay", learning_rate=fl(0.1), global_step=None, decay_steps=whole(1), decay_rate=fl(0.5))), TF("train.create_global_step", as_="s"),
        attempt(TF("train.piecewise_constant", x=ref("s"), boundaries=whole([1, 2]), values=fl([0.5, 1.0]))), attempt(TF("train.piecewise_constant", x=ref("s"), boundaries=fl([1.5]), values=fl([0.5, 1.0])))]),
}


def average(resource=False, **options):
    return [get("w", initializer=array([1.0, -2.0]), as_="w", use_resource=resource), TF("multiply", as_="t", x=ref("w"), y=fl(2.0)), TF("train.ExponentialMovingAverage", as_="ema", decay=fl(0.75), **options),
            ON("ema", "apply", as_="update", var_list=[ref("w"), ref("t")]), ON("ema", "average", var=ref("w")), ON("ema", "average_name", var=ref("t")), everything(),
            do("get_collection", key="moving_average_variables"), run(init="all"), train("update", 3, [0, 1, 3])]


AVERAGES = {
    "reference": ("Averages of a reference variable and of a tensor", average()),
    "resource": ("The same for a resource variable, freed of its beginning", average(True, zero_debias={"bool": True}, name=text("Mine"))),
    "counted": ("A decay that begins smaller", [TF("train.get_or_create_global_step", as_="n"), *average(num_updates=ref("n"))]),
    "after-training": ("Averages of what an optimizer has written", [
        *bowl("w"), TF("train.GradientDescentOptimizer", as_="optimizer", learning_rate=fl(0.25)), ON("optimizer", "minimize", as_="step", loss=ref("loss")), TF("train.ExponentialMovingAverage", as_="ema", decay=fl(0.5)),
        do("control_dependencies", inputs=[ref("step")], body=[ON("ema", "apply", as_="update")]), everything(), run(init="all"), train("update", 3, [0, 1, 2, 3])]),
    "in-a-reusing-scope": ("TensorFlow refuses averages in a scope that reuses; Namesake makes them", [
        scope("a", get("w", initializer=array([1.0]), as_="w")), TF("train.ExponentialMovingAverage", as_="ema", decay=fl(0.5)), scope("a", attempt(ON("ema", "apply", as_="update", var_list=[ref("w")])), reuse=True)]),
    "maps": ("Which variable a checkpoint is read into", [
        scope("a", get("w", initializer=array([1.0]), as_="w"), get("fixed", initializer=array([2.0]), as_="fixed", trainable=False)), TF("train.ExponentialMovingAverage", as_="ema", decay=fl(0.5)),
        ON("ema", "average_name", var=ref("w")), scope("train", ON("ema", "apply")), ON("ema", "variables_to_restore"), ON("ema", "variables_to_restore", moving_avg_variables=[ref("fixed")]), ON("ema", "average", var=ref("fixed")),
        get("n", initializer=array([1], "int32"), as_="n"), attempt(ON("ema", "apply", var_list=[ref("n")]))]),
}

TENFOLD = {"lambda": ["op", "grad"], "body": [TF("multiply", as_="ten", x=ref("grad"), y=fl(10.0))], "return": {"tuple": [ref("ten"), None]}}
TOO_FEW = {"lambda": ["op", "grad"], "return": ref("grad")}
GRADIENTS = {
    "rows": ("Gradients of gathers are rows, which clip as rows", [
        *rows(), TF("gradients", as_="g", ys=ref("loss"), xs=ref("table")), TF("clip_by_norm", as_="c", t=item("g", 0), clip_norm=fl(1.0)), TF("clip_by_global_norm", as_="all", t_list=[item("g", 0), None], clip_norm=fl(2.0)),
        TF("global_norm", as_="norm", t_list=[item("g", 0)]), TF("clip_by_value", as_="v", t=item("g", 0), clip_value_min=fl(-1.0), clip_value_max=fl(0.5)),
        run(item("g", 0), ref("c"), item("all", 0, 0), ref("norm"), ref("v"), init="all"), attempt(TF("global_norm", t_list=item("g", 0)))]),
    "a-rule-of-its-own": ("A registered rule, by the name of an op type that has none", [
        do("register_gradient", name="TruncateMod", function=TENFOLD), TF("placeholder", as_="x", dtype={"dtype": "float32"}, shape=whole([2])), TF("truncatemod", as_="y", x=ref("x"), y=fl(3.0)),
        TF("gradients", as_="g", ys=ref("y"), xs=ref("x")), run(item("g", 0), feed=[[ref("x"), array([1.0, 2.0])]])]),
    "overridden": ("Ops with the rule of another name, and of one that is not there", [
        do("register_gradient", name="TenfoldSquare", function={**TENFOLD, "return": ref("ten")}), TF("placeholder", as_="x", dtype={"dtype": "float32"}, shape=whole([2])),
        do("gradient_override_map", map={"Square": "TenfoldSquare", "Sin": "NoSuchRule"}, body=[TF("square", as_="y", x=ref("x")), TF("sin", as_="z", x=ref("x"))]),
        TF("gradients", as_="g", ys=ref("y"), xs=ref("x")), attempt(TF("gradients", ys=ref("z"), xs=ref("x"))), run(item("g", 0), feed=[[ref("x"), array([1.0, 2.0])]])]),
    "custom": ("A function with a gradient of its own", [
        TF("custom_gradient", as_="f", f={"lambda": ["a"], "body": [TF("square", as_="b", x=ref("a"))], "return": {"tuple": [
            ref("b"), {"lambda": ["dy"], "body": [TF("multiply", as_="five", x=ref("dy"), y=fl(5.0))], "return": ref("five")}]}}),
        TF("constant", as_="x", value=fl([1.0, 2.0])), do("call_object", of=ref("f"), positional=[ref("x")]) | {"as": "y"}, TF("gradients", as_="g", ys=ref("y"), xs=ref("x")), run(ref("y"), item("g", 0))]),
    "too-few-gradients": ("A rule that gives too few", [
        do("register_gradient", name="TruncateMod", function=TOO_FEW), TF("placeholder", as_="x", dtype={"dtype": "float32"}, shape=whole([2])), TF("truncatemod", as_="y", x=ref("x"), y=fl(3.0)),
        attempt(TF("gradients", ys=ref("y"), xs=ref("x")))]),
}

SUBJECTS = {"optimizers": dict(every_optimizer()), "optimizer-use": OPTIMIZER_USE, "global-steps": STEPS, "schedules": SCHEDULES, "moving-averages": AVERAGES, "gradients": GRADIENTS}
