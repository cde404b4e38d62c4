/** `summarize`: the variables of a graph or scope as one model, by scope. How it is printed is in `summary-text.ts`. */
import { getDefaultGraph } from "../graph/default-graph.ts";
import { Graph } from "../graph/graph.ts";
import { journalOf, type VariableEntry } from "../variables/journal.ts";
import { VariableScope } from "../variables/scope-value.ts";
import { and, filterText, inScope, select, type VariableFilter } from "./filters.ts";
import { initialText } from "./initial-text.ts";
import { sizeOf } from "./size.ts";
import { summaryMarkdown, summaryTable } from "./summary-text.ts";

/** One variable. */
export interface SummaryRow {
  /** The op name. */
  readonly name: string;
  readonly kind: "reference" | "resource";
  /** The dimensions; `null` for what is not known. */
  readonly shape: readonly (number | null)[] | null;
  readonly dtype: string;
  readonly parameters: number | null;
  readonly bytes: number | null;
  readonly trainable: boolean;
  /** How many calls gave it out: 1 is nobody but its maker. */
  readonly calls: number;
  readonly initializer: string;
}

/** Variables and scopes directly in one scope, with totals of everything below. */
export interface SummaryScope {
  /** The full name; empty for the root. */
  readonly path: string;
  readonly variables: readonly SummaryRow[];
  readonly scopes: readonly SummaryScope[];
  /** Of all below, as far as sizes are known. */
  readonly totals: SummaryTotals;
}

/** Sums over some variables. */
export interface SummaryTotals {
  readonly variables: number;
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly bytes: number;
  /** Variables that more than one call asked for. */
  readonly shared: number;
  /** Variables of unknown size, which are not in the other sums. */
  readonly unknown: number;
}

/** What `summarize` gives: data, and the texts made of it. */
export interface Summary {
  /** What was left out, as code; `null` for nothing. */
  readonly filter: string | null;
  readonly root: SummaryScope;
  readonly totals: SummaryTotals;
  /** A table for terminals. */
  toString(): string;
  /** Plain data. */
  toJSON(): { readonly filter: string | null; readonly root: SummaryScope };
  /** A table for documents. */
  toMarkdown(): string;
}

/** Options of `summarize`. */
export interface SummaryOptions {
  /** Default: the current graph. */
  readonly graph?: Graph;
  /** Only what is in this scope. */
  readonly scope?: string | VariableScope;
  /** Only what passes. */
  readonly filter?: VariableFilter;
}

/**
 * The variables of a graph or scope, by scope: shape, element type, parameters, bytes, whether optimizers change it, how many calls share it,
 * initializer. Takes time in proportion to the number of variables.
 * @see TensorFlow has no such function; `tf.contrib.slim.model_analyzer` printed a part of it.
 * @example
 * variableScope("layer", () => getVariable("w", [2, 3]));
 * summarize().totals.parameters; // 6
 * summarize({ filter: not(trainable) }).totals.variables; // 0
 */
export function summarize(where: Graph | VariableScope | SummaryOptions = {}, options: SummaryOptions = {}): Summary {
  const given: SummaryOptions =
    where instanceof Graph
      ? { ...options, graph: where }
      : where instanceof VariableScope
        ? { ...options, scope: where }
        : { ...where, ...options };
  const { scope, filter } = given;
  const graph = given.graph ?? (scope instanceof VariableScope ? scope.graph : getDefaultGraph());
  const filters = [...(scope === undefined ? [] : [inScope(scope)]), ...(filter === undefined ? [] : [filter])];
  const root = buildTree(chosen(graph, filters));
  const text = filters.length === 0 ? null : filters.map(filterText).join(", ");
  return {
    filter: text,
    root,
    totals: root.totals,
    toString: () => summaryTable(root),
    toJSON: () => ({ filter: text, root }),
    toMarkdown: () => summaryMarkdown(root),
  };
}

function chosen(graph: Graph, filters: readonly VariableFilter[]): VariableEntry[] {
  const entries = [...journalOf(graph).entries];
  if (filters.length === 0) return entries;
  const passing = new Set(
    select(
      entries.map(({ variable }) => variable),
      and(...filters),
    ),
  );
  return entries.filter(({ variable }) => passing.has(variable));
}

function rowOf({ variable, initialValue, sharedCount }: VariableEntry): SummaryRow {
  return {
    name: variable.op.name,
    kind: variable.isResource ? "resource" : "reference",
    shape: variable.shape.dims,
    dtype: variable.dtype.baseDtype.name,
    ...sizeOf(variable.shape, variable.dtype),
    trainable: variable.trainable,
    calls: 1 + sharedCount,
    initializer: initialText(initialValue),
  };
}

class ScopeBuilder {
  readonly path: string;
  readonly rows: SummaryRow[] = [];
  readonly #scopes = new Map<string, ScopeBuilder>();

  constructor(path: string) {
    this.path = path;
  }

  inner(name: string): ScopeBuilder {
    let scope = this.#scopes.get(name);
    if (scope === undefined)
      this.#scopes.set(name, (scope = new ScopeBuilder(this.path === "" ? name : `${this.path}/${name}`)));
    return scope;
  }

  finish(): SummaryScope {
    const scopes = Array.from(this.#scopes.values(), (scope) => scope.finish());
    const totals = { variables: 0, parameters: 0, trainableParameters: 0, bytes: 0, shared: 0, unknown: 0 };
    for (const row of this.rows) addRow(totals, row);
    for (const scope of scopes)
      for (const key of Object.keys(totals) as (keyof SummaryTotals)[]) totals[key] += scope.totals[key];
    return { path: this.path, variables: this.rows, scopes, totals };
  }
}

function addRow(totals: { -readonly [K in keyof SummaryTotals]: number }, row: SummaryRow): void {
  totals.variables += 1;
  totals.parameters += row.parameters ?? 0;
  totals.trainableParameters += row.trainable ? (row.parameters ?? 0) : 0;
  totals.bytes += row.bytes ?? 0;
  totals.shared += row.calls > 1 ? 1 : 0;
  totals.unknown += row.bytes === null ? 1 : 0;
}

function buildTree(entries: readonly VariableEntry[]): SummaryScope {
  const root = new ScopeBuilder("");
  for (const entry of entries) {
    let scope = root;
    for (const part of entry.variable.op.name.split("/").slice(0, -1)) scope = scope.inner(part);
    scope.rows.push(rowOf(entry));
  }
  return root.finish();
}
