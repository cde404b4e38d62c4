/** Values of GraphDefs as graphs hold them. The other direction is `graph/as-graph-def.ts`. */
import { ArgumentError } from "../base/errors.ts";
import type { TensorRecord } from "../base/graph-def.ts";
import { elementsOf, valueOfTensor } from "../formats/tensor-values.ts";
import { keepWriting } from "../graph/as-graph-def.ts";
import type { NDArray } from "../tensor/ndarray.ts";

/**
 * The value of a record; `null` when its type has no values here.
 * @throws {ArgumentError} when the record does not describe a value.
 */
export function ndarrayOf(record: TensorRecord): NDArray | null {
  const value = valueOfTensor(record, (why) => new ArgumentError(`Cannot parse tensor from proto: ${why}`, { record }));
  if (value !== null && !isUsual(record, value.size)) keepWriting(value, record);
  return value;
}

/** Whether the value will be written as the record has it. */
function isUsual(record: TensorRecord, count: number): boolean {
  const hasContent = record.tensorContent !== undefined && record.tensorContent.length > 0;
  if (record.dtype === 7) return !hasContent && record.stringVal?.length === count;
  if (count > 1) return hasContent && record.versionNumber === undefined;
  return !hasContent && (elementsOf(record)?.length ?? 0) === count * (isComplexNumber(record.dtype) ? 2 : 1);
}

function isComplexNumber(number: number): boolean {
  return number === 8 || number === 18;
}
