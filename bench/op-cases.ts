/** Steps of one op: what a program pays for each of TensorFlow's most used ops on its own, on ONNX Runtime and in TensorFlow. */
import * as tf from "namesake";
import { encodeGraphDef } from "namesake/formats";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { type Feed, medianCall, valuesOf } from "./inference-cases.ts";
import { type PeerCall, writeForPeer } from "./peer-graph.ts";
import type { Figures } from "./timing.ts";

type Shape = readonly number[];
type Build = (...inputs: tf.Tensor[]) => tf.Tensor;

/** One measured use of an op. */
interface OpUse {
  readonly name: string;
  /** Of its inputs; `below` makes whole numbers. */
  readonly inputs: readonly { readonly shape: Shape; readonly below?: number }[];
  readonly build: Build;
}

const square: Shape = [512, 512];
const pictures: Shape = [16, 32, 32, 32];
const scores: Shape = [128, 1000];

function use(name: string, shapes: readonly Shape[], build: Build): OpUse {
  return { name, inputs: shapes.map((shape) => ({ shape })), build };
}

function ofOne(names: Readonly<Record<string, Build>>, shape: Shape = square): OpUse[] {
  return Object.entries(names).map(([name, build]) => use(name, [shape], build));
}

function ofTwo(names: Readonly<Record<string, Build>>, shape: Shape = square): OpUse[] {
  return Object.entries(names).map(([name, build]) => use(name, [shape, shape], build));
}

const elementWise: OpUse[] = [
  ...ofTwo({
    Add: tf.add as Build,
    Sub: tf.subtract as Build,
    Mul: tf.multiply as Build,
    RealDiv: tf.divide as Build,
    Maximum: tf.maximum as Build,
    Minimum: tf.minimum as Build,
    SquaredDifference: tf.squaredDifference as Build,
    Greater: tf.greater as Build,
    GreaterEqual: tf.greaterEqual as Build,
    Less: tf.less as Build,
    LessEqual: tf.lessEqual as Build,
    Equal: tf.equal as Build,
    NotEqual: tf.notEqual as Build,
    FloorDiv: tf.floordiv as Build,
    FloorMod: tf.floormod as Build,
    AddN: (x, y) => tf.addN([x as tf.Tensor, y as tf.Tensor]),
    Select: (x, y) => tf.where((x as tf.Tensor).greater(y as tf.Tensor), x, y) as tf.Tensor,
  }),
  ...ofOne({
    Exp: (x) => tf.exp(x as tf.Tensor),
    Neg: (x) => tf.negative(x as tf.Tensor),
    Abs: (x) => tf.abs(x as tf.Tensor),
    Sign: (x) => tf.sign(x as tf.Tensor),
    Square: (x) => tf.square(x as tf.Tensor),
    Tanh: (x) => tf.tanh(x as tf.Tensor),
    Sigmoid: (x) => tf.sigmoid(x as tf.Tensor),
    Erf: (x) => tf.erf(x as tf.Tensor),
    Sin: (x) => tf.sin(x as tf.Tensor),
    Cos: (x) => tf.cos(x as tf.Tensor),
    Floor: (x) => tf.floor(x as tf.Tensor),
    Ceil: (x) => tf.ceil(x as tf.Tensor),
    Round: (x) => tf.round(x as tf.Tensor),
    Log1p: (x) => tf.log1p(x as tf.Tensor),
    Expm1: (x) => tf.expm1(x as tf.Tensor),
    Relu: (x) => tf.nn.relu(x as tf.Tensor),
    Relu6: (x) => tf.nn.relu6(x as tf.Tensor),
    LeakyRelu: (x) => tf.nn.leakyRelu(x as tf.Tensor),
    Elu: (x) => tf.nn.elu(x as tf.Tensor),
    Selu: (x) => tf.nn.selu(x as tf.Tensor),
    Softplus: (x) => tf.nn.softplus(x as tf.Tensor),
    Softsign: (x) => tf.nn.softsign(x as tf.Tensor),
    ClipByValue: (x) => tf.clipByValue(x as tf.Tensor, -0.2, 0.2),
    Cast: (x) => tf.cast(x as tf.Tensor, "int32"),
    ZerosLike: (x) => tf.zerosLike(x as tf.Tensor),
    OnesLike: (x) => tf.onesLike(x as tf.Tensor),
    IsNan: (x) => tf.isNan(x as tf.Tensor),
    StopGradient: (x) => tf.stopGradient(x as tf.Tensor),
  }),
];

const reductions: OpUse[] = ofOne({
  "Sum, rows": (x) => tf.reduceSum(x as tf.Tensor, { axis: 1 }),
  "Sum, columns": (x) => tf.reduceSum(x as tf.Tensor, { axis: 0 }),
  "Sum, all": (x) => tf.reduceSum(x as tf.Tensor),
  "Mean, rows": (x) => tf.reduceMean(x as tf.Tensor, { axis: 1 }),
  "Max, rows": (x) => tf.reduceMax(x as tf.Tensor, { axis: 1 }),
  "Min, rows": (x) => tf.reduceMin(x as tf.Tensor, { axis: 1 }),
  "Prod, rows": (x) => tf.reduceProd(x as tf.Tensor, { axis: 1 }),
  "ArgMax, rows": (x) => tf.argmax(x as tf.Tensor, { axis: 1 }),
  "Cumsum, rows": (x) => tf.cumsum(x as tf.Tensor, { axis: 1 }),
  L2Loss: (x) => tf.nn.l2Loss(x as tf.Tensor),
});

const shapes: OpUse[] = [
  ...ofOne({
    Transpose: (x) => tf.transpose(x as tf.Tensor),
    Reshape: (x) => tf.reshape(x as tf.Tensor, [1024, 256]),
    ExpandDims: (x) => tf.expandDims(x as tf.Tensor, 0),
    Slice: (x) => tf.slice(x as tf.Tensor, [1, 1], [256, 256]),
    StridedSlice: (x) => (x as tf.Tensor).at("::2, 1:"),
    Split: (x) => (tf.split(x as tf.Tensor, 4, { axis: 1 }) as tf.Tensor[])[1] as tf.Tensor,
    Unpack: (x) => tf.unstack(x as tf.Tensor)[1] as tf.Tensor,
    Tile: (x) => tf.tile(x as tf.Tensor, [2, 2]),
    Reverse: (x) => tf.reverse(x as tf.Tensor, [1]),
    Pad: (x) =>
      tf.pad(x as tf.Tensor, [
        [1, 1],
        [2, 2],
      ]),
    "Gather, 400 rows": (x) =>
      tf.gather(
        x as tf.Tensor,
        Array.from({ length: 400 }, (_, i) => (i * 37) % 512),
      ),
    TopK: (x) => tf.nn.topK(x as tf.Tensor, { k: 5 }).values,
  }),
  ...ofTwo({
    Concat: (x, y) => tf.concat([x as tf.Tensor, y as tf.Tensor], 1),
    Pack: (x, y) => tf.stack([x as tf.Tensor, y as tf.Tensor]),
  }),
  {
    name: "OneHot",
    inputs: [{ shape: [400], below: 1000 }],
    build: (x) => tf.oneHot(x as tf.Tensor, 1000),
  },
];

const layers: OpUse[] = [
  use("MatMul, 512³", [square, square], (x, y) => tf.matmul(x as tf.Tensor, y as tf.Tensor)),
  use("MatMul, transposed", [square, square], (x, y) =>
    tf.matmul(x as tf.Tensor, y as tf.Tensor, { transposeB: true }),
  ),
  use(
    "BatchMatMul, 12 × 64³",
    [
      [12, 64, 64],
      [12, 64, 64],
    ],
    (x, y) => tf.matmul(x as tf.Tensor, y as tf.Tensor),
  ),
  use("BiasAdd", [pictures, [32]], (x, b) => tf.nn.biasAdd(x as tf.Tensor, b as tf.Tensor)),
  ...ofOne(
    {
      Softmax: (x) => tf.nn.softmax(x as tf.Tensor),
      LogSoftmax: (x) => tf.nn.logSoftmax(x as tf.Tensor),
    },
    scores,
  ),
  use("SoftmaxCrossEntropy", [scores, scores], (x, y) =>
    tf.nn.softmaxCrossEntropyWithLogits({ logits: x as tf.Tensor, labels: y as tf.Tensor }),
  ),
  {
    name: "SparseSoftmaxCrossEntropy",
    inputs: [{ shape: scores }, { shape: [128], below: 1000 }],
    build: (x, labels) =>
      tf.nn.sparseSoftmaxCrossEntropyWithLogits({ logits: x as tf.Tensor, labels: labels as tf.Tensor }),
  },
  ...[1, 3, 5].map((k) =>
    use(`Conv2D, ${k}×${k}`, [pictures, [k, k, 32, 64]], (x, f) =>
      tf.nn.conv2d(x as tf.Tensor, f as tf.Tensor, { strides: 1, padding: "SAME" }),
    ),
  ),
  use("DepthwiseConv2d, 3×3", [pictures, [3, 3, 32, 1]], (x, f) =>
    tf.nn.depthwiseConv2d(x as tf.Tensor, f as tf.Tensor, { strides: [1, 1, 1, 1], padding: "SAME" }),
  ),
  ...ofOne(
    {
      "MaxPool, 3×3": (x) => tf.nn.maxPool(x as tf.Tensor, { ksize: 3, strides: 2, padding: "SAME" }),
      "AvgPool, 3×3": (x) => tf.nn.avgPool(x as tf.Tensor, { ksize: 3, strides: 2, padding: "SAME" }),
      LRN: (x) => tf.nn.lrn(x as tf.Tensor, { depthRadius: 4 }),
      SpaceToDepth: (x) => tf.spaceToDepth(x as tf.Tensor, 2),
      DepthToSpace: (x) => tf.depthToSpace(x as tf.Tensor, 2),
    },
    pictures,
  ),
];

const uses: readonly OpUse[] = [...elementWise, ...reductions, ...shapes, ...layers];

function figureOf({ name, inputs }: OpUse): string {
  return `op, ${name}, ${inputs.map(({ shape }) => `[${shape.join(", ")}]`).join(" ")}`;
}

/** The figures of the case, in the order of the table. */
export const opFigures: readonly string[] = uses.map(figureOf);

/** Microseconds per step of each op. */
export function measureOps(isQuick: boolean): Figures {
  const graph = new tf.Graph();
  const made = graph.asDefault(() =>
    uses.map((one, i) => {
      const feeds: Feed[] = one.inputs.map(({ shape, below }, k) => ({
        tensor: tf.placeholder(below === undefined ? "float32" : "int32", shape, { name: `feed${i}_${k}` }),
        ...(below !== undefined && { below }),
      }));
      return { feeds, fetch: one.build(...feeds.map(({ tensor }) => tensor)), figure: figureOf(one) };
    }),
  );
  const calls: PeerCall[] = made.map(({ feeds, fetch, figure }) => ({
    feeds: feeds.map(({ tensor, below = null }) => ({ name: tensor.name, below })),
    fetch: fetch.name,
    figure,
  }));
  writeForPeer("op-table", encodeGraphDef(graph.asGraphDef()), { initializer: null, calls });
  using session = new tf.Session({ graph, engine: createOnnxRuntimeEngine() });
  const timed = made.map(({ feeds, fetch, figure }) => {
    const run = session.makeCallable(
      fetch,
      feeds.map(({ tensor }) => tensor),
    );
    const values = feeds.map(valuesOf);
    return [figure, 1e3 * medianCall(() => run.runSync(...values), isQuick ? 30 : 150)] as const;
  });
  return Object.fromEntries(timed);
}
