/**
 * The order in which TensorFlow keeps the edges into an operation, for operations whose inputs were exchanged after they were
 * made. It shows: the control inputs that a loop replaces are taken in that order. Mirrors `EdgeSet`, core/graph/edgeset.h, up to
 * the eight edges that it keeps in a list; beyond them TensorFlow's order is that of addresses.
 */
import type { Operation } from "./operation.ts";

/** An edge: the place of a data input, or the operation of a control input. */
type Edge = number | Operation;

const orders = new WeakMap<Operation, Edge[]>();

function orderOf(op: Operation): Edge[] {
  let order = orders.get(op);
  if (order === undefined) orders.set(op, (order = [...op.inputs.keys(), ...op.controlInputs]));
  return order;
}

/** The last edge takes the place of the one that goes. */
function remove(order: Edge[], edge: Edge): void {
  const at = order.indexOf(edge);
  const last = order.pop();
  if (at >= 0 && at < order.length && last !== undefined) order[at] = last;
}

/** Notes that a data input was exchanged; gives the control inputs in their new order. */
export function exchangeEdge(op: Operation, index: number): readonly Operation[] {
  const order = orderOf(op);
  remove(order, index);
  order.push(index);
  return order.filter((edge): edge is Operation => typeof edge !== "number");
}

/** Notes control inputs that were added. */
export function addControlEdges(op: Operation, added: readonly Operation[]): void {
  orders.get(op)?.push(...added);
}

/** Notes that all control inputs were removed. */
export function removeControlEdges(op: Operation): void {
  const order = orders.get(op);
  if (order !== undefined) for (const control of op.controlInputs) remove(order, control);
}
