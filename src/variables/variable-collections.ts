/** The lists of variables that every program asks for. Mirrors python/ops/variables.py. */
import { GraphKeys } from "../graph/collections.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { BaseVariable } from "./base-variable.ts";

function listOf(key: string, scope: string | null | undefined): BaseVariable[] {
  return getDefaultGraph().getCollection(key, scope) as BaseVariable[];
}

/** The variables that are part of the model; with `scope`, those whose name the pattern matches at its start. */
export function globalVariables(scope?: string | null): BaseVariable[] {
  return listOf(GraphKeys.GLOBAL_VARIABLES, scope);
}
/** TensorFlow's old name of `globalVariables`. */
export const allVariables: typeof globalVariables = globalVariables;

/** The variables that belong to one process: counters of metrics and the like. */
export function localVariables(scope?: string | null): BaseVariable[] {
  return listOf(GraphKeys.LOCAL_VARIABLES, scope);
}
/** The variables that optimizers change. */
export function trainableVariables(scope?: string | null): BaseVariable[] {
  return listOf(GraphKeys.TRAINABLE_VARIABLES, scope);
}
/** The variables of metrics. */
export function metricVariables(scope?: string | null): BaseVariable[] {
  return listOf(GraphKeys.METRIC_VARIABLES, scope);
}
/** The variables that were put into `MODEL_VARIABLES`. */
export function modelVariables(scope?: string | null): BaseVariable[] {
  return listOf(GraphKeys.MODEL_VARIABLES, scope);
}
/** The variables that have moving averages. */
export function movingAverageVariables(scope?: string | null): BaseVariable[] {
  return listOf(GraphKeys.MOVING_AVERAGE_VARIABLES, scope);
}

/** Adds to a collection of the default graph, without looking for duplicates. */
export function addToCollection(key: string, value: unknown): void {
  getDefaultGraph().addToCollection(key, value);
}
/** Adds to several collections of the default graph, each once. */
export function addToCollections(keys: string | readonly string[], value: unknown): void {
  getDefaultGraph().addToCollections(keys, value);
}
/** A copy of a collection of the default graph. */
export function getCollection(key: string, scope?: string | null): unknown[] {
  return getDefaultGraph().getCollection(key, scope);
}
/** The live list of a collection of the default graph. */
export function getCollectionRef(key: string): unknown[] {
  return getDefaultGraph().getCollectionRef(key);
}
