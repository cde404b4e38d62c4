/** Initializer: a function that fills a shape, as a class with a name and a configuration. The catalogue is in `initializers.ts`. Mirrors `Initializer`, python/ops/init_ops.py. */
import { Callable } from "../base/callable.ts";
import type { TensorLike } from "../graph/constant.ts";
import { asDType, type DType, type DTypeLike } from "../tensor/dtype.ts";
import { asShape, type ShapeLike } from "../tensor/shape.ts";
import type { PartitionInfo } from "./slice-info.ts";

/** An initializer is called as a function: `initializer(shape, dtype?, partitionInfo?)`. */
export interface Initializer {
  (shape: ShapeLike, dtype?: DTypeLike | null, partitionInfo?: PartitionInfo | null): TensorLike;
}

/** The base of all initializers. An instance is a function. */
export abstract class Initializer extends Callable {
  constructor() {
    super(callInitializer);
  }

  /** The element type used when the call gives none. */
  abstract get dtype(): DType;
  /** Adds the ops that make the value. */
  abstract build(shape: readonly number[], dtype: DType, partitionInfo: PartitionInfo | null): TensorLike;
  /** The arguments it was made with, as plain data. */
  abstract getConfig(): Record<string, unknown>;

  /** The class and its arguments: `TruncatedNormal(stddev=0.1)`. */
  describe(): string {
    const parts = Object.entries(this.getConfig()).filter(
      ([key, value]) => key !== "dtype" && value !== null && value !== undefined,
    );
    const { constructor } = this;
    const named = Object.hasOwn(constructor, "typeName")
      ? (constructor as { readonly typeName?: string }).typeName
      : null;
    return `${named ?? constructor.name}(${parts.map(([key, value]) => `${key}=${String(value)}`).join(", ")})`;
  }
}

function callInitializer(self: Initializer, [shape, dtype, partitionInfo]: readonly unknown[]): TensorLike {
  const type = dtype === null || dtype === undefined ? self.dtype : asDType(dtype as DTypeLike);
  const dims = asShape(shape as ShapeLike).asNumbers();
  return self.build(dims, type, (partitionInfo as PartitionInfo | undefined) ?? null);
}

/** Whether a value is the class of an initializer, to be made without arguments. */
export function isInitializerClass(value: unknown): value is new () => Initializer {
  return typeof value === "function" && value.prototype instanceof Initializer;
}
