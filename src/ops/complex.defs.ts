/** Definitions of the ops that put complex numbers together and take them apart. Mirrors core/ops/math_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { inferBroadcast, inferUnchanged } from "./shape-rules.ts";
import { complexTypes } from "./type-lists.ts";

const T = attr.type(complexTypes, "complex64");
const Tout = attr.type(["float32", "float64"], "float32");

/** A real number of each complex one. */
function part<const N extends string>(type: N) {
  return defineOp({ type, inputs: ["input: T"], outputs: ["output: Tout"], attrs: { T, Tout }, infer: inferUnchanged });
}

const Complex = defineOp({
  type: "Complex",
  inputs: ["real: T", "imag: T"],
  outputs: ["out: Tout"],
  attrs: { T: Tout, Tout: T },
  infer: inferBroadcast,
});

const Real = part("Real");
const Imag = part("Imag");
const Angle = part("Angle");
const ComplexAbs = defineOp({
  type: "ComplexAbs",
  inputs: ["x: T"],
  outputs: ["y: Tout"],
  attrs: { T, Tout },
  infer: inferUnchanged,
});

const Conj = defineOp({
  type: "Conj",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type([...complexTypes, "variant"], "complex64") },
  infer: inferUnchanged,
});

/** The definitions of this family. */
export const complexDefs = { Complex, Real, Imag, Conj, ComplexAbs, Angle };
