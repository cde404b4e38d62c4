/** The nodes of stacked tensor arrays: rows are gathered, and what was written before a loop is put before what the loop collects. */
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { int32 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import { scalarShape, TensorShape, unknownShape } from "../../tensor/shape.ts";
import type { SliceNode, SliceValue, StandIn } from "../engine.ts";
import type { ValueTraits } from "../step-values.ts";
import type { LoopVariable } from "./region.ts";
import type { StackedArrays, StackRole } from "./stacked-arrays.ts";

/** What the nodes need of the plan around them. */
interface Surroundings {
  outside(tensor: Tensor): SliceValue;
  value(of: ValueTraits, constant: NDArray | null): SliceValue;
  readonly stacked: StackedArrays | null;
}

/** The value of an op's first output, and the node that makes it, if one does. */
interface Planned {
  readonly node: SliceNode | null;
  readonly value: SliceValue;
}

const firstAxis = new NDArray(int32, [], Int32Array.of(0));

const gather: StandIn = { type: "GatherV2", attrs: { batch_dims: 0 }, layout: null };

/** What the loop gives of an element: one row for each iteration. */
export function rowsOf({ name, dtype, shape }: Tensor): ValueTraits {
  return {
    name,
    dtype: dtype.baseDtype,
    shape: shape.dims === null ? unknownShape : new TensorShape([null, ...shape.dims]),
  };
}

/** What an op on a stacked array is in a plan; `null` for one that only marks what others do. */
export function planStackRole(
  op: Operation,
  role: StackRole,
  valueOf: (tensor: Tensor) => SliceValue,
  around: Pick<Surroundings, "value">,
): Planned | null {
  switch (role.kind) {
    case "create":
    case "write":
      return null;
    case "size":
      return { node: null, value: valueOf(role.size) };
    case "unstack":
      return { node: null, value: valueOf(role.stacked) };
    case "take": {
      const [stacked, indices] = [valueOf(role.flow), valueOf(role.indices)];
      const taken = around.value(takenTraits(op.output(0), stacked, indices), null);
      const inputs = [stacked, indices, around.value({ name: op.name, dtype: int32, shape: scalarShape }, firstAxis)];
      return { node: { op, inputs, outputs: [taken], standIn: gather }, value: taken };
    }
  }
}

/** The graph may know less of an element than the stacked value does. */
function takenTraits({ name, dtype, shape }: Tensor, stacked: SliceValue, indices: SliceValue): ValueTraits {
  const [rows, picked] = [stacked.shape.dims, indices.shape.dims];
  if (shape.rank !== null || rows === null || picked === null) return { name, dtype, shape };
  return { name, dtype, shape: new TensorShape([...picked, ...rows.slice(1)]) };
}

/** Puts what was written before a loop before the rows that the loop collects. */
export function prependRows(
  { parameter, exit }: LoopVariable,
  surroundings: Surroundings,
  nodes: SliceNode[],
  values: Map<Tensor, SliceValue>,
): void {
  const collected = surroundings.stacked?.collected.get(parameter);
  const rows = exit === null ? undefined : values.get(exit);
  if (collected === undefined || rows === undefined || exit === null) return;
  const { before, element, write } = collected;
  if (before.length === 0) return;
  const [firstWrite] = before as readonly [Operation];
  const first = before.map((op) => surroundings.outside(op.inputs[2] as Tensor));
  const { dims } = element.shape;
  const { name, dtype } = rows;
  const known = dims === null ? unknownShape : new TensorShape([before.length, ...dims]);
  const packed = surroundings.value({ name, dtype, shape: known }, null);
  const pack: StandIn = { type: "Pack", attrs: { axis: 0, N: first.length }, layout: [first.length] };
  nodes.push({ op: firstWrite, inputs: first, outputs: [packed], standIn: pack });
  const all = surroundings.value({ name, dtype, shape: rows.shape }, null);
  const axis = surroundings.value({ name, dtype: int32, shape: scalarShape }, firstAxis);
  const join: StandIn = { type: "ConcatV2", attrs: { N: 2 }, layout: [2, -1] };
  nodes.push({ op: write, inputs: [packed, rows, axis], outputs: [all], standIn: join });
  values.set(exit, all);
}

/** What `unstack` counts its rows with. None of it fails for a value that has rows. */
const counting = new Set(["Shape", "StridedSlice", "Range"]);

/** Takes the counting of rows out again where only stacked arrays asked for it; `kept` are the values that others take. */
export function withoutIdleCounts<N extends SliceNode>(nodes: readonly N[], kept: Iterable<SliceValue>): readonly N[] {
  const taken = new Set(kept);
  const rest: N[] = [];
  for (const node of nodes.toReversed()) {
    if (counting.has(node.op.type) && !node.outputs.some((output) => taken.has(output))) continue;
    for (const input of node.inputs) taken.add(input);
    rest.push(node);
  }
  return rest.reverse();
}
