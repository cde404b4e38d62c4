/** What a scope does with variables that exist, and the enumerations of distributed variables. Mirrors python/ops/variable_scope.py and variables.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";

class AutoReuse {
  /** As Python's `str`. */
  toString(): string {
    return "_ReuseMode.AUTO_REUSE";
  }
  toJSON(): string {
    return "auto";
  }
}

/** Variables are created when they do not exist, and shared when they do. */
export const AUTO_REUSE: AutoReuse = /** @__PURE__ */ new AutoReuse();

/** The reuse of a scope: `false` creates, `true` shares, `AUTO_REUSE` does what is possible. */
export type Reuse = boolean | typeof AUTO_REUSE;

/** The `reuse` argument: `false` and `null` mean "inherit". */
export type ReuseArgument = Reuse | null | undefined;

/** When a distributed variable is synchronized. Kept on the variable; one machine needs none. */
export const VariableSynchronization = {
  AUTO: "AUTO",
  NONE: "NONE",
  ON_WRITE: "ON_WRITE",
  ON_READ: "ON_READ",
} as const;
export type VariableSynchronization = keyof typeof VariableSynchronization;

/** How the parts of a distributed variable are combined. Kept on the variable; one machine needs none. */
export const VariableAggregation = {
  NONE: "NONE",
  SUM: "SUM",
  MEAN: "MEAN",
  ONLY_FIRST_REPLICA: "ONLY_FIRST_REPLICA",
  ONLY_FIRST_TOWER: "ONLY_FIRST_REPLICA",
} as const;
export type VariableAggregation = (typeof VariableAggregation)[keyof typeof VariableAggregation];

const aggregations: ReadonlySet<unknown> = /** @__PURE__ */ new Set(Object.values(VariableAggregation));

/** The three arguments that TensorFlow checks together. */
export interface Distribution {
  readonly synchronization: VariableSynchronization;
  readonly aggregation: VariableAggregation;
  readonly trainable: boolean;
}

/**
 * Fills `trainable`, which is true unless the variable is synchronized on reading.
 * @throws {ArgumentError} for unknown modes.
 */
export function resolveDistribution(
  given: {
    readonly synchronization?: unknown;
    readonly aggregation?: unknown;
    readonly trainable?: boolean | null | undefined;
  },
  name: string | null | undefined,
): Distribution {
  const aggregation = given.aggregation ?? "NONE";
  const synchronization = given.synchronization ?? "AUTO";
  if (!aggregations.has(aggregation)) {
    throw new ArgumentError(
      `Invalid variable aggregation mode: ${pythonText(aggregation)} for variable: ${pythonText(name)}`,
      { aggregation },
    );
  }
  if (!(typeof synchronization === "string" && synchronization in VariableSynchronization)) {
    throw new ArgumentError(
      `Invalid variable synchronization mode: ${pythonText(synchronization)} for variable: ${pythonText(name)}`,
      { synchronization },
    );
  }
  return {
    synchronization: synchronization as VariableSynchronization,
    aggregation: aggregation as VariableAggregation,
    trainable: given.trainable ?? synchronization !== "ON_READ",
  };
}
