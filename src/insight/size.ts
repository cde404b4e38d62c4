/** How much a variable holds: elements and bytes, as far as its shape tells. */
import type { DType } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";

/** `null` where the shape, or the size of an element, is not known. */
export interface Size {
  readonly parameters: number | null;
  readonly bytes: number | null;
}

export function sizeOf(shape: TensorShape, dtype: DType): Size {
  const parameters = shape.elementCount();
  const { size } = dtype.baseDtype;
  return { parameters, bytes: parameters === null || size === 0 ? null : parameters * size };
}

/** `1,048,576`; `?` for what is not known. */
export function countText(count: number | null): string {
  return count === null ? "?" : String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 parameter`, `2 parameters`. */
export function counted(count: number | null, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
