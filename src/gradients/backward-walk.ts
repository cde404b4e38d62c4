/**
 * The walk from what is differentiated back to what it is differentiated by. An op is visited when all its consumers in between were;
 * the order fixes the names of all nodes. Mirrors `_GradientsHelper`, python/ops/gradients_util.py.
 */
import { invariant } from "../base/assert.ts";
import { ArgumentError, ShapeError } from "../base/errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { inNameScope, makeColocation, makeDeviceScope, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { tuple } from "../ops/control-flow.ts";
import { aggregate } from "./aggregation.ts";
import { type Between, isTrainable, opsBetween, pendingCounts } from "./between.ts";
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
  readonly #arrived = new Map<Operation, Arrived>();
  readonly #between: Between;
  readonly #pending: Map<Operation, number>;
  readonly #stops: ReadonlySet<Operation>;

  constructor(
    graph: Graph,
    ys: readonly Tensor[],
    xs: readonly Tensor[],
    stops: readonly Tensor[],
    settings: WalkSettings,
  ) {
    this.#graph = graph;
    this.#settings = settings;
    const from = xs.map((x) => x.op);
    this.#between = opsBetween(graph, ys.map((y) => y.op), from); // biome-ignore format: one call
    this.#pending = pendingCounts(this.#between);
    this.#stops = this.#stopOps(from, stops);
  }

  /** The ops of the xs that no other x is needed for, and those that the caller named. */
  #stopOps(from: readonly Operation[], stops: readonly Tensor[]): Set<Operation> {
    const ends = from.filter((op) => op.inputs.every((input) => (this.#pending.get(input.op) ?? 0) <= 0));
    return new Set([...ends, ...stops.map((tensor) => tensor.op)]);
  }

  /** Walks from `ys`, with their gradients. */
  run(ys: readonly Tensor[], gradYs: readonly Gradient[]): void {
    for (const [i, y] of ys.entries()) this.#receive(y, gradYs[i] as Gradient);
    const queue = [...new Set(ys.map((y) => y.op))].filter(
      (op) => (this.#pending.get(op) ?? 0) === 0 && this.#between.reachable.has(op),
    );
    for (let i = 0; i < queue.length; i += 1) {
      const op = queue[i] as Operation;
      this.#beside(op, () => this.#visit(op));
      for (const { op: source } of op.inputs) {
        const left = (this.#pending.get(source) ?? 0) - 1;
        this.#pending.set(source, left);
        if (left === 0) queue.push(source);
      }
    }
  }

  /** The gradient with respect to a tensor; `null` when nothing depends on it. */
  gradientOf(x: Tensor): Gradient | null {
    const arrived = this.#arrived.get(x.op);
    if (arrived === undefined) return null;
    invariant(arrived.summed, `the gradients of ${x.name} were never summed`);
    return arrived.summed[x.index] ?? null;
  }

  #beside<T>(op: Operation, body: () => T): T {
    return this.#settings.colocate ? runInScope(makeColocation(op), body) : body();
  }

  #receive(tensor: Tensor, gradient: Gradient): void {
    let arrived = this.#arrived.get(tensor.op);
    if (arrived === undefined) {
      arrived = { received: tensor.op.outputs.map(() => []), summed: null };
      this.#arrived.set(tensor.op, arrived);
    }
    arrived.received[tensor.index]?.push(gradient);
  }

  #visit(op: Operation): void {
    const grads = this.#sum(op);
    const hasGradient = grads.some((gradient) => gradient !== null);
    const rule = hasGradient && !this.#stops.has(op) ? ruleOf(op) : null;
    if (rule === null) return;
    for (const [i, output] of op.outputs.entries())
      if (grads[i] === null && isTrainable(output.dtype)) grads[i] = zerosForOutput(op, i);
    const inputGrads = inNameScope(this.#graph, `${op.name}_grad`, () => this.#apply(op, rule, grads));
    for (const [i, input] of op.inputs.entries()) {
      const gradient = inputGrads[i] ?? null;
      if (gradient === null) continue;
      if (gradient instanceof Tensor && input.dtype.baseName !== "resource") checkShape(op, i, gradient);
      this.#receive(input, gradient);
    }
  }

  /** The summed gradients of an op's outputs. */
  #sum(op: Operation): (Gradient | null)[] {
    const arrived = this.#arrived.get(op);
    if (arrived === undefined) return op.outputs.map(() => null);
    arrived.summed ??= arrived.received.map((received) =>
      aggregate(received, op.name, this.#settings.aggregationMethod),
    );
    return [...arrived.summed];
  }

  #apply(op: Operation, rule: BoundRule, grads: readonly (Gradient | null)[]): readonly (Gradient | null)[] {
    const built = rule(grads);
    if (built.length !== op.inputs.length) {
      throw new ArgumentError(
        `Num gradients ${built.length} generated for op ${op.name} (op type: ${op.type}) do not match num inputs ${op.inputs.length}\n  a rule returns one gradient for each input, null where there is none`,
        { op, gradients: built },
      );
    }
    if (!this.#settings.gate || built.filter((gradient) => gradient !== null).length < 2) return built;
    return runInScope(makeDeviceScope(null), () =>
      runInScope(makeColocation(null, { ignoreExisting: true }), () => tuple(built) as readonly (Gradient | null)[]),
    );
  }
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
