"""Writes test/goldens/gradient_rules.json: the gradients of arithmetic, reductions and array ops. Run with a Python that has TensorFlow:

python tools/goldens/gradient_rules.py

test/gradient-rules.test.ts builds the same.
"""
from gradient_cases import Real, bools, case, const, ints, reals, tf, write

ALL = ("float32", "float64", "complex64")

# elementary
for op in "Neg Sign Square Sqrt Rsqrt Exp Expm1 Log Log1p Sin Cos Tan Sinh Cosh Tanh Asinh Sigmoid Reciprocal Inv Abs Floor Ceil Rint Round Erf Erfc Asin Acos Atan Acosh Atanh".split():
    low, high = {"Acosh": (1.25, 3), "Asin": (-0.9, 0.9), "Acos": (-0.9, 0.9), "Atanh": (-0.9, 0.9), "Sqrt": (0.25, 3), "Rsqrt": (0.25, 3), "Log": (0.25, 3), "Log1p": (-0.5, 3), "Reciprocal": (0.25, 2), "Inv": (0.25, 2)}.get(op, (-2, 2))
    # TensorFlow has no complex kernel of these.
    complex_too = op not in "Abs Floor Ceil Rint Round Erf Erfc Sign".split()
    case(op, Real(2, 3, low=low, high=high), types=ALL if complex_too else ALL[:2])
for op in "SigmoidGrad TanhGrad SqrtGrad RsqrtGrad ReciprocalGrad InvGrad".split():
    case(op, Real(2, 3, low=0.25, high=0.9), Real(2, 3), types=ALL)
case("Square", reals([]), name="empty", types=("float32",))
case("Square", reals(1.5), name="scalar", types=("float32",))
case("Abs", reals([-1, 0, 2]), name="zero", types=("float32",))

# math
SHAPES = {"": ((2, 3), (2, 3)), "rows": ((2, 3), (3,)), "columns": ((2, 1), (2, 3)), "scalar": ((), (2, 3)), "outer": ((2, 1), (1, 3))}
BINARY = "Add AddV2 Sub Mul Div RealDiv FloorDiv FloorMod TruncateDiv Pow Maximum Minimum SquaredDifference DivNoNan MulNoNan Xdivy Xlogy Xlog1py Atan2".split()
for op in BINARY:
    complex_too = op in "Add AddV2 Sub Mul Div RealDiv Pow SquaredDifference DivNoNan MulNoNan Xdivy Xlogy Xlog1py".split()
    for name, (x, y) in SHAPES.items():
        whole = name == ""
        partly = ([None, 3], [2, 3]) if whole else ([None, x[1]] if len(x) == 2 else list(x), [None, y[1]] if len(y) == 2 else list(y)) if name in ("rows", "columns") else None
        case(op, Real(*x, low=0.5, high=3, distinct=op in ("Maximum", "Minimum")), Real(*y, low=0.4, high=2.2, distinct=op in ("Maximum", "Minimum")), name=name, types=ALL if complex_too and whole else ALL[:2] if whole else ALL[:1], partly=partly)
case("Pow", reals([0, 0, 2, -1.5, 0]), reals([2, 0, 0, 2, 1]), name="zeros", types=("float32",), second=False)
case("Maximum", reals([1, 2, 3]), reals([1, 3, 2]), name="ties", types=("float32",))
case("DivNoNan", reals([1, 2, 0]), reals([0, 2, 0]), name="zeros", types=("float32",))
case("Xlogy", reals([0, 2, 0]), reals([0, 2, 3]), name="zeros", types=("float32",), second=False)
case("AddN", [Real(2, 3), Real(2, 3), Real(2, 3)])
case("Cast", Real(2, 3), DstT=tf.float64)
case("Cast", Real(2, 3), name="int", DstT=tf.int32, second=False)
case("ClipByValue", reals([[-2, -1, 0.5], [1, 2, 3]]), reals(-1.0), reals(2.0))
case("ClipByValue", Real(2, 3), Real(2, 3, low=-1.9, high=-0.5), Real(2, 3, low=0.5, high=1.9), name="whole")

# matmul
for a in (False, True):
    for b in (False, True):
        x = Real(3, 2) if a else Real(2, 3)
        y = Real(4, 3) if b else Real(3, 4)
        case("MatMul", x, y, name=f"{a}{b}", transpose_a=a, transpose_b=b)
        for op in ("BatchMatMul", "BatchMatMulV2"):
            x = Real(2, 3, 2) if a else Real(2, 2, 3)
            y = Real(2, 4, 3) if b else Real(2, 3, 4)
            case(op, x, y, name=f"{a}{b}", adj_x=a, adj_y=b)
case("BatchMatMulV2", Real(2, 1, 2, 3), Real(5, 3, 4), name="broadcast", adj_x=False, adj_y=False)
case("BatchMatMulV2", Real(2, 3), Real(5, 3, 4), name="rows", adj_x=False, adj_y=False, partly=([2, 3], [None, 3, 4]))
case("BatchMatMulV3", Real(2, 2, 3), Real(2, 3, 4), Tout="T", adj_x=False, adj_y=False)

# reduce
AXES = {"all": [0, 1, 2], "one": [1], "scalar": 0, "negative": [-1, 0], "none": []}
for op in ("Sum", "Mean", "Prod", "EuclideanNorm", "Max", "Min"):
    for name, axes in AXES.items():
        for keep in (False, True):
            full = name in ("all", "one")
            case(op, Real(2, 3, 2, low=0.4, distinct=op in ("Max", "Min")), const(axes), name=name + ("/kept" if keep else ""), keep_dims=keep, types=ALL[:2] if full and not keep else ALL[:1], partly=([None, 3, 2], None), second=op != "EuclideanNorm" or name != "none")
    case(op, Real(2, 3, low=0.4), ints([1]), name="fed axis", keep_dims=False, types=ALL[:1])
case("Sum", Real(0, 3), const([0]), name="empty", keep_dims=False, types=ALL[:1])
case("Mean", Real(2, 3), const([0]), name="complex", keep_dims=False, types=("complex64",))
case("Sum", Real(2, 3), const([0]), name="complex", keep_dims=False, types=("complex64",))
case("Prod", reals([[0, 2, 3], [0, 0, 4]]), const([1]), name="zeros", keep_dims=False, types=ALL[:1])
case("Prod", Real(2, 3), const([1]), name="complex", keep_dims=False, types=("complex64",))
case("Max", reals([[1, 1, 0], [2, 2, 2]]), const([1]), name="ties", keep_dims=False, types=ALL[:1])
case("ArgMax", Real(2, 3), const(1), second=False)
for op in ("Cumsum", "Cumprod"):
    for exclusive in (False, True):
        for reverse in (False, True):
            case(op, Real(2, 3, low=0.5), const(1), name=f"{exclusive}{reverse}", exclusive=exclusive, reverse=reverse)

# array and shape
case("Identity", Real(2, 3))
case("PlaceholderWithDefault", Real(2, 3), shape=[2, None])
case("IdentityN", [Real(2), Real(3)])
case("StopGradient", Real(2))
case("PreventGradient", Real(2), message="why", second=False)
case("CheckNumerics", Real(2), message="text")
case("EnsureShape", Real(2, 3), shape=[2, None])
case("ZerosLike", Real(2))
case("Fill", const([2, 3]), Real())
case("Bitcast", Real(2), type=tf.int32, types=ALL[:1], second=False)
case("Reshape", Real(2, 3), const([3, 2]), partly=([None, 3], None))
case("Reshape", Real(0, 3), const([3, 0]), name="empty", partly=([None, 3], None), types=ALL[:1])
case("ExpandDims", Real(2, 3), const(1), partly=([None, 3], None))
case("Squeeze", Real(2, 1, 3), squeeze_dims=[1], partly=([None, 1, 3],))
case("BroadcastTo", Real(2, 1), const([4, 2, 3]), partly=([None, 1], None))
case("BroadcastTo", Real(2, 1), ints([4, 2, 3], "int64"), name="fed", types=ALL[:1])
case("BroadcastTo", Real(3), const([2, 3], "int64"), name="wide", types=ALL[:1])

# slice and pad
case("Slice", Real(3, 4), const([1, 0]), const([2, 3]), partly=([None, 4], None, None))
case("Slice", Real(3, 4), ints([1, 0]), ints([2, -1]), name="fed", types=ALL[:1])
case("Slice", Real(3, 4), const([1, 0], "int64"), const([2, 3], "int64"), name="wide", types=ALL[:1])
STRIDED = dict(begin_mask=1, end_mask=2, ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=0)
case("StridedSlice", Real(3, 4), const([0, 1]), const([2, 0]), const([1, 2]), **STRIDED, partly=([None, 4], None, None, None))
case("StridedSlice", Real(3, 4), ints([0, 1]), ints([2, 0]), const([1, 2]), name="fed", **STRIDED, types=ALL[:1])
case("StridedSlice", Real(3, 4), const([1, 2]), const([2, 0]), const([1, 1]), name="shrink", begin_mask=0, end_mask=2, ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=1, types=ALL[:1])
case("StridedSliceGrad", const([3, 4]), const([0, 1]), const([2, 0]), const([1, 2]), Real(2, 2), **STRIDED)
case("Pad", Real(2, 3), const([[1, 0], [2, 1]]), partly=([None, 3], None))
case("Pad", Real(2, 3), ints([[1, 0], [2, 1]], "int64"), name="fed", types=ALL[:1])
case("PadV2", Real(2, 3), const([[1, 0], [2, 1]]), Real())
for mode in ("REFLECT", "SYMMETRIC"):
    case("MirrorPad", Real(3, 3), const([[1, 0], [2, 1]]), name=mode, mode=mode)
    case("MirrorPadGrad", Real(4, 6), const([[1, 0], [2, 1]]), name=mode, mode=mode)

# concat
case("ConcatV2", [Real(2, 3), Real(4, 3)], const(0), partly=([None, 3], None))
case("ConcatV2", [Real(2, 3), Real(2, 1), Real(2, 2)], const(-1), name="last")
case("ConcatV2", [Real(2, 3), Real(4, 3)], ints(0), name="fed", types=ALL[:1], shapes=("static",))
case("Concat", const(1), [Real(2, 3), Real(2, 1)])
case("ConcatV2", [Real(1 + i % 3, 2) for i in range(17)], const(0), name="many", types=ALL[:1], second=False)
case("Pack", [Real(2, 3), Real(2, 3)], axis=1)
case("Unpack", Real(2, 3), num=3, axis=1, shapes=("static",))
case("Split", const(1), Real(2, 6), num_split=3)
case("SplitV", Real(2, 6), const([1, 2, 3]), const(1), num_split=3)

# transpose
case("Transpose", Real(2, 3, 4), const([2, 0, 1]), partly=([None, 3, 4], None))
case("ConjugateTranspose", Real(2, 3), const([1, 0]), types=("complex64",))
case("ReverseV2", Real(2, 3), const([1]))
case("Reverse", Real(2, 3), bools([False, True]))
case("ReverseSequence", Real(3, 4), ints([1, 3, 2]), seq_dim=1, batch_dim=0)
case("Tile", Real(2, 3), const([2, 1]), partly=([None, 3], None))
case("Tile", Real(2, 3), ints([2, 3], "int64"), name="fed", types=ALL[:1])

# compare
case("Select", bools([[True, False, True], [False, False, True]]), Real(2, 3), Real(2, 3))
case("Select", bools([True, False]), Real(2, 3), Real(2, 3), name="rows")
case("SelectV2", bools([[True], [False]]), Real(2, 3), Real(3))
case("SelectV2", bools([[True, False, True], [False, False, True]]), Real(2, 3), Real(2, 3), name="whole")

# gather
case("GatherV2", Real(4, 3), ints([1, 1, 0]), const(0), batch_dims=0, partly=([None, 3], [3], None))
case("GatherV2", Real(4, 3), ints([[1], [1]]), const(0), name="matrix", batch_dims=0)
case("GatherV2", Real(4, 3), ints([2, 1, 2], "int64"), const(1), name="columns", batch_dims=0)
case("GatherV2", Real(2, 4, 3), ints([[2, 1], [0, 0]]), const(1), name="batch", batch_dims=1)
case("GatherV2", Real(2, 3, 4, 2), ints([[2, 1], [0, 0]]), const(2), name="batch between", batch_dims=1)
case("GatherV2", Real(2, 3, 4), ints([[[2, 1], [0, 0], [1, 1]], [[3, 3], [0, 1], [2, 2]]]), const(2), name="two batches", batch_dims=2)
case("GatherV2", Real(2, 4, 3), ints([[2, 1], [0, 0]]), const(1), name="negative batch", batch_dims=-1)
case("Gather", Real(4, 3), ints([1, 1, 0]), validate_indices=True)
case("GatherNd", Real(4, 3), ints([[1, 1], [0, 2], [1, 1]]))
case("GatherNd", Real(4, 3), ints([[1], [0], [1]]), name="rows")
case("ScatterNd", ints([[1], [0], [1]]), Real(3, 2), const([4, 2]))
for op in ("TensorScatterUpdate", "TensorScatterAdd", "TensorScatterSub"):
    case(op, Real(4, 2), ints([[1], [3]]), Real(2, 2))
case("OneHot", ints([1, 0]), const(3), Real(), Real(), axis=-1)

write("gradient_rules")
