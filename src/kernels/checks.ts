/** Checks of a kernel's inputs that many kernels share, and how shapes stand in their messages. */
import { InvalidArgumentError } from "../base/errors.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";

/** A shape as TensorFlow's kernels print it: `[2,3]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(",")}]`;
}

/** The name of a dtype in messages of TensorFlow's C++ code. */
export function cppTypeName(dtype: DType): string {
  return { float16: "half", float32: "float", float64: "double" }[dtype.name] ?? dtype.name;
}

/** Throws TensorFlow's error of a kernel unless `condition` holds. */
export function require(
  condition: boolean,
  message: () => string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  if (!condition) throw new InvalidArgumentError(message(), fields);
}

/** The axis of something of this rank, negative ones counted from the end; `null` when it is out of range. */
export function axisOf(axis: number, rank: number): number | null {
  if (axis < -rank || axis >= rank) return null;
  return axis < 0 ? axis + rank : axis;
}

/** The dimensions that a value holds, as a kernel reads them. */
export function checkedDims(value: NDArray): number[] {
  const dims = Array.from({ length: value.size }, (_, i) => Number(value.at(i)));
  const negative = dims.find((d) => d < 0);
  require(negative === undefined, () => `Dimension ${negative} must be >= 0`, { dims });
  return dims;
}
