/** The teaching errors of the variable store: what happened, both places, the scopes with who set `reuse`, and the fixes as code. */
import { ArgumentError, VariableExistsError, VariableMismatchError, VariableNotFoundError } from "../base/errors.ts";
import { teach } from "../base/text.ts";
import { CreationSite } from "../graph/creation-site.ts";
import type { Graph } from "../graph/graph.ts";
import type { DType } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { BaseVariable } from "./base-variable.ts";
import { trailLines, trailText } from "./call-trail.ts";
import { currentVariableScope } from "./current-scope.ts";
import { journalOf, type VariableUse } from "./journal.ts";
import { openVariableScopes } from "./pure-variable-scope.ts";
import { scopeLines, shapeText } from "./report-text.ts";
import type { VariableScope } from "./scope-value.ts";

/** What the errors need of a store. */
interface StoreView {
  readonly graph: Graph;
  readonly variables: ReadonlyMap<string, BaseVariable>;
}

function what(shape: TensorShape | null, dtype: DType): string {
  return `shape ${shape === null ? "not given" : shapeText(shape)} ${dtype.baseDtype.name}`;
}

/** The call that is running, with the whole stack. */
function thisUse(graph: Graph): VariableUse {
  return { site: CreationSite.capture(undefined, Number.POSITIVE_INFINITY), scope: currentVariableScope(graph) };
}

/** Where a variable was made, in lines. */
function definition(variable: BaseVariable): string {
  const use = journalOf(variable.graph).ofOp(variable.op)?.definition;
  return (use ? trailLines(use) : [String(variable.site)]).join("\n");
}

/** What was made, and where. */
export function definedText(variable: BaseVariable): string {
  return `${what(variable.shape, variable.dtype)}\n${definition(variable)}`;
}

/** What is asked for, and where. */
function requestedText(use: VariableUse, shape: TensorShape | null, dtype: DType): string {
  return `${what(shape, dtype)}\n${trailLines(use).join("\n")}`;
}

/** The variable scopes that are open, innermost first. */
function openScopes(graph: Graph): string {
  const root = currentVariableScope(graph);
  const open = openVariableScopes(graph);
  return scopeLines(open.length === 0 ? [root] : [...open, rootOf(root)]).join("\n");
}

function rootOf(scope: VariableScope): VariableScope {
  return scope.around === null ? scope : rootOf(scope.around);
}

/** The innermost scope that is open now and was open when the variable was made. */
function commonScope(variable: BaseVariable): VariableScope | null {
  const current = new Set<VariableScope>();
  for (let scope: VariableScope | null = currentVariableScope(variable.graph); scope !== null; scope = scope.around)
    current.add(scope.first);
  let scope = journalOf(variable.graph).ofOp(variable.op)?.scope ?? null;
  while (scope !== null && !current.has(scope.first)) scope = scope.around;
  return scope?.first ?? null;
}

/** The last part of a scope's name, for code that opens it. */
function lastPart(scope: VariableScope): string {
  return scope.defaultName ?? scope.name.slice(scope.name.lastIndexOf("/") + 1);
}

/** Code that opens the current scope so that it makes or shares. */
function autoReuse(scope: VariableScope): string {
  return `variableScope(${scope.around === null ? "getVariableScope()" : JSON.stringify(lastPart(scope))}, { reuse: AUTO_REUSE }, () => …)`;
}

/** Code that turns reuse on after the first call. */
function reuseLater(variable: BaseVariable): string {
  const common = commonScope(variable);
  const call = "scope.reuseVariables()   between the two calls,";
  return common === null || common.around === null
    ? `${call} with scope = getVariableScope()`
    : `${call} with scope = '${common.name}'`;
}

/** A scope that does not reuse was asked for a variable that exists. */
export function alreadyExists(
  variable: BaseVariable,
  name: string,
  shape: TensorShape | null,
  dtype: DType,
): VariableExistsError {
  const { graph } = variable;
  const scope = currentVariableScope(graph);
  const use = thisUse(graph);
  const first = `Variable ${name} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?${variable.isResource ? "" : " Originally defined at:"}`;
  const text = teach(first, [
    ["defined", definedText(variable)],
    ["requested", requestedText(use, shape, dtype)],
    ["scopes", openScopes(graph)],
    ["to share", `${autoReuse(scope)}   makes it the first time, shares it afterwards`],
    ["or", reuseLater(variable)],
    [
      "to keep both",
      scope.around === null
        ? 'another name, or variableScope("another", () => …)'
        : `variableScope(null, { defaultName: "${lastPart(scope)}" }, () => …)   numbers the scopes`,
    ],
  ]);
  return new VariableExistsError(text, {
    variableName: name,
    scope,
    existing: variable,
    definedAt: variable.site,
    requestedAt: use.site,
    requested: { shape, dtype },
  });
}

/** A reusing scope was asked for a variable that does not exist. */
export function doesNotExist(
  store: StoreView,
  name: string,
  shape: TensorShape | null,
  dtype: DType,
  kind: "Variable" | "PartitionedVariable" = "Variable",
): VariableNotFoundError {
  const { graph } = store;
  const scope = currentVariableScope(graph);
  const use = thisUse(graph);
  const nearest = nearestNames(name, [...store.variables.keys()]);
  const text = teach(
    `${kind} ${name} does not exist, or was not created with tf.get_variable(). Did you mean to set ${kind === "Variable" ? "" : "reuse=False or "}reuse=tf.AUTO_REUSE in VarScope?`,
    [
      ["requested", requestedText(use, shape, dtype)],
      ["scopes", openScopes(graph)],
      ["beside it", besideText(graph, name)],
      ["existing", existingText(store, nearest)],
      ["numbered", numberedText(scope)],
      ["to create", `${autoReuse(scope)}   makes it the first time, shares it afterwards`],
      ["or", "leave out the reuse that is set above for the first call, which makes the variables"],
    ],
  );
  return new VariableNotFoundError(text, {
    variableName: name,
    scope,
    nearest,
    requestedAt: use.site,
    requested: { shape, dtype },
  });
}

/** Why a scope has another number than the one whose variables are meant. */
function numberedText(scope: VariableScope): string | undefined {
  for (let at: VariableScope | null = scope; at !== null; at = at.around) {
    const { defaultName } = at.first;
    if (defaultName === null || !/_\d+$/.test(at.name) || at.name.endsWith(defaultName)) continue;
    return `'${at.name}' has the default name '${defaultName}', which was taken, and a number: give the layer a name,\nor enter the scope around it anew for each call, so that it counts from the start`;
  }
  return undefined;
}

/** A variable of the name that nobody can share. */
function besideText(graph: Graph, name: string): string | undefined {
  const journal = journalOf(graph);
  const entry = journal.unshared(name) ?? journal.ofName(graph, name);
  if (entry === undefined || entry.storeName !== null) return undefined;
  return `new Variable() made '${entry.variable.op.name}' at ${trailText(entry.definition)}\nonly what getVariable() made can be shared by name`;
}

function existingText(store: StoreView, nearest: readonly string[]): string {
  if (store.variables.size === 0) return "no variables yet: the first call must make them";
  if (nearest.length === 0) return `${store.variables.size} variables, none with a similar name`;
  return nearest.map((each) => `'${each}' at ${store.variables.get(each)?.site}`).join("\n");
}

/** A variable was asked for again with another shape. */
export function otherShape(variable: BaseVariable, name: string, shape: TensorShape): VariableMismatchError {
  const { graph } = variable;
  const use = thisUse(graph);
  const text = teach(
    `Trying to share variable ${name}, but specified shape ${shape} and found shape ${variable.shape}.`,
    [
      ["defined", definedText(variable)],
      ["requested", requestedText(use, shape, variable.dtype)],
      ["scopes", openScopes(graph)],
      ["cause", "mostly two layers, or two calls of a cell, whose inputs differ in size"],
      ["to keep both", `a scope for each: variableScope("another", () => …)`],
      ["to share", `ask for shape ${shapeText(variable.shape)}, or leave the shape out`],
    ],
  );
  return new VariableMismatchError(text, {
    variableName: name,
    existing: variable,
    requestedShape: shape,
    foundShape: variable.shape,
    definedAt: variable.site,
    requestedAt: use.site,
  });
}

/** A variable was asked for again with another element type. */
export function otherDType(variable: BaseVariable, name: string, dtype: DType): VariableMismatchError {
  const { graph } = variable;
  const use = thisUse(graph);
  const own = variable.dtype.baseDtype.name;
  const text = teach(
    `Trying to share variable ${name}, but specified dtype ${dtype.name} and found dtype ${variable.dtype.name}.`,
    [
      ["defined", definedText(variable)],
      ["requested", requestedText(use, variable.shape, dtype)],
      ["scopes", openScopes(graph)],
      [
        "cause",
        "the dtype that is asked for is the call's or the scope's, float32 where neither says one; never the initializer's",
      ],
      [
        "to share",
        `getVariable("${name.slice(name.lastIndexOf("/") + 1)}", { …, dtype: "${own}" })   or   variableScope(…, { dtype: "${own}" }, () => …)`,
      ],
    ],
  );
  return new VariableMismatchError(text, {
    variableName: name,
    existing: variable,
    requestedDType: dtype,
    foundDType: variable.dtype,
    definedAt: variable.site,
    requestedAt: use.site,
  });
}

export function invalidInitializer(initializer: unknown, shape: TensorShape | null): ArgumentError {
  return new ArgumentError(
    "The initializer passed is not valid. It should be a callable with no arguments and the shape should not be provided or an instance of `tf.keras.initializers.*' and `shape` should be fully defined." +
      `\n  shape ${shape === null ? "was not given" : `is ${shape}`}: pass a fully defined shape, or a function without parameters, or a value`,
    { initializer, shape },
  );
}

/** Up to three names that are close to `name`, the closest first: those that end alike, then those that are spelled alike. */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return candidates
    .slice(0, 10_000)
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function distanceOf(name: string, candidate: string, limit: number): number {
  const [a, b] = [name.split("/").reverse(), candidate.split("/").reverse()];
  let alike = 0;
  while (alike < a.length && a[alike] === b[alike]) alike += 1;
  return alike > 0 ? 1 / alike : editDistance(name, candidate, limit);
}

/** Levenshtein's distance, given up above `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
