/** Definitions of the ops that draw random numbers. Mirrors core/ops/random_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { TensorShape } from "../tensor/shape.ts";
import { scalarAsDimension, shapeInput, withRank } from "./shape-rules.ts";
import { indexTypes, realNumberTypes } from "./type-lists.ts";

/** Every random op draws from a stream of its own. */
const seeds = { seed: attr.int(0), seed2: attr.int(0) };
const flags = { stateful: true, effect: "random" } as const;
const randomFloats = ["float16", "bfloat16", "float32", "float64"] as const;

/** The output has the shape that the first input holds. */
function shapeFromInput(c: InferContext): readonly TensorShape[] {
  return [shapeInput(c, 0)];
}

const floatDraw = {
  inputs: ["shape: T"],
  outputs: ["output: dtype"],
  attrs: { ...seeds, dtype: attr.type(randomFloats), T: attr.type(indexTypes) },
  infer: shapeFromInput,
  ...flags,
} as const;

const RandomUniform = defineOp({ type: "RandomUniform", ...floatDraw });
const RandomStandardNormal = defineOp({ type: "RandomStandardNormal", ...floatDraw });
const TruncatedNormal = defineOp({ type: "TruncatedNormal", ...floatDraw });

const RandomUniformInt = defineOp({
  type: "RandomUniformInt",
  inputs: ["shape: T", "minval: Tout", "maxval: Tout"],
  outputs: ["output: Tout"],
  attrs: { ...seeds, Tout: attr.type(indexTypes), T: attr.type(indexTypes) },
  infer: (c) => {
    for (const [index, name] of [
      [1, "minval"],
      [2, "maxval"],
    ] as const) {
      const bound = c.input(index);
      if ((bound.rank ?? 0) !== 0) {
        throw new ShapeError(`${name} must be a scalar; got a tensor of shape ${bound.toBrackets()}`, { shape: bound });
      }
    }
    return shapeFromInput(c);
  },
  ...flags,
});

const RandomShuffle = defineOp({
  type: "RandomShuffle",
  inputs: ["value: T"],
  outputs: ["output: T"],
  attrs: { ...seeds, T: attr.type() },
  infer: (c) => [c.input(0)],
  ...flags,
});

const Multinomial = defineOp({
  type: "Multinomial",
  inputs: ["logits: T", "num_samples: int32"],
  outputs: ["output: output_dtype"],
  attrs: { ...seeds, T: attr.type(realNumberTypes), output_dtype: attr.type(indexTypes, "int64") },
  infer: (c) => {
    const batch = withRank(c.input(0), 2).dim(0);
    return [new TensorShape([batch, scalarAsDimension(c, 1)])];
  },
  ...flags,
});

/** The definitions of this family. */
export const randomDefs = {
  RandomUniform,
  RandomUniformInt,
  RandomStandardNormal,
  TruncatedNormal,
  RandomShuffle,
  Multinomial,
};
