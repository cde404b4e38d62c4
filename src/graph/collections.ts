/** The collections of a graph: lists by key, with TensorFlow's standard keys and its regular-expression filter. */
import { ArgumentError } from "../base/errors.ts";

/** TensorFlow's standard collection keys (python/framework/ops.py, `GraphKeys`). */
export const GraphKeys = {
  GLOBAL_VARIABLES: "variables",
  LOCAL_VARIABLES: "local_variables",
  METRIC_VARIABLES: "metric_variables",
  MODEL_VARIABLES: "model_variables",
  TRAINABLE_VARIABLES: "trainable_variables",
  SUMMARIES: "summaries",
  QUEUE_RUNNERS: "queue_runners",
  TABLE_INITIALIZERS: "table_initializer",
  ASSET_FILEPATHS: "asset_filepaths",
  MOVING_AVERAGE_VARIABLES: "moving_average_variables",
  REGULARIZATION_LOSSES: "regularization_losses",
  CONCATENATED_VARIABLES: "concatenated_variables",
  SAVERS: "savers",
  WEIGHTS: "weights",
  BIASES: "biases",
  ACTIVATIONS: "activations",
  UPDATE_OPS: "update_ops",
  LOSSES: "losses",
  SAVEABLE_OBJECTS: "saveable_objects",
  RESOURCES: "resources",
  LOCAL_RESOURCES: "local_resources",
  TRAINABLE_RESOURCE_VARIABLES: "trainable_resource_variables",
  INIT_OP: "init_op",
  LOCAL_INIT_OP: "local_init_op",
  READY_OP: "ready_op",
  READY_FOR_LOCAL_INIT_OP: "ready_for_local_init_op",
  SUMMARY_OP: "summary_op",
  GLOBAL_STEP: "global_step",
  EVAL_STEP: "eval_step",
  TRAIN_OP: "train_op",
  COND_CONTEXT: "cond_context",
  WHILE_CONTEXT: "while_context",
} as const;

/** Lists of anything, by key. */
export class Collections {
  readonly #lists = new Map<string, unknown[]>();

  add(key: string, value: unknown): void {
    this.list(key).push(value);
  }

  /** The live list, made when it is missing. */
  list(key: string): unknown[] {
    let list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, (list = []));
    return list;
  }

  /** A copy; with `scope`, only items with a `name` that the pattern matches at its start. */
  get(key: string, scope?: string | null): unknown[] {
    const list = this.#lists.get(key) ?? [];
    if (scope === undefined || scope === null) return [...list];
    const matches = startMatcher(scope);
    return list.filter((item) => {
      const name = (item as { readonly name?: unknown } | null)?.name;
      return typeof name === "string" && matches(name);
    });
  }

  clear(key: string): void {
    this.#lists.delete(key);
  }

  keys(): string[] {
    return [...this.#lists.keys()];
  }
}

const plainScope = /^[A-Za-z0-9_/-]*$/;

/** Python's `re.match`: anchored at the start. Plain scope names skip the regular expression. */
function startMatcher(pattern: string): (name: string) => boolean {
  if (plainScope.test(pattern)) return (name) => name.startsWith(pattern);
  try {
    const expression = new RegExp(`^(?:${pattern})`);
    return (name) => expression.test(name);
  } catch (cause) {
    throw new ArgumentError(
      `The scope filter '${pattern}' is not a regular expression: ${String(cause)}\n  the filter of a collection is a pattern matched at the start of each name; escape . + ? ( ) [ ] with a backslash`,
      { pattern },
    );
  }
}
