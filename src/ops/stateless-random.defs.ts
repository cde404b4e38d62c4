/** Definitions of the random ops whose numbers are told by a seed input alone. Mirrors core/ops/stateless_random_ops.cc and stateless_random_ops_v2.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { scalarShape, TensorShape } from "../tensor/shape.ts";
import { scalarAsDimension, shapeInput, vectorShape, withRank, withValue } from "./shape-rules.ts";
import { indexTypes, realNumberTypes } from "./type-lists.ts";

const randomFloats = ["float16", "bfloat16", "float32", "float64"] as const;
const wholeTypes = ["int32", "int64", "uint32", "uint64"] as const;
const Tseed = attr.type(indexTypes, "int64");

/** The seed is a pair. */
function checkSeed(c: InferContext, index: number): void {
  withValue(withRank(c.input(index), 1).dim(0), 2);
}

function inferSeeded(c: InferContext): readonly TensorShape[] {
  checkSeed(c, 1);
  return [shapeInput(c, 0)];
}

/** Bounds are scalars. */
function checkBounds(c: InferContext, first: number): void {
  for (const [at, name] of ["minval", "maxval"].entries()) {
    const bound = c.input(first + at);
    if ((bound.rank ?? 0) !== 0)
      throw new ShapeError(`${name} must be a scalar; got a tensor of shape ${bound.toBrackets()}`, { shape: bound });
  }
}

/** Key, counter and algorithm. */
function inferKeyed(c: InferContext): readonly TensorShape[] {
  withValue(withRank(c.input(1), 1).dim(0), 1);
  withRank(c.input(2), 1);
  withRank(c.input(3), 0);
  return [shapeInput(c, 0)];
}

const seededFloats = {
  inputs: ["shape: T", "seed: Tseed"],
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(randomFloats, "float32"), T: attr.type(indexTypes, "int32"), Tseed },
  infer: inferSeeded,
} as const;
const StatelessRandomUniform = defineOp({ type: "StatelessRandomUniform", ...seededFloats });
const StatelessRandomNormal = defineOp({ type: "StatelessRandomNormal", ...seededFloats });
const StatelessTruncatedNormal = defineOp({ type: "StatelessTruncatedNormal", ...seededFloats });

const StatelessRandomUniformInt = defineOp({
  type: "StatelessRandomUniformInt",
  inputs: ["shape: T", "seed: Tseed", "minval: dtype", "maxval: dtype"],
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(indexTypes), T: attr.type(indexTypes), Tseed },
  infer: (c) => {
    checkBounds(c, 2);
    return inferSeeded(c);
  },
});

const StatelessRandomUniformFullInt = defineOp({
  type: "StatelessRandomUniformFullInt",
  inputs: ["shape: T", "seed: Tseed"],
  outputs: ["output: dtype"],
  attrs: {
    dtype: attr.type(wholeTypes, "uint64"),
    T: attr.type(indexTypes, "int32"),
    Tseed: attr.type(wholeTypes, "int64"),
  },
  infer: inferSeeded,
});

const StatelessMultinomial = defineOp({
  type: "StatelessMultinomial",
  inputs: ["logits: T", "num_samples: int32", "seed: Tseed"],
  outputs: ["output: output_dtype"],
  attrs: { T: attr.type(realNumberTypes), Tseed, output_dtype: attr.type(indexTypes, "int64") },
  infer: (c) => {
    checkSeed(c, 2);
    const batch = withRank(c.input(0), 2).dim(0);
    withRank(c.input(1), 0);
    return [new TensorShape([batch, scalarAsDimension(c, 1)])];
  },
});

const keyed = ["shape: Tshape", "key: uint64", "counter: uint64", "alg: int32"] as const;
const Tshape = attr.type(indexTypes, "int32");
const keyedFloats = {
  inputs: keyed,
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(randomFloats, "float32"), Tshape },
  infer: inferKeyed,
} as const;
const StatelessRandomUniformV2 = defineOp({ type: "StatelessRandomUniformV2", ...keyedFloats });
const StatelessRandomNormalV2 = defineOp({ type: "StatelessRandomNormalV2", ...keyedFloats });
const StatelessTruncatedNormalV2 = defineOp({ type: "StatelessTruncatedNormalV2", ...keyedFloats });

const StatelessRandomUniformIntV2 = defineOp({
  type: "StatelessRandomUniformIntV2",
  inputs: [...keyed, "minval: dtype", "maxval: dtype"],
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(wholeTypes), Tshape },
  infer: (c) => {
    checkBounds(c, 4);
    return inferKeyed(c);
  },
});

const StatelessRandomUniformFullIntV2 = defineOp({
  type: "StatelessRandomUniformFullIntV2",
  inputs: keyed,
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(wholeTypes, "uint64"), Tshape },
  infer: inferKeyed,
});

const StatelessRandomGetKeyCounter = defineOp({
  type: "StatelessRandomGetKeyCounter",
  inputs: ["seed: Tseed"],
  outputs: ["key: uint64", "counter: uint64"],
  attrs: { Tseed },
  infer: (c) => {
    checkSeed(c, 0);
    return [vectorShape(1), vectorShape(2)];
  },
});

const StatelessRandomGetAlg = defineOp({
  type: "StatelessRandomGetAlg",
  inputs: [],
  outputs: ["alg: int32"],
  attrs: {},
  infer: () => [scalarShape],
  stateful: true,
});

/** The definitions of this family. */
export const statelessRandomDefs = {
  StatelessRandomUniform,
  StatelessRandomNormal,
  StatelessTruncatedNormal,
  StatelessRandomUniformInt,
  StatelessRandomUniformFullInt,
  StatelessMultinomial,
  StatelessRandomUniformV2,
  StatelessRandomNormalV2,
  StatelessTruncatedNormalV2,
  StatelessRandomUniformIntV2,
  StatelessRandomUniformFullIntV2,
  StatelessRandomGetKeyCounter,
  StatelessRandomGetAlg,
};
