/** Definitions of the ops that hold, read and write variables. Mirrors core/ops/state_ops.cc and resource_variable_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { scalarShape, type TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeShapes, vectorShape } from "./shape-rules.ts";
import { numberTypes } from "./type-lists.ts";

/** The reference or handle's shape merged with the value's. */
function sameAsRef(c: InferContext): TensorShape {
  return c.input(0);
}

const refHolder = { shape: attr.shape(), dtype: attr.type(), container: attr.string(""), shared_name: attr.string("") };

/** A variable that is passed by reference. A shape of rank 0 in the old op `Variable` means an unknown shape. */
const Variable = defineOp({
  type: "Variable",
  inputs: [],
  outputs: ["ref: Ref(dtype)"],
  attrs: refHolder,
  infer: (_, { shape }) => [shape.rank === 0 ? unknownShape : shape],
  stateful: true,
  effect: "variable",
});
const VariableV2 = defineOp({
  type: "VariableV2",
  inputs: [],
  outputs: ["ref: Ref(dtype)"],
  attrs: refHolder,
  infer: (_, { shape }) => [shape],
  stateful: true,
  effect: "variable",
});
const IsVariableInitialized = defineOp({
  type: "IsVariableInitialized",
  inputs: ["ref: Ref(dtype)"],
  outputs: ["is_initialized: bool"],
  attrs: { dtype: attr.type() },
  infer: () => [scalarShape],
  effect: "peek",
  allowsUninitializedInput: true,
});
const Assign = defineOp({
  type: "Assign",
  inputs: ["ref: Ref(T)", "value: T"],
  outputs: ["output_ref: Ref(T)"],
  attrs: { T: attr.type(), validate_shape: attr.bool(true), use_locking: attr.bool(true) },
  infer: (c, { validate_shape }) => [validate_shape ? mergeShapes(c.input(0), c.input(1)) : c.input(1)],
  effect: "write",
  allowsUninitializedInput: true,
  replaces: true,
});

const update = { T: attr.type(numberTypes), use_locking: attr.bool(false) };
const AssignAdd = defineOp({
  type: "AssignAdd",
  inputs: ["ref: Ref(T)", "value: T"],
  outputs: ["output_ref: Ref(T)"],
  attrs: update,
  infer: (c) => [mergeShapes(c.input(0), c.input(1))],
  effect: "write",
});
const AssignSub = defineOp({
  type: "AssignSub",
  inputs: ["ref: Ref(T)", "value: T"],
  outputs: ["output_ref: Ref(T)"],
  attrs: update,
  infer: (c) => [mergeShapes(c.input(0), c.input(1))],
  effect: "write",
});
const CountUpTo = defineOp({
  type: "CountUpTo",
  inputs: ["ref: Ref(T)"],
  outputs: ["output: T"],
  attrs: { limit: attr.int(), T: attr.type(["int32", "int64"]) },
  infer: (c) => {
    if (c.input(0).rank !== null && c.input(0).rank !== 0)
      throw new ShapeError(`Shape must be rank 0 but is rank ${c.input(0).rank}`);
    return [scalarShape];
  },
  effect: "write",
});

/** Updates are `indices.shape + ref.shape[1:]`, or a scalar. */
function checkScatter(ref: TensorShape, indices: TensorShape, updates: TensorShape): void {
  if (updates.rank === 0 || ref.rank === null) return;
  if (ref.rank === 0) throw new ShapeError("Shape must be at least rank 1 but is rank 0");
  const rest = ref.dims?.slice(1) ?? [];
  mergeShapes(updates, indices.concatenate(rest));
}

const scatterAttrs = {
  T: attr.type(numberTypes),
  Tindices: attr.type(["int32", "int64"]),
  use_locking: attr.bool(false),
};
const scatterInputs = ["ref: Ref(T)", "indices: Tindices", "updates: T"] as const;
function inferScatter(c: InferContext): readonly TensorShape[] {
  checkScatter(c.input(0), c.input(1), c.input(2));
  return [sameAsRef(c)];
}
const scatterOutputs = ["output_ref: Ref(T)"] as const;
const ScatterUpdate = defineOp({
  type: "ScatterUpdate",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: { T: attr.type(), Tindices: attr.type(["int32", "int64"]), use_locking: attr.bool(true) },
  infer: inferScatter,
  effect: "write",
});
const ScatterAdd = defineOp({
  type: "ScatterAdd",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: scatterAttrs,
  infer: inferScatter,
  effect: "write",
});
const ScatterSub = defineOp({
  type: "ScatterSub",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: scatterAttrs,
  infer: inferScatter,
  effect: "write",
});
const ScatterMul = defineOp({
  type: "ScatterMul",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: scatterAttrs,
  infer: inferScatter,
  effect: "write",
});
const ScatterDiv = defineOp({
  type: "ScatterDiv",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: scatterAttrs,
  infer: inferScatter,
  effect: "write",
});
const orderedAttrs = { ...scatterAttrs, T: attr.type(["float16", "bfloat16", "float32", "float64", "int32", "int64"]) };
const ScatterMin = defineOp({
  type: "ScatterMin",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: orderedAttrs,
  infer: inferScatter,
  effect: "write",
});
const ScatterMax = defineOp({
  type: "ScatterMax",
  inputs: scatterInputs,
  outputs: scatterOutputs,
  attrs: orderedAttrs,
  infer: inferScatter,
  effect: "write",
});

const handleAttrs = {
  container: attr.string(""),
  shared_name: attr.string(""),
  debug_name: attr.string(""),
  dtype: attr.type(),
  shape: attr.shape(),
  allowed_devices: attr.strings([]),
};
const VarHandleOp = defineOp({
  type: "VarHandleOp",
  inputs: [],
  outputs: ["resource: resource"],
  attrs: handleAttrs,
  infer: () => [scalarShape],
  stateful: true,
  effect: "variable",
});
const VariableShape = defineOp({
  type: "VariableShape",
  inputs: ["input: resource"],
  outputs: ["output: out_type"],
  attrs: { out_type: attr.type(["int32", "int64"], "int32") },
  infer: (c) => [vectorShape(c.handle(0)?.shape.rank ?? null)],
  shapeHeld: (c) => c.handle(0)?.shape ?? unknownShape,
  stateful: true,
  effect: "read",
});

const ReadVariableOp = defineOp({
  type: "ReadVariableOp",
  inputs: ["resource: resource"],
  outputs: ["value: dtype"],
  attrs: { dtype: attr.type() },
  infer: (c, { dtype }) => {
    const handle = c.handle(0);
    if (handle !== null && handle.dtype !== dtype) {
      throw new ShapeError(`Trying to read variable with wrong dtype. Expected ${handle.dtype.name} got ${dtype.name}`);
    }
    return [handle?.shape ?? unknownShape];
  },
  stateful: true,
  effect: "read",
  givesValue: true,
});
const VarIsInitializedOp = defineOp({
  type: "VarIsInitializedOp",
  inputs: ["resource: resource"],
  outputs: ["is_initialized: bool"],
  attrs: {},
  infer: () => [scalarShape],
  stateful: true,
  effect: "peek",
});
const AssignVariableOp = defineOp({
  type: "AssignVariableOp",
  inputs: ["resource: resource", "value: dtype"],
  outputs: [],
  attrs: { dtype: attr.type(), validate_shape: attr.bool(false) },
  infer: checkAssignedShape,
  stateful: true,
  effect: "write",
  replaces: true,
});
function checkAssignedShape(c: InferContext): readonly TensorShape[] {
  mergeShapes(c.handle(0)?.shape ?? unknownShape, c.input(1));
  return [];
}
const AssignAddVariableOp = defineOp({
  type: "AssignAddVariableOp",
  inputs: ["resource: resource", "value: dtype"],
  outputs: [],
  attrs: { dtype: attr.type() },
  infer: checkAssignedShape,
  stateful: true,
  effect: "write",
});
const AssignSubVariableOp = defineOp({
  type: "AssignSubVariableOp",
  inputs: ["resource: resource", "value: dtype"],
  outputs: [],
  attrs: { dtype: attr.type() },
  infer: checkAssignedShape,
  stateful: true,
  effect: "write",
});
const ResourceCountUpTo = defineOp({
  type: "ResourceCountUpTo",
  inputs: ["resource: resource"],
  outputs: ["output: T"],
  attrs: { limit: attr.int(), T: attr.type(["int32", "int64"]) },
  infer: () => [scalarShape],
  stateful: true,
  effect: "write",
});
const ResourceGather = defineOp({
  type: "ResourceGather",
  inputs: ["resource: resource", "indices: Tindices"],
  outputs: ["output: dtype"],
  attrs: {
    batch_dims: attr.int(0),
    validate_indices: attr.bool(true),
    dtype: attr.type(),
    Tindices: attr.type(["int32", "int64"]),
  },
  infer: (c, { batch_dims }) => {
    const params = c.handle(0)?.shape ?? unknownShape;
    if (params.dims === null || c.input(1).dims === null) return [unknownShape];
    return [c.input(1).concatenate(params.dims.slice(1 + batch_dims))];
  },
  stateful: true,
  effect: "read",
});

const resourceScatterInputs = ["resource: resource", "indices: Tindices", "updates: dtype"] as const;
const resourceScatterAttrs = { dtype: attr.type(numberTypes), Tindices: attr.type(["int32", "int64"]) };
function inferResourceScatter(c: InferContext): readonly TensorShape[] {
  checkScatter(c.handle(0)?.shape ?? unknownShape, c.input(1), c.input(2));
  return [];
}
function resourceScatter<const T extends string>(type: T) {
  return defineOp({
    type,
    inputs: resourceScatterInputs,
    outputs: [],
    attrs: resourceScatterAttrs,
    infer: inferResourceScatter,
    stateful: true,
    effect: "write",
  });
}
const ResourceScatterUpdate = defineOp({
  type: "ResourceScatterUpdate",
  inputs: resourceScatterInputs,
  outputs: [],
  attrs: { dtype: attr.type(), Tindices: attr.type(["int32", "int64"]) },
  infer: inferResourceScatter,
  stateful: true,
  effect: "write",
});
const ResourceScatterAdd = resourceScatter("ResourceScatterAdd");
const ResourceScatterSub = resourceScatter("ResourceScatterSub");
const ResourceScatterMul = resourceScatter("ResourceScatterMul");
const ResourceScatterDiv = resourceScatter("ResourceScatterDiv");
const ResourceScatterMin = resourceScatter("ResourceScatterMin");
const ResourceScatterMax = resourceScatter("ResourceScatterMax");

/** The definitions of this family. */
export const stateDefs = {
  Variable,
  VariableV2,
  IsVariableInitialized,
  Assign,
  AssignAdd,
  AssignSub,
  CountUpTo,
  ScatterUpdate,
  ScatterAdd,
  ScatterSub,
  ScatterMul,
  ScatterDiv,
  ScatterMin,
  ScatterMax,
  VarHandleOp,
  ReadVariableOp,
  VariableShape,
  VarIsInitializedOp,
  AssignVariableOp,
  AssignAddVariableOp,
  AssignSubVariableOp,
  ResourceCountUpTo,
  ResourceGather,
  ResourceScatterUpdate,
  ResourceScatterAdd,
  ResourceScatterSub,
  ResourceScatterMul,
  ResourceScatterDiv,
  ResourceScatterMin,
  ResourceScatterMax,
};
