/**
 * A loop while it is built: its frame, its loop variables from `Enter` to `Exit`, and the ways by which outer tensors come in.
 * The public function is in `while-loop.ts`. Mirrors `WhileContext`, python/ops/control_flow_ops.py.
 */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor } from "../graph/constant.ts";
import { stateOf } from "../graph/context.ts";
import { controlInputsFor } from "../graph/control-dependencies.ts";
import { enclosingLoop, type FlowContext, outputContext } from "../graph/flow-context.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { controlFlowDefs } from "./control-flow.defs.ts";
import { enterFrame, exitFrame, identityOrRef, mergeTensors, nextIteration, switchTensor } from "./flow-nodes.ts";
import { callBuilder, FlowRegion, packWithArrays, readResources } from "./flow-region.ts";
import { assertSameStructure, flatten, isNested } from "./structure.ts";
import { flowOf } from "./tensor-array.ts";

/** What a loop is built with. */
export interface LoopSettings {
  readonly maximumIterations: Tensor | null;
  readonly parallelIterations: number;
  readonly backProp: boolean;
  readonly swapMemory: boolean;
}

/** What a loop is made of. */
export interface LoopParts {
  readonly condition: (...variables: never[]) => unknown;
  readonly body: (...variables: never[]) => unknown;
  /** Tensors and tensor arrays, in nested arrays and plain objects. */
  readonly variables: readonly unknown[];
  /** The shape that each variable keeps, flattened. */
  readonly shapes: readonly TensorShape[];
}

/** What a loop that goes back through another one knows of it. */
export interface BackwardLoop {
  readonly forward: WhileContext;
  /** What stands in the backward loop for a tensor of the forward loop: its value in the iteration that is gone through. */
  realValue(tensor: Tensor): Tensor;
}

/** Ops that reduce a tensor to its shape: beside the tensor they leave less to be remembered. */
const shapeQuestions: ReadonlySet<string> = new Set(["Shape", "Size", "Rank"]);

/** A loop. */
export class WhileContext extends FlowRegion {
  readonly kind = "while";
  readonly settings: LoopSettings;
  /** What starts an iteration's condition: the first variable's `Merge`. */
  pivotForCondition: Tensor | null = null;
  /** What starts an iteration's body: the first variable's `Identity`. */
  pivotForBody: Tensor | null = null;
  /** The output of `LoopCond`. */
  pivotTensor: Tensor | null = null;
  loopEnters: Tensor[] = [];
  loopExits: Tensor[] = [];
  /** Of a loop that computes gradients: the loop that it goes back through. */
  readonly backward: BackwardLoop | null;

  constructor(graph: Graph, settings: LoopSettings, baseName = "while_context", backward: BackwardLoop | null = null) {
    checkParallelIterations(settings.parallelIterations);
    super(graph, baseName);
    this.settings = settings;
    this.backward = backward;
  }

  get pivot(): Operation | null {
    return (this.pivotForBody ?? this.pivotForCondition)?.op ?? null;
  }

  addValue(tensor: Tensor): Tensor {
    if (this.known.has(tensor) || tensor.op.flow === this) return this.routed.get(tensor) ?? tensor;
    this.know(tensor);
    const backward = backwardLoopOf(this.graph);
    if (backward !== null && valueLoop(tensor) === backward.forward) {
      const real = backward.realValue(tensor);
      this.routed.set(tensor, real);
      return real;
    }
    const arriving = this.outer === null ? tensor : this.outer.addValue(tensor);
    const inside = this.outside(() => this.#enter(arriving, true));
    inside.setShape(arriving.shape);
    this.graph.preventFeeding(inside);
    this.#settleEnter(inside.op);
    this.know(inside);
    this.routed.set(tensor, inside);
    return inside;
  }

  addOp(op: Operation): void {
    const [input] = op.inputs;
    const backward = input === undefined || !shapeQuestions.has(op.type) ? null : backwardLoopOf(this.graph);
    if (input !== undefined && backward !== null && enclosingLoop(input.op.flow) === backward.forward) {
      // The question is asked in the forward loop, and its answer remembered.
      op.flow = input.op.flow;
      (input.op.flow as FlowRegion).addOwn(op);
      return;
    }
    this.addOwn(op);
  }

  override addOwn(op: Operation): void {
    if (op.inputs.length > 0) this.routeInputs(op);
    const { kept, dropped } = this.dropForeignControls(op);
    if (kept.length === 0 && op.inputs.every((input) => isLoopConstant(input.op))) this.#waitForPivot(op);
    for (const output of op.outputs) this.know(output);
    this.#waitByIdentity(op, dropped);
    if (!this.closeToFetches(op)) return;
    for (const output of op.outputs) this.graph.preventFeeding(output);
  }

  /** Without it, an op that needs only constants of the loop would execute before it is known whether there is an iteration. */
  #waitForPivot(op: Operation): void {
    if (this.pivot !== null) op.addControlInputs([this.pivot]);
  }

  /** Ops outside that the op waits for come in as data: a control edge cannot enter a frame. Ops without outputs are left behind, as in TensorFlow. */
  #waitByIdentity(op: Operation, controls: readonly Operation[]): void {
    if (controls.length === 0) return;
    const identities = this.outside(() =>
      runInScope(this.scope(), () =>
        controls.flatMap((control) => {
          const output = control.outputs[0];
          return output === undefined ? [] : [applyOp1(arrayDefs.Identity, [output]).op];
        }),
      ),
    );
    op.addControlInputs(identities);
  }

  #enter(tensor: Tensor, isConstant: boolean): Tensor {
    return enterFrame(tensor, this.#frame(isConstant));
  }

  #frame(isConstant: boolean): { frameName: string; isConstant: boolean; parallelIterations: number } {
    return { frameName: this.name, isConstant, parallelIterations: this.settings.parallelIterations };
  }

  /** Lets a variable in that is made after the loop was, inside of it: a counter or a sum that its gradient needs. */
  enterLate(tensor: Tensor, name?: string, shape: TensorShape = tensor.shape): Tensor {
    this.know(tensor);
    const enter = enterFrame(tensor, { ...this.#frame(false), ...(name !== undefined && { name }) });
    enter.setShape(shape);
    this.loopEnters.push(enter);
    return enter;
  }

  /** Lets such a variable out. */
  exitLate(tensor: Tensor, name?: string): Tensor {
    const exit = exitFrame(tensor, name);
    this.loopExits.push(exit);
    this.giveOut([exit]);
    return exit;
  }

  /** An `Enter` is made outside of everything; here it becomes part of the loop and gets those current control inputs that are around the loop. */
  #settleEnter(enter: Operation): void {
    const { controls } = stateOf(this.graph);
    const waited = controlInputsFor(controls, enter.inputs).filter((control) => this.#isAround(control));
    enter.flow = this;
    enter.addControlInputs(waited);
    for (const group of controls) group.add(enter);
  }

  /** Whether a control input is in a region around this loop, without another loop in between. */
  #isAround(control: Operation): boolean {
    const home = outputContext(control);
    const outerLoop = enclosingLoop(this.outer);
    for (let region = this.outer; region !== home; region = region.outer) {
      if (region === null || region === outerLoop) return false;
    }
    return true;
  }

  /** Builds the loop. Gives what the body returned, with resource variables read, and the exits. */
  build(parts: LoopParts): { readonly returned: unknown; readonly exits: readonly Tensor[] } {
    return runInScope(this.scope(), () => {
      const enters = this.#enterVariables(flatten(parts.variables).map(flowOf) as Tensor[], parts.shapes);
      const merges = enters.map((enter) => mergeTensors([enter, enter]));
      this.pivotForCondition = merges[0] ?? null;
      const condition = call("'cond' of while_loop", parts.condition, packWithArrays(parts.variables, merges));
      const decision = applyOp1(controlFlowDefs.LoopCond, [convertToTensor(condition)], {}, "LoopCond");
      this.pivotTensor = decision;
      const switches = merges.map((merge) => switchTensor(merge, decision));
      const variables = switches.map(({ onTrue }) => identityOrRef(onTrue));
      this.pivotForBody = variables[0] ?? null;
      const returned = this.#callBody(parts, variables);
      const next = flatten(returned).map((element) => convertToTensor(flowOf(element)));
      for (const [i, merge] of merges.entries()) closeCycle(merge, next[i] as Tensor);
      const exits = switches.map(({ onFalse }) => exitFrame(onFalse));
      this.loopExits = exits;
      this.giveOut(exits);
      return { returned, exits };
    });
  }

  #enterVariables(tensors: readonly Tensor[], shapes: readonly TensorShape[]): Tensor[] {
    this.#knowOnly(tensors);
    const { outer } = this;
    const arriving = outer === null ? tensors : tensors.map((tensor) => outer.addValue(tensor));
    const enters = this.outside(() =>
      arriving.map((tensor, i) => this.#enterVariable(tensor, shapes[i] as TensorShape)),
    );
    const pivot = enclosingPivot(outer);
    for (const enter of enters) {
      if (pivot !== null && enter.op.inputs.every((input) => isLoopConstant(input.op)))
        enter.op.addControlInputs([pivot]);
    }
    for (const enter of enters) this.#settleEnter(enter.op);
    this.#knowOnly(enters);
    this.loopEnters = enters;
    return enters;
  }

  #enterVariable(tensor: Tensor, shape: TensorShape): Tensor {
    const enter = this.#enter(tensor, false);
    if (!isAtMost(tensor.shape, shape)) {
      throw new ArgumentError(
        `The shape invariant specified for ${tensor.name} is not compatible with the initial shape of the loop variable. It enters the loop with shape ${tensor.shape}, but the specified shape invariant is ${shape}.`,
        { tensor, shape: tensor.shape, invariant: shape },
      );
    }
    enter.setShape(shape);
    this.graph.preventFeeding(enter);
    return enter;
  }

  #knowOnly(tensors: readonly Tensor[]): void {
    this.known.clear();
    for (const tensor of tensors) this.know(tensor);
  }

  #callBody(parts: LoopParts, variables: readonly Tensor[]): unknown {
    const packed = packWithArrays(parts.variables, variables);
    const result = call("'body' of while_loop", parts.body, packed);
    const returned = readResources(isNested(result) ? result : [result]);
    // An object counts as the list of its keys, as in Python.
    assertSameStructure(packed, Array.isArray(returned) ? returned : Object.keys(returned as object));
    return returned;
  }
}

/** What the innermost loop in which ops are made now goes back through; `null` where it is no loop of a gradient. */
function backwardLoopOf(graph: Graph): BackwardLoop | null {
  const loop = enclosingLoop(stateOf(graph).flow);
  return loop instanceof WhileContext ? loop.backward : null;
}

/** The loop whose iterations a tensor has values in. */
function valueLoop(tensor: Tensor): FlowContext | null {
  return enclosingLoop(outputContext(tensor.op));
}

/** @throws {ArgumentError} unless it is a whole number from 1. */
function checkParallelIterations(count: number): void {
  if (Number.isInteger(count) && count > 0) return;
  throw new ArgumentError(`'parallel_iterations' must be a positive integer: ${count}`, { parallelIterations: count });
}

function call(what: string, builder: (...variables: never[]) => unknown, variables: unknown): unknown {
  return callBuilder(what, () => builder(...(variables as never[])));
}

function isLoopConstant(op: Operation): boolean {
  return op.def.flow === "enter" && op.attrs["is_constant"] === true;
}

/** The pivot of the closest region that has one. */
function enclosingPivot(region: FlowContext | null): Operation | null {
  for (let at = region; at !== null; at = at.outer) if (at.pivot !== null) return at.pivot;
  return null;
}

/** Whether everything that `general` tells is told by `shape`, too. */
function isAtMost(shape: TensorShape, general: TensorShape): boolean {
  const { dims } = general;
  if (dims === null) return true;
  if (shape.dims === null || shape.dims.length !== dims.length) return false;
  return dims.every((d, i) => d === null || d === shape.dims?.[i]);
}

/** Leads a variable's next value back to its `Merge`. */
function closeCycle(merge: Tensor, value: Tensor): void {
  const next = nextIteration(value);
  if (!isAtMost(next.shape, merge.shape)) {
    const start = merge.op.inputs[0]?.op.inputs[0] as Tensor;
    throw new ArgumentError(
      `Input tensor '${start.name}' enters the loop with shape ${start.shape}, but has shape ${next.shape} after one iteration. To allow the shape to vary across iterations, use the \`shape_invariants\` argument of tf.while_loop to specify a less-specific shape.\n  here  whileLoop(cond, body, loopVars, { shapeInvariants: [ … ] }), null for each dimension that changes`,
      { tensor: start, before: start.shape, after: next.shape },
    );
  }
  merge.op.updateInput(1, next);
}
