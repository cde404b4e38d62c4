/** Names that are used once: the counters behind `x`, `x_1`, `x_2`. Mirrors `Graph.unique_name`, python/framework/ops.py. */
import { withSlash } from "./names.ts";

/** Something that has a name of its own among the unique ones. */
interface Named {
  readonly name: string;
}

/** How many parts below a part are looked through one by one; more have an index. */
const FEW_PARTS = 8;

/** A part of a name, below the parts before it. */
class NamePart<T> {
  /** In lower case. */
  readonly key: string;
  /** How often the name that ends here was asked for. */
  count = 0;
  /** What has the name that ends here. */
  owner: T | null = null;
  /** The part below that was made last, and the one made before this one. */
  #last: NamePart<T> | null = null;
  #before: NamePart<T> | null = null;
  #index: Map<string, NamePart<T>> | null = null;

  constructor(key: string) {
    this.key = key;
  }

  /** The part of this key below this one. */
  find(key: string): NamePart<T> | null {
    if (this.#index !== null) return this.#index.get(key) ?? null;
    let part = this.#last;
    while (part !== null && part.key !== key) part = part.#before;
    return part;
  }

  /** As `find`; made when there is none. */
  below(key: string): NamePart<T> {
    return this.find(key) ?? this.add(key);
  }

  /** A new part; there is none of this key. */
  add(key: string): NamePart<T> {
    const made = new NamePart<T>(key);
    if (this.#index === null) {
      made.#before = this.#last;
      this.#last = made;
      this.#indexMany();
    } else {
      this.#index.set(key, made);
    }
    return made;
  }

  #indexMany(): void {
    let size = 0;
    for (let part = this.#last; part !== null; part = part.#before) size += 1;
    if (size <= FEW_PARTS) return;
    const index = new Map<string, NamePart<T>>();
    for (let part = this.#last; part !== null; part = part.#before) index.set(part.key, part);
    this.#index = index;
    this.#last = null;
  }
}

/**
 * Names already given, compared without case, and what was made under them. A tree of the parts between slashes: most names are asked for
 * in the scope of the one before, so only their last part is looked up, and whole names, which are long, are not put together for it.
 */
export class UniqueNames<T extends Named> {
  readonly #root = new NamePart<T>("");
  /** Names that differ from a taken one in case only; TensorFlow allows them for names given with a final slash. */
  readonly #otherCase = new Map<string, T>();
  /** The name that was given last, and the scopes that were asked for last: mostly, one of them is asked for next. */
  #lastName: string | null = null;
  #lastPart = this.#root;
  #scope: string | null = null;
  #scopePart = this.#root;
  #scopeBefore: string | null = null;
  #scopePartBefore = this.#root;

  /**
   * `scope/name` if it is free, otherwise `scope/name_1`, `scope/name_2` … in the case that was asked for. Only whole names are recorded:
   * `a/b` leaves `a` free. With `markAsUsed` false the answer is the same and nothing is recorded.
   */
  take(scope: string, name: string, markAsUsed = true): string {
    const slash = name.lastIndexOf("/");
    const around = slash === -1 ? this.#ofScope(scope) : walk(this.#ofScope(scope), name.slice(0, slash));
    const key = lowerCase(slash === -1 ? name : name.slice(slash + 1));
    const asked = around.find(key);
    const used = asked?.count ?? 0;
    if (used === 0) {
      const unique = withSlash(scope) + name;
      return markAsUsed ? this.#given(unique, asked ?? around.add(key)) : unique;
    }
    let suffix = used;
    let free = around.find(`${key}_${suffix}`);
    while (free !== null && free.count > 0) {
      suffix += 1;
      free = around.find(`${key}_${suffix}`);
    }
    const unique = `${withSlash(scope)}${name}_${suffix}`;
    if (!markAsUsed) return unique;
    (asked as NamePart<T>).count = used + 1;
    return this.#given(unique, free ?? around.add(`${key}_${suffix}`));
  }

  #given(name: string, part: NamePart<T>): string {
    part.count = 1;
    this.#lastName = name;
    this.#lastPart = part;
    return name;
  }

  /** Records what has a name. How often the name was asked for stays. */
  give(owner: T): void {
    const part = this.#recent(owner.name) ?? walk(this.#root, owner.name);
    if (part.owner === null) part.owner = owner;
    else this.#otherCase.set(owner.name, owner);
  }

  /** Takes a name that was given to no one, so that it is not given again: the name of an imported op. */
  occupy(name: string): void {
    const part = walk(this.#root, name);
    if (part.count === 0) part.count = 1;
  }

  /** Undoes `give` for an owner that is gone. */
  forget(owner: T): void {
    const part = findBelow(this.#root, owner.name);
    if (part?.owner === owner) part.owner = null;
    else this.#otherCase.delete(owner.name);
  }

  /** What has exactly this name. */
  find(name: string): T | undefined {
    const owner = (this.#recent(name) ?? findBelow(this.#root, name))?.owner ?? null;
    if (owner !== null && owner.name === name) return owner;
    return this.#otherCase.size === 0 ? undefined : this.#otherCase.get(name);
  }

  #ofScope(scope: string): NamePart<T> {
    // The root is no part of a name; an empty name is a part of its own.
    if (scope === "") return this.#root;
    const known = this.#recent(scope);
    if (known !== null && known !== this.#lastPart) return known;
    const part = known ?? walk(this.#root, scope);
    this.#scopeBefore = this.#scope;
    this.#scopePartBefore = this.#scopePart;
    this.#scope = scope;
    this.#scopePart = part;
    return part;
  }

  #recent(name: string): NamePart<T> | null {
    if (name === this.#scope) return this.#scopePart;
    if (name === this.#lastName) return this.#lastPart;
    return name === this.#scopeBefore ? this.#scopePartBefore : null;
  }
}

/** The part that ends a path below another part, made when there is none. */
function walk<T>(from: NamePart<T>, path: string): NamePart<T> {
  let part = from;
  for (const piece of path.split("/")) part = part.below(lowerCase(piece));
  return part;
}

function findBelow<T>(from: NamePart<T>, path: string): NamePart<T> | null {
  let part: NamePart<T> | null = from;
  for (const piece of path.split("/")) part = part?.find(lowerCase(piece)) ?? null;
  return part;
}

/** Types of ops and the like, which come again and again, and their lower case. */
const lowered = new Map<string, string>();
const KEPT_LOWERED = 1000;
const KEPT_LENGTH = 24;

function lowerCase(text: string): string {
  const known = lowered.get(text);
  if (known !== undefined) return known;
  const lower = text.toLowerCase();
  if (lower !== text && text.length <= KEPT_LENGTH && lowered.size < KEPT_LOWERED) lowered.set(text, lower);
  return lower;
}
