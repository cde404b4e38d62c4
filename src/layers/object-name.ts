/** Names of layer objects that have none of their own. Mirrors `unique_object_name` and `to_snake_case` of tf_keras. @internal */
import type { Graph } from "../graph/graph.ts";

/** How many objects of each name a graph has. */
const counts = new WeakMap<Graph, Map<string, number>>();

/** `BatchNormalization` → `batch_normalization`. */
export function snakeCase(className: string): string {
  const words = className
    .replace(/(.)([A-Z][a-z0-9]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
  return words.startsWith("_") ? `private${words}` : words;
}

/** The name of the next object of a class in a graph: `dense_1` for the first. */
export function objectName(graph: Graph, className: string): string {
  let names = counts.get(graph);
  if (names === undefined) counts.set(graph, (names = new Map()));
  const key = snakeCase(className);
  const count = (names.get(key) ?? 0) + 1;
  names.set(key, count);
  return `${key}_${count}`;
}
