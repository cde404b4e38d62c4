"""Programs written by hand about ops, what steps do, conditionals and loops."""
from short_forms import ONES, ZEROS, array, attempt, const, do, fl, get, names, op, part, ref, run, scope, whole

OPS = {
    "elementwise": ("Values of the ops that programs use", [
        const([[1, -2], [0.5, 4]], "x"), *[op(kind, ref("x"), as_=kind) for kind in ("identity", "square", "negative", "tanh", "sigmoid", "relu", "l2_loss")],
        op("reshape", ref("x"), shape=[4], as_="flat"), op("concat", ref("x"), ref("x"), axis=1, as_="joined"), op("cast", ref("x"), dtype="int32", as_="cast"),
        op("matmul", ref("x"), ref("x"), as_="product"), op("reduce_sum", ref("x"), axis=0, as_="sum"), op("reduce_mean", ref("x"), as_="mean"),
        op("zeros", shape=[2], dtype="int32", as_="zeros"), op("ones", shape=[2], as_="ones"), op("convert", ref("x")),
        op("less", ref("x"), fl(1), as_="less"), op("greater", ref("x"), fl(1), as_="greater"), op("equal", ref("x"), ref("x"), as_="equal"),
        op("logical_and", ref("less"), ref("equal"), as_="and"), op("logical_not", ref("less"), as_="not"), op("floordiv", ref("x"), fl(2), as_="floor"),
        run(*[ref(h) for h in ("identity", "square", "negative", "tanh", "sigmoid", "relu", "l2_loss", "flat", "joined", "cast", "product", "sum", "mean", "zeros", "ones",
                               "less", "greater", "equal", "and", "not", "floor")])]),
    "mistakes": ("Ops that cannot be made", [
        const([1, 2], "f"), op("constant", value=whole([1, 2]), as_="i"), attempt(op("add", ref("f"), ref("i"))), attempt(op("matmul", ref("f"), ref("f"))),
        attempt(op("reshape", ref("f"), shape=[3])), attempt(op("concat", ref("f"), ref("i"), axis=0)), attempt(op("relu", {"str": "a"})), attempt(op("constant", value=fl([1, 2]), shape=[1])),
        attempt(op("identity", {"dict": True})), attempt(op("placeholder", dtype="nonsense", shape=[])), attempt(op("add", ref("f"), fl([1, 2, 3])))]),
    "typed-constants": ("Constants of every type", [
        *[op("constant", value=array([1, 0, 3], dtype), as_=dtype) for dtype in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool")],
        op("constant", value={"str": "é\"\\"}, as_="s"), op("constant", value={"bool": True}, as_="b"), op("constant", value=whole(7), dtype="float64", shape=[2], as_="filled"),
        run(*[ref(h) for h in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool", "s", "b", "filled")])]),
}

STEPS = {
    "writes-that-do-not-fit": ("Writes of other types and shapes, into references and resources", [
        get("v", [2], "v"), get("r", [2], "r", use_resource=True), get("i", initializer=whole([1, 2]), as_="i"),
        *[attempt(op(kind, ref(handle), value)) for handle in "vri" for kind in ("tf_assign", "tf_assign_add", "assign_sub")
          for value in (fl([1, 2]), whole([1, 2]), fl(1), fl([[1]]), array([1, 2], "float64"), ref("v"), ref("r"))],
        *[attempt(op(kind, ref(handle), indices, updates)) for handle in "vr" for kind in ("scatter_update", "scatter_add") for indices, updates in (
            (whole([0]), fl([1])), (whole(0), fl(1)), (whole([0]), fl([1, 2])), (fl([0]), fl([1])), (array([0], "int64"), fl([1])), (whole([0]), whole([1])))],
        attempt(op("count_up_to", ref("v"), limit=3)), attempt(op("count_up_to", ref("i"), limit=3)), op("tf_assign", ref("v"), fl([1, 2]), use_locking=False, name="named"),
        op("tf_assign", ref("r"), fl([1, 2]), validate_shape=True, name="named"), op("tf_assign_add", ref("r"), fl([1, 2]), use_locking=True, name="other")]),
    "writes-of-reference-variables": ("Assignments to a reference variable and their results", [
        get("v", initializer=array([1, 2]), as_="v"), op("tf_assign", ref("v"), fl([3, 4]), as_="a"), op("tf_assign_add", ref("v"), fl([1, 1]), as_="b"),
        op("tf_assign_sub", ref("v"), fl([1, 0]), as_="c"), op("assign", ref("v"), fl([0, 0]), as_="d"), op("assign_add", ref("v"), fl([5, 5]), name="named", as_="e"),
        op("assign_sub", ref("v"), fl([1, 1])), op("scatter_update", ref("v"), whole([1]), fl([9]), as_="f"), op("scatter_add", ref("v"), whole([0]), fl([2]), as_="g"),
        op("scatter_sub", ref("v"), whole([0]), fl([1]), as_="h"), op("value", ref("v"), as_="val"), op("read_value", ref("v"), as_="read"), run(init="all"),
        *[run(ref(handle)) for handle in "abcdefgh"], run(ref("val")), run(ref("read")), run(ref("v")), attempt(op("tf_assign", ref("v"), fl([1, 2, 3]))),
        op("tf_assign", ref("v"), fl([1, 2, 3]), validate_shape=False, use_locking=False)]),
    "writes-of-resource-variables": ("The same for a resource variable", [
        get("v", initializer=array([1, 2]), as_="v", use_resource=True), op("tf_assign", ref("v"), fl([3, 4]), as_="a"), op("tf_assign_add", ref("v"), fl([1, 1]), as_="b"),
        op("tf_assign_sub", ref("v"), fl([1, 0]), as_="c"), op("assign", ref("v"), fl([0, 0]), as_="d"), op("assign_add", ref("v"), fl([5, 5]), as_="e"),
        op("scatter_update", ref("v"), whole([1]), fl([9]), as_="f"), op("scatter_add", ref("v"), whole([0]), fl([2]), as_="g"), op("plus", ref("a"), fl(1), as_="s"),
        op("value", ref("v"), as_="val"), op("read_value", ref("v"), as_="read"), run(init="all"), *[run(ref(h)) for h in "abcdefgs"], run(ref("val")), run(ref("read")), run(ref("v")),
        attempt(op("tf_assign", ref("v"), fl([1, 2, 3])))]),
    "uninitialized": ("Variables without a value", [
        get("v", initializer=array(1), as_="v"), get("r", initializer=array(1), as_="r", use_resource=True), op("is_variable_initialized", ref("v"), as_="iv"),
        op("is_variable_initialized", ref("r"), as_="ir"), op("tf_assign_add", ref("v"), fl(1), as_="av"), op("tf_assign_add", ref("r"), fl(1), as_="ar"), run(ref("iv"), ref("ir")),
        *[attempt(run(ref(h))) for h in ("v", "r", "av", "ar")], run(ref("v"), init=[ref("v")]), run(ref("iv")), run(ref("ir")), run(ref("r", "initializer")), run(ref("r")),
        op("variables_initializer", ref("v"), ref("r"), name="both", as_="init"), run(ref("init")), run(ref("v"), ref("r"))]),
    "feeds-and-fetches": ("What can be fed and fetched", [
        op("placeholder", dtype="float32", shape=[None], as_="x"), op("placeholder", dtype="int32", shape=None, as_="n"), op("times", ref("x"), fl(2), as_="y"),
        get("v", initializer=array([1, 2]), as_="v"), op("plus", ref("y"), ref("v"), as_="z"), op("group", ref("z"), as_="g"), run(init="all"),
        run(ref("y"), ref("x"), feed=[[ref("x"), fl([1, 2])]]), run(ref("z"), ref("g"), feed=[[ref("x"), array([3, 4])]]), run(ref("n"), feed=[[ref("n"), whole([[1], [2]])]]),
        run(ref("z"), feed=[[ref("y"), fl([5, 6])]]), run(ref("z"), feed=[[ref("x"), fl([1, 2])], [ref("v"), fl([0, 0])]]), attempt(run(ref("y"))),
        attempt(run(ref("y"), feed=[[ref("x"), fl([[1]])]])), attempt(run(fl(1))), attempt(run({"str": "no such tensor"})), attempt(run({"str": "x:1"})), run({"str": "y:0"}, feed=[[ref("x"), fl([1])]]),
        attempt(run(ref("y"), feed=[[ref("g"), fl(1)]])), do("graph", body=[attempt(run(ref("y"))), const(as_="c"), run(ref("c"))])]),
    "counters-checks-and-errors": ("Steps that fail on their own", [
        do("variable", initial_value=whole(0), name="n") | {"as": "n"}, op("count_up_to", ref("n"), limit=2, as_="c"), run(init="all"), run(ref("c")), run(ref("c")), attempt(run(ref("c"))),
        run(ref("n")), op("placeholder", dtype="bool", shape=[], as_="p"), op("assert", ref("p"), fl(1), as_="check"), run(ref("check"), feed=[[ref("p"), {"bool": True}]]),
        attempt(run(ref("check"), feed=[[ref("p"), {"bool": False}]])), op("floordiv", whole(1), whole(0), as_="bad"), attempt(run(ref("bad"))), run(ref("n"))]),
    "order-by-dependencies": ("Control dependencies decide what is read and written first", [
        get("v", initializer=array(1), as_="v"), get("w", initializer=array(10), as_="w", use_resource=True), op("plus", ref("v"), fl(0), as_="old"),
        do("control_dependencies", inputs=[ref("old")], body=[op("tf_assign_add", ref("v"), fl(1), as_="a")]),
        do("control_dependencies", inputs=[ref("a")], body=[op("plus", ref("v"), fl(0), as_="new"), op("tf_assign_add", ref("w"), ref("v"), as_="b")]),
        do("control_dependencies", inputs=[ref("b")], body=[op("read_value", ref("w"), as_="r"), op("group", ref("old"), ref("new"), as_="g")]),
        run(init="all"), run(ref("old"), ref("new"), ref("r")), run(ref("g")), run(ref("v")), run(ref("w"))]),
    "partitioned-and-local": ("Steps over slices and local variables", [
        scope("p", get("v", [3], "v", initializer={"fn": {"offset": True}, "params": "shape"}), partitioner={"partitioner": "fixed", "num_shards": 2}),
        do("get_local_variable", name="l", shape=[2], initializer=ONES) | {"as": "l"}, op("tf_assign", ref("v", "slice_0"), fl([7, 8]), as_="a"), op("convert", ref("v"), as_="t"),
        run(init="all"), run(ref("t"), ref("v"), ref("l")), run(ref("a")), run(ref("t"))]),
}

FLOW = {
    "conditionals-of-every-kind": ("Predicates, results and places of conditionals", [
        op("placeholder", dtype="bool", shape=[], as_="p"), op("placeholder", dtype="bool", shape=None, as_="q"), op("placeholder", dtype="bool", shape=[1], as_="s"), const(1, "x"),
        *[attempt(do("cond", pred=ref(handle), true=part(return_="x"), false=part(return_="x"))) for handle in "pqsx"],
        *[attempt(do("cond", pred=ref("p"), true=true, false=false)) for true, false in (
            (part(op("no_op", as_="n"), return_="n"), part(op("no_op", as_="m"), return_="m")), (part(return_="x"), part(op("no_op", as_="m"), return_="m")),
            (part(return_="x"), part(op("constant", value=whole(1), as_="m"), return_="m")), (part(return_="x"), part(do("raise"))),
            (part(scope("vs", get("a", [], "va")), return_="va"), part(scope("vs", get("a", [], "vb"), reuse=True), return_="vb")),
            (part(do("cond", pred=ref("p"), true=part(const(1, "t1"), return_="t1"), false=part(return_="x")) | {"as": "inner"}, return_="inner"), part(return_="x")))],
        attempt(do("cond", pred=whole(1), true=part(return_="x"), false=part(return_="x"))),
        do("control_dependencies", inputs=[ref("x")], body=[do("cond", pred=ref("p"), true=part(const(2, "z"), return_="z"), false=part(return_="x"))]),
        do("device", device="/gpu:0", body=[do("cond", pred=ref("p"), true=part(const(2, "z"), return_="z"), false=part(return_="x"))])]),
    "loops-of-every-kind": ("Loop variables, conditions and bodies that do and do not fit", [
        get("v", [], "v"), get("r", [], "r", use_resource=True),
        *[attempt(do("while_loop", vars=variables, args=["i", "j"][:len(variables)], cond=part(op("less", ref("i"), limit, as_="k"), return_="k"), body=body, **fields))
          for variables, limit, body, fields in (
            ([whole(0)], whole(3), part(const(1, "n"), return_="n"), {}), ([whole(0), whole(1)], whole(3), part(return_="i"), {}), ([whole(0)], whole(3), part(do("raise")), {}),
            ([whole(0)], whole(3), part(op("plus", ref("i"), whole(1), as_="n"), return_="n"), {"maximum_iterations": whole(2)}),
            ([whole(0)], whole(3), part(op("plus", ref("i"), whole(1), as_="n"), return_="n"), {"parallel_iterations": 0}),
            ([ref("v")], fl(3), part(op("plus", ref("i"), fl(1), as_="n"), return_="n"), {}), ([ref("r")], fl(3), part(op("plus", ref("i"), fl(1), as_="n"), return_="n"), {}),
            ([whole(0)], whole(3), part(do("while_loop", vars=[ref("i")], args=["a"], cond=part(op("less", ref("a"), whole(3), as_="m"), return_="m"),
                                           body=part(op("plus", ref("a"), whole(1), as_="b"), return_="b")) | {"as": "inner"}, return_="inner"), {}))],
        attempt(do("while_loop", vars=[], args=[], cond=part(const(1, "k"), return_="k"), body=part(return_=[]))),
        attempt(do("while_loop", vars=[whole(0)], args=["i"], cond=part(const(1, "k"), return_="k"), body=part(return_="i")))]),
    "conditionals": ("Both branches are built, one is executed", [
        get("v", initializer=array(2), as_="v"), op("placeholder", dtype="bool", shape=[], as_="p"),
        do("cond", pred=ref("p"), true=part(op("plus", ref("v"), fl(1), as_="t"), return_="t"), false=part(const(9, "f"), return_="f")) | {"as": "c"},
        do("cond", pred=ref("p"), true=part(op("tf_assign", ref("v"), fl(5), as_="t"), return_="t"), false=part(return_="v"), name="named") | {"as": "d"},
        do("cond", pred=ref("p"), true=part(const(1, "t"), const(2, "u"), return_=["t", "u"]), false=part(return_=["v", "v"])) | {"as": "e"},
        attempt(do("cond", pred={"bool": True}, true=part(const(1, "t"), return_="t"), false=part(const(2, "f"), return_="f"))),
        attempt(do("cond", pred=ref("p"), true=part(), false=part())), attempt(do("cond", pred=ref("p"), true=part(const(1, "t"), return_="t"), false=part(return_=["v", "v"]))),
        do("cond", pred=ref("p"), true=part(const(1, "t"), return_=["t"]), false=part(const(2, "f"), return_=["f"]), strict=True), run(init="all"),
        *[run(ref(h), feed=[[ref("p"), {"bool": b}]]) for h in ("c", "d", "e") for b in (False, True)], attempt(run(ref("t"), feed=[[ref("p"), {"bool": True}]]))]),
    "variables-in-branches": ("Variables that are made in branches are lifted out", [
        op("placeholder", dtype="bool", shape=[], as_="p"),
        scope("s", do("cond", pred=ref("p"), true=part(get("a", [], "a"), do("variable", initial_value={"fn": fl(1)}, name="b") | {"as": "b"}, op("plus", ref("a"), ref("b"), as_="t"), return_="t"),
                      false=part(get("c", [], "c", use_resource=True), op("plus", ref("c"), fl(1), as_="f"), return_="f")) | {"as": "r"}),
        attempt(do("cond", pred=ref("p"), true=part(const(1, "x"), do("variable", initial_value=ref("x")), return_="x"), false=part(const(1, "y"), return_="y"))),
        run(init="all"), run(ref("r"), feed=[[ref("p"), {"bool": True}]]), run(ref("r"), feed=[[ref("p"), {"bool": False}]])]),
    "loops": ("Loops, their limits and their errors", [
        do("while_loop", vars=[whole(0), fl(1)], args=["i", "x"], cond=part(op("less", ref("i"), whole(4), as_="k"), return_="k"),
           body=part(op("plus", ref("i"), whole(1), as_="j"), op("times", ref("x"), fl(2), as_="y"), return_=["j", "y"])) | {"as": "r"},
        do("while_loop", vars=[whole(0)], args=["i"], cond=part(op("less", ref("i"), whole(9), as_="k"), return_="k"), body=part(op("plus", ref("i"), whole(1), as_="j"), return_="j"),
           maximum_iterations=3, parallel_iterations=1, back_prop=False, name="short") | {"as": "m"},
        do("while_loop", vars=[whole(0)], args=["i"], cond=part(op("less", ref("i"), whole(2), as_="k"), return_="k"), body=part(op("plus", ref("i"), whole(1), as_="j"), return_=["j"]),
           return_same_structure=True) | {"as": "s"},
        attempt(do("while_loop", vars=[whole(0), fl([1, 2])], args=["i", "x"], cond=part(op("less", ref("i"), whole(2), as_="k"), return_="k"), body=part(op("plus", ref("i"), whole(1), as_="j"), return_=["j"]))),
        const([1], "one"),
        attempt(do("while_loop", vars=[ref("one")], args=["x"], cond=part(op("less", whole(1), whole(0), as_="k"), return_="k"), body=part(op("concat", ref("x"), ref("x"), axis=0, as_="y"), return_="y"))),
        do("while_loop", vars=[whole(0), ref("one")], args=["i", "x"], cond=part(op("less", ref("i"), whole(2), as_="k"), return_="k"),
           body=part(op("plus", ref("i"), whole(1), as_="j"), op("concat", ref("x"), ref("x"), axis=0, as_="y"), return_=["j", "y"]), shape_invariants=[[], [None]]) | {"as": "g"},
        run(ref("r"), ref("m"), ref("s"), ref("g"))]),
    "loops-over-variables": ("What a loop reads and writes", [
        get("v", initializer=array(1), as_="v"), get("w", initializer=array(1), as_="w", use_resource=True),
        scope("s", do("while_loop", vars=[whole(0)], args=["i"], cond=part(op("less", ref("i"), whole(3), as_="k"), return_="k"), body=part(
            op("tf_assign_add", ref("w"), fl(2), as_="a"), do("control_dependencies", inputs=[ref("a")], body=[op("tf_assign_add", ref("v"), fl(1), as_="b")]),
            get("made", [], "made"), do("control_dependencies", inputs=[ref("b")], body=[op("plus", ref("i"), whole(1), as_="j")]), return_="j")) | {"as": "r"}),
        attempt(op("plus", ref("j"), whole(1))), run(init="all"), run(ref("r")), run(ref("v"), ref("w"))]),
}
