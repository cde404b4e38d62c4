/** One small case for each op that can be differentiated, at a point where it is smooth. */
import {
  abs,
  add,
  angle,
  cast,
  complex,
  cond,
  conj,
  constant,
  imag,
  less,
  linalg,
  multiply,
  real,
  reduceSum,
  square,
  type Tensor,
  TensorArray,
  transpose,
  whileLoop,
} from "namesake";
import { applyOp } from "../src/graph/apply-op.ts";
import type { Literal } from "../src/tensor/ndarray.ts";
import { ndarray } from "../src/tensor/ndarray.ts";
import { definition } from "./op-golden.ts";

/** A case: an op of given inputs and attrs, or a function that has several ops. */
export interface GradientCheck {
  readonly name: string;
  readonly values: readonly Literal[];
  readonly build: (...xs: Tensor[]) => Tensor | readonly Tensor[];
  /** 1 where TensorFlow has no rule, or none that is a derivative, for the gradient itself. */
  readonly order: 1 | 2;
  /** Whether float64 is not taken. */
  readonly isNarrow?: boolean;
}

/** Numbers that are not differentiated. */
class Fixed {
  readonly dtype: "int32" | "int64" | "bool" | "T";
  readonly value: Literal;
  constructor(dtype: "int32" | "int64" | "bool" | "T", value: Literal) {
    this.dtype = dtype;
    this.value = value;
  }
}

const i = (value: Literal): Fixed => new Fixed("int32", value);
const l = (value: Literal): Fixed => new Fixed("int64", value);
const b = (value: Literal): Fixed => new Fixed("bool", value);
/** Real numbers, not differentiated. */
const c = (value: Literal): Fixed => new Fixed("T", value);

/** Several inputs that are one. */
class List {
  readonly items: readonly (Literal | Fixed)[];
  constructor(items: readonly (Literal | Fixed)[]) {
    this.items = items;
  }
}

const list = (...items: readonly (Literal | Fixed)[]): List => new List(items);

type Input = Literal | Fixed | List;

/** Numbers in which nothing is equal and nothing near 0: `low`, and on. */
function ramp(shape: readonly number[], low = 0.3, step = 0.17): Literal {
  const [size = 1, ...inner] = shape;
  const width = inner.reduce((product, d) => product * d, 1);
  // Neighbours are far apart, so that no extreme is near another one.
  if (inner.length === 0)
    return Array.from({ length: size }, (_, k) => low + step * ((k * 7) % (size % 7 === 0 ? size + 1 : size)));
  return Array.from({ length: size }, (_, k) =>
    ramp(inner, low + step * 0.37 + ((k * 5) % 11) * step * 0.61 + width * 0.01, step),
  );
}

function op(type: string, inputs: readonly Input[], attrs: object = {}, order: 1 | 2 = 2): GradientCheck {
  const values: Literal[] = [];
  const places = inputs.map((input) => {
    const placeOf = (one: Literal | Fixed): number | Fixed => (one instanceof Fixed ? one : values.push(one) - 1);
    return input instanceof List ? input.items.map(placeOf) : placeOf(input as Literal | Fixed);
  });
  const build = (...xs: Tensor[]): readonly Tensor[] => {
    const tensorOf = (place: number | Fixed): unknown => {
      if (typeof place === "number") return xs[place];
      return ndarray(place.value, place.dtype === "T" ? (xs[0] as Tensor).dtype : place.dtype);
    };
    const given = places.map((place) =>
      Array.isArray(place) ? place.map(tensorOf) : tensorOf(place as number | Fixed),
    );
    return applyOp(definition(type), given, attrs as never).outputs;
  };
  return { name: type, values, build, order };
}

/** A case of several ops. */
function made(
  name: string,
  values: readonly Literal[],
  build: (...xs: readonly Tensor[]) => Tensor | readonly Tensor[],
  order: 1 | 2 = 2,
): GradientCheck {
  return { name, values, build: build as GradientCheck["build"], order };
}

/** Without the other results: they are there for the gradient, and have none of their own. */
function firstOutput(one: GradientCheck): GradientCheck {
  return { ...one, build: (...xs) => (one.build(...xs) as readonly Tensor[])[0] as Tensor };
}

/** Of an op that does not take float64. */
function narrow(one: GradientCheck): GradientCheck {
  return { ...one, isNarrow: true };
}

function firstOrder(one: GradientCheck): GradientCheck {
  return { ...one, order: 1 };
}

const unary = (low: number, ...types: readonly string[]): GradientCheck[] =>
  types.map((type) => op(type, [[low, low + 0.2, low + 0.35]]));
const binary = (...types: readonly string[]): GradientCheck[] =>
  types.map((type) => op(type, [[[1.3, 0.6]], [[0.7], [2.2]]]));
const symmetric = [[2, 0.5, 0.25], [0.5, 3, -0.5], [0.25, -0.5, 1.5]]; // biome-ignore format: a matrix
const same = { padding: "SAME" };
const window = { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "VALID" };
const volume = { ksize: [1, 2, 2, 2, 1], strides: [1, 2, 2, 2, 1], padding: "VALID" };
const unit = { strides: [1, 1, 1, 1], ...same };
const unitVolume = { strides: [1, 1, 1, 1, 1], ...same };

const elementwise: readonly GradientCheck[] = [
  ...unary(0.4, "Neg", "Abs", "Sign", "Square", "Sqrt", "Rsqrt", "Exp", "Expm1", "Log", "Log1p", "Sin", "Cos", "Tan"),
  ...unary(-0.35, "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Atanh", "Sigmoid", "Erf", "Erfc", "Erfinv"),
  ...unary(0.2, "Floor", "Ceil", "Rint", "Round", "Ndtri"),
  ...unary(0.8, "Reciprocal", "Inv"),
  ...unary(1.4, "Acosh", "Lgamma", "Digamma", "BesselI0e", "BesselI1e"),
  ...["SigmoidGrad", "TanhGrad", "SqrtGrad", "RsqrtGrad", "ReciprocalGrad", "InvGrad"].map((type) =>
    op(type, [
      [0.4, 0.7],
      [1.2, -0.5],
    ]),
  ),
  ...binary("Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "FloorDiv", "TruncateDiv", "Pow", "Maximum", "Minimum"),
  ...binary("SquaredDifference", "DivNoNan", "MulNoNan", "Xdivy", "Xlogy", "Xlog1py", "Atan2"),
  op("FloorMod", [[[1.3, 0.9]], [[0.7], [2.2]]]),
  op("AddN", [list([1, 2], [3, 4])]),
  op("ClipByValue", [[-2, 0.5, 3], -1, 2]),
  op(
    "Igamma",
    [
      [1.5, 3],
      [2, 1.2],
    ],
    {},
    1,
  ),
  op(
    "Igammac",
    [
      [1.5, 3],
      [2, 1.2],
    ],
    {},
    1,
  ),
  op("Zeta", [c([2.5, 3]), [1.2, 0.7]]),
  op("Polygamma", [c([1, 2]), [1.2, 2.7]]),
  op("Betainc", [c([1.5, 2]), c([2, 1.2]), [0.3, 0.6]]),
  op("NextAfter", [
    [1.5, 2],
    [3, 1],
  ]),
];

const arrays: readonly GradientCheck[] = [
  op("PlaceholderWithDefault", [[1, 2]], { shape: [2] }),
  op("Identity", [[1, 2]]),
  op("IdentityN", [list([1, 2], [3])]),
  op("CheckNumerics", [[1, 2]], { message: "" }),
  op("EnsureShape", [[1, 2]], { shape: [null] }),
  op("Fill", [i([2, 2]), 1.5]),
  op("Select", [b([true, false]), [1, 2], [3, 4]]),
  op("SelectV2", [b([true, false]), [1, 2], 3]),
  op("ConcatV2", [list([1, 2], [3]), i(0)]),
  op("Concat", [i(0), list([1, 2], [3])]),
  op("Pack", [list([1, 2], [3, 4])], { axis: 1 }),
  op(
    "Unpack",
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
    { num: 2, axis: 1 },
  ),
  op("Split", [i(0), [1, 2, 3, 4]], { num_split: 2 }),
  op("SplitV", [[1, 2, 3], i([1, 2]), i(0)], { num_split: 2 }),
  op("Reshape", [
    [
      [1, 2],
      [3, 4],
    ],
    i([4]),
  ]),
  op("ExpandDims", [[1, 2], i(0)]),
  op("Squeeze", [[[1, 2]]], { squeeze_dims: [0] }),
  op("BroadcastTo", [[1, 2], i([2, 2])]),
  op("Slice", [[1, 2, 3], i([1]), i([2])]),
  op("StridedSlice", [[1, 2, 3, 4], i([0]), i([4]), i([2])]),
  op("StridedSliceGrad", [i([4]), i([0]), i([4]), i([2]), [1, 2]]),
  op("Pad", [[1, 2], i([[1, 1]])]),
  op("PadV2", [[1, 2], i([[1, 1]]), c(0)]),
  op("MirrorPad", [[1, 2, 3], i([[1, 1]])], { mode: "REFLECT" }),
  op("MirrorPadGrad", [[1, 2, 3, 4, 5], i([[1, 1]])], { mode: "REFLECT" }),
  op("Transpose", [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    i([1, 0]),
  ]),
  op("Reverse", [[1, 2], b([true])]),
  op("ReverseV2", [[1, 2], i([0])]),
  op(
    "ReverseSequence",
    [
      [
        [1, 2],
        [3, 4],
      ],
      i([2, 1]),
    ],
    { seq_dim: 1, batch_dim: 0 },
  ),
  op("Tile", [[1, 2], i([2])]),
  op("Gather", [[1, 2, 3], i([2, 0, 2])]),
  op("GatherV2", [
    [
      [1, 2],
      [3, 4],
    ],
    i([1, 1]),
    i(1),
  ]),
  op("GatherNd", [
    [
      [1, 2],
      [3, 4],
    ],
    i([
      [1, 0],
      [1, 0],
    ]),
  ]),
  op("ScatterNd", [i([[1], [1]]), [1, 2], i([3])]),
  ...["Update", "Add", "Sub", "Max", "Min"].map((way) =>
    op(`TensorScatter${way}`, [[1, 2, 3], i([[1], [2]]), [5, -4]]),
  ),
  op("DynamicPartition", [[1, 2, 3], i([1, 0, 1])], { num_partitions: 2 }),
  op("DynamicStitch", [list(i([0, 2]), i([1])), list([1, 2], [3])]),
  op("ParallelDynamicStitch", [list(i([0, 2]), i([1])), list([1, 2], [3])]),
  op("Roll", [[1, 2, 3], i(1), i(0)]),
  op("SpaceToDepth", [ramp([1, 2, 2, 1])], { block_size: 2 }),
  op("DepthToSpace", [ramp([1, 1, 1, 4])], { block_size: 2 }),
  op("SpaceToBatchND", [
    ramp([1, 2, 2, 1]),
    i([2, 2]),
    i([
      [0, 0],
      [0, 0],
    ]),
  ]),
  op("BatchToSpaceND", [
    ramp([4, 1, 1, 1]),
    i([2, 2]),
    i([
      [0, 0],
      [0, 0],
    ]),
  ]),
  op(
    "SpaceToBatch",
    [
      ramp([1, 2, 2, 1]),
      i([
        [0, 0],
        [0, 0],
      ]),
    ],
    { block_size: 2 },
  ),
  op(
    "BatchToSpace",
    [
      ramp([4, 1, 1, 1]),
      i([
        [0, 0],
        [0, 0],
      ]),
    ],
    { block_size: 2 },
  ),
  op("Print", [[1, 2], list(c([1]))], { first_n: 0 }),
];

const sums: readonly GradientCheck[] = [
  ...["Sum", "Mean", "Prod", "EuclideanNorm", "Max", "Min"].map((type) =>
    op(type, [
      [
        [1.2, 0.5],
        [0.7, 2],
      ],
      i([1]),
    ]),
  ),
  op("Cumsum", [[1, 2, 3], i(0)]),
  op("Cumprod", [[1.2, 0.7, 2], i(0)]),
  op("CumulativeLogsumexp", [[1.2, 0.7, 2], i(0)]),
  ...["Sum", "Mean", "Prod", "Max", "Min"].map((way) => op(`Segment${way}`, [[1.2, 0.7, 2], i([0, 0, 1])])),
  ...["Sum", "Prod", "Max", "Min"].map((way) => op(`UnsortedSegment${way}`, [[1.2, 0.7, 2], i([1, 1, 0]), i(2)])),
  ...["Sum", "Mean", "SqrtN"].flatMap((way) => [
    op(`SparseSegment${way}`, [[1.2, 0.7, 2], i([0, 2, 2]), i([0, 0, 1])], {}, 1),
    op(`SparseSegment${way}WithNumSegments`, [[1.2, 0.7, 2], i([0, 2, 2]), i([0, 0, 1]), i(3)], {}, 1),
  ]),
  op(
    "MatMul",
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [0.5, 1],
        [2, -1],
      ],
    ],
    { transpose_a: true },
  ),
  op("BatchMatMul", [[[[1, 2]]], [[[0.5], [2]]]]),
  op("BatchMatMulV2", [
    [[[1, 2]], [[3, 4]]],
    [[0.5], [2]],
  ]),
  made(
    "BatchMatMulV3",
    [
      [[[1, 2]], [[3, 4]]],
      [[0.5], [2]],
    ],
    (x, y) => applyOp(definition("BatchMatMulV3"), [x, y], { Tout: (x as Tensor).dtype }).output(0),
  ),
  op(
    "Einsum",
    [
      list(
        [
          [1, 2],
          [3, 4],
        ],
        [[0.5], [2]],
      ),
    ],
    { equation: "ij,jk->ik" },
  ),
  op("Cross", [
    [1, 2, 3],
    [0.5, -1, 2],
  ]),
  op("SparseToDense", [l([[0], [2]]), l([3]), [1, 2], 0.5]),
  op("SparseReorder", [l([[2], [0]]), [1, 2], l([3])]),
  op("SparseFillEmptyRows", [l([[0, 1]]), [1], l([2, 2]), 0.5], {}, 1),
  op("SparseTensorDenseMatMul", [
    l([
      [0, 1],
      [1, 0],
    ]),
    [1, 2],
    l([2, 2]),
    [
      [0.5, 1],
      [2, -1],
    ],
  ]),
  op("SparseReduceSum", [
    l([
      [0, 1],
      [1, 0],
    ]),
    [1, 2],
    l([2, 2]),
    i([1]),
  ]),
];

const matrices: readonly GradientCheck[] = [
  op("MatrixDeterminant", [symmetric]),
  op("LogMatrixDeterminant", [symmetric]),
  op("MatrixInverse", [symmetric]),
  op("MatrixSolve", [symmetric, [[1], [2], [0.5]]]),
  op("MatrixTriangularSolve", [symmetric, [[1], [2], [0.5]]]),
  op("Qr", [
    [
      [1, 0.5],
      [0.25, 2],
      [-0.5, 1.5],
    ],
  ]),
  op("Diag", [[1, 2]]),
  op("DiagPart", [
    [
      [1, 2],
      [3, 4],
    ],
  ]),
  op("MatrixDiag", [[1, 2]]),
  op("MatrixDiagPart", [
    [
      [1, 2],
      [3, 4],
    ],
  ]),
  op("MatrixSetDiag", [
    [
      [1, 2],
      [3, 4],
    ],
    [5, 6],
  ]),
  ...["V2", "V3"].flatMap((version) => [
    op(`MatrixDiag${version}`, [[1, 2], i(1), i(3), i(3), c(0)]),
    op(`MatrixDiagPart${version}`, [
      [
        [1, 2],
        [3, 4],
      ],
      i([-1, 0]),
      c(0),
    ]),
    op(`MatrixSetDiag${version}`, [
      [
        [1, 2],
        [3, 4],
      ],
      [5],
      i(1),
    ]),
  ]),
  op("MatrixBandPart", [
    [
      [1, 2],
      [3, 4],
    ],
    l(0),
    l(1),
  ]),
];

const networks: readonly GradientCheck[] = [
  ...unary(0.4, "Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Softplus"),
  op("Softsign", [[0.4, -0.7]], {}, 1),
  op("Softmax", [[[0.4, -0.7]]]),
  op("LogSoftmax", [[[0.4, -0.7]]]),
  firstOrder(firstOutput(op("SoftmaxCrossEntropyWithLogits", [[[0.4, -0.7]], [[0.25, 0.75]]]))),
  firstOutput(op("SparseSoftmaxCrossEntropyWithLogits", [[[0.4, -0.7]], i([1])])),
  op("L2Loss", [[0.4, -0.7]]),
  op("BiasAdd", [[[0.4, -0.7]], [1, 2]]),
  op("BiasAddV1", [[[0.4, -0.7]], [1, 2]]),
  op("BiasAddGrad", [[[0.4, -0.7]]]),
  op("TopKV2", [[0.4, -0.7, 2], i(2)]),
  ...["ReluGrad", "Relu6Grad", "LeakyReluGrad", "EluGrad", "SeluGrad", "SoftplusGrad"].map((type) =>
    op(type, [
      [1.2, -0.5],
      [0.4, 0.7],
    ]),
  ),
  op("Conv2D", [ramp([1, 3, 3, 1]), ramp([2, 2, 1, 2])], unit),
  op("Conv2DBackpropInput", [i([1, 3, 3, 1]), ramp([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("Conv2DBackpropFilter", [ramp([1, 3, 3, 1]), i([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("DepthwiseConv2dNative", [ramp([1, 3, 3, 1]), ramp([2, 2, 1, 2])], unit),
  op("DepthwiseConv2dNativeBackpropInput", [i([1, 3, 3, 1]), ramp([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("DepthwiseConv2dNativeBackpropFilter", [ramp([1, 3, 3, 1]), i([2, 2, 1, 2]), ramp([1, 3, 3, 2])], unit),
  op("Conv3D", [ramp([1, 2, 2, 2, 1]), ramp([2, 1, 2, 1, 1])], unitVolume),
  op("Conv3DBackpropInputV2", [i([1, 2, 2, 2, 1]), ramp([2, 1, 2, 1, 1]), ramp([1, 2, 2, 2, 1])], unitVolume),
  op("Conv3DBackpropFilterV2", [ramp([1, 2, 2, 2, 1]), i([2, 1, 2, 1, 1]), ramp([1, 2, 2, 2, 1])], unitVolume),
  op("MaxPool", [ramp([1, 4, 4, 1])], window),
  op("MaxPoolV2", [ramp([1, 4, 4, 1]), i([1, 2, 2, 1]), i([1, 2, 2, 1])], { padding: "VALID" }),
  op("MaxPoolWithArgmax", [ramp([1, 4, 4, 1])], window, 1),
  op("AvgPool", [ramp([1, 4, 4, 1])], window),
  op("AvgPoolGrad", [i([1, 4, 4, 1]), ramp([1, 2, 2, 1])], window),
  narrow(op("MaxPool3D", [ramp([1, 2, 2, 4, 1])], volume)),
  op("AvgPool3D", [ramp([1, 2, 2, 4, 1])], volume),
  op("AvgPool3DGrad", [i([1, 2, 2, 4, 1]), ramp([1, 1, 1, 2, 1])], volume),
  op(
    "Dilation2D",
    [ramp([1, 4, 4, 1]), ramp([2, 2, 1], 0.1, 0.05)],
    { strides: [1, 1, 1, 1], rates: [1, 1, 1, 1], padding: "VALID" },
    1,
  ),
  op("ResizeNearestNeighbor", [ramp([1, 2, 2, 1]), i([3, 4])], {}, 1),
  op(
    "RGBToHSV",
    [
      [
        [0.5, 0.25, 0.75],
        [0.9, 0.3, 0.1],
      ],
    ],
    {},
    1,
  ),
];

const tall = [[1, 0.5], [0.25, 2], [-0.5, 1.5]]; // biome-ignore format: a matrix
const whole = (value: number): Tensor => constant(value, { dtype: "int32" });
/** Ops that read one triangle of a symmetric matrix have the gradient of both. */
const symmetrized = (x: Tensor): Tensor => x.add(transpose(x)).mul(0.5);

const composed: readonly GradientCheck[] = [
  // Real functions of complex numbers.
  made(
    "Complex Real Imag Conj",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => {
      const z = conj(multiply(complex(x as Tensor, y as Tensor), complex(y as Tensor, x as Tensor)));
      return [real(z), imag(z)];
    },
  ),
  made(
    "ComplexAbs",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => abs(complex(x as Tensor, y as Tensor)),
  ),
  made(
    "Angle",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => angle(complex(x as Tensor, y as Tensor)),
    1,
  ),
  made("ConjugateTranspose", [[[1, 2]], [[0.5, -1]]], (x, y) =>
    imag(transpose(complex(x as Tensor, y as Tensor), { conjugate: true })),
  ),
  narrow(made("Cast", [[1, 2]], (x) => cast(cast(square(x as Tensor), "float64"), "float32"))),
  made("Cholesky", [symmetric], (x) => linalg.cholesky(symmetrized(x as Tensor))),
  made("SelfAdjointEigV2", [symmetric], (x) => linalg.eigh(symmetrized(x as Tensor)).e),
  made("SelfAdjointEigV2 vectors", [symmetric], (x) => square(linalg.eigh(symmetrized(x as Tensor)).v), 1),
  made("Svd", [tall], (x) => linalg.svd(x as Tensor).s),
  made(
    "Svd vectors",
    [tall],
    (x) => {
      const { u, v } = linalg.svd(x as Tensor);
      return [square(u), square(v)];
    },
    1,
  ),
  made(
    "Switch Merge",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) =>
      cond(
        less(reduceSum(x as Tensor), 10),
        () => multiply(x as Tensor, y as Tensor),
        () => x as Tensor,
      ),
  ),
  made(
    "Enter Exit NextIteration",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => {
      const [, result] = whileLoop(
        (n: Tensor) => less(n, whole(3)),
        (n: Tensor, value: Tensor) => [add(n, whole(1)), multiply(value, y as Tensor)] as const,
        [whole(0), x as Tensor] as const,
      );
      return result;
    },
    1,
  ),
  made(
    "TensorArrayWriteV3 TensorArrayReadV3 TensorArrayGatherV3",
    [
      [1, 2],
      [0.5, -1],
    ],
    (x, y) => {
      const { dtype } = x as Tensor;
      const array = new TensorArray(dtype, { size: 2, clearAfterRead: false })
        .write(0, square(x as Tensor))
        .write(1, y as Tensor);
      return [array.read(0), array.stack()];
    },
    1,
  ),
  made(
    "TensorArrayScatterV3 TensorArrayConcatV3",
    [
      [
        [1, 2],
        [0.5, -1],
      ],
    ],
    (x) => new TensorArray((x as Tensor).dtype, { size: 2 }).unstack(square(x as Tensor)).concat(),
    1,
  ),
  made(
    "TensorArraySplitV3",
    [[1, 2, 0.5, -1]],
    (x) =>
      new TensorArray((x as Tensor).dtype, { size: 2 })
        .split(square(x as Tensor), constant([2, 2], { dtype: "int32" }))
        .stack(),
    1,
  ),
  // These are of single precision.
  ...["ResizeBilinear", "ResizeBicubic"].map((type) => narrow(op(type, [ramp([1, 3, 3, 1]), i([4, 2])], {}, 1))),
  narrow(op("CropAndResize", [ramp([1, 4, 4, 1]), [[0.15, 0.2, 0.62, 0.83]], i([0]), i([2, 2])], {}, 1)),
  narrow(op("LRN", [ramp([1, 1, 2, 4])], {}, 1)),
  ...["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"].map((type) =>
    narrow(firstOrder(firstOutput(op(type, [ramp([2, 2, 2, 1], 0.3, 0.6), [1.2], [0.5], c([]), c([])])))),
  ),
];

/** Ops that are differentiated, and for which no case stands here. */
export const checkedElsewhere: Readonly<Record<string, string>> = {
  ArgMax: "its result is no float",
  ArgMin: "its result is no float",
  LoopCond: "its result is no float",
  PreventGradient: "it refuses",
  RandomGamma: "each run draws other numbers",
  ReadVariableOp: "it reads a variable: test/indexed-slices.test.ts",
  ResourceGather: "it reads a variable: test/indexed-slices.test.ts",
  RefEnter: "it passes on a reference",
  RefExit: "it passes on a reference",
  RefIdentity: "it passes on a reference",
  RefMerge: "it passes on a reference",
  RefNextIteration: "it passes on a reference",
  RefSwitch: "it passes on a reference",
  MaxPoolGrad: "its places are those of the largest elements, which another input tells",
  MaxPoolGradGrad: "its places are those of the largest elements, which another input tells",
  MaxPoolGradV2: "its places are those of the largest elements, which another input tells",
  MaxPool3DGrad: "its places are those of the largest elements, which another input tells",
  MaxPool3DGradGrad: "its places are those of the largest elements, which another input tells",
};

/** The cases. */
export const opChecks: readonly GradientCheck[] = [
  ...elementwise,
  ...arrays,
  ...sums,
  ...matrices,
  ...networks,
  ...composed,
];
