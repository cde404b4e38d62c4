/** Whether an op can be written in ONNX, found by applying its rule to what the graph knows. Not the writing: that is `lower.ts`. */
import { Const } from "../../graph/constant.ts";
import { handleData } from "../../graph/infer.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { TensorShape } from "../../tensor/shape.ts";
import { applyRule } from "../builder.ts";
import { type OnnxValue, Unsupported } from "../rule.ts";
import { onnxRuleOf } from "../rules.ts";

/** The shapes of an op's inputs and outputs. */
interface KnownShapes {
  readonly inputs: readonly TensorShape[];
  readonly outputs: readonly TensorShape[];
}

/**
 * Whether the op is written in ONNX with the types, shapes and constants that it has; else why not. `known` are the values of inputs that
 * were found while a step was planned, although no constant makes them, and `shapes` what was found of shapes.
 */
export function supportedByOnnx(
  op: Operation,
  known?: readonly (NDArray | null)[],
  shapes?: KnownShapes,
): true | string {
  const rule = onnxRuleOf(op.type);
  if (rule === undefined) return `nothing here knows how to write ${op.type} in ONNX`;
  if (rule instanceof Unsupported) return rule.why;
  const inputs: OnnxValue[] = [];
  for (const [i, input] of op.inputs.entries()) {
    const value = valueBehind(input);
    if (value === null) return `ONNX models hold no ${input.dtype.name} here`;
    const shape = shapes?.inputs[i] ?? value.shape;
    inputs.push(value.constant === null ? { ...value, shape, constant: known?.[i] ?? null } : value);
  }
  const lowered = applyRule(op, rule, inputs, null, { outputs: shapes?.outputs });
  return lowered instanceof Unsupported ? lowered.why : true;
}

/** What a slice would give for the input: a variable's value in place of the variable. */
function valueBehind(input: Tensor): OnnxValue | null {
  if (input.dtype.baseName !== "resource") {
    return { name: "", dtype: input.dtype.baseDtype, shape: input.shape, constant: constantBehind(input) };
  }
  const handle = handleData(input);
  return handle && { name: "", dtype: handle.dtype, shape: handle.shape, constant: null };
}

/** The constant that a tensor is wherever it is alive: branches and loops pass constants on as they are. */
function constantBehind(tensor: Tensor): NDArray | null {
  for (let at = tensor; ; ) {
    const { def, attrs, inputs } = at.op;
    if (def === Const) return attrs["value"] as NDArray;
    if (def.flow !== "switch" && !(def.flow === "enter" && attrs["is_constant"] === true)) return null;
    [at] = inputs as readonly [Tensor];
  }
}
