/**
 * Runs a list of nodes by their kernels, one after the other, on arrays of the host. The reference engine is made of it; so are the
 * ops that every engine leaves to the session. Not for control flow: that is `interpreter.ts`.
 */
import { groupInputs, type InputLayout, inputLayout } from "../graph/input-layout.ts";
import type { Operation } from "../graph/operation.ts";
import { kernelOf } from "../kernels/kernels.ts";
import { byExecutor, type Kernel, type KernelContext, type RandomStream } from "../kernels/rule.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { StepEffects } from "./effects.ts";
import type { SliceNode, SliceValue } from "./engine.ts";
import { checkReplacement, locate } from "./failures.ts";
import { regionKernel } from "./flow/region-kernels.ts";
import type { PlanNode } from "./step-values.ts";
import { unsupportedOps } from "./unsupported-op.ts";

/** A node whose values are places in the registers. */
interface Instruction {
  readonly op: Operation;
  readonly kernel: Kernel;
  readonly attrs: Operation["attrs"];
  readonly layout: InputLayout;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly context: KernelContext;
  /** Registers that nobody reads after this node. */
  readonly drops: readonly number[];
}

/** A run that may be interrupted between two nodes. */
interface Progress {
  readonly registers: (NDArray | undefined)[];
  readonly inputs: readonly NDArray[];
  next: number;
}

/** Values whose memory must not be handed out: elements in the same place belong to somebody else. */
type Buffers = Set<unknown>;

const noDrops: readonly number[] = [];

/** How long an asynchronous run works before other tasks get their turn, milliseconds. */
export const TURN_MS = 12;

/** The kernel of an op, or the error that nobody computes it. */
export function requireKernel(op: Operation): Kernel {
  const kernel = kernelOf(op.type);
  if (kernel !== undefined && kernel !== byExecutor) return kernel;
  throw unsupportedOps([op]);
}

/** What kernels of one node see of the step that runs. */
class NodeContext implements KernelContext {
  readonly node: Operation;
  readonly #program: KernelProgram;
  readonly #place: number;
  constructor(node: Operation, program: KernelProgram, place: number) {
    this.node = node;
    this.#program = program;
    this.#place = place;
  }
  get random(): RandomStream | null {
    return this.#program.effects?.streamOf(this.node) ?? null;
  }
  get printCount(): number {
    return this.#program.effects?.printCountOf(this.node) ?? 0;
  }
  print(line: string): void {
    this.#program.effects?.print(this.node, this.#place, line);
  }
}

/** Nodes compiled for the host. One run at a time. */
export class KernelProgram {
  readonly #instructions: Instruction[] = [];
  /** One more than the register of each value, by its id. */
  readonly #places: Int32Array;
  /** The registers before a run: constants in their places. */
  readonly #template: (NDArray | undefined)[] = [];
  readonly #constantBuffers: Buffers = new Set();
  readonly #inputPlaces: readonly number[];
  readonly #outputPlaces: readonly number[];
  /** The drafts of the step that runs; only ops with effects ask for them. */
  effects: StepEffects | null = null;

  /** `placeOf` tells where a node stands in its step, for the order of what is printed. */
  constructor(
    nodes: readonly (SliceNode | PlanNode)[],
    inputs: readonly SliceValue[],
    outputs: readonly SliceValue[],
    placeOf: (op: Operation) => number = () => 0,
  ) {
    this.#places = new Int32Array(1 + highestId(nodes, inputs));
    this.#inputPlaces = inputs.map((value) => this.#placeOf(value));
    const lastUses: number[] = [];
    for (let i = 0; i < nodes.length; i += 1) {
      for (const input of (nodes[i] as SliceNode).inputs) lastUses[this.#placeOf(input)] = i;
    }
    this.#outputPlaces = outputs.map((value) => this.#placeOf(value));
    for (const place of this.#outputPlaces) lastUses[place] = -1;
    const drops: (number[] | undefined)[] = [];
    for (let place = 0; place < lastUses.length; place += 1) {
      const node = lastUses[place] ?? -1;
      if (node >= 0 && this.#template[place] === undefined) (drops[node] ??= []).push(place);
    }
    for (let i = 0; i < nodes.length; i += 1) {
      this.#instructions.push(this.#instruction(nodes[i] as SliceNode, drops[i] ?? noDrops, placeOf));
    }
  }

  #placeOf(value: SliceValue): number {
    const known = this.#places[value.id] as number;
    if (known > 0) return known - 1;
    this.#template.push(value.constant ?? undefined);
    this.#places[value.id] = this.#template.length;
    if (value.constant !== null) this.#constantBuffers.add(bufferOf(value.constant));
    return this.#template.length - 1;
  }

  #placesOf(values: readonly SliceValue[]): number[] {
    const places = new Array<number>(values.length);
    for (let i = 0; i < values.length; i += 1) places[i] = this.#placeOf(values[i] as SliceValue);
    return places;
  }

  #instruction(node: SliceNode | PlanNode, drops: readonly number[], placeOf: (op: Operation) => number): Instruction {
    const { op } = node;
    const isCheck = "isCheck" in node && node.isCheck;
    return {
      op,
      kernel: isCheck ? (replacementCheck(op) as unknown as Kernel) : kernelOfNode(node),
      attrs: node.standIn?.attrs ?? op.attrs,
      layout: isCheck ? null : layoutOf(node),
      inputs: this.#placesOf(node.inputs),
      outputs: this.#placesOf(node.outputs),
      context: new NodeContext(op, this, placeOf(op)),
      drops,
    };
  }

  runSync(inputs: readonly NDArray[]): readonly NDArray[] {
    const progress = this.#start(inputs);
    this.#advance(progress, Infinity);
    return this.#outputs(progress);
  }

  /** As `runSync`; other tasks get their turn in between. Stops when `signal` is aborted. */
  async run(inputs: readonly NDArray[], signal: AbortSignal | null): Promise<readonly NDArray[]> {
    const progress = this.#start(inputs);
    while (!this.#advance(progress, performance.now() + TURN_MS)) {
      await turn();
      signal?.throwIfAborted();
    }
    return this.#outputs(progress);
  }

  #start(inputs: readonly NDArray[]): Progress {
    const registers = this.#template.slice();
    for (let i = 0; i < inputs.length; i += 1) registers[this.#inputPlaces[i] as number] = inputs[i] as NDArray;
    return { registers, inputs, next: 0 };
  }

  /** Runs nodes until all are done or it is `until`; whether all are done. */
  #advance(progress: Progress, until: number): boolean {
    const { registers } = progress;
    const instructions = this.#instructions;
    let at = progress.next;
    try {
      for (; at < instructions.length; at += 1) {
        const { kernel, attrs, layout, inputs, outputs, context, drops } = instructions[at] as Instruction;
        const values = new Array<NDArray>(inputs.length);
        for (let i = 0; i < inputs.length; i += 1) values[i] = registers[inputs[i] as number] as NDArray;
        const result = kernel(groupInputs(layout, values), attrs as never, context);
        if (result instanceof NDArray) registers[outputs[0] as number] = result;
        else for (let i = 0; i < outputs.length; i += 1) registers[outputs[i] as number] = result[i] as NDArray;
        for (let i = 0; i < drops.length; i += 1) registers[drops[i] as number] = undefined;
        if (until !== Infinity && performance.now() >= until && at + 1 < instructions.length) {
          progress.next = at + 1;
          return false;
        }
      }
    } catch (error) {
      throw locate(error, (instructions[at] as Instruction).op);
    }
    return true;
  }

  /** The outputs, each in memory of its own: kernels may give back an input as it is. */
  #outputs({ registers, inputs }: Progress): readonly NDArray[] {
    const outputs: NDArray[] = [];
    let taken: Buffers | null = null;
    for (const place of this.#outputPlaces) {
      const value = registers[place] as NDArray;
      taken ??= new Set(inputs.map(bufferOf));
      const buffer = bufferOf(value);
      const isShared = taken.has(buffer) || this.#constantBuffers.has(buffer);
      taken.add(buffer);
      outputs.push(isShared ? value.copy() : value);
    }
    return outputs;
  }
}

/** The outputs of one node that has no effects, each in memory of its own. */
export function runNode(node: SliceNode, inputs: readonly NDArray[]): readonly NDArray[] {
  const { op, standIn } = node;
  const context = { node: op, random: null, printCount: 0, print: () => undefined };
  const result = kernelOfNode(node)(groupInputs(layoutOf(node), inputs), (standIn ?? op).attrs as never, context);
  const taken: Buffers = new Set(inputs.map(bufferOf));
  return (result instanceof NDArray ? [result] : result).map((value) => {
    const buffer = bufferOf(value);
    const isShared = taken.has(buffer);
    taken.add(buffer);
    return isShared ? value.copy() : value;
  });
}

function layoutOf({ op, region, standIn }: SliceNode): InputLayout {
  if (region !== undefined) return null;
  return standIn === undefined ? inputLayout(op) : standIn.layout;
}

function kernelOfNode({ op, region, standIn }: SliceNode): Kernel {
  if (standIn !== undefined) return kernelOf(standIn.type) as Kernel;
  if (region === undefined) return requireKernel(op);
  const run = regionKernel(region, (nodes, inputs, outputs) => {
    const program = new KernelProgram(nodes, inputs, outputs);
    return (values) => program.runSync(values);
  });
  return run as unknown as Kernel;
}

function highestId(nodes: readonly SliceNode[], inputs: readonly SliceValue[]): number {
  let highest = 0;
  for (const value of inputs) if (value.id > highest) highest = value.id;
  for (const node of nodes) {
    for (const value of node.inputs) if (value.id > highest) highest = value.id;
    for (const value of node.outputs) if (value.id > highest) highest = value.id;
  }
  return highest;
}

/** What two arrays share when a change of one shows in the other. */
export function bufferOf(value: NDArray): unknown {
  return Array.isArray(value.data) ? value.data : value.data.buffer;
}

function replacementCheck(op: Operation) {
  const declared = op.inputs[0]?.shape.dims as readonly number[];
  return (inputs: readonly NDArray[]): readonly NDArray[] => {
    const [old, value] =
      inputs.length === 2 ? [(inputs[0] as NDArray).shape, inputs[1] as NDArray] : [declared, inputs[0] as NDArray];
    checkReplacement(op, old, value.shape);
    return [];
  };
}

/** Lets other tasks of the event loop run. */
export function turn(): Promise<void> {
  const later =
    (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate ??
    ((callback: () => void) => setTimeout(callback, 0));
  return new Promise((resolve) => {
    later(resolve);
  });
}
