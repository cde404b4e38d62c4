/**
 * What a lowering rule is: how one op is written in ONNX operators. The rules stand beside the definitions, in `ops/<family>.onnx.ts`;
 * what carries them out is `builder.ts`.
 */
import type { AttrsOf, OpDef, OpDefTable, PerInput } from "../graph/op-def.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { ShapeLike, TensorShape } from "../tensor/shape.ts";
import type { DeferredAttrs, DeferredOperator } from "./deferred.ts";
import type { OnnxOperator } from "./model/operators.ts";

/** A value inside a model. */
export interface OnnxValue {
  /** Unique in its model. */
  readonly name: string;
  readonly dtype: DType;
  /** What is known of the shape; for values between the nodes of a rule, only what the rule has said. */
  readonly shape: TensorShape;
  /** The value itself when it is known while the model is made. */
  readonly constant: NDArray | null;
  /** Whether it is known to be a list of which no element stands there twice. */
  readonly isDistinct?: boolean;
}

/** An attribute that ONNX keeps as a float although its value may be whole. */
export interface OnnxFloat {
  readonly float: number;
}

/** An attribute of an ONNX node: integers, unless said otherwise. */
export type OnnxAttr = number | string | readonly number[] | OnnxFloat | NDArray;

/** The attributes of an ONNX node. */
export type OnnxAttrs = Readonly<Record<string, OnnxAttr>>;

/** What nodes are built with: by rules, and by passes over whole models. */
export interface NodeMaker {
  /** Adds a node with one output. An input may be `null` when ONNX calls it optional. */
  node(type: OnnxOperator, inputs: readonly (OnnxValue | null)[], attrs?: OnnxAttrs, shape?: ShapeLike): OnnxValue;
  /** Adds a node with several outputs, all of the decisive input's type unless `dtypes` says otherwise. */
  nodes(
    type: OnnxOperator,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs,
    count: number,
    dtypes?: readonly DType[],
  ): readonly OnnxValue[];
  /** A constant; equal ones are kept once. */
  constant(value: NDArray): OnnxValue;
  /** A constant list of int64, which is how ONNX takes axes, sizes and places. */
  integers(values: readonly number[]): OnnxValue;
  /** A constant scalar. */
  scalar(value: number, dtype: DType): OnnxValue;
  /** The value as another type, as C converts numbers. */
  cast(value: OnnxValue, dtype: DType): OnnxValue;
}

/** What a rule builds with. Nodes are named after the op, so that an error of the runtime leads back to it. */
export interface OnnxBuilder extends NodeMaker {
  /** What the graph knows of the op's outputs. */
  readonly outputs: readonly { readonly dtype: DType; readonly shape: TensorShape }[];
  /** Adds something that ONNX has no operator for, and that passes know several ways to write: deferred.ts. */
  deferred(
    type: DeferredOperator,
    inputs: readonly OnnxValue[],
    attrs: DeferredAttrs,
    shape: readonly (number | null)[],
  ): OnnxValue;
}

/** Says that an op, or this use of it, is not written in ONNX, and why. Every engine leaves such ops to its host. */
export class Unsupported {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

/** An op, or a use of one, that has no lowering. */
export function unsupported(why: string): Unsupported {
  return new Unsupported(why);
}

/** What a rule gives: the op's outputs, or why it cannot. */
export type Lowered = OnnxValue | readonly OnnxValue[] | Unsupported;

/**
 * Writes one op in ONNX. A reference or resource input is given as the variable's value; a rule of a write gives the op's outputs
 * that are no references, then the new values of the variables that it writes.
 *
 * The result equals the kernel's, and what makes the kernel fail makes the model fail: a rule that cannot see to both, for the
 * shapes, types and constants it is given, says `unsupported`.
 */
export type OnnxRule<D extends OpDef = OpDef> = (
  onnx: OnnxBuilder,
  inputs: PerInput<D, OnnxValue>,
  attrs: AttrsOf<D["attrs"]>,
) => Lowered;

/** A table with one entry per definition: a missing one does not compile. */
export type OnnxTable<T extends OpDefTable> = { readonly [N in keyof T]: OnnxRule<T[N]> | Unsupported };

/** Types a table against its definitions: each rule receives exactly its op's inputs and attrs. */
export function onnxRules<T extends OpDefTable>(): (table: OnnxTable<T>) => OnnxTable<T> {
  return (table) => table;
}
