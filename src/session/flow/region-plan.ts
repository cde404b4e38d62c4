/**
 * Turns the members of a region into nodes over values: references, handles and everything that only steers is gone, as in `dataflow.ts`.
 * What comes from outside is asked for by tensor. Not for members that write: those are in no region.
 */
import { Const } from "../../graph/constant.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { SliceNode, SliceRegion, SliceRegionBody, SliceValue } from "../engine.ts";
import type { ValueTraits } from "../step-values.ts";
import {
  type FlowMember,
  type IfRegion,
  isRegion,
  type LoopRegion,
  type LoopVariable,
  type Region,
  type RegionBody,
} from "./region.ts";
import { planStackRole, prependRows, rowsOf, withoutIdleCounts } from "./stack-plan.ts";
import type { Collected, StackedArrays } from "./stacked-arrays.ts";

/** What a region needs of the plan around it. */
export interface RegionSurroundings {
  /** The value of a tensor that is made outside; a reference or handle stands for the variable's value. */
  outside(tensor: Tensor): SliceValue;
  /** A new value of the step. */
  value(of: ValueTraits, constant: NDArray | null): SliceValue;
  /** The tensor arrays that are stacked values. */
  readonly stacked: StackedArrays | null;
}

/** What a region is in a plan: one node, or some more around it, and the values of the tensors that others may take. */
export interface PlannedRegion {
  readonly nodes: readonly SliceNode[];
  readonly values: ReadonlyMap<Tensor, SliceValue>;
}

/** Plans a region. */
export function planRegion(region: Region, surroundings: RegionSurroundings): PlannedRegion {
  const captures = new Captures(surroundings);
  const node = region.kind === "if" ? planIf(region, captures) : planLoop(region, captures);
  const nodes: SliceNode[] = [];
  const values = new Map<Tensor, SliceValue>();
  for (const [i, tensor] of tensorsOf(region, surroundings.stacked).entries())
    if (tensor !== null) values.set(tensor, node.outputs[i] as SliceValue);
  if (region.kind === "loop" && surroundings.stacked !== null)
    for (const variable of region.variables) prependRows(variable, surroundings, nodes, values);
  return { nodes: [node, ...nodes], values };
}

/** Collects what comes from outside, so that it can be listed as the node's inputs. */
class Captures implements RegionSurroundings {
  readonly values = new Set<SliceValue>();
  readonly #around: RegionSurroundings;
  constructor(around: RegionSurroundings) {
    this.#around = around;
  }
  outside(tensor: Tensor): SliceValue {
    const value = this.#around.outside(tensor);
    if (value.constant === null) this.values.add(value);
    return value;
  }
  value(of: ValueTraits, constant: NDArray | null): SliceValue {
    return this.#around.value(of, constant);
  }
  get stacked(): StackedArrays | null {
    return this.#around.stacked;
  }
}

function planIf(region: IfRegion, captures: Captures): SliceNode {
  const predicate = captures.outside(region.predicate);
  // Only what the bodies take is a capture.
  captures.values.clear();
  const whenFalse = new BodyPlan(captures, region.ops).body(region.whenFalse, []);
  const whenTrue = new BodyPlan(captures, region.ops).body(region.whenTrue, []);
  const regionPlan: SliceRegion = { kind: "if", whenFalse, whenTrue, captures: [...captures.values] };
  return {
    op: region.op,
    inputs: [predicate, ...captures.values],
    outputs: region.outputs.map((output) => captures.value(output, null)),
    region: regionPlan,
  };
}

function planLoop(region: LoopRegion, captures: Captures): SliceNode {
  const collectedOf = (variable: LoopVariable) => captures.stacked?.collected.get(variable.parameter);
  const carried = region.variables.filter((variable) => collectedOf(variable) === undefined);
  const collecting = region.variables.filter((variable) => collectedOf(variable) !== undefined);
  const initial = carried.map((variable) => captures.outside(variable.initial));
  captures.values.clear();
  const parameters = carried.map(({ parameter }) => parameter);
  const elements = collecting.map((variable) => (collectedOf(variable) as Collected).element);
  const condition = new BodyPlan(captures, region.ops).body(region.condition, parameters);
  const results = [...carried.map(({ next }) => next), ...elements];
  const body = new BodyPlan(captures, region.ops).body({ members: region.body.members, results }, parameters);
  const inner = [...captures.values];
  const final = carried.map(({ exit, parameter }) => captures.value(exit ?? parameter, null));
  const rows = elements.map((element) => captures.value(rowsOf(element), null));
  return {
    op: region.op,
    inputs: [...initial, ...inner],
    outputs: [...final, ...rows],
    region: { kind: "loop", condition, body, captures: inner },
  };
}

/** The tensors that a region's node gives, in the order of its outputs; `null` for what nobody takes. */
function tensorsOf(region: Region, stacked: StackedArrays | null): readonly (Tensor | null)[] {
  if (region.kind === "if") return region.outputs;
  const isCollected = ({ parameter }: LoopVariable): boolean => stacked?.collected.has(parameter) === true;
  const { variables } = region;
  return [...variables.filter((one) => !isCollected(one)), ...variables.filter(isCollected)].map(({ exit }) => exit);
}

/** The nodes of one body. */
export class BodyPlan {
  readonly nodes: SliceNode[] = [];
  readonly #surroundings: RegionSurroundings;
  /** The ops of the region: what steers among them only passes values on. */
  readonly #ops: ReadonlySet<Operation>;
  readonly #values = new Map<Tensor, SliceValue>();

  constructor(surroundings: RegionSurroundings, ops: ReadonlySet<Operation>) {
    this.#surroundings = surroundings;
    this.#ops = ops;
  }

  body({ members, results }: RegionBody, parameters: readonly Tensor[]): SliceRegionBody {
    const own = parameters.map((parameter) => {
      const value = this.#surroundings.value(parameter, null);
      this.#values.set(parameter, value);
      return value;
    });
    this.add(members);
    const values = results.map((result) => this.valueOf(result));
    const nodes = this.#surroundings.stacked === null ? this.nodes : withoutIdleCounts(this.nodes, values);
    return { parameters: own, nodes, results: values };
  }

  add(members: readonly FlowMember[]): void {
    for (const member of members) {
      if (isRegion(member)) this.#addRegion(member);
      else this.#addOp(member);
    }
  }

  /** The value of a tensor in this body. */
  valueOf(tensor: Tensor): SliceValue {
    let at = tensor;
    while (!this.#values.has(at) && this.#ops.has(at.op) && passesOn(at.op)) at = at.op.inputs[0] as Tensor;
    const value = this.#values.get(at) ?? this.#surroundings.outside(at);
    this.#values.set(tensor, value);
    return value;
  }

  #addRegion(region: Region): void {
    const { nodes, values } = planRegion(region, {
      outside: (tensor) => this.valueOf(tensor),
      value: (of, constant) => this.#surroundings.value(of, constant),
      stacked: this.#surroundings.stacked,
    });
    this.nodes.push(...nodes);
    for (const [tensor, value] of values) this.#values.set(tensor, value);
  }

  #addOp(op: Operation): void {
    const role = this.#surroundings.stacked?.roleOf.get(op);
    if (role !== undefined) {
      const taken = planStackRole(op, role, (tensor) => this.valueOf(tensor), this.#surroundings);
      if (taken === null) return;
      if (taken.node !== null) this.nodes.push(taken.node);
      this.#values.set(op.output(0), taken.value);
    } else if (op.def === Const) {
      this.#values.set(op.output(0), this.#surroundings.value(op.output(0), op.attrs["value"] as NDArray));
    } else if (op.outputs.length > 0 && !passesOn(op)) {
      const inputs = op.inputs.map((input) => this.valueOf(input));
      const outputs = op.outputs.map((output) => this.#surroundings.value(output, null));
      this.nodes.push({ op, inputs, outputs });
      for (const [i, output] of op.outputs.entries()) this.#values.set(output, outputs[i] as SliceValue);
    }
  }
}

/** Whether an op's value is its first input's. Such ops are seen through where their value is asked for: some have none. */
function passesOn({ def, inputs }: Operation): boolean {
  return def.effect === "pass" || (def.effect === "read" && inputs.length === 1);
}
