/**
 * What branches of conditionals and loops have in common while they are built: which tensors they know, how outer ones reach them,
 * which control inputs may cross their border. Mirrors `ControlFlowContext`, python/ops/control_flow_ops.py.
 */
import { notPromised } from "../base/promise.ts";
import { type AmbientScope, runInScope, stateScope } from "../graph/ambient-scope.ts";
import { convertToTensor } from "../graph/constant.ts";
import { stateOf } from "../graph/context.ts";
import { enclosingLoop, type FlowContext, outputContext } from "../graph/flow-context.ts";
import type { Graph } from "../graph/graph.ts";
import { handleOf } from "../graph/look-up.ts";
import type { Operation } from "../graph/operation.ts";
import { userCode } from "../graph/public-call.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { flatten, mapStructure, packAs } from "./structure.ts";
import { withFlow } from "./tensor-array.ts";

/** A branch of a conditional, or a loop. */
export abstract class FlowRegion implements FlowContext {
  abstract readonly kind: "cond" | "while";
  abstract readonly pivot: Operation | null;
  readonly graph: Graph;
  readonly name: string;
  readonly outer: FlowContext | null;
  /** The regions made inside, in order. */
  readonly nested: FlowRegion[] = [];
  /** Tensors that ops inside may use without further ado, those from outside that were asked for among them. */
  readonly known: Set<Tensor> = new Set();
  /** For a tensor from outside, the one that stands for it inside. */
  readonly routed: Map<Tensor, Tensor> = new Map();

  constructor(graph: Graph, baseName: string) {
    this.graph = graph;
    this.outer = stateOf(graph).flow;
    if (this.outer instanceof FlowRegion) this.outer.nested.push(this);
    this.name = graph.uniqueName(baseName);
  }

  abstract addOp(op: Operation): void;
  /** As `addOp`, for an op that certainly belongs here. */
  addOwn(op: Operation): void {
    this.addOp(op);
  }
  abstract addValue(tensor: Tensor): Tensor;

  know(tensor: Tensor): void {
    this.known.add(tensor);
  }

  /** Ops made in it belong to this region. */
  scope(): AmbientScope<undefined> {
    return stateScope(
      () => this.name,
      this.graph,
      () => ({ graph: this.graph, state: { flow: this }, value: undefined }),
    );
  }

  /** Runs `body` outside of all regions and control dependencies: for the nodes that lead into a region. */
  protected outside<T>(body: () => T): T {
    return runInScope(makeControlDependencies(null, this.graph), body);
  }

  /** Tells the region around this one of tensors that it may use. */
  protected giveOut(tensors: readonly Tensor[]): void {
    for (const tensor of tensors) this.outer?.know(tensor);
  }

  /** Lets an op take its inputs by the ways that lead into this region. */
  protected routeInputs(op: Operation): void {
    for (const [i, input] of op.inputs.entries()) {
      const inside = this.addValue(input);
      if (inside !== input) op.updateInput(i, inside);
    }
  }

  /** Takes away the control inputs that are not in the same loop as the op: a frame's ops cannot wait for another frame's. Gives both kinds. */
  protected dropForeignControls(op: Operation): {
    readonly kept: readonly Operation[];
    readonly dropped: readonly Operation[];
  } {
    const loop = enclosingLoop(this);
    const isOwn = (control: Operation): boolean => loop === null || enclosingLoop(outputContext(control)) === loop;
    const kept = op.controlInputs.filter(isOwn);
    const dropped = op.controlInputs.filter((control) => !isOwn(control));
    if (dropped.length > 0) op.replaceControlInputs(kept);
    return { kept, dropped };
  }

  /** Outside of the region the op cannot be fetched; the exits of an outermost loop can. */
  protected closeToFetches(op: Operation): boolean {
    if (this.outer === null && op.def.flow === "exit") return false;
    this.graph.preventFetching(op);
    return true;
  }
}

/**
 * Calls a function of the user that builds a part of a conditional or loop.
 * @throws {AsyncScopeError} when it returns a promise.
 */
export function callBuilder<T>(what: string, builder: () => T): T {
  return notPromised(what, userCode(builder));
}

/** The structure with resource variables read: that happens before anything else in it is converted. */
export function readResources(structure: unknown): unknown {
  return mapStructure(structure, (element) => (handleOf(element) === null ? element : convertToTensor(element)));
}

/** A structure like this one with other tensors; where it has tensor arrays, the tensors are their flows. */
export function packWithArrays(structure: unknown, tensors: readonly Tensor[]): unknown {
  const originals = flatten(structure);
  return packAs(
    structure,
    tensors.map((tensor, i) => withFlow(originals[i], tensor)),
  );
}
