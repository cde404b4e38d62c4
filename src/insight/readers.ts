/** Who reads and writes variables: the ops that take a variable's value, found in one walk over the graph. */
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { VariableEntry } from "../variables/journal.ts";
import { journalOf } from "../variables/journal.ts";

/** The ops that work with one variable, in the order of their creation. */
export interface VariableTraffic {
  /** What takes the value: behind the read ops that come with the variable, and behind what steers the flow of control. */
  readonly readers: ReadonlySet<Operation>;
  /** What writes the variable, without its initializer. */
  readonly writers: ReadonlySet<Operation>;
}

/** Ops of one name scope. */
export interface OpGroup {
  /** The name scope; empty for the root. */
  readonly scope: string;
  readonly ops: readonly Operation[];
}

interface Traffic {
  readonly entry: VariableEntry;
  readonly readers: Set<Operation>;
  readonly writers: Set<Operation>;
}

/** The traffic of all variables of a graph, by the ops that hold them. Linear in the graph, and in the depth of its loops. */
export function variableTraffic(graph: Graph): ReadonlyMap<Operation, VariableTraffic> {
  const walk = new TrafficWalk();
  const journal = journalOf(graph);
  for (const op of graph.operations) {
    if (op.def.effect === "variable") {
      const entry = journal.ofOp(op);
      if (entry !== undefined) walk.begin(op, entry);
    }
    walk.visit(op);
  }
  // What routes a tensor into a conditional or loop is made after the op that takes it: such ops are visited until nothing new is found.
  const inFlow = graph.operations.filter((op) => op.flow !== null);
  for (let known = -1; known !== walk.knownCount; ) {
    known = walk.knownCount;
    for (const op of inFlow) walk.visit(op);
  }
  return walk.end();
}

/** What a tensor has of variables. */
interface Carried {
  /** The variables themselves or only their values. */
  readonly isReference: boolean;
  readonly of: readonly Traffic[];
}

class TrafficWalk {
  readonly #traffic = new Map<Operation, Traffic>();
  readonly #carried = new Map<Tensor, Carried>();
  /** Read ops that users made. */
  readonly #reads = new Map<Operation, readonly Traffic[]>();
  /** Those whose value something takes. */
  readonly #taken = new Set<Operation>();

  /** Of how many tensors it is known that they have something of variables. */
  get knownCount(): number {
    return this.#carried.size;
  }

  begin(op: Operation, entry: VariableEntry): void {
    const traffic: Traffic = { entry, readers: new Set(), writers: new Set() };
    this.#traffic.set(op, traffic);
    this.#carried.set(op.output(0), { isReference: true, of: [traffic] });
  }

  visit(op: Operation): void {
    const { inputs } = op;
    for (let i = 0; i < inputs.length; i += 1) {
      const input = inputs[i] as Tensor;
      const carried = this.#carried.get(input);
      if (carried === undefined) continue;
      if (carried.isReference) this.#takeReference(op, i, carried.of);
      else this.#takeValue(op, input.op, carried.of);
    }
  }

  #takeReference(op: Operation, index: number, of: readonly Traffic[]): void {
    const { effect, flow } = op.def;
    if (effect === "peek") return;
    if (effect === "write" && index < op.def.writes) {
      for (const traffic of of) if (op !== traffic.entry.variable.initializer) traffic.writers.add(op);
      // What it gives is the reference to the first of them.
      if (index === 0) this.#carry(op, of);
    } else if (effect === "pass" || flow !== undefined || isPlainRead(op)) {
      this.#carry(op, of);
      if (flow === undefined && !of.some(({ entry }) => belongsTo(op, entry))) this.#reads.set(op, of);
    } else {
      for (const traffic of of) traffic.readers.add(op);
    }
  }

  #takeValue(op: Operation, from: Operation, of: readonly Traffic[]): void {
    this.#taken.add(from);
    const passesOn =
      op.def.flow !== undefined ||
      isJoining(op) ||
      (op.type === "Identity" && (isJoining(from) || of.some(({ entry }) => belongsTo(op, entry))));
    if (!passesOn) for (const traffic of of) traffic.readers.add(op);
    else this.#carry(op, of);
  }

  #carry(op: Operation, of: readonly Traffic[]): void {
    for (const output of op.outputs) {
      const before = this.#carried.get(output)?.of ?? [];
      const isReference = output.dtype.isRef || output.dtype.baseName === "resource";
      this.#carried.set(output, { isReference, of: [...new Set([...before, ...of])] });
    }
  }

  end(): ReadonlyMap<Operation, VariableTraffic> {
    for (const [op, of] of this.#reads) {
      if (!this.#taken.has(op)) for (const traffic of of) traffic.readers.add(op);
    }
    return this.#traffic;
  }
}

/** `ReadVariableOp`: gives the whole value, and nothing else. */
function isPlainRead(op: Operation): boolean {
  return op.def.effect === "read" && op.inputs.length === 1;
}

/** An op that was made with the variable. */
function belongsTo(op: Operation, entry: VariableEntry): boolean {
  return op.name.startsWith(`${entry.variable.op.name}/`);
}

/** The op that joins the slices of a partitioned variable. */
function isJoining(op: Operation): boolean {
  return op.name.includes("/ConcatPartitions/");
}

/** Ops by name scope, in the order of their creation. */
export function groupByScope(ops: Iterable<Operation>): OpGroup[] {
  const groups = new Map<string, Operation[]>();
  for (const op of [...ops].sort((a, b) => a.id - b.id)) {
    const scope = op.name.slice(0, Math.max(0, op.name.lastIndexOf("/")));
    const group = groups.get(scope);
    if (group === undefined) groups.set(scope, [op]);
    else group.push(op);
  }
  return [...groups].map(([scope, list]) => ({ scope, ops: list }));
}
