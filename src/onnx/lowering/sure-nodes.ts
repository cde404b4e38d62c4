/**
 * Which nodes cannot fail, whatever their inputs' elements are: where nothing takes what they give, they need not run. Gradients are full of
 * such: the product that would give a step's input its gradient is as large as the one for the weights.
 *
 * Only ops that are worth it stand here: others are cheap, or may fail at an element.
 */
import type { OnnxSliceNode } from "./lower-graph.ts";

/** Take inputs of any shape. */
const always: ReadonlySet<string> = new Set(
  "Abs Ceil Cos Erf Exp Floor Identity L2Loss Log Log1p LogSoftmax Neg OnesLike Relu Relu6 Rsqrt Sigmoid Sign Sin Softmax Sqrt Square StopGradient Tanh ZerosLike".split(
    " ",
  ),
);

/** Take inputs of shapes that go together, which is known where the shapes are: the graph was refused otherwise. */
const givenShapes: ReadonlySet<string> = new Set(
  (
    "Add AddN AddV2 AvgPool AvgPoolGrad BiasAdd BiasAddGrad Conv2D Maximum MaxPool MaxPoolGrad Minimum Mul " +
    "ReluGrad RsqrtGrad Select SelectV2 SigmoidGrad SqrtGrad SquaredDifference Sub TanhGrad"
  ).split(" "),
);

/** As these, and some inputs tell shapes or axes: those have to be constant. */
const givenShapesAnd: Readonly<Record<string, readonly number[]>> = {
  BroadcastTo: [1],
  Conv2DBackpropFilter: [1],
  Conv2DBackpropInput: [0],
  ExpandDims: [1],
  Max: [1],
  Mean: [1],
  Min: [1],
  Reshape: [1],
  Sum: [1],
  Tile: [1],
  Transpose: [1],
};

/** Whether the node computes, whatever the elements of its inputs are. Memory may be short anywhere. */
export function isSure({ op, inputs, region, standIn }: OnnxSliceNode): boolean {
  if (region !== undefined || standIn !== undefined) return false;
  if (always.has(op.type)) return true;
  if (op.type === "MatMul") return sharesKnownAxis(inputs, op.attrs);
  const constants = givenShapes.has(op.type) ? [] : givenShapesAnd[op.type];
  if (constants === undefined || !inputs.every(({ shape }) => shape.isFullyDefined())) return false;
  return constants.every((place) => inputs[place]?.constant !== null);
}

/** Only the axis of the sum can be wrong. */
function sharesKnownAxis([x, y]: OnnxSliceNode["inputs"], attrs: Readonly<Record<string, unknown>>): boolean {
  const [xDims, yDims] = [x?.shape.dims ?? [], y?.shape.dims ?? []];
  const axis = xDims[attrs["transpose_a"] === true ? 0 : 1] ?? null;
  return axis !== null && axis === yDims[attrs["transpose_b"] === true ? 1 : 0];
}
