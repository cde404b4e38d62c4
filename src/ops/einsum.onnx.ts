/** How sums of products by an equation are written in ONNX. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { knownDims } from "../onnx/static-knowledge.ts";
import type { einsumDefs } from "./einsum.defs.ts";
import { parseEquation } from "./einsum-equation.ts";

/** Two operands whose labels stand once each become matrices: moved, joined, multiplied, taken apart and moved again. */
function einsum(onnx: OnnxBuilder, operands: readonly OnnxValue[], text: string): Lowered {
  const { inputs, output } = parseEquation(text, operands.length);
  if ([...inputs, output].some(({ hasEllipsis }) => hasEllipsis)) return unsupported("it has an ellipsis");
  const labels = inputs.map(({ before }) => before);
  const isPlain = [...labels, output.before].every((list) => new Set(list).size === list.length);
  const dims = operands.map(knownDims);
  const [a, b] = operands;
  if (!isPlain || a === undefined || b === undefined || !a.dtype.isFloating)
    return unsupported("only products of two floating operands without diagonals become matrices");
  if (dims.some((list, i) => list === null || list.length !== labels[i]?.length || list.includes(0)))
    return unsupported("the sizes are not known before the step");
  const [left, right] = labels as unknown as readonly [readonly string[], readonly string[]];
  const sizes = new Map<string, number>();
  for (const [i, list] of labels.entries())
    for (const [k, label] of list.entries()) sizes.set(label, (dims[i] as readonly number[])[k] as number);
  const kept = output.before;
  const inBoth = left.filter((label) => right.includes(label));
  const shared = inBoth.filter((label) => kept.includes(label));
  const summed = inBoth.filter((label) => !kept.includes(label));
  const rows = left.filter((label) => !right.includes(label));
  const columns = right.filter((label) => !left.includes(label));
  if ([...rows, ...columns].some((label) => !kept.includes(label)))
    return unsupported("what only one operand has is summed");
  const sizesOf = (list: readonly string[]): number[] => list.map((label) => sizes.get(label) as number);
  const count = (list: readonly string[]): number => sizesOf(list).reduce((x, y) => x * y, 1);
  const matrix = (value: OnnxValue, own: readonly string[], order: readonly string[], shape: readonly number[]) =>
    onnx.node("Reshape", [
      onnx.node("Transpose", [value], { perm: order.map((label) => own.indexOf(label)) }),
      onnx.integers(shape),
    ]);
  const [batch, m, n, k] = [count(shared), count(rows), count(columns), count(summed)];
  const x = matrix(a, left, [...shared, ...rows, ...summed], [batch, m, k]);
  const y = matrix(b, right, [...shared, ...summed, ...columns], [batch, k, n]);
  const made = [...shared, ...rows, ...columns];
  const apart = onnx.node("Reshape", [onnx.node("MatMul", [x, y]), onnx.integers(sizesOf(made))]);
  return made.length === 0
    ? apart
    : onnx.node("Transpose", [apart], { perm: kept.map((label) => made.indexOf(label)) });
}

/** The rules of this family. */
export const einsumOnnx = onnxRules<typeof einsumDefs>()({
  Einsum: (onnx, [operands], { equation }) => einsum(onnx, operands, equation),
});
