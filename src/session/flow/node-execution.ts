/**
 * What one node of a slice with control flow gives for what arrives at it: values, references to variables, and dead ones. Not where these
 * go: that is `interpreter.ts`.
 */
import type { OpError } from "../../base/errors.ts";
import { Const } from "../../graph/constant.ts";
import { groupInputs } from "../../graph/input-layout.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { KernelContext, RandomStream } from "../../kernels/rule.ts";
import { bool, int32 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { StepEffects } from "../effects.ts";
import { checkReplacement, retvalName, unfed, uninitialized } from "../failures.ts";
import { requireKernel } from "../kernel-program.ts";
import { unsetFetch } from "../unset-fetches.ts";
import type { Instance, Token } from "./flow-frames.ts";
import type { FlowNode, FlowProgram } from "./flow-program.ts";

/** A variable during a step. */
export interface HostVariable {
  readonly op: Operation;
  value: NDArray | null;
  isWritten: boolean;
}

/** What the interpreter needs of a session. */
export interface HostStep {
  /** The variable that an op stands for, with the value before the step. */
  variableOf(op: Operation): HostVariable;
  /** See `VariableStates.hasContainer`. */
  hasContainer(op: Operation): boolean;
  readonly effects: StepEffects;
}

/** A reference to a variable, or a read of it that has not happened yet. */
export class Reference {
  readonly variable: HostVariable;
  constructor(variable: HostVariable) {
    this.variable = variable;
  }
}

/** What a branch that is not taken gives. */
export const dead: unique symbol = Symbol("dead");
/** What an op without outputs gives to those that wait for it. */
const nothing: unique symbol = Symbol("nothing");

/** The nodes of one execution of a slice. */
export class NodeExecution {
  readonly #program: FlowProgram;
  readonly #host: HostStep;
  readonly #onInitialized: (variable: HostVariable) => void;
  /** What the kernel of each op sees of the step, by the op's place. */
  readonly #contexts: KernelContext[] = [];

  /** `onInitialized` is told of each variable that gets its first value. */
  constructor(program: FlowProgram, host: HostStep, onInitialized: (variable: HostVariable) => void) {
    this.#program = program;
    this.#host = host;
    this.#onInitialized = onInitialized;
  }

  /** What a node gives that is not dead, one token for each output. */
  execute(instance: Instance): readonly Token[] {
    const { node, inputs } = instance;
    if (node.isMerge) return this.#merge(instance);
    const { flow, effect } = node.op.def;
    if (flow === undefined) return this.#executeEffect(node, inputs);
    if (flow === "switch") return this.#switch(node, inputs);
    return [effect === "pass" ? inputs[0] : this.readInput(node, inputs[0])];
  }

  #merge({ node, inputs, liveSlot }: Instance): readonly Token[] {
    const live = inputs[liveSlot];
    const value = node.op.def.effect === "pass" ? live : this.readInput(node, live);
    return [value, new NDArray(int32, [], Int32Array.of(liveSlot))];
  }

  #switch(node: FlowNode, [data, predicate]: readonly Token[]): readonly Token[] {
    const taken = this.readInput(node, predicate).at(0) === true;
    return taken ? [dead, data] : [data, dead];
  }

  #executeEffect(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    const { op } = node;
    switch (op.def.effect) {
      case "variable":
        return [new Reference(this.#host.variableOf(op))];
      case "pass":
        return [this.#pass(node, inputs[0])];
      case "peek":
        return [new NDArray(bool, [], Uint8Array.of((inputs[0] as Reference).variable.value === null ? 0 : 1))];
      case "write":
        return this.#write(node, inputs);
      case "read":
        return op.def.givesValue ? [this.readInput(node, inputs[0])] : this.#compute(node, inputs);
      case "none":
      case "random":
      case "host":
        return op.def === Const ? [op.attrs["value"]] : this.#compute(node, inputs);
    }
  }

  /** On a reference output the reference goes on, and a handle anywhere; else the value is read here. */
  #pass(node: FlowNode, token: Token): Token {
    const [input] = node.op.inputs as readonly [Tensor];
    const isHandle = token instanceof Reference && token.variable.op.outputs[0]?.dtype.isRef !== true;
    return input.dtype.isRef || isHandle ? token : this.readInput(node, token);
  }

  #write(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    const { op } = node;
    const reference = inputs[0] as Reference;
    const { variable } = reference;
    const before = variable.value;
    let outputs: readonly NDArray[] = [];
    if (op.def.replaces) {
      const value = this.readInput(node, inputs[1]);
      checkAssigned(op, variable, value);
      variable.value = value;
    } else {
      outputs = this.#applyKernel(node, inputs);
      this.#update(inputs.slice(0, op.def.writes) as readonly Reference[], outputs);
    }
    variable.isWritten = true;
    if (before === null) this.#onInitialized(variable);
    if (op.outputs.length === 0) return [nothing];
    let next = 0;
    return op.outputs.map((output) => (output.dtype.isRef ? reference : outputs[next++]));
  }

  /** The last results of the kernel are the new values of what it wrote. */
  #update(references: readonly Reference[], results: readonly NDArray[]): void {
    const first = results.length - references.length;
    for (const [i, { variable }] of references.entries()) {
      variable.value = results[first + i] as NDArray;
      variable.isWritten = true;
    }
  }

  #compute(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    if (node.op.outputs.length === 0 && node.op.def.effect === "none") return [nothing];
    return this.#applyKernel(node, inputs);
  }

  #applyKernel(node: FlowNode, inputs: readonly Token[]): readonly NDArray[] {
    const { op } = node;
    if (node.kernel === null && op.inputs.length === 0 && op.outputs.length > 0) throw unfed(op);
    const kernel = node.kernel ?? requireKernel(op);
    const values = new Array<NDArray>(inputs.length);
    for (let i = 0; i < values.length; i += 1) values[i] = this.readInput(node, inputs[i]);
    const context = (this.#contexts[node.index] ??= this.#context(op));
    const result = kernel(groupInputs(node.layout, values), op.attrs as never, context);
    return result instanceof NDArray ? [result] : result;
  }

  #context(op: Operation): KernelContext {
    const { effects } = this.#host;
    return {
      node: op,
      get random(): RandomStream {
        return effects.streamOf(op);
      },
      get printCount(): number {
        return effects.printCountOf(op);
      },
      print: (line) => effects.print(op, 0, line),
    };
  }

  /** The value of an input, read now if it is a reference. */
  readInput(node: FlowNode, token: Token): NDArray {
    return this.read(token, node.op, node.op.name);
  }

  /** The value of a token for an op, or for the fetch of this name. */
  read(token: Token, op: Operation | null, node: string): NDArray {
    if (!(token instanceof Reference)) return token as NDArray;
    if (token.variable.value === null) throw this.uninitialized(token.variable, op, node);
    return token.variable.value;
  }

  /** The error of an op that finds no value; of several variables without one, a fetched one is named. */
  uninitialized(variable: HostVariable, op: Operation | null, node: string): OpError {
    const { slice } = this.#program;
    const fetch =
      op?.def.effect === "write" ? null : unsetFetch(slice, (other) => this.#host.variableOf(other).value !== null);
    if (fetch !== null) return uninitialized(fetch.op, null, retvalName(fetch, slice.fetches), false);
    return uninitialized(variable.op, op, node, this.#host.hasContainer(variable.op));
  }
}

/** Whether a value may replace a variable's; without one, a reference variable goes by what it declares. */
function checkAssigned(op: Operation, variable: HostVariable, value: NDArray): void {
  if (op.attrs["validate_shape"] === false) return;
  const [declared] = variable.op.outputs as readonly [Tensor];
  const old =
    variable.value?.shape ??
    (declared.dtype.isRef && declared.shape.isFullyDefined() ? declared.shape.asNumbers() : null);
  if (old !== null) checkReplacement(op, old, value.shape);
}
