/**
 * Definitions of the ops that optimizers apply: each changes a variable and the slots beside it, by a gradient for all of it or for some
 * of its rows. Mirrors core/ops/training_ops.cc.
 */
import { type AttrDefs, attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeDimensions, mergeShapes, replaceDimension, withRank } from "./shape-rules.ts";
import { numberTypes } from "./type-lists.ts";

/** How the variables come: as references, or as handles. */
type Kind = "Ref(T)" | "resource";

type Variables<S extends readonly string[], K extends Kind> = { readonly [I in keyof S]: `${S[I]}: ${K}` };

/** The name of an input as its definition writes it: `lr` of `lr: T`. */
export function inputName(text: string): string {
  return text.slice(0, text.indexOf(":"));
}

/** Whether an input is the gradient. */
export function isGradient(name: string): boolean {
  return name === "grad" || name === "delta";
}

/** All variables have one shape, the gradient has it too, the numbers are scalars. Of some rows, the gradient has as many as there are indices. */
function inferShapes(c: InferContext, kind: Kind, states: number, rest: readonly string[]): readonly TensorShape[] {
  const shapeOf = (i: number): TensorShape => (kind === "resource" ? (c.handle(i)?.shape ?? unknownShape) : c.input(i));
  let shape = shapeOf(0);
  for (let i = 1; i < states; i += 1) shape = mergeShapes(shape, shapeOf(i));
  const names = rest.map(inputName);
  for (const [i, name] of names.entries()) {
    const input = c.input(states + i);
    if (name === "indices") continue;
    if (!isGradient(name)) withRank(input, 0);
    else if (names[i + 1] !== "indices") shape = mergeShapes(shape, input);
    else shape = inferRows(shape, input, withRank(c.input(states + i + 1), 1));
  }
  return kind === "resource" ? [] : [shape];
}

function inferRows(shape: TensorShape, gradient: TensorShape, indices: TensorShape): TensorShape {
  if (gradient.dims === null) return shape;
  mergeDimensions(gradient.dim(0), indices.dim(0));
  return mergeShapes(shape, replaceDimension(gradient, 0, null));
}

function define<
  const N extends string,
  const K extends Kind,
  const S extends readonly string[],
  const R extends readonly string[],
  const A extends AttrDefs,
>(type: N, kind: K, states: S, rest: R, attrs: A) {
  const variables = states.map((name) => `${name}: ${kind}`) as unknown as Variables<S, K>;
  return defineOp<readonly [...Variables<S, K>, ...R], A>({
    type,
    inputs: [...variables, ...rest] as unknown as readonly [...Variables<S, K>, ...R],
    outputs: kind === "resource" ? [] : ["out: Ref(T)"],
    attrs,
    infer: (c) => inferShapes(c, kind, states.length, rest),
    stateful: kind === "resource",
    effect: "write",
    writes: states.length,
  });
}

const T = attr.type(numberTypes);
const use_locking = attr.bool(false);
const dense = { T, use_locking };
const sparse = { T, Tindices: attr.type(["int32", "int64"]), use_locking };
const update_slots = attr.bool(true);
const use_nesterov = attr.bool(false);
const multiply_linear_by_lr = attr.bool(false);

const onlyVar = ["var"] as const;
const accum = ["var", "accum"] as const;
const momentum = ["lr: T", "grad: T", "momentum: T"] as const;
const momentumRows = ["lr: T", "grad: T", "indices: Tindices", "momentum: T"] as const;
const adagrad = ["lr: T", "grad: T"] as const;
const adagradRows = ["lr: T", "grad: T", "indices: Tindices"] as const;
const dualAverages = ["var", "gradient_accumulator", "gradient_squared_accumulator"] as const;
const adagradDa = ["grad: T", "lr: T", "l1: T", "l2: T", "global_step: int64"] as const;
const adagradDaRows = ["grad: T", "indices: Tindices", "lr: T", "l1: T", "l2: T", "global_step: int64"] as const;
const accums = ["var", "accum", "accum_update"] as const;
const adadelta = ["lr: T", "rho: T", "epsilon: T", "grad: T"] as const;
const adadeltaRows = [...adadelta, "indices: Tindices"] as const;
const means = ["var", "ms", "mom"] as const;
const centeredMeans = ["var", "mg", "ms", "mom"] as const;
const rmsProp = ["lr: T", "rho: T", "momentum: T", "epsilon: T", "grad: T"] as const;
const rmsPropRows = [...rmsProp, "indices: Tindices"] as const;
const moments = ["var", "m", "v"] as const;
const adam = ["beta1_power: T", "beta2_power: T", "lr: T", "beta1: T", "beta2: T", "epsilon: T", "grad: T"] as const;
const linear = ["var", "accum", "linear"] as const;
const ftrl = ["grad: T", "lr: T", "l1: T", "l2: T", "lr_power: T"] as const;
const ftrlRows = ["grad: T", "indices: Tindices", "lr: T", "l1: T", "l2: T", "lr_power: T"] as const;
const ftrl2 = ["grad: T", "lr: T", "l1: T", "l2: T", "l2_shrinkage: T", "lr_power: T"] as const;
const ftrl2Rows = [
  "grad: T",
  "indices: Tindices",
  "lr: T",
  "l1: T",
  "l2: T",
  "l2_shrinkage: T",
  "lr_power: T",
] as const;
const proximal = ["alpha: T", "l1: T", "l2: T", "delta: T"] as const;
const proximalRows = ["alpha: T", "l1: T", "l2: T", "grad: T", "indices: Tindices"] as const;
const proximalAdagrad = ["lr: T", "l1: T", "l2: T", "grad: T"] as const;
const proximalAdagradRows = ["lr: T", "l1: T", "l2: T", "grad: T", "indices: Tindices"] as const;

const nesterov = { ...dense, use_nesterov };
const nesterovRows = { ...sparse, use_nesterov };
const slots = { ...dense, update_slots };
const slotsRows = { ...sparse, update_slots };
const byRate = { ...dense, multiply_linear_by_lr };
const byRateRows = { ...sparse, multiply_linear_by_lr };

/** The definitions of this family. */
export const trainingDefs = {
  ApplyGradientDescent: define("ApplyGradientDescent", "Ref(T)", onlyVar, ["alpha: T", "delta: T"], dense),
  ApplyMomentum: define("ApplyMomentum", "Ref(T)", accum, momentum, nesterov),
  ApplyAdagrad: define("ApplyAdagrad", "Ref(T)", accum, adagrad, slots),
  ApplyAdagradDA: define("ApplyAdagradDA", "Ref(T)", dualAverages, adagradDa, dense),
  ApplyAdadelta: define("ApplyAdadelta", "Ref(T)", accums, adadelta, dense),
  ApplyRMSProp: define("ApplyRMSProp", "Ref(T)", means, rmsProp, dense),
  ApplyCenteredRMSProp: define("ApplyCenteredRMSProp", "Ref(T)", centeredMeans, rmsProp, dense),
  ApplyAdam: define("ApplyAdam", "Ref(T)", moments, adam, nesterov),
  ApplyFtrl: define("ApplyFtrl", "Ref(T)", linear, ftrl, byRate),
  ApplyFtrlV2: define("ApplyFtrlV2", "Ref(T)", linear, ftrl2, byRate),
  ApplyProximalGradientDescent: define("ApplyProximalGradientDescent", "Ref(T)", onlyVar, proximal, dense),
  ApplyProximalAdagrad: define("ApplyProximalAdagrad", "Ref(T)", accum, proximalAdagrad, dense),
  SparseApplyMomentum: define("SparseApplyMomentum", "Ref(T)", accum, momentumRows, nesterovRows),
  SparseApplyAdagrad: define("SparseApplyAdagrad", "Ref(T)", accum, adagradRows, slotsRows),
  SparseApplyAdagradDA: define("SparseApplyAdagradDA", "Ref(T)", dualAverages, adagradDaRows, sparse),
  SparseApplyAdadelta: define("SparseApplyAdadelta", "Ref(T)", accums, adadeltaRows, sparse),
  SparseApplyRMSProp: define("SparseApplyRMSProp", "Ref(T)", means, rmsPropRows, sparse),
  SparseApplyCenteredRMSProp: define("SparseApplyCenteredRMSProp", "Ref(T)", centeredMeans, rmsPropRows, sparse),
  SparseApplyFtrl: define("SparseApplyFtrl", "Ref(T)", linear, ftrlRows, byRateRows),
  SparseApplyFtrlV2: define("SparseApplyFtrlV2", "Ref(T)", linear, ftrl2Rows, byRateRows),
  SparseApplyProximalGradientDescent: define(
    "SparseApplyProximalGradientDescent",
    "Ref(T)",
    onlyVar,
    proximalRows,
    sparse,
  ),
  SparseApplyProximalAdagrad: define("SparseApplyProximalAdagrad", "Ref(T)", accum, proximalAdagradRows, sparse),
  ResourceApplyGradientDescent: define(
    "ResourceApplyGradientDescent",
    "resource",
    onlyVar,
    ["alpha: T", "delta: T"],
    dense,
  ),
  ResourceApplyMomentum: define("ResourceApplyMomentum", "resource", accum, momentum, nesterov),
  ResourceApplyAdagrad: define("ResourceApplyAdagrad", "resource", accum, adagrad, slots),
  ResourceApplyAdagradDA: define("ResourceApplyAdagradDA", "resource", dualAverages, adagradDa, dense),
  ResourceApplyAdadelta: define("ResourceApplyAdadelta", "resource", accums, adadelta, dense),
  ResourceApplyRMSProp: define("ResourceApplyRMSProp", "resource", means, rmsProp, dense),
  ResourceApplyCenteredRMSProp: define("ResourceApplyCenteredRMSProp", "resource", centeredMeans, rmsProp, dense),
  ResourceApplyAdam: define("ResourceApplyAdam", "resource", moments, adam, nesterov),
  ResourceApplyFtrl: define("ResourceApplyFtrl", "resource", linear, ftrl, byRate),
  ResourceApplyFtrlV2: define("ResourceApplyFtrlV2", "resource", linear, ftrl2, byRate),
  ResourceApplyProximalGradientDescent: define(
    "ResourceApplyProximalGradientDescent",
    "resource",
    onlyVar,
    proximal,
    dense,
  ),
  ResourceApplyProximalAdagrad: define("ResourceApplyProximalAdagrad", "resource", accum, proximalAdagrad, dense),
  ResourceSparseApplyMomentum: define("ResourceSparseApplyMomentum", "resource", accum, momentumRows, nesterovRows),
  ResourceSparseApplyAdagrad: define("ResourceSparseApplyAdagrad", "resource", accum, adagradRows, slotsRows),
  ResourceSparseApplyAdagradDA: define("ResourceSparseApplyAdagradDA", "resource", dualAverages, adagradDaRows, sparse),
  ResourceSparseApplyAdadelta: define("ResourceSparseApplyAdadelta", "resource", accums, adadeltaRows, sparse),
  ResourceSparseApplyRMSProp: define("ResourceSparseApplyRMSProp", "resource", means, rmsPropRows, sparse),
  ResourceSparseApplyCenteredRMSProp: define(
    "ResourceSparseApplyCenteredRMSProp",
    "resource",
    centeredMeans,
    rmsPropRows,
    sparse,
  ),
  ResourceSparseApplyFtrl: define("ResourceSparseApplyFtrl", "resource", linear, ftrlRows, byRateRows),
  ResourceSparseApplyFtrlV2: define("ResourceSparseApplyFtrlV2", "resource", linear, ftrl2Rows, byRateRows),
  ResourceSparseApplyProximalGradientDescent: define(
    "ResourceSparseApplyProximalGradientDescent",
    "resource",
    onlyVar,
    proximalRows,
    sparse,
  ),
  ResourceSparseApplyProximalAdagrad: define(
    "ResourceSparseApplyProximalAdagrad",
    "resource",
    accum,
    proximalAdagradRows,
    sparse,
  ),
};
