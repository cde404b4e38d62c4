"""Writes test/goldens/gradient_rules_more.json: the gradients of segments, sorted rows, blocks, special functions, diagonals, sums of
products, matrix factors, sparse tensors and images. Run with a Python that has TensorFlow:

python tools/goldens/gradient_rules_more.py

test/gradient-rules-more.test.ts builds the same.
"""
from gradient_cases import Given, Real, case, const, ints, reals, tf, write

ONE = ("float32",)

# segment
IDS = [0, 0, 1, 3]
for op in ("SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin"):
    case(op, Real(4, 2, low=0.5, distinct=True), ints(IDS), partly=([4, 2], None))
case("SegmentProd", reals([0, 2, 0, 0, 3]), ints([0, 0, 1, 1, 2]), name="zeros", types=ONE, second=False)
case("SegmentMax", reals([1, 1, 2]), ints([0, 0, 1]), name="ties", types=ONE, second=False)
for op in ("Sum", "Prod", "Max", "Min"):
    case("UnsortedSegment" + op, Real(4, 2, low=0.5, distinct=True), ints([2, 0, 2, 1]), const(4), name="rows")
    case("UnsortedSegment" + op, Real(2, 2, low=0.5, distinct=True), ints([[2, 0], [2, 1]], "int64"), const(3), name="matrix", types=ONE)
case("UnsortedSegmentSum", Real(3, 2), ints([1, -1, 0]), const(2), name="negative", types=ONE)
case("UnsortedSegmentProd", reals([0, 2, 5]), ints([1, 1, 0]), const(2), name="zeros", types=ONE, second=False)
for op in ("Sum", "Mean", "SqrtN"):
    for sparse in (False, True):
        case("SparseSegment" + op, Real(5, 2), ints([3, 0, 3, 1]), ints([0, 0, 1, 2]), name=str(sparse), sparse_gradient=sparse, types=("float32", "float64") if not sparse else ONE)
        case(f"SparseSegment{op}WithNumSegments", Real(5, 2), ints([3, 0, 3, 1]), ints([0, 0, 1, 2]), const(4), name=str(sparse), sparse_gradient=sparse, types=ONE)

# data-flow
case("DynamicPartition", Real(4, 2), ints([1, 0, 1, 2]), num_partitions=3)
case("DynamicPartition", Real(2, 2), ints([[1, 0], [1, 0]]), name="matrix", num_partitions=2, types=ONE)
for op in ("DynamicStitch", "ParallelDynamicStitch"):
    case(op, [ints([0, 2]), ints([1, 3])], [Real(2, 2), Real(2, 2)])

# space and batches
for op, shape in (("SpaceToDepth", (1, 2, 4, 1)), ("DepthToSpace", (1, 1, 2, 4))):
    case(op, Real(*shape), block_size=2, data_format="NHWC")
case("Roll", Real(3, 4), ints([1, 2]), const([0, 1]))
case("SpaceToBatchND", Real(1, 3, 4, 1), const([2, 2]), const([[0, 1], [0, 0]]))
case("BatchToSpaceND", Real(4, 1, 2, 1), const([2, 2]), const([[0, 1], [0, 0]]))
case("SpaceToBatch", Real(1, 3, 4, 1), const([[0, 1], [0, 0]]), block_size=2)
case("BatchToSpace", Real(4, 1, 2, 1), const([[0, 1], [0, 0]]), block_size=2)

# special
for op, low, high in (("Lgamma", 0.5, 4), ("Digamma", 0.5, 4), ("Erfinv", -0.9, 0.9), ("Ndtri", 0.1, 0.9), ("BesselI0e", -3, 3), ("BesselI1e", -3, 3)):
    case(op, Real(2, 3, low=low, high=high))
case("BesselI1e", reals([0, 1]), name="zero", types=ONE, second=False)
for op in ("Igamma", "Igammac"):
    case(op, Real(2, 3, low=0.5, high=4), Real(2, 3, low=0.5, high=6))
    case(op, Real(2, 1, low=0.5, high=4), Real(3, low=0.5, high=6), name="broadcast", types=ONE)
case("Zeta", Real(2, 3, low=1.5, high=4), Real(2, 3, low=0.5, high=4))
case("Zeta", Real(2, 1, low=1.5, high=4), Real(3, low=0.5, high=4), name="broadcast", types=ONE)
case("Polygamma", reals([[1, 2, 3], [1, 1, 2]]), Real(2, 3, low=0.5, high=4))
case("Betainc", Real(2, 3, low=0.5, high=3), Real(2, 3, low=0.5, high=3), Real(2, 3, low=0.1, high=0.9), shapes=("static",))
case("NextAfter", Real(2, 3), Real(3))

# complex
for op in ("Real", "Imag"):
    case(op, Real(2, 3), types=("complex64",), Tout=tf.float32)
for op in ("Angle", "ComplexAbs"):
    case(op, Real(2, 3), types=("complex64",), Tout=tf.float32, second=op != "Angle")
case("Conj", Real(2, 3), types=("complex64",))
case("Complex", Real(2, 3), Real(3), types=ONE, Tout=tf.complex64)

# einsum: where several labels are summed away, TensorFlow takes them in an order that changes from run to run.
for equation, *shapes in (
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,kj->ki", (2, 3), (4, 3)),
    ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)),
    ("...ij,jk->...ik", (2, 2, 3), (3, 2)),
    ("ij->ji", (2, 3)),
    ("ij->i", (2, 3)),
    ("ij->j", (2, 3)),
    ("ijk->ki", (2, 3, 4)),
    ("ii->i", (3, 3)),
    ("ii->", (3, 3)),
    ("ij,jk->k", (2, 3), (3, 4)),
    ("i,j->ij", (2,), (3,)),
    ("a...b,b...->...a", (2, 4, 3), (3, 4)),
    ("...->...", (2, 3)),
):
    case("Einsum", [Real(*s) for s in shapes], name=equation, equation=equation, types=("float32", "float64"))
case("Einsum", [Real(2, 3), Real(3, 2)], name="complex", equation="ij,jk->ik", types=("complex64",))

# diag
case("Diag", Real(3))
case("DiagPart", Real(3, 3))
case("MatrixDiag", Real(2, 3))
case("MatrixDiagPart", Real(2, 3, 3), name="square")
case("MatrixDiagPart", Real(2, 3, 4))
case("MatrixSetDiag", Real(2, 3, 4), Real(2, 3), partly=([None, 3, 4], [2, 3]))
case("MatrixBandPart", Real(3, 4), const(1, "int64"), const(0, "int64"))
for k in (0, 1, -1, [-1, 1]):
    count, length = (1, 3) if k == 0 else (1, 3) if k == 1 else (1, 2) if k == -1 else (3, 3)
    diagonals = (2, length) if count == 1 else (2, count, length)
    padding = const(0.0, None)
    for v in ("V2", "V3"):
        more = {} if v == "V2" else {"align": "LEFT_RIGHT"}
        case("MatrixDiagPart" + v, Real(2, 3, 4), const(k), padding, name=str(k), **more, wrt=[0], partly=([None, 3, 4], None, None))
        case("MatrixDiag" + v, Real(*diagonals), const(k), const(3), const(4), padding, name=str(k), **more, wrt=[0])
        case("MatrixSetDiag" + v, Real(2, 3, 4), Real(*diagonals), const(k), name=str(k), **more)

# counting
case("Cross", Real(2, 3), Real(2, 3))
for exclusive in (False, True):
    for reverse in (False, True):
        case("CumulativeLogsumexp", Real(2, 3), const(1), name=f"{exclusive}{reverse}", exclusive=exclusive, reverse=reverse, second=not exclusive)

# linalg
GOOD = [[[2.0, 0.5, 0.25], [0.5, 3.0, -0.5], [0.25, -0.5, 1.5]], [[1.0, 0.25, 0.0], [0.25, 2.0, 0.5], [0.0, 0.5, 4.0]]]
TALL = [[1.0, 0.5], [0.25, 2.0], [-0.5, 1.5]]
BOTH = ("float64", "float32")
case("MatrixDeterminant", reals(GOOD), types=BOTH)
case("LogMatrixDeterminant", reals(GOOD), types=BOTH)
for adjoint in (False, True):
    case("MatrixInverse", reals(GOOD), name=str(adjoint), adjoint=adjoint, types=BOTH)
    case("MatrixSolve", reals(GOOD), Real(2, 3, 2), name=str(adjoint), adjoint=adjoint, types=BOTH)
    for lower in (False, True):
        case("MatrixTriangularSolve", reals(GOOD), Real(2, 3, 2), name=f"{lower}{adjoint}", lower=lower, adjoint=adjoint, types=BOTH)
case("MatrixTriangularSolve", reals(GOOD), Real(3, 2), name="broadcast", lower=True, adjoint=False, types=BOTH[:1])
case("Cholesky", reals(GOOD), types=BOTH)
for compute in (False, True):
    case("SelfAdjointEigV2", reals(GOOD), name=str(compute), compute_v=compute, types=BOTH[:1], values=not compute)
    case("Svd", reals(TALL), name=str(compute), compute_uv=compute, full_matrices=False, shapes=("static", "unknown") if not compute else ("static",), types=BOTH[:1], values=not compute)
case("Svd", reals([[1.0, 0.25, -0.5], [0.5, 2.0, 1.5]]), name="wide", compute_uv=True, full_matrices=True, types=BOTH[:1], shapes=("static",), values=False)
case("Svd", reals([[1.0, 0.25], [0.5, 2.0]]), name="square", compute_uv=True, full_matrices=False, types=BOTH[:1], shapes=("static",), values=False)
for name, matrix in (("square", GOOD[0]), ("tall", TALL), ("wide", [[1.0, 0.25, -0.5], [0.5, 2.0, 1.5]])):
    case("Qr", reals(matrix), name=name, full_matrices=False, types=BOTH[:1], values=False)
case("Qr", reals(TALL), name="full", full_matrices=True, types=BOTH[:1])

# sparse
AT = [[0, 1], [1, 0], [2, 2]]
case("SparseToDense", const(AT, "int64"), const([3, 3], "int64"), Real(3), Real(), validate_indices=True)
case("SparseReorder", ints([[2, 1], [0, 0], [1, 0]], "int64"), Real(3), const([3, 3], "int64"))
case("SparseFillEmptyRows", ints([[0, 1], [2, 0]], "int64"), Real(2), const([4, 3], "int64"), Real(), shapes=("static",))
for a in (False, True):
    for b in (False, True):
        case("SparseTensorDenseMatMul", ints([[0, 1], [1, 0], [1, 2]], "int64"), Real(3), const([2, 3], "int64"), Real(*((4, 2) if a else (4, 3)) if b else ((2, 4) if a else (3, 4))), name=f"{a}{b}", adjoint_a=a, adjoint_b=b)
case("SparseReduceSum", ints(AT, "int64"), Real(3), const([3, 4], "int64"), const([1]), keep_dims=False)
case("SparseReduceSum", ints(AT, "int64"), Real(3), ints([3, 4], "int64"), const([0]), name="kept", keep_dims=True, types=ONE)

# logging
case("Print", Real(2), [Real(2)], message="", first_n=0, summarize=3, wrt=[0], types=ONE)

# image
for way in ({"align_corners": False, "half_pixel_centers": False}, {"align_corners": True, "half_pixel_centers": False}, {"align_corners": False, "half_pixel_centers": True}):
    name = "".join(k[0] for k, v in way.items() if v)
    for op in ("ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic"):
        case(op, Real(1, 3, 4, 2), const([5, 2]), name=name, **way, partly=([1, None, 4, 2], None))
for method in ("bilinear", "nearest"):
    case("CropAndResize", Real(2, 4, 5, 1), Given([[0.1, 0.2, 0.7, 0.9], [0, 0, 1, 1]], "float32"), ints([1, 0]), const([3, 2]), name=method, method=method, extrapolation_value=0.0, types=("float32", "float64"))
case("RGBToHSV", reals([[0.5, 0.25, 0.75], [0.9, 0.3, 0.1], [0.2, 0.8, 0.3], [0.1, 0.6, 0.4], [0.7, 0.2, 0.5], [0.3, 0.4, 0.9]]), types=("float32", "float64"), second=False)
case("RGBToHSV", reals([[0.5, 0.5, 0.5], [0, 0, 0], [0.4, 0.4, 0.1]]), name="ties", types=ONE, second=False)

write("gradient_rules_more")
