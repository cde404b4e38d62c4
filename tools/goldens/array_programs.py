"""Programs that build array ops through Python's wrappers; array_ops.py records the nodes that they make.

A function's name is the family and the program's name; the twin in TypeScript is in src/ops/<family>.test.ts, or
src/ops/sequence-mask.test.ts. Numbers stand for themselves in both languages: where JavaScript makes a float, so does the program here.
"""
import tensorflow.compat.v1 as tf

programs = {}


def program(f):
    family, name = f.__name__.split("_", 1)
    programs.setdefault(family, {})[name.replace("_", "-")] = f
    return f


def p(shape=None, dtype=tf.float32, name=None):
    return tf.placeholder(dtype, shape, name)


def scalar():
    return p([], tf.int32)


@program
def array_constants():
    return [tf.constant(1.5), tf.constant([[1.0, 2.0]], name="c"), tf.constant([True, False]), tf.constant("text"), tf.constant(3, tf.int64), tf.constant([1.0, 2.0], shape=[2, 3]), tf.constant([1.0, 2.0], shape=[2, 1]), tf.constant([], shape=[3]), tf.constant(2.5, shape=[0, 2])]


@program
def array_constant_too_long(): return tf.constant([1.0, 2.0, 3.0], shape=[2])


@program
def array_constant_verified(): return tf.constant([1.0, 2.0, 3.0], shape=[4], verify_shape=True)


@program
def array_constant_of_fraction(): return tf.constant(1.5, tf.int32)


@program
def array_constant_of_text(): return tf.constant("a", tf.float32)


@program
def array_constant_of_tensor(): return tf.constant([p([2])])


@program
def array_constant_of_none(): return tf.constant(None)


@program
def array_placeholders():
    return [tf.placeholder(tf.float32), tf.placeholder(tf.int32, [2, None], name="x"), tf.placeholder(tf.bool, []), tf.placeholder_with_default(tf.constant([1.0, 2.0]), [None]), tf.placeholder_with_default(0.5, [], name="rate")]


@program
def array_identities():
    x = p([2])
    return [tf.identity(x), tf.identity(1.5, name="one"), tf.identity_n([x, tf.constant(True)]), tf.stop_gradient(x), tf.check_numerics(x, "bad"), tf.ensure_shape(x, [None], name="sure"), tf.ensure_shape(p(), [3])]


@program
def array_identity_n_of_nothing(): return tf.identity_n([])


@program
def array_zeros():
    return [tf.zeros([2, 3]), tf.zeros([]), tf.zeros(tf.TensorShape([2])), tf.zeros([2], tf.string), tf.zeros([2], tf.bool, name="no"), tf.zeros([40, 25]), tf.zeros([333, 3]), tf.zeros(3), tf.zeros([0, 5000])]


@program
def array_zeros_of_tensors():
    n = scalar()
    return [tf.zeros([n, 3]), tf.zeros([p([], tf.int64), 3]), tf.zeros(n), tf.zeros(p(None, tf.int32), tf.int64), tf.zeros(p([2], tf.int64)), tf.zeros([[n]][0], name="z")]


@program
def array_zeros_of_unknown(): return tf.zeros([None, 3])


@program
def array_ones():
    return [tf.ones([2, 3]), tf.ones([2], tf.bool), tf.ones([scalar()], tf.int64), tf.ones([1000], name="many")]


@program
def array_ones_of_strings(): return tf.ones([2], tf.string)


@program
def array_zeros_like():
    x = p([2, None])
    return [tf.zeros_like(p([2])), tf.zeros_like(x), tf.zeros_like(x, dtype=tf.int32), tf.zeros_like(p([2]), dtype=tf.int32), tf.zeros_like([1.0, 2.0]), tf.zeros_like(p([2]), optimize=False), tf.zeros_like(x, name="z"), tf.zeros_like(p([2], tf.string))]


@program
def array_ones_like():
    x = p([2, None])
    return [tf.ones_like(p([2])), tf.ones_like(x), tf.ones_like(x, dtype=tf.int32), tf.ones_like([1.0, 2.0], name="o"), tf.ones_like(p([2]), optimize=False)]


@program
def array_fills():
    return [tf.fill([2, 3], 9.0), tf.fill([scalar(), 3], tf.constant(True)), tf.fill(p([2], tf.int64), "a", name="f"), tf.fill([], 1.0)]


@program
def array_fill_below_zero(): return tf.fill([-1], 1.0)


@program
def array_bitcasts(): return [tf.bitcast(p([2]), tf.int32), tf.bitcast(p([2]), tf.uint8, name="b")]


@program
def array_in_scopes():
    with tf.name_scope("a"):
        first = [tf.zeros([2]), tf.zeros([2]), tf.ones_like(p([2])), tf.constant(1.0)]
        with tf.name_scope("zeros"):
            second = tf.zeros([2000])
    return [first, second, tf.zeros([2], name="a/zeros"), tf.identity(1.0, name="a/b/")]


@program
def shape_shapes():
    x, y = p([2]), p([2, None])
    return [tf.shape(x), tf.shape(y), tf.shape(x, out_type=tf.int64), tf.shape(y, out_type=tf.int64, name="s"), tf.shape([[1.0, 2.0]]), tf.shape_n([x, y]), tf.shape(p())]


@program
def shape_sizes():
    x, y = p([2, 3]), p([2, None])
    return [tf.size(x), tf.size(y), tf.size(p([0, None])), tf.size(x, out_type=tf.int64), tf.size(p(), name="n"), tf.rank(x), tf.rank(y), tf.rank(p()), tf.rank([1.0], name="r")]


@program
def shape_reshapes():
    x = p([4, None])
    return [tf.reshape(x, [-1]), tf.reshape(x, [2, -1], name="r"), tf.reshape(p([6]), [2, -1]), tf.reshape(x, tf.shape(x)), tf.reshape([1.0, 2.0], [2, 1]), tf.reshape(p([1]), []), tf.reshape(p([6]), [scalar(), 3]), tf.reshape(p([6]), tf.constant([3, 2], tf.int64)), tf.reshape(x, p([2], tf.int32))]


@program
def shape_reshape_that_does_not_fit(): return tf.reshape(p([6]), [4])


@program
def shape_reshape_to_scalar(): return tf.reshape(p([1]), 1)


@program
def shape_expand_and_squeeze():
    x = p([1, 2, 1])
    return [tf.expand_dims(x, 0), tf.expand_dims(x, -1, name="e"), tf.expand_dims(x, scalar()), tf.squeeze(x), tf.squeeze(x, 0), tf.squeeze(x, [0, 2], name="s"), tf.squeeze(p([1, None])), tf.squeeze(p())]


@program
def shape_expand_too_far(): return tf.expand_dims(p([2]), 3)


@program
def shape_squeeze_of_two(): return tf.squeeze(p([2, 1]), 0)


@program
def shape_broadcasts():
    return [tf.broadcast_to(p([2]), [3, 2]), tf.broadcast_to(p([2]), [scalar(), 2], name="b"), tf.broadcast_dynamic_shape(tf.shape(p([2, None])), [2, 1])]


@program
def shape_through_values():
    x = p([5, None, 3])
    s = tf.shape(x)
    a = tf.reshape(x, [s[0], -1])
    b = tf.reshape(x, tf.concat([s[:1], [-1], s[2:]], 0))
    c = tf.zeros(s[1:])
    d = tf.zeros(s[::2])
    e = tf.zeros(tf.stack([s[2], s[1], 4]))
    f = tf.zeros([tf.size(p([2, 3])), tf.rank(x)])
    g = tf.fill(tf.shape(tf.zeros([7, 2])), 1.0)
    h = tf.reshape(p(), tf.concat([tf.shape(p([None, 2])), [6]], 0))
    i = tf.tile(x, [1, scalar(), 2])
    j = tf.broadcast_to(p([1, 3]), s[1:])
    return [a, b, c, d, e, f, g, h, i, j, tf.zeros(tf.concat([[2], tf.shape(p([3, None]))], 0)), tf.zeros(s[-1:]), tf.zeros(tf.identity(s)), tf.zeros(s[0:2:1]), tf.zeros(s[p([], tf.int32):])]


@program
def shape_through_other_ops():
    x = p([5, None, 3])
    s = tf.shape(x)
    first, second, third = tf.unstack(s)
    n = scalar()
    a, b, _ = tf.shape_n([p([2, None]), p([None, 4]), p()])
    return [
        tf.zeros([tf.stack([n, 3])[1]]), tf.zeros(tf.cast(s, tf.int64)), tf.zeros([first, third]), tf.zeros([s[-1], s[1], s[0]]), tf.zeros(tf.gather(s, [2, 0])), tf.zeros(tf.slice(s, [1], [2])),
        tf.zeros(tf.split(s, [1, 2])[1]), tf.zeros(a), tf.zeros(b), tf.zeros(tf.reshape(s, [-1])), tf.zeros(tf.expand_dims(s[0], 0)), tf.reshape(x, [-1, tf.reduce_prod(s[2:])]),
        tf.zeros(tf.reverse(s, [0])), tf.zeros(tf.concat([s, s], 0)), tf.zeros(tf.concat([tf.cast(s[:2], tf.int32), [n]], 0)), tf.zeros(tf.stop_gradient(s)), tf.zeros(s[2:] + 1), tf.zeros(tf.stack([s[0], n * 2])),
        tf.zeros(tf.broadcast_dynamic_shape(tf.shape(p([2, 1])), tf.shape(p([3])))), tf.zeros(tf.range(1, 4)), tf.zeros([tf.size(p([2, None]))]), tf.zeros(tf.shape(tf.zeros([2, n]))),
        tf.zeros(tf.shape(p([2, None, 4]))[:-1]), tf.zeros(tf.shape(p([2, None, 4]))[-2:]), tf.zeros(tf.shape(p([2, None, 4]))[0::2]), tf.zeros(tf.fill([2], 3)), tf.zeros(tf.placeholder_with_default([2, 3], [2])),
        tf.zeros(tf.shape(p([2, None, 4]))[2:0:-1]), tf.zeros(tf.shape(p([2, 4, None]))[tf.constant(1):]), tf.zeros(tf.squeeze([[2, 3]])), tf.zeros(tf.pad([2], [[0, 1]], constant_values=3)), tf.zeros([2] * 3),
        tf.zeros(tf.shape(x)[1:2]), tf.zeros([tf.identity(s)[2]]), tf.zeros(tf.transpose(s)), tf.zeros(tf.tile([3], [2])), tf.zeros([tf.rank(p())]), tf.zeros(s * 2),
    ]


@program
def shape_of_a_shape_reversed(): return tf.zeros(tf.shape(p([2, None]))[::-1])


@program
def shape_of_a_shape_in_wrong_order(): return tf.zeros(tf.shape(p([2, None]))[2:1])


@program
def shape_of_a_shape_before_its_start(): return tf.zeros(tf.shape(p([2, None]))[-3:])


@program
def concat_concats():
    x, y = p([2, 3]), p([2, None])
    return [tf.concat([x, y], 1), tf.concat([x, x], 0, name="c"), tf.concat([x], 0), tf.concat([x], 0, name="one"), tf.concat([x, [[1.0, 2.0, 3.0]]], 0), tf.concat([x, p([None, 3]), x], -2), tf.concat([x, y], scalar()), tf.concat([p(), x], 0)]


@program
def concat_concat_of_two_shapes(): return tf.concat([p([2, 3]), p([3, 4])], 0)


@program
def concat_concat_of_two_types(): return tf.concat([p([2]), p([2], tf.int32)], 0)


@program
def concat_concat_of_scalars(): return tf.concat([p([]), p([])], 0)


@program
def concat_stacks():
    x = p([2])
    return [tf.stack([x, x]), tf.stack([x, [1.0, 2.0]]), tf.stack([x, [1.0, 2.0]], axis=1), tf.stack([1.0, 2.0]), tf.stack([[1.0, 2.0], [3.0, 4.0]], axis=-1), tf.stack([p([]), 1.0], name="s"), tf.stack([x, p([None])], axis=1), tf.stack([[x, x], [x, x]])]


@program
def concat_stack_of_two_types(): return tf.stack([p([2]), p([2], tf.int32)])


@program
def concat_stack_of_two_shapes(): return tf.stack([p([2]), p([3])])


@program
def concat_stack_too_far(): return tf.stack([p([2]), p([2])], axis=3)


@program
def concat_unstacks():
    return [tf.unstack(p([3, 2])), tf.unstack(p([3, 2]), axis=-1, name="u"), tf.unstack(p(), num=2), tf.unstack([[1.0, 2.0], [3.0, 4.0]])]


@program
def concat_unstack_of_unknown(): return tf.unstack(p([None, 2]))


@program
def concat_unstack_too_far(): return tf.unstack(p([3, 2]), axis=2)


@program
def concat_splits():
    x = p([4, 6])
    return [tf.split(x, 2), tf.split(x, 3, axis=1, name="s"), tf.split(x, [1, 3]), tf.split(x, [1, -1], axis=-1), tf.split(x, p([2], tf.int32)), tf.split(p(), 2), tf.split(x, p([None], tf.int32), num=2), tf.split(x, 2, axis=scalar())]


@program
def concat_split_unevenly(): return tf.split(p([5, 2]), 2)


@program
def concat_split_by_scalar(): return tf.split(p([5, 2]), scalar())


@program
def concat_split_by_unknown(): return tf.split(p([5, 2]), p([None], tf.int32))


@program
def concat_packed_lists():
    s = p([])
    return [tf.convert_to_tensor([s, 1.0]), tf.convert_to_tensor([[s, 1.0], [2.0, 3.0]]), tf.convert_to_tensor([[1.0, s], [s, 3.0]], name="m"), tf.convert_to_tensor([p([2]), [1.0, 2.0]]), tf.convert_to_tensor([p([], tf.int64), 3], dtype=tf.int32), tf.reshape(p([6]), [p([], tf.int64), 2])]


@program
def concat_packed_list_of_two_types(): return tf.convert_to_tensor([p([]), p([], tf.int32)])


@program
def slice_slices():
    x = p([4, 5])
    return [tf.slice(x, [1, 0], [2, -1]), tf.slice(x, [scalar(), 0], [2, 3], name="s"), tf.slice(x, [0, 1], [scalar(), -1]), tf.slice(p(), [1], [1]), tf.slice(x, tf.constant([0, 0], tf.int64), [1, 1])]


@program
def slice_slice_of_other_rank(): return tf.slice(p([4, 5]), [1], [2])


@program
def slice_strided_slices():
    x = p([4, 5])
    return [tf.strided_slice(x, [0, 1], [2, 4]), tf.strided_slice(x, [3], [0], [-2], name="s"), tf.strided_slice(x, [0, 1], [0, 0], [1, 1], begin_mask=1, end_mask=3, shrink_axis_mask=0), tf.strided_slice(x, p([1], tf.int32), [2], [1])]


@program
def slice_indices():
    x = p([4, 5, 6])
    return [x[0], x[-1, 1:3], x[..., 0], x[:, tf.newaxis, ::2], x[0, ..., tf.newaxis, ::-1], x[1:, :-1, 2], x[()], x[:, :, :], x[3, 4, 5], x[None]]


@program
def slice_indices_with_tensors():
    x, i, j = p([4, 5]), scalar(), p([], tf.int64)
    return [x[i], x[i:], x[:i, 0], x[j], x[j:, 1], x[1:i:2], x[i, i], x[:, i:i]]


@program
def slice_index_by_two_types(): return p([4, 5])[scalar(), p([], tf.int64)]


@program
def slice_index_out_of_bounds(): return p([4])[4]


@program
def slice_index_too_many(): return p([4])[0, 0]


@program
def slice_index_by_fraction(): return p([4])[1.5]


@program
def slice_index_by_text(): return p([4])["x"]


@program
def slice_index_by_float_tensor(): return p([4])[p([])]


@program
def slice_index_by_vector(): return p([4])[p([2], tf.int32)]


@program
def transpose_transposes():
    return [tf.transpose(p([3, None])), tf.transpose(p([3, None, 2]), [2, 0, 1], name="t"), tf.transpose(p()), tf.transpose([[1.0, 2.0]], [1, 0]), tf.transpose(p([2, 3], tf.complex64), conjugate=True), tf.transpose(p([2, 3]), p([2], tf.int32)), tf.transpose(p([])), tf.linalg.matrix_transpose(p([2, 3, 4])), tf.linalg.matrix_transpose(p(), name="m"), tf.invert_permutation([1, 0])]


@program
def transpose_of_other_rank(): return tf.transpose(p([2, 3]), [0])


@program
def transpose_matrix_of_vector(): return tf.linalg.matrix_transpose(p([2]))


@program
def transpose_reverses():
    x = p([2, 3])
    return [tf.reverse(x, [0]), tf.reverse(x, [-1], name="r"), tf.reverse_sequence(x, [1, 2], seq_axis=1), tf.reverse_sequence(x, [1, 2, 0], seq_axis=0, batch_axis=1, name="q")]


@program
def transpose_reverse_twice(): return tf.reverse(p([2, 3]), [0, -2])


@program
def transpose_tiles(): return [tf.tile(p([2, None]), [2, 3]), tf.tile([1.0], [3], name="t"), tf.tile(p(), [2]), tf.tile(p([2, 3]), p([2], tf.int32))]


@program
def pad_pads():
    x = p([2, None])
    return [tf.pad(x, [[1, 2], [0, 1]]), tf.pad(x, [[1, 1], [2, 2]], "REFLECT"), tf.pad(x, [[1, 1], [2, 2]], "symmetric", name="m"), tf.pad(x, [[1, 1], [2, 2]], constant_values=3.0), tf.pad(x, [[1, 1], [scalar(), 0]]), tf.pad(p([2]), [[scalar(), 0]]), tf.pad(x, p([2, 2], tf.int32)), tf.pad(x, [[1, 1], [2, 2]], constant_values=0.0, name="z"), tf.pad([1.0], [[1, 1]]), tf.pad(p(), [[1, 1]]), tf.pad(p([2], tf.string), [[1, 0]], constant_values="x"), tf.pad(p([2, 3]), [p([2], tf.int32), [1, 1]])]


@program
def pad_in_unknown_mode(): return tf.pad(p([2]), [[1, 1]], "WRAP")


@program
def pad_below_zero(): return tf.pad(p([2]), [[-1, 1]])


@program
def gather_gathers():
    x = p([4, 5])
    return [tf.gather(x, [1, 2]), tf.gather(x, 0, axis=1), tf.gather(x, [[0, 1]], axis=-1, name="g"), tf.gather(x, [[0], [1], [2], [0]], batch_dims=1), tf.gather(x, p([None], tf.int64)), tf.gather(p(), [1]), tf.gather(x, [1], axis=scalar()), tf.gather_nd(x, [[0, 1]]), tf.gather_nd(x, [[0], [1]], name="n"), tf.gather([1.0, 2.0], [0])]


@program
def gather_of_scalar(): return tf.gather(p([]), [0])


@program
def gather_scatters():
    x = p([4])
    return [tf.scatter_nd([[0], [1]], [1.0, 2.0], [4]), tf.scatter_nd(p([None, 1], tf.int64), p([None, 3]), tf.constant([5, 3], tf.int64), name="s"), tf.tensor_scatter_nd_update(x, [[1]], [2.0]), tf.tensor_scatter_nd_add(x, [[1]], [2.0]), tf.tensor_scatter_nd_sub(x, [[1]], [2.0], name="d"), tf.tensor_scatter_nd_max(x, [[1]], [2.0]), tf.tensor_scatter_nd_min(x, [[1]], [2.0], name="m")]


@program
def gather_one_hots():
    return [tf.one_hot([0, 1], 3), tf.one_hot(p([None], tf.int64), scalar(), axis=0, name="o"), tf.one_hot([0, 1], 3, on_value=5.0, off_value=p([])), tf.one_hot(p([2], tf.uint8), 3, dtype=tf.int32), tf.one_hot([0], 2, on_value=True, off_value=False), tf.one_hot([0], 2, on_value=p([], tf.int64)), tf.one_hot([[0]], 2, off_value=1.5, dtype=tf.float64, axis=1)]


@program
def gather_one_hot_of_two_types(): return tf.one_hot([0], 2, on_value=p([]), off_value=p([], tf.int32))


@program
def gather_one_hot_of_other_type(): return tf.one_hot([0], 2, on_value=p([]), dtype=tf.int32)


@program
def gather_boolean_masks():
    return [tf.boolean_mask(p([3, None]), p([3], tf.bool)), tf.boolean_mask([1.0, 2.0, 3.0], [True, False, True]), tf.boolean_mask(p([2, 3, 4]), p([None, None], tf.bool), axis=1, name="m"), tf.boolean_mask(p(), p([None], tf.bool)), tf.boolean_mask(p([2, 3]), p([2, 3], tf.bool))]


@program
def gather_boolean_mask_of_other_shape(): return tf.boolean_mask(p([3]), p([2], tf.bool))


@program
def gather_boolean_mask_by_scalar(): return tf.boolean_mask(p([3]), p([], tf.bool))


@program
def gather_boolean_mask_by_unknown(): return tf.boolean_mask(p([3]), p(None, tf.bool))


@program
def gather_uniques(): return [list(tf.unique(p([4]))), list(tf.unique(p([None]), out_idx=tf.int64, name="u")), list(tf.unique_with_counts(p([4]))), list(tf.setdiff1d(p([4]), p([2])))]


@program
def diag_diags():
    x = p([2, 3])
    return [tf.matrix_diag(p([2])), tf.matrix_diag(x, k=1, num_rows=4, padding_value=7.0, name="d"), tf.matrix_diag(p([2], tf.bool)), tf.matrix_diag_part(x), tf.matrix_diag_part(x, k=(-1, 1), align="LEFT_LEFT"), tf.matrix_set_diag(x, p([2])), tf.matrix_set_diag(p([2, None]), p([2]), name="s"), tf.matrix_band_part(x, 0, -1), tf.diag(p([2])), tf.diag_part(p([2, 2])), tf.matrix_diag([1.0, 2.0]), tf.matrix_diag(p([None])), tf.matrix_diag_part(p([4, 5], tf.bool))]


@program
def diag_set_diag_out_of_bounds(): return tf.matrix_set_diag(p([2, 2]), p([1]), k=3)


@program
def diag_eyes():
    n = scalar()
    return [tf.eye(3), tf.eye(3, 2, dtype=tf.int32), tf.eye(2, batch_shape=[2, 3], name="e"), tf.eye(n), tf.eye(n, 3), tf.eye(2, batch_shape=p([2], tf.int32)), tf.eye(2, 2, dtype=tf.bool), tf.eye(2, batch_shape=p([1], tf.int32), num_columns=3)]


@program
def diag_eye_of_fraction(): return tf.eye(1.5)


@program
def gather_variables():
    v = tf.get_variable("v", [2], initializer=tf.zeros_initializer(), use_resource=False)
    r = tf.get_variable("r", [2], initializer=tf.zeros_initializer(), use_resource=True)
    return [
        tf.zeros_like(v), tf.zeros_like(r), tf.ones_like(v), tf.ones_like(r), tf.stack([v, r]), tf.stack([r, tf.multiply(1.0, v)], axis=1), tf.concat([v, r], 0), tf.gather(r, [0]), tf.gather(v, [0], name="g"), tf.gather(r, [0], axis=-1),
        tf.gather_nd(v, [[0]]), tf.identity(r), tf.identity(v), r[0], v[1:], tf.reshape(r, [2, 1]), tf.shape(r), tf.boolean_mask(v, [True, False]), tf.zeros_like(r, dtype=tf.int32), tf.convert_to_tensor([r, v], name="m"), tf.unstack(r), tf.split(v, 2),
    ]


@program
def sequence_masks():
    return [tf.sequence_mask(p([None], tf.int32)), tf.sequence_mask(tf.constant([1, 2]), 5, dtype=tf.float32, name="q"), tf.sequence_mask(p([2], tf.int64), p([], tf.int64)), tf.sequence_mask(p(None, tf.int32)), tf.sequence_mask([1, 3]), tf.sequence_mask(p([2, 3], tf.int32), dtype=tf.bool)]


@program
def sequence_mask_to_a_vector(): return tf.sequence_mask([1, 2], [3])


@program
def meshgrid_grids():
    return [tf.meshgrid(p([2]), p([3])), tf.meshgrid([1.0, 2.0], p([None]), indexing="ij"), tf.meshgrid(p([2]), p([3]), p([4]), name="g"), tf.meshgrid(p([2])), tf.meshgrid()]


@program
def meshgrid_of_other_indexing(): return tf.meshgrid([1.0], [2.0], indexing="xx")
