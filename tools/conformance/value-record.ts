/** Fetched values as records hold them. */
import * as tf from "namesake";

/** A value with flat data. */
export interface FetchedRecord {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** A fetched value with flat data; null for an operation. */
export function valueRecord(value: unknown): FetchedRecord | null {
  if (value === null) return null;
  const array = value instanceof tf.NDArray ? value : tf.ndarray(value as tf.Literal);
  const data = Array.from({ length: array.size }, (_, i) => elementRecord(array.at(i)));
  return { dtype: array.dtype.name, shape: [...array.shape], data };
}

/** JSON has neither large integers nor infinities: the former lose digits on both sides, the latter are text. */
function elementRecord(element: unknown): unknown {
  if (typeof element === "bigint") return Number(element);
  if (typeof element !== "number" || Number.isFinite(element)) return element;
  if (Number.isNaN(element)) return "nan";
  return element > 0 ? "inf" : "-inf";
}
