/**
 * Turns the members of a region into nodes over values: references, handles and everything that only steers is gone, as in `dataflow.ts`.
 * What comes from outside is asked for by tensor. Not for members that write: those are in no region.
 */
import { Const } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { SliceNode, SliceRegion, SliceRegionBody, SliceValue } from "./engine.ts";
import { type FlowMember, isRegion, type Region, type RegionBody } from "./region.ts";

/** What a region needs of the plan around it. */
export interface RegionSurroundings {
  /** The value of a tensor that is made outside; a reference or handle stands for the variable's value. */
  outside(tensor: Tensor): SliceValue;
  /** A new value of the step. */
  value(of: Tensor, constant: NDArray | null): SliceValue;
}

/** A region as one node; its outputs in the region's order. */
export function planRegion(region: Region, surroundings: RegionSurroundings): SliceNode {
  const captures = new Captures(surroundings);
  return region.kind === "if" ? planIf(region, captures) : planLoop(region, captures);
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
  value(of: Tensor, constant: NDArray | null): SliceValue {
    return this.#around.value(of, constant);
  }
}

function planIf(region: Extract<Region, { kind: "if" }>, captures: Captures): SliceNode {
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

function planLoop(region: Extract<Region, { kind: "loop" }>, captures: Captures): SliceNode {
  const initial = region.variables.map((variable) => captures.outside(variable.initial));
  captures.values.clear();
  const parameters = region.variables.map((variable) => variable.parameter);
  const condition = new BodyPlan(captures, region.ops).body(region.condition, parameters);
  const body = new BodyPlan(captures, region.ops).body(region.body, parameters);
  const final = region.variables.map(({ exit, parameter }) => captures.value(exit ?? parameter, null));
  const inner = [...captures.values];
  return {
    op: region.op,
    inputs: [...initial, ...inner],
    outputs: final,
    region: { kind: "loop", condition, body, captures: inner },
  };
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
    return { parameters: own, nodes: this.nodes, results: results.map((result) => this.valueOf(result)) };
  }

  add(members: readonly FlowMember[]): void {
    for (const member of members) {
      if (isRegion(member)) this.#addRegion(member);
      else this.#addOp(member);
    }
  }

  /** The value of a tensor in this body. */
  valueOf(tensor: Tensor): SliceValue {
    const known = this.#values.get(tensor);
    if (known !== undefined) return known;
    const { op } = tensor;
    const { flow } = op.def;
    const value =
      this.#ops.has(op) && (flow === "switch" || flow === "enter")
        ? this.valueOf(op.inputs[0] as Tensor)
        : this.#surroundings.outside(tensor);
    this.#values.set(tensor, value);
    return value;
  }

  #addRegion(region: Region): void {
    const node = planRegion(region, {
      outside: (tensor) => this.valueOf(tensor),
      value: (of, constant) => this.#surroundings.value(of, constant),
    });
    this.nodes.push(node);
    const tensors = region.kind === "if" ? region.outputs : region.variables.map(({ exit }) => exit);
    for (const [i, tensor] of tensors.entries())
      if (tensor !== null) this.#values.set(tensor, node.outputs[i] as SliceValue);
  }

  #addOp(op: Operation): void {
    const { effect } = op.def;
    if (op.def === Const) {
      this.#values.set(op.output(0), this.#surroundings.value(op.output(0), op.attrs["value"] as NDArray));
    } else if (effect === "pass" || (effect === "read" && op.inputs.length === 1)) {
      this.#values.set(op.output(0), this.valueOf(op.inputs[0] as Tensor));
    } else if (op.outputs.length > 0) {
      const inputs = op.inputs.map((input) => this.valueOf(input));
      const outputs = op.outputs.map((output) => this.#surroundings.value(output, null));
      this.nodes.push({ op, inputs, outputs });
      for (const [i, output] of op.outputs.entries()) this.#values.set(output, outputs[i] as SliceValue);
    }
  }
}
