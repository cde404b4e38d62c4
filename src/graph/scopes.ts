/** The scopes of a graph that have no public form of their own here: name scopes, devices, control dependencies, colocation, containers. The public forms are in `scope-functions.ts`. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { type AmbientScope, graphScope, stateScope, within } from "./ambient-scope.ts";
import { convertToTensor } from "./constant.ts";
import { stateOf, withState } from "./context.ts";
import { ControlGroup } from "./control-dependencies.ts";
import { getDefaultGraph } from "./default-graph.ts";
import { type DeviceLike, pushDevice } from "./devices.ts";
import type { Graph } from "./graph.ts";
import type { GraphState } from "./graph-state.ts";
import { commonGraph, graphElementOf, handleOf } from "./look-up.ts";
import { checkScopeName, withoutSlash, withSlash } from "./names.ts";
import { Operation } from "./operation.ts";
import { Tensor } from "./tensor.ts";

/** Opens a name scope on a graph as `Graph.name_scope` does: empty = root, final slash = exactly that scope, else made unique. */
export function graphNameScope(graph: Graph, name: string | null): AmbientScope<string> {
  return stateScope(
    () => `name scope '${name ?? ""}'`,
    graph,
    () => {
      const scope = enterableName(graph, name);
      return { graph, state: { nameScope: scope }, value: withSlash(scope) };
    },
  );
}

/** Runs `body` in a name scope, as `graphNameScope` opens it. For the library's own code, which is synchronous: a scope object is not needed. */
export function inNameScope<T>(graph: Graph, name: string | null, body: (scope: string) => T): T {
  const nameScope = enterableName(graph, name);
  return withState(graph, { nameScope }, () => body(withSlash(nameScope)));
}

function enterableName(graph: Graph, name: string | null): string {
  if (name === null || name === "") return "";
  checkScopeName(name, stateOf(graph).nameScope);
  if (!name.endsWith("/")) return graph.uniqueName(name);
  const scope = withoutSlash(name);
  graph.noteWholeScope(scope);
  return scope;
}

/** Options of `nameScope`. */
export interface NameScopeOptions {
  /** Used when `name` is null. */
  readonly defaultName?: string | null;
  /** Inputs of what is built inside: they choose the graph and must all be from one. */
  readonly values?: readonly unknown[] | null;
}

/** The scope of `nameScope`, not yet entered. */
export function makeNameScope(name: string | null, options: NameScopeOptions = {}): AmbientScope<string> {
  const { defaultName = null, values } = options;
  if (defaultName !== null && typeof defaultName !== "string") {
    throw new ArgumentTypeError(
      `\`default_name\` type (${pythonTypeName(defaultName)}) is not a string type. You likely meant to pass this into the \`values\` kwarg.`,
      { defaultName },
    );
  }
  const chosen = name ?? defaultName;
  if (chosen === null && values !== undefined && values !== null) {
    throw new ArgumentError("At least one of name (None) and default_name (None) must be provided.", {});
  }
  const given = commonGraph(values ?? []);
  const graph = given ?? getDefaultGraph();
  const scope = graphNameScope(graph, chosen);
  return given === null || given === getDefaultGraph() ? scope : within(graphScope(given), scope);
}

/** Ops inside are placed on `device`, merged with outer devices; `null` ignores those. */
export function makeDeviceScope(device: DeviceLike, graph: Graph = getDefaultGraph()): AmbientScope<undefined> {
  const label = (): string => `device '${typeof device === "function" ? "a function" : pythonText(device)}'`;
  return stateScope(label, graph, () => ({
    graph,
    state: { devices: pushDevice(stateOf(graph).devices, device) },
    value: undefined,
  }));
}

/** Ops inside run after `inputs`; `null` forgets outer dependencies and leaves conditionals and loops. */
export function makeControlDependencies(
  inputs: readonly unknown[] | null,
  graph: Graph = getDefaultGraph(),
): AmbientScope<undefined> {
  return stateScope(
    () => "controlDependencies",
    graph,
    () => {
      if (inputs === null) return { graph, state: { controls: [new ControlGroup([])], flow: null }, value: undefined };
      const ops = controlOps(graph, inputs);
      return { graph, state: { controls: [...stateOf(graph).controls, new ControlGroup(ops)] }, value: undefined };
    },
  );
}

/** What TensorFlow notes on operations that something waits for by hand. */
const waitedFor = "_has_manual_control_dependencies";

function controlOp(graph: Graph, input: unknown): Operation {
  if (input instanceof Operation && input.graph === graph) return input;
  const own = handleOf(input) === null ? graphElementOf(input) : (input as { readonly op: Operation }).op;
  const element = graph.asGraphElement(own ?? input);
  return element instanceof Tensor ? element.op : element;
}

/** The ops to wait for, without those that are waited for already. A resource variable stands for its op: waiting for it reads nothing. */
function controlOps(graph: Graph, inputs: readonly unknown[]): Operation[] {
  const { controls } = stateOf(graph);
  const current = controls.length === 0 ? null : new Set(controls.flatMap((group) => group.inputs));
  const ops = new Set<Operation>();
  for (const input of inputs) {
    const op = controlOp(graph, input);
    if (current?.has(op) === true) continue;
    if (op.attrs[waitedFor] === undefined) op.setAttr(waitedFor, true);
    ops.add(op);
  }
  return [...ops];
}

/** Ops inside are colocated with `op`; `ignoreExisting` drops outer colocations. */
export function makeColocation(
  op: unknown,
  options: { readonly ignoreExisting?: boolean } = {},
  graph: Graph = getDefaultGraph(),
): AmbientScope<undefined> {
  const ignore = options.ignoreExisting ?? false;
  if (op === null && !ignore)
    throw new ArgumentError("Trying to reset colocation (op is None) but ignore_existing is not True", {});
  return stateScope(
    () => "colocateWith",
    graph,
    () => {
      const outer = ignore ? null : stateOf(graph).colocation;
      const target = op === null ? null : colocationTarget(op);
      const { devices, enteredDevices } = stateOf(graph);
      const entered = enteredDevices === undefined ? devices : enteredDevices;
      return {
        graph,
        state: { devices: null, enteredDevices: entered, colocation: target === null ? outer : { op: target, outer } },
        value: undefined,
      };
    },
  );
}

/** A variable stands for the op that holds it; anything else becomes a tensor, as in TensorFlow. */
function colocationTarget(op: unknown): Operation {
  if (op instanceof Operation) return op;
  return (handleOf(op) ?? convertToTensor(op, { asRef: true })).op;
}

/** Stateful ops inside keep their state in the container of this name. */
export function makeContainer(name: string, graph: Graph = getDefaultGraph()): AmbientScope<string> {
  return stateScope(
    () => `container '${name}'`,
    graph,
    () => ({ graph, state: { container: name }, value: name }),
  );
}

/** Lifts ops out of control dependencies, conditionals and loops; the name scope stays. */
export function makeInitScope(graph: Graph = getDefaultGraph()): AmbientScope<undefined> {
  return stateScope(
    () => "initScope",
    graph,
    () => ({ graph, state: initState(stateOf(graph)) ?? {}, value: undefined }),
  );
}

/**
 * What an init scope changes. Where a colocation left no device, the devices of where the graph was entered are back.
 * `null` where there is nothing to leave: variables open an init scope each.
 */
export function initState(state: GraphState): Partial<GraphState> | null {
  const lifted =
    state.controls.length === 0 && state.flow === null ? null : { controls: [new ControlGroup([])], flow: null };
  if (state.devices !== null || !state.enteredDevices) return lifted;
  return { ...lifted, devices: state.enteredDevices, enteredDevices: null };
}

export type { AmbientScope, OpenScope } from "./ambient-scope.ts";
export { openScope, runInScope } from "./ambient-scope.ts";
