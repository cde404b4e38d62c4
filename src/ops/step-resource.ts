/** What the definitions of arrays and stacks have in common: a handle that a step makes anew. */
import type { InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { vectorShape, withRank, withValue } from "./shape-rules.ts";

/** What TensorFlow says of the handle's shape; its value is a scalar. */
export const handleShape: TensorShape = vectorShape(2);

/** @throws {ShapeError} unless the first input may be such a handle. */
export function checkHandle(c: InferContext): void {
  withValue(withRank(c.input(0), 1).dim(0), 2);
}

/** What lets go of the contents behind a handle: no outputs. */
export const closing = {
  inputs: ["handle: resource"],
  outputs: [],
  attrs: {},
  infer: (c: InferContext) => {
    checkHandle(c);
    return [];
  },
  stateful: true,
  effect: "host",
} as const;
