/** The functions that write variables: `assign`, `scatterUpdate` and their kin, for references and resource variables. Mirrors python/ops/state_ops.py. */
import { MissingAttributeError } from "../base/errors.ts";
import { pythonTypeName } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Operation } from "../graph/operation.ts";
import { Tensor } from "../graph/tensor.ts";
import { stateDefs } from "../ops/state.defs.ts";
import { BaseVariable } from "./base-variable.ts";
import { ResourceVariable } from "./resource-variable.ts";

/** What can be written: a variable, or a tensor of reference type, such as the result of another write. */
export type Writable = BaseVariable | Tensor;

/** Options of writes. */
export interface WriteOptions {
  readonly validateShape?: boolean | null;
  readonly useLocking?: boolean | null;
  readonly name?: string | null;
}

type Written = Tensor | BaseVariable;

function isReference(ref: unknown): boolean {
  return ref instanceof Tensor ? ref.dtype.isRef : ref instanceof BaseVariable && !ref.isResource;
}

function requireWritable(ref: unknown): asserts ref is ResourceVariable {
  if (ref instanceof ResourceVariable) return;
  throw new MissingAttributeError(
    `'${pythonTypeName(ref)}' object has no attribute 'assign'\n  only variables, and the results of writes to reference variables, can be written`,
    { value: ref },
  );
}

/** Replaces the value. @see TensorFlow `tf.assign` */
export function assign(ref: Writable, value: unknown, options: WriteOptions = {}): Written {
  if (isReference(ref)) {
    const attrs = { use_locking: options.useLocking ?? undefined, validate_shape: options.validateShape ?? undefined };
    return applyOp1(stateDefs.Assign, [ref, value], attrs, options.name);
  }
  requireWritable(ref);
  return ref.assign(value, { name: options.name ?? null }) as BaseVariable;
}

/** Adds to the value. @see TensorFlow `tf.assign_add` */
export function assignAdd(ref: Writable, value: unknown, options: WriteOptions = {}): Written {
  if (isReference(ref))
    return applyOp1(stateDefs.AssignAdd, [ref, value], { use_locking: options.useLocking ?? undefined }, options.name);
  requireWritable(ref);
  return ref.assignAdd(value) as BaseVariable;
}

/** Subtracts from the value. @see TensorFlow `tf.assign_sub` */
export function assignSub(ref: Writable, value: unknown, options: WriteOptions = {}): Written {
  if (isReference(ref))
    return applyOp1(stateDefs.AssignSub, [ref, value], { use_locking: options.useLocking ?? undefined }, options.name);
  requireWritable(ref);
  return ref.assignSub(value) as BaseVariable;
}

/** Adds one and gives the value before; fails with `OutOfRangeError` at `limit`. @see TensorFlow `tf.count_up_to` */
export function countUpTo(ref: Writable, limit: number, options: { readonly name?: string | null } = {}): Tensor {
  if (isReference(ref)) return applyOp1(stateDefs.CountUpTo, [ref], { limit }, options.name);
  requireWritable(ref);
  return applyOp1(stateDefs.ResourceCountUpTo, [ref.handle], { limit, T: ref.dtype }, options.name);
}

/** One scatter: the op for references, the op for handles, and what its `use_locking` defaults to. */
function scatter(refDef: OpDef, resourceDef: OpDef, useLocking: boolean) {
  return (ref: Writable, indices: unknown, updates: unknown, options: WriteOptions = {}): Written => {
    if (isReference(ref))
      return applyOp1(refDef, [ref, indices, updates], { use_locking: options.useLocking ?? useLocking }, options.name);
    requireWritable(ref);
    const op: Operation = applyOp(
      resourceDef,
      [ref.handle, indices, convertToTensor(updates, { dtype: ref.dtype, graph: ref.graph })],
      {},
      options.name,
    );
    return ref.readAfter(op);
  };
}

/** A function that changes rows of a variable. Shapes: indices `[…i]`, updates `[…i, …row]` or a scalar. */
export type Scatter = (ref: Writable, indices: unknown, updates: unknown, options?: WriteOptions) => Written;

/** Replaces the rows at `indices`. @see TensorFlow `tf.scatter_update` */
export const scatterUpdate: Scatter = /** @__PURE__ */ scatter(
  stateDefs.ScatterUpdate,
  stateDefs.ResourceScatterUpdate,
  true,
);
/** Adds to the rows at `indices`. @see TensorFlow `tf.scatter_add` */
export const scatterAdd: Scatter = /** @__PURE__ */ scatter(stateDefs.ScatterAdd, stateDefs.ResourceScatterAdd, false);
/** Subtracts from the rows at `indices`. @see TensorFlow `tf.scatter_sub` */
export const scatterSub: Scatter = /** @__PURE__ */ scatter(stateDefs.ScatterSub, stateDefs.ResourceScatterSub, false);
/** Multiplies the rows at `indices`. @see TensorFlow `tf.scatter_mul` */
export const scatterMul: Scatter = /** @__PURE__ */ scatter(stateDefs.ScatterMul, stateDefs.ResourceScatterMul, false);
/** Divides the rows at `indices`. @see TensorFlow `tf.scatter_div` */
export const scatterDiv: Scatter = /** @__PURE__ */ scatter(stateDefs.ScatterDiv, stateDefs.ResourceScatterDiv, false);
/** The smaller of each element and its update. @see TensorFlow `tf.scatter_min` */
export const scatterMin: Scatter = /** @__PURE__ */ scatter(stateDefs.ScatterMin, stateDefs.ResourceScatterMin, false);
/** The larger of each element and its update. @see TensorFlow `tf.scatter_max` */
export const scatterMax: Scatter = /** @__PURE__ */ scatter(stateDefs.ScatterMax, stateDefs.ResourceScatterMax, false);
