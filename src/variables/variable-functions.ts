/** The functions that users pass to `getVariable` and scopes: initializers, regularizers, partitioners, custom getters. Types only. */
import type { TensorLike } from "../graph/constant.ts";
import type { DeviceLike } from "../graph/devices.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType, DTypeLike } from "../tensor/dtype.ts";
import type { ShapeLike, TensorShape } from "../tensor/shape.ts";
import type { BaseVariable, Constraint } from "./base-variable.ts";
import type { Initializer } from "./initializer.ts";
import type { PartitionedVariable } from "./partitioned-variable.ts";
import type { ReuseArgument } from "./reuse.ts";
import type { PartitionInfo } from "./slice-info.ts";

/** Gives the initial value of a variable, or of a slice of one, in a shape. */
export type InitializerFunction = (shape: readonly number[], dtype: DType, partitionInfo?: PartitionInfo) => TensorLike;

/** A function, an initializer, an initializer's class, or the value itself. */
export type InitializerLike = InitializerFunction | Initializer | (new () => Initializer) | TensorLike;

/** Gives a loss for a variable's weights, or `null` for none. */
export type Regularizer = (weights: BaseVariable) => Tensor | null;

/** Tells into how many slices each dimension is cut; at most one may be more than 1. */
export type Partitioner = (shape: TensorShape, dtype: DType) => readonly number[];

/** What `getVariable` gives: a variable, or its slices as one. A custom getter may return anything. */
export type AnyVariable = BaseVariable | PartitionedVariable;

/** All arguments of `getVariable` but the name. */
export interface GetVariableOptions {
  readonly shape?: ShapeLike | undefined;
  readonly dtype?: DTypeLike | null | undefined;
  readonly initializer?: InitializerLike | null | undefined;
  readonly regularizer?: Regularizer | null | undefined;
  readonly trainable?: boolean | null | undefined;
  readonly collections?: readonly string[] | null | undefined;
  /** `""` cancels an inherited device. */
  readonly cachingDevice?: DeviceLike | undefined;
  readonly partitioner?: Partitioner | null | undefined;
  readonly validateShape?: boolean | undefined;
  readonly useResource?: boolean | null | undefined;
  /** Replaces the scope's getters for this call. */
  readonly customGetter?: CustomGetter | null | undefined;
  readonly constraint?: Constraint | null | undefined;
  readonly synchronization?: string | undefined;
  readonly aggregation?: string | undefined;
}

/** The arguments as a custom getter receives them: resolved from the scope. Whatever it leaves out when it calls on takes TensorFlow's default. */
export interface GetterOptions extends Omit<GetVariableOptions, "customGetter"> {
  /** The scope's reuse; `null` creates or returns. */
  readonly reuse?: ReuseArgument;
}

/** Continues with the next getter, or with the store. The name is a full name: no scope is added. */
export type NextGetter = (name: string, options: GetterOptions) => unknown;

/** Called instead of the store; gives what `getVariable` returns. */
export type CustomGetter = (getter: NextGetter, name: string, options: GetterOptions) => unknown;
