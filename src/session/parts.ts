/**
 * Splits the nodes of a step between the engine and the host. As values never change, only data orders the parts, so there are as few
 * of them as alternations between the two on the longest path.
 */
import type { Operation } from "../graph/operation.ts";
import type { Engine, EngineSlice, SliceValue } from "./engine.ts";
import type { PlanNode, StepValue } from "./step-values.ts";

/** Nodes that run together. */
export interface Part extends EngineSlice {
  /** Whether the session runs it, by kernels. */
  readonly isHost: boolean;
  readonly nodes: readonly PlanNode[];
  readonly inputs: readonly StepValue[];
  readonly outputs: readonly StepValue[];
}

/** Nodes of one side that can run one after the other. */
interface Phase {
  readonly nodes: PlanNode[];
  readonly isHost: boolean;
}

/** Whether every engine leaves an op to the session: it draws, prints, asserts or works on strings. */
export function isHostOp(op: Operation): boolean {
  const { effect } = op.def;
  return effect === "random" || effect === "host" || hasText(op);
}

function hasText(op: Operation): boolean {
  for (const input of op.inputs) if (input.dtype.isString) return true;
  for (let index = 0; index < op.outputCount; index += 1) if (op.output(index).dtype.isString) return true;
  return false;
}

/** Regions, and what comes of arrays in them, are only planned for engines that run them, of ops that they compute. */
function isPlanned({ region, standIn }: PlanNode): boolean {
  return region !== undefined || standIn !== undefined;
}

/** Whether the engine computes a node. */
function isAtEngine(node: PlanNode, engine: Engine): boolean {
  if (isPlanned(node)) return true;
  const { op, inputs, outputs } = node;
  if (isHostOp(op)) return false;
  const known = inputs.map(({ constant }) => constant);
  const shapes = { inputs: inputs.map(({ shape }) => shape), outputs: outputs.map(({ shape }) => shape) };
  return engine.supports(op, known, shapes) === true;
}

/**
 * All of a step as one part of the engine's, if it takes it: that is not asked here, but by compiling it. `null` where some of it is the
 * session's in any case.
 */
export function wholePart(nodes: readonly PlanNode[], wanted: Iterable<StepValue>): Part | null {
  const phase: Phase = { nodes: [], isHost: false };
  const phaseOf: number[] = [];
  for (const node of nodes) {
    if (node.isCheck) continue;
    if (!isPlanned(node) && isHostOp(node.op)) return null;
    phase.nodes.push(node);
    for (const output of node.outputs) phaseOf[output.id] = 0;
  }
  return connect([phase], phaseOf, new Set<SliceValue>(wanted))[0] ?? null;
}

/** The parts of a step in order; `wanted` are the values that outlive the parts. Checks are in none of them. */
export function splitIntoParts(
  nodes: readonly PlanNode[],
  wanted: Iterable<StepValue>,
  engine: Engine,
): readonly Part[] {
  const phases: Phase[] = [];
  // By the values' ids, which are dense.
  const phaseOf: number[] = [];
  for (const node of nodes) {
    if (node.isCheck) continue;
    // Even phases are the host's, odd ones the engine's.
    let phase = isAtEngine(node, engine) ? 1 : 0;
    for (const input of node.inputs) {
      const made = phaseOf[input.id];
      if (made !== undefined && made > phase) phase = (made & 1) === (phase & 1) ? made : made + 1;
    }
    while (phases.length <= phase) phases.push({ nodes: [], isHost: (phases.length & 1) === 0 });
    phases[phase]?.nodes.push(node);
    for (const output of node.outputs) phaseOf[output.id] = phase;
  }
  const outliving = new Set<SliceValue>(wanted);
  delay(phases, phaseOf, outliving);
  return connect(phases, phaseOf, outliving);
}

/**
 * Moves nodes to the part that uses them, where that hands over fewer values: ops on weights would else run in the first part, and their
 * results cross to the last.
 */
function delay(phases: readonly Phase[], phaseOf: number[], outliving: ReadonlySet<SliceValue>): void {
  if (phases.length < 3) return;
  // The first phase that takes each value, by its id; of values that outlive the step, the one that makes them.
  const neededIn: number[] = [];
  for (let phase = phases.length - 1; phase >= 0; phase -= 1) {
    const { nodes } = phases[phase] as Phase;
    const stay: PlanNode[] = [];
    for (const node of nodes.toReversed()) {
      const target = latestPhase(node, phase, neededIn, outliving);
      const at = target > phase && !leavesMore(node, phase, phaseOf, neededIn) ? target : phase;
      if (at === phase) stay.push(node);
      else {
        for (const output of node.outputs) phaseOf[output.id] = at;
        phases[at]?.nodes.unshift(node);
      }
      for (const { id } of node.inputs) neededIn[id] = Math.min(neededIn[id] ?? at, at);
    }
    nodes.splice(0, nodes.length, ...stay.reverse());
  }
}

/** The last phase of the same side in which the node can run. */
function latestPhase(
  { outputs }: PlanNode,
  phase: number,
  neededIn: readonly (number | undefined)[],
  outliving: ReadonlySet<SliceValue>,
): number {
  let latest = Infinity;
  for (const output of outputs)
    latest = Math.min(latest, outliving.has(output) ? phase : (neededIn[output.id] ?? Infinity));
  if (latest === Infinity) return phase;
  return (latest & 1) === (phase & 1) ? latest : latest - 1;
}

/** Whether a node that leaves its phase takes more values with it that were made there than it gives. */
function leavesMore(
  { inputs, outputs }: PlanNode,
  phase: number,
  phaseOf: readonly (number | undefined)[],
  neededIn: readonly (number | undefined)[],
): boolean {
  const staying = inputs.filter(
    ({ id, constant }) => constant === null && phaseOf[id] === phase && neededIn[id] === phase,
  );
  return staying.length >= outputs.length;
}

/** Finds what each part takes from outside and what others take from it. */
function connect(phases: readonly Phase[], phaseOf: readonly number[], wanted: Set<SliceValue>): Part[] {
  const inputs = phases.map(() => new Set<StepValue>());
  for (const [phase, { nodes }] of phases.entries()) {
    for (const node of nodes) {
      for (const input of node.inputs) {
        if (input.constant !== null || phaseOf[input.id] === phase) continue;
        inputs[phase]?.add(input as StepValue);
        wanted.add(input);
      }
    }
  }
  // In the order in which they are made. Few values are wanted of many, so the nodes are not gone through again.
  const outputs: StepValue[][] = phases.map(() => []);
  for (const value of [...wanted].sort((a, b) => a.id - b.id))
    outputs[phaseOf[value.id] ?? -1]?.push(value as StepValue);
  return phases.flatMap(({ nodes, isHost }, phase) =>
    nodes.length === 0 ? [] : [{ nodes, isHost, inputs: [...(inputs[phase] ?? [])], outputs: outputs[phase] ?? [] }],
  );
}
