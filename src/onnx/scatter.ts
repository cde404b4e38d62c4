/**
 * Rows put into a tensor. For all ops that do so: those of variables and those of tensors.
 *
 * It is always ONNX's ScatterElements: ScatterND works on several threads, and loses updates when two of them name one row.
 */
import { checkedLongIndices } from "./indices.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, unsupported } from "./rule.ts";

/** What an update does to the row that it meets. */
export type ScatterUpdate = "none" | "add" | "mul" | "min" | "max";

/**
 * `target` with `updates[i]` put into, or joined with, the row `indices[i]`, one after the other.
 * Indices of shape S take updates of shape S + row, or one scalar for all.
 */
export function scatterRows(
  onnx: OnnxBuilder,
  target: OnnxValue,
  indices: OnnxValue,
  updates: OnnxValue,
  update: ScatterUpdate,
): Lowered {
  const why = refusal(target, indices, updates, update);
  if (why !== null) return unsupported(why);
  const rows = (target.shape.dims as readonly number[]).slice(1);
  const places = onnx.node("Reshape", [checkedLongIndices(onnx, indices), onnx.integers([-1, ...rows.map(() => 1)])]);
  const count = onnx.node("Shape", [places], { start: 0, end: 1 });
  const whole = rows.length === 0 ? count : onnx.node("Concat", [count, onnx.integers(rows)], { axis: 0 });
  // ScatterElements checks that places and updates have one shape.
  const allPlaces = onnx.node("Expand", [places, whole]);
  const values = rowUpdates(onnx, updates, indices.shape.rank as number, rows, whole);
  const attrs = update === "none" ? { axis: 0 } : { axis: 0, reduction: update };
  return onnx.node("ScatterElements", [target, allPlaces, values], attrs);
}

/** Why the rows cannot be scattered, or null. */
function refusal(target: OnnxValue, indices: OnnxValue, updates: OnnxValue, update: ScatterUpdate): string | null {
  const rows = target.shape.dims?.slice(1);
  const [indexRank, updateRank] = [indices.shape.rank, updates.shape.rank];
  if (rows === undefined || rows.includes(null) || indexRank === null || updateRank === null) {
    return "it is not known how long the rows are";
  }
  if (update !== "none" && (target.dtype.isBool || target.dtype.size === 2)) {
    return `ONNX Runtime scatters no ${target.dtype.name} this way`;
  }
  if (updateRank !== 0 && updateRank !== indexRank + rows.length) return "the updates have another rank than the rows";
  return rows.includes(0) ? "the rows are empty" : null;
}

/** The updates as one list of rows. */
function rowUpdates(
  onnx: OnnxBuilder,
  updates: OnnxValue,
  indexRank: number,
  rows: readonly number[],
  whole: OnnxValue,
): OnnxValue {
  if (updates.shape.rank === 0) return onnx.node("Expand", [updates, whole]);
  return indexRank === 1 ? updates : onnx.node("Reshape", [updates, onnx.integers([-1, ...rows])]);
}
