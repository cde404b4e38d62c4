"""Programs written by hand about what is built: scopes, variables, names, places, collections."""
from short_forms import ONES, ZEROS, array, attempt, const, do, fl, get, names, op, part, ref, run, scope, whole

SCOPES = {
    "threads-inside-of-everything": ("What a thread keeps of where it is started", [
        do("device", device="/gpu:0", body=[const(as_="c"), do("control_dependencies", inputs=[ref("c")], body=[do("colocate_with", op=ref("c"), body=[do("container", name="x", body=[
            names("n", scope("s", do("variable_creator_scope", creator={"creator": "resource"}, body=[
                do("thread", body=[const(), get("v", []), do("name_of"), do("get_variable_scope"), scope("s", get("w", []))]), get("u", [])]), reuse="auto"))])])])])]),
    "graphs-do-not-mix": ("What is refused between two graphs, and what is not", [
        const(as_="a"), do("graph", body=[
            const(as_="b"), attempt(op("add", ref("a"), ref("b"))), attempt(op("plus", ref("a"), ref("b"))), attempt(op("identity", ref("a"))),
            attempt(do("control_dependencies", inputs=[ref("a")], body=[const()])), attempt(do("colocate_with", op=ref("a"), body=[const()])),
            attempt(names(None, const(), default_name="x", values=[ref("a"), ref("b")])), attempt(scope("s", const(), values=[ref("a")])), attempt(op("group", ref("a"))),
            attempt(op("concat", ref("a"), ref("b"), axis=0)), attempt(run(ref("a"))), attempt(do("add_to_collection", key="k", value=ref("a"))), do("get_collection", key="k"),
            do("variable", initial_value=ref("a"), name="v"), do("variable", initial_value=ref("a"), name="r", use_resource=True), get("g", initializer=ref("a"))])]),
    "prefixes-of-variables-and-ops": ("A scope prefixes variables by its name and ops by a name scope of its own", [
        scope("a", get("v", [2]), const(), scope("b", get("v", [2]), const())),
        scope("a", get("w", [2]), const(), as_="again"), do("show", value=ref("again"))]),
    "default-names-count": ("Default names are made unique among the scopes opened before", [
        scope(None, get("v", []), default_name="d"), scope(None, get("v", []), default_name="d"),
        scope("d", get("w", [])), scope("out", scope(None, get("v", []), default_name="d"), scope(None, default_name="d")),
        scope(None, get("v", []), default_name="d"), scope("d_3"), scope(None, get("u", []), default_name="d")]),
    "captured-scope-jumps-back": ("A captured scope is entered where it was opened; counters inside are not kept", [
        scope("a", scope("b", get("v", []), as_="b")),
        scope("c", scope(ref("b"), get("w", []), const(), as_="inner"), get("v", [])),
        scope(ref("b"), get("v", []), reuse=True), do("show", value=ref("inner")),
        scope(ref("b"), scope(None, get("x", []), default_name="d")), scope(ref("b"), scope(None, get("y", []), default_name="d"))]),
    "auxiliary-name-scope": ("Without an auxiliary name scope ops stay where they are", [
        scope("a", get("v", []), const(), do("name_of"), auxiliary_name_scope=False, as_="a"),
        names("n", scope(ref("a"), const(), auxiliary_name_scope=False), scope("b", const(), do("name_of"))),
        attempt(scope("c", auxiliary_name_scope=1))]),
    "original-name-scope-as-name": ("The original name scope of a scope can be opened again as it is", [
        scope("a", const(), as_="a"), scope("a", const(), as_="a1"),
        names(ref("a", "original_name_scope"), const()), names(ref("a1", "original_name_scope"), const(), do("name_of")),
        names(ref("a", "name"), const())]),
    "current-scope-is-one-object": ("The current scope is the same object at every place of one scope", [
        do("get_variable_scope", **{"as": "root"}), scope("a", do("get_variable_scope"), do("get_variable_scope"), as_="a"),
        do("get_variable_scope"), scope(ref("a"), do("get_variable_scope"))]),
    "scope-needs-a-name": ("What cannot be the name of a scope", [
        attempt(scope(None)), attempt(scope(None, default_name="x", reuse=True)), attempt(scope("bad name", const())),
        attempt(scope("a:b")), attempt(scope("", get("v", []), const())), get("w", [])]),
    "made-scopes-enter-many-times": ("A scope that was made is entered with and without a block", [
        do("make_scope", name="m", as_="m") | {"as": "m"},
        do("with", scope=ref("m"), body=[get("v", []), const()]),
        do("with", scope=ref("m"), body=[attempt(get("v", [])), const()]),
        do("enter", scope=ref("m")), get("w", []), do("exit", scope=ref("m")), get("z", []),
        do("make_scope", name=None, default_name="k") | {"as": "k"}, do("with", scope=ref("k"), body=[get("v", [])]),
        do("with", scope=ref("k"), body=[get("w", [])])]),
    "values-choose-nothing-here": ("The values of a scope only have to come from one graph", [
        const(as_="c"), scope("a", get("v", []), values=[ref("c")]), names(None, const(), default_name="n", values=[ref("c")]),
        attempt(names(None, values=[ref("c")])),
        do("graph", body=[attempt(scope("b", get("v", []), const(), values=[ref("c")]))])]),
    "threads-start-at-the-root": ("A new thread has no scopes, whatever is open around it", [
        scope("a", get("v", []), do("thread", body=[get("w", []), const(), scope(None, get("v", []), default_name="a")]),
              get("x", []), reuse="auto"),
        do("thread", body=[do("raise", message="from a thread")]),
        do("device", device="/cpu:0", body=[do("thread", body=[const()])])]),
    "graphs-keep-their-scopes": ("Each graph has scopes and counters of its own", [
        scope("a", get("v", []), do("graph", body=[get("v", []), scope("b", get("v", []), const())]) | {"as": "g"}, get("w", [])),
        do("graph", graph=ref("g"), body=[attempt(get("v", [])), scope("b", get("w", []), const())]),
        do("graph", body=[do("name_of"), const()])]),
    "scope-of-another-graph": ("A captured scope is used while another graph is the default", [
        scope("a", get("v", []), as_="a"),
        do("graph", body=[attempt(scope(ref("a"), get("w", []), const())), do("scope_variables", kind="global", scope=ref("a")),
                          do("get_collection", key="variables", scope=ref("a"))])]),
    "exceptions-close-scopes": ("An exception leaves every scope on its way", [
        do("block", body=[scope("a", names("n", do("device", device="/cpu:0", body=[const(), do("raise")])))]) | {"try": True},
        get("v", []), const(), scope("a", scope("b", do("raise", message="inner"), get("never", [])), get("w", [])), const()]),
}

REUSE = {
    "create-then-share": ("The four values of reuse", [
        scope("a", get("v", [2], "first")), scope("a", get("v", [2]), reuse=True), scope("a", get("v", [2]), reuse="auto"),
        scope("a", attempt(get("v", [2])), reuse=False), scope("a", attempt(get("v", [2])), reuse=None),
        scope("a", attempt(get("lack", [2])), get("v"), reuse=True), scope("a", get("made", [2]), reuse="auto")]),
    "inheritance": ("Reuse goes down into scopes by name, not into captured ones", [
        scope("a", scope("b", get("v", []), as_="b")),
        scope("a", scope("b", get("v", [])), scope("b", get("v", []), reuse=False), reuse=True, as_="a"),
        scope("a", scope(ref("b"), attempt(get("v", []))), reuse=True), scope(ref("a"), scope("b", get("v", []))),
        scope("a", scope("b", get("v", [])), scope("c", get("v", [])), reuse="auto")]),
    "reuse-variables": ("Reuse that is turned on lasts for the scope and what is opened in it", [
        scope("a", get("v", []), do("reuse_variables"), get("v", []), scope("b", attempt(get("w", []))), attempt(get("w", [])), as_="a"),
        scope("a", attempt(get("v", []))), do("reuse_variables", scope=ref("a")), scope(ref("a"), get("v", [])),
        do("reuse_variables"), attempt(get("root", [])), attempt(scope("x", get("v", [])))]),
    "shapes-and-types-must-fit": ("Sharing checks shape and dtype", [
        get("v", [3, 2]), scope("", attempt(get("v", [3, 2])), attempt(get("v", [2])), attempt(get("v", [None, 2])), attempt(get("v", None)),
                                attempt(get("v", [3, 2], dtype="float64")), attempt(get("v", [3, 2], dtype="int32")), reuse=True)]),
    "variable-is-never-shared": ("tf.Variable neither shares nor is shared", [
        do("variable", initial_value=fl(1), name="v"), do("variable", initial_value=fl(1), name="v"), get("v", []),
        scope("", attempt(get("v_1", [])), reuse=True), scope("s", do("variable", initial_value=fl([1, 2]), name="v"), get("v", []))]),
    "local-variables": ("Local variables share the names of the others", [
        do("get_local_variable", name="v", shape=[], initializer=ZEROS), attempt(get("v", [])),
        scope("a", do("get_local_variable", name="w", shape=[2], initializer=ONES, collections=["mine"]),
              do("scope_variables", kind="local"), do("scope_variables", kind="global"), do("scope_variables", kind="trainable")),
        op("local_variables_initializer"), op("global_variables_initializer")]),
}

NAMES = {
    "names-that-are-asked-for": ("Unique names that a program takes for itself", [
        *[do("unique_name", name=name) for name in ("a", "A", "a", "a_1", "A_1", "a/b", "", "/x", "a b", "x:0")], names("s", do("unique_name", name="a"), do("unique_name", name="")),
        const(name="a"), const(name="x"), const(name="X_1"), const(name="x"), names("X", const())]),
    "variables-without-names": ("What variables with an empty name are called", [
        get("", [2]), get("", [2], use_resource=True) | {"try": True}, scope("s", get("", [2]), get("", [2]) | {"try": True}), do("variable", initial_value=fl(1), name=""),
        do("variable", initial_value=fl(1), name="", use_resource=True), do("variable", initial_value=fl(1)), do("variable", initial_value=fl(1), name=None, use_resource=True),
        scope("p", attempt(get("", [4])), partitioner={"partitioner": "fixed", "num_shards": 2})]),
    "unique-names": ("Names of ops count up, without regard to case", [
        const(name="c"), const(name="C"), const(name="c"), const(name="c_1"), const(name="c"), do("unique_name", name="c"),
        do("unique_name", name="c", mark_as_used=False), do("unique_name", name="c", mark_as_used=False), const(name="c"),
        names("n", do("unique_name", name="c"), const(name="c"))]),
    "name-scopes": ("Name scopes: made unique, absolute, root, illegal", [
        names("a", const(), names("b", const())), names("a", const()), names("a/", const(), names("b", const())),
        names("a/b/", const()), names("", const()), names(None, const()), attempt(names("bad name")), attempt(names("_x")),
        names("x", names("_y", const())), names(None, const(), default_name="d"), names("n", default_name="d", as_="n"),
        names(ref("n"), const()), attempt(names("/z")), attempt(names("a//b", const()))]),
    "taken-and-illegal-op-names": ("What cannot be the name of an op", [
        const(name="c"), attempt(const(name="c/")), attempt(const(name="bad name")), attempt(const(name="_c")),
        names("n", const(name="_c"), attempt(const(name="ü"))), const(name="a/c"), const(name="a/c"), op("no_op", name="n")]),
    "operators-and-functions": ("Operators and functions make the same ops under other names", [
        get("v", [2], "v"), op("plus", ref("v"), fl(1)), op("plus", fl(1), ref("v")), op("minus", fl(1), ref("v")),
        op("times", ref("v"), ref("v")), op("add", ref("v"), ref("v")), op("subtract", ref("v"), fl(2)), op("multiply", ref("v"), whole(3)),
        op("plus", ref("v"), whole(1)), op("add", ref("v"), ref("v"), name="named")]),
    "variables-and-names": ("Illegal, odd and taken names of variables", [
        const(name="v"), get("v", []), attempt(get("bad name", [])), attempt(get("", [])), attempt(get("_h", [])), get("x/y", []),
        scope("x", get("y", []) | {"try": True}), attempt(get("w/", [])), get("V", []), attempt(get("/u", []))]),
}

INITIALIZERS = {
    "initializers-that-do-not-fit": ("Values, types and shapes that initializers refuse", [
        attempt(get("a", [2, 2], initializer={"init": "constant", "value": fl([1, 2, 3])})), attempt(get("b", [2], initializer={"init": "constant", "value": fl([1, 2, 3])})),
        attempt(get("c", [2], initializer={"init": "constant", "value": fl([1]), "verify_shape": True})), attempt(get("d", [2], dtype="int32", initializer={"init": "constant", "value": fl(1.5)})),
        attempt(get("e", [2], dtype="bool", initializer={"init": "constant", "value": {"bool": True}})), attempt(get("f", [2], dtype="string", initializer={"init": "constant", "value": {"str": "a"}})),
        attempt(get("g", [2], dtype="string", initializer=ZEROS)), attempt(get("h", [2], dtype="string", initializer=ONES)), attempt(get("i", [2], dtype="bool", initializer=ONES)),
        attempt(get("j", [2], dtype="int32", initializer={"init": "random_uniform"})), attempt(get("k", [2], dtype="int64", initializer={"init": "uniform_unit_scaling"})),
        attempt(get("l", [2], dtype="int64", initializer={"init": "random_normal"})), attempt(get("m", [3, 4], initializer={"init": "identity"})),
        attempt(get("n", [3, 4, 2], initializer={"init": "orthogonal", "seed": 3})), attempt(get("o", [2], initializer={"init": "variance_scaling", "scale": -1})),
        attempt(get("p", [2], initializer={"init": "variance_scaling", "mode": "x"})), attempt(get("q", [], initializer={"init": "glorot_uniform"})),
        attempt(get("r", [2, 3, 4, 5], initializer={"init": "he_normal", "seed": 1})), attempt(get("s", [-1])), attempt(do("get_variable", name="t", shape=[0, 3])), attempt(get("u", 3)),
        attempt(do("get_variable", name="v", shape=[None], initializer=ZEROS, validate_shape=False)), attempt(do("get_variable", name="w", initializer=fl([1, 2]), validate_shape=False))]),
    "kinds-of-initial-values": ("Initializers, values, tensors and functions as initial values", [
        const([1, 2], "t"), get("a", [2], initializer=ONES), get("b", [2], initializer={"init": "constant", "value": fl([3, 4])}),
        get("c", initializer=fl([1, 2])), get("d", initializer=whole([1, 2])), get("e", initializer=array([1, 2], "float64")),
        get("f", initializer=ref("t")), get("g", initializer={"fn": fl([5, 6])}), get("h", initializer={"fn": fl([5, 6]), "params": "optional"}),
        attempt(get("i", initializer={"fn": fl([5, 6]), "params": "required"})), attempt(get("j", [2], initializer=fl([1, 2]))),
        get("k", [2], initializer={"init": "zeros", "class": True}), get("l", [2, 2], initializer={"fn": {}, "params": "shape"}),
        attempt(get("m", [2], initializer={"fn": fl(1)})), get("n", initializer={"bool": True}), get("o", initializer={"str": "text"}),
        attempt(get("p", initializer={"dict": True})), attempt(get("q", initializer=fl([1]), dtype="int32")),
        get("r", initializer={"fn": {"init": "ones", "shape": [3]}}),
        run(ref("a"), ref("b"), ref("c"), ref("d"), ref("e"), ref("f"), ref("g"), ref("h"), ref("k"), ref("l"), ref("n"), ref("o"), ref("r"), init="all")]),
    "defaults-by-type": ("Without an initializer the type decides", [
        do("get_variable", name="f", shape=[3, 2]), do("get_variable", name="i", shape=[2], dtype="int32"),
        do("get_variable", name="d", shape=[2], dtype="float64"), do("get_variable", name="b", shape=[2], dtype="bool"),
        attempt(do("get_variable", name="s", shape=[2], dtype="string")), do("get_variable", name="h", shape=[], dtype="float16"),
        attempt(do("get_variable", name="u")), attempt(do("get_variable", name="n", shape=[None, 2]))]),
    "called-directly": ("Initializers are functions of a shape and a dtype", [
        do("call_initializer", initializer=ONES, shape=[2]), do("call_initializer", initializer=ZEROS, shape=[2], dtype="int64"),
        do("call_initializer", initializer={"init": "constant", "value": fl(2)}, shape=[2, 2], dtype="float64"),
        do("call_initializer", initializer={"init": "random_uniform", "minval": -1, "maxval": 3, "seed": 4}, shape=[2]),
        do("call_initializer", initializer={"init": "random_uniform", "minval": 0, "maxval": 9, "seed": 4, "dtype": "int32"}, shape=[2]),
        do("call_initializer", initializer={"init": "identity"}, shape=[2, 3]), attempt(do("call_initializer", initializer={"init": "identity"}, shape=[2])),
        attempt(do("call_initializer", initializer={"init": "orthogonal"}, shape=[2]))]),
    "from-another-variable": ("An initial value that depends on a variable", [
        get("v", initializer=fl([1, 2]), as_="v"), op("initialized_value", ref("v"), as_="i"),
        do("variable", initial_value=ref("i"), name="w") | {"as": "w"},
        op("times", ref("v"), fl(2), as_="d"), do("variable", initial_value=ref("d"), name="u") | {"as": "u"},
        run(ref("w"), ref("u"), init="all")]),
}

SEEDS = {
    "seeds-of-graphs": ("When the graph's seed is set, and what seeds may be", [
        op("random_uniform", shape=[2]), do("set_random_seed", seed=4), op("random_uniform", shape=[2], as_="b"), names("n", op("random_uniform", shape=[2], as_="c")),
        do("set_random_seed", seed=4), op("random_uniform", shape=[2], as_="d"), do("set_random_seed", seed=0), op("random_uniform", shape=[2], as_="e", seed=0),
        op("random_uniform", shape=[2], seed=2147483647, as_="f"), do("set_random_seed", seed=2147483648), attempt(op("random_uniform", shape=[2], as_="g")),
        do("set_random_seed", seed=-3), op("random_uniform", shape=[2], as_="h"), do("graph", body=[op("random_uniform", shape=[2])]),
        run(ref("b"), ref("c"), ref("d"), ref("e"), ref("f"), ref("h"))]),
    "graph-and-op-seeds": ("Numbers that TensorFlow draws with seeds", [
        do("set_random_seed", seed=77),
        *[get(f"v{i}", [3, 2], f"v{i}", initializer={"init": kind, **extra}) for i, (kind, extra) in enumerate([
            ("random_uniform", {}), ("random_uniform", {"seed": 5}), ("random_normal", {"seed": 5}), ("truncated_normal", {"mean": 1, "stddev": 0.5}),
            ("uniform_unit_scaling", {}), ("variance_scaling", {"mode": "fan_out", "distribution": "uniform", "seed": 3}),
            ("variance_scaling", {"scale": 2, "mode": "fan_avg", "distribution": "untruncated_normal"}), ("glorot_uniform", {}),
            ("glorot_normal", {"seed": 1}), ("lecun_normal", {}), ("lecun_uniform", {}), ("he_normal", {}), ("he_uniform", {"seed": 2})])],
        run(*[ref(f"v{i}") for i in range(13)], init="all")]),
    "draws-go-on": ("Each step draws further numbers; the graph seed alone is enough", [
        do("set_random_seed", seed=9), op("random_uniform", shape=[2], seed=1, as_="a"), op("random_normal", shape=[2], as_="b"),
        op("truncated_normal", shape=[2], seed=3, dtype="float64", as_="c"), op("random_uniform", shape=[2], as_="d"),
        run(ref("a"), ref("b"), ref("c"), ref("d")), run(ref("a"), ref("b")), run(ref("d"))]),
    "op-seeds-alone": ("Op seeds without a graph seed", [
        op("random_uniform", shape=[3], seed=12, as_="a"), op("random_normal", shape=[3], seed=12, as_="b"), run(ref("a"), ref("b")), run(ref("b"), ref("a")),
        get("v", [2, 2], "v", initializer={"init": "orthogonal", "seed": 4}), get("w", [3, 2], "w", initializer={"init": "orthogonal", "seed": 4, "gain": 2}),
        run(ref("v"), ref("w"), init="all")]),
}

REGULARIZERS = {
    "losses": ("A regularizer runs once per new variable and adds its loss", [
        scope("a", get("v", [2]), get("w", [2], regularizer={"regularizer": "l2", "scale": 0.5}), get("u", [2], regularizer=None),
              get("n", [2], regularizer={"regularizer": "no_regularizer"}), get("m", [2], regularizer={"regularizer": "mean_plus", "value": 0.25}),
              get("x", [2], regularizer={"regularizer": "null"}), attempt(get("r", [2], regularizer={"regularizer": "raise"})),
              regularizer={"regularizer": "sum"}),
        scope("a", get("v", [2]), get("v", [2], regularizer={"regularizer": "l2", "scale": 1}), reuse=True),
        do("get_collection", key="regularization_losses"), do("get_collection", key="regularization_losses", scope="a/v")]),
    "of-slices": ("Every slice of a partitioned variable is regularized", [
        scope("a", get("v", [4]), regularizer={"regularizer": "sum"}, partitioner={"partitioner": "fixed", "num_shards": 2}),
        do("get_collection", key="regularization_losses")]),
}

PARTITIONED = {
    "partitioners": ("What partitioners answer", [
        *[do("call_partitioner", partitioner={"partitioner": "fixed", "num_shards": n, **axis}, shape=[4, 3]) for n, axis in ((2, {}), (3, {"axis": 1}), (9, {}))],
        *[do("call_partitioner", partitioner={"partitioner": "variable_axis", "max_shard_bytes": n}, shape=[10, 4]) for n in (1, 64, 1000)],
        do("call_partitioner", partitioner={"partitioner": "variable_axis", "max_shard_bytes": 32, "max_shards": 2, "axis": 1}, shape=[3, 40]),
        do("call_partitioner", partitioner={"partitioner": "variable_axis", "max_shard_bytes": 64, "bytes_per_string_element": 8}, shape=[20], dtype="string"),
        do("call_partitioner", partitioner={"partitioner": "min_max", "max_partitions": 4, "min_slice_size": 16}, shape=[16], dtype="float64"),
        attempt(do("call_partitioner", partitioner={"partitioner": "variable_axis", "max_shard_bytes": 0}, shape=[2])),
        attempt(do("call_partitioner", partitioner={"partitioner": "fixed", "num_shards": 2, "axis": 3}, shape=[2]))]),
    "slices-of-a-variable": ("A partitioned variable, its slices and its value", [
        scope("p", get("v", [5, 2], "v", initializer={"fn": {"offset": True}, "params": "shape"}), op("as_tensor", ref("v"), as_="t"), op("identity", ref("v")),
              op("add", ref("v"), fl(1)), attempt(op("plus", ref("v"), fl(1))), op("convert", ref("v")), partitioner={"partitioner": "fixed", "num_shards": 2}),
        op("identity", ref("v", "slice_1")), attempt(op("identity", ref("v", "slice_2"))), run(ref("v"), ref("t"), init=[ref("v")]),
        scope("p", get("v", [5, 2]), attempt(get("v", [5])), reuse=True, partitioner={"partitioner": "fixed", "num_shards": 2}),
        scope("p", attempt(get("v", [5, 2])), reuse=True, partitioner={"partitioner": "fixed", "num_shards": 3}),
        scope("p", attempt(get("v", [5, 2])), reuse=True)]),
    "wrong-answers": ("Answers of partitioners that cannot be used", [
        *[scope(f"s{i}", attempt(get("v", [4], partitioner=p))) for i, p in enumerate([
            {"partitioner": "list", "value": [2, 2]}, {"partitioner": "list", "value": [0]}, {"partitioner": "list", "value": []}, {"partitioner": "not_a_list"}, whole(3),
            {"partitioner": "list", "value": [9]}, {"partitioner": "first_axis", "n": 2}, {"partitioner": "list", "value": [1]}])],
        attempt(get("v", [2, 2], partitioner={"partitioner": "list", "value": [2, 2]})),
        attempt(get("w", None, partitioner={"partitioner": "first_axis", "n": 1}))]),
    "create-partitioned-variables": ("The old function that makes slices", [
        do("create_partitioned_variables", shape=[4, 2], slicing=[2, 1], initializer=ONES) | {"as": "a"},
        do("create_partitioned_variables", shape=[4], slicing=[3], initializer={"init": "random_uniform", "seed": 2}, name="n", dtype="float64", trainable=False),
        attempt(do("create_partitioned_variables", shape=[4], slicing=[2, 2], initializer=ONES)),
        attempt(do("create_partitioned_variables", shape=[4, 2], slicing=[2, 2], initializer=ONES)),
        do("create_partitioned_variables", shape=[4], slicing=[2], initializer=ZEROS, name="r", collections=["mine"]),
        do("create_partitioned_variables", shape=[4], slicing=[2], initializer=ZEROS, name="r", reuse=True), run(ref("a"), init=[ref("a")])]),
}

GETTERS = {
    "getters-over-partitions": ("Getters whose variable is partitioned", [
        *[scope("a", attempt(get("v", [4], partitioner={"partitioner": "fixed", "num_shards": 2})), custom_getter={"getter": kind, **more}) for kind, more in (
            ("track", {}), ("scale", {}), ("identity_op", {}), ("combine", {"op": "add", "scope": "c", "parts": ["a", "b"]}), ("suffix", {"suffix": "_x"}))],
        scope("b", scope("c", get("v", [2]), custom_getter={"getter": "identity"}), custom_getter={"getter": "track"}, reuse="auto"),
        do("set", property="custom_getter", value={"getter": "track"}), get("root", [2]), scope("z", get("v", [2]), do("set", property="custom_getter", value=None), get("w", [2])),
        do("get_local_variable", name="loc", shape=[2], initializer=ZEROS)]),
    "what-a-getter-receives": ("The arguments that a getter is called with", [
        scope("a", get("v", [2], "v"), get("w", [2], dtype="float64", trainable=False, collections=["c"], caching_device="/cpu:0", use_resource=True,
              regularizer={"regularizer": "sum"}, constraint={"constraint": "zero"}, synchronization="ON_READ", aggregation="MEAN", validate_shape=False),
              scope("b", get("v", []), reuse="auto", initializer=ONES), custom_getter={"getter": "track"}),
        scope("a", get("v", [2]), custom_getter={"getter": "track"}, reuse=True), get("x", [2], custom_getter={"getter": "track"})]),
    "every-kind": ("Each kind of getter", [
        *[scope(f"s{i}", attempt(get("v", [2], f"h{i}", regularizer={"regularizer": "sum"})), custom_getter=g) for i, g in enumerate([
            {"getter": "identity"}, {"getter": "suffix", "suffix": "_x"}, {"getter": "absolute", "name": "all/v"}, {"getter": "scale"}, {"getter": "identity_op"},
            {"getter": "reuse_op"}, {"getter": "combine", "op": "add", "scope": "sum", "parts": ["_a", "_b"]},
            {"getter": "combine", "op": "multiply", "scope": "product", "parts": ["/0", "/1"]}, {"getter": "nontrainable"}, {"getter": "local"},
            {"getter": "drop_reuse"}, {"getter": "drop_regularizer"}, {"getter": "float32_storage"}, {"getter": "null"}, {"getter": "raise"},
            {"getter": "raise_after"}, whole(3)])],
        get("half", [2], "half", dtype="float16", custom_getter={"getter": "float32_storage"})]),
    "chains": ("Inner getters go first, and a variable's own comes before those of its scopes", [
        scope("a", scope("b", get("v", [2]), get("w", [2], custom_getter={"getter": "identity_op"}), custom_getter={"getter": "scale"}), custom_getter={"getter": "suffix", "suffix": "_o"}),
        scope("a", scope("b", get("v", [2]), reuse=True, custom_getter={"getter": "reuse_op"}), custom_getter={"getter": "suffix", "suffix": "_o"}),
        scope("t", scope("u", get("v", [2]), custom_getter={"getter": "track"}), custom_getter={"getter": "track"})]),
    "no-functions": ("Getters that are no functions, by themselves and around and inside of others", [
        attempt(scope("a", get("v", [2]), custom_getter=whole(3))),
        attempt(scope("b", scope("c", attempt(get("v", [2])), custom_getter={"getter": "identity"}), custom_getter=whole(3))),
        attempt(scope("d", scope("e", attempt(get("v", [2])), custom_getter=whole(3)), custom_getter={"getter": "identity"})),
        attempt(scope("f", scope("g", attempt(get("v", [2])), custom_getter=whole(4)), custom_getter=whole(3)))]),
    "creators": ("Variable creators, innermost first", [
        do("variable_creator_scope", creator={"creator": "track"}, body=[
            get("v", [2]), do("variable", initial_value=fl(1), name="w", trainable=False),
            do("variable_creator_scope", creator={"creator": "name", "value": "forced"}, body=[get("u", [2]), do("variable", initial_value=fl(1))]),
            do("variable_creator_scope", creator={"creator": "nontrainable"}, body=[do("variable_creator_scope", creator={"creator": "resource"}, body=[get("x", [2])])])]),
        do("make_creator_scope", creator={"creator": "resource"}) | {"as": "c"},
        do("enter", scope=ref("c")), get("y", [2]), do("exit", scope=ref("c")), get("z", [2])]),
}

TEMPLATES = {
    "share-from-the-first-call-on": ("The first call makes the variables, later ones share them", [
        do("template", name="t", body=[get("v", [2], "v"), op("times", ref("v"), ref("x"), as_="y")], return_="y") | {"as": "t"},
        const([1, 2], "c"), do("call", template=ref("t"), args={"x": ref("c")}), names("n", do("call", template=ref("t"), args={"x": fl(3)})),
        scope("s", do("call", template=ref("t"), args={"x": fl(3)}), reuse=True), do("show", value=ref("t"))]),
    "names-of-templates": ("Two templates of a name, a unique name, a scope made at once", [
        *[do("template", name="t", body=[get("v", []), const()], **fields) | {"as": handle} for handle, fields in (
            ("a", {}), ("b", {}), ("u", {"unique_name": "t"}), ("now", {"create_scope_now": True}), ("g", {"custom_getter": {"getter": "suffix", "suffix": "_x"}}))],
        *[attempt(do("call", template=ref(h))) for h in ("b", "a", "u", "now", "b", "now", "g", "g")], *[do("show", value=ref(h)) for h in ("a", "b", "u", "now", "g")]]),
    "scopes-of-templates-and-dtypes": ("A scope that is made at once does not inherit its dtype", [
        scope("s", do("template", name="now", body=[do("get_variable", name="v", shape=[2])], create_scope_now=True) | {"as": "now"},
              do("template", name="later", body=[do("get_variable", name="v", shape=[2])]) | {"as": "later"}, do("call", template=ref("now")),
              do("call", template=ref("later")), dtype="float64", use_resource=True, initializer=ONES), do("call", template=ref("now")), do("call", template=ref("later"))]),
    "what-a-second-call-may-not-do": ("A later call must not create trainable variables", [
        do("template", name="t", body=[do("variable", initial_value=fl(1), name="v")]) | {"as": "t"}, do("call", template=ref("t")), attempt(do("call", template=ref("t"))),
        do("template", name="l", body=[do("get_local_variable", name="v", shape=[], initializer=ZEROS), attempt(get(ref("n"), []))]) | {"as": "l"},
        attempt(do("call", template=ref("l"), args={"n": {"str": "one"}})), attempt(do("call", template=ref("l"), args={"n": {"str": "two"}})), do("show", value=ref("l"))]),
    "failures-and-arguments": ("A first call that fails is tried again; arguments are bound", [
        do("template", name="t", body=[get("v", []), op("identity", ref("x")), do("raise", message="in the template")], bind={"x": fl(1)}, return_=["a", "b"]) | {"as": "t"},
        do("call", template=ref("t")), do("call", template=ref("t")), do("show", value=ref("t")),
        do("template", name="inner", body=[get("v", [], "iv")], return_="iv") | {"as": "i"},
        do("template", name="outer", body=[do("call", template=ref("i")), get("w", [], "ow")], return_=["ow", "iv", "unbound"]) | {"as": "o"},
        do("call", template=ref("o")), do("call", template=ref("o")), do("call", template=ref("i"))]),
    "in-another-graph": ("A template that is called in a second graph", [
        do("template", name="t", body=[get("v", [])]) | {"as": "t"}, do("call", template=ref("t")),
        do("graph", body=[attempt(do("call", template=ref("t"))), do("show", value=ref("t")), get("v", [])]), do("show", value=ref("t"))]),
}

DEVICES = {
    "forms-of-device-strings": ("What TensorFlow reads as a device", [
        attempt(do("device", device=text, body=[const()])) for text in (
            "/CPU:0", "cpu:0", "/job:a/replica:1/task:2/gpu:3", "/device:XLA_GPU:0", "/job:ps/job:w", "/gpu", "/gpu:*", "/device:GPU", "/task:x", "/job:", "/cpu:0/gpu:0", "/job:a/",
            "//cpu:0", "/replica:0", "/device:cpu:0", "/device:gpu:1", "/tpu:0", "/JOB:x")]),
    "groups-by-device": ("A group of ops on several devices is made of one group for each", [
        do("device", device="/cpu:0", body=[const(as_="a"), const(as_="b")]), do("device", device="/gpu:0", body=[const(as_="c")]), const(as_="d"),
        op("group", ref("a"), ref("b"), ref("c"), ref("d"), as_="g"), op("group", ref("a"), ref("b")), op("group", ref("a"), ref("c"), name="n"), op("group"), op("group", ref("g")),
        get("v", [2], "v"), get("r", [2], "r", use_resource=True), op("group", ref("v"), ref("r")), attempt(op("group", fl(1))), attempt(op("group", {"str": "a"})),
        op("group", ref("v", "initializer"))]),
    "reads-from-another-graph": ("Variables that are read and written where another graph is the default: it, and not theirs, forgets its devices and scopes", [
        get("v", [2], "v", use_resource=True, initializer=ONES), get("c", [2], "c", use_resource=True, caching_device="/cpu:0", initializer=ONES), get("r", [2], "r", initializer=ONES),
        get("p", [4], "p", use_resource=True, initializer=ONES, partitioner={"partitioner": "fixed", "num_shards": 2}), get("q", [4], "q", initializer=ONES, partitioner={"partitioner": "fixed", "num_shards": 2}),
        do("device", device="/job:ps", body=[names("outer", do("graph", as_="g", body=[names("inner",
            *[attempt(op("read_value", ref(handle))) for handle in "vcr"], attempt(op("value", ref("v"))), *[attempt(op("as_tensor", ref(handle))) for handle in "pq"],
            attempt(op("convert", ref("p"))), attempt(op("times", ref("v"), ref("v"))), attempt(op("add", ref("r"), ref("v"))),
            attempt(op("assign_add", ref("v"), fl([1, 2]))), attempt(op("assign", ref("c"), fl([1, 2]))), attempt(op("assign", ref("r"), fl([1, 2]))))]))])]),
    "strings": ("Device strings are merged, inner parts win", [
        do("device", device="/job:ps/task:1", body=[const(), do("device", device="/gpu:0", body=[const(), get("v", []), do("device", device="/job:w", body=[const()]),
            do("device", device=None, body=[const()]), do("device", device="", body=[const()])])]),
        attempt(do("device", device="nonsense", body=[const()])), do("device", device="/device:GPU:*", body=[const()]), do("device", device="/cpu:0", body=[op("no_op"), op("group")])]),
    "functions": ("Device functions choose by op", [
        *[do("device", device={"device_fn": f}, body=[attempt(get(f"{f}_v", [])), attempt(get(f"{f}_r", [], use_resource=True)), attempt(const()),
            do("device", device="/task:3", body=[attempt(const())])]) for f in ("variables_to_ps", "constants_to_cpu", "keep", "gpu", "log_variables", "null")]]),
    "caching-devices": ("Where the reads of variables are placed", [
        scope("a", get("v", []), get("w", [], caching_device=""), get("r", [], use_resource=True), get("f", [], caching_device={"device_fn": "gpu"}), caching_device="/job:cache"),
        do("device", device="/gpu:0", body=[get("v", [], caching_device="/cpu:0"), do("variable", initial_value=fl(1), caching_device="/cpu:0")])]),
    "colocation": ("Colocation wins over devices, and names its groups", [
        do("device", device="/gpu:1", body=[const(as_="c", name="c"), get("v", [], "v")]), const(as_="d", name="d"),
        do("colocate_with", op=ref("c"), body=[const(), do("device", device="/cpu:0", body=[const(), get("w", [])]),
            do("colocate_with", op=ref("d"), body=[const(), get("x", [])]), do("colocate_with", op=ref("d"), ignore_existing=True, body=[const()]),
            do("colocate_with", op=None, ignore_existing=True, body=[const()]), attempt(do("colocate_with", op=None, body=[const()]))]),
        do("device", device="/job:w", body=[do("colocate_with", op=ref("d"), body=[get("y", []), get("z", [], use_resource=True), do("init_scope", body=[const(), get("i", [])])])]),
        do("colocate_with", op=ref("v", "op"), body=[const()]), op("square", ref("v"))]),
    "what-can-be-waited-for-and-colocated-with": ("Variables, results of writes, slices, values and names in place of ops", [
        get("v", [2], "v"), get("r", [2], "r", use_resource=True), get("p", [4], "p", partitioner={"partitioner": "fixed", "num_shards": 2}),
        op("tf_assign", ref("r"), fl([1, 2]), as_="a"), *[attempt(do("colocate_with", op=what, body=[op("no_op")])) for what in
            (ref("v"), ref("r"), ref("p"), ref("p", "slice_1"), ref("a"), fl(1), {"str": "v"}, {"dict": True})],
        *[attempt(do("control_dependencies", inputs=[what], body=[op("no_op"), get(name, [])])) for name, what in
            (("b", ref("v")), ("c", ref("r")), ("d", ref("p")), ("e", ref("a")), ("f", {"str": "v"}), ("g", {"str": "v:0"}), ("h", fl(1)), ("i", ref("v", "initializer")))]]),
    "colocation-and-entered-graphs": ("Variables in a colocation get the devices of where their graph was entered", [
        do("graph", body=[const(as_="c", name="c"), do("device", device="/job:w", body=[
            do("colocate_with", op=ref("c"), body=[get("a", []), do("graph", graph=ref("g"), body=[get("b", []), get("c", [], use_resource=True)]), scope("s", get("d", [])),
                do("init_scope", body=[const(), get("e", []), do("init_scope", body=[const(), get("f", [])])]), do("device", device="/task:1", body=[get("g", [])]),
                do("device", device=None, body=[get("h", [])])]),
            do("colocate_with", op=None, ignore_existing=True, body=[const(), get("i", []), do("device", device="/task:2", body=[do("colocate_with", op=ref("c"), body=[get("j", [])])])])])])
        | {"as": "g"}]),
    "control-containers-and-init-scopes": ("What makes new ops wait, where their state is kept, and what lifts them out", [
        const(as_="c"), do("control_dependencies", inputs=[ref("c")], body=[const(as_="d"), get("v", [], "v"), do("control_dependencies", inputs=[ref("d"), ref("v")], body=[const()]),
            do("control_dependencies", inputs=None, body=[const()]), do("init_scope", body=[const(), get("w", [])]), op("plus", ref("c"), ref("c")), op("group", ref("c"), ref("d"))]),
        do("container", name="box", body=[get("x", []), get("y", [], use_resource=True), const(), do("container", name="", body=[get("z", [])])])]),
}

COLLECTIONS = {
    "where-variables-are-kept": ("Collections of variables", [
        get("a", []), get("b", [], trainable=False), get("c", [], collections=["mine"]), get("d", [], collections=["mine"], trainable=False), get("e", [], collections=[]),
        attempt(get("f", [], collections=["trainable_variables"])), do("variable", initial_value=fl(1), collections=["mine", "yours"], name="g"),
        do("get_collection", key="mine"), do("get_collection", key="variables"), do("get_collection", key="trainable_variables"), do("get_collection", key="nothing")]),
    "filters-are-patterns": ("A filter is a regular expression matched at the start", [
        scope("ab", get("v", [], "v"), as_="s"), scope("a", get("v", []), scope("b", get("v", [])), as_="a"), const(as_="c", name="a.c"),
        do("add_to_collection", key="k", value=ref("v")), do("add_to_collection", key="k", value=ref("c")), do("add_to_collection", key="n", value=fl(1)),
        *[do("get_collection", key="variables", scope=p) for p in ("a", "a/", "a.", ".*b", "b", "")], do("get_collection", key="k", scope="a"), attempt(do("get_collection", key="n")),
        do("get_collection", key="n", scope="a"), do("get_collection", key="variables", scope=ref("a")), do("scope_variables", kind="trainable", scope=ref("s"))]),
    "finalized-graphs": ("A finalized graph refuses everything that changes it", [
        get("v", [], "v"), scope("a", as_="a"), do("finalize"), attempt(const()), attempt(get("w", [])), scope("", attempt(get("v", [])), reuse=True),
        attempt(do("add_to_collection", key="k", value=ref("v"))), do("get_collection", key="variables"), do("scope_variables", kind="global"), do("name_of")]),
}

SETTINGS = {
    "variables-of-every-argument": ("More arguments of tf.Variable, alone", [
        *[attempt(do("variable", initial_value=fl([1, 2]), **fields)) for fields in (
            {"name": "a/b"}, {"name": "a/"}, {"dtype": "int32"}, {"dtype": "float64", "use_resource": True}, {"shape": [2]}, {"shape": [None]}, {"shape": [3]},
            {"shape": [None], "use_resource": True}, {"shape": [3], "use_resource": True}, {"validate_shape": False, "use_resource": True}, {"trainable": True, "synchronization": "ON_READ"},
            {"collections": []}, {"collections": ["trainable_variables"]}, {"caching_device": "/cpu:0", "use_resource": True}, {"constraint": fl(1)}, {"constraint": fl(1), "use_resource": True})],
        scope("u", do("variable", initial_value=fl(1)), do("variable", initial_value=fl(1), name="x"), names("n", do("variable", initial_value=fl(1))), use_resource=True),
        attempt(do("variable", initial_value=None, use_resource=True)), attempt(do("variable", initial_value={"bool": True})), attempt(do("variable", initial_value={"str": "s"}, use_resource=True))]),
    "initializing-and-asking": ("Initializers of lists of variables, and what has none", [
        op("variables_initializer"), op("global_variables_initializer"), op("variables_initializer", name="n"), get("v", [2], "v"),
        get("p", [4], "p", partitioner={"partitioner": "fixed", "num_shards": 2}), op("global_variables_initializer"), op("variables_initializer", ref("v"), as_="i"),
        attempt(op("variables_initializer", ref("p"))), attempt(op("is_variable_initialized", ref("p"))), op("convert", ref("p")), op("initialized_value", ref("v")),
        do("set", property="initializer", value=fl(3)), attempt(do("get_variable", name="w")), attempt(do("get_variable", name="x", shape=[2]))]),
    "properties-are-inherited": ("What a scope hands on to scopes and variables inside", [
        scope("a", get("v", [2]), scope("b", get("v", [2]), get("w", [2], dtype="float32"), do("get_variable_scope"), use_resource=False),
              dtype="float64", use_resource=True, initializer=ONES, constraint={"constraint": "non_negative"}, regularizer={"regularizer": "sum"})]),
    "set-later": ("Properties that are set on a scope", [
        scope("a", do("set", property="dtype", value="float64"), get("v", [2]), do("set", property="initializer", value={"init": "constant", "value": fl(2)}),
              do("set", property="use_resource", value=True), do("get_variable", name="w", shape=[2]), do("set", property="regularizer", value={"regularizer": "sum"}),
              do("set", property="caching_device", value="/cpu:0"), get("x", [2]), do("set", property="partitioner", value={"partitioner": "fixed", "num_shards": 2}), get("y", [2]),
              do("set", property="custom_getter", value={"getter": "nontrainable"}), get("z", [2]), as_="a"),
        do("set", property="dtype", value="int32", scope=ref("a")), scope(ref("a"), get("u", [2])), do("set", property="dtype", value="float16"), scope("b", get("v", [2]))]),
    "arguments-of-variables": ("The arguments of tf.Variable", [
        do("variable", initial_value=fl([1, 2]), name="a", dtype="float64"), do("variable", initial_value=whole(3), use_resource=True, trainable=False),
        do("variable", initial_value=fl(1), validate_shape=False, shape=None), do("variable", initial_value=fl(1), constraint={"constraint": "zero"}, synchronization="ON_READ", aggregation="SUM"),
        attempt(do("variable", initial_value=fl(1), constraint=whole(1))), do("variable", initial_value={"fn": {"init": "zeros", "shape": [2]}}, name="f"),
        attempt(do("variable", initial_value=None)), attempt(do("variable", initial_value=fl(1), name="bad name")), op("placeholder", dtype="float32", shape=[None, 2], as_="p"),
        attempt(do("variable", initial_value=ref("p"))), do("variable", initial_value=ref("p"), validate_shape=False), attempt(do("variable", initial_value=ref("p"), use_resource=True)),
        attempt(get("s", [2], synchronization="ON_READ", trainable=True)), get("n", [2], synchronization="NONE", aggregation="ONLY_FIRST_REPLICA")]),
    "skipped-statements": ("A statement whose handle is not bound does nothing", [
        op("identity", ref("nothing")), scope(ref("nothing"), get("v", [])), attempt(op("plus", whole(1), {"dict": True})),
        do("block", body=[attempt(get("v", [-1], "bad")), op("identity", ref("bad")), run(ref("bad"))]), get("w", [])]),
}
