/** The arguments of `Variable`, checked in TensorFlow's order. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { GraphKeys } from "../graph/collections.ts";
import type { DeviceLike } from "../graph/devices.ts";
import type { DTypeLike } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import type { Constraint } from "./base-variable.ts";
import { type Distribution, resolveDistribution } from "./reuse.ts";

/** Options of `new Variable(initialValue, options)`. */
export interface VariableOptions {
  /** Default: true, unless the variable is synchronized on reading. */
  readonly trainable?: boolean | null;
  /** Collection keys instead of `GLOBAL_VARIABLES`. */
  readonly collections?: readonly string[] | null;
  /** False: the initial value's shape may be unknown, and other shapes may be assigned. */
  readonly validateShape?: boolean;
  /** Where reads are cached. */
  readonly cachingDevice?: DeviceLike | undefined;
  readonly name?: string | null;
  readonly dtype?: DTypeLike | null | undefined;
  readonly constraint?: Constraint | null;
  /** True: a resource variable; false: a reference variable; omitted: as the variable scope says. */
  readonly useResource?: boolean | null;
  readonly synchronization?: string;
  readonly aggregation?: string;
  /** The static shape; omitted: the initial value's. */
  readonly shape?: ShapeLike | undefined;
}

/** What a variable creator receives and may change: `initialValue` and all options. */
export interface CreatorOptions extends VariableOptions {
  /** A value, a tensor, or a function that gives one. */
  readonly initialValue: unknown;
}

/** The checked collections of a new variable. */
export function variableCollections(options: CreatorOptions, trainable: boolean): readonly string[] {
  const collections = options.collections ?? [GraphKeys.GLOBAL_VARIABLES];
  if (!Array.isArray(collections)) {
    throw new ArgumentError(
      `collections argument to Variable constructor must be a list, tuple, or set. Got ${pythonText(collections)} of type ${pythonTypeName(collections)}`,
      { collections },
    );
  }
  return trainable && !collections.includes(GraphKeys.TRAINABLE_VARIABLES)
    ? [...collections, GraphKeys.TRAINABLE_VARIABLES]
    : (collections as readonly string[]);
}

/** Trainable, synchronization and aggregation of a new variable. */
export function variableDistribution(options: CreatorOptions): Distribution {
  return resolveDistribution(options, options.name);
}
