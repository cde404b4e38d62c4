/** Definition of sums of products by an equation. Mirrors core/ops/linalg_ops.cc and `EinsumShape`, core/framework/common_shape_fns.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, scalarShape, TensorShape, unknownShape } from "../tensor/shape.ts";
import { checkOutput, labelsOf, parseEquation, type Subscript } from "./einsum-equation.ts";
import { broadcastShapes, mergeDimensions, withRank, withRankAtLeast, withRankAtMost } from "./shape-rules.ts";

/** Notes the dimensions of the labels of an input, and gives those of its ellipsis. */
function noteInput(shape: TensorShape, subscript: Subscript, sizes: Map<string, Dimension>): TensorShape {
  const labels = labelsOf(subscript);
  if (shape.dims === null) return subscript.hasEllipsis ? unknownShape : scalarShape;
  if (subscript.hasEllipsis) withRankAtLeast(shape, labels.length);
  else withRank(shape, labels.length);
  const end = shape.dims.length - subscript.after.length;
  for (const [i, label] of labels.entries()) {
    const axis = i < subscript.before.length ? i : end + i - subscript.before.length;
    sizes.set(label, mergeDimensions(sizes.get(label) ?? null, shape.dims[axis] as Dimension));
  }
  return new TensorShape(shape.dims.slice(subscript.before.length, end));
}

function infer(c: InferContext, equation: string): readonly TensorShape[] {
  const parts = parseEquation(equation, c.inputCount);
  const { inputs, output } = parts;
  const sizes = new Map<string, Dimension>();
  const between = inputs.map((subscript, i) => noteInput(c.input(i), subscript, sizes));
  checkOutput(parts, equation);
  const shared = between.reduce((a, b) => broadcastShapes(a, b));
  const middle = output.hasEllipsis ? shared : withRankAtMost(shared, 0);
  if (output.hasEllipsis && middle.dims === null) return [unknownShape];
  const named = (labels: readonly string[]): Dimension[] => labels.map((label) => sizes.get(label) ?? null);
  return [new TensorShape([...named(output.before), ...(middle.dims ?? []), ...named(output.after)])];
}

const Einsum = defineOp({
  type: "Einsum",
  inputs: ["inputs: N * T"],
  outputs: ["output: T"],
  attrs: { equation: attr.string(), N: attr.int(undefined, 1), T: attr.type() },
  infer: (c, { equation }) => infer(c, equation),
});

/** The definitions of this family. */
export const einsumDefs = { Einsum };
