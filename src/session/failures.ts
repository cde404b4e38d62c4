/** The errors of a step that fails: TensorFlow's classes and first lines, then the node, where it was made, and how to mend it. The texts of kernels stand with the kernels. */
import {
  EngineInternalError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  OpError,
} from "../base/errors.ts";
import { teach } from "../base/text.ts";
import type { Operation } from "../graph/operation.ts";
import { signatureOf } from "../graph/signature.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";

type OpErrorClass = new (message: string, fields: Readonly<Record<string, unknown>>) => OpError;

type Row = readonly [label: string, text: string | undefined];

/**
 * An error with the node that failed: TensorFlow's line ` [[{{node …}}]]` after the first one, the op and its creation site.
 * What is no error of a step becomes one, so that every failure of a step has a code.
 */
export function locate(
  error: unknown,
  op: Operation | null,
  node: string = op?.name ?? "",
  rows: readonly Row[] = [],
): OpError {
  if (error instanceof OpError && error.fields["node"] !== undefined) return error;
  const known =
    error instanceof OpError
      ? error
      : new EngineInternalError(`internal: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
  const [first = "", ...rest] = known.message.split("\n");
  const where: Row[] = op === null ? [] : [["op", `'${op.name}' (${op.type}), made at ${op.site}`]];
  const text = teach(`${first}\n\t [[{{node ${node}}}]]${rest.map((line) => `\n${line}`).join("")}`, [
    ...where,
    ...rows,
  ]);
  const located = new (known.constructor as OpErrorClass)(text, { ...known.fields, op: op ?? undefined, node });
  if (error instanceof Error && error.stack !== undefined && !(error instanceof OpError))
    located.stack = `${located.name}: ${text}\n${error.stack}`;
  return located;
}

/** TensorFlow's name of a type in texts of its runtime: `float`, `double`, `float_ref`. */
export function runtimeTypeName(dtype: DType): string {
  const names: Readonly<Record<string, string>> = { float32: "float", float64: "double", float16: "half" };
  const base = names[dtype.baseName] ?? dtype.baseName;
  return dtype.isRef ? `${base}_ref` : base;
}

const initializeFirst: Row = [
  "to fix",
  "run its initializer first: session.run(globalVariablesInitializer()), or variable.initializer",
];

/** A consumer reads a variable that has no value. `node` is the consumer's name; `null` fetches read at the end of the step. */
export function uninitialized(
  variable: Operation,
  op: Operation | null,
  node: string,
  containerExists: boolean,
): OpError {
  const rows: Row[] = [["variable", `'${variable.name}', made at ${variable.site}`], initializeFirst];
  const fields = { variable: variable.name, variableOp: variable };
  if (variable.outputs[0]?.dtype.isRef === true) {
    return locate(
      new FailedPreconditionError(`Attempting to use uninitialized value ${variable.name}`, fields),
      op,
      node,
      rows,
    );
  }
  const name = (variable.attrs["shared_name"] as string | undefined) ?? "";
  const container = (variable.attrs["container"] as string | undefined) || "localhost";
  const lookup = containerExists
    ? `Resource ${container}/${name}/N10tensorflow3VarE does not exist.`
    : `Container ${container} does not exist. (Could not find resource: ${container}/${name})`;
  if (op !== null && op.def.givesValue) {
    const text = `Could not find variable ${name}. This could mean that the variable has been deleted. In TF1, it can also mean the variable is uninitialized. Debug info: container=${container}, status error message=${lookup}`;
    return locate(new FailedPreconditionError(text, fields), op, node, rows);
  }
  return locate(new NotFoundError(lookup, fields), op, node, rows);
}

/** A placeholder of the slice was not fed. */
export function unfed(op: Operation): OpError {
  const [tensor] = op.outputs as readonly [Tensor];
  const shape = op.attrs["shape"] as TensorShape | undefined;
  const known = shape === undefined || shape.rank === null ? "" : ` and shape ${shape.toBrackets()}`;
  const text = `You must feed a value for placeholder tensor '${op.name}' with dtype ${runtimeTypeName(tensor.dtype)}${known}`;
  return locate(new InvalidArgumentError(text, { tensor }), op, op.name, [
    ["to feed", `session.run(fetches, [[${op.name}, value]])`],
  ]);
}

/** A fed reference variable is to be written, or taken by reference otherwise. */
export function fedReference(op: Operation, index: number, feeds: readonly Tensor[]): InvalidArgumentError {
  const tensor = op.inputs[index] as Tensor;
  const order = feeds.map((fed) => fed.name).sort();
  const argument = `_arg_${tensor.op.name}_${tensor.index}_${order.indexOf(tensor.name)}:0`;
  const text = `Input ${index} of node ${op.name} was passed ${runtimeTypeName(tensor.dtype.baseDtype)} from ${argument} incompatible with expected ${runtimeTypeName(tensor.dtype)}.`;
  return new InvalidArgumentError(
    teach(text, [
      ["op", `'${op.name}' (${op.type}), made at ${op.site}`],
      ["to fix", "a fed variable is a plain value in this step: feed what is assigned, or do not fetch the write"],
    ]),
    { op, node: op.name, tensor },
  );
}

/** Whether the flattened input at `index` is taken by reference. */
export function takesReference(op: Operation, index: number): boolean {
  const { inputs } = signatureOf(op.def);
  let at = 0;
  for (const input of inputs) {
    const list =
      input.numberAttr !== null
        ? (op.attrs[input.numberAttr] as number)
        : input.listAttr !== null
          ? (op.attrs[input.listAttr] as readonly unknown[]).length
          : 1;
    if (index < at + list) return input.isRef;
    at += list;
  }
  return false;
}

/** The place of a fetched tensor among all of them by name, which is how TensorFlow numbers results. */
export function retvalRank(tensor: Tensor, fetches: readonly (Tensor | Operation)[]): number {
  const names = fetches.filter((fetch) => "index" in fetch).map((fetch) => fetch.name);
  return names.sort().indexOf(tensor.name);
}

/** TensorFlow's name of the node that takes a fetched reference at the end of a step. */
export function retvalName(tensor: Tensor, fetches: readonly (Tensor | Operation)[]): string {
  return `_retval_${tensor.op.name}_${tensor.index}_${retvalRank(tensor, fetches)}`;
}

/** A fetched tensor has no value because its branch was not taken. */
export function deadFetch(index: number, tensor: Tensor): InvalidArgumentError {
  return new InvalidArgumentError(
    teach(`Retval[${index}] does not have value`, [
      ["tensor", `'${tensor.name}', made at ${tensor.op.site}`],
      ["why", "a branch that was not taken leaves it without a value"],
    ]),
    { tensor },
  );
}

function brackets(shape: readonly number[]): string {
  return `[${shape.join(",")}]`;
}

/**
 * Checks that a value may replace a variable's. `old` is the shape of the value before, else what the variable declares.
 * @throws {InvalidArgumentError} with TensorFlow's text.
 */
export function checkReplacement(op: Operation, old: readonly number[], value: readonly number[]): void {
  if (old.length === value.length && old.every((d, i) => d === value[i])) return;
  const isRef = op.inputs[0]?.dtype.isRef === true;
  const text = isRef
    ? `Assign requires shapes of both tensors to match. lhs shape= ${brackets(old)} rhs shape= ${brackets(value)}`
    : `Trying to assign to variable with tensor with wrong shape. Expected ${brackets(old)} got ${brackets(value)}`;
  throw locate(new InvalidArgumentError(text, { variableShape: old, valueShape: value }), op, op.name, [
    ["to allow", "validateShape: false"],
  ]);
}
