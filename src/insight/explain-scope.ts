/** `explainScope`: what a variable scope gives to the variables inside of it, and which line of the program set it. */
import { ArgumentTypeError } from "../base/errors.ts";
import { pythonTypeName, teach } from "../base/text.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { deviceText } from "../graph/devices.ts";
import { trailLines } from "../variables/call-trail.ts";
import { currentVariableScope } from "../variables/current-scope.ts";
import { journalOf } from "../variables/journal.ts";
import { openVariableScopes } from "../variables/pure-variable-scope.ts";
import { originText, reuseText, scopeLabel, scopeLines } from "../variables/report-text.ts";
import { type ScopeOrigin, type ScopeProperty, VariableScope } from "../variables/scope-value.ts";
import { initialText } from "./initial-text.ts";
import { counted } from "./size.ts";

/** One property of a scope. */
export interface ScopePropertyFacts {
  readonly property: ScopeProperty;
  readonly value: unknown;
  /** The value in words. */
  readonly text: string;
  /** Who set it, on which scope; `null` for a default. */
  readonly origin: ScopeOrigin | null;
}

/** A scope around, or the explained one itself. */
export interface ScopeFacts {
  readonly name: string;
  readonly reuse: string;
  /** Where it was opened; `null` for the root. */
  readonly site: CreationSite | null;
}

/** What there is to know of a variable scope. Printed by its `toString`. */
export interface ScopeExplanation {
  readonly scope: VariableScope;
  /** What variables' names begin with: `tower/`; empty at the root. */
  readonly prefix: string;
  /** What the names of ops begin with: now, when the scope is the current one; else, when it was opened first. */
  readonly opPrefix: string;
  /** Whether it is the current scope. */
  readonly isCurrent: boolean;
  readonly properties: readonly ScopePropertyFacts[];
  /** The scope and those around it, innermost first. */
  readonly scopes: readonly ScopeFacts[];
  /** How many variables have names in it. */
  readonly variableCount: number;
  toString(): string;
  toJSON(): unknown;
}

const properties: readonly ScopeProperty[] = [
  "reuse",
  "initializer",
  "regularizer",
  "partitioner",
  "customGetter",
  "cachingDevice",
  "dtype",
  "useResource",
  "constraint",
];

/**
 * Tells what a variable scope gives to variables made inside, each with the line that set it; default: the current scope.
 * @throws {ArgumentTypeError} for what is no variable scope.
 * @see TensorFlow has no such function.
 * @example
 * const text = variableScope("tower", { reuse: AUTO_REUSE }, () => String(explainScope()));
 * text.split("\n")[0]; // "variable scope 'tower'"
 */
export function explainScope(scope: VariableScope = currentVariableScope(getDefaultGraph())): ScopeExplanation {
  if (!(scope instanceof VariableScope)) {
    throw new ArgumentTypeError(
      `explainScope() takes a variable scope, got ${pythonTypeName(scope)}.\n  one is what the body of variableScope() is called with, or getVariableScope()`,
      { scope },
    );
  }
  const { graph } = scope;
  const isCurrent = currentVariableScope(graph) === scope;
  const around = isCurrent ? withRoot(openVariableScopes(graph), scope) : chainOf(scope);
  const prefix = scope.name === "" ? "" : `${scope.name}/`;
  const nameScope = graph.getNameScope();
  const facts: Omit<ScopeExplanation, "toString" | "toJSON"> = {
    scope,
    prefix,
    opPrefix: isCurrent ? (nameScope === "" ? "" : `${nameScope}/`) : scope.originalNameScope,
    isCurrent,
    properties: properties.map((property) => propertyFacts(scope, property)),
    scopes: around.map((each) => ({
      name: each.name,
      reuse: reuseText(each.reuse),
      site: each.around === null ? null : each.site,
    })),
    variableCount: countVariables(scope, prefix),
  };
  return { ...facts, toString: () => scopeText(facts, around), toJSON: () => scopeRecord(facts) };
}

function withRoot(open: readonly VariableScope[], scope: VariableScope): readonly VariableScope[] {
  const root = chainOf(scope).at(-1) as VariableScope;
  return open.at(-1) === root || open.length === 0 ? (open.length === 0 ? [root] : open) : [...open, root];
}

/** A scope and those in which it was opened first. */
function chainOf(scope: VariableScope): VariableScope[] {
  const chain: VariableScope[] = [];
  for (let each: VariableScope | null = scope; each !== null; each = each.around) chain.push(each);
  return chain;
}

function propertyFacts(scope: VariableScope, property: ScopeProperty): ScopePropertyFacts {
  const value: unknown = scope[property];
  return { property, value, text: valueText(scope, property), origin: scope.originOf(property) ?? null };
}

function valueText(scope: VariableScope, property: ScopeProperty): string {
  const value: unknown = scope[property];
  if (property === "reuse") return reuseText(scope.reuse);
  if (property === "dtype") return scope.dtype.name;
  if (property === "useResource") return String(scope.useResource ?? false);
  if (property === "initializer" && value === null) return "none: GlorotUniform() for floating types, zeros for others";
  if (value === null) return "none";
  if (property === "cachingDevice" && typeof value === "object") return deviceText(value);
  return initialText(value);
}

function countVariables(scope: VariableScope, prefix: string): number {
  const journal = journalOf(scope.graph);
  if (prefix === "") return journal.size;
  let count = 0;
  for (const { variable, storeName } of journal.entries)
    if ((storeName ?? variable.op.name).startsWith(prefix)) count += 1;
  return count;
}

function scopeText(facts: Omit<ScopeExplanation, "toString" | "toJSON">, around: readonly VariableScope[]): string {
  const { scope, prefix, opPrefix, isCurrent, variableCount } = facts;
  const width = Math.max(0, ...facts.properties.map(({ text, origin }) => (origin === null ? 0 : text.length)));
  const rows = facts.properties.map(({ property, text, origin }): readonly [string, string] => [
    property,
    origin === null ? text : `${text.padEnd(width)}  ${originText(property, origin, scope)}`,
  ]);
  const opened =
    scope.around === null
      ? "the root: it is there from the start"
      : trailLines({ site: scope.site, scope: scope.around }).join("\n");
  return teach(scope.name === "" ? "the root variable scope" : `variable scope ${scopeLabel(scope.name)}`, [
    ["variables", `${prefix}…   ${counted(variableCount, "variable")} so far`],
    ["ops", `${opPrefix}…   ${isCurrent ? "now" : "when it was opened first"}`],
    ...rows,
    ["opened at", opened],
    ["scopes", scopeLines(around).join("\n")],
  ]);
}

/** The explanation as plain data. */
function scopeRecord(facts: Omit<ScopeExplanation, "toString" | "toJSON">): unknown {
  return {
    name: facts.scope.name,
    prefix: facts.prefix,
    opPrefix: facts.opPrefix,
    isCurrent: facts.isCurrent,
    variableCount: facts.variableCount,
    properties: Object.fromEntries(
      facts.properties.map(({ property, text, origin }) => [
        property,
        { value: text, ...(origin && { setAt: String(origin.site), setOn: origin.scope, how: origin.how }) },
      ]),
    ),
    scopes: facts.scopes.map(({ name, reuse, site }) => ({
      name,
      reuse,
      openedAt: site === null ? null : String(site),
    })),
  };
}
