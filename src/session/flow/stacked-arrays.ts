/**
 * Tensor arrays that loops only read or write in order: one element per iteration, from the first on. Such an array is one stacked
 * value to the plan: what `unstack` was given is read row by row, and what the iterations write is put together by the loop itself.
 * All others stay arrays, which the host keeps. `mapFn`, `scan` and the loops of recurrent networks make the former.
 */
import { Const } from "../../graph/constant.ts";
import { constantValue } from "../../graph/infer.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { DType } from "../../tensor/dtype.ts";
import { TensorShape, unknownShape } from "../../tensor/shape.ts";
import type { StepSlice } from "../prune.ts";
import type { FlowOrder, LoopFrame } from "./flow-order.ts";

/** What an op on a stacked array is to the plan. */
export type StackRole =
  /** Makes the array: nothing to compute. */
  | { readonly kind: "create" }
  /** The number of elements, which this tensor is. */
  | { readonly kind: "size"; readonly size: Tensor }
  /** Gives the stacked value. */
  | { readonly kind: "unstack"; readonly stacked: Tensor }
  /** Takes elements of what a flow stands for. */
  | { readonly kind: "take"; readonly flow: Tensor; readonly indices: Tensor }
  /** Writes an element: before a loop, or in each of its iterations. */
  | { readonly kind: "write" };

/** A loop's variable that is the flow of an array it writes. */
export interface Collected {
  /** The element of each iteration. */
  readonly element: Tensor;
  /** The ops that write before the loop, in order. */
  readonly before: readonly Operation[];
  /** The op that writes in the loop. */
  readonly write: Operation;
}

/** The stacked arrays of a slice. */
export interface StackedArrays {
  readonly roleOf: ReadonlyMap<Operation, StackRole>;
  /** By the parameter of the loop's variable. */
  readonly collected: ReadonlyMap<Tensor, Collected>;
}

const types = {
  create: "TensorArrayV3",
  read: "TensorArrayReadV3",
  write: "TensorArrayWriteV3",
  gather: "TensorArrayGatherV3",
  scatter: "TensorArrayScatterV3",
  size: "TensorArraySizeV3",
} as const;

/** The stacked arrays; `null` if the slice has tensor arrays of other kinds, or none: then none is taken apart. */
export function findStackedArrays({ feedIndex }: StepSlice, order: FlowOrder): StackedArrays | null {
  // What is fed in the middle of a graph may be other than the graph says.
  for (const fed of feedIndex.keys()) if (fed.op.inputs.length > 0 || fed.op.def === Const) return null;
  const arrays = new Map<Operation, Operation[]>();
  for (const op of order.ops) {
    if (!op.type.startsWith("TensorArray")) continue;
    const creator = op.type === types.create ? op : passedOn(op.inputs[0] as Tensor).op;
    if (creator.type !== types.create) return null;
    const ops = arrays.get(creator);
    if (ops === undefined) arrays.set(creator, [op]);
    else ops.push(op);
  }
  if (arrays.size === 0) return null;
  const roleOf = new Map<Operation, StackRole>();
  const collected = new Map<Tensor, Collected>();
  for (const [creator, ops] of arrays) if (!new ArrayReader(creator, ops, order, roleOf, collected).find()) return null;
  return { roleOf, collected };
}

/** The tensor before everything that only passes it on. */
function passedOn(tensor: Tensor): Tensor {
  for (let at = tensor; ; ) {
    const { op } = at;
    const isPassing =
      op.def.flow === "switch" ||
      op.type === "Identity" ||
      (op.def.flow === "enter" && op.attrs["is_constant"] === true);
    if (!isPassing) return at;
    [at] = op.inputs as readonly [Tensor];
  }
}

/** The whole number that a tensor always is; `null` when that is not known. */
function knownInteger(tensor: Tensor): number | null {
  const value = constantValue(passedOn(tensor));
  return value === null || value.size !== 1 ? null : Number(value.at(0));
}

/** Looks at one array. */
class ArrayReader {
  readonly #creator: Operation;
  readonly #ops: readonly Operation[];
  readonly #order: FlowOrder;
  readonly #roleOf: Map<Operation, StackRole>;
  readonly #collected: Map<Tensor, Collected>;

  constructor(
    creator: Operation,
    ops: readonly Operation[],
    order: FlowOrder,
    roleOf: Map<Operation, StackRole>,
    collected: Map<Tensor, Collected>,
  ) {
    this.#creator = creator;
    this.#ops = ops;
    this.#order = order;
    this.#roleOf = roleOf;
    this.#collected = collected;
  }

  /** Whether the array is a stacked value. */
  find(): boolean {
    const { attrs } = this.#creator;
    const dtype = attrs["dtype"] as DType;
    if (attrs["dynamic_size"] === true || dtype.isString || dtype.isComplex) return false;
    this.#roleOf.set(this.#creator, { kind: "create" });
    for (const op of this.#of(types.size)) this.#roleOf.set(op, { kind: "size", size: this.#size });
    const known = Object.values(types) as readonly string[];
    if (!this.#ops.every(({ type }) => known.includes(type))) return false;
    return this.#of(types.scatter).length > 0 ? this.#isUnstacked() : this.#isCollected();
  }

  get #size(): Tensor {
    return this.#creator.inputs[0] as Tensor;
  }

  get #frame(): LoopFrame {
    return this.#order.frameOf.get(this.#creator) as LoopFrame;
  }

  #of(type: string): readonly Operation[] {
    return this.#ops.filter((op) => op.type === type);
  }

  #isHere(op: Operation): boolean {
    return this.#order.frameOf.get(op) === this.#frame;
  }

  #isInLoopHere(op: Operation): boolean {
    return this.#order.frameOf.get(op)?.parent === this.#frame;
  }

  /** Filled once with all rows of a value, and each row read at most once: an array forgets what was read. */
  #isUnstacked(): boolean {
    const [scatter, ...others] = this.#of(types.scatter) as readonly [Operation, ...Operation[]];
    if (others.length > 0 || this.#of(types.write).length > 0 || this.#of(types.gather).length > 0) return false;
    const [, indices, stacked, flow] = scatter.inputs as readonly [Tensor, Tensor, Tensor, Tensor];
    if (passedOn(flow) !== this.#creator.output(1) || !this.#isHere(scatter)) return false;
    if (!isRowRange(indices, stacked) || !isRowCount(this.#size, stacked)) return false;
    if (!this.#fitsElements(rowShape(stacked))) return false;
    this.#roleOf.set(scatter, { kind: "unstack", stacked });
    return this.#readsInOrder(scatter.output(0));
  }

  #readsInOrder(filled: Tensor): boolean {
    const first: (number | null)[] = [];
    const counted: (number | null)[] = [];
    for (const op of this.#of(types.read)) {
      const [, indices, flow] = op.inputs as readonly [Tensor, Tensor, Tensor];
      if (passedOn(flow) !== filled) return false;
      if (this.#isHere(op)) first.push(knownInteger(indices));
      else if (this.#isInLoopHere(op)) counted.push(counterStart(indices));
      else return false;
      this.#roleOf.set(op, { kind: "take", flow, indices });
    }
    const [start = first.length] = counted;
    const isDistinct = first.every((index, i) => index !== null && index >= 0 && first.indexOf(index) === i);
    return isDistinct && counted.length <= 1 && start !== null && first.every((index) => (index as number) < start);
  }

  /** Written before a loop at the first places, then by the loop in each iteration, and taken after it. */
  #isCollected(): boolean {
    if (this.#of(types.read).length > 0) return false;
    const writes = this.#of(types.write);
    const inLoop = writes.filter((op) => !this.#isHere(op));
    const [write, ...others] = inLoop;
    if (write === undefined || others.length > 0 || !this.#isInLoopHere(write)) return false;
    const [, index, element, flow] = write.inputs as readonly [Tensor, Tensor, Tensor, Tensor];
    const parameter = passedOn(flow);
    const merge = parameter.op;
    if (merge.def.flow !== "merge" || !this.#feedsItself(merge, write) || !this.#endsInTime(write, index)) return false;
    const before = this.#writtenBefore(merge, writes.length - 1);
    if (before === null || counterStart(index) !== before.length) return false;
    // Without an iteration there is no element to tell the shape of.
    const isKnown = element.shape.isFullyDefined() || (before.length > 0 && element.shape.rank !== null);
    if (!isKnown || !this.#fitsElements(element.shape)) return false;
    this.#roleOf.set(write, { kind: "write" });
    this.#collected.set(parameter, { element, before, write });
    return this.#isTakenOnce(merge);
  }

  /** Whether the loop's condition keeps the counter below the size: `less(counter, size)`, perhaps with further conditions. */
  #endsInTime(write: Operation, counter: Tensor): boolean {
    const loop = this.#order.frameOf.get(write) as LoopFrame;
    const conditions = loop.ops.filter((op) => op.def.flow === "loopCond").map((op) => op.inputs[0] as Tensor);
    for (const { op } of conditions) {
      // Grows while it is gone through.
      if (op.type === "LogicalAnd") conditions.push(...op.inputs);
      if (op.type !== "Less" || passedOn(op.inputs[0] as Tensor) !== passedOn(counter)) continue;
      const [limit, size] = [op.inputs[1] as Tensor, this.#size];
      if (passedOn(limit) === passedOn(size)) return true;
      const [most, room] = [knownInteger(limit), knownInteger(size)];
      if (most !== null && room !== null && most <= room) return true;
    }
    return false;
  }

  /** The flow goes from iteration to iteration through the write alone, and nothing else looks at it. */
  #feedsItself(merge: Operation, write: Operation): boolean {
    const back = merge.inputs[1]?.op;
    if (back?.def.flow !== "nextIteration" || passedOn(back.inputs[0] as Tensor) !== write.output(0)) return false;
    return this.#ops.every((op) => op === write || op.inputs.every((input) => passedOn(input) !== merge.output(0)));
  }

  /** The writes before the loop, which must be to the places 0, 1, …; `null` for anything else. */
  #writtenBefore(merge: Operation, count: number): readonly Operation[] | null {
    const enter = merge.inputs[0]?.op;
    if (enter?.def.flow !== "enter") return null;
    const writes: Operation[] = [];
    let flow = passedOn(enter.inputs[0] as Tensor);
    for (let place = count - 1; place >= 0; place -= 1) {
      const { op } = flow;
      if (op.type !== types.write || !this.#ops.includes(op) || knownInteger(op.inputs[1] as Tensor) !== place)
        return null;
      this.#roleOf.set(op, { kind: "write" });
      writes.unshift(op);
      flow = passedOn(op.inputs[3] as Tensor);
    }
    return flow === this.#creator.output(1) ? writes : null;
  }

  #isTakenOnce(merge: Operation): boolean {
    const gathers = this.#of(types.gather);
    for (const op of gathers) {
      const [, indices, flow] = op.inputs as readonly [Tensor, Tensor, Tensor];
      const exit = passedOn(flow).op;
      if (exit.def.flow !== "exit" || passedOn(exit.inputs[0] as Tensor).op !== merge) return false;
      if (!this.#isHere(op) || !isRising(indices)) return false;
      this.#roleOf.set(op, { kind: "take", flow, indices });
    }
    return gathers.length <= 1;
  }

  /** What the array says of its elements must be known to hold: the stacked value is not checked. */
  #fitsElements(shape: TensorShape): boolean {
    const declared = this.#creator.attrs["element_shape"] as TensorShape;
    return declared.rank === null || (shape.isFullyDefined() && declared.isCompatibleWith(shape));
  }
}

function rowShape({ shape: { dims } }: Tensor): TensorShape {
  return dims === null ? unknownShape : new TensorShape(dims.slice(1));
}

/** Where a loop's counter starts that goes up by one in each iteration; `null` for any other tensor. */
function counterStart(tensor: Tensor): number | null {
  const merge = passedOn(tensor).op;
  const [enter, back] = merge.inputs.map(({ op }) => op);
  if (merge.def.flow !== "merge" || enter?.def.flow !== "enter" || back?.def.flow !== "nextIteration") return null;
  const next = passedOn(back.inputs[0] as Tensor).op;
  const isSum = next.type === "AddV2" || next.type === "Add";
  if (!isSum || passedOn(next.inputs[0] as Tensor) !== merge.output(0)) return null;
  return knownInteger(next.inputs[1] as Tensor) === 1 ? knownInteger(enter.inputs[0] as Tensor) : null;
}

/** `range(0, rows of value)`. */
function isRowRange(indices: Tensor, value: Tensor): boolean {
  const { op } = passedOn(indices);
  if (op.type !== "Range") return false;
  const [start, limit, delta] = op.inputs as readonly [Tensor, Tensor, Tensor];
  return knownInteger(start) === 0 && knownInteger(delta) === 1 && isRowCount(limit, value);
}

/** Whether a tensor is the number of rows of a value: both known, or `shape(value)[0]`. */
function isRowCount(count: Tensor, value: Tensor): boolean {
  const known = knownInteger(count);
  if (known !== null) return value.shape.dims?.[0] === known;
  const { op } = passedOn(count);
  if (op.type !== "StridedSlice" || op.attrs["shrink_axis_mask"] !== 1) return false;
  const [shape, begin] = op.inputs as readonly [Tensor, Tensor];
  const masks = ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask"];
  if (masks.some((mask) => op.attrs[mask] !== 0) || knownInteger(begin) !== 0) return false;
  const source = passedOn(shape).op;
  return source.type === "Shape" && passedOn(source.inputs[0] as Tensor) === passedOn(value);
}

/** Whether indices are known not to be negative, each once: a range upwards, as `stack` makes it. */
function isRising(indices: Tensor): boolean {
  const { op } = passedOn(indices);
  if (op.type !== "Range") return false;
  const [start, , delta] = op.inputs as readonly [Tensor, Tensor, Tensor];
  return (knownInteger(start) ?? -1) >= 0 && (knownInteger(delta) ?? 0) > 0;
}
