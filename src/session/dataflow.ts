/**
 * Turns a slice without control flow into pure dataflow: the scheduler of docs/decisions/0004 run once without values.
 * Reads become the version of the variable that they see, writes become ops from the old value to the new one.
 * Slices with control flow are the interpreter's.
 */
import { GraphError, type OpError } from "../base/errors.ts";
import { Const } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import { kernelOf } from "../kernels/kernels.ts";
import { byExecutor } from "../kernels/rule.ts";
import { bool } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { retvalName, unfed, uninitialized } from "./failures.ts";
import { isRegion, type Region } from "./flow/region.ts";
import { planRegion, type RegionSurroundings } from "./flow/region-plan.ts";
import { planStackRole, withoutIdleCounts } from "./flow/stack-plan.ts";
import type { StackedArrays, StackRole } from "./flow/stacked-arrays.ts";
import type { StepSlice } from "./prune.ts";
import { type PlanNode, StepValue, StepVariable, stateKey, type ValueTraits } from "./step-values.ts";
import { type Unit, UnitSchedule, type UnitSlice, withRegions } from "./unit-schedule.ts";
import { unsetFetch } from "./unset-fetches.ts";

/** What the planner asks about a session's variables. */
export interface VariableStates {
  isInitialized(key: string): boolean;
  /** Whether any resource variable has a value: it shows in TensorFlow's texts. */
  hasContainer(op: Operation): boolean;
  /** A value that no step changes, as an array; `null` where steps may. */
  constantOf?(key: string): NDArray | null;
}

/** A step as dataflow. It holds while the same of its variables have values. */
export interface Dataflow {
  /** In the order of the rules; what stands after a failure is left out. */
  readonly nodes: readonly PlanNode[];
  /** The checks among the nodes. */
  readonly checks: readonly PlanNode[];
  readonly variables: readonly StepVariable[];
  /** One per fetch; `null` for operations. */
  readonly fetches: readonly (StepValue | null)[];
  /** How many values there are. */
  readonly valueCount: number;
  /** Whether a write may give a variable another shape than the graph says. */
  readonly changesShapes: boolean;
  /** How the step fails when every node has succeeded: a new error each time. */
  readonly failure: (() => OpError) | null;
}

/** What a tensor is in a step: a value, or a reference to a variable. */
type Held = StepValue | StepVariable;

/** Ends the planning: everything after this op is out of reach. */
class PlannedFailure {
  readonly makeError: () => OpError;
  /** Whether a read found no value. */
  readonly isUnset: boolean;
  constructor(makeError: () => OpError, isUnset = false) {
    this.makeError = makeError;
    this.isUnset = isUnset;
  }
}

/**
 * The dataflow of a slice for the variables as they are. Linear in the slice.
 * Where the slice has control flow, all of it is in `regions`, and every variable that they read has a value.
 */
export function planDataflow(
  slice: StepSlice,
  states: VariableStates,
  regions: readonly Region[] = [],
  stacked: StackedArrays | null = null,
): Dataflow {
  return new DataflowPlanner(regions.length === 0 ? slice : withRegions(slice, regions), slice, states, stacked).plan();
}

class DataflowPlanner {
  readonly #slice: UnitSlice;
  /** The slice before its regions were closed. */
  readonly #source: StepSlice;
  readonly #hasRegions: boolean;
  readonly #states: VariableStates;
  readonly #stacked: StackedArrays | null;
  readonly #schedule: UnitSchedule;
  readonly #held: (readonly Held[])[] = [];
  /** Identities on references to variables without a value. */
  readonly #waiting = new Map<StepVariable, number[]>();
  readonly #variables = new Map<string, StepVariable>();
  readonly #fed: (StepValue | undefined)[] = [];
  readonly #nodes: PlanNode[] = [];
  readonly #checks: PlanNode[] = [];
  #valueCount = 0;
  #changesShapes = false;

  constructor(slice: UnitSlice, source: StepSlice, states: VariableStates, stacked: StackedArrays | null) {
    this.#stacked = stacked;
    this.#slice = slice;
    this.#source = source;
    this.#hasRegions = slice !== source;
    this.#states = states;
    this.#schedule = new UnitSchedule(slice);
  }

  plan(): Dataflow {
    try {
      this.#run();
      const fetches = this.#slice.fetches.map((fetch) => (fetch instanceof Tensor ? this.#fetched(fetch) : null));
      return this.#result(fetches, null);
    } catch (error) {
      if (!(error instanceof PlannedFailure)) throw error;
      return this.#result(
        this.#slice.fetches.map(() => null),
        this.#preferred(error).makeError,
      );
    }
  }

  /** Of several variables without a value, a fetched one is named. */
  #preferred(failure: PlannedFailure): PlannedFailure {
    if (!failure.isUnset) return failure;
    const fetch = unsetFetch(this.#source, (op) => this.#states.isInitialized(stateKey(op)));
    return fetch === null
      ? failure
      : new PlannedFailure(() => uninitialized(fetch.op, null, retvalName(fetch, this.#slice.fetches), false));
  }

  #result(fetches: readonly (StepValue | null)[], failure: (() => OpError) | null): Dataflow {
    return {
      nodes: this.#stacked === null ? this.#nodes : withoutIdleCounts(this.#nodes, this.#outliving(fetches)),
      checks: this.#checks,
      variables: [...this.#variables.values()],
      fetches,
      valueCount: this.#valueCount,
      changesShapes: this.#changesShapes,
      failure,
    };
  }

  #outliving(fetches: readonly (StepValue | null)[]): readonly StepValue[] {
    const written = [...this.#variables.values()].flatMap((variable) => variable.written ?? []);
    return [...written, ...fetches.flatMap((fetch) => fetch ?? [])];
  }

  #run(): void {
    const { ops } = this.#slice;
    for (let i = this.#schedule.next(); i !== null; i = this.#schedule.next()) {
      if (this.#mustWait(i)) continue;
      this.#held[i] = this.#execute(ops[i] as Unit);
      this.#schedule.finish(i);
    }
    for (const [variable, [first]] of this.#waiting) {
      const op = ops[first as number] as Operation;
      throw this.#uninitialized(variable, op, op.name);
    }
    if (this.#schedule.finishedCount < ops.length)
      throw new GraphError(
        `The operations of this step depend on each other in a circle.\n  one of them: '${this.#stuckName()}'`,
      );
  }

  #stuckName(): string {
    const unit = this.#slice.ops.find((_, i) => this.#held[i] === undefined) as Unit;
    return isRegion(unit) ? unit.op.name : unit.name;
  }

  /** A read of a reference variable waits until the step has initialized it: notes it, if so. */
  #mustWait(i: number): boolean {
    const op = this.#slice.ops[i] as Unit;
    if (
      isRegion(op) ||
      op.def.effect !== "pass" ||
      op.def.allowsUninitializedInput ||
      op.inputs[0]?.dtype.isRef !== true
    )
      return false;
    const held = this.#heldOf(op.inputs[0]);
    if (!(held instanceof StepVariable) || held.hasValue) return false;
    const waiting = this.#waiting.get(held);
    if (waiting) waiting.push(i);
    else this.#waiting.set(held, [i]);
    return true;
  }

  /** Puts the reads that wait for a variable back. */
  #wake(variable: StepVariable): void {
    const waiting = this.#waiting.get(variable);
    if (waiting === undefined) return;
    this.#waiting.delete(variable);
    for (const i of waiting) this.#schedule.putBack(i);
  }

  #heldOf(tensor: Tensor): Held {
    const { feedIndex, places } = this.#slice;
    const feed = feedIndex.size === 0 ? undefined : feedIndex.get(tensor);
    if (feed !== undefined) return (this.#fed[feed] ??= this.#value(tensor, feed));
    const place = places[tensor.op.id] as number;
    const index = this.#hasRegions ? this.#outputIndex(place, tensor) : tensor.index;
    return (this.#held[place] as readonly Held[])[index] as Held;
  }

  #outputIndex(place: number, tensor: Tensor): number {
    const unit = this.#slice.ops[place] as Unit;
    return isRegion(unit) ? unit.outputs.indexOf(tensor) : tensor.index;
  }

  #value(of: ValueTraits, source: number | StepVariable | null = null, constant: NDArray | null = null): StepValue {
    this.#valueCount += 1;
    return new StepValue(this.#valueCount - 1, of, source, constant);
  }

  #fetched(tensor: Tensor): StepValue {
    const held = this.#heldOf(tensor);
    return held instanceof StepValue ? held : this.#version(held, null, retvalName(tensor, this.#slice.fetches));
  }

  /** The value of an input at the consumer's place. */
  #read(op: Operation, index: number): StepValue {
    const held = this.#heldOf(op.inputs[index] as Tensor);
    return held instanceof StepValue ? held : this.#version(held, op, op.name);
  }

  #version(variable: StepVariable, op: Operation | null, node: string): StepValue {
    if (variable.written !== null) return variable.written;
    if (!variable.wasInitialized) throw this.#uninitialized(variable, op, node);
    return (variable.before ??= this.#before(variable));
  }

  #before(variable: StepVariable): StepValue {
    const constant = this.#states.constantOf?.(variable.key) ?? null;
    return constant === null ? this.#value(variable, variable) : this.#value(variable, null, constant);
  }

  #uninitialized(variable: StepVariable, op: Operation | null, node: string): PlannedFailure {
    const isUpdate = op?.def.effect === "write";
    return new PlannedFailure(
      () => uninitialized(variable.op, op, node, this.#states.hasContainer(variable.op)),
      !isUpdate,
    );
  }

  /** A region gives values as any op does; what its members read is read here. */
  #region(region: Region): readonly Held[] {
    const { nodes, values } = planRegion(region, this.#around(region.op));
    for (const node of nodes) this.#nodes.push({ ...(node as Omit<PlanNode, "isCheck">), isCheck: false });
    return region.outputs.map((output) => values.get(output) as StepValue);
  }

  #around(reader: Operation): RegionSurroundings {
    return {
      stacked: this.#stacked,
      value: (of, constant) => this.#value(of, null, constant),
      outside: (tensor) => {
        const held = this.#heldOf(tensor);
        return held instanceof StepValue ? held : this.#version(held, reader, reader.name);
      },
    };
  }

  #stackRole(op: Operation, role: StackRole): readonly Held[] {
    const around = this.#around(op);
    const planned = planStackRole(op, role, (tensor) => around.outside(tensor), around);
    // Nobody takes the others: they are handles and flows.
    if (planned === null) return op.outputs.map((output) => this.#value(output));
    if (planned.node !== null) this.#nodes.push({ ...(planned.node as Omit<PlanNode, "isCheck">), isCheck: false });
    return [planned.value as StepValue];
  }

  #execute(op: Unit): readonly Held[] {
    if (isRegion(op)) return this.#region(op);
    const role = this.#stacked?.roleOf.get(op);
    if (role !== undefined) return this.#stackRole(op, role);
    switch (op.def.effect) {
      case "variable":
        return [this.#variable(op)];
      case "pass":
        return [this.#pass(op)];
      case "peek":
        return [this.#peek(op)];
      case "write":
        return this.#write(op);
      case "read":
        return op.def.givesValue ? [this.#read(op, 0)] : this.#compute(op);
      case "none":
      case "random":
      case "host":
        return op.def === Const ? [this.#value(op.output(0), null, op.attrs["value"] as NDArray)] : this.#compute(op);
    }
  }

  #variable(op: Operation): StepVariable {
    const key = stateKey(op);
    let variable = this.#variables.get(key);
    if (variable === undefined) {
      variable = new StepVariable(op, key, this.#states.isInitialized(key));
      this.#variables.set(key, variable);
    }
    return variable;
  }

  /** On a reference output the reference goes on; anywhere else the value is read here. */
  #pass(op: Operation): Held {
    const [input] = op.inputs as readonly [Tensor];
    const held = this.#heldOf(input);
    return input.dtype.isRef || isHandle(held) ? held : this.#read(op, 0);
  }

  #peek(op: Operation): StepValue {
    const held = this.#heldOf(op.inputs[0] as Tensor);
    const known = held instanceof StepVariable && held.hasValue;
    return this.#value(op.output(0), null, new NDArray(bool, [], new Uint8Array([known ? 1 : 0])));
  }

  #write(op: Operation): readonly Held[] {
    const variables = op.inputs.slice(0, op.def.writes).map((input) => this.#heldOf(input) as StepVariable);
    const [variable] = variables as [StepVariable];
    const outputs = op.def.replaces ? this.#replace(op, variable) : this.#update(op, variables);
    return op.outputs.map((output) => (output.dtype.isRef ? variable : (outputs[output.index] as StepValue)));
  }

  /** The new value is the value input itself. */
  #replace(op: Operation, variable: StepVariable): readonly StepValue[] {
    const value = this.#read(op, 1);
    if (needsCheck(op, variable, value)) {
      const inputs = variable.hasValue ? [this.#version(variable, op, op.name), value] : [value];
      const check: PlanNode = { op, inputs, outputs: [], isCheck: true };
      this.#nodes.push(check);
      this.#checks.push(check);
    }
    if (op.attrs["validate_shape"] === false) this.#changesShapes = true;
    variable.written = value;
    this.#wake(variable);
    return [];
  }

  #update(op: Operation, variables: readonly StepVariable[]): readonly StepValue[] {
    const inputs = op.inputs.map((_, index) => this.#read(op, index));
    const outputs = op.outputs.filter((output) => !output.dtype.isRef).map((output) => this.#value(output));
    const next = variables.map((variable) => this.#value(variable));
    this.#nodes.push({ op, inputs, outputs: [...outputs, ...next], isCheck: false });
    for (let i = 0; i < variables.length; i += 1) (variables[i] as StepVariable).written = next[i] as StepValue;
    return outputs;
  }

  #compute(op: Operation): readonly StepValue[] {
    // A source without arithmetic is a placeholder: fed, it would not be here.
    if (op.inputs.length === 0 && op.outputCount > 0 && kernelOf(op.type) === byExecutor)
      throw new PlannedFailure(() => unfed(op));
    // As long as they have to be, from the start: a list that grows takes room for more.
    const inputs = new Array<StepValue>(op.inputs.length);
    for (let index = 0; index < inputs.length; index += 1) inputs[index] = this.#read(op, index);
    const outputs = new Array<StepValue>(op.outputCount);
    for (let index = 0; index < outputs.length; index += 1) outputs[index] = this.#value(op.output(index));
    // An op without outputs and effects, such as `NoOp`, only orders others.
    if (outputs.length > 0 || op.def.effect !== "none") this.#nodes.push({ op, inputs, outputs, isCheck: false });
    return outputs;
  }
}

function isHandle(held: Held): boolean {
  return held instanceof StepVariable && !held.isRef;
}

/** Whether the shapes are only known when the step runs. Without an old value, a reference variable goes by what it declares. */
function needsCheck(op: Operation, variable: StepVariable, value: StepValue): boolean {
  if (
    op.attrs["validate_shape"] === false ||
    !(variable.hasValue || (variable.isRef && variable.shape.isFullyDefined()))
  )
    return false;
  return !(variable.shape.isFullyDefined() && value.shape.isFullyDefined() && variable.shape.equals(value.shape));
}
