/** Definitions of the ops of tensor arrays. Mirrors the version 3 of them in core/ops/data_flow_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { scalarShape, type TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeShapes, subshape, vectorShape, withRank } from "./shape-rules.ts";
import { checkHandle, closing, handleShape } from "./step-resource.ts";

/** Checks the handle and inputs of these ranks, by their places. */
function checkInputs(c: InferContext, ranks: Readonly<Record<number, number>>): void {
  checkHandle(c);
  for (const [index, rank] of Object.entries(ranks)) withRank(c.input(Number(index)), rank);
}

/** The shape of the array's elements, as far as the handle tells it. */
function elementShape(c: InferContext): TensorShape | null {
  return c.handle(0)?.shape ?? null;
}

const TensorArrayV3 = defineOp({
  type: "TensorArrayV3",
  inputs: ["size: int32"],
  outputs: ["handle: resource", "flow: float32"],
  attrs: {
    dtype: attr.type(),
    element_shape: attr.shape(null),
    dynamic_size: attr.bool(false),
    clear_after_read: attr.bool(true),
    identical_element_shapes: attr.bool(false),
    tensor_array_name: attr.string(""),
  },
  infer: (c) => {
    withRank(c.input(0), 0);
    return [handleShape, scalarShape];
  },
  handleData: ({ dtype, element_shape, identical_element_shapes }) =>
    identical_element_shapes || element_shape.isFullyDefined() ? { dtype, shape: element_shape } : null,
  stateful: true,
  effect: "host",
});

const TensorArrayWriteV3 = defineOp({
  type: "TensorArrayWriteV3",
  inputs: ["handle: resource", "index: int32", "value: T", "flow_in: float32"],
  outputs: ["flow_out: float32"],
  attrs: { T: attr.type() },
  infer: (c) => {
    checkInputs(c, { 1: 0, 3: 0 });
    const element = elementShape(c);
    if (element !== null) mergeShapes(element, c.input(2));
    return [scalarShape];
  },
  stateful: true,
  effect: "host",
});

const TensorArrayReadV3 = defineOp({
  type: "TensorArrayReadV3",
  inputs: ["handle: resource", "index: int32", "flow_in: float32"],
  outputs: ["value: dtype"],
  attrs: { dtype: attr.type() },
  infer: (c) => {
    checkInputs(c, { 1: 0, 2: 0 });
    return [elementShape(c) ?? unknownShape];
  },
  stateful: true,
  effect: "host",
});

const TensorArrayGatherV3 = defineOp({
  type: "TensorArrayGatherV3",
  inputs: ["handle: resource", "indices: int32", "flow_in: float32"],
  outputs: ["value: dtype"],
  attrs: { dtype: attr.type(), element_shape: attr.shape(null) },
  infer: (c, { element_shape }) => {
    checkInputs(c, { 1: 1, 2: 0 });
    return [vectorShape(c.input(1).dim(0)).concatenate(elementShape(c) ?? element_shape)];
  },
  stateful: true,
  effect: "host",
});

const TensorArrayScatterV3 = defineOp({
  type: "TensorArrayScatterV3",
  inputs: ["handle: resource", "indices: int32", "value: T", "flow_in: float32"],
  outputs: ["flow_out: float32"],
  attrs: { T: attr.type() },
  infer: (c) => {
    checkInputs(c, { 1: 1, 3: 0 });
    const element = elementShape(c);
    if (element !== null) mergeShapes(element, subshape(c.input(2), 1));
    return [scalarShape];
  },
  stateful: true,
  effect: "host",
});

const TensorArrayConcatV3 = defineOp({
  type: "TensorArrayConcatV3",
  inputs: ["handle: resource", "flow_in: float32"],
  outputs: ["value: dtype", "lengths: int64"],
  attrs: { dtype: attr.type(), element_shape_except0: attr.shape(null) },
  infer: (c) => {
    checkInputs(c, { 1: 0 });
    return [unknownShape, vectorShape(null)];
  },
  stateful: true,
  effect: "host",
});

const TensorArraySplitV3 = defineOp({
  type: "TensorArraySplitV3",
  inputs: ["handle: resource", "value: T", "lengths: int64", "flow_in: float32"],
  outputs: ["flow_out: float32"],
  attrs: { T: attr.type() },
  infer: (c) => {
    checkInputs(c, { 2: 1, 3: 0 });
    return [scalarShape];
  },
  stateful: true,
  effect: "host",
});

const TensorArraySizeV3 = defineOp({
  type: "TensorArraySizeV3",
  inputs: ["handle: resource", "flow_in: float32"],
  outputs: ["size: int32"],
  attrs: {},
  // TensorFlow does not look at the flow here.
  infer: (c) => {
    checkHandle(c);
    return [scalarShape];
  },
  stateful: true,
  effect: "host",
});

const TensorArrayCloseV3 = defineOp({ type: "TensorArrayCloseV3", ...closing });

/** Gives the handle of an array of gradients, and a flow. */
function gradientOf<const N extends string, const I extends readonly string[]>(type: N, inputs: I) {
  return defineOp({
    type,
    inputs,
    outputs: ["grad_handle: resource", "flow_out: float32"],
    attrs: { source: attr.string() },
    infer: (c) => {
      checkInputs(c, { 1: 0 });
      return [handleShape, scalarShape];
    },
    stateful: true,
    effect: "host",
  });
}

const TensorArrayGradV3 = gradientOf("TensorArrayGradV3", ["handle: resource", "flow_in: float32"]);
const TensorArrayGradWithShape = gradientOf("TensorArrayGradWithShape", [
  "handle: resource",
  "flow_in: float32",
  "shape_to_prepend: int32",
]);

/** The definitions of this family. */
export const tensorArrayDefs = {
  TensorArrayV3,
  TensorArrayWriteV3,
  TensorArrayReadV3,
  TensorArrayGatherV3,
  TensorArrayScatterV3,
  TensorArrayConcatV3,
  TensorArraySplitV3,
  TensorArraySizeV3,
  TensorArrayCloseV3,
  TensorArrayGradV3,
  TensorArrayGradWithShape,
};
