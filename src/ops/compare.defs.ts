/** Definitions of comparisons, of logic, and of the choice between two values. Mirrors core/ops/math_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { TensorShape } from "../tensor/shape.ts";
import { broadcastShapes, inferBroadcast, inferUnchanged, mergeShapes } from "./shape-rules.ts";
import { numberTypes, realNumberTypes } from "./type-lists.ts";

function comparison<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["x: T", "y: T"],
    outputs: ["z: bool"],
    attrs: { T: attr.type(realNumberTypes) },
    infer: inferBroadcast,
  });
}

function equality<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["x: T", "y: T"],
    outputs: ["z: bool"],
    attrs: { T: attr.type(), incompatible_shape_error: attr.bool(true) },
    infer: (c, { incompatible_shape_error }) => [broadcastShapes(c.input(0), c.input(1), !incompatible_shape_error)],
  });
}

const Equal = equality("Equal");
const NotEqual = equality("NotEqual");
const Less = comparison("Less");
const LessEqual = comparison("LessEqual");
const Greater = comparison("Greater");
const GreaterEqual = comparison("GreaterEqual");

const ApproximateEqual = defineOp({
  type: "ApproximateEqual",
  inputs: ["x: T", "y: T"],
  outputs: ["z: bool"],
  attrs: { T: attr.type(numberTypes), tolerance: attr.float(Math.fround(1e-5)) },
  infer: (c) => [mergeShapes(c.input(0), c.input(1))],
});

const LogicalAnd = defineOp({
  type: "LogicalAnd",
  inputs: ["x: bool", "y: bool"],
  outputs: ["z: bool"],
  attrs: {},
  infer: inferBroadcast,
});
const LogicalOr = defineOp({
  type: "LogicalOr",
  inputs: ["x: bool", "y: bool"],
  outputs: ["z: bool"],
  attrs: {},
  infer: inferBroadcast,
});
const LogicalNot = defineOp({
  type: "LogicalNot",
  inputs: ["x: bool"],
  outputs: ["y: bool"],
  attrs: {},
  infer: inferUnchanged,
});

/** The condition chooses elements, or whole rows when it is a vector, or everything when it is a scalar. */
const Select = defineOp({
  type: "Select",
  inputs: ["condition: bool", "t: T", "e: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type() },
  infer: (c) => [selectShape(c)],
});

function selectShape(c: InferContext): TensorShape {
  const data = mergeShapes(c.input(1), c.input(2));
  const condition = c.input(0);
  if (data.dims === null || condition.rank === null || condition.rank === 0) return data;
  if (condition.rank !== 1 || data.rank === 0) return mergeShapes(data, condition);
  mergeShapes(condition, new TensorShape(data.dims.slice(0, 1)));
  return data;
}

/** As `Select`, but all three broadcast. */
const SelectV2 = defineOp({
  type: "SelectV2",
  inputs: ["condition: bool", "t: T", "e: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type() },
  infer: (c) => [broadcastShapes(c.input(0), broadcastShapes(c.input(1), c.input(2)))],
});

/** The definitions of this family. */
export const compareDefs = {
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  ApproximateEqual,
  LogicalAnd,
  LogicalOr,
  LogicalNot,
  Select,
  SelectV2,
};
