/** How updates of variables are written in ONNX: from the old value to the new one. What only moves values is the session's. */
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { type ScatterUpdate, scatterRows } from "../onnx/scatter.ts";
import { haveSameShape } from "../onnx/static-knowledge.ts";
import { gatherRows } from "./gather.onnx.ts";
import type { stateDefs } from "./state.defs.ts";

type Triple = readonly [OnnxValue, OnnxValue, OnnxValue];

/** Adds or subtracts a value of the variable's shape: ONNX would broadcast. */
function assign(type: OnnxOperator) {
  return (onnx: OnnxBuilder, [variable, value]: readonly [OnnxValue, OnnxValue]): Lowered =>
    haveSameShape(variable, value)
      ? onnx.node(type, [variable, value], {}, value.shape)
      : unsupported("it is not known that the value has the variable's shape");
}

function scatter(update: ScatterUpdate) {
  return (onnx: OnnxBuilder, [variable, indices, updates]: Triple): Lowered =>
    scatterRows(onnx, variable, indices, updates, update);
}

function scatterSub(onnx: OnnxBuilder, [variable, indices, updates]: Triple): Lowered {
  return scatterRows(onnx, variable, indices, onnx.node("Neg", [updates], {}, updates.shape), "add");
}

const noArithmetic = unsupported("the session moves the values of variables");
const checked = unsupported("it fails when the limit is reached, which ONNX has no way to do");
const noDivision = unsupported("ONNX scatters no quotients");
const noExtremes = unsupported("ONNX does not say what becomes of not-a-number");

/** The rules of this family. */
export const stateOnnx = onnxRules<typeof stateDefs>()({
  Variable: noArithmetic,
  VariableV2: noArithmetic,
  IsVariableInitialized: noArithmetic,
  Assign: noArithmetic,
  AssignAdd: assign("Add"),
  AssignSub: assign("Sub"),
  CountUpTo: checked,
  ScatterUpdate: scatter("none"),
  ScatterAdd: scatter("add"),
  ScatterSub: scatterSub,
  ScatterMul: scatter("mul"),
  ScatterDiv: noDivision,
  ScatterMin: noExtremes,
  ScatterMax: noExtremes,
  VarHandleOp: noArithmetic,
  ReadVariableOp: noArithmetic,
  VariableShape: (onnx, [variable], { out_type }) => onnx.cast(onnx.node("Shape", [variable]), out_type),
  VarIsInitializedOp: noArithmetic,
  AssignVariableOp: noArithmetic,
  AssignAddVariableOp: assign("Add"),
  AssignSubVariableOp: assign("Sub"),
  ResourceCountUpTo: checked,
  ResourceGather: (onnx, [variable, indices], { batch_dims }) => gatherRows(onnx, variable, indices, 0, batch_dims),
  ResourceScatterUpdate: scatter("none"),
  ResourceScatterAdd: scatter("add"),
  ResourceScatterSub: scatterSub,
  ResourceScatterMul: scatter("mul"),
  ResourceScatterDiv: noDivision,
  ResourceScatterMin: noExtremes,
  ResourceScatterMax: noExtremes,
});
