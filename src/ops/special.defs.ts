/** Definitions of the special functions: those of the gamma and beta functions, quantiles, Bessel functions. Mirrors core/ops/math_ops.cc and special_math_ops.cc. */
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import { type TensorShape, unknownShape } from "../tensor/shape.ts";
import { inferBroadcast, inferUnchanged, mergeShapes } from "./shape-rules.ts";
import { floatTypes } from "./type-lists.ts";

const wideTypes = ["float32", "float64"] as const;

function unary<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["x: T"],
    outputs: ["y: T"],
    attrs: { T: attr.type(floatTypes) },
    infer: inferUnchanged,
  });
}

/** Two operands, broadcast. */
function binary<const N extends string, const A extends string, const B extends string>(
  type: N,
  left: A,
  right: B,
  allowed: TypeList,
) {
  return defineOp({
    type,
    inputs: [`${left}: T`, `${right}: T`],
    outputs: ["z: T"],
    attrs: { T: attr.type(allowed) },
    infer: inferBroadcast,
  });
}

const Lgamma = unary("Lgamma");
const Digamma = unary("Digamma");
const Erfinv = unary("Erfinv");
const Ndtri = unary("Ndtri");
const BesselI0e = unary("BesselI0e");
const BesselI1e = unary("BesselI1e");
const Igamma = binary("Igamma", "a", "x", floatTypes);
const Igammac = binary("Igammac", "a", "x", floatTypes);
const IgammaGradA = binary("IgammaGradA", "a", "x", wideTypes);
const Zeta = binary("Zeta", "x", "q", wideTypes);
const Polygamma = binary("Polygamma", "a", "x", wideTypes);
const Betainc = defineOp({
  type: "Betainc",
  inputs: ["a: T", "b: T", "x: T"],
  outputs: ["z: T"],
  attrs: { T: attr.type(wideTypes) },
  infer: (c) => [betaShape(c)],
});

/** Operands are of one shape, or scalars. */
function betaShape(c: InferContext): TensorShape {
  let output: TensorShape = unknownShape;
  let lastWide: TensorShape = unknownShape;
  let scalars = 0;
  for (let i = 0; i < 3; i += 1) {
    const input = c.input(i);
    if (input.rank === 0) scalars += 1;
    else if (input.rank !== null) output = mergeShapes(output, input);
    if (input.rank !== 0) lastWide = input.rank === null ? input : output;
  }
  if (scalars === 3) return c.input(0);
  return scalars === 2 ? lastWide : output;
}

/** The number beside x1, towards x2. */
const NextAfter = defineOp({
  type: "NextAfter",
  inputs: ["x1: T", "x2: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(["float64", "float32"], "float32") },
  infer: inferBroadcast,
});

/** The definitions of this family. */
export const specialDefs = {
  Lgamma,
  Digamma,
  Igamma,
  Igammac,
  IgammaGradA,
  Zeta,
  Polygamma,
  Betainc,
  Erfinv,
  Ndtri,
  BesselI0e,
  BesselI1e,
  NextAfter,
};
