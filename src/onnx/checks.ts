/** Conditions that a model checks while it runs: where ONNX would go on, TensorFlow fails. */
import { int64 } from "../tensor/dtype.ts";
import type { OnnxBuilder, OnnxValue } from "./rule.ts";

/**
 * The value, in a model that fails unless `condition`, a scalar truth, holds. The text of the failure is the kernel's, so all that matters is
 * that there is one: the value's own shape plus an element of `[0]`, at 0 or at 1.
 */
export function failUnless(onnx: OnnxBuilder, condition: OnnxValue, value: OnnxValue): OnnxValue {
  const index = onnx.cast(onnx.node("Not", [condition]), int64);
  const zero = onnx.node("Gather", [onnx.integers([0]), index]);
  const shape = onnx.node("Add", [onnx.node("Shape", [value]), zero]);
  return onnx.node("Reshape", [value, shape], { allowzero: 1 }, value.shape);
}

/** Whether all truths of a list that is not empty hold. */
export function allTrue(onnx: OnnxBuilder, truths: OnnxValue): OnnxValue {
  return onnx.node("ReduceMin", [truths], { keepdims: 0 });
}

/** The values, in a model that fails unless they have the same size along these axes. The rank of each is known and the same. */
export function withEqualSizes(
  onnx: OnnxBuilder,
  values: readonly OnnxValue[],
  axes: readonly number[],
): readonly OnnxValue[] {
  const open = axes.filter((axis) => {
    const dim = values[0]?.shape.dim(axis) ?? null;
    return dim === null || values.some((value) => value.shape.dim(axis) !== dim);
  });
  const [first, ...rest] = values;
  if (open.length === 0 || first === undefined || rest.length === 0) return values;
  const sizes = values.map((value) => onnx.node("Gather", [onnx.node("Shape", [value]), onnx.integers(open)]));
  const agree = onnx.node("Equal", [onnx.node("Max", sizes), onnx.node("Min", sizes)], {}, [open.length]);
  return [failUnless(onnx, allTrue(onnx, agree), first), ...rest];
}

/**
 * The values, in a model that fails unless they have one shape. `null` where it is not known that they have the same number of axes. The text of
 * the failure is the kernel's.
 */
export function withOneShape(onnx: OnnxBuilder, values: readonly OnnxValue[]): readonly OnnxValue[] | null {
  const [first, ...rest] = values;
  const rank = first?.shape.rank ?? null;
  if (first === undefined || rank === null || rest.some(({ shape }) => shape.rank !== rank)) return null;
  // What is known not to fit is the kernel's to refuse.
  if (rest.some(({ shape }) => !shape.isCompatibleWith(first.shape))) return null;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const isSettled = (axis: number): boolean => {
    const dim = first.shape.dim(axis);
    return dim !== null && dim > 0 && rest.every(({ shape }) => shape.dim(axis) === dim);
  };
  if (rest.every(({ shape }) => shape.isFullyDefined() && shape.equals(first.shape))) return values;
  if (axes.filter((axis) => !isSettled(axis)).length > 1) return withEqualSizes(onnx, values, axes);
  // Where only one size is open, as many elements are the same shape: to reshape fails for others, and costs nothing.
  const shape = onnx.node("Shape", [first]);
  return [first, ...rest.map((value) => onnx.node("Reshape", [value, shape], { allowzero: 1 }, value.shape))];
}

/** The value, in a model that fails unless its size along each of these axes is at least so much. */
export function withLeastSizes(
  onnx: OnnxBuilder,
  value: OnnxValue,
  axes: readonly number[],
  least: readonly number[],
): OnnxValue {
  const isOpen = axes.some((axis, i) => (value.shape.dim(axis) ?? 0) < (least[i] as number));
  if (!isOpen) return value;
  const sizes = onnx.node("Gather", [onnx.node("Shape", [value]), onnx.integers(axes)]);
  return failUnless(onnx, allTrue(onnx, onnx.node("GreaterOrEqual", [sizes, onnx.integers(least)])), value);
}
