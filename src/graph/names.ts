/** Names that are used once: the counters behind `x`, `x_1`, `x_2` and what a legal name is. Mirrors `Graph.unique_name`, python/framework/ops.py. */
import { GraphError } from "../base/errors.ts";

const ROOT_PATTERN = "^[A-Za-z0-9.][A-Za-z0-9_.\\\\/>-]*$";
const SCOPE_PATTERN = "^[A-Za-z0-9_.\\\\/>-]*$";
const rootPattern = new RegExp(ROOT_PATTERN);
const scopePattern = new RegExp(SCOPE_PATTERN);

/** Something that has a name of its own among the unique ones. */
interface Named {
  readonly name: string;
}

/**
 * Full names already given, compared without case, and what was made under them. One table for both: a graph has as many names
 * as operations, and each entry counts.
 */
export class UniqueNames<T extends Named> {
  /** By lower-case name: what has the name, or how often the name was asked for while nothing has it. */
  readonly #taken = new Map<string, T | number>();
  /** How often the name of something made was asked for, when that is more than once. */
  readonly #repeats = new Map<string, number>();
  /** Names that differ from a taken one in case only; TensorFlow allows them for names given with a final slash. */
  readonly #otherCase = new Map<string, T>();
  /** The last lower-casing: a name is mostly asked for and given in one go. */
  #lastName = "";
  #lastKey = "";
  /** The key of a name that was asked for once and is not in the table yet: mostly, what has the name is put there at once. */
  #pending: string | null = null;

  /**
   * `name` if it is free, otherwise `name_1`, `name_2` … in the case that was asked for. Only whole names are recorded: `a/b` leaves `a` free.
   * With `markAsUsed` false the answer is the same and nothing is recorded.
   */
  take(name: string, markAsUsed = true): string {
    const key = this.#key(name);
    this.#settle();
    const found = this.#taken.get(key);
    if (found === undefined) {
      if (markAsUsed) this.#pending = key;
      return name;
    }
    let suffix = typeof found === "number" ? found : (this.#repeats.get(key) ?? 1);
    if (markAsUsed) (typeof found === "number" ? this.#taken : this.#repeats).set(key, suffix + 1);
    if (suffix === 0) return name;
    let candidate = key;
    while (this.#taken.has(candidate)) {
      candidate = `${key}_${suffix}`;
      suffix += 1;
    }
    const unique = `${name}_${suffix - 1}`;
    if (markAsUsed) this.#pending = this.#key(unique);
    return unique;
  }

  #settle(): void {
    if (this.#pending !== null) this.#taken.set(this.#pending, 1);
    this.#pending = null;
  }

  /** Records what has a name. The name's count stays. */
  give(owner: T): void {
    const key = this.#key(owner.name);
    if (key === this.#pending) {
      this.#pending = null;
      this.#taken.set(key, owner);
      return;
    }
    const before = this.#taken.get(key);
    if (typeof before === "object") {
      this.#otherCase.set(owner.name, owner);
      return;
    }
    this.#taken.set(key, owner);
    if (before !== 1) this.#repeats.set(key, before ?? 0);
  }

  /** What has exactly this name. */
  find(name: string): T | undefined {
    const key = this.#key(name);
    const found = key === this.#pending ? undefined : this.#taken.get(key);
    if (typeof found === "object" && found.name === name) return found;
    return this.#otherCase.size === 0 ? undefined : this.#otherCase.get(name);
  }

  #key(name: string): string {
    if (name !== this.#lastName) {
      this.#lastName = name;
      this.#lastKey = name.toLowerCase();
    }
    return this.#lastKey;
  }
}

/** Joins a scope without trailing slash and a name. */
export function joinNames(scope: string, name: string): string {
  return scope === "" ? name : `${scope}/${name}`;
}

/** The scope whose string was asked for last. Its op name is mostly asked for next, and should be the same string: others are compared letter by letter. */
let lastScope = "";
let lastScopeText = "";

/** The string of a scope: its op name with a slash; empty for the root. */
export function withSlash(scope: string): string {
  if (scope === "") return "";
  lastScope = scope;
  lastScopeText = `${scope}/`;
  return lastScopeText;
}

/** The op name of a scope string: the text without its final slash. */
export function withoutSlash(name: string): string {
  if (name === lastScopeText) return lastScope;
  return name.endsWith("/") ? name.slice(0, -1) : name;
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

/** @throws {GraphError} when `name` may not be the full name of an operation. */
export function checkNodeName(name: string): void {
  if (rootPattern.test(name)) return;
  throw new GraphError(
    `\`${name}\` is not a valid node name. Accepted names conform to Regex /re.compile('${ROOT_PATTERN}')/`,
    { nodeName: name },
  );
}
