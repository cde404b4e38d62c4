/** How counting, searching and products across are written in ONNX. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import { haveSameShape } from "../onnx/static-knowledge.ts";
import type { countingDefs } from "./counting.defs.ts";

const noCounts = unsupported("ONNX has no counting by value");
const noSearch = unsupported("ONNX has no search in sorted rows");

/** The rules of this family. */
export const countingOnnx = onnxRules<typeof countingDefs>()({
  Bincount: noCounts,
  DenseBincount: noCounts,
  LowerBound: noSearch,
  UpperBound: noSearch,
  UnravelIndex: unsupported("whether an index is out of range must be seen in the step"),
  HistogramFixedWidth: noCounts,
  CumulativeLogsumexp: unsupported("ONNX has no running logarithm of a sum of exponentials"),
  Cross: (onnx, [a, b]) => {
    if (!haveSameShape(a, b) || a.shape.dim(-1) !== 3)
      return unsupported("it is not known that both are vectors of three elements");
    if (!a.dtype.isFloating) return unsupported("products of integers wrap");
    const turned = (x: typeof a, order: readonly number[]): typeof a =>
      onnx.node("Gather", [x, onnx.integers(order)], { axis: -1 }, x.shape);
    const [there, back] = [
      [1, 2, 0],
      [2, 0, 1],
    ] as const;
    const left = onnx.node("Mul", [turned(a, there), turned(b, back)]);
    return onnx.node("Sub", [left, onnx.node("Mul", [turned(a, back), turned(b, there)])]);
  },
});
