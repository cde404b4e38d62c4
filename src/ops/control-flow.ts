/**
 * Ops that only order others, and builders that make dependencies explicit. Conditionals and loops are in `cond.ts` and `while-loop.ts`.
 * Mirrors the last part of python/ops/control_flow_ops.py.
 */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { applyOp } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { graphElementOf } from "../graph/look-up.ts";
import { Operation } from "../graph/operation.ts";
import { makeColocation, makeControlDependencies, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import { isTensorConvertible, Tensor, type TensorConvertible } from "../graph/tensor.ts";
import { controlFlowDefs as defs } from "./control-flow.defs.ts";
import { identityOrRef } from "./flow-nodes.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { flatten } from "./structure.ts";

/**
 * Does nothing: something for control dependencies to hang on.
 *
 * @see TensorFlow `tf.no_op`, op `NoOp`, core/ops/control_flow_ops.cc
 * @example
 * noOp({ name: "ready" }).name; // "ready"
 */
export function noOp(options: NameOption = {}): Operation {
  return applyOp(defs.NoOp, [], {}, options.name);
}

/**
 * Does nothing, also when what it waits for is in a branch that is not taken.
 *
 * @see TensorFlow op `ControlTrigger`, core/ops/control_flow_ops.cc
 * @example
 * controlTrigger().type; // "ControlTrigger"
 */
export function controlTrigger(options: NameOption = {}): Operation {
  return applyOp(defs.ControlTrigger, [], {}, options.name);
}

/** What `group` waits for. */
export type GroupInput =
  | Tensor
  | Operation
  | TensorConvertible
  | readonly GroupInput[]
  | { readonly [key: string]: GroupInput };

/**
 * Makes an op that is done when all inputs are. Inputs on several devices get one op per device in between.
 *
 * Inputs are tensors, operations and variables, also in nested arrays and plain objects. The options come last, as a plain object with `name`.
 *
 * @throws {ArgumentTypeError} for anything else among the inputs.
 * @see TensorFlow `tf.group`, python/ops/control_flow_ops.py
 * @example
 * const both = group(constant(1).op, constant(2).op, { name: "both" });
 * both.controlInputs.map((op) => op.name); // ["Const", "Const_1"]
 */
export function group(...inputs: readonly (GroupInput | NameOption)[]): Operation {
  const last = inputs.at(-1);
  const options = isNameOption(last) ? last : {};
  const given = isNameOption(last) ? inputs.slice(0, -1) : inputs;
  return inOpScope(options.name, "group_deps", given, (scope) => {
    if (given.length === 0) return noOp({ name: scope });
    const byDevice = groupByDevice(flatten(given));
    const [only] = byDevice;
    if (only !== undefined && byDevice.length === 1) return waitingNoOp(only.members, only.device, scope);
    const devices = byDevice.sort((a, b) => (a.device < b.device ? -1 : 1));
    const gates = devices.map(({ device, members }) => waitingNoOp(members, device, null));
    return runInScope(makeControlDependencies(gates), () => noOp({ name: scope }));
  });
}

/** A plain object whose only key is `name`, with a string: no op can stand there. */
function isNameOption(value: unknown): value is NameOption {
  if (typeof value !== "object" || value === null || isGroupElement(value) || Array.isArray(value)) return false;
  const { name, ...others } = value as Record<string, unknown>;
  return Object.keys(others).length === 0 && !isGroupElement(name);
}

function isGroupElement(value: unknown): value is Tensor | Operation | TensorConvertible {
  return value instanceof Tensor || value instanceof Operation || isTensorConvertible(value);
}

interface DeviceGroup {
  readonly device: string;
  readonly members: unknown[];
}

function groupByDevice(inputs: readonly unknown[]): DeviceGroup[] {
  const groups = new Map<string, DeviceGroup>();
  for (const input of inputs) {
    const device = deviceOf(input);
    const found = groups.get(device);
    if (found) found.members.push(input);
    else groups.set(device, { device, members: [input] });
  }
  return [...groups.values()];
}

function deviceOf(input: unknown): string {
  const device = isGroupElement(input) ? (input as { readonly device?: unknown }).device : undefined;
  if (typeof device === "string") return device;
  throw new ArgumentTypeError(
    `'inputs' should be zero or more (nested) Tensors. Received '${pythonText(input)}' with type '<class '${pythonTypeName(input)}'>'.`,
    { input },
  );
}

function waitingNoOp(inputs: readonly unknown[], device: string, name: string | null): Operation {
  return runInScope(makeControlDependencies(inputs), () => runInScope(makeDeviceScope(device), () => noOp({ name })));
}

/**
 * Gives the tensor, whose value is there only after the dependencies are done.
 *
 * Shapes and dtypes: those of the tensor; a reference stays one.
 *
 * @see TensorFlow `with_dependencies`, python/ops/control_flow_ops.py
 * @example
 * const x = withDependencies([noOp()], constant(3));
 * session.runSync(x).item(); // 3
 */
export function withDependencies(
  dependencies: readonly unknown[],
  output: IndexedSlices,
  options?: NameOption,
): IndexedSlices;
export function withDependencies(dependencies: readonly unknown[], output: TensorLike, options?: NameOption): Tensor;
export function withDependencies(
  dependencies: readonly unknown[],
  output: TensorLike,
  options: NameOption = {},
): Tensor | IndexedSlices {
  return inOpScope(options.name, "control_dependency", [...dependencies, output], (scope) =>
    runInScope(makeColocation(output instanceof IndexedSlices ? output.op : (graphElementOf(output) ?? output)), () =>
      runInScope(makeControlDependencies(dependencies), () => {
        if (!(output instanceof IndexedSlices)) return identityOrRef(convertToTensor(output), scope);
        return new IndexedSlices(identityOrRef(output.values, scope), output.indices, output.denseShape);
      }),
    ),
  );
}

/** Options of `tuple`. */
export interface TupleOptions extends NameOption {
  /** Further ops that must be done before any tensor is returned. */
  readonly controlInputs?: readonly (Tensor | Operation)[] | null;
}

/**
 * Gives the tensors, each of which is there only when all are.
 *
 * Shapes and dtypes: those of the tensors. An operation gives an operation, `null` gives `null`.
 *
 * @throws {ArgumentError} when there is no tensor and no operation.
 * @throws {ArgumentTypeError} when a control input is neither a tensor nor an operation.
 * @see TensorFlow `tf.tuple`, python/ops/control_flow_ops.py
 * @example
 * const [a, b] = tuple([constant(1), constant(2)]);
 * session.runSync([a, b]).map((x) => x.item()); // [1, 2]
 */
export function tuple<const T extends readonly (TensorLike | Operation | null)[]>(
  tensors: T,
  options?: TupleOptions,
): { -readonly [K in keyof T]: T[K] extends null | Operation | IndexedSlices ? T[K] : Tensor };
export function tuple(
  tensors: readonly (TensorLike | Operation | null)[],
  options: TupleOptions = {},
): (Tensor | IndexedSlices | Operation | null)[] {
  return inOpScope(options.name, "tuple", tensors, () => {
    const elements = tensors.map((tensor) =>
      tensor === null || tensor instanceof Operation || tensor instanceof IndexedSlices
        ? tensor
        : convertToTensor(tensor),
    );
    const gates = new Set<Operation>();
    for (const element of elements) if (element !== null) gates.add(opOf(element));
    for (const control of options.controlInputs ?? []) gates.add(controlOf(control));
    if (gates.size === 0)
      throw new ArgumentError(`'tensors' must have at least one Tensor. Received: ${pythonText(elements)}.`, {
        tensors,
      });
    const gate = group(...[...gates].sort((a, b) => a.id - b.id));
    return elements.map((element) => behind(gate, element));
  });
}

function opOf(element: Tensor | IndexedSlices | Operation): Operation {
  return element instanceof Operation ? element : element.op;
}

function controlOf(control: unknown): Operation {
  if (control instanceof Tensor || control instanceof Operation) return opOf(control);
  throw new ArgumentTypeError(
    `'control_inputs' must only contain Operation or Tensor. Received: <class '${pythonTypeName(control)}'>`,
    { control },
  );
}

function behind(
  gate: Operation,
  element: Tensor | IndexedSlices | Operation | null,
): Tensor | IndexedSlices | Operation | null {
  if (element === null) return null;
  if (element instanceof Tensor || element instanceof IndexedSlices) return withDependencies([gate], element);
  return runInScope(makeControlDependencies([gate], getDefaultGraph()), () => group(element));
}
