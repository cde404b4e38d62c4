/** What the two sides of an operation become: tensors whose dtypes agree where they can. Mirrors python/ops/math_ops.py. */
import { convertToTensor } from "../graph/constant.ts";
import { operandDType } from "../graph/operand-dtype.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";

/** Both operands as tensors: a number takes the dtype of the other one, and y that of x where it can. */
export function operands(x: unknown, y: unknown): readonly [Tensor, Tensor] {
  const left = convertToTensor(x, { preferredDtype: operandDType(x, [y]), name: "x" });
  return [left, convertToTensor(y, { preferredDtype: left.dtype.baseDtype, name: "y" })];
}

/** The dtype of a tensor or variable. */
export function symbolicDType(value: unknown): DType | undefined {
  return value instanceof Tensor || isTensorConvertible(value)
    ? (value as { readonly dtype?: DType }).dtype?.baseDtype
    : undefined;
}
