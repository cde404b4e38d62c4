/** What is current inside one graph, and how a changed copy is made. Where the copies are kept, and what is current beside graphs, is `context.ts`. */
import type { ControlGroup } from "./control-dependencies.ts";
import type { DeviceFrame } from "./devices.ts";
import type { FlowContext } from "./flow-context.ts";
import type { Graph } from "./graph.ts";
import type { AttrValue } from "./op-def.ts";
import type { Operation } from "./operation.ts";

/** A stack of ops to colocate with, innermost first. */
export interface ColocationFrame {
  readonly op: Operation;
  readonly outer: ColocationFrame | null;
}

/** What is current inside one graph, for one thread of control. */
export interface GraphState {
  /** The current name scope, without trailing slash. */
  readonly nameScope: string;
  readonly controls: readonly ControlGroup[];
  readonly devices: DeviceFrame | null;
  /** Inside of a colocation: the devices in force where the graph was entered, which an init scope returns to; else undefined. */
  readonly enteredDevices: DeviceFrame | null | undefined;
  readonly colocation: ColocationFrame | null;
  readonly container: string;
  readonly flow: FlowContext | null;
  /** Attrs that new ops get unless they have them: `_class` while a variable's initial value is built. */
  readonly attrScope: Readonly<Record<string, AttrValue>> | null;
  /** By op type, the name of the gradient rule that new ops get in place of their own. */
  readonly gradientOverrides: Readonly<Record<string, string>> | null;
  /** The current variable scope; `variables/variable-scope.ts` knows its type. */
  readonly variableScope: unknown;
  /** The stack of variable creators; `variables/variable-creators.ts` knows its type. */
  readonly creators: unknown;
  /** How often scopes were opened, inside of an open scope; `variables/scope-counters.ts` knows its type. */
  readonly scopeCounters: unknown;
}

/** A graph's state, in a list that is short: programs are inside one graph, or two. */
export interface StateEntry {
  readonly graph: Graph;
  readonly state: GraphState;
  readonly next: StateEntry | null;
}

const noControls: readonly ControlGroup[] = [];

const rootState: GraphState = {
  nameScope: "",
  controls: noControls,
  devices: null,
  enteredDevices: undefined,
  colocation: null,
  container: "",
  flow: null,
  attrScope: null,
  gradientOverrides: null,
  variableScope: undefined,
  creators: undefined,
  scopeCounters: undefined,
};

/** The state of a graph in a list of states. */
export function findState(states: StateEntry | null, graph: Graph): GraphState {
  for (let entry = states; entry !== null; entry = entry.next) if (entry.graph === graph) return entry.state;
  return rootState;
}

/** The list with a changed state of `graph`. A graph that is back at its root is forgotten: the list must not keep graphs alive. */
export function replaceState(states: StateEntry | null, graph: Graph, change: Partial<GraphState>): StateEntry | null {
  const state = changedState(findState(states, graph), change);
  const others = withoutGraph(states, graph);
  return isRoot(state) ? others : { graph, state, next: others };
}

/** A copy with the fields of `change` replaced. Written out: spreading takes ten times as long, and a variable needs a dozen copies. */
function changedState(state: GraphState, change: Partial<GraphState>): GraphState {
  return {
    nameScope: change.nameScope ?? state.nameScope,
    controls: change.controls ?? state.controls,
    devices: given(change.devices, state.devices),
    enteredDevices: "enteredDevices" in change ? change.enteredDevices : state.enteredDevices,
    colocation: given(change.colocation, state.colocation),
    container: change.container ?? state.container,
    flow: given(change.flow, state.flow),
    attrScope: given(change.attrScope, state.attrScope),
    gradientOverrides: given(change.gradientOverrides, state.gradientOverrides),
    variableScope: "variableScope" in change ? change.variableScope : state.variableScope,
    creators: "creators" in change ? change.creators : state.creators,
    scopeCounters: "scopeCounters" in change ? change.scopeCounters : state.scopeCounters,
  };
}

/** For fields that are never undefined. */
function given<T>(value: T | undefined, before: T): T {
  return value === undefined ? before : value;
}

/** The fields that `change` replaces, as they are in `state`. */
export function fieldsBefore(state: GraphState, change: Partial<GraphState>): Partial<GraphState> {
  const keys = Object.keys(change) as (keyof GraphState)[];
  return Object.fromEntries(keys.map((key) => [key, state[key]]));
}

function withoutGraph(states: StateEntry | null, graph: Graph): StateEntry | null {
  if (states === null) return null;
  if (states.graph === graph) return states.next;
  const next = withoutGraph(states.next, graph);
  return next === states.next ? states : { ...states, next };
}

function isRoot(state: GraphState): boolean {
  return (
    state.nameScope === "" &&
    state.variableScope === undefined &&
    state.controls === noControls &&
    state.devices === null &&
    state.flow === null &&
    state.colocation === null &&
    state.attrScope === null &&
    state.gradientOverrides === null &&
    state.container === "" &&
    state.creators === undefined &&
    state.scopeCounters === undefined &&
    state.enteredDevices === undefined
  );
}
