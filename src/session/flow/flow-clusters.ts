/**
 * Where the interpreter steers a slice, most of the work is still arithmetic between the ops that steer. Clusters are ops of one branch of one loop that
 * run together at the engine, once per iteration. A cluster waits for all that its ops wait for; so that no write moves, its ops depend
 * on the same writes, of the same iteration and of earlier ones.
 */
import { Const } from "../../graph/constant.ts";
import { handleData } from "../../graph/infer.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { TensorShape } from "../../tensor/shape.ts";
import type { Engine, EngineSlice, SliceValue } from "../engine.ts";
import type { StepSlice } from "../prune.ts";
import type { Branch } from "./branches.ts";
import { type Boundary, FlowEdges } from "./flow-edges.ts";
import type { FlowOrder } from "./flow-order.ts";
import { type FlowMember, isRegion } from "./region.ts";
import { BodyPlan } from "./region-plan.ts";
import { isPureAt } from "./region-rules.ts";
import type { Regions } from "./regions.ts";
import { WriteDependencies } from "./write-dependencies.ts";

/** Ops that run together at the engine. */
export interface Cluster extends Boundary {
  /** Stands for the cluster in messages. */
  readonly op: Operation;
  readonly ops: ReadonlySet<Operation>;
  readonly outputs: readonly Tensor[];
  readonly slice: EngineSlice;
  /** For each input of the slice, its place among `inputs`; the others are known beforehand, and only waited for. */
  readonly passed: readonly number[];
}

/** Results with fewer elements are not worth a call of the engine. */
const WORTHWHILE_ELEMENT_COUNT = 256;

/** The clusters of a slice that the interpreter steers. */
export function findClusters(slice: StepSlice, order: FlowOrder, regions: Regions, engine: Engine): readonly Cluster[] {
  const edges = new FlowEdges(slice);
  return groupMembers(slice, order, regions, engine, edges)
    .filter(isWorthwhile)
    .map((members) => cluster(members, edges));
}

function groupMembers(
  slice: StepSlice,
  order: FlowOrder,
  { regions, branchOf }: Regions,
  engine: Engine,
  edges: FlowEdges,
): FlowMember[][] {
  const regionOf = new Map<Operation, FlowMember>();
  for (const region of regions) for (const op of region.ops) regionOf.set(op, region);
  const memberOf = (op: Operation): FlowMember => regionOf.get(op) ?? op;
  const members = edges.sort([...new Set(order.ops.map(memberOf))], memberOf) ?? [];
  const writes = new WriteDependencies(slice, order);
  const groups = new Map<string, FlowMember[]>();
  const branchNumbers = new Map<Branch, number>();
  const placeOf = new Map<FlowMember, Place>();
  for (const member of members) {
    const branch = branchOf.get(member);
    const isEligible = branch !== undefined && (isRegion(member) || mayJoin(engine, member));
    const key = isEligible
      ? `${numberOf(branchNumbers, branch)}|${writes.of(isRegion(member) ? member.ops : [member])}`
      : null;
    const phase = phaseOf(member, key, memberOf, placeOf);
    placeOf.set(member, { key, phase });
    if (key === null) continue;
    const group = groups.get(`${key}|${phase}`);
    if (group === undefined) groups.set(`${key}|${phase}`, [member]);
    else group.push(member);
  }
  return [...groups.values()];
}

interface Place {
  /** What members of one cluster have in common; `null` for what joins none. */
  readonly key: string | null;
  /** Grows along every path that leaves a cluster, so that none comes back to it. */
  readonly phase: number;
}

function phaseOf(
  member: FlowMember,
  key: string | null,
  memberOf: (op: Operation) => FlowMember,
  placeOf: ReadonlyMap<FlowMember, Place>,
): number {
  let phase = 0;
  for (const source of [...member.inputs.map(({ op }) => op), ...member.controlInputs]) {
    // What is fed, and what comes from the iteration before, has no place yet.
    const place = placeOf.get(memberOf(source));
    if (place === undefined) continue;
    const leaves = place.key !== null && place.key !== key;
    phase = Math.max(phase, place.phase + (leaves ? 1 : 0));
  }
  return phase;
}

function numberOf(numbers: Map<Branch, number>, branch: Branch): number {
  let number = numbers.get(branch);
  if (number === undefined) numbers.set(branch, (number = numbers.size));
  return number;
}

/** Constants are known wherever they are used, and what only passes values on is nothing to compute. */
function mayJoin(engine: Engine, op: Operation): boolean {
  const { effect } = op.def;
  if (op.def === Const || effect === "pass" || op.outputs.length === 0) return false;
  return !(effect === "read" && op.inputs.length === 1) && isPureAt(engine, op);
}

function isWorthwhile(members: readonly FlowMember[]): boolean {
  return members.some(
    (member) =>
      isRegion(member) ||
      member.outputs.some(
        ({ shape }) => (shape.elementCount() ?? WORTHWHILE_ELEMENT_COUNT) >= WORTHWHILE_ELEMENT_COUNT,
      ),
  );
}

/** A value of a cluster. */
class ClusterValue implements SliceValue {
  readonly id: number;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: TensorShape;
  readonly constant: NDArray | null;
  constructor(id: number, tensor: Tensor, constant: NDArray | null) {
    const handle = tensor.dtype.baseName === "resource" ? handleData(tensor) : null;
    this.id = id;
    this.name = tensor.name;
    this.dtype = handle?.dtype ?? tensor.dtype.baseDtype;
    this.shape = handle?.shape ?? tensor.shape;
    this.constant = constant;
  }
}

function cluster(members: readonly FlowMember[], edges: FlowEdges): Cluster {
  const [first] = members as readonly [FlowMember];
  const ops = new Set(members.flatMap((member) => (isRegion(member) ? [...member.ops] : [member])));
  const { inputs, controlInputs } = edges.boundary(ops);
  let count = 0;
  const value = (tensor: Tensor, constant: NDArray | null): ClusterValue => {
    count += 1;
    return new ClusterValue(count - 1, tensor, constant);
  };
  const taken = new Map<Tensor, ClusterValue>();
  const plan = new BodyPlan(
    {
      value,
      stacked: null,
      outside: (tensor) => {
        const made = value(tensor, edges.constantBehind(tensor));
        if (made.constant === null) taken.set(tensor, made);
        return made;
      },
    },
    new Set(),
  );
  plan.add(members);
  const outputs = members.flatMap(({ outputs: all }) => all.filter((output) => edges.leaves(output, ops)));
  const passed = [...taken.keys()];
  // What is fed is no edge of the slice.
  const all = [...new Set([...inputs, ...passed])];
  return {
    op: isRegion(first) ? first.op : first,
    ops,
    inputs: all,
    controlInputs,
    outputs,
    slice: { nodes: plan.nodes, inputs: [...taken.values()], outputs: outputs.map((output) => plan.valueOf(output)) },
    passed: passed.map((tensor) => all.indexOf(tensor)),
  };
}
