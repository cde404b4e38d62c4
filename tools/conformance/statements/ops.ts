/** The `op` statement: one op, by TensorFlow's function, by an operator of Python, or by a method. */
import * as tf from "namesake";
import { argumentOf, type Options, optionsOf } from "../arguments.ts";
import { attribute, callMethod, HostError, invoke, operate } from "../host-language.ts";
import type { Interpreter } from "../interpreter.ts";
import type { Statement, Value } from "../program.ts";
import { BadProgram } from "../program-errors.ts";
import type { StatementKinds } from "../statement-kind.ts";
import { valueOf } from "../values.ts";

/** What an op's row in the table may use. */
interface OpCall {
  readonly inputs: readonly unknown[];
  /** `{ name }` when the statement has one. */
  readonly named: Options;
  /** The given ones of dtype, shape, axis and seed. */
  readonly extra: Options;
  readonly run: Interpreter;
  readonly statement: Statement;
}

type Make = (call: OpCall) => unknown;

/** A function of the inputs. */
function ofInputs(make: unknown): Make {
  return ({ inputs, named }) => invoke(make, ...inputs, named);
}

/** A function of a shape. */
function ofShape(make: unknown): Make {
  return ({ extra: { shape, ...options }, named }) => invoke(make, shape, { ...options, ...named });
}

/** A reduction along an axis. */
function reduction(make: unknown): Make {
  return ({ inputs, extra, named }) => invoke(make, inputs[0], { ...extra, ...named });
}

/** A function of the inputs with the two options of assignments. */
function assignment(make: unknown): Make {
  return ({ inputs, named, run, statement }) =>
    invoke(make, ...inputs, { ...named, ...optionsOf(run, statement, ["validate_shape", "use_locking"]) });
}

/** A method of the first input. */
function method(name: string): Make {
  return ({ inputs }) => callMethod(inputs[0], name);
}

/** In Python only partitioned variables have this method. */
function sliceTensor({ inputs: [variable] }: OpCall): unknown {
  if (variable instanceof tf.PartitionedVariable) return variable.asTensor();
  throw new HostError("AttributeError", "object has no attribute 'as_tensor'");
}

/** The result of a resource variable's method is recorded as its op. */
function assignMethod(name: string): Make {
  return ({ inputs, named }) => {
    const result = callMethod(inputs[0], name, inputs[1], named);
    const isAsItIs = Array.isArray(result) || result instanceof tf.Tensor || result instanceof tf.Operation;
    return isAsItIs ? result : attribute(result, "op");
  };
}

/** A list of inputs as separate arguments: options follow only when there are any. */
function group({ inputs, named }: OpCall): unknown {
  return Object.keys(named).length === 0 ? invoke(tf.group, ...inputs) : invoke(tf.group, ...inputs, named);
}

const ops: Readonly<Record<string, Make>> = {
  constant: ({ run, statement, extra, named }) =>
    invoke(tf.constant, valueOf(run, statement.value as Value), { ...extra, ...named }),
  placeholder: ({ extra, named }) => invoke(tf.placeholder, extra["dtype"], extra["shape"] ?? null, named),
  zeros: ofShape(tf.zeros),
  ones: ofShape(tf.ones),
  identity: ofInputs(tf.identity),
  square: ofInputs(tf.square),
  negative: ofInputs(tf.negative),
  tanh: ofInputs(tf.tanh),
  sigmoid: ofInputs(tf.sigmoid),
  relu: ofInputs(tf.nn.relu),
  l2_loss: ofInputs(tf.nn.l2Loss),
  add: ofInputs(tf.add),
  subtract: ofInputs(tf.subtract),
  multiply: ofInputs(tf.multiply),
  matmul: ofInputs(tf.matmul),
  plus: ({ inputs }) => operate("add", inputs[0], inputs[1]),
  minus: ({ inputs }) => operate("sub", inputs[0], inputs[1]),
  times: ({ inputs }) => operate("mul", inputs[0], inputs[1]),
  reduce_sum: reduction(tf.reduceSum),
  reduce_mean: reduction(tf.reduceMean),
  no_op: ({ named }) => invoke(tf.noOp, named),
  group,
  concat: ({ inputs, extra, named }) => invoke(tf.concat, inputs, extra["axis"], named),
  cast: ({ inputs, extra, named }) => invoke(tf.cast, inputs[0], extra["dtype"], named),
  reshape: ({ inputs, extra, named }) => invoke(tf.reshape, inputs[0], extra["shape"], named),
  random_uniform: ofShape(tf.randomUniform),
  random_normal: ofShape(tf.randomNormal),
  truncated_normal: ofShape(tf.truncatedNormal),
  assign: assignMethod("assign"),
  assign_add: assignMethod("assign_add"),
  assign_sub: assignMethod("assign_sub"),
  tf_assign: assignment(tf.assign),
  tf_assign_add: assignment(tf.assignAdd),
  tf_assign_sub: assignment(tf.assignSub),
  scatter_update: assignment(tf.scatterUpdate),
  scatter_add: assignment(tf.scatterAdd),
  scatter_sub: assignment(tf.scatterSub),
  count_up_to: ({ inputs, statement }) => callMethod(inputs[0], "count_up_to", statement.limit),
  less: ofInputs(tf.less),
  greater: ofInputs(tf.greater),
  equal: ofInputs(tf.equal),
  logical_and: ofInputs(tf.logicalAnd),
  logical_not: ofInputs(tf.logicalNot),
  floordiv: ofInputs(tf.floordiv),
  assert: ({ inputs: [condition, ...data], named }) => invoke(tf.Assert, condition, data, named),
  value: method("value"),
  read_value: method("read_value"),
  initialized_value: method("initialized_value"),
  as_tensor: sliceTensor,
  convert: ofInputs(tf.convertToTensor),
  global_variables_initializer: () => tf.globalVariablesInitializer(),
  local_variables_initializer: () => tf.localVariablesInitializer(),
  variables_initializer: ({ inputs, named }) => invoke(tf.variablesInitializer, inputs, named),
  is_variable_initialized: ({ inputs }) => invoke(tf.isVariableInitialized, inputs[0]),
};

/** Every op that a program may use. */
export const opNames: readonly string[] = Object.keys(ops);

function makeOp(run: Interpreter, statement: Statement): unknown {
  const named = optionsOf(run, statement, ["name"]);
  const inputs = (statement.inputs ?? []).map((input) => valueOf(run, input));
  const extra: Options = {};
  for (const field of ["dtype", "shape", "axis", "seed"] as const) {
    if (statement[field] !== undefined) extra[field] = argumentOf(run, statement, field);
  }
  const kind = statement.op as string;
  const make = ops[kind];
  if (make === undefined) throw new BadProgram(`no op is called '${kind}'`);
  return make({ inputs, named, extra, run, statement });
}

export const opStatements: StatementKinds = { op: makeOp };
