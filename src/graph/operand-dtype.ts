/** The dtype that a number of the host language takes as one operand among others. Not a conversion: `constant.ts` converts. */
import { DType } from "../tensor/dtype.ts";

/**
 * A number, or nested lists of numbers, has no dtype of its own in JavaScript: beside tensors it takes theirs.
 * `undefined` for anything else, when nobody has a dtype, and for a fraction beside integers, which stays float32 so that
 * the op reports two dtypes that do not match.
 */
export function operandDType(value: unknown, others: readonly unknown[]): DType | undefined {
  if (!isNumbers(value)) return undefined;
  for (const other of others) {
    const dtype = (other as { readonly dtype?: unknown } | null | undefined)?.dtype;
    if (!(dtype instanceof DType)) continue;
    const base = dtype.baseDtype;
    const fits = base.isFloating || base.isComplex || (base.isInteger && isWhole(value));
    return fits ? base : undefined;
  }
  return undefined;
}

function isNumbers(value: unknown): boolean {
  return typeof value === "number" || (Array.isArray(value) && value.length > 0 && value.every(isNumbers));
}

function isWhole(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isWhole) : Number.isInteger(value);
}
