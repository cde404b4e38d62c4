/** The rules about how variables are made: one that nobody can share beside one that is shared, and one made anew because of a default name. */
import { trailLines } from "../variables/call-trail.ts";
import { fullNameOf, journalOf, type VariableEntry } from "../variables/journal.ts";
import { AUTO_REUSE } from "../variables/reuse.ts";
import type { VariableScope } from "../variables/scope-value.ts";
import { variableStore } from "../variables/variable-store.ts";
import { type Finding, finding } from "./findings.ts";

/** `new Variable` with a name that `getVariable` has given, or gives later, in the same variable scope. */
export function besideShared(entry: VariableEntry): Finding | null {
  const pair = pairOf(entry);
  if (pair === null || !isNamedAfterScope(pair.unshared)) return null;
  const { unshared, shared } = pair;
  const name = unshared.requestedName as string;
  return finding({
    rule: "variable-beside-shared",
    message: `Two variables of one name: new Variable() made '${unshared.variable.op.name}', getVariable() made '${shared.variable.op.name}'; only the latter can be shared`,
    sites: [
      { what: `new Variable(…, { name: "${name}" })`, trail: trailLines(unshared.definition) },
      { what: `getVariable("${name}", …)`, trail: trailLines(shared.definition) },
    ],
    fix: `to share one variable: getVariable("${name}", …) in both places; for two: another name for one of them`,
  });
}

function pairOf(entry: VariableEntry): { readonly unshared: VariableEntry; readonly shared: VariableEntry } | null {
  const { graph } = entry.variable;
  const name = fullNameOf(entry);
  if (name === null) return null;
  if (entry.storeName !== null) {
    const unshared = journalOf(graph).unshared(name);
    return unshared === undefined ? null : { unshared, shared: entry };
  }
  const stored = variableStore(graph).variables.get(name);
  const shared = stored && journalOf(graph).ofOp(stored.op);
  return shared === undefined ? null : { unshared: entry, shared };
}

/** Whether a variable's op name is what its scope and name make, apart from numbers: an extra name scope means to tell it apart. */
function isNamedAfterScope({ variable, scope, requestedName }: VariableEntry): boolean {
  const [made, meant] = [
    plainName(variable.op.name),
    plainName(scope.name === "" ? String(requestedName) : `${scope.name}/${requestedName}`),
  ];
  return made === meant || made.endsWith(`/${meant}`);
}

/** Without the numbers that make names unique. */
function plainName(name: string): string {
  return name.replace(/_\d+(?=\/|$)/g, "");
}

/** How many pairs of variables are compared by their places in one graph: reading stacks takes time. */
const COMPARED_PAIRS = 100;

/**
 * A variable that `getVariable` has made in a scope with `AUTO_REUSE`, because the scope's default name was taken: a scope without a name of
 * its own is numbered on, so its variables are never shared. Asked when the variable is made. It is one only where the same line
 * has made the like before.
 */
export function createdByDefaultName({ variable, storeName, scope, definition }: VariableEntry): Finding | null {
  if (scope.reuse !== AUTO_REUSE || storeName === null) return null;
  // What has the name of its scope alone is a slot of an optimizer, and never shared.
  if (storeName.endsWith("/")) return null;
  for (let numbered: VariableScope | null = scope; numbered !== null; numbered = numbered.around) {
    for (const twin of twinsOf(numbered, storeName)) {
      if (!isAlike(twin, variable)) continue;
      const earlier = journalOf(variable.graph).ofOp(twin.op);
      const compared = variable.graph.slot("lintedPairs", () => ({ count: 0 }));
      compared.count += 1;
      if (compared.count > COMPARED_PAIRS || earlier === undefined) return null;
      if (trailLines(earlier.definition)[0] !== trailLines(definition)[0]) continue;
      return unsharedByNumber(storeName, definition, earlier, numbered.first.defaultName as string);
    }
  }
  return null;
}

function unsharedByNumber(
  storeName: string,
  definition: VariableEntry["definition"],
  earlier: VariableEntry,
  name: string,
): Finding {
  return finding({
    rule: "created-by-default-name",
    message: `Made '${storeName}' although the scope reuses: its default name '${name}' was taken, so '${earlier.storeName}' is not shared`,
    sites: [
      { what: `made '${storeName}'`, trail: trailLines(definition) },
      { what: `had made '${earlier.storeName}'`, trail: trailLines(earlier.definition) },
    ],
    fix: `to share: variableScope("${name}", …) instead of a default name, a name for the layer, or enter the scope around it anew for each call; for two layers all is well`,
  });
}

/** How many scopes of one default name are looked back at: the layers of a tower have the same one. */
const LOOKED_BACK = 16;

/** The variables of the scopes that took the default name before, the last one first. */
function* twinsOf(scope: VariableScope, storeName: string): Generator<VariableEntry["variable"]> {
  // A layer enters a copy of its scope.
  const { defaultName } = scope.first;
  const { name } = scope;
  const number = defaultName === null ? null : /_(\d+)$/.exec(name);
  if (number === null || defaultName === null || name.endsWith(defaultName) || !storeName.startsWith(`${name}/`))
    return;
  const parent = name.slice(0, name.length - defaultName.length - number[0].length);
  const { variables } = variableStore(scope.graph);
  const last = Number(number[1]) - 1;
  for (let before = last; before >= Math.max(0, last - LOOKED_BACK); before -= 1) {
    const twin = variables.get(
      `${parent}${defaultName}${before === 0 ? "" : `_${before}`}${storeName.slice(name.length)}`,
    );
    if (twin !== undefined) yield twin;
  }
}

function isAlike(a: VariableEntry["variable"], b: VariableEntry["variable"]): boolean {
  return a.dtype.baseDtype === b.dtype.baseDtype && String(a.shape) === String(b.shape);
}
