/** Which names are legal, and the two spellings of a scope: with a final slash and without. Mirrors python/framework/ops.py. */
import { GraphError } from "../base/errors.ts";

const ROOT_PATTERN = "^[A-Za-z0-9.][A-Za-z0-9_.\\\\/>-]*$";
const SCOPE_PATTERN = "^[A-Za-z0-9_.\\\\/>-]*$";
const rootPattern = new RegExp(ROOT_PATTERN);
const scopePattern = new RegExp(SCOPE_PATTERN);

/** The scope whose string was asked for last. Its op name is mostly asked for next, and should be the same string: others are compared letter by letter. */
let lastScope = "";
let lastScopeText = "";

/** The string of a scope: its op name with a slash; empty for the root. */
export function withSlash(scope: string): string {
  if (scope === "") return "";
  if (scope !== lastScope) {
    lastScope = scope;
    lastScopeText = `${scope}/`;
  }
  return lastScopeText;
}

/** The op name of a scope string: the text without its final slash. */
export function withoutSlash(name: string): string {
  if (name === lastScopeText) return lastScope;
  return name.endsWith("/") ? name.slice(0, -1) : name;
}

/** Whether `name` may be the full name of an operation. */
export function isNodeName(name: string): boolean {
  return rootPattern.test(name);
}

/** @throws {GraphError} when `name` may not be opened as a name scope inside `current`. */
export function checkScopeName(name: string, current: string): void {
  if (current === "" ? rootPattern.test(name) : scopePattern.test(name)) return;
  const [kind, article, pattern] =
    current === "" ? ["root scope", "A root", ROOT_PATTERN] : ["scope", "A", SCOPE_PATTERN];
  throw new GraphError(
    `'${name}' is not a valid ${kind} name. ${article} scope name has to match the following pattern: ${pattern}\n  allowed are letters, digits and _ . \\ / > -${current === "" ? "; the first must be a letter, a digit or a dot" : ""}`,
    { scopeName: name },
  );
}

/** @throws {GraphError} when `scope/name` may not be the full name of an operation; the scope is known to be legal. */
export function checkNameInScope(scope: string, name: string): void {
  if (!(scope === "" ? rootPattern.test(name) : scopePattern.test(name))) checkNodeName(withSlash(scope) + name);
}

/** @throws {GraphError} when `name` may not be the full name of an operation. */
export function checkNodeName(name: string): void {
  if (isNodeName(name)) return;
  throw new GraphError(
    `\`${name}\` is not a valid node name. Accepted names conform to Regex /re.compile('${ROOT_PATTERN}')/`,
    { nodeName: name },
  );
}
