/**
 * The walk from what is differentiated back to what it is differentiated by. An op is visited when all its consumers in between were;
 * the order fixes the names of all nodes. Mirrors `_GradientsHelper`, python/ops/gradients_util.py.
 */
import { invariant } from "../base/assert.ts";
import { ArgumentError, ShapeError } from "../base/errors.ts";
import { stateOf } from "../graph/context.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { inNameScope, makeColocation, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { tuple } from "../ops/control-flow.ts";
import { aggregate } from "./aggregation.ts";
import { type Between, isTrainable, opsBetween, pendingCounts } from "./between.ts";
import { isLoopSwitch, LoopStates } from "./loop-states.ts";
import { type BoundRule, ruleOf } from "./registry.ts";
import type { Gradient } from "./rule.ts";
import { zerosForOutput } from "./zeros.ts";

/** How a walk builds what it builds. */
export interface WalkSettings {
  readonly colocate: boolean;
  /** Whether the gradients of an op's inputs are used only when all of them are there. */
  readonly gate: boolean;
  readonly aggregationMethod: number;
}

/** The gradients that arrived at an op's outputs, until they are summed. */
interface Arrived {
  readonly received: readonly Gradient[][];
  summed: (Gradient | null)[] | null;
}

/** One call of `gradients`. */
export class BackwardWalk {
  readonly #graph: Graph;
  readonly #settings: WalkSettings;
  readonly #xs: readonly Operation[];
  readonly #between: Between;
  readonly #loops: LoopStates | null;
  readonly #pending: Map<Operation, number>;
  readonly #arrived = new Map<Operation, Arrived>();
  readonly #queue: Operation[] = [];

  constructor(graph: Graph, ys: readonly Tensor[], xs: readonly Tensor[], settings: WalkSettings) {
    this.#graph = graph;
    this.#settings = settings;
    this.#xs = opsOf(xs);
    this.#between = opsBetween(graph, opsOf(ys), this.#xs);
    this.#loops = LoopStates.of(this.#between.ops, this.#between.isBetween, settings.colocate);
    this.#pending = pendingCounts(this.#between);
  }

  /** Walks from `ys`, with their gradients, up to the xs and to what counts as constant. */
  run(ys: readonly Tensor[], gradYs: readonly Gradient[], constants: readonly Tensor[]): void {
    for (const [i, y] of ys.entries()) this.#receive(y, gradYs[i] as Gradient);
    const started = new Set(
      opsOf(ys).filter((op) => (this.#pending.get(op) ?? 0) === 0 && this.#between.reachable.has(op)),
    );
    this.#queue.push(...started);
    this.#startUnusedExits(started);
    const stops = this.#stopOps(opsOf(constants));
    for (let i = 0; i < this.#queue.length; i += 1) {
      const op = this.#queue[i] as Operation;
      this.#beside(op, () => this.#visit(op, stops.has(op)));
      for (const input of op.inputs) this.#consumerVisited(input);
    }
  }

  /** What TensorFlow adds to loops at the very end, outside of the name scope. */
  finish(): void {
    this.#loops?.finish();
  }

  /** The gradient with respect to a tensor; `null` when nothing depends on it. */
  gradientOf(x: Tensor): Gradient | null {
    const arrived = this.#arrived.get(x.op);
    if (arrived === undefined) return null;
    invariant(arrived.summed, `the gradients of ${x.name} were never summed`);
    return arrived.summed[x.index] ?? null;
  }

  /** Loops end in several places; all of them are gone through, even if nothing asks for some. */
  #startUnusedExits(started: ReadonlySet<Operation>): void {
    if (this.#loops === null) return;
    for (const exit of this.#loops.unusedExits(this.#pending, started)) {
      if (!isTrainable(exit.dtype)) continue;
      this.#receive(exit, this.#loops.zerosForExit(exit));
      this.#queue.push(exit.op);
    }
  }

  /** The ops of the xs that no other x is needed for, and those that the caller named. */
  #stopOps(constants: readonly Operation[]): Set<Operation> {
    const ends = this.#xs.filter((op) => op.inputs.every((input) => (this.#pending.get(input.op) ?? 0) <= 0));
    return new Set([...ends, ...constants]);
  }

  /** One consumer of a tensor was visited; the tensor's op is next when all were. */
  #consumerVisited(tensor: Tensor): void {
    const { op } = tensor;
    const left = (this.#pending.get(op) ?? 0) - 1;
    this.#pending.set(op, left);
    if (left !== 0 && (this.#loops === null || left < 0 || !isLoopSwitch(op))) return;
    if (this.#loops === null || op.def.flow !== "exit") {
      this.#queue.push(op);
      return;
    }
    const hasGradient = (exit: Operation): boolean =>
      this.#arrived.get(exit)?.received.some((received) => received.length > 0) ?? false;
    this.#queue.push(...this.#loops.exitReady(tensor, hasGradient, (exit, zeros) => this.#receive(exit, zeros)));
  }

  #beside<T>(op: Operation, body: () => T): T {
    return this.#settings.colocate ? runInScope(makeColocation(op), body) : body();
  }

  #inLoop<T>(op: Operation, before: boolean, body: () => T): T {
    return this.#loops === null ? body() : this.#loops.inGradientLoop(op, before, body);
  }

  #receive(tensor: Tensor, gradient: Gradient): void {
    let arrived = this.#arrived.get(tensor.op);
    if (arrived === undefined) {
      arrived = { received: tensor.op.outputs.map(() => []), summed: null };
      this.#arrived.set(tensor.op, arrived);
    }
    // The switch of a loop variable is visited again, for the body.
    if (arrived.summed !== null) arrived.summed[tensor.index] = gradient;
    else arrived.received[tensor.index]?.push(gradient);
  }

  #visit(op: Operation, isStop: boolean): void {
    const grads = this.#inLoop(op, true, () => this.#sum(op));
    const hasGradient = grads.some((gradient) => gradient !== null);
    const rule = hasGradient && !isStop ? ruleOf(op) : null;
    this.#inLoop(op, false, () => {
      this.#checkLeavesNoLoop(op);
      if (rule !== null) this.#differentiate(op, rule, grads);
    });
  }

  /** The summed gradients of an op's outputs, as the walk keeps them. */
  #sum(op: Operation): (Gradient | null)[] {
    const arrived = this.#arrived.get(op);
    if (arrived === undefined) return op.outputs.map(() => null);
    arrived.summed ??= arrived.received.map((received) =>
      aggregate(received, op.name, this.#settings.aggregationMethod),
    );
    return arrived.summed;
  }

  #differentiate(op: Operation, rule: BoundRule, grads: (Gradient | null)[]): void {
    for (const [i, output] of op.outputs.entries())
      if (grads[i] === null && isTrainable(output.dtype))
        grads[i] = this.#loops === null ? zerosForOutput(op, i) : this.#loops.zerosForOutput(op, i);
    const inputGrads = inNameScope(this.#graph, `${op.name}_grad`, () => this.#apply(op, rule, grads));
    for (const [i, input] of op.inputs.entries()) {
      const gradient = inputGrads[i] ?? null;
      if (gradient === null) continue;
      if (gradient instanceof Tensor && input.dtype.baseName !== "resource") checkShape(op, i, gradient);
      this.#receive(input, gradient);
    }
  }

  #apply(op: Operation, rule: BoundRule, grads: readonly (Gradient | null)[]): readonly (Gradient | null)[] {
    const built = rule(grads);
    if (built.length !== op.inputs.length) {
      throw new ArgumentError(
        `Num gradients ${built.length} generated for op name: "${op.name}"\n  of type ${op.type}: do not match num inputs ${op.inputs.length}\n  a rule returns one gradient for each input, null where there is none`,
        { op, gradients: built },
      );
    }
    if (!this.#settings.gate || built.filter((gradient) => gradient !== null).length < 2) return built;
    return runInScope(makeDeviceScope(null), () =>
      runInScope(makeColocation(null, { ignoreExisting: true }), () => tuple(built) as readonly (Gradient | null)[]),
    );
  }

  /** Where gradients are built inside of a loop's body, the walk may not go back to before its first iteration. */
  #checkLeavesNoLoop(op: Operation): void {
    if (op.def.flow !== "switch" || op.flow?.kind !== "while" || op.flow !== stateOf(this.#graph).flow) return;
    const target = this.#closestX(op);
    throw new ArgumentError(
      `Cannot compute gradient inside while loop with respect to op '${target.name}'. We do not support taking the gradient wrt or through the initial value of a loop variable. Gradients can be computed through loop invariants or wrt the input parameters to the loop body.`,
      { op: target },
    );
  }

  /** The x that an op reaches by the fewest steps. */
  #closestX(op: Operation): Operation {
    const xs = new Set(this.#xs);
    const seen = new Set([op]);
    for (const one of seen) {
      if (xs.has(one)) return one;
      for (const input of one.inputs) seen.add(input.op);
    }
    return op;
  }
}

function opsOf(tensors: readonly Tensor[]): Operation[] {
  return tensors.map((tensor) => tensor.op);
}

/** A gradient has the shape of what it belongs to. */
function checkShape(op: Operation, index: number, gradient: Tensor): void {
  const { shape } = op.inputs[index] as Tensor;
  const before = gradient.shape;
  try {
    gradient.setShape(shape);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ArgumentError(
      `Incompatible shapes between op input and calculated input gradient. Forward operation: ${op.name}. Input index: ${index}. Original input shape: ${shape}. Calculated input gradient shape: ${before}`,
      { op, index, shape, gradientShape: before },
    );
  }
}
