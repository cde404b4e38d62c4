/** Definitions of activations, losses and other ops of neural networks. Convolution and pooling: conv.defs.ts, pool.defs.ts. Mirrors core/ops/nn_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import { scalarShape, type TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  broadcastShapes,
  inferUnchanged,
  mergeDimensions,
  replaceDimension,
  scalarAsDimension,
  vectorShape,
  withRank,
  withRankAtLeast,
} from "./shape-rules.ts";
import { indexTypes, numberTypes, realNumberTypes } from "./type-lists.ts";

const activationTypes = ["float16", "bfloat16", "float32", "float64"] as const;

/** An activation: element by element, or along the last axis. */
function activation<const N extends string>(type: N, allowed: TypeList = activationTypes) {
  return defineOp({
    type,
    inputs: ["features: T"],
    outputs: ["activations: T"],
    attrs: { T: attr.type(allowed) },
    infer: inferUnchanged,
  });
}

const Relu = activation("Relu", [...realNumberTypes, "qint8"]);
const Relu6 = activation("Relu6", realNumberTypes);
const Elu = activation("Elu");
const Selu = activation("Selu");
const Softplus = activation("Softplus");
const Softsign = activation("Softsign");
const LeakyRelu = defineOp({
  type: "LeakyRelu",
  inputs: ["features: T"],
  outputs: ["activations: T"],
  attrs: { alpha: attr.float(0.2), T: attr.type(activationTypes, "float32") },
  infer: inferUnchanged,
});

const inferRows = (c: InferContext): readonly TensorShape[] => [withRankAtLeast(c.input(0), 1)];
const Softmax = defineOp({
  type: "Softmax",
  inputs: ["logits: T"],
  outputs: ["softmax: T"],
  attrs: { T: attr.type(activationTypes) },
  infer: inferRows,
});
const LogSoftmax = defineOp({
  type: "LogSoftmax",
  inputs: ["logits: T"],
  outputs: ["logsoftmax: T"],
  attrs: { T: attr.type(activationTypes) },
  infer: inferRows,
});

const SoftmaxCrossEntropyWithLogits = defineOp({
  type: "SoftmaxCrossEntropyWithLogits",
  inputs: ["features: T", "labels: T"],
  outputs: ["loss: T", "backprop: T"],
  attrs: { T: attr.type(activationTypes) },
  infer: (c) => {
    const rows = broadcastRows(c.input(0), c.input(1));
    return [vectorShape(rows.dim(0)), rows];
  },
});

/** Features and labels have equal shapes `[batch, classes]`, or broadcast to one. */
function broadcastRows(features: TensorShape, labels: TensorShape): TensorShape {
  const isMatrix = (features.rank ?? 2) === 2 && (labels.rank ?? 2) === 2;
  if (isMatrix && withRank(features, 2).isCompatibleWith(labels)) return withRank(features, 2).mergeWith(labels);
  const shape = broadcastShapes(features, labels);
  if (shape.rank === 2) return shape;
  throw new ShapeError(`Shape must be broadcasted with rank 2, but is rank ${shape.rank ?? "is unknown."}`, {
    features,
    labels,
  });
}

const SparseSoftmaxCrossEntropyWithLogits = defineOp({
  type: "SparseSoftmaxCrossEntropyWithLogits",
  inputs: ["features: T", "labels: Tlabels"],
  outputs: ["loss: T", "backprop: T"],
  attrs: { T: attr.type(activationTypes), Tlabels: attr.type(indexTypes, "int64") },
  infer: (c) => {
    const features = withRank(c.input(0), 2);
    const batch = mergeDimensions(features.dim(0), withRank(c.input(1), 1).dim(0));
    return [vectorShape(batch), replaceDimension(features, 0, batch)];
  },
});

const L2Loss = defineOp({
  type: "L2Loss",
  inputs: ["t: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(activationTypes) },
  infer: () => [scalarShape],
});

/** The value's shape, its channels merged with the bias. */
function inferBias(c: InferContext, isChannelsFirst: boolean): readonly TensorShape[] {
  const value = withRankAtLeast(c.input(0), isChannelsFirst ? 3 : 2);
  const size = withRank(c.input(1), 1).dim(0);
  if (value.rank === null) return [unknownShape];
  const axis = isChannelsFirst ? 1 : value.rank - 1;
  return [replaceDimension(value, axis, mergeDimensions(value.dim(axis), size))];
}

const BiasAdd = defineOp({
  type: "BiasAdd",
  inputs: ["value: T", "bias: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(numberTypes), data_format: attr.string("NHWC", ["NHWC", "NCHW"]) },
  infer: (c, { data_format }) => inferBias(c, data_format === "NCHW"),
});
const BiasAddV1 = defineOp({
  type: "BiasAddV1",
  inputs: ["value: T", "bias: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(numberTypes) },
  infer: (c) => inferBias(c, false),
});

const LRN = defineOp({
  type: "LRN",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: {
    depth_radius: attr.int(5),
    bias: attr.float(1),
    alpha: attr.float(1),
    beta: attr.float(0.5),
    T: attr.type(["float16", "bfloat16", "float32"], "float32"),
  },
  infer: (c) => [withRank(c.input(0), 4)],
});

/** One answer for each row of the predictions, which is one target. */
function inferInTopK(c: InferContext): readonly TensorShape[] {
  const predictions = withRank(c.input(0), 2);
  return [vectorShape(mergeDimensions(predictions.dim(0), withRank(c.input(1), 1).dim(0)))];
}

const InTopK = defineOp({
  type: "InTopK",
  inputs: ["predictions: float32", "targets: T"],
  outputs: ["precision: bool"],
  attrs: { k: attr.int(), T: attr.type(indexTypes, "int32") },
  infer: inferInTopK,
});
const InTopKV2 = defineOp({
  type: "InTopKV2",
  inputs: ["predictions: float32", "targets: T", "k: T"],
  outputs: ["precision: bool"],
  attrs: { T: attr.type(indexTypes, "int32") },
  infer: inferInTopK,
});

const topKIndexTypes = ["int16", "int32", "int64"] as const;
const TopKV2 = defineOp({
  type: "TopKV2",
  inputs: ["input: T", "k: Tk"],
  outputs: ["values: T", "indices: index_type"],
  attrs: {
    sorted: attr.bool(true),
    T: attr.type(realNumberTypes),
    Tk: attr.type(topKIndexTypes, "int32"),
    index_type: attr.type(topKIndexTypes, "int32"),
  },
  infer: (c) => {
    const input = withRankAtLeast(c.input(0), 1);
    const k = scalarAsDimension(c, 1);
    const last = input.dim(-1);
    if (last !== null && k !== null && last < k) {
      throw new ShapeError(`input must have last dimension >= k = ${k} but is ${last}`, { input, k });
    }
    const shape = replaceDimension(input, -1, k);
    return [shape, shape];
  },
});

/** The definitions of this family. */
export const nnDefs = {
  Relu,
  Relu6,
  LeakyRelu,
  Elu,
  Selu,
  Softplus,
  Softsign,
  Softmax,
  LogSoftmax,
  SoftmaxCrossEntropyWithLogits,
  SparseSoftmaxCrossEntropyWithLogits,
  L2Loss,
  BiasAdd,
  BiasAddV1,
  LRN,
  InTopK,
  InTopKV2,
  TopKV2,
};
