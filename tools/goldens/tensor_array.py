"""Writes test/goldens/tensor_array.json: tensor arrays. Run with a Python that has TensorFlow:  python tools/goldens/tensor_array.py

The twin programs are in src/ops/tensor-array.test.ts, those of steps in test/engines/tensor-array.test.ts; a program has the same name there.
"""
import op_cases
from op_cases import inference, named_step, program, tf

f32, i32 = tf.float32, tf.int32
raw = tf.raw_ops


def array(size=2, dtype=f32, **options):
    return tf.TensorArray(dtype, size, **options)


def unknown(value, dtype=f32):
    return tf.placeholder_with_default(tf.constant(value, dtype), None)


# ---- nodes


@program
def written():
    return array(3).write(0, [1.0, 2.0]).write(tf.constant(1), tf.constant([3.0, 4.0])).read(0)


@program
def options():
    a = tf.TensorArray(tf.int64, tf.constant(4), dynamic_size=True, clear_after_read=False, tensor_array_name="mine", infer_shape=False, element_shape=[None, 2], name="a")
    return [a.handle, a.flow, a.size(), a.size(name="s"), a.close(name="c"), a.identity().read(1, name="r")]


@program
def stacked():
    return array(3, element_shape=[2]).stack()


@program
def stacked_named():
    return array(tf.constant(3)).unstack([[1.0], [2.0], [3.0]], name="u").stack(name="s")


@program
def stacked_dynamic():
    return array(0, dynamic_size=True).unstack(tf.placeholder(f32, [None, 3])).stack()


@program
def gathered():
    return array(3).scatter([2, 0], [[1.0, 2.0], [3.0, 4.0]], name="sc").gather([0, 2], name="g")


@program
def joined():
    return array(3).split([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2, 2, 2], name="sp").concat(name="c")


@program
def joined_unequal():
    return array(2, infer_shape=False).split(tf.placeholder(f32, [3, 2]), tf.constant([1, 2])).concat()


@program
def joined_unknown():
    return array(2).concat()


@program
def joined_scalars():
    return array(2, element_shape=[]).concat()


@program
def colocated():
    with tf.device("/cpu:0"):
        x = tf.constant([1.0, 2.0], name="x")
    with tf.device("/cpu:1"):
        a = array(2).write(0, x)
        b = array(2, colocate_with_first_write_call=False).write(0, x)
    return [a.write(1, [0.0, 0.0]).stack(), b.stack()]


@program
def wrapped():
    a = array(2)
    b = tf.TensorArray(f32, handle=a.handle, flow=a.flow, name="b")
    return [b.size(), b.stack(), b.write(0, 1).flow]


@program
def in_loop():
    a = array(3, element_shape=[])
    _, a = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a.write(i, tf.cast(i, f32))), [0, a])
    return [a.stack(), a.write(0, 1.0).flow]


@program
def in_loop_reads():
    xs = array(3).unstack(tf.placeholder(f32, [3, 2]))
    return tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + xs.read(i)), [0, tf.zeros([2])])


@program
def in_loop_maximum():
    return tf.while_loop(lambda a: True, lambda a: a.write(0, 1.0), [array(3)], maximum_iterations=1).flow


@program
def in_loop_structure():
    return tf.while_loop(
        lambda i, d: i < 3, lambda i, d: (i + 1, {"a": d["a"].write(i, 1.0), "b": d["b"]}), [0, {"a": array(3), "b": tf.constant(1)}]
    )[1]["a"].stack()


@program
def in_loop_made():
    return tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s + array(1).write(0, 1.0).read(0)), [0, 0.0])


@program
def in_branches():
    a = array(2)
    p = tf.placeholder(tf.bool, [], "p")
    b = tf.cond(p, lambda: a.write(0, 1.0), lambda: a)
    return b.stack()


@program
def in_branches_two():
    a = array(2)
    p = tf.placeholder(tf.bool, [], "p")
    b, x = tf.cond(p, lambda: [a.write(0, 1.0), 1], lambda: [a.write(0, 2.0), 2])
    return [b.read(0), x]


@program
def no_size():
    return array(None)


@program
def size_and_handle():
    return array(2, handle=array(2).handle)


@program
def handle_alone():
    return array(None, handle=array(2).handle)


@program
def handle_named():
    return array(None, handle=array(2).handle, tensor_array_name="a")


@program
def handle_number():
    return array(None, handle=3)


@program
def handle_shaped():
    a = array(2)
    return array(None, handle=a.handle, flow=a.flow, element_shape=[2])


@program
def handle_dynamic():
    a = array(2)
    return array(None, handle=a.handle, flow=a.flow, dynamic_size=False)


@program
def handle_clearing():
    a = array(2)
    return array(None, handle=a.handle, flow=a.flow, clear_after_read=True)


@program
def other_shape():
    return array(2).write(0, [1.0]).write(1, [1.0, 2.0]).flow


@program
def other_element_shape():
    return array(2, element_shape=[2]).write(0, [1.0]).flow


@program
def other_element_shape_not_inferred():
    return array(2, element_shape=[2], infer_shape=False).unstack([[1.0]]).flow


@program
def other_pieces():
    return array(2, element_shape=[2]).split([1.0, 2.0, 3.0], [1, 1]).flow


# ---- steps


def step(f):
    name = f.__name__.replace("_", "-")
    named_step(name, f)
    return f


def case(name, f):
    named_step(name, f)


def twice(read, **options):
    a = array(2, **options).unstack([1.0, 2.0])
    with tf.control_dependencies([read(a)]):
        return read(a.identity())


def closed(use):
    a = array(2, dynamic_size=True)
    with tf.control_dependencies([a.close()]):
        return use(a.identity())


case("flow", lambda: array(3).flow)
case("writes and reads", lambda: [array(2).write(1, [1.0, 2.0]).read(1), array(2).unstack([5.0, 6.0]).read(0)])
case("read of what was not written", lambda: array(3).read(0))
case("read of what was not written, shape known", lambda: array(3, element_shape=[2]).read(0))
case("read behind the end", lambda: array(3).read(3))
case("read before the start", lambda: array(3).read(-1))
case("write behind the end", lambda: array(3).write(3, 1.0).flow)
case("write before the start", lambda: array(3, dynamic_size=True).write(-1, 1.0).flow)
case("write makes it longer", lambda: array(3, dynamic_size=True).write(5, 1.0).size())
case("holes are zeros", lambda: array(0, dynamic_size=True).write(2, 1.0).stack())
case("second write", lambda: array(3, name="abc").write(0, 1.0).write(0, 2.0).flow)
case("second write, named", lambda: array(3, tensor_array_name="foo").write(0, 1.0).write(0, 2.0).flow)
case("second write, not after the first", lambda: (lambda a: [a.write(0, 1.0).flow, a.write(0, 2.0).flow])(array(2, name="a")))
case("second read", lambda: twice(lambda a: a.read(0)))
case("second read, not cleared", lambda: twice(lambda a: a.read(0), clear_after_read=False))
case("second stack", lambda: twice(lambda a: a.stack()))
case("second stack, not cleared", lambda: twice(lambda a: a.stack(), clear_after_read=False))


@step
def write_after_read():
    a = array(3).write(0, 1.0)
    with tf.control_dependencies([a.read(0)]):
        a = a.identity()
    return a.write(0, 2.0).flow


@step
def ordered_by_control():
    a = array(2, element_shape=[])
    with tf.control_dependencies([a.write(0, 1.0).flow, a.write(1, 2.0).flow]):
        return a.identity().stack()


case("other shape", lambda: array(3).write(0, unknown([1.0])).write(1, unknown([1.0, 2.0])).flow)
case("other shape, not inferred", lambda: array(3, infer_shape=False).write(0, unknown([1.0])).write(1, unknown([1.0, 2.0])).read(1))
case("other element shape", lambda: array(3, element_shape=[None, 2]).write(0, unknown([[1.0]])).flow)
case("stack of shapes", lambda: array(2, infer_shape=False).write(0, unknown([1.0])).write(1, unknown([1.0, 2.0])).stack())
case("concat of lengths", lambda: array(2, infer_shape=False).write(0, unknown([1.0])).write(1, unknown([1.0, 2.0])).concat())
case("concat of shapes", lambda: array(2, infer_shape=False).write(0, unknown([[1.0]])).write(1, unknown([[1.0, 2.0]])).concat())
case("concat of ranks", lambda: array(2, infer_shape=False).write(0, unknown([1.0])).write(1, unknown([[1.0, 2.0]])).concat())
case("concat of scalars", lambda: array(2, infer_shape=False).write(0, unknown(1.0)).write(1, unknown(1.0)).concat())
case("lengths", lambda: raw.TensorArrayConcatV3(handle=(lambda a: a.handle)(array(0)), flow_in=1.0, dtype=f32, element_shape_except0=[2]))
case("concat of another rest", lambda: (lambda a: raw.TensorArrayConcatV3(handle=a.handle, flow_in=a.flow, dtype=f32, element_shape_except0=[3])[0])(array(1).write(0, unknown([[1.0, 2.0]]))))
for op, inputs in {
    "Write": dict(index=0, value=[1]),
    "Scatter": dict(indices=[0], value=[1]),
    "Split": dict(lengths=[1], value=[1]),
}.items():
    case(f"{op} of another dtype", lambda op=op, inputs=inputs: getattr(raw, f"TensorArray{op}V3")(handle=array(1).handle, flow_in=1.0, **inputs))
for op, inputs in {"Read": dict(index=0), "Gather": dict(indices=[0]), "Concat": {}}.items():
    case(f"{op} of another dtype", lambda op=op, inputs=inputs: getattr(raw, f"TensorArray{op}V3")(handle=array(1).handle, flow_in=1.0, dtype=i32, **inputs))
case("empty", lambda: array(0).stack())
case("empty, shape known", lambda: [array(0, element_shape=[2]).stack(), array(0, element_shape=[3, 2]).concat()])
case("empty, shape partly known", lambda: array(0, element_shape=[None]).stack())
case("empty concat", lambda: array(0).concat())
case("empty concat, rest known", lambda: array(0, element_shape=[None, 2]).concat())
case("empty unstack", lambda: [array(0).unstack(unknown([])).size(), array(0).unstack(tf.zeros([0, 2])).stack()])
case("gather behind the end", lambda: array().unstack([1.0, 2.0]).gather([5]))
case("gather before the start", lambda: array().unstack([1.0, 2.0]).gather([-1]))
case("gather of a matrix", lambda: array().unstack([1.0, 2.0]).gather(unknown([[0]], i32)))
case("gather of one twice", lambda: array().unstack([1.0, 2.0]).gather([0, 0]))
case("gather of one twice, not cleared", lambda: array(clear_after_read=False).unstack([[1.0, 2.0], [3.0, 4.0]]).gather([1, 0, 1]))
case("gather of a shape", lambda: raw.TensorArrayGatherV3(handle=array().handle, indices=[0], flow_in=1.0, dtype=f32, element_shape=[3]))
case("gather of another shape", lambda: raw.TensorArrayGatherV3(handle=array(element_shape=[2]).handle, indices=[0], flow_in=1.0, dtype=f32, element_shape=[3]))
case("scatter of another count", lambda: array().scatter([0], unknown([1.0, 2.0])).flow)
case("scatter behind the end", lambda: array().scatter([0, 2], unknown([1.0, 2.0])).flow)
case("scatter before the start", lambda: array(name="a").scatter([0, -1], unknown([1.0, 2.0])).flow)
case("scatter makes it longer", lambda: array(0, dynamic_size=True).scatter([3, 1], unknown([1.0, 2.0])).stack())
case("scatter to one twice", lambda: array().scatter([0, 0], unknown([1.0, 2.0])).flow)
case("scatter of a scalar", lambda: array().scatter([0, 0], unknown(1.0)).flow)
case("scatter to a matrix", lambda: array().scatter(unknown([[0]], i32), unknown([1.0])).flow)
case("scatter of another shape", lambda: array(element_shape=[3]).scatter([0], unknown([[1.0]])).flow)
case("unstack of too much", lambda: array().unstack(unknown([1.0, 2.0, 3.0])).flow)
case("split", lambda: array(infer_shape=False).split(unknown([1.0, 2.0, 3.0]), [1, 2]).read(1))
case("split of another sum", lambda: array().split(unknown([1.0, 2.0, 3.0]), [1, 1]).flow)
case("split of another count", lambda: array(3).split(unknown([1.0, 2.0, 3.0]), [1, 2]).flow)
case("split makes it longer", lambda: array(1, dynamic_size=True, infer_shape=False).split(unknown([1.0, 2.0, 3.0]), [1, 2]).size())
case("split of fewer", lambda: array(3, dynamic_size=True, infer_shape=False).split(unknown([1.0, 2.0, 3.0]), [1, 2]).size())
case("split of two lengths", lambda: array(1, dynamic_size=True).split(unknown([1.0, 2.0, 3.0]), [1, 2]).size())
case("split of a scalar", lambda: array(1).split(unknown(1.0), [1]).flow)
case("split by a scalar", lambda: array(1).split(unknown([1.0]), unknown(1, i32)).flow)
case("negative size", lambda: array(-1).flow)
case("size of rank 1", lambda: array(unknown([1], i32)).flow)
case("index of rank 1", lambda: array().write(unknown([0], i32), 1.0).flow)
case("read of rank 1", lambda: array().read(unknown([0], i32)))
case("closed twice", lambda: closed(lambda a: a.close()))
case("closed size", lambda: closed(lambda a: a.size()))
case("closed read", lambda: closed(lambda a: a.read(0)))
case("closed write", lambda: closed(lambda a: a.write(0, 1.0).flow))
case("closed stack", lambda: closed(lambda a: a.stack()))
case("closed concat", lambda: closed(lambda a: a.concat()))
case("closed scatter", lambda: closed(lambda a: a.scatter([0], [1.0]).flow))
case("closed split", lambda: closed(lambda a: a.split([1.0], [1]).flow))
case("strings", lambda: [array(dtype=tf.string).unstack(["a", "b"]).stack(), array(dtype=tf.string).unstack([["a"], ["b"]]).concat()])
case("complex", lambda: array(dtype=tf.complex64).unstack(tf.cast([1, 3], tf.complex64)).stack())
case("booleans of other dtypes", lambda: [array(dtype=t).unstack(tf.cast([1, 0], t)).stack() for t in [tf.bool, tf.float16, tf.int64, tf.float64]])
case("bare flow", lambda: (lambda a: tf.TensorArray(f32, handle=a.handle, flow=tf.constant(0.0)).stack())(array(element_shape=[])))


def filled(n=4):
    a = array(n)
    return tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a.write(i, tf.cast(i * i, f32))), [0, a])[1]


case("loop fills", lambda: [filled().stack(), filled(0).size()])


@step
def loop_goes_on():
    fibonacci = array(6, dtype=i32, clear_after_read=False).scatter([0, 1], [0, 1])
    return tf.while_loop(lambda i, a: i < 6, lambda i, a: (i + 1, a.write(i, a.read(i - 1) + a.read(i - 2))), [2, fibonacci])[1].stack()


@step
def nested_loops():
    def row(i, rows):
        columns = tf.while_loop(lambda k, a: k < 3, lambda k, a: (k + 1, a.write(k, i * 10 + k)), [0, tf.TensorArray(i32, 3)])[1]
        return i + 1, rows.write(i, columns.stack())

    return tf.while_loop(lambda i, rows: i < 2, row, [0, tf.TensorArray(i32, 2)])[1].stack()


@step
def branches():
    def either(p):
        a = array(2, element_shape=[])
        return tf.cond(tf.constant(p), lambda: a.write(0, 1.0), lambda: a.write(1, 2.0)).stack()

    return [either(True), either(False)]


def shapes():
    f, i, r = "float32", "int32", "resource"
    yield inference("TensorArrayV3", (i, None), dtype=f)
    yield inference("TensorArrayV3", (i, [1]), dtype=f)
    for h in [None, [], [2], [3], [2, 2]]:
        yield inference("TensorArrayWriteV3", (r, h), (i, None), (f, None), (f, None))
        yield inference("TensorArrayReadV3", (r, h), (i, []), (f, []), dtype=f)
        yield inference("TensorArrayGatherV3", (r, h), (i, None), (f, []), dtype=f)
        yield inference("TensorArrayScatterV3", (r, h), (i, None), (f, None), (f, []))
        yield inference("TensorArrayConcatV3", (r, h), (f, []), dtype=f)
        yield inference("TensorArraySplitV3", (r, h), (f, None), ("int64", None), (f, []))
        yield inference("TensorArraySizeV3", (r, h), (f, None))
        yield inference("TensorArrayCloseV3", (r, h))
    h = (r, None)
    for flow in [[], [1]]:
        for index in [[], [1], [1, 1]]:
            yield inference("TensorArrayWriteV3", h, (i, index), (f, None), (f, flow))
            yield inference("TensorArrayReadV3", h, (i, index), (f, flow), dtype=f)
            yield inference("TensorArrayGatherV3", h, (i, index), (f, flow), dtype=f, element_shape=[5])
            yield inference("TensorArrayScatterV3", h, (i, index), (f, None), (f, flow))
            yield inference("TensorArraySplitV3", h, (f, None), ("int64", index), (f, flow))
        yield inference("TensorArraySizeV3", h, (f, flow))
        yield inference("TensorArrayConcatV3", h, (f, flow), dtype=f)


op_cases.write("tensor_array", (), shapes())
